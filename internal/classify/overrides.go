package classify

import (
	"cmp"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
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
	scopes []byte
	tags   []byte
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
		case m.Tag != "":
			o.tags = append(o.tags, i)
		case m.Scope != "":
			o.scopes = append(o.scopes, i)
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
	for _, i := range o.scopes {
		if within(r, o.list[i].Match.Scope) {
			found = append(found, i)
		}
	}
	for _, i := range o.tags {
		key, want, _ := cutTag(o.list[i].Match.Tag)
		switch v := values.At(o.layout.For(r.Type).Slot(tagPath(key))); {
		case v.IsUnknown():
			open = append(open, i)
		case v.Kind() == demarc.KindText && demarc.EqualFold(v.Text(), want):
			found = append(found, i)
		}
	}
	if len(o.byID) > 0 {
		found = append(found, o.byID[demarc.Fold(r.ID)]...)
	}
	slices.Sort(found)
	return matched{found: string(found), open: string(open)}
}

// within reports whether a resource hangs below a scope: its id says so, or,
// for resources whose ids say nothing, the scope that its input gave.
func within(r *demarc.Resource, scope string) bool {
	if withinScope(r.ID, scope) {
		return true
	}
	return r.Scope != nil && (demarc.EqualFold(r.Scope.ID, scope) || withinScope(r.Scope.ID, scope))
}

func withinScope(id, scope string) bool {
	scope = strings.TrimSuffix(scope, "/")
	return len(id) > len(scope) && id[len(scope)] == '/' && demarc.EqualFold(id[:len(scope)], scope)
}

func cutTag(tag string) (key, value string, ok bool) {
	key, value, ok = strings.Cut(tag, "=")
	return strings.TrimSpace(key), strings.TrimSpace(value), ok
}

func tagPath(key string) string { return "tags['" + demarc.Fold(key) + "']" }
