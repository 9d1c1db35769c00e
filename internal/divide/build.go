package divide

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
)

// builder gathers the cells of one case.
type builder struct {
	divider *Divider
	table   *table
	c       Case
	cells   []demarc.Cell
}

// facet reads the column of one facet, area by area.
func (b *builder) facet(id string, model demarc.ServiceModel, lacks map[string]bool) {
	m := b.divider.catalog.Model(CloudModel)
	for i := range m.Areas {
		area := &m.Areas[i]
		cell := demarc.Cell{Model: m.ID, Facet: id, FacetModel: model, AreaID: area.ID, Area: area.Label}
		switch own := b.override(id, area.ID); {
		case own != nil:
			b.byOverride(&cell, own)
		case lacks[area.ID]:
			cell.NotApplicable, cell.Basis = true, demarc.ByAbsence
			cell.Reason = "this kind of resource has no " + strings.ToLower(area.Label)
			cell.Source = b.sourceOf()
		default:
			b.published(&cell, area, m)
			b.delegate(&cell)
		}
		b.cells = append(b.cells, cell)
	}
}

// override finds the most specific override of a cell.
func (b *builder) override(facet, area string) *chosen { return b.said(facet, area, false) }

// said finds the most specific override or delegation of a cell.
func (b *builder) said(facet, area string, delegated bool) *chosen {
	for _, o := range slices.Backward(b.c.Overrides) {
		for i := range o.Cells {
			oc := &o.Cells[i]
			if oc.Delegated == delegated && oc.Area == area && (oc.Facet == "" || oc.Facet == facet) {
				return &chosen{override: o, cell: oc}
			}
		}
	}
	return nil
}

type chosen struct {
	override *demarc.Override
	cell     *demarc.OverrideCell
}

func (b *builder) byOverride(cell *demarc.Cell, own *chosen) {
	b.fill(cell, own.cell.Parties, own.cell.Halves)
	maps.DeleteFunc(cell.Halves, func(_, half string) bool { return half == "" })
	cell.Basis = demarc.ByOverride
	cell.Reason = "your override: " + own.override.Reason
	cell.Source = own.override.Place.String()
}

// delegate puts the party that a delegation names in the customer's place. A
// cell that is not the customer's cannot be delegated.
func (b *builder) delegate(cell *demarc.Cell) {
	own := b.said(cell.Facet, cell.AreaID, true)
	if own == nil || cell.Basis == demarc.ByOverride || !slices.Contains(cell.Parties, demarc.Customer) {
		return
	}
	party := own.cell.Parties[0]
	half := cell.Halves[demarc.Customer]
	delete(cell.Halves, demarc.Customer)
	cell.Halves[party] = half
	cell.Parties = slices.DeleteFunc(cell.Parties, func(p string) bool { return p == demarc.Customer || p == party })
	cell.Parties = append(cell.Parties, party)
	slices.Sort(cell.Parties)
	account(cell)
	cell.Basis, cell.Differs = demarc.ByDelegated, true
	cell.Reason = "delegated: " + own.override.Reason
	cell.Source = own.override.Place.String()
}

// published fills a cell from the first deviation that holds, else from the
// column of the service model.
func (b *builder) published(cell *demarc.Cell, area *catalog.Area, m *catalog.Model) {
	column := area.Cells[cell.FacetModel.String()]
	dev, maybe := b.deviation(cell)
	if dev != nil {
		b.byDeviation(cell, dev)
		cell.Differs = !sameParties(dev.cell.Parties, column.Parties)
		b.doubt(cell, maybe, dev.cell.Parties)
		return
	}
	b.fill(cell, column.Parties, column.Halves)
	cell.Reason = columnReason(cell, b.c.Provider, m)
	b.doubt(cell, maybe, column.Parties)
	cell.Source = m.Source
}

// deviation finds the first deviation of a cell that holds, and those that
// would come before it but ask for properties that were not seen.
func (b *builder) deviation(cell *demarc.Cell) (found *deviation, maybe []*deviation) {
	for i := range b.table.cells {
		dev := &b.table.cells[i]
		if dev.facet != cell.Facet || dev.cell.Area != cell.AreaID {
			continue
		}
		switch {
		case b.c.Variant.yes>>i&1 == 1:
			return dev, maybe
		case b.c.Variant.maybe>>i&1 == 1:
			maybe = append(maybe, dev)
		}
	}
	return nil, maybe
}

// doubt tells in words that a deviation which was not decided would come
// first, and keeps what to ask for where it has other parties.
func (b *builder) doubt(cell *demarc.Cell, maybe []*deviation, parties []string) {
	if len(maybe) == 0 {
		return
	}
	cell.Reason = strings.TrimSuffix(cell.Reason, ".") + "; it would differ if " + maybe[0].cell.When.String() + ", which was not seen"
	cell.Open = open(maybe, parties)
}

// open lists the properties that deviations to other parties ask for, each
// once.
func open(maybe []*deviation, parties []string) []string {
	var paths []string
	for _, dev := range maybe {
		if sameParties(dev.cell.Parties, parties) {
			continue
		}
		for _, path := range dev.cell.When.Paths(nil) {
			if !slices.Contains(paths, path) {
				paths = append(paths, path)
			}
		}
	}
	return paths
}

