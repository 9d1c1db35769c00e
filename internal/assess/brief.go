package assess

import (
	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/judge"
	"github.com/demarc-dev/demarc/internal/responsibility"
)

// Briefs visits resources with how each stands.
func (d *docket) Briefs(from, to int, visit func(resource int, b *demarc.Brief) bool) {
	j := d.newJury()
	w := &briefer{jury: j, owners: d.newOwners(), bare: map[*demarc.VerdictSet]*demarc.Vector{}, alike: newVectors(j), above: map[*duties][]*demarc.Responsibility{}}
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
	switch {
	case w.own == nil || w.own[i] == "":
		return w.bareOf(i)
	case w.alike.onlyChecks(i):
		return w.alike.of(i, o)
	}
	return w.write(i, o)
}

func (w *briefer) bareOf(i int) *demarc.Vector {
	set := w.verdictsOf(i).set()
	v, ok := w.bare[set]
	if !ok {
		v = &demarc.Vector{Set: set}
		w.bare[set] = v
	}
	return v
}

// write judges the tasks of a resource of which something was seen again, to
// say on what each verdict rests.
func (j *jury) write(i int, o *observed) *demarc.Vector {
	v := j.newVector(j.verdictsOf(i))
	of := j.duties[o.Answer]
	j.gatherAgain(i, o, of)
	for n, duty := range of.own {
		v.Whys[n] = j.why(i, duty, j.items[n])
	}
	return v
}

// newVector is a vector that does not say why yet.
func (d *docket) newVector(v verdicts) *demarc.Vector {
	return &demarc.Vector{Set: d.written.of(v), Bare: v.base.set(), Whys: make([]string, len(v.said))}
}

// gatherAgain collects what was seen of a resource that was judged already.
func (j *jury) gatherAgain(i int, o *observed, of *duties) {
	j.gather(i, o, of)
	j.above = j.above[:0] // was told when it was judged
}

// why says on what the verdict about a task rests, "" where nothing was seen.
func (d *docket) why(i int, duty responsibility.Duty, items []judge.Item) string {
	if len(items) == 0 || theirs(duty.Task) {
		return ""
	}
	said, _ := d.verdict(i, duty.Task, items, false)
	return said.Why
}
