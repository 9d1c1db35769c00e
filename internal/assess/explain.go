package assess

import (
	"slices"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/judge"
)

// Trace says what an answer rests on, for one watched resource.
type Trace struct {
	Entry     *catalog.Entry // the type that answered, nil when unclassified
	Values    []TraceValue   // the properties that were asked for
	Undecided []string       // properties whose absence leaves the answer open
	Overrides []*demarc.Override
}

// TraceValue is one property and what was seen of it.
type TraceValue struct {
	Path  string
	Value demarc.Value
}

// Trace recomputes what the answer of a watched resource rests on; false when
// nobody asked to watch it.
func (s *Settled) Trace(id string) (Trace, bool) {
	l, ok := s.looks[id]
	if !ok {
		return Trace{}, false
	}
	t := Trace{Entry: l.class.Entry, Undecided: l.class.Undecided, Overrides: l.class.Overrides}
	for _, w := range s.Watched {
		if !demarc.EqualFold(w.ID, id) {
			continue
		}
		for i, path := range w.Paths {
			t.Values = append(t.Values, TraceValue{Path: path, Value: w.Value[i]})
		}
		break
	}
	return t, true
}

// Seen is the evidence, by its place in the assessment's list, that says
// something about the responsibility of a verdict where the verdict stands,
// also what decided nothing.
func (s *Settled) Seen(v *demarc.Verdict) []int {
	d, ok := s.Verdicts.(*docket)
	task := s.line.book.Task(v.Responsibility.ID)
	if !ok || task == nil {
		return nil
	}
	var items []judge.Item
	if at := v.Instance; at.Resource != nil {
		i, _ := d.Resource(at.Resource.ID)
		j := d.newJury()
		of := d.duties[d.all[i].Answer]
		j.gather(i, d.all[i], of)
		for n, duty := range of.own {
			if duty.Task == task {
				items = j.items[n]
			}
		}
	} else if i, ok := d.instances.byKey[instanceKey{at.Level, at.Scope, at.Workload}]; ok {
		if found := i.find(task); found != nil {
			items = d.itemsOf(found)
		}
	}
	var refs []int
	for n := range items {
		refs = append(refs, items[n].Ref)
	}
	slices.Sort(refs)
	return slices.Compact(refs)
}

// Requirement is what the organisation demands where a verdict stands, nil
// when it states nothing.
func (s *Settled) Requirement(v *demarc.Verdict) *demarc.Requirement {
	d, ok := s.Verdicts.(*docket)
	if !ok {
		return nil
	}
	if r := v.Instance.Resource; r != nil {
		i, _ := d.Resource(r.ID)
		return d.needs.of(d, d.all[i])
	}
	return d.needs.ofInstance(&instance{instanceKey: instanceKey{v.Instance.Level, v.Instance.Scope, v.Instance.Workload}})
}

// Assurances are the reports and certificates on file, in order.
func (s *Settled) Assurances() []demarc.Assurance {
	if d, ok := s.Verdicts.(*docket); ok {
		return d.assurances
	}
	return nil
}

// CoveredBy counts the resources whose type an assurance lists and whose
// provider gave it.
func (s *Settled) CoveredBy(a *demarc.Assurance) int {
	d, ok := s.Verdicts.(*docket)
	if !ok {
		return 0
	}
	n := 0
	for _, g := range d.answers {
		if g.count > 0 && demarc.EqualFold(g.answer.Provider, a.Party) && lists(a.Services, d.typeOf(g.answer)) {
			n += g.count
		}
	}
	return n
}

// WorkloadOf names the workload that the resource at a place belongs to, "" for
// none that has a name.
func (s *Settled) WorkloadOf(resource int) string {
	if d, ok := s.Verdicts.(*docket); ok {
		return d.standpoint(d.all[resource]).workload
	}
	return ""
}
