package recorded_test

import (
	"fmt"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/recorded"
)

// counting counts what it is given.
type counting struct{ records, bytes int }

func (c *counting) Keep(_ recorded.Kind, record, aside []byte) {
	c.records++
	c.bytes += len(record) + len(aside)
}

func (c *counting) Fork() recorded.Keeper { return c }

// deaf is a sink that does nothing with resources.
type deaf struct{ *ear }

func (deaf) Resource(source.Resource) {}

// machine is a resource with fifteen values as an export shows it.
func machine(t testing.TB) (*ear, source.Resource) {
	t.Helper()
	var wishes []slots.Wish
	for i := range 15 {
		wishes = append(wishes, slots.Wish{Type: "microsoft.compute/virtualmachines", Path: fmt.Sprintf("properties.part.p%02d", i)})
	}
	e := newEar(t, wishes...)
	v := slots.NewValues()
	v.Reset(e.plans.For("Microsoft.Compute/virtualMachines"))
	for i := range 15 {
		switch i % 3 {
		case 0:
			v.SetAt(i, demarc.Text("Standard_D4s_v5"))
		case 1:
			v.SetAt(i, demarc.Bool(true))
		}
	}
	v.CloseAll()
	const group = "/subscriptions/6f0b1c7e-2f3a-4a53-9d0e-4b8f5f0c2a11/resourceGroups/rg-shop"
	return e, source.Resource{
		Resource: demarc.Resource{ID: group + "/providers/Microsoft.Compute/virtualMachines/vm-shop-042", Name: "vm-shop-042", Type: "Microsoft.Compute/virtualMachines",
			Seen: demarc.SeenFull, Place: demarc.Place{File: &demarc.File{Path: "exports/resources.json"}, Line: 4711}},
		ScopeID: group, Values: v,
	}
}

func BenchmarkRecordResource(b *testing.B) {
	e, r := machine(b)
	var kept counting
	sink := recorded.Record(deaf{e}, &kept)
	b.ReportAllocs()
	for b.Loop() {
		sink.Resource(r)
	}
	b.ReportMetric(float64(kept.bytes)/float64(kept.records), "bytes/record")
}

func BenchmarkPlayResource(b *testing.B) {
	e, r := machine(b)
	tape := newTape()
	recorded.Record(deaf{e}, tape).Resource(r)
	list := *tape.list
	p := recorded.NewPlayer()
	if err := p.Plan([]byte(list[0].record)); err != nil {
		b.Fatal(err)
	}
	record, aside := []byte(list[1].record), []byte(list[1].aside)
	b.ReportAllocs()
	for b.Loop() {
		if err := p.Play(recorded.KindResource, record, aside, deaf{e}); err != nil {
			b.Fatal(err)
		}
	}
}

// TestRecordAllocatesNothing: a buffer serves all resources.
func TestRecordAllocatesNothing(t *testing.T) {
	e, r := machine(t)
	sink := recorded.Record(deaf{e}, &counting{})
	sink.Resource(r)
	if n := testing.AllocsPerRun(100, func() { sink.Resource(r) }); n > 0 {
		t.Errorf("it allocates %v times", n)
	}
}
