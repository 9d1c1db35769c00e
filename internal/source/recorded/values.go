package recorded

import (
	"math"

	"github.com/demarc-dev/demarc"
)

// What a value is, in the low half of its first byte. The numbers are part of a
// file format.
const (
	unknownValue = iota // with a reason
	missingValue
	nullValue
	falseValue
	trueValue
	floatValue
	wholeNumber // without a fraction, not negative
	minusNumber // without a fraction, negative
	textValue
	listValue
	openList     // with the reason why there may be more
	objectValue  // whose members are not known
	closedObject // with its members
	openObject
)

// Bounds of values.
const (
	mostExact = 1 << 53 // up to which whole numbers are exact
	deepest   = 1000    // lists and objects in each other
	halfByte  = 15
)

// values writes those that were set, each with how many slots it lies behind
// the one before in the high half of its first byte.
func (c *codec) values(list []demarc.Value) {
	behind := 0
	for i := range list {
		behind++
		v := &list[i]
		if v.IsUnknown() && reasonOf(v) == "" {
			continue
		}
		kind := kindOf(v)
		if behind < halfByte {
			c.buf = append(c.buf, kind|byte(behind)<<4)
		} else {
			c.buf = append(c.buf, kind|halfByte<<4)
			more := uint64(behind - halfByte)
			c.uvarint(&more)
		}
		c.content(kind, v)
		behind = 0
	}
}

// nextValue reads a value with its slot, and reports whether there was one.
func (c *codec) nextValue(slot *int, v *demarc.Value) bool {
	if c.err != nil || len(c.buf) == 0 {
		return false
	}
	var first byte
	c.byte(&first)
	behind := uint64(first >> 4)
	if behind == halfByte {
		var more uint64
		c.uvarint(&more)
		behind += more
	}
	if behind == 0 || behind > math.MaxInt32 {
		c.fail(errWrong)
		return false
	}
	*slot += int(behind)
	*v = c.value(first & halfByte)
	return c.err == nil
}

func kindOf(v *demarc.Value) byte {
	switch v.Kind() {
	case demarc.KindMissing:
		return missingValue
	case demarc.KindNull:
		return nullValue
	case demarc.KindBool:
		if v.IsTrue() {
			return trueValue
		}
		return falseValue
	case demarc.KindNumber:
		return kindOfNumber(v.Float())
	case demarc.KindText:
		return textValue
	case demarc.KindList:
		if v.Open() {
			return openList
		}
		return listValue
	case demarc.KindObject:
		switch {
		case !v.Whole():
			return objectValue
		case v.Open():
			return openObject
		}
		return closedObject
	case demarc.KindUnknown:
	}
	return unknownValue
}

func kindOfNumber(f float64) byte {
	switch {
	case f != math.Trunc(f) || math.Abs(f) > mostExact || f == 0 && math.Signbit(f):
		return floatValue
	case f < 0:
		return minusNumber
	}
	return wholeNumber
}

// reasonOf is why a value is unknown, "" when nobody looked.
func reasonOf(v *demarc.Value) string {
	if reason := v.Reason(); reason != notSeen {
		return reason
	}
	return ""
}

// notSeen is what a value without a reason says of itself.
var notSeen = demarc.Value{}.Reason()

// content writes what follows the first byte of a value.
func (c *codec) content(kind byte, v *demarc.Value) {
	switch kind {
	case unknownValue:
		reason := reasonOf(v)
		c.text(&reason)
	case floatValue:
		f := v.Float()
		c.float(&f)
	case wholeNumber, minusNumber:
		n := uint64(math.Abs(v.Float()))
		c.uvarint(&n)
	case textValue:
		text := v.Text()
		c.text(&text)
	case openList:
		rest := v.Rest()
		reason := reasonOf(&rest)
		c.text(&reason)
		c.elements(v.Elements())
	case listValue:
		c.elements(v.Elements())
	case closedObject, openObject:
		c.members(v.Pairs())
	}
}

func (c *codec) elements(list []demarc.Value) {
	n := len(list)
	c.length(&n)
	for i := range list {
		c.one(&list[i])
	}
}

func (c *codec) members(pairs []demarc.Value) {
	n := len(pairs) / 2
	c.length(&n)
	for i := 0; i+1 < len(pairs); i += 2 {
		name := pairs[i].Text()
		c.text(&name)
		c.one(&pairs[i+1])
	}
}

// one writes a value in another one.
func (c *codec) one(v *demarc.Value) {
	kind := kindOf(v)
	c.buf = append(c.buf, kind)
	c.content(kind, v)
}

// value reads what follows the first byte of a value.
func (c *codec) value(kind byte) demarc.Value {
	switch kind {
	case unknownValue:
		return demarc.Unknown(c.reason())
	case missingValue:
		return demarc.Missing()
	case nullValue:
		return demarc.Null()
	case falseValue, trueValue:
		return demarc.Bool(kind == trueValue)
	case floatValue:
		var f float64
		c.float(&f)
		return demarc.Number(f)
	case wholeNumber, minusNumber:
		return c.number(kind)
	case textValue:
		var text string
		c.common(&text)
		return demarc.Text(text)
	case objectValue:
		return demarc.Object()
	case listValue, openList, closedObject, openObject:
		return c.container(kind)
	}
	c.fail(errNewer)
	return demarc.Value{}
}

func (c *codec) reason() (reason string) {
	c.common(&reason)
	return reason
}

func (c *codec) number(kind byte) demarc.Value {
	var n uint64
	c.uvarint(&n)
	if n > mostExact {
		c.fail(errWrong)
	}
	if kind == minusNumber {
		return demarc.Number(-float64(n))
	}
	return demarc.Number(float64(n))
}

// container reads a list or an object.
func (c *codec) container(kind byte) demarc.Value {
	if c.depth++; c.depth > deepest {
		c.fail(errWrong)
	}
	defer func() { c.depth-- }()
	switch kind {
	case listValue:
		return demarc.List(c.several(false))
	case openList:
		reason := c.reason()
		return demarc.OpenList(c.several(false), reason)
	}
	object := demarc.ObjectOfPairs(c.several(true))
	if kind == openObject {
		return object.Opened()
	}
	return object
}

// several reads elements, or names and values in turn.
func (c *codec) several(named bool) []demarc.Value {
	n, most := 0, 1<<10
	c.length(&n)
	if n == 0 {
		return nil
	}
	size := n
	if named {
		size *= 2
	}
	list := make([]demarc.Value, 0, min(size, most)) // grows with what is really there
	for ; n > 0 && c.err == nil; n-- {
		if named {
			var name string
			c.common(&name)
			list = append(list, demarc.Text(name))
		}
		var kind byte
		c.byte(&kind)
		list = append(list, c.value(kind))
	}
	return list
}
