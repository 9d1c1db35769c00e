// Package portalcsv reads the CSV that the portal's "All resources" page
// exports: display names of types, no ids. Ids are made up from what is shown.
package portalcsv

import (
	"context"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/csvrows"
	"github.com/demarc-dev/demarc/internal/source/paging"
)

// Format is the format of the portal's list of all resources.
var Format = source.Format{
	Name:   "portal-csv",
	Title:  "Azure portal: All resources, export to CSV",
	Detect: detect,
	Read:   read,
}

// detect wants the columns that the page cannot be without, and no id.
func detect(h source.Head) bool {
	c := h.CSV()
	return c.Has("name", "type", "resourcegroup") && (c.Has("subscription") || c.Has("location")) && !c.Has("id") && !c.Has("resourceid")
}

func read(ctx context.Context, in *source.Input, sink source.Sink) error {
	p := reader{sink: sink, file: in.File, values: slots.NewValues()}
	rows, err := csvrows.Read(ctx, in, sink, func(header []string, r csvrows.Row) {
		p.row(columns(header, r.Fields), r.Line)
	})
	paging.Rows(sink, in.File, rows, paging.Portal)
	return err
}

// columns gives the fields of a row their folded names. The first of two
// columns with one name counts.
func columns(header, fields []string) map[string]string {
	row := make(map[string]string, len(header))
	for i, name := range header {
		if folded := source.FoldHeader(name); row[folded] == "" {
			row[folded] = fields[i]
		}
	}
	return row
}

type reader struct {
	sink   source.Sink
	file   *demarc.File
	values *slots.Values
}

func (p *reader) row(row map[string]string, line int) {
	place := demarc.Place{File: p.file, Line: line}
	name, kind := row["name"], row["type"]
	if name == "" || kind == "" {
		p.sink.Note(demarc.Note{Kind: demarc.NoteSkipped, Place: place, Message: "no name or no type", Count: 1})
		return
	}
	group := groupOf(row)
	p.values.Reset(p.sink.Plans().Every())
	for _, column := range [...]string{"location", "kind"} {
		if text, ok := row[column]; ok {
			p.values.Set(column, demarc.Text(text))
		}
	}
	p.sink.Resource(source.Resource{
		Resource: demarc.Resource{
			ID: group + "/" + kind + "/" + name, MadeUp: true, Name: name, Place: place, Seen: demarc.SeenPartial,
		},
		ScopeID: group, DisplayType: kind, Values: p.values,
	})
}

// groupOf is the id of the resource group, with the subscription's name where
// its id is not shown.
func groupOf(row map[string]string) string {
	id := ""
	subscription := row["subscriptionid"]
	if subscription == "" {
		subscription = row["subscription"]
	}
	if subscription != "" {
		id = "/subscriptions/" + subscription
	}
	if group := row["resourcegroup"]; group != "" {
		id += "/resourceGroups/" + group
	}
	return id
}
