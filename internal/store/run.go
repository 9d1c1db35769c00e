package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"
)

// RunState is how far a run has come.
type RunState int

// The states of a run. The numbers are a file format.
const (
	RunOpen      RunState = 1 // shards are being looked at
	RunSettling  RunState = 2 // all were, and the estate is being settled
	RunPublished RunState = 3 // it became a snapshot
	RunFailed    RunState = 4 // something could not be done; it can be tried again
	RunCancelled RunState = 5 // somebody gave it up
)

// String is the word for a state.
func (s RunState) String() string {
	switch s {
	case RunOpen:
		return "open"
	case RunSettling:
		return "settling"
	case RunPublished:
		return "published"
	case RunFailed:
		return "failed"
	case RunCancelled:
		return "cancelled"
	}
	return "unknown"
}

// Ended reports whether nothing more happens by itself.
func (s RunState) Ended() bool { return s != RunOpen && s != RunSettling }

// Order is what a run is asked to do with its inputs.
type Order struct {
	Asked   []byte // in the words of whoever hands over
	Program string // the version that is to do it
	Catalog string // the hash of what that knows
	Actor   string
}

// Run is an assessment that was handed over: its inputs are in the store, and
// workers make a snapshot of them.
type Run struct {
	Order
	Workspace string
	Number    int64 // grows by one with every run of the workspace
	Created   time.Time
	Ended     time.Time // zero while it is under way
	State     RunState
	Snapshot  int64 // that it became, 0 for none
	Problem   string
	Shards    int
	Open      int // shards that are still to be looked at
	Skipped   int // shards of which the result was there already
	Failed    []FailedShard
	Resources int // in all shards

	db        *DB
	workspace int64
	layer     int64
	parent    int64
}

// FailedShard is a shard that could not be looked at.
type FailedShard struct {
	Number    int
	Resources int
	Problem   string
}

// ErrRunEnded says that a run is over: somebody else published it, or gave it
// up.
var ErrRunEnded = errors.New("the run is over")

// ErrNoRun says that there is no such run.
var ErrNoRun = errors.New("there is no such run")

// ID is the number of the run's workspace, by which workers name it.
func (r *Run) ID() (workspace, number int64) { return r.workspace, r.Number }

const runColumns = "w.id, w.name, r.number, r.layer, r.parent, r.asked, r.program, r.catalog, r.actor, r.created, r.ended, r.state, r.open, r.snapshot, r.problem"

func (db *DB) runOf(row row) *Run {
	r := &Run{db: db, workspace: row.int(0), Workspace: row.text(1), Number: row.int(2), layer: row.int(3), parent: row.int(4), State: RunState(row.int(11)),
		Open: int(row.int(12)), Snapshot: row.int(13), Problem: row.text(14), Created: time.UnixMilli(row.int(9)).UTC(),
		Order: Order{Asked: bytes.Clone(row.bytes(5)), Program: row.text(6), Catalog: row.text(7), Actor: row.text(8)}}
	if ended := row.int(10); ended != 0 {
		r.Ended = time.UnixMilli(ended).UTC()
	}
	return r
}

// Run is the run of a number in the workspace of a number.
func (db *DB) Run(ctx context.Context, workspace, number int64) (r *Run, err error) {
	err = db.engine.read(ctx, func(c conn) error {
		if r, err = db.findRun(c, workspace, number); err != nil {
			return err
		}
		return r.count(c)
	})
	if err != nil {
		return nil, fmt.Errorf("look up run %d: %w", number, err)
	}
	return r, nil
}

// RunOf is the run of a number in a workspace.
func (db *DB) RunOf(ctx context.Context, workspace string, number int64) (r *Run, err error) {
	id := int64(0)
	err = db.engine.read(ctx, func(c conn) error {
		id, err = findWorkspace(c, workspace)
		return err
	})
	if err != nil {
		return nil, err
	}
	return db.Run(ctx, id, number)
}

func (db *DB) findRun(c conn, workspace, number int64) (r *Run, err error) {
	err = c.query(func(row row) error { r = db.runOf(row); return nil },
		"SELECT "+runColumns+" FROM run r JOIN workspace w ON w.id = r.workspace WHERE r.workspace = $1 AND r.number = $2", workspace, number)
	if err == nil && r == nil {
		err = ErrNoRun
	}
	return r, err
}

