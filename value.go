package demarc

import "strconv"

// Kind says what is known of a property.
type Kind uint8

// The kinds of a [Value]. The zero kind is unknown: a value nobody set is
// never taken for a missing property.
const (
	KindUnknown Kind = iota
	KindMissing
	KindNull
	KindBool
	KindNumber
	KindText
	KindList
	KindObject
)

// Value is what is known of one property of a resource: a known value, null,
// missing (the resource was seen in full and does not have it) or unknown
// with a reason. The zero Value is unknown because it was not seen.
type Value struct {
	kind   Kind
	truth  bool // the bool of KindBool; of KindObject that its members are known
	open   bool // of an object whose members are known, or a list: there may be others
	number float64
	text   string  // the text of KindText, the reason of KindUnknown and of an open KindList
	list   []Value // the elements of KindList; the names and values of an object's members in turn
}

// Missing is the value of a property that a fully seen resource does not have.
func Missing() Value { return Value{kind: KindMissing} }

// Null is an explicit null.
func Null() Value { return Value{kind: KindNull} }

// Unknown is a value that cannot be told, with the reason in lower case.
func Unknown(reason string) Value { return Value{text: reason} }

// Bool, Number, Text and List make known values.
func Bool(b bool) Value { return Value{kind: KindBool, truth: b} }

// Number makes a known number.
func Number(f float64) Value { return Value{kind: KindNumber, number: f} }

// Text makes a known text.
func Text(s string) Value { return Value{kind: KindText, text: s} }

// List makes a known list; an unknown element makes only itself unknown.
func List(vs []Value) Value { return Value{kind: KindList, list: vs} }

// Object says that the property holds an object whose members are read by
// paths of their own. [ObjectOf] makes one with members.
func Object() Value { return Value{kind: KindObject} }

// Kind returns what is known of the value.
func (v Value) Kind() Kind { return v.kind }

// Reason says why the value is unknown, "not seen" when nobody said.
func (v Value) Reason() string {
	if v.kind != KindUnknown {
		return ""
	}
	if v.text == "" {
		return "not seen"
	}
	return v.text
}

// IsUnknown reports whether the value cannot be told.
func (v Value) IsUnknown() bool { return v.kind == KindUnknown }

// Exists says whether the property holds something: not missing, not null and
// not an empty text (Resource Graph writes absent columns as empty texts). A
// list holds something when one of its elements does.
func (v Value) Exists() Truth {
	switch v.kind {
	case KindUnknown:
		return MaybeTrue
	case KindMissing, KindNull:
		return False
	case KindText:
		return TruthOf(v.text != "")
	case KindList:
		any := False
		for _, e := range v.list {
			any = any.Or(e.Exists())
		}
		return any
	case KindBool, KindNumber, KindObject:
		return True
	}
	return MaybeTrue
}

// Text returns the text of a known text, "" of everything else.
func (v Value) Text() string {
	if v.kind == KindText {
		return v.text
	}
	return ""
}

// IsTrue reports whether the value is the known truth true.
func (v Value) IsTrue() bool { return v.kind == KindBool && v.truth }

// Float returns the number of a known number, 0 of everything else.
func (v Value) Float() float64 {
	if v.kind == KindNumber {
		return v.number
	}
	return 0
}

// Elements returns the elements of a list, nil of everything else.
func (v Value) Elements() []Value {
	if v.kind != KindList {
		return nil
	}
	return v.list
}

// String writes the value for a person.
func (v Value) String() string {
	if v.kind == KindText {
		return v.text
	}
	return string(v.appendTo(nil))
}

func (v Value) appendTo(b []byte) []byte {
	switch v.kind {
	case KindMissing:
		return append(b, "missing"...)
	case KindNull:
		return append(b, "null"...)
	case KindBool:
		return strconv.AppendBool(b, v.truth)
	case KindNumber:
		return strconv.AppendFloat(b, v.number, 'f', -1, 64)
	case KindText:
		return append(b, v.text...)
	case KindList:
		b = append(b, '[')
		for i, e := range v.list {
			if i > 0 {
				b = append(b, ' ')
			}
			b = e.appendTo(b)
		}
		if v.open {
			b = append(b, " ..."...)
		}
		return append(b, ']')
	case KindObject:
		return v.appendMembers(b)
	case KindUnknown:
	}
	return append(append(b, "unknown: "...), v.Reason()...)
}

// Truth is a three-valued truth. The zero Truth is neither.
type Truth uint8

// The three truths.
const (
	MaybeTrue Truth = iota
	True
	False
)

// TruthOf turns a bool into a known truth.
func TruthOf(b bool) Truth {
	if b {
		return True
	}
	return False
}

// Not turns true into false and keeps what cannot be told.
func (t Truth) Not() Truth {
	switch t {
	case True:
		return False
	case False:
		return True
	case MaybeTrue:
	}
	return MaybeTrue
}

// And is false when one side is false, true when both are true.
func (t Truth) And(o Truth) Truth {
	switch {
	case t == False || o == False:
		return False
	case t == True && o == True:
		return True
	}
	return MaybeTrue
}

// Or is true when one side is true, false when both are false.
func (t Truth) Or(o Truth) Truth { return t.Not().And(o.Not()).Not() }

// String writes true, false or unknown.
func (t Truth) String() string {
	switch t {
	case True:
		return "true"
	case False:
		return "false"
	case MaybeTrue:
	}
	return "unknown"
}
