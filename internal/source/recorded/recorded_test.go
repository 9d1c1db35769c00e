package recorded_test

import (
	"bytes"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/recorded"
)

// kept is one record.
type kept struct {
	kind          recorded.Kind
	record, aside string
}

// tape keeps records in memory.
type tape struct{ list *[]kept }

// String writes a record down so that its bytes can be read.
func (k kept) String() string { return fmt.Sprintf("%v %q aside %q", k.kind, k.record, k.aside) }

func newTape() tape { return tape{&[]kept{}} }

func (t tape) Keep(kind recorded.Kind, record, aside []byte) {
	*t.list = append(*t.list, kept{kind, string(record), string(aside)})
}

func (t tape) Fork() recorded.Keeper { return t }

// ear hears what a sink is given.
type ear struct {
	plans *slots.Layout
	heard []any
}

func (e *ear) Resource(r source.Resource) {
	if r.Values != nil {
		r.Values = r.Values.Snapshot()
	}
	e.heard = append(e.heard, r)
}
func (e *ear) Scope(s source.Scope)           { e.heard = append(e.heard, s) }
func (e *ear) Reference(r source.Reference)   { e.heard = append(e.heard, r) }
func (e *ear) Statement(s source.Statement)   { e.heard = append(e.heard, s) }
func (e *ear) Evidence(x *demarc.Evidence)    { e.heard = append(e.heard, *x) }
func (e *ear) Note(n demarc.Note)             { e.heard = append(e.heard, n) }
func (e *ear) Incomplete(i demarc.Incomplete) { e.heard = append(e.heard, i) }
func (e *ear) Fork() source.Sink              { return e }
func (e *ear) Plans() *slots.Layout           { return e.plans }

func newEar(t testing.TB, wishes ...slots.Wish) *ear {
	t.Helper()
	l, err := slots.NewLayout(wishes)
	if err != nil {
		t.Fatal(err)
	}
	return &ear{plans: l}
}

