package app

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/divide"
	"github.com/demarc-dev/demarc/internal/report"
)

// osProperties may hold what an inventory calls the operating system.
var osProperties = []string{"properties.os", "properties.osSku"}

// mostNames is how many names stand for many.
const mostNames = 3

// Posture says how well what stands in one's own rooms is looked after, in the
// responsibilities that are often unmet there, and what a cloud would take
// over.
func Posture(ctx context.Context, q Request) (*report.Posture, error) {
	q.Keep, q.Watch = osProperties, ownRoom
	c, settled, err := q.run(ctx)
	if err != nil {
		return nil, err
	}
	p := &posture{catalog: c, settled: settled, out: &report.Posture{Estate: settled.Estate.Name, AsOf: date(settled.AsOf),
		Themes: []report.PostureTheme{}, Systems: []report.PostureSystem{}, OtherSystems: []report.OtherSystem{}, Handover: []report.Handover{},
		Totals: []report.HandoverColumn{}, Areas: []report.HandoverArea{}, Intelligence: []report.PostureStatement{}}}
	for i, r := range settled.Resources {
		if r.Standing == demarc.There && r.Answer.Model == demarc.OnPremises && r.Answer.Division != nil {
			p.workloads = append(p.workloads, i)
		}
	}
	p.out.Workloads = len(p.workloads)
	p.themes()
	p.handover()
	p.systems()
	for i := range c.Intelligence {
		said := &c.Intelligence[i]
		p.out.Intelligence = append(p.out.Intelligence, report.PostureStatement{Party: said.Party, Text: said.Text, Source: said.Source})
	}
	q.hide(c, settled, p.out)
	return p.out, nil
}

// ownRoom reports whether a resource may stand in one's own rooms, before
// anything was decided about it.
func ownRoom(r *demarc.Resource) bool {
	const prefix, arc = "onprem/", "Microsoft.HybridCompute/machines"
	return strings.HasPrefix(demarc.Fold(r.Type), prefix) || strings.HasPrefix(demarc.Fold(r.ID), prefix) || demarc.EqualFold(r.Type, arc)
}

// posture gathers what is said of the workloads on one's own premises.
type posture struct {
	catalog   *catalog.Catalog
	settled   *assess.Settled
	workloads []int // places in the assessment's list
	out       *report.Posture
}

// themes counts the workloads by theme, and the responsibilities behind.
func (p *posture) themes() {
	themeOf := map[string]int{}
	for i := range p.catalog.Themes {
		t := &p.catalog.Themes[i]
		theme := report.PostureTheme{ID: t.ID, Title: t.Title, Source: t.Source, FirstUnmet: []string{}, FirstUnknown: []string{}}
		for _, id := range t.Responsibilities {
			themeOf[id] = i
			named := report.PostureTask{ID: id}
			if found, err := task(p.catalog, id); err == nil {
				named.Title = found.Title
			}
			theme.Responsibilities = append(theme.Responsibilities, named)
		}
		p.out.Themes = append(p.out.Themes, theme)
	}
	counted := map[instanceOf]bool{}
	for _, i := range p.workloads {
		worst := make([]demarc.Status, len(p.out.Themes))
		has := make([]bool, len(p.out.Themes))
		for _, v := range p.settled.Verdicts.Of(i) {
			n, ok := themeOf[v.Responsibility.ID]
			if !ok || v.Responsibility.Party != demarc.Customer {
				continue
			}
			if !has[n] || v.Status.Worse(worst[n]) {
				worst[n], has[n] = v.Status, true
			}
			if at := (instanceOf{v.Responsibility.ID, instanceID(&v.Instance), v.Instance.Level}); !counted[at] {
				counted[at] = true
				p.countTask(n, &v)
			}
		}
		for n := range worst {
			if has[n] {
				countTheme(&p.out.Themes[n], worst[n], p.settled.Resources[i].Name)
			}
		}
	}
}

// instanceOf tells where a responsibility exists once.
type instanceOf struct {
	id, at string
	level  demarc.Level
}

func (p *posture) countTask(theme int, v *demarc.Verdict) {
	list := p.out.Themes[theme].Responsibilities
	n := slices.IndexFunc(list, func(t report.PostureTask) bool { return t.ID == v.Responsibility.ID })
	s := demarc.Summary{Met: list[n].Met, Unmet: list[n].Unmet, Unknown: list[n].Unknown, NotApplicable: list[n].NotApplicable, Accepted: list[n].Accepted}
	count(&s, v.Status, v.Accepted)
	list[n].Standing = report.StandingOf(s)
}

func countTheme(t *report.PostureTheme, worst demarc.Status, name string) {
	t.Workloads++
	switch worst {
	case demarc.Met:
		t.Met++
	case demarc.Unmet:
		t.Unmet++
		t.FirstUnmet = some(t.FirstUnmet, name)
	case demarc.UnknownStatus:
		t.Unknown++
		t.FirstUnknown = some(t.FirstUnknown, name)
	case demarc.NotApplicable:
		t.NotApplicable++
	}
}

// some keeps the first names.
func some(names []string, name string) []string {
	if len(names) < mostNames {
		return append(names, name)
	}
	return names
}

// handover counts the responsibilities that would pass to the provider in each
// column of the published matrix.
func (p *posture) handover() {
	m := p.catalog.Model(divide.CloudModel)
	var columns []demarc.ServiceModel
	for _, column := range divide.Columns(m) {
		if column != demarc.OnPremises {
			columns = append(columns, column)
			p.out.Totals = append(p.out.Totals, report.HandoverColumn{Model: column.Label()})
		}
	}
	whose := map[string][]string{} // of each area, by column
	for i := range m.Areas {
		area := &m.Areas[i]
		for _, column := range columns {
			whose[area.ID] = append(whose[area.ID], handed(area.Cells[column.String()].Parties))
		}
		p.out.Areas = append(p.out.Areas, report.HandoverArea{Area: area.ID, Label: area.Label, Models: whose[area.ID]})
	}
	p.byType(whose)
	p.bySite(whose)
}

