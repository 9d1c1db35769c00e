package compare

import (
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/demarc-dev/demarc"
)

// differ holds one assessment against another, in one pass over the ordered
// lists of their resources. Resources that are alike share answers, divisions
// and sets of verdicts, so that most pairs are told to be equal by two ids, and
// what is worked out for one pair of answers or sets serves all others.
type differ struct {
	out           *Difference
	before, after *window
	options       DiffOptions
	cause         Cause
	moved         map[string]string // folded id after -> folded id before, of the pairs
	lost, found   []int             // places of resources without a counterpart of the same id
	*words
	answers map[answerPair]*answerDiff
	sets    map[[2]*demarc.VerdictSet][]setPair
	alone   map[alonePair][]int
	tasks   map[taskKey]int
	cells   map[cellKey]int
	owners  map[ownerKey]int
	asked   [2]map[string]bool // ids of the responsibilities of each side
}

func newDiffer(out *Difference, before, after *demarc.Assessment, o DiffOptions) *differ {
	d := &differ{out: out, options: o, before: &window{Assessment: before}, after: &window{Assessment: after}, moved: map[string]string{},
		words: &words{parties: [2]map[string]demarc.Party{after.Parties, before.Parties}, typeName: o.TypeName}, answers: map[answerPair]*answerDiff{},
		sets: map[[2]*demarc.VerdictSet][]setPair{}, alone: map[alonePair][]int{}, tasks: map[taskKey]int{}, cells: map[cellKey]int{}, owners: map[ownerKey]int{}}
	for was, is := range o.Pairs {
		is, was = demarc.Fold(is), demarc.Fold(was)
		if first, taken := d.moved[is]; is != was && (!taken || was < first) { // the first of several
			d.moved[is] = was
		}
	}
	for n, a := range [...]*demarc.Assessment{before, after} {
		d.asked[n] = map[string]bool{}
		for _, r := range a.Responsibilities {
			d.asked[n][r.ID] = true
		}
	}
	return d
}

// run compares everything.
func (d *differ) run() {
	d.walk()
	d.match()
	d.before.rewind(len(d.lost))
	d.after.rewind(len(d.found))
	for _, i := range d.lost {
		d.removed(i)
	}
	for _, j := range d.found {
		d.added(j)
	}
	d.above()
}

// walk merges the two ordered lists of resources, in stretches of their own
// for each processor.
func (d *differ) walk() {
	const least = 1 << 13 // resources that are worth a goroutine
	b, a := d.before.Resources, d.after.Resources
	n := max(1, min(runtime.GOMAXPROCS(0), len(b)/least))
	workers := make([]*differ, n)
	var all sync.WaitGroup
	from, there := 0, 0
	for w := range workers {
		to, upTo := len(b)*(w+1)/n, len(a)
		if w < n-1 {
			upTo, _ = find(d.after.Assessment, b[to].ID)
		}
		one := newDiffer(&Difference{}, d.before.Assessment, d.after.Assessment, d.options)
		one.cause, one.moved, workers[w] = d.cause, d.moved, one
		span := span{from, to, there, upTo}
		all.Go(func() { one.merge(span) })
		from, there = to, upTo
	}
	all.Wait()
	for _, one := range workers {
		d.take(one)
	}
}

// span is a stretch of both lists that hold the same ids.
type span struct{ i, iEnd, j, jEnd int }

// merge walks a stretch of both lists.
func (d *differ) merge(s span) {
	b, a := d.before.Resources, d.after.Resources
	i, j := s.i, s.j
	for i < s.iEnd && j < s.jEnd {
		order := 0
		if b[i].ID != a[j].ID {
			order = demarc.CompareFold(b[i].ID, a[j].ID)
		}
		switch {
		case order < 0:
			d.lost = append(d.lost, i)
			i++
		case order > 0:
			d.found = append(d.found, j)
			j++
		default:
			d.same(i, j)
			i++
			j++
		}
	}
	for ; i < s.iEnd; i++ {
		d.lost = append(d.lost, i)
	}
	for ; j < s.jEnd; j++ {
		d.found = append(d.found, j)
	}
}

