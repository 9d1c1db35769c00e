package assess

import (
	"sort"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/judge"
	"github.com/demarc-dev/demarc/internal/responsibility"
)

// Results of policies are not kept one by one. Each has a number, behind those
// of all evidence: the numbers of a resource follow each other, in the order of
// the rules for its type.

// countRuled numbers the results of the resources, and behind them those of
// scopes that no task reads.
func (j *joined) countRuled() {
	if j.line.policies() == nil {
		return
	}
	for _, c := range j.scopeChecks {
		j.line.eachSaid(c.set, func(f *finding) {
			if len(f.bindings) == 0 {
				j.ofScopes = append(j.ofScopes, ofScope{c.scope, f})
			}
		})
	}
	j.ruled = make([]uint32, len(j.all)+1)
	for i, o := range j.all {
		j.ruled[i+1] = j.ruled[i]
		if o.checks != nil {
			j.ruled[i+1] += uint32(o.checks.listed)
		}
	}
}

// ofScope is a result about a scope that no task reads.
type ofScope struct {
	scope   *demarc.Scope
	finding *finding
}

// ruledTotal is how many results about resources there are.
func (j *joined) ruledTotal() int {
	if j.ruled == nil {
		return 0
	}
	return int(j.ruled[len(j.all)])
}

// firstRuled is the number of the first result.
func (j *joined) firstRuled() int { return len(j.byResource) + len(j.others) }

// resultAt is the resource of a result, and which of its results it is.
func (j *joined) resultAt(number int) (resource, nth int) {
	n := uint32(number - j.firstRuled())
	i := sort.Search(len(j.all), func(i int) bool { return j.ruled[i+1] > n })
	return i, int(n - j.ruled[i])
}

// eachRuled visits the results of a resource with their numbers.
func (j *joined) eachRuled(i int, visit func(number int, f *finding)) {
	set := j.all[i].checks
	if set == nil || j.ruled == nil {
		return
	}
	number := j.firstRuled() + int(j.ruled[i])
	j.line.eachSaid(set, func(f *finding) {
		visit(number, f)
		number++
	})
}

// sightingOf is what lies behind a number. That of a result is made here.
func (j *joined) sightingOf(number int) sighting {
	if number < j.firstRuled() {
		if number < len(j.byResource) {
			return *j.byResource[number]
		}
		return *j.others[number-len(j.byResource)].sighting
	}
	i, nth := j.resultAt(number)
	return j.ruledSighting(j.nthSaid(j.all[i].checks, nth))
}

// nthSaid is one of the results of a set that are told.
func (j *joined) nthSaid(set *checkSet, nth int) *finding {
	var found *finding
	j.line.eachSaid(set, func(f *finding) {
		if nth == 0 {
			found = f
		}
		nth--
	})
	return found
}

// ruledSighting is a result as evidence: seen on the day of the assessment.
func (j *joined) ruledSighting(f *finding) sighting {
	return sighting{finding: f, observed: seconds(j.line.options.AsOf.UTC().Truncate(24 * time.Hour)), amount: -1}
}

// ruledAt makes a result as a piece of evidence.
func (j *joined) ruledAt(number int) demarc.AssessedEvidence {
	if n := number - j.firstRuled() - j.ruledTotal(); n >= 0 {
		s := j.ruledSighting(j.ofScopes[n].finding)
		e := j.evidence(&s)
		e.About = j.ofScopes[n].scope
		e.Subject = demarc.Subject{ID: e.About.ID}
		return named(e)
	}
	i, nth := j.resultAt(number)
	s := j.ruledSighting(j.nthSaid(j.all[i].checks, nth))
	e := j.evidence(&s)
	e.Resource = &j.all[i].Assessed
	e.Subject = demarc.Subject{ID: e.Resource.ID}
	e.Place = e.Resource.Place
	return numbered(e, s.finding)
}

// takeRuled adds the results of resource i to the tasks of the resource at home
// that answers for it, and to those of the instances above it.
func (j *jury) takeRuled(i, home int, of *duties, levels **levels) {
	j.eachRuled(i, func(number int, f *finding) {
		for b := range f.bindings {
			task := f.bindings[b].Task
			if task.Level != demarc.ResourceLevel {
				if *levels == nil {
					*levels = j.ladder.at(j.standpoint(j.all[home]))
				}
				j.lift((*levels)[task.Level], task, lifted{ref: uint32(number), home: int32(home), binding: uint8(b)})
				continue
			}
			if at, found := of.find(task); found {
				j.items[at] = append(j.items[at], j.ruledItem(number, i, home, &f.bindings[b], f))
			}
		}
	})
}

// ruledItem is a result about resource i as the resource at home reads it.
func (d *docket) ruledItem(number, i, home int, b *responsibility.Binding, f *finding) judge.Item {
	s := d.ruledSighting(f)
	item := d.item(&s, b, number)
	item.Subject, item.Whole, item.Part = uint32(i)|memberBit, i == home, i != home
	if i != home {
		item.About = d.all[i].Name
	}
	return item
}
