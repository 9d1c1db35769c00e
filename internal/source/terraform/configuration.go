package terraform

import (
	"slices"
	"strings"

	"github.com/demarc-dev/demarc/internal/source/jsonspan"
)

// configuration is what a plan shows of its sources: which expression refers
// to what. It leads from an attribute that is known only after apply to the
// resource whose id it will hold.
// See https://developer.hashicorp.com/terraform/internals/json-format
type configuration struct {
	root      *module
	providers map[string][]byte // constant subscription or the references of it, by configuration key
}

// module is one module of a configuration.
type module struct {
	parent    *module
	resources map[string]*expressions // by address inside of the module
	outputs   map[string][]string     // references
	inputs    map[string][]string     // references in the parent, by variable
	calls     map[string]*module
	level     int
}

// expressions are the references of one resource, by the path of the
// attribute without brackets.
type expressions struct {
	provider   string
	references map[string][]string
}

// readConfiguration reads the member `configuration` of a plan. What it does
// not understand it passes over.
func readConfiguration(raw []byte) *configuration {
	c := &configuration{providers: map[string][]byte{}}
	each(raw, func(name string, value []byte) {
		switch name {
		case "root_module":
			c.root = readModule(value, nil, 0)
		case "provider_config":
			each(value, func(key string, config []byte) {
				if expression := member(member(config, "expressions"), "subscription_id"); expression != nil {
					c.providers[key] = slices.Clone(expression)
				}
			})
		}
	})
	return c
}

// mostLevels is how deep modules and blocks may nest before the rest of them
// is passed over.
const mostLevels = 60

func readModule(raw []byte, parent *module, level int) *module {
	m := &module{parent: parent, level: level, resources: map[string]*expressions{}, outputs: map[string][]string{}, inputs: map[string][]string{}, calls: map[string]*module{}}
	each(raw, func(name string, value []byte) {
		switch name {
		case "resources":
			_ = jsonspan.Elements(value, m.resource)
		case "outputs":
			each(value, func(output string, of []byte) { m.outputs[output] = references(member(of, "expression")) })
		case "module_calls":
			each(value, m.call)
		}
	})
	return m
}

func (m *module) resource(raw []byte) {
	e := &expressions{provider: text(member(raw, "provider_config_key")), references: map[string][]string{}}
	gather(member(raw, "expressions"), "", e.references, 0)
	m.resources[text(member(raw, "address"))] = e
}

func (m *module) call(name string, raw []byte) {
	if m.level > mostLevels {
		return
	}
	called := readModule(member(raw, "module"), m, m.level+1)
	each(member(raw, "expressions"), func(variable string, of []byte) { called.inputs[variable] = references(of) })
	m.calls[name] = called
}

// gather walks the expressions of a resource: those of its attributes, and of
// those in its blocks.
func gather(raw []byte, path string, into map[string][]string, level int) {
	switch {
	case len(raw) == 0 || level > mostLevels:
	case raw[0] == '[':
		_ = jsonspan.Elements(raw, func(element []byte) { gather(element, path, into, level+1) })
	case raw[0] == '{':
		if found := references(raw); found != nil {
			into[path] = append(into[path], found...)
			return
		}
		each(raw, func(name string, value []byte) {
			if path != "" {
				name = path + "." + name
			}
			gather(value, name, into, level+1)
		})
	}
}

// references are those that an expression lists.
func references(expression []byte) []string {
	var list []string
	_ = jsonspan.Elements(member(expression, "references"), func(element []byte) { list = append(list, text(element)) })
	return list
}

// at finds a module by the steps of its path, without the keys of instances.
func (c *configuration) at(steps []string) *module {
	if c == nil {
		return nil
	}
	m := c.root
	for _, step := range steps {
		if m == nil {
			return nil
		}
		m = m.calls[step]
	}
	return m
}

// target is a resource that a reference leads to.
type target struct {
	module  []string // steps of the path with the keys of instances
	address string   // inside of the module, with a key where the reference has one
	own     bool     // the instance with the key of the one that refers
}

// targets follows references from a module to resources, through the inputs
// and outputs of modules.
func (m *module) targets(refs, path []string, depth int) []target {
	const most = 20 // modules passed through
	if m == nil || depth > most {
		return nil
	}
	var found []target
	own := slices.Contains(refs, "count.index") || slices.Contains(refs, "each.key") || slices.Contains(refs, "each.value")
	for _, ref := range refs {
		kind, rest, _ := strings.Cut(ref, ".")
		switch {
		case kind == "var" && m.parent != nil && len(path) > 0:
			found = append(found, m.parent.targets(m.inputs[firstName(rest)], path[:len(path)-1], depth+1)...)
		case kind == "module":
			call, output, _ := strings.Cut(rest, ".")
			called := m.calls[withoutKey(call)]
			if called != nil && output != "" {
				found = append(found, called.targets(called.outputs[firstName(output)], append(slices.Clone(path), call), depth+1)...)
			}
		case kind == "count" || kind == "each" || kind == "local" || kind == "path" || kind == "terraform" || kind == "self" || kind == "var":
		default:
			if address := resourceOf(ref); address != "" {
				found = append(found, target{module: path, address: address, own: own})
			}
		}
	}
	return found
}

// resourceOf is the address of a resource at the beginning of a reference,
// with the key of an instance.
func resourceOf(ref string) string {
	parts := splitAddress(ref)
	n := 2
	if len(parts) > 0 && parts[0] == "data" {
		n = 3
	}
	if len(parts) < n {
		return ""
	}
	return strings.Join(parts[:n], ".")
}

// splitAddress cuts an address at its dots, but not inside of keys.
func splitAddress(address string) []string {
	var parts []string
	from, quoted, depth := 0, false, 0
	for i := 0; i < len(address); i++ {
		switch c := address[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == '.' && depth == 0:
			parts = append(parts, address[from:i])
			from = i + 1
		}
	}
	return append(parts, address[from:])
}

// firstName is a name up to what is read of it.
func firstName(s string) string {
	if i := strings.IndexAny(s, ".["); i >= 0 {
		return s[:i]
	}
	return s
}

func withoutKey(s string) string {
	if i := strings.IndexByte(s, '['); i >= 0 {
		return s[:i]
	}
	return s
}

// each visits the members of an object; anything else has none.
func each(raw []byte, visit func(name string, value []byte)) {
	if len(raw) == 0 || raw[0] != '{' {
		return
	}
	_ = jsonspan.Members(raw, func(quoted, value []byte) { visit(text(quoted), value) })
}

// member finds a member of an object, nil when there is none.
func member(raw []byte, name string) []byte {
	var found []byte
	each(raw, func(n string, value []byte) {
		if n == name {
			found = value
		}
	})
	return found
}
