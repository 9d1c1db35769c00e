package json

import (
	"time"

	"github.com/demarc-dev/demarc"
)

// checks writes what was computed here, one verdict of one definition about one
// resource or scope each.
func (d *document) checks(list demarc.EvidenceList, resources *Resources) {
	w := &checkWriter{listing: d.list(`,"checks":[`), resources: resources}
	if list != nil {
		last := ""
		for i := range list.Len() {
			e := list.At(i)
			if e.ID == last {
				continue
			}
			last = e.ID
			if !w.next() {
				return
			}
			w.buf = w.append(w.buf, &e)
		}
	}
	w.end()
}

// checkWriter writes results of checks. Neighbours are about one resource and
// were made on one day, and what they share is encoded once.
type checkWriter struct {
	*listing
	resources *Resources
	subject   string
	resource  []byte // the encoded id of the subject
	place     demarc.Place
	where     []byte // the encoded file and line
	day       time.Time
	observed  []byte
}

func (w *checkWriter) append(dst []byte, e *demarc.AssessedEvidence) []byte {
	w.remember(e)
	dst = append(dst, `{"id":`...)
	dst = AppendText(dst, e.ID)
	dst = append(dst, `,"definition":`...)
	dst = AppendText(dst, e.Check)
	dst = append(dst, `,"resource":`...)
	dst = append(dst, w.resource...)
	dst = append(dst, `,"verdict":`...)
	dst = AppendText(dst, demarc.CheckVerdictOf(e.Outcome).String())
	dst = append(dst, `,"reason":`...)
	dst = appendOptional(dst, string(e.Reason))
	dst = append(dst, `,"tool":`...)
	dst = AppendText(dst, e.Tool)
	dst = append(dst, `,"title":`...)
	dst = appendOptional(dst, e.Title)
	dst = append(dst, `,"scope":`...)
	dst = append(dst, w.resources.scopeID(e.About)...)
	dst = append(dst, `,"name":`...)
	dst = appendOptional(dst, e.Subject.Name)
	dst = append(dst, `,"assignment":`...)
	dst = appendOptional(dst, e.By)
	dst = append(dst, `,"detail":`...)
	dst = appendOptional(dst, e.Detail)
	dst = append(dst, `,"observed":`...)
	dst = append(dst, w.observed...)
	dst = append(dst, w.where...)
	dst = append(dst, `,"responsibilities":`...)
	dst = appendArray(dst, e.Responsibilities, AppendText)
	return append(dst, '}')
}

// remember encodes what is another than that of the check before.
func (w *checkWriter) remember(e *demarc.AssessedEvidence) {
	if e.Subject.ID != w.subject || w.resource == nil {
		w.subject, w.resource = e.Subject.ID, appendOptional(w.resource[:0], e.Subject.ID)
	}
	if e.Place != w.place || w.where == nil {
		w.place, w.where = e.Place, appendFilePath(append(w.where[:0], `,"file":`...), e.Place)
		w.where = appendLine(append(w.where, `,"line":`...), e.Place.Line)
	}
	if !e.Observed.Equal(w.day) || w.observed == nil {
		w.day, w.observed = e.Observed, appendDay(w.observed[:0], e.Observed)
	}
}
