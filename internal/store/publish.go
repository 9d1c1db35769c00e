package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"slices"
	"time"

	"github.com/demarc-dev/demarc"
)

// Publication is what a snapshot concludes, beside its inputs.
type Publication struct {
	Assessment *demarc.Assessment
	RollUps    []demarc.RollUp
	Taken      time.Time
	Program    string // the version that assessed
	Catalog    string // the hash of what it knew
	Checks     []string
	Policies   []string
}

// Publish writes what was concluded and makes all of it the newest snapshot of
// the workspace, in one short transaction at the end. After an error nothing
// is there but what was there before.
func (s *Saving) Publish(p *Publication) (*Snapshot, error) {
	snap, err := s.publish(p)
	if err != nil {
		_ = s.settle()
		_ = s.db.engine.write(context.WithoutCancel(s.ctx), func(c conn) error { return dropLayer(c, s.layer) })
		return nil, fmt.Errorf("save the snapshot: %w", err)
	}
	return snap, nil
}

func (s *Saving) publish(p *Publication) (*Snapshot, error) {
	w, err := newWriting(s, p)
	if err != nil {
		return nil, err
	}
	if err := w.conclusions(); err != nil {
		return nil, err
	}
	head, err := w.header()
	if err != nil {
		return nil, err
	}
	if err := s.settle(); err != nil {
		return nil, err
	}
	var snap *Snapshot
	err = s.db.engine.write(s.ctx, func(c conn) error {
		if err := s.alive(c); err != nil {
			return err
		}
		snap, err = w.make(c, head)
		return err
	})
	return snap, err
}

// writing writes the conclusions of one snapshot.
type writing struct {
	*Saving
	*Publication
	*sharer
	shares  []shares         // by resource
	vectors []*demarc.Vector // of the table of vectors, by place
	tables  [4]*classTable   // answers, vectors, owners, workloads
	numbers [3][]uint32      // of the classes of each table
	sums    [3][][32]byte    // and their hashes
	next    uint32           // number of the next class
	content hash.Hash        // of all that is concluded
}

func newWriting(s *Saving, p *Publication) (*writing, error) {
	w := &writing{Saving: s, Publication: p, sharer: newSharer(), content: sha256.New(), next: 1}
	if s.parent != nil {
		w.next = s.parent.header.NextClass
	}
	return w, nil
}

// conclusions stages all rows that differ from the newest snapshot.
func (w *writing) conclusions() error {
	if err := w.gather(); err != nil {
		return err
	}
	before, err := w.before()
	if err != nil {
		return err
	}
	w.assign(before)
	w.writeResources(before)
	levels, err := w.instances()
	if err != nil {
		return err
	}
	tree := scopeItems(w.Assessment.Scopes)
	counted, err := w.rollUpItems(w.RollUps)
	if err != nil {
		return err
	}
	for _, it := range tree {
		w.content.Write(sealed(it.key, it.value))
	}
	w.content.Write(levels.sum)
	return errors.Join(w.patch(scopes, tree), w.patch(instances, levels.rows), w.patch(classes, w.classes(levels)),
		w.patch(rollups, counted), w.patch(worst, w.worstItems()), w.failed())
}

// sealed joins pieces so that no others give the same.
func sealed(pieces ...[]byte) []byte {
	var b []byte
	for _, p := range pieces {
		b = append(appendUint(b, uint64(len(p))), p...)
	}
	return b
}

func scopeItems(list []*demarc.Scope) []*item {
	items := make([]*item, 0, len(list))
	for _, s := range list {
		items = append(items, scopeItem(s))
	}
	slices.SortFunc(items, func(a, b *item) int { return bytes.Compare(a.key, b.key) })
	return items
}
