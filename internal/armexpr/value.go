package armexpr

import (
	"math"
	"strconv"

	"github.com/demarc-dev/demarc"
)

// Kind says what a [Value] is.
type Kind uint8

// The kinds of values. The zero kind is unknown.
const (
	KindUnknown Kind = iota
	KindNull
	KindBool
	KindInt
	KindFloat
	KindText
	KindArray
	KindObject
)

var kindNames = [...]string{"unknown", "null", "a bool", "an integer", "a number", "a text", "an array", "an object"}

// String names the kind in messages.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "invalid"
}

// Bounds of one value. Shared pieces count as often as they occur, so that a
// value that fits can be walked.
const (
	MaxText  = 1 << 20 // bytes of a text
	MaxSize  = 1 << 20 // values in a value, and one for each 16 bytes of text
	MaxDepth = 128     // arrays and objects in each other
)

// Value is what an expression gives. It is immutable; the zero Value is
// unknown.
type Value struct {
	kind Kind
	bits uint64 // of a bool, an integer or a number
	text string // a text, or the reason of an unknown
	more *more
}

// more is what only arrays, objects and unknowns have.
type more struct {
	list   []Value
	names  []string       // of the members of an object, beside list
	index  map[string]int // by folded name, of objects with many members
	size   int
	depth  int
	shape  string // of an unknown: literal text with holes
	failed bool   // an unknown because the expression is wrong
	open   bool   // an unknown whose holes may hold slashes
}

// Null is the value null.
func Null() Value { return Value{kind: KindNull} }

// Bool makes a truth value.
func Bool(b bool) Value {
	if b {
		return Value{kind: KindBool, bits: 1}
	}
	return Value{kind: KindBool}
}

// Int makes an integer.
func Int(i int64) Value { return Value{kind: KindInt, bits: uint64(i)} }

// Float makes a number; one without a fraction is an integer.
func Float(f float64) Value {
	if i := int64(f); float64(i) == f && math.Abs(f) < 1<<53 {
		return Int(i)
	}
	return Value{kind: KindFloat, bits: math.Float64bits(f)}
}

// Text makes a text.
func Text(s string) Value {
	if len(s) > MaxText {
		return Failed("a text of more than 1 MB")
	}
	return Value{kind: KindText, text: s}
}

// Array makes an array, which keeps the slice.
func Array(list []Value) Value {
	m := &more{list: list}
	return m.container(KindArray)
}

// Member is a member of an object.
type Member struct {
	Name  string
	Value Value
}

// Object makes an object. Of members whose names differ in case only, the
// last one stays, in the place of the first.
func Object(members []Member) Value {
	const few = 8
	m := &more{names: make([]string, 0, len(members)), list: make([]Value, 0, len(members))}
	if len(members) > few {
		m.index = make(map[string]int, len(members))
	}
	for _, one := range members {
		if at := m.at(one.Name); at >= 0 {
			m.list[at] = one.Value
			continue
		}
		if m.index != nil {
			m.index[demarc.Fold(one.Name)] = len(m.names)
		}
		m.names = append(m.names, one.Name)
		m.list = append(m.list, one.Value)
	}
	return m.container(KindObject)
}

func (m *more) at(name string) int {
	if m.index != nil {
		if i, ok := m.index[demarc.Fold(name)]; ok {
			return i
		}
		return -1
	}
	for i, n := range m.names {
		if demarc.EqualFold(n, name) {
			return i
		}
	}
	return -1
}

// container measures an array or object and refuses one that is too large.
func (m *more) container(kind Kind) Value {
	m.size = 1
	for _, v := range m.list {
		m.size += v.size()
		if v.more != nil {
			m.depth = max(m.depth, v.more.depth)
		}
		if m.size > MaxSize {
			return Failed("a value of more than a million pieces")
		}
	}
	if m.depth++; m.depth > MaxDepth {
		return Failed("a value that nests more than 128 levels deep")
	}
	return Value{kind: kind, more: m}
}

