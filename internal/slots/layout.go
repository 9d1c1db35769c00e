package slots

import (
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// Wish asks for the value at a path of every resource of a type; an empty
// type asks for it of all resources.
type Wish struct {
	Type string
	Path string
}

// Layout is the merged wishes: one [Plan] per type.
type Layout struct {
	common *Plan
	every  *Plan
	plans  map[string]*Plan // by folded type
}

// Plan says which values of a resource of one type are wanted and where each
// is kept. A Plan is read-only and safe for concurrent use.
type Plan struct {
	paths []string       // folded, in order of their slots
	slots map[string]int // by path; two spellings of one place share a slot
	root  *node
}

// node is a place in the tree of wanted paths.
type node struct {
	slot     int // the slot that wants this very value, -1 for none
	members  map[string]*node
	elements *node // what is wanted of each element of a list
}

// NewLayout merges wishes. It fails on a path that cannot be parsed.
func NewLayout(wishes []Wish) (*Layout, error) {
	byType := map[string][]string{}
	var all []string
	for _, w := range wishes {
		path := demarc.Fold(w.Path)
		byType[demarc.Fold(w.Type)] = append(byType[demarc.Fold(w.Type)], path)
		all = append(all, path)
	}
	common := byType[""]
	l := &Layout{plans: make(map[string]*Plan, len(byType))}
	var err error
	if l.common, err = newPlan(common); err != nil {
		return nil, err
	}
	if l.every, err = newPlan(all); err != nil {
		return nil, err
	}
	for typ, paths := range byType {
		if typ == "" {
			continue
		}
		if l.plans[typ], err = newPlan(append(slices.Clone(common), paths...)); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// For returns the plan of a type, in any case. It is never nil.
func (l *Layout) For(typ string) *Plan {
	if p, ok := l.plans[typ]; ok {
		return p
	}
	if p, ok := l.plans[demarc.Fold(typ)]; ok {
		return p
	}
	return l.common
}

// Every returns the plan of all wishes of all types, for resources whose type
// is not known yet when they are read.
func (l *Layout) Every() *Plan { return l.every }

func newPlan(paths []string) (*Plan, error) {
	p := &Plan{slots: map[string]int{}, root: &node{slot: -1}}
	for _, path := range slices.Compact(slices.Sorted(slices.Values(paths))) {
		steps, err := parsePath(path)
		if err != nil {
			return nil, err
		}
		n := p.root.at(steps)
		if n.slot < 0 {
			n.slot = len(p.paths)
			p.paths = append(p.paths, path)
		}
		p.slots[path] = n.slot
	}
	return p, nil
}

// at finds or makes the node of a path.
func (n *node) at(steps []step) *node {
	for _, s := range steps {
		n = n.member(s.name)
		for range s.lists {
			if n.elements == nil {
				n.elements = &node{slot: -1}
			}
			n = n.elements
		}
	}
	return n
}

func (n *node) member(name string) *node {
	next, ok := n.members[name]
	if !ok {
		if n.members == nil {
			n.members = map[string]*node{}
		}
		next = &node{slot: -1}
		n.members[name] = next
	}
	return next
}

// Slot returns the index of a path, in any case, or -1 when nobody wished for it.
func (p *Plan) Slot(path string) int {
	if i, ok := p.slots[demarc.Fold(path)]; ok {
		return i
	}
	return -1
}

// Len is the number of slots.
func (p *Plan) Len() int { return len(p.paths) }

// Paths are the wanted paths, folded, in the order of their slots.
func (p *Plan) Paths() []string { return p.paths }

// WantsColumn reports whether anything is wanted below a top-level name,
// which is given folded.
func (p *Plan) WantsColumn(name string) bool { return p.root.members[name] != nil }

// below reports whether a folded path lies at or below a top-level name.
func below(path, column string) bool {
	rest, ok := strings.CutPrefix(path, column)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}
