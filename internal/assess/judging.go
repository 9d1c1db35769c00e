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
		j := d.newJury()
		for _, i := range d.homes[from:to] {
			d.own[i] = j.judge(int(i))
		}
		mu.Lock()
		defer mu.Unlock()
		for _, x := range j.above {
			s := x.at.witness()
			s.lifted = append(s.lifted, x.lifted)
		}
	})
}

// findHomes lists the resources that evidence decides something of.
func (d *docket) findHomes() {
	d.parts = map[int32][]int32{}
	seen := map[int32]bool{}
	for i := range d.all {
		if d.evidenceAt(i) == 0 && !d.isRuled(i) {
			continue
		}
		home := d.home(i)
		if home < 0 || d.all[home].Standing != demarc.There {
			continue
		}
		if home != int32(i) {
			d.parts[home] = append(d.parts[home], int32(i))
			if d.evidenceAt(int(home)) > 0 || d.isRuled(int(home)) || seen[home] {
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
	for _, list := range d.residents() {
		for _, at := range list {
			for _, duty := range d.duties[at.answer].own {
				for _, l := range d.wide[duty.Task] {
					reached[at.standpoint] = reached[at.standpoint] || d.covers(l, at.scope, at.workload)
				}
			}
		}
	}
	for i, o := range d.all {
		if o.Standing == demarc.There && reached[d.standpoint(o)] {
			d.homes = append(d.homes, int32(i))
		}
	}
}

// isRuled reports whether policies said something of a resource.
func (d *docket) isRuled(i int) bool { return d.ruled != nil && d.ruled[i+1] > d.ruled[i] }

func (d *docket) evidenceAt(i int) int {
	if d.starts == nil {
		return 0
	}
	return int(d.starts[i+1] - d.starts[i])
}

// home is the resource that answers for another one: itself when it has tasks
// of any level, else the nearest whole above it that has; itself where there is
// none.
func (d *docket) home(i int) int32 {
	const deep = 8 // a ring of parts must end
	o := d.all[i]
	if o.Standing == demarc.There && d.asked(o) {
		return int32(i)
	}
	for range deep {
		if o.PartOf == "" {
			break
		}
		whole := d.find(o.PartOf)
		if whole == nil || whole == o {
			break
		}
		if o = whole; d.asked(o) {
			at, _ := d.indexOf(o)
			return int32(at)
		}
	}
	return int32(i)
}

// asked reports whether anything is asked of anybody about a resource.
func (d *docket) asked(o *observed) bool {
	of := d.duties[o.Answer]
	return len(of.own)+len(of.above) > 0
}

// jury judges resources one after the other and reuses its memory.
type jury struct {
	*docket
	items  [][]judge.Item // by place of the duty
	ladder ladder
	above  []atAbove
	alikes map[alikeKey]*alike
	codes  []byte // of the resource at hand
}

// atAbove is evidence about a resource for a task above it.
type atAbove struct {
	at *atInstance
	lifted
}

// lifted is evidence about a resource, or about a piece of the resource at
// home, that a task above it reads. There may be millions.
type lifted struct {
	ref     uint32
	home    int32
	binding uint8 // of the finding
}

func (d *docket) newJury() *jury {
	return &jury{docket: d, ladder: ladder{docket: d}, alikes: map[alikeKey]*alike{}}
}

// judge gives the verdicts of one resource, as codes.
func (j *jury) judge(i int) string {
	o := j.all[i]
	if key, ok := j.alikeOf(i, o); ok {
		return j.judgeAlike(i, o, key)
	}
	return j.judgeAlone(i, o, j.duties[o.Answer])
}

func (j *jury) judgeAlone(i int, o *observed, of *duties) string {
	j.gather(i, o, of)
	base := j.bases.of(o)
	codes := []byte(base.said)
	for n, duty := range of.own {
		if len(j.items[n]) == 0 || theirs(duty.Task) {
			continue
		}
		said, deciding := j.verdict(i, duty.Task, j.items[n], true)
		accepted := false
		if said.Status == demarc.Unmet {
			_, accepted = j.exceptionOf(j.unmet(duty, o, deciding))
		}
		codes[n] = byte(codeOf(said, accepted))
	}
	if string(codes) == base.said {
		return base.said
	}
	return string(codes)
}

// unmet is an unmet task of a resource.
func (d *docket) unmet(duty responsibility.Duty, o *observed, deciding []int) *unmet {
	return &unmet{task: duty.Task, scope: o.Scope, workload: d.standpoint(o).workload, id: o.ID, deciding: deciding,
		owner: func() demarc.Owner { return d.ownerOfTask(duty.Task, d.bearer(duty, o), o) }}
}

// verdict judges one task of a resource.
func (d *docket) verdict(i int, t *responsibility.Task, items []judge.Item, terse bool) (demarc.Judgement, []int) {
	return judge.Judge(judge.Case{Rule: d.rules[t.Index], Requirement: d.needs.of(d, d.all[i]), AsOf: d.asOf, Items: items, Terse: terse,
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
	j.take(i, i, of)
	for _, part := range j.parts[int32(i)] {
		j.take(int(part), i, of)
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

// take adds the evidence about resource i to the tasks of the resource at home
// that answers for it, and to those of the instances above it.
func (j *jury) take(i, home int, of *duties) {
	var levels *levels
	for n := j.docket.start(i); n < j.docket.start(i+1); n++ {
		s := j.byResource[n]
		for b := range s.finding.bindings {
			task := s.finding.bindings[b].Task
			if task.Level != demarc.ResourceLevel {
				if levels == nil {
					levels = j.ladder.at(j.standpoint(j.all[home]))
				}
				j.lift(levels[task.Level], task, lifted{ref: n, home: int32(home), binding: uint8(b)})
				continue
			}
			if at, found := of.find(task); found {
				j.items[at] = append(j.items[at], j.itemAbout(n, i, home, &s.finding.bindings[b]))
			}
		}
	}
	j.takeRuled(i, home, of, &levels)
}

// itemAbout is evidence about resource i as the resource at home reads it.
func (d *docket) itemAbout(ref uint32, i, home int, b *responsibility.Binding) judge.Item {
	s := d.byResource[ref]
	item := d.item(s, b, int(ref))
	item.Subject, item.Whole, item.Part = uint32(i)|memberBit, i == home, i != home
	if i != home {
		item.About = d.all[i].Name
	}
	if s.subject != 0 { // something nested in it that the estate lacks
		child := d.children[s.subject-1]
		item.Subject, item.About, item.Whole = child.number, child.name, false
	}
	return item
}

func (d *docket) start(i int) uint32 {
	if d.starts == nil {
		return 0
	}
	return d.starts[i]
}

// lift hands evidence about a resource to a task above it.
func (j *jury) lift(i *instance, t *responsibility.Task, l lifted) {
	if i == nil {
		return
	}
	if at := i.find(t); at != nil {
		j.above = append(j.above, atAbove{at: at, lifted: l})
	}
}

// liftedItem is evidence about a resource as a task above it reads it.
func (d *docket) liftedItem(t *responsibility.Task, l lifted) judge.Item {
	home := int(l.home)
	o := d.all[home]
	item := d.liftedAlone(l, home)
	item.About, item.Whole, item.Part = o.Name, false, true
	if _, member := d.duties[o.Answer].party[t]; !member || t.Level == demarc.TenantLevel && onceInTenant(o) {
		item.Part = false // a setting of the level itself, not one of the resources it is about
	}
	return item
}

// liftedAlone is lifted evidence as the resource at home reads it.
func (d *docket) liftedAlone(l lifted, home int) judge.Item {
	if int(l.ref) < len(d.byResource) {
		return d.itemAbout(l.ref, d.resourceAt(int(l.ref)), home, &d.byResource[l.ref].finding.bindings[l.binding])
	}
	i, nth := d.resultAt(int(l.ref))
	f := d.nthSaid(d.all[i].checks, nth)
	return d.ruledItem(int(l.ref), i, home, &f.bindings[l.binding], f)
}

// itemsOf is all evidence about a task above resources.
func (d *docket) itemsOf(at *atInstance) []judge.Item {
	if at.seen == nil {
		return nil
	}
	items := slices.Clip(at.seen.items)
	for _, l := range at.seen.lifted {
		items = append(items, d.liftedItem(at.task, l))
	}
	return items
}

// onceInTenant reports whether a tenant has the resource once: the id of such
// a service ends in its type, and what is said of it is said of the tenant.
func onceInTenant(o *observed) bool {
	id, typ := demarc.Fold(o.ID), demarc.Fold(o.Type)
	return id == typ || strings.HasSuffix(id, "/"+typ)
}
