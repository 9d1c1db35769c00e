// Package cmdbcsv reads the CSV that a configuration database exports, as
// ServiceNow does of cmdb_ci_server and its like. No two exports have the same
// columns: which column stands for what is proposed from the headers and shown
// in a note. A table whose headers do not clearly say what it is is left alone.
package cmdbcsv

import (
	"context"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/csvrows"
)

// Format is the format of exports of configuration databases.
var Format = source.Format{
	Name:   "cmdb-csv",
	Title:  "Configuration database, ServiceNow or alike: name, class, os, location, owned by ... (CSV)",
	Detect: detect,
	Read:   read,
}

func detect(h source.Head) bool {
	c := h.CSV()
	return c.Delimiter != 0 && !c.IsAzure() && !c.Has("resourcegroup") && !c.Has("name", "kind") && propose(c.Header).clear(c.Header)
}

func read(ctx context.Context, in *source.Input, sink source.Sink) error {
	r := &reader{sink: sink, file: in.File, values: slots.NewValues()}
	r.propose(in.Head.CSV().Header)
	_, err := csvrows.Read(ctx, in, sink, func(_ []string, row csvrows.Row) { r.row(row) })
	return err
}

type reader struct {
	sink     source.Sink
	file     *demarc.File
	values   *slots.Values
	columns  proposal
	numbered bool // the status is that of install_status, whose numbers are known
}

// propose finds the columns and says what was taken for what.
func (r *reader) propose(header []string) {
	r.columns = propose(header)
	message := r.columns.words(header)
	if at := r.columns[statusColumn]; at >= 0 {
		r.numbered = source.FoldHeader(header[at]) == "installstatus"
	}
	if r.columns[classColumn] < 0 {
		message += "; no class, so all rows are taken for servers"
	}
	r.sink.Note(demarc.Note{Kind: demarc.NoteRead, Place: demarc.Place{File: r.file}, Message: message, Count: 1})
}

func (r *reader) row(row csvrows.Row) {
	place := demarc.Place{File: r.file, Line: row.Line}
	field := func(c column) string { return r.columns.field(c, row.Fields) }
	name, class, site := field(nameColumn), field(classColumn), field(siteColumn)
	if r.columns[classColumn] < 0 {
		class = "server"
	}
	if name == "" || class == "" {
		r.sink.Note(demarc.Note{Kind: demarc.NoteSkipped, Place: place, Message: "no name or no class", Count: 1})
		return
	}
	k := kindOf(class, site, isTrue(field(virtualColumn)))
	plan := r.sink.Plans().For(k.typ)
	if k.display != "" {
		plan = r.sink.Plans().Every()
	}
	r.values.Reset(plan)
	system := field(osColumn)
	if version := field(versionColumn); system != "" && !strings.Contains(system, version) {
		system += " " + version
	}
	for path, text := range map[string]string{
		"properties.os": system, "properties.site": site, "properties.owner": field(ownerColumn), "properties.provider": k.party,
	} {
		if text != "" {
			r.values.Set(path, demarc.Text(text))
		}
	}
	seen, standing := standingOf(field(statusColumn), r.numbered)
	id := source.OnPremisesID(site, class, name)
	if own := field(idColumn); own != "" {
		id = "cmdb/" + own
	}
	r.sink.Resource(source.Resource{
		Resource: demarc.Resource{ID: id, MadeUp: true, Name: name, Type: k.typ, Place: place, Seen: seen, Standing: standing},
		ScopeID:  site, DisplayType: k.display, Values: r.values,
	})
}

// isTrue reads a truth as exports write it.
func isTrue(s string) bool {
	switch demarc.Fold(s) {
	case "true", "1", "yes":
		return true
	}
	return false
}
