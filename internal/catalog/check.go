package catalog

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
)

// The lists that lie above the families.
const (
	facetsFile    = "services/facets.yaml"
	providersFile = "services/providers.yaml"
	shapesFile    = "services/shapes.yaml"
)

// dayPattern is the spelling of days in data files.
var dayPattern = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

// emptyWords are phrases that name no action and are refused in a half.
var emptyWords = []string{"its part", "their part", "as appropriate", "where applicable", "as needed"}

// Parties that stand for whoever a resource or property names.
const (
	ProviderParty  = "provider"
	PublisherParty = "publisher"
)

// checker knows what the files may refer to.
type checker struct {
	*loader
	areas, parties, shapes, facets, ids map[string]bool
	defined                             map[string]bool   // folded types of all files
	types, names                        map[string]string // folded -> the file or type that has it
}

func (l *loader) check() {
	c := &checker{loader: l, areas: map[string]bool{}, parties: map[string]bool{}, shapes: map[string]bool{"": true},
		facets: map[string]bool{}, ids: map[string]bool{}, defined: map[string]bool{},
		types: map[string]string{}, names: map[string]string{}}
	c.gather()
	c.lists()
	for i := range l.catalog.Facets {
		c.facet(&l.catalog.Facets[i], i)
	}
	for i := range l.catalog.Models {
		c.model(&l.catalog.Models[i])
	}
	for i := range l.catalog.Families {
		c.family(&l.catalog.Families[i])
	}
	for i := range l.catalog.TerraformFiles {
		c.terraformFile(&l.catalog.TerraformFiles[i])
	}
	c.licences()
	c.policies()
	c.moves()
	c.responsibilities()
	for i, f := range l.catalog.Facts {
		c.unique("fact "+f.ID, f.File, []any{"facts", i})
		c.provenance(f.Provenance, f.File, []any{"facts", i})
	}
}

func (c *checker) gather() {
	for _, p := range []string{demarc.Customer, ProviderParty, PublisherParty} {
		c.parties[p] = true
	}
	for _, p := range c.catalog.Parties {
		c.parties[p.ID] = true
	}
	for _, s := range c.catalog.Shapes {
		c.shapes[s.ID] = true
	}
	for _, f := range c.catalog.Facets {
		c.facets[f.ID] = true
	}
	for _, f := range c.catalog.Families {
		for _, p := range f.Parties {
			c.parties[p.ID] = true
		}
		for _, t := range f.Types {
			c.defined[demarc.Fold(t.Type)] = true
		}
	}
	for _, m := range c.catalog.Models {
		for _, a := range m.Areas {
			c.areas[a.ID] = true
		}
	}
}

// lists checks the providers and shapes that lie above the families.
func (c *checker) lists() {
	for _, s := range c.catalog.Shapes {
		c.unique("shape "+s.ID, shapesFile, nil)
		c.known("area", c.areas, s.Lacks, shapesFile, nil)
	}
	for i, p := range c.catalog.Providers {
		at := []any{"providers", i}
		c.unique("provider "+p.ID, providersFile, at)
		c.known("party", c.parties, []string{p.Party}, providersFile, at)
		c.provenance(p.Provenance, providersFile, at)
	}
}

func (c *checker) unique(id, file string, at []any) {
	if c.ids[id] {
		c.problem(file, at, "%s is defined twice", id)
	}
	c.ids[id] = true
}

func (c *checker) provenance(p Provenance, file string, at []any) {
	u, err := url.Parse(p.Source)
	if err != nil || u.Scheme != "https" || u.Host == "" {
		c.problem(file, at, "source %q is no https address", p.Source)
	}
	if !dayPattern.MatchString(p.Checked) {
		c.problem(file, at, "checked %q is no day like 2026-11-22", p.Checked)
	}
}

func (c *checker) serviceModel(s, file string, at []any) {
	if m, err := demarc.ParseServiceModel(s); err != nil || m == demarc.UnknownModel {
		c.problem(file, at, "service model %q is not on-premises, iaas, paas or saas", s)
	}
}

func (c *checker) role(s, file string, at []any) {
	if r, err := demarc.ParseRole(s); err != nil || r == demarc.ProviderManaged {
		c.problem(file, at, "role %q is not one that data may give", s)
	}
}

func (c *checker) known(what string, set map[string]bool, ids []string, file string, at []any) {
	for _, id := range ids {
		if !set[id] {
			c.problem(file, at, "%s %q is not known", what, id)
		}
	}
}

