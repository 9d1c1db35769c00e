package compare

import (
	"cmp"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// answerPair is all that the difference of two answers depends on; the types
// are those of resources that became another type, else "".
type answerPair struct {
	before, after *demarc.Answer
	was, is       string
}

// answerDiff is what is different between two answers, worked out once for all
// resources that share them.
type answerDiff struct {
	changes      []Change
	cells        []cellDelta
	retyped      bool
	reclassified bool              // another service model, role or provider
	became       string            // "is a SQL managed instance now, PaaS", "" when it stayed what it was
	why          string            // of the answer after, where it changed
	passed       map[string]string // area -> what passed
}

// cellDelta is one cell whose parties changed.
type cellDelta struct {
	change CellChange
	key    cellKey
}

// cellKey tells cells that changed alike.
type cellKey struct {
	facet, model, area, before, after, reason string
	cause                                     Cause
}

var asBefore = &answerDiff{}

// answer is what is different between the answers of two resources.
func (d *differ) answer(b, a *demarc.Assessed) *answerDiff {
	p := answerPair{before: b.Answer, after: a.Answer}
	retyped := b.Type != a.Type && !demarc.EqualFold(b.Type, a.Type)
	if retyped {
		p.was, p.is = b.Type, a.Type
	}
	known, ok := d.answers[p]
	if !ok {
		if len(d.answers) == mostPairs {
			clear(d.answers)
		}
		known = asBefore
		if retyped || !sameAnswer(b.Answer, a.Answer) {
			known = d.compareAnswers(p)
		}
		d.answers[p] = known
	}
	return known
}

// mostPairs is how many pairs are remembered.
const mostPairs = 1 << 16

// sameAnswer reports whether two answers say the same of who does what.
func sameAnswer(b, a *demarc.Answer) bool {
	if b == a {
		return true
	}
	return b.Model == a.Model && b.Role == a.Role && b.Provider == a.Provider && b.Why == a.Why &&
		slices.Equal(b.Facets, a.Facets) && divisionID(b) == divisionID(a)
}

func divisionID(a *demarc.Answer) string {
	if a.Division == nil {
		return ""
	}
	return a.Division.ID
}

func (d *differ) compareAnswers(p answerPair) *answerDiff {
	b, a := p.before, p.after
	x := &answerDiff{retyped: p.is != "", passed: map[string]string{}}
	if b.Model != a.Model {
		x.changes = append(x.changes, Change{AspectModel, b.Model.String(), a.Model.String()})
	}
	if b.Role != a.Role {
		x.changes = append(x.changes, Change{AspectRole, b.Role.String(), a.Role.String()})
	}
	if b.Provider != a.Provider {
		x.changes = append(x.changes, Change{AspectProvider, b.Provider, a.Provider})
	}
	x.reclassified = len(x.changes) > 0
	if was, is := extraFacets(b), extraFacets(a); was != is {
		x.changes = append(x.changes, Change{AspectFacets, was, is})
	}
	if b.Why != a.Why {
		x.why = a.Why
	}
	x.became = d.became(p)
	if divisionID(b) != divisionID(a) || b.Division == nil {
		d.compareCells(x, b, a)
	}
	return x
}

// extraFacets are the facets of a resource beside the main one, as words.
func extraFacets(a *demarc.Answer) string {
	var words []string
	for n := 1; n < len(a.Facets); n++ {
		words = append(words, strings.ReplaceAll(a.Facets[n].ID, "-", " "))
	}
	slices.Sort(words)
	return strings.Join(words, ", ")
}

// place of a cell that the cells of another division are held against. The main
// facet is the same one whatever it is called.
type cellAt struct{ facet, model, area string }

func cellsOf(a *demarc.Answer) map[cellAt]*demarc.Cell {
	cells := map[cellAt]*demarc.Cell{}
	if a.Division == nil {
		return cells
	}
	for i := range a.Division.Cells {
		c := &a.Division.Cells[i]
		at := cellAt{c.Facet, c.Model, c.AreaID}
		if len(a.Facets) > 0 && c.Facet == a.Facets[0].ID {
			at.facet = ""
		}
		cells[at] = c
	}
	return cells
}

// compareCells finds the cells whose parties changed.
func (d *differ) compareCells(x *answerDiff, b, a *demarc.Answer) {
	was, is := cellsOf(b), cellsOf(a)
	var both, lost, found []cellAt
	for at := range is {
		if was[at] != nil {
			both = append(both, at)
		} else {
			found = append(found, at)
		}
	}
	for at := range was {
		if is[at] == nil {
			lost = append(lost, at)
		}
	}
	slices.SortFunc(both, compareCellAt)
	for _, at := range both {
		d.compareCell(x, cellOf(was[at], b), cellOf(is[at], a))
	}
	for _, c := range counterparts(lost, found) {
		d.compareCell(x, cellOf(was[c[0]], b), cellOf(is[c[1]], a))
	}
}

// counterparts puts cells together of which one side has no facet of the same
// name: where one facet took the place of another, as a container image that of
// a runtime, its area is the same one. The place is the zero one where there is
// no counterpart.
func counterparts(lost, found []cellAt) [][2]cellAt {
	slices.SortFunc(lost, compareCellAt)
	slices.SortFunc(found, compareCellAt)
	var list [][2]cellAt
	for _, at := range found {
		if others, alone := ofArea(lost, at), ofArea(found, at); len(others) == 1 && len(alone) == 1 {
			list = append(list, [2]cellAt{others[0], at})
		} else {
			list = append(list, [2]cellAt{{}, at})
		}
	}
	for _, at := range lost {
		if others, alone := ofArea(found, at), ofArea(lost, at); len(others) != 1 || len(alone) != 1 {
			list = append(list, [2]cellAt{at, {}})
		}
	}
	return list
}

// ofArea are the cells of one area.
func ofArea(list []cellAt, at cellAt) []cellAt {
	var same []cellAt
	for _, other := range list {
		if other.model == at.model && other.area == at.area {
			same = append(same, other)
		}
	}
	return same
}

func compareCellAt(x, y cellAt) int {
	return cmp.Or(strings.Compare(x.facet, y.facet), strings.Compare(x.model, y.model), strings.Compare(x.area, y.area))
}

// cellSide is a cell as far as it is compared; without a cell it tells what
// its absence means.
type cellSide struct {
	*demarc.Cell
	facet   string // "" for the main one
	parties []string
}

// cellOf are the parties of a cell. Of a resource that would have rows if only
// somebody knew what it is, whose the cell is cannot be told.
func cellOf(c *demarc.Cell, a *demarc.Answer) cellSide {
	facet := ""
	if c != nil && len(a.Facets) > 0 && c.Facet != a.Facets[0].ID {
		facet = c.Facet
	}
	switch {
	case c == nil && a.Division == nil && a.Model == demarc.UnknownModel && a.Role.HasRows():
		return cellSide{nil, "", []string{demarc.UnknownParty}}
	case c == nil || c.NotApplicable:
		return cellSide{c, facet, nil}
	case len(c.Parties) == 0:
		return cellSide{c, facet, []string{demarc.UnknownParty}}
	}
	return cellSide{c, facet, slices.Sorted(slices.Values(c.Parties))}
}

func (d *differ) compareCell(x *answerDiff, was, is cellSide) {
	if slices.Equal(was.parties, is.parties) {
		return
	}
	named, at := is.Cell, is.facet // tell the names
	if named == nil || len(is.parties) == 0 && was.Cell != nil {
		named, at = was.Cell, was.facet
	}
	c := CellChange{Facet: named.Facet, Model: named.Model, Area: demarc.Area{ID: named.AreaID, Label: named.Area}, Before: was.parties, After: is.parties, Cause: d.cause}
	c.Reason = d.passes(thingOf(named.Area, at), was.parties, is.parties)
	if x.became != "" {
		c.Reason = x.became + ": " + c.Reason
	}
	if is.Cell != nil {
		c.Source = is.Source
	}
	if c.Why = strings.TrimSuffix(decided(was.Cell, is.Cell, x), "."); c.Why != "" {
		c.Reason += " (" + c.Why + ")"
	}
	if _, told := x.passed[named.AreaID]; !told {
		x.passed[named.AreaID] = c.Reason
	}
	x.cells = append(x.cells, cellDelta{c, cellKey{c.Facet, c.Model, c.Area.ID, strings.Join(c.Before, "+"), strings.Join(c.After, "+"), c.Reason, c.Cause}})
}

// decided says what decided that a cell is another's: what decides it now, or,
// of a resource that stayed what it was, what no longer does. Either cell may be
// nil.
func decided(was, is *demarc.Cell, x *answerDiff) string {
	switch {
	case x.became == "" && was != nil && was.Basis >= demarc.ByDelegated && (is == nil || is.Basis < demarc.ByDelegated):
		return "no more: " + inOwnWords(was.Reason)
	case is != nil:
		return inOwnWords(is.Reason)
	case x.became == "":
		return inOwnWords(x.why)
	}
	return ""
}

// cell notes that a cell changed at resources.
func (d *differ) cell(c *cellDelta, at ...*demarc.Assessed) {
	n, ok := d.cells[c.key]
	if !ok {
		n = len(d.out.Cells)
		d.cells[c.key] = n
		d.out.Cells = append(d.out.Cells, c.change)
	}
	d.out.Cells[n].Resources = append(d.out.Cells[n].Resources, at...)
}

// flow counts the cells by whose they were and are.
func (o *Difference) flow() {
	at := map[cellKey]int{}
	seen := map[cellKey]map[*demarc.Assessed]bool{}
	for i := range o.Cells {
		c := &o.Cells[i]
		k := cellKey{before: strings.Join(c.Before, "+"), after: strings.Join(c.After, "+"), cause: c.Cause}
		n, ok := at[k]
		if !ok {
			n = len(o.Flows)
			at[k], seen[k] = n, map[*demarc.Assessed]bool{}
			o.Flows = append(o.Flows, Flow{Before: c.Before, After: c.After, Cause: c.Cause})
		}
		o.Flows[n].Cells += len(c.Resources)
		for _, r := range c.Resources {
			seen[k][r] = true
		}
		o.Flows[n].Resources = len(seen[k])
	}
	slices.SortFunc(o.Flows, compareFlows)
}