func (v Value) size() int {
	if v.kind == KindArray || v.kind == KindObject {
		return v.more.size
	}
	return 1 + len(v.text)/16
}

// Kind says what the value is.
func (v Value) Kind() Kind { return v.kind }

// IsUnknown reports whether the value cannot be told.
func (v Value) IsUnknown() bool { return v.kind == KindUnknown }

// IsTrue and IsNull spare a comparison of kinds.
func (v Value) IsTrue() bool { return v.kind == KindBool && v.bits == 1 }

// IsNull reports whether the value is null.
func (v Value) IsNull() bool { return v.kind == KindNull }

// Truth is the value as a truth; what is no bool cannot be told.
func (v Value) Truth() demarc.Truth {
	if v.kind != KindBool {
		return demarc.MaybeTrue
	}
	return demarc.TruthOf(v.bits == 1)
}

// Text returns the text of a known text, "" of everything else.
func (v Value) Text() string {
	if v.kind == KindText {
		return v.text
	}
	return ""
}

// Int returns an integer, 0 of everything else.
func (v Value) Int() int64 {
	if v.kind == KindInt {
		return int64(v.bits)
	}
	return 0
}

// Float returns a number, 0 of what is none.
func (v Value) Float() float64 {
	switch v.kind {
	case KindInt:
		return float64(int64(v.bits))
	case KindFloat:
		return math.Float64frombits(v.bits)
	}
	return 0
}

func (v Value) isNumber() bool { return v.kind == KindInt || v.kind == KindFloat }

// Elements are the elements of an array, nil of everything else. They must
// not be changed.
func (v Value) Elements() []Value {
	if v.kind != KindArray {
		return nil
	}
	return v.more.list
}

// Len is the number of members of an object or elements of an array.
func (v Value) Len() int {
	if v.kind == KindArray || v.kind == KindObject {
		return len(v.more.list)
	}
	return 0
}

// Member finds a member of an object by its name, in any case.
func (v Value) Member(name string) (Value, bool) {
	if v.kind != KindObject {
		return Value{}, false
	}
	if i := v.more.at(name); i >= 0 {
		return v.more.list[i], true
	}
	return Value{}, false
}

// Members calls visit for each member of an object in order.
func (v Value) Members(visit func(name string, value Value)) {
	if v.kind != KindObject {
		return
	}
	for i, name := range v.more.names {
		visit(name, v.more.list[i])
	}
}

// members are the members of an object as a new slice.
func (v Value) members() []Member {
	list := make([]Member, 0, v.Len())
	v.Members(func(name string, value Value) { list = append(list, Member{name, value}) })
	return list
}

// Demarc turns the value into one of the words. Arrays become lists of
// scalars in which what is nested is an object, as readers of files give them.
func (v Value) Demarc() demarc.Value {
	switch v.kind {
	case KindUnknown:
		return demarc.Unknown(v.Reason())
	case KindNull:
		return demarc.Null()
	case KindBool:
		return demarc.Bool(v.bits == 1)
	case KindInt, KindFloat:
		return demarc.Number(v.Float())
	case KindText:
		return demarc.Text(v.text)
	case KindArray:
		list := make([]demarc.Value, 0, len(v.more.list))
		for _, e := range v.more.list {
			if e.kind == KindArray {
				list = append(list, demarc.Object())
			} else {
				list = append(list, e.Demarc())
			}
		}
		return demarc.List(list)
	case KindObject:
	}
	return demarc.Object()
}

// String writes the value for a person: JSON, in which an unknown is its shape.
func (v Value) String() string {
	if v.IsUnknown() {
		return v.Shape()
	}
	return string(appendJSON(nil, v))
}

func formatNumber(v Value) string {
	if v.kind == KindInt {
		return strconv.FormatInt(v.Int(), 10)
	}
	return strconv.FormatFloat(v.Float(), 'f', -1, 64)
}
