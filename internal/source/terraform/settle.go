package terraform

import (
	"maps"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/scope"
	"github.com/demarc-dev/demarc/internal/source"
)

// pointer sets a property of a resource that another one names.
type pointer struct{ target, path, value string }

// settle works out the ids of records, lets them point to each other, and
// gives them to the sink in the order in which they were read.
func (r *reader) settle(records []*record) {
	for _, c := range records {
		if !c.data {
			r.point(c)
		}
	}
	for _, c := range records {
		r.give(c)
	}
}

// point gathers what a record tells of those that it names.
func (r *reader) point(c *record) {
	if c.standing == demarc.Leaving {
		return
	}
	for _, p := range c.kind.Points {
		value := r.index.identify(c)
		if p.To != "" {
			value = ""
			if ids := r.index.idsAt(c, p.To); len(ids) == 1 {
				value = ids[0]
			}
		}
		if value == "" {
			continue
		}
		for _, id := range r.index.idsAt(c, p.From) {
			key := demarc.Fold(id)
			r.pointers[key] = append(r.pointers[key], pointer{id, p.Path, value})
		}
	}
}

// give hands a record to the sink: as a resource, a scope or a reference.
func (r *reader) give(c *record) {
	id := r.index.identify(c)
	place := r.place(c)
	switch {
	case c.data || c.settings:
		r.sink.Reference(source.Reference{ID: id, Type: c.armType, Place: place})
		return
	case r.giveScope(c, id, place):
		return
	}
	if c.replaced {
		r.noteAt(demarc.NoteRead, place, "the plan replaces it: deleted and made anew, counted as there")
	}
	r.given++
	if parsed := scope.Parse(id); isARM(c.armType) && strings.HasPrefix(id, "/") {
		if problem := parsed.Malformed(); problem != "" {
			r.noteAt(demarc.NoteMalformed, place, problem)
		}
	}
	c.give(r.out)
	set := map[string]bool{}
	for _, p := range r.pointers[demarc.Fold(id)] {
		if !set[p.path] {
			set[p.path] = true
			r.out.Set(p.path, demarc.Text(p.value))
		}
	}
	out := source.Resource{Resource: demarc.Resource{
		ID: id, Name: c.displayName(id), Type: c.armType, Place: place, Seen: c.seen, MadeUp: c.madeUp, Standing: c.standing,
	}, Address: c.address, Change: c.change}
	if c.seen != demarc.SeenNone {
		out.Values = r.out
	}
	r.sink.Resource(out)
}

// displayName is the name of a resource.
func (c *record) displayName(id string) string {
	names := c.kind.names()
	if name := c.text(names[len(names)-1]); name != "" {
		return name
	}
	if name := c.text("name"); name != "" {
		return name
	}
	if parsed := scope.Parse(id); !c.madeUp && parsed.IsResource() {
		return parsed.Name
	}
	return c.name + c.key
}

// giveScope hands a record that stands for a scope to the sink.
func (r *reader) giveScope(c *record, id string, place demarc.Place) bool {
	s := source.Scope{ID: id, Place: place}
	switch c.armType {
	case groupType:
		s.Name, s.ManagedBy = c.text("name"), c.text("managed_by")
	case managementGroupType:
		s.Name = c.text("display_name")
	case subscriptionType:
		number := c.text("subscription_id")
		if number == "" {
			return false
		}
		s.ID, s.Name = "/subscriptions/"+number, c.text("subscription_name")
	default:
		return false
	}
	if s.Name == "" {
		s.Name = scope.Parse(s.ID).Name
	}
	r.given++
	r.sink.Scope(s)
	return true
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
