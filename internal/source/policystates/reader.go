// Package policystates reads what Azure Policy found: how resources comply with
// policies, and what people attest. It takes rows of Resource Graph, bodies of the REST
// API, lists of the Azure CLI and of Az PowerShell, and tables of them.
package policystates

import (
	"context"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/armrow"
)

// kind is what a row is.
type kind uint8

const (
	noKind kind = iota
	stateKind
	attestationKind
)

// kinds are the types of the rows, folded.
var kinds = map[string]kind{
	"microsoft.policyinsights/policystates": stateKind,
	"microsoft.policyinsights/attestations": attestationKind,
}

// Table are the rows of Azure Policy in an answer of Resource Graph.
var Table = armrow.Table{Types: types(), New: func(sink source.Sink, file *demarc.File) armrow.Rows { return newDecoder(sink, file) }}

func types() []string {
	var all []string
	for typ := range kinds {
		all = append(all, typ)
	}
	return all
}

// New makes the format of Azure Policy. Rows of a file that are none of its
// own are left to the other tables, and are resources where those do not know
// them.
func New(others ...armrow.Table) source.Format {
	return source.Format{
		Name:     "azure-policy",
		Title:    "Azure Policy: compliance states, attestations (Resource Graph, REST, Azure CLI, PowerShell, CSV)",
		Detect:   detect,
		Evidence: true,
		Read: func(ctx context.Context, in *source.Input, sink source.Sink) error {
			flat := armrow.HasColumns(in.Head, lists)
			return armrow.ReadTable(ctx, in, sink, func(s source.Sink) armrow.Rows {
				d := newDecoder(s, in.File)
				d.flat = flat
				return d
			}, others)
		},
	}
}

// lists are columns that only lists of compliance states have together.
var lists = [][]string{
	{"policydefinitionid", "compliancestate"},
	{"policydefinitionname", "compliancestate"},
	{"policydefinitionid", "iscompliant"},
	{"policyassignmentid", "compliancestate", "resourceid"},
}

// detect wants the type of a row, or the columns of a list. A template is not
// one of them, though its resources have these types.
func detect(h source.Head) bool {
	typ, _ := armrow.FirstRow(h)
	return kinds[demarc.Fold(typ)] != noKind && !h.JSON().HasAny("apiversion") ||
		armrow.HasColumns(h, lists) || isPowerShell(h.JSON())
}

// isPowerShell recognises what older modules of Az PowerShell print, which name
// the type in a column of their own.
func isPowerShell(j source.JSONHead) bool {
	return kinds[demarc.Fold(j.Row["resourcetype"].Text)] != noKind
}
