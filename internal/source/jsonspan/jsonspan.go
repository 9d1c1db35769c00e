// Package jsonspan finds where JSON values begin and end, without reading
// what is in them. It is the fast floor under the readers: it forgives
// comments and trailing commas, and leaves it to a decoder to judge the rest.
package jsonspan

import (
	"bytes"
	"errors"
)

// MaxDepth is how deep a value may nest before it is refused.
const MaxDepth = 10_000

// ErrSyntax says that bytes are not a JSON object.
var ErrSyntax = errors.New("broken JSON")

// The classes of bytes that matter outside of strings.
const (
	plain = iota
	quote
	open
	shut
	slash
)

var class = [256]uint8{'"': quote, '{': open, '[': open, '}': shut, ']': shut, '/': slash}

// Space returns the index of the first byte at or behind i that is neither
// white space nor part of a comment, and len(b) when there is none.
func Space(b []byte, i int) int {
	for i < len(b) {
		switch b[i] {
		case ' ', '\t', '\r', '\n':
			i++
		case '/':
			end := comment(b, i)
			if end < 0 {
				return len(b)
			}
			if end == i {
				return i
			}
			i = end
		default:
			return i
		}
	}
	return len(b)
}

// comment returns the index behind a comment, i itself when none begins
// there, and -1 when b ends inside of it.
func comment(b []byte, i int) int {
	if i+1 >= len(b) {
		return -1
	}
	switch b[i+1] {
	case '/':
		if n := bytes.IndexByte(b[i:], '\n'); n >= 0 {
			return i + n + 1
		}
		return -1
	case '*':
		if n := bytes.Index(b[i+2:], []byte("*/")); n >= 0 {
			return i + 2 + n + 2
		}
		return -1
	}
	return i
}

// End returns the index behind the value that begins at i, and how deep it
// nests. The index is -1 when b ends before the value does; a number or word
// at the very end of b counts as unended.
func End(b []byte, i int) (end, depth int) {
	if i >= len(b) {
		return -1, 0
	}
	switch class[b[i]] {
	case quote:
		return String(b, i), 0
	case open:
		return container(b, i)
	}
	for ; i < len(b); i++ {
		switch b[i] {
		case ',', ']', '}', ':', ' ', '\t', '\r', '\n', '/', '"', '{', '[':
			return i, 0
		}
	}
	return -1, 0
}

// container finds the end of an object or a list: the bracket that closes the
// first one, whatever the kinds of brackets between.
func container(b []byte, i int) (end, deepest int) {
	depth := 0
	for i < len(b) {
		switch class[b[i]] {
		case plain:
			i++
		case quote:
			if i = String(b, i); i < 0 {
				return -1, deepest
			}
		case open:
			depth++
			deepest = max(deepest, depth)
			i++
		case shut:
			i++
			if depth--; depth == 0 {
				return i, deepest
			}
		case slash:
			next := comment(b, i)
			if next < 0 {
				return -1, deepest
			}
			i = max(next, i+1)
		}
	}
	return -1, deepest
}

// String returns the index behind the string that begins with the quote at i,
// -1 when b ends before it does.
func String(b []byte, i int) int {
	for start := i + 1; ; {
		n := bytes.IndexByte(b[start:], '"')
		if n < 0 {
			return -1
		}
		at := start + n
		if n == 0 || b[at-1] != '\\' || !escaped(b[start:at]) {
			return at + 1
		}
		start = at + 1
	}
}

// escaped reports whether b ends in an odd number of backslashes.
func escaped(b []byte) bool {
	odd := false
	for i := len(b) - 1; i >= 0 && b[i] == '\\'; i-- {
		odd = !odd
	}
	return odd
}

// Members calls visit for each member of the object b in turn, with the name
// as it is quoted and the text of the value. It stops with ErrSyntax where b
// is not an object.
func Members(b []byte, visit func(name, value []byte)) error {
	i := Space(b, 0)
	if i >= len(b) || b[i] != '{' {
		return ErrSyntax
	}
	i++
	for first := true; ; first = false {
		var done bool
		if i, done = separator(b, i, '}', first); done {
			return trailing(b, i)
		}
		if i < 0 || i >= len(b) || b[i] != '"' {
			return ErrSyntax
		}
		nameEnd := String(b, i)
		if nameEnd < 0 {
			return ErrSyntax
		}
		colon := Space(b, nameEnd)
		if colon >= len(b) || b[colon] != ':' {
			return ErrSyntax
		}
		start := Space(b, colon+1)
		end, depth := End(b, start)
		if end <= start || depth > MaxDepth {
			return ErrSyntax
		}
		visit(b[i:nameEnd], b[start:end])
		i = end
	}
}

// Elements calls visit for each element of the list b.
func Elements(b []byte, visit func(value []byte)) error {
	i := Space(b, 0)
	if i >= len(b) || b[i] != '[' {
		return ErrSyntax
	}
	i++
	for first := true; ; first = false {
		var done bool
		if i, done = separator(b, i, ']', first); done {
			return trailing(b, i)
		}
		if i < 0 || i >= len(b) {
			return ErrSyntax
		}
		end, depth := End(b, i)
		if end <= i || depth > MaxDepth {
			return ErrSyntax
		}
		visit(b[i:end])
		i = end
	}
}

// separator moves from behind one item to the next, over one comma, and tells
// when the list is closed. It returns -1 where a comma is absent.
func separator(b []byte, i int, closing byte, first bool) (next int, done bool) {
	i = Space(b, i)
	if i < len(b) && b[i] == ',' && !first {
		i = Space(b, i+1)
		first = true
	}
	if i < len(b) && b[i] == closing {
		return i + 1, true
	}
	if !first {
		return -1, false
	}
	return i, false
}

func trailing(b []byte, i int) error {
	if Space(b, i) != len(b) {
		return ErrSyntax
	}
	return nil
}

// Clean returns a copy of a value without comments and trailing commas, for
// decoders that do not forgive them.
func Clean(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); {
		switch c := b[i]; {
		case c == '"':
			end := String(b, i)
			if end < 0 {
				return append(out, b[i:]...)
			}
			out = append(out, b[i:end]...)
			i = end
		case c == '/' && comment(b, i) != i:
			i = Space(b, i)
			out = append(out, ' ')
		case c == ',':
			i++
			if next := Space(b, i); next < len(b) && (b[next] == '}' || b[next] == ']') {
				i = next
			} else {
				out = append(out, ',')
			}
		default:
			out = append(out, c)
			i++
		}
	}
	return out
}
