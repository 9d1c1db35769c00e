package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// Task is one of the customer's responsibilities in a cell of a picture, with
// how its instances stand there.
type Task struct {
	ID, Title string
	Severity  string // "" when nobody named one
	Level     string // "resource", or where it exists once
	demarc.Summary
	First []string // names of the first instances that ask for something
	More  int      // instances beyond them that ask for the same
	Mark  Mark     // of the instances in First

	rank int
	at   [2][]place // of the first unmet and the first unknown
}

// place is an instance and where it is in the order of all.
type place struct {
	name string
	at   int
}

// Tasks are the responsibilities behind the cells of a view's pictures.
type Tasks struct {
	byCell map[detailKey][]*Task
	index  map[taskKey]*Task
	pool   map[poolKey]*alike
	order  []*alike

	asked   map[reference]bool
	columns map[*demarc.Responsibility][]demarc.ServiceModel // of those that refer to what is above them
}

// reference is a division whose resources refer to what is above them.
type reference struct {
	division *demarc.Division
	above    *demarc.VerdictSet
}

type taskKey struct {
	detailKey
	responsibility *demarc.Responsibility
}

type poolKey struct {
	division *demarc.Division
	set      string
}

// alike is resources with the same division and the same verdicts.
type alike struct {
	division *demarc.Division
	set      *demarc.VerdictSet
	count    int
	first    []place
}

// Limits of what is kept while tasks are counted.
const (
	maxTaskNames = 3
	maxPool      = 20_000 // groups of resources that are alike
)

// NewTasks counts the verdicts of an assessment by the cells of its pictures.
// It keeps some names of each, and nothing of single resources.
func NewTasks(a *demarc.Assessment) *Tasks {
	t := &Tasks{byCell: map[detailKey][]*Task{}, index: map[taskKey]*Task{}, pool: map[poolKey]*alike{},
		asked: map[reference]bool{}, columns: map[*demarc.Responsibility][]demarc.ServiceModel{}}
	if a.Verdicts == nil {
		return t
	}
	a.Verdicts.Each(func(i int, own, above *demarc.VerdictSet) bool {
		r := a.Resources[i]
		if d := r.Answer.Division; d != nil && r.Standing == demarc.There {
			t.pick(d, own, r, i)
			t.refer(d, above)
		}
		return true
	})
	t.flush()
	t.above(a)
	for _, list := range t.byCell {
		for _, task := range list {
			task.finish()
		}
		slices.SortFunc(list, compareTasks)
	}
	return t
}

// Of returns the tasks of one cell: what asks for most comes first.
func (t *Tasks) Of(areaID string, column demarc.ServiceModel) []*Task {
	return t.byCell[detailKey{areaID, column}]
}

func compareTasks(x, y *Task) int {
	return cmp.Or(cmp.Compare(x.asks(), y.asks()), cmp.Compare(y.rank, x.rank), cmp.Compare(y.Unmet, x.Unmet), cmp.Compare(y.Unknown, x.Unknown), strings.Compare(x.ID, y.ID))
}

// asks is how much a task asks of a person, the most first.
func (t *Task) asks() int {
	switch {
	case t.Unmet > t.Accepted:
		return 0
	case t.Unmet > 0:
		return 1
	case t.Unknown > 0:
		return 2
	}
	return 3
}

// pick counts a resource among those that are alike.
func (t *Tasks) pick(d *demarc.Division, set *demarc.VerdictSet, r *demarc.Assessed, at int) {
	key := poolKey{d, set.ID}
	g, ok := t.pool[key]
	if !ok {
		if len(t.order) == maxPool {
			t.flush()
		}
		g = &alike{division: d, set: set}
		t.pool[key] = g
		t.order = append(t.order, g)
	}
	g.count++
	if len(g.first) < maxTaskNames {
		g.first = append(g.first, place{Cut(Visible(orElse(r.Name, r.ID)), longNames), at})
	}
}

