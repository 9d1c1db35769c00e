package assess

import (
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

// standpoints visits the standpoints of all resources that are there, with how
// many share each. Resources of a scope follow each other, so that few need to
// be remembered; a scope that comes again is visited again.
func (d *docket) standpoints(visit func(at standpoint, n int)) {
	type local struct {
		answer   *demarc.Answer
		workload string
	}
	counts := map[local]int{}
	var order []local
	var scope *demarc.Scope
	flush := func() {
		for _, key := range order {
			visit(standpoint{key.answer, scope, key.workload}, counts[key])
		}
		order = order[:0]
		clear(counts)
	}
	for _, o := range d.all {
		if o.Standing != demarc.There {
			continue
		}
		at := d.standpoint(o)
		if at.scope != scope {
			flush()
			scope = at.scope
		}
		key := local{at.answer, at.workload}
		if counts[key]++; counts[key] == 1 {
			order = append(order, key)
		}
	}
	flush()
}

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
		if key, ok := l.docket.keyAt(level, at); ok {
			l.levels[level] = l.docket.instances.byKey[key]
		}
	}
	return &l.levels
}

// populate makes the instances that resources refer to, and counts the
// resources that refer to each task there.
func (d *docket) populate() {
	d.instances.byKey = map[instanceKey]*instance{}
	asked := map[*instance]map[*duties]int{}
	d.standpoints(func(at standpoint, n int) {
		of := d.duties[at.answer]
		for _, level := range demarc.Levels {
			if len(of.byLevel[level]) == 0 {
				continue
			}
			key, ok := d.keyAt(level, at)
			if !ok {
				continue
			}
			i := d.instances.at(key)
			if asked[i] == nil {
				asked[i] = map[*duties]int{}
			}
			asked[i][of] += n
		}
	})
	for i, by := range asked {
		for of, n := range by {
			for _, duty := range of.byLevel[i.level] {
				i.task(duty).members += n
			}
		}
	}
	d.instances.order()
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

// resident is a standpoint and how many resources share it.
type resident struct {
	standpoint
	count int
}
