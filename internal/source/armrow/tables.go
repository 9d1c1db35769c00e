package armrow

import (
	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
)

// Table is a table of Resource Graph whose rows are no resources but what a
// service says about them. One answer may hold rows of several tables.
type Table struct {
	Types []string // of its rows, folded
	// New makes a reader of its rows, for one goroutine.
	New func(source.Sink, *demarc.File) Rows
}

// Rows reads the rows of a table.
type Rows interface {
	// Decode reads a row, and reports false, having done nothing, of a row that
	// belongs to another table.
	Decode(jsonrows.Row) bool
	// DecodeFields is Decode for a line of a table of separated values.
	DecodeFields(header, fields []string, line int) bool
}

// tables finds who reads a row by its type.
type tables struct {
	sink   source.Sink
	file   *demarc.File
	known  map[string]*reader
	last   Rows // who read the row before, nil when it was a resource
	folded [longestType]byte
}

// reader is who reads a table, made when its first row is met.
type reader struct {
	table Table
	rows  Rows
}

// longestType is the length above which a type is of no table.
const longestType = 96

func newTables(sink source.Sink, file *demarc.File, others []Table) tables {
	t := tables{sink: sink, file: file, known: map[string]*reader{}}
	for _, table := range others {
		r := &reader{table: table}
		for _, typ := range table.Types {
			t.known[typ] = r
		}
	}
	return t
}

// of finds who reads rows of a type, nil for resources.
func (t *tables) of(quoted []byte) Rows {
	if len(t.known) == 0 || len(quoted) < 2 || quoted[0] != '"' {
		return nil
	}
	r := t.known[string(foldName(t.folded[:], quoted))]
	if r == nil {
		return nil
	}
	if r.rows == nil {
		r.rows = r.table.New(t.sink, t.file)
	}
	return r.rows
}
