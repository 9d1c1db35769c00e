package compare

import (
	"cmp"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// Fate is what becomes of a responsibility of the customer when something else
// takes the place of a resource.
type Fate uint8

// The fates. The zero value is that it stays the customer's.
const (
	Staying   Fate = iota
	Passing        // the whole area is another party's afterwards
	Sharing        // it is gone, and another party has a part of the area that it had not before
	Ending         // it is gone, and nobody took it: what takes the place has nothing of the kind
	Unclear        // whose the area is afterwards cannot be told
	Beginning      // it was not there before
)

var fateNames = [...]string{"stays", "passes", "shares", "ends", "unclear", "new"}

// String is the word of outputs.
func (f Fate) String() string {
	if int(f) < len(fateNames) {
		return fateNames[f]
	}
	return "unknown"
}

// Replacement is resources that take the place of others: places in the lists
// of two assessments, the resource that it is about first, then what goes or
// comes with it.
type Replacement struct {
	Before, After []int
}

// TaskFate is a responsibility with what becomes of it.
type TaskFate struct {
	Responsibility *demarc.Responsibility
	Fate           Fate
	To             []string // parties that have it, or a part of it, afterwards; none unless it passes or is shared
	Why            string   // of the cell that says so
	Source         string
	// Before and After are how it stands, nil where it is not there.
	Before, After *demarc.Verdict
	// Elsewhere reports that the same instance is there on the other side, too:
	// what exists once above resources stays for others when one goes, and was
	// there for others before one came.
	Elsewhere bool
}

// Replacer tells what becomes of responsibilities. It remembers what exists
// once above resources, so that many replacements can be asked for.
type Replacer struct {
	before, after *demarc.Assessment
	was, is       *index
}

// NewReplacer prepares to compare two assessments.
func NewReplacer(before, after *demarc.Assessment) *Replacer {
	return &Replacer{before: before, after: after, was: indexOf(before, true), is: indexOf(after, true)}
}

// Of are the customer's responsibilities on both sides of a replacement, those
// of other parties that begin with it behind them, each ordered by id.
func (r *Replacer) Of(x Replacement) []TaskFate {
	was, is := tasksAt(r.before, x.Before), tasksAt(r.after, x.After)
	cells, had := areasOf(r.after, x.After), areasOf(r.before, x.Before)
	var list []TaskFate
	for id, v := range was {
		if v.Responsibility.Party != demarc.Customer {
			continue
		}
		t := TaskFate{Responsibility: v.Responsibility, Before: v}
		if now, stays := is[id]; stays {
			t.After = now
		} else {
			goes(&t, cells[v.Responsibility.Area], had[v.Responsibility.Area])
			t.Elsewhere = r.is.has(v)
		}
		list = append(list, t)
	}
	for id, v := range is {
		if _, there := was[id]; !there {
			list = append(list, TaskFate{Responsibility: v.Responsibility, Fate: Beginning, After: v, Elsewhere: r.was.has(v)})
		}
	}
	slices.SortFunc(list, func(a, b TaskFate) int {
		if c := notOurs(a.Responsibility) - notOurs(b.Responsibility); c != 0 {
			return c
		}
		return strings.Compare(a.Responsibility.ID, b.Responsibility.ID)
	})
	return list
}

// tasksAt are the verdicts that resources refer to, of each responsibility the
// one that asks for most.
func tasksAt(a *demarc.Assessment, places []int) map[string]*demarc.Verdict {
	tasks := map[string]*demarc.Verdict{}
	for _, i := range places {
		for _, v := range a.Verdicts.Of(i) {
			if have, ok := tasks[v.Responsibility.ID]; !ok || v.Status.Worse(have.Status) {
				tasks[v.Responsibility.ID] = &v
			}
		}
	}
	return tasks
}

// areasOf are the cells of the resources by area, without those that the
// resources lack.
func areasOf(a *demarc.Assessment, places []int) map[string][]*demarc.Cell {
	areas := map[string][]*demarc.Cell{}
	for _, i := range places {
		d := a.Resources[i].Answer.Division
		if d == nil {
			continue
		}
		for n := range d.Cells {
			if c := &d.Cells[n]; !c.NotApplicable {
				areas[c.AreaID] = append(areas[c.AreaID], c)
			}
		}
	}
	return areas
}

// goes says who has the area of a responsibility that is gone.
func goes(t *TaskFate, now, before []*demarc.Cell) {
	had := partiesOf(before)
	all := partiesOf(now)
	others := slices.DeleteFunc(slices.Clone(all), func(p string) bool { return p == demarc.Customer })
	gained := slices.DeleteFunc(slices.Clone(others), func(p string) bool { return slices.Contains(had, p) })
	switch {
	case len(all) == 0:
		t.Fate = Ending
	case slices.Contains(others, demarc.UnknownParty):
		t.Fate = Unclear
	case len(others) == len(all):
		t.Fate, t.To = Passing, others
	case len(gained) > 0:
		t.Fate, t.To = Sharing, gained
	default:
		t.Fate = Ending
	}
	for _, c := range now {
		if t.Why == "" && slices.ContainsFunc(t.To, func(p string) bool { return slices.Contains(c.Parties, p) }) {
			t.Why, t.Source = c.Reason, c.Source
		}
	}
}

// partiesOf are the parties of cells, ordered.
func partiesOf(cells []*demarc.Cell) []string {
	var list []string
	for _, c := range cells {
		if len(c.Parties) == 0 {
			list = append(list, demarc.UnknownParty)
		}
		list = append(list, c.Parties...)
	}
	return slices.Compact(slices.Sorted(slices.Values(list)))
}

// has reports whether the instance of a verdict is there.
func (x *index) has(v *demarc.Verdict) bool {
	if v.Instance.Resource != nil {
		_, there := x.at(v.Instance.Resource.ID, v.Responsibility.ID)
		return there
	}
	_, there := x.above[keyOf(v)]
	return there
}

// Cells are the cells whose parties are others at what takes the place of
// resources, those that changed alike together, in the order of areas.
func (r *Replacer) Cells(list []Replacement, typeName func(string) string) []CellChange {
	d := newDiffer(&Difference{}, r.before, r.after, DiffOptions{TypeName: typeName})
	for _, x := range list {
		if len(x.Before) == 0 || len(x.After) == 0 {
			continue
		}
		is := r.after.Resources[x.After[0]]
		answer := d.answer(r.before.Resources[x.Before[0]], is)
		for n := range answer.cells {
			d.cell(&answer.cells[n], is)
		}
	}
	slices.SortStableFunc(d.out.Cells, func(a, b CellChange) int {
		return cmp.Or(strings.Compare(a.Model, b.Model), strings.Compare(a.Area.Label, b.Area.Label), strings.Compare(a.Facet, b.Facet), strings.Compare(a.Reason, b.Reason))
	})
	return d.out.Cells
}
