// Command testsum runs `go test -json` with the arguments it is given, prints
// what failed and ends with one line: how many tests passed, failed and were
// skipped, in how many seconds. A skipped test fails the run, and so does a run
// without any test: what was not tried is not done. With -C FOLDER in front it
// tests the module in that folder.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"time"
)

func main() {
	os.Exit(run(os.Args[1:]))
}

func run(args []string) int {
	start := time.Now()
	cmd := exec.Command("go", testArguments(args)...)
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

// testArguments are the arguments of the go command, which wants -C in front of
// all others.
func testArguments(args []string) []string {
	first := []string{"test"}
	if len(args) > 1 && args[0] == "-C" {
		first, args = append(first, args[:2]...), args[2:]
	}
	return slices.Concat(first, []string{"-json"}, args)
}
