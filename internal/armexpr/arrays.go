package armexpr

import (
	"strings"
	"unicode/utf8"

	"github.com/demarc-dev/demarc"
)

func length(c *call) Value {
	switch v := c.args[0]; v.kind {
	case KindText:
		return Int(int64(utf8.RuneCountInString(v.text)))
	case KindArray, KindObject:
		return Int(int64(v.Len()))
	case KindUnknown, KindNull, KindBool, KindInt, KindFloat:
	}
	return c.fail(c.args[0].kind.String() + " has no length")
}

// empty of a text with unknown pieces is false as soon as one is known.
func empty(c *call) Value {
	switch v := c.args[0]; v.kind {
	case KindNull:
		return Bool(true)
	case KindText:
		return Bool(v.text == "")
	case KindArray, KindObject:
		return Bool(v.Len() == 0)
	case KindUnknown:
		if tail, _ := v.literal(); !v.Failed() && (tail != "" || v.head() != "") {
			return Bool(false)
		}
		return c.unknown()
	case KindBool, KindInt, KindFloat:
	}
	return Bool(false)
}

// contains looks for an element of an array, a name of an object, or a text
// in a text.
func contains(c *call) Value {
	in, what := c.args[0], c.args[1]
	switch {
	case in.kind == KindArray:
		if !c.env.budget.Take(in.size()) {
			return Failed("the expressions take too many steps")
		}
		t := demarc.False
		for _, e := range in.more.list {
			t = t.Or(same(e, what))
		}
		return c.truth(t)
	case in.IsUnknown() || what.IsUnknown():
		if in.isText() && what.kind == KindText && what.text != "" && strings.Contains(mapHoles(in.shape()), what.text) {
			return Bool(true)
		}
		return c.unknown()
	case in.kind == KindObject:
		_, ok := in.Member(written(what))
		return Bool(ok)
	case in.kind == KindText:
		return Bool(strings.Contains(in.text, written(what)))
	}
	return c.fail(in.kind.String() + " contains nothing")
}

// mapHoles replaces each hole by a mark that no text of a person has.
func mapHoles(shape string) string {
	var b strings.Builder
	for shape != "" {
		before, rest, found := strings.Cut(shape, string(holeOpen))
		b.WriteString(before)
		if !found {
			break
		}
		b.WriteByte(holeOpen)
		_, shape, _ = strings.Cut(rest, string(holeClose))
	}
	return b.String()
}

func first(c *call) Value { return c.end(false) }
func last(c *call) Value  { return c.end(true) }

func (c *call) end(fromEnd bool) Value {
	switch v := c.args[0]; v.kind {
	case KindText:
		if !fromEnd {
			_, n := utf8.DecodeRuneInString(v.text)
			return Text(v.text[:n])
		}
		_, n := utf8.DecodeLastRuneInString(v.text)
		return Text(v.text[len(v.text)-n:])
	case KindArray:
		switch n := v.Len(); {
		case n == 0:
			return Null()
		case fromEnd:
			return v.more.list[n-1]
		}
		return v.more.list[0]
	case KindUnknown, KindNull, KindBool, KindInt, KindFloat, KindObject:
	}
	return c.fail(c.args[0].kind.String() + " has no beginning and no end")
}

func take(c *call) Value { return c.cut(func(n, count int) (int, int) { return 0, min(count, n) }) }
func skip(c *call) Value { return c.cut(func(n, count int) (int, int) { return min(count, n), n }) }

// cut keeps a piece of a text or an array.
func (c *call) cut(piece func(n, count int) (from, to int)) Value {
	count := int(min(max(c.args[1].Int(), 0), MaxSize))
	switch v := c.args[0]; v.kind {
	case KindText:
		runes := []rune(v.text)
		from, to := piece(len(runes), count)
		return Text(string(runes[from:to]))
	case KindArray:
		from, to := piece(v.Len(), count)
		return Array(v.more.list[from:to:to])
	case KindUnknown, KindNull, KindBool, KindInt, KindFloat, KindObject:
	}
	return c.fail("neither a text nor an array")
}

func indexFromEnd(c *call) Value {
	if at := c.args[1].Int(); at < 1 || at > int64(c.args[0].Len()) {
		return c.fail("there is no such element")
	}
	return tryIndexFromEnd(c)
}

func tryIndexFromEnd(c *call) Value {
	v, at := c.args[0], c.args[1].Int()
	if v.kind != KindArray || at < 1 || at > int64(v.Len()) {
		return Null()
	}
	return v.more.list[int64(v.Len())-at]
}

// tryGet follows names and indexes as far as they lead.
func tryGet(c *call) Value {
	v := c.args[0]
	for _, index := range c.args[1:] {
		if v = at(v, index, true); v.IsNull() {
			return v
		}
	}
	return v
}

func toArray(c *call) Value {
	if v := c.args[0]; v.kind == KindArray {
		return v
	}
	return Array([]Value{c.args[0]})
}

