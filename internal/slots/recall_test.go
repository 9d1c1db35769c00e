package slots

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/demarc-dev/demarc"
)

// TestWishesGiveThePlanAgain: they are all that a store keeps of a plan.
func TestWishesGiveThePlanAgain(t *testing.T) {
	tests := []struct {
		name   string
		wishes []Wish
		want   string
	}{
		{"paths", []Wish{{Path: "b.l[*].c"}, {Path: "A"}}, "[{ a false []} { b.l[*].c false []}]"},
		{"two spellings", []Wish{{Path: "tags['x']"}, {Path: "tags.x"}}, "[{ tags.x false []}]"},
		{"whole", []Wish{{Path: "p", Whole: true}}, "[{ p true []}]"},
		{"some of it", []Wish{{Path: "p", Whole: true, Only: []string{"a.b", "a['x.y'].c", "d[*].e"}}}, "[{ p true [a.b a['x.y'].c d.e]}]"},
		{"nothing of it", []Wish{{Path: "p", Whole: true, Only: []string{}}}, "[{ p true []}]"},
		{"one within another", []Wish{{Path: "p.a", Whole: true, Only: []string{"x"}}, {Path: "p", Whole: true, Only: []string{"a.y"}}}, "[{ p true [a.y]} { p.a true [x y]}]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := planOfWishes(t, tt.wishes...)
			wishes := p.Wishes()
			if got := fmt.Sprint(wishes); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			again := planOfWishes(t, wishes...)
			if !reflect.DeepEqual(again.Wishes(), wishes) || !NewRecall(p, again).Same() {
				t.Errorf("they give %v", again.Wishes())
			}
		})
	}
	if all, none := planOfWishes(t, Wish{Path: "p", Whole: true}), planOfWishes(t, Wish{Path: "p", Whole: true, Only: []string{}}); NewRecall(all, none).Same() {
		t.Error("all of a value and nothing of it are the same")
	}
}

func TestRecall(t *testing.T) {
	const text = `{"a":{"b":1,"c":{"d":"x"}},"l":[{"n":1,"m":2},{"n":3}],"t":"y"}`
	tests := []struct {
		name      string
		then, now []Wish
		want      string
	}{
		{"as it was", []Wish{{Path: "p.t"}}, []Wish{{Path: "p.t"}}, "[y]"},
		{"less", []Wish{{Path: "p.a.b"}, {Path: "p.t"}}, []Wish{{Path: "p.t"}}, "[y]"},
		{"more", []Wish{{Path: "p.t"}}, []Wish{{Path: "p.a.b"}, {Path: "p.t"}}, "[unknown: not collected y]"},
		{"what was seen not to be there", []Wish{{Path: "p.z"}}, []Wish{{Path: "p.y"}, {Path: "p.z"}}, "[unknown: not collected missing]"},
		{"in another spelling", []Wish{{Path: "p['t']"}}, []Wish{{Path: "p.T"}}, "[y]"},
		{"of lists", []Wish{{Path: "p.l[*].n"}}, []Wish{{Path: "p.l[*].m"}, {Path: "p.l[*].n"}}, "[unknown: not collected [1 3]]"},
		{"not whole any more", []Wish{{Path: "p.a", Whole: true}}, []Wish{{Path: "p.a"}}, "[{...}]"},
		{"less of the whole", []Wish{{Path: "p.a", Whole: true}}, []Wish{{Path: "p.a", Whole: true, Only: []string{"b"}}}, "[{b: 1, c: {d: x}}]"},
		{"another part of the whole", []Wish{{Path: "p.a", Whole: true, Only: []string{"b"}}}, []Wish{{Path: "p.a", Whole: true, Only: []string{"c"}}}, "[{b: 1, c: unknown: not collected}]"},
		{"all of the whole", []Wish{{Path: "p", Whole: true, Only: []string{"a.b"}}}, []Wish{{Path: "p", Whole: true}}, "[{a: {b: 1, ...}, ...}]"},
		{"more of each element", []Wish{{Path: "p.l", Whole: true, Only: []string{"n"}}}, []Wish{{Path: "p.l", Whole: true, Only: []string{"m", "n"}}},
			"[[{n: 1, m: unknown: not collected} {n: 3, m: unknown: not collected}]]"},
		{"a whole of its parts", []Wish{{Path: "p.a.b"}, {Path: "p.t"}}, []Wish{{Path: "p", Whole: true}}, "[{a: {b: 1, ...}, t: y, ...}]"},
		{"a whole of an object that was there", []Wish{{Path: "p.a"}, {Path: "p.a.b"}}, []Wish{{Path: "p.a", Whole: true}}, "[{b: 1, ...}]"},
		{"a whole that was not there", []Wish{{Path: "p.y"}, {Path: "p.y.b"}}, []Wish{{Path: "p.y", Whole: true}}, "[missing]"},
		{"a whole of nothing", nil, []Wish{{Path: "p", Whole: true}}, "[unknown: not collected]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			then := NewValues()
			then.Reset(planOfWishes(t, tt.then...))
			if err := then.DecodeColumn("p", []byte(text)); err != nil {
				t.Fatal(err)
			}
			then.CloseAll()
			now := NewValues()
			now.Recall(NewRecall(then.Plan(), planOfWishes(t, tt.now...)), then)
			if got := fmt.Sprint(now.All()); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			now.CloseAll()
			for i := range tt.now {
				if was := fmt.Sprint(tt.want); was == "[unknown: not collected]" && now.At(i).Kind() == demarc.KindMissing {
					t.Error("what was not collected became missing")
				}
			}
		})
	}
}