func (c *checker) facet(f *Facet, i int) {
	const file = facetsFile
	at := []any{"facets", i}
	c.unique("facet "+f.ID, file, at)
	c.serviceModel(f.Model, file, at)
	c.known("shape", c.shapes, []string{f.Shape}, file, at)
	c.known("area", c.areas, f.Lacks, file, at)
	c.provenance(f.Provenance, file, at)
	for j := range f.Cells {
		c.cell(&f.Cells[j], file, append(at, "cells", j))
	}
}

func (c *checker) model(m *Model) {
	c.unique("model "+m.ID, m.File, nil)
	if name, _, _ := strings.Cut(path.Base(m.File), "."); name != m.ID {
		c.problem(m.File, []any{"id"}, "model %q is not named like its file", m.ID)
	}
	c.provenance(m.Provenance, m.File, nil)
	if !slices.Contains([]string{KindMatrix, KindStatements, KindService}, m.Kind) {
		c.problem(m.File, []any{"kind"}, "kind %q is not matrix, statements or service", m.Kind)
	}
	for i, a := range m.Areas {
		at := []any{"areas", i}
		c.unique("area "+a.ID, m.File, at)
		for _, column := range m.Columns {
			cell, ok := a.Cells[column]
			if !ok {
				c.problem(m.File, at, "area %s has no cell for %s", a.ID, column)
				continue
			}
			c.halves(&cell, m.File, append(at, "cells", column))
		}
	}
	for i := range m.Cells {
		at := []any{"cells", i}
		c.unique("cell "+m.Cells[i].ID, m.File, at)
		if !c.defined[demarc.Fold(m.Cells[i].Type)] {
			c.problem(m.File, at, "type %q is not known", m.Cells[i].Type)
		}
		c.cell(&m.Cells[i], m.File, at)
	}
	for i, s := range m.Statements {
		at := []any{"statements", i}
		c.unique("statement "+s.ID, m.File, at)
		c.known("area", c.areas, s.Areas, m.File, at)
		for _, claim := range s.Claims {
			c.known("area", c.areas, []string{claim.Area}, m.File, at)
			c.serviceModel(claim.Model, m.File, at)
			c.known("party", c.parties, claim.Parties, m.File, at)
		}
	}
}

func (c *checker) cell(cell *Cell, file string, at []any) {
	c.known("area", c.areas, []string{cell.Area}, file, at)
	c.condition(cell.When, file, at)
	c.halves(cell, file, at)
}

// halves checks rule 2 of the design: a shared cell without named halves is a
// defect of the data.
func (c *checker) halves(cell *Cell, file string, at []any) {
	if len(cell.Parties) == 1 && cell.Parties[0] == ModelDependent {
		return
	}
	if len(cell.Parties) == 0 {
		c.problem(file, at, "a cell needs a party")
	}
	c.known("party", c.parties, cell.Parties, file, at)
	texts := map[string]bool{}
	for _, party := range cell.Parties {
		text := cell.Halves[party]
		if text == "" {
			c.problem(file, at, "party %s has no half", party)
		}
		if texts[text] && text != "" {
			c.problem(file, at, "two parties share one half")
		}
		texts[text] = true
		for _, words := range emptyWords {
			if strings.Contains(strings.ToLower(text), words) {
				c.problem(file, at, "half of %s says %q instead of an action", party, words)
			}
		}
	}
	for party := range cell.Halves {
		if !slices.Contains(cell.Parties, party) {
			c.problem(file, at, "half of %s, who is not a party of the cell", party)
		}
	}
}

func (c *checker) family(f *Family) {
	c.unique("family "+demarc.Fold(f.Provider), f.File, []any{"provider"})
	if f.Provider == "" {
		c.problem(f.File, nil, "a family needs its provider")
	}
	if f.Party != "" {
		c.known("party", c.parties, []string{f.Party}, f.File, []any{"party"})
	}
	if d := f.Default; d != nil {
		at := []any{"default"}
		c.serviceModel(d.Model, f.File, at)
		c.role(d.Role, f.File, at)
		c.known("shape", c.shapes, []string{d.Shape}, f.File, at)
		c.known("area", c.areas, d.Lacks, f.File, at)
		c.provenance(d.Provenance, f.File, at)
	}
	if f.Unclassified != "" && f.Default != nil {
		c.problem(f.File, []any{"unclassified"}, "a family has either a default or a reason for having none")
	}
	for i := range f.Types {
		c.typ(f, &f.Types[i], []any{"types", i})
	}
}

