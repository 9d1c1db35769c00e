// Package entrapolicies reads rules of a Microsoft Entra directory: Conditional
// Access policies, named locations and the policy on authentication methods,
// as Microsoft Graph, its PowerShell modules and backup tools write them, one
// a file or in lists. They are settings of the directory: resources that hold
// nothing themselves.
package entrapolicies

import (
	"context"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/paging"
)

// The types that the reader gives.
const (
	conditionalAccess = "entra/conditional-access-policy"
	namedLocation     = "entra/named-location"
	authentication    = "entra/authentication-method-policy"
)

// Format is the format of the rules of a directory.
var Format = source.Format{
	Name:   "entra-policies",
	Title:  "Microsoft Entra policies: Graph Conditional Access policies, named locations, authentication methods (JSON)",
	Detect: detect,
	Read:   read,
}

// folders are where Graph keeps what the reader gives: with the id of a policy
// behind it, the path of that policy.
var folders = map[string]string{
	conditionalAccess: "identity/conditionalAccess/policies/",
	namedLocation:     "identity/conditionalAccess/namedLocations/",
	authentication:    "policies/",
}

func detect(h source.Head) bool {
	j := h.JSON()
	return j.Kind != 0 && !j.Table && typeOf(j.Row["@odata.type"].Text, func(name string) bool { return j.Has(name) }) != ""
}

// typeOf tells what a row is: by the type that Graph writes, else by what only
// rows of that kind have. Names are folded.
func typeOf(graphType string, has func(name string) bool) string {
	switch strings.TrimPrefix(demarc.Fold(graphType), "#microsoft.graph.") {
	case "conditionalaccesspolicy":
		return conditionalAccess
	case "ipnamedlocation", "countrynamedlocation":
		return namedLocation
	case "authenticationmethodspolicy":
		return authentication
	}
	switch {
	case has("state") && has("conditions") && (has("grantcontrols") || has("sessioncontrols")):
		return conditionalAccess
	case has("displayname") && (has("ipranges") || has("countriesandregions")):
		return namedLocation
	case has("authenticationmethodconfigurations"):
		return authentication
	}
	return ""
}

func read(ctx context.Context, in *source.Input, sink source.Sink) error {
	pages, err := jsonrows.Read(ctx, in, sink, func(s source.Sink) jsonrows.Decoder {
		return &decoder{sink: s, file: in.File, row: graphrow.New(), values: slots.NewValues()}
	})
	paging.Report(sink, in.File, pages, paging.REST)
	return err
}

type decoder struct {
	sink   source.Sink
	file   *demarc.File
	row    *graphrow.Row
	values *slots.Values
}

// Decode reads a policy.
func (d *decoder) Decode(r jsonrows.Row) {
	if err := d.row.JSON(r); err != nil {
		d.note(demarc.NoteSkipped, r.Line, err.Error())
		return
	}
	if !d.row.Valid() {
		d.note(demarc.NoteMalformed, r.Line, "bytes that are not UTF-8")
	}
	typ := typeOf(d.row.Text("@odata.type"), func(name string) bool { return d.row.Shows(name) })
	if typ == "" {
		d.note(demarc.NoteSkipped, r.Line, "not a Conditional Access policy, a named location or a policy on authentication methods")
		return
	}
	id, name := d.row.Text("id"), d.row.Text("displayname")
	resource := demarc.Resource{ID: folders[typ] + id, Name: name, Type: typ, Place: demarc.Place{File: d.file, Line: r.Line}, Seen: demarc.SeenFull}
	switch {
	case id == "" && name == "":
		d.note(demarc.NoteSkipped, r.Line, "a policy without an id and without a name")
		return
	case id == "":
		resource.ID, resource.MadeUp = folders[typ]+name, true
	case name == "":
		resource.Name = id
	}
	d.row.Properties(d.values, d.sink.Plans().For(typ))
	d.values.CloseAll()
	d.sink.Resource(source.Resource{Resource: resource, Values: d.values})
}

func (d *decoder) note(kind demarc.NoteKind, line int, message string) {
	d.sink.Note(demarc.Note{Kind: kind, Place: demarc.Place{File: d.file, Line: line}, Message: message, Count: 1})
}
