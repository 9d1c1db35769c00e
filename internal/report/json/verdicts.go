package json

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// verdicts writes the verdicts that rest on evidence, what exists once above
// resources, and the sets that both refer to. What exists above resources is
// visited once: the sets of its verdicts are collected on the way.
func (d *document) verdicts(a *demarc.Assessment, resources *Resources) {
	w := &verdictWriter{document: d, a: a, resources: resources}
	d.buf = append(d.buf, `,"verdicts":[`...)
	if a.Verdicts != nil {
		l := &listing{document: d}
		a.Verdicts.Above(func(v *demarc.Verdict) bool {
			w.instances.add(v)
			return !rests(v) || w.verdict(l, v)
		})
		a.Verdicts.Own(func(v *demarc.Verdict) bool { return w.verdict(l, v) })
	}
	d.buf = append(d.buf, ']')
	sets := w.instances.finish()
	list(d, `,"instances":[`, w.instances.list, w.appendInstance)
	l := d.list(`,"verdictSets":[`)
	for _, set := range sets {
		if !l.set(set) {
			return
		}
	}
	if a.Verdicts != nil {
		a.Verdicts.Sets(l.set)
	}
	l.end()
}

// set writes one set; it is false when the writer has failed.
func (l *listing) set(s *demarc.VerdictSet) bool {
	if !l.next() {
		return false
	}
	l.buf = appendSet(l.buf, s)
	return true
}

// verdictWriter writes verdicts one by one.
type verdictWriter struct {
	*document
	a         *demarc.Assessment
	resources *Resources
	instances instances
}

// verdict writes one verdict; it is false when the writer has failed.
func (w *verdictWriter) verdict(l *listing, v *demarc.Verdict) bool {
	if !l.next() {
		return false
	}
	dst := append(w.buf, `{"level":`...)
	dst = AppendText(dst, v.Instance.Level.String())
	dst = append(dst, `,"scope":`...)
	dst = append(dst, w.resources.scopeID(v.Instance.Scope)...)
	dst = append(dst, `,"resource":`...)
	dst = appendOptional(dst, resourceID(v.Instance.Resource))
	dst = append(dst, `,"workload":`...)
	dst = appendOptional(dst, v.Instance.Workload)
	dst = appendNumber(dst, `,"members":`, v.Instance.Members)
	dst = append(dst, `,"responsibility":`...)
	dst = AppendText(dst, v.Responsibility.ID)
	dst = append(dst, `,"party":`...)
	dst = AppendText(dst, v.Party)
	dst = append(dst, `,"owner":`...)
	dst = appendOwner(dst, &v.Owner)
	dst = appendJudgement(dst, &v.Judgement)
	w.buf = append(dst, `,"evidence":[`...)
	w.ids(w.a.Evidence, v.Evidence)
	w.buf = append(w.buf, `],"checks":[`...)
	w.ids(w.a.Checks, v.Checks)
	dst = append(w.buf, `],"exception":`...)
	dst = appendException(dst, v.Exception)
	dst = append(dst, `,"accepted":`...)
	dst = appendBool(dst, v.Accepted)
	dst = append(dst, `,"ageDays":`...)
	w.buf = append(appendDays(dst, v.Age), '}')
	return true
}

func resourceID(r *demarc.Assessed) string {
	if r == nil {
		return ""
	}
	return r.ID
}

// ids writes the ids of pieces of a list, equal ones once.
func (w *verdictWriter) ids(of demarc.EvidenceList, places []int) {
	last := ""
	for _, n := range places {
		id := of.At(n).ID
		if id == last {
			continue
		}
		if last != "" {
			w.buf = append(w.buf, ',')
		}
		w.buf = AppendText(w.buf, id)
		last = id
		w.flush(flushAt)
	}
}

// rests reports whether a verdict rests on evidence or checks of its own.
func rests(v *demarc.Verdict) bool { return len(v.Evidence)+len(v.Checks) > 0 }

func appendJudgement(dst []byte, j *demarc.Judgement) []byte {
	dst = append(dst, `,"status":`...)
	dst = AppendText(dst, j.Status.String())
	dst = append(dst, `,"reason":`...)
	dst = appendOptional(dst, string(j.Reason))
	dst = append(dst, `,"why":`...)
	return appendOptional(dst, j.Why)
}

