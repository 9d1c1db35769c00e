package assess

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/slots"
)

func TestSmoke(t *testing.T) {
	c, err := catalog.Load(os.DirFS("../../data"))
	if err != nil {
		t.Fatal(err)
	}
	l, err := New(c, Options{Name: "x", AsOf: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	s := l.NewShard()
	v := slots.NewValues()
	for _, id := range []string{
		"/subscriptions/1/resourceGroups/a/providers/Microsoft.Compute/virtualMachines/vm1",
		"/subscriptions/1/resourceGroups/a/providers/Microsoft.Compute/virtualMachines/vm1/extensions/e",
		"/subscriptions/1/resourceGroups/a/providers/Microsoft.Network/virtualNetworks/v1",
	} {
		typ := "Microsoft.Compute/virtualMachines"
		if id[len(id)-1] == 'e' {
			typ += "/extensions"
		}
		if id[len(id)-2] == 'v' {
			typ = "Microsoft.Network/virtualNetworks"
		}
		v.Reset(l.Layout().For(typ))
		s.Observe(&demarc.Resource{ID: id, Type: typ}, "", v)
	}
	a := l.Settle([]*Shard{s}, nil)
	for _, r := range a.Resources {
		fmt.Printf("%s %v %+v\n", r.ID, r.PartOf, r.Answer)
	}
	for _, c := range a.Matrices[0].Cells {
		fmt.Printf("%s %s %v %v %v\n", c.Area.ID, c.Model, c.Workloads, c.Parties, c.NotApplicable)
	}
}
