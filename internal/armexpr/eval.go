package armexpr

import (
	"fmt"
	"strings"
)

// Host knows what surrounds an expression.
type Host interface {
	// Parameter and Variable give the value of a name, in any case. One that
	// is not there, or refers to itself, is a failed value.
	Parameter(name string) Value
	// Variable is as Parameter.
	Variable(name string) Value
	// Scope is the id of the scope that is deployed to, "" for the tenant.
	Scope() Value
	// Call answers a function that the language leaves to its host, and those
	// that it does not have. Ok is false when the host does not know it either.
	Call(name string, args []Value) (v Value, ok bool)
}

// Budget bounds what the evaluation of expressions may take. It is shared by
// all expressions of one document, and used by one goroutine.
type Budget struct {
	steps int
	depth int
}

// maxRecursion is how deep expressions may call each other through a host.
const maxRecursion = 1500

// NewBudget allows so many steps: one for each function called and for each
// piece of a value that is made.
func NewBudget(steps int) *Budget { return &Budget{steps: steps} }

// Spent reports whether all steps are taken.
func (b *Budget) Spent() bool { return b.steps <= 0 }

// Take takes steps and reports false when there are not as many.
func (b *Budget) Take(n int) bool {
	b.steps -= n
	return b.steps > 0
}

// env is what one evaluation has at hand.
type env struct {
	host   Host
	budget *Budget
	locals *local
}

// local is a variable of a lambda; the innermost stands first.
type local struct {
	name  string
	value Value
	outer *local
}

// Eval evaluates the expression.
func (e *Expr) Eval(host Host, budget *Budget) Value {
	return (&env{host: host, budget: budget}).eval(e.root)
}

func (e *env) eval(n node) Value {
	if l, ok := n.(literal); ok {
		return l.value
	}
	if !e.budget.Take(1) {
		return Failed("the expressions take too many steps")
	}
	if e.budget.depth++; e.budget.depth > maxRecursion {
		e.budget.depth--
		return Failed("the expressions call each other too deep")
	}
	v := n.eval(e)
	e.budget.depth--
	return v
}

func (l literal) eval(*env) Value { return l.value }

func (a *access) eval(e *env) Value {
	return at(e.eval(a.of), e.eval(a.at), a.safe || lenient(e.host))
}

// Lenient is a [Host] in whose language a property that is not there is null.
type Lenient interface {
	Host
	// Lenient reports whether it is so.
	Lenient() bool
}

func lenient(h Host) bool {
	l, ok := h.(Lenient)
	return ok && l.Lenient()
}

// at reads a member or an element of a value.
func at(of, index Value, safe bool) Value {
	switch {
	case of.IsUnknown():
		return inside(of, index)
	case index.IsUnknown():
		return derived("element", []Value{of, index})
	case of.kind == KindNull && safe:
		return Null()
	case of.kind == KindObject && index.kind == KindText:
		if v, ok := of.Member(index.text); ok {
			return v
		}
		return absent(safe, fmt.Sprintf("there is no property %q", index.text))
	case of.kind == KindArray && index.kind == KindInt:
		if i := index.Int(); i >= 0 && i < int64(of.Len()) {
			return of.more.list[i]
		}
		return absent(safe, fmt.Sprintf("there is no element %d", index.Int()))
	}
	return absent(safe, fmt.Sprintf("%s has no properties or elements of that kind", of.kind))
}

func absent(safe bool, reason string) Value {
	if safe {
		return Null()
	}
	return Failed(reason)
}

// inside is a piece of an unknown value.
func inside(of, index Value) Value {
	if of.Failed() {
		return of
	}
	label := of.label() + "." + index.label()
	if index.kind == KindInt {
		label = of.label() + "[" + index.label() + "]"
	}
	return Unknown(of.Reason(), label)
}

func (n *callNode) eval(e *env) Value {
	c := &call{env: e, name: n.name, folded: n.folded, nodes: n.args}
	if n.fn != nil && n.fn.mode == lazy {
		return n.fn.does(c)
	}
	c.args = make([]Value, len(n.args))
	work := 0
	for i, a := range n.args {
		c.args[i] = e.eval(a)
		work += c.args[i].size() / 4 // a function may look at all there is
	}
	if !e.budget.Take(work) {
		return Failed("the expressions take too many steps")
	}
	v := c.run(n.fn)
	if v.more != nil && !e.budget.Take(1+len(v.more.list)) || len(v.text) > 1024 && !e.budget.Take(len(v.text)/64) {
		return Failed("the expressions take too many steps")
	}
	return v
}

// call is one call of a function.
type call struct {
	env    *env
	name   string
	folded string
	args   []Value
	nodes  []node // of a function that evaluates its arguments itself
}

func (c *call) run(fn *function) Value {
	if fn == nil {
		return c.ask("")
	}
	if fn.mode == strict {
		if _, unknown := firstUnknown(c.args); unknown {
			return derived(c.name, c.args)
		}
	}
	if problem := fn.checkKinds(c.args); problem != "" {
		return c.fail(problem)
	}
	if fn.mode == hosted {
		return c.ask(fn.reason)
	}
	return fn.does(c)
}

// ask puts a call to the host. What the host does not know either is unknown
// for the given reason.
func (c *call) ask(reason string) Value {
	if v, ok := c.env.host.Call(c.folded, c.args); ok {
		return v
	}
	if reason == "" && strings.HasPrefix(c.folded, "list") {
		reason = afterDeployment
	}
	if reason == "" {
		return c.fail("there is no such function")
	}
	labels := make([]string, len(c.args))
	for i, a := range c.args {
		labels[i] = a.label()
	}
	return Unknown(reason, c.name+"("+strings.Join(labels, ", ")+")")
}

func (c *call) fail(problem string) Value { return Failed(c.name + ": " + problem) }

// unknown is the result that cannot be told of the arguments.
func (c *call) unknown() Value { return derived(c.name, c.args) }

// arg returns an argument, and a default where it was not given.
func (c *call) arg(i int, otherwise Value) Value {
	if i < len(c.args) {
		return c.args[i]
	}
	return otherwise
}
