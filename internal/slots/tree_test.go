package slots

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/demarc-dev/demarc"
)

// plainTree is a tree over a decoded document. The text "?" is unknown.
type plainTree struct{ doc any }

func (p plainTree) Value() demarc.Value {
	if p.doc == "?" {
		return demarc.Unknown("not told")
	}
	return plain(p.doc)
}

func (p plainTree) Member(name string) Tree {
	if m, ok := p.doc.(map[string]any)[name]; ok {
		return plainTree{m}
	}
	return nil
}

func (p plainTree) Members(visit func(name string, member func() Tree)) {
	object := p.doc.(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(object)) {
		visit(name, func() Tree { return plainTree{object[name]} })
	}
}

func (p plainTree) Elements() (list []Tree) {
	for _, e := range p.doc.([]any) {
		list = append(list, plainTree{e})
	}
	return list
}

// TestTreesGiveWhatTextsGive: a tree gives what its JSON text gives, but for
// members that an element of a list lacks: those are not known to be missing.
func TestTreesGiveWhatTextsGive(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 2))
		path := randomPath(r)
		doc := document(r, 5)
		text, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		decoded, planted := NewValues(), NewValues()
		decoded.Reset(planOf(t, path))
		planted.Reset(planOf(t, path))
		if err := decoded.DecodeColumn("p", text); err != nil {
			t.Fatal(err)
		}
		planted.SetTree("p", plainTree{doc})
		if got, want := planted.At(0), decoded.At(0); !sameButMissing(got, want) {
			t.Fatalf("seed %d: %s of %s: got %v, want %v", seed, path, text, got, want)
		}
	}
}

func sameButMissing(got, want demarc.Value) bool {
	if want.Kind() == demarc.KindMissing {
		return got.IsUnknown()
	}
	if got.Kind() != want.Kind() || len(got.Elements()) != len(want.Elements()) {
		return false
	}
	for i, e := range want.Elements() {
		if !sameButMissing(got.Elements()[i], e) {
			return false
		}
	}
	return got.Kind() == demarc.KindList || got.String() == want.String()
}

func TestTreesWithUnknowns(t *testing.T) {
	v := NewValues()
	v.Reset(planOf(t, "p.a.b", "p.a", "p.l[*].x", "p.l", "p.c"))
	v.SetTree("p", plainTree{map[string]any{"a": "?", "l": []any{map[string]any{"x": "1"}, "?"}, "c": "2"}})
	for path, want := range map[string]string{
		"p.a": "unknown: not told", "p.a.b": "unknown: not told", "p.c": "2", "p.l": "[{...} unknown: not told]", "p.l[*].x": "[1 unknown: not told]",
	} {
		if got := v.At(v.Plan().Slot(path)).String(); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
}
