package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// event is a line of `go test -json`, see `go doc test2json`.
type event struct {
	Action      string
	Package     string
	ImportPath  string // of build output, in place of Package
	Test        string
	Output      string
	FailedBuild string
}

// test names a test of a package; the name is empty for the package itself.
type test struct{ pkg, name string }

// sum counts tests, subtests included, and prints the output of those that failed.
type sum struct {
	w                       io.Writer
	passed, failed, skipped int
	output                  map[test]*strings.Builder
	failedIn                map[string]int // tests that failed, by package
	broken                  bool           // go test failed without saying where
}

func newSum(w io.Writer) *sum {
	return &sum{w: w, output: map[test]*strings.Builder{}, failedIn: map[string]int{}}
}

// read takes the events of a run. A line that is not an event, such as a
// message of the go command, is printed as it stands.
func (s *sum) read(r io.Reader) error {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			s.take(line)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (s *sum) take(line string) {
	var e event
	if err := json.Unmarshal([]byte(line), &e); err != nil {
		fmt.Fprint(s.w, line)
		return
	}
	t := test{e.Package, e.Test}
	switch e.Action {
	case "output":
		s.keep(t, e.Output)
	case "build-output":
		fmt.Fprint(s.w, e.Output)
	case "pass":
		s.pass(t)
	case "fail":
		s.fail(t)
	case "skip":
		s.skip(t)
	}
}

// keep keeps what a test said, without the marks of where it began and paused.
func (s *sum) keep(t test, text string) {
	if strings.HasPrefix(text, "=== ") {
		return
	}
	b := s.output[t]
	if b == nil {
		b = &strings.Builder{}
		s.output[t] = b
	}
	b.WriteString(text)
}

func (s *sum) pass(t test) {
	if t.name != "" {
		s.passed++
	}
	delete(s.output, t)
}

// fail counts a test, or a package in which no test failed: it did not build,
// or it ended before its tests did.
func (s *sum) fail(t test) {
	if t.name != "" || s.failedIn[t.pkg] == 0 {
		s.failed++
		s.print(t)
	}
	s.failedIn[t.pkg]++
	delete(s.output, t)
}

// skip counts a skipped test. A package without test files is not one.
func (s *sum) skip(t test) {
	if t.name != "" {
		s.skipped++
		s.print(t)
	}
	delete(s.output, t)
}

// print writes what a test said.
func (s *sum) print(t test) {
	fmt.Fprintf(s.w, "--- %s %s\n", t.pkg, t.name)
	if b := s.output[t]; b != nil {
		fmt.Fprint(s.w, b.String())
	}
	if t.name != "" {
		return
	}
	// The package broke off: what its unfinished tests said tells why.
	byName := func(a, b test) int { return strings.Compare(a.name, b.name) }
	for _, other := range slices.SortedFunc(maps.Keys(s.output), byName) {
		if other.pkg == t.pkg && other.name != "" {
			fmt.Fprint(s.w, s.output[other].String())
		}
	}
}

// exited takes the end of the go command. An error that no event explained is
// a failure of its own.
func (s *sum) exited(err error) {
	if err != nil && s.failed == 0 {
		s.broken = true
		fmt.Fprintln(s.w, "go test:", err)
	}
}

func (s *sum) ok() bool {
	return s.passed > 0 && s.failed == 0 && s.skipped == 0 && !s.broken
}

// line is the last line of the run.
func (s *sum) line(d time.Duration) string {
	line := fmt.Sprintf("%d passed, %d failed, %d skipped in %.0f s", s.passed, s.failed, s.skipped, d.Seconds())
	switch {
	case s.broken:
		return line + ": go test ended with an error"
	case s.passed+s.failed+s.skipped == 0:
		return line + ": no tests were run"
	}
	return line
}
