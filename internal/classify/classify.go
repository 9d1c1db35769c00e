// Package classify says what a resource is: its service model, its role and
// its facets, by the first of these that answers: the organisation's override,
// a property rule of its type, the type, its parent type, the default of its
// provider. A type that none of them knows stays unclassified, with a reason.
//
// The package looks at one resource at a time. What needs other resources
// (whose part it is, who manages its group) is only claimed here and settled
// by the assessment.
package classify

import (
	"fmt"
	"sync"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/scope"
	"github.com/demarc-dev/demarc/internal/slots"
)

// Class is what is said of all resources that look alike. Classes are shared
// and never changed; equal pointers mean equal answers.
type Class struct {
	Type      string // canonical spelling, "" when no rule knows the type
	Entry     *catalog.Entry
	Model     demarc.ServiceModel
	Role      demarc.Role
	Party     string // who runs it, "" for the provider of its cloud
	MainFacet string
	Lacks     map[string]bool // areas the main facet does not have
	Facets    []*catalog.Facet
	AI        string // column of the AI matrix, "" if none applies
	Rule      *demarc.Rule
	Likely    bool
	Why       string
	Surprise  string
	Parent    bool     // it is a part of the resource its id is nested in
	Undecided []string // properties that were not seen and would settle something, each question once
	Part      string   // the one of them that asks whether it is a piece of another
	Overrides []*demarc.Override
	Reason    string // why it is unclassified
	Key       string // tells it from the other classes of its type

	guess bool // nobody reviewed the type
}

// Observation is what one resource alone tells.
type Observation struct {
	Class *Class
	// PartOf is the id of the resource it is a piece of, as a property gives
	// it; "" if none does.
	PartOf string
	// ManagedBy is the id of whoever manages it, for types that are no part of
	// their manager.
	ManagedBy string
	// Claims are the resource groups that it manages.
	Claims []Claim
	// Unclaimed says that it may manage a group whose name was not seen.
	Unclaimed bool
}

// Claim says that a resource manages a resource group, given by name or id.
type Claim struct {
	Group string
	Facet string
}

// Classifier holds the compiled tables. It is safe for concurrent use.
type Classifier struct {
	catalog   *catalog.Catalog
	layout    *slots.Layout
	overrides overrides
	tables    sync.Map // folded type -> *table
	classes   sync.Map // classKey -> *Class
}

// Wishes are the paths that classification reads.
func Wishes(c *catalog.Catalog, own []demarc.Override) []slots.Wish {
	wishes := []slots.Wish{{Path: "managedBy"}}
	for i := range c.Families {
		for j := range c.Families[i].Types {
			wishes = append(wishes, typeWishes(&c.Families[i].Types[j])...)
		}
	}
	for _, o := range own {
		if key, _, ok := scope.CutTag(o.Match.Tag); ok {
			wishes = append(wishes, slots.Wish{Path: scope.TagPath(key)})
		}
	}
	return wishes
}

func typeWishes(t *catalog.Type) []slots.Wish {
	var paths []string
	for i := range t.Rules {
		paths = t.Rules[i].When.Paths(paths)
	}
	for i := range t.Facets {
		paths = t.Facets[i].When.Paths(paths)
	}
	if t.PartOf != nil {
		paths = append(paths, t.PartOf.Paths...)
	}
	for _, m := range t.Manages {
		paths = append(paths, m.Path)
	}
	wishes := make([]slots.Wish, len(paths))
	for i, p := range paths {
		wishes[i] = slots.Wish{Type: t.Type, Path: p}
	}
	return wishes
}

// New compiles the tables for a layout that holds the package's wishes.
func New(c *catalog.Catalog, layout *slots.Layout, own []demarc.Override) *Classifier {
	return &Classifier{catalog: c, layout: layout, overrides: newOverrides(own, layout)}
}

// classKey is all that a class depends on.
type classKey struct {
	table      *table
	yes, maybe uint64 // truths of the table's conditions
	part       partState
	overrides  matched
}

func (k classKey) String() string {
	return fmt.Sprintf("%x/%x/%d/%x/%x", k.yes, k.maybe, k.part, k.overrides.found, k.overrides.open)
}

// partState is how the question "is it a piece of another resource" stands.
type partState uint8

const (
	notPart partState = iota
	isPart
	maybePart
)

// Observe classifies one resource from the values of its type's plan.
func (c *Classifier) Observe(r *demarc.Resource, values *slots.Values) Observation {
	t := c.table(r.Type)
	key := classKey{table: t, overrides: c.overrides.match(r, values)}
	key.yes, key.maybe = t.truths(values)
	var o Observation
	key.part, o.PartOf = t.partOf(values)
	if !t.readsManagedBy {
		o.ManagedBy = values.At(t.managedBy).Text()
	}
	for _, m := range t.manages {
		group := values.At(m.slot)
		if name := group.Text(); name != "" {
			o.Claims = append(o.Claims, Claim{Group: name, Facet: m.facet})
		}
		o.Unclaimed = o.Unclaimed || group.IsUnknown()
	}
	o.Class = c.class(key)
	return o
}

func (c *Classifier) class(key classKey) *Class {
	if made, ok := c.classes.Load(key); ok {
		return made.(*Class)
	}
	made, _ := c.classes.LoadOrStore(key, c.build(key))
	return made.(*Class)
}

// table finds or compiles the table of a type; the spelling met is remembered
// beside the folded one, so that folding happens once per spelling.
func (c *Classifier) table(typ string) *table {
	if t, ok := c.tables.Load(typ); ok {
		return t.(*table)
	}
	folded := demarc.Fold(typ)
	t, _ := c.tables.LoadOrStore(folded, c.newTable(folded))
	c.tables.Store(typ, t)
	return t.(*table)
}
