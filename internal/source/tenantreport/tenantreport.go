// Package tenantreport reads what the reports of those who assess a Microsoft
// tenant have in common: a head that names the tenant and the day, below it
// answers with a word for each result, and texts full of markup. What the
// words mean is for the reader of each report.
package tenantreport

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/scope"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/jsonspan"
	"github.com/demarc-dev/demarc/internal/source/moment"
	"github.com/demarc-dev/demarc/internal/source/paging"
)

// TenantType is the type of a tenant.
const TenantType = "entra/tenant"

// Tenant is the tenant that a report is about. The zero Tenant was not told.
type Tenant struct{ ID, Name string }

// NewTenant makes a tenant of what a report says. A text that is no GUID is no
// id: tools write there that they could not tell.
func NewTenant(id, name string) Tenant {
	if !scope.IsGUID(id) {
		return Tenant{}
	}
	return Tenant{ID: id, Name: name}
}

// Give gives the scope of the tenant, when it is told.
func (t Tenant) Give(sink source.Sink, place demarc.Place) {
	if t.ID != "" {
		sink.Scope(source.Scope{ID: source.TenantID(t.ID), Name: t.Name, Place: place})
	}
}

// Subject is a service of the tenant by its type, the tenant as a whole when
// the type is "".
func (t Tenant) Subject(typ string) demarc.Subject {
	switch {
	case typ != "":
		return demarc.Subject{ID: source.ServiceID(t.ID, typ), Type: typ, Scope: source.TenantID(t.ID)}
	case t.ID == "":
		return demarc.Subject{Type: TenantType}
	}
	return demarc.Subject{Scope: source.TenantID(t.ID)}
}

// Person is a person, group or application of the tenant.
func (t Tenant) Person(id, name string) demarc.Subject {
	s := t.Subject("")
	s.Identity, s.Name = id, name
	return s
}

// Reader reads the documents of a file, one behind the other. It is used by
// one goroutine.
type Reader struct {
	*graphrow.Reader
	Tool     string
	Observed time.Time // when the run of the document at hand was
	raw      []byte    // the document at hand
	counted  []byte    // what lies behind the place up to which lines are counted
	line     int
}

// New makes a reader over that of rows.
func New(rows *graphrow.Reader, tool string) *Reader { return &Reader{Reader: rows, Tool: tool} }

// Read reads the documents of a JSON file: objects that stand alone or in a
// list. The visitor is called once for each goroutine, and what it returns for
// each document while it is at hand.
func Read(ctx context.Context, in *source.Input, sink source.Sink, tool string, visitor func(*Reader) func()) error {
	pages, err := jsonrows.Read(ctx, in, sink, func(s source.Sink) jsonrows.Decoder {
		r := New(graphrow.NewReader(s, in.File), tool)
		return decoder{r, visitor(r)}
	})
	paging.Broken(sink, in.File, pages)
	return err
}

type decoder struct {
	*Reader
	visit func()
}

// Decode reads a document.
func (d decoder) Decode(row jsonrows.Row) {
	if err := d.Row.JSON(row); err != nil {
		d.Note(demarc.NoteSkipped, err.Error())
		return
	}
	if !d.Row.Valid() {
		d.Note(demarc.NoteMalformed, "bytes that are not UTF-8")
	}
	d.raw, d.counted, d.line = row.Raw, row.Raw, row.Line
	d.Observed = time.Time{}
	d.visit()
}

// lineOf is the line on which a part of the document at hand begins. A part
// shares the bytes of its document, so that what is left behind its beginning
// tells where it lies.
func (r *Reader) lineOf(part []byte) int {
	if cap(part) > cap(r.counted) { // a step back
		r.counted, r.line = r.raw, r.Row.Line
	}
	skipped := cap(r.counted) - cap(part)
	if skipped < 0 || skipped > len(r.counted) {
		return r.Row.Line
	}
	for _, c := range r.counted[:skipped] {
		if c == '\n' {
			r.line++
		}
	}
	r.counted = r.counted[skipped:]
	return r.line
}

// Object reads a part of the document at hand that is an object, nil when it
// is none.
func (r *Reader) Object(raw []byte) *graphrow.Row {
	if len(raw) == 0 || raw[0] != '{' {
		return nil
	}
	row := graphrow.New()
	if row.Object(raw, r.lineOf(raw)) != nil {
		return nil
	}
	return row
}

// Each visits the objects in a list of the document at hand, one row for all of
// them. What is no object becomes a note that says what it should be.
func (r *Reader) Each(list []byte, what string, visit func(*graphrow.Row)) {
	if len(list) > 0 && list[0] == '{' { // PowerShell writes a list of one as its element
		if row := r.Object(list); row != nil {
			visit(row)
			return
		}
	}
	row := graphrow.New()
	err := jsonspan.Elements(list, func(raw []byte) {
		line := r.lineOf(raw)
		if row.Object(raw, line) != nil {
			r.NoteAt(line, demarc.NoteMalformed, what+" that is no object")
			return
		}
		visit(row)
	})
	if err != nil && len(list) > 0 && string(list) != "null" {
		r.NoteAt(r.Row.Line, demarc.NoteMalformed, "a list is broken or none, and each of it should be "+what)
	}
}

// Members visits the members of a part of the document at hand, by name.
func (r *Reader) Members(object []byte, visit func(name string, value []byte)) {
	_ = jsonspan.Members(object, func(name, value []byte) { // what came before a mistake is kept
		visit(unquoted(name), value)
	})
}

// NoteAt tells the sink what was not understood on a line.
func (r *Reader) NoteAt(line int, kind demarc.NoteKind, message string) {
	r.Sink.Note(demarc.Note{Kind: kind, Place: demarc.Place{File: r.File, Line: line}, Message: message, Count: 1})
}

// Moment reads a day or an instant of the document at hand: as a text, or as
// the object that Windows PowerShell makes of it. What is none is a note.
func (r *Reader) Moment(row *graphrow.Row, name string) time.Time {
	text := row.Text(name)
	if inner := r.Object(row.Raw(name)); inner != nil {
		text = inner.Text("value", "datetime")
	}
	if text == "" {
		return time.Time{}
	}
	t, ok := moment.Parse(text)
	if !ok {
		r.NoteAt(row.Line, demarc.NoteMalformed, fmt.Sprintf("%.40q is no day that has one meaning; what rests on it is undated", text))
	}
	return t
}

// Give gives a piece of evidence that stands on a line. The tool, the place
// and, where the piece has none, the day of the run are filled in.
func (r *Reader) Give(e demarc.Evidence, line int) {
	if e.Tool == "" {
		e.Tool = r.Tool
	}
	if e.Observed.IsZero() {
		e.Observed = r.Observed
	}
	if e.Outcome != demarc.OutcomeUnknown {
		e.Reason = demarc.NoReason
	}
	e.Place = demarc.Place{File: r.File, Line: line}
	e.Strength = demarc.Observed
	r.Sink.Evidence(&e)
}

// Compare notes where a total that a report gives contradicts its own rows. A
// total that is absent or no number says nothing.
func (r *Reader) Compare(what, said string, rows int) {
	if n, err := strconv.Atoi(said); err == nil && n != rows {
		r.NoteAt(r.Row.Line, demarc.NoteConflict, fmt.Sprintf("the report says %s: %d, and its rows are %d; the rows are taken", what, n, rows))
	}
}
