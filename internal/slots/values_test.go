package slots

import (
	"fmt"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
)

// planOf makes a plan of some paths.
func planOf(t testing.TB, paths ...string) *Plan {
	t.Helper()
	wishes := make([]Wish, len(paths))
	for i, p := range paths {
		wishes[i].Path = p
	}
	l, err := NewLayout(wishes)
	if err != nil {
		t.Fatal(err)
	}
	return l.For("")
}

func TestDecodeColumn(t *testing.T) {
	tests := []struct{ name, path, text, want string }{
		{"top level", "kind", `"app,linux"`, "app,linux"},
		{"nested", "properties.a.b", `{"x":[{"a":1}],"a":{"c":1,"b":"yes"}}`, "yes"},
		{"absent", "properties.a.b", `{"a":{}}`, "unknown: not seen"},
		{"path through a text", "properties.a.b", `{"a":"text"}`, "unknown: not seen"},
		{"path through a list without [*]", "properties.a.b", `{"a":[{"b":1}]}`, "unknown: not seen"},
		{"names in any case", "properties.nodeResourceGroup", `{"NODERESOURCEGROUP":"MC_x"}`, "MC_x"},
		{"escaped name", "properties.a", `{"\u0061":true}`, "true"},
		{"name outside ascii", "tags['Größe']", `{"GRÖSSE":"no","GRÖßE":"XL"}`, "XL"},
		{"null", "properties.a", `{"a":null}`, "null"},
		{"object", "properties.a", `{"a":{"b":1}}`, "{...}"},
		{"bool", "properties.a", `{"a":false}`, "false"},
		{"number", "properties.a", `{"a":-1.5e3}`, "-1500"},
		{"number out of range", "properties.a", `{"a":1e999}`, "unknown: a number out of range"},
		{"escaped text", "properties.a", `{"a":"x\n\u00e9\ud83d\ude00"}`, "x\né😀"},
		{"list of texts", "zones", `["1","2",null,{"a":1},[3]]`, "[1 2 null {...} {...}]"},
		{"empty list", "zones", `[]`, "[]"},
		{"each element", "zones[*]", `["1",{"a":1},[2,3]]`, "[1 {...} 2 3]"},
		{"member of each", "properties.l[*].a", `{"l":[{"a":"x"},{"b":1},{"a":null},7]}`, "[x missing null missing]"},
		{"member of each of none", "properties.l[*].a", `{"l":[]}`, "[]"},
		{"member of each, no list", "properties.l[*].a", `{"l":{"a":1}}`, "unknown: not seen"},
		{"lists in lists", "properties.l[*].m[*].a", `{"l":[{"m":[{"a":1},{"a":2}]},{},{"m":[]},{"m":[{"a":3}]}]}`, "[1 2 missing 3]"},
		{"list right in a list", "properties.l[*][*].a", `{"l":[[{"a":1}],[{"a":2},{}]]}`, "[1 2 missing]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := NewValues()
			v.Reset(planOf(t, tt.path, "other.path"))
			column, _, _ := strings.Cut(demarc.Fold(tt.path), ".")
			column, _, _ = strings.Cut(column, "[")
			if err := v.DecodeColumn(column, []byte(tt.text)); err != nil {
				t.Fatal(err)
			}
			if got := v.At(v.Plan().Slot(tt.path)).String(); got != tt.want {
				t.Errorf("%s of %s = %s, want %s", tt.path, tt.text, got, tt.want)
			}
			if other := v.At(v.Plan().Slot("other.path")); !other.IsUnknown() {
				t.Errorf("another path became %v", other)
			}
		})
	}
}

// A list and its members may be wished for at once.
func TestDecodeListsAskedTwice(t *testing.T) {
	v := NewValues()
	v.Reset(planOf(t, "l", "l[*]", "l[*].a", "l[*].b.c"))
	if err := v.DecodeColumn("l", []byte(`["x",{"a":1,"b":{"c":true}},{"b":2}]`)); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"l": "[x {...} {...}]", "l[*]": "[x {...} {...}]", "l[*].a": "[missing 1 missing]", "l[*].b.c": "[missing true missing]",
	} {
		if got := v.At(v.Plan().Slot(path)).String(); got != want {
			t.Errorf("%s = %s, want %s", path, got, want)
		}
	}
}

