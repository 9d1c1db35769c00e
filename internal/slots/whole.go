package slots

import (
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/json"
)

// Bounds of whole values. What goes beyond them is not known.
const (
	mostWhole = 100_000 // members and elements in all whole values of a resource
	deepWhole = 64      // objects and lists in each other
)

var tooLarge = demarc.Unknown("too large")

// whole reads a value with all that is kept of it, and sets what is wanted at
// and below the node, which may be nil.
func (v *Values) whole(d *json.Decoder, k *keep, n *node, depth int) (demarc.Value, error) {
	if n != nil && n.keep != nil {
		k = n.keep // which keeps at least as much
	}
	var x demarc.Value
	var err error
	kind := d.PeekKind()
	switch {
	case kind != '{' && kind != '[':
		x, err = v.scalar(d)
	case depth >= deepWhole:
		x, err = tooLarge, d.SkipValue()
		if n != nil {
			for _, slot := range n.below {
				v.values[slot] = tooLarge
			}
		}
	case kind == '{':
		x, err = v.wholeObject(d, k, n, depth)
	default:
		x, err = v.wholeList(d, k, n, depth)
	}
	if err == nil && n != nil && n.slot >= 0 {
		v.values[n.slot] = x
		if n.keep == nil {
			v.values[n.slot] = flatten(x)
		}
	}
	return x, err
}

func (v *Values) wholeObject(d *json.Decoder, k *keep, n *node, depth int) (demarc.Value, error) {
	if _, err := d.ReadToken(); err != nil {
		return demarc.Value{}, err
	}
	mark := len(v.stack)
	for d.PeekKind() != '}' {
		quoted, err := d.ReadValue()
		if err != nil {
			return demarc.Value{}, err
		}
		name, kept, wanted := v.memberOf(k, n, quoted)
		switch {
		case kept != nil:
			var x demarc.Value
			if x, err = v.whole(d, kept, wanted, depth+1); err == nil {
				v.push(demarc.Text(name), x)
			}
		case wanted != nil:
			err = v.decode(d, wanted)
		default:
			err = d.SkipValue()
		}
		if err != nil {
			return demarc.Value{}, err
		}
	}
	_, err := d.ReadToken()
	list, ok := v.pop(mark)
	switch {
	case !ok:
		return tooLarge, err
	case v.open:
		return demarc.ObjectOfPairs(list).Opened(), err
	}
	return demarc.ObjectOfPairs(list), err
}

// memberOf finds what is kept and what is wanted of a member by its quoted
// name, and gives the name as it is spelled when the member is kept.
func (v *Values) memberOf(k *keep, n *node, quoted []byte) (name string, kept *keep, wanted *node) {
	v.scratch = json.AppendUnquote(v.scratch[:0], quoted)
	if k.all && (n == nil || n.members == nil) {
		return v.Intern(v.scratch), k, nil
	}
	folded := v.foldScratch()
	if kept = k; !k.all {
		kept = k.members[string(folded)]
	}
	if n != nil {
		wanted = n.members[string(folded)]
	}
	if kept != nil {
		v.scratch = json.AppendUnquote(v.scratch[:0], quoted)
		name = v.Intern(v.scratch)
	}
	return name, kept, wanted
}

// wholeList sets what is wanted of each element as decodeList does.
func (v *Values) wholeList(d *json.Decoder, k *keep, n *node, depth int) (demarc.Value, error) {
	if _, err := d.ReadToken(); err != nil {
		return demarc.Value{}, err
	}
	var elements *node
	if n != nil {
		elements = n.elements
	}
	mark := len(v.stack)
	g := v.gather(elements)
	for d.PeekKind() != ']' {
		g.next(demarc.Missing())
		x, err := v.whole(d, k, elements, depth+1)
		if err != nil {
			return demarc.Value{}, err
		}
		v.push(x)
		g.take()
	}
	g.end()
	_, err := d.ReadToken()
	list, ok := v.pop(mark)
	if !ok {
		return tooLarge, err
	}
	return demarc.List(list), err
}

// push adds an element, or a name and its value, to the container at hand.
func (v *Values) push(values ...demarc.Value) {
	if v.left--; v.left >= 0 {
		v.stack = append(v.stack, values...)
	}
}