// agrees reports whether what is recalled says nothing else than what is there:
// it may say less, and of whole values hold more than is asked for now. All is
// the value with everything in it, asked is what of it is asked for.
func agrees(recalled, all, asked demarc.Value) bool {
	switch {
	case recalled.IsUnknown():
		return true
	case recalled.Kind() != all.Kind():
		return false
	case recalled.Kind() == demarc.KindList:
		return agreeElements(recalled, all, asked)
	case recalled.Kind() != demarc.KindObject:
		return recalled.String() == all.String()
	}
	ok := true
	recalled.Members(func(name string, x demarc.Value) {
		in, _ := all.Member(name)
		of, there := asked.Member(name)
		if !there {
			of = x
		}
		ok = ok && (!all.Whole() || agrees(x, in, of))
	})
	asked.Members(func(name string, x demarc.Value) {
		held, _ := recalled.Member(name)
		in, _ := all.Member(name)
		ok = ok && (!recalled.Whole() || agrees(held, in, x))
	})
	return ok
}

func agreeElements(recalled, all, asked demarc.Value) bool {
	if recalled.Len() != all.Len() || asked.Len() != all.Len() {
		return false
	}
	for i, e := range recalled.Elements() {
		if !agrees(e, all.Elements()[i], asked.Elements()[i]) {
			return false
		}
	}
	return true
}

func checkRecall(t *testing.T, seed uint64) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 6))
	wishes := func() []Wish {
		var list []Wish
		for range 1 + r.IntN(3) {
			list = append(list, Wish{Path: randomPath(r)})
		}
		for range r.IntN(2) {
			list = append(list, wholeWish(r))
		}
		return list
	}
	text, err := json.Marshal(document(r, 5))
	if err != nil {
		t.Fatal(err)
	}
	before, after := wishes(), wishes()
	then, real, now := decoded(t, planOfWishes(t, before...), "p", string(text)), decoded(t, planOfWishes(t, after...), "p", string(text)), NewValues()
	then.CloseAll()
	real.CloseAll()
	for i := range after {
		after[i].Only = nil
	}
	all := decoded(t, planOfWishes(t, after...), "p", string(text))
	all.CloseAll()
	now.Recall(NewRecall(then.Plan(), real.Plan()), then)
	for i, path := range real.Plan().Paths() {
		if got, want := now.At(i), real.At(i); !agrees(got, all.At(i), want) {
			t.Fatalf("seed %d: %s of %s is recalled as %v, it is %v\nthen %+v\n now %+v", seed, path, text, got, want, before, after)
		}
	}
}

// TestRecallNeverContradicts: whatever was asked for then and is now.
func TestRecallNeverContradicts(t *testing.T) {
	for seed := range uint64(5000) {
		checkRecall(t, seed)
	}
}

func FuzzRecall(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { checkRecall(t, seed) })
}
