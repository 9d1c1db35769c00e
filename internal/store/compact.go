package store

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"time"
)

// Retention says which snapshots of a workspace stay. The newest always does.
type Retention struct {
	Keep  int       // at most so many, 0 for all
	Since time.Time // those as of this day and later, zero for all
}

// Compacted says what Compact did.
type Compacted struct {
	Dropped   []int64 // snapshots
	Layers    int     // that no snapshot needed any more
	Abandoned int     // savings that never ended
	Merged    int     // layers made one
	Before    int64   // bytes on disk
	After     int64
}

// Compact drops the snapshots of a workspace that need not stay, clears away
// what nothing needs any more in any workspace, and gives the space back. It
// may be run while others read and save. A run of the workspace that is under
// way, or is handed over meanwhile, ends it.
func (db *DB) Compact(ctx context.Context, workspace string, keep Retention) (*Compacted, error) {
	done := &Compacted{}
	var err error
	if done.Before, err = db.engine.size(ctx); err != nil {
		return nil, err
	}
	var id int64
	for _, step := range []func() error{
		func() error {
			return db.engine.write(ctx, func(c conn) error {
				if id, err = findWorkspace(c, workspace); err != nil {
					return err
				}
				if err := runUnderWay(c, id); err != nil {
					return err
				}
				dropped, err := drop(c, id, keep)
				if len(dropped) > 0 { // none when it is called again
					done.Dropped = dropped
				}
				return err
			})
		},
		func() error { return db.bury(ctx, done) },
		func() error { return db.merge(ctx, id, done) },
		func() error {
			return db.engine.write(ctx, func(c conn) error {
				n, err := dropUnused(c)
				done.Layers = max(done.Layers, n)
				return err
			})
		},
		func() error { return db.engine.write(ctx, func(c conn) error { return dropParts(c, id) }) },
		func() error { return db.engine.write(ctx, func(c conn) error { return dropRuns(c, id) }) },
		func() error { return db.engine.shrink(ctx) },
	} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("compact the store: %w", err)
		}
	}
	done.After, err = db.engine.size(ctx)
	return done, err
}

// drop deletes snapshots. Their layers stay as long as others need them.
func drop(c conn, workspace int64, keep Retention) ([]int64, error) {
	var all, old []int64
	err := c.query(func(r row) error {
		all = append(all, r.int(0))
		if !keep.Since.IsZero() && r.text(1) < keep.Since.Format(time.DateOnly) {
			old = append(old, r.int(0))
		}
		return nil
	}, "SELECT number, as_of FROM snapshot WHERE workspace = $1 ORDER BY number", workspace)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	if keep.Keep > 0 && len(all) > keep.Keep {
		old = append(old, all[:len(all)-keep.Keep]...)
	}
	slices.Sort(old)
	old = slices.DeleteFunc(slices.Compact(old), func(n int64) bool { return n == all[len(all)-1] })
	for _, n := range old {
		for _, table := range []string{"snapshot_layer", "snapshot"} {
			if _, err := c.exec("DELETE FROM "+table+" WHERE workspace = $1 AND number = $2", workspace, n); err != nil {
				return nil, err
			}
		}
	}
	return old, nil
}

// bury clears away what dead savers staged: those that show no life.
func (db *DB) bury(ctx context.Context, done *Compacted) error {
	first, err := db.beats(ctx)
	if err != nil || len(first) == 0 {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(db.engine.silence()):
	}
	again, err := db.beats(ctx)
	for saver, beat := range first {
		if now, there := again[saver]; err == nil && there && now == beat {
			err = db.buryOne(ctx, saver, beat, done)
		}
	}
	return err
}

func (db *DB) buryOne(ctx context.Context, dead saver, beat int64, done *Compacted) error {
	dropped := false
	err := db.engine.write(ctx, func(c conn) error {
		now, err := dropLayer(c, dead.layer, " AND token = $2 AND beat = $3 AND published = $4", dead.token, beat, layerStaged)
		dropped = dropped || now
		return err
	})
	if dropped && err == nil {
		done.Abandoned++
	}
	return err
}

// saver is who stages into a layer. The number of a layer may come again, the
// token does not.
type saver struct {
	layer int64
	token string
}

// beats are the layers that are being staged, with how often each showed life.
func (db *DB) beats(ctx context.Context) (found map[saver]int64, err error) {
	err = db.engine.read(ctx, func(c conn) error {
		found = map[saver]int64{}
		return c.query(func(r row) error {
			found[saver{r.int(0), r.text(1)}] = r.int(2)
			return nil
		}, "SELECT id, token, beat FROM layer WHERE published = $1", layerStaged)
	})
	return found, err
}

// merge makes one layer of those at the bottom of the oldest snapshot, which
// nobody asks for one by one any more.
func (db *DB) merge(ctx context.Context, workspace int64, done *Compacted) error {
	var layers chain
	err := db.engine.read(ctx, func(c conn) error {
		oldest, err := one(c, "SELECT COALESCE(MIN(number), 0) FROM snapshot WHERE workspace = $1", workspace)
		if err != nil {
			return err
		}
		layers, err = layersOf(c, workspace, oldest)
		return err
	})
	if err != nil || len(layers) < 2 {
		return err
	}
	s := db.newSaving(ctx)
	s.workspace = workspace
	if err := db.engine.write(ctx, func(c conn) (err error) { s.layer, err = s.newLayer(c); return err }); err != nil {
		return err
	}
	s.stage.Go(s.write)
	go s.live()
	s.fail(db.engine.read(ctx, once(func(c conn) error { return s.copyFrom(c, layers) })))
	err = s.settle()
	if err == nil {
		err = db.engine.write(ctx, func(c conn) error { return s.replace(c, layers) })
	}
	if err != nil {
		s.clear()
		return err
	}
	done.Merged += len(layers)
	return nil
}

