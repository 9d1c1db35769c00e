package slots

import (
	"slices"
	"testing"
)

// TestEveryHoldsAllWishes: resources whose type is not known yet are read with
// the wishes of all types.
func TestEveryHoldsAllWishes(t *testing.T) {
	layout, err := NewLayout([]Wish{{Path: "kind"}, {Type: "a/b", Path: "properties.x"}, {Type: "c/d", Path: "Properties.X"}, {Type: "c/d", Path: "sku.name"}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := layout.Every().Paths(), []string{"kind", "properties.x", "sku.name"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