// playAll plays a tape, plans first.
func playAll(t testing.TB, list []kept, sink source.Sink) {
	t.Helper()
	p := recorded.NewPlayer()
	for _, k := range list {
		if k.kind == recorded.KindPlan {
			if err := p.Plan([]byte(k.record)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, k := range list {
		if k.kind == recorded.KindPlan {
			continue
		}
		if err := p.Play(k.kind, []byte(k.record), []byte(k.aside), sink); err != nil {
			t.Fatal(err)
		}
	}
}

// give hands something to a sink.
func give(sink source.Sink, x any) {
	switch x := x.(type) {
	case source.Resource:
		sink.Resource(x)
	case source.Scope:
		sink.Scope(x)
	case source.Reference:
		sink.Reference(x)
	case source.Statement:
		sink.Statement(x)
	case demarc.Evidence:
		sink.Evidence(&x)
	case demarc.Note:
		sink.Note(x)
	case demarc.Incomplete:
		sink.Incomplete(x)
	}
}

// filler sets every field of a word to something of its own. A field that is
// added later is set too, and lost when nobody records it.
type filler struct {
	n    int
	file *demarc.File
}

// apart are fields that records do not hold, each with the reason.
var apart = map[string]string{
	"Resource.Scope":    "readers tell the scope by its id; the tree is made when settling",
	"Resource.Values":   "tried with values of all kinds",
	"Statement.Content": "tried with each kind of content",
}

func (f *filler) fill(v reflect.Value) {
	f.n++
	switch x := v.Addr().Interface().(type) {
	case *demarc.Place:
		*x = demarc.Place{File: f.file, Line: f.n}
		return
	case *time.Time:
		*x = time.Date(2026, 1, 1, 0, 0, f.n, f.n, time.UTC)
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprint("text ", f.n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(f.n))
	case reflect.Uint8:
		v.SetUint(1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			f.fill(v.Index(i))
		}
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{"a": "b", "c": ""}))
	case reflect.Struct:
		for i := range v.NumField() {
			if name := v.Type().Name() + "." + v.Type().Field(i).Name; apart[name] == "" {
				f.fill(v.Field(i))
			}
		}
	default:
		panic("a field of a kind that is not tried: " + v.Type().String())
	}
}

func filled[T any](f *filler) (x T) {
	f.fill(reflect.ValueOf(&x).Elem())
	return x
}

// contents are what statements hold, each kind once.
func contents(f *filler) []any {
	return []any{nil, filled[demarc.Exception](f), filled[demarc.Assurance](f), filled[demarc.Access](f), filled[demarc.RoleAssignment](f),
		filled[demarc.Listing](f), filled[demarc.PolicyAssignment](f), filled[demarc.PolicyExemption](f), filled[demarc.PolicyDefinition](f),
		filled[demarc.PolicyMetadata](f), filled[demarc.Collected](f)}
}

// everything is one of each word with all fields set, and one with none.
func everything(f *filler) []any {
	list := []any{filled[source.Resource](f), filled[source.Scope](f), filled[source.Reference](f), filled[demarc.Evidence](f),
		filled[demarc.Note](f), filled[demarc.Incomplete](f), source.Resource{}, source.Scope{}, source.Reference{}, demarc.Evidence{}, demarc.Note{},
		demarc.Incomplete{}, source.Statement{}}
	for _, content := range contents(f) {
		s := filled[source.Statement](f)
		s.Content = content
		list = append(list, s)
	}
	return append(list, source.Statement{Content: demarc.PolicyAssignment{NotScopes: []string{}, Parameters: []byte{}}},
		source.Scope{Tags: map[string]string{}})
}

// TestNothingIsLost: what comes out is what went in, field by field.
func TestNothingIsLost(t *testing.T) {
	f := &filler{file: &demarc.File{Path: "estate/file.json"}}
	for _, want := range everything(f) {
		t.Run(fmt.Sprintf("%T", want), func(t *testing.T) {
			tape, through, again := newTape(), newEar(t), newEar(t)
			give(recorded.Record(through, tape), want)
			if !reflect.DeepEqual(through.heard, []any{want}) {
				t.Errorf("passed on\n %+v\nwant\n %+v", through.heard, want)
			}
			playAll(t, *tape.list, again)
			if !reflect.DeepEqual(again.heard, []any{want}) {
				t.Errorf("played\n %+v\nwant\n %+v", again.heard[0], want)
			}
		})
	}
}

// TestNothingAroundIsLost: files, documents and the estate.
func TestNothingAroundIsLost(t *testing.T) {
	f := &filler{}
	tape := newTape()
	file, document, estate := filled[recorded.File](f), filled[recorded.Document](f), filled[recorded.Estate](f)
	recorded.KeepFile(tape, file)
	recorded.KeepDocument(tape, document)
	recorded.KeepEstate(tape, estate)
	list := *tape.list
	if got, err := recorded.ReadFile([]byte(list[0].record)); err != nil || !reflect.DeepEqual(got, file) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := recorded.ReadDocument([]byte(list[1].record)); err != nil || !reflect.DeepEqual(got, document) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := recorded.ReadEstate([]byte(list[2].record)); err != nil || !reflect.DeepEqual(got, estate) {
		t.Errorf("%+v, %v", got, err)
	}
	playAll(t, list, newEar(t)) // which changes nothing
}

// allValues are of every kind, also in each other.
func allValues() map[string]demarc.Value {
	inner := demarc.ObjectOf([]string{"A", "b"}, []demarc.Value{demarc.Text("x"), demarc.Missing()})
	return map[string]demarc.Value{
		"unseen": {}, "reason": demarc.Unknown("the export cut it off"), "missing": demarc.Missing(), "null": demarc.Null(),
		"true": demarc.Bool(true), "false": demarc.Bool(false), "zero": demarc.Number(0), "minus zero": demarc.Number(math.Copysign(0, -1)),
		"one": demarc.Number(1), "minus": demarc.Number(-300), "half": demarc.Number(0.5), "large": demarc.Number(1 << 53), "larger": demarc.Number(1e300),
		"infinite": demarc.Number(math.Inf(1)), "odd": demarc.Number(9007199254740991), "text": demarc.Text("x"), "empty": demarc.Text(""),
		"long": demarc.Text(strings.Repeat("long ", 100)), "list": demarc.List([]demarc.Value{demarc.Text("a"), {}, demarc.Null(), inner}),
		"no list": demarc.List(nil), "open list": demarc.OpenList([]demarc.Value{demarc.Text("a")}, "value unknown in a template"),
		"open without reason": demarc.OpenList(nil, ""), "object": demarc.Object(), "whole": inner, "open": inner.Opened(),
		"nothing in it": demarc.ObjectOfPairs(nil), "nested": demarc.ObjectOf([]string{"l"}, []demarc.Value{demarc.List([]demarc.Value{inner.Opened(), demarc.List(nil)})}),
	}
}

func TestValuesAreExact(t *testing.T) {
	var wishes []slots.Wish
	for i := range 40 { // more than fit into half a byte lie between some
		wishes = append(wishes, slots.Wish{Path: fmt.Sprintf("between.p%02d", i)})
	}
	for name := range allValues() {
		wishes = append(wishes, slots.Wish{Path: strings.ReplaceAll(name, " ", "-")})
	}
	tape, through, again := newTape(), newEar(t, wishes...), newEar(t, wishes...)
	v := slots.NewValues()
	v.Reset(through.plans.For("t"))
	for name, value := range allValues() {
		v.SetAt(v.Plan().Slot(strings.ReplaceAll(name, " ", "-")), value)
	}
	recorded.Record(through, tape).Resource(source.Resource{Values: v})
	playAll(t, *tape.list, again)
	got := again.heard[0].(source.Resource).Values
	for name, want := range allValues() {
		x := got.At(got.Plan().Slot(strings.ReplaceAll(name, " ", "-")))
		if !reflect.DeepEqual(x, want) {
			t.Errorf("%s: %#v, want %#v", name, x, want)
		}
	}
	if x := got.At(got.Plan().Slot("between.p07")); !reflect.DeepEqual(x, demarc.Value{}) {
		t.Errorf("what was not seen is %v", x)
	}
}

// TestAgainGivesTheSameBytes: what is played and recorded again is the same.
func TestAgainGivesTheSameBytes(t *testing.T) {
	f := &filler{file: &demarc.File{Path: "f"}}
	wishes := []slots.Wish{{Path: "a"}, {Type: "x/y", Path: "b", Whole: true, Only: []string{"c.d", "['e.f'].g"}}, {Type: "x/y", Path: "n", Whole: true, Only: []string{}}, {Path: "l[*].m"}}
	first, second := newTape(), newTape()
	in, out := newEar(t, wishes...), newEar(t, wishes...)
	sink := recorded.Record(in, first)
	for _, x := range everything(f) {
		give(sink, x)
	}
	v := slots.NewValues()
	for _, plan := range []*slots.Plan{in.plans.For("x/y"), in.plans.Every(), in.plans.For("other")} {
		v.Reset(plan)
		v.Set("a", demarc.Text("known"))
		v.CloseAll()
		r := source.Resource{Values: v}
		if r.Type = "X/Y"; plan == in.plans.For("other") {
			r.Type = "other"
		}
		sink.Resource(r)
	}
	playAll(t, *first.list, recorded.Record(out, second))
	if got, want := *second.list, *first.list; !slices.Equal(got, want) {
		t.Errorf("got\n%v\nwant\n%v", got, want)
	}
	plans := 0
	for _, k := range *first.list {
		if k.kind == recorded.KindPlan {
			plans++
		}
	}
	if plans != 3 {
		t.Errorf("%d plans were kept, want 3", plans)
	}
}

// TestTheSameTwice: the place is no part of what a record says, but the file
// is where it means something.
func TestTheSameTwice(t *testing.T) {
	a := demarc.Place{File: &demarc.File{Path: "a"}, Line: 1}
	b := demarc.Place{File: &demarc.File{Path: "b"}, Line: 2}
	tests := []struct {
		name string
		one  func(p demarc.Place) any
		same bool
	}{
		{"a resource", func(p demarc.Place) any { return source.Resource{Resource: demarc.Resource{ID: "x", Place: p}} }, true},
		{"a scope", func(p demarc.Place) any { return source.Scope{ID: "x", Place: p} }, true},
		{"a reference", func(p demarc.Place) any { return source.Reference{ID: "x", Place: p} }, true},
		{"dated evidence", func(p demarc.Place) any { return demarc.Evidence{Check: "x", Observed: time.Unix(1, 0), Place: p} }, true},
		{"evidence without a day", func(p demarc.Place) any { return demarc.Evidence{Check: "x", Place: p} }, false},
		{"a role", func(p demarc.Place) any { return source.Statement{Place: p, Content: demarc.RoleAssignment{Place: p}} }, false},
		{"a note", func(p demarc.Place) any { return demarc.Note{Message: "x", Place: p} }, false},
		{"what is absent", func(p demarc.Place) any { return demarc.Incomplete{Message: "x", Place: p} }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tape := newTape()
			sink := recorded.Record(newEar(t), tape)
			give(sink, tt.one(a))
			give(sink, tt.one(b))
			list := *tape.list
			if (list[0].record == list[1].record) != tt.same || list[0].aside == list[1].aside {
				t.Errorf("the records are %v", list)
			}
		})
	}
}

