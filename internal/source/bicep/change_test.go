package bicep

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

// TestWhatIfChanges: a what-if tells what it does, and what it finds when that
// is asked for.
func TestWhatIfChanges(t *testing.T) {
	var changes []string
	for _, kind := range []string{"Create", "Deploy", "Modify", "NoChange", "NoEffect", "Delete"} {
		id := "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/" + kind
		side := fmt.Sprintf(`{"id":%q,"name":%q,"type":"Microsoft.Storage/storageAccounts"}`, id, kind)
		before, after := side, side
		if kind == "Create" {
			before = "null"
		}
		if kind == "Delete" {
			after = "null"
		}
		changes = append(changes, fmt.Sprintf(`{"resourceId":%q,"changeType":%q,"before":%s,"after":%s}`, id, kind, before, after))
	}
	text := `{"status":"Succeeded","changes":[` + strings.Join(changes, ",") + `]}`
	for before, want := range map[bool][]string{
		false: {"Create created there", "Delete deleted leaving", "Deploy updated there", "Modify updated there", "NoChange untouched there", "NoEffect untouched there"},
		true:  {"Delete there", "Deploy there", "Modify there", "NoChange there", "NoEffect there"},
	} {
		in, err := source.NewInput(&demarc.File{Path: "-"}, strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		in.Before = before
		sink := sourcetest.NewSink(t)
		if err := WhatIf.Read(t.Context(), in, sink); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range sink.Resources {
			line := fmt.Sprintf("%s %s %s", r.Name, r.Change, r.Standing)
			if before {
				line = fmt.Sprintf("%s %s", r.Name, r.Standing)
			}
			got = append(got, line)
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("before %v: %q, want %q", before, got, want)
		}
	}
}
