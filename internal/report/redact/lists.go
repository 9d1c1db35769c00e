package redact

import (
	"cmp"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// lists copies verdicts and evidence, which are made when they are asked for.
func (c *copier) lists(a, out *demarc.Assessment) {
	v := &verdicts{copier: c, of: a.Verdicts, sets: map[string]*demarc.VerdictSet{}}
	if a.Evidence != nil {
		v.evidence = c.newEvidence(a.Evidence)
		out.Evidence = v.evidence
	}
	if a.Checks != nil {
		v.checks = c.newEvidence(a.Checks)
		out.Checks = v.checks
	}
	if a.Verdicts != nil {
		out.Verdicts = v
	}
}

// evidence is evidence without names, ordered by what its subjects are called
// now.
type evidence struct {
	*copier
	of    demarc.EvidenceList
	old   []int32 // places in the original list
	place []int32 // of the original's pieces
}

func (c *copier) newEvidence(of demarc.EvidenceList) *evidence {
	e := &evidence{copier: c, of: of, old: make([]int32, of.Len()), place: make([]int32, of.Len())}
	resources := make([]int32, of.Len()) // behind all others, in their order
	others := map[int32]string{}
	for i := range e.old {
		e.old[i] = int32(i)
		piece := of.At(i)
		if at, ok := c.places[piece.Resource]; ok {
			resources[i] = at
		} else {
			others[int32(i)] = c.subject(&piece).ID
			resources[i] = int32(len(c.copies))
		}
	}
	slices.SortFunc(e.old, func(x, y int32) int {
		return cmp.Or(cmp.Compare(resources[x], resources[y]), strings.Compare(others[x], others[y]), cmp.Compare(x, y))
	})
	for i, old := range e.old {
		e.place[old] = int32(i)
	}
	return e
}

// subject is what a piece of evidence is about.
func (c *copier) subject(e *demarc.AssessedEvidence) demarc.Subject {
	s := demarc.Subject{Type: e.Subject.Type, Name: c.name(aName, e.Subject.Name), Host: c.name(aHost, e.Subject.Host),
		Identity: c.name(aPerson, e.Subject.Identity), Scope: c.id(e.Subject.Scope)}
	switch {
	case e.Resource == nil && e.About == nil && !strings.Contains(e.Subject.ID, "/"):
		s.ID = c.name(aWorkload, e.Subject.ID)
	default:
		s.ID = c.id(e.Subject.ID)
	}
	return s
}

// Len is how much evidence there is.
func (e *evidence) Len() int { return len(e.old) }

// At makes one piece without names.
func (e *evidence) At(i int) demarc.AssessedEvidence {
	piece := e.of.At(int(e.old[i]))
	piece.ID, piece.Subject = e.hash(piece.ID), e.subject(&piece)
	piece.Title, piece.Detail, piece.By = e.text(piece.Title), e.whole(piece.Detail), e.by(piece.By)
	piece.Place = demarc.Place{File: e.files[piece.Place.File], Line: piece.Place.Line}
	if at, ok := e.places[piece.Resource]; ok {
		piece.Resource = e.copies[at]
	}
	if piece.About != nil {
		piece.About = e.scopes[piece.About]
	}
	return piece
}

// by is who attests something, or the id of the assignment of a check.
func (c *copier) by(who string) string {
	if strings.HasPrefix(who, "/") {
		return c.id(who)
	}
	return c.name(aPerson, who)
}

// verdicts are the verdicts of the copy.
type verdicts struct {
	*copier
	of               demarc.VerdictList
	evidence, checks *evidence
	sets             map[string]*demarc.VerdictSet // by their old ids
}

// Sets visits the sets that resources share.
func (v *verdicts) Sets(visit func(*demarc.VerdictSet) bool) {
	v.of.Sets(func(s *demarc.VerdictSet) bool { return visit(v.set(s)) })
}

// mostSets is how many sets are remembered.
const mostSets = 1 << 12

// set is a set without names.
func (v *verdicts) set(s *demarc.VerdictSet) *demarc.VerdictSet {
	if made := v.sets[s.ID]; made != nil && s.ID != "" {
		return made
	}
	made := &demarc.VerdictSet{ID: v.hash(s.ID), Verdicts: each(s.Verdicts, func(x demarc.SetVerdict) demarc.SetVerdict {
		x.Party, x.Why = v.party(x.Party), v.text(x.Why)
		return x
	})}
	if s.ID != "" {
		if len(v.sets) == mostSets {
			clear(v.sets)
		}
		v.sets[s.ID] = made
	}
	return made
}

// SetOf is the set of a resource.
func (v *verdicts) SetOf(i int) *demarc.VerdictSet { return v.set(v.of.SetOf(int(v.old[i]))) }

// Briefs visits the resources of the copy with how each stands.
func (v *verdicts) Briefs(from, to int, visit func(int, *demarc.Brief) bool) {
	for i := from; i < to; i++ {
		more := true
		v.of.Briefs(int(v.old[i]), int(v.old[i])+1, func(_ int, b *demarc.Brief) bool {
			more = visit(i, &demarc.Brief{Vector: &demarc.Vector{Set: v.set(b.Set), Whys: each(b.Whys, v.text)},
				Owner: v.owner(b.Owner), Workload: v.name(aWorkload, b.Workload)})
			return more
		})
		if !more {
			return
		}
	}
}

// Of are all verdicts that a resource refers to.
func (v *verdicts) Of(i int) []demarc.Verdict { return each(v.of.Of(int(v.old[i])), v.verdict) }

// Own visits the verdicts about resources that rest on evidence, in the order
// of the copy.
func (v *verdicts) Own(visit func(*demarc.Verdict) bool) {
	has := make([]bool, len(v.copies))
	v.of.Own(func(x *demarc.Verdict) bool {
		has[v.places[x.Instance.Resource]] = true
		return true
	})
	for i := range has {
		if !has[i] {
			continue
		}
		for _, x := range v.Of(i) {
			if x.Instance.Resource != nil && len(x.Evidence)+len(x.Checks) > 0 && !visit(&x) {
				return
			}
		}
	}
}

// Above visits the verdicts about what exists once above resources, in the
// order of the copy.
func (v *verdicts) Above(visit func(*demarc.Verdict) bool) {
	var list []demarc.Verdict
	v.of.Above(func(x *demarc.Verdict) bool {
		list = append(list, v.verdict(*x))
		return true
	})
	slices.SortStableFunc(list, func(x, y demarc.Verdict) int {
		a, b := &x.Instance, &y.Instance
		return cmp.Or(-cmp.Compare(a.Level, b.Level), strings.Compare(scopeID(a.Scope), scopeID(b.Scope)), strings.Compare(a.Workload, b.Workload))
	})
	for i := range list {
		if !visit(&list[i]) {
			return
		}
	}
}

func scopeID(s *demarc.Scope) string {
	if s == nil {
		return ""
	}
	return s.ID
}

// Each visits the resources with all that they refer to, in the order of the
// copy.
func (v *verdicts) Each(visit func(i int, own, above *demarc.VerdictSet) bool) {
	sets := make([][2]*demarc.VerdictSet, len(v.copies))
	same := map[*demarc.VerdictSet]*demarc.VerdictSet{}
	v.of.Each(func(i int, own, above *demarc.VerdictSet) bool {
		if same[above] == nil {
			same[above] = v.set(above)
		}
		sets[v.placeOf[i]] = [2]*demarc.VerdictSet{v.set(own), same[above]}
		return true
	})
	for i, of := range sets {
		if !visit(i, of[0], of[1]) {
			return
		}
	}
}

func (v *verdicts) verdict(x demarc.Verdict) demarc.Verdict {
	x.Party, x.Owner, x.Why = v.party(x.Party), v.owner(x.Owner), v.text(x.Why)
	x.Instance.Scope, x.Instance.Workload = v.scopes[x.Instance.Scope], v.name(aWorkload, x.Instance.Workload)
	if at, ok := v.places[x.Instance.Resource]; ok {
		x.Instance.Resource = v.copies[at]
	}
	x.Evidence, x.Checks = v.evidence.moved(x.Evidence), v.checks.moved(x.Checks)
	if x.Exception != nil {
		x.Exception = v.exception(x.Exception)
	}
	return x
}

// moved are the places of pieces in the copy.
func (e *evidence) moved(list []int) []int {
	if e == nil || len(list) == 0 {
		return nil
	}
	out := each(list, func(i int) int { return int(e.place[i]) })
	slices.Sort(out)
	return out
}

func (v *verdicts) exception(e *demarc.Exception) *demarc.Exception {
	out := *e
	out.ID, out.Scope, out.Reason = v.whole(e.ID), v.instanceName(e.Scope), v.whole(e.Reason)
	out.Approver, out.Owner = v.name(aPerson, e.Approver), v.name(anOwner, e.Owner)
	out.Place = demarc.Place{File: v.files[e.Place.File], Line: e.Place.Line}
	return &out
}
