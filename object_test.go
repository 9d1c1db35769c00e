package demarc

import (
	"fmt"
	"testing"
	"unsafe"
)

func TestObjectMembers(t *testing.T) {
	inner := ObjectOf([]string{"x"}, []Value{Number(1)}).Opened()
	o := ObjectOf([]string{"Name", "list", "NAME", "gone"}, []Value{Text("a"), List([]Value{inner, Null()}), Text("b"), Missing()})
	if got, want := o.String(), "{Name: b, list: [{x: 1, ...} null], gone: missing}"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if o.Len() != 2 || !o.Whole() || o.Open() || o.Elements() != nil || o.Exists() != True {
		t.Errorf("%d members, whole %v, open %v, elements %v", o.Len(), o.Whole(), o.Open(), o.Elements())
	}
	var names string
	o.Members(func(name string, v Value) { names += name + "=" + v.String() + ";" })
	if want := "Name=b;list=[{x: 1, ...} null];"; names != want {
		t.Errorf("members are %s, want %s", names, want)
	}
}

func TestMember(t *testing.T) {
	o := ObjectOf([]string{"a", "m"}, []Value{Text("x"), Missing()})
	tests := []struct {
		name  string
		of    Value
		ask   string
		want  string
		there bool
	}{
		{"any case", o, "A", "x", true},
		{"absent", o, "b", "missing", false},
		{"said to be missing", o.Opened(), "m", "missing", false},
		{"absent from an open object", o.Opened(), "b", "unknown: not seen", false},
		{"object without members", Object(), "a", "unknown: not seen", false},
		{"of a text", Text("t"), "a", "missing", false},
		{"of an unknown", Unknown("why"), "a", "unknown: why", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, ok := tt.of.Member(tt.ask); got.String() != tt.want || ok != tt.there {
				t.Errorf("got %v, %v, want %s, %v", got, ok, tt.want, tt.there)
			}
		})
	}
}

// Objects with many members are told apart by an index and give the same.
func TestLargeObjectsKeepTheLastOfAName(t *testing.T) {
	for _, n := range []int{3, 16, 17, 200} {
		var names []string
		var values []Value
		for i := range n {
			names, values = append(names, fmt.Sprint("n", i)), append(values, Number(float64(i)))
		}
		names, values = append(names, "N1"), append(values, Text("last"))
		o := ObjectOf(names, values)
		if got, _ := o.Member("n1"); o.Len() != n || got.Text() != "last" {
			t.Errorf("%d names: %d members, n1 is %v", n, o.Len(), got)
		}
	}
}

func TestWithAndClosed(t *testing.T) {
	o := ObjectOf([]string{"a"}, []Value{Text("x")})
	changed := o.With("A", Text("y")).With("b", Object())
	if o.String() != "{a: x}" || changed.String() != "{a: y, b: {...}}" {
		t.Errorf("from %v came %v", o, changed)
	}
	made := Text("old").With("p", Value{}.With("q", Null()))
	if got, want := made.String(), "{p: {q: null, ...}, ...}"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := made.Closed().String(), "{p: {q: null}}"; got != want || !made.Open() {
		t.Errorf("closed is %s, want %s; the other one is %v", got, want, made)
	}
	if Text("x").Opened().Open() || Object().Opened().Open() {
		t.Error("only whole objects can be open")
	}
}

func TestValueStaysSmall(t *testing.T) {
	if size := unsafe.Sizeof(Value{}); size > 56 {
		t.Errorf("a value takes %d bytes", size)
	}
}

func TestOpenList(t *testing.T) {
	v := OpenList([]Value{Text("a")}, "not yet")
	if !v.Open() || v.Len() != 1 || v.String() != "[a ...]" || v.Rest().Reason() != "not yet" {
		t.Errorf("got %s, open %v, the rest %s", v, v.Open(), v.Rest())
	}
	if c := v.Closed(); c.Open() || c.String() != "[a]" {
		t.Errorf("closed it is %s", c)
	}
	if v := OpenList(nil, ""); v.Rest().Reason() != "not seen" {
		t.Errorf("the rest is %s", v.Rest())
	}
}
