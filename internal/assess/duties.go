package assess

import (
	"slices"
	"strings"
	"sync/atomic"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/judge"
	"github.com/demarc-dev/demarc/internal/responsibility"
)

// duties are the tasks of the resources that share an answer: those of the
// resource itself, and those that exist once at a level above it.
type duties struct {
	own     []responsibility.Duty // in order of task
	above   []responsibility.Duty
	byLevel [len(demarc.Levels)][]responsibility.Duty // those above
	party   map[*responsibility.Task]string
	typ     string                       // of the resources, "" when nobody knows it
	base    atomic.Pointer[baseVerdicts] // see bare
}

// find is the place of a task among the resource's own.
func (d *duties) find(t *responsibility.Task) (at int, found bool) {
	return slices.BinarySearchFunc(d.own, t.Index, func(x responsibility.Duty, index int) int { return x.Task.Index - index })
}

// dutiesOf finds the tasks of every answer.
func (s *settler) dutiesOf() map[*demarc.Answer]*duties {
	all := make(map[*demarc.Answer]*duties, len(s.answers))
	for _, g := range s.answers {
		all[g.answer] = s.newDuties(g)
	}
	return all
}

func (s *settler) newDuties(g *group) *duties {
	d := &duties{party: map[*responsibility.Task]string{}}
	class := g.first.look.class
	d.typ = class.Type
	if g.answer.Role == demarc.ProviderManaged || class.Entry == nil {
		return d
	}
	c := responsibility.Case{Type: class.Type, Folder: class.Entry.Family.Folder, Provider: g.answer.Provider, Division: g.answer.Division}
	if g.answer.Division == nil && g.answer.Role.HasRows() {
		return d
	}
	for _, duty := range s.line.book.Duties(c) {
		d.party[duty.Task] = duty.Party
		if duty.Task.Level == demarc.ResourceLevel {
			d.own = append(d.own, duty)
		} else {
			d.above = append(d.above, duty)
			d.byLevel[duty.Task.Level] = append(d.byLevel[duty.Task.Level], duty)
		}
	}
	return d
}

// typeOf is the type of the resources that share an answer.
func (d *docket) typeOf(a *demarc.Answer) string { return d.duties[a].typ }

// rules are what verdicts depend on, by the index of the task.
func rules(b *responsibility.Book) []*judge.Rule {
	list := make([]*judge.Rule, len(b.Tasks))
	for i, t := range b.Tasks {
		r := &judge.Rule{Sets: t.Sets, MaxAge: t.MaxAge, Needs: t.Requirement, Absent: demarc.NoEvidence}
		for _, e := range t.Elements {
			r.Names = append(r.Names, e.String())
		}
		for n, set := range t.Settle {
			r.Ways = append(r.Ways, strings.Join(t.Tools[n], "+"))
			if len(set.Checks) > 0 {
				r.First |= 1 << slices.Index(t.Elements, set.Checks[0])
			}
		}
		if t.Party != demarc.Customer {
			r.Absent = demarc.NoAssurance
		}
		if t.Fact != nil {
			r.Default = t.Fact.Text
		}
		list[i] = r
	}
	return list
}

// theirs reports whether a task is somebody else's half.
func theirs(t *responsibility.Task) bool {
	return t.Party == catalog.ProviderParty || t.Party == catalog.PublisherParty
}