// flush counts the verdicts of the resources that were picked.
func (t *Tasks) flush() {
	for _, g := range t.order {
		for i := range g.set.Verdicts {
			v := &g.set.Verdicts[i]
			if v.Responsibility.Party != demarc.Customer {
				continue
			}
			for _, column := range columnsOf(g.division, v.Responsibility.Area) {
				t.at(column, v.Responsibility).count(v.Status, v.Accepted, g.count, g.first)
			}
		}
	}
	clear(t.pool)
	t.order = t.order[:0]
}

// columnsOf are the columns in which an area of a division is not a provider's
// alone.
func columnsOf(d *demarc.Division, area string) []demarc.ServiceModel {
	var list []demarc.ServiceModel
	for i := range d.Cells {
		c := &d.Cells[i]
		ours := slices.Contains(c.Parties, demarc.Customer) || c.Basis >= demarc.ByDelegated
		if c.AreaID == area && !c.NotApplicable && ours && !slices.Contains(list, c.FacetModel) {
			list = append(list, c.FacetModel)
		}
	}
	return list
}

func (t *Tasks) at(column demarc.ServiceModel, r *demarc.Responsibility) *Task {
	key := taskKey{detailKey{r.Area, column}, r}
	task, ok := t.index[key]
	if !ok {
		task = &Task{ID: Visible(r.ID), Title: Visible(title(r)), Severity: severityWord(r.Severity), Level: r.Level.String(), rank: int(r.Severity)}
		t.index[key] = task
		t.byCell[key.detailKey] = append(t.byCell[key.detailKey], task)
	}
	return task
}

// count adds instances with one status.
func (t *Task) count(s demarc.Status, accepted bool, n int, first []place) {
	switch s {
	case demarc.Met:
		t.Met += n
	case demarc.Unmet:
		t.Unmet += n
		if accepted {
			t.Accepted += n
		}
		t.keep(0, first)
	case demarc.NotApplicable:
		t.NotApplicable += n
	case demarc.UnknownStatus:
		t.Unknown += n
		t.keep(1, first)
	}
}

func (t *Task) keep(i int, first []place) {
	all := append(t.at[i], first...)
	slices.SortStableFunc(all, func(x, y place) int { return cmp.Compare(x.at, y.at) })
	t.at[i] = all[:min(len(all), maxTaskNames)]
}

// finish names the instances that ask for most.
func (t *Task) finish() {
	names, n := t.at[0], t.Unmet
	t.Mark = MarkUnmet
	if n == 0 {
		names, n, t.Mark = t.at[1], t.Unknown, MarkUnknown
	}
	for _, p := range names {
		t.First = append(t.First, p.name)
	}
	t.More = n - len(t.First)
	t.at = [2][]place{}
}

// Tallies are the numbers of instances by status, those that are not zero.
func (t *Task) Tallies() []Tally {
	all := []Tally{{MarkMet, t.Met}, {MarkUnmet, t.Unmet}, {MarkUnknown, t.Unknown}, {MarkNotApplicable, t.NotApplicable}}
	return slices.DeleteFunc(all, func(t Tally) bool { return t.Count == 0 })
}

// refer remembers in which columns resources refer to what exists once above
// them.
func (t *Tasks) refer(d *demarc.Division, above *demarc.VerdictSet) {
	key := reference{d, above}
	if t.asked[key] {
		return
	}
	if len(t.asked) == maxPool {
		clear(t.asked)
	}
	t.asked[key] = true
	for i := range above.Verdicts {
		r := above.Verdicts[i].Responsibility
		if r.Party != demarc.Customer {
			continue
		}
		for _, column := range columnsOf(d, r.Area) {
			if !slices.Contains(t.columns[r], column) {
				t.columns[r] = append(t.columns[r], column)
			}
		}
	}
}

// above adds what exists once above resources to the columns of the resources
// that refer to it.
func (t *Tasks) above(a *demarc.Assessment) {
	n := 0
	a.Verdicts.Above(func(v *demarc.Verdict) bool {
		n++
		for _, column := range t.columns[v.Responsibility] {
			t.at(column, v.Responsibility).count(v.Status, v.Accepted, 1, []place{{Cut(Visible(v.Instance.Name()), longNames), n}})
		}
		return true
	})
}
