// Package scubagear reads what ScubaGear collected of a Microsoft 365 tenant
// before it judged anything: ProviderSettingsExport.json. It gives the scope of
// the tenant and the services that it shows, by the products that were asked
// and by the service plans that the tenant holds. The settings themselves are
// named as statements and not read: they are evidence, not inventory.
//
// See https://github.com/cisagov/ScubaGear.
package scubagear

import (
	"context"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/scope"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/licence"
	"github.com/demarc-dev/demarc/internal/source/paging"
)

// The kinds of statements that the reader gives.
const (
	Product = "scubagear-product" // a product whose settings were collected
	Plan    = "service-plan"      // a service plan that is provisioned
)

// New makes the format of ScubaGear's settings. What plans bring is told by
// the catalogue.
func New(knowledge licence.Knowledge) source.Format {
	return source.Format{
		Name:   "scubagear-settings",
		Title:  "ScubaGear provider settings: ProviderSettingsExport.json",
		Detect: detect,
		Read: func(ctx context.Context, in *source.Input, sink source.Sink) error {
			known, err := knowledge()
			if err != nil {
				return err
			}
			return read(ctx, in, sink, licence.NewServices(known))
		},
	}
}

func detect(h source.Head) bool {
	j := h.JSON()
	return j.Kind == '{' && j.Members["tenant_details"].Kind != 0 &&
		(j.Members["baseline_version"].Kind != 0 || j.Members["module_version"].Kind != 0)
}

func read(ctx context.Context, in *source.Input, sink source.Sink, services *licence.Services) error {
	pages, err := jsonrows.Read(ctx, in, sink, func(s source.Sink) jsonrows.Decoder {
		return &decoder{Reader: graphrow.NewReader(s, in.File), services: services, part: graphrow.New()}
	})
	services.Give(sink, in.File)
	paging.Report(sink, in.File, pages, paging.REST)
	return err
}

// products are the products that ScubaGear asks, by the name in front of the
// list of commands that succeeded, and the service each shows; "" where the
// answer does not tell that the tenant has the service.
var products = []struct{ name, service string }{
	{"aad", "entra/entra-id"},
	{"defender", ""},
	{"exo", "m365/exchange-online"},
	{"onedrive", "m365/onedrive"},
	{"powerbi", "m365/power-bi"},
	{"powerplatform", "power-platform/power-apps"},
	{"securitysuite", ""},
	{"sharepoint", "m365/sharepoint-online"},
	{"teams", "m365/teams"},
}

// Service is the type of the service that a product of ScubaGear shows, named
// as in front of its list of commands; "" where it shows none.
func Service(product string) string {
	for _, p := range products {
		if demarc.EqualFold(p.name, product) {
			return p.service
		}
	}
	return ""
}

// Settings reads which products and plans the row at hand shows, settings that
// lie in another document of ScubaGear, about a tenant that is told there.
func Settings(r *graphrow.Reader, services *licence.Services, tenant string) {
	d := &decoder{Reader: r, services: services, part: graphrow.New()}
	d.products(tenant)
	d.plans(tenant)
}

type decoder struct {
	*graphrow.Reader
	services *licence.Services
	part     *graphrow.Row // a part of the row at hand
}

// Decode reads one run of ScubaGear.
func (d *decoder) Decode(r jsonrows.Row) {
	if err := d.Row.JSON(r); err != nil {
		d.Note(demarc.NoteSkipped, err.Error())
		return
	}
	if !d.Row.Shows("tenantdetails") {
		d.Note(demarc.NoteSkipped, "no details of a tenant (tenant_details)")
		return
	}
	tenant := d.tenant()
	d.products(tenant)
	d.plans(tenant)
}

// tenant reads which tenant was asked. What is no GUID is a message of
// ScubaGear that it could not tell.
func (d *decoder) tenant() string {
	details := d.Row.Raw("tenantdetails")
	if len(details) > 0 && details[0] == '[' { // the older versions wrote a list
		d.Row.Elements("tenantdetails", func(raw []byte) { details = raw })
	}
	if d.part.Object(details, d.Row.Line) != nil {
		d.Note(demarc.NoteMalformed, "the details of the tenant are no object")
		return ""
	}
	id := d.part.Text("tenantid")
	if !scope.IsGUID(id) {
		d.Note(demarc.NoteMalformed, "the file does not say which tenant was asked")
		return ""
	}
	name := d.part.Text("displayname", "domainname")
	d.Sink.Scope(source.Scope{ID: source.TenantID(id), Name: name, Place: d.Place()})
	return id
}

// products reads which products answered.
func (d *decoder) products(tenant string) {
	for _, p := range products {
		if !d.answered(p.name) {
			continue
		}
		d.Sink.Statement(source.Statement{Kind: Product, ID: p.name, Place: d.Place()})
		if p.service != "" {
			d.services.Add(tenant, p.service, d.Row.Line)
		}
	}
}

// answered reports whether commands of a product succeeded. Names are folded
// without underscores.
func (d *decoder) answered(product string) bool {
	return slices.ContainsFunc(d.Row.Texts(product+"successfulcommands"), func(name string) bool { return strings.TrimSpace(name) != "" })
}

// plans reads the service plans of the tenant, of which ScubaGear keeps those
// that are provisioned.
func (d *decoder) plans(tenant string) {
	d.Row.Elements("serviceplans", func(raw []byte) {
		if d.part.Object(raw, d.Row.Line) != nil {
			d.Note(demarc.NoteMalformed, "a service plan that is no object")
			return
		}
		name, status := d.part.Text("serviceplanname"), d.part.Text("provisioningstatus")
		if name == "" || status != "" && !demarc.EqualFold(status, "Success") {
			return
		}
		d.Sink.Statement(source.Statement{Kind: Plan, ID: name, Place: d.Place()})
		if !d.services.Plan(tenant, name, d.Row.Line) {
			d.Note(demarc.NoteUndecided, "nobody knows which service the service plan "+name+" brings")
		}
	})
}
