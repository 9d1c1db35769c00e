package armexpr

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// layouts are the ways in which dates are written, tried in turn. The last
// ones are ISO 8601 without its marks, as utcNow writes by default.
var layouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999", time.DateOnly,
	"2006-01-02T15:04Z07:00", "2006-01-02T15:04", "2006-01-02T15:04:05.999999999Z0700", "20060102T150405Z0700", "20060102T150405",
}

// parseDate reads a date; one without a zone is UTC.
func parseDate(s string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// duration is ISO 8601, in which a count may have a fraction.
var duration = regexp.MustCompile(`^([+-]?)P` + count("Y", 5) + count("M", 5) + count("W", 5) + count("D", 6) +
	`(T` + count("H", 7) + count("M", 8) + count("S", 9) + `)?$`)

func count(unit string, digits int) string {
	return `(?:(\d{1,` + strconv.Itoa(digits) + `}(?:[.,]\d{1,9})?)` + unit + `)?`
}

// unitSeconds are the seconds of each unit, beside the groups of [duration]. A
// year has 365 days and a month 30, as documented.
// https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-date#remarks
var unitSeconds = [...]int64{2: 365 * 86400, 3: 30 * 86400, 4: 7 * 86400, 5: 86400, 7: 3600, 8: 60, 9: 1}

// addDuration moves a date by a duration.
func addDuration(t time.Time, text string) (time.Time, bool) {
	m := duration.FindStringSubmatch(text)
	if m == nil || m[6] == "T" || strings.HasSuffix(text, "P") {
		return t, false
	}
	var seconds, nanos int64
	for i, unit := range unitSeconds {
		if unit == 0 || m[i] == "" {
			continue
		}
		whole, fraction, _ := strings.Cut(strings.ReplaceAll(m[i], ",", "."), ".")
		n, _ := strconv.ParseInt(whole, 10, 64)                        // nine digits at most
		f, _ := strconv.ParseInt((fraction + "000000000")[:9], 10, 64) // billionths
		seconds, nanos = seconds+n*unit+f*unit/1e9, nanos+f*unit%1e9
	}
	if m[1] == "-" {
		seconds, nanos = -seconds, -nanos
	}
	t = time.Unix(t.Unix()+seconds, int64(t.Nanosecond())+nanos).In(t.Location())
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
		return writeDate(t, c.args[2].text)
	}
	return Text(asWritten(t, c.args[0].text))
}

// asWritten writes a date with as many digits of a second as another had, and
// with those that it needs where the other had none.
func asWritten(t time.Time, like string) string {
	layout := "2006-01-02T15:04:05.9999999"
	if _, fraction, ok := strings.Cut(like, "."); ok {
		digits := len(fraction) - len(strings.TrimLeft(fraction, "0123456789"))
		layout = "2006-01-02T15:04:05." + strings.Repeat("0", min(digits, 9))
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
