package table

import (
	"bytes"
	"testing"

	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/sample"
)

func TestShow(t *testing.T) {
	for _, w := range []int{80, 120} {
		for _, c := range []bool{false, true} {
			var b bytes.Buffer
			Write(&b, sample.Contoso(), report.Options{Width: w, Color: c, Paths: []string{"examples/contoso"}})
			t.Log("\n" + b.String())
		}
	}
}
