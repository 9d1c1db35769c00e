package store

import (
	"bytes"
	"context"
	"fmt"

	"github.com/demarc-dev/demarc"
)

// Moment is how a resource stood in one snapshot.
type Moment struct {
	Snapshot
	// Assessment holds the resource and what exists once above it, and nothing
	// else; no resource where the snapshot does not have it.
	Assessment *demarc.Assessment
}

// Timeline is how a resource, by its id in any case, stood in all snapshots of
// a workspace, the oldest first.
func (db *DB) Timeline(ctx context.Context, workspace, id string) ([]Moment, error) {
	snapshots, err := db.Snapshots(ctx, workspace)
	if err != nil {
		return nil, err
	}
	list := make([]Moment, 0, len(snapshots))
	for _, s := range snapshots {
		m, err := db.moment(ctx, s, workspace, id)
		if err != nil {
			return nil, fmt.Errorf("look for the resource in snapshot %d: %w", s.Number, err)
		}
		list = append(list, m)
	}
	return list, nil
}

// Resource is how a resource, by its id in any case, stands in a snapshot.
func (db *DB) Resource(ctx context.Context, workspace string, number int64, id string) (Moment, error) {
	m, err := db.moment(ctx, Snapshot{Workspace: workspace, Number: number}, workspace, id)
	if err != nil {
		return m, fmt.Errorf("look for the resource in snapshot %d: %w", number, err)
	}
	return m, nil
}

// Parties are the parties that a snapshot names, by id.
func (db *DB) Parties(ctx context.Context, workspace string, number int64) (map[string]demarc.Party, error) {
	h, err := db.headerOf(ctx, workspace, number)
	return h.Parties, err
}

// Computed is what was computed for a snapshot: the checks in the words of the
// command line, and where policies were read from.
func (db *DB) Computed(ctx context.Context, workspace string, number int64) (checks, policies []string, err error) {
	h, err := db.headerOf(ctx, workspace, number)
	return h.Checks, h.Policies, err
}

// headerOf is what a snapshot says beside its rows.
func (db *DB) headerOf(ctx context.Context, workspace string, number int64) (h header, err error) {
	err = db.engine.read(ctx, func(c conn) error {
		id, err := findWorkspace(c, workspace)
		if err != nil {
			return err
		}
		of, err := openBase(c, id, number)
		if err == nil {
			h = of.header
		}
		return err
	})
	if err != nil {
		return h, fmt.Errorf("read what snapshot %d is made of: %w", number, err)
	}
	return h, nil
}

func (db *DB) moment(ctx context.Context, s Snapshot, workspace, id string) (Moment, error) {
	m := Moment{Snapshot: s}
	err := db.engine.read(ctx, func(c conn) error {
		l, err := newSingleLoader(c, workspace, s.Number)
		if err != nil {
			return err
		}
		m.Assessment = l.assessment
		it, err := find(c, l.base.layers, resources, []byte(demarc.Fold(id)))
		if err != nil || it == nil {
			return err
		}
		if err := l.readAround(it); err != nil {
			return err
		}
		if err := l.resource(it); err != nil {
			return err
		}
		return l.readAbove(l.assessment.Resources[0], &l.verdicts.briefs[0])
	})
	return m, err
}

// newSingleLoader reads a single resource of a snapshot and what it refers to.
func newSingleLoader(c conn, workspace string, number int64) (*loader, error) {
	l, err := newLayersLoader(c, workspace, number)
	if err != nil {
		return nil, err
	}
	l.single = true
	return l, l.readKnowledge()
}

// newLayersLoader reads nothing of a snapshot yet but of what it is made.
func newLayersLoader(c conn, workspace string, number int64) (*loader, error) {
	id, err := findWorkspace(c, workspace)
	if err != nil {
		return nil, err
	}
	of := &base{number: number}
	err = c.query(func(r row) error {
		if copy(of.header.Knowledge[:], r.bytes(0)) < len(of.header.Knowledge) {
			return errBroken
		}
		return nil
	}, "SELECT substr(header, 1, 16) FROM snapshot WHERE workspace = $1 AND number = $2", id, number)
	if err != nil {
		return nil, err
	}
	if of.layers, err = layersOf(c, id, number); err != nil {
		return nil, err
	}
	if len(of.layers) == 0 {
		return nil, fmt.Errorf("no snapshot %d", number)
	}
	l := newLoaderOf(c, id, of)
	return l, l.readDay()
}

// readAround reads the scopes that a resource hangs in.
func (l *loader) readAround(it *item) error {
	s, err := parseResource(it)
	if err != nil || s.noScope {
		return err
	}
	var below *demarc.Scope
	for id, more := s.scope, true; more; {
		found, err := find(l.conn, l.base.layers, scopes, []byte(id))
		if err != nil || found == nil {
			return err
		}
		sc, parent, has, err := parseScope(found)
		if err != nil {
			return err
		}
		if below != nil {
			below.Parent = sc
		}
		if l.scopes[sc.ID] != nil {
			return nil
		}
		l.scopes[sc.ID], below = sc, sc
		id, more = parent, has
	}
	return nil
}

// readAbove reads the instances that exist once above a resource.
func (l *loader) readAbove(r *demarc.Assessed, b *demarc.Brief) error {
	for _, task := range b.Above {
		key, ok := keyAbove(task.Level, r.Scope, b.Workload)
		if _, known := l.verdicts.byKey[string(key)]; known || !ok {
			continue
		}
		it, err := find(l.conn, l.base.layers, instances, key)
		if err == nil && it != nil {
			it.key = bytes.Clone(key)
			err = l.instance(it)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Named finds the resources of a snapshot that have a name, or an id, in any
// case: their ids, at most as many as asked for.
func (db *DB) Named(ctx context.Context, workspace string, number int64, name string, most int) ([]string, error) {
	var ids []string
	err := db.engine.read(ctx, func(c conn) error {
		ids = nil
		l, err := newLayersLoader(c, workspace, number)
		if err != nil {
			return err
		}
		if it, err := find(c, l.base.layers, resources, []byte(demarc.Fold(name))); err != nil || it != nil {
			if err != nil {
				return err
			}
			s, err := parseResource(it)
			ids = append(ids, s.ID)
			return err
		}
		m, err := openMerged(c, l.base.layers, resources)
		if err != nil {
			return err
		}
		for it := range m.each() {
			s, err := parseResource(it)
			if err != nil {
				return err
			}
			if demarc.EqualFold(s.Name, name) {
				if ids = append(ids, s.ID); len(ids) == most {
					return nil
				}
			}
		}
		return m.err
	})
	if err != nil {
		return nil, fmt.Errorf("look for %s in snapshot %d: %w", name, number, err)
	}
	return ids, nil
}
