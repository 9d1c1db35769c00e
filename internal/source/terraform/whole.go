package terraform

import (
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source/jsonspan"
)

// grafted is a line of the mapping that fills the elements of a list that is
// wanted whole: the rules of a group, with what each of them says.
type grafted struct {
	value *catalog.TerraformValue
	to    []string   // the path of the property, cut at its lists
	from  []string   // the path of the attribute, cut at its lists
	wish  slots.Wish // of the attribute that holds the blocks
}

// graftsOf finds the lines for lists in values that are wanted whole.
func (r *reader) graftsOf(k *kind) []grafted {
	if k.Type == "" || k.Body != "" {
		return nil
	}
	plan := r.sink.Plans().For(k.Type)
	var list []grafted
	for i := range k.Values {
		v := &k.Values[i]
		g := grafted{value: v, to: segments(v.To), from: segments(v.From)}
		if len(g.to) < 2 || len(g.from) < len(g.to) || !wantedWhole(plan, g.to[0]) {
			continue
		}
		g.wish = slots.Wish{Path: g.from[0], Whole: true}
		if _, rest, _ := strings.Cut(v.From, "[*]"); strings.Trim(rest, "[*].") != "" {
			g.wish.Only = []string{strings.TrimLeft(rest, "[*].")}
		}
		list = append(list, g)
	}
	return list
}

// segments cuts a path at its lists.
func segments(path string) []string {
	list := strings.Split(path, "[*]")
	for i := range list {
		list[i] = strings.TrimPrefix(list[i], ".")
	}
	return list
}

// wantedWhole reports whether a value at or above a path is wanted whole.
func wantedWhole(plan *slots.Plan, path string) bool {
	for _, slot := range plan.Wholes() {
		whole := plan.Paths()[slot]
		if at := demarc.Fold(path); at == whole || strings.HasPrefix(at, whole+".") {
			return true
		}
	}
	return false
}

// graft fills the lists in whole values. Of several lines for a property the
// first whose blocks are known counts.
func (r *reader) graft(c *record) {
	done := map[string]bool{}
	for i := range c.kind.lists {
		g := &c.kind.lists[i]
		source := c.at(g.from[0])
		from := g.from
		// The outermost lists that the property does not have are of blocks
		// that occur once.
		for surplus := len(g.from) - len(g.to); surplus > 0 && source.Kind() == demarc.KindList; surplus-- {
			source, from = memberAt(first(source), from[1]), from[1:]
		}
		if done[g.value.To] || source.Kind() != demarc.KindList && (!source.IsUnknown() || source.Reason() == "not seen") {
			continue
		}
		done[g.value.To] = true
		plan := c.outPlan
		for _, slot := range plan.Wholes() {
			path, whole := demarc.Fold(g.to[0]), plan.Paths()[slot]
			rest, ok := strings.CutPrefix(path, whole)
			if !ok || rest != "" && rest[0] != '.' {
				continue
			}
			to := append([]string{g.to[0][len(g.to[0])-len(strings.TrimPrefix(rest, ".")):]}, g.to[1:]...)
			r.out.SetAt(slot, g.into(r.out.At(slot), to, source, from[1:]))
		}
	}
}

// into sets what the line tells in a value: to is where the list is, and what
// comes below it; source is the list of blocks, and from what is read of them.
func (g *grafted) into(x demarc.Value, to []string, source demarc.Value, from []string) demarc.Value {
	if source.Kind() != demarc.KindList {
		return withAt(x, to[0], source)
	}
	have := memberAt(x, to[0]).Elements()
	list := make([]demarc.Value, source.Len())
	for i, block := range source.Elements() {
		if i < len(have) {
			list[i] = have[i]
		}
		value := memberAt(block, from[0])
		switch {
		case block.IsUnknown():
			list[i] = block
		case len(to) > 2:
			list[i] = g.into(list[i], to[1:], value, from[1:])
		default:
			list[i] = withAt(list[i], to[1], spelled(g.value, value))
		}
	}
	return withAt(x, to[0], demarc.List(list))
}

// first is the block of a list of blocks that occurs once.
func first(list demarc.Value) demarc.Value {
	if list.Len() == 0 {
		return demarc.Missing()
	}
	return list.Elements()[0]
}

// memberAt is the value at a path of names in a value; the empty path is the
// value itself.
func memberAt(x demarc.Value, path string) demarc.Value {
	for path != "" {
		var name string
		name, path, _ = strings.Cut(path, ".")
		x, _ = x.Member(name)
	}
	return x
}

// withAt sets the value at a path of names. The objects on the way are open.
func withAt(x demarc.Value, path string, value demarc.Value) demarc.Value {
	if path == "" {
		return value
	}
	name, rest, _ := strings.Cut(path, ".")
	member, _ := x.Member(name)
	return x.With(name, withAt(member, rest, value))
}

// shade makes unknown what is marked in a whole value at a path.
func (s *shown) shade(x demarc.Value, path string) demarc.Value {
	x = shade(x, marksAt(s.sensitive, path), sensitive, 0)
	return shade(x, marksAt(s.unknown, path), afterApply, 0)
}

// marksAt are the marks below a path of names.
func marksAt(marks []byte, path string) []byte {
	for path != "" && len(marks) > 0 && marks[0] == '{' {
		var name string
		name, path, _ = strings.Cut(path, ".")
		at := marks
		marks = nil
		each(at, func(own string, below []byte) {
			if demarc.EqualFold(own, name) {
				marks = below
			}
		})
	}
	return marks
}

func shade(x demarc.Value, marks []byte, reason string, depth int) demarc.Value {
	const deepest = 64 // levels of a whole value
	switch {
	case len(marks) == 0 || depth > deepest || !marksAny(marks):
		return x
	case marks[0] == '[' && x.Kind() == demarc.KindList:
		list, i := append([]demarc.Value(nil), x.Elements()...), 0
		_ = jsonspan.Elements(marks, func(below []byte) {
			if i < len(list) {
				list[i] = shade(list[i], below, reason, depth+1)
			}
			i++
		})
		return demarc.List(list)
	case marks[0] == '{' && (x.Whole() || x.IsUnknown()):
		each(marks, func(name string, below []byte) {
			if marksAny(below) {
				member, _ := x.Member(name)
				x = x.With(name, shade(member, below, reason, depth+1))
			}
		})
		return x
	}
	return demarc.Unknown(reason)
}
