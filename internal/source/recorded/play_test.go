package recorded_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/recorded"
)

// TestAnotherLayout: values come back by their paths, and what was not asked
// for when the resource was read was not collected.
func TestAnotherLayout(t *testing.T) {
	then := newEar(t, slots.Wish{Path: "a"}, slots.Wish{Type: "t", Path: "b"}, slots.Wish{Type: "u", Path: "c"})
	tape := newTape()
	sink := recorded.Record(then, tape)
	v := slots.NewValues()
	v.Reset(then.plans.For("t"))
	v.Set("b", demarc.Text("x"))
	v.CloseAll()
	sink.Resource(source.Resource{Resource: demarc.Resource{Type: "T"}, Values: v})
	v.Reset(then.plans.Every())
	v.Set("c", demarc.Text("y"))
	sink.Resource(source.Resource{DisplayType: "A T", Values: v})

	now := newEar(t, slots.Wish{Path: "a"}, slots.Wish{Type: "t", Path: "aa"}, slots.Wish{Type: "t", Path: "b"}, slots.Wish{Type: "u", Path: "c"})
	playAll(t, *tape.list, now)
	of := func(i int, path string) string {
		values := now.heard[i].(source.Resource).Values
		return values.At(values.Plan().Slot(path)).String()
	}
	for path, want := range map[string]string{"a": "missing", "aa": "unknown: not collected", "b": "x"} {
		if got := of(0, path); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
	for path, want := range map[string]string{"a": "unknown: not seen", "aa": "unknown: not collected", "b": "unknown: not seen", "c": "y"} {
		if got := of(1, path); got != want {
			t.Errorf("of all wishes %s is %s, want %s", path, got, want)
		}
	}
}

// TestOneFileForOnePath: places in the same file have the same file, which is
// the one that the estate lists.
func TestOneFileForOnePath(t *testing.T) {
	tape, e := newTape(), newEar(t)
	sink := recorded.Record(e, tape)
	for _, path := range []string{"a", "b", "a"} {
		sink.Note(demarc.Note{Message: path, Place: demarc.Place{File: &demarc.File{Path: path}, Line: 3}})
	}
	p, again := recorded.NewPlayer(), newEar(t)
	listed := p.File("a")
	for _, k := range *tape.list {
		if err := p.Play(k.kind, []byte(k.record), []byte(k.aside), again); err != nil {
			t.Fatal(err)
		}
	}
	at := func(i int) *demarc.File { return again.heard[i].(demarc.Note).Place.File }
	if at(0) != listed || at(2) != listed || at(1) == listed || at(1) != p.File("b") {
		t.Error("the files are not the same")
	}
}

// TestBoundsOfPlans: a plan that nobody made takes neither memory nor time.
func TestBoundsOfPlans(t *testing.T) {
	length := func(n int) string {
		return string([]byte{byte(n&127 | 128), byte(n >> 7)})
	}
	long := strings.Repeat("a.", 2500) + "a"
	for name, tt := range map[string]struct{ record, want string }{
		"a long path":        {"\x01\x00\x01\x01" + length(len(long)) + long + "\x00\x00", "a path of more than 4096 bytes"},
		"many that are none": {"\x01\x00\x01\xff\xff\xff\xff\x0f", "it breaks off"},
		"a broken path":      {"\x01\x00\x01\x01\x02a.\x00\x00", "ends in a dot"},
		"of a newer version": {"\x02\x00\x00", "newer version"},
	} {
		if err := recorded.NewPlayer().Plan([]byte(tt.record)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", name, err, tt.want)
		}
	}
}

// FuzzPlay: any bytes are played or refused, never half; and what is played is
// recorded and played again as the same.
func FuzzPlay(f *testing.F) {
	fill := &filler{file: &demarc.File{Path: "f"}}
	seeds, e := newTape(), newEar(f, layoutOfFuzz()...)
	sink := recorded.Record(e, seeds)
	for _, x := range everything(fill) {
		give(sink, x)
	}
	v := slots.NewValues()
	v.Reset(e.plans.For("t"))
	for i, value := range []demarc.Value{demarc.Text("x"), demarc.List([]demarc.Value{demarc.Number(1), demarc.ObjectOf([]string{"a"}, []demarc.Value{demarc.Null()}).Opened()})} {
		v.SetAt(i, value)
	}
	sink.Resource(source.Resource{Values: v})
	plan := (*seeds.list)[len(*seeds.list)-2].record
	for _, k := range *seeds.list {
		f.Add(byte(k.kind), []byte(plan), []byte(k.record), []byte(k.aside))
	}
	f.Fuzz(func(t *testing.T, kind byte, plan, record, aside []byte) {
		p, heard := recorded.NewPlayer(), newEar(t, layoutOfFuzz()...)
		if p.Plan(plan) != nil {
			return
		}
		err := p.Play(recorded.Kind(kind), record, aside, heard)
		if err != nil {
			if len(heard.heard) > 0 {
				t.Fatal("a part of it was played")
			}
			return
		}
		once, twice := recordedAgain(t, heard.heard)
		if !slices.Equal(once, twice) {
			t.Errorf("recorded as\n%v\nand then as\n%v", once, twice)
		}
	})
}

func layoutOfFuzz() []slots.Wish {
	return []slots.Wish{{Path: "a"}, {Path: "b", Whole: true}, {Path: "b.c", Whole: true, Only: []string{"d"}}, {Type: "t", Path: "e[*].f"}}
}

// recordedAgain records what was heard, and what is played of that.
func recordedAgain(t *testing.T, heard []any) (once, twice []kept) {
	t.Helper()
	first, second := newTape(), newTape()
	sink := recorded.Record(newEar(t, layoutOfFuzz()...), first)
	for _, x := range heard {
		give(sink, x)
	}
	playAll(t, *first.list, recorded.Record(newEar(t, layoutOfFuzz()...), second))
	return *first.list, *second.list
}

// FuzzValue: a value of any bytes is read as itself.
func FuzzValue(f *testing.F) {
	tape, e := newTape(), newEar(f, slots.Wish{Path: "a", Whole: true})
	sink := recorded.Record(e, tape)
	v := slots.NewValues()
	for _, value := range allValues() {
		v.Reset(e.plans.For(""))
		v.SetAt(0, value)
		sink.Resource(source.Resource{Values: v})
	}
	head := (*tape.list)[1].record[:20]
	for _, k := range (*tape.list)[1:] {
		f.Add([]byte(k.record[20:]))
	}
	plan := []byte((*tape.list)[0].record)
	f.Fuzz(func(t *testing.T, bytes []byte) {
		p, heard := recorded.NewPlayer(), newEar(t, slots.Wish{Path: "a", Whole: true})
		if err := p.Plan(plan); err != nil {
			t.Fatal(err)
		}
		if p.Play(recorded.KindResource, append([]byte(head), bytes...), nil, heard) != nil {
			return
		}
		again, tape := newEar(t, slots.Wish{Path: "a", Whole: true}), newTape()
		give(recorded.Record(newEar(t, slots.Wish{Path: "a", Whole: true}), tape), heard.heard[0])
		playAll(t, *tape.list, again)
		was, is := heard.heard[0].(source.Resource).Values, again.heard[0].(source.Resource).Values
		if fmt.Sprint(was.All()) != fmt.Sprint(is.All()) || was.At(0).Kind() != demarc.KindNumber && !reflect.DeepEqual(was.At(0).Kind(), is.At(0).Kind()) {
			t.Errorf("%v is read as %v", was.All(), is.All())
		}
	})
}