// TestForksShareTheirPlans: a plan is kept once, whoever meets it first.
func TestForksShareTheirPlans(t *testing.T) {
	tape, e := newTape(), newEar(t, slots.Wish{Path: "a"})
	sink := recorded.Record(e, tape)
	v := slots.NewValues()
	v.Reset(e.plans.For("t"))
	v.Set("a", demarc.Null())
	sink.Resource(source.Resource{Values: v})
	sink.Fork().Resource(source.Resource{Values: v})
	list := *tape.list
	if len(list) != 3 || list[0].kind != recorded.KindPlan || list[1] != list[2] {
		t.Errorf("kept %v", list)
	}
}

// TestZonesStay: an instant is written in the zone in which it was read.
func TestZonesStay(t *testing.T) {
	tape, again := newTape(), newEar(t)
	at := time.Date(2026, 5, 1, 1, 30, 0, 5, time.FixedZone("", 2*60*60))
	recorded.Record(newEar(t), tape).Evidence(&demarc.Evidence{Observed: at})
	playAll(t, *tape.list, again)
	if got := again.heard[0].(demarc.Evidence).Observed; !got.Equal(at) || got.Format(time.RFC3339Nano) != at.Format(time.RFC3339Nano) {
		t.Errorf("got %v, want %v", got, at)
	}
}

