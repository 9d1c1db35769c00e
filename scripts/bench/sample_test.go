package main

import (
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/bench"
)

func TestChoose(t *testing.T) {
	tests := []struct {
		only string
		want []string // kinds
		err  string
	}{
		{"", []string{"start", "exports", "exports", "unchecked", "unchecked", "template", "state", "templates", "findings", "findings", "compile", "policies", "policies", "beside"}, ""},
		{"templates", []string{"templates"}, ""},
		{"state,start", []string{"start", "state"}, ""},
		{"exports", []string{"exports", "exports"}, ""},
		{"state,plans", nil, "-only plans: there are start, exports, unchecked, template, state, templates, findings, compile, policies, beside, store, scale"},
	}
	for _, tt := range tests {
		t.Run(tt.only, func(t *testing.T) {
			chosen, err := choose(samples(), tt.only)
			if tt.err != "" {
				if err == nil || err.Error() != tt.err {
					t.Errorf("got %v, want %s", err, tt.err)
				}
				return
			}
			var got []string
			for _, s := range chosen {
				got = append(got, s.kind)
			}
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("got %v, %v, want %v", got, err, tt.want)
			}
		})
	}
}

// TestSamplesLieApart: no sample overwrites another one's files.
func TestSamplesLieApart(t *testing.T) {
	names := map[string]bool{}
	for _, s := range samples() {
		names[s.fileName("dir")] = true
	}
	if len(names) != len(samples()) {
		t.Errorf("%d samples lie in %v", len(samples()), names)
	}
}

// TestResourcesAreRead: what is measured is the work and not an error; the
// program finds every resource that the generators say they wrote.
func TestResourcesAreRead(t *testing.T) {
	tests := []struct {
		name  string
		write func(path string) (resources int, err error)
	}{
		{"export.json", func(path string) (int, error) {
			w, err := writeExport(sample{rows: 100}, path)
			return w.resources, err
		}},
		{"template.json", func(path string) (int, error) {
			_, err := writeFile(path, func(w io.Writer) error {
				return bench.WriteNested(w, bench.Nested{Levels: 5, Resources: 4})
			})
			return 6 * 4, err
		}},
		{"state.json", func(path string) (int, error) {
			_, err := writeFile(path, func(w io.Writer) error {
				_, err := io.Copy(w, bench.NewState(20))
				return err
			})
			return 20 * (bench.StateEntries - 1), err
		}},
		{".", func(path string) (int, error) {
			_, resources, err := bench.WriteFolder(path, bench.Folder{Seed: seed, Files: 40})
			return resources, err
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), tt.name)
			want, err := tt.write(path)
			if err != nil {
				t.Fatal(err)
			}
			a, err := app.Assess(t.Context(), app.Request{Paths: []string{path}, Today: time.Date(2026, 1, 12, 0, 0, 0, 0, time.UTC)})
			if err != nil {
				t.Fatal(err)
			}
			got := 0
			for _, f := range a.Estate.Files {
				got += f.Resources
			}
			if got != want || len(a.Resources) != want {
				t.Errorf("%d resources in the files and %d in the estate, want %d", got, len(a.Resources), want)
			}
			if len(a.Estate.Incomplete) > 0 {
				t.Errorf("incomplete: %v", a.Estate.Incomplete)
			}
		})
	}
}

func TestWriteFileSaysWhatFailed(t *testing.T) {
	_, err := writeFile(filepath.Join(t.TempDir(), "absent", "x"), func(io.Writer) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "absent") {
		t.Errorf("got %v", err)
	}
}
