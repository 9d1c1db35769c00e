package redact

import (
	"strings"

	"github.com/demarc-dev/demarc"
)

// learnWords gathers the public words: those of types, and those that the
// program itself says.
func (r *Redactor) learnWords(a *demarc.Assessment) {
	word := func(list ...string) {
		for _, s := range list {
			r.words[demarc.Fold(s)] = true
		}
	}
	typ := func(t string) {
		word(t)
		for s := range strings.SplitSeq(demarc.Fold(t), "/") {
			r.types[s] = true
		}
	}
	word("the tenant", "the organisation", "unmet", "demarc.yaml")
	word(r.options.Words...)
	for _, resource := range a.Resources {
		typ(resource.Type)
	}
	for _, u := range a.Undecided {
		typ(u.Type)
		word(u.Properties...)
	}
	for _, u := range a.Unclassified {
		typ(u.Type)
	}
	for _, t := range a.Responsibilities {
		word(t.ID, t.Title, t.Area, t.OwnerRole, t.Requirement)
		for _, way := range t.Settle {
			for _, c := range way.Checks {
				word(c.Tool, c.Check, c.String())
			}
		}
	}
	for i := range a.Matrices {
		for _, area := range a.Matrices[i].Areas {
			word(area.ID, area.Label)
		}
	}
	for id, p := range a.Parties {
		if r.party(id) == id {
			word(id, p.Name, p.Short)
		}
	}
	for _, f := range a.Estate.Files {
		word(f.Format)
	}
	delete(r.words, "")
	delete(r.types, "")
}

// learnNames gathers the names that a sentence could hold.
func (r *Redactor) learnNames(a *demarc.Assessment) {
	n := &r.names
	n.add(anEstate, a.Estate.Name)
	for _, p := range r.options.Paths {
		n.add(aPath, p)
	}
	for _, f := range a.Estate.Files {
		n.add(aPath, f.Path)
		n.add(aFile, f.Path[strings.LastIndexByte(f.Path, '/')+1:])
	}
	for id, p := range a.Parties {
		if r.party(id) != id {
			n.add(aParty, id)
			n.add(aParty, p.Name)
		}
	}
	for _, s := range a.Scopes {
		n.add(scopeKinds[s.Kind], s.Name)
		n.add(scopeKinds[s.Kind], s.ID[strings.LastIndexByte(s.ID, '/')+1:])
	}
	for _, s := range r.options.Names {
		n.add(aName, s)
	}
	r.learnPeople(a)
	for _, resource := range a.Resources {
		n.add(aResource, resource.Name)
		if i := strings.LastIndexByte(resource.ID, '/'); i >= 0 {
			n.add(aResource, resource.ID[i+1:])
		}
	}
}

// learnPeople gathers workloads, owners and who attests.
func (r *Redactor) learnPeople(a *demarc.Assessment) {
	n := &r.names
	owner := func(o *demarc.Owner) {
		if o.Named() {
			n.add(anOwner, o.Name)
		}
	}
	for i := range a.DoFirst {
		owner(&a.DoFirst[i].Owner)
	}
	for _, g := range a.Groups {
		n.add(groupKinds[a.GroupedBy], g.Name)
	}
	if a.Verdicts != nil {
		a.Verdicts.Above(func(v *demarc.Verdict) bool {
			n.add(aWorkload, v.Instance.Workload)
			owner(&v.Owner)
			return true
		})
	}
	for _, g := range a.Gaps {
		if g.Kind == demarc.GapUndeclaredAccess {
			n.add(aParty, g.Subject)
		}
	}
	for _, u := range a.Unattached {
		n.add(aResource, u.Subject)
	}
	for _, list := range [...]demarc.EvidenceList{a.Evidence, a.Checks} {
		for i := range length(list) {
			e := list.At(i)
			r.words[title+demarc.Fold(e.Title)] = true
			n.add(aPerson, e.By)
			n.add(aName, e.Subject.Name)
		}
	}
}

func length(list demarc.EvidenceList) int {
	if list == nil {
		return 0
	}
	return list.Len()
}

var groupKinds = [...]kind{
	demarc.Ungrouped: aName, demarc.ByWorkload: aWorkload, demarc.BySubscription: aSubscription, demarc.ByOwner: anOwner,
	demarc.ByLocation: aSite, demarc.ByAISystem: aResource,
}
