package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// shown is how many digits of a hash are printed.
const shown = 16

// step is what one step came to.
type step struct {
	name            string
	note            string // that stands below it, "" for none
	day             string // as of which the estate was assessed
	took            time.Duration
	shards, skipped int // 0 where no worker was at it
	content         string
}

// table is what all steps came to. It fits a terminal of 80 columns.
func table(steps []step) string {
	var b strings.Builder
	row := func(name, took, shards, skipped, content string) {
		b.WriteString(strings.TrimRight(fmt.Sprintf("%-30s %8s %7s %9s  %s", name, took, shards, skipped, content), " ") + "\n")
	}
	row("step", "time", "shards", "unchanged", "content")
	for _, t := range steps {
		shards, skipped := "-", "-"
		if t.shards > 0 {
			shards, skipped = strconv.Itoa(t.shards), strconv.Itoa(t.skipped)
		}
		row(t.name, seconds(t.took), shards, skipped, t.content[:shown])
		if t.note != "" {
			row("  "+t.note, "", "", "", "")
		}
	}
	return b.String()
}

// errDiffer says that two ways to assess an estate came to different ends.
var errDiffer = errors.New("the hashes differ")

// compare says whether all steps of a day came to the same.
func compare(steps []step) (string, error) {
	var b strings.Builder
	first, of := map[string]string{}, map[string]int{}
	var err error
	for _, t := range steps {
		if first[t.day] == "" {
			first[t.day] = t.content
		}
		of[t.day]++
		if t.content != first[t.day] {
			fmt.Fprintf(&b, "\nother than the rest: %s, %s\n", t.name, t.content)
			err = errDiffer
		}
	}
	if err == nil {
		fmt.Fprintf(&b, "\nall %d hashes are equal, and the %d of the next day\n", of[firstDay], of[secondDay])
	}
	return b.String(), err
}
