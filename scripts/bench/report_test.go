package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func report(seconds, largeSeconds float64) Report {
	return Report{
		Machine: Machine{Commit: "commit `abc`", CPU: "a processor", Cores: 2, Memory: "4 GB", System: "linux/amd64", Go: "1.26"},
		Day:     time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC),
		Results: []Result{
			{Sample: sample{kind: kindStart, name: "1 resource", runs: 21, seconds: 0.05}, Bytes: 900, Resources: 1, Seconds: 0.02, Memory: 20, Pass: 0.0001, Start: &Start{Version: 0.006, Catalogue: 0.0114}},
			{Sample: sample{kind: kindExports, name: "1000 resources", runs: 7, seconds: 0.5, memory: 120, passes: 6}, Bytes: 800_000, Resources: 1000, Seconds: seconds, Memory: 100, Pass: 0.1},
			{Sample: sample{kind: kindExports, name: "10000 resources", runs: 5, seconds: 4, memory: 400, passes: 6}, Bytes: 8_000_000, Resources: 10_000, Seconds: largeSeconds, Memory: 300, Pass: 1},
			{Sample: sample{kind: kindState, name: "a state", runs: 7, seconds: 3, memory: 200}, Bytes: 100_000_000, Resources: 50_000, Seconds: 1.5, Memory: 150, Pass: 0.1},
		},
	}
}

func TestTable(t *testing.T) {
	tests := []struct {
		name   string
		report Report
		want   []string
		missed int
	}{
		{"all met", report(0.4, 4), []string{
			"| 1 resource, from the start of the process | 50 ms | 20 ms | 0.40 | met |",
			"| `demarc version`, which reads nothing | - | 6.0 ms | - | no bar |",
			"| 1 resource, beyond `demarc version` | - | 14.0 ms | - | no bar |",
			"| the whole catalogue, parsed once | - | 11.4 ms | - | no bar |",
			"| a state, time | 3000 ms | 1500 ms | 0.50 | met |",
			"| a state, memory | 200 MB | 150 MB | 0.75 | met |",
			"| 1000 resources, time | 500 ms | 400 ms | 0.80 | met |",
			"| 1000 resources, memory | 120 MB | 100 MB | 0.83 | met |",
			"| 1000 resources, against the plain pass | 6.0 times | 4.0 times | 0.67 | met |",
			"| one resource of 10000, against one of 1000 | 1.25 times | 1.00 times | 0.80 | met |",
		}, 0},
		{"misses are shown", report(0.7, 4), []string{
			"| 1000 resources, time | 500 ms | 700 ms | 1.40 | **missed** |",
			"| 1000 resources, against the plain pass | 6.0 times | 7.0 times | 1.17 | **missed** |",
		}, 2},
		{"the cost grows with the estate", report(0.1, 4), []string{
			"| one resource of 10000, against one of 1000 | 1.25 times | 4.00 times | 3.20 | **missed** |",
		}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.report.Table()
			for _, line := range tt.want {
				if !strings.Contains(got, line+"\n") {
					t.Errorf("the table lacks %q:\n%s", line, got)
				}
			}
			if n := strings.Count(got, "**missed**"); n != tt.missed {
				t.Errorf("%d missed, want %d:\n%s", n, tt.missed, got)
			}
		})
	}
}

