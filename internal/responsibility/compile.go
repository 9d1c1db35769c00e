package responsibility

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
)

// mostElements is how many different checks the sufficient sets of a task may
// name.
const mostElements = 64

// names matches types in any case; a trailing * stands for any rest.
type names struct {
	exact    map[string]bool
	prefixes []string
}

func newNames(list []string) names {
	n := names{exact: map[string]bool{}}
	for _, s := range list {
		if prefix, ok := strings.CutSuffix(demarc.Fold(s), "*"); ok {
			n.prefixes = append(n.prefixes, prefix)
		} else {
			n.exact[prefix] = true
		}
	}
	return n
}

func (n names) empty() bool { return len(n.exact) == 0 && len(n.prefixes) == 0 }

func (n names) match(typ string) bool {
	folded := demarc.Fold(typ)
	return n.exact[folded] || slices.ContainsFunc(n.prefixes, func(p string) bool { return strings.HasPrefix(folded, p) })
}

func compile(c *catalog.Catalog, f *catalog.Responsibilities, t *catalog.Task) (*Task, error) {
	level, err := demarc.ParseLevel(t.Level)
	if err != nil {
		return nil, err
	}
	severity, err := demarc.ParseSeverity(t.Severity)
	if err != nil {
		return nil, err
	}
	age, err := catalog.ParseAge(t.MaxAge)
	if err != nil {
		return nil, err
	}
	task := &Task{
		Responsibility: demarc.Responsibility{
			ID: t.ID, Title: t.Title, Area: f.Area, Party: t.PartyOf(), Level: level, Text: t.Text, DoneWhen: t.DoneWhen,
			Disproved: t.Disproved, Severity: severity, MaxAge: age, Requirement: t.Requirement, OwnerRole: t.Owner,
			Believed: t.Believed, Source: t.Source, Checked: t.Checked, Rule: f.File + "#" + t.ID,
		},
		Fact:     c.Fact(t.Fact),
		families: setOf(len(t.Applies.Families), f.Families, t.Applies.Families),
		models:   setOf(1, nil, t.Applies.Models), facets: setOf(1, nil, t.Applies.Facets), ai: setOf(1, nil, t.Applies.AI),
		types: newNames(t.Applies.Types), except: newNames(t.Applies.Except),
	}
	for _, s := range t.Controls {
		control, err := catalog.ParseControl(s)
		if err != nil {
			return nil, err
		}
		task.Controls = append(task.Controls, control)
	}
	return task, task.sets(c, t)
}

// setOf makes a set of the own words, or of the common ones where there are
// none of its own.
func setOf(own int, common, words []string) map[string]bool {
	if own == 0 {
		words = common
	}
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[w] = true
	}
	return set
}

// sets compiles the sufficient sets.
func (t *Task) sets(c *catalog.Catalog, from *catalog.Task) error {
	for _, set := range from.Settles {
		var bits uint64
		settle := demarc.Settle{}
		var tools []string
		for _, s := range set {
			ref, err := catalog.ParseCheck(s, t.ID)
			if err != nil {
				return err
			}
			i := slices.Index(t.Elements, ref)
			if i < 0 {
				i = len(t.Elements)
				t.Elements = append(t.Elements, ref)
			}
			if i >= mostElements {
				return fmt.Errorf("more than %d checks in its sufficient sets", mostElements)
			}
			bits |= 1 << i
			settle.Checks = append(settle.Checks, ref)
			if !slices.Contains(tools, ref.Tool) {
				tools = append(tools, ref.Tool)
			}
		}
		t.Sets = append(t.Sets, bits)
		settle.Command = commandOf(c, t.ID, tools)
		t.Settle = append(t.Settle, settle)
		t.Tools = append(t.Tools, tools)
	}
	return nil
}

// commandOf is what a person runs or does to get the results of tools.
func commandOf(c *catalog.Catalog, id string, tools []string) string {
	var commands []string
	for _, name := range tools {
		switch tool := c.Tool(name); {
		case name == "attestation":
			commands = append(commands, "demarc attest "+id)
		case name == "assurance":
			commands = append(commands, "demarc assurance add")
		case tool != nil:
			commands = append(commands, cmp.Or(tool.Command, tool.Act))
		}
	}
	return strings.Join(commands, "; ")
}

// bind enters the checks that a task names.
func (b *Book) bind(from *catalog.Task) error {
	task := b.byID[from.ID]
	for i, ref := range task.Elements {
		b.enter(ref, Binding{Task: task, Elements: 1 << i, Refutes: true})
	}
	for _, s := range from.Refutes {
		ref, err := catalog.ParseCheck(s, task.ID)
		if err != nil {
			return err
		}
		b.enter(ref, Binding{Task: task, Refutes: true})
	}
	for _, s := range from.Supports {
		ref, err := catalog.ParseCheck(s, task.ID)
		if err != nil {
			return err
		}
		b.enter(ref, Binding{Task: task})
	}
	// A person may attest anything: it decides where a sufficient set says so.
	b.enter(demarc.CheckRef{Tool: "attestation", Check: task.ID}, Binding{Task: task, Refutes: true})
	return nil
}

func (b *Book) enter(ref demarc.CheckRef, binding Binding) {
	tool, check := demarc.Fold(ref.Tool), demarc.Fold(ref.Check)
	if prefix, ok := strings.CutSuffix(check, "*"); ok {
		b.open = append(b.open, pattern{tool: tool, prefix: prefix, binding: binding})
		return
	}
	key := demarc.CheckRef{Tool: tool, Check: check}
	b.exact[key] = append(b.exact[key], binding)
}
