package scubagear

import (
	"sync"
	"testing"

	"github.com/demarc-dev/demarc/data"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

var format = New(sync.OnceValues(func() (*catalog.Catalog, error) { return catalog.Parse(data.Compact) }))

func TestCases(t *testing.T) { sourcetest.Cases(t, format) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, format) }

func TestServicesAreDescribed(t *testing.T) {
	for _, p := range products {
		if p.service != "" {
			sourcetest.Described(t, p.service)
		}
	}
}
