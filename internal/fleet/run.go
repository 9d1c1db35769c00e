package fleet

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"time"

	"github.com/demarc-dev/demarc/internal/store"
)

// handFor is how long handing an estate over may take, and runFor a whole run.
const (
	handFor = 10 * time.Minute
	runFor  = 30 * time.Minute
)

// Run is an assessment that was handed over, and the process that waits for
// what becomes of it.
type Run struct {
	*store.Run // as it stood last

	of    *Fleet
	cmd   *exec.Cmd
	said  *bytes.Buffer
	ended chan error
}

// HandOver hands an estate over to the workers, with more arguments of `demarc
// assess`, and returns when they have it. Its run must be awaited or left.
func (f *Fleet) HandOver(ctx context.Context, workspace string, args ...string) (*Run, error) {
	before, err := f.db.Runs(ctx, "")
	if err != nil {
		return nil, err
	}
	r := &Run{of: f, said: &bytes.Buffer{}, ended: make(chan error, 1)}
	r.cmd = f.Program.command(ctx, append(f.assess(workspace, args), "--dispatch")...)
	r.cmd.Stderr = r.said
	if err := r.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { r.ended <- r.cmd.Wait() }()
	if err := r.appear(ctx, workspace, before); err != nil {
		_ = r.cmd.Process.Kill() // it may have ended
		return nil, fmt.Errorf("hand over: %w", err)
	}
	return r, nil
}

// appear waits until the run is in the database.
func (r *Run) appear(ctx context.Context, workspace string, before []*store.Run) error {
	return until(ctx, handFor, func() (bool, error) {
		select {
		case err := <-r.ended:
			r.ended <- err
			if err != nil {
				return false, fmt.Errorf("%w: %s", err, complaint(r.said.String()))
			}
		default:
		}
		now, err := r.of.db.Runs(ctx, "")
		if err != nil || len(now) == len(before) {
			return false, err
		}
		r.Run, err = r.of.db.RunOf(ctx, workspace, numberOf(now, workspace))
		return err == nil, err
	})
}

// numberOf is the number of the newest run of a workspace.
func numberOf(all []*store.Run, workspace string) (number int64) {
	for _, r := range all {
		if r.Workspace == workspace {
			number = max(number, r.Number)
		}
	}
	return number
}

// Leave ends the process that waits. The run goes on.
func (r *Run) Leave() error {
	if err := r.cmd.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-r.ended // with an error, since nobody waits any more
	return nil
}

// Await waits until the run is published, with the process that handed it over.
func (r *Run) Await(ctx context.Context) error {
	if err := <-r.ended; err != nil {
		return fmt.Errorf("run %d of %s: %w: %s", r.Number, r.Workspace, err, complaint(r.said.String()))
	}
	return r.look(ctx)
}

// Publish waits until a run that was left is published.
func (r *Run) Publish(ctx context.Context) error {
	return until(ctx, runFor, func() (bool, error) {
		if err := r.look(ctx); err != nil || !r.State.Ended() {
			return false, err
		}
		if r.State != store.RunPublished {
			return false, fmt.Errorf("run %d of %s is %s: %s", r.Number, r.Workspace, r.State, r.Problem)
		}
		return true, nil
	})
}

// look looks how the run stands.
func (r *Run) look(ctx context.Context) error {
	now, err := r.of.db.RunOf(ctx, r.Workspace, r.Number)
	if err == nil {
		r.Run = now
	}
	return err
}

// Took is the time from the hand-over until the run was published.
func (r *Run) Took() time.Duration { return r.Ended.Sub(r.Created) }

// Content is the hash of what the newest snapshot of a workspace concludes.
func (f *Fleet) Content(ctx context.Context, workspace string) (string, error) {
	return contentIn(ctx, f.db, workspace)
}

// ContentOf is that of a database of one process.
func ContentOf(ctx context.Context, path, workspace string) (content string, err error) {
	db, err := store.Open(ctx, path, store.Options{ReadOnly: true})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return contentIn(ctx, db, workspace)
}

func contentIn(ctx context.Context, db *store.DB, workspace string) (string, error) {
	all, err := db.Snapshots(ctx, workspace)
	if err != nil {
		return "", err
	}
	if len(all) == 0 {
		return "", fmt.Errorf("no snapshot is in %s", workspace)
	}
	newest := slices.MaxFunc(all, func(a, b store.Snapshot) int { return int(a.Number - b.Number) })
	return hex.EncodeToString(newest.Content), nil
}

// Size is what the database takes on disk, in bytes.
func (f *Fleet) Size(ctx context.Context) (int64, error) { return f.db.Size(ctx) }
