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
		if ref >= len(d.byResource) {
			continue
		}
		part := d.resourceAt(ref)
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

// allMembers reports whether evidence about resources and smaller scopes is
// about all resources that refer to a task of an instance.
func (d *docket) allMembers(i *instance, at *atInstance, refs []int) bool {
	members := map[standpoint]map[int]bool{}
	var scopes []*located
	for _, ref := range refs {
		if ref >= len(d.byResource) {
			scopes = append(scopes, &d.others[ref-len(d.byResource)])
			continue
		}
		n := d.resourceAt(ref)
		if o := d.all[n]; int(d.home(n)) == n && o.Standing == demarc.There && d.byResource[ref].subject == 0 {
			sp := d.standpoint(o)
			if members[sp] == nil {
				members[sp] = map[int]bool{}
			}
			members[sp][n] = true
		}
	}
	seen := 0
	for sp, n := range d.population {
		if _, asked := d.duties[sp.answer].party[at.task]; !asked {
			continue
		}
		if key, ok := d.keyAt(at.task.Level, sp); !ok || key != i.instanceKey {
			continue
		}
		if slices.ContainsFunc(scopes, func(l *located) bool { return d.covers(l, sp.scope, sp.workload) }) {
			seen += n
		} else {
			seen += len(members[sp])
		}
	}
	return seen >= at.members
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
	for at, n := range d.population {
		if _, asked := d.duties[at.answer].party[task]; !asked || !d.covers(l, at.scope, at.workload) {
			continue
		}
		if task.Level == demarc.ResourceLevel {
			counts[nil] += n
		} else if where, ok := d.keyAt(task.Level, at); ok {
			counts[d.instances.byKey[where]] += n
		}
	}
	d.reached[key] = counts
	return counts
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
	return judge.Case{Rule: d.rules[at.task.Index], Requirement: d.needs.ofInstance(i), AsOf: d.asOf, Items: at.items,
		Covered: func(refs []int) bool { return d.allMembers(i, at, refs) }}
}
