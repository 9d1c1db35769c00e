// Command demarc says for every resource of an estate who is responsible for
// what. All it does is in internal/cli.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/demarc-dev/demarc/internal/cli"
)

// garbage is how much memory may be garbage, in percent of what is in use.
// Nearly all that is read is kept until the end, so that waiting longer only
// costs memory.
const garbage = 30

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ())
	stop()
	os.Exit(code)
}
