package assess_test

import (
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
)

// Only what is there stands in the matrix; what may be deployed has a picture
// of its own, and what leaves has none.
func TestStandings(t *testing.T) {
	line, err := assess.New(load(t), assess.Options{AsOf: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	shard := line.NewShard()
	for name, standing := range map[string]demarc.Standing{"a": demarc.There, "b": demarc.Conditional, "c": demarc.Conditional, "d": demarc.Leaving} {
		r := demarc.Resource{ID: in("Microsoft.Compute/virtualMachines/" + name), Type: "Microsoft.Compute/virtualMachines", Standing: standing}
		shard.Observe(&r, "", nil)
	}
	a := line.Settle([]*assess.Shard{shard}, nil)
	if e := a.Estate; e.Workloads != 1 || e.Conditional != 2 || e.Leaving != 1 {
		t.Errorf("%d workloads, %d conditional, %d leaving", e.Workloads, e.Conditional, e.Leaving)
	}
	for _, tt := range []struct {
		name     string
		matrices []demarc.Matrix
		want     int
	}{{"there", a.Matrices, 1}, {"conditional", a.Conditional, 2}} {
		if len(tt.matrices) != 1 {
			t.Fatalf("%s: %d pictures, want 1", tt.name, len(tt.matrices))
		}
		for _, c := range tt.matrices[0].Cells {
			if want := tt.want; c.Model == demarc.IaaS && c.Workloads != want {
				t.Errorf("%s: %s has %d workloads, want %d", tt.name, c.Area.ID, c.Workloads, want)
			}
		}
	}
}

// A resource that is there outweighs a template that may deploy it.
func TestThereOutweighsConditional(t *testing.T) {
	line, err := assess.New(load(t), assess.Options{})
	if err != nil {
		t.Fatal(err)
	}
	shard := line.NewShard()
	for _, r := range []demarc.Resource{{Seen: demarc.SeenDeclared, Standing: demarc.Conditional}, {Seen: demarc.SeenNone}} {
		r.ID, r.Type = in("Microsoft.Compute/virtualMachines/vm"), "Microsoft.Compute/virtualMachines"
		shard.Observe(&r, "", nil)
	}
	a := line.Settle([]*assess.Shard{shard}, nil)
	if len(a.Resources) != 1 || a.Resources[0].Standing != demarc.There || a.Estate.Conditional != 0 {
		t.Errorf("%d resources, the first %v, %d conditional", len(a.Resources), a.Resources[0].Standing, a.Estate.Conditional)
	}
}

// What may be deployed where nothing is there refers to nothing above it.
func TestVerdictsOfWhatIsNotThere(t *testing.T) {
	e := estate{records: []record{{id: in("Microsoft.Compute/virtualMachines/vm"), seen: demarc.SeenDeclared, standing: demarc.Conditional}}}
	for _, v := range e.assess(t).Verdicts.Of(0) {
		if v.Instance.Resource == nil {
			t.Errorf("%s of %s", v.Responsibility.ID, v.Instance.Name())
		}
	}
}
