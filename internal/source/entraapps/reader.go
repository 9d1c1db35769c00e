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
	"github.com/demarc-dev/demarc/internal/source/csvrows"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/paging"
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
	newDecoder := func(s source.Sink) jsonrows.Decoder {
		return &decoder{sink: s, file: in.File, row: graphrow.New(), values: slots.NewValues(), own: own}
	}
	last := newDecoder(sink).(*decoder)
	if in.Head.JSON().Kind == 0 {
		_, err := csvrows.Read(ctx, in, sink, func(header []string, r csvrows.Row) {
			last.row.Fields(header, r.Fields, r.Line)
			last.application()
		})
		own.each(last.give)
		return err
	}
	pages, err := jsonrows.Read(ctx, in, sink, newDecoder)
	own.each(last.give)
	paging.Report(sink, in.File, pages, paging.REST)
	return err
}

type decoder struct {
	sink   source.Sink
	file   *demarc.File
	row    *graphrow.Row
	values *slots.Values
	own    *owners
}

// Decode reads an application of a JSON file.
func (d *decoder) Decode(r jsonrows.Row) {
	if err := d.row.JSON(r); err != nil {
		d.note(demarc.NoteSkipped, r.Line, err.Error())
		return
	}
	if !d.row.Valid() {
		d.note(demarc.NoteMalformed, r.Line, "bytes that are not UTF-8")
	}
	d.application()
}

// application reads the row at hand. What is decided only when the whole file
// was read is kept until then.
func (d *decoder) application() {
	a := look(d.row)
	if a.id == "" && a.name == "" {
		d.note(demarc.NoteSkipped, d.row.Line, "an application without an id and without a name")
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
		ID: "servicePrincipals/" + a.id, Name: a.name, Type: kind.typ(), Place: demarc.Place{File: d.file, Line: a.line}, Seen: demarc.SeenPartial,
	}}
	switch {
	case a.id == "":
		r.ID, r.MadeUp = "servicePrincipals/"+a.name, true
	case a.name == "":
		r.Name = a.id
	}
	plan := d.sink.Plans().For(r.Type)
	if a.name != "" && (kind == publisherApplication || kind == someApplication) {
		r.DisplayType, plan = "saas/"+a.name, d.sink.Plans().Every()
	}
	d.values.Reset(plan)
	if kind == publisherApplication {
		d.values.Set(providerPath, demarc.Text(a.publisher))
	}
	r.Values = d.values
	d.sink.Resource(r)
}

func (d *decoder) note(kind demarc.NoteKind, line int, message string) {
	d.sink.Note(demarc.Note{Kind: kind, Place: demarc.Place{File: d.file, Line: line}, Message: message, Count: 1})
}
