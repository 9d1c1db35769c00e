package policyfiles

import (
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source/jsontree"
)

// isNode reports whether an object is the tree of assignments of Enterprise
// Policy as Code, see
// https://azure.github.io/enterprise-azure-policy-as-code/policy-assignments
func isNode(n *jsontree.Node) bool { return n.Get("nodeName").Is('"') }

// branch is what the nodes from the root of a tree to one of its leaves say.
type branch struct {
	name, displayName  string
	entries            []*jsontree.Node
	parameters         *jsontree.Node
	scope              *jsontree.Node // environment: scopes
	notScopes          []*jsontree.Node
	mode               string
	overrides, chooser *jsontree.Node
}

// assignments hands on the assignments that a tree stands for.
func (d *document) assignments(n *jsontree.Node, pointer string) error {
	return d.node(n, pointer, branch{parameters: objectNode(n.Line)})
}

func (d *document) node(n *jsontree.Node, pointer string, b branch) error {
	d.descend(n, &b)
	children := n.Get("children")
	if !children.Is('[') || len(children.Elements) == 0 {
		return d.leaf(n, pointer, &b)
	}
	for i, c := range children.Elements {
		if c.Is('{') {
			if err := d.node(c, element(child(pointer, "children"), i), b); err != nil {
				return err
			}
		}
	}
	return nil
}

// descend adds what a node says to what those above it say.
func (d *document) descend(n *jsontree.Node, b *branch) {
	b.name += n.Get("assignment").Get("name").String()
	b.displayName += n.Get("assignment").Get("displayName").String()
	if entry := n.Get("definitionEntry"); entry.Is('{') {
		b.entries = []*jsontree.Node{entry}
	}
	if list := n.Get("definitionEntryList"); list.Is('[') {
		b.entries = list.Elements
	}
	if parameters := n.Get("parameters"); parameters.Is('{') {
		b.parameters = merged(b.parameters, parameters)
	}
	if n.Get("parameterFile") != nil {
		d.note(demarc.NoteSkipped, d.name, n.Line, "the parameters that a file of separated values gives to assignments")
	}
	if scope := n.Get("scope"); scope.Is('{') {
		b.scope = scope
	}
	for _, name := range [...]string{"notScope", "notScopes"} {
		if not := n.Get(name); not.Is('{') {
			b.notScopes = append(b.notScopes[:len(b.notScopes):len(b.notScopes)], not)
		}
	}
	if mode := n.Get("enforcementMode").String(); mode != "" {
		b.mode = mode
	}
	if overrides := n.Get("overrides"); overrides.Is('[') {
		b.overrides = d.overrides(overrides)
	}
	if chooser := n.Get("resourceSelectors"); chooser.Is('[') {
		b.chooser = chooser
	}
}

// overrides are those that Azure itself would understand.
func (d *document) overrides(n *jsontree.Node) *jsontree.Node {
	c := &jsontree.Node{Kind: '[', Line: n.Line}
	for _, o := range n.Elements {
		if o.Get("kind").Is('"') {
			c.Elements = append(c.Elements, o)
		} else {
			d.note(demarc.NoteSkipped, d.name, o.Line, "an override by the name of a definition")
		}
	}
	return c
}

// merged are the members of both, those of the second where both have one.
func merged(a, b *jsontree.Node) *jsontree.Node {
	c, again := objectNode(a.Line), map[string]bool{}
	for _, m := range b.Members {
		again[demarc.Fold(m.Name)] = true
	}
	for _, m := range a.Members {
		if !again[demarc.Fold(m.Name)] {
			add(c, m.Name, m.Value)
		}
	}
	c.Members = append(c.Members, b.Members...)
	return c
}

// leaf hands on an assignment for each definition, environment and scope.
func (d *document) leaf(n *jsontree.Node, pointer string, b *branch) error {
	if b.scope == nil || len(b.entries) == 0 {
		d.note(demarc.NoteSkipped, d.name, n.Line, "a node of assignments without a scope or a definition")
		return nil
	}
	for _, entry := range b.entries {
		for _, environment := range b.scope.Members {
			if !environment.Value.Is('[') {
				continue
			}
			for _, scope := range environment.Value.Elements {
				if d.left -= 1 + len(b.parameters.Members) + len(b.notScopes); d.left < 0 {
					d.note(demarc.NoteSkipped, d.name, n.Line, "assignments that are too many")
					return nil
				}
				c := b.assignment(entry, environment.Name, scope.String(), n.Line)
				of := File{Assignment: true, ID: c.Get("id").String()}
				if err := d.give(d.name, pointer, of, c); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// assignment writes one assignment as Azure does.
func (b *branch) assignment(entry *jsontree.Node, environment, scope string, line int) *jsontree.Node {
	own := entry.Get("assignment")
	name, displayName := own.Get("name").String()+b.name, own.Get("displayName").String()+b.displayName
	if own.Get("append").Is('t') {
		name, displayName = b.name+own.Get("name").String(), b.displayName+own.Get("displayName").String()
	}
	p := objectNode(line)
	addText(p, "displayName", displayName)
	addText(p, "scope", scope)
	add(p, "notScopes", b.without(environment))
	addText(p, "policyDefinitionId", definitionOf(entry))
	values := objectNode(line)
	for _, m := range b.parameters.Members {
		value := objectNode(line)
		add(value, "value", m.Value)
		add(values, m.Name, value)
	}
	add(p, "parameters", values)
	addText(p, "enforcementMode", b.mode)
	add(p, "overrides", b.overrides)
	add(p, "resourceSelectors", b.chooser)
	c := objectNode(line)
	addText(c, "id", strings.TrimSuffix(scope, "/")+assignmentPart+name)
	addText(c, "name", name)
	addText(c, "type", "Microsoft.Authorization/policyAssignments")
	add(c, "properties", p)
	return c
}

// without are the scopes that an environment leaves out, and those that all do.
func (b *branch) without(environment string) *jsontree.Node {
	c := &jsontree.Node{Kind: '['}
	for _, not := range b.notScopes {
		for _, m := range not.Members {
			if (m.Name == "*" || demarc.EqualFold(m.Name, environment)) && m.Value.Is('[') {
				c.Elements = append(c.Elements, m.Value.Elements...)
			}
		}
	}
	return c
}

func definitionOf(entry *jsontree.Node) string {
	for _, by := range [...]struct{ member, prefix string }{
		{"policySetId", ""}, {"policyId", ""}, {"policySetName", setPrefix}, {"policyName", definitionPrefix},
	} {
		if text := entry.Get(by.member).String(); text != "" {
			return by.prefix + text
		}
	}
	return ""
}
