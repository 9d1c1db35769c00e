package graphrow

import (
	"context"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/csvrows"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/paging"
)

// Reader reads the rows of a file, one behind the other. It is used by one
// goroutine.
type Reader struct {
	Sink source.Sink
	File *demarc.File
	Row  *Row // the row at hand
}

// NewReader makes a reader without a row at hand.
func NewReader(sink source.Sink, file *demarc.File) *Reader {
	return &Reader{Sink: sink, File: file, Row: New()}
}

// Place is the place of the row at hand.
func (r *Reader) Place() demarc.Place { return demarc.Place{File: r.File, Line: r.Row.Line} }

// Note tells the sink what was not understood of the row at hand.
func (r *Reader) Note(kind demarc.NoteKind, message string) {
	r.Sink.Note(demarc.Note{Kind: kind, Place: r.Place(), Message: message, Count: 1})
}

// Visitor makes the function that is called for each row while it is at hand.
// It is called once for each goroutine, with the reader of that goroutine.
type Visitor func(*Reader) func()

// Read reads the rows of a file that is JSON or a table of separated values.
func Read(ctx context.Context, in *source.Input, sink source.Sink, visitor Visitor) error {
	if in.Head.JSON().Kind == 0 {
		_, err := Table(ctx, in, sink, visitor)
		return err
	}
	return JSON(ctx, in, sink, visitor)
}

// JSON reads the rows of a JSON file: pages of Graph, lists, or what
// PowerShell converts to JSON. A row that is broken is a note, and the sink is
// told when rows are absent.
func JSON(ctx context.Context, in *source.Input, sink source.Sink, visitor Visitor) error {
	pages, err := jsonrows.Read(ctx, in, sink, func(s source.Sink) jsonrows.Decoder {
		r := NewReader(s, in.File)
		return decoder{r, visitor(r)}
	})
	paging.Report(sink, in.File, pages, paging.REST)
	return err
}

// Table reads the lines of a table of separated values and returns how many
// there are, those that became a note included. Whether a number of lines
// tells that others are absent is for the caller to know.
func Table(ctx context.Context, in *source.Input, sink source.Sink, visitor Visitor) (int, error) {
	r := NewReader(sink, in.File)
	visit := visitor(r)
	return csvrows.Read(ctx, in, sink, func(header []string, line csvrows.Row) {
		r.Row.Fields(header, line.Fields, line.Line)
		visit()
	})
}

type decoder struct {
	*Reader
	visit func()
}

// Decode reads a row of a JSON file.
func (d decoder) Decode(row jsonrows.Row) {
	if err := d.Row.JSON(row); err != nil {
		d.Note(demarc.NoteSkipped, err.Error())
		return
	}
	if !d.Row.Valid() {
		d.Note(demarc.NoteMalformed, "bytes that are not UTF-8")
	}
	d.visit()
}
