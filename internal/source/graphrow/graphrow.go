// Package graphrow reads one row of what Microsoft Graph, its PowerShell
// modules and the admin centers export: an object or a line of a table, whose
// members are found by name without regard to case, spaces, underscores and
// dashes.
package graphrow

import (
	"strings"
	"unicode/utf8"

	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/jsonspan"
)

// mostNames bounds the folded names that are remembered.
const mostNames = 4096

// Row is the row at hand. It is used by one goroutine; what its methods return
// stays valid, but for raw bytes, when the next row is read.
type Row struct {
	Line    int
	raw     []byte // the object, nil for a line of a table
	members map[string][]byte
	names   map[string]string // folded, by quoted name
	scratch []byte
}

// New makes an empty row.
func New() *Row { return &Row{members: map[string][]byte{}, names: map[string]string{}} }

// JSON takes a row of a JSON file.
func (r *Row) JSON(row jsonrows.Row) error {
	if row.Columns == nil {
		return r.Object(row.Raw, row.Line)
	}
	r.begin(row.Line)
	i := 0
	return jsonspan.Elements(row.Raw, func(value []byte) {
		if i < len(row.Columns) {
			r.keep(source.FoldHeader(row.Columns[i]), value)
		}
		i++
	})
}

// Object takes a JSON object.
func (r *Row) Object(raw []byte, line int) error {
	r.begin(line)
	r.raw = raw
	return jsonspan.Members(raw, func(name, value []byte) { r.keep(r.fold(name), value) })
}

// Fields takes a line of a table of separated values.
func (r *Row) Fields(header, fields []string, line int) {
	r.begin(line)
	for i, name := range header {
		if i < len(fields) {
			r.keep(source.FoldHeader(name), json.AppendQuote(nil, strings.TrimSpace(fields[i])))
		}
	}
}

func (r *Row) begin(line int) {
	r.Line, r.raw = line, nil
	clear(r.members)
}

// keep keeps the first value of a name that holds something.
func (r *Row) keep(name string, value []byte) {
	if had, ok := r.members[name]; !ok || holdsNothing(had) {
		r.members[name] = value
	}
}

func holdsNothing(raw []byte) bool {
	return len(raw) == 0 || string(raw) == "null" || string(raw) == `""`
}

func (r *Row) fold(quoted []byte) string {
	if name, ok := r.names[string(quoted)]; ok {
		return name
	}
	name := source.FoldHeader(string(json.AppendUnquote(nil, quoted)))
	if len(r.names) < mostNames {
		r.names[string(quoted)] = name
	}
	return name
}

// Valid reports whether the row is UTF-8.
func (r *Row) Valid() bool { return utf8.Valid(r.raw) }

// Shows reports whether the row has one of these members, named folded, with
// or without something in it.
func (r *Row) Shows(names ...string) bool {
	for _, name := range names {
		if _, ok := r.members[name]; ok {
			return true
		}
	}
	return false
}

// Raw is the JSON text of a member, named folded; nil when the row lacks it.
func (r *Row) Raw(name string) []byte { return r.members[name] }

// Text is the text of the first of these members, named folded, that holds
// one. Numbers and truths are texts as they are written.
func (r *Row) Text(names ...string) string {
	for _, name := range names {
		if text := r.text(r.members[name]); text != "" {
			return text
		}
	}
	return ""
}

// text is the text of a value, "" of null, lists and objects.
func (r *Row) text(raw []byte) string {
	switch {
	case len(raw) == 0 || raw[0] == '{' || raw[0] == '[' || string(raw) == "null":
		return ""
	case raw[0] != '"':
		return strings.TrimSpace(string(raw))
	}
	r.scratch = json.AppendUnquote(r.scratch[:0], raw)
	return strings.TrimSpace(string(r.scratch))
}

// Texts are the texts in a member that is a list, or the one text that it is.
func (r *Row) Texts(name string) []string {
	raw := r.members[name]
	if len(raw) == 0 || raw[0] != '[' {
		if text := r.text(raw); text != "" {
			return []string{text}
		}
		return nil
	}
	var texts []string
	_ = jsonspan.Elements(raw, func(value []byte) { // what came before a mistake is kept
		if text := r.text(value); text != "" {
			texts = append(texts, text)
		}
	})
	return texts
}

// Elements calls visit for each element of a member that is a list.
func (r *Row) Elements(name string, visit func(raw []byte)) {
	if raw := r.members[name]; len(raw) > 0 && raw[0] == '[' {
		_ = jsonspan.Elements(raw, visit) // what came before a mistake is kept
	}
}

// Properties empties values for a plan and sets what is wanted of the whole row
// as the properties of a resource.
func (r *Row) Properties(values *slots.Values, plan *slots.Plan) {
	values.Reset(plan)
	if r.raw == nil || values.DecodeColumn("properties", r.raw) == nil {
		return
	}
	values.Reset(plan) // forget what came before the mistake
	_ = values.DecodeColumn("properties", jsonspan.Clean(r.raw))
}
