package assess

import (
	"cmp"
	"iter"
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
}

// shelf is the resources whose ids begin alike.
type shelf struct {
	part  string // folded
	width int    // length of the part in all ids, -1 when spellings differ in length
	count int
	items []*observed
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

// newRegister orders the resources and makes one of those with the same id:
// unite is called with the one to keep and each other.
func newRegister(resources iter.Seq[*observed], unite func(kept, other *observed)) *register {
	r := &register{shelf: map[string]*shelf{}, folded: map[string]*shelf{}}
	list, shelves := r.fill(resources)
	inParallel(len(shelves), len(list), func(from, to int) {
		for _, s := range shelves[from:to] {
			slices.SortFunc(s.items, s.compare)
		}
	})
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
	return r
}

// fill puts the resources on their shelves, which lie one behind the other in
// one list and in their order.
func (r *register) fill(resources iter.Seq[*observed]) ([]*observed, []*shelf) {
	n := 0
	for o := range resources {
		r.shelfOf(shelfPart(o.ID)).count++
		n++
	}
	shelves := slices.SortedFunc(maps.Values(r.folded), func(a, b *shelf) int { return strings.Compare(a.part, b.part) })
	list := make([]*observed, n)
	from := 0
	for _, s := range shelves {
		s.items = list[from : from : from+s.count]
		from += s.count
	}
	for o := range resources {
		s := r.shelfOf(shelfPart(o.ID))
		s.items = append(s.items, o)
	}
	return list, shelves
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
		-cmp.Compare(a.Seen, b.Seen),
		strings.Compare(fingerprint(a), fingerprint(b)),
		strings.Compare(a.ID, b.ID),
		strings.Compare(a.Name, b.Name),
		strings.Compare(a.Type, b.Type),
		strings.Compare(a.PartOf, b.PartOf),
		strings.Compare(a.Place.String(), b.Place.String()),
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
