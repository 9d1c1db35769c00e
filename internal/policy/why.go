package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
)

// Why says in one line what decided the verdict of a rule of the program at
// hand on the resource at hand: "supportsHttpsTrafficOnly at
// properties.supportsHttpsTrafficOnly: expected true, found false".
func (m *Machine) Why(r *Rule) string {
	bound := m.program.book.bound[r.Bound]
	result := m.rule(r)
	switch {
	case result == Absent:
		return "it has no location"
	case result.Pending():
		return r.Seek.why(m)
	case r.plane:
		return "only the service itself can evaluate it"
	case r.manual:
		return "to be attested"
	}
	t := m.traceOf(r)
	w := &whys{Machine: t.on(m), outcomes: map[*traceNode]outcome{}, reason: result.Reason()}
	concerns := result.Verdict() == demarc.CheckNotApplicable // what a rule says of those that it is about, they have to be
	if o := w.outcome(t.applies); o != trueOutcome && !bound.effect.seeks() {
		w.collect(t.applies, o, true)
	} else {
		w.collect(t.fires, w.outcome(t.fires), concerns)
	}
	if result.Reason() == demarc.ParameterNotSet && r.unset && len(w.unclear) == 0 {
		return "the effect depends on a parameter that is not set"
	}
	return w.String()
}

func (s *Seek) why(m *Machine) string {
	if s == nil {
		return "it looks for a related resource whose type cannot be told"
	}
	line := "it needs a related " + s.Type + " in " + s.Place.String()
	if wanted := s.wanted(m); wanted != "" {
		line += ", " + wanted
	}
	return line
}

// whys are the reasons that are collected.
type whys struct {
	*Machine
	outcomes map[*traceNode]outcome
	reason   demarc.Reason // of the verdict, when it is unknown
	telling  []string      // what was asked of the resource
	framing  []string      // of which name, kind and place it is
	types    []string      // of which type
	unclear  []string      // what could not be told for the reason of the verdict
	others   []string      // and for another one
}

// mostWhys is how many reasons are told.
const mostWhys = 3

// String joins the reasons that tell most.
func (w *whys) String() string {
	list := w.telling
	switch {
	case len(w.unclear) > 0:
		list = w.unclear
	case len(w.others) > 0:
		list = w.others
	case len(list) > 0:
	case len(w.framing) > 0:
		list = w.framing
	default:
		list = w.types
	}
	if more := len(list) - mostWhys; more > 0 {
		return strings.Join(list[:mostWhys], "; ") + fmt.Sprintf("; and %d more", more)
	}
	return strings.Join(list, "; ")
}

// outcome evaluates a condition once.
func (w *whys) outcome(n *traceNode) outcome {
	if o, ok := w.outcomes[n]; ok {
		return o
	}
	var o outcome
	switch {
	case n.kind == leafNode && n.unread:
		o = because(demarc.PropertyNotSeen)
	case n.kind == leafNode:
		o = w.evaluate(n.leaf)
	case n.kind == notNode:
		o = w.outcome(n.of[0]).not()
	case n.kind == allNode:
		o = trueOutcome
		for _, one := range n.of {
			o = o.and(w.outcome(one))
		}
	default:
		o = falseOutcome
		for _, one := range n.of {
			o = o.or(w.outcome(one))
		}
	}
	w.outcomes[n] = o
	return o
}

// collect gathers the leaves that make a condition what it is. Turned says that
// the condition stands below a not.
func (w *whys) collect(n *traceNode, o outcome, turned bool) {
	switch n.kind {
	case leafNode:
		w.leafWhy(n, o, turned)
	case notNode:
		w.collect(n.of[0], w.outcome(n.of[0]), !turned)
	default:
		decisive := falseOutcome
		if n.kind == anyNode {
			decisive = trueOutcome
		}
		for _, one := range w.deciding(n, o, decisive) {
			w.collect(one, w.outcome(one), turned)
		}
	}
}

// deciding are the conditions of a list that make it what it is: one that is
// decisive, else all that are like the whole.
func (w *whys) deciding(n *traceNode, o, decisive outcome) []*traceNode {
	var like []*traceNode
	for _, one := range n.of {
		if w.outcome(one).truth() == o.truth() {
			like = append(like, one)
		}
	}
	if o == decisive && len(like) > 0 {
		telling := slices.IndexFunc(like, func(one *traceNode) bool { return !one.frames() })
		return like[max(telling, 0):][:1]
	}
	return like
}

