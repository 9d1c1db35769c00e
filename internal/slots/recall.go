package slots

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// notCollected is what is known of a value that was not asked for when its
// resource was read: it may be there or not.
var notCollected = demarc.Unknown(string(demarc.NotCollected))

// Wishes are what a plan asks for, in the order of its slots. A layout of them
// has the same plan again, so that they describe it in a store.
func (p *Plan) Wishes() []Wish {
	list := make([]Wish, len(p.paths))
	for i, path := range p.paths {
		list[i].Path = path
	}
	for _, w := range p.wholes {
		k := p.root.find(w.steps).keep
		list[w.slot].Whole = true
		if !k.all {
			list[w.slot].Only = k.paths("", []string{})
		}
	}
	return list
}

// paths are those of the values that are kept, below a path.
func (k *keep) paths(above string, list []string) []string {
	for _, name := range slices.Sorted(maps.Keys(k.members)) {
		path := nameIn(above, name)
		if m := k.members[name]; m.all {
			list = append(list, path)
		} else {
			list = m.paths(path, list)
		}
	}
	return list
}

// nameIn writes a path with one more name.
func nameIn(above, name string) string {
	switch {
	case strings.ContainsAny(name, ".["):
		return above + "['" + name + "']"
	case above == "":
		return name
	}
	return above + "." + name
}

// find looks for the node of a path, nil when nothing is wanted there.
func (n *node) find(steps []step) *node {
	for _, s := range steps {
		if n = n.members[s.name]; n == nil {
			return nil
		}
		for range s.lists {
			if n = n.elements; n == nil {
				return nil
			}
		}
	}
	return n
}

// Recall says how values that were read by one plan and kept become the values
// of another. It is worked out once for two plans and read-only from then on.
type Recall struct {
	from, to *Plan
	same     bool
	moves    []move
	absent   []int // slots that nobody asked for then
	gathered []assembly
}

// assembly puts a value that is wanted whole now, and was not then, together
// from the values below it.
type assembly struct {
	whole
	parts []move // of the plan of then; where they go, their paths say
}

// move takes a value from one slot to another.
type move struct {
	from, to int
	flat     bool  // it is not wanted whole any more
	lack     *lack // what is wanted of it and was not kept, nil for nothing
}

// NewRecall compares two plans.
func NewRecall(from, to *Plan) *Recall {
	r := &Recall{from: from, to: to, same: reflect.DeepEqual(from.Wishes(), to.Wishes())}
	if r.same {
		return r
	}
	for slot, path := range to.paths {
		steps, err := parsePath(path)
		if err != nil { // it was parsed when the plan was made
			continue
		}
		before, now := from.root.find(steps), to.root.find(steps)
		if before == nil || before.slot < 0 {
			r.absent = append(r.absent, slot)
			continue
		}
		m := move{from: before.slot, to: slot, flat: before.keep != nil && now.keep == nil}
		if before.keep != nil && now.keep != nil {
			m.lack = lacking(before.keep, now.keep)
		}
		r.moves = append(r.moves, m)
	}
	for _, w := range to.wholes {
		if before := from.root.find(w.steps); before == nil || before.keep == nil {
			r.gathered = append(r.gathered, r.assembly(w))
		}
	}
	return r
}

// assembly finds the values below a whole one that are wanted as a part of it.
func (r *Recall) assembly(w whole) assembly {
	a := assembly{whole: w}
	for slot, path := range r.from.paths {
		steps, err := parsePath(path)
		if err != nil || len(steps) <= len(w.steps) {
			continue
		}
		wanted := r.to.root.find(w.steps).keep
		for _, s := range steps[len(w.steps):] {
			wanted = wanted.member(s.name)
		}
		if wanted == nil {
			continue
		}
		part := move{from: slot, flat: true}
		if kept := r.from.root.find(steps).keep; kept != nil {
			part = move{from: slot, lack: lacking(kept, wanted)}
		}
		a.parts = append(a.parts, part)
	}
	return a
}