// Runs are the runs of a workspace, of all for "", in the order in which they
// were handed over.
func (db *DB) Runs(ctx context.Context, workspace string) (list []*Run, err error) {
	err = db.engine.read(ctx, func(c conn) error {
		id, list2 := int64(0), []*Run(nil)
		if workspace != "" {
			if id, err = findWorkspace(c, workspace); err != nil {
				return err
			}
		}
		err := c.query(func(row row) error { list2 = append(list2, db.runOf(row)); return nil },
			"SELECT "+runColumns+" FROM run r JOIN workspace w ON w.id = r.workspace WHERE $1 = 0 OR r.workspace = $1 ORDER BY r.created, w.id, r.number", id)
		for i := 0; i < len(list2) && err == nil; i++ {
			err = list2[i].count(c)
		}
		list = list2
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the runs: %w", err)
	}
	return list, nil
}

// count counts the shards of a run, which Compact may have dropped.
func (r *Run) count(c conn) error {
	r.Open = 0
	return c.query(func(row row) error {
		r.Shards++
		r.Resources += int(row.int(1))
		switch shardState(row.int(2)) {
		case shardOpen:
			r.Open++
		case shardSkipped:
			r.Skipped++
		case shardFailed:
			r.Failed = append(r.Failed, FailedShard{int(row.int(0)), int(row.int(1)), row.text(3)})
		case shardDone:
		}
		return nil
	}, "SELECT number, resources, state, problem FROM run_shard WHERE workspace = $1 AND run = $2 ORDER BY number", r.workspace, r.Number)
}

// Handing is how a saving is handed over.
type Handing struct {
	Order
	// Turn is that of the inputs that are divided into shards, and Most how many
	// a shard may have.
	Turn byte
	Most int
	// Files are what workers need beside the inputs; see [DB.File].
	Files [][]byte
	// Depends is a hash of all that the result of a shard depends on, beside its
	// inputs, the program and its catalogue.
	Depends []byte
	// Hand is called in the same transaction with the shards that are still to
	// be looked at; see [Tx]. It may be nil.
	Hand func(tx Tx, r *Run, open []int) error
}

// HandOver ends a saving whose inputs are all kept: workers make the snapshot.
// Either all of it happens, with what Hand does, or nothing.
func (s *Saving) HandOver(h *Handing) (*Run, error) {
	r, err := s.handOver(h)
	if err != nil {
		s.clear()
		return nil, fmt.Errorf("hand the assessment over: %w", err)
	}
	return r, nil
}

func (s *Saving) handOver(h *Handing) (r *Run, err error) {
	if err := s.settle(); err != nil {
		return nil, err
	}
	err = s.db.engine.write(s.ctx, func(c conn) (err error) {
		if done, err := s.wasHanded(c); err != nil || done {
			return err
		}
		if err := s.showLife(c); err != nil {
			return err
		}
		if r, err = s.makeRun(c, h); err != nil || h.Hand == nil {
			return err
		}
		open, err := r.openShards(c)
		if err != nil {
			return err
		}
		return h.Hand(txOf(c), r, open)
	})
	return r, err
}

// wasHanded reports whether the layer was handed over, by a call whose answer
// was lost.
func (s *Saving) wasHanded(c conn) (bool, error) {
	n, err := one(c, "SELECT COUNT(*) FROM layer WHERE id = $1 AND token = $2 AND published = $3", s.layer, s.token, layerHanded)
	return n > 0, err
}

// makeRun writes down the run and its shards.
func (s *Saving) makeRun(c conn, h *Handing) (*Run, error) {
	number, err := one(c, "SELECT COALESCE(MAX(number), 0) + 1 FROM run WHERE workspace = $1", s.workspace)
	if err != nil {
		return nil, err
	}
	r := &Run{Order: h.Order, Workspace: s.name, Number: number, Created: s.db.now().UTC().Truncate(time.Millisecond), State: RunOpen, db: s.db, workspace: s.workspace, layer: s.layer}
	if s.parent != nil {
		r.parent = s.parent.number
	}
	if _, err := c.exec("UPDATE layer SET published = $1, tombstones = $2 WHERE id = $3", layerHanded, s.known.missing(), s.layer); err != nil {
		return nil, err
	}
	list, err := r.divide(c, h)
	if err != nil {
		return nil, err
	}
	r.countShards(list)
	files, err := keepFiles(c, h.Files)
	if err != nil {
		return nil, err
	}
	_, err = c.exec("INSERT INTO run (workspace, number, layer, parent, asked, files, program, catalog, actor, created, ended, state, open, snapshot, problem) "+
		"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, $12, 0, '')",
		r.workspace, r.Number, r.layer, r.parent, r.Asked, files, r.Program, r.Catalog, r.Actor, r.Created.UnixMilli(), int(r.State), r.Open)
	if err != nil {
		return nil, err
	}
	return r, c.insert("run_shard", shardColumns, r.shardRows(list))
}

func (r *Run) countShards(list []shard) {
	r.Shards = len(list)
	for i := range list {
		r.Resources += list[i].resources
		switch list[i].state {
		case shardOpen:
			r.Open++
		case shardSkipped:
			r.Skipped++
		case shardDone, shardFailed:
		}
	}
}

// Resume goes on with a run of which all shards were looked at: what it gives is
// to be published. Whoever resumed it before finds the saving taken away.
func (db *DB) Resume(ctx context.Context, r *Run) (*Saving, error) {
	s := db.newSaving(ctx)
	s.workspace, s.name, s.layer, s.run = r.workspace, r.Workspace, r.layer, r
	err := db.engine.write(ctx, func(c conn) error {
		now, err := db.findRun(c, r.workspace, r.Number)
		if err != nil {
			return err
		}
		if now.State.Ended() {
			return ErrRunEnded
		}
		if now.Open > 0 {
			return fmt.Errorf("%d of its shards are still to be looked at", now.Open)
		}
		if s.parent, err = parentOf(c, r); err != nil {
			return err
		}
		return s.takeOver(c)
	})
	if err != nil {
		return nil, fmt.Errorf("go on with run %d of %s: %w", r.Number, r.Workspace, err)
	}
	s.stage.Go(s.write)
	go s.live()
	return s, nil
}

func parentOf(c conn, r *Run) (*base, error) {
	if r.parent == 0 {
		return nil, nil
	}
	return openBase(c, r.workspace, r.parent)
}

// takeOver makes the staged layer this saving's own, without what another one
// concluded.
func (s *Saving) takeOver(c conn) error {
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{"UPDATE layer SET token = $1, beat = beat + 1 WHERE id = $2", []any{s.token, s.layer}},
		{"DELETE FROM chunk WHERE layer = $1 AND family <> $2", []any{s.layer, int(inputs)}},
		{"UPDATE run SET state = $1 WHERE workspace = $2 AND number = $3", []any{int(RunSettling), s.workspace, s.run.Number}},
	} {
		if _, err := c.exec(step.sql, step.args...); err != nil {
			return err
		}
	}
	last, err := one(c, "SELECT COALESCE(MAX(seq), 0) FROM chunk WHERE layer = $1", s.layer)
	s.seq = int(last)
	return err
}

