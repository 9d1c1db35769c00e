package jsonl

import (
	"bytes"
	"errors"
	"testing"

	jsonlib "github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/report/json"
	"github.com/demarc-dev/demarc/internal/sample"
)

func TestWriteGolden(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, sample.Contoso(), report.Options{}); err != nil {
		t.Fatal(err)
	}
	sample.Golden(t, "contoso.jsonl", b.Bytes())
}

func TestWriteLinesAreTheContractsResources(t *testing.T) {
	a := sample.Large(3000)
	var b bytes.Buffer
	if err := Write(&b, a, report.Options{}); err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSuffix(b.Bytes(), []byte("\n")), []byte("\n"))
	if len(lines) != len(a.Resources) {
		t.Fatalf("%d lines, want %d", len(lines), len(a.Resources))
	}
	encoder := json.NewResources()
	for i, line := range lines {
		var got, want map[string]any
		if err := jsonlib.Unmarshal(line, &got); err != nil {
			t.Fatalf("line %d: %v", i+1, err)
		}
		if err := jsonlib.Unmarshal(encoder.Append(nil, a.Resources[i]), &want); err != nil {
			t.Fatal(err)
		}
		if got["estate"] != "Large" || got["asOf"] != "2026-11-22" || len(got) != len(want)+2 || got["id"] != want["id"] {
			t.Fatalf("line %d is %s, want the members of %v", i+1, line, want)
		}
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
