// Package responsibility says what exactly a division asks of whom: it
// compiles the tasks of the catalogue and finds those that the cells of a
// resource put on a party. It never judges whether a task is done.
package responsibility

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
)

// Book holds the compiled tasks, ordered by id. It is safe for concurrent use.
type Book struct {
	Tasks []*Task
	exact map[demarc.CheckRef][]Binding // folded
	open  []pattern                     // checks that end in a wildcard
	byID  map[string]*Task
}

// Task is one compiled responsibility.
type Task struct {
	demarc.Responsibility
	Index    int // in the book
	Elements []demarc.CheckRef
	Sets     []uint64 // sufficient sets, as bits of elements
	Fact     *catalog.Fact
	Tools    [][]string // of each sufficient set, each once

	families, models, facets, ai map[string]bool
	types, except                names
}

// Binding says what a check means for a task.
type Binding struct {
	Task     *Task
	Elements uint64 // the elements of the sufficient sets that it is, none when it settles nothing
	Refutes  bool   // its fail refutes the task
}

// pattern is a check whose id ends in a wildcard.
type pattern struct {
	tool, prefix string
	binding      Binding
}

// New compiles the tasks of a catalogue. Its files were checked when the
// catalogue was made; what does not fit all the same is an error.
func New(c *catalog.Catalog) (*Book, error) {
	b := &Book{exact: map[demarc.CheckRef][]Binding{}, byID: map[string]*Task{}}
	for i := range c.Responsibilities {
		f := &c.Responsibilities[i]
		for j := range f.List {
			task, err := compile(c, f, &f.List[j])
			if err != nil {
				return nil, fmt.Errorf("responsibility %s: %w", f.List[j].ID, err)
			}
			b.Tasks = append(b.Tasks, task)
		}
	}
	slices.SortFunc(b.Tasks, func(x, y *Task) int { return strings.Compare(x.ID, y.ID) })
	for i, task := range b.Tasks {
		task.Index = i
		b.byID[task.ID] = task
	}
	for i := range c.Responsibilities {
		for j := range c.Responsibilities[i].List {
			if err := b.bind(&c.Responsibilities[i].List[j]); err != nil {
				return nil, err
			}
		}
	}
	return b, nil
}

// Task finds a task by id in any case, nil when there is none.
func (b *Book) Task(id string) *Task { return b.byID[demarc.Fold(id)] }

// Bindings are the tasks that a check of a tool says something about, in the
// order of their ids.
func (b *Book) Bindings(tool, check string) []Binding {
	tool, check = demarc.Fold(tool), demarc.Fold(check)
	merged := map[*Task]Binding{}
	add := func(x Binding) {
		have := merged[x.Task]
		merged[x.Task] = Binding{Task: x.Task, Elements: have.Elements | x.Elements, Refutes: have.Refutes || x.Refutes}
	}
	for _, x := range b.exact[demarc.CheckRef{Tool: tool, Check: check}] {
		add(x)
	}
	for _, p := range b.open {
		if p.tool == tool && strings.HasPrefix(check, p.prefix) {
			add(p.binding)
		}
	}
	list := make([]Binding, 0, len(merged))
	for _, x := range merged {
		list = append(list, x)
	}
	slices.SortFunc(list, func(x, y Binding) int { return cmp.Compare(x.Task.Index, y.Task.Index) })
	return list
}

// Case is a resource as far as its tasks depend on it. All resources that
// share an answer share the case.
type Case struct {
	Type     string
	Folder   string // of the services that its type belongs to
	Provider string // the party that runs it
	Division *demarc.Division
}

// Duty is a task that a cell puts on a party.
type Duty struct {
	Task  *Task
	Party string
}

// Duties finds the tasks of a resource, of all levels, in the order of their
// ids. A task whose area the resource lacks, or whose area another party has
// altogether, is not among them: nobody is blamed for what they cannot change.
func (b *Book) Duties(c Case) []Duty {
	var list []Duty
	for _, task := range b.Tasks {
		if !task.about(&c) {
			continue
		}
		if party := task.bearer(&c); party != "" {
			list = append(list, Duty{Task: task, Party: party})
		}
	}
	return list
}

// about reports whether a task is about resources of this kind.
func (t *Task) about(c *Case) bool {
	switch {
	case t.except.match(c.Type):
		return false
	case !t.types.empty() && !t.types.match(c.Type):
		return false
	}
	return len(t.families) == 0 || t.families[c.Folder] || !t.types.empty()
}

// bearer is the party that bears the task at a resource, "" for none. What has
// no division is a setting of something else: its tasks are the customer's, if
// they name its type.
func (t *Task) bearer(c *Case) string {
	if c.Division == nil {
		if t.types.empty() || t.Party != demarc.Customer {
			return ""
		}
		return demarc.Customer
	}
	for i := range c.Division.Cells {
		cell := &c.Division.Cells[i]
		if cell.AreaID != t.Area || cell.NotApplicable || !t.reads(cell) {
			continue
		}
		if party := t.partyIn(cell, c.Provider); party != "" {
			return party
		}
	}
	return ""
}

// reads reports whether the task is about the facet and column of a cell.
func (t *Task) reads(cell *demarc.Cell) bool {
	model := cell.FacetModel.String()
	return (len(t.models) == 0 || t.models[model]) && (len(t.ai) == 0 || t.ai[model]) &&
		(len(t.facets) == 0 || t.facets[cell.Facet])
}

// partyIn is the party of a cell that has the task's half.
func (t *Task) partyIn(cell *demarc.Cell, provider string) string {
	switch t.Party {
	case demarc.Customer:
		if slices.Contains(cell.Parties, demarc.Customer) {
			return demarc.Customer
		}
		return standIn(cell, provider)
	case catalog.ProviderParty:
		if provider != demarc.Customer && slices.Contains(cell.Parties, provider) {
			return provider
		}
	case catalog.PublisherParty:
		for _, p := range cell.Parties {
			if p != demarc.Customer && p != provider && p != standIn(cell, provider) {
				return p
			}
		}
	}
	return ""
}

// standIn is the third party that the organisation itself put in its own
// place, "" when there is none.
func standIn(cell *demarc.Cell, provider string) string {
	if cell.Basis < demarc.ByDelegated {
		return ""
	}
	for _, p := range cell.Parties {
		if p != provider {
			return p
		}
	}
	return ""
}
