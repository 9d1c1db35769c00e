package divide

import (
	"cmp"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc/internal/catalog"
)

// Position is what one published source says about a cell or a topic.
type Position struct {
	Model     string // id of the published model or of the fact
	Title     string
	Statement string // id of the statement, "" for a cell of a matrix
	Says      string // the parties, or the value
	Text      string
	Source    string
}

// Disagreement is a cell or a topic on which published sources differ. All
// positions are kept; which of them a division follows is the precedence's
// matter.
type Disagreement struct {
	Area   string // label of the area, "" for a topic
	Column string // service model, "" for a topic
	Type   string // the service it is about, "" for all
	Facet  string
	Topic  string
	Sides  []Position
}

// spot is a cell that positions are about.
type spot struct{ area, column, typ, facet, topic string }

// Disagreements lists every cell and topic on which the given models differ,
// in the order of areas and columns, topics last.
func Disagreements(c *catalog.Catalog, models []*catalog.Model) []Disagreement {
	positions := map[spot][]Position{}
	for _, m := range models {
		gather(positions, m)
	}
	for _, f := range c.Facts {
		if at := (spot{topic: f.Topic}); f.Topic != "" && len(positions[at]) > 0 {
			positions[at] = append(positions[at], Position{Model: f.ID, Title: f.ID, Says: f.Value, Text: f.Text, Source: f.Source})
		}
	}
	order, labels := areaOrder(c)
	var list []Disagreement
	for at, sides := range positions {
		if at.typ != "" || at.facet != "" { // set a service beside the column it lies in
			sides = append(slices.Clone(sides), positions[spot{area: at.area, column: at.column}]...)
		}
		if differ(sides) {
			list = append(list, Disagreement{Area: labels[at.area], Column: at.column, Type: at.typ, Facet: at.facet, Topic: at.topic, Sides: sides})
		}
	}
	slices.SortFunc(list, func(a, b Disagreement) int {
		return cmp.Or(
			cmp.Compare(order[a.Area], order[b.Area]),
			cmp.Compare(columnOrder(a.Column), columnOrder(b.Column)),
			strings.Compare(a.Type, b.Type), strings.Compare(a.Facet, b.Facet), strings.Compare(a.Topic, b.Topic))
	})
	return list
}

func gather(positions map[spot][]Position, m *catalog.Model) {
	for i := range m.Areas {
		a := &m.Areas[i]
		for column, cell := range a.Cells {
			at := spot{area: a.ID, column: column}
			positions[at] = append(positions[at], Position{Model: m.ID, Title: m.Title, Says: parties(cell.Parties), Text: halvesText(&cell), Source: m.Source})
		}
	}
	for i := range m.Statements {
		s := &m.Statements[i]
		p := Position{Model: m.ID, Title: m.Title, Statement: s.ID, Text: s.Text, Source: m.Source}
		if s.Topic != "" {
			p.Says = s.Value
			at := spot{topic: s.Topic}
			positions[at] = append(positions[at], p)
		}
		for _, claim := range s.Claims {
			p.Says = parties(claim.Parties)
			at := spot{area: claim.Area, column: claim.Model, typ: claim.Type, facet: claim.Facet}
			positions[at] = append(positions[at], p)
		}
	}
}

func parties(ids []string) string { return strings.Join(slices.Sorted(slices.Values(ids)), " and ") }

func halvesText(cell *catalog.Cell) string {
	if len(cell.Parties) == 1 {
		return cell.Halves[cell.Parties[0]]
	}
	var texts []string
	for _, p := range slices.Sorted(slices.Values(cell.Parties)) {
		if half := cell.Halves[p]; half != "" {
			texts = append(texts, p+": "+half)
		}
	}
	return strings.Join(texts, " ")
}

func differ(sides []Position) bool {
	for i := range sides {
		if sides[i].Says != sides[0].Says {
			return true
		}
	}
	return false
}

func columnOrder(column string) int {
	return slices.Index([]string{"on-premises", "iaas", "paas", "saas"}, column)
}

// areaOrder numbers area labels as the matrices list them, the cloud matrix
// first; topics, which have no area, come last.
func areaOrder(c *catalog.Catalog) (order map[string]int, labels map[string]string) {
	order, labels = map[string]int{}, map[string]string{}
	number := func(m *catalog.Model) {
		for _, a := range m.Areas {
			labels[a.ID] = a.Label
			if order[a.Label] == 0 {
				order[a.Label] = len(order) + 1
			}
		}
	}
	if m := c.Model(CloudModel); m != nil {
		number(m)
	}
	for i := range c.Models {
		number(&c.Models[i])
	}
	order[""] = len(order) + 1
	return order, labels
}
