package azurerbac

import (
	"maps"
	"slices"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/armrow"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
)

// Table are the rows of role assignments among those of other tables. Whether
// such a file shows all of them is not told.
var Table = armrow.Table{
	Types: slices.Sorted(maps.Keys(kinds)),
	New: func(sink source.Sink, file *demarc.File) armrow.Rows {
		return rows{&decoder{Reader: graphrow.NewReader(sink, file), properties: graphrow.New(), inner: graphrow.New(), seen: &seen{}}}
	},
}

type rows struct{ *decoder }

// Decode reads a row that is a role assignment.
func (r rows) Decode(row jsonrows.Row) bool {
	if err := r.Row.JSON(row); err != nil || !r.ours() {
		return false
	}
	r.decode()
	return true
}

// DecodeFields reads a line that is a role assignment.
func (r rows) DecodeFields(header, fields []string, line int) bool {
	r.Row.Fields(header, fields, line)
	if !r.ours() {
		return false
	}
	r.decode()
	return true
}

func (r rows) ours() bool {
	_, ok := kinds[demarc.Fold(r.Row.Text("type"))]
	return ok
}