// union of arrays keeps each element once; union of objects merges them, also
// the objects in them, and the last one wins.
func union(c *call) Value {
	if !c.alike() {
		return c.fail("the arguments are not all arrays or all objects")
	}
	if c.args[0].IsNull() {
		return Null()
	}
	if c.args[0].kind == KindObject {
		v := c.args[0]
		for _, o := range c.args[1:] {
			if !c.env.budget.Take(v.size() + o.size()) {
				return Failed("the expressions take too many steps")
			}
			v = merged(v, o)
		}
		return v
	}
	var all []Value
	for _, a := range c.args {
		for _, e := range a.more.list {
			switch c.among(all, e) {
			case demarc.False:
				all = append(all, e)
			case demarc.MaybeTrue:
				return derived(c.name, c.args)
			case demarc.True:
			}
		}
	}
	return Array(all)
}

// alike reports whether all arguments are arrays, or all are objects.
func (c *call) alike() bool {
	kind := c.args[0].kind
	for _, a := range c.args {
		if a.kind != kind || kind != KindArray && kind != KindObject {
			return false
		}
	}
	return true
}

func (c *call) among(list []Value, e Value) demarc.Truth {
	if !c.env.budget.Take(len(list)) {
		return demarc.MaybeTrue
	}
	t := demarc.False
	for _, other := range list {
		if t = t.Or(same(e, other)); t == demarc.True {
			return t
		}
	}
	return t
}

func merged(a, b Value) Value {
	members := a.members()
	b.Members(func(name string, value Value) {
		if old, ok := a.Member(name); ok && old.kind == KindObject && value.kind == KindObject {
			value = merged(old, value)
		}
		members = append(members, Member{name, value})
	})
	return Object(members)
}

// intersection keeps what all have: elements of arrays, members of objects.
func intersection(c *call) Value {
	if !c.alike() {
		return c.fail("the arguments are not all arrays or all objects")
	}
	v := c.args[0]
	for _, other := range c.args[1:] {
		var ok bool
		if v, ok = c.common(v, other); !ok {
			return derived(c.name, c.args)
		}
	}
	return v
}

func (c *call) common(a, b Value) (Value, bool) {
	if a.kind == KindObject {
		return commonMembers(a, b)
	}
	var kept []Value
	for _, e := range a.more.list {
		inOther, inKept := c.among(b.more.list, e), c.among(kept, e)
		switch {
		case inOther == demarc.MaybeTrue || inKept == demarc.MaybeTrue:
			return Value{}, false
		case inOther == demarc.True && inKept == demarc.False:
			kept = append(kept, e)
		}
	}
	return Array(kept), true
}

func commonMembers(a, b Value) (Value, bool) {
	var kept []Member
	known := true
	a.Members(func(name string, value Value) {
		other, ok := b.Member(name)
		if !ok {
			return
		}
		switch same(value, other) {
		case demarc.True:
			kept = append(kept, Member{name, value})
		case demarc.MaybeTrue:
			known = false
		case demarc.False:
		}
	})
	return Object(kept), known
}

func flatten(c *call) Value {
	var all []Value
	for _, e := range c.args[0].more.list {
		switch e.kind {
		case KindArray:
			all = append(all, e.more.list...)
		case KindUnknown:
			return derived(c.name, c.args)
		case KindNull, KindBool, KindInt, KindFloat, KindText, KindObject:
			return c.fail("an element is " + e.kind.String() + ", not an array")
		}
		if len(all) > MaxSize {
			return c.fail("a value of more than a million pieces")
		}
	}
	return Array(all)
}

func shallowMerge(c *call) Value {
	var members []Member
	for _, e := range c.args[0].more.list {
		switch e.kind {
		case KindObject:
			members = append(members, e.members()...)
		case KindUnknown:
			return derived(c.name, c.args)
		case KindNull, KindBool, KindInt, KindFloat, KindText, KindArray:
			return c.fail("an element is " + e.kind.String() + ", not an object")
		}
	}
	return Object(members)
}

func createObject(c *call) Value {
	if len(c.args)%2 != 0 {
		return c.fail("a name without a value")
	}
	members := make([]Member, 0, len(c.args)/2)
	for i := 0; i < len(c.args); i += 2 {
		switch name := c.args[i]; {
		case name.IsUnknown():
			return c.unknown()
		case name.kind != KindText:
			return c.fail("a name is " + name.kind.String())
		default:
			members = append(members, Member{name.text, c.args[i+1]})
		}
	}
	return Object(members)
}

// items lists the members of an object, ordered by name, as documented.
func items(c *call) Value {
	var list []Value
	for _, name := range sortedNames(c.args[0]) {
		v, _ := c.args[0].Member(name)
		list = append(list, Object([]Member{{"key", Text(name)}, {"value", v}}))
	}
	return Array(list)
}

func objectKeys(c *call) Value {
	var list []Value
	for _, name := range sortedNames(c.args[0]) {
		list = append(list, Text(name))
	}
	return Array(list)
}
