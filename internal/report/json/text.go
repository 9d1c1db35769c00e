package json

import (
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	jsonlib "github.com/demarc-dev/demarc/internal/json"
)

// AppendText appends s as a JSON string. Control characters beyond those that
// JSON itself escapes (DEL, C1 and those that reorder text) are escaped too,
// since the output may end up on a terminal.
func AppendText(dst []byte, s string) []byte {
	for i := range len(s) {
		if !safe[s[i]] {
			return appendUnsafe(dst, s)
		}
	}
	dst = append(dst, '"')
	dst = append(dst, s...)
	return append(dst, '"')
}

// safe are the bytes that stand for themselves.
var safe = func() (t [256]bool) {
	for c := ' '; c <= '~'; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

func appendUnsafe(dst []byte, s string) []byte {
	start := len(dst)
	dst = jsonlib.AppendQuote(dst, s)
	for i := start; i < len(dst); {
		r, n := utf8.DecodeRune(dst[i:])
		if !hidden(r) {
			i += n
			continue
		}
		escaped := fmt.Appendf(nil, `\u%04x`, r)
		dst = append(dst[:i], append(escaped, dst[i+n:]...)...)
		i += len(escaped)
	}
	return dst
}

// hidden reports whether a rune steers a terminal or reorders text.
func hidden(r rune) bool {
	switch {
	case r >= 0x7f && r <= 0x9f, r >= 0x200e && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return false
}

// appendOptional appends s, or null when there is none.
func appendOptional(dst []byte, s string) []byte {
	if s == "" {
		return append(dst, "null"...)
	}
	return AppendText(dst, s)
}

func appendNumber(dst []byte, key string, n int) []byte {
	return strconv.AppendInt(append(dst, key...), int64(n), 10)
}

// appendDay appends the day of a time, or null when there is none.
func appendDay(dst []byte, t time.Time) []byte { return appendTime(dst, t, time.DateOnly) }

// appendMoment appends a time to the second in UTC, or null when there is none.
func appendMoment(dst []byte, t time.Time) []byte { return appendTime(dst, t, time.RFC3339) }

func appendTime(dst []byte, t time.Time, layout string) []byte {
	if t.IsZero() {
		return append(dst, "null"...)
	}
	dst = t.UTC().AppendFormat(append(dst, '"'), layout)
	return append(dst, '"')
}

const day = 24 * time.Hour

// appendDays appends a length of time in whole days, or null when there is
// none.
func appendDays(dst []byte, d time.Duration) []byte {
	if d == 0 {
		return append(dst, "null"...)
	}
	return strconv.AppendInt(dst, int64(d/day), 10)
}

func appendBool(dst []byte, b bool) []byte { return strconv.AppendBool(dst, b) }
