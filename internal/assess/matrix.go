package assess

import (
	"iter"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/divide"
)

// published are the models whose pictures are filled with the estate.
var published = []string{divide.CloudModel, divide.AIModel}

// frame is the picture of one published model before anything is counted.
type frame struct {
	empty   demarc.Matrix
	at      map[column]int // where the cells are
	strokes map[*demarc.Answer][]stroke
}

// stroke is one cell that the workloads of an answer are counted in.
type stroke struct {
	ofArea
	cell int
	area int // its number in marks
}

// frame finds or makes the empty picture of a model.
func (t *tally) frame(id string) *frame {
	made, ok := t.frames[id]
	if ok {
		return made
	}
	m := t.line.catalog.Model(id)
	made = &frame{empty: demarc.Matrix{Model: m.ID, Title: m.Title, Areas: divide.Areas(m), Models: divide.Columns(m)}, at: map[column]int{}, strokes: map[*demarc.Answer][]stroke{}}
	for _, area := range made.empty.Areas {
		for _, model := range made.empty.Models {
			made.at[column{area.ID, model}] = len(made.empty.Cells)
			made.empty.Cells = append(made.empty.Cells, demarc.MatrixCell{Area: area, Model: model})
		}
	}
	t.frames[id] = made
	return made
}

// strokesOf are the cells of a picture that the workloads of an answer are
// counted in, none where they have no areas of it.
func (t *tally) strokesOf(f *frame, a *demarc.Answer) []stroke {
	made, ok := f.strokes[a]
	if ok {
		return made
	}
	for at, who := range t.whose(a) {
		if cell, ok := f.at[at]; ok {
			made = append(made, stroke{who, cell, t.docket.areas[at.area]})
		}
	}
	f.strokes[a] = made
	return made
}

// draw counts n workloads in a cell. Without marks nothing is said of how they
// stand.
func (s *stroke) draw(cell *demarc.MatrixCell, m *marks, n int) {
	cell.Workloads += n
	if s.parties == "" {
		cell.NotApplicable += n
		return
	}
	cell.Parties[s.parties] += n
	if m != nil {
		stands(&cell.Done, m[s.area], s.ours, n)
	}
}

// matrices fills the pictures of published models for some workloads, counted
// by how they are seen. Only the one of the cloud is there where no workload
// has cells of it.
func (t *tally) matrices(models []string, counts iter.Seq2[seenAs, int]) []demarc.Matrix {
	var list []demarc.Matrix
	for _, id := range models {
		f := t.frame(id)
		var m *demarc.Matrix
		if id == divide.CloudModel {
			m = f.blank()
		}
		for as, n := range counts {
			for _, s := range t.strokesOf(f, as.answer) {
				if m == nil {
					m = f.blank()
				}
				s.draw(&m.Cells[s.cell], as.marks, n)
			}
		}
		if m != nil {
			list = append(list, *m)
		}
	}
	return list
}

// blank is a picture to draw on.
func (f *frame) blank() *demarc.Matrix {
	m := f.empty
	m.Cells = slices.Clone(m.Cells)
	for i := range m.Cells {
		m.Cells[i].Parties = map[string]int{}
	}
	return &m
}

// stands counts workloads by how the customer's half of an area stands. An
// area that is the customer's and of which no task is known is unknown.
func stands(done *demarc.Done, m mark, ours bool, n int) {
	if !ours {
		done.Theirs += n
		return
	}
	switch m {
	case markMet:
		done.Met += n
	case markUnmet:
		done.Unmet += n
	case markAccepted:
		done.Unmet += n
		done.Accepted += n
	case markNotApplicable:
		done.NotApplicable += n
	case markUnknown, notOurs:
		done.Unknown += n
	}
}

// column is where the facets of a workload meet in the matrix.
type column struct {
	area  string
	model demarc.ServiceModel
}

// ofArea is who is responsible for an area in one column, and whether the
// customer is among them.
type ofArea struct {
	parties string
	ours    bool
}

// whose remembers what [whose] says of an answer.
func (t *tally) whose(a *demarc.Answer) map[column]ofArea {
	made, ok := t.areasOf[a]
	if !ok {
		made = map[column]ofArea{}
		ours := oursIn(a)
		for at, who := range whose(a.Division) {
			made[at] = ofArea{who, ours[at]}
		}
		t.areasOf[a] = made
	}
	return made
}

// oursIn says in which cells of the matrix an answer leaves something to the
// customer, or to a third party that stands in for it.
func oursIn(a *demarc.Answer) map[column]bool {
	ours := map[column]bool{}
	for i := range a.Division.Cells {
		c := &a.Division.Cells[i]
		standIn := c.Basis >= demarc.ByDelegated && slices.ContainsFunc(c.Parties, func(p string) bool { return p != a.Provider })
		if !c.NotApplicable && (standIn || slices.Contains(c.Parties, demarc.Customer)) {
			ours[column{c.AreaID, c.FacetModel}] = true
		}
	}
	return ours
}

// whose says for each area and column of one division whose it is: the sorted
// parties of all facets in that column, joined by "+"; "" when no facet has
// the area.
func whose(d *demarc.Division) map[column]string {
	parties := map[column][]string{}
	for i := range d.Cells {
		c := &d.Cells[i]
		at := column{c.AreaID, c.FacetModel}
		have := parties[at]
		if !c.NotApplicable && len(c.Parties) == 0 {
			have = append(have, demarc.UnknownParty)
		}
		for _, p := range c.Parties {
			if !slices.Contains(have, p) {
				have = append(have, p)
			}
		}
		parties[at] = have
	}
	who := make(map[column]string, len(parties))
	for at, list := range parties {
		slices.Sort(list)
		who[at] = strings.Join(list, "+")
	}
	return who
}
