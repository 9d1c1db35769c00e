package armexpr

import (
	"fmt"
	"strings"
	"time"
)

// dateFormats are the standard formats of one letter, of the invariant
// culture: the documented utcNow('d') is 03/05/2019. "" is that of utcNow.
// https://learn.microsoft.com/dotnet/standard/base-types/standard-date-and-time-format-strings
var dateFormats = map[string]string{
	"": "yyyyMMddTHHmmssZ", "d": "MM/dd/yyyy", "D": "dddd, dd MMMM yyyy", "f": "dddd, dd MMMM yyyy HH:mm", "F": "dddd, dd MMMM yyyy HH:mm:ss",
	"g": "MM/dd/yyyy HH:mm", "G": "MM/dd/yyyy HH:mm:ss", "m": "MMMM dd", "M": "MMMM dd", "o": "yyyy-MM-ddTHH:mm:ss.fffffffK", "O": "yyyy-MM-ddTHH:mm:ss.fffffffK",
	"r": "ddd, dd MMM yyyy HH:mm:ss 'GMT'", "R": "ddd, dd MMM yyyy HH:mm:ss 'GMT'", "s": "yyyy-MM-ddTHH:mm:ss", "t": "HH:mm", "T": "HH:mm:ss",
	"u": "yyyy-MM-dd HH:mm:ss'Z'", "U": "dddd, dd MMMM yyyy HH:mm:ss", "y": "yyyy MMMM", "Y": "yyyy MMMM",
}

// FormatDate writes a date, in UTC, in a format of .NET; "" is that of utcNow.
func FormatDate(t time.Time, spec string) Value { return writeDate(t.UTC(), spec) }

// writeDate keeps the zone of the date, but for the formats that have UTC in
// their definition.
func writeDate(t time.Time, spec string) Value {
	if strings.Contains("rRuU", spec) && len(spec) == 1 {
		t = t.UTC()
	}
	if standard, ok := dateFormats[spec]; ok {
		spec = standard
	} else if len(spec) == 1 {
		return Failed(fmt.Sprintf("the date format %q", spec))
	}
	var b strings.Builder
	for spec != "" {
		n, ok := datePiece(&b, t, spec)
		if !ok || b.Len() > MaxText {
			return Failed(fmt.Sprintf("the date format %.40q", spec))
		}
		spec = spec[n:]
	}
	return Text(b.String())
}

// datePiece writes the first piece of a custom format and tells its length.
// https://learn.microsoft.com/dotnet/standard/base-types/custom-date-and-time-format-strings
func datePiece(b *strings.Builder, t time.Time, spec string) (length int, ok bool) {
	letter := spec[0]
	n := len(spec) - len(strings.TrimLeft(spec, string(rune(letter))))
	switch letter {
	case '\'', '"':
		end := strings.IndexByte(spec[1:], letter)
		if end < 0 {
			return 0, false
		}
		b.WriteString(spec[1 : end+1])
		return end + 2, true
	case '\\':
		if len(spec) == 1 {
			return 0, false
		}
		b.WriteByte(spec[1])
		return 2, true
	case '%':
		return 1, len(spec) > 1 && spec[1] != '%'
	case 'f', 'F':
		return n, n <= 7 && fractionPiece(b, t, letter, n)
	case 'd', 'M', 'y':
		b.WriteString(dayPiece(t, letter, n))
		return n, true
	case 'h', 'H', 'm', 's', 't', 'z', 'g':
		b.WriteString(clockPiece(t, letter, n))
		return n, true
	case 'K':
		b.WriteString(t.Format("Z07:00"))
		return 1, true
	}
	b.WriteByte(letter)
	return 1, true
}

// fractionPiece writes digits of a second; capitals leave out zeros at the
// end, and the dot in front of none.
func fractionPiece(b *strings.Builder, t time.Time, letter byte, n int) bool {
	digits := fmt.Sprintf("%09d", t.Nanosecond())[:n]
	if letter == 'f' {
		b.WriteString(digits)
		return true
	}
	digits = strings.TrimRight(digits, "0")
	if before, dot := strings.CutSuffix(b.String(), "."); digits == "" && dot {
		b.Reset()
		b.WriteString(before)
	}
	b.WriteString(digits)
	return true
}

func dayPiece(t time.Time, letter byte, n int) string {
	switch {
	case letter == 'y' && n <= 2:
		return fmt.Sprintf("%0*d", n, t.Year()%100)
	case letter == 'y':
		return fmt.Sprintf("%0*d", min(n, 100), t.Year())
	case letter == 'd' && n <= 2:
		return fmt.Sprintf("%0*d", n, t.Day())
	case letter == 'd' && n == 3:
		return t.Format("Mon")
	case letter == 'd':
		return t.Format("Monday")
	case n <= 2:
		return fmt.Sprintf("%0*d", n, int(t.Month()))
	case n == 3:
		return t.Format("Jan")
	}
	return t.Format("January")
}

func clockPiece(t time.Time, letter byte, n int) string {
	digits := min(n, 2)
	switch letter {
	case 'h':
		return fmt.Sprintf("%0*d", digits, (t.Hour()+11)%12+1)
	case 'H':
		return fmt.Sprintf("%0*d", digits, t.Hour())
	case 'm':
		return fmt.Sprintf("%0*d", digits, t.Minute())
	case 's':
		return fmt.Sprintf("%0*d", digits, t.Second())
	case 't':
		return t.Format("PM")[:digits]
	case 'g':
		return "A.D."
	}
	return offsetPiece(t, n)
}

// offsetPiece is the zone as z (+2), zz (+02) or zzz (+02:00).
func offsetPiece(t time.Time, n int) string {
	if n >= 3 {
		return t.Format("-07:00")
	}
	_, seconds := t.Zone()
	return fmt.Sprintf("%+0*d", n+1, seconds/3600)
}
