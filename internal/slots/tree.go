package slots

import "github.com/demarc-dev/demarc"

// Tree is a value that is looked into piece by piece, for inputs in which
// most pieces have to be worked out and few are wanted.
type Tree interface {
	// Value is the value itself. Of an object and of a list only the kind
	// counts; what is unknown makes all that is wanted of it unknown.
	Value() demarc.Value
	// Member finds a member of an object by its folded name, nil for none.
	Member(name string) Tree
	// Members calls visit for the members of an object whose names are known,
	// as they are spelled; member works one out. Of a name that comes twice
	// the last one counts.
	Members(visit func(name string, member func() Tree))
	// Elements are the elements of a list.
	Elements() []Tree
}

// SetTree sets every value wanted of one top-level member, whose name is given
// folded. Values that the tree does not hold stay as they are, also those of
// elements of lists: a tree declares and does not show all there is.
func (v *Values) SetTree(column string, t Tree) {
	if n := v.plan.root.members[column]; n != nil {
		v.plant(t, n)
	}
}

func (v *Values) plant(t Tree, n *node) {
	value := t.Value()
	if value.IsUnknown() {
		for _, slot := range n.below {
			v.values[slot] = value
		}
		return
	}
	if value.Kind() == demarc.KindList {
		v.plantList(t, n)
		return
	}
	switch {
	case n.keep != nil:
		v.values[n.slot] = v.plantWhole(t, n.keep, 0)
	case n.slot >= 0:
		v.values[n.slot] = value
	}
	if value.Kind() != demarc.KindObject {
		return
	}
	for name, m := range n.members {
		if child := t.Member(name); child != nil {
			v.plant(child, m)
		}
	}
}

// plantList does what decodeList does.
func (v *Values) plantList(t Tree, n *node) {
	if n.slot < 0 && n.elements == nil {
		return
	}
	var own []demarc.Value
	g := v.gather(n.elements)
	for _, element := range t.Elements() {
		g.next(demarc.Value{})
		value := element.Value()
		if value.Kind() == demarc.KindList {
			value = demarc.Object()
		}
		own = append(own, value)
		if n.elements != nil {
			v.plant(element, n.elements)
		}
		g.take()
	}
	g.end()
	switch {
	case n.keep != nil:
		v.values[n.slot] = v.plantWhole(t, n.keep, 0)
	case n.slot >= 0:
		v.values[n.slot] = demarc.List(own)
	}
}
