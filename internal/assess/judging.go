package assess

import (
	"slices"
	"strings"
	"sync"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/judge"
	"github.com/demarc-dev/demarc/internal/responsibility"
)

// judgeResources gives the resources of which something was seen their
// verdicts. Evidence about a part belongs to the resource that answers for it.
func (d *docket) judgeResources() {
	d.findHomes()
	if len(d.homes) == 0 {
		return
	}
	d.own = make([]string, len(d.all))
	var mu sync.Mutex
	inParallel(len(d.homes), len(d.homes)*8, func(from, to int) {
		j := &jury{docket: d}
		for _, i := range d.homes[from:to] {
			d.own[i] = j.judge(int(i))
		}
		mu.Lock()
		defer mu.Unlock()
		for _, x := range j.above {
			x.at.items = append(x.at.items, x.item)
		}
	})
}

// findHomes lists the resources that evidence decides something of.
func (d *docket) findHomes() {
	d.parts = map[int32][]int32{}
	seen := map[int32]bool{}
	for i := range d.all {
		if d.evidenceAt(i) == 0 {
			continue
		}
		home := d.home(i)
		if home < 0 || d.all[home].Standing != demarc.There {
			continue
		}
		if home != int32(i) {
			d.parts[home] = append(d.parts[home], int32(i))
			if d.evidenceAt(int(home)) > 0 || seen[home] {
				continue
			}
			seen[home] = true
		}
		d.homes = append(d.homes, home)
	}
	d.partCounts = d.countParts()
	if len(d.wide) > 0 {
		d.addWide()
	}
	slices.Sort(d.homes)
	d.homes = slices.Compact(d.homes)
}

// addWide adds the resources that evidence about a scope reaches.
func (d *docket) addWide() {
	reached := map[standpoint]bool{}
	for at := range d.population {
		for _, duty := range d.duties[at.answer].own {
			for _, l := range d.wide[duty.Task] {
				reached[at] = reached[at] || d.covers(l, at.scope, at.workload)
			}
		}
	}
	for i, o := range d.all {
		if o.Standing == demarc.There && reached[d.standpoint(o)] {
			d.homes = append(d.homes, int32(i))
		}
	}
}

func (d *docket) evidenceAt(i int) int {
	if d.starts == nil {
		return 0
	}
	return int(d.starts[i+1] - d.starts[i])
}

// home is the resource that answers for another one: itself when it has tasks
// of any level, else the whole it is a piece of; negative when there is none.
func (d *docket) home(i int) int32 {
	const deep = 8 // a ring of parts must end
	for o := d.all[i]; ; {
		of := d.duties[o.Answer]
		if o.Standing == demarc.There && len(of.own)+len(of.above) > 0 {
			return int32(i)
		}
		for range deep {
			if o.PartOf == "" {
				return int32(i)
			}
			whole := d.find(o.PartOf)
			if whole == nil || whole == o {
				return int32(i)
			}
			o = whole
			if of := d.duties[o.Answer]; len(of.own)+len(of.above) > 0 {
				at, _ := d.indexOf(o)
				return int32(at)
			}
		}
		return int32(i)
	}
}

// jury judges resources one after the other and reuses its memory.
type jury struct {
	*docket
	items [][]judge.Item // by place of the duty
	above []atAbove
}

// atAbove is an item for a task above the resource.
type atAbove struct {
	at   *atInstance
	item judge.Item
}

// judge gives the verdicts of one resource, as codes.
func (j *jury) judge(i int) string {
	o := j.all[i]
	of := j.duties[o.Answer]
	j.gather(i, o, of)
	base := j.bases.of(o)
	codes := []byte(base.said)
	for n, duty := range of.own {
		if len(j.items[n]) == 0 || theirs(duty.Task) {
			continue
		}
		said, deciding := j.verdict(i, duty.Task, j.items[n])
		accepted := false
		if said.Status == demarc.Unmet {
			_, accepted = j.exceptionOf(duty.Task, o.Scope, j.standpoint(o).workload, o.ID, deciding)
		}
		codes[n] = byte(codeOf(said, accepted))
	}
	if string(codes) == base.said {
		return base.said
	}
	return string(codes)
}

