// Package jsonrows splits JSON inventories into their rows while they stream
// by. It walks the envelope around the rows (a list, pages of services with
// their list in `data` or `value`, tables of columns and rows, one object,
// several documents one behind the other) and hands out the bytes of each row.
// What is in a row is for others to read. Memory is bounded by the largest
// row it accepts, whatever the size of the file and of its lines.
package jsonrows

import (
	"context"
	"runtime"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
)

// MaxRow is the size above which a row is skipped.
const MaxRow = 64 << 20

// batchSize is how many bytes of rows go to a decoder at once.
const batchSize = 256 << 10

// Row is one row: an object or, in a table, the list of its values.
type Row struct {
	Raw     []byte // valid until Decode returns
	Line    int
	Columns []string // of a table, else nil
}

// Decoder reads rows. Each is used by one goroutine.
type Decoder interface {
	// Decode reads one row. It tells its sink about rows that it cannot read,
	// and keeps nothing of the row's bytes.
	Decode(Row)
}

// Page is what one envelope said about its rows.
type Page struct {
	Line      int
	Rows      int    // that were in it, whether or not they could be read
	Total     int    // rows there are, 0 when it did not say
	Link      string // the address of the next page
	Token     string // what to ask the next page with
	Truncated bool   // it says that rows are absent
	Cut       bool   // it breaks off: the file ends, or is broken, inside of it
}

// Read splits a file and decodes its rows, on all cores when it is large. The
// decoders are made by newDecoder, one for each sink. It returns the pages in
// the order of the file: one for each envelope and one for all rows that stood
// alone. An error means that the file could not be read to its end.
func Read(ctx context.Context, in *source.Input, sink source.Sink, newDecoder func(source.Sink) Decoder) ([]Page, error) {
	p := &pool{sink: sink, newDecoder: newDecoder, most: runtime.GOMAXPROCS(0), own: newDecoder(sink)}
	size := batchSize
	if n := in.Head.Size(); n >= 0 {
		size = n + 1 // the end is met in the same breath
	}
	s := newSplitter(ctx, in, p, size)
	s.note = func(line int, message string) {
		sink.Note(demarc.Note{Kind: demarc.NoteSkipped, Place: demarc.Place{File: in.File, Line: line}, Message: message, Count: 1})
	}
	s.documents()
	p.finish()
	return s.pages, s.err
}