func TestBrokenJSONIsNeverMissing(t *testing.T) {
	for _, text := range []string{`{"a":"x","l":[{"b":1},{"b":`, `{"a":"x"`, `{"a" "x"}`, ``, `{"l":[{"b":1},}]}`, `{"a":tru}`} {
		t.Run(text, func(t *testing.T) {
			v := NewValues()
			v.Reset(planOf(t, "properties.a", "properties.l[*].b", "propertiesX"))
			if err := v.DecodeColumn("properties", []byte(text)); err == nil {
				t.Fatal("no error")
			}
			v.CloseAll()
			for _, path := range []string{"properties.a", "properties.l[*].b"} {
				if x := v.At(v.Plan().Slot(path)); !x.IsUnknown() || x.Reason() == "not seen" {
					t.Errorf("%s = %v after broken text, want it unknown for that reason", path, x)
				}
			}
			if x := v.At(v.Plan().Slot("propertiesX")); x.Kind() != demarc.KindMissing {
				t.Errorf("another column = %v, want missing", x)
			}
			if err := v.DecodeColumn("properties", []byte(`{"a":"y"}`)); err != nil || v.At(v.Plan().Slot("properties.a")).Text() != "y" {
				t.Errorf("the next text is not read: %v", err)
			}
		})
	}
}

func TestMissingVersusUnknown(t *testing.T) {
	paths := []string{"kind", "plan.publisher", "properties.a", "properties.l[*].b", "propertiesx", "tags['x.y']"}
	state := func(v *Values) string {
		var list []string
		for _, p := range paths {
			list = append(list, v.At(v.Plan().Slot(p)).String())
		}
		return strings.Join(list, ", ")
	}
	const u = "unknown: not seen"
	tests := []struct {
		name string
		do   func(v *Values)
		want string
	}{
		{"nothing seen", func(*Values) {}, strings.Join([]string{u, u, u, u, u, u}, ", ")},
		{"seen in full", (*Values).CloseAll, "missing, missing, missing, missing, missing, missing"},
		{"one column in full", func(v *Values) { v.CloseColumn("properties") }, strings.Join([]string{u, u, "missing", "missing", u, u}, ", ")},
		{"tags in full", func(v *Values) { v.CloseColumn("tags") }, strings.Join([]string{u, u, u, u, u, "missing"}, ", ")},
		{"a reason stays", func(v *Values) {
			v.Set("kind", demarc.Unknown("an expression"))
			v.Set("Plan.Publisher", demarc.Text("acme"))
			v.Set("nobody.wants", demarc.Text("x"))
			v.CloseAll()
		}, "unknown: an expression, acme, missing, missing, missing, missing"},
		{"reset forgets", func(v *Values) { v.CloseAll(); v.Reset(v.Plan()) }, strings.Join([]string{u, u, u, u, u, u}, ", ")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := NewValues()
			v.Reset(planOf(t, paths...))
			tt.do(v)
			if got := state(v); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestNilValuesAreUnknown(t *testing.T) {
	var v *Values
	if x := v.At(0); !x.IsUnknown() {
		t.Errorf("nil values hold %v", x)
	}
	v = NewValues()
	if x := v.At(-1); !x.IsUnknown() {
		t.Errorf("no slot holds %v", x)
	}
}

func TestAdopt(t *testing.T) {
	from := NewValues()
	from.Reset(planOf(t, "kind", "location", "tags['a']"))
	from.Set("kind", demarc.Text("app"))
	from.Set("location", demarc.Text("westeurope"))
	from.Set("tags['a']", demarc.Null())
	to := NewValues()
	plan := planOf(t, "location", "properties.x", "tags.a", "tags['a']")
	to.Adopt(from, plan)
	for path, want := range map[string]string{"location": "westeurope", "properties.x": "unknown: not seen", "tags.a": "null", "kind": "unknown: not seen"} {
		if got := to.At(plan.Slot(path)).String(); got != want {
			t.Errorf("%s = %s, want %s", path, got, want)
		}
	}
}

func TestInternKeepsShortTextsOnce(t *testing.T) {
	v := NewValues()
	a, b := v.Intern([]byte("westeurope")), v.Intern([]byte("westeurope"))
	if a != "westeurope" || a != b {
		t.Errorf("Intern = %q, %q", a, b)
	}
	if n := testing.AllocsPerRun(100, func() { v.Intern([]byte("westeurope")) }); n != 0 {
		t.Errorf("a text met before allocates %v times", n)
	}
	for i := range 1 << 15 {
		v.Intern(fmt.Append(nil, "text ", i))
	}
	if len(v.texts) > 1<<14 {
		t.Errorf("%d texts are kept: memory is not bounded", len(v.texts))
	}
}
