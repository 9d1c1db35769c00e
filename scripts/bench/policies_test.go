package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/bench"
	"github.com/demarc-dev/demarc/internal/json"
)

// TestRulesAreTheSame: every definition has its rule in Rego, by name.
func TestRulesAreTheSame(t *testing.T) {
	texts, err := ownDefinitions()
	if err != nil {
		t.Fatal(err)
	}
	rego, err := ownRules.ReadFile(regoFolder + "/rules.rego")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range texts {
		var d struct {
			Name       string     `json:"name"`
			Type       string     `json:"type"`
			Properties json.Value `json:"properties"`
		}
		if err := json.Unmarshal(text, &d); err != nil {
			t.Fatal(err)
		}
		if strings.Count(string(rego), `"`+d.Name+`"`) != 1 {
			t.Errorf("rules.rego does not answer %s once", d.Name)
		}
	}
	if got := strings.Count(string(rego), "\ndeny "); len(texts) != 3 || got != 3 {
		t.Errorf("%d definitions and %d rules, want 3 of each", len(texts), got)
	}
}

func TestNeedsShared(t *testing.T) {
	t.Setenv("DEMARC_SHARED", t.TempDir())
	for _, s := range samples() {
		err := needsShared([]sample{s}, false)
		policies := s.kind == kindCompile || s.kind == kindPolicies || s.kind == kindBeside
		if policies != (err != nil) {
			t.Errorf("%s: %v", s.name, err)
		}
		if err != nil && (!strings.Contains(err.Error(), "azure-policy-builtins.tar.gz") || !strings.Contains(err.Error(), "DEMARC_SHARED")) {
			t.Errorf("%s: %v does not say what to do", s.name, err)
		}
	}
	if needsShared(nil, true) == nil {
		t.Error("what is measured apart does not ask for the files that it needs")
	}
}

// TestWritePages: every row of an export stands in a page, whole and once.
func TestWritePages(t *testing.T) {
	dir := t.TempDir()
	export, rows := filepath.Join(dir, "export.json"), 2*pageRows+50
	if _, err := writeExport(sample{rows: rows}, export); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(dir, "pages")
	if err := writePages(folder, export, rows); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(files) != 3 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	ids := 0
	for i, file := range files {
		n, err := countMembers(file, "tenantId", "")
		if err != nil {
			t.Fatal(err)
		}
		if want := min(pageRows, rows-i*pageRows); n < want {
			t.Errorf("%s has %d rows, want %d", file, n, want)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		ids += strings.Count(string(text), "\n{\"id\":")
	}
	if ids != rows {
		t.Errorf("%d rows in the pages, want %d", ids, rows)
	}
	if err := writePages(folder, export, rows+1); err == nil {
		t.Error("a row that the export lacks was written")
	}
}

func TestCountMembers(t *testing.T) {
	file := filepath.Join(t.TempDir(), "answer.json")
	text := `{"checks": [{"verdict": "non-compliant", "reason": "verdict"}, {"verdict": "compliant"}, {"verdict": {"verdict": "non-compliant"}}], "verdict": 1, "list": ["verdict", "non-compliant"]}`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, text string
		want       int
	}{{"verdict", "non-compliant", 2}, {"verdict", "", 3}, {"list", "", 0}, {"reason", "verdict", 1}} {
		got, err := countMembers(file, tt.name, tt.text)
		if err != nil || got != tt.want {
			t.Errorf("%s %q: %d, %v, want %d", tt.name, tt.text, got, err, tt.want)
		}
	}
	if err := os.WriteFile(file, []byte(text[:40]), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := countMembers(file, "verdict", ""); err == nil {
		t.Error("half an answer was counted")
	}
}

// TestIsConftest: another program in its place is not taken for it.
func TestIsConftest(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if isConftest(self) || isConftest(filepath.Join(t.TempDir(), "absent")) {
		t.Error("taken for conftest")
	}
}

// TestPolicyRowsAreSeenInFull: the program takes every generated row for a
// resource and sees all of it, so that rules decide and are not unknown for
// want of data.
func TestPolicyRowsAreSeenInFull(t *testing.T) {
	own, err := ownDefinitions()
	if err != nil {
		t.Fatal(err)
	}
	r, err := bench.ReadRules(writeArchive(t, own), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	const rows = 600
	file := filepath.Join(t.TempDir(), "resources.json")
	if _, err := writeFile(file, func(w io.Writer) error { return bench.WritePolicies(w, r, bench.Export{Seed: seed, Rows: rows}) }); err != nil {
		t.Fatal(err)
	}
	a, err := app.Assess(t.Context(), app.Request{Paths: []string{file}, Today: time.Date(2026, 1, 12, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Resources) != rows || len(a.Estate.Incomplete) > 0 {
		t.Errorf("%d resources, want %d; incomplete: %v", len(a.Resources), rows, a.Estate.Incomplete)
	}
	for _, x := range a.Resources {
		if x.Seen != demarc.SeenFull {
			t.Fatalf("%s is seen %v", x.ID, x.Seen)
		}
	}
}

func writeArchive(t *testing.T, texts [][]byte) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for i, text := range texts {
		header := tar.Header{Name: fmt.Sprintf("built-in-policies/policyDefinitions/Ours/%d.json", i), Mode: 0o644, Size: int64(len(text))}
		if err := w.WriteHeader(&header); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "builtins.tar.gz")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
