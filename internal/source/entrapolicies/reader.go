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
	return graphrow.JSON(ctx, in, sink, func(r *graphrow.Reader) func() {
		return (&decoder{Reader: r, values: slots.NewValues()}).policy
	})
}

type decoder struct {
	*graphrow.Reader
	values *slots.Values
}

// policy reads the row at hand.
func (d *decoder) policy() {
	typ := typeOf(d.Row.Text("@odata.type"), func(name string) bool { return d.Row.Shows(name) })
	if typ == "" {
		d.Note(demarc.NoteSkipped, "not a Conditional Access policy, a named location or a policy on authentication methods")
		return
	}
	id, name := d.Row.Text("id"), d.Row.Text("displayname")
	resource := demarc.Resource{ID: folders[typ] + id, Name: name, Type: typ, Place: d.Place(), Seen: demarc.SeenFull}
	switch {
	case id == "" && name == "":
		d.Note(demarc.NoteSkipped, "a policy without an id and without a name")
		return
	case id == "":
		resource.ID, resource.MadeUp = folders[typ]+name, true
	case name == "":
		resource.Name = id
	}
	d.Row.Properties(d.values, d.Sink.Plans().For(typ))
	d.values.CloseAll()
	d.Sink.Resource(source.Resource{Resource: resource, Values: d.values})
}
