package armexpr

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/demarc-dev/demarc"
)

// concat joins texts, or arrays.
func concat(c *call) Value {
	arrays, texts, unknowns := 0, 0, 0
	for _, a := range c.args {
		switch {
		case a.IsUnknown():
			unknowns++
		case a.kind == KindArray:
			arrays++
		default:
			texts++
		}
	}
	switch {
	case arrays > 0 && texts > 0:
		return c.fail("texts and arrays")
	case arrays > 0 && unknowns > 0:
		return c.unknown()
	case arrays > 0:
		return concatArrays(c.args)
	}
	return c.joined(c.args, "", written)
}

func concatArrays(args []Value) Value {
	var all []Value
	for _, a := range args {
		if all = append(all, a.more.list...); len(all) > MaxSize {
			return Failed("a value of more than a million pieces")
		}
	}
	return Array(all)
}

// joined writes values one behind the other.
func (c *call) joined(values []Value, separator string, write func(Value) string) Value {
	var b strings.Builder
	for i, v := range values {
		if v.Failed() {
			return v
		}
		if i > 0 {
			b.WriteString(separator)
		}
		if b.WriteString(write(v)); b.Len() > MaxText {
			return c.fail("a text of more than 1 MB")
		}
	}
	return shaped(b.String(), deep(values)...)
}

// deep adds the unknowns inside of arrays and objects, so that a shape made of
// them tells their reasons.
func deep(values []Value) []Value {
	for _, v := range values {
		if v.kind == KindArray || v.kind == KindObject {
			if u, ok := within(v); ok {
				return append(values[:len(values):len(values)], u)
			}
		}
	}
	return values
}

// written is a value as a piece of a text.
func written(v Value) string {
	switch v.kind {
	case KindText, KindUnknown:
		return v.shape()
	case KindBool:
		if v.bits == 1 {
			return "True"
		}
		return "False"
	case KindNull:
		return ""
	case KindInt, KindFloat, KindArray, KindObject:
	}
	return string(appendJSON(nil, v))
}

func toText(c *call) Value {
	v := c.args[0]
	if v.kind == KindText || v.IsUnknown() {
		return v
	}
	return shaped(string(appendJSON(nil, v)), deep(c.args)...)
}

func toLower(c *call) Value { return c.eachLiteral(strings.ToLower) }
func toUpper(c *call) Value { return c.eachLiteral(strings.ToUpper) }

// eachLiteral changes what is known of a text. What is not known keeps its
// label: names are compared without case.
func (c *call) eachLiteral(change func(string) string) Value {
	v := c.args[0]
	if v.Failed() {
		return v
	}
	return shaped(mapLiterals(v.shape(), change), c.args...)
}

// mapLiterals changes the pieces of a shape that are known.
func mapLiterals(shape string, change func(string) string) string {
	var b strings.Builder
	for shape != "" {
		i := strings.IndexByte(shape, holeOpen)
		if i < 0 {
			return b.String() + change(shape)
		}
		b.WriteString(change(shape[:i]))
		end := strings.IndexByte(shape[i:], holeClose)
		if end < 0 {
			return b.String() + shape[i:]
		}
		b.WriteString(shape[i : i+end+1])
		shape = shape[i+end+1:]
	}
	return b.String()
}

func trim(c *call) Value {
	v := c.args[0]
	if v.IsUnknown() {
		return v
	}
	return Text(strings.TrimSpace(v.text))
}

func substring(c *call) Value {
	text := []rune(c.args[0].text)
	start := c.arg(1, Int(0)).Int()
	count := c.arg(2, Int(int64(len(text))-start)).Int()
	if start < 0 || count < 0 || start > int64(len(text)) || count > int64(len(text))-start {
		return c.fail(fmt.Sprintf("characters %d to %d of a text of %d", start, start+count, len(text)))
	}
	return Text(string(text[start : start+count]))
}

func startsWith(c *call) Value {
	return c.affix(Value.head, strings.HasPrefix)
}

func endsWith(c *call) Value {
	return c.affix(Value.Tail, strings.HasSuffix)
}

// affix compares the known end of a text with one that may stand there,
// without case, as documented.
func (c *call) affix(end func(Value) string, has func(text, affix string) bool) Value {
	text, affix := c.args[0], c.args[1]
	if affix.IsUnknown() || text.Failed() {
		return c.unknown()
	}
	known, wanted := demarc.Fold(end(text)), demarc.Fold(affix.text)
	if text.IsUnknown() && len(known) < len(wanted) && has(wanted, known) {
		return c.unknown()
	}
	return Bool(has(known, wanted))
}

func indexOf(c *call) Value {
	if v := c.args[0]; v.kind == KindArray {
		return c.position(v.more.list, false)
	}
	return c.character(strings.Index)
}

