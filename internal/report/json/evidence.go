package json

import (
	"math"
	"strconv"

	"github.com/demarc-dev/demarc"
)

// evidence writes what was imported from outside, what was computed here, and
// what was joined to nothing.
func (d *document) evidence(a *demarc.Assessment, resources *Resources) {
	d.observations(`,"evidence":[`, a.Evidence, resources)
	d.checks(a.Checks, resources)
	list(d, `,"unattached":[`, a.Unattached, appendUnattached)
}

// observations writes a list of evidence. Pieces that are the same to the last word
// and place are written once, with how often they were read.
func (d *document) observations(start string, pieces demarc.EvidenceList, resources *Resources) {
	w := &evidenceWriter{listing: d.list(start), resources: resources}
	if pieces != nil {
		for i := range pieces.Len() {
			if !w.add(pieces.At(i)) {
				return
			}
		}
		w.write()
	}
	w.end()
}

// evidenceWriter writes a piece of evidence when the next one is another.
type evidenceWriter struct {
	*listing
	resources *Resources
	last      demarc.AssessedEvidence
	count     int
}

// add takes the next piece; it is false when the writer has failed.
func (w *evidenceWriter) add(e demarc.AssessedEvidence) bool {
	if w.count > 0 && e.ID == w.last.ID && e.Evidence == w.last.Evidence {
		w.count++
		return true
	}
	ok := w.write()
	w.last, w.count = e, 1
	return ok
}

func (w *evidenceWriter) write() bool {
	if w.count == 0 {
		return true
	}
	if !w.next() {
		return false
	}
	w.buf = w.append(w.buf, &w.last)
	return true
}

func (w *evidenceWriter) append(dst []byte, e *demarc.AssessedEvidence) []byte {
	dst = append(dst, `{"id":`...)
	dst = AppendText(dst, e.ID)
	dst = append(dst, `,"subject":`...)
	dst = appendOptional(dst, e.Subject.ID)
	dst = append(dst, `,"scope":`...)
	dst = append(dst, w.resources.scopeID(e.About)...)
	dst = append(dst, `,"name":`...)
	dst = appendOptional(dst, e.Subject.Name)
	dst = append(dst, `,"tool":`...)
	dst = AppendText(dst, e.Tool)
	dst = append(dst, `,"check":`...)
	dst = AppendText(dst, e.Check)
	dst = append(dst, `,"title":`...)
	dst = appendOptional(dst, e.Title)
	dst = append(dst, `,"file":`...)
	dst = appendFilePath(dst, e.Place)
	dst = append(dst, `,"line":`...)
	dst = appendLine(dst, e.Place.Line)
	dst = appendObservation(dst, &e.Evidence)
	dst = append(dst, `,"responsibilities":`...)
	dst = appendArray(dst, e.Responsibilities, AppendText)
	return append(appendNumber(dst, `,"count":`, w.count), '}')
}

// appendObservation appends what was seen, when, and how sure that is.
func appendObservation(dst []byte, e *demarc.Evidence) []byte {
	dst = append(dst, `,"outcome":`...)
	dst = AppendText(dst, e.Outcome.String())
	dst = append(dst, `,"reason":`...)
	dst = appendOptional(dst, string(e.Reason))
	dst = append(dst, `,"detail":`...)
	dst = appendOptional(dst, e.Detail)
	dst = append(dst, `,"severity":`...)
	dst = AppendText(dst, e.Severity.String())
	dst = append(dst, `,"strength":`...)
	dst = AppendText(dst, e.Strength.String())
	dst = append(dst, `,"by":`...)
	dst = appendOptional(dst, e.By)
	dst = append(dst, `,"observed":`...)
	dst = appendMoment(dst, e.Observed)
	dst = append(dst, `,"since":`...)
	dst = appendMoment(dst, e.Since)
	dst = append(dst, `,"expires":`...)
	dst = appendMoment(dst, e.Expires)
	dst = append(dst, `,"amountDays":`...)
	if e.Amount == 0 {
		return append(dst, "null"...)
	}
	return strconv.AppendFloat(dst, math.Round(e.Amount.Hours()/24*1e4)/1e4, 'f', -1, 64)
}

func appendLine(dst []byte, line int) []byte {
	if line == 0 {
		return append(dst, "null"...)
	}
	return strconv.AppendInt(dst, int64(line), 10)
}

func appendUnattached(dst []byte, u demarc.Unattached) []byte {
	dst = append(dst, `{"subject":`...)
	dst = appendOptional(dst, u.Subject)
	dst = append(dst, `,"tool":`...)
	dst = AppendText(dst, u.Tool)
	dst = append(dst, `,"reason":`...)
	dst = AppendText(dst, u.Reason)
	dst = appendNumber(dst, `,"count":`, u.Count)
	dst = append(dst, `,"first":`...)
	return append(appendOptional(dst, u.First.String()), '}')
}
