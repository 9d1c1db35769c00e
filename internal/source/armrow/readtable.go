package armrow

import (
	"context"

	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/csvrows"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/paging"
)

// FirstRow tells the type and the id of the first row that a head shows, ""
// where it shows none.
func FirstRow(h source.Head) (typ, id string) {
	if j := h.JSON(); j.Kind != 0 {
		return j.Row["type"].Text, j.Row["id"].Text
	}
	c := h.CSV()
	for i, column := range c.Header {
		switch name := source.FoldHeader(column); {
		case i >= len(c.First):
		case name == "type":
			typ = c.First[i]
		case name == "id":
			id = c.First[i]
		}
	}
	return typ, id
}

// HasColumns reports whether the rows of a head have all columns of one of
// several lists, named folded.
func HasColumns(h source.Head, lists [][]string) bool {
	for _, columns := range lists {
		if j := h.JSON(); j.Kind != 0 && j.Has(columns...) || j.Kind == 0 && h.CSV().Has(columns...) {
			return true
		}
	}
	return false
}

// noRows is said of a table that is a header only: there is nothing to say
// about anything, which is not the same as that all is well.
const noRows source.Refusal = "a header without rows: not one result in it"

// ReadTable reads an export of one table, in whatever envelope it comes. Each
// row goes to own first; what is not its own goes to the other tables, and is
// a resource where they do not know it.
func ReadTable(ctx context.Context, in *source.Input, sink source.Sink, own func(source.Sink) Rows, others []Table) error {
	export := exportOf(in.Head)
	decoder := func(s source.Sink) tableDecoder {
		return tableDecoder{own(s), NewDecoder(s, in.File, export, others...)}
	}
	if in.Head.JSON().Kind == 0 {
		d := decoder(sink)
		rows, err := csvrows.Read(ctx, in, sink, func(header []string, r csvrows.Row) {
			if !d.own.DecodeFields(header, r.Fields, r.Line) {
				d.rest.DecodeFields(header, r.Fields, r.Line)
			}
		})
		if rows == 0 && err == nil {
			return noRows
		}
		paging.Rows(sink, in.File, rows, export.tool())
		return err
	}
	pages, err := jsonrows.Read(ctx, in, sink, func(s source.Sink) jsonrows.Decoder { return decoder(s) })
	paging.Report(sink, in.File, pages, export.tool())
	return err
}

// exportOf tells what wrote the rows, which matters for those that are
// resources and for how to get the rest.
func exportOf(h source.Head) Export {
	j := h.JSON()
	_, value := j.Members["value"]
	switch {
	case value && !j.HasAny("tenantid"):
		return REST
	case j.HasAny("resourceid", "assessmentname"):
		return PowerShell
	}
	return Graph
}

// tableDecoder reads the rows of one table and leaves every other row to those
// who know it.
type tableDecoder struct {
	own  Rows
	rest *Decoder
}

// Decode reads a row of a JSON file.
func (d tableDecoder) Decode(r jsonrows.Row) {
	if !d.own.Decode(r) {
		d.rest.Decode(r)
	}
}
