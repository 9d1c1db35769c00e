package armrow

import (
	"context"

	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/csvrows"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/paging"
)

// Read reads an export that is JSON or, with columns of JSON as texts, a table
// of separated values. It tells the sink when rows are absent, and how the tool
// that wrote them gets the rest. Rows of the other tables are left to them.
func Read(ctx context.Context, in *source.Input, sink source.Sink, export Export, others ...Table) error {
	tool := export.tool()
	if in.Head.JSON().Kind == 0 {
		d := NewDecoder(sink, in.File, export, others...)
		rows, err := csvrows.Read(ctx, in, sink, func(header []string, r csvrows.Row) {
			d.DecodeFields(header, r.Fields, r.Line)
		})
		paging.Rows(sink, in.File, rows, tool)
		return err
	}
	pages, err := jsonrows.Read(ctx, in, sink, func(s source.Sink) jsonrows.Decoder {
		return NewDecoder(s, in.File, export, others...)
	})
	paging.Report(sink, in.File, pages, tool)
	return err
}

// tool is what writes an export.
func (e Export) tool() paging.Tool {
	switch e {
	case REST:
		return paging.REST
	case PowerShell:
		return paging.PowerShell
	case Graph, List:
	}
	return paging.ResourceGraph
}
