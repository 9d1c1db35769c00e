// Package pathrow pulls a handful of values out of one wide row: an object
// with objects inside, or a line of a table. The reader says by which paths it
// wants each value, in the spellings of all tools; everything else is passed
// over in one go, and nothing is kept of a row but what is asked for. It is
// for exports of millions of rows that say little each.
package pathrow

import (
	"strings"
	"unicode/utf8"

	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/jsonspan"
)

// Paths are the values that a reader wants of a row, each known by its place
// in the list that they were made of. They are not changed any more and may be
// shared.
type Paths struct {
	root   *node
	wanted int
}

// node is a member on the way to something wanted.
type node struct {
	members map[string]*node
	value   int // what it is itself, -1 for nothing wanted
	rank    uint8
}

// New makes paths of the spellings of each value. A spelling names members
// from the outside in, separated by dots, without case, spaces, underscores
// and dashes. The first spelling that holds something counts. No path may lead
// to two values.
func New(values ...[]string) *Paths {
	p := &Paths{root: &node{value: -1}, wanted: len(values)}
	for i, spellings := range values {
		for rank, path := range spellings {
			n := p.root
			for name := range strings.SplitSeq(path, ".") {
				n = n.child(name)
			}
			n.value, n.rank = i, uint8(rank)
		}
	}
	return p
}

// child finds or makes the node of a member.
func (n *node) child(name string) *node {
	if n.members == nil {
		n.members = map[string]*node{}
	}
	if n.members[name] == nil {
		n.members[name] = &node{value: -1}
	}
	return n.members[name]
}

// Row is the row at hand. It is used by one goroutine.
type Row struct {
	Line int
	// Valid says that the row is UTF-8.
	Valid  bool
	paths  *Paths
	cells  [][]byte // JSON texts, nil where the row has none
	ranks  []uint8
	names  [maxName]byte
	buffer []byte
	joined []byte
	texts
}

// maxName is the length above which a name cannot be one that is wanted.
const maxName = 64

// NewRow makes an empty row.
func (p *Paths) NewRow() *Row {
	return &Row{paths: p, cells: make([][]byte, p.wanted), ranks: make([]uint8, p.wanted), texts: newTexts()}
}

func (r *Row) begin(line int) {
	r.Line, r.Valid = line, true
	clear(r.cells)
}

// JSON takes a row of a JSON file. Its bytes must stay as they are until the
// next row is taken.
func (r *Row) JSON(row jsonrows.Row) error {
	r.begin(row.Line)
	r.Valid = utf8.Valid(row.Raw)
	if row.Columns == nil {
		_, err := r.object(row.Raw, jsonspan.Space(row.Raw, 0), r.paths.root)
		return err
	}
	i := 0
	return jsonspan.Elements(row.Raw, func(value []byte) {
		if i < len(row.Columns) {
			r.column(row.Columns[i], value)
		}
		i++
	})
}

// Fields takes a line of a table of separated values.
func (r *Row) Fields(header, fields []string, line int) {
	r.begin(line)
	for i, name := range header {
		if i < len(fields) && fields[i] != "" {
			r.column(name, json.AppendQuote(nil, strings.TrimSpace(fields[i])))
		}
	}
}

// column takes a value that has a name of its own.
func (r *Row) column(name string, value []byte) {
	if n := r.paths.root.members[source.FoldHeader(name)]; n != nil {
		_ = r.member(value, 0, len(value), n) // what came before a mistake is kept
	}
}

// object walks the object at i and returns the index behind it.
func (r *Row) object(b []byte, i int, n *node) (int, error) {
	if i >= len(b) || b[i] != '{' {
		return 0, jsonspan.ErrSyntax
	}
	for i = jsonspan.Space(b, i+1); ; i = jsonspan.Space(b, i) {
		switch {
		case i >= len(b):
			return 0, jsonspan.ErrSyntax
		case b[i] == '}':
			return i + 1, nil
		case b[i] == ',':
			i++
			continue
		case b[i] != '"':
			return 0, jsonspan.ErrSyntax
		}
		nameEnd := jsonspan.String(b, i)
		if nameEnd < 0 {
			return 0, jsonspan.ErrSyntax
		}
		colon := jsonspan.Space(b, nameEnd)
		if colon >= len(b) || b[colon] != ':' {
			return 0, jsonspan.ErrSyntax
		}
		end, err := r.value(b, jsonspan.Space(b, colon+1), r.wanted(n, b[i+1:nameEnd-1]))
		if err != nil {
			return 0, err
		}
		i = end
	}
}

// wanted finds the node of a member, nil when nobody wants it.
func (r *Row) wanted(n *node, name []byte) *node {
	folded := r.names[:0]
	for _, c := range name {
		switch {
		case len(folded) == maxName:
			return nil
		case c == ' ' || c == '_' || c == '-':
		case 'A' <= c && c <= 'Z':
			folded = append(folded, c+'a'-'A')
		default:
			folded = append(folded, c)
		}
	}
	return n.members[string(folded)]
}

// value takes the value at i and returns the index behind it.
func (r *Row) value(b []byte, i int, n *node) (int, error) {
	if n != nil && len(n.members) > 0 && i < len(b) && b[i] == '{' {
		end, err := r.object(b, i, n)
		if err == nil {
			r.keep(n, b[i:end])
		}
		return end, err
	}
	end, depth := jsonspan.End(b, i)
	if end <= i || depth > jsonspan.MaxDepth {
		return 0, jsonspan.ErrSyntax
	}
	if n == nil {
		return end, nil
	}
	return end, r.member(b, i, end, n)
}

// member takes a value whose end is known. Tables write some objects as texts.
func (r *Row) member(b []byte, i, end int, n *node) error {
	r.keep(n, b[i:end])
	switch {
	case len(n.members) == 0 || end-i < 2:
		return nil
	case b[i] == '{':
		_, err := r.object(b[i:end], 0, n)
		return err
	case b[i] != '"':
		return nil
	}
	text := json.AppendUnquote(nil, b[i:end])
	if at := jsonspan.Space(text, 0); at < len(text) && text[at] == '{' {
		_, _ = r.object(text, at, n) // a text may be cut; what came before is kept
	}
	return nil
}

// keep keeps a value unless a spelling that counts more has one.
func (r *Row) keep(n *node, value []byte) {
	if n.value < 0 || holdsNothing(value) || r.cells[n.value] != nil && r.ranks[n.value] <= n.rank {
		return
	}
	r.cells[n.value], r.ranks[n.value] = value, n.rank
}

func holdsNothing(raw []byte) bool {
	switch len(raw) {
	case 0:
		return true
	case 2:
		return string(raw) == `""` || string(raw) == "[]" || string(raw) == "{}"
	case 4:
		return string(raw) == "null"
	}
	return false
}
