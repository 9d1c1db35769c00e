package policy

import (
	"maps"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
)

// typeSet is the folded resource types that a condition may hold for.
type typeSet struct {
	any   bool
	names map[string]bool
}

var anyType = typeSet{any: true}

// Types are the folded resource types that the condition can be about, in no
// order; any is true when it may be about all of them.
func (d *Definition) Types() (types []string, any bool) {
	b, err := Bind(d, nil)
	if err != nil {
		return nil, true
	}
	set := b.types()
	for name := range maps.Keys(set.names) {
		types = append(types, name)
	}
	return types, set.any
}

func (b *Bound) types() typeSet { return b.typesOf(b.condition, false) }

// typesOf are the types for which a condition, or its negation, may hold. It
// errs on the side of more.
func (b *Bound) typesOf(c condition, negated bool) typeSet {
	switch c := c.(type) {
	case notOf:
		return b.typesOf(c.of, !negated)
	case allOf:
		return b.typesOfList(c, negated, !negated)
	case anyOf:
		return b.typesOfList(c, negated, negated)
	case *leaf:
		return b.typesOfLeaf(c, negated)
	}
	return anyType
}

// typesOfList joins the types of several conditions, all of which or any of
// which must hold.
func (b *Bound) typesOfList(list []condition, negated, all bool) typeSet {
	joined := typeSet{any: all}
	for _, c := range list {
		one := b.typesOf(c, negated)
		if all {
			joined = joined.and(one)
		} else {
			joined = joined.or(one)
		}
	}
	return joined
}

func (b *Bound) typesOfLeaf(l *leaf, negated bool) typeSet {
	if l.field == nil || negated {
		return anyType
	}
	if name, ok := b.fixed(l.field); !ok || !demarc.EqualFold(name.Text(), "type") {
		return anyType
	}
	right, ok := b.fixed(l.right)
	if !ok || right.IsUnknown() {
		return anyType
	}
	switch l.op {
	case equals:
		return typeSet{names: map[string]bool{demarc.Fold(right.Text()): true}}
	case in:
		names := map[string]bool{}
		for _, e := range right.Elements() {
			if e.Kind() != armexpr.KindText {
				return anyType
			}
			names[demarc.Fold(e.Text())] = true
		}
		return typeSet{names: names}
	}
	return anyType
}

func (s typeSet) and(t typeSet) typeSet {
	switch {
	case s.any:
		return t
	case t.any:
		return s
	}
	both := map[string]bool{}
	for name := range s.names {
		if t.names[name] {
			both[name] = true
		}
	}
	return typeSet{names: both}
}

func (s typeSet) or(t typeSet) typeSet {
	if s.any || t.any {
		return anyType
	}
	either := maps.Clone(s.names)
	if either == nil {
		either = map[string]bool{}
	}
	maps.Copy(either, t.names)
	return typeSet{names: either}
}
