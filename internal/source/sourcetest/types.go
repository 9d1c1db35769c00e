package sourcetest

import (
	"sync"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/data"
	"github.com/demarc-dev/demarc/internal/catalog"
)

var known = sync.OnceValues(func() (*catalog.Catalog, error) { return catalog.Parse(data.Compact) })

// Described checks that every type which a reader gives is described in data/.
func Described(t testing.TB, types ...string) {
	t.Helper()
	c, err := known()
	if err != nil {
		t.Fatal(err)
	}
	for _, typ := range types {
		if entry, ok := c.Type(demarc.Fold(typ)); !ok || entry.Type.Type != typ {
			t.Errorf("data/ does not describe the type %s", typ)
		}
	}
}
