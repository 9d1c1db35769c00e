package parquet

import (
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/demarc-dev/demarc"
)

const aDay = 24 * time.Hour

// text is a text as Parquet has it: valid UTF-8. What is not is replaced as in
// the JSON contract.
func text(s string) string {
	if utf8.ValidString(s) { // nearly always, and quickly
		return s
	}
	return strings.ToValidUTF8(s, "\ufffd")
}

// day is a day in UTC, in days since 1970; 0 is none.
func day(t time.Time) int32 {
	if t.IsZero() {
		return 0
	}
	return int32(t.UTC().Truncate(aDay).Unix() / int64(aDay.Seconds()))
}

// parsedDay is the day that a fact of the catalogue names as YYYY-MM-DD.
func parsedDay(s string) int32 {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0
	}
	return day(t)
}

// moment is a time to the second, in microseconds since 1970; 0 is none.
func moment(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix() * 1e6
}

// wholeDays is a length of time in days, nil for none.
func wholeDays(d time.Duration) *int32 {
	if d == 0 {
		return nil
	}
	n := int32(d / aDay)
	return &n
}

// partsOfDays is a length of time in days to about ten seconds, nil for none.
func partsOfDays(d time.Duration) *float64 {
	if d == 0 {
		return nil
	}
	n := math.Round(d.Hours()/24*1e4) / 1e4
	return &n
}

// file is the path of a file, "" for none.
func file(p demarc.Place) string {
	if p.File == nil {
		return ""
	}
	return text(p.File.Path)
}
