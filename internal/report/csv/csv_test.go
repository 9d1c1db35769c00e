package csv

import (
	"bytes"
	stdcsv "encoding/csv"
	"errors"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/sample"
)

func write(t *testing.T, a *demarc.Assessment) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, a, report.Options{}); err != nil {
		t.Fatalf("write: %v", err)
	}
	return b.Bytes()
}

func TestWriteGolden(t *testing.T) {
	sample.Golden(t, "contoso.csv", write(t, sample.Contoso()))
}

func TestWriteHasARowPerCell(t *testing.T) {
	a := sample.Contoso()
	rows, err := stdcsv.NewReader(bytes.NewReader(write(t, a))).ReadAll()
	if err != nil {
		t.Fatalf("not CSV: %v", err)
	}
	want := 1
	for _, r := range a.Resources {
		if r.Answer.Division == nil {
			want++
			continue
		}
		want += len(r.Answer.Division.Cells)
	}
	if len(rows) != want {
		t.Errorf("%d rows, want %d", len(rows), want)
	}
	for i, row := range rows {
		if len(row) != len(columns) {
			t.Fatalf("row %d has %d fields, want %d", i, len(row), len(columns))
		}
	}
}

func TestWriteKeepsFormulasAndEscapesOut(t *testing.T) {
	out := write(t, sample.Contoso())
	rows, err := stdcsv.NewReader(bytes.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	quoted := 0
	for _, row := range rows {
		for _, field := range row {
			if field != "" && strings.ContainsRune("=+-@", rune(field[0])) {
				t.Errorf("a spreadsheet would run %q", field)
			}
			if strings.HasPrefix(field, "'=cmd(") {
				quoted++
			}
		}
	}
	if quoted == 0 {
		t.Error("the hostile name is gone")
	}
	if bytes.ContainsAny(out, "\x1b\r\x07\u009b") {
		t.Error("control characters in the output")
	}
}

type broken struct{}

var errBroken = errors.New("disk full")

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestWriteReturnsTheWritersError(t *testing.T) {
	for _, n := range []int{1, 5000} {
		if err := Write(broken{}, sample.Large(n), report.Options{}); !errors.Is(err, errBroken) {
			t.Errorf("%d resources: got %v, want %v", n, err, errBroken)
		}
	}
}
