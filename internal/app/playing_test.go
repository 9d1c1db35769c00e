package app

import (
	"context"
	"errors"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/bench"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/recorded"
)

// exported assesses a generated export that is too large for one batch.
func exported(t testing.TB, rows int) Request {
	t.Helper()
	t.Chdir(t.TempDir())
	f, err := os.Create("rows.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(bench.Write(f, bench.Export{Seed: 20260112, Rows: rows}), f.Close()); err != nil {
		t.Fatal(err)
	}
	return Request{Paths: []string{"rows.json"}, Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), Checks: Checks{NotOwn: true}}
}

// TestReplayByAllCores: how many goroutines play changes nothing.
func TestReplayByAllCores(t *testing.T) {
	q := exported(t, 5000)
	a, kept := recordedOf(t, q)
	size := 0
	for _, k := range *kept.list {
		size += len(k.record)
	}
	if size < 4*batchSize {
		t.Fatalf("%d bytes are too few", size)
	}
	want := jsonOf(t, a)
	for _, n := range []int{1, 2, 5} {
		before := runtime.GOMAXPROCS(n)
		got := jsonOf(t, replayed(t, q, kept))
		runtime.GOMAXPROCS(before)
		if got != want {
			t.Errorf("with %d: %s", n, firstDifference(got, want))
		}
	}
}

// failing records break off with an error, or have one that cannot be read.
type failing struct {
	tape
	at    int
	err   error
	alter func(record []byte)
}

// Each visits until the record at which it fails.
func (f failing) Each(ctx context.Context, visit func(kind recorded.Kind, record, aside []byte) error) error {
	n := 0
	return f.tape.Each(ctx, func(kind recorded.Kind, record, aside []byte) error {
		if n++; n == f.at && f.err != nil {
			return f.err
		} else if n == f.at {
			f.alter(record)
		}
		return visit(kind, record, aside)
	})
}

// TestReplayThatFails: whoever meets an error, it is told and nothing hangs.
func TestReplayThatFails(t *testing.T) {
	q := exported(t, 5000)
	_, kept := recordedOf(t, q)
	torn := errors.New("the disk is torn")
	newer := func(record []byte) { record[0] = 2 }
	for name, tt := range map[string]struct {
		records Records
		want    string
	}{
		"while reading":      {failing{tape: kept, at: 3000, err: torn}, "the disk is torn"},
		"at the beginning":   {failing{tape: kept, at: 100, alter: newer}, "newer version"},
		"at the end":         {failing{tape: kept, at: len(*kept.list) - 10, alter: newer}, "newer version"},
		"with the last ones": {failing{tape: kept, at: len(*kept.list) - 4, alter: newer}, "newer version"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := AssessRecorded(t.Context(), q, tt.records); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := AssessRecorded(ctx, q, kept); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled, it gives %v", err)
	}
}

// deaf is a sink that hears nothing.
type deaf struct{ *firstSink }

// Fork is the sink itself.
func (d deaf) Fork() source.Sink { return d }

// uncounted is a keeper that keeps nothing.
type uncounted struct{ records, bytes int }

// Keep counts.
func (u *uncounted) Keep(_ recorded.Kind, record, aside []byte) {
	u.records++
	u.bytes += len(record) + len(aside)
}

// Fork is the keeper itself.
func (u *uncounted) Fork() recorded.Keeper { return u }

// BenchmarkPlayExport plays the resources of a generated export, one a round;
// BenchmarkRecordExport records them again as well.
func BenchmarkPlayExport(b *testing.B) { playExport(b, func(s source.Sink) source.Sink { return s }) }

// BenchmarkRecordExport says how long it takes more than playing, and how many
// bytes a record has.
func BenchmarkRecordExport(b *testing.B) {
	kept := &uncounted{}
	playExport(b, func(s source.Sink) source.Sink { return recorded.Record(s, kept) })
	b.ReportMetric(float64(kept.bytes)/float64(kept.records), "bytes/record")
}

// layoutOfAll is the layout of an assessment with our own checks.
func layoutOfAll(b *testing.B) *slots.Layout {
	b.Helper()
	c, err := knowledge()
	if err != nil {
		b.Fatal(err)
	}
	var o assess.Options
	if o.Policies, _, err = rulesOf(c, Checks{}, nil); err != nil {
		b.Fatal(err)
	}
	line, err := assess.New(c, o)
	if err != nil {
		b.Fatal(err)
	}
	return line.Layout()
}

func playExport(b *testing.B, through func(source.Sink) source.Sink) {
	b.Helper()
	kept := newTape()
	q := exported(b, 5000)
	q.Checks.NotOwn = false
	if _, err := AssessKeeping(b.Context(), q, kept); err != nil {
		b.Fatal(err)
	}
	player := recorded.NewPlayer()
	var list []keptRecord
	for _, k := range *kept.list {
		switch k.kind {
		case recorded.KindPlan:
			if err := player.Plan([]byte(k.record)); err != nil {
				b.Fatal(err)
			}
		case recorded.KindResource:
			list = append(list, k)
		default:
		}
	}
	sink := through(deaf{&firstSink{plans: layoutOfAll(b)}})
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		k := &list[n%len(list)]
		if err := player.Play(k.kind, []byte(k.record), []byte(k.aside), sink); err != nil {
			b.Fatal(err)
		}
		n++
	}
}