// Same reports whether both plans have the same slots and keep the same of
// them, so that each value stays in its slot.
func (r *Recall) Same() bool { return r.same }

// Recall resets the values to the plan of now and takes over those that were
// kept by the plan of then. What was not asked for then is unknown because it
// was not collected, never missing.
func (v *Values) Recall(r *Recall, kept *Values) {
	v.Reset(r.to)
	if r.same {
		copy(v.values, kept.values)
		return
	}
	for _, m := range r.moves {
		x := kept.values[m.from]
		if m.flat {
			x = flatten(x)
		}
		v.values[m.to] = m.lack.mark(x)
	}
	for _, a := range r.gathered {
		switch x := v.values[a.slot]; {
		case x.Kind() == demarc.KindList:
			v.values[a.slot] = unflat(x)
		case unseen(x), x.Kind() == demarc.KindObject && !x.Whole():
			v.assemble(a, kept)
		}
	}
	for _, slot := range r.absent {
		if unseen(v.values[slot]) {
			v.values[slot] = notCollected
		}
	}
}

// assemble takes the values that are there. What else the whole holds is not
// known: what is missing may be so because nothing around it is there either.
func (v *Values) assemble(a assembly, kept *Values) {
	for _, part := range a.parts {
		x := kept.values[part.from]
		if x.IsUnknown() || x.Kind() == demarc.KindMissing {
			continue
		}
		if part.flat && x.Kind() == demarc.KindList {
			x = unflat(x)
		}
		v.setWithin(a.whole, kept.plan.paths[part.from], part.lack.mark(x))
	}
}

// unflat is a list that was not wanted whole as a whole one: what objects and
// lists in it hold was not kept, nor which of both they are.
func unflat(x demarc.Value) demarc.Value {
	list := slices.Clone(x.Elements())
	for i := range list {
		if list[i].Kind() == demarc.KindObject {
			list[i] = notCollected
		}
	}
	if x.Open() {
		return demarc.OpenList(list, x.Rest().Reason())
	}
	return demarc.List(list)
}

// unseen reports whether nobody set a value.
func unseen(x demarc.Value) bool { return x.IsUnknown() && x.Reason() == "not seen" }

// lack is what of a whole value is wanted and was not kept.
type lack struct {
	open    bool             // any member that is not there
	members map[string]*lack // by folded name; nil of one that was not kept at all
}

// lacking compares what was kept with what is wanted, nil when nothing lacks.
func lacking(kept, wanted *keep) *lack {
	if kept.all {
		return nil
	}
	l := &lack{open: wanted.all, members: map[string]*lack{}}
	names := wanted.members
	if wanted.all {
		names = kept.members
	}
	for name := range names {
		before := kept.members[name]
		if before == nil {
			l.members[name] = nil
		} else if below := lacking(before, wanted.member(name)); below != nil {
			l.members[name] = below
		}
	}
	if !l.open && len(l.members) == 0 {
		return nil
	}
	return l
}

// mark makes unknown what lacks in a value. Lists are passed through.
func (l *lack) mark(x demarc.Value) demarc.Value {
	switch {
	case l == nil:
		return x
	case x.Kind() == demarc.KindList:
		list := make([]demarc.Value, x.Len())
		for i, e := range x.Elements() {
			list[i] = l.mark(e)
		}
		if x.Open() {
			return demarc.OpenList(list, x.Rest().Reason())
		}
		return demarc.List(list)
	case !x.Whole():
		return x
	}
	for _, name := range slices.Sorted(maps.Keys(l.members)) {
		if below := l.members[name]; below == nil {
			x = x.With(name, notCollected)
		} else if member, ok := x.Member(name); ok {
			x = x.With(name, below.mark(member))
		}
	}
	if l.open {
		return x.Opened()
	}
	return x
}
