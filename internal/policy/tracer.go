package policy

import (
	"maps"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc/internal/armexpr"
	"github.com/demarc-dev/demarc/internal/slots"
)

// tracer is what explaining one rule needs: its conditions as they stand, with
// nothing folded away. It is made when somebody asks, and then kept.
type tracer struct {
	program        *Program // with the nodes of this rule alone
	applies, fires *traceNode
}

// traceNode is a condition as it stands.
type traceNode struct {
	kind    nodeKind
	pointer string
	of      []*traceNode
	leaf    *code
	where   *traceNode // of a count
	// unread says that what it asks for was not read of resources, because
	// something else decides for all of this type.
	unread bool
}

// tracer finds or makes the tracer of one of the program's rules.
func (p *Program) tracer(key any, bound *Bound, applies, fires condition) *tracer {
	if made, ok := p.traces.Load(key); ok {
		return made.(*tracer)
	}
	b := &traceBuilder{asked: p, compiler: &compiler{bound: bound, known: map[string]int{}}}
	b.Program = &Program{Type: p.Type, book: p.book}
	b.restore()
	t := &tracer{program: b.Program, applies: b.build(applies), fires: b.build(fires)}
	made, _ := p.traces.LoadOrStore(key, t)
	return made.(*tracer)
}

// traceBuilder compiles conditions once more, against the wishes that are there.
type traceBuilder struct {
	*compiler
	asked *Program
}

// restore takes back the wishes that the program did not make.
func (b *traceBuilder) restore() {
	b.wishes, b.slots = slices.Clone(b.asked.wishes), maps.Clone(b.asked.slots)
	for i := range b.wishes {
		b.wishes[i].Only = slices.Clip(b.wishes[i].Only)
	}
}

// grew reports whether there are wishes that the program did not make.
func (b *traceBuilder) grew() bool {
	if len(b.wishes) > len(b.asked.wishes) {
		return true
	}
	return slices.ContainsFunc(b.asked.wishes, func(w slots.Wish) bool { return b.wider(w) })
}

func (b *traceBuilder) wider(made slots.Wish) bool {
	now := b.wishes[b.slots[made.Path]]
	switch {
	case made.Only == nil:
		return false
	case now.Only == nil:
		return true
	}
	return slices.ContainsFunc(now.Only[len(made.Only):], func(path string) bool { return !slices.Contains(made.Only, path) })
}

func (b *traceBuilder) build(c condition) *traceNode {
	n := &traceNode{pointer: pointerOf(c)}
	switch c := c.(type) {
	case allOf:
		n.kind, n.of = allNode, b.list(c)
	case anyOf:
		n.kind, n.of = anyNode, b.list(c)
	case notOf:
		n.kind, n.of = notNode, []*traceNode{b.build(c.of)}
	case *leaf:
		n.kind = leafNode
		n.leaf, _, _ = b.code(c)
		if n.unread = b.grew(); n.unread {
			b.restore()
		}
		if c.count != nil && c.count.where != nil {
			outer := b.frames
			b.frames = n.leaf.count.inside(outer)
			n.where = b.build(c.count.where)
			b.frames = outer
		}
	default:
		n.kind = allNode // no condition holds always
	}
	return n
}

func (b *traceBuilder) list(conditions []condition) []*traceNode {
	list := make([]*traceNode, len(conditions))
	for i, c := range conditions {
		list[i] = b.build(c)
	}
	return list
}

// pointerOf is where a condition stands, "" for one that the rule does not
// have. Only leaves keep their pointer; that of the others is found in front of
// those of what they hold.
func pointerOf(c condition) string {
	inner, steps := "", 2 // the word, and the number in its list
	switch c := c.(type) {
	case *leaf:
		return c.pointer
	case notOf:
		inner, steps = pointerOf(c.of), 1
	case allOf:
		inner = firstPointer(c)
	case anyOf:
		inner = firstPointer(c)
	}
	for ; steps > 0 && inner != ""; steps-- {
		inner = inner[:max(0, strings.LastIndexByte(inner, '/'))]
	}
	return inner
}

func firstPointer(list []condition) string {
	for _, c := range list {
		if pointer := pointerOf(c); pointer != "" {
			return pointer
		}
	}
	return ""
}

// on is a machine that looks at the same resource with the tracer's program.
func (t *tracer) on(m *Machine) *Machine {
	twin := &Machine{around: m.around, program: t.program, subject: m.subject, values: m.values, slots: m.slots, plan: m.plan, back: m.back,
		most: m.most, work: m.most.work, steps: m.most.steps, memo: make([]outcome, len(t.program.nodes))}
	for i := range twin.memo {
		twin.memo[i] = notYet
	}
	return twin
}

// traceOf is the tracer of a rule.
func (m *Machine) traceOf(r *Rule) *tracer {
	bound := m.program.book.bound[r.Bound]
	applies := condition(allOf{})
	if !bound.effect.seeks() {
		applies = applicability(bound.Definition)
	}
	return m.program.tracer(r, bound, applies, bound.condition)
}

// labelOf names what a leaf looks at: a field, an expression, or what it counts.
func (n *traceNode) labelOf(f *field) (kind, label string) {
	k := n.leaf
	switch {
	case k.count != nil && k.count.field != nil:
		return "count", f.name
	case k.count != nil:
		return "count", k.count.value.written()
	case k.field != nil:
		return "field", f.name
	}
	return "value", k.value.written()
}

// written is an operand as the rule writes it.
func (o *operand) written() string {
	if o.text != "" {
		return cut(o.text)
	}
	if v, ok := o.constant(); ok {
		return show(v)
	}
	return "{...}"
}

// longestShown is how much of a value is shown.
const longestShown = 200

// cut shortens a text for a person.
func cut(s string) string {
	if len(s) <= longestShown {
		return s
	}
	return strings.ToValidUTF8(s[:longestShown], "") + "..."
}

// show writes a value for a person.
func show(v armexpr.Value) string {
	switch {
	case v.Failed():
		return cut("failed: " + v.Reason())
	case v.IsUnknown():
		return cut(v.Reason() + " (" + strings.Trim(v.Shape(), "{}") + ")")
	case v.IsNull():
		return "nothing"
	}
	return cut(v.String())
}
