package demarc

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Fold returns the spelling by which ids and names are compared: without
// case. Resource ids, group names and types compare without case in Azure
// (https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules).
// It allocates only when something has to change.
func Fold(s string) string {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= utf8.RuneSelf {
			return strings.Map(foldRune, s)
		}
		if 'A' <= c && c <= 'Z' {
			return foldFrom(s, i)
		}
	}
	return s
}

// EqualFold reports whether two ids or names are the same without case.
func EqualFold(a, b string) bool { return CompareFold(a, b) == 0 }

// CompareFold orders two ids as their folded spellings, without building them.
func CompareFold(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		x, y := a[i], b[i]
		if x >= utf8.RuneSelf || y >= utf8.RuneSelf {
			return strings.Compare(Fold(a), Fold(b))
		}
		if x == y {
			continue
		}
		if x, y = lower(x), lower(y); x != y {
			// A later letter outside ASCII may fold to a shorter one, but
			// never one in front of this place.
			return int(x) - int(y)
		}
	}
	if len(a) == len(b) {
		return 0
	}
	return len(a) - len(b)
}

func foldFrom(s string, from int) string {
	b := make([]byte, len(s))
	copy(b, s[:from])
	for i := from; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return strings.Map(foldRune, s)
		}
		b[i] = lower(s[i])
	}
	return string(b)
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// foldRune returns the lowest member of the rune's folding orbit, a letter of
// ASCII in lower case, so that all spellings of a letter meet in one.
func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		return rune(lower(byte(r)))
	}
	least := r
	for o := unicode.SimpleFold(r); o != r; o = unicode.SimpleFold(o) {
		least = min(least, o)
	}
	if least < utf8.RuneSelf {
		return rune(lower(byte(least)))
	}
	return least
}

// AppendFold appends what [Fold] makes of a text.
func AppendFold(b []byte, s string) []byte {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return append(b, Fold(s[i:])...)
		}
		b = append(b, lower(s[i]))
	}
	return b
}
