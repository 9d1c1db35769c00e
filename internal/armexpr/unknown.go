package armexpr

import (
	"fmt"
	"hash/fnv"
	"strings"
)

// A hole is a piece of a shape that is not known: a label between two marks.
const (
	holeOpen  = '\x00'
	holeClose = '\x01'
)

// How holes are written: with braces for people, without in labels.
var (
	braced   = strings.NewReplacer(string(holeOpen), "{", string(holeClose), "}")
	unbraced = strings.NewReplacer(string(holeOpen), "", string(holeClose), "")
)

// Unknown is a value that cannot be told, with the reason in lower case and a
// label that stands for it in the texts that it is a piece of.
func Unknown(reason, label string) Value {
	return Value{text: reason, more: &more{shape: hole(label), open: true}}
}

// UnknownSegment is an unknown text that is known to hold no slash, as the
// names in resource ids are.
func UnknownSegment(reason, label string) Value {
	return Value{text: reason, more: &more{shape: hole(label)}}
}

// Failed is the unknown value of an expression that is wrong.
func Failed(reason string) Value {
	return Value{text: reason, more: &more{shape: hole("error"), open: true, failed: true}}
}

// Failed reports whether the value is unknown because the expression is wrong,
// and not because something is not known.
func (v Value) Failed() bool { return v.kind == KindUnknown && v.more != nil && v.more.failed }

// Reason says why the value is unknown, "" of a known one.
func (v Value) Reason() string {
	switch {
	case v.kind != KindUnknown:
		return ""
	case v.text == "":
		return "not known"
	}
	return v.text
}

// Shape writes a text with the label of each unknown piece in braces. It is
// the same for the same unknowns, and holds no slash but those that are known.
func (v Value) Shape() string {
	switch v.kind {
	case KindText:
		return v.text
	case KindUnknown:
		return braced.Replace(v.shape())
	}
	return v.String()
}

// HasSlash reports whether an unknown text may hold slashes that are not seen.
func (v Value) HasSlash() bool {
	return v.kind == KindUnknown && (v.more == nil || v.more.open)
}

// AsSegment says of a text that its unknown pieces are names, which hold no
// slash.
func (v Value) AsSegment() Value {
	if !v.HasSlash() || v.more == nil || v.more.failed {
		return v
	}
	return Value{text: v.text, more: &more{shape: v.more.shape}}
}

func (v Value) shape() string {
	switch {
	case v.kind == KindText:
		return v.text
	case v.kind != KindUnknown:
		return string(appendJSON(nil, v))
	case v.more == nil:
		return hole("")
	}
	return v.more.shape
}

// literal is what is known of the text behind its last hole, and whether it
// has any.
func (v Value) literal() (tail string, holes bool) {
	s := v.shape()
	if i := strings.LastIndexByte(s, holeClose); i >= 0 {
		return s[i+1:], true
	}
	return s, false
}

// Tail is the known end of a text: all of a known one, what stands behind the
// last unknown piece of another.
func (v Value) Tail() string {
	tail, _ := v.literal()
	return tail
}

// head is what is known of the text in front of its first hole.
func (v Value) head() string {
	s := v.shape()
	if i := strings.IndexByte(s, holeOpen); i >= 0 {
		return s[:i]
	}
	return s
}

// shaped is a text that may have holes. It is known when it has none; else
// its reason is that of the first unknown among the pieces that it is made of.
func shaped(shape string, pieces ...Value) Value {
	if strings.IndexByte(shape, holeOpen) < 0 {
		return Text(shape)
	}
	if len(shape) > MaxText {
		return Failed("a text of more than 1 MB")
	}
	v := Value{text: "not known", more: &more{shape: shape}}
	first := true
	for _, p := range pieces {
		if !p.IsUnknown() {
			continue
		}
		if first {
			v.text, first = p.Reason(), false
		}
		v.more.open = v.more.open || p.HasSlash()
		v.more.failed = v.more.failed || p.Failed()
	}
	return v
}

// label names a value as a piece of the label of another.
func (v Value) label() string {
	const large = 2000
	if v.size() > large {
		return fmt.Sprintf("%s of %d", v.kind, v.size())
	}
	return unbraced.Replace(v.shape())
}

// hole makes a hole. A label that is long, or would be taken for a piece of a
// path, is shortened to its beginning and a hash of the whole.
func hole(label string) string {
	const most = 48
	if label == "" {
		label = "?"
	}
	clean := strings.Map(labelRune, label)
	if len(clean) > most || strings.ContainsRune(label, '/') {
		head, _, _ := strings.Cut(clean, "(")
		clean = fmt.Sprintf("%.24s~%s", strings.ToValidUTF8(head, ""), hashed(label))
	}
	return string(holeOpen) + strings.ToValidUTF8(clean, "") + string(holeClose)
}

func labelRune(r rune) rune {
	switch {
	case r < ' ' || r == 0x7f:
		return -1
	case r == '/':
		return '|'
	case r == '{':
		return '('
	case r == '}':
		return ')'
	}
	return r
}

func hashed(s string) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s))
	return fmt.Sprintf("%06x", h.Sum64()&0xffffff)
}

// firstUnknown is the first unknown among values, a wrong expression first.
func firstUnknown(values []Value) (Value, bool) {
	var found Value
	ok := false
	for _, v := range values {
		if v.IsUnknown() && (!ok || v.Failed() && !found.Failed()) {
			found, ok = v, true
		}
	}
	return found, ok
}

// within finds an unknown anywhere in a value.
func within(v Value) (Value, bool) {
	if v.IsUnknown() {
		return v, true
	}
	if v.more != nil {
		for _, e := range v.more.list {
			if u, ok := within(e); ok {
				return u, true
			}
		}
	}
	return Value{}, false
}

// derived is the unknown that a function gives of unknown arguments.
func derived(name string, args []Value) Value {
	cause, ok := firstUnknown(args)
	if !ok {
		for _, a := range args {
			if u, ok := within(a); ok {
				cause = u
				break
			}
		}
	}
	if cause.Failed() {
		return cause
	}
	labels := make([]string, len(args))
	for i, a := range args {
		labels[i] = a.label()
	}
	return Unknown(cause.Reason(), name+"("+strings.Join(labels, ", ")+")")
}
