package csvrows

import (
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

// table reads a text and returns its rows, its notes and their number.
func table(t testing.TB, text string) (rows []string, notes []string, n int) {
	t.Helper()
	in, err := source.NewInput(&demarc.File{Path: "in"}, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	sink := sourcetest.NewSink(t)
	n, err = Read(context.Background(), in, sink, func(_ []string, r Row) {
		rows = append(rows, fmt.Sprintf("%d:%s", r.Line, strings.Join(r.Fields, "|")))
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, note := range sink.Notes {
		notes = append(notes, fmt.Sprint(note.Place.Line, " ", note.Message))
	}
	return rows, notes, n
}

func TestRead(t *testing.T) {
	tests := []struct {
		name, text  string
		rows, notes []string
	}{
		{"commas", "a,b\n1,2\n3,4", []string{"2:1|2", "3:3|4"}, nil},
		{"semicolons and CRLF", "a;b\r\n1;2\r\n", []string{"2:1|2"}, nil},
		{"tabs", "a\tb\n1\t2\n", []string{"2:1|2"}, nil},
		{"comma inside of semicolons", "a;b\n1,5;2\n", []string{"2:1,5|2"}, nil},
		{"quotes", `a,b` + "\n" + `"x, ""y""",2` + "\n", []string{`2:x, "y"|2`}, nil},
		{"line break in quotes", "a,b\n\"x\r\ny\",2\n3,4\n", []string{"2:x\ny|2", "4:3|4"}, nil},
		{"quote in a plain field", "a,b\n5\" disk,2\n3,4\n", []string{`2:5" disk|2`, "3:3|4"}, nil},
		{"blank lines", "\na,b\n\n1,2\n\n", []string{"4:1|2"}, nil},
		{"PowerShell's type line", "#TYPE Selected.X\n\"a\",\"b\"\n\"1\",\"2\"\n", []string{"3:1|2"}, nil},
		{"Excel's separator line", "sep=;\na;b\n1;2\n", []string{"3:1|2"}, nil},
		{"ragged", "a,b\n1\n1,2,3\n", []string{"2:1|", "3:1|2"}, []string{"2 1 values where the header has 2", "3 3 values where the header has 2"}},
		{"quote never closed", "a,b\n\"x,2\n3,4\n5,6\n", []string{"3:3|4", "4:5|6"}, []string{"2 a quote that is never closed"}},
		{"quote never closed at the end", "a,b\n1,2\n\"x,2", []string{"2:1|2"}, []string{"3 a quote that is never closed"}},
		{"quote closed by the next field", "a,b\n\"x,2\n\"y\",4\n5,6\n", []string{"3:y|4", "4:5|6"}, []string{"2 a quote that is never closed"}},
		{"text behind a quote", "a,b\n\"x\"y,2\n", []string{"2:xy|2"}, nil},
		{"not UTF-8", "a,b\nK\xf6ln,2\n", []string{"2:K\ufffdln|2"}, []string{"2 bytes that are not UTF-8"}},
		{"a long line", "a,b\n" + strings.Repeat("x", maxRow+100_000) + ",2\n3,4\n", []string{"3:3|4"}, []string{"2 a row of more than 1 MB"}},
		{"header only", "a,b\n", nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rows, notes, n := table(t, tt.text)
			if !slices.Equal(rows, tt.rows) || !slices.Equal(notes, tt.notes) {
				t.Errorf("rows %q, notes %q; want %q, %q", rows, notes, tt.rows, tt.notes)
			}
			if want := len(rows) + strings.Count(strings.Join(notes, " "), "never") + strings.Count(strings.Join(notes, " "), "MB"); n != want {
				t.Errorf("%d rows counted, want %d", n, want)
			}
		})
	}
}

// FuzzRead holds the reader against encoding/csv: whatever that reads without
// complaint gives the same values here.
func FuzzRead(f *testing.F) {
	f.Add("1,2\n\"x, \"\"y\"\"\",4\n")
	f.Add("\"a\nb\",2\n")
	f.Add("\"never closed,2\n")
	f.Fuzz(func(t *testing.T, body string) {
		rows, notes, n := table(t, "h1,h2\n"+body)
		if n < len(rows) || n > len(rows)+len(notes) {
			t.Errorf("%q: %d rows counted; %d rows, %d notes", body, n, len(rows), len(notes))
		}
		r := csv.NewReader(strings.NewReader("h1,h2\n" + body))
		want, err := r.ReadAll()
		if err != nil || strings.ContainsAny(body, "\r \t\v\f\u0085\u00a0\ufffd\x00") || strings.Contains(body, "sep=") || len(notes) > 0 {
			return
		}
		if len(want)-1 != len(rows) {
			t.Fatalf("%q: %d rows, want %d", body, len(rows), len(want)-1)
		}
		for i, fields := range want[1:] {
			if _, got, _ := strings.Cut(rows[i], ":"); got != strings.Join(fields, "|") {
				t.Errorf("%q: row %q, want %q", body, got, fields)
			}
		}
	})
}
