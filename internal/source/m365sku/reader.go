// Package m365sku reads the licences that a Microsoft tenant holds: the
// subscribedSkus of Microsoft Graph, from its REST API or PowerShell module,
// and the summaries of licences that people export as CSV. Each service that a
// licence brings is one resource of the tenant; the licences and the service
// plans themselves are statements, because they say which features may be
// used. A plan that is not provisioned brings no service, and a licence that
// has lapsed is a note.
package m365sku

import (
	"context"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/scope"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
	"github.com/demarc-dev/demarc/internal/source/licence"
)

// The kinds of statements that the reader gives.
const (
	Licence      = "licence"               // a licence that the tenant holds
	Plan         = "service-plan"          // a service plan that is provisioned
	DisabledPlan = "service-plan-disabled" // a service plan that is not
)

// New makes the format of licences. What plans bring is told by the
// catalogue.
func New(knowledge licence.Knowledge) source.Format {
	return source.Format{
		Name:   "m365-licences",
		Title:  "Microsoft 365 licences: Graph subscribedSkus, Get-MgSubscribedSku (JSON), licence summaries (CSV)",
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

// detect wants the name of a licence together with what a tenant, not a user,
// has of it.
func detect(h source.Head) bool {
	if j := h.JSON(); j.Kind != 0 {
		return j.Has("skupartnumber") && j.HasAny("capabilitystatus", "consumedunits", "prepaidunits")
	}
	c := h.CSV()
	switch {
	case c.Has("skupartnumber"), c.Has("accountskuid"):
		return hasAny(c, "total", "assigned", "consumedunits", "activeunits", "capabilitystatus", "available")
	case c.Has("producttitle"):
		return hasAny(c, "totallicenses", "assignedlicenses", "totallicences", "assignedlicences")
	}
	return false
}

func hasAny(c source.CSVHead, names ...string) bool {
	for _, name := range names {
		if c.Has(name) {
			return true
		}
	}
	return false
}

func read(ctx context.Context, in *source.Input, sink source.Sink, services *licence.Services) error {
	defer services.Give(sink, in.File)
	return graphrow.Read(ctx, in, sink, func(r *graphrow.Reader) func() {
		return (&decoder{Reader: r, services: services, plan: graphrow.New()}).licence
	})
}

type decoder struct {
	*graphrow.Reader
	services *licence.Services
	plan     *graphrow.Row // a service plan of the row at hand
}

// licence reads the row at hand.
func (d *decoder) licence() {
	name := partNumber(d.Row)
	if name == "" {
		d.Note(demarc.NoteSkipped, "no name of a licence")
		return
	}
	if why := lapsed(d.Row); why != "" {
		d.Note(demarc.NoteIgnored, "the licence "+name+" is "+why+": it brings no service")
		return
	}
	d.state(Licence, name)
	tenant := tenantOf(d.Row)
	if d.plans(tenant) {
		return
	}
	if !d.services.Product(tenant, name, d.Row.Line) {
		d.Note(demarc.NoteUndecided, "nobody knows what the licence "+name+" brings: its service plans would tell (Graph subscribedSkus as JSON)")
	}
}

// plans reads the service plans of the row at hand, and reports false when the
// row does not show them.
func (d *decoder) plans(tenant string) bool {
	shown, cut := false, false
	d.Row.Elements("serviceplans", func(raw []byte) {
		if d.plan.Object(raw, d.Row.Line) != nil || d.plan.Text("serviceplanname") == "" {
			cut = true
			return
		}
		shown = true
		d.servicePlan(tenant)
	})
	if cut {
		d.Note(demarc.NoteMalformed, "service plans without names: export them with ConvertTo-Json -Depth 5")
	}
	return shown
}

// servicePlan reads one service plan. Only what is provisioned is there: a
// plan that waits for somebody to activate it brings nothing yet.
// See https://learn.microsoft.com/graph/api/resources/serviceplaninfo
func (d *decoder) servicePlan(tenant string) {
	name := d.plan.Text("serviceplanname")
	if status := d.plan.Text("provisioningstatus"); status != "" && !demarc.EqualFold(status, "Success") {
		d.state(DisabledPlan, name)
		return
	}
	d.state(Plan, name)
	if !d.services.Plan(tenant, name, d.Row.Line) {
		d.Note(demarc.NoteUndecided, "nobody knows which service the service plan "+name+" brings")
	}
}

func (d *decoder) state(kind, id string) {
	d.Sink.Statement(source.Statement{Kind: kind, ID: id, Place: d.Place()})
}

// tenantOf is the tenant of a licence: its account.
func tenantOf(r *graphrow.Row) string {
	if id := r.Text("accountid", "tenantid"); scope.IsGUID(id) {
		return id
	}
	return ""
}
