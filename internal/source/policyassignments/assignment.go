package policyassignments

import (
	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
)

// tooDeep is added where a value is not what it should be.
const tooDeep = " (ConvertTo-Json needs -Depth 100)"

// late is said of what shapes the line and is met when that stands.
const late = " among resources are read too late to be evaluated; give them in a file of their own"

// assignment reads an assignment. One of which a part is not readable would be
// evaluated with other settings than its own, and so is not taken.
func (d *decoder) assignment(id string) {
	r := d.row
	a := demarc.PolicyAssignment{ID: id, Name: r.Text(titleOf), Scope: r.Text(scopeOf), Definition: r.Text(definitionOf), Place: d.place()}
	if a.Scope == "" {
		a.Scope = above(id)
	}
	if a.Name == "" {
		a.Name = last(id)
	}
	switch {
	case id == "" || a.Scope == "":
		d.note(demarc.NoteSkipped, "an assignment without an id")
		return
	case a.Definition == "":
		d.note(demarc.NoteSkipped, "an assignment that does not say of what")
		return
	}
	if part := d.parts(&a); part != "" {
		d.note(demarc.NoteSkipped, "an assignment whose "+part+" cannot be read"+tooDeep)
		return
	}
	a.Enforced = d.enforced()
	if d.late {
		d.note(demarc.NoteUndecided, "assignments"+late)
	}
	d.say("policy-assignment", id, a)
}

// parts reads the lists of an assignment and names one that is not readable.
func (d *decoder) parts(a *demarc.PolicyAssignment) string {
	parameters, ok := d.compacted(parametersOf, '{')
	if !ok {
		return "parameters"
	}
	a.Parameters = parameters
	if a.NotScopes, ok = d.texts(notScopesOf); !ok {
		return "excluded scopes"
	}
	if a.Overrides, ok = d.overrides(); !ok {
		return "overrides"
	}
	if a.Selectors, ok = d.selectors(); !ok {
		return "resource selectors"
	}
	return ""
}

// enforced reads the enforcement mode. Enroll leaves it to each resource
// whether it is enforced.
func (d *decoder) enforced() bool {
	switch word := d.row.Text(enforcementOf); source.FoldHeader(word) {
	case "", "default", "enroll":
	case "donotenforce":
		return false
	default:
		d.note(demarc.NoteMalformed, "an enforcement mode that is not known, taken as enforced: "+word)
	}
	return true
}

// texts reads a list of texts.
func (d *decoder) texts(value int) ([]string, bool) {
	list, ok := d.compacted(value, '[')
	if !ok || list == nil {
		return nil, ok
	}
	row := graphrow.New()
	if row.Object(append(append([]byte(`{"list":`), list...), '}'), d.row.Line) != nil {
		return nil, false
	}
	return row.Texts("list"), true
}

// overrides reads the overrides of an assignment.
func (d *decoder) overrides() ([]demarc.PolicyOverride, bool) {
	list, ok := d.compacted(overridesOf, '[')
	if !ok || list == nil {
		return nil, ok
	}
	var all []demarc.PolicyOverride
	whole := true
	ok = d.objects(list, func(row *graphrow.Row) {
		o := demarc.PolicyOverride{Kind: row.Text("kind"), Value: row.Text("value")}
		var known bool
		o.Selectors, known = d.conditions(row)
		whole = whole && known && o.Kind != ""
		all = append(all, o)
	})
	return all, ok && whole
}

// selectors reads the resource selectors of an assignment or exemption.
func (d *decoder) selectors() ([]demarc.ResourceSelector, bool) {
	list, ok := d.compacted(selectorsOf, '[')
	if !ok || list == nil {
		return nil, ok
	}
	var all []demarc.ResourceSelector
	whole := true
	ok = d.objects(list, func(row *graphrow.Row) {
		s := demarc.ResourceSelector{Name: row.Text("name")}
		var known bool
		s.Selectors, known = d.conditions(row)
		whole = whole && known
		all = append(all, s)
	})
	return all, ok && whole
}

// conditions reads the list "selectors" of an override or resource selector,
// which Az PowerShell calls "Selector".
func (d *decoder) conditions(of *graphrow.Row) ([]demarc.Selector, bool) {
	raw := of.Raw("selectors")
	if raw == nil {
		raw = of.Raw("selector")
	}
	if raw == nil || string(raw) == "null" {
		return nil, true
	}
	var all []demarc.Selector
	whole := true
	ok := d.objects(raw, func(row *graphrow.Row) {
		s := demarc.Selector{Kind: row.Text("kind"), In: row.Texts("in"), NotIn: row.Texts("notin")}
		whole = whole && s.Kind != "" && len(s.In)+len(s.NotIn) > 0
		all = append(all, s)
	})
	return all, ok && whole
}
