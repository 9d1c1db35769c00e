package report

import (
	"cmp"
	"slices"

	"github.com/demarc-dev/demarc"
)

// Sheet is a small table about the groups of an estate. Its cells are ready
// texts.
type Sheet struct {
	Title  string
	Lead   string // what the numbers are
	Header []string
	Rows   [][]string
	Rest   int // groups that did not fit
}

// Shown limits of sheets; the JSON has every group.
const (
	maxGroups  = 40
	maxSystems = 12
	perSheet   = 3 // AI systems side by side
)

// conditionalSheets are the pictures of what may be deployed.
func conditionalSheets(a *demarc.Assessment, p Parties) []Sheet {
	var list []Sheet
	for i := range a.Conditional {
		pic := picture(&a.Conditional[i], p)
		if pic.workloads() == 0 {
			continue
		}
		s := Sheet{Title: "Whose job would it be? " + pic.Title, Header: []string{"area"},
			Lead: "Workloads that are deployed only under a condition, count or name that cannot be known from these files."}
		for _, c := range pic.Columns {
			s.Header = append(s.Header, c.Model.Label())
		}
		for r := range pic.Rows {
			row := []string{pic.Rows[r].Area.Label}
			for c := range pic.Rows[r].Cells {
				row = append(row, orElse(pic.Rows[r].Cells[c].Text(DetailAll), "-"))
			}
			s.Rows = append(s.Rows, row)
		}
		list = append(list, s)
	}
	return list
}

// sheets puts the groups of an assessment into tables: one line a group with
// the number of areas in each hand, or, for AI systems, one column a system.
func sheets(a *demarc.Assessment, p Parties) []Sheet {
	switch a.GroupedBy {
	case demarc.Ungrouped:
		return nil
	case demarc.ByAISystem:
		return systemSheets(a.Groups, p)
	case demarc.ByWorkload, demarc.BySubscription, demarc.ByOwner, demarc.ByLocation:
	}
	return []Sheet{groupSheet(a, p)}
}

// hueTitles head the columns that count areas.
var hueTitles = [...]string{"yours", "provider", "shared", "third", "unknown"}

func groupSheet(a *demarc.Assessment, p Parties) Sheet {
	s := Sheet{Title: "By " + a.GroupedBy.String(),
		Lead:   groupLead(a.GroupedBy),
		Header: []string{a.GroupedBy.String(), "workloads"}}
	for _, m := range demarc.ServiceModels {
		s.Header = append(s.Header, m.Label())
	}
	s.Header = append(s.Header, hueTitles[:]...)
	shown := min(len(a.Groups), maxGroups)
	for i := range a.Groups[:shown] {
		s.Rows = append(s.Rows, groupRow(&a.Groups[i], a.GroupedBy, p))
	}
	s.Rest = len(a.Groups) - shown
	dropEmptyColumns(&s)
	return s
}

// groupLead says what the numbers are, and what a name can be that nobody gave.
func groupLead(by demarc.Grouping) string {
	const numbers = "Workloads by service model, then their areas by whose they are."
	if by == demarc.ByWorkload {
		return numbers + " Where none is named, the resource group or site."
	}
	return numbers
}

// groupRow counts the workloads of a group by service model and its areas, one
// for each workload, by whose they are.
func groupRow(g *demarc.Group, by demarc.Grouping, p Parties) []string {
	row := []string{orElse(Visible(g.Name), "(no "+by.String()+")"), Number(g.Workloads)}
	areas := [len(hueTitles)]int{}
	columns := map[demarc.ServiceModel]int{}
	for i := range g.Matrices {
		for j := range g.Matrices[i].Cells {
			c := &g.Matrices[i].Cells[j]
			columns[c.Model] = max(columns[c.Model], c.Workloads)
			cell := newCell(c, p)
			for _, share := range cell.Shares {
				areas[share.Hue] += share.Count
			}
		}
	}
	for _, m := range demarc.ServiceModels {
		row = append(row, countOrDash(columns[m]))
	}
	for _, n := range areas {
		row = append(row, countOrDash(n))
	}
	return row
}

func countOrDash(n int) string {
	if n == 0 {
		return "-"
	}
	return Number(n)
}

// dropEmptyColumns takes out the last columns where no row has a number.
func dropEmptyColumns(s *Sheet) {
	for i := len(s.Header) - 1; i > 1; i-- {
		if slices.ContainsFunc(s.Rows, func(r []string) bool { return r[i] != "-" }) {
			continue
		}
		s.Header = slices.Delete(s.Header, i, i+1)
		for r := range s.Rows {
			s.Rows[r] = slices.Delete(s.Rows[r], i, i+1)
		}
	}
}

// systemSheets puts AI systems side by side, a few to a sheet.
func systemSheets(groups []demarc.Group, p Parties) []Sheet {
	var list []Sheet
	shown := groups[:min(len(groups), maxSystems)]
	for some := range slices.Chunk(shown, perSheet) {
		list = append(list, systemSheet(some, p))
	}
	if len(list) > 0 {
		list[len(list)-1].Rest = len(groups) - len(shown)
	}
	return list
}

func systemSheet(systems []demarc.Group, p Parties) Sheet {
	s := Sheet{Title: "AI systems", Lead: "Whose each area of each system is.", Header: []string{"area"}}
	for i := range systems {
		s.Header = append(s.Header, Visible(systems[i].Name))
	}
	for i, area := range systems[0].Matrices[0].Areas {
		row := []string{Visible(area.Label)}
		for j := range systems {
			row = append(row, systemCell(&systems[j].Matrices[0], i, p))
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// systemCell says whose one area of a system is, whatever column it is in.
func systemCell(m *demarc.Matrix, area int, p Parties) string {
	var shares []Share
	for c := range m.Models {
		cell := newCell(&m.Cells[area*len(m.Models)+c], p)
		shares = append(shares, cell.Shares...)
	}
	slices.SortFunc(shares, func(x, y Share) int { return cmp.Or(cmp.Compare(x.Hue, y.Hue), cmp.Compare(x.Short, y.Short)) })
	text := ""
	for i, share := range shares {
		if i > 0 {
			text += " · "
		}
		text += share.Short
	}
	return orElse(text, "n/a")
}
