package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/compare"
	"github.com/demarc-dev/demarc/internal/report"
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
	if err != nil {
		return nil, err
	}
	if was, is := s.before.computed, s.after.computed; was != is {
		s.notes = append(s.notes, "What was computed is not the same: before "+was+", after "+is+". What only one of the two computes is different for that reason.")
	}
	return s, nil
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
// where the same program made them.
func (q DiffRequest) loadSides(ctx context.Context, db *store.DB, s *diffSides) error {
	was, err := q.Place.find(ctx, db, q.Before)
	if err != nil {
		return err
	}
	is, err := q.Place.find(ctx, db, q.After)
	if err != nil {
		return err
	}
	if makerOf(was) != makerOf(is) || len(q.Became) > 0 { // what is the same may be named
		if s.before, err = q.load(ctx, db, was); err != nil {
			return err
		}
		if s.after, err = q.load(ctx, db, is); err != nil {
			return err
		}
		if q.Checks, err = q.checksOf(ctx, db, is); err != nil {
			return err
		}
		return q.replay(ctx, db, s, was, makerOf(is))
	}
	a, b, err := db.LoadPair(ctx, q.Place.Workspace, was.Number, is.Number)
	if err != nil {
		return err
	}
	if s.before, err = q.endOf(ctx, db, a, was); err != nil {
		return err
	}
	s.after, err = q.endOf(ctx, db, b, is)
	return err
}

// mixSides compares a snapshot with files as they are now.
func (q DiffRequest) mixSides(ctx context.Context, db *store.DB, s *diffSides) error {
	word, path, stored, read := q.Before, q.After, &s.before, &s.after
	if meansSnapshot(q.After) {
		word, path, stored, read = q.After, q.Before, &s.after, &s.before
	}
	snap, err := q.Place.find(ctx, db, word)
	if err != nil {
		return err
	}
	if *stored, err = q.load(ctx, db, snap); err != nil {
		return err
	}
	if *read, err = q.side(ctx, path); err != nil {
		return fmt.Errorf("assess %s: %w", path, err)
	}
	if stored == &s.before {
		return q.replay(ctx, db, s, snap, thisMaker())
	}
	if makerOf(snap) != thisMaker() {
		s.notes = append(s.notes, otherKnowledge)
	}
	return nil
}

// maker is what made an assessment: the same one says the same of the same.
type maker struct{ program, catalog string }

func makerOf(s *store.Snapshot) maker { return maker{s.Program, s.Catalog} }

func thisMaker() maker { return maker{Version().Version, catalogHash()} }

// otherKnowledge is said where it cannot be told what made a difference.
const otherKnowledge = "The two were assessed by programs that know different things, and what is after not by the program at hand: " +
	"what changed in the estate and what only in the catalogue cannot be told apart."

// replay assesses the inputs of a snapshot again with the knowledge of the
// other side, which must be that of this program.
func (q DiffRequest) replay(ctx context.Context, db *store.DB, s *diffSides, was *store.Snapshot, after maker) error {
	switch {
	case makerOf(was) == after:
		return nil
	case after != thisMaker():
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

// notKept says of how many rows it cannot be told what made the difference: the
// program asks for something now that it did not keep then.
func notKept(d *compare.Difference) []string {
	n := 0
	for i := range d.Responsibilities {
		c := &d.Responsibilities[i]
		if unseen := c.Before.Unknown; c.Cause == compare.ByEstate && c.After.Exists && (unseen == demarc.NotCollected || unseen == demarc.PropertyNotSeen) {
			n += len(c.Places)
		}
	}
	if n == 0 {
		return nil
	}
	return []string{report.Count(n, "row", "rows") + " told as changed in the estate may come of the catalogue: what the program asks for now was not kept then, or was not in the inputs."}
}

// load loads a snapshot as a side.
func (q DiffRequest) load(ctx context.Context, db *store.DB, s *store.Snapshot) (*diffEnd, error) {
	a, err := db.Load(ctx, q.Place.Workspace, s.Number)
	if err != nil {
		return nil, err
	}
	return q.endOf(ctx, db, a, s)
}

// endOf is a snapshot as a side.
func (q DiffRequest) endOf(ctx context.Context, db *store.DB, a *demarc.Assessment, s *store.Snapshot) (*diffEnd, error) {
	checks, policies, err := db.Computed(ctx, q.Place.Workspace, s.Number)
	if err != nil {
		return nil, err
	}
	return &diffEnd{Assessment: a, of: fmt.Sprintf("snapshot %d", s.Number), names: namesIn(a), computed: computedWords(checks, policies)}, nil
}

// checksOf are the checks that a snapshot was made with.
func (q DiffRequest) checksOf(ctx context.Context, db *store.DB, s *store.Snapshot) (Checks, error) {
	words, policies, err := db.Computed(ctx, q.Place.Workspace, s.Number)
	if err != nil {
		return Checks{}, err
	}
	checks, err := ParseChecks(words)
	checks.Policies, checks.Folder = policies, q.Checks.Folder
	return checks, err
}

// computedWords says what was computed. Where policies were read from does not
// count: the same ones may lie elsewhere.
func computedWords(checks, policies []string) string {
	text := "checks " + strings.Join(checks, ", ")
	if len(policies) > 0 {
		text += " and policies of your own"
	}
	return text
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
