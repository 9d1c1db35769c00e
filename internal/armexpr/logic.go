package armexpr

import (
	"strings"

	"github.com/demarc-dev/demarc"
)

// choose evaluates only the branch that is taken. Where the condition cannot
// be told, the result can when both branches give the same.
func choose(c *call) Value {
	condition := c.env.eval(c.nodes[0])
	switch {
	case condition.kind == KindBool && condition.bits == 1:
		return c.env.eval(c.nodes[1])
	case condition.kind == KindBool:
		return c.env.eval(c.nodes[2])
	case !condition.IsUnknown():
		return c.fail("the condition is " + condition.kind.String() + ", not a bool")
	case condition.Failed():
		return condition
	}
	yes, no := c.env.eval(c.nodes[1]), c.env.eval(c.nodes[2])
	if !c.env.budget.Take(yes.size()) || same(yes, no) == demarc.True {
		return yes
	}
	return Unknown(condition.Reason(), "if("+condition.label()+", "+yes.label()+", "+no.label()+")")
}

func (c *call) truth(t demarc.Truth) Value {
	if t == demarc.MaybeTrue {
		return c.unknown()
	}
	return Bool(t == demarc.True)
}

func and(c *call) Value {
	t := demarc.True
	for _, a := range c.args {
		t = t.And(a.Truth())
	}
	return c.truth(t)
}

func or(c *call) Value {
	t := demarc.False
	for _, a := range c.args {
		t = t.Or(a.Truth())
	}
	return c.truth(t)
}

func xor(c *call) Value { return Bool(c.args[0].IsTrue() != c.args[1].IsTrue()) }

func not(c *call) Value { return Bool(!c.args[0].IsTrue()) }

func toBool(c *call) Value {
	switch v := c.args[0]; v.kind {
	case KindBool:
		return v
	case KindInt:
		return Bool(v.Int() != 0)
	case KindText:
		switch strings.ToLower(strings.TrimSpace(v.text)) {
		case "true", "1":
			return Bool(true)
		case "false", "0":
			return Bool(false)
		}
	case KindUnknown, KindNull, KindFloat, KindArray, KindObject:
	}
	return c.fail("neither true nor false")
}

func equals(c *call) Value {
	if !c.env.budget.Take(c.args[0].size()) {
		return Failed("the expressions take too many steps")
	}
	return c.truth(same(c.args[0], c.args[1]))
}

// same compares two values. Two unknowns are the same when they have the same
// shape: labels tell unknowns apart.
func same(a, b Value) demarc.Truth {
	switch {
	case a.Failed() || b.Failed():
		return demarc.MaybeTrue
	case a.IsUnknown() && b.IsUnknown() && a.shape() == b.shape():
		return demarc.True
	case a.IsUnknown() || b.IsUnknown():
		return sameShapes(a, b)
	case a.isNumber() && b.isNumber():
		return demarc.TruthOf(compareNumbers(a, b) == 0)
	case a.kind != b.kind:
		return demarc.False
	case a.kind == KindArray:
		return sameArrays(a, b)
	case a.kind == KindObject:
		return sameObjects(a, b)
	}
	return demarc.TruthOf(a.bits == b.bits && a.text == b.text)
}

// sameShapes tells texts apart whose known beginnings or ends differ.
func sameShapes(a, b Value) demarc.Truth {
	texts := func(v Value) bool { return v.kind == KindText || v.IsUnknown() && v.isText() }
	if !texts(a) || !texts(b) {
		return demarc.MaybeTrue
	}
	x, y := a.head(), b.head()
	if n := min(len(x), len(y)); x[:n] != y[:n] {
		return demarc.False
	}
	x, y = a.Tail(), b.Tail()
	if n := min(len(x), len(y)); x[len(x)-n:] != y[len(y)-n:] {
		return demarc.False
	}
	return demarc.MaybeTrue
}

// isText reports whether an unknown is certainly a text: something of it is known.
func (v Value) isText() bool {
	tail, holes := v.literal()
	return holes && (tail != "" || v.head() != "" || strings.Count(v.shape(), string(holeOpen)) > 1)
}

func sameArrays(a, b Value) demarc.Truth {
	if a.Len() != b.Len() {
		return demarc.False
	}
	t := demarc.True
	for i, e := range a.more.list {
		t = t.And(same(e, b.more.list[i]))
	}
	return t
}

func sameObjects(a, b Value) demarc.Truth {
	if a.Len() != b.Len() {
		return demarc.False
	}
	t := demarc.True
	for i, name := range a.more.names {
		other, ok := b.Member(name)
		if !ok {
			return demarc.False
		}
		t = t.And(same(a.more.list[i], other))
	}
	return t
}

func less(c *call) Value            { return c.compare(func(n int) bool { return n < 0 }) }
func lessOrEquals(c *call) Value    { return c.compare(func(n int) bool { return n <= 0 }) }
func greater(c *call) Value         { return c.compare(func(n int) bool { return n > 0 }) }
func greaterOrEquals(c *call) Value { return c.compare(func(n int) bool { return n >= 0 }) }

// compare orders two numbers or two texts; texts without case, as documented
// for .NET's invariant culture.
func (c *call) compare(holds func(int) bool) Value {
	a, b := c.args[0], c.args[1]
	switch {
	case a.isNumber() && b.isNumber():
		return Bool(holds(compareNumbers(a, b)))
	case a.kind == KindText && b.kind == KindText:
		n := demarc.CompareFold(a.text, b.text)
		if n == 0 {
			n = -strings.Compare(a.text, b.text)
		}
		return Bool(holds(n))
	}
	return c.fail("cannot compare " + a.kind.String() + " with " + b.kind.String())
}

func coalesce(c *call) Value {
	for i, a := range c.args {
		switch {
		case a.IsUnknown() && i == len(c.args)-1:
			return a
		case a.IsUnknown():
			return c.unknown()
		case !a.IsNull():
			return a
		}
	}
	return Null()
}
