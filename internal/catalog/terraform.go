package catalog

import (
	"maps"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// Terraform is one file below services/*/terraform: what the resources of
// Terraform providers are called in this catalogue.
type Terraform struct {
	File       string              `json:"file,omitzero" yaml:"-"`
	Types      map[string]string   `json:"types,omitzero" yaml:"types"`       // resource -> type
	Settings   map[string]string   `json:"settings,omitzero" yaml:"settings"` // resource -> type of what it sets up or joins
	None       map[string]string   `json:"none,omitzero" yaml:"none"`         // resource, or prefix ending in * -> why it stands for nothing
	Resources  []TerraformResource `json:"resources,omitzero" yaml:"resources"`
	Provenance `yaml:",inline"`
}

// TerraformResource says what one resource of a Terraform provider stands for
// and where its attributes belong.
type TerraformResource struct {
	Resource string             `json:"resource" yaml:"resource"` // its name, or a prefix ending in *
	Type     string             `json:"type,omitzero" yaml:"type"`
	Settings bool               `json:"settings,omitzero" yaml:"settings"` // of a resource of the type, which it does not make
	None     string             `json:"none,omitzero" yaml:"-"`            // why it stands for nothing
	Body     string             `json:"body,omitzero" yaml:"body"`         // attribute that holds the resource as its provider's API shows it
	ID       []string           `json:"id,omitzero" yaml:"id"`             // attributes that may hold the id, the best first; id when empty
	Prefix   string             `json:"prefix,omitzero" yaml:"prefix"`     // what stands in front of the last part of the id
	Suffix   string             `json:"suffix,omitzero" yaml:"suffix"`     // what the id lacks at its end
	Names    []string           `json:"names,omitzero" yaml:"names"`       // attributes with the names in the id, the outermost first; =word is the word itself
	Parent   []string           `json:"parent,omitzero" yaml:"parent"`     // attributes that may hold the id of what it is a child or an extension of
	Values   []TerraformValue   `json:"values,omitzero" yaml:"values"`
	Never    []string           `json:"never,omitzero" yaml:"never"` // properties that such a resource cannot have
	Points   []TerraformPointer `json:"points,omitzero" yaml:"points"`
}

// TerraformValue is where one property comes from. Of several for a property
// the first that tells it counts.
type TerraformValue struct {
	To    string            `json:"to" yaml:"to"`                // path of the property
	From  string            `json:"from,omitzero" yaml:"from"`   // path of the attribute
	Words map[string]string `json:"words,omitzero" yaml:"words"` // values that are spelled otherwise; all others stay
	Set   string            `json:"set,omitzero" yaml:"set"`     // a value that needs no attribute
	When  string            `json:"when,omitzero" yaml:"when"`   // attribute that must hold something for Set
}

// TerraformPointer says that a resource names others, whose own property tells
// it in the provider's API: a machine names its network interfaces, and there
// the interface names the machine.
type TerraformPointer struct {
	Of   string `json:"of" yaml:"of"`          // type of the others
	From string `json:"from" yaml:"from"`      // attribute with the ids of the others
	Path string `json:"path" yaml:"path"`      // property of each of them
	To   string `json:"to,omitzero" yaml:"to"` // attribute with the id it gets, the resource's own when empty
}

// Terraform finds what a resource of a Terraform provider stands for.
func (c *Catalog) Terraform(resource string) (TerraformResource, bool) {
	if r, ok := c.index.terraform[resource]; ok {
		return r, true
	}
	for i := len(resource) - 1; i > 0; i-- {
		if resource[i] != '_' {
			continue
		}
		if r, ok := c.index.terraform[resource[:i+1]+"*"]; ok {
			return r, true
		}
	}
	return TerraformResource{}, false
}

// TerraformPointed reports whether some resource of Terraform may point to one
// of a type, given folded, and so tell something of it.
func (c *Catalog) TerraformPointed(foldedType string) bool { return c.index.pointed[foldedType] }

// addTerraform indexes a file.
func (x *index) addTerraform(f *Terraform) {
	for name, typ := range f.Types {
		x.terraform[name] = TerraformResource{Resource: name, Type: typ}
	}
	for name, typ := range f.Settings {
		x.terraform[name] = TerraformResource{Resource: name, Type: typ, Settings: true}
	}
	for name, why := range f.None {
		x.terraform[name] = TerraformResource{Resource: name, None: why}
	}
	for _, r := range f.Resources {
		x.terraform[r.Resource] = r
		for _, p := range r.Points {
			x.pointed[demarc.Fold(p.Of)] = true
		}
	}
}

// terraform reads a file of Terraform resources.
func (l *loader) terraform(file string) {
	f := Terraform{}
	if l.decode(file, &f) {
		f.File = file
		l.catalog.TerraformFiles = append(l.catalog.TerraformFiles, f)
	}
}

// terraformFile checks a file of Terraform resources.
func (c *checker) terraformFile(f *Terraform) {
	c.provenance(f.Provenance, f.File, nil)
	for _, list := range []struct {
		key   string
		names map[string]string
	}{{"types", f.Types}, {"settings", f.Settings}, {"none", f.None}} {
		for _, name := range slices.Sorted(maps.Keys(list.names)) {
			typ := list.names[name]
			at := []any{list.key, name}
			c.unique("terraform resource "+name, f.File, at)
			if list.key != "none" {
				c.terraformType(typ, f.File, at)
			} else if typ == "" {
				c.problem(f.File, at, "%s does not say why it stands for nothing", name)
			}
		}
	}
	for i := range f.Resources {
		c.terraformResource(&f.Resources[i], f.File, []any{"resources", i})
	}
}

func (c *checker) terraformType(typ, file string, at []any) {
	if namespace, rest, ok := strings.Cut(typ, "/"); !ok || namespace == "" || rest == "" || strings.HasSuffix(rest, "/") {
		c.problem(file, at, "%q is no type", typ)
	}
}

func (c *checker) terraformResource(r *TerraformResource, file string, at []any) {
	c.unique("terraform resource "+r.Resource, file, at)
	if r.Body == "" {
		c.terraformType(r.Type, file, at)
	}
	var paths []string
	for i, v := range r.Values {
		at := append(at[:len(at):len(at)], "values", i)
		if (v.From == "") == (v.Set == "") || v.To == "" || v.When != "" && v.Set == "" || len(v.Words) > 0 && v.From == "" {
			c.problem(file, at, "a value has a property and either an attribute or a value to set")
		}
		paths = append(paths, v.To, v.From, v.When)
	}
	for i, p := range r.Points {
		at := append(at[:len(at):len(at)], "points", i)
		if p.From == "" || p.Path == "" {
			c.problem(file, at, "a pointer has an attribute and a property")
		}
		c.terraformType(p.Of, file, at)
		paths = append(paths, p.From, p.Path, p.To)
	}
	for _, list := range [][]string{r.ID, r.Names, r.Parent, r.Never} {
		paths = append(paths, list...)
	}
	for _, path := range paths {
		if path = strings.TrimPrefix(path, "="); path != "" {
			c.path(path, file, at)
		}
	}
}