func (c *checker) typ(f *Family, t *Type, at []any) {
	if other, taken := c.types[demarc.Fold(t.Type)]; taken {
		c.problem(f.File, at, "type %s is also in %s", t.Type, other)
	}
	c.types[demarc.Fold(t.Type)] = f.File
	if namespace, _, _ := strings.Cut(t.Type, "/"); !demarc.EqualFold(namespace, f.Provider) {
		c.problem(f.File, at, "type %s does not belong to %s", t.Type, f.Provider)
	}
	for _, alias := range t.Aliases {
		key := f.Folder + "/" + demarc.Fold(alias)
		if other, taken := c.names[key]; taken && other != t.Type {
			c.problem(f.File, at, "alias %q of %s is also one of %s", alias, t.Type, other)
		}
		c.names[key] = t.Type
	}
	if t.Name == "" || t.Why == "" {
		c.problem(f.File, at, "type %s needs a name and a why", t.Type)
	}
	c.serviceModel(t.Model, f.File, at)
	c.role(t.Role, f.File, at)
	c.known("shape", c.shapes, []string{t.Shape}, f.File, at)
	c.known("area", c.areas, t.Lacks, f.File, at)
	c.provenance(t.Provenance, f.File, at)
	c.pieces(f, t, at)
}

// pieces checks what hangs below a type: facets, rules, cells and the paths
// that name other resources.
func (c *checker) pieces(f *Family, t *Type, at []any) {
	own := map[string]bool{"": true, t.MainFacet(): true}
	for i, use := range t.Facets {
		c.known("facet", c.facets, []string{use.ID}, f.File, append(at, "facets", i))
		c.condition(use.When, f.File, append(at, "facets", i))
		own[use.ID] = true
	}
	ids := map[string]bool{}
	for i := range t.Rules {
		c.once(ids, t.Rules[i].ID, f.File, append(at, "rules", i))
		c.rule(f, &t.Rules[i], append(at, "rules", i))
	}
	for i := range t.Cells {
		c.once(ids, t.Cells[i].ID, f.File, append(at, "cells", i))
		c.known("facet of the type", own, []string{t.Cells[i].Facet}, f.File, append(at, "cells", i))
		c.cell(&t.Cells[i], f.File, append(at, "cells", i))
	}
	for i, m := range t.Manages {
		c.known("facet of the type", own, []string{m.Facet}, f.File, append(at, "manages", i))
		c.path(m.Path, f.File, append(at, "manages", i))
	}
	if t.PartOf != nil {
		for _, p := range t.PartOf.Paths {
			c.path(p, f.File, append(at, "partOf"))
		}
	}
	if t.Publisher != "" {
		c.path(t.Publisher, f.File, append(at, "publisher"))
	}
}

// once refuses an id that the same type gave before.
func (c *checker) once(ids map[string]bool, id, file string, at []any) {
	if ids[id] {
		c.problem(file, at, "%s is defined twice", id)
	}
	ids[id] = true
}

// path checks the spelling of a path to a property.
func (c *checker) path(p, file string, at []any) {
	if _, err := slots.NewLayout([]slots.Wish{{Path: p}}); err != nil {
		c.problem(file, at, "%v", err)
	}
}

func (c *checker) rule(f *Family, r *TypeRule, at []any) {
	if r.When == nil {
		c.problem(f.File, at, "rule %s has no condition", r.ID)
	}
	c.condition(r.When, f.File, at)
	if r.Model != "" {
		c.serviceModel(r.Model, f.File, at)
	}
	if r.Role != "" {
		c.role(r.Role, f.File, at)
	}
	c.known("shape", c.shapes, []string{r.Shape}, f.File, at)
	c.known("area", c.areas, r.Lacks, f.File, at)
	if r.Party != "" {
		c.known("party", c.parties, []string{r.Party}, f.File, at)
	}
	if r.Provenance != (Provenance{}) {
		c.provenance(r.Provenance, f.File, at)
	}
}

// condition checks that each level asks exactly one thing.
func (c *checker) condition(q *Condition, file string, at []any) {
	if q == nil {
		return
	}
	operators := 0
	for _, given := range []bool{q.Equals != nil, q.In != nil, q.Contains != nil, q.StartsWith != nil, q.EndsWith != nil, q.Exists != nil} {
		if given {
			operators++
		}
	}
	groups := 0
	for _, given := range []bool{q.Path != "", q.All != nil, q.Any != nil, q.Not != nil} {
		if given {
			groups++
		}
	}
	if groups != 1 || (q.Path != "") != (operators == 1) || operators > 1 {
		c.problem(file, at, "a condition needs a path with one operator, or one of all, any, not")
	}
	if q.All != nil && len(q.All) == 0 || q.Any != nil && len(q.Any) == 0 || q.In != nil && len(q.In) == 0 {
		c.problem(file, at, "all, any and in need something to choose from")
	}
	if q.Path != "" {
		c.path(q.Path, file, at)
	}
	for i := range q.All {
		c.condition(&q.All[i], file, at)
	}
	for i := range q.Any {
		c.condition(&q.Any[i], file, at)
	}
	c.condition(q.Not, file, at)
}
