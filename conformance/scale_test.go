//go:build conformance

package conformance

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/bench"
	"github.com/demarc-dev/demarc/internal/fleet"
)

// beside is how many generated resources stand beside the subscription, so that
// there are shards enough for two workers.
const beside = 70_000

// neighbours writes them.
func neighbours(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "neighbours.json")
	f, err := os.Create(path)
	if err == nil {
		err = errors.Join(bench.Write(f, bench.Export{Seed: 20260706, Rows: beside}), f.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// serverOf starts a server without workers.
func serverOf(t *testing.T) *fleet.Fleet {
	t.Helper()
	path, err := fleet.Build(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	f, err := fleet.Start(t.Context(), &fleet.Program{Path: path, Cores: 1}, fleet.Lasting)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

// TestTwoDaysEverywhere: the two days of a subscription give the same snapshots
// in a file, on PostgreSQL, and on PostgreSQL with two workers of which one is
// killed in the midst of a shard; and the same story is told of them.
func TestTwoDaysEverywhere(t *testing.T) {
	before, after := twoDays(t)
	more := neighbours(t)
	story := func(r remembering, save func(day string, paths ...string)) []string {
		save("2026-07-03", before, more)
		save("2026-07-06", after, more)
		r.twoDays()
		return r.contents()
	}
	file := remember(t)
	want := story(file, file.save)
	alone := remembering{t, app.Place{Database: serverOf(t).URL, Workspace: "amex678"}}
	if got := story(alone, alone.save); !slices.Equal(got, want) {
		t.Errorf("on PostgreSQL %v, and in a file %v", got, want)
	}
	w := startWorking(t)
	if got := story(w.remembering, w.save); !slices.Equal(got, want) {
		t.Errorf("by workers %v, and in a file %v", got, want)
	}
	if !w.killed {
		t.Error("no worker was killed")
	}
}

// contents are the hashes of what the snapshots conclude.
func (r remembering) contents() (list []string) {
	r.Helper()
	all, err := app.ListSnapshots(context.Background(), r.Place)
	if err != nil {
		r.Fatal(err)
	}
	for _, s := range all.Snapshots {
		if s.Workspace == r.Workspace {
			list = append(list, s.Content)
		}
	}
	return list
}

// working has two workers make snapshots, and kills one of them at the first.
type working struct {
	remembering
	fleet   *fleet.Fleet
	workers []*fleet.Worker
	killed  bool
}

func startWorking(t *testing.T) *working {
	t.Helper()
	f := serverOf(t)
	workers, err := f.Work(t.Context(), 2)
	if err != nil {
		t.Fatal(err)
	}
	return &working{remembering: remembering{t, app.Place{Database: f.URL, Workspace: "amex678"}}, fleet: f, workers: workers}
}

func (w *working) save(day string, paths ...string) {
	w.Helper()
	run, err := w.fleet.HandOver(w.Context(), w.Workspace, append([]string{"--as-of", day}, paths...)...)
	if err != nil {
		w.Fatal(err)
	}
	if !w.killed {
		w.kill(run)
	}
	if err := run.Await(w.Context()); err != nil {
		w.Fatal(err)
	}
	w.Logf("as of %s: %d shards, %d skipped, %s", day, run.Shards, run.Skipped, run.Took())
}

// kill kills the second worker in the midst of a shard.
func (w *working) kill(run *fleet.Run) {
	w.Helper()
	k, err := run.KillAtWork(w.Context(), w.workers[1])
	if err != nil {
		w.Fatal(err)
	}
	w.killed = true
	after, err := run.TakenUp(w.Context(), k)
	if err != nil {
		w.Fatal(err)
	}
	w.Logf("killed at shard %v, taken up after %s", k.Held, after)
}
