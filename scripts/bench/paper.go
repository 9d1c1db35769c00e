package main

import (
	"fmt"
	"strings"
)

// What is worked out from the figures, and was never measured.
const (
	paperWorkspaces = 100
	paperEach       = 1_000_000 // resources of a workspace
	paperWorkers    = 16
)

// paper is a table of what an estate needs that is too large to be measured, in
// Markdown, "" where its figures are absent.
func (r Report) paper() string {
	if r.Scale == nil || r.Store == nil || r.Store.Server == nil {
		return ""
	}
	s := r.Scale
	of := func(figure float64) float64 { return figure / float64(s.Resources) * paperWorkspaces * paperEach }
	disk := s.Bytes * paperWorkspaces * paperEach / 1e9
	var b strings.Builder
	fmt.Fprintf(&b, "\n## On paper\n\nWhat %d million resources in %d workspaces of the same size would need, worked out from the figures above: this was not measured.\n\n"+
		"| what | needs |\n|---|---|\n", paperWorkspaces*paperEach/1_000_000, paperWorkspaces)
	row := func(what, format string, needs float64) { fmt.Fprintf(&b, "| %s | "+format+" |\n", what, needs) }
	row("reading the exports and handing them over", "%.1f core-hours", of(s.HandOver)/3600)
	row("looking at all shards", "%.1f core-hours", of(s.Looking)/3600)
	row("settling and publishing", "%.1f core-hours", of(s.Settling)/3600)
	row(fmt.Sprintf("the latter two by %d workers with one core each", paperWorkers), "%.0f minutes", of(s.Looking+s.Settling)/60/paperWorkers)
	row("memory of a worker, for one workspace at a time", "%.1f GB", float64(s.Memory)/float64(s.Resources)*paperEach/1e3)
	row("on disk, the first snapshots with all inputs and results", "%.0f GB", disk)
	row("on disk, each further day on which 1 % changes", "%.1f GB", disk*r.Store.Server.Part)
	return b.String()
}
