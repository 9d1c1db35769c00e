// Package policyassignments reads what Azure Policy is told to look at:
// assignments, exemptions, and the definitions and initiatives that they name.
// It takes rows of Resource Graph (the table policyresources), bodies of the
// REST API, lists and single objects of the Azure CLI and of Az PowerShell,
// which both leave out the object "properties" around what they say, and
// tables of them.
package policyassignments

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/armrow"
)

// kind is what a row is.
type kind uint8

const (
	noKind kind = iota
	assignmentKind
	exemptionKind
	definitionKind
	setKind
)

// kinds are the types of the rows, folded.
var kinds = map[string]kind{
	"microsoft.authorization/policyassignments":    assignmentKind,
	"microsoft.authorization/policyexemptions":     exemptionKind,
	"microsoft.authorization/policydefinitions":    definitionKind,
	"microsoft.authorization/policysetdefinitions": setKind,
}

// Table are rows of Azure Policy among those of other tables. The line stands
// when they are met, so that it is too late to evaluate anything by them.
var Table = armrow.Table{
	Types: slices.Sorted(maps.Keys(kinds)),
	New: func(sink source.Sink, file *demarc.File) armrow.Rows {
		d := newDecoder(sink, file)
		d.late = true
		return d
	},
}

// New makes the format of assignments, exemptions and definitions. Rows of a
// file that are none of its own are left to the other tables, and are resources
// where those do not know them.
func New(others ...armrow.Table) source.Format {
	return source.Format{
		Name:   "azure-policy-assignments",
		Title:  "Azure Policy: assignments, exemptions, definitions, initiatives (Resource Graph, REST, Azure CLI, PowerShell, CSV)",
		Detect: detect,
		First:  true,
		Read: func(ctx context.Context, in *source.Input, sink source.Sink) error {
			return armrow.ReadTable(ctx, in, sink, func(s source.Sink) armrow.Rows { return newDecoder(s, in.File) }, others)
		},
	}
}

// detect looks at the first row. A template is not one of these files, though
// its resources have these types, and neither is a list of compliance states,
// which name the type of what they are about.
func detect(h source.Head) bool {
	j := h.JSON()
	if j.HasAny("apiversion", "compliancestate", "iscompliant") || h.CSV().Has("compliancestate") {
		return false
	}
	typ, id := armrow.FirstRow(h)
	if typ != "" {
		return kindOf(typ, "") != noKind
	}
	if j.Kind == 0 {
		return kindOf("", id) != noKind
	}
	if kindOf(j.Row["resourcetype"].Text, "") != noKind {
		return true
	}
	rule := j.Row["properties"].Kind == '{' || j.HasAny("policyrule", "policydefinitions", "policydefinition", "policydefinitionid", "policyassignmentid")
	return rule && kindOf("", id) != noKind
}

// kindOf tells what a row is by its type or, where tools leave that out, by
// the provider in its id.
func kindOf(typ, id string) kind {
	if typ != "" {
		return kinds[demarc.Fold(typ)]
	}
	id = strings.TrimRight(demarc.Fold(id), "/")
	const providers = "/providers/"
	i := strings.LastIndex(id, providers)
	if i < 0 {
		return noKind
	}
	parts := strings.Split(id[i+len(providers):], "/")
	if len(parts) != 3 {
		return noKind
	}
	return kinds[parts[0]+"/"+parts[1]]
}
