package policyfiles

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source/jsontree"
)

// isTemplate reports whether an object is a template of Azure Resource Manager,
// which is also what Bicep builds.
func isTemplate(n *jsontree.Node) bool {
	resources := n.Get("resources")
	if !resources.Is('[') && !resources.Is('{') {
		return false
	}
	return n.Get("contentVersion") != nil || strings.Contains(strings.ToLower(n.Get("$schema").String()), "deploymenttemplate")
}

// template is one template, nested ones apart.
type template struct {
	*document
	variables, parameters *jsontree.Node
	held                  bool // its variables hold definitions
}

func (d *document) template(n *jsontree.Node, pointer string) error {
	t := &template{document: d, variables: n.Get("variables"), parameters: n.Get("parameters")}
	if err := t.loaded(child(pointer, "variables")); err != nil {
		return err
	}
	return t.resources(n.Get("resources"), child(pointer, "resources"))
}

// loaded takes the definitions among the variables: Bicep's loadJsonContent
// leaves the files that it loads there.
func (t *template) loaded(pointer string) error {
	if !t.variables.Is('{') {
		return nil
	}
	for _, m := range t.variables.Members {
		if err := t.loadedValue(m.Value, child(pointer, m.Name)); err != nil {
			return err
		}
	}
	return nil
}

