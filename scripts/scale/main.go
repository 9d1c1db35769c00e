// Command scale shows that workers come to what one process comes to: it makes
// an estate, has it assessed by one process with a file and with a PostgreSQL
// server, by two workers, by two of which one is killed at its work, and by two
// again when some of it changed. It prints what is done, how long that took and
// the hash of all that each of them concluded, and fails when two hashes differ
// that should not. The server is made of the binaries that are installed, in a
// temporary folder.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
)

// fewest is how many resources it takes until a worker can be killed at its
// work: one shard has 20,000.
const fewest = 80_000

func main() {
	resources := flag.Int("resources", 100_000, "how many `resources` the estate has, at least 80000")
	flag.Parse()
	if flag.NArg() > 0 || *resources < fewest {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *resources)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "scale: error:", err)
		os.Exit(1)
	}
}
