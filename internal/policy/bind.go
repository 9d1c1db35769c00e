package policy

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
)

// Bound is a definition with the values of its parameters. It is read-only.
type Bound struct {
	*Definition
	// Effect is the effect as spelled, "" when a parameter that it depends on
	// is not set.
	Effect string
	// Assignment is the id of what assigned it, "" for nobody.
	Assignment string
	// Trusted says that its aliases exist: it is a rule of Microsoft or our own.
	Trusted bool

	values map[string]armexpr.Value // of parameters, by folded name
	effect Effect
	known  *worked
}

// worked are the expressions that were worked out from the parameters, each
// once: a definition is compiled for many types.
type worked struct {
	mu     sync.Mutex
	values map[*operand]fixedValue
	steps  int // that are left
}

type fixedValue struct {
	value armexpr.Value
	ok    bool
}

// Bind gives a definition values for its parameters, by name in any case; what
// is not among them has its default, or stays unset. The error names a value
// that the definition does not allow, or an effect that is none.
func Bind(d *Definition, given map[string]armexpr.Value) (*Bound, error) {
	b := &Bound{Definition: d, values: make(map[string]armexpr.Value, len(d.Parameters)), Trusted: demarc.EqualFold(d.PolicyType, "BuiltIn"),
		known: &worked{values: map[*operand]fixedValue{}, steps: boundSteps}}
	for name, v := range given {
		p, ok := parameter(d.Parameters, name)
		if !ok {
			p = &Parameter{Name: name} // of a rule without its declarations
		}
		if !p.allows(v) {
			return nil, &Error{Message: fmt.Sprintf("the parameter %s does not allow %s", p.Name, v)}
		}
		b.values[demarc.Fold(name)] = v
	}
	for _, p := range d.Parameters {
		key := demarc.Fold(p.Name)
		if _, ok := b.values[key]; !ok && p.Set {
			b.values[key] = p.Default
		}
	}
	return b, b.bindEffect()
}

// allows reports whether a value is among those that the parameter allows. An
// array may hold any of them.
func (p *Parameter) allows(v armexpr.Value) bool {
	if len(p.Allowed) == 0 || v.IsUnknown() {
		return true
	}
	if v.Kind() == armexpr.KindArray && demarc.EqualFold(p.Type, "Array") {
		return !slices.ContainsFunc(v.Elements(), func(e armexpr.Value) bool { return oneOf(p.Allowed, e) == falseOutcome })
	}
	return oneOf(p.Allowed, v) != falseOutcome
}

func (b *Bound) bindEffect() error {
	v, ok := b.fixed(b.Definition.effect)
	if !ok || v.IsUnknown() {
		return nil // it depends on the resource, or on what is not set
	}
	b.Effect = v.Text()
	if b.effect = EffectOf(b.Effect); b.effect == UnknownEffect {
		return &Error{b.Definition.effect.pointer, fmt.Sprintf("%q is no effect", b.Effect)}
	}
	return nil
}

// WithEffect is the same binding with another effect, as an override of an
// assignment gives it.
func (b *Bound) WithEffect(word string) *Bound {
	other := *b
	other.Effect, other.effect = word, EffectOf(word)
	return &other
}

// parameter is the value of a parameter. One that is declared and not set, or
// not declared at all, is a failed value.
func (b *Bound) parameter(name string) armexpr.Value {
	if v, ok := b.values[demarc.Fold(name)]; ok {
		return v
	}
	if len(b.Definition.Parameters) > 0 {
		if _, ok := parameter(b.Definition.Parameters, name); !ok {
			return armexpr.Failed("there is no parameter " + name)
		}
	}
	return armexpr.Unknown(string(demarc.ParameterNotSet), "parameters("+name+")")
}

// Unset are the parameters without a value, in order of their names.
func (b *Bound) Unset() []string {
	var names []string
	for _, p := range b.Definition.Parameters {
		if _, ok := b.values[demarc.Fold(p.Name)]; !ok {
			names = append(names, p.Name)
		}
	}
	slices.Sort(names)
	return names
}

// fixed evaluates an operand that depends on parameters alone; ok is false
// when it asks for anything else.
func (b *Bound) fixed(o *operand) (armexpr.Value, bool) {
	if v, ok := o.constant(); ok {
		return v, true
	}
	b.known.mu.Lock()
	defer b.known.mu.Unlock()
	if known, found := b.known.values[o]; found {
		return known.value, known.ok
	}
	h := &fixedHost{bound: b}
	granted := min(maxSteps, b.known.steps)
	budget := armexpr.NewBudget(granted)
	v := o.eval(h, budget)
	b.known.steps -= granted - budget.Left()
	b.known.values[o] = fixedValue{v, !h.asked}
	return v, !h.asked
}

// says is a text that two operands share only when they say the same of every
// resource: the expressions as written, with the values of their parameters;
// "" for one that depends on who assigned it.
func (b *Bound) says(o *operand) string {
	var t strings.Builder
	if !b.write(&t, o) {
		return ""
	}
	return t.String()
}

func (b *Bound) write(t *strings.Builder, o *operand) bool {
	if v, ok := o.constant(); ok {
		fmt.Fprintf(t, "%q", v.String())
		return true
	}
	if o.expr == nil {
		fmt.Fprintf(t, "%q", o.names)
		for _, piece := range o.list {
			if t.WriteByte('|'); !b.write(t, piece) {
				return false
			}
		}
		return true
	}
	if len(o.expr.Arguments("policy")) > 0 || !b.Trusted && len(o.expr.Arguments("field"))+len(o.expr.Arguments("current")) > 0 {
		return false // what an alias means depends on whose rule it is
	}
	fmt.Fprintf(t, "%q", o.text)
	for _, arg := range o.expr.Arguments("parameters") {
		name, ok := b.fixed(&operand{expr: arg})
		if arg == nil || !ok {
			return false
		}
		v := b.parameter(name.Text())
		fmt.Fprintf(t, "(%s %v %s)", v.Kind(), v.Failed(), v)
	}
	return true
}

// fixedHost knows parameters and remembers whether anything else was asked.
type fixedHost struct {
	bound *Bound
	asked bool
}

// Bounds of what expressions may take: those of one condition, of all that are
// asked of one resource, and of those that depend on parameters alone.
const (
	maxSteps      = 1_000_000
	resourceSteps = 10_000_000
	boundSteps    = 5_000_000
)

// Parameter is the value of a parameter.
func (h *fixedHost) Parameter(name string) armexpr.Value { return h.bound.parameter(name) }

// Variable fails: policies have none.
func (h *fixedHost) Variable(string) armexpr.Value {
	return armexpr.Failed("policies have no variables")
}

// Scope is not known yet.
func (h *fixedHost) Scope() armexpr.Value {
	h.asked = true
	return armexpr.Unknown(string(demarc.PropertyNotSeen), "scope")
}

// Lenient says that a property that is not there is null.
func (h *fixedHost) Lenient() bool { return true }

// Call remembers that more than parameters is needed.
func (h *fixedHost) Call(name string, _ []armexpr.Value) (armexpr.Value, bool) {
	hosted := surroundings(name) // the language asks for no others of these
	h.asked = h.asked || hosted
	return armexpr.Unknown(string(demarc.PropertyNotSeen), name), hosted
}
