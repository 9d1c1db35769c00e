package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/json"
)

// OwnTool is the tool of the checks that are made by the definitions of
// data/policies: "demarc:storage-firewall" is the one called
// demarc-storage-firewall.
const OwnTool = "demarc"

const (
	aliasesFile = "policies/aliases.yaml"
	joinedFile  = "policies/joined.yaml"
)

// PolicyFile is one of our own policy definitions, as Azure would store it.
type PolicyFile struct {
	File string     `json:"file"`
	Name string     `json:"name"`
	Text json.Value `json:"text"` // without white space; nothing of it was read
}

// Check is the id of the check that the definition makes.
func (p *PolicyFile) Check() string { return strings.TrimPrefix(p.Name, OwnTool+"-") }

// PolicyAliases says where the aliases of Azure Policy lie that do not follow
// the convention: the alias Namespace/type/a.b lies at properties.a.b.
type PolicyAliases struct {
	ByType         []PolicyAlias         `json:"byType,omitzero" yaml:"byType"`
	Discriminators []PolicyDiscriminator `json:"discriminators,omitzero" yaml:"discriminators"`
	Doubtful       []string              `json:"doubtful,omitzero" yaml:"doubtful"`         // names for which the convention is a guess
	Conventional   []string              `json:"conventional,omitzero" yaml:"conventional"` // names that follow the convention
	Paths          map[string]string     `json:"paths,omitzero" yaml:"paths"`               // by alias, where the name alone tells
	Seen           string                `json:"seen,omitzero" yaml:"seen"`                 // YYYY-MM in which the table was taken from Azure
	Provenance     `yaml:",inline"`
}

// PolicyAlias is an alias that has a path of its own in one type.
type PolicyAlias struct {
	Alias string `json:"alias" yaml:"alias"`
	Type  string `json:"type" yaml:"type"`
	Path  string `json:"path" yaml:"path"`
}

// PolicyDiscriminator is the property that tells the subtypes of a type apart.
type PolicyDiscriminator struct {
	Type     string `json:"type" yaml:"type"`
	Property string `json:"property" yaml:"property"`
}

// PolicyJoins says which resources are elements of a list of the resource that
// they lie in, where they may also be declared.
type PolicyJoins struct {
	Lists      []JoinedList `json:"lists,omitzero" yaml:"lists"`
	Provenance `yaml:",inline"`
}

// JoinedList is a list of a type whose elements may stand apart.
type JoinedList struct {
	Type string `json:"type" yaml:"type"` // that has the list
	Path string `json:"path" yaml:"path"`
	Of   string `json:"of" yaml:"of"` // the type of what is in it, which lies in resources of the other
	// Flat says that an element has in the list no properties around its values.
	Flat bool `json:"flat,omitzero" yaml:"flat"`
}

// policyHead is what a definition of ours must say of itself.
type policyHead struct {
	Name       string `yaml:"name"`
	Properties struct {
		DisplayName string     `yaml:"displayName"`
		Metadata    Provenance `yaml:"metadata"`
		PolicyRule  any        `yaml:"policyRule"`
	} `yaml:"properties"`
}

// policyPath is where definitions lie.
var policyPath = regexp.MustCompile(`^policies/([a-z0-9-]+)/([a-z0-9-]+)\.json$`)

// monthPattern is the spelling of months in data files.
var monthPattern = regexp.MustCompile(`^\d{4}-\d{2}$`)

// policyFacts reads what is known beside the definitions.
func (l *loader) policyFacts(file string) {
	switch file {
	case aliasesFile:
		l.decode(file, &l.catalog.PolicyAliases)
	case joinedFile:
		l.decode(file, &l.catalog.PolicyJoins)
	default:
		l.problems = append(l.problems, fmt.Errorf("%s:1: definitions are JSON, and aliases lie in %s", file, aliasesFile))
	}
}

// policy reads a definition twice: as YAML, of which JSON is a part, for the
// lines of what is wrong and for repeated names, and as the JSON that it is.
func (l *loader) policy(file string) {
	var whole any
	if !l.decode(file, &whole) {
		return
	}
	text, err := fs.ReadFile(l.files, file)
	if err != nil {
		l.problems = append(l.problems, err)
		return
	}
	raw := json.Value(text)
	if err := raw.Compact(); err != nil {
		l.problems = append(l.problems, jsonProblem(file, text, err))
		return
	}
	head := policyHead{}
	if err := l.nodes[file].Decode(&head); err != nil {
		l.problems = append(l.problems, fmt.Errorf("%s: %w", file, err))
		return
	}
	l.catalog.Policies = append(l.catalog.Policies, PolicyFile{File: file, Name: head.Name, Text: raw})
	l.policyHeads = append(l.policyHeads, head)
}

