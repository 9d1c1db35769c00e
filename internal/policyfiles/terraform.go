package policyfiles

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source/jsontree"
)

// The resources of Terraform's provider that declare what is looked for.
var (
	terraformDefinitions = []string{"azurerm_policy_definition"}
	terraformSets        = []string{"azurerm_policy_set_definition", "azurerm_management_group_policy_set_definition"}
)

// module is what the Terraform files of one folder declare.
type module struct {
	*finder
	resources []declared
	ids       map[string]string // of definitions, by their address
}

type declared struct {
	*block
	file string
}

// terraform goes through all Terraform files that declare definitions.
func (f *finder) terraform() error {
	modules := map[string]*module{}
	var order []*module
	for _, name := range f.tree.names {
		if !hasExtension(name, ".tf") {
			continue
		}
		folder := path.Dir(name)
		m := modules[folder]
		if m == nil {
			m = &module{finder: f, ids: map[string]string{}}
			modules[folder] = m
			order = append(order, m)
		}
		m.load(name)
	}
	for _, m := range order {
		if err := m.give(); err != nil {
			return err
		}
	}
	return nil
}

// load keeps the resources of a file that declare definitions.
func (m *module) load(name string) {
	text, err := m.tree.text(name)
	if err != nil {
		m.note(demarc.NoteUnreadable, name, 0, err.Error())
		return
	}
	if !strings.Contains(text, "policy_definition") && !strings.Contains(text, "policy_set_definition") {
		return
	}
	h := &hcl{text: text, file: func(other string) (string, error) { return m.beside(name, other) }}
	top := &block{attributes: map[string]expression{}}
	if err := h.body(top); err != nil {
		m.note(demarc.NoteUnreadable, name, 0, err.Error())
		top.blocks = top.blocks[:max(len(top.blocks)-1, 0)] // the last one may lack what follows
	}
	for _, b := range top.blocks {
		if b.kind != "resource" || len(b.labels) != 2 {
			continue
		}
		if slices.Contains(terraformDefinitions, b.labels[0]) || slices.Contains(terraformSets, b.labels[0]) {
			m.resources = append(m.resources, declared{b, name})
			m.ids[b.labels[0]+"."+b.labels[1]] = prefixOf(b) + b.name()
		}
	}
}

// beside reads a file that a Terraform file names.
func (m *module) beside(name, other string) (string, error) {
	at := path.Join(path.Dir(name), other)
	text, err := m.tree.text(at)
	switch {
	case errors.Is(err, fs.ErrNotExist), strings.HasPrefix(at, "../"):
		return "", fmt.Errorf("the file %s, which is not here", short(other))
	case err != nil:
		return "", err
	}
	return text, nil
}

func prefixOf(b *block) string {
	if slices.Contains(terraformSets, b.labels[0]) {
		return setPrefix
	}
	return definitionPrefix
}

// name is the name of what a resource declares, else that of the resource.
func (b *block) name() string {
	if name := b.value("name").String(); name != "" {
		return name
	}
	return b.labels[1]
}

func (m *module) give() error {
	for _, d := range m.resources {
		var properties *jsontree.Node
		var err error
		set := prefixOf(d.block) == setPrefix
		if set {
			properties, err = m.set(d)
		} else {
			properties, err = m.definition(d)
		}
		if err != nil {
			m.note(demarc.NoteSkipped, d.file, d.line, fmt.Sprintf("the definition %s.%s: %v", d.labels[0], d.labels[1], err))
			continue
		}
		for _, a := range d.attributes {
			for _, file := range a.files {
				m.taken[path.Join(path.Dir(d.file), file)] = true // it is not read once more
			}
		}
		c := objectNode(d.line)
		addText(c, "name", d.name())
		add(c, "properties", properties)
		pointer := child(child(child("", "resource"), d.labels[0]), d.labels[1])
		if err := m.finder.give(d.file, pointer, File{Set: set, ID: prefixOf(d.block) + d.name()}, c); err != nil {
			return err
		}
	}
	return nil
}

