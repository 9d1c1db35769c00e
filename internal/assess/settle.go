package assess

import (
	"cmp"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
)

// Settled is an assessment together with what explains it.
type Settled struct {
	*demarc.Assessment
	line    *Line
	looks   map[string]*look // of watched resources, by id
	Watched []Watched
}

// Settle decides what needs all resources and builds the assessment. The
// shards must not be used afterwards.
func (l *Line) Settle(shards []*Shard, files []*demarc.File) *Settled {
	s := &settler{line: l, answers: map[answerKey]*demarc.Answer{}, divisions: map[string]*demarc.Division{},
		owners: map[*demarc.Scope]owner{}, deployed: map[*observed][]*demarc.Division{}}
	s.gather(shards)
	s.tree(shards)
	s.sort()
	s.unite()
	s.claim(shards)
	s.link()
	s.answer()
	return s.build(shards, files)
}

// settler holds what is known of all resources together.
type settler struct {
	line      *Line
	all       []*observed // ordered by folded id, each id once
	scopes    map[string]*demarc.Scope
	clouds    map[*demarc.Scope]*catalog.Provider // of subscriptions
	managers  map[*demarc.Scope]string            // id of the manager, from the scope's own record
	owners    map[*demarc.Scope]owner
	deployed  map[*observed][]*demarc.Division // of the AI models deployed in a resource, in order of id, each once
	answers   map[answerKey]*demarc.Answer
	divisions map[string]*demarc.Division
	notes     []demarc.Note
}

// owner is the resource that manages a resource group, and the facet that
// what lies there belongs to.
type owner struct {
	id    string
	facet string
	self  *observed
}

func (s *settler) gather(shards []*Shard) {
	n := 0
	for _, shard := range shards {
		for _, c := range shard.chunks {
			n += len(c)
		}
	}
	s.all = make([]*observed, 0, n)
	for _, shard := range shards {
		for _, c := range shard.chunks {
			for i := range c {
				s.all = append(s.all, &c[i])
			}
		}
	}
}

// sort orders by folded id, and records of the same id so that the one to
// keep comes first.
func (s *settler) sort() { parallelSort(s.all, compareObserved) }

func compareObserved(a, b *observed) int {
	if c := demarc.CompareFold(a.ID, b.ID); c != 0 {
		return c
	}
	return cmp.Or(
		-cmp.Compare(a.Seen, b.Seen),
		strings.Compare(fingerprint(a), fingerprint(b)),
		strings.Compare(a.ID, b.ID),
		strings.Compare(a.Name, b.Name),
		strings.Compare(a.Place.String(), b.Place.String()),
	)
}

// fingerprint tells records of one resource apart by what they lead to.
func fingerprint(o *observed) string {
	rule := ""
	if o.look.class.Rule != nil {
		rule = o.look.class.Rule.ID
	}
	return rule + "\x00" + o.Type + "\x00" + o.PartOf + "\x00" + strings.Join(o.look.class.Undecided, ",") + "\x00" + o.look.variant.String()
}

// unite makes one resource of records with the same id.
func (s *settler) unite() {
	kept := s.all[:0]
	for i, o := range s.all {
		if i == 0 || !demarc.EqualFold(o.ID, kept[len(kept)-1].ID) {
			kept = append(kept, o)
			continue
		}
		first := kept[len(kept)-1]
		kind, message := demarc.NoteDuplicate, "the same resource again; counted once"
		if first.Seen == o.Seen && fingerprint(first) != fingerprint(o) {
			kind, message = demarc.NoteConflict, "the same resource again with other content; the first in order of content is kept"
		}
		s.notes = append(s.notes, demarc.Note{Kind: kind, Place: o.Place, Message: message, Count: 1})
	}
	clear(s.all[len(kept):])
	s.all = kept
}

// find looks a resource up by id in any case, nil when the estate lacks it.
func (s *settler) find(id string) *observed {
	i, ok := slices.BinarySearchFunc(s.all, id, func(o *observed, id string) int { return demarc.CompareFold(o.ID, id) })
	if !ok {
		return nil
	}
	return s.all[i]
}

// nearest finds the resource of an id or the one it is nested in: properties
// often name a child, such as one configuration of a network interface.
func (s *settler) nearest(id string) *observed {
	for id != "" {
		if o := s.find(id); o != nil {
			return o
		}
		id = parentOf(id)
	}
	return nil
}