// jsonProblem adds the line to what is no JSON.
func jsonProblem(file string, text []byte, err error) error {
	var at *json.SyntacticError
	if !errors.As(err, &at) {
		return fmt.Errorf("%s: %w", file, err)
	}
	line := 1 + bytes.Count(text[:min(int(at.ByteOffset), len(text))], []byte("\n"))
	return fmt.Errorf("%s:%d: %w", file, line, at.Err)
}

// policies checks the definitions and the aliases.
func (c *checker) policies() {
	for i := range c.catalog.Policies {
		c.policyFile(&c.catalog.Policies[i], &c.policyHeads[i])
	}
	if _, read := c.nodes[aliasesFile]; read {
		c.policyAliases(&c.catalog.PolicyAliases)
	}
	if _, read := c.nodes[joinedFile]; read {
		c.policyJoins(&c.catalog.PolicyJoins)
	}
}

func (c *checker) policyFile(p *PolicyFile, head *policyHead) {
	in := []any{"properties"}
	parts := policyPath.FindStringSubmatch(p.File)
	if parts == nil {
		c.problem(p.File, nil, "definitions are policies/<category>/<name>.json, in small letters, digits and dashes")
		return
	}
	if want := OwnTool + "-" + parts[1] + "-" + parts[2]; p.Name != want {
		c.problem(p.File, []any{"name"}, "name %q is not %s", p.Name, want)
	}
	c.unique("definition "+p.Name, p.File, []any{"name"})
	if head.Properties.DisplayName == "" {
		c.problem(p.File, in, "%s has no displayName", p.Name)
	}
	if head.Properties.PolicyRule == nil {
		c.problem(p.File, in, "%s has no policyRule", p.Name)
	}
	c.provenance(head.Properties.Metadata, p.File, append(in, "metadata"))
}

func (c *checker) policyAliases(a *PolicyAliases) {
	c.provenance(a.Provenance, aliasesFile, nil)
	if !monthPattern.MatchString(a.Seen) {
		c.problem(aliasesFile, []any{"seen"}, "seen %q is no month like 2026-11", a.Seen)
	}
	once := func(what, id string, at ...any) {
		if !strings.Contains(id, "/") {
			c.problem(aliasesFile, at, "%s %q has no slash", what, id)
		}
		c.unique(what+" "+demarc.Fold(id), aliasesFile, at)
	}
	for i, one := range a.ByType {
		once("alias of a type", one.Alias+" "+one.Type, "byType", i)
		if one.Type == "" || one.Path == "" {
			c.problem(aliasesFile, []any{"byType", i}, "alias %s needs a type and a path", one.Alias)
		}
	}
	for i, one := range a.Discriminators {
		once("discriminator of", one.Type, "discriminators", i)
		if one.Property == "" {
			c.problem(aliasesFile, []any{"discriminators", i}, "%s has no property", one.Type)
		}
	}
	for i, name := range a.Conventional {
		once("alias", name, "conventional", i)
	}
	for i, name := range a.Doubtful {
		once("alias", name, "doubtful", i)
	}
	for name, to := range a.Paths {
		once("alias", name, "paths", name)
		if to == "" {
			c.problem(aliasesFile, []any{"paths", name}, "alias %s has no path", name)
		}
	}
}

func (c *checker) policyJoins(j *PolicyJoins) {
	c.provenance(j.Provenance, joinedFile, nil)
	for i, one := range j.Lists {
		at := []any{"lists", i}
		if !strings.Contains(one.Type, "/") || one.Path == "" || strings.Contains(one.Path, "[") {
			c.problem(joinedFile, at, "a list has a type and a plain path")
			continue
		}
		c.path(one.Path, joinedFile, at)
		c.unique("list of "+demarc.Fold(one.Of), joinedFile, at)
		if rest, ok := strings.CutPrefix(demarc.Fold(one.Of), demarc.Fold(one.Type)+"/"); !ok || rest == "" || strings.Contains(rest, "/") {
			c.problem(joinedFile, at, "%s does not lie right in %s", one.Of, one.Type)
		}
	}
}

// ownChecks are the ids of the checks that our definitions make.
func (c *checker) ownChecks() map[string]bool {
	known := map[string]bool{}
	for i := range c.catalog.Policies {
		known[c.catalog.Policies[i].Check()] = true
	}
	return known
}