// once is a function that is not called again when the connection is lost.
func once(f func(conn) error) func(conn) error {
	called := false
	return func(c conn) error {
		if called {
			return errLostInBetween
		}
		called = true
		return f(c)
	}
}

// errLostInBetween says that what was begun cannot go on where it was.
var errLostInBetween error = &fault{"the connection to the database was lost in between", "run it again"}

// copyFrom stages all rows of a snapshot as one layer.
func (s *Saving) copyFrom(c conn, layers chain) error {
	for _, of := range families[1:] {
		m, err := openMerged(c, layers, of)
		if err != nil {
			return err
		}
		w := &chunkWriter{family: of}
		for it := range m.each() {
			if w.add(it); w.full() {
				s.queue <- w.seal()
			}
		}
		if w.rows > 0 {
			s.queue <- w.seal()
		}
		if m.err != nil {
			return m.err
		}
	}
	k := s.Keeper()
	err := eachInput(c, layers, nil, func(in *input) error {
		k.Keep(in.turn, in.kind, in.record, in.aside)
		return s.failed()
	})
	k.Flush()
	return err
}

// replace puts the layer in the place of those at the bottom of all chains.
func (s *Saving) replace(c conn, layers chain) error {
	if done, err := s.isPublished(c); err != nil || done {
		return err
	}
	if err := runUnderWay(c, s.workspace); err != nil { // its shards name the layers
		return err
	}
	if err := s.showLife(c); err != nil {
		return err
	}
	if _, err := c.exec("UPDATE layer SET published = 1 WHERE id = $1", s.layer); err != nil {
		return err
	}
	type place struct{ number, depth int64 }
	var tops []place
	err := c.query(func(r row) error {
		tops = append(tops, place{r.int(0), r.int(1)})
		return nil
	}, "SELECT number, depth FROM snapshot_layer WHERE workspace = $1 AND layer = $2", s.workspace, layers[0])
	if err != nil {
		return err
	}
	for _, at := range tops {
		if _, err := c.exec("DELETE FROM snapshot_layer WHERE workspace = $1 AND number = $2 AND depth >= $3", s.workspace, at.number, at.depth); err != nil {
			return err
		}
		if _, err := c.exec("INSERT INTO snapshot_layer (workspace, number, depth, layer) VALUES ($1, $2, $3, $4)", s.workspace, at.number, at.depth, s.layer); err != nil {
			return err
		}
	}
	return nil
}

// dropUnused drops the layers that no snapshot is made of.
func dropUnused(c conn) (int, error) {
	var unused []int64
	err := c.query(func(r row) error {
		unused = append(unused, r.int(0))
		return nil
	}, "SELECT id FROM layer WHERE published = 1 AND id NOT IN (SELECT layer FROM snapshot_layer)")
	for i := 0; i < len(unused) && err == nil; i++ {
		_, err = dropLayer(c, unused[i], "")
	}
	return len(unused), err
}

// dropParts drops the parts that no snapshot of a workspace names.
func dropParts(c conn, workspace int64) error {
	used := map[string]bool{}
	var numbers []int64
	err := c.query(func(r row) error {
		numbers = append(numbers, r.int(0))
		return nil
	}, "SELECT number FROM snapshot WHERE workspace = $1", workspace)
	for i := 0; i < len(numbers) && err == nil; i++ {
		err = markParts(c, workspace, numbers[i], used)
	}
	if err != nil {
		return err
	}
	var unused [][]byte
	err = c.query(func(r row) error {
		if hash := r.bytes(0); !used[string(hash)] {
			unused = append(unused, slices.Clone(hash))
		}
		return nil
	}, "SELECT hash FROM part WHERE workspace = $1", workspace)
	for i := 0; i < len(unused) && err == nil; i++ {
		_, err = c.exec("DELETE FROM part WHERE workspace = $1 AND hash = $2", workspace, unused[i])
	}
	return err
}

// markParts finds the parts that a snapshot names: in its header, and in its
// classes.
func markParts(c conn, workspace, number int64, used map[string]bool) error {
	of, err := openBase(c, workspace, number)
	if err != nil {
		return err
	}
	used[string(of.header.Knowledge[:])] = true
	l := newLoaderOf(c, workspace, of)
	err = l.each(rollups, func(it *item) error {
		frames, err := framesOf(it)
		for _, hash := range frames {
			used[string(hash)] = true
		}
		return err
	})
	if err != nil {
		return err
	}
	m, err := openMerged(c, of.layers, classes)
	if err != nil {
		return err
	}
	for it := range m.each() {
		if len(it.key) == 0 {
			return errBroken
		}
		switch it.key[0] {
		case vectorClass:
			used[string(it.value[:min(16, len(it.value))])] = true
		case answerClass:
			var r answerRecord
			if err := decode(it.value, &r); err != nil {
				return err
			}
			hash, err := hex.DecodeString(r.Division)
			if err != nil {
				return fmt.Errorf("%w: the hash of a division: %w", errBroken, err)
			}
			used[string(hash)] = true
		}
	}
	return m.err
}
