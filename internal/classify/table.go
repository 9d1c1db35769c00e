package classify

import (
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/slots"
)

// table is what classification needs of one type, compiled once.
type table struct {
	entry     *catalog.Entry       // the reviewed type, or the nearest reviewed ancestor
	inherited bool                 // entry is an ancestor
	fallback  *catalog.TypeDefault // the provider's default
	family    *catalog.Family
	reason    string // why nothing knows the type

	conditions []condition
	parts      []int // slots that may hold the id of the resource it is a piece of
	manages    []manages
	managedBy  int
	// readsManagedBy says that managedBy already answers whose part it is.
	readsManagedBy bool
}

type manages struct {
	slot  int
	facet string
}

// condition is a question whose answer shapes the class: of a rule or of a
// facet.
type condition struct {
	test  catalog.Test
	rule  *catalog.TypeRule
	facet string
	when  *catalog.Condition
}

func (c *Classifier) newTable(folded string) *table {
	plan := c.layout.For(folded)
	t := &table{managedBy: plan.Slot("managedBy")}
	if entry, ok := c.catalog.Type(folded); ok {
		t.entry, t.family = entry, entry.Family
		t.compile(plan)
		return t
	}
	if entry, ok := c.ancestor(folded); ok {
		t.entry, t.family, t.inherited = entry, entry.Family, true
		return t
	}
	family, ok := c.catalog.FamilyOf(folded)
	switch {
	case ok && family.Default != nil:
		t.family, t.fallback = family, family.Default
	case ok && family.Unclassified != "":
		t.reason = family.Unclassified
	case ok:
		t.reason = "no rule for this type, and its provider has types too different for a default"
	default:
		t.reason = "no rule for this type or its provider"
	}
	return t
}

// ancestor finds the nearest reviewed type above a child type.
func (c *Classifier) ancestor(folded string) (*catalog.Entry, bool) {
	for {
		cut := strings.LastIndexByte(folded, '/')
		if cut < 0 || !strings.Contains(folded[:cut], "/") {
			return nil, false
		}
		folded = folded[:cut]
		if entry, ok := c.catalog.Type(folded); ok {
			return entry, true
		}
	}
}

func (t *table) compile(plan *slots.Plan) {
	typ := t.entry.Type
	for i := range typ.Rules {
		r := &typ.Rules[i]
		t.conditions = append(t.conditions, condition{test: r.When.Compile(plan.Slot), rule: r, when: r.When})
	}
	for _, use := range typ.Facets {
		t.conditions = append(t.conditions, condition{test: use.When.Compile(plan.Slot), facet: use.ID, when: use.When})
	}
	if typ.PartOf != nil {
		for _, path := range typ.PartOf.Paths {
			t.parts = append(t.parts, plan.Slot(path))
			t.readsManagedBy = t.readsManagedBy || demarc.EqualFold(path, "managedBy")
		}
	}
	for _, m := range typ.Manages {
		t.manages = append(t.manages, manages{slot: plan.Slot(m.Path), facet: m.Facet})
	}
}

// truths asks all conditions; bit i of yes and maybe is the answer of the
// i-th. A type has at most 64, which a test of the knowledge guards.
func (t *table) truths(values *slots.Values) (yes, maybe uint64) {
	for i := range t.conditions {
		switch t.conditions[i].test(values.At) {
		case demarc.True:
			yes |= 1 << i
		case demarc.MaybeTrue:
			maybe |= 1 << i
		case demarc.False:
		}
	}
	return yes, maybe
}

// partOf asks whether the resource is a piece of another and of which.
func (t *table) partOf(values *slots.Values) (partState, string) {
	state := notPart
	for _, slot := range t.parts {
		v := values.At(slot)
		if id := firstText(v); id != "" {
			return isPart, id
		}
		if v.IsUnknown() {
			state = maybePart
		}
	}
	return state, ""
}

// firstText is a text, or the first text of a list.
func firstText(v demarc.Value) string {
	for _, e := range v.Elements() {
		if s := firstText(e); s != "" {
			return s
		}
	}
	return v.Text()
}
