package slots

import (
	"fmt"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// Wish asks for the value at a path of every resource of a type; an empty
// type asks for it of all resources.
type Wish struct {
	Type string
	Path string
	// Whole asks for the value with all that is in it: an object with its
	// members, a list with its elements. Such a path has no [*].
	Whole bool
	// Only keeps of a whole value the members at these paths, which begin in
	// the object or, where the value is a list, in each of its elements. What
	// is no object stays as it is. Nil keeps everything. Of several wishes for
	// the same value all is kept that one of them keeps.
	Only []string
}

// Layout is the merged wishes: one [Plan] per type.
type Layout struct {
	common *Plan
	every  *Plan
	plans  map[string]*Plan // by folded type
	lazy   *lazy            // nil when nothing is asked for later
}

// Plan says which values of a resource of one type are wanted and where each
// is kept. A Plan is read-only and safe for concurrent use.
type Plan struct {
	paths  []string       // folded, in order of their slots
	slots  map[string]int // by path; two spellings of one place share a slot
	wholes []whole        // outer ones in front of those within them
	root   *node
}

// whole is a value that is wanted with all that is in it.
type whole struct {
	path  string
	steps []step
	slot  int
}

// node is a place in the tree of wanted paths.
type node struct {
	slot     int // the slot that wants this very value, -1 for none
	members  map[string]*node
	elements *node // what is wanted of each element of a list
	keep     *keep // what to keep of a value that is wanted whole, nil of others
	below    []int // the slots of the node and of all below it
}

// NewLayout merges wishes. It fails on a path that cannot be parsed.
//
// Each of more is asked once for each type, given folded, when [Layout.For] is
// first asked for its plan; different types may be asked for at the same time.
// It gives further wishes for that type, those for others are ignored. The
// plans of [Layout.Every] and of the empty type are without them.
func NewLayout(wishes []Wish, more ...func(foldedType string) []Wish) (*Layout, error) {
	byType := map[string][]Wish{}
	for _, w := range wishes {
		typ := demarc.Fold(w.Type)
		byType[typ] = append(byType[typ], w)
	}
	common := byType[""]
	l := &Layout{plans: make(map[string]*Plan, len(byType))}
	var err error
	if l.common, err = newPlan(common); err != nil {
		return nil, err
	}
	if l.every, err = newPlan(wishes); err != nil {
		return nil, err
	}
	for typ, own := range byType {
		if typ == "" {
			continue
		}
		if l.plans[typ], err = newPlan(slices.Concat(common, own)); err != nil {
			return nil, err
		}
	}
	if len(more) > 0 {
		l.lazy = newLazy(l, byType, more)
	}
	return l, nil
}

// For returns the plan of a type, in any case. It is never nil.
func (l *Layout) For(typ string) *Plan {
	if l.lazy != nil && typ != "" {
		return l.lazy.plan(typ)
	}
	if p, ok := l.plans[typ]; ok {
		return p
	}
	return l.known(demarc.Fold(typ))
}

// Every returns the plan of all wishes of all types, for resources whose type
// is not known yet when they are read.
func (l *Layout) Every() *Plan { return l.every }

func newPlan(wishes []Wish) (*Plan, error) {
	p := &Plan{slots: map[string]int{}, root: &node{slot: -1}}
	for _, w := range sorted(wishes) {
		if err := p.add(w); err != nil {
			return nil, err
		}
	}
	p.root.seal(nil)
	return p, nil
}

// sorted are the wishes with their paths folded, in the order of the slots.
func sorted(wishes []Wish) []Wish {
	list := slices.Clone(wishes)
	for i := range list {
		list[i].Path = demarc.Fold(list[i].Path)
	}
	slices.SortStableFunc(list, func(a, b Wish) int { return strings.Compare(a.Path, b.Path) })
	return list
}

// add gives a wish its slot.
func (p *Plan) add(w Wish) error {
	steps, err := parsePath(w.Path)
	if err != nil {
		return err
	}
	var kept *keep
	if w.Whole {
		if kept, err = newKeep(w, steps); err != nil {
			return err
		}
	}
	n := p.root.at(steps)
	if n.slot < 0 {
		n.slot = len(p.paths)
		p.paths = append(p.paths, w.Path)
	}
	p.slots[w.Path] = n.slot
	switch {
	case kept == nil:
	case n.keep == nil:
		n.keep = kept
		p.wholes = append(p.wholes, whole{p.paths[n.slot], steps, n.slot})
	default:
		n.keep.merge(kept)
	}
	return nil
}

// newKeep reads what is to be kept of a whole value.
func newKeep(w Wish, steps []step) (*keep, error) {
	for _, s := range steps {
		if s.lists > 0 {
			return nil, fmt.Errorf("path %q: a value cannot be wanted whole inside of lists", w.Path)
		}
	}
	k := &keep{all: w.Only == nil}
	for _, path := range w.Only {
		below, err := parsePath(path)
		if err != nil {
			return nil, err
		}
		k.add(below)
	}
	return k, nil
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

// seal works out what is the same for all resources. A whole value that lies
// in another one keeps what the outer one keeps of it too, so that it is
// built once.
func (n *node) seal(outer *keep) {
	if n == nil {
		return
	}
	if n.keep != nil {
		n.keep.merge(outer)
		outer = n.keep
	}
	if n.slot >= 0 {
		n.below = append(n.below, n.slot)
	}
	for name, m := range n.members {
		m.seal(outer.member(name))
		n.below = append(n.below, m.below...)
	}
	if n.elements != nil {
		n.elements.seal(nil)
		n.below = append(n.below, n.elements.below...)
	}
	slices.Sort(n.below)
}

// PartOf makes a plan of a few folded paths, for copies of values that were
// read by another plan.
func PartOf(paths []string) *Plan {
	p := &Plan{root: &node{slot: -1}, paths: paths, slots: make(map[string]int, len(paths))}
	for i, path := range paths {
		p.slots[path] = i
	}
	return p
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

// Whole reports whether the value of a slot is wanted with all that is in it.
func (p *Plan) Whole(slot int) bool {
	return slices.ContainsFunc(p.wholes, func(w whole) bool { return w.slot == slot })
}

// Wholes are the slots of values that are wanted with all that is in them,
// outer ones in front of those within them.
func (p *Plan) Wholes() []int {
	list := make([]int, len(p.wholes))
	for i, w := range p.wholes {
		list[i] = w.slot
	}
	return list
}

// WantsColumn reports whether anything is wanted below a top-level name,
// which is given folded.
func (p *Plan) WantsColumn(name string) bool { return p.root.members[name] != nil }

// below reports whether a folded path lies at or below a top-level name.
func below(path, column string) bool {
	rest, ok := strings.CutPrefix(path, column)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}
