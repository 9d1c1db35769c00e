package report

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible returns s as it may be shown to a person: control characters become
// their pictures (ESC becomes ␛), and characters that hide, reorder or break
// text become the replacement character. Nothing else changes.
func Visible(s string) string {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return strings.Map(visibleRune, s)
		}
	}
	return s
}

func visibleRune(r rune) rune {
	const pictures = 0x2400 // the block of pictures of C0 controls
	switch {
	case r < ' ':
		return pictures + r
	case r == 0x7f:
		return '\u2421'
	case r == '\u200c' || r == '\u200d': // joiners, which names in several scripts need
		return r
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp):
		return utf8.RuneError
	}
	return r
}

// TextWidth is the number of terminal columns that s takes.
func TextWidth(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

func runeWidth(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case unicode.Is(wide, r):
		return 2
	}
	return 1
}

// wide are the ranges that terminals show in two columns (Unicode Standard
// Annex 11, classes W and F, without the scattered single characters).
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x1100, 0x115f, 1}, {0x2e80, 0x303e, 1}, {0x3041, 0x4dbf, 1}, {0x4e00, 0xa4cf, 1},
		{0xac00, 0xd7a3, 1}, {0xf900, 0xfaff, 1}, {0xfe30, 0xfe6f, 1}, {0xff00, 0xff60, 1}, {0xffe0, 0xffe6, 1},
	},
	R32: []unicode.Range32{{0x1f300, 0x1f64f, 1}, {0x1f680, 0x1f6ff, 1}, {0x1f900, 0x1f9ff, 1}, {0x20000, 0x3fffd, 1}},
}

// Cut shortens s to at most width columns and marks the place with an
// ellipsis.
func Cut(s string, width int) string {
	if TextWidth(s) <= width {
		return s
	}
	n := 0
	for i, r := range s {
		if n += runeWidth(r); n > width-1 {
			return s[:i] + "…"
		}
	}
	return s
}

// Pad cuts s to width and fills it up with spaces.
func Pad(s string, width int) string {
	s = Cut(s, width)
	return s + strings.Repeat(" ", max(0, width-TextWidth(s)))
}

// Wrap breaks s between words into lines of at most width columns. A longer
// word keeps a line of its own.
func Wrap(s string, width int) []string {
	var lines []string
	var line strings.Builder
	used := 0
	for word := range strings.FieldsSeq(s) {
		n := TextWidth(word)
		if used > 0 && used+1+n > width {
			lines = append(lines, line.String())
			line.Reset()
			used = 0
		}
		if used > 0 {
			line.WriteByte(' ')
			used++
		}
		line.WriteString(word)
		used += n
	}
	return append(lines, line.String())
}