// take adds what another one found in its stretch.
func (d *differ) take(one *differ) {
	d.lost, d.found = append(d.lost, one.lost...), append(d.found, one.found...)
	d.out.Added, d.out.Removed = append(d.out.Added, one.out.Added...), append(d.out.Removed, one.out.Removed...)
	d.out.Changed = append(d.out.Changed, one.out.Changed...)
	for key, n := range one.cells {
		c := &one.out.Cells[n]
		list := c.Resources
		c.Resources = nil
		d.cell(&cellDelta{*c, key}, list...)
	}
	for key, n := range one.tasks {
		c := &one.out.Responsibilities[n]
		list := c.Places
		c.Places = nil
		m := d.taskGroup(c, key.level)
		d.out.Responsibilities[m].Places = append(d.out.Responsibilities[m].Places, list...)
	}
	for _, c := range one.out.Owners {
		d.owner(c.Responsibility, c.Before, c.After, c.Places...)
	}
}

// same takes two resources of one id, unless either is said to be the
// counterpart of another one.
func (d *differ) same(i, j int) {
	if len(d.moved) > 0 {
		id := demarc.Fold(d.before.Resources[i].ID)
		_, leaves := d.options.Pairs[id]
		_, comes := d.moved[id]
		if leaves || comes {
			d.lost, d.found = append(d.lost, i), append(d.found, j)
			return
		}
	}
	d.pair(i, j)
}

// match finds counterparts among the resources without one: those that the
// caller names, then those of which one side does not know the id.
func (d *differ) match() {
	if len(d.lost) == 0 || len(d.found) == 0 {
		return
	}
	d.join(d.named())
	d.join(d.alike())
}

// join compares counterparts and takes them off the lists. The counterparts
// are places of the list after by places of the list before.
func (d *differ) join(counterparts map[int]int) {
	if len(counterparts) == 0 {
		return
	}
	taken := map[int]bool{}
	d.lost = slices.DeleteFunc(d.lost, func(i int) bool {
		j, ok := counterparts[i]
		if ok {
			taken[j] = true
			d.pair(i, j)
		}
		return ok
	})
	d.found = slices.DeleteFunc(d.found, func(j int) bool { return taken[j] })
}

func (d *differ) named() map[int]int {
	counterparts := map[int]int{}
	for is, was := range d.moved {
		i, gone := find(d.before.Assessment, was)
		j, here := find(d.after.Assessment, is)
		if gone && here {
			counterparts[i] = j
		}
	}
	return counterparts
}

// likeness is by what a resource is recognised whose id one side made up.
type likeness struct{ typ, name, group string }

// alike finds the resources that are the only ones of their type and name on
// both sides, where only one side knows the real id: an export with ids
// against one without, a plan against what came of it.
func (d *differ) alike() map[int]int {
	lost, any := likenesses(d.before.Assessment, d.lost)
	found, more := likenesses(d.after.Assessment, d.found)
	if !any && !more {
		return nil
	}
	counterparts := map[int]int{}
	for like, i := range lost {
		j, ok := found[like]
		if !ok || i < 0 || j < 0 {
			continue
		}
		if b, a := d.before.Resources[i], d.after.Resources[j]; b.MadeUp != a.MadeUp || open(b) != open(a) {
			counterparts[i] = j
		}
	}
	return counterparts
}

// open reports whether a part of an id stands for something unknown.
func open(r *demarc.Assessed) bool { return r.MadeUp && strings.Contains(r.ID, "{") }

// likenesses are the places of resources by what they are recognised by, -1
// where several are alike; and whether any id is made up.
func likenesses(a *demarc.Assessment, list []int) (places map[likeness]int, madeUp bool) {
	places = make(map[likeness]int, len(list))
	for _, i := range list {
		r := a.Resources[i]
		madeUp = madeUp || r.MadeUp
		like := likeness{typ: demarc.Fold(r.Type), name: demarc.Fold(r.Name)}
		if r.Scope != nil && r.Scope.Kind == demarc.ResourceGroupScope && !strings.Contains(r.Scope.Name, "{") {
			like.group = demarc.Fold(r.Scope.Name)
		}
		if _, twice := places[like]; twice || r.Name == "" {
			i = -1
		}
		places[like] = i
	}
	return places, madeUp
}

// pair compares two resources that are the same one.
func (d *differ) pair(i, j int) {
	switch b, a := d.before.Resources[i], d.after.Resources[j]; {
	case b.Standing == demarc.There && a.Standing == demarc.There:
		d.kept(i, j)
	case b.Standing == demarc.There:
		d.goneFor(i, absence(a.Standing))
	case a.Standing == demarc.There:
		d.cameFor(j, absence(b.Standing))
	}
}

