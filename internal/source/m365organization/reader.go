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
	"github.com/demarc-dev/demarc/internal/source/csvrows"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/paging"
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
	newDecoder := func(s source.Sink) jsonrows.Decoder {
		return &decoder{sink: s, file: in.File, row: graphrow.New(), domain: graphrow.New()}
	}
	if in.Head.JSON().Kind == 0 {
		d := newDecoder(sink).(*decoder)
		_, err := csvrows.Read(ctx, in, sink, func(header []string, r csvrows.Row) {
			d.row.Fields(header, r.Fields, r.Line)
			d.tenant()
		})
		return err
	}
	pages, err := jsonrows.Read(ctx, in, sink, newDecoder)
	paging.Report(sink, in.File, pages, paging.REST)
	return err
}

type decoder struct {
	sink   source.Sink
	file   *demarc.File
	row    *graphrow.Row
	domain *graphrow.Row
}

// Decode reads an organization of a JSON file.
func (d *decoder) Decode(r jsonrows.Row) {
	if err := d.row.JSON(r); err != nil {
		d.row.Line = r.Line
		d.note(demarc.NoteSkipped, err.Error())
		return
	}
	if !d.row.Valid() {
		d.note(demarc.NoteMalformed, "bytes that are not UTF-8")
	}
	d.tenant()
}

// tenant reads the row at hand.
func (d *decoder) tenant() {
	id := d.row.Text("tenantid", "id")
	name := d.row.Text("displayname", "orgdisplayname", "tenantdisplayname")
	switch {
	case id == "":
		d.note(demarc.NoteSkipped, "no id of a tenant")
		return
	case !scope.IsGUID(id):
		d.note(demarc.NoteMalformed, "the tenant id is not a GUID")
	}
	if name == "" {
		name = id
	}
	d.sink.Scope(source.Scope{ID: source.TenantID(id), Name: name, Place: d.place()})
	d.service(id, tenantType, name)
	if kind := d.row.Text("tenanttype"); demarc.EqualFold(kind, "CIAM") || demarc.EqualFold(kind, "AAD B2C") {
		d.service(id, externalIDType, "Microsoft Entra External ID")
	} else {
		d.service(id, directoryType, "Microsoft Entra ID")
	}
	d.domains()
}

// service gives what a tenant is once.
func (d *decoder) service(tenant, typ, name string) {
	d.sink.Resource(source.Resource{
		Resource: demarc.Resource{
			ID: source.ServiceID(tenant, typ), MadeUp: true, Name: name, Type: typ, Place: d.place(), Seen: demarc.SeenPartial,
		},
		ScopeID: source.TenantID(tenant),
	})
}

// domains reads the verified domains: objects with a name, names, or names in
// one text.
func (d *decoder) domains() {
	var names []string
	d.row.Elements("verifieddomains", func(raw []byte) {
		if d.domain.Object(raw, d.row.Line) == nil {
			names = append(names, d.domain.Text("name"))
		}
	})
	for _, text := range d.row.Texts("verifieddomains") {
		if strings.HasPrefix(text, "Microsoft.Graph.") {
			d.note(demarc.NoteMalformed, "verified domains without names: export them with ConvertTo-Json -Depth 5")
			continue
		}
		names = append(names, strings.FieldsFunc(text, func(c rune) bool { return c == ';' || c == ',' || c == ' ' })...)
	}
	for _, name := range names {
		if name != "" {
			d.sink.Statement(source.Statement{Kind: Domain, ID: name, Place: d.place()})
		}
	}
}

func (d *decoder) note(kind demarc.NoteKind, message string) {
	d.sink.Note(demarc.Note{Kind: kind, Place: d.place(), Message: message, Count: 1})
}

func (d *decoder) place() demarc.Place { return demarc.Place{File: d.file, Line: d.row.Line} }
