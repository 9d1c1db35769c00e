package slots

import (
	"maps"
	"slices"
)

// keep says what is kept of a whole value. Lists are passed through: what
// holds for a list holds for each of its elements. A nil keep keeps nothing.
type keep struct {
	all     bool             // everything
	members map[string]*keep // by folded name, when not everything
}

// add keeps the value at a path.
func (k *keep) add(steps []step) {
	for _, s := range steps {
		if k.all {
			return
		}
		next := k.members[s.name]
		if next == nil {
			if k.members == nil {
				k.members = map[string]*keep{}
			}
			next = &keep{}
			k.members[s.name] = next
		}
		k = next
	}
	k.all, k.members = true, nil
}

// merge keeps also what another one keeps, of which nothing is shared.
func (k *keep) merge(other *keep) {
	switch {
	case other == nil || k.all:
		return
	case other.all:
		k.all, k.members = true, nil
		return
	}
	for name, o := range other.members {
		if k.members == nil {
			k.members = map[string]*keep{}
		}
		if k.members[name] == nil {
			k.members[name] = &keep{}
		}
		k.members[name].merge(o)
	}
}

// member is what is kept of a member, by its folded name, nil for nothing.
func (k *keep) member(name string) *keep {
	if k == nil || k.all {
		return k
	}
	return k.members[name]
}

// names are the folded names of the members that are kept, nil for all.
func (k *keep) names() []string { return slices.Sorted(maps.Keys(k.members)) }