func (t *template) loadedValue(n *jsontree.Node, pointer string) error {
	switch {
	case n.Is('['):
		for i, e := range n.Elements {
			if err := t.loadedValue(e, element(pointer, i)); err != nil {
				return err
			}
		}
	case n.Is('{') && (isDefinition(n) || isSet(n)):
		t.held = true
		return t.take(n, pointer, !isDefinition(n))
	case n.Is('{'):
		for _, m := range n.Members {
			if err := t.loadedValue(m.Value, child(pointer, m.Name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// resources goes through a list of resources, or an object of named ones.
func (t *template) resources(n *jsontree.Node, pointer string) error {
	if n.Is('[') {
		for i, r := range n.Elements {
			if err := t.resource(r, element(pointer, i)); err != nil {
				return err
			}
		}
		return nil
	}
	if n.Is('{') {
		for _, m := range n.Members {
			if err := t.resource(m.Value, child(pointer, m.Name)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *template) resource(r *jsontree.Node, pointer string) error {
	if !r.Is('{') {
		return nil
	}
	properties := r.Get("properties")
	switch strings.ToLower(r.Get("type").String()) {
	case "microsoft.authorization/policydefinitions":
		if err := t.declared(r, pointer, false); err != nil {
			return err
		}
	case "microsoft.authorization/policysetdefinitions":
		if err := t.declared(r, pointer, true); err != nil {
			return err
		}
	case "microsoft.resources/deployments":
		if nested := properties.Get("template"); nested.Is('{') {
			if err := t.document.template(nested, child(child(pointer, "properties"), "template")); err != nil {
				return err
			}
		}
	}
	return t.resources(r.Get("resources"), child(pointer, "resources"))
}

// declared takes a definition that the template deploys.
func (t *template) declared(r *jsontree.Node, pointer string, set bool) error {
	member := "policyRule"
	if set {
		member = "policyDefinitions"
	}
	value := r.Get("properties").Get(member)
	if value.Is('"') {
		value = t.resolved(value)
	}
	if value == nil || value.Is('"') {
		if !t.held {
			t.note(demarc.NoteSkipped, t.name, r.Line, "a definition whose "+member+" is an expression of the template, at "+pointer)
		}
		return nil
	}
	return t.take(t.named(r, pointer), pointer, set)
}

// take hands on a definition without the escapes of templates. What decides
// must hold no expression of the template: its value is not known here.
func (t *template) take(n *jsontree.Node, pointer string, set bool) error {
	u := &unescaper{template: t}
	c := u.value(n, "")
	if u.open != "" {
		t.note(demarc.NoteSkipped, t.name, n.Line, "a definition that depends on an expression of the template: "+short(u.open))
		return nil
	}
	of := File{Set: set, ID: t.id(c, definitionPrefix)}
	if set {
		of.ID = t.id(c, setPrefix)
	}
	return t.give(t.name, pointer, of, c)
}

// named is a definition of a template with the name that the template gives
// it, without what belongs to the deployment.
func (t *template) named(r *jsontree.Node, pointer string) *jsontree.Node {
	name := t.resolved(r.Get("name")).String()
	if name == "" || isExpression(name) {
		name = ownName(t.name) + strings.ReplaceAll(pointer, "/", "-")
	}
	properties := objectNode(r.Line)
	for _, m := range r.Get("properties").Members {
		add(properties, m.Name, t.resolved(m.Value))
	}
	c := objectNode(r.Line)
	addText(c, "name", name)
	add(c, "properties", properties)
	return c
}

// simple is an expression that names a variable or parameter and nothing else.
var simple = regexp.MustCompile(`(?i)^\[\s*(variables|parameters)\('([^']+)'\)\s*\]$`)

// resolved is the value of an expression that names a variable, or a parameter
// with a default: what the template deploys unless somebody says otherwise.
func (t *template) resolved(n *jsontree.Node) *jsontree.Node {
	m := simple.FindStringSubmatch(n.String())
	if m == nil {
		return n
	}
	value := t.variables.Get(m[2])
	if strings.EqualFold(m[1], "parameters") {
		value = t.parameters.Get(m[2]).Get("defaultValue")
	}
	if value == nil {
		return n
	}
	return value
}

// isExpression reports whether a text of a template is an expression.
func isExpression(s string) bool {
	return strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") && !strings.HasPrefix(s, "[[")
}

// maxNesting bounds how deep variables that name variables nest.
const maxNesting = 600

// unescaper writes a value as the template deploys it.
type unescaper struct {
	*template
	depth int
	open  string // the first expression in what decides
}

// value is a value in which two opening brackets stand for one. What a policy
// would deploy and what only people read does not decide.
func (u *unescaper) value(n *jsontree.Node, under string) *jsontree.Node {
	c := *n
	if u.left--; u.left < 0 || u.depth > maxNesting {
		u.open = "it grows too large"
		return &jsontree.Node{Kind: 'n'}
	}
	u.depth++
	defer func() { u.depth-- }()
	switch n.Kind {
	case '"':
		c.Text = u.text(n.Text, under)
	case '[':
		c.Elements = nil
		for _, e := range n.Elements {
			c.Elements = append(c.Elements, u.value(u.variable(e, under), under))
		}
	case '{':
		c.Members = nil
		for _, m := range n.Members {
			u.member(&c, m, under)
		}
	}
	return &c
}

func (u *unescaper) text(s, under string) string {
	if strings.HasPrefix(s, "[[") {
		return s[1:]
	}
	if !isExpression(s) || under == "" {
		return s
	}
	if m := reference.FindStringSubmatch(s); m != nil && under == "policydefinitions" {
		return definitionPrefix + m[1]
	}
	if u.open == "" {
		u.open = s
	}
	return s
}

func (u *unescaper) member(c *jsontree.Node, m jsontree.Member, under string) {
	switch name := strings.ToLower(m.Name); name {
	case "policyrule", "policydefinitions":
		under = name
	case "metadata":
		under = ""
	case "deployment":
		if under != "" {
			return
		}
	}
	c.Members = append(c.Members, jsontree.Member{Name: m.Name, Value: u.value(u.variable(m.Value, under), under)})
}

// reference is an expression that builds the id of a definition of a known name.
var reference = regexp.MustCompile(`(?i)'Microsoft\.Authorization/policyDefinitions'\s*,\s*'([^']+)'\s*\)\s*\]$`)

// variable resolves expressions that name a variable; a parameter in a rule is
// what a deployment chooses.
func (u *unescaper) variable(n *jsontree.Node, under string) *jsontree.Node {
	if m := simple.FindStringSubmatch(n.String()); m != nil && under != "" && strings.EqualFold(m[1], "variables") {
		return u.resolved(n)
	}
	return n
}

// short is the beginning of a text from outside, quoted.
func short(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "..."
	}
	return strconv.Quote(s)
}
