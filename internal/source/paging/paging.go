// Package paging tells when an inventory shows only some of the rows there
// are: a token or link to a next page that does not follow, a total above the
// rows, a file that breaks off, or a round number of rows at which tools stop.
package paging

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
)

// Tool is what wrote a file, and so what gets the rest.
type Tool uint8

// The tools.
const (
	ResourceGraph Tool = iota // az graph query, the portal, the REST API
	PowerShell                // Search-AzGraph
	REST                      // lists of Azure Resource Manager
	Portal                    // downloads, which have no next page
)

// roundRows are the numbers of rows at which tools stop when nobody says
// otherwise: Resource Graph's default and largest page, and the portal's
// largest download.
// See https://learn.microsoft.com/azure/governance/resource-graph/concepts/work-with-data
var roundRows = []int{100, 1_000, 55_000}

// Report tells the sink when the pages of a file are not all there are. Pages
// that follow each other in one file make up one answer: the token of a page
// is satisfied by the page behind it.
func Report(sink source.Sink, file *demarc.File, pages []jsonrows.Page, tool Tool) {
	if len(pages) == 0 {
		return
	}
	i := demarc.Incomplete{Place: demarc.Place{File: file}}
	var last jsonrows.Page
	truncated, cut := false, false
	for _, p := range pages {
		i.Read += p.Rows
		i.Total = max(i.Total, p.Total)
		truncated, cut = truncated || p.Truncated, cut || p.Cut
		if p.Rows > 0 || p.Token != "" || p.Link != "" {
			last = p
		}
	}
	last.Rows = i.Read // from where to go on where there is no token
	more := last.Token != "" || last.Link != ""
	switch {
	case i.Total > i.Read:
		i.Message = fmt.Sprintf("%s of %s rows", Thousands(i.Read), Thousands(i.Total))
		i.Command = command(tool, last)
	case i.Total > 0 && !cut: // as many rows as there are
		return
	case cut:
		i.Message = fmt.Sprintf("the file breaks off near row %s", Thousands(i.Read))
	case more:
		i.Message = fmt.Sprintf("%s rows are there, and a next page is not", Thousands(i.Read))
		i.Command = command(tool, last)
	case truncated:
		i.Message = fmt.Sprintf("%s rows are there, and others are left out, as the file says", Thousands(i.Read))
		i.Command = command(tool, last)
	case slices.Contains(roundRows, i.Read):
		i.Possibly = true
		i.Message = fmt.Sprintf("exactly %s rows, where exports are cut", Thousands(i.Read))
		i.Command = command(tool, last)
	default:
		return
	}
	sink.Incomplete(i)
}

// Broken tells the sink when a file breaks off inside of its rows, for formats
// that have no pages or count what is on them themselves.
func Broken(sink source.Sink, file *demarc.File, pages []jsonrows.Page) {
	rows, cut := 0, false
	for _, p := range pages {
		rows += p.Rows
		cut = cut || p.Cut
	}
	if cut {
		message := fmt.Sprintf("the file breaks off near row %s", Thousands(rows))
		sink.Incomplete(demarc.Incomplete{Place: demarc.Place{File: file}, Read: rows, Message: message})
	}
}

// Rows is Report for files that have neither pages nor totals.
func Rows(sink source.Sink, file *demarc.File, rows int, tool Tool) {
	Report(sink, file, []jsonrows.Page{{Rows: rows}}, tool)
}

// command is what a person runs to get the next rows.
func command(tool Tool, last jsonrows.Page) string {
	token := quoted(last.Token)
	switch {
	case last.Link != "":
		return "az rest --method get --url " + orElse(quoted(last.Link), "<nextLink>")
	case tool == Portal:
		return `az graph query -q "resources" --first 1000`
	case tool == PowerShell && last.Token != "":
		return `Search-AzGraph -Query "..." -First 1000 -SkipToken ` + orElse(token, "<SkipToken>")
	case tool == PowerShell:
		return `Search-AzGraph -Query "..." -First 1000 -Skip ` + strconv.Itoa(last.Rows)
	case tool == REST:
		return ""
	case last.Token != "":
		return `az graph query -q "..." --first 1000 --skip-token ` + orElse(token, "<skip_token>")
	}
	return `az graph query -q "..." --first 1000 --skip ` + strconv.Itoa(last.Rows)
}

// quoted makes a text safe to paste into a shell; "" when it cannot.
func quoted(s string) string {
	safe := true
	for _, c := range []byte(s) {
		if c < ' ' || c == '\'' || c >= 0x7f {
			return ""
		}
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		safe = safe && (letter || strings.IndexByte("+/=_-.", c) >= 0)
	}
	if safe {
		return s
	}
	return "'" + s + "'"
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// Thousands writes a number with commas between its thousands.
func Thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Complete drops the news of incomplete files that are pages of one answer:
// files of one folder and one format which state the same total, and whose
// rows add up to it. It keeps the order of the rest.
func Complete(all []demarc.Incomplete) []demarc.Incomplete {
	rows := map[answer]int{}
	for _, i := range all {
		rows[answerOf(i)] += i.Read
	}
	return slices.DeleteFunc(all, func(i demarc.Incomplete) bool {
		return i.Total > 0 && rows[answerOf(i)] >= i.Total
	})
}

// answer is what the pages of one query have in common.
type answer struct {
	folder, format string
	total          int
}

func answerOf(i demarc.Incomplete) answer {
	a := answer{total: i.Total}
	if i.Place.File != nil {
		a.folder = i.Place.File.Path[:strings.LastIndexByte(i.Place.File.Path, '/')+1]
		a.format = i.Place.File.Format
	}
	return a
}
