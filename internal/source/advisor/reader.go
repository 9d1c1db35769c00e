// Package advisor reads the recommendations of Azure Advisor: rows of Resource
// Graph, bodies of the REST API, lists of the Azure CLI and of Az PowerShell,
// and the portal's CSV. A recommendation that is there says that something is
// to be done about a resource; Advisor never says that something is done.
package advisor

import (
	"context"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/armrow"
)

// The types of the rows.
const (
	recommendations = "microsoft.advisor/recommendations"
	suppressions    = "microsoft.advisor/recommendations/suppressions"
	suppressionRows = "microsoft.advisor/suppressions" // as Resource Graph calls them
)

// Table are the recommendations in an answer of Resource Graph.
var Table = armrow.Table{
	Types: []string{recommendations, suppressions, suppressionRows},
	New:   func(sink source.Sink, file *demarc.File) armrow.Rows { return newDecoder(sink, file) },
}

// New makes the format of recommendations. Rows of a file that are none are
// left to the other tables, and are resources where those do not know them.
func New(others ...armrow.Table) source.Format {
	return source.Format{
		Name:     "advisor",
		Title:    "Azure Advisor: recommendations (Resource Graph, REST, Azure CLI, PowerShell, portal CSV)",
		Detect:   detect,
		Evidence: true,
		Read: func(ctx context.Context, in *source.Input, sink source.Sink) error {
			return read(ctx, in, sink, others)
		},
	}
}

// lists are columns that only lists of recommendations have together.
var lists = [][]string{
	{"recommendationid", "impactedfield"},
	{"impactedfield", "impactedvalue"},
	{"category", "businessimpact", "recommendation"},
}

// detect wants the type or the id of a recommendation, or the columns of a list.
func detect(h source.Head) bool {
	typ, id := armrow.FirstRow(h)
	switch typ = demarc.Fold(typ); typ {
	case recommendations, suppressions, suppressionRows:
		return true
	}
	return armrow.HasColumns(h, lists) || typ == "" && strings.Contains(demarc.Fold(id), "/providers/"+recommendations+"/")
}

func read(ctx context.Context, in *source.Input, sink source.Sink, others []armrow.Table) error {
	flat := armrow.HasColumns(in.Head, lists)
	return armrow.ReadTable(ctx, in, sink, func(s source.Sink) armrow.Rows {
		d := newDecoder(s, in.File)
		d.flat = flat
		return d
	}, others)
}
