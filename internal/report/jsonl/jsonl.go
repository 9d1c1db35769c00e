// Package jsonl writes an assessment as one JSON object per line: a resource
// as the JSON contract has it, with the estate's name and the day in front,
// and behind it which of its own responsibilities are unmet, which of those
// that exist once above it, and how many of its own are unknown. The first and
// the last can be added up over lines; a tenant's responsibility is one,
// however many lines name it.
package jsonl

import (
	"io"
	"strconv"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/report/json"
)

const flushAt = 64 << 10

// Write writes a line per resource.
func Write(w io.Writer, a *demarc.Assessment, _ report.Options) error {
	l := &lines{w: w, resources: json.NewResources(), open: map[[2]*demarc.VerdictSet][]byte{}, buf: make([]byte, 0, flushAt+flushAt/4)}
	l.start = json.AppendText([]byte(`{"estate":`), a.Estate.Name)
	l.start = a.AsOf.UTC().AppendFormat(append(l.start, `,"asOf":"`...), "2006-01-02")
	l.start = append(l.start, `",`...)
	if a.Verdicts == nil {
		for _, r := range a.Resources {
			if !l.add(r, nil, nil) {
				break
			}
		}
	} else {
		a.Verdicts.Each(func(i int, own, above *demarc.VerdictSet) bool { return l.add(a.Resources[i], own, above) })
	}
	l.flush()
	return l.err
}

// lines are the output on its way.
type lines struct {
	w         io.Writer
	err       error
	buf       []byte
	start     []byte // of every line
	resources *json.Resources
	open      map[[2]*demarc.VerdictSet][]byte // what was written of resources that stand alike
}

// mostOpen is how much of that is remembered.
const mostOpen = 1 << 12

// add writes a resource; it is false when the writer has failed.
func (l *lines) add(r *demarc.Assessed, own, above *demarc.VerdictSet) bool {
	sets := [2]*demarc.VerdictSet{own, above}
	open, ok := l.open[sets]
	if !ok {
		if len(l.open) == mostOpen {
			clear(l.open)
		}
		open = appendOpen(nil, own, above)
		l.open[sets] = open
	}
	l.buf = l.resources.AppendMembers(append(l.buf, l.start...), r, own)
	l.buf = append(append(l.buf, open...), "}\n"...)
	if len(l.buf) >= flushAt {
		l.flush()
	}
	return l.err == nil
}

func (l *lines) flush() {
	if l.err == nil {
		_, l.err = l.w.Write(l.buf)
	}
	l.buf = l.buf[:0]
}

// appendOpen lists the customer's responsibilities that are unmet, and counts
// those of the resource itself that are unknown.
func appendOpen(dst []byte, own, above *demarc.VerdictSet) []byte {
	dst, unknown := appendUnmet(append(dst, `,"unmet":[`...), own)
	dst, _ = appendUnmet(append(dst, `],"unmetAbove":[`...), above)
	return strconv.AppendInt(append(dst, `],"unknown":`...), int64(unknown), 10)
}

func appendUnmet(dst []byte, set *demarc.VerdictSet) (list []byte, unknown int) {
	if set == nil {
		return dst, 0
	}
	first := true
	for i := range set.Verdicts {
		v := &set.Verdicts[i]
		switch {
		case v.Responsibility.Party != demarc.Customer:
		case v.Status == demarc.UnknownStatus:
			unknown++
		case v.Status == demarc.Unmet:
			if !first {
				dst = append(dst, ',')
			}
			first = false
			dst = json.AppendText(dst, v.Responsibility.ID)
		}
	}
	return dst, unknown
}
