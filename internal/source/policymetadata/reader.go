// Package policymetadata reads whose each control of a regulatory initiative
// is, as Microsoft publishes it: answers of the REST API
// (Microsoft.PolicyInsights/policyMetadata), `az policy metadata list` and
// Get-AzPolicyMetadata. The texts of controls belong to those who wrote them
// and are not kept: an id, a category and an owner are.
package policymetadata

import (
	"context"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
)

// Format is the format of the metadata of policies.
var Format = source.Format{
	Name:   "policy-metadata",
	Title:  "Azure Policy: who owns each control of an initiative (policyMetadata; REST, Azure CLI, PowerShell)",
	Detect: detect,
	Read:   read,
}

// metadataType is the type of the rows, folded.
const metadataType = "microsoft.policyinsights/policymetadata"

// detect wants the type or, of rows that tools have flattened, the members
// that only these have together.
func detect(h source.Head) bool {
	j := h.JSON()
	return j.Kind != 0 && (demarc.Fold(j.Row["type"].Text) == metadataType || j.Has("metadataid", "owner"))
}

func read(ctx context.Context, in *source.Input, sink source.Sink) error {
	return graphrow.JSON(ctx, in, sink, func(r *graphrow.Reader) func() {
		inner := graphrow.New()
		return func() { decode(r, inner) }
	})
}

// decode reads the row at hand.
func decode(r *graphrow.Reader, inner *graphrow.Row) {
	from := r.Row
	if raw := r.Row.Raw("properties"); len(raw) > 0 && raw[0] == '{' && inner.Object(raw, r.Row.Line) == nil {
		from = inner
	}
	typ := demarc.Fold(r.Row.Text("type"))
	if typ != metadataType && (typ != "" || !from.Shows("metadataid")) {
		r.Note(demarc.NoteSkipped, "not the metadata of a policy")
		return
	}
	id := strings.TrimRight(r.Row.Text("id", "name"), "/")
	id = id[strings.LastIndexByte(id, '/')+1:]
	if id == "" {
		id = from.Text("metadataid")
	}
	if id == "" {
		r.Note(demarc.NoteSkipped, "the metadata of a policy without an id")
		return
	}
	owner := from.Text("owner")
	if owner == "" {
		r.Note(demarc.NoteMalformed, "a control that nobody is named for")
	}
	r.Sink.Statement(source.Statement{Kind: "policy-metadata", ID: id, Place: r.Place(),
		Content: demarc.PolicyMetadata{ID: id, Category: from.Text("category"), Owner: owner, Place: r.Place()}})
}
