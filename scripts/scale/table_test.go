package main

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func steps() []step {
	return []step{
		{name: "one process, PostgreSQL", day: firstDay, took: 3 * time.Second, content: strings.Repeat("a1", 32)},
		{name: "two workers, one killed", note: "taken up after 31.5 s", day: firstDay, took: 123 * time.Second, shards: 500, skipped: 12, content: strings.Repeat("a1", 32)},
		{name: "next day: one process, SQLite", day: secondDay, took: time.Second, content: strings.Repeat("b2", 32)},
		{name: "next day: two workers", day: secondDay, took: time.Second, shards: 5, skipped: 4, content: strings.Repeat("b2", 32)},
	}
}

// TestTableFits: the table fits a terminal, and columns stand below each other.
func TestTableFits(t *testing.T) {
	const want = `step                               time  shards unchanged  content
one process, PostgreSQL           3.0 s       -         -  a1a1a1a1a1a1a1a1
two workers, one killed         123.0 s     500        12  a1a1a1a1a1a1a1a1
  taken up after 31.5 s
next day: one process, SQLite     1.0 s       -         -  b2b2b2b2b2b2b2b2
next day: two workers             1.0 s       5         4  b2b2b2b2b2b2b2b2
`
	got := table(steps())
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for line := range strings.Lines(got) {
		if len(line) > 81 {
			t.Errorf("%q is too wide", line)
		}
	}
}

// TestCompare: days are compared apart, and one other hash is found and named,
// wherever it stands behind the first.
func TestCompare(t *testing.T) {
	if got, err := compare(steps()); err != nil || !strings.Contains(got, "all 2 hashes are equal, and the 2 of the next day") {
		t.Errorf("got %q, %v", got, err)
	}
	for _, i := range []int{1, 3} {
		list := steps()
		list[i].content = strings.Repeat("c3", 32)
		if got, err := compare(list); !errors.Is(err, errDiffer) || !strings.Contains(got, list[i].name) || strings.Contains(got, "are equal") {
			t.Errorf("step %d: got %q, %v", i, got, err)
		}
	}
}
