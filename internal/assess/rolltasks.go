package assess

import (
	"cmp"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/responsibility"
)

// countedTask is verdicts of one task in one column, by code.
type countedTask struct {
	task  *responsibility.Task
	model demarc.ServiceModel // unknown for what exists above resources
	codes *codeCounts
}

// eachTask visits all verdicts of the estate, counted, in no order.
func (r *roller) eachTask(visit func(countedTask)) {
	for a, of := range r.asked {
		for n, duty := range of.duties.own {
			visit(countedTask{duty.Task, r.columnOf(a, duty.Task), &of.counts[n]})
		}
	}
	for index := range r.above {
		visit(countedTask{r.line.book.Tasks[index], demarc.UnknownModel, &r.above[index]})
	}
}

// columnOf is the column of the picture that leaves the area of a task to the
// customer: of several that of the resource itself, else the first.
func (r *roller) columnOf(a *demarc.Answer, t *responsibility.Task) demarc.ServiceModel {
	if a.Division == nil || r.whose(a)[column{t.Area, a.Model}].ours {
		return a.Model
	}
	for _, model := range demarc.ServiceModels {
		if r.whose(a)[column{t.Area, model}].ours {
			return model
		}
	}
	return a.Model
}

// addTo adds what codes stand for.
func (c *codeCounts) addTo(s *demarc.Summary) {
	for at, n := range c {
		if n > 0 {
			said, accepted := (codeMet + code(at)).judgement()
			count(s, said.Status, accepted, n)
		}
	}
}

// frameworkCount is one framework as it is counted.
type frameworkCount struct {
	total demarc.Summary
	cells map[column]*demarc.Summary
}

// frameworks counts, for each framework, the customer's responsibilities that
// name a control of it.
func (r *roller) frameworks() []demarc.RollUp {
	found := map[string]*frameworkCount{}
	r.eachTask(func(c countedTask) {
		if c.task.Party != demarc.Customer || *c.codes == (codeCounts{}) {
			return
		}
		for _, id := range frameworksOf(c.task) {
			f, ok := found[id]
			if !ok {
				f = &frameworkCount{cells: map[column]*demarc.Summary{}}
				found[id] = f
			}
			at := column{c.task.Area, c.model}
			if f.cells[at] == nil {
				f.cells[at] = &demarc.Summary{}
			}
			c.codes.addTo(f.cells[at])
			c.codes.addTo(&f.total)
		}
	})
	list := make([]demarc.RollUp, 0, len(found))
	for id, f := range found {
		list = append(list, demarc.RollUp{By: demarc.RollUpFramework, ID: id, Name: r.frameworkName(id), Cells: r.cellsOf(f), Summary: f.total})
	}
	slices.SortFunc(list, func(a, b demarc.RollUp) int {
		return cmp.Or(demarc.CompareFold(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// frameworksOf are the frameworks whose controls a task names, each once.
func frameworksOf(t *responsibility.Task) []string {
	var list []string
	for _, c := range t.Controls {
		if id := c.Framework + "/" + c.Version; !slices.Contains(list, id) {
			list = append(list, id)
		}
	}
	return list
}

func (r *roller) frameworkName(id string) string {
	for i := range r.line.catalog.Frameworks {
		if f := &r.line.catalog.Frameworks[i]; f.ID+"/"+f.Version == id {
			return f.Name
		}
	}
	return id
}

// cellsOf are the cells of a framework, in order of area and model.
func (r *roller) cellsOf(f *frameworkCount) []demarc.RollUpCell {
	labels := map[string]string{}
	for _, id := range published {
		for _, area := range r.frame(id).empty.Areas {
			labels[area.ID] = area.Label
		}
	}
	list := make([]demarc.RollUpCell, 0, len(f.cells))
	for at, s := range f.cells {
		list = append(list, demarc.RollUpCell{Area: demarc.Area{ID: at.area, Label: cmp.Or(labels[at.area], at.area)}, Model: at.model, Summary: *s})
	}
	slices.SortFunc(list, func(a, b demarc.RollUpCell) int {
		return cmp.Or(cmp.Compare(r.docket.areas[a.Area.ID], r.docket.areas[b.Area.ID]), strings.Compare(a.Area.ID, b.Area.ID), cmp.Compare(a.Model, b.Model))
	})
	return list
}

// responsibilities counts the instances of everything that is asked of anybody,
// by id.
func (r *roller) responsibilities() []demarc.RollUp {
	totals := make([]demarc.Summary, len(r.line.book.Tasks))
	r.eachTask(func(c countedTask) { c.codes.addTo(&totals[c.task.Index]) })
	var list []demarc.RollUp
	for index, s := range totals {
		if s != (demarc.Summary{}) {
			task := r.line.book.Tasks[index]
			list = append(list, demarc.RollUp{By: demarc.RollUpResponsibility, ID: task.ID, Name: task.Title, Summary: s})
		}
	}
	return list
}
