package assess

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// register orders resources by folded id and finds them by id in any case.
//
// Ids are long and begin alike, so it sorts in two steps: by the part up to
// and including the first "/providers/", which few resources differ in, and
// inside of that by the rest. No such part is the beginning of another one, so
// the order is that of whole ids. An id without "/providers/" is a part of its
// own.
type register struct {
	all    []*observed
	shelf  map[string]*shelf // by the part of the id as spelled
	folded map[string]*shelf // by the folded part
	double bool              // an id was there more than once
}

// shelf is the resources whose ids begin alike.
type shelf struct {
	part   string // folded
	width  int    // length of the part in all ids, -1 when spellings differ in length
	trays  []*tray
	items  []*observed
	double bool // an id is there more than once
}

const providers = "/providers/"

// shelfPart is the part of an id that names its shelf.
func shelfPart(id string) string {
	for end := len(providers); end <= len(id); end++ {
		next := strings.IndexByte(id[end-len(providers):], '/')
		if next < 0 || end+next > len(id) {
			break
		}
		end += next
		if demarc.EqualFold(id[end-len(providers):end], providers) {
			return id[:end]
		}
	}
	return id
}

// tray is what one shard has for a shelf.
type tray struct {
	part  string // as spelled
	count int
	items []*observed
}

// tray finds or makes the tray of a part. The resources of a scope nearly
// always share one, which saves the look-up.
func (s *Shard) tray(home *place, part string) *tray {
	if home.tray != nil && home.tray.part == part {
		return home.tray
	}
	t, ok := s.trays[part]
	if !ok {
		t = &tray{part: part}
		s.trays[part] = t
	}
	if home.tray == nil {
		home.tray = t
	}
	return t
}

// newRegister orders the resources and makes one of those with the same id:
// unite is called with the one to keep and each other.
func newRegister(shards []*Shard, unite func(kept, other *observed)) *register {
	r := &register{shelf: map[string]*shelf{}, folded: map[string]*shelf{}}
	shelves := r.carve(shards)
	inParallel(len(shards), len(r.all), func(from, to int) {
		for _, s := range shards[from:to] {
			s.fill()
		}
	})
	inParallel(len(shelves), len(r.all), func(from, to int) {
		for _, s := range shelves[from:to] {
			slices.SortFunc(s.items, s.compare)
			s.double = slices.ContainsFunc(s.items[:max(len(s.items)-1, 0)], s.isDouble())
		}
	})
	if r.double = slices.ContainsFunc(shelves, func(s *shelf) bool { return s.double }); r.double {
		r.single(shelves, unite)
	}
	return r
}

// carve cuts one list into the shelves, in their order, and each shelf into
// the trays of the shards.
func (r *register) carve(shards []*Shard) []*shelf {
	n := 0
	for _, shard := range shards {
		for _, t := range shard.trays {
			s := r.shelfOf(t.part)
			s.trays = append(s.trays, t)
			n += t.count
		}
	}
	shelves := slices.SortedFunc(maps.Values(r.folded), func(a, b *shelf) int { return strings.Compare(a.part, b.part) })
	r.all = make([]*observed, n)
	to := 0
	for _, s := range shelves {
		start := to
		for _, t := range s.trays {
			from := to
			to += t.count
			t.items = r.all[from:from:to]
		}
		s.items = r.all[start:to:to]
	}
	return shelves
}

// fill puts the resources of a shard on its trays and gives each its scope.
func (s *Shard) fill() {
	homes := make(map[*demarc.Scope]*place, len(s.scopes))
	for _, p := range s.scopes {
		homes[&p.stub] = p
	}
	for _, c := range s.chunks {
		for i := range c {
			o := &c[i]
			home := homes[o.Scope]
			o.Scope = home.scope
			t := s.tray(home, shelfPart(o.ID))
			t.items = append(t.items, o)
		}
	}
}

// isDouble returns a test, to be called with the items in their order but for
// the last: whether the next one has the same id.
func (s *shelf) isDouble() func(*observed) bool {
	next := 0
	return func(o *observed) bool {
		next++
		return demarc.EqualFold(s.rest(o.ID), s.rest(s.items[next].ID))
	}
}

// single keeps the first of the resources with the same id.
func (r *register) single(shelves []*shelf, unite func(kept, other *observed)) {
	list := r.all
	r.all = list[:0]
	for _, s := range shelves {
		from := len(r.all)
		for _, o := range s.items {
			if last := len(r.all) - 1; last >= from && demarc.EqualFold(r.all[last].ID, o.ID) {
				unite(r.all[last], o)
				continue
			}
			r.all = append(r.all, o)
		}
		s.items = r.all[from:len(r.all):len(r.all)]
	}
	clear(list[len(r.all):])
}

func (r *register) shelfOf(part string) *shelf {
	if s, ok := r.shelf[part]; ok {
		return s
	}
	folded := demarc.Fold(part)
	s, ok := r.folded[folded]
	if !ok {
		s = &shelf{part: folded, width: len(part)}
		r.folded[folded] = s
	}
	if s.width != len(part) {
		s.width = -1
	}
	r.shelf[part] = s
	return s
}

// rest is what is left of an id behind the shelf's part.
func (s *shelf) rest(id string) string {
	if s.width < 0 {
		return id
	}
	return id[s.width:]
}

// compare orders by folded id, and records of the same id so that the one to
// keep comes first.
func (s *shelf) compare(a, b *observed) int {
	if c := demarc.CompareFold(s.rest(a.ID), s.rest(b.ID)); c != 0 {
		return c
	}
	return cmp.Or(
		cmp.Compare(a.Standing, b.Standing),
		-cmp.Compare(a.Seen, b.Seen),
		strings.Compare(fingerprint(a), fingerprint(b)),
		strings.Compare(a.ID, b.ID),
		strings.Compare(a.Name, b.Name),
		strings.Compare(a.Type, b.Type),
		strings.Compare(a.named(), b.named()),
		strings.Compare(a.Place.String(), b.Place.String()),
		strings.Compare(a.look.belonging.String(), b.look.belonging.String()),
		strings.Compare(a.checks.said(), b.checks.said()),
	)
}

// find looks a resource up by id in any case, nil when the estate lacks it.
func (r *register) find(id string) *observed {
	part := shelfPart(id)
	s, ok := r.shelf[part]
	if !ok {
		if s, ok = r.folded[demarc.Fold(part)]; !ok {
			return nil
		}
	}
	rest := id
	if s.width == len(part) {
		rest = id[len(part):]
	}
	i, ok := slices.BinarySearchFunc(s.items, rest, func(o *observed, rest string) int {
		if len(rest) == len(id) {
			return demarc.CompareFold(o.ID, rest)
		}
		return demarc.CompareFold(s.rest(o.ID), rest)
	})
	if !ok {
		return nil
	}
	return s.items[i]
}

// keeps reports whether a record that was observed is the one that is kept of
// its id.
func (r *register) keeps(o *observed) bool { return !r.double || r.find(o.ID) == o }

// nearest finds the resource of an id or the one it is nested in: properties
// often name a child, such as one configuration of a network interface.
func (r *register) nearest(id string) *observed {
	for id != "" {
		if o := r.find(id); o != nil {
			return o
		}
		id = parentOf(id)
	}
	return nil
}
