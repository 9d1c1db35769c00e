package classify_test

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/data"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/classify"
	"github.com/demarc-dev/demarc/internal/sample"
	"github.com/demarc-dev/demarc/internal/slots"
)

var knowledge = sync.OnceValues(func() (*catalog.Catalog, error) { return catalog.Parse(data.Compact) })

// classifier compiles the tables of the data folder.
func classifier(t testing.TB, own ...demarc.Override) (*classify.Classifier, *slots.Layout) {
	t.Helper()
	c, err := knowledge()
	if err != nil {
		t.Fatal(err)
	}
	layout, err := slots.NewLayout(classify.Wishes(c, own))
	if err != nil {
		t.Fatal(err)
	}
	return classify.New(c, layout, own), layout
}

// leastReviewed is how many types the golden file holds at least.
const leastReviewed = 300

// wellKnown are the types of the golden file: those that most estates have.
// Each of its lines was compared with the public page that stands at its end.
func wellKnown(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("testdata/types.golden")
	if err != nil {
		t.Fatal(err)
	}
	var types []string
	for line := range strings.Lines(string(text)) {
		typ, _, _ := strings.Cut(line, " |")
		types = append(types, typ)
	}
	return types
}

// TestWellKnownTypes writes a line for each type: service model, role, main
// facet, further facets, the areas that it does not have, and the source, of a
// resource that was seen in full and has none of the properties that would
// change it. A new type is added to the file by its name.
func TestWellKnownTypes(t *testing.T) {
	c, layout := classifier(t)
	types := wellKnown(t)
	if len(types) < leastReviewed {
		t.Errorf("%d types, want at least %d", len(types), leastReviewed)
	}
	var b strings.Builder
	values := slots.NewValues()
	for _, typ := range types {
		values.Reset(layout.For(typ))
		values.CloseAll()
		class := c.Observe(&demarc.Resource{ID: "x", Type: typ}, values).Class
		if class.Entry == nil || !class.Rule.Reviewed || class.Likely {
			t.Errorf("%s is not reviewed", typ)
			continue
		}
		facets := []string{class.MainFacet}
		for _, f := range class.Facets {
			facets = append(facets, f.ID+":"+f.Model)
		}
		lacks := cmp.Or(strings.Join(slices.Sorted(maps.Keys(class.Lacks)), " "), "nothing")
		fmt.Fprintf(&b, "%s | %v | %v | %s | lacks %s | %s\n", class.Type, class.Model, class.Role, strings.Join(facets, " "), lacks, class.Rule.Source)
	}
	if !slices.IsSortedFunc(types, func(a, b string) int { return strings.Compare(demarc.Fold(a), demarc.Fold(b)) }) {
		t.Error("the types are not in order")
	}
	sample.Golden(t, "types.golden", []byte(b.String()))
}