// laidOut is a sink with a layout of its own.
type laidOut struct {
	deaf
	plans *slots.Layout
}

// Fork is the sink itself.
func (p laidOut) Fork() source.Sink { return p }

// Plans are those of the layout.
func (p laidOut) Plans() *slots.Layout { return p.plans }

// without is a tape as it would have been if a path had not been asked for.
func without(t *testing.T, kept tape, wishes []slots.Wish, path string) tape {
	t.Helper()
	plans, err := slots.NewLayout(slices.DeleteFunc(slices.Clone(wishes), func(w slots.Wish) bool { return w.Path == path }))
	if err != nil {
		t.Fatal(err)
	}
	less, player := newTape(), recorded.NewPlayer()
	sink := recorded.Record(laidOut{plans: plans}, less)
	for _, k := range *kept.list {
		switch k.kind {
		case recorded.KindPlan:
			err = player.Plan([]byte(k.record))
		case recorded.KindResource:
			err = player.Play(k.kind, []byte(k.record), []byte(k.aside), sink)
		default:
			less.Keep(k.kind, []byte(k.record), []byte(k.aside))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return less
}

// TestReplayOfLess: whichever path was not asked for then, no verdict turns
// into another one but unknown, and an answer that becomes another says that it
// is only likely.
func TestReplayOfLess(t *testing.T) {
	q := estates(t)["contoso without checks on another day"]
	a, kept := recordedOf(t, q)
	is, wishes, changed := standings(a), everyWish(t, q), 0
	paths := []string{"none", "kind"}
	for i := 0; i < len(wishes); i += 4 {
		paths = append(paths, wishes[i].Path)
	}
	for _, path := range paths {
		b := replayed(t, q, without(t, kept, wishes, path))
		for id, got := range standings(b) {
			if was, ok := is[id]; ok && got.Status != demarc.UnknownStatus && got.Status != was.Status {
				t.Errorf("without %s, %s: %v (%s), was %v", path, id, got.Status, got.Why, was.Status)
			}
		}
		for i, r := range b.Resources {
			was := a.Resources[i].Answer
			if r.Answer.Model == was.Model && r.Answer.Role == was.Role {
				continue
			}
			if changed++; !r.Answer.Likely {
				t.Errorf("without %s, %s is %v %v for sure, was %v %v", path, r.ID, r.Answer.Model, r.Answer.Role, was.Model, was.Role)
			}
		}
	}
	if changed == 0 {
		t.Error("no path decides anything")
	}
}

// everyWish is what an assessment asks for of all types.
func everyWish(t *testing.T, q Request) []slots.Wish {
	t.Helper()
	c, err := knowledge()
	if err != nil {
		t.Fatal(err)
	}
	documents, err := OpenInputs(q.Paths, nil).Documents()
	if err != nil {
		t.Fatal(err)
	}
	o, err := q.options(documents)
	if err != nil {
		t.Fatal(err)
	}
	line, err := assess.New(c, o)
	if err != nil {
		t.Fatal(err)
	}
	return line.Layout().Every().Wishes()
}
