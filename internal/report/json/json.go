// Package json writes an assessment as the public JSON contract that
// docs/schema/assessment.schema.json describes. It streams: what is written is
// appended to one buffer that is emptied when it is full, and what resources
// share is encoded once.
package json

import (
	"io"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/report"
)

// Write writes the whole contract, one element of a list per line. Verdicts
// and evidence are asked for one by one as they are written, since there may
// be millions.
func Write(w io.Writer, a *demarc.Assessment, _ report.Options) error {
	d := &document{w: w, buf: make([]byte, 0, flushAt+flushAt/4)}
	d.buf = append(d.buf, `{"schemaVersion":`...)
	d.buf = AppendText(d.buf, demarc.SchemaVersion)
	d.buf = append(d.buf, `,"asOf":"`...)
	d.buf = a.AsOf.UTC().AppendFormat(d.buf, "2006-01-02")
	d.buf = append(d.buf, `","estate":`...)
	d.buf = appendEstate(d.buf, &a.Estate)
	d.buf = append(d.buf, `,"parties":`...)
	d.buf = appendParties(d.buf, a.Parties)
	d.summary(a)
	resources := NewResources()
	d.conclusions(a)
	d.buf = append(d.buf, `,"groupedBy":`...)
	d.buf = appendOptional(d.buf, a.GroupedBy.String())
	list(d, `,"groups":[`, a.Groups, appendGroup)
	list(d, `,"scopes":[`, a.Scopes, resources.appendScope)
	d.resources(a, resources)
	d.verdicts(a, resources)
	d.evidence(a, resources)
	list(d, `,"divisions":[`, a.Divisions, appendDivision)
	list(d, `,"rules":[`, a.Rules, appendRule)
	list(d, `,"unclassified":[`, a.Unclassified, appendUnclassified)
	list(d, `,"undecided":[`, a.Undecided, appendUndecided)
	list(d, `,"surprises":[`, a.Surprises, appendSurprise)
	list(d, `,"references":[`, a.References, appendReference)
	list(d, `,"notes":[`, a.Notes, appendNote)
	d.buf = append(d.buf, "}\n"...)
	d.flush(0)
	return d.err
}

// flushAt is the size at which the buffer is emptied.
const flushAt = 64 << 10

// document is the output on its way.
type document struct {
	w   io.Writer
	buf []byte
	err error // the first error of w
}

// flush empties a buffer that holds more than limit bytes.
func (d *document) flush(limit int) {
	if len(d.buf) <= limit {
		return
	}
	if d.err == nil {
		_, d.err = d.w.Write(d.buf)
	}
	d.buf = d.buf[:0]
}

// list writes one list of the contract, with what stands in front of it.
func list[T any](d *document, start string, elements []T, add func([]byte, T) []byte) {
	l := d.list(start)
	for i := range elements {
		if !l.next() {
			return
		}
		d.buf = add(d.buf, elements[i])
	}
	l.end()
}

// listing is a list on its way.
type listing struct {
	*document
	begun bool
}

func (d *document) list(start string) *listing {
	d.buf = append(d.buf, start...)
	return &listing{document: d}
}

// next begins another element; it is false when the writer has failed.
func (l *listing) next() bool {
	l.flush(flushAt)
	if l.err != nil {
		return false
	}
	if l.begun {
		l.buf = append(l.buf, ',')
	}
	l.begun = true
	l.buf = append(l.buf, '\n')
	return true
}

func (l *listing) end() { l.buf = append(l.buf, ']') }

func (d *document) summary(a *demarc.Assessment) {
	d.buf = append(d.buf, `,"summary":{"matrix":[`...)
	d.matrices(a.Matrices)
	d.buf = append(d.buf, `],"conditional":[`...)
	d.matrices(a.Conditional)
	d.buf = append(d.buf, ']')
	d.buf = appendSummary(d.buf, a.Summary)
}

// resources writes the list of resources.
func (d *document) resources(a *demarc.Assessment, encoder *Resources) {
	l := d.list(`,"resources":[`)
	for i, r := range a.Resources {
		if !l.next() {
			return
		}
		d.buf = encoder.Append(d.buf, r, SetOf(a, i))
	}
	l.end()
}

// SetOf is the set of verdicts of the resource at a place, nil when nothing
// was judged.
func SetOf(a *demarc.Assessment, i int) *demarc.VerdictSet {
	if a.Verdicts == nil {
		return nil
	}
	return a.Verdicts.SetOf(i)
}

// matrices writes the cells of pictures.
func (d *document) matrices(matrices []demarc.Matrix) {
	first := true
	for i := range matrices {
		m := &matrices[i]
		for c := range m.Cells {
			if !first {
				d.buf = append(d.buf, ',')
			}
			first = false
			d.buf = append(d.buf, '\n')
			d.buf = appendMatrixCell(d.buf, m.Model, &m.Cells[c])
		}
	}
}
