// Command testsum runs `go test -json` with the arguments it is given, prints
// what failed and ends with one line: how many tests passed, failed and were
// skipped, in how many seconds. A skipped test fails the run, and so does a run
// without any test: what was not tried is not done.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"time"
)

func main() {
	os.Exit(run(os.Args[1:]))
}

func run(args []string) int {
	start := time.Now()
	cmd := exec.Command("go", append([]string{"test", "-json"}, args...)...)
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "testsum: error:", err)
		return 1
	}
	sum := newSum(os.Stdout)
	if err := sum.read(stdout); err != nil {
		fmt.Fprintln(os.Stderr, "testsum: error: read the output of go test:", err)
		sum.failed++
	}
	sum.exited(cmd.Wait())
	fmt.Println(sum.line(time.Since(start)))
	if !sum.ok() {
		return 1
	}
	return 0
}
