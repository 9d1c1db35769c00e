// Package finding is the common ground of the readers of scanners' results:
// a document of findings with its lines, the words for how bad they are, and
// what is told of a resource that was scanned in source code. It translates;
// whether anything is met is decided elsewhere.
package finding

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/jsonspan"
	"github.com/demarc-dev/demarc/internal/source/paging"
)

// Object is a JSON object as the texts of its members, named in lower case.
type Object map[string][]byte

// Parse takes an object apart. What came before a mistake is kept.
func Parse(raw []byte) (Object, error) {
	o := Object{}
	err := jsonspan.Members(raw, func(name, value []byte) { o[demarc.Fold(string(json.AppendUnquote(nil, name)))] = value })
	return o, err
}

// In is an object inside of this one, empty when there is none.
func (o Object) In(path ...string) Object {
	for _, name := range path {
		o, _ = Parse(o[name])
	}
	return o
}

// Text is the text of a member, or of one in an object inside; "" of null,
// lists and objects. Numbers and truths are texts as they are written.
func (o Object) Text(path ...string) string {
	last := len(path) - 1
	return Text(o.In(path[:last]...)[path[last]])
}

// Text is the text of a value, "" of null, lists and objects.
func Text(raw []byte) string {
	switch {
	case len(raw) == 0 || raw[0] == '{' || raw[0] == '[' || string(raw) == "null":
		return ""
	case raw[0] != '"':
		return strings.TrimSpace(string(raw))
	}
	return strings.TrimSpace(strings.ToValidUTF8(string(json.AppendUnquote(nil, raw)), "\ufffd"))
}

// First is the first text of those that is not empty.
func First(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}

// List are the elements of a list; nil of anything else. What came before a
// mistake is kept.
func (o Object) List(path ...string) [][]byte {
	last := len(path) - 1
	var all [][]byte
	_ = jsonspan.Elements(o.In(path[:last]...)[path[last]], func(raw []byte) { all = append(all, raw) })
	return all
}

// Texts are the texts of a list.
func (o Object) Texts(path ...string) []string {
	var all []string
	for _, raw := range o.List(path...) {
		if s := Text(raw); s != "" {
			all = append(all, s)
		}
	}
	return all
}

// Report is a document of findings while it is read, by one goroutine.
type Report struct {
	Sink source.Sink
	File *demarc.File
	Tool string // the word of the tool whose findings are given

	given, notes int
	scopes       map[string]bool // folded ids of those that were named
	raw          []byte
	line         int
	ends         []int // of the document's lines, found when first asked for
}

// NewReport makes a report of a tool without a document.
func NewReport(sink source.Sink, file *demarc.File, tool string) *Report {
	return &Report{Sink: sink, File: file, Tool: tool, scopes: map[string]bool{}}
}

// Line is the line on which a part of the document begins.
func (r *Report) Line(part []byte) int {
	if r.ends == nil {
		r.ends = []int{}
		for at := 0; ; at++ {
			i := bytes.IndexByte(r.raw[at:], '\n')
			if i < 0 {
				break
			}
			at += i
			r.ends = append(r.ends, at)
		}
	}
	offset := cap(r.raw) - cap(part) // parts share the document's bytes
	before, _ := slices.BinarySearch(r.ends, offset)
	return r.line + before
}

// Place is a place in the file.
func (r *Report) Place(line int) demarc.Place { return demarc.Place{File: r.File, Line: line} }

// Note tells the sink what was not understood.
func (r *Report) Note(kind demarc.NoteKind, line int, message string) {
	r.notes++
	r.Sink.Note(demarc.Note{Kind: kind, Place: r.Place(line), Message: message, Count: 1})
}

// Objects visits the objects of a list; what is none is a note.
func (r *Report) Objects(list [][]byte, visit func(o Object, line int)) {
	for _, raw := range list {
		line := r.Line(raw)
		o, err := Parse(raw)
		if err != nil {
			r.Note(demarc.NoteSkipped, line, "a finding that is not an object")
			continue
		}
		visit(o, line)
	}
}

// Give gives a finding to the sink.
func (r *Report) Give(e *demarc.Evidence, line int) {
	r.given++
	e.Tool, e.Strength, e.Place = r.Tool, demarc.Observed, r.Place(line)
	e.Title, e.Detail = Cut(e.Title), Cut(e.Detail)
	r.Sink.Evidence(e)
}

// Except gives a finding that the tool was told to let pass: what it found is
// unknown, and the exception is a statement.
func (r *Report) Except(e *demarc.Evidence, reason string, line int) {
	e.Outcome, e.Reason = demarc.OutcomeUnknown, demarc.Exempt
	r.Give(e, line)
	r.State(e, reason, line)
}

// State says that findings like one are excepted. Where nothing tells what the
// exception covers it covers nothing: it is told and has no content.
func (r *Report) State(e *demarc.Evidence, reason string, line int) {
	said := source.Statement{Kind: "exception", ID: e.Tool + ":" + e.Check, Place: r.Place(line)}
	if covered := First(e.Subject.ID, e.Subject.Identity, e.Subject.Name, e.Subject.Scope); covered != "" && covered != unnamed {
		said.Content = demarc.Exception{Tool: e.Tool, Check: e.Check, Scope: covered, Reason: Cut(reason), Place: said.Place}
	}
	r.Sink.Statement(said)
}

// Scope names a scope, once.
func (r *Report) Scope(id, name string, line int) {
	if folded := demarc.Fold(id); name != "" && !r.scopes[folded] {
		r.scopes[folded] = true
		r.Sink.Scope(source.Scope{ID: id, Name: name, Place: r.Place(line)})
	}
}

// Visitor makes the function that is called for each document. It is called
// once for each goroutine, with the report of that goroutine.
type Visitor func(*Report) func(o Object, line int)

// Read reads the documents of a file. One that lists no finding is refused
// with the reason that is given for it.
func Read(ctx context.Context, in *source.Input, sink source.Sink, none source.Refusal, visitor Visitor) error {
	var all []*Report
	pages, err := jsonrows.Read(ctx, in, sink, func(s source.Sink) jsonrows.Decoder {
		r := NewReport(s, in.File, "")
		all = append(all, r)
		return decoder{r, visitor(r)}
	})
	paging.Broken(sink, in.File, pages)
	if err != nil || slices.ContainsFunc(pages, func(p jsonrows.Page) bool { return p.Cut }) {
		return err
	}
	return Refuse(all, none)
}

// Refuse is the reason that is given for reports without findings and notes,
// nil when there are some.
func Refuse(all []*Report, none source.Refusal) error {
	for _, r := range all {
		if r.given+r.notes > 0 {
			return nil
		}
	}
	return none
}

type decoder struct {
	*Report
	visit func(Object, int)
}

// Decode reads one document.
func (d decoder) Decode(row jsonrows.Row) {
	d.raw, d.line, d.ends = row.Raw, row.Line, nil
	o, err := Parse(row.Raw)
	if err != nil {
		d.Note(demarc.NoteSkipped, row.Line, err.Error())
		return
	}
	d.visit(o, row.Line)
}
