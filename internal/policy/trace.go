package policy

import (
	"fmt"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
)

// TraceLine is one step of how a verdict came about. Long values are cut.
type TraceLine struct {
	// Depth is how far the step lies inside of those above it.
	Depth int
	// What is "applies", "if", "existence", "allOf", "anyOf", "not", "field",
	// "value", "count", "element", "effect", "related" or "verdict".
	What string
	// Name is the field or expression, the type that is related, the effect.
	Name string
	// Pointer leads to the condition in the text of the definition, "" for none.
	Pointer string
	// Path is where the field lies in the resource.
	Path     string
	Operator string
	Expected string
	// Found is what is there, or why that cannot be told.
	Found  string
	Truth  demarc.Truth
	Reason demarc.Reason // of what is neither true nor false
}

// String writes the line for a person, indented.
func (l TraceLine) String() string {
	var b strings.Builder
	b.WriteString(strings.Repeat("  ", l.Depth) + l.What)
	path := l.Path
	if path == l.Name {
		path = ""
	}
	for _, piece := range [...]struct{ before, text string }{{" ", l.Name}, {" at ", path}, {" ", l.Operator}, {" ", l.Expected}, {", found ", l.Found}} {
		if piece.text != "" {
			b.WriteString(piece.before + piece.text)
		}
	}
	switch l.What {
	case "effect", "related", "verdict":
		return b.String()
	}
	b.WriteString(": " + truthWord(l.Truth))
	if l.Reason != demarc.NoReason {
		b.WriteString(" (" + string(l.Reason) + ")")
	}
	return b.String()
}

func truthWord(t demarc.Truth) string {
	switch t {
	case demarc.True:
		return "true"
	case demarc.False:
		return "false"
	}
	return "unknown"
}

// Bounds of a trace: its lines, and the elements of a count that are shown.
const (
	mostLines    = 500
	mostElements = 3
)

// Trace works out once more what a rule of the program at hand says of the
// resource at hand, and tells it step by step.
func (m *Machine) Trace(r *Rule) []TraceLine {
	bound := m.program.book.bound[r.Bound]
	tracer := m.traceOf(r)
	t := &tracing{Machine: tracer.on(m)}
	if !bound.effect.seeks() {
		t.part("applies", tracer.applies)
	}
	t.part("if", tracer.fires)
	effect := TraceLine{What: "effect", Name: bound.Effect, Pointer: bound.Definition.effect.pointer}
	if bound.Effect == "" {
		effect.Found = string(demarc.ParameterNotSet)
	}
	t.lines = append(t.lines, effect)
	if s := r.Seek; s != nil {
		t.lines = append(t.lines, TraceLine{What: "related", Name: s.Type, Path: s.Place.String(), Expected: s.wanted(m)})
	}
	result := m.rule(r)
	verdict := TraceLine{What: "verdict", Name: result.String(), Reason: result.Reason()}
	if result == Absent {
		verdict.Found = "no location: the definition looks only at resources that have one"
	}
	return append(t.lines, verdict)
}

// TraceSought tells step by step whether the resource at hand is what is sought.
func (m *Machine) TraceSought(s *Sought) []TraceLine {
	tracer := m.program.tracer(s, s.Seek.bound, allOf{}, s.Seek.condition)
	t := &tracing{Machine: tracer.on(m)}
	t.part("existence", tracer.fires)
	return t.lines
}

// String is the word of outputs, "" for a rule that does not look at the resource.
func (r Result) String() string {
	switch {
	case r == Absent:
		return "none"
	case r.Pending():
		return "a related resource decides"
	case r.Reason() != demarc.NoReason:
		return r.Verdict().String() + ": " + string(r.Reason())
	}
	return r.Verdict().String()
}

// String says where a related resource is looked for.
func (p SeekPlace) String() string {
	switch p {
	case InGroup:
		return "the resource group"
	case InSubscription, OnSubscription:
		return "the subscription"
	case BelowResource, OnResource:
	}
	return "the resource"
}

