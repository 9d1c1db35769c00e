package markdown

import (
	"bytes"
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
}

func TestWriteTablesKeepTheirColumns(t *testing.T) {
	columns := 0
	for line := range strings.SplitSeq(write(t, sample.Contoso()), "\n") {
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
	a := sample.Contoso()
	a.Estate.Name = "<img src=x>[a](javascript:b)`c`"
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
