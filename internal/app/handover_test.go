package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/bench"
	"github.com/demarc-dev/demarc/internal/dispatch"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/store"
)

// handing hands estates over and does the work of all workers in this process.
type handing struct {
	t     *testing.T
	place Place
	db    *store.DB
	work  dispatch.Work
}

func newHanding(t *testing.T) *handing {
	t.Helper()
	h := &handing{t: t, place: kept(t)}
	db, err := h.place.open(t.Context(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	h.db = db
	h.work = (&worker{db: db, folder: t.TempDir()}).work()
	return h
}

// run hands an estate over, has the shards looked at, and publishes.
func (h *handing) run(q Request) (*store.Run, *store.Snapshot) {
	h.t.Helper()
	at, err := h.tryRun(q)
	if err != nil {
		h.t.Fatal(err)
	}
	all, err := h.db.Snapshots(h.t.Context(), "")
	if err != nil {
		h.t.Fatal(err)
	}
	r, err := h.db.Run(h.t.Context(), at.Workspace, at.Number)
	if err != nil || r.State != store.RunPublished || r.Snapshot != all[len(all)-1].Number {
		h.t.Fatalf("the run is %v, %v", r, err)
	}
	return r, &all[len(all)-1]
}

// tryRun is run that may fail.
func (h *handing) tryRun(q Request) (dispatch.Run, error) {
	h.t.Helper()
	q.most = 500
	var open []int
	r, err := h.place.handOver(h.t.Context(), q, h.db, "tester", func(_ store.Tx, _ *store.Run, list []int) error { open = list; return nil })
	if err != nil {
		return dispatch.Run{}, err
	}
	at := runOf(r)
	slices.Reverse(open)
	err = dispatch.Each(h.t.Context(), len(open), 2, func(ctx context.Context, i int) error {
		result, err := h.work.Observe(ctx, at, open[i])
		if err != nil {
			return err
		}
		_, err = h.work.Keep(ctx, nil, at, open[i], result)
		return err
	})
	return at, errors.Join(err, h.work.Finish(h.t.Context(), at))
}

// exportOf writes a generated export into the current folder.
func exportOf(t *testing.T, name string, e bench.Export) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(bench.Write(f, e), f.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestHandedOverIsTheSame: an estate whose shards were looked at apart becomes
// the snapshot that one process makes of it, to the last byte.
func TestHandedOverIsTheSame(t *testing.T) {
	for name, q := range estates(t) {
		if q.Redact.On {
			continue
		}
		t.Run(name, func(t *testing.T) {
			places, _ := sameHandedOver(t, q)
			sameInputs(t, q, places)
		})
	}
	// Of records that two files have alike, either place may be kept.
	t.Run("all readers", func(t *testing.T) { sameHandedOver(t, allReaders(t)) })
	t.Run("many", func(t *testing.T) {
		q := exported(t, 4000)
		q.Checks.NotOwn = false
		places, shards := sameHandedOver(t, q)
		sameInputs(t, q, places)
		if shards < 4 {
			t.Errorf("only %d shards", shards)
		}
	})
}

// sameHandedOver saves an estate in one process and by shards, and gives the two
// places.
func sameHandedOver(t *testing.T, q Request) (places [2]Place, shards int) {
	t.Helper()
	alone := kept(t)
	saveIt(t, q, alone)
	h := newHanding(t)
	r, got := h.run(q)
	want, err := storeOf(t, alone).Snapshots(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Content, want[0].Content) || got.Summary != want[0].Summary {
		t.Errorf("it says %+v of %d resources, not %+v of %d", got.Summary, got.Resources, want[0].Summary, want[0].Resources)
	}
	return [2]Place{alone, h.place}, r.Shards
}

// sameInputs compares what comes of the inputs of two snapshots when they are
// assessed again.
func sameInputs(t *testing.T, q Request, places [2]Place) {
	t.Helper()
	var said [2]string
	for i := range places {
		again := requestOf(fmt.Sprint(snapshotMark, 1))
		again.Place, again.Checks = places[i], q.Checks
		a, err := Assess(t.Context(), again)
		if err != nil {
			t.Fatal(err)
		}
		said[i] = asJSON(t, a)
	}
	if said[0] != said[1] {
		t.Error("the inputs are others:", firstDifference(said[1], said[0]))
	}
}

// TestUnchangedShardsAreSkipped: of an estate of which little changed, little is
// looked at again, and the outcome is that of one that is looked at whole.
func TestUnchangedShardsAreSkipped(t *testing.T) {
	t.Chdir(t.TempDir())
	exportOf(t, "rows.json", bench.Export{Seed: 7, Rows: 6000})
	q := requestOf("rows.json")
	h := newHanding(t)
	first, _ := h.run(q)
	if first.Skipped != 0 || first.Shards < 6 {
		t.Fatalf("%d shards, %d of them skipped", first.Shards, first.Skipped)
	}
	exportOf(t, "rows.json", bench.Export{Seed: 7, Rows: 6000, Changed: 10})
	second, got := h.run(q)
	if second.Skipped != first.Shards || second.Shards-second.Skipped > 2 {
		t.Errorf("%d of %d shards were skipped, of %d before", second.Skipped, second.Shards, first.Shards)
	}
	alone := kept(t)
	saveIt(t, q, alone)
	want, err := storeOf(t, alone).Snapshots(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Content, want[0].Content) {
		t.Errorf("it says %+v of %d resources, not %+v of %d", got.Summary, got.Resources, want[0].Summary, want[0].Resources)
	}
	q.Checks.NotOwn = true
	if third, _ := h.run(q); third.Skipped != 0 {
		t.Error("what other checks said was taken for these")
	}
}

// TestBrokenResultsAreRefused: a result that is not as it was written is an
// error, and no snapshot comes of it.
func TestBrokenResultsAreRefused(t *testing.T) {
	t.Chdir(t.TempDir())
	exportOf(t, "rows.json", bench.Export{Seed: 7, Rows: 2000})
	h := newHanding(t)
	observe := h.work.Observe
	h.work.Observe = func(ctx context.Context, r dispatch.Run, shard int) ([]byte, error) {
		result, err := observe(ctx, r, shard)
		return result[:len(result)-1], err
	}
	if _, err := h.tryRun(requestOf("rows.json")); err == nil || !strings.Contains(err.Error(), "read results") {
		t.Errorf("it was finished: %v", err)
	}
	if list, err := h.db.Snapshots(t.Context(), ""); err == nil && len(list) > 0 {
		t.Error("a snapshot came of it")
	}
}

// TestHandingOverIsRefused: what workers cannot do is told before anything is
// kept.
func TestHandingOverIsRefused(t *testing.T) {
	q := requestOf("../../examples/contoso")
	if _, err := HandOver(t.Context(), q, kept(t), "tester"); err == nil {
		t.Error("it was handed over through a file")
	}
	in := Place{Database: "postgres://nobody@127.0.0.1:1/none"}
	q.Checks.Policies = []string{filepath.Join("..", "..", "data", "policies")}
	if _, err := HandOver(t.Context(), q, in, "tester"); err == nil {
		t.Error("folders were handed over")
	}
	q.Checks.Policies, q.Redact.On = nil, true
	if _, err := HandOver(t.Context(), q, in, "tester"); err == nil {
		t.Error("it was redacted")
	}
	q.Redact.On, q.Paths = false, []string{"@latest"}
	if _, err := HandOver(t.Context(), q, in, "tester"); err == nil || !strings.Contains(err.Error(), "snapshot") {
		t.Errorf("a snapshot was handed over: %v", err)
	}
}

// TestFinishedByMany: of several that finish a run at the same time one
// publishes, and the others end without a complaint.
func TestFinishedByMany(t *testing.T) {
	t.Chdir(t.TempDir())
	exportOf(t, "rows.json", bench.Export{Seed: 7, Rows: 2000})
	h := newHanding(t)
	finish := h.work.Finish
	h.work.Finish = func(ctx context.Context, r dispatch.Run) error {
		const finishers = 4
		return dispatch.Each(ctx, finishers, finishers, func(ctx context.Context, _ int) error { return finish(ctx, r) })
	}
	r, _ := h.run(requestOf("rows.json"))
	if r.Snapshot != 1 {
		t.Errorf("it became snapshot %d", r.Snapshot)
	}
}

// TestFinishedTooEarly: to finish a run whose shards are open again changes
// nothing, and a run in a file can be given up.
func TestFinishedTooEarly(t *testing.T) {
	t.Chdir(t.TempDir())
	exportOf(t, "rows.json", bench.Export{Seed: 7, Rows: 2000})
	h := newHanding(t)
	r, err := h.place.handOver(t.Context(), requestOf("rows.json"), h.db, "tester", func(store.Tx, *store.Run, []int) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	if err := h.work.Finish(t.Context(), runOf(r)); err != nil {
		t.Error(err)
	}
	if err := h.work.Abandon(t.Context(), runOf(r), "out of luck"); err != nil {
		t.Error(err)
	}
	if now, err := h.db.RunOf(t.Context(), "", r.Number); err != nil || now.State != store.RunOpen {
		t.Errorf("the run is %v, %v", now, err)
	}
	if line, err := CancelRun(t.Context(), h.place, r.Number); err != nil || line.State != store.RunCancelled.String() {
		t.Errorf("it is %+v, %v", line, err)
	}
	if _, err := CancelRun(t.Context(), h.place, r.Number); err == nil || !strings.Contains(err.Error(), "it is cancelled") {
		t.Errorf("it was given up twice: %v", err)
	}
	done := &report.RunDone{RunLine: *runLine(r)}
	done.State = store.RunCancelled.String()
	if err := h.place.became(t.Context(), h.db, done); err != nil || len(done.Next) > 0 {
		t.Errorf("what was given up shall go on with %v, %v", done.Next, err)
	}
}