// byType counts the responsibilities of single workloads.
func (p *posture) byType(whose map[string][]string) {
	byType := map[string]*report.Handover{}
	for _, i := range p.workloads {
		r := p.settled.Resources[i]
		h, ok := byType[r.Type]
		if !ok {
			h = p.newHandover(r.Type, p.typeName(r.Type))
			byType[r.Type] = h
		}
		h.Workloads++
		h.First = some(h.First, r.Name)
		for _, s := range p.settled.Verdicts.SetOf(i).Verdicts {
			if s.Responsibility.Party == demarc.Customer {
				p.hand(h, whose[s.Responsibility.Area])
			}
		}
	}
	for _, h := range byType {
		if h.Responsibilities > 0 {
			p.out.Handover = append(p.out.Handover, *h)
		}
	}
	slices.SortFunc(p.out.Handover, func(a, b report.Handover) int {
		return cmp.Or(-cmp.Compare(a.Responsibilities, b.Responsibilities), strings.Compare(a.Type, b.Type))
	})
}

// bySite counts the responsibilities that exist once for a room or plant.
func (p *posture) bySite(whose map[string][]string) {
	h := p.newHandover("site", "Sites, once each")
	counted, sites := map[instanceOf]bool{}, map[string]bool{}
	for _, i := range p.workloads {
		for _, v := range p.settled.Verdicts.Of(i) {
			at := instanceOf{v.Responsibility.ID, instanceID(&v.Instance), v.Instance.Level}
			if v.Instance.Level != demarc.SiteLevel || v.Responsibility.Party != demarc.Customer || counted[at] {
				continue
			}
			counted[at] = true
			if !sites[at.at] {
				sites[at.at] = true
				h.First = some(h.First, v.Instance.Name())
			}
			p.hand(h, whose[v.Responsibility.Area])
		}
	}
	if h.Workloads = len(sites); h.Workloads > 0 {
		p.out.Handover = append(p.out.Handover, *h)
	}
}

func (p *posture) newHandover(typ, name string) *report.Handover {
	h := &report.Handover{Type: typ, Name: name, First: []string{}}
	for _, c := range p.out.Totals {
		h.Columns = append(h.Columns, report.HandoverColumn{Model: c.Model})
	}
	return h
}

// The words for whose something would be.
const (
	leaves = "leaves"
	shared = "shared"
	stays  = "stays"
)

// handed says whose an area would be, of the parties that a column gives it.
func handed(parties []string) string {
	switch {
	case !slices.Contains(parties, demarc.Customer):
		return leaves
	case len(parties) > 1:
		return shared
	}
	return stays
}

// hand counts a responsibility in every column, of its row and of all rows.
// One whose area the matrix lacks stays.
func (p *posture) hand(h *report.Handover, whose []string) {
	h.Responsibilities++
	for n := range h.Columns {
		word := stays
		if n < len(whose) {
			word = whose[n]
		}
		for _, c := range [...]*report.HandoverColumn{&h.Columns[n], &p.out.Totals[n]} {
			switch word {
			case leaves:
				c.Leaves++
			case shared:
				c.Shared++
			default:
				c.Stays++
			}
		}
	}
}

func (p *posture) typeName(typ string) string {
	if entry, ok := p.catalog.Type(demarc.Fold(typ)); ok {
		return entry.Type.Name
	}
	return typ
}

// systems holds what inventories call operating systems against the releases
// whose end of support is known.
func (p *posture) systems() {
	releases := releasesOf(p.catalog)
	found := map[*release]*report.PostureSystem{}
	others := map[string]int{}
	named := map[string]string{}
	for _, w := range p.settled.Watched {
		for n, path := range w.Paths {
			if text := strings.TrimSpace(w.Value[n].Text()); text != "" && slices.ContainsFunc(osProperties, func(p string) bool { return demarc.EqualFold(p, path) }) {
				named[demarc.Fold(w.ID)] = text
			}
		}
	}
	for _, i := range p.workloads {
		r := p.settled.Resources[i]
		text := named[demarc.Fold(r.ID)]
		if text == "" {
			p.out.NoSystem++
			continue
		}
		of := matchRelease(releases, text)
		if of == nil {
			others[text]++
			continue
		}
		s, ok := found[of]
		if !ok {
			s = &report.PostureSystem{Release: of.fact.ID, Name: of.name, Ends: of.fact.Value, Ended: of.ended(date(p.settled.AsOf)),
				Text: of.fact.Text, Source: of.fact.Source}
			found[of] = s
		}
		s.Workloads++
		s.First = some(s.First, r.Name)
	}
	for _, s := range found {
		p.out.Systems = append(p.out.Systems, *s)
	}
	slices.SortFunc(p.out.Systems, func(a, b report.PostureSystem) int {
		return cmp.Or(strings.Compare(a.Ends, b.Ends), strings.Compare(a.Release, b.Release))
	})
	for name, n := range others {
		p.out.OtherSystems = append(p.out.OtherSystems, report.OtherSystem{Name: name, Workloads: n})
	}
	slices.SortFunc(p.out.OtherSystems, func(a, b report.OtherSystem) int { return strings.Compare(a.Name, b.Name) })
}