// TestTableBesideConftest: the parts of conftest's time and memory stand in the
// table with what is asked, and conftest's own figures among the runs.
func TestTableBesideConftest(t *testing.T) {
	r := Report{Results: []Result{
		{Sample: sample{kind: kindBeside, name: "1000 resources, 3 definitions", runs: 4}, Bytes: 2_000_000, Resources: 1000, Seconds: 1, Memory: 100, Pass: 0.1,
			Beside: &Beside{Runs: 3, Seconds: 20, Spread: 0.5, Memory: 1000}},
		{Sample: sample{kind: kindPolicies, name: "1000 resources, all", runs: 4, seconds: 2, memory: 300}, Bytes: 2_000_000, Resources: 1000, Seconds: 1, Memory: 100, Pass: 0.1, Pack: 0.8},
	}}
	table := r.Table() + r.Runs()
	for _, line := range []string{
		"| 1000 resources, 3 definitions, time | - | 1000 ms | - | no bar |",
		"| 1000 resources, 3 definitions, part of conftest's time | 0.0667 | 0.0500 | 0.75 | met |",
		"| 1000 resources, 3 definitions, part of conftest's memory | 0.0833 | 0.1000 | 1.20 | **missed** |",
		"| 1000 resources, all, time | 2000 ms | 1000 ms | 0.50 | met |",
		"| `demarc catalog add` before 1000 resources, all | - | 800 ms | - | no bar |",
		"| conftest v0.68.2, the same resources and rules | 3 | 2.0 MB | 1000 | 2000 | 20000 ms | 500 ms | 1000 MB | - | 20000.0 us |",
	} {
		if !strings.Contains(table, line+"\n") {
			t.Errorf("the tables lack %q:\n%s", line, table)
		}
	}
}

// TestTake: medians of times, Demarc's most memory and conftest's least.
func TestTake(t *testing.T) {
	r := Result{Sample: sample{kind: kindBeside}}
	r.take([]turn{
		{pass: 1, seconds: 3, memory: 70, other: 30, otherMemory: 900},
		{pass: 3, seconds: 1, memory: 90, other: 50, otherMemory: 800},
		{pass: 2, seconds: 2, memory: 80, other: 40, otherMemory: 950},
	})
	if r.Seconds != 2 || r.Spread != 2 || r.Pass != 2 || r.Memory != 90 || r.Start != nil || *r.Beside != (Beside{Runs: 3, Seconds: 40, Spread: 20, Memory: 800}) {
		t.Errorf("took %+v, %+v", r, r.Beside)
	}
}

func TestPage(t *testing.T) {
	got := report(0.4, 4).Page()
	for _, want := range []string{"2026-11-22", "commit `abc`", "a processor, 2 cores", "Go: 1.26", "| 1000 resources | 6 | 0.8 MB | 1000 | 800 | 400 ms |", "seed 20260112"} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %q:\n%s", want, got)
		}
	}
}

func TestMedian(t *testing.T) {
	for _, tt := range []struct {
		values []float64
		want   float64
	}{{[]float64{3}, 3}, {[]float64{3, 1}, 2}, {[]float64{9, 1, 2}, 2}} {
		if got := median(tt.values); got != tt.want {
			t.Errorf("median(%v) = %v, want %v", tt.values, got, tt.want)
		}
	}
}

// TestPlainPass reads a whole export to its end, all files of a folder, and
// not past what is broken.
func TestPlainPass(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "export.json")
	w, err := writeExport(sample{rows: 200}, file)
	if err != nil || w.size < 200*700 || w.resources != 200 {
		t.Fatalf("wrote %+v, %v", w, err)
	}
	for _, path := range []string{file, dir} {
		if seconds, err := plainPass(path); err != nil || seconds <= 0 {
			t.Errorf("%s: %v s, %v", path, seconds, err)
		}
	}
	if err := os.Truncate(file, w.size/2); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, dir, filepath.Join(dir, "absent")} {
		if _, err := plainPass(path); err == nil {
			t.Errorf("%s: half an export or none was read without an error", path)
		}
	}
}

func TestField(t *testing.T) {
	file := filepath.Join(t.TempDir(), "cpuinfo")
	if err := os.WriteFile(file, []byte("vendor\t: x\nmodel name\t: Fast 9000\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := field(file, "model name"); got != "Fast 9000" {
		t.Errorf("got %q", got)
	}
	if got := field(file, "color"); got != "not known" {
		t.Errorf("got %q", got)
	}
}