// basics are the members that definitions and initiatives have alike.
func basics(d declared) *jsontree.Node {
	p := objectNode(d.line)
	for _, a := range [...][2]string{{"displayName", "display_name"}, {"policyType", "policy_type"}, {"mode", "mode"}, {"description", "description"}} {
		addText(p, a[0], d.value(a[1]).String())
	}
	if metadata, err := embedded(d.block, "metadata"); err == nil {
		add(p, "metadata", metadata)
	}
	return p
}

// embedded is the JSON in an attribute, nil when there is none.
func embedded(b *block, name string) (*jsontree.Node, error) {
	e, ok := b.attributes[name]
	switch {
	case !ok || e.node.Is('n'):
		return nil, nil
	case e.why != "":
		return nil, fmt.Errorf("its %s is %s", name, e.why)
	case !e.node.Is('"'):
		return nil, fmt.Errorf("its %s is no text", name)
	}
	n, err := jsontree.Parse(e.node.Text)
	if err != nil {
		return nil, fmt.Errorf("its %s is %w", name, err)
	}
	return n, nil
}

func (m *module) definition(d declared) (*jsontree.Node, error) {
	if mode, ok := d.attributes["mode"]; ok && mode.why != "" {
		return nil, fmt.Errorf("its mode is %s", mode.why)
	}
	parameters, err := embedded(d.block, "parameters")
	if err != nil {
		return nil, err
	}
	rule, err := embedded(d.block, "policy_rule")
	if err != nil {
		return nil, err
	}
	if rule == nil {
		return nil, errors.New("it has no policy_rule")
	}
	p := basics(d)
	add(p, "parameters", parameters)
	// A file may hold the whole definition; file(...) then gives more than the rule.
	if whole := inside(rule, "policyRule"); whole != nil {
		rule = whole
	}
	add(p, "policyRule", rule)
	return p, nil
}

// address is an expression that names the id of a definition declared here.
var address = regexp.MustCompile(`^(azurerm_policy_definition\.[\w-]+)\.id$`)

func (m *module) set(d declared) (*jsontree.Node, error) {
	parameters, err := embedded(d.block, "parameters")
	if err != nil {
		return nil, err
	}
	p := basics(d)
	add(p, "parameters", parameters)
	members, groups := &jsontree.Node{Kind: '[', Line: d.line}, &jsontree.Node{Kind: '[', Line: d.line}
	for _, b := range d.blocks {
		switch b.kind {
		case "policy_definition_reference":
			member, err := m.member(b)
			if err != nil {
				return nil, err
			}
			members.Elements = append(members.Elements, member)
		case "policy_definition_group":
			group := objectNode(b.line)
			add(group, "name", b.value("name"))
			add(group, "category", b.value("category"))
			add(group, "additionalMetadataId", b.value("additional_metadata_resource_id"))
			groups.Elements = append(groups.Elements, group)
		case "dynamic":
			return nil, errors.New("its blocks are made by an expression")
		}
	}
	add(p, "policyDefinitions", members)
	add(p, "policyDefinitionGroups", groups)
	return p, nil
}

func (m *module) member(b *block) (*jsontree.Node, error) {
	e := b.attributes["policy_definition_id"]
	id := e.node.String()
	if found := address.FindStringSubmatch(e.text); found != nil {
		id = m.ids[found[1]]
	}
	if id == "" {
		return nil, errors.New("a member whose definition is an expression")
	}
	c := objectNode(b.line)
	addText(c, "policyDefinitionId", id)
	add(c, "policyDefinitionReferenceId", b.value("reference_id"))
	values, err := embedded(b, "parameter_values")
	if err != nil {
		return nil, err
	}
	add(c, "parameters", values)
	add(c, "groupNames", b.value("policy_group_names"))
	return c, nil
}