func lastIndexOf(c *call) Value {
	if v := c.args[0]; v.kind == KindArray {
		return c.position(v.more.list, true)
	}
	return c.character(strings.LastIndex)
}

// character finds a text in a text, without case, as documented.
func (c *call) character(find func(s, sub string) int) Value {
	if c.args[0].kind != KindText || c.args[1].kind != KindText {
		return c.fail("cannot look for " + c.args[1].kind.String() + " in " + c.args[0].kind.String())
	}
	text := demarc.Fold(c.args[0].text)
	i := find(text, demarc.Fold(c.args[1].text))
	if i < 0 {
		return Int(-1)
	}
	return Int(int64(utf8.RuneCountInString(text[:i])))
}

func (c *call) position(list []Value, fromEnd bool) Value {
	for i := range list {
		at := i
		if fromEnd {
			at = len(list) - 1 - i
		}
		switch same(list[at], c.args[1]) {
		case demarc.True:
			return Int(int64(at))
		case demarc.MaybeTrue:
			return c.unknown()
		case demarc.False:
		}
	}
	return Int(-1)
}

func padLeft(c *call) Value {
	if v := c.args[0]; v.kind != KindText && !v.isNumber() {
		return c.fail("argument 1 is " + v.kind.String() + ", not a text or an integer")
	}
	text, width := written(c.args[0]), c.args[1].Int()
	pad := c.arg(2, Text(" ")).text
	if utf8.RuneCountInString(pad) != 1 || width < 0 || width > MaxText {
		return c.fail("a width or a character that cannot be")
	}
	if n := int(width) - utf8.RuneCountInString(text); n > 0 {
		text = strings.Repeat(pad, n) + text
	}
	return Text(text)
}

// replace changes what is known of a text.
func replace(c *call) Value {
	text, from, to := c.args[0], c.args[1], c.args[2]
	if from.IsUnknown() || text.Failed() || to.Failed() {
		return c.unknown()
	}
	if from.text == "" {
		return text
	}
	if n := strings.Count(text.shape(), from.text); n*len(to.shape()) > MaxText {
		return c.fail("a text of more than 1 MB")
	}
	shape := mapLiterals(text.shape(), func(s string) string { return strings.ReplaceAll(s, from.text, to.shape()) })
	return shaped(shape, text, to)
}

// split cuts a text. A text with holes can be cut at slashes when no hole
// holds one.
func split(c *call) Value {
	text := c.args[0]
	separators, ok := c.separators()
	if !ok {
		return c.fail("the delimiter is neither a text nor an array of texts")
	}
	if text.IsUnknown() && (text.HasSlash() || len(separators) != 1 || separators[0] != "/") || c.args[1].IsUnknown() {
		return c.unknown()
	}
	pieces, ok := c.pieces(text.shape(), separators)
	if !ok {
		return Failed("the expressions take too many steps")
	}
	list := make([]Value, len(pieces))
	for i, piece := range pieces {
		list[i] = shaped(piece, text)
	}
	return Array(list)
}

// pieces cuts at whichever separator comes first, at one place at the one that
// is named first, as .NET does.
func (c *call) pieces(text string, separators []string) (list []string, ok bool) {
	separators = slices.DeleteFunc(separators, func(s string) bool { return s == "" })
	if len(separators) == 1 {
		return strings.Split(text, separators[0]), true
	}
	if !c.env.budget.Take(len(text) / 64 * len(separators)) {
		return nil, false
	}
	from := 0
	for at := 0; at < len(text); {
		i := slices.IndexFunc(separators, func(s string) bool { return strings.HasPrefix(text[at:], s) })
		if i < 0 {
			at++
			continue
		}
		list = append(list, text[from:at])
		at += len(separators[i])
		from = at
	}
	return append(list, text[from:]), true
}

func (c *call) separators() ([]string, bool) {
	switch v := c.args[1]; v.kind {
	case KindText:
		return []string{v.text}, true
	case KindArray:
		var list []string
		for _, e := range v.more.list {
			if e.kind != KindText {
				return nil, false
			}
			list = append(list, e.text)
		}
		return list, true
	case KindUnknown:
		return nil, true
	case KindNull, KindBool, KindInt, KindFloat, KindObject:
	}
	return nil, false
}

func join(c *call) Value {
	list, separator := c.args[0], c.args[1]
	if list.IsUnknown() || separator.IsUnknown() {
		return c.unknown()
	}
	return c.joined(list.more.list, separator.text, written)
}

// hashOnly stands for functions whose algorithm Azure does not publish. The
// same arguments give the same unknown.
func hashOnly(c *call) Value {
	labels := make([]string, len(c.args))
	for i, a := range c.args {
		if a.Failed() {
			return a
		}
		labels[i] = a.label()
	}
	return UnknownSegment(azureHash, c.name+"("+strings.Join(labels, ", ")+")")
}