// verdict judges one task of a resource.
func (d *docket) verdict(i int, t *responsibility.Task, items []judge.Item) (demarc.Judgement, []int) {
	return judge.Judge(judge.Case{Rule: d.rules[t.Index], Requirement: d.needs.of(d, d.all[i]), AsOf: d.asOf, Items: items,
		Covered: func(refs []int) bool { return d.allParts(i, refs) }})
}

// gather collects what was seen of a resource, of its parts and of the scopes
// around it, by task.
func (j *jury) gather(i int, o *observed, of *duties) {
	for len(j.items) < len(of.own) {
		j.items = append(j.items, nil)
	}
	for n := range j.items {
		j.items[n] = j.items[n][:0]
	}
	j.take(i, o, of, true)
	for _, part := range j.parts[int32(i)] {
		j.take(int(part), o, of, false)
	}
	if len(j.wide) == 0 {
		return
	}
	workload := j.standpoint(o).workload
	for n, duty := range of.own {
		for _, l := range j.wide[duty.Task] {
			if j.covers(l, o.Scope, workload) {
				j.items[n] = append(j.items[n], j.wideItem(l, duty.Task))
			}
		}
	}
}

// wideItem is evidence about a scope as it reaches one resource in it.
func (j *jury) wideItem(l *located, t *responsibility.Task) judge.Item {
	var item judge.Item
	for b := range l.finding.bindings {
		if l.finding.bindings[b].Task == t {
			item = j.item(l.sighting, &l.finding.bindings[b], len(j.byResource)+j.place(l))
		}
	}
	item.Subject, item.About, item.Whole = l.number, l.about, l.number == 0
	return item
}

// place is where a piece of evidence stands among those that are not about a
// resource.
func (d *docket) place(l *located) int {
	at, _ := slices.BinarySearchFunc(d.others, *l, compareLocated)
	return at
}

// take adds the evidence about resource i to the tasks of the resource o that
// answers for it, and to those of the instances above it.
func (j *jury) take(i int, o *observed, of *duties, whole bool) {
	for n := j.docket.start(i); n < j.docket.start(i+1); n++ {
		s := j.byResource[n]
		for b := range s.finding.bindings {
			binding := &s.finding.bindings[b]
			item := j.item(s, binding, int(n))
			item.Subject, item.Whole, item.Part = uint32(i)|memberBit, whole, !whole
			if !whole {
				item.About = j.all[i].Name
			}
			if s.subject != 0 { // something nested in it that the estate lacks
				child := j.children[s.subject-1]
				item.Subject, item.About, item.Whole = child.number, child.name, false
			}
			if binding.Task.Level != demarc.ResourceLevel {
				j.lift(o, of, binding.Task, item)
				continue
			}
			at, found := slices.BinarySearchFunc(of.own, binding.Task.Index, func(x responsibility.Duty, index int) int { return x.Task.Index - index })
			if found {
				j.items[at] = append(j.items[at], item)
			}
		}
	}
}

func (d *docket) start(i int) uint32 {
	if d.starts == nil {
		return 0
	}
	return d.starts[i]
}

// lift hands evidence about a resource to a task above it.
func (j *jury) lift(o *observed, of *duties, t *responsibility.Task, item judge.Item) {
	key, ok := j.keyAt(t.Level, j.standpoint(o))
	if !ok {
		return
	}
	i, ok := j.instances.byKey[key]
	if !ok {
		return
	}
	at := i.find(t)
	if at == nil {
		return
	}
	item.About, item.Whole, item.Part = o.Name, false, true
	if _, member := of.party[t]; !member || t.Level == demarc.TenantLevel && onceInTenant(o) {
		item.Part = false // a setting of the level itself, not one of the resources it is about
	}
	j.above = append(j.above, atAbove{at: at, item: item})
}

// onceInTenant reports whether a tenant has the resource once: the id of such
// a service ends in its type, and what is said of it is said of the tenant.
func onceInTenant(o *observed) bool {
	id, typ := demarc.Fold(o.ID), demarc.Fold(o.Type)
	return id == typ || strings.HasSuffix(id, "/"+typ)
}