// published notes which snapshot the run became.
func (r *Run) published(c conn, snapshot int64) error {
	n, err := c.exec("UPDATE run SET state = $1, snapshot = $2, ended = $3 WHERE workspace = $4 AND number = $5 AND state = $6",
		int(RunPublished), snapshot, r.db.now().UnixMilli(), r.workspace, r.Number, int(RunSettling))
	if err == nil && n == 0 {
		err = ErrRunEnded
	}
	return err
}

// FailRun ends a run that cannot be finished. Its inputs stay, so that it can be
// tried again. One that has open shards was tried again meanwhile, and goes on.
func (db *DB) FailRun(ctx context.Context, r *Run, problem string) error {
	err := db.engine.write(ctx, func(c conn) error {
		_, err := c.exec("UPDATE run SET state = $1, problem = $2, ended = $3 WHERE workspace = $4 AND number = $5 AND state < $6 AND open = 0",
			int(RunFailed), plain(problem), db.now().UnixMilli(), r.workspace, r.Number, int(RunPublished))
		return err
	})
	if err != nil {
		return fmt.Errorf("end run %d: %w", r.Number, err)
	}
	return nil
}

// CancelRun gives a run up and clears away its inputs. takeBack is called in the
// same transaction; it may be nil.
func (db *DB) CancelRun(ctx context.Context, r *Run, takeBack func(tx Tx) error) error {
	tried := false
	err := db.engine.write(ctx, func(c conn) error {
		again := tried
		tried = true
		now, err := db.findRun(c, r.workspace, r.Number)
		switch {
		case err != nil:
			return err
		case again && now.State == RunCancelled:
			return nil // the answer to what was committed got lost
		case now.State == RunPublished || now.State == RunCancelled:
			return fmt.Errorf("it is %s: %w", now.State, ErrRunEnded)
		}
		if _, err := dropLayer(c, r.layer, ""); err != nil {
			return err
		}
		_, err = c.exec("UPDATE run SET state = $1, ended = $2 WHERE workspace = $3 AND number = $4", int(RunCancelled), db.now().UnixMilli(), r.workspace, r.Number)
		if err != nil || takeBack == nil {
			return err
		}
		return takeBack(txOf(c))
	})
	if err != nil {
		return fmt.Errorf("give up run %d of %s: %w", r.Number, r.Workspace, err)
	}
	return nil
}

