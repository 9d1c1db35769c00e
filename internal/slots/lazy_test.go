package slots

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

func TestLateWishes(t *testing.T) {
	var asked []string
	more := func(typ string) []Wish {
		asked = append(asked, typ)
		if typ != "a/b" {
			return nil
		}
		return []Wish{{Path: "p.late"}, {Type: "A/B", Path: "p.l", Whole: true}, {Type: "x/y", Path: "p.no"}, {Path: "p..broken"}, {Path: "kind"}}
	}
	l, err := NewLayout([]Wish{{Path: "kind"}, {Type: "a/b", Path: "p.early"}, {Type: "c/d", Path: "p.c"}}, more)
	if err != nil {
		t.Fatal(err)
	}
	if len(asked) > 0 {
		t.Fatalf("asked for %q before anybody wants a plan", asked)
	}
	for typ, want := range map[string]string{"a/B": "kind p.early p.l p.late", "c/d": "kind p.c", "Other/Type": "kind", "": "kind"} {
		for range 3 {
			if got := strings.Join(l.For(typ).Paths(), " "); got != want {
				t.Errorf("%s has %s, want %s", typ, got, want)
			}
		}
		if l.For(typ) != l.For(strings.ToUpper(typ)) {
			t.Errorf("two spellings of %s have two plans", typ)
		}
	}
	if got := strings.Join(l.Every().Paths(), " "); got != "kind p.c p.early" {
		t.Errorf("every plan has %s", got)
	}
	slices.Sort(asked)
	if !slices.Equal(asked, []string{"a/b", "c/d", "other/type"}) {
		t.Errorf("asked for %q", asked)
	}
	if p := l.Problems(); len(p) != 1 || !strings.Contains(p[0].Error(), "p..broken") {
		t.Errorf("problems are %v", p)
	}
}

func TestLateWishesOfManyReaders(t *testing.T) {
	var calls [50]atomic.Int32
	l, err := NewLayout([]Wish{{Path: "kind"}}, func(typ string) []Wish {
		var n int
		if _, err := fmt.Sscanf(typ, "type/%d", &n); err != nil {
			t.Error(err)
		}
		calls[n].Add(1)
		return []Wish{{Path: fmt.Sprint("p", n)}}
	})
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for reader := range 8 {
		wait.Go(func() {
			for i := range 500 {
				n := (i*7 + reader) % len(calls)
				typ := fmt.Sprint([]string{"type/", "Type/", "TYPE/"}[i%3], n)
				if got := l.For(typ).Slot(fmt.Sprint("p", n)); got < 0 {
					t.Errorf("%s has %q", typ, l.For(typ).Paths())
				}
			}
		})
	}
	wait.Wait()
	for n := range calls {
		if c := calls[n].Load(); c != 1 {
			t.Errorf("type %d was asked for %d times", n, c)
		}
	}
}

func TestPlansOfKnownTypesAreFast(t *testing.T) {
	l, err := NewLayout(nil, func(string) []Wish { return []Wish{{Path: "p"}} })
	if err != nil {
		t.Fatal(err)
	}
	l.For("A/b")
	if n := testing.AllocsPerRun(100, func() { l.For("A/b") }); n > 0 {
		t.Errorf("a known type allocates %v times", n)
	}
}

func TestManyTypesAreBounded(t *testing.T) {
	asked := 0
	l, err := NewLayout([]Wish{{Path: "kind"}}, func(string) []Wish { asked++; return nil })
	if err != nil {
		t.Fatal(err)
	}
	for i := range mostLazy + 1000 {
		if l.For(fmt.Sprint("t/", i)).Slot("kind") < 0 {
			t.Fatal("a type has no plan")
		}
	}
	if asked != mostLazy {
		t.Errorf("%d types were asked for, want %d", asked, mostLazy)
	}
}
