package assess

import (
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/judge"
	"github.com/demarc-dev/demarc/internal/responsibility"
)

// spread hands evidence that is not about a resource to the tasks that it says
// something about: at its own level, above it as a part of the whole, and below
// it where a person answers for everything there or where there is only one.
func (d *docket) spread() {
	d.wide = map[*responsibility.Task][]*located{}
	for n := range d.others {
		l := &d.others[n]
		for b := range l.finding.bindings {
			d.spreadOne(l, &l.finding.bindings[b], len(d.byResource)+n)
		}
	}
}

func (d *docket) spreadOne(l *located, b *responsibility.Binding, ref int) {
	item := d.item(l.sighting, b, ref)
	item.Subject, item.About = l.number, l.about
	if b.Task.Level == demarc.ResourceLevel {
		if l.finding.tool == attestation || d.countBelow(l, b.Task) == 1 {
			d.wide[b.Task] = append(d.wide[b.Task], l)
		}
		return
	}
	if at, exact := d.instanceOf(l, b.Task); at != nil {
		item.Whole = exact && l.number == 0
		if !item.Whole && item.Subject == 0 {
			item.Subject, item.About = d.scopeNumber(l.target.Scope), nameOf(l.target.Scope)
		}
		at.items = append(at.items, item)
		return
	}
	d.spreadDown(l, b.Task, item)
}

// instanceOf is the task at the instance that the evidence's scope is or lies
// in; exact says that it is that scope.
func (d *docket) instanceOf(l *located, t *responsibility.Task) (at *atInstance, exact bool) {
	key := instanceKey{level: t.Level}
	switch target := l.target; {
	case t.Level == demarc.OrganisationLevel:
		exact = target.Estate
	case target.Workload != "":
		key.workload, exact = d.workloadName(target.Workload), true
	case target.Scope != nil:
		found, ok := d.keyAt(t.Level, standpoint{scope: target.Scope})
		if !ok {
			return nil, false
		}
		key, exact = found, found.scope == target.Scope
	case target.Tenant && t.Level == demarc.TenantLevel:
		exact = true
	default:
		return nil, false
	}
	if i, ok := d.instances.byKey[key]; ok {
		return i.find(t), exact
	}
	return nil, false
}

// spreadDown gives evidence about a scope to the instances below it.
func (d *docket) spreadDown(l *located, t *responsibility.Task, item judge.Item) {
	var below []*atInstance
	for _, i := range d.instances.all {
		if i.level != t.Level || !l.covers(i.scope, i.workload) {
			continue
		}
		if at := i.find(t); at != nil {
			below = append(below, at)
		}
	}
	if l.finding.tool != attestation && len(below) != 1 {
		return
	}
	item.Whole = l.number == 0
	for _, at := range below {
		at.items = append(at.items, item)
	}
}

// covers reports whether a scope or workload is or lies in what the evidence
// is about.
func (l *located) covers(sc *demarc.Scope, workload string) bool {
	switch {
	case l.target.Estate:
		return true
	case l.target.Workload != "":
		return demarc.EqualFold(l.target.Workload, workload)
	case l.target.Scope == nil:
		return false
	}
	for ; sc != nil; sc = sc.Parent {
		if sc == l.target.Scope {
			return true
		}
	}
	return false
}

// countBelow is how many resources below the evidence's scope have a task.
func (d *docket) countBelow(l *located, t *responsibility.Task) int {
	n := 0
	for at, count := range d.population {
		if d.duties[at.answer].has(t) && l.covers(at.scope, at.workload) {
			n += count
		}
	}
	return n
}

func (d *docket) workloadName(name string) string {
	for _, w := range d.line.options.Workloads {
		if demarc.EqualFold(w.Name, name) {
			return w.Name
		}
	}
	return name
}

// scopeNumber tells scopes apart as subjects.
func (d *docket) scopeNumber(sc *demarc.Scope) uint32 {
	return uint32(idHash(scopeID(sc)))&^memberBit | 1
}

func nameOf(sc *demarc.Scope) string {
	if sc == nil {
		return ""
	}
	if sc.Name != "" {
		return sc.Name
	}
	return sc.ID[strings.LastIndexByte(sc.ID, '/')+1:]
}
