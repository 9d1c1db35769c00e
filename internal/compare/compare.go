// Package compare holds two assessments of one estate against each other and
// says what is different: what became unmet, what was fixed, what nobody can
// tell any more.
package compare

import (
	"cmp"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// Move is what became of a responsibility between two assessments.
type Move uint8

// The moves. The zero value is that it is neither better nor worse.
const (
	AsBefore     Move = iota
	Fixed             // it was unmet, and is met or not applicable
	NewlyUnknown      // it was known, and is not any more
	StillUnmet        // it was unmet before
	NewlyUnmet        // it is unmet, and was not before
	// What only a difference tells.
	NewlyMet         // it is met, and was not before
	GoneStale        // it was known, and what told of it is too old now
	NowNotApplicable // it does not concern the place any more
	NowApplicable    // it concerns the place again, and nothing is known of it
	NowAccepted      // it is unmet as before, and an exception accepts that now
	NotAccepted      // it is unmet as before, and no exception accepts that any more
	PassedOn         // it stands as before, and another party bears it
	Begun            // it did not exist before
	Over             // it does not exist any more
)

var moveNames = [...]string{"as-before", "fixed", "newly-unknown", "still-unmet", "new-unmet",
	"newly-met", "gone-stale", "not-applicable", "applicable", "accepted", "not-accepted", "passed", "new", "ended"}

// String is the word of outputs.
func (m Move) String() string {
	if int(m) < len(moveNames) {
		return moveNames[m]
	}
	return "unknown"
}

// MoveOf says what became of a status. What did not exist before was neither
// met nor unmet.
func MoveOf(existed bool, before, after demarc.Status) Move {
	was := existed && before == demarc.Unmet
	switch {
	case after == demarc.Unmet && was:
		return StillUnmet
	case after == demarc.Unmet:
		return NewlyUnmet
	case after == demarc.UnknownStatus && existed && before != demarc.UnknownStatus:
		return NewlyUnknown
	case after != demarc.UnknownStatus && was:
		return Fixed
	}
	return AsBefore
}

// Finding is one responsibility of the customer with what became of it.
type Finding struct {
	demarc.Verdict // as it is after
	Move           Move
	New            bool          // it did not exist before
	Before         demarc.Status // unless it is new
}

// Options say what is compared.
type Options struct {
	// Touched reports whether a resource, as it is after, is to be compared.
	Touched func(*demarc.Assessed) bool
	// Above says where what exists once above those resources is compared,
	// too: only what is new, became unmet or was fixed is told, because the
	// rest has other causes. Nil is nowhere.
	Above func(*demarc.Instance) bool
}

// Touched compares the responsibilities of the customer at the resources that
// a change touches. The assessment from before may be nil: then nothing was
// there. The worst comes first.
func Touched(before, after *demarc.Assessment, o Options) []Finding {
	c := &comparison{was: indexOf(before, o.Above != nil), told: map[key]bool{}}
	for i, r := range after.Resources {
		if r.Standing != demarc.There || !o.Touched(r) {
			continue
		}
		for _, v := range after.Verdicts.Of(i) {
			switch own := v.Instance.Resource == r; {
			case v.Responsibility.Party != demarc.Customer:
			case own:
				c.own(&v)
			case o.Above != nil && v.Instance.Resource == nil && o.Above(&v.Instance):
				c.above(&v)
			}
		}
	}
	slices.SortFunc(c.found, worstFirst)
	return c.found
}

// comparison gathers what is different.
type comparison struct {
	was   *index
	told  map[key]bool // of what exists above resources
	found []Finding
}

func (c *comparison) own(v *demarc.Verdict) {
	before, existed := c.was.at(v.Instance.Resource.ID, v.Responsibility.ID)
	c.found = append(c.found, finding(v, before, existed))
}

func (c *comparison) above(v *demarc.Verdict) {
	k := keyOf(v)
	if c.told[k] {
		return
	}
	c.told[k] = true
	before, existed := c.was.above[k]
	f := finding(v, before, existed)
	if f.New || f.Move == NewlyUnmet || f.Move == Fixed {
		c.found = append(c.found, f)
	}
}

func finding(v *demarc.Verdict, before demarc.Status, existed bool) Finding {
	return Finding{Verdict: *v, Move: MoveOf(existed, before, v.Status), New: !existed, Before: before}
}

// worstFirst orders by what became of it and severity, then so that the same
// findings stand in the same order again.
func worstFirst(a, b Finding) int {
	return cmp.Or(
		-cmp.Compare(a.Move, b.Move),
		-cmp.Compare(a.Responsibility.Severity, b.Responsibility.Severity),
		strings.Compare(a.Responsibility.ID, b.Responsibility.ID),
		strings.Compare(placeOf(&a.Instance), placeOf(&b.Instance)),
	)
}

// placeOf is the folded id of where a responsibility exists once.
func placeOf(at *demarc.Instance) string {
	switch {
	case at.Resource != nil:
		return demarc.Fold(at.Resource.ID)
	case at.Workload != "":
		return demarc.Fold(at.Workload)
	case at.Scope != nil:
		return at.Scope.ID
	}
	return ""
}

// key tells a responsibility that exists once above resources.
type key struct {
	responsibility, place string
	level                 demarc.Level
}

func keyOf(v *demarc.Verdict) key {
	return key{v.Responsibility.ID, placeOf(&v.Instance), v.Instance.Level}
}

// index finds how things stood.
type index struct {
	*demarc.Assessment // nil when nothing was there
	above              map[key]demarc.Status
	last               string // id of the resource that was asked for last
	own                map[string]demarc.Status
}

func indexOf(a *demarc.Assessment, above bool) *index {
	x := &index{Assessment: a, above: map[key]demarc.Status{}}
	if a == nil || !above {
		return x
	}
	a.Verdicts.Above(func(v *demarc.Verdict) bool {
		x.above[keyOf(v)] = v.Status
		return true
	})
	return x
}

// at is how a responsibility of a resource stood, and whether there was one.
func (x *index) at(id, responsibility string) (demarc.Status, bool) {
	if x.Assessment == nil {
		return demarc.UnknownStatus, false
	}
	if x.own == nil || x.last != id {
		x.last, x.own = id, x.ownOf(id)
	}
	s, ok := x.own[responsibility]
	return s, ok
}

// find finds a resource of an assessment by id in any case.
func find(a *demarc.Assessment, id string) (int, bool) {
	return slices.BinarySearchFunc(a.Resources, id, func(r *demarc.Assessed, id string) int { return demarc.CompareFold(r.ID, id) })
}

func (x *index) ownOf(id string) map[string]demarc.Status {
	own := map[string]demarc.Status{}
	i, ok := find(x.Assessment, id)
	if !ok || x.Resources[i].Standing != demarc.There {
		return own
	}
	for _, v := range x.Verdicts.SetOf(i).Verdicts {
		own[v.Responsibility.ID] = v.Status
	}
	return own
}

// Ended counts the customer's responsibilities at resources that are not there
// any more.
func Ended(before, after *demarc.Assessment, touched func(*demarc.Assessed) bool) int {
	if before == nil {
		return 0
	}
	n := 0
	for _, r := range after.Resources {
		if r.Standing != demarc.Leaving || !touched(r) {
			continue
		}
		i, ok := find(before, r.ID)
		if !ok {
			continue
		}
		for _, v := range before.Verdicts.SetOf(i).Verdicts {
			if v.Responsibility.Party == demarc.Customer {
				n++
			}
		}
	}
	return n
}

// Holds reports whether a resource is there in an assessment.
func Holds(a *demarc.Assessment, id string) bool {
	i, ok := find(a, id)
	return ok && a.Resources[i].Standing == demarc.There
}
