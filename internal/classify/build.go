package classify

import (
	"cmp"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/scope"
)

// build makes the class of a key. Data files were checked when they were
// loaded, so their words parse.
func (c *Classifier) build(key classKey) *Class {
	class := &Class{MainFacet: "service", Key: key.String()}
	t := key.table
	switch {
	case t.entry != nil && t.inherited:
		c.inherit(class, t.entry)
	case t.entry != nil:
		c.reviewed(class, key)
	case t.fallback != nil:
		c.byDefault(class, t)
	default:
		class.Reason = t.reason
	}
	for _, i := range []byte(key.overrides.found) {
		class.override(&c.overrides.list[i])
	}
	for _, i := range []byte(key.overrides.open) {
		tag, _, _ := scope.CutTag(c.overrides.list[i].Match.Tag)
		class.undecided(scope.TagPath(tag))
	}
	class.Likely = class.guess || len(class.Undecided) > 0
	return class
}

func (c *Classifier) reviewed(class *Class, key classKey) {
	entry := key.table.entry
	typ := entry.Type
	class.Type, class.Entry = typ.Type, entry
	class.Model, class.Role = mustModel(typ.Model), mustRole(typ.Role)
	class.Party = cmp.Or(typ.Party, entry.Family.Party)
	class.MainFacet, class.AI, class.Why, class.Surprise = typ.MainFacet(), typ.AI, typ.Why, typ.Surprise
	class.Lacks = c.catalog.Lacks(typ.Shape, typ.Lacks)
	class.Rule = ruleOf(entry.RuleID(), typ.Provenance)
	class.part(typ, key.part)
	decided := false
	for i := range key.table.conditions {
		q := &key.table.conditions[i]
		yes, maybe := key.yes>>i&1 == 1, key.maybe>>i&1 == 1
		if q.rule != nil && decided {
			continue
		}
		switch {
		case maybe:
			class.undecided(question(q.when.Paths(nil)))
		case yes && q.rule != nil:
			c.apply(class, q.rule)
			decided = true
		case yes:
			class.Facets = append(class.Facets, c.catalog.Facet(q.facet))
		}
	}
}

// part settles what the resource's own properties say about being a piece of
// another. When they were not seen, a piece is likelier than a whole: exports
// hold many more attached disks and interfaces than loose ones.
func (class *Class) part(typ *catalog.Type, state partState) {
	if typ.PartOf == nil {
		return
	}
	switch {
	case typ.PartOf.Parent:
		class.Parent = true
		if class.Role == demarc.Workload { // settings of something stay settings
			class.Role = demarc.Part
		}
	case state == isPart:
		class.Role = demarc.Part
	case state == maybePart:
		class.Role = demarc.Part
		class.Part = question(typ.PartOf.Paths)
		class.undecided(class.Part)
	}
}

// undecided keeps a question once, however many rules ask it.
func (class *Class) undecided(question string) {
	if !slices.Contains(class.Undecided, question) {
		class.Undecided = append(class.Undecided, question)
	}
}

// question names the properties that would settle something, each once.
func question(paths []string) string {
	var once []string
	for _, p := range paths {
		if !slices.Contains(once, p) {
			once = append(once, p)
		}
	}
	return strings.Join(once, ", ")
}

// apply lets a property rule change what the type said.
func (c *Classifier) apply(class *Class, r *catalog.TypeRule) {
	if r.Model != "" {
		class.Model = mustModel(r.Model)
	}
	if r.Role != "" {
		class.Role = mustRole(r.Role)
	}
	if r.Shape != "" || r.Lacks != nil {
		class.Lacks = c.catalog.Lacks(r.Shape, r.Lacks)
	}
	class.Party = cmp.Or(r.Party, class.Party)
	class.AI = cmp.Or(r.AI, class.AI)
	class.Why = cmp.Or(r.Why, class.Why)
	class.Surprise = cmp.Or(r.Surprise, class.Surprise)
	class.Rule = ruleOf(class.Entry.RuleID()+"/"+r.ID, orElse(r.Provenance, class.Entry.Type.Provenance))
}

// inherit gives a child type the answer of its nearest reviewed ancestor: a
// piece of it.
func (c *Classifier) inherit(class *Class, entry *catalog.Entry) {
	typ := entry.Type
	class.Entry = entry
	class.Model, class.Role = mustModel(typ.Model), mustRole(typ.Role)
	if class.Role.HasRows() {
		class.Role = demarc.Part
	}
	class.Party = cmp.Or(typ.Party, entry.Family.Party)
	class.Lacks = c.catalog.Lacks(typ.Shape, typ.Lacks)
	class.Rule = ruleOf(entry.RuleID()+"/child", typ.Provenance)
	class.Rule.Reviewed = false
	class.guess, class.Parent = true, true
	class.Why = "A child type that nobody reviewed: taken for a piece of its parent, " + typ.Name + "."
}

func (c *Classifier) byDefault(class *Class, t *table) {
	d := t.fallback
	class.Entry = &catalog.Entry{Type: &catalog.Type{}, Family: t.family}
	class.Model, class.Role = mustModel(d.Model), mustRole(d.Role)
	class.Party = t.family.Party
	class.Lacks = c.catalog.Lacks(d.Shape, d.Lacks)
	class.Rule = ruleOf(t.family.File+"#default", d.Provenance)
	class.Rule.Reviewed = false
	class.guess, class.Why = true, d.Why
}

func (class *Class) override(o *demarc.Override) {
	class.Overrides = append(class.Overrides, o)
	if o.HasRole {
		class.Role = o.Role
		class.Undecided = slices.DeleteFunc(class.Undecided, func(q string) bool { return q == class.Part })
	}
	if o.Model != demarc.UnknownModel {
		class.Model, class.guess = o.Model, false
		class.Undecided = slices.DeleteFunc(class.Undecided, func(q string) bool { return q != class.Part })
	}
	class.Party = cmp.Or(o.Provider, class.Party)
	if o.Model != demarc.UnknownModel || o.HasRole {
		class.Why = "Your override: " + o.Reason
		class.Reason = ""
		class.Rule = &demarc.Rule{ID: o.Place.String(), Reviewed: true}
	}
}

func ruleOf(id string, p catalog.Provenance) *demarc.Rule {
	return &demarc.Rule{ID: id, Source: p.Source, Checked: p.Checked, Reviewed: true}
}

func orElse(p, fallback catalog.Provenance) catalog.Provenance {
	if p.Source == "" {
		return fallback
	}
	return p
}

func mustModel(s string) demarc.ServiceModel {
	m, _ := demarc.ParseServiceModel(s)
	return m
}

func mustRole(s string) demarc.Role {
	r, _ := demarc.ParseRole(s)
	return r
}
