package storetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc/internal/sample"
	"github.com/demarc-dev/demarc/internal/store"
)

// Runs tries everything that a store promises about assessments that were
// handed over.
func Runs(t *testing.T, open Opener) {
	for _, tt := range []struct {
		name string
		try  func(t *testing.T, open Opener)
	}{
		{"a run becomes what saving makes", runBecomes},
		{"shards that did not change are skipped", runSkips},
		{"nothing is kept twice", runOnce},
		{"who resumes a run takes it from who did before", runFenced},
		{"a shard that fails can be tried again", runRetried},
		{"a failed run does not come behind a newer snapshot", runOutrun},
		{"a run that is given up leaves nothing", runCancelled},
		{"files come with a run and go with it", runFiles},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.try(t, open) })
	}
}

// shardTurn is the turn of the inputs that are divided, of which there are some
// in every shard.
const (
	shardTurn = 0
	shardMost = 400
)

// handOver hands the estate of a number over.
func handOver(t *testing.T, db *store.DB, workspace string, number, inputs int) *store.Run {
	t.Helper()
	s, err := db.Begin(t.Context(), workspace)
	if err != nil {
		t.Fatal(err)
	}
	return HandOver(t, s, number, inputs)
}

// HandOver keeps the estate of a number in a saving and hands it over.
func HandOver(t *testing.T, s *store.Saving, number, inputs int) *store.Run {
	t.Helper()
	defer s.Abandon()
	k := s.Keeper()
	for i, record := range Inputs(number, inputs) {
		k.Keep(byte(i%2), 1, record, nil)
	}
	k.Flush()
	r, err := s.HandOver(&store.Handing{Order: store.Order{Asked: fmt.Append(nil, number), Program: "test", Catalog: "test", Actor: "ada"},
		Files: [][]byte{file}, Turn: shardTurn, Most: shardMost, Depends: []byte("checks")})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// at names a shard of a run.
func at(r *store.Run, shard int) store.ShardAt {
	workspace, run := r.ID()
	return store.ShardAt{Workspace: workspace, Run: run, Shard: shard}
}

// lookAt keeps the result of a shard: the marks of its inputs.
func lookAt(ctx context.Context, db *store.DB, r *store.Run, shard int) (last bool, err error) {
	var result []byte
	err = r.EachOf(ctx, shard, func(mark uint64, _ byte, record, _ []byte) error {
		result = fmt.Appendf(result, "%x %x\n", mark, record[:4])
		return nil
	})
	if err != nil {
		return false, err
	}
	return db.KeepResult(ctx, nil, at(r, shard), result)
}

// lookAtAll looks at the shards that are open.
func lookAtAll(t *testing.T, db *store.DB, r *store.Run) (looked int) {
	t.Helper()
	for shard := range r.Shards {
		result, err := r.Result(t.Context(), shard)
		if err != nil {
			t.Fatal(err)
		}
		if result != nil {
			continue
		}
		last, err := lookAt(t.Context(), db, r, shard)
		if err != nil {
			t.Fatal(err)
		}
		looked++
		if last != (looked == r.Open) {
			t.Errorf("shard %d of %d: last is %t", shard, r.Shards, last)
		}
	}
	return looked
}

// finish publishes a run.
func finish(ctx context.Context, db *store.DB, r *store.Run, number int) (*store.Snapshot, error) {
	s, err := db.Resume(ctx, r)
	if err != nil {
		return nil, err
	}
	defer s.Abandon()
	return s.Publish(publication(number))
}

func publication(number int) *store.Publication {
	return &store.Publication{Assessment: Estate(number), Taken: sample.AsOf, Program: "test", Catalog: "test"}
}

// again looks a run up anew.
func again(t *testing.T, db *store.DB, r *store.Run) *store.Run {
	t.Helper()
	workspace, number := r.ID()
	found, err := db.Run(t.Context(), workspace, number)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func runBecomes(t *testing.T, open Opener) {
	db := open(t)
	for number := 1; number <= 3; number++ {
		saved, err := Save(t.Context(), db, "saved", number, 2000)
		if err != nil {
			t.Fatal(err)
		}
		r := handOver(t, db, "handed", number, 2000)
		if r.Shards < 2 || r.Resources == 0 {
			t.Fatalf("the run has %d shards of %d inputs", r.Shards, r.Resources)
		}
		lookAtAll(t, db, r)
		if _, err := db.Compact(t.Context(), "handed", store.Retention{Keep: 1}); err == nil {
			t.Error("the inputs of a run were compacted")
		}
		handed, err := finish(t.Context(), db, r, number)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(handed.Content, saved.Content) || handed.Number != saved.Number {
			t.Errorf("run %d became snapshot %d with another content than %d", number, handed.Number, saved.Number)
		}
		if r := again(t, db, r); r.State != store.RunPublished || r.Snapshot != handed.Number || r.Ended.IsZero() {
			t.Errorf("the run is %s and became %d", r.State, r.Snapshot)
		}
		sameInputs(t, db, handed, Inputs(number, 2000))
	}
	whole(t, db)
}

// sameInputs fails the test when the inputs of a snapshot are not those that it
// was given.
func sameInputs(t *testing.T, db *store.DB, s *store.Snapshot, want [][]byte) {
	t.Helper()
	var got [][]byte
	err := db.Recording(s.Workspace, s.Number).Each(t.Context(), nil, func(_ byte, record, _ []byte) error {
		got = append(got, bytes.Clone(record))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want = slices.Clone(want)
	slices.SortFunc(got, bytes.Compare)
	slices.SortFunc(want, bytes.Compare)
	if !slices.EqualFunc(got, want, bytes.Equal) {
		t.Errorf("snapshot %d gives %d other inputs back than the %d that it was given", s.Number, len(got), len(want))
	}
}

// Becomes has all shards of a run looked at and publishes it, and fails the test
// unless all that was handed over comes back.
func Becomes(t *testing.T, db *store.DB, r *store.Run, number, inputs int) {
	t.Helper()
	seen := 0
	for shard := range r.Shards {
		err := r.EachOf(t.Context(), shard, func(uint64, byte, []byte, []byte) error { seen++; return nil })
		if err != nil {
			t.Fatal(err)
		}
	}
	if seen != r.Resources {
		t.Errorf("the shards have %d inputs, not %d", seen, r.Resources)
	}
	lookAtAll(t, db, r)
	s, err := finish(t.Context(), db, r, number)
	if err != nil {
		t.Fatal(err)
	}
	sameInputs(t, db, s, Inputs(number, inputs))
	whole(t, db)
}

func runSkips(t *testing.T, open Opener) {
	db := open(t)
	first := handOver(t, db, "", 1, 4000)
	all := lookAtAll(t, db, first)
	if _, err := finish(t.Context(), db, first, 1); err != nil {
		t.Fatal(err)
	}
	second := handOver(t, db, "", 2, 4000)
	if second.Skipped != all || second.Open == 0 {
		t.Errorf("%d of %d shards were skipped, %d are open", second.Skipped, all, second.Open)
	}
	if looked := lookAtAll(t, db, second); looked != second.Open {
		t.Errorf("%d shards were looked at, %d were open", looked, second.Open)
	}
	seen := marksOf(t, second)
	if len(seen) != second.Resources {
		t.Errorf("%d inputs are visited of %d", len(seen), second.Resources)
	}
	for _, record := range Inputs(2, 4000) {
		delete(seen, string(record[:4]))
	}
	if len(seen) > 0 {
		t.Errorf("%d inputs are visited that are gone", len(seen))
	}
}

// marksOf are the beginnings of the inputs in all shards.
func marksOf(t *testing.T, r *store.Run) map[string]bool {
	t.Helper()
	seen := map[string]bool{}
	for shard := range r.Shards {
		marks := map[uint64]bool{}
		err := r.EachOf(t.Context(), shard, func(mark uint64, _ byte, record, _ []byte) error {
			if marks[mark] {
				t.Errorf("shard %d has the mark %x twice", shard, mark)
			}
			marks[mark] = true
			seen[string(record[:4])] = true
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return seen
}

func runOnce(t *testing.T, open Opener) {
	db := open(t)
	r := handOver(t, db, "", 1, 2000)
	for range 3 {
		if _, err := lookAt(t.Context(), db, r, 0); err != nil {
			t.Fatal(err)
		}
	}
	if got := again(t, db, r); got.Open != r.Open-1 {
		t.Errorf("%d shards are open after one was looked at three times, of %d", got.Open, r.Open)
	}
	lookAtAll(t, db, again(t, db, r))
	if _, err := finish(t.Context(), db, r, 1); err != nil {
		t.Fatal(err)
	}
	if _, err := finish(t.Context(), db, r, 1); !errors.Is(err, store.ErrRunEnded) {
		t.Errorf("it was published twice: %v", err)
	}
	if list, err := db.Snapshots(t.Context(), ""); err != nil || len(list) != 1 {
		t.Errorf("%d snapshots, %v", len(list), err)
	}
}

func runFenced(t *testing.T, open Opener) {
	db := open(t)
	r := handOver(t, db, "", 1, 2000)
	if _, err := db.Resume(t.Context(), r); err == nil {
		t.Error("it was resumed while shards are open")
	}
	lookAtAll(t, db, r)
	slow, err := db.Resume(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Abandon()
	if _, err := finish(t.Context(), db, r, 1); err != nil {
		t.Fatal(err)
	}
	if _, err := slow.Publish(publication(1)); err == nil {
		t.Error("who was replaced published, too")
	}
	if list, err := db.Snapshots(t.Context(), ""); err != nil || len(list) != 1 {
		t.Errorf("%d snapshots, %v", len(list), err)
	}
	whole(t, db)
}

func runRetried(t *testing.T, open Opener) {
	db := open(t)
	r := handOver(t, db, "", 1, 2000)
	if _, err := db.FailShard(t.Context(), nil, at(r, 1), "out of \x00luck\xff"); err != nil {
		t.Fatal(err)
	}
	lookAtAll(t, db, without(again(t, db, r)))
	if err := db.FailRun(t.Context(), r, "a shard failed\x00"); err != nil {
		t.Fatal(err)
	}
	failed := again(t, db, r)
	if failed.State != store.RunFailed || len(failed.Failed) != 1 || failed.Failed[0].Number != 1 || failed.Failed[0].Problem != "out of \uFFFDluck\uFFFD" {
		t.Errorf("the run is %s with %+v", failed.State, failed.Failed)
	}
	var reopened []int
	err := db.RetryRun(t.Context(), r, func(_ store.Tx, _ *store.Run, open []int) error { reopened = open; return nil })
	if err != nil || !slices.Equal(reopened, []int{1}) {
		t.Fatalf("opened again %v, %v", reopened, err)
	}
	if err := db.FailRun(t.Context(), r, "a shard failed"); err != nil || again(t, db, r).State != store.RunOpen {
		t.Errorf("who comes late ended a run that was tried again, %v", err)
	}
	if last, err := lookAt(t.Context(), db, r, 1); err != nil || !last {
		t.Errorf("last is %t, %v", last, err)
	}
	if _, err := finish(t.Context(), db, r, 1); err != nil {
		t.Error(err)
	}
}

// runOutrun tries a failed run again when somebody saved meanwhile.
func runOutrun(t *testing.T, open Opener) {
	db := open(t)
	r := handOver(t, db, "", 1, 2000)
	if err := failAll(t.Context(), db, r); err != nil {
		t.Fatal(err)
	}
	s, err := db.Begin(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	later := publication(2)
	later.Taken = r.Created.Add(time.Hour)
	if _, err := s.Publish(later); err != nil {
		t.Fatal(err)
	}
	if err := db.RetryRun(t.Context(), r, nil); err == nil || !strings.Contains(err.Error(), "snapshot 1 is newer") {
		t.Errorf("it was tried again behind what was seen later: %v", err)
	}
}

// failAll gives up all shards of a run, and the run.
func failAll(ctx context.Context, db *store.DB, r *store.Run) error {
	for shard := range r.Shards {
		if _, err := db.FailShard(ctx, nil, at(r, shard), "out of luck"); err != nil {
			return err
		}
	}
	return db.FailRun(ctx, r, "all shards failed")
}

// without gives the run as lookAtAll shall see it after one shard failed.
func without(r *store.Run) *store.Run {
	r.Open++ // shard 1 is looked at as well, which changes nothing
	return r
}

func runCancelled(t *testing.T, open Opener) {
	db := open(t)
	save(t, db, "", 1)
	r := handOver(t, db, "", 2, 2000)
	if err := db.CancelRun(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := lookAt(t.Context(), db, r, 0); err == nil {
		t.Error("a shard of it was looked at without its inputs")
	}
	if _, err := finish(t.Context(), db, r, 2); !errors.Is(err, store.ErrRunEnded) {
		t.Errorf("it was finished: %v", err)
	}
	if err := db.CancelRun(t.Context(), r, nil); !errors.Is(err, store.ErrRunEnded) {
		t.Errorf("it was given up twice: %v", err)
	}
	if found := whole(t, db); found.Staged != 0 || found.Snapshots != 1 {
		t.Errorf("%d staged layers and %d snapshots are left", found.Staged, found.Snapshots)
	}
	if _, err := db.Compact(t.Context(), "", store.Retention{}); err != nil {
		t.Error(err)
	}
	list, err := db.Runs(t.Context(), "")
	if err != nil || len(list) != 1 || list[0].State != store.RunCancelled {
		t.Errorf("the runs are %+v, %v", list, err)
	}
	if list[0].Open > list[0].Shards {
		t.Errorf("%d of %d shards are open", list[0].Open, list[0].Shards)
	}
}

// file is one that workers need.
var file = bytes.Repeat([]byte("a pack "), 50_000)

func runFiles(t *testing.T, open Opener) {
	db := open(t)
	first := handOver(t, db, "", 1, 2000)
	hash := sha256.Sum256(file)
	got, err := db.File(t.Context(), hash[:])
	if err != nil || !bytes.Equal(got, file) {
		t.Fatalf("%d bytes came back, %v", len(got), err)
	}
	if _, err := db.File(t.Context(), []byte("another")); err == nil {
		t.Error("a file came that nobody kept")
	}
	if err := db.CancelRun(t.Context(), first, nil); err != nil {
		t.Fatal(err)
	}
	second := handOver(t, db, "", 2, 2000)
	lookAtAll(t, db, second)
	if _, err := finish(t.Context(), db, second, 2); err != nil {
		t.Fatal(err)
	}
	third := handOver(t, db, "", 2, 2000)
	if third.Skipped != third.Shards {
		t.Errorf("%d of %d shards were skipped", third.Skipped, third.Shards)
	}
	if err := db.CancelRun(t.Context(), third, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Compact(t.Context(), "", store.Retention{}); err != nil {
		t.Fatal(err)
	}
	if _, err := db.File(t.Context(), hash[:]); err != nil {
		t.Errorf("a file was dropped that a run needs: %v", err)
	}
	list, err := db.Runs(t.Context(), "")
	if err != nil || len(list) != 2 || list[0].Number != second.Number {
		t.Errorf("%d runs stay, %v", len(list), err)
	}
	if again := handOver(t, db, "", 2, 2000); again.Skipped != again.Shards || again.Number != third.Number+1 {
		t.Errorf("run %d: %d of %d shards were skipped after compacting", again.Number, again.Skipped, again.Shards)
	}
}
