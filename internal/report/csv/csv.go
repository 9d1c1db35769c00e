// Package csv writes an assessment as one table for spreadsheets and
// databases: a row per resource, facet and area, and one row for a resource
// without a division. Behind whose the area is stands how the customer's half
// of it stands: the worst of the responsibilities that the resource refers to,
// which of its own are unmet, and which of those that exist once above it. The
// status counts as in the matrix; a resource without a division has the status
// of its own responsibilities together. Fields are separated by commas and quoted as RFC 4180
// says, in UTF-8 without a byte order mark. Texts that a spreadsheet would run
// as a formula get a single quote in front (see [report.SpreadsheetText]), and
// control characters are replaced; the JSON formats keep every text as it is.
package csv

import (
	"io"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/report"
)

// columns of the resource come first, then those of the cell.
var columns = [...]string{
	"id", "name", "type", "provider", "serviceModel", "role", "partOf", "likely",
	"model", "facet", "areaId", "area", "parties", "halves", "accountable", "notApplicable", "reason", "source",
	"status", "unmet", "unmetAbove",
}

const (
	cellColumns = 10 // without those of what is done
	flushAt     = 64 << 10
	mostKnown   = 1 << 12 // standings that are remembered
)

// Write writes the header and the rows.
func Write(w io.Writer, a *demarc.Assessment, _ report.Options) error {
	t := &table{w: w, buf: make([]byte, 0, flushAt+flushAt/4), cells: map[divided][]cell{}, answers: map[*demarc.Answer]answer{}}
	t.buf = append(t.buf, strings.Join(columns[:], ",")...)
	t.buf = append(t.buf, '\n')
	if a.Verdicts == nil {
		for _, r := range a.Resources {
			if !t.resource(r, nil) {
				break
			}
		}
	} else {
		t.judged(a)
	}
	t.flush()
	return t.err
}

// judged writes the resources with what is done about them.
func (t *table) judged(a *demarc.Assessment) {
	known := map[[2]*demarc.VerdictSet]*standing{}
	a.Verdicts.Each(func(i int, own, above *demarc.VerdictSet) bool {
		sets := [2]*demarc.VerdictSet{own, above}
		if known[sets] == nil {
			if len(known) == mostKnown {
				clear(known)
			}
			known[sets] = newStanding(own, above)
		}
		return t.resource(a.Resources[i], known[sets])
	})
}

// table is the output on its way, with what resources share encoded once.
type table struct {
	w       io.Writer
	err     error
	buf     []byte
	row     []byte // the columns of the resource at hand
	cells   map[divided][]cell
	answers map[*demarc.Answer]answer
}

// answer is the encoded answer: what stands in front of partOf, and behind.
type answer struct{ before, after []byte }

// divided is a division as the resources of one provider have it.
type divided struct {
	division *demarc.Division
	provider string
}

// cell is an encoded cell of a division.
type cell struct {
	area    string
	ours    bool // something of it is asked of the customer
	columns []byte
}

var noCell = []byte(strings.Repeat(",", cellColumns))

// resource writes the rows of a resource; it is false when the writer has
// failed.
func (t *table) resource(r *demarc.Assessed, known *standing) bool {
	a := t.answer(r.Answer)
	t.row = appendField(t.row[:0], r.ID)
	t.row = appendNext(t.row, r.Name)
	t.row = appendNext(t.row, r.Type)
	t.row = append(t.row, a.before...)
	t.row = appendNext(t.row, r.PartOf)
	t.row = append(t.row, a.after...)
	if r.Answer.Division == nil {
		t.buf = append(append(t.buf, t.row...), noCell...)
		t.buf = append(append(t.buf, known.whole()...), '\n')
	} else {
		for _, c := range t.division(r.Answer) {
			t.buf = append(append(t.buf, t.row...), c.columns...)
			t.buf = append(append(t.buf, known.of(&c)...), '\n')
		}
	}
	if len(t.buf) >= flushAt {
		t.flush()
	}
	return t.err == nil
}

func (t *table) flush() {
	if t.err == nil {
		_, t.err = t.w.Write(t.buf)
	}
	t.buf = t.buf[:0]
}

func (t *table) answer(a *demarc.Answer) answer {
	encoded, ok := t.answers[a]
	if !ok {
		encoded.before = appendNext(encoded.before, a.Provider)
		encoded.before = appendNext(encoded.before, a.Model.String())
		encoded.before = appendNext(encoded.before, a.Role.String())
		encoded.after = appendTruth(encoded.after, a.Likely)
		t.answers[a] = encoded
	}
	return encoded
}

func (t *table) division(a *demarc.Answer) []cell {
	key := divided{a.Division, a.Provider}
	cells, ok := t.cells[key]
	if !ok {
		for i := range a.Division.Cells {
			c := &a.Division.Cells[i]
			cells = append(cells, cell{area: c.AreaID, ours: ours(c, a.Provider), columns: encode(c)})
		}
		t.cells[key] = cells
	}
	return cells
}

func encode(c *demarc.Cell) []byte {
	b := appendNext(nil, c.Model)
	b = appendNext(b, c.Facet)
	b = appendNext(b, c.AreaID)
	b = appendNext(b, c.Area)
	b = appendNext(b, strings.Join(c.Parties, "+"))
	b = appendNext(b, pairs(c.Halves))
	b = appendNext(b, pairs(c.Accountable))
	b = appendTruth(b, c.NotApplicable)
	b = appendNext(b, c.Reason)
	return appendNext(b, c.Source)
}

// pairs writes "customer: Patch it. | microsoft: Build it." in the order of
// party ids.
func pairs(m map[string]string) string {
	var list []string
	for id, words := range m {
		list = append(list, id+": "+words)
	}
	slices.Sort(list)
	return strings.Join(list, " | ")
}

func appendTruth(dst []byte, b bool) []byte {
	if b {
		return append(dst, ",true"...)
	}
	return append(dst, ",false"...)
}

func appendNext(dst []byte, s string) []byte { return appendField(append(dst, ','), s) }

func appendField(dst []byte, s string) []byte {
	s = report.SpreadsheetText(s)
	if !strings.ContainsAny(s, ",\";'") {
		return append(dst, s...)
	}
	dst = append(dst, '"')
	for i := range len(s) {
		if s[i] == '"' {
			dst = append(dst, '"')
		}
		dst = append(dst, s[i])
	}
	return append(dst, '"')
}