// frames reports whether a condition only asks which resource it is.
func (n *traceNode) frames() bool {
	if n.kind != leafNode {
		return !slices.ContainsFunc(n.of, func(one *traceNode) bool { return !one.frames() })
	}
	return n.leaf.field != nil && (n.leaf.source.aspect() != asksOther || n.leaf.plainly)
}

// leafWhy tells what one leaf expected and found. A rule says what must not be:
// expected is the contrary, and below a not what it says.
func (w *whys) leafWhy(n *traceNode, o outcome, turned bool) {
	if n.unread {
		return
	}
	line := TraceLine{}
	t := &tracing{Machine: w.Machine}
	counted := &tally{tracing: t, node: n}
	if n.leaf.count != nil && !n.unread {
		counted.seen = mostElements // none is traced
		outer := w.traced
		w.traced = counted.element
		w.evaluate(n.leaf)
		w.traced = outer
		counted.seen -= mostElements
	}
	t.describe(&line, n, o, counted)
	label := shortName(line.Name)
	if line.What == "count" {
		label = "count of " + label
	}
	if line.Path != "" && line.Path != label {
		label += " at " + line.Path
	}
	right := w.rightFor(n.leaf)
	to, said := &w.telling, "expected "+n.leaf.op.phrase(right, !turned)+", found "+unquoted(line.Found)
	switch {
	case o.truth() == demarc.MaybeTrue:
		if to = &w.unclear; o.reason() != w.reason {
			to = &w.others
		}
		if said = unclear(line.Found, o); right.Failed() || right.IsUnknown() && right.Reason() == string(o.reason()) {
			said = show(right)
		}
	case n.leaf.field != nil && n.leaf.source.aspect() == asksType:
		to = &w.types
	case n.frames():
		to = &w.framing
	}
	if line := label + ": " + said; !slices.Contains(*to, line) {
		*to = append(*to, line)
	}
}

// unclear says why a leaf could not be told, with what is known of it.
func unclear(found string, o outcome) string {
	if strings.HasPrefix(found, string(o.reason())) {
		return string(o.reason())
	}
	return string(o.reason()) + ", found " + unquoted(found)
}

func (w *whys) rightFor(k *code) armexpr.Value {
	before := w.code
	w.code = k
	defer func() { w.code = before }()
	return w.rightOf(k)
}

// shortName is an alias without its type.
func shortName(name string) string {
	if isAlias(name) {
		_, name = split(name)
	}
	return name
}

// phrase says what an operator, or its contrary, asks for.
func (o operator) phrase(right armexpr.Value, contrary bool) string {
	if o&negated != 0 {
		contrary = !contrary
	}
	words, ok := phrases[o&^negated]
	if o == exists {
		want, _ := truthOf(right)
		if want != contrary {
			return "a value"
		}
		return "nothing"
	}
	if !ok {
		return ""
	}
	if contrary {
		return strings.ReplaceAll(words[1], "%", plain(right))
	}
	return strings.ReplaceAll(words[0], "%", plain(right))
}

// phrases are what operators ask for, and their contraries.
var phrases = map[operator][2]string{
	equals: {"%", "not %"}, like: {"like %", "not like %"}, match: {"matching %", "not matching %"}, matchInsensitively: {"matching %", "not matching %"},
	contains: {"containing %", "not containing %"}, in: {"one of %", "none of %"}, containsKey: {"the key %", "no key %"},
	less: {"less than %", "% or more"}, lessOrEquals: {"% or less", "more than %"}, greater: {"more than %", "% or less"}, greaterOrEquals: {"% or more", "less than %"},
}

// plain writes a value as [show] does, a text without quotes.
func plain(v armexpr.Value) string { return unquoted(show(v)) }

func unquoted(shown string) string {
	if len(shown) > 2 && shown[0] == '"' && strings.HasSuffix(shown, `"`) && !strings.ContainsAny(shown[1:len(shown)-1], `"\`) {
		return shown[1 : len(shown)-1]
	}
	return shown
}
