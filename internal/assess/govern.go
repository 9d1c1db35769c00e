package assess

import (
	"slices"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/slots"
)

// Some settings are resources of their own and govern others, as a network
// security group governs the machines behind it. The responsibility is the
// setting's; the resources that it governs refer to it.

// tie is one end of such a relation: a resource, and the hash of an id that
// the other end has or names, too.
type tie struct {
	of  *observed
	key uint64
}

// governWishes are the properties that tell what governs what.
func governWishes(c *catalog.Catalog) []slots.Wish {
	var wishes []slots.Wish
	for i := range c.Families {
		for j := range c.Families[i].Types {
			t := &c.Families[i].Types[j]
			for _, path := range slices.Concat(t.Governs, t.GovernedBy) {
				wishes = append(wishes, slots.Wish{Type: t.Type, Path: path})
			}
		}
	}
	return wishes
}

// tie keeps the ends that a resource shows.
func (s *Shard) tie(o *observed, at *seats, values *slots.Values) {
	s.governors = appendTies(s.governors, o, at.governs, values)
	if at.governed {
		s.governed = append(s.governed, tie{o, idHash(o.ID)})
		s.governed = appendTies(s.governed, o, at.governedBy, values)
	}
}

func appendTies(list []tie, o *observed, at []int, values *slots.Values) []tie {
	for _, slot := range at {
		v := values.At(slot)
		if id := v.Text(); id != "" {
			list = append(list, tie{o, idHash(id)})
		}
		for _, element := range v.Elements() {
			if id := element.Text(); id != "" {
				list = append(list, tie{o, idHash(id)})
			}
		}
	}
	return list
}

// govern finds, for the resources that answer for what is governed, the
// resources that govern it. It matters only where something was seen.
func (d *docket) govern() {
	d.governors = map[int32][]int32{}
	by := map[uint64][]int32{}
	for _, shard := range d.shards {
		for _, t := range shard.governors {
			if i, ok := d.placeOf(t.of); ok {
				by[t.key] = append(by[t.key], i)
				by[idHash(t.of.ID)] = append(by[idHash(t.of.ID)], i)
			}
		}
	}
	if len(by) == 0 {
		return
	}
	for _, shard := range d.shards {
		for _, t := range shard.governed {
			if len(by[t.key]) == 0 {
				continue
			}
			if i, ok := d.placeOf(t.of); ok {
				home := d.home(int(i))
				d.governors[home] = append(d.governors[home], by[t.key]...)
			}
		}
	}
	for home, list := range d.governors {
		slices.Sort(list)
		d.governors[home] = slices.DeleteFunc(slices.Compact(list), func(i int32) bool { return i == home })
	}
}

// placeOf is where a resource stands in the order, false when another record
// of the same resource was kept.
func (d *docket) placeOf(o *observed) (int32, bool) {
	i, ok := d.indexOf(o)
	return int32(i), ok && d.all[i].Standing == demarc.There
}