// wanted says what a related resource must be, for a person.
func (s *Seek) wanted(m *Machine) string {
	var list []string
	if s.bound.details.name != nil {
		list = append(list, "named "+plain(s.Name(m)))
	}
	if s.bound.details.group != nil {
		list = append(list, "in the resource group "+plain(s.Group(m)))
	}
	if s.condition != nil {
		list = append(list, "that fulfils "+pointerOf(s.condition))
	}
	return strings.Join(list, ", ")
}

// tracing evaluates conditions and writes down what it sees.
type tracing struct {
	*Machine
	lines []TraceLine
	depth int
}

func (t *tracing) part(what string, n *traceNode) {
	at := t.open(TraceLine{What: what, Pointer: n.pointer})
	t.depth++
	o := t.node(n)
	t.depth--
	t.close(at, o)
}

// open writes a line whose outcome is not there yet; -1 when there are enough.
func (t *tracing) open(l TraceLine) int {
	if len(t.lines) >= mostLines {
		return -1
	}
	l.Depth = t.depth
	t.lines = append(t.lines, l)
	return len(t.lines) - 1
}

func (t *tracing) close(at int, o outcome) {
	if at >= 0 {
		t.lines[at].Truth, t.lines[at].Reason = o.truth(), o.reason()
	}
}

// node evaluates a condition with all that it holds: also what did not matter
// is told, until there are enough lines.
func (t *tracing) node(n *traceNode) outcome {
	if n.kind == leafNode {
		return t.leafNode(n)
	}
	switch { // what does not count, or no condition at all
	case len(n.of) == 0:
		return outcomeOf(n.kind == allNode)
	case n.pointer == "" && n.kind == notNode:
		return t.node(n.of[0]).not()
	}
	at := t.open(TraceLine{What: [...]string{allNode: "allOf", anyNode: "anyOf", notNode: "not"}[n.kind], Pointer: n.pointer})
	o := falseOutcome
	if n.kind == allNode {
		o = trueOutcome
	}
	t.depth++
	for _, one := range n.of {
		switch n.kind {
		case allNode:
			o = o.and(t.node(one))
		case anyNode:
			o = o.or(t.node(one))
		default:
			o = t.node(one).not()
		}
	}
	t.depth--
	t.close(at, o)
	return o
}

// leafNode evaluates a comparison, and what it counts.
func (t *tracing) leafNode(n *traceNode) outcome {
	at := t.open(TraceLine{Pointer: n.pointer, Operator: n.leaf.op.String()})
	if n.unread {
		if at >= 0 {
			l := &t.lines[at]
			l.What, l.Name = n.labelOf(t.fieldOf(n.leaf))
			l.Found = "not looked at: something else decides"
		}
		t.close(at, because(demarc.PropertyNotSeen))
		return because(demarc.PropertyNotSeen)
	}
	tally := &tally{tracing: t, node: n}
	outer := t.traced
	t.traced = tally.element
	t.depth++
	o := t.evaluate(n.leaf)
	t.depth--
	t.traced = outer
	if at >= 0 {
		t.describe(&t.lines[at], n, o, tally)
		t.close(at, o)
	}
	return o
}

// evaluate evaluates a leaf, which has a budget of its own unless it stands
// inside of a count.
func (m *Machine) evaluate(k *code) outcome {
	if m.work--; m.work < 0 {
		return failedOutcome
	}
	if len(k.around) > 0 {
		return m.leaf(k)
	}
	return m.metered(k)
}

// tally counts with a count, and traces the first elements.
type tally struct {
	*tracing
	node  *traceNode
	seen  int
	sure  int
	maybe int
}

