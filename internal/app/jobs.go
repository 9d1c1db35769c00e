package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/demarc-dev/demarc/internal/dispatch"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/store"
)

// engine names the program, so that workers of another one leave its jobs to
// those of the same: its commit where it was built from one, else its own bytes.
var engine = sync.OnceValue(func() string {
	v := Version()
	if v.Commit != "" && !v.Modified {
		return v.Version + " " + v.Commit
	}
	if sum, err := programSum(); err == nil {
		return v.Version + " " + sum
	}
	return v.Version
})

// programSum is a hash of the program's file.
func programSum() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)[:8]), nil
}

func sumOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Runs lists the runs of a workspace, or of all, and why something waits.
func Runs(ctx context.Context, in Place) (*report.RunList, error) {
	list := &report.RunList{Database: in.shown(), Runs: []report.RunLine{}, Notes: []string{}}
	err := in.served(ctx, func(db *store.DB) error {
		runs, err := db.Runs(ctx, in.Workspace)
		if err != nil {
			return err
		}
		all, err := dispatch.Workers(ctx, db.Pool())
		if err != nil {
			return err
		}
		list.Workers = len(all)
		for _, r := range runs {
			line := runLine(r)
			line.Workers = workersOf(r, all)
			list.Runs = append(list.Runs, *line)
			if !r.State.Ended() && line.Workers == 0 {
				list.Notes = append(list.Notes, fmt.Sprintf("Run %d of %s waits: no worker of the program that handed it over (%s) is running. Start one there: demarc worker --database ...", r.Number, r.Workspace, r.Program))
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// workersOf counts the workers that take the jobs of a run.
func workersOf(r *store.Run, all []dispatch.Worker) (n int) {
	for i := range all {
		if all[i].Queue == runOf(r).Queue {
			n++
		}
	}
	return n
}

func runLine(r *store.Run) *report.RunLine {
	line := &report.RunLine{Workspace: r.Workspace, Number: r.Number, State: r.State.String(), Resources: r.Resources, Shards: r.Shards, Done: r.Shards - r.Open,
		Skipped: r.Skipped, Failed: []report.ShardLine{}, HandedOn: moment(r.Created), Snapshot: r.Snapshot, Problem: r.Problem, Program: r.Program}
	if !r.Ended.IsZero() {
		line.Ended = moment(r.Ended)
	}
	for _, s := range r.Failed {
		line.Failed = append(line.Failed, report.ShardLine(s))
	}
	return line
}

// every is how often a run that is waited for is looked at.
const every = 200 * time.Millisecond

// Await waits until a run has ended, tells how far it is, and says what became
// of it. When ctx ends the run goes on without anybody waiting.
func Await(ctx context.Context, in Place, line *report.RunLine, tell func(*report.RunLine)) (*report.RunDone, error) {
	in.Workspace = line.Workspace
	done := &report.RunDone{}
	err := in.served(ctx, func(db *store.DB) error {
		for {
			r, err := findRun(ctx, db, in.Workspace, line.Number)
			if err != nil {
				return err
			}
			done.RunLine = *runLine(r)
			if r.State.Ended() {
				return in.became(ctx, db, done)
			}
			if all, err := dispatch.Workers(ctx, db.Pool()); err == nil { // else the next look tells what is wrong
				done.Workers = workersOf(r, all)
				tell(&done.RunLine)
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(every):
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return done, nil
}

// became adds what the snapshot of a run says.
func (p Place) became(ctx context.Context, db *store.DB, done *report.RunDone) error {
	done.Next = []string{}
	if done.Snapshot == 0 {
		if done.State == store.RunFailed.String() {
			done.Next = append(done.Next, fmt.Sprintf("demarc jobs retry %d --database ... --workspace %q", done.Number, done.Workspace))
		}
		return nil
	}
	s, err := p.find(ctx, db, fmt.Sprint(snapshotMark, done.Snapshot))
	if err != nil {
		return err
	}
	done.Resources = s.Resources
	done.Met, done.Unmet, done.Unknown = s.Summary.Met, s.Summary.Unmet, s.Summary.Unknown
	done.Next = append(done.Next, fmt.Sprintf("demarc assess @%d --database ... --workspace %q", done.Snapshot, done.Workspace))
	return nil
}

// findRun finds a run of a workspace by its number.
func findRun(ctx context.Context, db *store.DB, workspace string, number int64) (*store.Run, error) {
	if workspace == "" {
		workspace = store.DefaultWorkspace
	}
	return db.RunOf(ctx, workspace, number)
}

// CancelRun gives a run up: what was kept of it is cleared away. A file has runs,
// too, when it is a copy of what a server held, and no jobs of them.
func CancelRun(ctx context.Context, in Place, number int64) (line *report.RunLine, err error) {
	opened := in.served
	if !store.IsServer(in.path()) {
		opened = func(ctx context.Context, f func(*store.DB) error) error { return in.opened(ctx, store.Options{}, f) }
	}
	err = opened(ctx, func(db *store.DB) error {
		line, err = in.changeRun(ctx, db, number, func(r *store.Run) error {
			return db.CancelRun(ctx, r, func(tx store.Tx) error {
				if tx == nil {
					return nil
				}
				return dispatch.Cancel(ctx, tx, runOf(r))
			})
		})
		return err
	})
	return line, err
}

// RetryRun hands the shards of a run that failed over once more.
func RetryRun(ctx context.Context, in Place, number int64) (line *report.RunLine, err error) {
	err = in.served(ctx, func(db *store.DB) error {
		line, err = in.changeRun(ctx, db, number, func(r *store.Run) error {
			if r.Program != engine() || r.Catalog != catalogHash() {
				return hinted(fmt.Errorf("run %d of %s was handed over by another program (%s)", r.Number, r.Workspace, r.Program), "use that one, or give the run up and assess again")
			}
			return db.RetryRun(ctx, r, func(tx store.Tx, r *store.Run, open []int) error { return dispatch.Hand(ctx, tx, runOf(r), open) })
		})
		return err
	})
	return line, err
}

// changeRun changes a run and says how it stands then.
func (p Place) changeRun(ctx context.Context, db *store.DB, number int64, change func(*store.Run) error) (*report.RunLine, error) {
	r, err := findRun(ctx, db, p.Workspace, number)
	if err != nil {
		return nil, err
	}
	if err := change(r); err != nil {
		return nil, err
	}
	if r, err = findRun(ctx, db, p.Workspace, number); err != nil {
		return nil, err
	}
	return runLine(r), nil
}
