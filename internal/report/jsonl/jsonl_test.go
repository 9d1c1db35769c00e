package jsonl

import (
	"bytes"
	"errors"
	"fmt"
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

// TestWriteSaysWhatIsOpen: a machine that fails says which task is unmet, one
// of which nothing is known counts it; the provider's half is not among them.
func TestWriteSaysWhatIsOpen(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, sample.Judged(), report.Options{}); err != nil {
		t.Fatal(err)
	}
	sample.Golden(t, "judged.jsonl", b.Bytes())
	got := map[string]string{}
	for line := range bytes.Lines(b.Bytes()) {
		var r map[string]any
		if err := jsonlib.Unmarshal(line, &r); err != nil {
			t.Fatal(err)
		}
		if r["verdictSet"] == nil {
			t.Errorf("%v has no set", r["name"])
		}
		got[r["name"].(string)] = fmt.Sprint(r["unmet"], r["unmetAbove"], r["unknown"])
	}
	for name, want := range map[string]string{
		"vm-web-01": "[os.patch] [identity.mfa-admins] 1", "vm-web-02": "[] [identity.mfa-admins] 1",
		"vm-firewall": "[os.patch] [identity.mfa-admins] 1", "stcontosologs": "[] [identity.mfa-admins] 2", "nsg-web": "[] [identity.mfa-admins] 0",
	} {
		if got[name] != want {
			t.Errorf("%s: %s, want %s", name, got[name], want)
		}
	}
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
		if err := jsonlib.Unmarshal(encoder.Append(nil, a.Resources[i], nil), &want); err != nil {
			t.Fatal(err)
		}
		if got["estate"] != "Large" || got["asOf"] != "2026-11-22" || len(got) != len(want)+5 || got["id"] != want["id"] {
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
