// Package csv writes an assessment as one table for spreadsheets and
// databases: a row per resource, facet and area, and one row for a resource
// without a division. Fields are separated by commas and quoted as RFC 4180
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
}

const (
	cellColumns = 10
	flushAt     = 64 << 10
)

// Write writes the header and the rows.
func Write(w io.Writer, a *demarc.Assessment, _ report.Options) error {
	t := &table{buf: make([]byte, 0, flushAt+flushAt/4), cells: map[*demarc.Division][][]byte{}, answers: map[*demarc.Answer]answer{}}
	t.buf = append(t.buf, strings.Join(columns[:], ",")...)
	t.buf = append(t.buf, '\n')
	for _, r := range a.Resources {
		t.resource(r)
		if len(t.buf) < flushAt {
			continue
		}
		if _, err := w.Write(t.buf); err != nil {
			return err
		}
		t.buf = t.buf[:0]
	}
	_, err := w.Write(t.buf)
	return err
}

// table is the output on its way, with what resources share encoded once.
type table struct {
	buf     []byte
	row     []byte // the columns of the resource at hand
	cells   map[*demarc.Division][][]byte
	answers map[*demarc.Answer]answer
}

// answer is the encoded answer: what stands in front of partOf, and behind.
type answer struct{ before, after []byte }

var noCell = append([]byte(strings.Repeat(",", cellColumns)), '\n')

func (t *table) resource(r *demarc.Assessed) {
	a := t.answer(r.Answer)
	t.row = appendField(t.row[:0], r.ID)
	t.row = appendNext(t.row, r.Name)
	t.row = appendNext(t.row, r.Type)
	t.row = append(t.row, a.before...)
	t.row = appendNext(t.row, r.PartOf)
	t.row = append(t.row, a.after...)
	if r.Answer.Division == nil {
		t.buf = append(append(t.buf, t.row...), noCell...)
		return
	}
	for _, cell := range t.division(r.Answer.Division) {
		t.buf = append(append(t.buf, t.row...), cell...)
	}
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

func (t *table) division(d *demarc.Division) [][]byte {
	cells, ok := t.cells[d]
	if !ok {
		for i := range d.Cells {
			cells = append(cells, encode(&d.Cells[i]))
		}
		t.cells[d] = cells
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
	b = appendNext(b, c.Source)
	return append(b, '\n')
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