func (d *differ) removed(i int) {
	if d.before.Resources[i].Standing == demarc.There {
		d.goneFor(i, "")
	}
}

func (d *differ) added(j int) {
	if d.after.Resources[j].Standing == demarc.There {
		d.cameFor(j, "")
	}
}

// absence says why a resource that an input shows is not there.
func absence(s demarc.Standing) string {
	if s == demarc.Leaving {
		return "a plan deletes it"
	}
	return "a template deploys it only under a condition that cannot be known"
}

func (d *differ) goneFor(i int, reason string) {
	r := d.before.Resources[i]
	d.out.Removed = append(d.out.Removed, Presence{r, reason, d.cause})
	d.tasksAlone(d.before.at(i), r, true, orElse(reason, "the resource is gone"))
}

func (d *differ) cameFor(j int, reason string) {
	r := d.after.Resources[j]
	d.out.Added = append(d.out.Added, Presence{r, reason, d.cause})
	d.tasksAlone(d.after.at(j), r, false, orElse(reason, "the resource is new"))
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// kept compares a resource that is there on both sides.
func (d *differ) kept(i, j int) {
	b, a := d.before.Resources[i], d.after.Resources[j]
	was, is := d.before.at(i), d.after.at(j)
	answer := d.answer(b, a)
	if changes := changesOf(b, a, was, is, answer); len(changes) > 0 {
		c := ResourceChange{Before: b, After: a, Changes: changes, Cause: d.cause}
		if answer.retyped || answer.reclassified {
			c.Why = a.Answer.Why
		}
		d.out.Changed = append(d.out.Changed, c)
	}
	for n := range answer.cells {
		d.cell(&answer.cells[n], a)
	}
	at := demarc.Instance{Level: demarc.ResourceLevel, Resource: a, Members: 1}
	d.owner("", was.Owner, is.Owner, at)
	d.vectors(was.Vector, is.Vector, answer, at)
}

// changesOf are the aspects of a resource that are different.
func changesOf(b, a *demarc.Assessed, was, is *demarc.Brief, answer *answerDiff) []Change {
	list := answer.changes
	note := func(aspect Aspect, before, after string) {
		if before != after && !demarc.EqualFold(before, after) {
			list = append(slices.Clip(list), Change{aspect, before, after})
		}
	}
	note(AspectID, b.ID, a.ID)
	note(AspectName, b.Name, a.Name)
	note(AspectType, b.Type, a.Type)
	note(AspectScope, scopeID(b.Scope), scopeID(a.Scope))
	note(AspectPartOf, b.PartOf, a.PartOf)
	note(AspectWorkload, was.Workload, is.Workload)
	if b.Seen != a.Seen {
		note(AspectSeen, b.Seen.String(), a.Seen.String())
	}
	return list
}

func scopeID(s *demarc.Scope) string {
	if s == nil {
		return ""
	}
	return s.ID
}

// window keeps how the resources of a stretch stand, since both lists are
// walked at once and each is told from front to back.
type window struct {
	*demarc.Assessment
	from   int
	briefs []demarc.Brief
	single demarc.Brief
}

// stretch is how many resources are asked for at once.
const stretch = 1 << 14

// rewind prepares for asking again from the front for some resources: in
// stretches where these are many, else one by one.
func (w *window) rewind(some int) {
	const few = 8
	w.briefs = w.briefs[:0]
	if w.from = len(w.Resources); some > w.from/few {
		w.from = 0
	}
}

// at is how the resource at a place stands, until it is asked for the next.
// Asking from front to back reads every stretch once.
func (w *window) at(i int) *demarc.Brief {
	if i >= w.from && i < w.from+len(w.briefs) {
		return &w.briefs[i-w.from]
	}
	if i < w.from {
		w.Verdicts.Briefs(i, i+1, func(_ int, b *demarc.Brief) bool { w.single = *b; return true })
		return &w.single
	}
	w.from, w.briefs = i, w.briefs[:0]
	w.Verdicts.Briefs(i, min(i+stretch, len(w.Resources)), func(_ int, b *demarc.Brief) bool {
		w.briefs = append(w.briefs, *b)
		return true
	})
	return &w.briefs[0]
}
