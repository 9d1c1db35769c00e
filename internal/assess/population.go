package assess

import (
	"slices"

	"github.com/demarc-dev/demarc"
)

// standpoint is where a resource stands as far as tasks above it are
// concerned.
type standpoint struct {
	answer   *demarc.Answer
	scope    *demarc.Scope
	workload string
}

func (d *docket) standpoint(o *observed) standpoint {
	return standpoint{answer: o.Answer, scope: o.Scope, workload: d.above(o, func(b *belonging) string { return b.workload })}
}

// resident is a standpoint and how many resources share it.
type resident struct {
	standpoint
	count int
}

// standpoints visits the standpoints of all resources that are there and have
// a division or refer to anything above them, with how many share each. Resources of a scope follow each other, so that few need to
// be remembered; a scope that comes again is visited again.
func (d *docket) standpoints(visit func(at standpoint, n int)) {
	var here []resident // of one scope
	flush := func() {
		for _, r := range here {
			visit(r.standpoint, r.count)
		}
		here = here[:0]
	}
	for _, o := range d.all {
		if o.Standing != demarc.There || o.Answer.Division == nil && len(d.duties[o.Answer].above) == 0 {
			continue // it stands nowhere, or asks for nothing above it
		}
		at := d.standpoint(o)
		if len(here) > mostTogether || len(here) > 0 && here[0].scope != at.scope {
			flush()
		}
		if i := slices.IndexFunc(here, func(r resident) bool { return r.answer == at.answer && r.workload == at.workload }); i >= 0 {
			here[i].count++
		} else {
			here = append(here, resident{at, 1})
		}
	}
	flush()
}

// mostTogether is how many standpoints of one scope are looked through for the
// same one.
const mostTogether = 32

// levels are the instances that a place refers to, by level; nil where it
// refers to none.
type levels [len(demarc.Levels)]*instance

// ladder remembers the instances of the last place, since what follows is
// mostly at the same.
type ladder struct {
	docket   *docket
	scope    *demarc.Scope
	workload string
	known    bool
	make     bool // instances that are not there yet
	levels   levels
}

// at finds the instances of a place.
func (l *ladder) at(at standpoint) *levels {
	if l.known && l.scope == at.scope && l.workload == at.workload {
		return &l.levels
	}
	l.scope, l.workload, l.known = at.scope, at.workload, true
	for _, level := range demarc.Levels {
		l.levels[level] = nil
		switch key, ok := l.docket.keyAt(level, at); {
		case ok && l.make:
			l.levels[level] = l.docket.instances.at(key)
		case ok:
			l.levels[level] = l.docket.instances.byKey[key]
		}
	}
	return &l.levels
}

// populate makes the instances that resources refer to, and counts the
// resources that refer to each task there. What many scopes lie in is counted
// by kinds of resources first.
func (d *docket) populate() {
	d.instances.byKey = map[instanceKey]*instance{}
	wide := map[*instance]map[*duties]int{}
	here := ladder{docket: d, make: true}
	d.standpoints(func(at standpoint, n int) {
		of := d.duties[at.answer]
		for level, i := range here.at(at) {
			switch {
			case i == nil || len(of.byLevel[level]) == 0:
			case demarc.Level(level) <= demarc.ResourceGroupLevel:
				i.refer(of, n)
			case wide[i] == nil:
				wide[i] = map[*duties]int{of: n}
			default:
				wide[i][of] += n
			}
		}
	})
	for i, kinds := range wide {
		for of, n := range kinds {
			i.refer(of, n)
		}
	}
	d.instances.order()
}

// refer counts resources that refer to the tasks of an instance.
func (i *instance) refer(of *duties, n int) {
	for _, duty := range of.byLevel[i.level] {
		i.task(duty).members += int32(n)
	}
}

// residents are the standpoints of the estate by scope. They are put together
// when evidence about scopes first asks for them.
func (d *docket) residents() map[*demarc.Scope][]resident {
	if d.population == nil {
		d.population = map[*demarc.Scope][]resident{}
		d.standpoints(func(at standpoint, n int) {
			d.population[at.scope] = append(d.population[at.scope], resident{at, n})
		})
	}
	return d.population
}
