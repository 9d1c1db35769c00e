package armtemplate

import (
	"fmt"
	"hash/fnv"
	"io"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source/jsontree"
)

// value works out a piece of the template with all that is in it. A nil node
// is missing: null.
func (f *frame) value(n *jsontree.Node) armexpr.Value {
	if n == nil {
		return armexpr.Null()
	}
	return f.t.r.evaluate(f, n)
}

// evaluate works out a piece for a host.
func (r *reading) evaluate(host armexpr.Host, n *jsontree.Node) armexpr.Value {
	if !r.budget.Take(1) {
		return armexpr.Failed("the template takes too many steps")
	}
	switch n.Kind {
	case '"':
		return r.text(host, n.Text)
	case '{':
		return r.object(host, n)
	case '[':
		list := make([]armexpr.Value, len(n.Elements))
		for i, e := range n.Elements {
			list[i] = r.evaluate(host, e)
		}
		return armexpr.Array(list)
	case '0':
		return armexpr.ParseNumber(n.Text)
	case 'n':
		return armexpr.Null()
	}
	return armexpr.Bool(n.Kind == 't')
}

// text works out a text, which may be an expression.
func (r *reading) text(host armexpr.Host, text string) armexpr.Value {
	if !armexpr.IsExpression(text) {
		return armexpr.Text(armexpr.Literal(text))
	}
	e := r.expression(text)
	if e == nil {
		return armexpr.Failed("the expression is broken")
	}
	return e.Eval(host, r.budget)
}

func (r *reading) object(host armexpr.Host, n *jsontree.Node) armexpr.Value {
	members := make([]armexpr.Member, 0, len(n.Members))
	for _, m := range n.Members {
		if f, ok := host.(*frame); ok && isCopy(m) {
			for _, c := range m.Value.Elements {
				members = append(members, member(c.Get("name").String(), f.turns(c)))
			}
			continue
		}
		name := r.text(host, m.Name)
		if name.IsUnknown() {
			return armexpr.Unknown("the name of a property is not known", name.Shape())
		}
		members = append(members, member(name.Text(), r.evaluate(host, m.Value)))
	}
	return armexpr.Object(members)
}

// isCopy reports whether a member is a list of loops that make properties.
func isCopy(m jsontree.Member) bool {
	if !demarc.EqualFold(m.Name, "copy") || !m.Value.Is('[') {
		return false
	}
	for _, c := range m.Value.Elements {
		if !c.Get("name").Is('"') || c.Get("count") == nil || c.Get("input") == nil {
			return false
		}
	}
	return len(m.Value.Elements) > 0
}

// looped finds the property of a name that a loop in an object makes.
func (f *frame) looped(object *jsontree.Node, name string) (armexpr.Value, bool) {
	if object == nil {
		return armexpr.Value{}, false
	}
	for _, m := range object.Members {
		if !isCopy(m) {
			continue
		}
		for _, c := range m.Value.Elements {
			if demarc.EqualFold(c.Get("name").String(), name) {
				return f.turns(c), true
			}
		}
	}
	return armexpr.Value{}, false
}

// turns is the array that a loop makes of its input.
func (f *frame) turns(c *jsontree.Node) armexpr.Value {
	name := c.Get("name").String()
	count := f.value(c.Get("count"))
	n := count.Int()
	switch {
	case count.IsUnknown():
		return armexpr.Unknown(count.Reason(), name)
	case count.Kind() != armexpr.KindInt || n < 0 || n > maxCopies:
		return armexpr.Failed(fmt.Sprintf("a copy of %s elements", count))
	}
	list := make([]armexpr.Value, n)
	for i := range list {
		list[i] = f.in(name, armexpr.Int(int64(i))).value(c.Get("input"))
	}
	return armexpr.Array(list)
}

// tagOf is a short hash of what a template says, whatever its layout and its
// metadata: the same template gives the same.
func tagOf(root *jsontree.Node) string {
	h := fnv.New32a()
	hash(h, root)
	return fmt.Sprintf("~%06x", h.Sum32()&0xffffff)
}

func hash(h io.Writer, n *jsontree.Node) {
	_, _ = h.Write([]byte{n.Kind})
	_, _ = io.WriteString(h, n.Text)
	for _, m := range n.Members {
		if !demarc.EqualFold(m.Name, "metadata") {
			_, _ = io.WriteString(h, m.Name)
			hash(h, m.Value)
		}
	}
	for _, e := range n.Elements {
		hash(h, e)
	}
	_, _ = h.Write([]byte{0})
}

// tree looks into a piece of the template, working out only what is asked for.
func (f *frame) tree(n *jsontree.Node) slots.Tree {
	if n.Kind == '{' || n.Kind == '[' {
		return &piece{f, n}
	}
	return result{f.value(n)}
}

// piece is an object or a list of the template.
type piece struct {
	f *frame
	n *jsontree.Node
}

// Value tells an object from a list.
func (p *piece) Value() demarc.Value {
	if p.n.Kind == '[' {
		return demarc.List(nil)
	}
	return demarc.Object()
}

// Member finds a member by its name, which may be that of a loop or one that
// has to be worked out.
func (p *piece) Member(name string) slots.Tree {
	if n := p.n.Get(name); n != nil {
		return p.f.tree(n)
	}
	if v, ok := p.f.looped(p.n, name); ok {
		return result{v}
	}
	for _, m := range p.n.Members {
		if !armexpr.IsExpression(m.Name) {
			continue
		}
		if worked := p.f.t.r.text(p.f, m.Name); worked.IsUnknown() {
			return result{armexpr.Unknown("the name of a property is not known", worked.Shape())}
		} else if demarc.EqualFold(worked.Text(), name) {
			return p.f.tree(m.Value)
		}
	}
	return nil
}

// Members visits the members with those that loops make. A name that cannot
// be worked out is passed over.
func (p *piece) Members(visit func(name string, member func() slots.Tree)) {
	for _, m := range p.n.Members {
		if isCopy(m) {
			for _, c := range m.Value.Elements {
				visit(c.Get("name").String(), func() slots.Tree { return result{p.f.turns(c)} })
			}
			continue
		}
		if name := p.f.t.r.text(p.f, m.Name); !name.IsUnknown() {
			visit(name.Text(), func() slots.Tree { return p.f.tree(m.Value) })
		}
	}
}

// Elements are the elements of a list.
func (p *piece) Elements() []slots.Tree {
	list := make([]slots.Tree, len(p.n.Elements))
	for i, e := range p.n.Elements {
		list[i] = p.f.tree(e)
	}
	return list
}

// result is a value that was worked out.
type result struct{ v armexpr.Value }

// Value is the value in the words.
func (r result) Value() demarc.Value {
	if r.v.Kind() == armexpr.KindArray {
		return demarc.List(nil)
	}
	return r.v.Demarc()
}

// Member finds a member by its name.
func (r result) Member(name string) slots.Tree {
	if v, ok := r.v.Member(name); ok {
		return result{v}
	}
	return nil
}

// Members visits the members of an object.
func (r result) Members(visit func(name string, member func() slots.Tree)) {
	r.v.Members(func(name string, v armexpr.Value) { visit(name, func() slots.Tree { return result{v} }) })
}

// Elements are the elements of an array.
func (r result) Elements() []slots.Tree {
	list := make([]slots.Tree, 0, r.v.Len())
	for _, e := range r.v.Elements() {
		list = append(list, result{e})
	}
	return list
}
