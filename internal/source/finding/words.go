package finding

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source/moment"
)

// longest is how much of a tool's words is kept.
const longest = 300

// Cut shortens what a tool says to one line of a bearable length.
func Cut(s string) string { return cutTo(s, longest) }

func cutTo(s string, most int) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= most {
		return s
	}
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return strings.TrimRightFunc(string(runes[:max(most-1, 0)]), unicode.IsSpace) + "…"
}

// Severity reads the words of scanners for how bad it is. What only informs is
// low; a word that nobody knows is unknown.
func Severity(word string) demarc.Severity {
	switch demarc.Fold(word) {
	case "critical", "fatal", "blocker":
		return demarc.Critical
	case "high", "error", "important", "major":
		return demarc.High
	case "medium", "moderate", "warning", "warn":
		return demarc.Medium
	case "low", "note", "info", "informational", "minor", "negligible":
		return demarc.Low
	}
	return demarc.UnknownSeverity
}

// Score reads a number from 0 to 10 as the Common Vulnerability Scoring System
// puts it into words.
// See https://nvd.nist.gov/vuln-metrics/cvss
func Score(number string) demarc.Severity {
	score, err := strconv.ParseFloat(number, 64)
	switch {
	case err != nil || score <= 0 || score > 10:
		return demarc.UnknownSeverity
	case score >= 9:
		return demarc.Critical
	case score >= 7:
		return demarc.High
	case score >= 4:
		return demarc.Medium
	}
	return demarc.Low
}

// epoch is the number from which seconds since 1970 would lie in the year
// 5138: larger ones are milliseconds.
const epoch = 100_000_000_000

// first is the second with which the year 1980 began: smaller numbers are the
// zeros of tools.
const first = 315_532_800

// When reads an instant: the seconds or milliseconds since 1970, or a date.
func When(s string) (time.Time, bool) {
	n, err := strconv.ParseFloat(s, 64)
	switch {
	case err != nil:
		return moment.Parse(s)
	case !(first <= n && n < epoch*1000): // nor is what is no number
		return time.Time{}, false
	case n >= epoch:
		return time.UnixMilli(int64(n)).UTC(), true
	}
	return time.Unix(int64(n), 0).UTC(), true
}

// At reads the first of some instants that is told. One that cannot be read is
// a note.
func (r *Report) At(line int, texts ...string) time.Time {
	for _, s := range texts {
		if s == "" {
			continue
		}
		if t, ok := When(s); ok {
			return t
		}
		r.Note(demarc.NoteMalformed, line, "not an instant: "+strconv.Quote(Cut(s)))
	}
	return time.Time{}
}

// Lines writes where in a source file something was found: "main.tf:3-7".
func Lines(file, from, to string) string {
	if from == "" || from == "0" || file == "" {
		return file
	}
	file += ":" + from
	if to != "" && to != from && to != "0" {
		file += "-" + to
	}
	return file
}

// Join puts what was found and where behind each other.
func Join(message, where string) string {
	switch {
	case where == "":
		return message
	case message == "":
		return where
	}
	where = " (" + cutTo(where, longest/2) + ")"
	return cutTo(message, longest-utf8.RuneCountInString(where)) + where
}

// Words puts a word of the tool in front of what it found.
func Words(word, detail string) string {
	return strings.TrimPrefix(strings.TrimSuffix(word+": "+detail, ": "), ": ")
}

// aquaID is the id of a check in the spelling of newer versions of Trivy, which
// leave out what older ones wrote in front.
var aquaID = regexp.MustCompile(`^[A-Z]+-[0-9]{4}$`)

// TrivyID is the id of a check of Trivy, the same for all of its versions:
// AVD-AZU-0013.
func TrivyID(id string) string {
	if aquaID.MatchString(id) {
		return "AVD-" + id
	}
	return id
}
