package catalog

import (
	"strings"

	"github.com/demarc-dev/demarc"
)

// Condition is a three-valued question about the properties of a resource:
// one comparison of one path, or a combination. Texts compare without case.
type Condition struct {
	Path       string      `json:"path,omitzero" yaml:"path"`
	Equals     *string     `json:"equals,omitzero" yaml:"equals"`
	In         []string    `json:"in,omitzero" yaml:"in"`
	Contains   *string     `json:"contains,omitzero" yaml:"contains"`
	StartsWith *string     `json:"startsWith,omitzero" yaml:"startsWith"`
	EndsWith   *string     `json:"endsWith,omitzero" yaml:"endsWith"`
	Exists     *bool       `json:"exists,omitzero" yaml:"exists"`
	All        []Condition `json:"all,omitzero" yaml:"all"`
	Any        []Condition `json:"any,omitzero" yaml:"any"`
	Not        *Condition  `json:"not,omitzero" yaml:"not"`
}

// Paths appends the paths that the condition reads.
func (c *Condition) Paths(to []string) []string {
	if c == nil {
		return to
	}
	if c.Path != "" {
		to = append(to, c.Path)
	}
	for i := range c.All {
		to = c.All[i].Paths(to)
	}
	for i := range c.Any {
		to = c.Any[i].Paths(to)
	}
	return c.Not.Paths(to)
}

// Test answers a compiled condition from the values of one resource, found
// by slot.
type Test func(at func(slot int) demarc.Value) demarc.Truth

// Compile turns the condition into a test; slotOf gives the slot of a path. A
// nil condition always holds.
func (c *Condition) Compile(slotOf func(path string) int) Test {
	switch {
	case c == nil:
		return func(func(int) demarc.Value) demarc.Truth { return demarc.True }
	case c.Path != "":
		slot, holds := slotOf(c.Path), c.comparison()
		return func(at func(int) demarc.Value) demarc.Truth { return holds(at(slot)) }
	case c.Not != nil:
		inner := c.Not.Compile(slotOf)
		return func(at func(int) demarc.Value) demarc.Truth { return inner(at).Not() }
	case len(c.All) > 0:
		return combine(c.All, slotOf, demarc.True, demarc.Truth.And)
	}
	return combine(c.Any, slotOf, demarc.False, demarc.Truth.Or)
}

func combine(cs []Condition, slotOf func(string) int, start demarc.Truth, join func(a, b demarc.Truth) demarc.Truth) Test {
	tests := make([]Test, len(cs))
	for i := range cs {
		tests[i] = cs[i].Compile(slotOf)
	}
	return func(at func(int) demarc.Value) demarc.Truth {
		t := start
		for _, test := range tests {
			t = join(t, test(at))
		}
		return t
	}
}

// comparison is the condition's own operator, over one value. A list holds
// when one of its elements does.
func (c *Condition) comparison() func(demarc.Value) demarc.Truth {
	if c.Exists != nil {
		want := *c.Exists
		return func(v demarc.Value) demarc.Truth {
			if want {
				return v.Exists()
			}
			return v.Exists().Not()
		}
	}
	matches := c.textTest()
	var holds func(demarc.Value) demarc.Truth
	holds = func(v demarc.Value) demarc.Truth {
		switch v.Kind() {
		case demarc.KindUnknown:
			return demarc.MaybeTrue
		case demarc.KindList:
			any := demarc.False
			for _, e := range v.Elements() {
				any = any.Or(holds(e))
			}
			return any
		case demarc.KindBool, demarc.KindNumber, demarc.KindText:
			return demarc.TruthOf(matches(demarc.Fold(v.String())))
		case demarc.KindMissing, demarc.KindNull, demarc.KindObject:
		}
		return demarc.False
	}
	return holds
}

// textTest compares a folded text with the condition's own.
func (c *Condition) textTest() func(string) bool {
	switch {
	case c.Equals != nil:
		want := demarc.Fold(*c.Equals)
		return func(s string) bool { return s == want }
	case c.Contains != nil:
		want := demarc.Fold(*c.Contains)
		return func(s string) bool { return strings.Contains(s, want) }
	case c.StartsWith != nil:
		want := demarc.Fold(*c.StartsWith)
		return func(s string) bool { return strings.HasPrefix(s, want) }
	case c.EndsWith != nil:
		want := demarc.Fold(*c.EndsWith)
		return func(s string) bool { return strings.HasSuffix(s, want) }
	}
	set := make(map[string]bool, len(c.In))
	for _, s := range c.In {
		set[demarc.Fold(s)] = true
	}
	return func(s string) bool { return set[s] }
}

// String writes the condition for a person: "kind contains functionapp".
func (c *Condition) String() string {
	if c == nil {
		return "always"
	}
	switch {
	case c.Not != nil:
		return "not (" + c.Not.String() + ")"
	case len(c.All) > 0:
		return joinConditions(c.All, " and ")
	case len(c.Any) > 0:
		return joinConditions(c.Any, " or ")
	case c.Exists != nil && *c.Exists:
		return c.Path + " is set"
	case c.Exists != nil:
		return c.Path + " is not set"
	case c.Equals != nil:
		return c.Path + " is " + *c.Equals
	case c.Contains != nil:
		return c.Path + " contains " + *c.Contains
	case c.StartsWith != nil:
		return c.Path + " starts with " + *c.StartsWith
	case c.EndsWith != nil:
		return c.Path + " ends with " + *c.EndsWith
	}
	return c.Path + " is one of " + strings.Join(c.In, ", ")
}

func joinConditions(cs []Condition, word string) string {
	parts := make([]string, len(cs))
	for i := range cs {
		parts[i] = cs[i].String()
		if len(cs) > 1 && len(cs[i].All)+len(cs[i].Any) > 1 {
			parts[i] = "(" + parts[i] + ")"
		}
	}
	return strings.Join(parts, word)
}
