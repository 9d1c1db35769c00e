// Package moment reads days and instants in the spellings of the tools whose
// exports readers take in. It guesses nothing: a date of which nobody can say
// what is the day and what is the month is not read.
package moment

import (
	"strconv"
	"strings"
	"time"
)

// layouts are the spellings that have one meaning only. An instant without a
// zone is taken as UTC.
var layouts = [...]string{
	time.DateOnly,
	"2006-01-02T15:04:05Z07:00",
	"2006-01-02T15:04:05",
	"2006-01-02T15:04Z07:00",
	"2006-01-02T15:04",
	"2006-01-02 15:04:05Z07:00",
	"2006-01-02 15:04:05 Z07:00",
	"2006-01-02 15:04:05 -0700",
	"2006-01-02 15:04:05 UTC",
	"2006-01-02 15:04:05",
	"2006-01-02 15:04",
	"2006/01/02",
	"2006/01/02 15:04:05",
	"2006/01/02 15:04",
	"02.01.2006",
	"02.01.2006 15:04:05",
	"02.01.2006 15:04",
	"Jan 2, 2006",
	"Jan 2, 2006 15:04:05",
	"Jan 2, 2006 15:04:05 UTC",
	"Jan 2, 2006 3:04:05 PM",
	"Jan 2, 2006 3:04 PM",
	"January 2, 2006",
	"2 Jan 2006",
	"2 January 2006",
	"2-Jan-2006",
	"2-Jan-06",
	time.ANSIC,
	time.RFC1123,
}

// clocks are what may stand behind a date with slashes. A clock of twelve hours
// is written in countries that put the month first.
var clocks = [...]struct {
	layout string
	twelve bool
}{
	{"3:04:05 PM", true},
	{"3:04 PM", true},
	{"15:04:05", false},
	{"15:04", false},
}

// The years between which a date can mean something: tools write their own
// zero where they know none.
const (
	firstYear = 1980
	lastYear  = 9000
)

// Parse reads a day or an instant. It reports false of what is none, of a date
// that has two meanings, and of the zeros of tools.
func Parse(s string) (time.Time, bool) {
	if t, ok := universal(s); ok {
		return sensible(t)
	}
	s = strings.Join(strings.Fields(s), " ")
	if t, ok := ticks(s); ok {
		return sensible(t)
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil {
			return sensible(t)
		}
	}
	if t, ok := slashed(s); ok {
		return sensible(t)
	}
	return time.Time{}, false
}

// universal reads what services write, such as 2026-05-01T08:00:00.1234567Z,
// without trying one layout after the other: there may be millions of them.
// What is not of this form is left to the layouts.
func universal(s string) (time.Time, bool) {
	const form = "0000-00-00T00:00:00"
	if len(s) <= len(form) || s[len(s)-1] != 'Z' {
		return time.Time{}, false
	}
	for i := range len(form) {
		digit := s[i] >= '0' && s[i] <= '9'
		if digit != (form[i] == '0') || !digit && s[i] != form[i] {
			return time.Time{}, false
		}
	}
	fraction, ok := nanoseconds(s[len(form) : len(s)-1])
	if !ok {
		return time.Time{}, false
	}
	two := func(at int) int { return int(s[at]-'0')*10 + int(s[at+1]-'0') }
	year, month, day, hour, minute, second := two(0)*100+two(2), two(5), two(8), two(11), two(14), two(17)
	t := time.Date(year, time.Month(month), day, hour, minute, second, fraction, time.UTC)
	whole := t.Day() == day && int(t.Month()) == month && hour < 24 && minute < 60 && second < 60
	return t, whole
}

// nanoseconds reads the fraction of a second with the point in front of it, of
// nine digits at most.
func nanoseconds(s string) (int, bool) {
	if s == "" {
		return 0, true
	}
	if s[0] != '.' || len(s) < 2 || len(s) > 10 {
		return 0, false
	}
	n := 0
	for i := 1; i < 10; i++ {
		n *= 10
		if i >= len(s) {
			continue
		}
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n += int(s[i] - '0')
	}
	return n, true
}

func sensible(t time.Time) (time.Time, bool) {
	if t.Year() < firstYear || t.Year() > lastYear {
		return time.Time{}, false
	}
	return t.UTC(), true
}

// ticks reads the milliseconds that Windows PowerShell writes into JSON.
func ticks(s string) (time.Time, bool) {
	inner, ok := strings.CutPrefix(strings.ReplaceAll(s, `\`, ""), "/Date(")
	if !ok {
		return time.Time{}, false
	}
	ms, err := strconv.ParseInt(strings.TrimSuffix(inner, ")/"), 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	return time.UnixMilli(ms), true
}

// slashed reads a date such as 10/31/2026, with a clock behind it or without.
func slashed(s string) (time.Time, bool) {
	date, clock, _ := strings.Cut(strings.Replace(s, ", ", " ", 1), " ")
	parts := strings.Split(date, "/")
	if len(parts) != 3 || len(parts[2]) != 4 {
		return time.Time{}, false
	}
	a, errA := strconv.Atoi(parts[0])
	b, errB := strconv.Atoi(parts[1])
	year, errY := strconv.Atoi(parts[2])
	if errA != nil || errB != nil || errY != nil {
		return time.Time{}, false
	}
	at, twelve, ok := clockOf(clock)
	if !ok {
		return time.Time{}, false
	}
	month, day := a, b
	switch {
	case a == b, twelve, b > 12:
	case a > 12:
		month, day = b, a
	default: // two meanings
		return time.Time{}, false
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if int(t.Month()) != month || t.Day() != day {
		return time.Time{}, false
	}
	return t.Add(at), true
}

// clockOf reads the time of a day, none at all included.
func clockOf(s string) (at time.Duration, twelve, ok bool) {
	if s == "" {
		return 0, false, true
	}
	for _, c := range clocks {
		if t, err := time.Parse(c.layout, strings.ToUpper(s)); err == nil {
			return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second, c.twelve, true
		}
	}
	return 0, false, false
}
