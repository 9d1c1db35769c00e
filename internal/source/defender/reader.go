// Package defender reads the assessments of Microsoft Defender for Cloud: rows
// of Resource Graph, bodies of the REST API, lists of the Azure CLI and of Az
// PowerShell, and the portal's list of recommendations. Each row says how one
// resource stands to one recommendation, whose GUID is the check.
package defender

import (
	"context"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/armrow"
)

// The types of the rows.
const (
	assessments    = "microsoft.security/assessments"
	subassessments = "microsoft.security/assessments/subassessments"
)

// Table are the assessments in an answer of Resource Graph.
var Table = armrow.Table{
	Types: []string{assessments, subassessments},
	New:   func(sink source.Sink, file *demarc.File) armrow.Rows { return newDecoder(sink, file) },
}

// New makes the format of assessments. Rows of a file that are none are left
// to the other tables, and are resources where those do not know them.
func New(others ...armrow.Table) source.Format {
	return source.Format{
		Name:     "defender",
		Title:    "Microsoft Defender for Cloud: assessments, recommendations (Resource Graph, REST, Azure CLI, PowerShell, portal CSV)",
		Detect:   detect,
		Evidence: true,
		Read: func(ctx context.Context, in *source.Input, sink source.Sink) error {
			return read(ctx, in, sink, others)
		},
	}
}

// lists are columns that only lists of recommendations have together.
var lists = [][]string{
	{"recommendationid", "recommendationname", "state"}, // the portal
	{"assessmentname", "status", "assessmentid"},
	{"assessmentname", "status", "resourceid"},
}

// detect wants the type or the id of an assessment, or the columns of a list.
func detect(h source.Head) bool {
	typ, id := armrow.FirstRow(h)
	if typ = demarc.Fold(typ); typ == assessments || typ == subassessments {
		return true
	}
	return armrow.HasColumns(h, lists) || typ == "" && strings.Contains(demarc.Fold(id), "/providers/"+assessments+"/")
}

func read(ctx context.Context, in *source.Input, sink source.Sink, others []armrow.Table) error {
	flat := armrow.HasColumns(in.Head, lists)
	return armrow.ReadTable(ctx, in, sink, func(s source.Sink) armrow.Rows {
		d := newDecoder(s, in.File)
		d.flat = flat
		return d
	}, others)
}
