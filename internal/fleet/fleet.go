// Package fleet runs the demarc program as several processes around one
// PostgreSQL server, all on this machine, so that their work together can be
// tried and measured: workers are started and killed, assessments are handed
// over to them, and what the database then holds is looked at.
package fleet

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/demarc-dev/demarc/internal/dispatch"
	"github.com/demarc-dev/demarc/internal/pgtest"
	"github.com/demarc-dev/demarc/internal/store"
)

// Lasting are the settings of a server that keeps what it was told when its
// machine fails, as one does that people rely on.
var Lasting = map[string]string{"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "shared_buffers": "512MB"}

// database is the one of a fleet.
const database = "fleet"

// appearFor is how long it may take until a worker takes jobs.
const appearFor = 30 * time.Second

// Fleet is a server with a database, and the workers around it.
type Fleet struct {
	Program *Program
	Server  *pgtest.Server
	URL     string // of the database

	folder  string // of what workers log
	db      *store.DB
	workers []*Worker
}

// Start starts a server with the settings, and makes the tables. No worker runs
// yet. It must be closed.
func Start(ctx context.Context, p *Program, settings map[string]string) (*Fleet, error) {
	server, err := pgtest.Start(ctx, pgtest.Options{Settings: settings})
	if err != nil {
		return nil, err
	}
	f := &Fleet{Program: p, Server: server}
	if err := f.open(ctx); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func (f *Fleet) open(ctx context.Context) (err error) {
	if f.URL, err = f.Server.Create(ctx, database); err != nil {
		return err
	}
	if f.folder, err = os.MkdirTemp("", "demarc-fleet-"); err != nil {
		return err
	}
	if f.db, err = store.Open(ctx, f.URL, store.Options{}); err != nil {
		return err
	}
	return dispatch.Prepare(ctx, f.db.Pool())
}

// Close kills the workers, ends the server, and removes everything of it.
func (f *Fleet) Close() error {
	var all []error
	for _, w := range f.workers {
		all = append(all, w.Kill())
	}
	if f.db != nil {
		all = append(all, f.db.Close())
	}
	if f.folder != "" {
		all = append(all, os.RemoveAll(f.folder))
	}
	return errors.Join(append(all, f.Server.Close())...)
}

// Work starts so many workers and returns when they take jobs.
func (f *Fleet) Work(ctx context.Context, n int) ([]*Worker, error) {
	var list []*Worker
	for range n {
		w, err := f.startWorker(ctx)
		if err != nil {
			return nil, fmt.Errorf("start a worker: %w", err)
		}
		list = append(list, w)
	}
	return list, nil
}

func (f *Fleet) startWorker(ctx context.Context) (*Worker, error) {
	before, err := dispatch.Workers(ctx, f.db.Pool())
	if err != nil {
		return nil, err
	}
	w := &Worker{log: filepath.Join(f.folder, "worker-"+strconv.Itoa(len(f.workers)+1)+".log")}
	if err := w.start(ctx, f.Program, f.URL); err != nil {
		return nil, err
	}
	f.workers = append(f.workers, w)
	return w, f.appears(ctx, w, before)
}

// appears waits until a worker is among those that show life.
func (f *Fleet) appears(ctx context.Context, w *Worker, before []dispatch.Worker) error {
	return until(ctx, appearFor, func() (bool, error) {
		select {
		case <-w.ended:
			return false, fmt.Errorf("it ended at once: %w: %s", w.err, w.said())
		default:
		}
		now, err := dispatch.Workers(ctx, f.db.Pool())
		for _, one := range now {
			if !slices.ContainsFunc(before, func(b dispatch.Worker) bool { return b.ID == one.ID }) {
				w.ID = one.ID
			}
		}
		return w.ID != "", err
	})
}

// Assess runs `demarc assess` with the arguments and the database, in a
// workspace.
func (f *Fleet) Assess(ctx context.Context, workspace string, args ...string) (*Cost, error) {
	return f.Program.Run(ctx, f.assess(workspace, args)...)
}

func (f *Fleet) assess(workspace string, args []string) []string {
	return append([]string{"assess", "--database", f.URL, "--workspace", workspace}, args...)
}
