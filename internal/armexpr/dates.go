package armexpr

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// layouts are the ways in which dates are written, tried in turn.
var layouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999", time.DateOnly,
}

// parseDate reads a date; one without a zone is UTC.
func parseDate(s string) (time.Time, bool) {
	for _, layout := range layouts {
		if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// duration is ISO 8601 with whole numbers.
var duration = regexp.MustCompile(`^([+-]?)P(?:(\d{1,5})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?$`)

// addDuration counts a year as 365 days and a month as 30, as Azure does.
func addDuration(t time.Time, text string) (time.Time, bool) {
	m := duration.FindStringSubmatch(text)
	if m == nil || len(text) < 3 {
		return t, false
	}
	seconds := [...]int64{2: 365 * 86400, 3: 30 * 86400, 4: 7 * 86400, 5: 86400, 6: 3600, 7: 60, 8: 1}
	var total int64
	for i := 2; i < len(m); i++ {
		n, _ := strconv.ParseInt(m[i], 10, 64) // nine digits at most
		total += n * seconds[i]
	}
	if m[1] == "-" {
		total = -total
	}
	t = time.Unix(t.Unix()+total, int64(t.Nanosecond())).In(t.Location())
	return t, t.Year() >= 1 && t.Year() <= 9999
}

func dateTimeAdd(c *call) Value {
	t, ok := parseDate(c.args[0].text)
	if !ok {
		return c.fail("no date")
	}
	if t, ok = addDuration(t, c.args[1].text); !ok {
		return c.fail("no duration that can be added")
	}
	if len(c.args) == 3 {
		return FormatDate(t, c.args[2].text)
	}
	return Text(asWritten(t, c.args[0].text))
}

// asWritten writes a date with as many digits of a second as another had.
func asWritten(t time.Time, like string) string {
	layout := "2006-01-02T15:04:05"
	if _, fraction, ok := strings.Cut(like, "."); ok {
		digits := len(fraction) - len(strings.TrimLeft(fraction, "0123456789"))
		layout += "." + strings.Repeat("0", min(digits, 9))
	}
	return t.Format(layout + "Z07:00")
}

func addDays(c *call) Value {
	t, ok := parseDate(c.args[0].text)
	days := c.args[1].Int()
	if !ok || days > 4e6 || days < -4e6 {
		return c.fail("no date that can be told")
	}
	if t = t.AddDate(0, 0, int(days)); t.Year() < 1 || t.Year() > 9999 {
		return c.fail("no date that can be told")
	}
	return Text(asWritten(t, c.args[0].text))
}

func dateTimeFromEpoch(c *call) Value {
	seconds := c.args[0].Int()
	if seconds < -62135596800 || seconds > 253402300799 {
		return c.fail(outOfRange)
	}
	return Text(time.Unix(seconds, 0).UTC().Format(time.RFC3339))
}

func dateTimeToEpoch(c *call) Value {
	t, ok := parseDate(c.args[0].text)
	if !ok {
		return c.fail("no date")
	}
	return Int(t.Unix())
}

// dateWords are the format words of .NET, the longest first, and Go's. Go has
// none for fractions of a second but behind a dot.
var dateWords = []struct{ word, layout string }{
	{"yyyy", "2006"}, {"MMMM", "January"}, {"dddd", "Monday"}, {"fffffff", ""}, {"fff", ""}, {"MMM", "Jan"}, {"ddd", "Mon"},
	{"yy", "06"}, {"MM", "01"}, {"dd", "02"}, {"HH", "15"}, {"hh", "03"}, {"mm", "04"}, {"ss", "05"}, {"tt", "PM"}, {"zzz", "-07:00"},
	{"M", "1"}, {"d", "2"}, {"h", "3"}, {"m", "4"}, {"s", "5"},
}

// dateFormats are the standard formats of one letter.
var dateFormats = map[string]string{
	"": "yyyyMMddTHHmmssZ", "o": "yyyy-MM-ddTHH:mm:ss.fffffffZ", "O": "yyyy-MM-ddTHH:mm:ss.fffffffZ", "s": "yyyy-MM-ddTHH:mm:ss",
	"u": "yyyy-MM-dd HH:mm:ssZ", "d": "M/d/yyyy", "D": "dddd, dd MMMM yyyy", "t": "HH:mm", "T": "HH:mm:ss",
}

// FormatDate writes a date in a format of .NET; "" is that of utcNow.
func FormatDate(t time.Time, spec string) Value {
	t = t.UTC()
	if standard, ok := dateFormats[spec]; ok {
		spec = standard
	} else if len(spec) == 1 {
		return Failed(fmt.Sprintf("the date format %q", spec))
	}
	var b strings.Builder
	for spec != "" {
		word, layout := dateWord(spec)
		spec = spec[len(word):]
		switch {
		case word[0] == 'f':
			b.WriteString(fmt.Sprintf("%09d", t.Nanosecond())[:len(word)])
		case layout != "":
			b.WriteString(t.Format(layout))
		default:
			b.WriteString(word)
		}
	}
	return Text(b.String())
}

// dateWord is the word that a format begins with, or its first letter.
func dateWord(spec string) (word, layout string) {
	for _, w := range dateWords {
		if strings.HasPrefix(spec, w.word) {
			return w.word, w.layout
		}
	}
	return spec[:1], ""
}