// TestRefusals: what this program does not know is not passed over.
func TestRefusals(t *testing.T) {
	tape := newTape()
	e := newEar(t, slots.Wish{Path: "a"})
	sink := recorded.Record(e, tape)
	v := slots.NewValues()
	v.Reset(e.plans.For("t"))
	v.Set("a", demarc.Text("x"))
	sink.Resource(source.Resource{Values: v})
	sink.Note(demarc.Note{Message: "m"})
	sink.Statement(source.Statement{Content: struct{ A string }{"x"}})
	plan, resource, note, other := (*tape.list)[0], (*tape.list)[1], (*tape.list)[2], (*tape.list)[3]
	tests := []struct {
		name   string
		kind   recorded.Kind
		record string
		plans  []string
		want   string
	}{
		{"a newer version", note.kind, "\x02" + note.record[1:], nil, "read a record of kind note: it was written by a newer version of the program"},
		{"a field more", note.kind, note.record + "\x00", nil, "newer version"},
		{"a kind more", 200, note.record, nil, "read a record of kind 200: it was written by a newer version"},
		{"a seen more", resource.kind, "\x01\x00\x00\x00\x09" + resource.record[5:], nil, "newer version"},
		{"nothing", note.kind, "", nil, "it breaks off"},
		{"half of it", note.kind, note.record[:len(note.record)-2], nil, "it breaks off"},
		{"a plan that is not there", resource.kind, resource.record, nil, "it names a plan that is not there"},
		{"a slot that is not there", resource.kind, resource.record + "\x11", []string{plan.record}, "it holds what no version of the program writes"},
		{"a value of a kind more", resource.kind, resource.record[:len(resource.record)-3] + "\x1f", []string{plan.record}, "newer version"},
		{"what could not be recorded", other.kind, other.record, nil, `a statement with a "struct { A string }" was not recorded`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, heard := recorded.NewPlayer(), newEar(t, slots.Wish{Path: "a"})
			for _, record := range tt.plans {
				if err := p.Plan([]byte(record)); err != nil {
					t.Fatal(err)
				}
			}
			err := p.Play(tt.kind, []byte(tt.record), nil, heard)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			if len(heard.heard) > 0 {
				t.Error("a part of it was played")
			}
		})
	}
}