// RetryRun opens a failed run once more: the shards that failed are to be looked
// at again. hand is called in the same transaction.
func (db *DB) RetryRun(ctx context.Context, r *Run, hand func(tx Tx, r *Run, open []int) error) error {
	tried := false
	err := db.engine.write(ctx, func(c conn) error {
		again := tried
		tried = true
		now, err := db.findRun(c, r.workspace, r.Number)
		switch {
		case err != nil:
			return err
		case again && now.State != RunFailed:
			return nil // the answer to what was committed got lost
		case now.State != RunFailed:
			return fmt.Errorf("it is %s: only what failed is tried again", now.State)
		}
		if err := now.isNewest(c); err != nil {
			return err
		}
		if _, err := c.exec("UPDATE run_shard SET state = $1, problem = '' WHERE workspace = $2 AND run = $3 AND state = $4",
			int(shardOpen), r.workspace, r.Number, int(shardFailed)); err != nil {
			return err
		}
		open, err := now.openShards(c)
		if err != nil {
			return err
		}
		if _, err := c.exec("UPDATE run SET state = $1, open = $2, problem = '', ended = 0 WHERE workspace = $3 AND number = $4",
			int(RunOpen), len(open), r.workspace, r.Number); err != nil {
			return err
		}
		return hand(txOf(c), now, open)
	})
	if err != nil {
		return fmt.Errorf("try run %d of %s again: %w", r.Number, r.Workspace, err)
	}
	return nil
}

// isNewest refuses a run of which the inputs are older than the newest snapshot:
// it would come behind what was seen later.
func (r *Run) isNewest(c conn) error {
	newer, err := one(c, "SELECT COALESCE(MAX(number), 0) FROM snapshot WHERE workspace = $1 AND taken > $2", r.workspace, r.Created.UnixMilli())
	if err != nil || newer == 0 {
		return err
	}
	return &fault{fmt.Sprintf("snapshot %d is newer than what the run was handed over with", newer), fmt.Sprintf("assess the estate again, and give this run up: demarc jobs cancel %d", r.Number)}
}

// runUnderWay refuses what would take the inputs of a run away.
func runUnderWay(c conn, workspace int64) error {
	number, err := one(c, "SELECT COALESCE(MIN(number), 0) FROM run WHERE workspace = $1 AND (state < $2 OR state = $3)", workspace, int(RunPublished), int(RunFailed))
	if err != nil || number == 0 {
		return err
	}
	return &fault{fmt.Sprintf("run %d needs what is there", number), fmt.Sprintf("wait for it, or give it up: demarc jobs cancel %d", number)}
}
