package fleet

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc/internal/bench"
	"github.com/demarc-dev/demarc/internal/store"
)

// started is a fleet without workers, and an estate of two shards.
func started(t *testing.T) (*Fleet, string) {
	t.Helper()
	folder := t.TempDir()
	t.Setenv("DEMARC_PACKS", folder)
	path, err := Build(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	estate := filepath.Join(folder, "estate.json")
	file, err := os.Create(estate)
	if err == nil {
		err = errors.Join(bench.Write(file, bench.Export{Seed: 7, Rows: 25_000}), file.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	f, err := Start(t.Context(), &Program{path, 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f, estate
}

// TestFleet: what is handed over is done by whoever is there, now or later, and
// comes to what one process comes to; what goes wrong is told in the words of
// the process.
func TestFleet(t *testing.T) {
	if testing.Short() {
		return
	}
	f, estate := started(t)
	want := f.alone(t, estate)
	t.Run("handed over before a worker is there", func(t *testing.T) {
		r, err := f.HandOver(t.Context(), "early", estate, "--as-of", "2026-01-12")
		if err = errors.Join(err, r.Leave()); err != nil || r.State != store.RunOpen || r.Shards != 2 {
			t.Fatalf("%+v, %v", r, err)
		}
		f.work(t, r, r.Publish)
		if got, err := f.Content(t.Context(), "early"); got != want || err != nil {
			t.Errorf("the content is %s, %v", got, err)
		}
	})
	t.Run("no such estate", func(t *testing.T) {
		if _, err := f.HandOver(t.Context(), "none", estate+"-absent"); err == nil || !strings.Contains(err.Error(), "nothing could be read") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("no such database", func(t *testing.T) {
		gone := *f
		gone.URL += "-absent"
		if _, err := gone.Work(t.Context(), 1); err == nil || !strings.Contains(err.Error(), "absent") {
			t.Errorf("got %v", err)
		}
	})
}

// alone is what one process concludes, with a file and with the server.
func (f *Fleet) alone(t *testing.T, estate string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "demarc.db")
	cost, err := f.Program.Run(t.Context(), "assess", estate, "--save", "--as-of", "2026-01-12", "--database", path, "--workspace", "one")
	if err != nil || cost.Time <= 0 || cost.Memory <= 0 {
		t.Fatalf("%+v, %v", cost, err)
	}
	want, err := ContentOf(t.Context(), path, "one")
	if err != nil || len(want) != 64 {
		t.Fatalf("the content is %q, %v", want, err)
	}
	if _, err := f.Assess(t.Context(), "one", estate, "--save", "--as-of", "2026-01-12"); err != nil {
		t.Fatal(err)
	}
	if got, err := f.Content(t.Context(), "one"); got != want || err != nil {
		t.Errorf("the content on the server is %s, %v", got, err)
	}
	return want
}

// work starts workers, waits for a run and looks who did what.
func (f *Fleet) work(t *testing.T, r *Run, wait func(context.Context) error) {
	t.Helper()
	workers, err := f.Work(t.Context(), 2)
	if err != nil {
		t.Fatal(err)
	}
	if err := wait(t.Context()); err != nil || r.State != store.RunPublished || r.Took() <= 0 {
		t.Errorf("%+v, %v", r, err)
	}
	if shares, err := r.Shares(t.Context(), workers); err != nil || shares[0]+shares[1] != r.Shards {
		t.Errorf("of %d shards they did %v, %v", r.Shards, shares, err)
	}
	if memory, err := Stop(workers); err != nil || memory <= 0 {
		t.Errorf("they had %d MB, %v", memory, err)
	}
}

// TestHeldBy: only shards count that a worker still has in its hands.
func TestHeldBy(t *testing.T) {
	jobs := []Job{
		{Shard: 0, Worker: "a", Ended: time.Now()},
		{Shard: 1, Worker: "a", Running: true},
		{Shard: 2, Worker: "b", Running: true},
		{Shard: 3},
		{Shard: -1, Worker: "a", Running: true},
	}
	if got := heldBy(&Worker{ID: "a"}, jobs); !slices.Equal(got, []int{1}) {
		t.Errorf("a holds %v", got)
	}
	if n := len(slices.DeleteFunc(jobs, func(j Job) bool { return !isDone(j) })); n != 1 {
		t.Errorf("%d are done", n)
	}
}

// TestUntil: it ends when it is so, when asking fails, and when it takes too long.
func TestUntil(t *testing.T) {
	n := 0
	if err := until(t.Context(), time.Minute, func() (bool, error) { n++; return n == 3, nil }); err != nil || n != 3 {
		t.Errorf("asked %d times, %v", n, err)
	}
	broken := errors.New("broken")
	if err := until(t.Context(), time.Minute, func() (bool, error) { return false, broken }); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if err := until(t.Context(), time.Millisecond, func() (bool, error) { return false, nil }); !errors.Is(err, errTooLong) {
		t.Errorf("got %v", err)
	}
}
