package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Load reads the YAML files of a data folder and checks them. All problems
// are reported together, each with file and line.
func Load(files fs.FS) (*Catalog, error) {
	l := &loader{files: files, catalog: &Catalog{}, nodes: map[string]*yaml.Node{}}
	l.walk("models", l.model)
	l.walk("services", l.services)
	l.walk("facts", l.facts)
	l.walk("frameworks", l.frameworks)
	l.walk("responsibilities", l.responsibilities)
	l.walk("policies", l.policyFacts)
	l.walkOf("policies", l.policy, ".json")
	l.walk("moves", l.moves)
	if len(l.problems) == 0 {
		l.check()
	}
	if len(l.problems) > 0 {
		return nil, errors.Join(l.problems...)
	}
	l.catalog.index = newIndex(l.catalog)
	return l.catalog, nil
}

// loader gathers the files and what is wrong with them.
type loader struct {
	files    fs.FS
	catalog  *Catalog
	nodes    map[string]*yaml.Node // by file, for the lines of later problems
	problems []error

	policyHeads []policyHead // one for each of the catalogue's policies
}

func (l *loader) walk(folder string, read func(file string)) {
	l.walkOf(folder, read, ".yaml", ".yml")
}

// walkOf reads the files of a folder that have one of the extensions.
func (l *loader) walkOf(folder string, read func(file string), extensions ...string) {
	err := fs.WalkDir(l.files, folder, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if slices.Contains(extensions, path.Ext(file)) {
			read(file)
		}
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.problems = append(l.problems, err)
	}
}

func (l *loader) model(file string) {
	m := Model{}
	if l.decode(file, &m) {
		m.File = file
		l.catalog.Models = append(l.catalog.Models, m)
	}
}

func (l *loader) facts(file string) {
	var f struct {
		Facts []Fact `yaml:"facts"`
	}
	if !l.decode(file, &f) {
		return
	}
	for _, fact := range f.Facts {
		fact.File = file
		l.catalog.Facts = append(l.catalog.Facts, fact)
	}
}

// responsibilities reads one area's tasks, or one of the lists above them.
func (l *loader) responsibilities(file string) {
	if path.Dir(file) == "responsibilities" {
		var f struct {
			Tools []Tool      `yaml:"tools"`
			Roles []OwnerRole `yaml:"roles"`

			Themes       []Theme        `yaml:"themes"`
			Intelligence []Intelligence `yaml:"intelligence"`
		}
		if l.decode(file, &f) {
			l.catalog.Themes = append(l.catalog.Themes, f.Themes...)
			l.catalog.Intelligence = append(l.catalog.Intelligence, f.Intelligence...)
			l.catalog.Tools = append(l.catalog.Tools, f.Tools...)
			l.catalog.OwnerRoles = append(l.catalog.OwnerRoles, f.Roles...)
		}
		return
	}
	f := Responsibilities{}
	if l.decode(file, &f) {
		f.File = file
		l.catalog.Responsibilities = append(l.catalog.Responsibilities, f)
	}
}

func (l *loader) frameworks(file string) {
	var f struct {
		Frameworks []Framework `yaml:"frameworks"`
	}
	if l.decode(file, &f) {
		for i := range f.Frameworks {
			f.Frameworks[i].File = file
		}
		l.catalog.Frameworks = append(l.catalog.Frameworks, f.Frameworks...)
	}
}

// services reads a family of types, what licences are made of, or one of the
// lists that lie above the families.
func (l *loader) services(file string) {
	if path.Base(path.Dir(file)) == "terraform" {
		l.terraform(file)
		return
	}
	if path.Base(path.Dir(file)) == "licences" {
		l.licences(file)
		return
	}
	if path.Dir(file) != "services" {
		f := Family{}
		if l.decode(file, &f) {
			f.File, f.Folder = file, strings.Split(file, "/")[1]
			l.catalog.Families = append(l.catalog.Families, f)
		}
		return
	}
	var f struct {
		Parties   []Party    `yaml:"parties"`
		Providers []Provider `yaml:"providers"`
		Shapes    []Shape    `yaml:"shapes"`
		Facets    []Facet    `yaml:"facets"`
		Tags      []Tags     `yaml:"tags"`
	}
	if !l.decode(file, &f) {
		return
	}
	c := l.catalog
	c.Parties = append(c.Parties, f.Parties...)
	c.Providers = append(c.Providers, f.Providers...)
	c.Shapes = append(c.Shapes, f.Shapes...)
	c.Facets = append(c.Facets, f.Facets...)
	c.Tags = append(c.Tags, f.Tags...)
}

// decode reads one file strictly: unknown and repeated keys are problems.
func (l *loader) decode(file string, to any) bool {
	text, err := fs.ReadFile(l.files, file)
	if err != nil {
		l.problems = append(l.problems, err)
		return false
	}
	node := &yaml.Node{}
	if err := yaml.Unmarshal(text, node); err != nil {
		l.problems = append(l.problems, fmt.Errorf("%s: %w", file, err))
		return false
	}
	l.nodes[file] = node
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(to); err != nil && !errors.Is(err, io.EOF) {
		l.problems = append(l.problems, fmt.Errorf("%s: %w", file, err))
		return false
	}
	return true
}

// problem notes what is wrong at a place of a file, named by keys and
// indexes from the top.
func (l *loader) problem(file string, at []any, format string, args ...any) {
	msg := fmt.Sprintf(format, args...)
	if line := lineOf(l.nodes[file], at); line > 0 {
		file = fmt.Sprintf("%s:%d", file, line)
	}
	l.problems = append(l.problems, fmt.Errorf("%s: %s", file, msg))
}

// lineOf finds the line of a place, as deep as it exists.
func lineOf(n *yaml.Node, at []any) int {
	if n == nil {
		return 0
	}
	if n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
		n = n.Content[0]
	}
	for _, step := range at {
		next := child(n, step)
		if next == nil {
			break
		}
		n = next
	}
	return n.Line
}

func child(n *yaml.Node, step any) *yaml.Node {
	switch s := step.(type) {
	case int:
		if n.Kind == yaml.SequenceNode && s < len(n.Content) {
			return n.Content[s]
		}
	case string:
		for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == s {
				return n.Content[i+1]
			}
		}
	}
	return nil
}

// UnmarshalYAML reads a facet given by its id alone or with a condition. It
// leaves the reading to the caller's decoder, which refuses unknown keys.
func (f *FacetUse) UnmarshalYAML(decode func(any) error) error {
	if decode(&f.ID) == nil {
		return nil
	}
	type plain FacetUse
	return decode((*plain)(f))
}
