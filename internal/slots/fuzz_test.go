package slots

import (
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
)

// naive reads a path out of a whole decoded document, the slow and plain way.
func naive(doc any, steps []step) demarc.Value {
	for i, s := range steps {
		object, ok := doc.(map[string]any)
		if !ok {
			return demarc.Value{}
		}
		member, ok := object[s.name]
		if !ok {
			return demarc.Value{}
		}
		if s.lists > 0 {
			return naiveList(member, s.lists, steps[i+1:])
		}
		doc = member
	}
	return plain(doc)
}

func naiveList(doc any, lists int, rest []step) demarc.Value {
	elements, ok := doc.([]any)
	if !ok {
		return demarc.Value{}
	}
	var gathered []demarc.Value
	for _, e := range elements {
		var v demarc.Value
		switch {
		case lists > 1:
			v = naiveList(e, lists-1, rest)
		case len(rest) == 0:
			v = plain(e)
		default:
			v = naive(e, rest)
		}
		if v.IsUnknown() {
			v = demarc.Missing() // an element that is there was seen in full
		}
		gathered = append(gathered, flat(v)...)
	}
	return demarc.List(gathered)
}

func plain(doc any) demarc.Value {
	switch x := doc.(type) {
	case nil:
		return demarc.Null()
	case bool:
		return demarc.Bool(x)
	case float64:
		return demarc.Number(x)
	case string:
		return demarc.Text(x)
	case []any:
		var list []demarc.Value
		for _, e := range x {
			v := plain(e)
			if v.Kind() == demarc.KindList {
				v = demarc.Object()
			}
			list = append(list, v)
		}
		return demarc.List(list)
	}
	return demarc.Object()
}

// document grows a random one with few names, so that paths often hit.
func document(r *rand.Rand, depth int) any {
	switch n := r.IntN(10); {
	case n < 4 && depth > 0:
		object := map[string]any{}
		for range r.IntN(4) {
			object[string(rune('a'+r.IntN(3)))] = document(r, depth-1)
		}
		return object
	case n < 7 && depth > 0:
		list := []any{}
		for range r.IntN(4) {
			list = append(list, document(r, depth-1))
		}
		return list
	case n == 7:
		return nil
	case n == 8:
		return float64(r.IntN(100)) / 4
	}
	return "t" + strconv.Itoa(r.IntN(5))
}

func randomPath(r *rand.Rand) string {
	var b strings.Builder
	b.WriteString("p")
	for range r.IntN(3) {
		b.WriteString("[*]")
		if r.IntN(2) == 0 {
			break
		}
	}
	for range r.IntN(4) {
		b.WriteString("." + string(rune('a'+r.IntN(3))))
		for r.IntN(3) == 0 {
			b.WriteString("[*]")
		}
	}
	return b.String()
}

func checkAgainstNaive(t *testing.T, seed uint64) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	var paths []string
	for range 1 + r.IntN(5) {
		paths = append(paths, randomPath(r))
	}
	doc := document(r, 5)
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	v := NewValues()
	v.Reset(planOf(t, paths...))
	if err := v.DecodeColumn("p", text); err != nil {
		t.Fatalf("seed %d: %v in %s", seed, err, text)
	}
	for _, path := range paths {
		steps, err := parsePath(path)
		if err != nil {
			t.Fatal(err)
		}
		want := naive(map[string]any{"p": doc}, steps)
		if got := v.At(v.Plan().Slot(path)); got.String() != want.String() {
			t.Errorf("seed %d: %s of %s\n got %v\nwant %v\nbeside %q", seed, path, text, got, want, paths)
		}
	}
}

func TestDecodingEqualsNaiveReading(t *testing.T) {
	for seed := range uint64(3000) {
		checkAgainstNaive(t, seed)
		if t.Failed() {
			return
		}
	}
}

func FuzzDecodingEqualsNaiveReading(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { checkAgainstNaive(t, seed) })
}

func FuzzDecodeColumn(f *testing.F) {
	for _, text := range []string{`{"a":{"b":1},"l":[{"a":"x"},[1]]}`, `[[[`, `{"a":"\ud800"}`, "{\"a\":\"\xff\"}", `{"A":1,"a":2}`, `1e999`, strings.Repeat("[", 11000)} {
		f.Add("p.a.b", []byte(text))
		f.Add("p.l[*].a", []byte(text))
		f.Add("p[*][*]", []byte(text))
	}
	f.Fuzz(func(t *testing.T, path string, text []byte) {
		l, err := NewLayout([]Wish{{Path: path}, {Path: "p", Whole: true}, {Path: "p.a"}, {Path: "p.a.b", Whole: true}})
		if err != nil {
			return
		}
		v := NewValues()
		v.Reset(l.For(""))
		failed := v.DecodeColumn("p", text) != nil
		v.CloseAll()
		if x := v.At(v.Plan().Slot("p")); failed && !x.IsUnknown() {
			t.Errorf("broken text gives %v", x)
		} else if !failed && x.IsUnknown() && x.Reason() == "not seen" {
			t.Error("whole text was read, but its value was not set")
		}
	})
}
