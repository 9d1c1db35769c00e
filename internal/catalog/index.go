package catalog

import (
	"strings"

	"github.com/demarc-dev/demarc"
)

// index is what look-ups need, built once.
type index struct {
	types     map[string]*Entry            // by folded type
	terraform map[string]TerraformResource // by the resource's name or prefix
	pointed   map[string]bool              // folded types that resources of Terraform point to
	names     map[string]*Entry            // by folded display name and alias, with and without "folder/" before it
	families  map[string]*Family
	shapes    map[string]*Shape
	facets    map[string]*Facet
	models    map[string]*Model
	parties   map[string]Party
	byFolder  map[string]*Provider
	locations map[string]*Provider // by folded location or prefix ending in *
	licences  licenceIndex
}

// Entry is a type with the family that describes it.
type Entry struct {
	Type   *Type
	Family *Family
}

// RuleID names the type's own rule: file and type.
func (e *Entry) RuleID() string { return e.Family.File + "#" + e.Type.Type }

func newIndex(c *Catalog) index {
	x := index{
		types: map[string]*Entry{}, terraform: map[string]TerraformResource{}, pointed: map[string]bool{}, names: map[string]*Entry{}, families: map[string]*Family{},
		shapes: map[string]*Shape{}, facets: map[string]*Facet{}, models: map[string]*Model{},
		parties:  map[string]Party{},
		byFolder: map[string]*Provider{}, locations: map[string]*Provider{},
		licences: newLicenceIndex(c),
	}
	for i := range c.Shapes {
		x.shapes[c.Shapes[i].ID] = &c.Shapes[i]
	}
	for i := range c.Facets {
		x.facets[c.Facets[i].ID] = &c.Facets[i]
	}
	for i := range c.Models {
		x.models[c.Models[i].ID] = &c.Models[i]
	}
	for _, p := range c.Parties {
		x.parties[p.ID] = p
	}
	for i := range c.Providers {
		x.addProvider(&c.Providers[i])
	}
	for _, p := range c.Providers {
		x.nameFolder(c, p.Folder)
	}
	for i := range c.TerraformFiles {
		x.addTerraform(&c.TerraformFiles[i])
	}
	for i := range c.Families {
		x.addFamily(&c.Families[i])
	}
	return x
}

// nameFolder gives the display names of a provider's types, so that a name
// used by two providers means the one that providers.yaml lists first.
func (x *index) nameFolder(c *Catalog, folder string) {
	for i := range c.Families {
		if f := &c.Families[i]; folder != "" && f.Folder == folder {
			x.addNames(f)
		}
	}
}

func (x *index) addNames(f *Family) {
	for i := range f.Types {
		e := &Entry{Type: &f.Types[i], Family: f}
		for _, name := range append([]string{e.Type.Name}, e.Type.Aliases...) {
			x.name(name, e)
			x.name(f.Folder+"/"+name, e)
		}
	}
}

func (x *index) addProvider(p *Provider) {
	if p.Folder != "" {
		x.byFolder[p.Folder] = p
	}
	for _, at := range p.Locations {
		x.locations[demarc.Fold(at)] = p
	}
}

func (x *index) addFamily(f *Family) {
	x.families[demarc.Fold(f.Provider)] = f
	for _, p := range f.Parties {
		x.parties[p.ID] = p
	}
	for i := range f.Types {
		e := &Entry{Type: &f.Types[i], Family: f}
		x.types[demarc.Fold(e.Type.Type)] = e
	}
	x.addNames(f)
}

// name keeps the first type of a display name; the check of the files makes
// sure that no folder gives an alias twice.
func (x *index) name(name string, e *Entry) {
	key := demarc.Fold(name)
	if _, taken := x.names[key]; !taken {
		x.names[key] = e
	}
}

// Type finds a reviewed type by its folded spelling.
func (c *Catalog) Type(folded string) (*Entry, bool) {
	e, ok := c.index.types[folded]
	return e, ok
}

// ByName finds a type by a display name, as the portal's CSV and people write
// it, in any case. "onprem/vm" means the name in one folder of services only.
func (c *Catalog) ByName(name string) (*Entry, bool) {
	e, ok := c.index.names[demarc.Fold(strings.TrimSpace(name))]
	return e, ok
}

// FamilyOf finds the family of a type by its namespace.
func (c *Catalog) FamilyOf(foldedType string) (*Family, bool) {
	namespace, _, _ := strings.Cut(foldedType, "/")
	f, ok := c.index.families[namespace]
	return f, ok
}

// TagNames are the names of tags that mean a thing, in the order in which they
// count.
func (c *Catalog) TagNames(id string) []string {
	for _, t := range c.Tags {
		if t.ID == id {
			return t.Names
		}
	}
	return nil
}

// Shape, Facet and Model look up by id; nil when there is none.
func (c *Catalog) Shape(id string) *Shape { return c.index.shapes[id] }

// Facet finds a facet template.
func (c *Catalog) Facet(id string) *Facet { return c.index.facets[id] }

// Model finds a published model.
func (c *Catalog) Model(id string) *Model { return c.index.models[id] }

// Party finds a party by id; an id nobody described is its own name.
func (c *Catalog) Party(id string) Party {
	if p, ok := c.index.parties[id]; ok {
		return p
	}
	return Party{ID: id, Name: id, Short: Short(id)}
}

// KnowsParty reports whether somebody described the party.
func (c *Catalog) KnowsParty(id string) bool {
	_, ok := c.index.parties[id]
	return ok
}

// Short is the short name of a party that nobody gave one: the first eight
// letters of its id.
func Short(id string) string {
	letters := []rune(strings.ToUpper(id))
	return strings.TrimRight(string(letters[:min(len(letters), 8)]), "-_. ")
}

// ProviderOf finds the provider whose folder a family lies in, nil when the
// folder has no single provider.
func (c *Catalog) ProviderOf(f *Family) *Provider { return c.index.byFolder[f.Folder] }

// CloudOf finds the cloud run apart that an Azure location belongs to, nil
// for the public cloud and for places that tell nothing, such as "global".
func (c *Catalog) CloudOf(location string) *Provider {
	folded := strings.ReplaceAll(demarc.Fold(location), " ", "")
	if p, ok := c.index.locations[folded]; ok {
		return p
	}
	for prefix, p := range c.index.locations {
		if p0, ok := strings.CutSuffix(prefix, "*"); ok && p0 != "" && strings.HasPrefix(folded, p0) {
			return p
		}
	}
	return nil
}

// Lacks reports the areas that a shape and a list name together.
func (c *Catalog) Lacks(shape string, more []string) map[string]bool {
	lacks := map[string]bool{}
	if s := c.Shape(shape); s != nil {
		for _, area := range s.Lacks {
			lacks[area] = true
		}
	}
	for _, area := range more {
		lacks[area] = true
	}
	return lacks
}
