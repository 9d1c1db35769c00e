package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"
)

// Checked is what a look through a whole store found.
type Checked struct {
	Faults     []Fault // none when all is as it was written
	Workspaces int
	Snapshots  int
	Layers     int
	Staged     int // layers that no snapshot has: somebody saves, or died doing so
	Chunks     int
	Parts      int
	RollUps    int
	Entries    int // of ledgers
}

// Fault is something in a store that is not as it was written.
type Fault struct {
	Table   string // "file" for the file as a whole
	Key     string
	Problem string
}

// Check reads the whole store anew and compares everything with the hash that
// was kept of it, and every reference with what it points to. It does not stop
// at the first fault.
func (db *DB) Check(ctx context.Context) (*Checked, error) {
	var k *checker
	lines, err := db.engine.inspect(ctx, func(c conn) error {
		k = &checker{Checked: &Checked{}, ctx: ctx, conn: c}
		for _, look := range []func() error{k.workspaces, k.layers, k.chunks, k.parts, k.snapshots, k.ledgers} {
			if err := look(); err != nil && !errors.Is(err, errBlind) {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("check the database: %w", err)
	}
	var file []Fault
	for _, problem := range lines {
		file = append(file, Fault{"file", "", problem})
	}
	k.Faults = append(file, k.Faults...)
	return k.Checked, nil
}

// checker looks through one table after the other.
type checker struct {
	*Checked
	ctx  context.Context
	conn conn
	home map[int64]string // the names of workspaces
	of   map[int64]int64  // the workspaces of published layers
	// homeless and unlayered say that all workspaces and layers were seen, so
	// that what none of them has is a fault of its own.
	homeless, unlayered bool
}

func (k *checker) fault(table, key, problem string, args ...any) {
	k.Faults = append(k.Faults, Fault{table, key, fmt.Sprintf(problem, args...)})
}

// errBlind says that not all rows of a table were seen, which is a fault already.
var errBlind = errors.New("not all was seen")

// each visits the rows of a statement. What cannot be read is a fault of the
// table and ends the visit of it with errBlind.
func (k *checker) each(table string, visit func(row) error, sql string, args ...any) error {
	err := explain(k.ctx, k.conn.query(visit, sql, args...))
	if errors.Is(err, ErrDamaged) {
		k.fault(table, "", "it cannot be read to the end")
		return errBlind
	}
	return err
}

// keep reads one row, after its key was read from an index: when it cannot be
// read the others still can.
func (k *checker) keep(table, key string, visit func(row) error, sql string, args ...any) error {
	there := false
	err := explain(k.ctx, k.conn.query(func(r row) error { there = true; return visit(r) }, sql, args...))
	switch {
	case errors.Is(err, ErrDamaged):
		k.fault(table, key, "it cannot be read")
		return nil
	case err == nil && !there:
		k.fault(table, key, "it is in the index only")
	}
	return err
}

func (k *checker) workspaces() error {
	k.home = map[int64]string{}
	err := k.each("workspace", func(r row) error {
		k.Workspaces++
		k.home[r.int(0)] = r.text(1)
		return nil
	}, "SELECT id, name FROM workspace ORDER BY id")
	k.homeless = err == nil
	return err
}

// place names a row of a workspace.
func (k *checker) place(table string, workspace int64, key string) string {
	name, ok := k.home[workspace]
	if !ok {
		name = "workspace " + strconv.FormatInt(workspace, 10)
		if k.homeless {
			k.fault(table, key, "its workspace %d is not there", workspace)
		}
	}
	return name + " " + key
}

func (k *checker) layers() error {
	k.of = map[int64]int64{}
	err := k.each("layer", func(r row) error {
		if k.place("layer", r.int(1), r.text(0)); r.int(2) == 0 {
			k.Staged++
			return nil
		}
		k.Layers++
		k.of[r.int(0)] = r.int(1)
		return nil
	}, "SELECT id, workspace, published FROM layer ORDER BY id")
	k.unlayered = err == nil
	return err
}

// chunks compares what chunks hold with their hashes.
func (k *checker) chunks() error {
	type place struct{ layer, family, seq int64 }
	var all []place
	err := k.each("chunk", func(r row) error {
		all = append(all, place{r.int(0), r.int(1), r.int(2)})
		return nil
	}, "SELECT layer, family, seq FROM chunk ORDER BY layer, family, first, seq")
	for _, p := range all {
		if err != nil && !errors.Is(err, errBlind) {
			return err
		}
		k.Chunks++
		key := fmt.Sprintf("layer %d, family %d, number %d", p.layer, p.family, p.seq)
		err = k.keep("chunk", key, func(r row) error {
			if sum := sha256.Sum256(r.bytes(1)); !bytes.Equal(sum[:], r.bytes(0)) {
				k.fault("chunk", key, "what it holds is not what was written")
			}
			return nil
		}, "SELECT hash, data FROM chunk WHERE layer = $1 AND seq = $2", p.layer, p.seq)
	}
	return err
}

// parts compares what parts hold with the hashes that they are known by.
func (k *checker) parts() error {
	type place struct {
		workspace int64
		hash      []byte
	}
	var all []place
	err := k.each("part", func(r row) error {
		all = append(all, place{r.int(0), bytes.Clone(r.bytes(1))})
		return nil
	}, "SELECT workspace, hash FROM part ORDER BY workspace, hash")
	for _, p := range all {
		if err != nil && !errors.Is(err, errBlind) {
			return err
		}
		k.Parts++
		key := k.place("part", p.workspace, fmt.Sprintf("%x", p.hash))
		err = k.keep("part", key, func(r row) error {
			raw, err := unpack(r.bytes(1))
			if sum := partHash(byte(r.int(0)), raw); err != nil || !bytes.Equal(sum[:], p.hash) {
				k.fault("part", key, "what it holds is not what was written")
			}
			return nil
		}, "SELECT kind, data FROM part WHERE workspace = $1 AND hash = $2", p.workspace, p.hash)
	}
	return err
}

// numbered is the place of a snapshot.
type numbered struct{ workspace, number int64 }

func (k *checker) numbered(table, sql string) (all []numbered, err error) {
	err = k.each(table, func(r row) error { all = append(all, numbered{r.int(0), r.int(1)}); return nil }, sql)
	return all, err
}

// snapshots looks for the layers of each, and loads it, which follows all that
// it refers to.
func (k *checker) snapshots() error {
	all, err := k.numbered("snapshot", "SELECT workspace, number FROM snapshot ORDER BY workspace, number")
	for _, s := range all {
		if err != nil && !errors.Is(err, errBlind) {
			return err
		}
		k.Snapshots++
		err = k.snapshot(s, k.place("snapshot", s.workspace, strconv.FormatInt(s.number, 10)))
	}
	return err
}

func (k *checker) snapshot(s numbered, key string) error {
	layers, err := integers(k.conn, "SELECT layer FROM snapshot_layer WHERE workspace = $1 AND number = $2 ORDER BY depth", s.workspace, s.number)
	if err == nil && len(layers) == 0 {
		k.fault("snapshot", key, "it has no layers")
		return nil
	}
	for _, layer := range layers {
		if home, ok := k.of[layer]; k.unlayered && (!ok || home != s.workspace) {
			k.fault("snapshot", key, "its layer %d is not there", layer)
			return nil
		}
	}
	if err == nil {
		err = k.load(s)
	}
	if k.unreadable(err) {
		k.fault("snapshot", key, "%s", told(err, "it cannot be loaded"))
		return nil
	}
	return err
}

func (k *checker) load(s numbered) error {
	l, err := newLoader(k.conn, k.home[s.workspace], s.number)
	if err == nil {
		err = l.readInstances()
	}
	if err == nil {
		err = l.resolve()
	}
	if err != nil {
		return err
	}
	if whole, err := l.isWhole(); err != nil {
		return err
	} else if !whole {
		k.fault("snapshot", k.place("snapshot", s.workspace, strconv.FormatInt(s.number, 10)), "it concludes something else than what was saved")
	}
	return l.each(rollups, func(it *item) error {
		k.RollUps++
		_, err := l.rollUp(it)
		return err
	})
}

// unreadable reports whether an error says that something stored is not what it
// should be, and not that the reading was stopped.
func (k *checker) unreadable(err error) bool { return err != nil && k.ctx.Err() == nil }

// told says why something cannot be read, where that is not damage of the file,
// which is told by itself.
func told(err error, what string) string {
	if errors.Is(explain(context.Background(), err), ErrDamaged) {
		return what
	}
	return what + ": " + err.Error()
}

// ledgers verifies the ledger of each workspace.
func (k *checker) ledgers() error {
	all, err := k.numbered("ledger", "SELECT workspace, COUNT(*) FROM ledger GROUP BY workspace ORDER BY workspace")
	for _, l := range all {
		if err != nil && !errors.Is(err, errBlind) {
			return err
		}
		k.Entries += int(l.number)
		var v *Verified
		v, err = verify(k.conn, l.workspace)
		if k.unreadable(err) {
			k.fault("ledger", k.place("ledger", l.workspace, ""), "%s", told(err, "it cannot be read"))
			err = nil
		} else if err == nil && v.Broken != nil {
			k.fault("ledger", k.place("ledger", l.workspace, strconv.FormatInt(v.Broken.Number, 10)), "%s", v.Broken.Why)
		}
	}
	return err
}
