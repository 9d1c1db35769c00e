package policyfiles

import (
	"path"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source/jsontree"
)

// document is one JSON file.
type document struct {
	*finder
	name string
	left int // how many values may still be made that do not stand in the file
}

// maxMade bounds what variables that name variables, and trees of assignments,
// grow to.
const maxMade = 1 << 20

// envelopes are the members in which exports and libraries hold their lists.
var envelopes = [...]string{"value", "data", "policyDefinitions", "policySetDefinitions", "policyAssignments"}

// visit tells what a value is by its members and hands it on. What is none of
// it is passed over: a folder of a team holds much else.
func (d *document) visit(n *jsontree.Node, pointer string) error {
	switch {
	case n.Is('['):
		return d.elements(n, pointer)
	case !n.Is('{'):
		return nil
	case isDefinition(n):
		return d.give(d.name, pointer, File{ID: d.id(n, definitionPrefix)}, forAzure(n))
	case isSet(n):
		return d.give(d.name, pointer, File{Set: true, ID: d.id(n, setPrefix)}, namedMembers(forAzure(n)))
	case isTemplate(n):
		return d.template(n, pointer)
	case isNode(n):
		return d.assignments(n, pointer)
	case isAssignment(n):
		return d.give(d.name, pointer, File{Assignment: true, ID: assignmentID(n, ownName(d.name))}, n)
	case isRule(n):
		return d.rule(n, pointer)
	}
	for _, name := range envelopes {
		if list := n.Get(name); list.Is('[') {
			if err := d.elements(list, child(pointer, name)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *document) elements(n *jsontree.Node, pointer string) error {
	for i, e := range n.Elements {
		if err := d.visit(e, element(pointer, i)); err != nil {
			return err
		}
	}
	return nil
}

// inside is the member of an object that has it among its properties, or bare.
func inside(n *jsontree.Node, name string) *jsontree.Node {
	if v := n.Get("properties").Get(name); v != nil {
		return v
	}
	return n.Get(name)
}

// isDefinition also takes a rule that is broken in a way that a person should
// hear of.
func isDefinition(n *jsontree.Node) bool { return inside(n, "policyRule") != nil }

// isSet reports whether an object is an initiative: it lists definitions by
// their id or name.
func isSet(n *jsontree.Node) bool {
	if members := n.Get("properties").Get("policyDefinitions"); members.Is('[') {
		return true
	}
	members := n.Get("policyDefinitions")
	return members.Is('[') && len(members.Elements) > 0 && refersTo(members.Elements[0])
}

// forAzure is a definition or initiative as Azure stores it. Files that are
// loaded into a template have their brackets escaped for it: an effect or the
// value of a parameter that begins with two brackets is never meant so.
func forAzure(n *jsontree.Node) *jsontree.Node {
	if isEscaped(inside(n, "policyRule").Get("then").Get("effect")) {
		return unbracketed(n)
	}
	if members := inside(n, "policyDefinitions"); members.Is('[') {
		for _, m := range members.Elements {
			values := m.Get("parameters")
			if values.Is('{') && slices.ContainsFunc(values.Members, func(v jsontree.Member) bool { return isEscaped(v.Value.Get("value")) }) {
				return unbracketed(n)
			}
		}
	}
	return n
}

func isEscaped(n *jsontree.Node) bool {
	return strings.HasPrefix(n.String(), "[[") && strings.HasSuffix(n.String(), "]")
}

// unbracketed is a value in whose texts two brackets at the beginning are one.
func unbracketed(n *jsontree.Node) *jsontree.Node {
	c := *n
	if strings.HasPrefix(n.String(), "[[") {
		c.Text = n.Text[1:]
	}
	c.Elements, c.Members = nil, nil
	for _, e := range n.Elements {
		c.Elements = append(c.Elements, unbracketed(e))
	}
	for _, m := range n.Members {
		c.Members = append(c.Members, jsontree.Member{Name: m.Name, Value: unbracketed(m.Value)})
	}
	return &c
}

func refersTo(n *jsontree.Node) bool {
	return n.Is('{') && !isDefinition(n) && (n.Get("policyDefinitionId") != nil || n.Get("policyDefinitionName") != nil)
}

// isAssignment reports whether an object assigns a definition. Results of a
// scan name the definition and the assignment: they are none.
func isAssignment(n *jsontree.Node) bool {
	if !inside(n, "policyDefinitionId").Is('"') || inside(n, "policyAssignmentId") != nil {
		return false
	}
	kind := strings.ToLower(n.Get("type").String() + n.Get("id").String())
	return strings.Contains(kind, "policyassignments") || inside(n, "scope").Is('"') || inside(n, "enforcementMode").Is('"')
}

// isRule reports whether a file is a rule alone, whose parameters lie beside it.
func isRule(n *jsontree.Node) bool {
	then := n.Get("then")
	return n.Get("if") != nil && then.Get("effect") != nil
}

// id is the id that an object has, else one of its name.
func (d *document) id(n *jsontree.Node, prefix string) string {
	for _, name := range [...]string{"id", "resourceId"} {
		if id := n.Get(name).String(); strings.HasPrefix(id, "/") {
			return id
		}
	}
	if name := n.Get("name").String(); name != "" && !isExpression(name) {
		return prefix + name
	}
	return prefix + ownName(d.name)
}

func assignmentID(n *jsontree.Node, own string) string {
	if id := n.Get("id").String(); id != "" {
		return id
	}
	name := n.Get("name").String()
	if name == "" || isExpression(name) {
		name = own
	}
	return strings.TrimSuffix(inside(n, "scope").String(), "/") + assignmentPart + name
}

// namedMembers gives the members of an initiative that are named without an id
// one: Enterprise Policy as Code names those that it deploys itself.
func namedMembers(n *jsontree.Node) *jsontree.Node {
	return replaced(n, "policyDefinitions", func(list *jsontree.Node) *jsontree.Node {
		c := &jsontree.Node{Kind: '[', Line: list.Line}
		for _, m := range list.Elements {
			if name := m.Get("policyDefinitionName").String(); name != "" && m.Get("policyDefinitionId") == nil {
				m = with(m, "policyDefinitionId", textNode(definitionPrefix+name))
			}
			c.Elements = append(c.Elements, m)
		}
		return c
	})
}

// replaced is an object in which a list, bare or among its properties, is
// another.
func replaced(n *jsontree.Node, name string, by func(*jsontree.Node) *jsontree.Node) *jsontree.Node {
	c := *n
	c.Members = append([]jsontree.Member(nil), n.Members...)
	for i := range c.Members {
		m := &c.Members[i]
		switch {
		case demarc.EqualFold(m.Name, name) && m.Value.Is('['):
			m.Value = by(m.Value)
		case demarc.EqualFold(m.Name, "properties") && m.Value.Is('{'):
			m.Value = replaced(m.Value, name, by)
		}
	}
	return &c
}

// rule joins a rule with the parameters in the file beside it.
func (d *document) rule(n *jsontree.Node, pointer string) error {
	properties := objectNode(n.Line)
	if pointer == "" {
		if name := d.tree.named(parametersOf(d.name)); name != "" && name != d.name {
			text, err := d.tree.text(name)
			if err == nil {
				var beside *jsontree.Node
				if beside, err = jsontree.Parse(text); err == nil {
					add(properties, "parameters", beside)
				}
			}
			if err != nil {
				d.note(demarc.NoteUnreadable, name, 0, err.Error())
			}
		}
	}
	add(properties, "policyRule", n)
	whole := objectNode(n.Line)
	addText(whole, "name", ownName(d.name))
	add(whole, "properties", properties)
	return d.give(d.name, pointer, File{ID: definitionPrefix + ownName(d.name)}, whole)
}

// parametersOf is where the parameters of a rule file lie, in lower case.
func parametersOf(name string) string {
	folder, base := path.Split(strings.ToLower(name))
	for _, word := range [...]string{"rules", "rule"} {
		if i := strings.LastIndex(base, word); i >= 0 {
			return folder + base[:i] + "parameters" + base[i+len(word):]
		}
	}
	return folder + "parameters.json"
}

// beside reports whether a file only repeats a part of the definition in the
// file beside it, as the rule and the parameters of Azure's samples do.
func (f *finder) beside(name string) bool {
	lower := strings.ToLower(name)
	for _, part := range [...]string{".rules.json", ".parameters.json"} {
		if whole, found := strings.CutSuffix(lower, part); found && f.tree.named(whole+".json") != "" {
			return true
		}
	}
	return false
}
