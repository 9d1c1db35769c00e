package main

import (
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc/internal/fleet"
)

// TestSpent: shards and what finishes the run are told apart, and what is left
// of the time is the queue's.
func TestSpent(t *testing.T) {
	begin := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	at := func(seconds float64) time.Time { return begin.Add(time.Duration(seconds * float64(time.Second))) }
	jobs := []fleet.Job{
		{Shard: 0, Began: at(1), Ended: at(4)},
		{Shard: 1, Began: at(4.5), Ended: at(8)},
		{Shard: -1, Began: at(9), Ended: at(99)}, // River notes it later
	}
	s := Scaled{One: 20}
	s.Looking, s.Settling = spent(jobs, at(20))
	if s.Looking != 6.5 || s.Settling != 11 {
		t.Errorf("looking %v, settling %v", s.Looking, s.Settling)
	}
	if got := s.queueing(); got < 0.1249 || got > 0.1251 {
		t.Errorf("the queue took %v", got)
	}
}

// TestTableOfWorkers: bars of ratios are met when the second worker is fast
// enough, and missed when it is not.
func TestTableOfWorkers(t *testing.T) {
	s := &Scaled{Resources: 1000, HandOver: 0.01, One: 30, Two: 15, Looking: 19, Settling: 10, Memory: 4, Bytes: 123, TenantsOne: 20, TenantsTwo: 15, TakenUp: 31}
	table := Report{Scale: s}.Table()
	for _, line := range []string{
		"| handing over 1000 resources, all policies, one core, a resource | - | 10.0 us | - | no bar |",
		"| one worker, memory a resource | - | 4000 bytes | - | no bar |",
		"| queue operations, part of the time of one worker | 0.0500 | 0.0333 | 0.67 | met |",
		"| two workers, 1000 resources, all policies, part of the time of one | 0.667 | 0.500 | 0.75 | met |",
		"| two workers, 4 tenants with 50000 resources each, part of the time of one | 0.667 | 0.750 | 1.12 | **missed** |",
		"| a worker is killed, until another takes its shard up | 60000 ms | 31000 ms | 0.52 | met |",
	} {
		if !strings.Contains(table, line+"\n") {
			t.Errorf("the table lacks %q:\n%s", line, table)
		}
	}
}

// TestTableOfTheStore: what the server took stands beside what the file took.
func TestTableOfTheStore(t *testing.T) {
	s := &Stored{Resources: 1000, Kept: Kept{Publish: 3, Bytes: 100, Second: 1, Part: 0.01}, Server: &Kept{Publish: 9, Bytes: 150, Second: 2, Part: 0.02}}
	table := Report{Store: s}.Table()
	for _, line := range []string{
		"| saving 1000 resources, time | 10000 ms | 3000 ms | 0.30 | met |",
		"| saving 1000 resources on PostgreSQL, time | 8000 ms | 9000 ms | 1.12 | **missed** |",
		"| saving them again with 1 % changed on PostgreSQL, part of the space | - | 0.0200 | - | no bar |",
	} {
		if !strings.Contains(table, line+"\n") {
			t.Errorf("the table lacks %q:\n%s", line, table)
		}
	}
}

// TestPaper: what stands on paper follows from the figures, and stands there
// only with all of them.
func TestPaper(t *testing.T) {
	r := Report{Scale: &Scaled{Resources: 1000, HandOver: 0.036, Looking: 0.072, Settling: 0.018, Memory: 3, Bytes: 200}}
	if strings.Contains(r.Page(), "On paper") {
		t.Error("it is told what a further day needs, and nobody measured one")
	}
	r.Store = &Stored{Resources: 1000, Server: &Kept{Part: 0.02}}
	page := r.Page()
	for _, line := range []string{
		"What 100 million resources in 100 workspaces of the same size would need",
		"| reading the exports and handing them over | 1.0 core-hours |",
		"| looking at all shards | 2.0 core-hours |",
		"| settling and publishing | 0.5 core-hours |",
		"| the latter two by 16 workers with one core each | 9 minutes |",
		"| memory of a worker, for one workspace at a time | 3.0 GB |",
		"| on disk, the first snapshots with all inputs and results | 20 GB |",
		"| on disk, each further day on which 1 % changes | 0.4 GB |",
	} {
		if !strings.Contains(page, line) {
			t.Errorf("the page lacks %q:\n%s", line, page)
		}
	}
}
