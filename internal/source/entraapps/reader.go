// Package entraapps reads the enterprise applications of a Microsoft tenant:
// the service principals of Microsoft Graph, from its REST API or PowerShell
// module, and the list that the Entra admin center exports. They are the
// inventory of the finished applications of others that an organization signs
// in to. Applications of a publisher become resources of that publisher's
// service, those of the organization itself stay identities, and those of
// Microsoft and the managed identities are configuration.
//
// Secrets and certificates of applications are never read.
package entraapps

import (
	"context"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
)

// Format is the format of enterprise applications.
var Format = source.Format{
	Name:   "entra-applications",
	Title:  "Microsoft Entra enterprise applications: Graph servicePrincipals, Get-MgServicePrincipal (JSON), admin center (CSV)",
	Detect: detect,
	Read:   read,
}

// detect wants the id of an application with what only its presence in a
// tenant has.
func detect(h source.Head) bool {
	if j := h.JSON(); j.Kind != 0 {
		return j.Has("appid") && j.HasAny("serviceprincipaltype", "serviceprincipalnames", "appownerorganizationid")
	}
	c := h.CSV()
	if !c.Has("appid") && !c.Has("applicationid") {
		return false
	}
	named := c.Has("displayname") || c.Has("name")
	return named && (c.Has("applicationtype") || c.Has("serviceprincipaltype") || c.Has("appownerorganizationid"))
}

func read(ctx context.Context, in *source.Input, sink source.Sink) error {
	own := &owners{}
	newDecoder := func(r *graphrow.Reader) *decoder { return &decoder{Reader: r, values: slots.NewValues(), own: own} }
	err := graphrow.Read(ctx, in, sink, func(r *graphrow.Reader) func() { return newDecoder(r).application })
	own.each(newDecoder(graphrow.NewReader(sink, in.File)).give)
	return err
}

type decoder struct {
	*graphrow.Reader
	values *slots.Values
	own    *owners
}

// application reads the row at hand. What is decided only when the whole file
// was read is kept until then.
func (d *decoder) application() {
	a := look(d.Row)
	if a.id == "" && a.name == "" {
		d.Note(demarc.NoteSkipped, "an application without an id and without a name")
		return
	}
	if kind := a.kind(); kind == undecided {
		d.own.keep(a)
	} else {
		if kind == ownApplication {
			d.own.add(a.owner)
		}
		d.give(a, kind)
	}
}

// give gives an application to the sink.
func (d *decoder) give(a application, kind kind) {
	r := source.Resource{Resource: demarc.Resource{
		ID: "servicePrincipals/" + a.id, Name: a.name, Type: kind.typ(), Place: demarc.Place{File: d.File, Line: a.line}, Seen: demarc.SeenPartial,
	}}
	switch {
	case a.id == "":
		r.ID, r.MadeUp = "servicePrincipals/"+a.name, true
	case a.name == "":
		r.Name = a.id
	}
	plan := d.Sink.Plans().For(r.Type)
	if a.name != "" && (kind == publisherApplication || kind == someApplication) {
		r.DisplayType, plan = "saas/"+a.name, d.Sink.Plans().Every()
	}
	d.values.Reset(plan)
	if kind == publisherApplication {
		d.values.Set(providerPath, demarc.Text(a.publisher))
	}
	r.Values = d.values
	d.Sink.Resource(r)
}
