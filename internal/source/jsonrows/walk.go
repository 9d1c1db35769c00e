package jsonrows

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/source/jsonspan"
)

// Messages of rows that are skipped.
const (
	cutOff    = "the file ends inside of this record"
	tooLarge  = "a record of more than 64 MB"
	tooDeep   = "a record nested deeper than 10,000 levels"
	notObject = "not an object"
)

// documents walks all documents of the file: one as a rule, but pages and
// lines of JSON stand one behind the other.
func (s *splitter) documents() {
	for {
		switch s.peek() {
		case 0:
			s.batch = s.pool.decode(s.batch, true)
			return
		case '[':
			page := s.open()
			s.list(&page, nil, 1)
			s.pages = append(s.pages, page)
		case '{':
			s.document()
		case ',':
			s.pos++
		default:
			s.garbage()
		}
	}
}

func (s *splitter) open() Page { return Page{Line: s.lineAt(s.pos)} }

// garbage passes over what is no JSON document.
func (s *splitter) garbage() {
	s.skipped(s.lineAt(s.pos), "text that is no JSON")
	s.resume()
}

// resume moves to the next line that begins with a bracket, where a document
// may begin: what is inside of a broken one is never taken for a record.
func (s *splitter) resume() {
	s.mark = -1
	for {
		rest := s.bytes()[s.pos:]
		i := bytes.IndexByte(rest, '\n')
		switch {
		case i >= 0 && i+1 < len(rest):
			s.pos += i + 1
			if c := rest[i+1]; c == '{' || c == '[' {
				return
			}
			continue
		case i < 0:
			s.pos = s.n
		default:
			s.pos += i
		}
		if !s.more() {
			s.pos = s.n
			return
		}
	}
}

// skipped notes a row that cannot be read and counts it with those alone.
func (s *splitter) skipped(line int, message string) {
	s.note(line, message)
	s.alone(line).Rows++
}

// alone is the page of rows that stand in no envelope.
func (s *splitter) alone(line int) *Page {
	if s.loose < 0 {
		s.loose = len(s.pages)
		s.pages = append(s.pages, Page{Line: line})
	}
	return &s.pages[s.loose]
}

// list hands out the elements of the list at pos. In a list at the top, an
// element may be an envelope of its own or a list of further rows.
func (s *splitter) list(page *Page, columns []string, level int) {
	const deepest = 4
	s.pos++
	for {
		switch c := s.peek(); {
		case c == 0:
			page.Cut = true
			return
		case c == ']':
			s.pos++
			return
		case c == ',':
			s.pos++
		case c == '}' || c == ':':
			s.skipped(s.lineAt(s.pos), "a bracket that closes nothing")
			s.pos++
			return
		case c == '{' && level == 1 && columns == nil && s.in.Head.JSON().Pages:
			s.document()
		case c == '[' && columns == nil && level < deepest:
			s.list(page, nil, level+1)
		default:
			s.row(page, c, columns)
		}
	}
}

// row hands out the value at pos.
func (s *splitter) row(page *Page, c byte, columns []string) {
	page.Rows++
	line := s.lineAt(s.pos)
	want := byte('{')
	if columns != nil {
		want = '['
	}
	span, depth, ok := s.skip()
	switch {
	case !ok:
		page.Cut = true
		s.note(line, cutOff)
	case span == nil:
		s.note(line, tooLarge)
	case depth > jsonspan.MaxDepth:
		s.note(line, tooDeep)
	case c != want:
		s.note(line, notObject)
	default:
		s.batch.rows = append(s.batch.rows, Row{Raw: span, Line: line, Columns: columns})
	}
	if ok && span != nil && len(span) == 0 { // a stray byte that is no value
		s.pos++
	}
}

// document walks an object at the top: an envelope whose rows are handed out
// one by one, or else a row itself, which is kept until that is known.
func (s *splitter) document() {
	e := envelope{splitter: s, page: s.open()}
	s.mark = s.pos
	ok := e.members(1)
	kept := s.mark
	s.mark = -1
	if e.found {
		e.page.Cut = e.page.Cut || !ok
		s.pages = append(s.pages, e.page)
		return
	}
	page := s.alone(e.page.Line)
	page.Rows++
	switch {
	case !ok:
		page.Cut = e.problem == cutOff
		s.note(e.page.Line, e.problem)
	case kept < 0:
		s.note(e.page.Line, tooLarge)
	case e.depth >= jsonspan.MaxDepth:
		s.note(e.page.Line, tooDeep)
	default:
		s.batch.rows = append(s.batch.rows, Row{Raw: s.batch.buf[kept:s.pos], Line: e.page.Line})
	}
}