func (y *tally) element(c *counter) outcome {
	if c != y.node.leaf.count { // one inside of a condition that is not traced
		return y.quiet(c)
	}
	var o outcome
	if y.seen++; y.node.where == nil || y.seen > mostElements || len(y.lines) >= mostLines {
		o = y.quiet(c)
	} else {
		at := y.open(TraceLine{What: "element", Name: fmt.Sprint(y.seen), Pointer: y.node.where.pointer})
		y.depth++
		o = y.tracing.node(y.node.where)
		y.depth--
		y.close(at, o)
	}
	switch o {
	case trueOutcome:
		y.sure++
	case falseOutcome:
	default:
		y.maybe++
	}
	return o
}

func (t *tracing) quiet(c *counter) outcome {
	if c.where < 0 {
		return trueOutcome
	}
	return t.Machine.node(c.where)
}

// String writes "2 of 5", with those that may count.
func (y *tally) String() string {
	if y.maybe > 0 {
		return fmt.Sprintf("%d to %d of %d", y.sure, y.sure+y.maybe, y.seen)
	}
	return fmt.Sprintf("%d of %d", y.sure, y.seen)
}

// describe fills in what a leaf compared.
func (t *tracing) describe(l *TraceLine, n *traceNode, o outcome, counted *tally) {
	before := t.code
	t.code = n.leaf
	defer func() { t.code = before }()
	f := t.fieldOf(n.leaf)
	l.What, l.Name = n.labelOf(f)
	if f != nil {
		l.Path = f.path()
	}
	l.Expected = show(t.rightOf(n.leaf))
	switch {
	case n.leaf.count != nil:
		l.Found = counted.String()
		if o.truth() == demarc.MaybeTrue && counted.maybe == 0 {
			l.Found = string(o.reason())
		}
	case f != nil:
		l.Found = t.found(n.leaf, f, o)
	default:
		l.Found = show(t.eval(n.leaf.value))
	}
}

// fieldOf is the field that a leaf looks at, nil for none. One whose name
// cannot be told has no path.
func (m *Machine) fieldOf(k *code) *field {
	f := k.field
	if k.count != nil {
		f = k.count.field
	}
	if f == nil || f.source != fromDynamic {
		return f
	}
	before := m.code
	m.code = k
	name := m.eval(f.dynamic)
	m.code = before
	if name.IsUnknown() {
		return &field{name: cut(f.dynamic.text), source: fromDynamic, dynamic: f.dynamic}
	}
	return m.resolve(k, name.Text())
}

// path is where a field lies in the resource.
func (f *field) path() string {
	switch {
	case f.source != fromSlot:
		return ""
	case f.place.path != "":
		return f.place.path
	case isAlias(f.name):
		return ""
	}
	return f.name
}

// found says what a field holds: of several values the first that decides.
func (m *Machine) found(k *code, f *field, o outcome) string {
	switch {
	case f.source == fromDynamic:
		return show(m.eval(f.dynamic))
	case f.source == fromNowhere:
		return "nothing: resources of this type do not have it"
	case f.source != fromSlot:
		return show(m.plain(f))
	case m.elsewhere(f) == falseOutcome:
		return "nothing: only those with " + f.place.when + " " + f.place.is + " have it"
	case f.lost(m.start(f)):
		return string(demarc.AliasUnresolved)
	case !f.many && !collects(f.steps):
		return show(m.value(f))
	}
	var all []armexpr.Value
	telling := -1
	walk(m.start(f), f.steps, func(v demarc.Value, _ bool) {
		if telling < 0 && o != trueOutcome && m.compareOne(k, f, v, m.rightOf(k)) == o {
			telling = len(all)
		}
		all = append(all, valueOf(v, f.name))
	})
	switch {
	case len(all) == 0:
		return "no elements"
	case telling >= 0 && len(all) > 1:
		return fmt.Sprintf("%s (element %d of %d)", show(all[telling]), telling+1, len(all))
	case len(all) == 1:
		return show(all[0])
	}
	return show(armexpr.Array(all))
}
