package paging

import (
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestReport(t *testing.T) {
	tests := []struct {
		name    string
		pages   []jsonrows.Page
		tool    Tool
		want    string // "" when complete
		command string
	}{
		{name: "no rows"},
		{name: "some rows", pages: []jsonrows.Page{{Rows: 99}}},
		{name: "total above the rows", pages: []jsonrows.Page{{Rows: 1000, Total: 3412, Token: "abc=="}},
			want: "1,000 of 3,412 rows", command: `az graph query -q "..." --first 1000 --skip-token abc==`},
		{name: "total without a token", pages: []jsonrows.Page{{Rows: 1000, Total: 3412}},
			want: "1,000 of 3,412 rows", command: `az graph query -q "..." --first 1000 --skip 1000`},
		{name: "as many as there are", pages: []jsonrows.Page{{Rows: 1000, Total: 1000}}},
		{name: "as many as there are, and a token", pages: []jsonrows.Page{{Rows: 5, Total: 5, Token: "x"}}},
		{name: "token without a total", pages: []jsonrows.Page{{Rows: 1000, Token: "x"}}, tool: PowerShell,
			want: "1,000 rows are there, and a next page is not", command: `Search-AzGraph -Query "..." -First 1000 -SkipToken x`},
		{name: "next link", pages: []jsonrows.Page{{Rows: 2, Link: "https://x?a=1&b=2"}}, tool: REST,
			want: "2 rows are there, and a next page is not", command: `az rest --method get --url 'https://x?a=1&b=2'`},
		{name: "next link that would leave the quotes", pages: []jsonrows.Page{{Rows: 2, Link: "https://x'; rm -rf /"}}, tool: REST,
			want: "2 rows are there, and a next page is not", command: `az rest --method get --url <nextLink>`},
		{name: "the next page follows", pages: []jsonrows.Page{{Rows: 2, Token: "x"}, {Rows: 1}}},
		{name: "the last page has a token too", pages: []jsonrows.Page{{Rows: 2, Token: "x"}, {Rows: 2, Token: "y"}},
			want: "4 rows are there, and a next page is not", command: `az graph query -q "..." --first 1000 --skip-token y`},
		{name: "pages add up", pages: []jsonrows.Page{{Rows: 2, Total: 3, Token: "x"}, {Rows: 1, Total: 3}}},
		{name: "pages do not add up", pages: []jsonrows.Page{{Rows: 2, Total: 9, Token: "x"}, {Rows: 2, Total: 9, Token: "y"}},
			want: "4 of 9 rows", command: `az graph query -q "..." --first 1000 --skip-token y`},
		{name: "truncated without a token", pages: []jsonrows.Page{{Rows: 7, Truncated: true}},
			want: "7 rows are there, and others are left out, as the file says", command: `az graph query -q "..." --first 1000 --skip 7`},
		{name: "broken off", pages: []jsonrows.Page{{Rows: 7, Cut: true}}, want: "the file breaks off near row 7"},
		{name: "exactly 100", pages: []jsonrows.Page{{Rows: 100}}, want: "possibly: exactly 100 rows, where exports are cut",
			command: `az graph query -q "..." --first 1000 --skip 100`},
		{name: "exactly 1,000", pages: []jsonrows.Page{{Rows: 1000}}, tool: PowerShell, want: "possibly: exactly 1,000 rows, where exports are cut",
			command: `Search-AzGraph -Query "..." -First 1000 -Skip 1000`},
		{name: "exactly 55,000", pages: []jsonrows.Page{{Rows: 55000}}, tool: Portal, want: "possibly: exactly 55,000 rows, where exports are cut",
			command: `az graph query -q "resources" --first 1000`},
		{name: "1,001", pages: []jsonrows.Page{{Rows: 1001}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sink := sourcetest.NewSink(t)
			Report(sink, &demarc.File{}, tt.pages, tt.tool)
			got, command := "", ""
			for _, i := range sink.Missing {
				got, command = i.Message, i.Command
				if i.Possibly {
					got = "possibly: " + got
				}
			}
			if got != tt.want || command != tt.command {
				t.Errorf("got %q, %q; want %q, %q", got, command, tt.want, tt.command)
			}
		})
	}
}

// TestComplete puts the pages of one answer in several files together.
func TestComplete(t *testing.T) {
	page := func(path string, read, total int) demarc.Incomplete {
		return demarc.Incomplete{Place: demarc.Place{File: &demarc.File{Path: path, Format: "resource-graph"}}, Read: read, Total: total}
	}
	tests := []struct {
		name string
		all  []demarc.Incomplete
		want string
	}{
		{"all pages of a folder", []demarc.Incomplete{page("e/1", 1000, 2400), page("e/2", 1000, 2400), page("e/3", 400, 2400)}, ""},
		{"one page absent", []demarc.Incomplete{page("e/1", 1000, 2400), page("e/3", 400, 2400)}, "e/1 e/3"},
		{"another folder", []demarc.Incomplete{page("e/1", 1000, 2000), page("f/2", 1000, 2000)}, "e/1 f/2"},
		{"another total", []demarc.Incomplete{page("e/1", 1000, 2000), page("e/2", 1000, 2001)}, "e/1 e/2"},
		{"without a total", []demarc.Incomplete{page("e/1", 1000, 0), page("e/2", 1000, 0)}, "e/1 e/2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, i := range Complete(slices.Clone(tt.all)) {
				got = append(got, i.Place.String())
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("still incomplete: %v, want %s", got, tt.want)
			}
		})
	}
}

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := Thousands(n); got != want {
			t.Errorf("%d is %s, want %s", n, got, want)
		}
	}
}
