package armexpr

import (
	"slices"

	"github.com/demarc-dev/demarc"
)

func strayLambda(c *call) Value { return c.fail("a lambda that no function takes") }

// lambdaVariable finds the innermost variable of a name.
func lambdaVariable(c *call) Value {
	for l := c.env.locals; l != nil; l = l.outer {
		if demarc.EqualFold(l.name, c.args[0].text) {
			return l.value
		}
	}
	return c.fail("there is no variable " + c.args[0].text)
}

// lambda is an argument that is a function.
type lambda struct {
	env   *env
	names []string
	body  node
}

// lambda takes an argument apart that must be a lambda.
func (c *call) lambda(i int) (lambda, bool) {
	n, ok := c.nodes[i].(*callNode)
	if !ok || n.fn == nil || n.fn.name != "lambda" {
		return lambda{}, false
	}
	l := lambda{env: c.env, body: n.args[len(n.args)-1]}
	for _, a := range n.args[:len(n.args)-1] {
		name, ok := a.(literal)
		if !ok || name.value.kind != KindText {
			return lambda{}, false
		}
		l.names = append(l.names, name.value.text)
	}
	return l, true
}

// call gives the lambda its variables, as many as it names.
func (l lambda) call(values ...Value) Value {
	inner := &env{host: l.env.host, budget: l.env.budget, locals: l.env.locals}
	for i, name := range l.names {
		if i < len(values) {
			inner.locals = &local{name, values[i], inner.locals}
		}
	}
	return inner.eval(l.body)
}

const noLambda = "no lambda"

// over evaluates the first argument, an array, and the lambda behind it. Ok is
// false when the result is already there.
func (c *call) over(i int) (list []Value, f lambda, result Value, ok bool) {
	f, isLambda := c.lambda(i)
	if !isLambda {
		return nil, f, c.fail(noLambda), false
	}
	v := c.env.eval(c.nodes[0])
	switch {
	case v.IsUnknown():
		return nil, f, c.blind(v, f), false
	case v.kind != KindArray:
		return nil, f, c.fail("argument 1 is " + v.kind.String() + ", not an array"), false
	}
	return v.more.list, f, Value{}, true
}

// blind is the result over a value that is not known. What the lambda makes of
// an unknown element tells it from the results of other lambdas.
func (c *call) blind(v Value, f lambda) Value {
	if v.Failed() {
		return v
	}
	element := Unknown(v.Reason(), v.label()+"[]")
	return Unknown(v.Reason(), c.name+"("+v.label()+", "+f.call(element, element).label()+")")
}

func mapEach(c *call) Value {
	list, f, result, ok := c.over(1)
	if !ok {
		return result
	}
	mapped := make([]Value, len(list))
	for i, e := range list {
		mapped[i] = f.call(e, Int(int64(i)))
	}
	return Array(mapped)
}

func filter(c *call) Value {
	list, f, result, ok := c.over(1)
	if !ok {
		return result
	}
	var kept, verdicts []Value
	for i, e := range list {
		keep := f.call(e, Int(int64(i)))
		verdicts = append(verdicts, keep)
		if keep.IsTrue() {
			kept = append(kept, e)
		}
	}
	if _, unknown := firstUnknown(verdicts); unknown {
		return derived(c.name, append(verdicts, Array(list)))
	}
	return Array(kept)
}

func reduce(c *call) Value {
	list, f, result, ok := c.over(2)
	if !ok {
		return result
	}
	v := c.env.eval(c.nodes[1])
	for i, e := range list {
		v = f.call(v, e, Int(int64(i)))
	}
	return v
}

// sorted orders an array by a lambda that says whether one element comes
// before another.
func sorted(c *call) Value {
	list, f, result, ok := c.over(1)
	if !ok {
		return result
	}
	var unknown Value
	known := true
	ordered := slices.Clone(list)
	slices.SortStableFunc(ordered, func(a, b Value) int {
		before, after := f.call(a, b), Value{}
		if before.IsTrue() {
			return -1
		}
		if after = f.call(b, a); after.IsTrue() {
			return 1
		}
		if u, isUnknown := firstUnknown([]Value{before, after}); isUnknown {
			unknown, known = u, false
		}
		return 0
	})
	if !known {
		return derived(c.name, []Value{unknown, Array(list)})
	}
	return Array(ordered)
}

// groupBy makes an object of arrays, by the text that a lambda gives.
func groupBy(c *call) Value {
	list, f, result, ok := c.over(1)
	if !ok {
		return result
	}
	groups := map[string][]Value{}
	var names []string
	for i, e := range list {
		name := f.call(e, Int(int64(i)))
		if name.kind != KindText {
			return c.named(name)
		}
		key := demarc.Fold(name.text)
		if groups[key] == nil {
			names = append(names, name.text)
		}
		groups[key] = append(groups[key], e)
	}
	members := make([]Member, len(names))
	for i, name := range names {
		members[i] = Member{name, Array(groups[demarc.Fold(name)])}
	}
	return Object(members)
}

// named is the result where a name is no text.
func (c *call) named(name Value) Value {
	if name.IsUnknown() {
		return derived(c.name, []Value{name})
	}
	return c.fail("a name is " + name.kind.String())
}

func toObject(c *call) Value {
	list, f, result, ok := c.over(1)
	if !ok {
		return result
	}
	value := lambda{}
	if len(c.nodes) > 2 {
		if value, ok = c.lambda(2); !ok {
			return c.fail(noLambda)
		}
	}
	members := make([]Member, 0, len(list))
	for _, e := range list {
		name := f.call(e)
		if name.kind != KindText {
			return c.named(name)
		}
		if value.body != nil {
			e = value.call(e)
		}
		members = append(members, Member{name.text, e})
	}
	return Object(members)
}

func mapValues(c *call) Value {
	f, ok := c.lambda(1)
	if !ok {
		return c.fail(noLambda)
	}
	v := c.env.eval(c.nodes[0])
	if v.IsUnknown() {
		return c.blind(v, f)
	}
	if v.kind != KindObject {
		return c.fail("argument 1 is " + v.kind.String() + ", not an object")
	}
	members := v.members()
	for i := range members {
		members[i].Value = f.call(members[i].Value)
	}
	return Object(members)
}
