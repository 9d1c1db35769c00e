package store

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"slices"
	"sync"
	"time"

	"github.com/demarc-dev/demarc"
)

// Publication is what a snapshot concludes, beside its inputs.
type Publication struct {
	Assessment *demarc.Assessment
	RollUps    []demarc.RollUp
	Taken      time.Time
	Actor      string // who runs the program
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
		s.clear()
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
		if done, err := s.isPublished(c); err != nil || done {
			return err
		}
		if err := s.showLife(c); err != nil {
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
	shares  []shares       // by resource
	open    [][]openTask   // what is unmet by the classes of vectors
	owners  []*ownerChange // that the resources of the newest snapshot have another owner
	tables  [4]*classTable // answers, vectors, owners, workloads
	numbers [3][]uint32    // of the classes of each table
	sums    [3][][32]byte  // and their hashes
	next    uint32         // number of the next class
	content hash.Hash      // of all that is concluded
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
	before, err := w.gatherBeside()
	if err != nil {
		return err
	}
	w.assign(before)
	if w.owners, err = w.ownerChanges(before); err != nil {
		return err
	}
	var rest rest
	var group sync.WaitGroup
	group.Go(func() { rest = w.rest() })
	w.writeResources(before)
	group.Wait()
	if rest.err != nil {
		return rest.err
	}
	for _, it := range rest.scopes {
		w.content.Write(sealed(it.key, it.value))
	}
	w.content.Write(rest.levels.sum)
	return errors.Join(w.patch(scopes, slices.Values(rest.scopes)), w.patch(instances, rest.levels.items()), w.patch(classes, w.classes(rest.levels)),
		w.patch(rollups, slices.Values(rest.rollups)), w.patch(worst, slices.Values(rest.worst)), w.failed())
}

// gatherBeside finds the classes of all resources while it reads what the newest
// snapshot says of them.
func (w *writing) gatherBeside() (before *before, err error) {
	var group sync.WaitGroup
	group.Go(func() { before, err = w.before() })
	other := w.gather()
	group.Wait()
	return before, errors.Join(err, other)
}

// rest is the rows of all that is no resource, in order of key.
type rest struct {
	scopes, rollups, worst []*item
	levels                 *levels
	err                    error
}

// rest makes the rows, and touches nothing that writing resources needs.
func (w *writing) rest() rest {
	r := rest{scopes: scopeItems(w.Assessment.Scopes), worst: w.worstItems()}
	if r.levels, r.err = w.instances(); r.err == nil {
		r.rollups, r.err = w.rollUpItems(w.RollUps)
	}
	return r
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
