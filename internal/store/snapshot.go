package store

import (
	"context"
	"fmt"
	"time"

	"github.com/demarc-dev/demarc"
)

// Snapshot is an assessment that is kept, in short.
type Snapshot struct {
	Workspace string
	Number    int64 // grows by one with every snapshot of the workspace
	AsOf      time.Time
	Taken     time.Time // when it was saved, by the clock of the machine
	Estate    string
	Program   string // the version that assessed
	Catalog   string // the hash of what it knew
	Content   []byte // hash of all that it concludes: the same for the same conclusions in every store
	Resources int
	Workloads int
	Summary   demarc.Summary
}

const snapshotColumns = `number, as_of, taken, estate, program, catalog, content, resources, workloads, met, unmet, unknown, not_applicable, accepted`

func snapshotOf(workspace string, r row) (Snapshot, error) {
	asOf, err := time.Parse(time.DateOnly, r.text(1))
	if err != nil {
		return Snapshot{}, fmt.Errorf("%w: the day of snapshot %d: %w", errBroken, r.int(0), err)
	}
	return Snapshot{
		Workspace: workspace, Number: r.int(0), AsOf: asOf, Taken: time.UnixMilli(r.int(2)).UTC(), Estate: r.text(3), Program: r.text(4), Catalog: r.text(5),
		Content: append([]byte(nil), r.bytes(6)...), Resources: int(r.int(7)), Workloads: int(r.int(8)),
		Summary: demarc.Summary{Met: int(r.int(9)), Unmet: int(r.int(10)), Unknown: int(r.int(11)), NotApplicable: int(r.int(12)), Accepted: int(r.int(13))},
	}, nil
}

// Snapshots are all snapshots of a workspace, the oldest first. A workspace
// that is not there is an error.
func (db *DB) Snapshots(ctx context.Context, workspace string) ([]Snapshot, error) {
	var list []Snapshot
	err := db.engine.read(ctx, func(c conn) error {
		id, err := findWorkspace(c, workspace)
		if err != nil {
			return err
		}
		name, err := WorkspaceName(workspace)
		if err != nil {
			return err
		}
		list = nil
		return c.query(func(r row) error {
			s, err := snapshotOf(name, r)
			list = append(list, s)
			return err
		}, "SELECT "+snapshotColumns+" FROM snapshot WHERE workspace = $1 ORDER BY number", id)
	})
	if err != nil {
		return nil, fmt.Errorf("list the snapshots: %w", err)
	}
	return list, nil
}

// newestBase is the newest snapshot of a workspace as one that another is
// written against, nil when there is none.
func newestBase(c conn, workspace int64) (*base, error) {
	number, err := one(c, "SELECT COALESCE(MAX(number), 0) FROM snapshot WHERE workspace = $1", workspace)
	if err != nil || number == 0 {
		return nil, err
	}
	return openBase(c, workspace, number)
}

func openBase(c conn, workspace, number int64) (*base, error) {
	b := &base{number: number}
	var packed []byte
	err := c.query(func(r row) error {
		packed = append([]byte(nil), r.bytes(0)...)
		return nil
	}, "SELECT header FROM snapshot WHERE workspace = $1 AND number = $2", workspace, number)
	if err != nil {
		return nil, err
	}
	if packed == nil {
		return nil, fmt.Errorf("no snapshot %d", number)
	}
	if err := b.header.parse(packed); err != nil {
		return nil, fmt.Errorf("the header of snapshot %d: %w", number, err)
	}
	b.layers, err = layersOf(c, workspace, number)
	return b, err
}

func layersOf(c conn, workspace, number int64) (layers chain, err error) {
	err = c.query(func(r row) error {
		layers = append(layers, r.int(0))
		return nil
	}, "SELECT layer FROM snapshot_layer WHERE workspace = $1 AND number = $2 ORDER BY depth", workspace, number)
	return layers, err
}

// header writes what the snapshot says beside its rows.
func (w *writing) header() (header, error) {
	h := headerOf(w.Assessment)
	h.NextClass, h.Checks, h.Policies = w.next, w.Checks, w.Policies
	known, err := encode(knowledgeOf(w.Assessment))
	if err != nil {
		return h, err
	}
	h.Knowledge = w.part(knowledgePart, known)
	return h, nil
}

// make makes the snapshot out of what is staged.
func (w *writing) make(c conn, h header) (*Snapshot, error) {
	err := w.tellOwners(c)
	if err != nil {
		return nil, err
	}
	if h.Ledger, err = ledgerHead(c, w.workspace); err != nil {
		return nil, err
	}
	written, err := h.write()
	if err != nil {
		return nil, err
	}
	number, err := one(c, "SELECT COALESCE(MAX(number), 0) + 1 FROM snapshot WHERE workspace = $1", w.workspace)
	if err != nil {
		return nil, err
	}
	a, s := w.Assessment, w.Assessment.Summary
	snap := &Snapshot{Workspace: w.name, Number: number, AsOf: a.AsOf.UTC().Truncate(24 * time.Hour), Taken: w.Taken.UTC().Truncate(time.Millisecond), Estate: plain(a.Estate.Name), Program: plain(w.Program), Catalog: plain(w.Catalog),
		Content: w.content.Sum(nil), Resources: len(a.Resources), Workloads: a.Estate.Workloads, Summary: s}
	_, err = c.exec("INSERT INTO snapshot (workspace, header, "+snapshotColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
		w.workspace, written, number, snap.AsOf.Format(time.DateOnly), snap.Taken.UnixMilli(), snap.Estate, snap.Program, snap.Catalog, snap.Content,
		snap.Resources, snap.Workloads, s.Met, s.Unmet, s.Unknown, s.NotApplicable, s.Accepted)
	if err != nil {
		return nil, err
	}
	for _, write := range []func(conn, int64) error{w.makeLayers, w.makeParts} {
		if err := write(c, number); err != nil {
			return nil, err
		}
	}
	if w.run != nil {
		err = w.run.published(c, number)
	}
	return snap, err
}

// makeLayers publishes the layer and puts it on top of those of the snapshot
// that this one was written against, which must be there still.
func (w *writing) makeLayers(c conn, number int64) error {
	if err := w.publishLayer(c); err != nil {
		return err
	}
	layers := chain{w.layer}
	if w.parent != nil {
		below, err := w.parentLayers(c)
		if err != nil {
			return err
		}
		layers = append(layers, below...)
	}
	for depth, layer := range layers {
		if _, err := c.exec("INSERT INTO snapshot_layer (workspace, number, depth, layer) VALUES ($1, $2, $3, $4)", w.workspace, number, depth, layer); err != nil {
			return err
		}
	}
	return nil
}

// publishLayer publishes the layer. What a run lacks of older inputs was written
// down when it was handed over.
func (w *writing) publishLayer(c conn) (err error) {
	if w.run == nil {
		_, err = c.exec("UPDATE layer SET published = 1, tombstones = $1 WHERE id = $2", w.known.missing(), w.layer)
	} else {
		_, err = c.exec("UPDATE layer SET published = 1 WHERE id = $1", w.layer)
	}
	return err
}

func (w *writing) makeParts(c conn, _ int64) error {
	for hash, p := range w.parts {
		if _, err := c.exec("INSERT INTO part (workspace, hash, kind, data) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", w.workspace, hash[:], int(p.kind), p.data); err != nil {
			return err
		}
	}
	return nil
}
