package slots

import (
	"fmt"
	"strings"
	"testing"
)

func TestParsePath(t *testing.T) {
	tests := []struct{ path, want string }{
		{"kind", "kind"},
		{"properties.a.b", "properties a b"},
		{"Properties.NodeResourceGroup", "properties noderesourcegroup"},
		{"properties.list[*].a", "properties list* a"},
		{"zones[*]", "zones*"},
		{"a[*][*].b", "a** b"},
		{"tags['cost.centre']", "tags cost.centre"},
		{"tags['Cost Centre'].x", "tags cost centre x"},
		{"a['b']['c']", "a b c"},
		{"['a.b'].c", "a.b c"},
		{"a['x[*]']", "a x[*]"},
		{"", "empty path"},
		{".a", `path ".a": empty name`},
		{"a..b", `path "a..b": empty name`},
		{"a.", `path "a." ends in a dot`},
		{"a[0]", `path "a[0]": no dot in front of "[0]"`},
		{"a[*", `path "a[*": no dot in front of "[*"`},
		{"a[*]b", `path "a[*]b": no dot in front of "b"`},
		{"a['b']c", `path "a['b']c": no dot in front of "c"`},
		{"tags['x", `path "tags['x": no closing ']`},
		{"a[']", `path "a[']": no closing ']`},
		{"tags['']", `path "tags['']": empty name`},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			steps, err := parsePath(tt.path)
			got := words(steps)
			if err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func words(steps []step) string {
	var list []string
	for _, s := range steps {
		list = append(list, s.name+strings.Repeat("*", s.lists))
	}
	return strings.Join(list, " ")
}

func TestLayoutMergesWishes(t *testing.T) {
	l, err := NewLayout([]Wish{
		{Path: "location"},
		{Path: "managedBy"},
		{Type: "A.B/c", Path: "kind"},
		{Type: "a.b/C", Path: "Kind"},
		{Type: "a.b/c", Path: "LOCATION"},
		{Type: "a.b/d", Path: "tags.env"},
		{Type: "a.b/d", Path: "tags['Env']"},
	})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ typ, paths string }{
		{"A.b/C", "[kind location managedby]"},
		{"a.b/c", "[kind location managedby]"},
		{"a.b/D", "[location managedby tags.env]"},
		{"never.heard/of", "[location managedby]"},
		{"", "[location managedby]"},
	}
	for _, tt := range tests {
		p := l.For(tt.typ)
		if got := fmt.Sprint(p.Paths()); got != tt.paths {
			t.Errorf("plan of %q = %s, want %s", tt.typ, got, tt.paths)
		}
		for i, path := range p.Paths() {
			if p.Slot(strings.ToUpper(path)) != i {
				t.Errorf("plan of %q: slot of %s = %d, want %d", tt.typ, path, p.Slot(path), i)
			}
		}
		if p.Slot("properties") != -1 || p.Len() != len(p.Paths()) {
			t.Errorf("plan of %q has a slot that nobody wished for", tt.typ)
		}
	}
	if d := l.For("a.b/d"); d.Slot("tags['env']") != d.Slot("tags.env") {
		t.Error("two spellings of one place have two slots, so one of them would never be filled")
	}
	if p := l.For("a.b/d"); !p.WantsColumn("tags") || p.WantsColumn("tag") || p.WantsColumn("kind") {
		t.Error("WantsColumn does not follow the plan")
	}
}

func TestLayoutRefusesBadPaths(t *testing.T) {
	for _, w := range []Wish{{Path: "a."}, {Type: "x/y", Path: "a[0]"}} {
		if _, err := NewLayout([]Wish{{Path: "ok"}, w}); err == nil {
			t.Errorf("no error for %+v", w)
		}
	}
}

// Two stations may wish for the same value of all resources; the plans of
// types that have wishes of their own still hold together.
func TestLayoutWithTheSameCommonWishTwice(t *testing.T) {
	l, err := NewLayout([]Wish{{Path: "tags['app']"}, {Path: "location"}, {Path: "tags['app']"}, {Type: "a/b", Path: "kind"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := l.For("a/b").Len(); got != 3 {
		t.Errorf("%d slots, want 3: %q", got, l.For("a/b").Paths())
	}
}
