// Package m365organization reads who a Microsoft tenant is: the organization
// of Microsoft Graph, from its REST API or PowerShell module, and the tables
// in which assessment tools repeat it. It gives the scope in which everything
// of the tenant hangs, the tenant itself, and the directory that every tenant
// is; the verified domains are statements.
package m365organization

import (
	"context"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/scope"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
)

// The types that the reader gives.
const (
	tenantType     = "entra/tenant"
	directoryType  = "entra/entra-id"
	externalIDType = "entra/external-id"
)

// Domain is the kind of the statements about verified domains.
const Domain = "verified-domain"

// Format is the format of a tenant's organization.
var Format = source.Format{
	Name:   "m365-organization",
	Title:  "Microsoft 365 tenant: Graph organization, Get-MgOrganization (JSON), tenant information (CSV)",
	Detect: detect,
	Read:   read,
}

// detect wants the verified domains of an organization together with its name.
func detect(h source.Head) bool {
	if j := h.JSON(); j.Kind != 0 {
		return j.Has("verifieddomains") && j.HasAny("id", "tenantid") && j.HasAny("displayname", "tenanttype")
	}
	c := h.CSV()
	return c.Has("tenantid", "verifieddomains")
}

func read(ctx context.Context, in *source.Input, sink source.Sink) error {
	return graphrow.Read(ctx, in, sink, func(r *graphrow.Reader) func() {
		return (&decoder{Reader: r, domain: graphrow.New()}).tenant
	})
}

type decoder struct {
	*graphrow.Reader
	domain *graphrow.Row // a verified domain of the row at hand
}

// tenant reads the row at hand.
func (d *decoder) tenant() {
	id := d.Row.Text("tenantid", "id")
	name := d.Row.Text("displayname", "orgdisplayname", "tenantdisplayname")
	switch {
	case id == "":
		d.Note(demarc.NoteSkipped, "no id of a tenant")
		return
	case !scope.IsGUID(id):
		d.Note(demarc.NoteMalformed, "the tenant id is not a GUID")
	}
	if name == "" {
		name = id
	}
	d.Sink.Scope(source.Scope{ID: source.TenantID(id), Name: name, Place: d.Place()})
	d.service(id, tenantType, name)
	if kind := d.Row.Text("tenanttype"); demarc.EqualFold(kind, "CIAM") || demarc.EqualFold(kind, "AAD B2C") {
		d.service(id, externalIDType, "Microsoft Entra External ID")
	} else {
		d.service(id, directoryType, "Microsoft Entra ID")
	}
	d.domains()
}

// service gives what a tenant is once.
func (d *decoder) service(tenant, typ, name string) {
	d.Sink.Resource(source.Resource{
		Resource: demarc.Resource{
			ID: source.ServiceID(tenant, typ), MadeUp: true, Name: name, Type: typ, Place: d.Place(), Seen: demarc.SeenPartial,
		},
		ScopeID: source.TenantID(tenant),
	})
}

// domains reads the verified domains: objects with a name, names, or names in
// one text.
func (d *decoder) domains() {
	var names []string
	d.Row.Elements("verifieddomains", func(raw []byte) {
		if d.domain.Object(raw, d.Row.Line) == nil {
			names = append(names, d.domain.Text("name"))
		}
	})
	for _, text := range d.Row.Texts("verifieddomains") {
		if strings.HasPrefix(text, "Microsoft.Graph.") {
			d.Note(demarc.NoteMalformed, "verified domains without names: export them with ConvertTo-Json -Depth 5")
			continue
		}
		names = append(names, strings.FieldsFunc(text, func(c rune) bool { return c == ';' || c == ',' || c == ' ' })...)
	}
	for _, name := range names {
		if name != "" {
			d.Sink.Statement(source.Statement{Kind: Domain, ID: name, Place: d.Place()})
		}
	}
}