// TestFormat holds the bytes of a record still: stores are full of them.
func TestFormat(t *testing.T) {
	tape := newTape()
	e := newEar(t, slots.Wish{Path: "a"}, slots.Wish{Type: "t", Path: "b", Whole: true, Only: []string{"c"}})
	v := slots.NewValues()
	v.Reset(e.plans.For("t"))
	v.Set("a", demarc.Number(300))
	v.Set("b", demarc.ObjectOf([]string{"C"}, []demarc.Value{demarc.Null()}))
	recorded.Record(e, tape).Resource(source.Resource{Resource: demarc.Resource{ID: "id", Type: "t", Seen: demarc.SeenFull, Place: demarc.Place{File: &demarc.File{Path: "f"}, Line: 7}}, Values: v})
	want := []kept{
		{recorded.KindPlan, "\x01\x00\x01\x02\x01a\x00\x00\x01b\x01\x01\x01\x01c", ""},
		{recorded.KindResource, "\x01\x02id\x00\x01t\x04\x00\x00\x00\x00\x00\x00\x01" + "" + "\x16\xac\x02\x1c\x01\x01C\x02", "\x01f\x0e"},
	}
	got := *tape.list
	id := got[1].record[15:23]
	got[1].record = got[1].record[:15] + got[1].record[23:]
	if !slices.Equal(got, want) || bytes.Equal([]byte(id), make([]byte, 8)) {
		t.Errorf("got\n%v\nwant\n%v", got, want)
	}
}

// TestPlacesOfStatements: what a statement holds may name another place than
// the statement itself, or the only one.
func TestPlacesOfStatements(t *testing.T) {
	a, b := demarc.Place{File: &demarc.File{Path: "a"}, Line: 1}, demarc.Place{File: &demarc.File{Path: "b"}, Line: 2}
	for _, places := range [][2]demarc.Place{{a, a}, {a, b}, {{}, b}, {a, {}}, {{}, {}}} {
		want := source.Statement{Place: places[0], Content: demarc.Listing{Place: places[1]}}
		tape, again := newTape(), newEar(t)
		recorded.Record(newEar(t), tape).Statement(want)
		playAll(t, *tape.list, again)
		if !reflect.DeepEqual(again.heard, []any{want}) {
			t.Errorf("played %+v, want %+v", again.heard[0], want)
		}
	}
}
