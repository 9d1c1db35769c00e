// Package entrapolicies reads rules of a Microsoft Entra directory: Conditional
// Access policies, named locations, security defaults and the policies on
// authentication methods and authorization, as Microsoft Graph, its PowerShell
// modules and backup tools write them, one a file or in lists. They are
// settings of the directory: resources that hold nothing themselves. What the
// policies enforce together is decided elsewhere; a file that lists them says
// whether it lists all, so that the absence of one may say something.
package entrapolicies

import (
	"context"
	"strings"
	"sync/atomic"

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
	securityDefaults  = "entra/security-defaults"
	authorization     = "entra/authorization-policy"
)

// defaultsID is the id of the record of security defaults in every tenant.
// See https://learn.microsoft.com/graph/api/identitysecuritydefaultsenforcementpolicy-get
const defaultsID = "00000000-0000-0000-0000-000000000005"

// Format is the format of the rules of a directory.
var Format = source.Format{
	Name:   "entra-policies",
	Title:  "Microsoft Entra policies: Graph Conditional Access policies, named locations, security defaults, authentication methods (JSON)",
	Detect: detect,
	Read:   read,
}

// folders are where Graph keeps what the reader gives: with the id of a policy
// behind it, the path of that policy.
var folders = map[string]string{
	conditionalAccess: "identity/conditionalAccess/policies/",
	namedLocation:     "identity/conditionalAccess/namedLocations/",
	authentication:    "policies/",
	securityDefaults:  "policies/",
	authorization:     "policies/",
}

func detect(h source.Head) bool {
	j := h.JSON()
	if j.Kind == 0 || j.Table {
		return false
	}
	return typeOf(j.Row["@odata.type"].Text, j.Row["id"].Text, func(name string) bool { return j.Has(name) }) != "" || listsPolicies(j)
}

// listsPolicies reports whether a file is the answer to the request for all
// Conditional Access policies. There may be none.
func listsPolicies(j source.JSONHead) bool {
	context := demarc.Fold(j.Members["@odata.context"].Text)
	return j.Envelope() && strings.HasSuffix(context, "#identity/conditionalaccess/policies")
}

// typeOf tells what a row is: by the type that Graph writes, else by what only
// rows of that kind have. Names are folded.
func typeOf(graphType, id string, has func(name string) bool) string {
	switch strings.TrimPrefix(demarc.Fold(graphType), "#microsoft.graph.") {
	case "conditionalaccesspolicy":
		return conditionalAccess
	case "ipnamedlocation", "countrynamedlocation":
		return namedLocation
	case "authenticationmethodspolicy":
		return authentication
	case "identitysecuritydefaultsenforcementpolicy":
		return securityDefaults
	case "authorizationpolicy":
		return authorization
	}
	switch {
	case has("isenabled") && demarc.Fold(id) == defaultsID:
		return securityDefaults
	case has("allowinvitesfrom") && has("defaultuserrolepermissions"):
		return authorization
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
	listed := &atomic.Bool{}
	listed.Store(listsPolicies(in.Head.JSON()))
	listing, isList, err := graphrow.List(ctx, in, sink, func(r *graphrow.Reader) func() {
		return (&decoder{Reader: r, values: slots.NewValues(), listed: listed}).policy
	})
	if isList && listed.Load() {
		listing.Type = conditionalAccess
		sink.Statement(source.Statement{Kind: "listing", ID: conditionalAccess, Place: listing.Place, Content: listing})
	}
	return err
}

type decoder struct {
	*graphrow.Reader
	values *slots.Values
	listed *atomic.Bool // a Conditional Access policy was met
}

// policy reads the row at hand.
func (d *decoder) policy() {
	typ := typeOf(d.Row.Text("@odata.type"), d.Row.Text("id"), func(name string) bool { return d.Row.Shows(name) })
	if typ == "" {
		d.Note(demarc.NoteSkipped, "not a Conditional Access policy, a named location, security defaults or a policy on authentication methods or authorization")
		return
	}
	if typ == conditionalAccess {
		d.listed.Store(true)
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
