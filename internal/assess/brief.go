package assess

import (
	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/judge"
)

// Briefs visits resources with how each stands.
func (d *docket) Briefs(from, to int, visit func(resource int, b *demarc.Brief) bool) {
	w := &briefer{jury: d.newJury(), owners: d.newOwners(), bare: map[*demarc.VerdictSet]*demarc.Vector{}, alike: newVectors(d), above: map[*duties][]*demarc.Responsibility{}}
	b := &demarc.Brief{}
	for i := from; i < to; i++ {
		o := d.all[i]
		at := d.whereabouts(o)
		b.Vector, b.Owner, b.Workload, b.Above = w.vector(i, o), w.owners.of(o, at), at.workload, w.tasksAbove(d.duties[o.Answer])
		if !visit(i, b) {
			return
		}
	}
}

// briefer remembers the vectors that it wrote out.
type briefer struct {
	*jury
	owners *owners
	bare   map[*demarc.VerdictSet]*demarc.Vector // of which nothing was seen
	alike  *vectors
	above  map[*duties][]*demarc.Responsibility
}

// tasksAbove are the responsibilities that exist once above resources with such
// duties.
func (w *briefer) tasksAbove(of *duties) []*demarc.Responsibility {
	list, ok := w.above[of]
	if !ok {
		for _, duty := range of.above {
			list = append(list, &duty.Task.Responsibility)
		}
		w.above[of] = list
	}
	return list
}

func (w *briefer) vector(i int, o *observed) *demarc.Vector {
	if w.own == nil || w.own[i] == "" {
		set := w.verdictsOf(i).set()
		v, ok := w.bare[set]
		if !ok {
			v = &demarc.Vector{Set: set}
			w.bare[set] = v
		}
		return v
	}
	key, ok := w.alike.keyOf(i, o)
	if !ok {
		return w.write(i, o, func([]judge.Item) {})
	}
	f, known := w.alike.made[key]
	if !known {
		f = w.alike.keep(key, w.write(i, o, func(items []judge.Item) { w.alike.leaveBlank(i, items) }))
	}
	return w.alike.fill(f, i)
}

// write judges the tasks of a resource of which something was seen again, to
// say on what each verdict rests. What was seen is prepared first.
func (w *briefer) write(i int, o *observed, prepare func([]judge.Item)) *demarc.Vector {
	v := &demarc.Vector{Set: w.written.of(w.verdictsOf(i)), Bare: w.bases.of(o).set()}
	of := w.duties[o.Answer]
	w.gather(i, o, of)
	w.jury.above = w.jury.above[:0] // was told when it was judged
	v.Whys = make([]string, len(of.own))
	for n, duty := range of.own {
		if len(w.items[n]) == 0 || theirs(duty.Task) {
			continue
		}
		prepare(w.items[n])
		said, _ := w.docket.verdict(i, duty.Task, w.items[n], false)
		v.Whys[n] = said.Why
	}
	return v
}