func appendException(dst []byte, e *demarc.Exception) []byte {
	if e == nil {
		return append(dst, "null"...)
	}
	for _, m := range [...]struct{ key, text string }{
		{`{"id":`, e.ID}, {`,"responsibility":`, e.Responsibility}, {`,"tool":`, e.Tool}, {`,"check":`, e.Check},
		{`,"scope":`, e.Scope}, {`,"reason":`, e.Reason}, {`,"approver":`, e.Approver},
		{`,"owner":`, e.Owner},
	} {
		dst = appendOptional(append(dst, m.key...), m.text)
	}
	dst = append(dst, `,"from":`...)
	dst = appendDay(dst, e.From)
	dst = append(dst, `,"expires":`...)
	dst = appendDay(dst, e.Expires)
	dst = append(dst, `,"place":`...)
	return append(appendOptional(dst, e.Place.String()), '}')
}

func appendSet(dst []byte, s *demarc.VerdictSet) []byte {
	dst = append(dst, `{"id":`...)
	dst = AppendText(dst, s.ID)
	dst = append(dst, `,"verdicts":[`...)
	for i := range s.Verdicts {
		v := &s.Verdicts[i]
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"responsibility":`...)
		dst = AppendText(dst, v.Responsibility.ID)
		dst = append(dst, `,"party":`...)
		dst = AppendText(dst, v.Party)
		dst = appendJudgement(dst, &v.Judgement)
		dst = append(dst, `,"accepted":`...)
		dst = append(appendBool(dst, v.Accepted), '}')
	}
	return append(dst, "]}"...)
}

func (w *verdictWriter) appendInstance(dst []byte, i instance) []byte {
	dst = append(dst, `{"level":`...)
	dst = AppendText(dst, i.level.String())
	dst = append(dst, `,"scope":`...)
	dst = append(dst, w.resources.scopeID(i.scope)...)
	dst = append(dst, `,"workload":`...)
	dst = appendOptional(dst, i.workload)
	dst = append(dst, `,"verdictSet":`...)
	return append(AppendText(dst, i.set.ID), '}')
}

// instance is a scope, a workload or the organisation with the set of the
// verdicts about it.
type instance struct {
	level    demarc.Level
	scope    *demarc.Scope
	workload string
	set      *demarc.VerdictSet
}

// instances collects what exists once above resources, and the sets of its
// verdicts, each once.
type instances struct {
	list []instance
	sets map[string]*demarc.VerdictSet // by content
	open []demarc.SetVerdict           // of the last instance
	key  []byte
}

// add takes a verdict of the last instance or of another one.
func (x *instances) add(v *demarc.Verdict) {
	at := instance{level: v.Instance.Level, scope: v.Instance.Scope, workload: v.Instance.Workload}
	if n := len(x.list); n == 0 || x.list[n-1] != at {
		x.close()
		x.list = append(x.list, at)
	}
	said := demarc.SetVerdict{Responsibility: v.Responsibility, Party: v.Party, Judgement: v.Judgement, Accepted: v.Accepted}
	if rests(v) {
		said.Why = "" // it differs from instance to instance, and is told where the verdict is told by itself
	}
	x.open = append(x.open, said)
}

// close gives the last instance its set.
func (x *instances) close() {
	if len(x.open) == 0 {
		return
	}
	x.key = x.key[:0]
	for i := range x.open {
		x.key = appendContent(x.key, &x.open[i])
	}
	set := x.sets[string(x.key)]
	if set == nil {
		sum := sha256.Sum256(x.key)
		set = &demarc.VerdictSet{ID: hex.EncodeToString(sum[:8]), Verdicts: slices.Clone(x.open)}
		if x.sets == nil {
			x.sets = map[string]*demarc.VerdictSet{}
		}
		x.sets[string(x.key)] = set
	}
	x.list[len(x.list)-1].set = set
	x.open = x.open[:0]
}

// appendContent appends what tells the verdicts of one set from another's.
func appendContent(dst []byte, v *demarc.SetVerdict) []byte {
	for _, s := range [...]string{v.Responsibility.ID, v.Status.String(), string(v.Reason), v.Party, v.Why} {
		dst = append(append(dst, s...), 0)
	}
	return appendBool(dst, v.Accepted)
}

// finish returns the sets, in order.
func (x *instances) finish() []*demarc.VerdictSet {
	x.close()
	sets := make([]*demarc.VerdictSet, 0, len(x.sets))
	for _, s := range x.sets {
		sets = append(sets, s)
	}
	slices.SortFunc(sets, func(a, b *demarc.VerdictSet) int { return strings.Compare(a.ID, b.ID) })
	return sets
}
