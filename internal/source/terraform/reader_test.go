package terraform

import (
	"testing"

	"github.com/demarc-dev/demarc/data"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

// format is the format with the knowledge of the real catalogue.
func format(t testing.TB) source.Format {
	t.Helper()
	c, err := catalog.Parse(data.Compact)
	if err != nil {
		t.Fatal(err)
	}
	return New(func() (Knowledge, error) { return c, nil })
}

func TestCases(t *testing.T) { sourcetest.Cases(t, format(t)) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, format(f)) }
