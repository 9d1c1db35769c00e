package terraform

import (
	"context"
	"runtime"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/bench"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
)

// counter is a sink that keeps numbers only.
type counter struct {
	plans                         *slots.Layout
	resources, references, others int
	tied                          int // resources that another one tells something of
}

func (c *counter) Resource(r source.Resource) {
	c.resources++
	for _, path := range []string{"managedBy", "properties.virtualMachine.id", "properties.ipConfiguration.id"} {
		if r.Values.At(r.Values.Plan().Slot(path)).Kind() == demarc.KindText {
			c.tied++
		}
	}
}
func (c *counter) Scope(source.Scope)           { c.others++ }
func (c *counter) Reference(source.Reference)   { c.references++ }
func (c *counter) Statement(source.Statement)   { c.others++ }
func (c *counter) Evidence(*demarc.Evidence)    { c.others++ }
func (c *counter) Note(demarc.Note)             { c.others++ }
func (c *counter) Incomplete(demarc.Incomplete) { c.others++ }
func (c *counter) Fork() source.Sink            { return c }
func (c *counter) Plans() *slots.Layout         { return c.plans }

func newCounter(t testing.TB) *counter {
	t.Helper()
	plans, err := slots.NewLayout(append([]slots.Wish{{Path: "tags['owner']"}}, wished...))
	if err != nil {
		t.Fatal(err)
	}
	return &counter{plans: plans}
}

// readState reads a state of so many machines.
func readState(t testing.TB, f source.Format, machines int) *counter {
	t.Helper()
	in, err := source.NewInput(&demarc.File{Path: "-"}, bench.NewState(machines))
	if err != nil {
		t.Fatal(err)
	}
	c := newCounter(t)
	if err := f.Read(context.Background(), in, c); err != nil {
		t.Fatal(err)
	}
	if c.resources != 4*machines || c.references != machines || c.others != 0 || c.tied != 3*machines {
		t.Fatalf("%d machines give %+v", machines, *c)
	}
	return c
}

// TestStateStreams: what is kept of a state is little beside its size.
func TestStateStreams(t *testing.T) {
	const megabytes = 30
	f, machines := format(t), bench.StateMachines(megabytes<<20)
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	readState(t, f, machines)
	runtime.ReadMemStats(&after)
	if grown := (after.Sys - min(after.Sys, before.Sys)) >> 20; grown > 2*megabytes {
		t.Errorf("a state of %d MB took %d MB", megabytes, grown)
	}
}

// BenchmarkState reads a state of 100 MB.
func BenchmarkState(b *testing.B) {
	const megabytes = 100
	f, machines := format(b), bench.StateMachines(megabytes<<20)
	b.SetBytes(megabytes << 20)
	b.ReportAllocs()
	for b.Loop() {
		readState(b, f, machines)
	}
}
