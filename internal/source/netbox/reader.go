// Package netbox reads what NetBox knows of rooms, devices and virtual
// machines: a dump of its database (Django's dumpdata, one JSON list or a
// record a line) or the pages of its REST API. Sites become scopes; devices,
// racks, virtual machines, clusters and circuits become resources. Records
// point to each other by number, so names and kinds are kept while the file
// streams by and what points to them is given out at its end. Everything else
// (interfaces, cables, addresses) is counted by kind in a note.
package netbox

import (
	"context"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/paging"
)

// Format is the format of NetBox dumps and API pages.
var Format = source.Format{
	Name:   "netbox",
	Title:  "NetBox: dumpdata or pages of its REST API (JSON)",
	Detect: detect,
	Read:   read,
}

// detect wants the three members of a record of a Django dump, the members of
// a page, or the address of an object of NetBox.
func detect(h source.Head) bool {
	j := h.JSON()
	switch {
	case j.Kind == 0 || j.Envelope():
		return false
	case j.Has("model", "pk", "fields"), j.Has("count", "next", "previous", "results"):
		return true
	}
	return j.Has("id", "url") && endpointOf(j.Row["url"].Text) != ""
}

func read(ctx context.Context, in *source.Input, sink source.Sink) error {
	var all []*gatherer
	pages, err := jsonrows.Read(ctx, in, sink, func(s source.Sink) jsonrows.Decoder {
		g := newGatherer(s, in.File)
		all = append(all, g)
		return g
	})
	if err != nil {
		return err
	}
	paging.Broken(sink, in.File, pages)
	r := &reader{sink: sink, file: in.File, values: slots.NewValues(), gatherer: newGatherer(sink, in.File)}
	for _, g := range all {
		r.merge(g)
	}
	if r.foreign() {
		return source.Refusal("records of a Django application, but none of NetBox (dcim, virtualization, circuits)")
	}
	r.give()
	return nil
}

// merge adds what another decoder gathered.
func (g *gatherer) merge(o *gatherer) {
	g.items = append(g.items, o.items...)
	for endpoint, list := range o.names {
		for key, n := range list {
			g.keep(endpoint, key, n)
		}
	}
	for circuit, site := range o.ends {
		g.end(circuit, site)
	}
	for kind, n := range o.counts {
		c := g.counts[kind]
		g.counts[kind] = count{c.read + n.read, max(c.total, n.total)}
	}
}

// foreign reports whether records were read and none is NetBox's.
func (g *gatherer) foreign() bool {
	for kind := range g.counts {
		app, _, _ := strings.Cut(kind, "/")
		switch app {
		case "dcim", "virtualization", "circuits", "ipam", "tenancy":
			return false
		}
	}
	return len(g.counts) > 0
}

func (g *gatherer) note(kind demarc.NoteKind, line, count int, message string) {
	g.sink.Note(demarc.Note{Kind: kind, Place: demarc.Place{File: g.file, Line: line}, Message: message, Count: count})
}
