package classify

import (
	"cmp"
	"slices"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/scope"
	"github.com/demarc-dev/demarc/internal/slots"
)

// MostOverrides is how many overrides one estate may have.
const MostOverrides = 255

// overrides finds the overrides of a resource. The list is ordered from the
// least to the most specific, so that a later one wins.
type overrides struct {
	list   []demarc.Override
	byID   map[string][]byte // folded id or type -> indexes in list
	byType map[string][]byte
	wide   []byte // those of scopes and tags, which are asked one by one
	layout *slots.Layout
}

func newOverrides(own []demarc.Override, layout *slots.Layout) overrides {
	o := overrides{list: slices.Clone(own), byID: map[string][]byte{}, byType: map[string][]byte{}, layout: layout}
	slices.SortStableFunc(o.list, func(a, b demarc.Override) int {
		return cmp.Compare(specificity(a.Match), specificity(b.Match))
	})
	for i := range o.list {
		switch m, i := o.list[i].Match, byte(i); {
		case m.ID != "":
			o.byID[demarc.Fold(m.ID)] = append(o.byID[demarc.Fold(m.ID)], i)
		case m.Tag != "", m.Scope != "", m == demarc.Match{}:
			o.wide = append(o.wide, i)
		default:
			o.byType[demarc.Fold(m.Type)] = append(o.byType[demarc.Fold(m.Type)], i)
		}
	}
	return o
}

// specificity orders matches: type, scope, tag, id. Of two scopes the longer
// one is more specific.
func specificity(m demarc.Match) int {
	switch {
	case m.ID != "":
		return 1 << 30
	case m.Tag != "":
		return 1 << 29
	case m.Scope != "":
		return 1 + len(m.Scope)
	}
	return 0
}

// matched are the overrides of a resource, as indexes in texts that can be
// compared, from the least to the most specific.
type matched struct {
	found string
	open  string // those of tags that were not seen
}

// match finds the overrides of a resource.
func (o *overrides) match(r *demarc.Resource, values *slots.Values) matched {
	if len(o.list) == 0 {
		return matched{}
	}
	var found, open []byte
	if len(o.byType) > 0 {
		found = append(found, o.byType[demarc.Fold(r.Type)]...)
	}
	tag := func(key string) demarc.Value { return values.At(o.layout.For(r.Type).Slot(scope.TagPath(key))) }
	for _, i := range o.wide {
		switch scope.Covers(o.list[i].Match, r, tag) {
		case demarc.True:
			found = append(found, i)
		case demarc.MaybeTrue:
			open = append(open, i)
		case demarc.False:
		}
	}
	if len(o.byID) > 0 {
		found = append(found, o.byID[demarc.Fold(r.ID)]...)
	}
	slices.Sort(found)
	return matched{found: string(found), open: string(open)}
}
