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
	d.wide, d.reached = map[*responsibility.Task][]*located{}, map[reachKey]map[*instance]int{}
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
		if l.finding.tool == attestation || d.below(l, b.Task)[nil] == 1 {
			d.wide[b.Task] = append(d.wide[b.Task], l)
		}
		return
	}
	i, exact := d.instanceOf(l, b.Task)
	if i != nil {
		i.find(b.Task).take(l, item, exact || d.holdsAll(l, i, b.Task))
	}
	if i == nil || exact {
		d.spreadDown(l, b.Task, item, i)
	}
}

// holdsAll reports whether all resources that refer to a task of an instance
// lie in what the evidence is about.
func (d *docket) holdsAll(l *located, i *instance, t *responsibility.Task) bool {
	n := d.below(l, t)[i]
	return n > 0 && n == int(i.find(t).members)
}

// take adds evidence about all or a part of an instance.
func (at *atInstance) take(l *located, item judge.Item, all bool) {
	item.Whole = all && l.number == 0
	if !item.Whole && item.Subject == 0 {
		item.Subject, item.About, item.Part = scopeNumber(l.target.Scope), nameOf(l.target.Scope), true
	}
	s := at.witness()
	s.items = append(s.items, item)
}

// instanceOf is the instance, of those where a task exists, that the
// evidence's scope is or lies in; exact says that it is that scope.
func (d *docket) instanceOf(l *located, t *responsibility.Task) (i *instance, exact bool) {
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
	if i, ok := d.instances.byKey[key]; ok && i.find(t) != nil {
		return i, exact
	}
	return nil, false
}

// spreadDown gives evidence about a scope to the instances below it, but for
// the scope's own: what a person says to all of them, what a tool says to the
// only one.
func (d *docket) spreadDown(l *located, t *responsibility.Task, item judge.Item, own *instance) {
	if l.finding.tool != attestation && (own != nil || reaches(l.target.Scope, t.Level)) {
		return
	}
	var below []*instance
	for _, i := range d.instances.all {
		if i.level != t.Level || i == own || i.find(t) == nil {
			continue
		}
		if d.covers(l, i.scope, i.workload) || d.below(l, t)[i] > 0 {
			below = append(below, i)
		}
	}
	if l.finding.tool != attestation && len(below) != 1 {
		return
	}
	for _, i := range below {
		i.find(t).take(l, item, d.covers(l, i.scope, i.workload) || d.holdsAll(l, i, t))
	}
}

// reaches reports whether a scope is as small as what a level has one of, so that
// nothing of the level lies below it.
func reaches(sc *demarc.Scope, l demarc.Level) bool {
	if sc == nil {
		return false
	}
	switch sc.Kind {
	case demarc.ResourceGroupScope:
		return l == demarc.ResourceGroupLevel || l == demarc.SubscriptionLevel || l == demarc.TenantLevel
	case demarc.SubscriptionScope:
		return l == demarc.SubscriptionLevel || l == demarc.TenantLevel
	case demarc.OrganisationScope, demarc.TenantScope, demarc.ManagementGroupScope, demarc.SiteScope:
	}
	return false
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
func scopeNumber(sc *demarc.Scope) uint32 {
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
