package markdown

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/sample"
)

func write(t *testing.T, a *demarc.Assessment) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, a, report.Options{AllNotes: true, Paths: []string{"examples/contoso"}}); err != nil {
		t.Fatalf("write: %v", err)
	}
	return b.String()
}

func TestWriteGolden(t *testing.T) {
	sample.Golden(t, "contoso.md", []byte(write(t, sample.Contoso())))
	sample.Golden(t, "judged.md", []byte(write(t, sample.Judged())))
}

func TestWriteTablesKeepTheirColumns(t *testing.T) {
	columns := 0
	for line := range strings.SplitSeq(write(t, sample.Judged()), "\n") {
		if !strings.HasPrefix(line, "|") {
			columns = 0
			continue
		}
		n := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")
		if columns != 0 && n != columns {
			t.Errorf("%d bars where the table has %d: %s", n, columns, line)
		}
		columns = n
	}
}

func TestWriteHasNoMarkupOfNames(t *testing.T) {
	a := sample.Judged()
	a.Estate.Name = "<img src=x>[a](javascript:b)`c`"
	for _, r := range a.Responsibilities {
		r.Title, r.Believed = "<img src=x>|[a](javascript:b)", "<b>`c`|"
	}
	a.Gaps[0].Text, a.Settling[0].Command, a.Offerings[0].Name = "<b>|", "<img>|`x`", "<script>"
	a.Surprises = append(a.Surprises, demarc.Surprise{Text: "x", Count: 1, First: a.Resources[4].ID})
	out := write(t, a)
	for _, bad := range []string{"<img", "<b>", "[a](", "\x1b", "<script"} {
		if strings.Contains(out, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
}

func TestWriteFenceCannotBeClosed(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, sample.Contoso(), report.Options{Paths: []string{"a```b"}}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "\n````sh\n") {
		t.Error("the fence is not longer than the backticks in the path")
	}
}

func TestWriteCutsLongTables(t *testing.T) {
	a := sample.Judged()
	a.DoFirst = slices.Repeat(a.DoFirst[:1], maxRows+30)
	if out := write(t, a); !strings.Contains(out, "\nand 30 more.\n") {
		t.Error("the page does not say how many rows it leaves out")
	}
}
