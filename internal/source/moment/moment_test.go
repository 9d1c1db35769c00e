package moment

import (
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"a day", "2026-10-31", "2026-10-31T00:00:00Z"},
		{"white space", "  2026-10-31  06:07 ", "2026-10-31T06:07:00Z"},
		{"an instant", "2026-10-31T06:07:08Z", "2026-10-31T06:07:08Z"},
		{"with parts of a second", "2026-10-31T06:07:08.1234567Z", "2026-10-31T06:07:08.1234567Z"},
		{"with a zone", "2026-10-31T06:07:08+02:00", "2026-10-31T04:07:08Z"},
		{"without a zone", "2026-10-31T06:07:08.5", "2026-10-31T06:07:08.5Z"},
		{"dots", "31.10.2026 06:07", "2026-10-31T06:07:00Z"},
		{"a month by name", "Oct 31, 2026", "2026-10-31T00:00:00Z"},
		{"a month by name, with a clock", "Feb 5, 2026 21:01:08 UTC", "2026-02-05T21:01:08Z"},
		{"a month by name, day first", "3 October 2026", "2026-10-03T00:00:00Z"},
		{"as Nessus writes the end of a host", "Sat Oct  3 06:07:08 2026", "2026-10-03T06:07:08Z"},
		{"month first, as the day tells", "10/31/2026", "2026-10-31T00:00:00Z"},
		{"day first, as the day tells", "31/10/2026 18:00", "2026-10-31T18:00:00Z"},
		{"a clock of twelve hours puts the month first", "3/4/2026, 6:07:08 PM", "2026-03-04T18:07:08Z"},
		{"the same either way", "5/5/2026", "2026-05-05T00:00:00Z"},
		{"Windows PowerShell", `\/Date(1793419200000)\/`, "2026-10-31T04:00:00Z"},
		{"two meanings", "3/4/2026", ""},
		{"two meanings with a clock", "3/4/2026 18:00", ""},
		{"no such day", "2026-02-30", ""},
		{"no such day with slashes", "2/30/2026", ""},
		{"no such month", "13/13/2026", ""},
		{"a zero of .NET", "0001-01-01T00:00:00Z", ""},
		{"a zero of Unix", "1970-01-01T00:00:00Z", ""},
		{"a year of two digits", "3/14/26", ""},
		{"words", "last Tuesday", ""},
		{"a number", "20261031", ""},
		{"nothing", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := Parse(tt.text)
			text := ""
			if ok {
				text = got.Format(time.RFC3339Nano)
			}
			if text != tt.want {
				t.Errorf("%q is %q, want %q", tt.text, text, tt.want)
			}
		})
	}
}

// FuzzParse: whatever is read stays what it is when it is written out and read
// again.
func FuzzParse(f *testing.F) {
	f.Add("31.10.2026 06:07")
	f.Add("3/4/2026, 6:07:08 PM")
	f.Add("/Date(1)/")
	f.Fuzz(func(t *testing.T, s string) {
		first, ok := Parse(s)
		if !ok {
			return
		}
		again, ok := Parse(first.Format(time.RFC3339Nano))
		if !ok || !again.Equal(first) {
			t.Errorf("%q is %v, then %v", s, first, again)
		}
	})
}

// TestUniversal: what is read without the layouts is what they would have
// read.
func TestUniversal(t *testing.T) {
	for _, s := range []string{
		"2026-05-01T08:00:00Z", "2026-05-01T08:00:00.1Z", "2026-05-01T08:00:00.1234567Z", "2024-02-29T23:59:59.999999999Z",
		"2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-10T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z",
		"2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.12x4Z", "2026-01-01T00:00:00.1234567890Z", "2026-01-01 00:00:00Z", "Z", "",
	} {
		want, err := time.Parse("2006-01-02T15:04:05Z07:00", s)
		got, ok := universal(s)
		if ok && (err != nil || !got.Equal(want)) {
			t.Errorf("%q is read as %v, want %v (%v)", s, got, want, err)
		}
		if !ok && err == nil && len(s) <= len("2026-05-01T08:00:00.123456789Z") {
			t.Errorf("%q is left to the layouts", s)
		}
	}
}