func sameParties(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

func columnReason(cell *demarc.Cell, provider string, m *catalog.Model) string {
	reason := cell.FacetModel.Label() + " column of \"" + m.Title + "\""
	if !strings.HasPrefix(provider, m.Provider) && provider != demarc.Customer {
		reason += "; generic: no published matrix of " + provider + " is loaded"
	}
	return reason
}

func (b *builder) byDeviation(cell *demarc.Cell, dev *deviation) {
	b.fill(cell, dev.cell.Parties, dev.cell.Halves)
	cell.Reason = cmp.Or(dev.cell.Why, b.c.Why)
	if dev.cell.When != nil {
		cell.Reason += " (" + dev.cell.When.String() + ")"
	}
	cell.Basis, cell.Source = demarc.ByDeviation, cmp.Or(dev.cell.Source, b.sourceOf())
	if m := b.divider.catalog.Model(dev.model); m != nil {
		cell.DecidedBy, cell.Basis = m.ID, demarc.ByMatrix
		cell.Source = cmp.Or(dev.cell.Source, m.Source)
	}
	cell.Surprise = dev.cell.Surprise
}

// sourceOf is the public source of what the resource is.
func (b *builder) sourceOf() string {
	if entry, ok := b.divider.catalog.Type(demarc.Fold(b.c.Type)); ok {
		return entry.Type.Source
	}
	return ""
}

// fill puts the real parties where the data says provider and publisher.
func (b *builder) fill(cell *demarc.Cell, parties []string, halves map[string]string) {
	cell.Halves = make(map[string]string, len(parties))
	for _, p := range parties {
		id := b.partyOf(p)
		if !slices.Contains(cell.Parties, id) {
			cell.Parties = append(cell.Parties, id)
		}
		if cell.Halves[id] == "" {
			cell.Halves[id] = halves[p]
		}
	}
	slices.Sort(cell.Parties)
	account(cell)
}

func (b *builder) partyOf(p string) string {
	switch p {
	case catalog.ProviderParty:
		return b.c.Provider
	case catalog.PublisherParty:
		return cmp.Or(b.c.Variant.Publisher, catalog.PublisherParty)
	}
	return p
}

// account names the one accountable party of each half: whoever has it.
func account(cell *demarc.Cell) {
	cell.Accountable = make(map[string]string, len(cell.Parties))
	for _, p := range cell.Parties {
		cell.Accountable[p] = p
	}
}

// ai reads the column of the AI matrix for the resource as an AI system.
func (b *builder) ai() {
	m := b.divider.catalog.Model(AIModel)
	model, _ := demarc.ParseServiceModel(b.c.AI)
	for i := range m.Areas {
		area := &m.Areas[i]
		column := area.Cells[b.c.AI]
		cell := demarc.Cell{Model: m.ID, Facet: b.c.MainFacet, FacetModel: model, AreaID: area.ID, Area: area.Label, Source: m.Source}
		switch own := b.override(b.c.MainFacet, area.ID); {
		case own != nil:
			b.byOverride(&cell, own)
		default:
			b.aiPublished(&cell, &column, m)
			b.delegate(&cell)
		}
		b.cells = append(b.cells, cell)
	}
}

func (b *builder) aiPublished(cell *demarc.Cell, column *catalog.Cell, m *catalog.Model) {
	dev, maybe := b.deviation(cell)
	switch {
	case dev != nil:
		b.byDeviation(cell, dev)
		b.doubt(cell, maybe, dev.cell.Parties)
		cell.Differs = !sameParties(dev.cell.Parties, column.Parties)
	case slices.Contains(column.Parties, catalog.ModelDependent):
		b.modelDependent(cell, maybe)
	default:
		b.fill(cell, column.Parties, column.Halves)
		cell.Reason = cell.FacetModel.Label() + " column of \"" + m.Title + "\""
		b.doubt(cell, maybe, column.Parties)
	}
}

// modelDependent resolves a cell by the models that are deployed. Not knowing
// them makes the cell unknown, never the customer's.
func (b *builder) modelDependent(cell *demarc.Cell, maybe []*deviation) {
	deployed := b.c.Deployed[cell.AreaID]
	if len(maybe) > 0 {
		cell.Reason = "unknown: it depends on the deployed model, whose publisher was not seen"
		cell.Open = open(maybe, nil)
		return
	}
	if len(deployed) == 0 {
		cell.Reason = "unknown: it depends on the deployed model, and none was seen"
		return
	}
	if slices.ContainsFunc(deployed, func(d *demarc.Cell) bool { return len(d.Parties) == 0 }) {
		cell.Reason = "unknown: it depends on the deployed models, and who publishes one of them was not seen"
		return
	}
	cell.Halves = map[string]string{}
	for _, d := range deployed {
		for _, p := range d.Parties {
			if !slices.Contains(cell.Parties, p) {
				cell.Parties = append(cell.Parties, p)
			}
			if half := d.Halves[p]; cell.Halves[p] == "" || half < cell.Halves[p] {
				cell.Halves[p] = half
			}
		}
	}
	slices.Sort(cell.Parties)
	account(cell)
	cell.Basis, cell.Reason = demarc.ByDeployed, "decided by the models deployed in it"
}

// contentID is a hash of all that the cells say.
func contentID(cells []demarc.Cell) string {
	h := sha256.New()
	write := func(parts ...string) {
		for _, p := range parts {
			h.Write([]byte(p))
			h.Write([]byte{0})
		}
	}
	for i := range cells {
		c := &cells[i]
		write(c.Model, c.DecidedBy, c.Facet, c.FacetModel.String(), c.AreaID, c.Reason, c.Source, c.Surprise)
		if c.NotApplicable {
			write("n/a")
		}
		write(c.Open...)
		for _, p := range c.Parties {
			write(p, c.Halves[p], c.Accountable[p])
		}
		write("")
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}
