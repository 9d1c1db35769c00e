package assess

import (
	"slices"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/judge"
	"github.com/demarc-dev/demarc/internal/responsibility"
)

// Evidence about a part says nothing of the other parts: here stands what the
// parts of a resource, of a scope and of the organisation are.

// partKey is the parts of one type that a resource answers for.
type partKey struct {
	home int32
	typ  string
}

// countParts counts, for the resources that evidence about a part belongs to,
// the parts of each type that are there.
func (d *docket) countParts() map[partKey]int {
	counts := map[partKey]int{}
	if len(d.parts) == 0 {
		return counts
	}
	for i, o := range d.all {
		if o.PartOf == "" || o.Standing != demarc.There {
			continue
		}
		if home := d.home(i); home >= 0 && home != int32(i) && len(d.parts[home]) > 0 {
			counts[partKey{home, demarc.Fold(o.Type)}]++
		}
	}
	return counts
}

// allParts reports whether evidence is about all parts, of the types that it
// is about, of a resource.
func (d *docket) allParts(home int, refs []int) bool {
	seen := map[partKey]map[int]bool{}
	for _, ref := range refs {
		part, ok := d.subjectOf(ref)
		if !ok {
			continue
		}
		key := partKey{int32(home), demarc.Fold(d.all[part].Type)}
		if seen[key] == nil {
			seen[key] = map[int]bool{}
		}
		seen[key][part] = true
	}
	for key, of := range seen {
		if len(of) < d.partCounts[key] {
			return false
		}
	}
	return true
}

// subjectOf is the resource that evidence or the result of a policy is about.
func (d *docket) subjectOf(ref int) (resource int, ok bool) {
	switch {
	case ref < len(d.byResource):
		return d.resourceAt(ref), true
	case ref < d.firstRuled() || ref >= d.firstRuled()+d.ruledTotal():
		return 0, false // about more than one resource
	}
	resource, _ = d.resultAt(ref)
	return resource, true
}

// allMembers reports whether evidence about resources and smaller scopes is
// about all resources that refer to a task of an instance.
func (d *docket) allMembers(i *instance, at *atInstance, refs []int) bool {
	var scopes []*located
	seen, single := 0, map[int]bool{}
	for _, ref := range refs {
		if ref < len(d.byResource) {
			n := d.resourceAt(ref)
			single[n] = single[n] || d.byResource[ref].subject == 0
			continue
		}
		if ref >= d.firstRuled() {
			n, _ := d.resultAt(ref)
			single[n] = true
			continue
		}
		l := &d.others[ref-len(d.byResource)]
		if !slices.ContainsFunc(scopes, func(o *located) bool { return o.target == l.target }) {
			scopes = append(scopes, l)
		}
	}
	scopes = outermost(scopes)
	for _, l := range scopes {
		seen += d.below(l, at.task)[i]
	}
	for n, whole := range single {
		if o := d.all[n]; whole && d.refers(n, i, at) &&
			!slices.ContainsFunc(scopes, func(l *located) bool { return d.covers(l, o.Scope, d.standpoint(o).workload) }) {
			seen++
		}
	}
	return seen >= int(at.members)
}

// refers reports whether a resource is one of those that refer to a task of an
// instance.
func (d *docket) refers(n int, i *instance, at *atInstance) bool {
	o := d.all[n]
	if o.Standing != demarc.There || int(d.home(n)) != n {
		return false
	}
	if _, asked := d.duties[o.Answer].party[at.task]; !asked {
		return false
	}
	key, ok := d.keyAt(at.task.Level, d.standpoint(o))
	return ok && key == i.instanceKey
}

// outermost leaves out the scopes that lie in another one of the list, and
// workloads, which may lie in any of them.
func outermost(list []*located) []*located {
	var kept []*located
	for _, l := range list {
		inside := len(list) > 1 && l.target.Workload != "" || slices.ContainsFunc(list, func(o *located) bool {
			return o.target.Scope != nil && o.target.Scope != l.target.Scope && liesIn(l.target.Scope, o.target.Scope)
		})
		if !inside {
			kept = append(kept, l)
		}
	}
	return kept
}

func liesIn(sc, in *demarc.Scope) bool {
	for ; sc != nil; sc = sc.Parent {
		if sc == in {
			return true
		}
	}
	return false
}

// reachKey is a target and a task.
type reachKey struct {
	scope          *demarc.Scope
	workload       string
	estate, tenant bool
	task           int
}

// below counts, by instance, the resources that refer to a task and lie in
// what the evidence is about.
func (d *docket) below(l *located, task *responsibility.Task) map[*instance]int {
	key := reachKey{l.target.Scope, demarc.Fold(l.target.Workload), l.target.Estate, l.target.Tenant, task.Index}
	if made, ok := d.reached[key]; ok {
		return made
	}
	counts := map[*instance]int{}
	residents := d.residents()
	for _, scope := range d.inhabited(l) {
		list := residents[scope]
		if l.target.Workload == "" && !d.covers(l, scope, "") {
			continue
		}
		for _, at := range list {
			if _, asked := d.duties[at.answer].party[task]; !asked || !d.covers(l, at.scope, at.workload) {
				continue
			}
			if task.Level == demarc.ResourceLevel {
				counts[nil] += at.count
			} else if where, ok := d.keyAt(task.Level, at.standpoint); ok {
				counts[d.instances.byKey[where]] += at.count
			}
		}
	}
	d.reached[key] = counts
	return counts
}

// inhabited are the scopes that may hold what evidence is about: those in a
// subscription or group are found at once.
func (d *docket) inhabited(l *located) []*demarc.Scope {
	if d.holding == nil {
		d.holding = map[*demarc.Scope][]*demarc.Scope{}
		for scope := range d.residents() {
			d.holding[nil] = append(d.holding[nil], scope)
			for at := scope; at != nil; at = at.Parent {
				d.holding[at] = append(d.holding[at], scope)
			}
		}
	}
	if at := l.target.Scope; at != nil && !l.target.Estate && l.target.Workload == "" &&
		(at.Kind == demarc.SubscriptionScope || at.Kind == demarc.ResourceGroupScope) {
		return d.holding[at]
	}
	return d.holding[nil]
}

// covers reports whether a scope or workload is or lies in what the evidence
// is about. Subscriptions of which nobody told the tenant lie in the only one
// of the estate.
func (d *docket) covers(l *located, sc *demarc.Scope, workload string) bool {
	switch {
	case l.target.Estate:
		return true
	case l.target.Workload != "":
		return demarc.EqualFold(l.target.Workload, workload)
	case l.target.Scope == nil:
		return false
	}
	return d.lies(sc, l.target.Scope)
}

// lies reports whether a scope is or lies in another one.
func (d *docket) lies(sc, in *demarc.Scope) bool {
	var top *demarc.Scope
	for ; sc != nil; sc = sc.Parent {
		if sc == in {
			return true
		}
		top = sc
	}
	return top != nil && top.Kind == demarc.SubscriptionScope && in != nil && in == d.tenant
}

// judged is a case of the judge with what an instance is made of.
func (d *docket) judged(i *instance, at *atInstance) judge.Case {
	return judge.Case{Rule: d.rules[at.task.Index], Requirement: d.needs.ofInstance(i), AsOf: d.asOf, Items: d.itemsOf(at),
		Covered: func(refs []int) bool { return d.allMembers(i, at, refs) }}
}
