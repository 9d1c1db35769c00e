// Package onpremcsv reads inventories of what stands in one's own rooms: a CSV
// with the columns name, kind, site, OS, last patch, vendor support end, last
// backup, last restore test, monitored by and owner. Name and kind are needed;
// the others may be absent, in any order, and are compared without case,
// spaces, underscores and dashes. These columns, and others that say whether a
// machine is protected, encrypted, locked away and still supported, are
// evidence too; a blank is none.
package onpremcsv

import (
	"context"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/csvrows"
)

// Format is the format of on-premises inventories.
var Format = source.Format{
	Name:   "onprem-csv",
	Title:  "On-premises inventory: name, kind, site, OS, last patch ... (CSV)",
	Detect: detect,
	Read:   read,
}

// paths are the columns that become values, by folded header.
var paths = map[string]string{
	"kind":             "kind",
	"site":             "properties.site",
	"os":               "properties.os",
	"operatingsystem":  "properties.os",
	"lastpatch":        "properties.lastPatch",
	"vendorsupportend": "properties.vendorSupportEnd",
	"lastbackup":       "properties.lastBackup",
	"lastrestoretest":  "properties.lastRestoreTest",
	"monitoredby":      "properties.monitoredBy",
	"owner":            "properties.owner",
}

// detect wants a name, a kind and one more of the columns.
func detect(h source.Head) bool {
	c := h.CSV()
	if !c.Has("name", "kind") || c.Has("resourcegroup") {
		return false
	}
	for header := range paths {
		if header != "kind" && c.Has(header) {
			return true
		}
	}
	for header := range questions {
		if c.Has(header) {
			return true
		}
	}
	return false
}

func read(ctx context.Context, in *source.Input, sink source.Sink) error {
	r := reader{sink: sink, file: in.File, values: slots.NewValues()}
	_, err := csvrows.Read(ctx, in, sink, r.row)
	return err
}

type reader struct {
	sink   source.Sink
	file   *demarc.File
	values *slots.Values
}

func (r *reader) row(header []string, row csvrows.Row) {
	place := demarc.Place{File: r.file, Line: row.Line}
	r.values.Reset(r.sink.Plans().Every())
	var name, kind, site string
	for i, column := range header {
		text := strings.TrimSpace(row.Fields[i])
		folded := source.FoldHeader(column)
		switch folded {
		case "name":
			name = text
		case "kind":
			kind = text
		case "site":
			site = text
		}
		if path, ok := paths[folded]; ok {
			r.values.Set(path, demarc.Text(text))
		}
	}
	r.values.CloseColumn("tags") // the format has none
	if name == "" || kind == "" {
		r.sink.Note(demarc.Note{Kind: demarc.NoteSkipped, Place: place, Message: "no name or no kind", Count: 1})
		return
	}
	r.sink.Resource(source.Resource{
		Resource: demarc.Resource{
			ID: source.OnPremisesID(site, kind, name), MadeUp: true, Name: name, Place: place, Seen: demarc.SeenPartial,
		},
		ScopeID: site, DisplayType: "onprem/" + kind, Values: r.values,
	})
	about := demarc.Subject{ID: source.OnPremisesID(site, kind, name), Name: name}
	newTestimony(r.sink, place, about, header, row.Fields).give(kind)
}
