package slots

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
)

// planOfWishes makes the plan of wishes for all types.
func planOfWishes(t testing.TB, wishes ...Wish) *Plan {
	t.Helper()
	l, err := NewLayout(wishes)
	if err != nil {
		t.Fatal(err)
	}
	return l.For("")
}

// decoded reads a text as the column of the first path.
func decoded(t testing.TB, p *Plan, column, text string) *Values {
	t.Helper()
	v := NewValues()
	v.Reset(p)
	if err := v.DecodeColumn(column, []byte(text)); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestDecodeWhole(t *testing.T) {
	const rules = `{"l":[{"Name":"a","properties":{"Access":"Deny","ports":["1","2"],"x":{"y":[{"z":1,"q":2}]}}},{"name":"b"},7]}`
	tests := []struct {
		name, path, text string
		only             []string
		want             string
	}{
		{"everything", "p.l", rules, nil, "[{Name: a, properties: {Access: Deny, ports: [1 2], x: {y: [{z: 1, q: 2}]}}} {name: b} 7]"},
		{"some members", "p.l", rules, []string{"properties.access", "NAME"}, "[{Name: a, properties: {Access: Deny}} {name: b} 7]"},
		{"members in lists", "p.l", rules, []string{"properties.x.y[*].z"}, "[{properties: {x: {y: [{z: 1}]}}} {} 7]"},
		{"a list with all in it", "p.l", rules, []string{"properties.x.y[*]"}, "[{properties: {x: {y: [{z: 1, q: 2}]}}} {} 7]"},
		{"only the elements", "p.l", rules, []string{}, "[{} {} 7]"},
		{"more of the same", "p.l", rules, []string{"properties.x.y[*].z", "properties.x"}, "[{properties: {x: {y: [{z: 1, q: 2}]}}} {} 7]"},
		{"an object", "p", rules, []string{"l.name"}, "{l: [{Name: a} {name: b} 7]}"},
		{"a text", "p.l", `{"l":"x"}`, []string{"a"}, "x"},
		{"absent", "p.l", `{}`, nil, "unknown: not seen"},
		{"empty ones", "p", `{"a":{},"b":[],"c":[[],{}]}`, nil, "{a: {}, b: [], c: [[] {}]}"},
		{"repeated name", "p", `{"a":1,"A":{"b":2}}`, nil, "{a: {b: 2}}"},
		{"name outside ascii", "p", `{"GRÖßE":1,"größe":2,"\u0061":3}`, []string{"größe", "a"}, "{GRÖßE: 2, a: 3}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := decoded(t, planOfWishes(t, Wish{Path: tt.path, Whole: true, Only: tt.only}), "p", tt.text)
			if got := v.At(0).String(); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestWholeWishesMeetOthers(t *testing.T) {
	p := planOfWishes(t, Wish{Path: "p", Whole: true, Only: []string{"a.x"}}, Wish{Path: "P.A", Whole: true, Only: []string{"y"}}, Wish{Path: "p.a"},
		Wish{Path: "p.a.z"}, Wish{Path: "p.l[*].b"}, Wish{Path: "p.l"}, Wish{Path: "p.l[*]"}, Wish{Path: "p", Whole: true, Only: []string{"l.c"}})
	v := decoded(t, p, "p", `{"a":{"x":1,"y":2,"z":3},"l":[{"b":"t","c":4},[],5],"q":6}`)
	for path, want := range map[string]string{
		"p": "{a: {x: 1, y: 2}, l: [{c: 4} [] 5]}", "p.a": "{x: 1, y: 2}", "p.a.z": "3",
		"p.l[*].b": "[t missing missing]", "p.l": "[{...} {...} 5]", "p.l[*]": "[{...} 5]",
	} {
		if got := v.At(p.Slot(path)).String(); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
	if !p.Whole(p.Slot("p.a")) || p.Whole(p.Slot("p.l")) {
		t.Error("the plan does not tell which values are whole")
	}
}

func TestWholeWishesThatFail(t *testing.T) {
	for _, w := range []Wish{{Path: "a[*]", Whole: true}, {Path: "a[*].b", Whole: true}, {Path: "a", Whole: true, Only: []string{"x..y"}}, {Path: "", Whole: true}} {
		if _, err := NewLayout([]Wish{w}); err == nil {
			t.Errorf("%+v is taken", w)
		}
	}
}

func TestWholeValuesAreBounded(t *testing.T) {
	deep := strings.Repeat(`{"a":[`, 40) + "1" + strings.Repeat(`]}`, 40)
	wide := "[" + strings.Repeat(`{"a":1},`, 70_000) + `{"b":"last"}]`
	p := planOfWishes(t, Wish{Path: "p", Whole: true}, Wish{Path: "p.l", Whole: true}, Wish{Path: "p.l[*].b"}, Wish{Path: "p.s"})
	v := decoded(t, p, "p", `{"d":`+deep+`,"s":"near"}`)
	if s := v.At(0).String(); !strings.Contains(s, "unknown: too large") || !strings.Contains(s, "s: near") {
		t.Errorf("a deep value is %s", s)
	}
	v = decoded(t, p, "p", `{"l":`+wide+`,"s":"near"}`)
	if got := v.At(p.Slot("p")).String() + " " + v.At(p.Slot("p.l")).String(); got != "unknown: too large unknown: too large" {
		t.Errorf("a wide value is %.200s", got)
	}
	if l := v.At(p.Slot("p.l[*].b")).Elements(); len(l) != 70_001 || l[70_000].Text() != "last" || v.At(p.Slot("p.s")).Text() != "near" {
		t.Errorf("beside a wide value %d elements were read", len(l))
	}
	v.CloseAll()
	if x := v.At(0); !x.IsUnknown() {
		t.Errorf("closed it is %v", x)
	}
	v.Reset(p)
	if err := v.DecodeColumn("p", []byte(`{"s":1}`)); err != nil || v.At(0).String() != "{s: 1}" {
		t.Errorf("the next one is %v, %v", v.At(0), err)
	}
	v.Reset(p)
	v.SetTree("p", plainTree{map[string]any{"l": slices.Repeat([]any{map[string]any{"a": "1"}}, 70_000)}})
	if x := v.At(0); x.String() != "unknown: too large" {
		t.Errorf("a wide tree is %.200s", x)
	}
}

func TestBrokenTextSpoilsWholeValues(t *testing.T) {
	p := planOfWishes(t, Wish{Path: "p", Whole: true}, Wish{Path: "p.a.b", Whole: true})
	for _, text := range []string{`{"a":{"b":{"c":1}},`, `{"a":{"b":[1,{"c":`, `{"a" 1}`} {
		v := NewValues()
		v.Reset(p)
		if v.DecodeColumn("p", []byte(text)) == nil {
			t.Fatalf("no error in %s", text)
		}
		v.CloseAll()
		for i, x := range v.All() {
			if x.String() != "unknown: the text could not be read" {
				t.Errorf("%s of %s is %v", p.Paths()[i], text, x)
			}
		}
	}
}

func TestSetWithinWholeValues(t *testing.T) {
	p := planOfWishes(t, Wish{Path: "sku", Whole: true}, Wish{Path: "sku.name"}, Wish{Path: "p", Whole: true}, Wish{Path: "p.a", Whole: true}, Wish{Path: "tags['x.y']", Whole: true})
	v := decoded(t, p, "p", `{"a":{"b":1},"l":[1]}`)
	v.Set("Sku.Name", demarc.Text("S1"))
	v.Set("p.a.c.d", demarc.Text("new"))
	v.Set("P.L.x", demarc.Text("not in a list"))
	v.Set("p.l[*].x", demarc.List(nil))
	v.Set("tags['x.y']", demarc.Text("exact"))
	check := func(want map[string]string) {
		t.Helper()
		for path, want := range want {
			if got := v.At(p.Slot(path)).String(); got != want {
				t.Errorf("%s is %s, want %s", path, got, want)
			}
		}
	}
	check(map[string]string{
		"sku": "{name: S1, ...}", "sku.name": "S1", "p": "{a: {b: 1, c: {d: new}}, l: [1]}", "p.a": "{b: 1, c: {d: new}}", "tags['x.y']": "exact",
	})
	v.CloseAll()
	check(map[string]string{"sku": "{name: S1}"})
	v.Reset(p)
	v.Set("p", demarc.Unknown("why"))
	v.Set("p.a.b", demarc.Text("x"))
	v.CloseColumn("p")
	check(map[string]string{"p": "unknown: why", "p.a": "{b: x}", "sku": "unknown: not seen"})
}

func TestCutValuesAreUnknown(t *testing.T) {
	p := planOfWishes(t, Wish{Path: "p", Whole: true}, Wish{Path: "p.a"}, Wish{Path: "p.l[*].b"}, Wish{Path: "q"})
	v := decoded(t, p, "p", `{"a":"@{x=1}","l":[{"b":"@{y=1}","c":"z"}],"d":"@{"}`)
	v.Set("q", demarc.Text("@{"))
	v.Cut("p", func(s string) bool { return strings.HasPrefix(s, "@{") })
	const cut = "unknown: the export cut it off"
	for path, want := range map[string]string{"p": "{a: " + cut + ", l: [{b: " + cut + ", c: z}], d: " + cut + "}", "p.a": cut, "p.l[*].b": "[" + cut + "]", "q": "@{"} {
		if got := v.At(p.Slot(path)).String(); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
}

func TestDeclaredObjectsAreOpen(t *testing.T) {
	p := planOfWishes(t, Wish{Path: "p", Whole: true, Only: []string{"a", "b.c", "l", "later"}})
	v := NewValues()
	v.Reset(p)
	if err := v.DecodeDeclared("p", []byte(`{"a":1,"b":{"c":2},"l":[{"d":3}]}`)); err != nil {
		t.Fatal(err)
	}
	if got, want := v.At(0).String(), "{a: 1, b: {c: 2, ...}, l: [{d: 3, ...}], ...}"; got != want {
		t.Errorf("text: got %s, want %s", got, want)
	}
	if err := v.DecodeColumn("p", []byte(`{"a":1}`)); err != nil || v.At(0).Open() {
		t.Errorf("the next text is open too: %v, %v", v.At(0), err)
	}
	v.SetTree("p", plainTree{map[string]any{"a": "?", "b": map[string]any{"c": "2", "x": "no"}, "l": []any{"?", map[string]any{"d": "3"}}}})
	if got, want := v.At(0).String(), "{a: unknown: not told, b: {c: 2, ...}, l: [unknown: not told {d: 3, ...}], ...}"; got != want {
		t.Errorf("tree: got %s, want %s", got, want)
	}
}

func TestAdoptWholeValues(t *testing.T) {
	from := decoded(t, planOfWishes(t, Wish{Path: "p", Whole: true}, Wish{Path: "q.a.b"}, Wish{Path: "q.c"}, Wish{Path: "q.gone"}), "p", `{"a":{"b":1}}`)
	from.Set("q.a.b", demarc.Text("x"))
	from.Set("q.c", demarc.Missing())
	to := NewValues()
	p := planOfWishes(t, Wish{Path: "p", Whole: true}, Wish{Path: "q", Whole: true}, Wish{Path: "r", Whole: true})
	to.Adopt(from, p)
	for path, want := range map[string]string{"p": "{a: {b: 1}}", "q": "{a: {b: x, ...}, c: missing, ...}", "r": "unknown: not seen"} {
		if got := to.At(p.Slot(path)).String(); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
}

// naiveWhole builds a whole value out of a decoded document.
func naiveWhole(doc any, only [][]step) demarc.Value {
	switch x := doc.(type) {
	case map[string]any:
		var names []string
		var values []demarc.Value
		for _, name := range slices.Sorted(maps.Keys(x)) {
			var below [][]step
			kept := only == nil
			for _, steps := range only {
				if steps[0].name != name {
					continue
				}
				if kept = true; len(steps) == 1 {
					below = nil
					break
				}
				below = append(below, steps[1:])
			}
			if kept {
				names, values = append(names, name), append(values, naiveWhole(x[name], below))
			}
		}
		return demarc.ObjectOf(names, values)
	case []any:
		var list []demarc.Value
		for _, e := range x {
			list = append(list, naiveWhole(e, only))
		}
		return demarc.List(list)
	}
	return plain(doc)
}

// wholeWish is a random one below p, and what it keeps.
func wholeWish(r *rand.Rand) Wish {
	w := Wish{Path: "p", Whole: true}
	for range r.IntN(3) {
		w.Path += "." + string(rune('a'+r.IntN(3)))
	}
	for range r.IntN(3) {
		w.Only = append(w.Only, strings.TrimPrefix(strings.TrimLeft(strings.TrimPrefix(randomPath(r), "p"), "[*]"), "."))
	}
	w.Only = slices.DeleteFunc(w.Only, func(s string) bool { return s == "" })
	if len(w.Only) == 0 {
		w.Only = nil
	}
	return w
}

func checkWholeAgainstNaive(t *testing.T, seed uint64) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 3))
	whole := wholeWish(r)
	wishes := []Wish{whole}
	for range r.IntN(4) {
		if path := randomPath(r); path != whole.Path {
			wishes = append(wishes, Wish{Path: path})
		}
	}
	doc := map[string]any{"p": document(r, 5)}
	text, err := json.Marshal(doc["p"])
	if err != nil {
		t.Fatal(err)
	}
	v := decoded(t, planOfWishes(t, wishes...), "p", string(text))
	for _, w := range wishes {
		steps, err := parsePath(w.Path)
		if err != nil {
			t.Fatal(err)
		}
		want := naive(doc, steps)
		if w.Whole && !want.IsUnknown() {
			want = naiveWhole(at(doc, steps), onlySteps(t, w.Only))
		}
		if got := v.At(v.Plan().Slot(w.Path)); got.String() != want.String() {
			t.Errorf("seed %d: %+v of %s\n got %v\nwant %v\nbeside %+v", seed, w, text, got, want, wishes)
		}
	}
}

func at(doc any, steps []step) any {
	for _, s := range steps {
		doc = doc.(map[string]any)[s.name]
	}
	return doc
}

func onlySteps(t *testing.T, only []string) (list [][]step) {
	t.Helper()
	for _, path := range only {
		steps, err := parsePath(path)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, steps)
	}
	return list
}

func TestWholeDecodingEqualsNaiveReading(t *testing.T) {
	for seed := range uint64(5000) {
		checkWholeAgainstNaive(t, seed)
		if t.Failed() {
			return
		}
	}
}

func FuzzWholeDecodingEqualsNaiveReading(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { checkWholeAgainstNaive(t, seed) })
}

// TestWholeTreesGiveWhatTextsGive: but for being open.
func TestWholeTreesGiveWhatTextsGive(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 4))
		p := planOfWishes(t, wholeWish(r), Wish{Path: randomPath(r)})
		doc := document(r, 5)
		text, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		declared, planted := NewValues(), NewValues()
		declared.Reset(p)
		planted.Reset(p)
		if err := declared.DecodeDeclared("p", text); err != nil {
			t.Fatal(err)
		}
		planted.SetTree("p", plainTree{doc})
		for i, path := range p.Paths() {
			if got, want := planted.At(i), declared.At(i); p.Whole(i) && got.String() != want.String() {
				t.Fatalf("seed %d: %s of %s\n got %v\nwant %v", seed, path, text, got, want)
			}
		}
	}
}

// TestDecodeWholeAllocates holds a whole value to one allocation for each
// list and object in it.
func TestDecodeWholeAllocates(t *testing.T) {
	v := NewValues()
	p := planOfWishes(t, Wish{Path: "p", Whole: true, Only: []string{"l.a"}})
	text := []byte(`{"x":{"y":[1,2,3]},"l":[{"a":"1","b":[{"c":1}]},{"a":"2"}]}`)
	read := func() {
		v.Reset(p)
		if err := v.DecodeColumn("p", text); err != nil {
			t.Fatal(err)
		}
	}
	read()
	if n := testing.AllocsPerRun(100, read); n > 4 {
		t.Errorf("it allocates %v times", n)
	}
}
