package app

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/store"
)

// diffSides are the two assessments to compare, and the first of them as it
// would be with what the program knew of the second; nil where that is the
// same, or cannot be told.
type diffSides struct {
	before, after *diffEnd
	replayed      *demarc.Assessment
	notes         []string
}

// sides makes or loads the two assessments.
func (q DiffRequest) sides(ctx context.Context) (*diffSides, error) {
	if !meansSnapshot(q.Before) && !meansSnapshot(q.After) {
		return q.assessedSides(ctx)
	}
	s := &diffSides{}
	err := q.Place.opened(ctx, store.Options{ReadOnly: true}, func(db *store.DB) error {
		if meansSnapshot(q.Before) && meansSnapshot(q.After) {
			return q.loadSides(ctx, db, s)
		}
		return q.mixSides(ctx, db, s)
	})
	return s, err
}

func (q DiffRequest) assessedSides(ctx context.Context) (*diffSides, error) {
	before, err := q.side(ctx, q.Before)
	if err != nil {
		return nil, fmt.Errorf("assess %s: %w", q.Before, err)
	}
	after, err := q.side(ctx, q.After)
	if err != nil {
		return nil, fmt.Errorf("assess %s: %w", q.After, err)
	}
	return &diffSides{before: before, after: after}, nil
}

// loadSides loads two snapshots: what is certainly the same in both is left out
// where the program knew the same both times.
func (q DiffRequest) loadSides(ctx context.Context, db *store.DB, s *diffSides) error {
	was, err := q.Place.find(ctx, db, q.Before)
	if err != nil {
		return err
	}
	is, err := q.Place.find(ctx, db, q.After)
	if err != nil {
		return err
	}
	if was.Catalog == is.Catalog {
		a, b, err := db.LoadPair(ctx, q.Place.Workspace, was.Number, is.Number)
		if err != nil {
			return err
		}
		s.before, s.after = endOf(a, was), endOf(b, is)
		return nil
	}
	for _, one := range []struct {
		end  **diffEnd
		snap *store.Snapshot
	}{{&s.before, was}, {&s.after, is}} {
		a, err := db.Load(ctx, q.Place.Workspace, one.snap.Number)
		if err != nil {
			return err
		}
		*one.end = endOf(a, one.snap)
	}
	return q.replay(ctx, db, s, was, is.Catalog)
}

// mixSides compares a snapshot with files as they are now.
func (q DiffRequest) mixSides(ctx context.Context, db *store.DB, s *diffSides) error {
	load := func(word string) (*diffEnd, *store.Snapshot, error) {
		snap, err := q.Place.find(ctx, db, word)
		if err != nil {
			return nil, nil, err
		}
		a, err := db.Load(ctx, q.Place.Workspace, snap.Number)
		if err != nil {
			return nil, nil, err
		}
		return endOf(a, snap), snap, nil
	}
	var err error
	var snap *store.Snapshot
	if meansSnapshot(q.After) {
		if s.after, snap, err = load(q.After); err != nil {
			return err
		}
		if snap.Catalog != catalogHash() {
			s.notes = append(s.notes, otherKnowledge)
		}
		s.before, err = q.side(ctx, q.Before)
		return err
	}
	if s.before, snap, err = load(q.Before); err != nil {
		return err
	}
	if s.after, err = q.side(ctx, q.After); err != nil {
		return err
	}
	return q.replay(ctx, db, s, snap, catalogHash())
}

// otherKnowledge is said where it cannot be told what made a difference.
const otherKnowledge = "The two were assessed by programs that know different things, and the program at hand knows neither all of the one nor of the other: " +
	"what changed in the estate and what only in the catalogue cannot be told apart."

// replay assesses the inputs of a snapshot again with the knowledge of the
// other side, which must be that of this program.
func (q DiffRequest) replay(ctx context.Context, db *store.DB, s *diffSides, was *store.Snapshot, knowledge string) error {
	switch {
	case was.Catalog == knowledge:
		return nil
	case knowledge != catalogHash():
		s.notes = append(s.notes, otherKnowledge)
		return nil
	}
	one := q.Request
	one.AsOf = date(was.AsOf)
	_, settled, err := one.runRecorded(ctx, saved{from: db.Recording(q.Place.Workspace, was.Number)})
	if err != nil {
		return fmt.Errorf("assess snapshot %d again: %w", was.Number, err)
	}
	s.replayed = settled.Assessment
	return nil
}

// endOf is a snapshot as a side.
func endOf(a *demarc.Assessment, s *store.Snapshot) *diffEnd {
	return &diffEnd{Assessment: a, of: fmt.Sprintf("snapshot %d", s.Number), names: namesIn(a)}
}

// namesIn are the owners and workloads that a snapshot names.
func namesIn(a *demarc.Assessment) []string {
	seen := map[string]bool{}
	a.Verdicts.Briefs(0, len(a.Resources), func(_ int, b *demarc.Brief) bool {
		seen[b.Owner.Name], seen[b.Workload] = true, true
		return true
	})
	a.Verdicts.Above(func(v *demarc.Verdict) bool {
		if v.Owner.Named() {
			seen[v.Owner.Name] = true
		}
		seen[v.Instance.Workload] = true
		return true
	})
	delete(seen, "")
	names := make([]string, 0, len(seen))
	for name := range seen {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

var errBothPiped = errors.New("only one of the two can be standard input")