// pop takes a container off the stack and reports whether it fits.
func (v *Values) pop(mark int) ([]demarc.Value, bool) {
	var list []demarc.Value
	if own := v.stack[mark:]; v.left >= 0 && len(own) > 0 {
		list = make([]demarc.Value, len(own))
		copy(list, own)
	}
	clear(v.stack[mark:])
	v.stack = v.stack[:mark]
	return list, v.left >= 0
}

// flatten is a whole value as it is wanted by those who do not look into it.
func flatten(x demarc.Value) demarc.Value {
	switch {
	case x.Whole():
		return demarc.Object()
	case x.Kind() != demarc.KindList:
		return x
	}
	var list []demarc.Value
	for _, e := range x.Elements() {
		if k := e.Kind(); k == demarc.KindObject || k == demarc.KindList {
			e = demarc.Object()
		}
		list = append(list, e)
	}
	return demarc.List(list)
}

// plantWhole builds a whole value from a tree. All its objects are open.
func (v *Values) plantWhole(t Tree, k *keep, depth int) demarc.Value {
	value := t.Value()
	switch kind := value.Kind(); {
	case kind != demarc.KindObject && kind != demarc.KindList:
		return value
	case depth >= deepWhole:
		return tooLarge
	}
	mark := len(v.stack)
	if value.Kind() == demarc.KindList {
		for _, e := range t.Elements() {
			if v.left < 0 {
				break
			}
			v.push(v.plantWhole(e, k, depth+1))
		}
		if list, ok := v.pop(mark); ok {
			return demarc.List(list)
		}
		return tooLarge
	}
	v.plantMembers(t, k, depth)
	if list, ok := v.pop(mark); ok {
		return demarc.ObjectOfPairs(list).Opened()
	}
	return tooLarge
}

// plantMembers pushes the members of an object that are kept.
func (v *Values) plantMembers(t Tree, k *keep, depth int) {
	found := map[string]bool{}
	t.Members(func(name string, member func() Tree) {
		folded := demarc.Fold(name)
		kept := k.member(folded)
		if kept == nil || v.left < 0 {
			return
		}
		found[folded] = true
		v.push(demarc.Text(name), v.plantWhole(member(), kept, depth+1))
	})
	for _, name := range k.names() {
		if found[name] {
			continue
		}
		// It may have a name that is not known yet.
		if child := t.Member(name); child != nil {
			v.push(demarc.Text(name), v.plantWhole(child, k.members[name], depth+1))
		}
	}
}

// setWithin makes a value a member of a whole value above its path.
func (v *Values) setWithin(w whole, path string, value demarc.Value) {
	if first := path[:strings.IndexAny(path+".", ".[")]; first != "" && !demarc.EqualFold(first, w.steps[0].name) {
		return
	}
	steps, err := parsePath(path)
	if err != nil || len(steps) <= len(w.steps) {
		return
	}
	for i, s := range steps {
		if s.lists > 0 || i < len(w.steps) && s.name != w.steps[i].name {
			return
		}
	}
	v.values[w.slot] = put(v.values[w.slot], steps[len(w.steps):], value, true)
}

// put sets a member of a member of a whole value. Objects made on the way are
// open unless the one around them is closed. A list, and what is unknown for a
// reason, stay as they are.
func put(x demarc.Value, steps []step, value demarc.Value, open bool) demarc.Value {
	if len(steps) == 0 {
		return value
	}
	switch {
	case x.IsUnknown() && x.Reason() != "not seen", x.Kind() == demarc.KindList:
		return x
	case x.Whole():
		open = x.Open()
	}
	member, _ := x.Member(steps[0].name)
	x = x.With(steps[0].name, put(member, steps[1:], value, open))
	if !open {
		x = x.Closed()
	}
	return x
}

// uncut replaces the texts that stand for values that were cut off.
func uncut(x demarc.Value, isCut func(text string) bool) demarc.Value {
	switch {
	case x.Kind() == demarc.KindText && isCut(x.Text()):
		return demarc.Unknown("the export cut it off")
	case x.Kind() == demarc.KindList:
		list := make([]demarc.Value, x.Len())
		for i, e := range x.Elements() {
			list[i] = uncut(e, isCut)
		}
		return demarc.List(list)
	case x.Whole():
		pairs := make([]demarc.Value, 0, 2*x.Len())
		x.Members(func(name string, value demarc.Value) { pairs = append(pairs, demarc.Text(name), uncut(value, isCut)) })
		if x.Open() {
			return demarc.ObjectOfPairs(pairs).Opened()
		}
		return demarc.ObjectOfPairs(pairs)
	}
	return x
}
