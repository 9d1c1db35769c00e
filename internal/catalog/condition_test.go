package catalog_test

import (
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
)

func condition(t *testing.T, text string) *catalog.Condition {
	t.Helper()
	c := &catalog.Condition{}
	if err := yaml.Unmarshal([]byte(text), c); err != nil {
		t.Fatal(err)
	}
	return c
}

// ask answers a condition about a resource with the properties a and b.
func ask(c *catalog.Condition, a, b demarc.Value) demarc.Truth {
	slots := map[string]int{"a": 0, "b": 1}
	values := []demarc.Value{a, b}
	return c.Compile(func(path string) int { return slots[path] })(func(slot int) demarc.Value { return values[slot] })
}

func TestConditionOfOneProperty(t *testing.T) {
	const yes, no, maybe = demarc.True, demarc.False, demarc.MaybeTrue
	text, list := demarc.Text, func(vs ...demarc.Value) demarc.Value { return demarc.List(vs) }
	unknown := demarc.Value{}
	tests := []struct {
		condition string
		value     demarc.Value
		want      demarc.Truth
	}{
		{"{path: a, equals: Linux}", text("linux"), yes},
		{"{path: a, equals: linux}", text("LINUX"), yes},
		{"{path: a, equals: linux}", text("windows"), no},
		{"{path: a, equals: linux}", unknown, maybe},
		{"{path: a, equals: linux}", demarc.Missing(), no},
		{"{path: a, equals: linux}", demarc.Null(), no},
		{"{path: a, equals: linux}", demarc.Object(), no},
		{"{path: a, equals: 'true'}", demarc.Bool(true), yes},
		{"{path: a, equals: true}", demarc.Bool(false), no},
		{"{path: a, equals: 443}", demarc.Number(443), yes},
		{"{path: a, equals: ''}", text(""), yes},
		{"{path: a, in: [x, Y]}", text("y"), yes},
		{"{path: a, in: [x, Y]}", text("z"), no},
		{"{path: a, contains: Function}", text("functionapp,linux"), yes},
		{"{path: a, contains: function}", text("app"), no},
		{"{path: a, startsWith: microsoft}", text("Microsoft.Windows"), yes},
		{"{path: a, startsWith: microsoft}", text("not-microsoft"), no},
		{"{path: a, endsWith: _afd}", text("Standard_AFD"), yes},
		{"{path: a, endsWith: _afd}", text("afd_"), no},
		{"{path: a, exists: true}", text("x"), yes},
		{"{path: a, exists: true}", text(""), no},
		{"{path: a, exists: true}", unknown, maybe},
		{"{path: a, exists: false}", demarc.Missing(), yes},
		{"{path: a, exists: false}", unknown, maybe},
		{"{path: a, exists: true}", list(demarc.Missing(), demarc.Null()), no},
		{"{path: a, equals: x}", list(text("y"), text("X")), yes},
		{"{path: a, equals: x}", list(text("y"), unknown), maybe},
		{"{path: a, equals: x}", list(), no},
		{"{path: a, equals: x}", list(text("x"), unknown), yes},
		{"{not: {path: a, equals: x}}", unknown, maybe},
		{"{not: {path: a, equals: x}}", demarc.Missing(), yes},
		{"{not: {path: a, equals: x}}", text("x"), no},
	}
	for _, tt := range tests {
		t.Run(tt.condition+" "+tt.value.String(), func(t *testing.T) {
			if got := ask(condition(t, tt.condition), tt.value, unknown); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestConditionsCombine(t *testing.T) {
	values := map[demarc.Truth]demarc.Value{demarc.True: demarc.Text("x"), demarc.False: demarc.Text("-"), demarc.MaybeTrue: {}}
	all := condition(t, "{all: [{path: a, equals: x}, {path: b, equals: x}]}")
	any := condition(t, "{any: [{path: a, equals: x}, {path: b, equals: x}]}")
	for ta, a := range values {
		for tb, b := range values {
			if got, want := ask(all, a, b), ta.And(tb); got != want {
				t.Errorf("all of %v and %v = %v, want %v", ta, tb, got, want)
			}
			if got, want := ask(any, a, b), ta.Or(tb); got != want {
				t.Errorf("any of %v and %v = %v, want %v", ta, tb, got, want)
			}
		}
	}
	if got := ask(nil, demarc.Value{}, demarc.Value{}); got != demarc.True {
		t.Errorf("no condition = %v, want true", got)
	}
}

func TestConditionInWords(t *testing.T) {
	tests := []struct{ condition, words, paths string }{
		{"{path: kind, contains: functionapp}", "kind contains functionapp", "kind"},
		{"{path: a.b, exists: true}", "a.b is set", "a.b"},
		{"{path: a.b, exists: false}", "a.b is not set", "a.b"},
		{"{path: a, in: [x, y]}", "a is one of x, y", "a"},
		{"{path: a, startsWith: x}", "a starts with x", "a"},
		{"{path: a, endsWith: x}", "a ends with x", "a"},
		{"{not: {path: a, equals: x}}", "not (a is x)", "a"},
		{"{all: [{path: a, equals: x}, {any: [{path: b, equals: y}, {path: c, equals: z}]}]}", "a is x and (b is y or c is z)", "a b c"},
		{"{any: [{all: [{path: a, equals: x}]}, {path: b, equals: y}]}", "a is x or b is y", "a b"},
	}
	for _, tt := range tests {
		t.Run(tt.words, func(t *testing.T) {
			c := condition(t, tt.condition)
			if got := c.String(); got != tt.words {
				t.Errorf("got %s", got)
			}
			paths := ""
			for i, p := range c.Paths(nil) {
				if i > 0 {
					paths += " "
				}
				paths += p
			}
			if paths != tt.paths {
				t.Errorf("paths = %s, want %s", paths, tt.paths)
			}
		})
	}
}
