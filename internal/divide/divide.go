// Package divide says who is responsible for what about a resource: for every
// facet and every area a cell with its parties, each party's half in words, and
// why. The first of these that speaks about a cell decides it: the
// organisation's override, a published matrix that names the service and area,
// a documented deviation of the type or facet, the column of the facet's
// service model. Controls are never read here.
package divide

import (
	"slices"
	"strconv"
	"sync"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/slots"
)

// Ids of the matrices that divisions are read from.
const (
	CloudModel = "microsoft-cloud"
	AIModel    = "microsoft-ai"
)

// Divider holds the compiled tables. It is safe for concurrent use.
type Divider struct {
	catalog *catalog.Catalog
	layout  *slots.Layout
	tables  sync.Map // folded type -> *table
}

// table is what division needs of one type: the cells that deviate from the
// column, the published ones first.
type table struct {
	cells     []deviation
	publisher int // slot of the publisher's name, -1 if the type names none
}

type deviation struct {
	cell  *catalog.Cell
	test  catalog.Test
	facet string // "" is the main facet
	model string // id of the published model, "" for a deviation of the type
	file  string
}

// Variant is what one resource's own properties contribute to its division.
// It is comparable: equal variants of one type give equal divisions.
type Variant struct {
	yes, maybe uint64
	Publisher  string // party id of the publisher that a property names
}

// Wishes are the paths that division reads.
func Wishes(c *catalog.Catalog) []slots.Wish {
	var wishes []slots.Wish
	wish := func(typ string, q *catalog.Condition) {
		for _, p := range q.Paths(nil) {
			wishes = append(wishes, slots.Wish{Type: typ, Path: p})
		}
	}
	for i := range c.Models {
		for j := range c.Models[i].Cells {
			wish(c.Models[i].Cells[j].Type, c.Models[i].Cells[j].When)
		}
	}
	for i := range c.Families {
		for j := range c.Families[i].Types {
			t := &c.Families[i].Types[j]
			if t.Publisher != "" {
				wishes = append(wishes, slots.Wish{Type: t.Type, Path: t.Publisher})
			}
			for _, cell := range cellsOf(c, t) {
				wish(t.Type, cell.cell.When)
			}
		}
	}
	return wishes
}

// New compiles the tables for a layout that holds the package's wishes.
func New(c *catalog.Catalog, layout *slots.Layout) *Divider {
	return &Divider{catalog: c, layout: layout}
}

// Observe reads what one resource's properties contribute.
func (d *Divider) Observe(typ string, values *slots.Values) Variant {
	t := d.table(typ)
	var v Variant
	for i := range t.cells {
		switch t.cells[i].test(values.At) {
		case demarc.True:
			v.yes |= 1 << i
		case demarc.MaybeTrue:
			v.maybe |= 1 << i
		case demarc.False:
		}
	}
	if t.publisher >= 0 {
		v.Publisher = PartyID(values.At(t.publisher).Text())
	}
	return v
}

func (d *Divider) table(typ string) *table {
	if t, ok := d.tables.Load(typ); ok {
		return t.(*table)
	}
	t, _ := d.tables.LoadOrStore(typ, d.newTable(demarc.Fold(typ)))
	return t.(*table)
}

func (d *Divider) newTable(folded string) *table {
	t := &table{publisher: -1}
	plan := d.layout.For(folded)
	entry, ok := d.catalog.Type(folded)
	if !ok {
		return t
	}
	if entry.Type.Publisher != "" {
		t.publisher = plan.Slot(entry.Type.Publisher)
	}
	for i := range d.catalog.Models {
		m := &d.catalog.Models[i]
		for j := range m.Cells {
			if demarc.Fold(m.Cells[j].Type) == folded {
				t.cells = append(t.cells, deviation{cell: &m.Cells[j], facet: m.Cells[j].Facet, model: m.ID, file: m.File})
			}
		}
	}
	t.cells = append(t.cells, cellsOf(d.catalog, entry.Type)...)
	for i := range t.cells {
		dev := &t.cells[i]
		dev.test = dev.cell.When.Compile(plan.Slot)
		if dev.facet == "" {
			dev.facet = entry.Type.MainFacet()
		}
		if dev.file == "" {
			dev.file = entry.Family.File
		}
	}
	return t
}

// cellsOf lists the deviations of a type and then those of its facets.
func cellsOf(c *catalog.Catalog, t *catalog.Type) []deviation {
	var list []deviation
	for i := range t.Cells {
		list = append(list, deviation{cell: &t.Cells[i], facet: t.Cells[i].Facet})
	}
	for _, use := range t.Facets {
		f := c.Facet(use.ID)
		for i := range f.Cells {
			list = append(list, deviation{cell: &f.Cells[i], facet: use.ID, file: "services/facets.yaml"})
		}
	}
	return list
}

// PartyID turns a name that a property gives into the id of a party: folded,
// with hyphens for spaces. The empty name stays empty.
func PartyID(name string) string {
	id := []byte(demarc.Fold(name))
	for i, c := range id {
		if c == ' ' || c == '+' {
			id[i] = '-'
		}
	}
	return string(id)
}

// Case is a resource to be divided: what it is, and what its properties and
// its neighbours contribute.
type Case struct {
	Type      string
	Provider  string // party id that "provider" stands for
	Model     demarc.ServiceModel
	MainFacet string
	Lacks     map[string]bool
	Facets    []*catalog.Facet
	AI        string // column of the AI matrix, "" for none
	Why       string
	Variant   Variant
	Overrides []*demarc.Override // the most specific last
	// Deployed are the cells of the AI models deployed in it, by area: they
	// decide the areas that depend on the model. Nil when none was seen.
	Deployed map[string][]*demarc.Cell
}

// Divide fills the cells of one resource.
func (d *Divider) Divide(c Case) *demarc.Division {
	b := builder{divider: d, table: d.table(c.Type), c: c}
	b.facet(c.MainFacet, c.Model, c.Lacks)
	for _, f := range c.Facets {
		model, _ := demarc.ParseServiceModel(f.Model)
		b.facet(f.ID, model, d.catalog.Lacks(f.Shape, f.Lacks))
	}
	if c.AI != "" {
		b.ai()
	}
	return &demarc.Division{ID: contentID(b.cells), Cells: b.cells}
}

// Areas lists the rows of a matrix.
func Areas(m *catalog.Model) []demarc.Area {
	areas := make([]demarc.Area, len(m.Areas))
	for i := range m.Areas {
		areas[i] = demarc.Area{ID: m.Areas[i].ID, Label: m.Areas[i].Label}
	}
	return areas
}

// Columns lists the service models of a matrix.
func Columns(m *catalog.Model) []demarc.ServiceModel {
	var columns []demarc.ServiceModel
	for _, known := range demarc.ServiceModels {
		if slices.Contains(m.Columns, known.String()) {
			columns = append(columns, known)
		}
	}
	return columns
}

// String writes the variant so that two can be told apart and ordered.
func (v Variant) String() string {
	return strconv.FormatUint(v.yes, 16) + "/" + strconv.FormatUint(v.maybe, 16) + "/" + v.Publisher
}
