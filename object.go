package demarc

import "slices"

// ObjectOf makes an object with all its members: those that are not named are
// missing. Of names that differ in case only, the last one counts.
func ObjectOf(names []string, values []Value) Value {
	pairs := make([]Value, 0, 2*len(names))
	for i, name := range names {
		pairs = append(pairs, Text(name), values[i])
	}
	return ObjectOfPairs(pairs)
}

// ObjectOfPairs is [ObjectOf] for names, as texts, and values in turn. It
// keeps the slice.
func ObjectOfPairs(pairs []Value) Value {
	return Value{kind: KindObject, truth: true, list: onceEach(pairs)}
}

// onceEach leaves the last one of members of the same name, in the place of
// the first.
func onceEach(pairs []Value) []Value {
	const few = 16
	var index map[string]int
	if len(pairs) > 2*few {
		index = make(map[string]int, len(pairs)/2)
	}
	n := 0
	for i := 0; i+1 < len(pairs); i += 2 {
		at := n
		if index != nil {
			name := Fold(pairs[i].text)
			if known, ok := index[name]; ok {
				at = known
			}
			index[name] = at
		} else if known := place(pairs[:n], pairs[i].text); known >= 0 {
			at = known
		}
		if at == n {
			pairs[n] = pairs[i]
			n += 2
		}
		pairs[at+1] = pairs[i+1]
	}
	clear(pairs[n:])
	return pairs[:n]
}

// place finds a name among names and values in turn, -1 for none.
func place(pairs []Value, name string) int {
	for i := 0; i+1 < len(pairs); i += 2 {
		if EqualFold(pairs[i].text, name) {
			return i
		}
	}
	return -1
}

// Whole reports whether the value is an object whose members are known.
func (v Value) Whole() bool { return v.kind == KindObject && v.truth }

// Open reports whether a whole object may have members besides those that are
// known, as when a template declares some of them, or a list other elements.
func (v Value) Open() bool { return v.open }

// OpenList makes a list that may have other elements than those that are known;
// the reason says, as that of [Unknown], why nobody knows.
func OpenList(vs []Value, reason string) Value {
	return Value{kind: KindList, list: vs, open: true, text: reason}
}

// Rest is what is known of the other elements of an open list: that they are
// unknown, and why.
func (v Value) Rest() Value { return Unknown(v.text) }

// Opened returns a whole object as one that may have other members. All other
// values stay as they are.
func (v Value) Opened() Value {
	v.open = v.Whole()
	return v
}

// Closed returns a whole object as one that has no other members, and neither
// have the objects in it that are members of members; or a list as one that has
// no other elements.
func (v Value) Closed() Value {
	if !v.open {
		return v
	}
	v.open = false
	if v.kind == KindList {
		v.text = ""
		return v
	}
	v.list = slices.Clone(v.list)
	for i := 1; i < len(v.list); i += 2 {
		v.list[i] = v.list[i].Closed()
	}
	return v
}

// Member returns what is known of a member of an object by its name, in any
// case, and whether it is there. What an open object does not name is unknown,
// as is everything of an object whose members are not known.
func (v Value) Member(name string) (Value, bool) {
	switch {
	case v.kind == KindUnknown:
		return v, false
	case v.kind != KindObject:
		return Missing(), false
	case !v.truth:
		return Value{}, false
	}
	if i := place(v.list, name); i >= 0 {
		return v.list[i+1], v.list[i+1].kind != KindMissing
	}
	if v.open {
		return Value{}, false
	}
	return Missing(), false
}

// Members calls visit for each member of a whole object in order.
func (v Value) Members(visit func(name string, value Value)) {
	if !v.Whole() {
		return
	}
	for i := 0; i+1 < len(v.list); i += 2 {
		if v.list[i+1].kind != KindMissing {
			visit(v.list[i].text, v.list[i+1])
		}
	}
}

// Pairs are the names, as texts, and values of a whole object in turn, as
// [ObjectOfPairs] takes them: also of members that are known to be missing,
// which [Value.Members] passes over. They must not be changed.
func (v Value) Pairs() []Value {
	if !v.Whole() {
		return nil
	}
	return v.list
}

// Len is the number of elements of a list or members of a whole object, 0 of
// everything else.
func (v Value) Len() int {
	switch {
	case v.kind == KindList:
		return len(v.list)
	case !v.Whole():
		return 0
	}
	n := 0
	for i := 1; i < len(v.list); i += 2 {
		if v.list[i].kind != KindMissing {
			n++
		}
	}
	return n
}

// With returns a whole object with one member set. Anything else becomes an
// open object of that member: that there are others is not known.
func (v Value) With(name string, value Value) Value {
	if !v.Whole() {
		return ObjectOfPairs([]Value{Text(name), value}).Opened()
	}
	v.list = slices.Clone(v.list)
	if i := place(v.list, name); i >= 0 {
		v.list[i+1] = value
	} else {
		v.list = append(v.list, Text(name), value)
	}
	return v
}

// appendMembers writes "{a: 1, b: [x y]}", with dots for members that are not
// known.
func (v Value) appendMembers(b []byte) []byte {
	if !v.truth {
		return append(b, "{...}"...)
	}
	b = append(b, '{')
	start := len(b)
	for i := 0; i+1 < len(v.list); i += 2 {
		if len(b) > start {
			b = append(b, ", "...)
		}
		b = append(append(b, v.list[i].text...), ": "...)
		b = v.list[i+1].appendTo(b)
	}
	if v.open {
		if len(b) > start {
			b = append(b, ", "...)
		}
		b = append(b, "..."...)
	}
	return append(b, '}')
}