// envelope is an object at the top while it is walked.
type envelope struct {
	*splitter
	page    Page
	found   bool // rows
	columns []string
	depth   int
	name    [32]byte // of the member at hand, folded
	problem string
}

// members walks the members of the object at pos, and returns false when it is
// broken or the file ends inside of it.
func (e *envelope) members(level int) bool {
	e.pos++
	for {
		switch e.peek() {
		case 0:
			return e.broken(cutOff)
		case '}':
			e.pos++
			return true
		case ',':
			e.pos++
			continue
		case '"':
		default:
			return e.broken("broken JSON")
		}
		quoted, _, ok := e.skip()
		if !ok {
			return e.broken(cutOff)
		}
		name := e.fold(quoted)
		if e.peek() != ':' {
			return e.broken("broken JSON")
		}
		e.pos++
		if !e.member(name, e.peek(), level) {
			return false
		}
	}
}

// broken leaves a broken object. What follows it is looked at as a document
// of its own.
func (e *envelope) broken(problem string) bool {
	e.problem = problem
	if e.eof && e.pos >= e.n {
		e.problem = cutOff
	} else if !e.found {
		e.resume()
	}
	return false
}

// fold returns the name of a member, folded, "" when it is too long to matter.
func (e *envelope) fold(quoted []byte) string {
	if len(quoted)-2 > len(e.name) || len(quoted) < 2 {
		return ""
	}
	n := copy(e.name[:], quoted[1:len(quoted)-1])
	for i, c := range e.name[:n] {
		if 'A' <= c && c <= 'Z' {
			e.name[i] = c + 'a' - 'A'
		}
	}
	switch string(e.name[:n]) {
	case "data", "value":
		return "data"
	case "columns", "rows":
		return string(e.name[:n])
	case "nextlink", "@odata.nextlink", "odata.nextlink":
		return "link"
	case "skip_token", "$skiptoken", "skiptoken":
		return "token"
	case "totalrecords", "total_records", "totalcount", "@odata.count":
		return "total"
	case "resulttruncated", "result_truncated":
		return "truncated"
	}
	return ""
}

// member takes the value at pos, which begins with c.
func (e *envelope) member(name string, c byte, level int) bool {
	if c == 0 {
		return e.broken(cutOff)
	}
	switch {
	case c == '[' && name == "data" && level == 1:
		e.found, e.mark = true, -1
		e.list(&e.page, nil, 2)
		return true
	case c == '[' && name == "rows" && e.columns != nil:
		e.found, e.mark = true, -1
		e.list(&e.page, e.columns, 2)
		return true
	case c == '{' && name == "data" && level == 1:
		return e.members(level + 1)
	}
	span, depth, ok := e.skip()
	if !ok || (span != nil && len(span) == 0) {
		return e.broken("broken JSON")
	}
	e.depth = max(e.depth, depth)
	e.remember(name, span)
	return true
}

// remember keeps what an envelope says about its rows.
func (e *envelope) remember(name string, value []byte) {
	switch name {
	case "link":
		e.page.Link = text(value)
	case "token":
		e.page.Token = text(value)
	case "total":
		e.page.Total, _ = strconv.Atoi(text(value))
	case "truncated":
		e.page.Truncated = strings.EqualFold(text(value), "true")
	case "columns":
		e.columns = columnNames(value)
	}
}

// text is the text of a scalar, "" of null.
func text(value []byte) string {
	switch {
	case len(value) == 0 || string(value) == "null":
		return ""
	case value[0] == '"':
		return string(json.AppendUnquote(nil, value))
	}
	return string(value)
}

// columnNames reads the columns of a table, [{"name": ..., "type": ...}, ...],
// nil when they are none.
func columnNames(list []byte) []string {
	names := []string{}
	err := jsonspan.Elements(list, func(column []byte) {
		name := ""
		_ = jsonspan.Members(column, func(key, value []byte) {
			if demarc.EqualFold(string(key), `"name"`) {
				name = text(value)
			}
		})
		names = append(names, name)
	})
	if err != nil {
		return nil
	}
	return names
}
