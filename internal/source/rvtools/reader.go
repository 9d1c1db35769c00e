// Package rvtools reads what RVTools shows of a VMware vSphere: the workbook
// with a sheet for each view, or the CSV of one view. Virtual machines, hosts,
// datastores, clusters and the management server are resources; a template is
// told apart from a machine, and the placeholder of a disaster recovery is a
// reference to the machine that it stands for. Other sheets show pieces and
// settings and are named in a note.
package rvtools

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/csvrows"
	"github.com/demarc-dev/demarc/internal/source/workbook"
)

// Format is the format of RVTools' workbook and tables.
var Format = source.Format{
	Name:   "rvtools",
	Title:  "RVTools: workbook (.xlsx) or vInfo, vHost, vDatastore, vCluster, vSource as CSV",
	Detect: detect,
	Read:   read,
}

// detect wants a workbook, whose sheets the head does not show, or a table
// with the column that all tables of RVTools have.
func detect(h source.Head) bool {
	return h.Workbook() || h.CSV().Has(server) && h.CSV().Delimiter != 0
}

func read(ctx context.Context, in *source.Input, sink source.Sink) error {
	r := &reader{sink: sink, file: in.File, values: slots.NewValues()}
	if in.Head.Workbook() {
		return r.book(ctx, in)
	}
	return r.csv(ctx, in)
}

type reader struct {
	sink   source.Sink
	file   *demarc.File
	values *slots.Values

	off, templates int // virtual machines that are no running ones
}

func (r *reader) note(kind demarc.NoteKind, line, count int, message string) {
	r.sink.Note(demarc.Note{Kind: kind, Place: demarc.Place{File: r.file, Line: line}, Message: message, Count: count})
}

func (r *reader) csv(ctx context.Context, in *source.Input) error {
	t, ok := tableOf(in.Head.CSV().Header)
	if !ok {
		return source.Refusal("a table of RVTools that describes no resources: export vInfo, vHost, vDatastore, vCluster or vSource")
	}
	_, err := csvrows.Read(ctx, in, r.sink, func(header []string, row csvrows.Row) {
		r.row(&t, columns(header, row.Fields), row.Line)
	})
	r.summary()
	return err
}

// summary says what was told apart.
func (r *reader) summary() {
	if r.off > 0 {
		r.note(demarc.NoteRead, 0, r.off, "virtual machines that are not running: listed all the same, because their systems and data are still there")
	}
	if r.templates > 0 {
		r.note(demarc.NoteRead, 0, r.templates, "templates: images to make machines from, not machines")
	}
}

// book reads the sheets of a workbook that are known.
func (r *reader) book(ctx context.Context, in *source.Input) (err error) {
	b, err := workbook.Open(in)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	sheets, err := b.Sheets()
	if err != nil {
		return err
	}
	var names []string
	known := 0
	for _, s := range sheets {
		names = append(names, s.Name)
		if _, ok := sheetNamed(s.Name); ok {
			known++
		}
	}
	if known == 0 {
		return foreign(ctx, b, names)
	}
	for _, s := range sheets {
		if err := r.sheet(ctx, b, s); err != nil {
			return err
		}
	}
	r.summary()
	return nil
}

// sheet reads one sheet, or says that it is not read.
func (r *reader) sheet(ctx context.Context, b *workbook.Book, s workbook.Sheet) error {
	t, ok := sheetNamed(s.Name)
	if !ok {
		r.note(demarc.NoteIgnored, 0, 1, fmt.Sprintf("sheet %s: pieces, settings or findings, not read", s.Name))
		return nil
	}
	if s.Hidden {
		r.note(demarc.NoteRead, 0, 1, fmt.Sprintf("sheet %s is hidden and was read all the same", s.Name))
	}
	var header []string
	rows := 0
	err := b.Rows(ctx, s.Name, func(row workbook.Row) bool {
		if header == nil {
			header = row.Fields
			return true
		}
		rows++
		r.row(&t, columns(header, row.Fields), row.Line)
		return true
	})
	var limit *workbook.LimitError
	switch {
	case errors.As(err, &limit):
		r.note(demarc.NoteIncomplete, limit.Line, 1, fmt.Sprintf("sheet %s: %v", s.Name, limit))
		if !strings.Contains(limit.Reason, "blank rows") {
			r.sink.Incomplete(demarc.Incomplete{Place: demarc.Place{File: r.file, Line: limit.Line}, Read: rows, Message: fmt.Sprintf("sheet %s: %v", s.Name, limit)})
		}
		return nil
	case err == nil && rows == 0:
		r.note(demarc.NoteIgnored, 0, 1, fmt.Sprintf("sheet %s has no rows", s.Name))
	}
	return err
}

// columns gives the fields of a row their folded names. The first of two
// columns with one name counts.
func columns(header, fields []string) map[string]string {
	row := make(map[string]string, len(header))
	for i, name := range header[:min(len(header), len(fields))] {
		if folded := source.FoldHeader(name); row[folded] == "" {
			row[folded] = strings.TrimSpace(fields[i])
		}
	}
	return row
}

// row gives one row to the sink.
func (r *reader) row(t *table, row map[string]string, line int) {
	place := demarc.Place{File: r.file, Line: line}
	name := row[t.name]
	if name == "" {
		r.note(demarc.NoteSkipped, line, 1, "no name")
		return
	}
	typ, kind := t.typ, t.kind
	switch {
	case t.sheet == managers.sheet && !demarc.EqualFold(row["apitype"], "VirtualCenter"):
		r.note(demarc.NoteIgnored, line, 1, "RVTools was connected to a host, not to a management server")
		return
	case t.sheet == machines.sheet && isTrue(row["srmplaceholder"]):
		r.sink.Reference(source.Reference{ID: id(t, row), Type: machineType, Place: place})
		return
	case t.sheet == machines.sheet && isTrue(row["template"]):
		typ, kind = templateType, "machine-template"
		r.templates++
	case t.sheet == machines.sheet && row["powerstate"] != "" && !demarc.EqualFold(row["powerstate"], "poweredOn"):
		r.off++
	}
	r.values.Reset(r.sink.Plans().For(typ))
	for _, p := range paths {
		for _, column := range p.columns {
			if text := row[column]; text != "" {
				r.values.Set(p.path, demarc.Text(text))
				break
			}
		}
	}
	seen := demarc.SeenPartial
	if typ == templateType {
		seen = demarc.SeenDeclared
	}
	named := *t
	named.kind = kind
	r.sink.Resource(source.Resource{
		Resource: demarc.Resource{ID: id(&named, row), MadeUp: true, Name: name, Type: typ, Place: place, Seen: seen},
		ScopeID:  first(row["datacenter"], row[server]), Values: r.values,
	})
}

// id makes up the id of a row: from what the management server calls it, else
// from its name, which is unique in one folder only.
func id(t *table, row map[string]string) string {
	for _, column := range t.ids {
		if row[column] != "" {
			return source.OnPremisesID(row[server], t.kind, row[column])
		}
	}
	return source.OnPremisesID(first(row["datacenter"], row[server]), t.kind, row[t.name])
}

func first(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}

// isTrue reads a truth as RVTools and Excel write it.
func isTrue(s string) bool { return demarc.EqualFold(s, "true") || s == "1" }
