package html

import (
	"html/template"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/report"
)

// todo is what is to be done and known about the halves, within the limits of
// the page.
type todo struct {
	Bar         []segment
	First       []report.Action
	Unmet       []report.Action
	UnmetMore   int
	GapsMore    int
	Beliefs     []report.Belief
	Settles     []report.Settling
	HalvesMore  int // offerings beyond those shown
	SourcesMore int
}

// segment is one status in the bar of all responsibilities.
type segment struct {
	report.Tally
	X, W float64 // in percent
}

// Limits of the lists about the halves.
const (
	maxUnmet    = 300
	maxGaps     = 60
	maxBeliefs  = 6
	maxSettling = 6
	maxHalves   = 100
	maxSources  = 100
	maxWhy      = 240
)

func newTodo(v *report.View) todo {
	t := todo{Bar: bar(v.Status.Tallies), UnmetMore: max(len(v.DoFirst)-maxUnmet, 0), GapsMore: max(len(v.Gaps)-maxGaps, 0),
		HalvesMore: max(len(v.Offerings)-maxHalves, 0), SourcesMore: max(len(v.Sources)-maxSources, 0)}
	t.Unmet = v.DoFirst[:min(len(v.DoFirst), maxUnmet)]
	for i := range t.Unmet {
		a := &t.Unmet[i]
		a.Why, a.Owner, a.Title = report.Cut(a.Why, maxWhy), report.Cut(a.Owner, 60), report.Cut(a.Title, 120)
	}
	t.First, _ = v.FirstActions()
	t.Beliefs = v.Believed[:min(len(v.Believed), maxBeliefs)]
	t.Settles = v.Settling[:min(len(v.Settling), maxSettling)]
	v.Gaps = v.Gaps[:min(len(v.Gaps), maxGaps)]
	for i := range v.Gaps {
		v.Gaps[i].Text, v.Gaps[i].Place = report.Cut(v.Gaps[i].Text, maxText), report.Cut(v.Gaps[i].Place, maxWhy)
	}
	v.Offerings = v.Offerings[:min(len(v.Offerings), maxHalves)]
	v.Sources = v.Sources[:min(len(v.Sources), maxSources)]
	return t
}

// bar splits a line by the numbers of each status.
func bar(tallies []report.Tally) []segment {
	total := 0
	for _, t := range tallies {
		total += t.Count
	}
	var list []segment
	x := 0.0
	for _, t := range tallies {
		if t.Count > 0 {
			w := 100 * float64(t.Count) / float64(total)
			list = append(list, segment{t, x, w})
			x += w
		}
	}
	return list
}

// tasksOf are the tasks behind a cell that fit the page, and how many do not.
func (b behind) tasksOf(area string, column demarc.ServiceModel) (list []*report.Task, more int) {
	const markup = 330
	all := b.tasks.Of(area, column)
	used := 0
	for i, t := range all {
		used += markup + len(template.HTMLEscapeString(t.Title))
		for _, name := range t.First {
			used += len(template.HTMLEscapeString(name)) + 2
		}
		if i > 0 && used > b.taskBudget {
			return all[:i], len(all) - i
		}
	}
	return all, 0
}
