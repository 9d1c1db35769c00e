package policyassignments

import (
	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/json"
)

// part is a member of the properties of a definition.
type part struct {
	name  string
	value int
	open  byte // how it must begin, 0 for a text
}

// parts are the members that are kept, as the REST API names them.
var (
	shared = []part{
		{"displayName", titleOf, 0}, {"description", descriptionOf, 0}, {"policyType", policyTypeOf, 0},
		{"metadata", metadataOf, '{'}, {"version", versionOf, 0}, {"versions", versionsOf, '['}, {"parameters", parametersOf, '{'},
	}
	ofDefinition = append(shared[:len(shared):len(shared)], part{"mode", modeOf, 0}, part{"policyRule", ruleOf, '{'})
	ofSet        = append(shared[:len(shared):len(shared)], part{"policyDefinitions", membersOf, '['}, part{"policyDefinitionGroups", groupsOf, '['})
)

// definition reads a definition or an initiative. Its JSON is put together as
// the REST API writes it, whichever tool it comes from.
func (d *decoder) definition(id string, set bool) {
	kind, typ, parts, body := "policy-definition", "Microsoft.Authorization/policyDefinitions", ofDefinition, ruleOf
	if set {
		kind, typ, parts, body = "policy-set-definition", "Microsoft.Authorization/policySetDefinitions", ofSet, membersOf
	}
	if id == "" {
		d.note(demarc.NoteSkipped, "a "+kind+" without an id")
		return
	}
	if !d.row.Has(body) {
		d.note(demarc.NoteMalformed, "a "+kind+" without what it asks for: nothing can be evaluated by it")
		d.say(kind, id, nil)
		return
	}
	name := d.row.Text(nameOf)
	if name == "" {
		name = last(id)
	}
	text := append([]byte(`{"id":`), json.AppendQuote(nil, id)...)
	text = json.AppendQuote(append(text, `,"name":`...), name)
	text = json.AppendQuote(append(text, `,"type":`...), typ)
	text = append(text, `,"properties":{`...)
	text, broken := d.properties(text, parts)
	if broken != "" {
		d.note(demarc.NoteSkipped, "a "+kind+" whose "+broken+" cannot be read"+tooDeep)
		return
	}
	if d.late {
		d.note(demarc.NoteUndecided, "definitions"+late)
	}
	d.say(kind, id, demarc.PolicyDefinition{ID: id, Set: set, Text: append(text, "}}"...), Place: d.place()})
}

// properties appends the members that a row has, and names one that is broken.
func (d *decoder) properties(text []byte, parts []part) (joined []byte, broken string) {
	first := true
	for _, p := range parts {
		if !d.row.Has(p.value) {
			continue
		}
		value, ok := d.member(p)
		if !ok {
			return nil, p.name
		}
		if value == nil {
			continue
		}
		if !first {
			text = append(text, ',')
		}
		first = false
		text = append(json.AppendQuote(text, p.name), ':')
		text = append(text, value...)
	}
	return text, ""
}

// member is the JSON of a member, nil for none.
func (d *decoder) member(p part) (json.Value, bool) {
	if p.open != 0 {
		return d.compacted(p.value, p.open)
	}
	return compact(d.row.Raw(p.value))
}
