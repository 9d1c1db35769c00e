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
			{Size: size{rows: 1, seconds: 0.05}, Bytes: 900, Seconds: 0.02, Memory: 20, Pass: 0.0001},
			{Size: size{rows: 1000, seconds: 0.5, memory: 120, passes: 6}, Bytes: 800_000, Seconds: seconds, Memory: 100, Pass: 0.1},
			{Size: size{rows: 10_000, seconds: 4, memory: 400, passes: 6}, Bytes: 8_000_000, Seconds: largeSeconds, Memory: 300, Pass: 1},
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

func TestPage(t *testing.T) {
	got := report(0.4, 4).Page()
	for _, want := range []string{"2026-11-22", "commit `abc`", "a processor, 2 cores", "Go: 1.26", "| 1000 | 0.8 MB | 800 | 400 ms |"} {
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

// TestPlainPass reads a whole export to its end, and not past what is broken.
func TestPlainPass(t *testing.T) {
	file := filepath.Join(t.TempDir(), "export.json")
	n, err := write(file, 200)
	if err != nil || n < 200*700 {
		t.Fatalf("wrote %d bytes, %v", n, err)
	}
	if seconds, err := plainPass(file); err != nil || seconds <= 0 {
		t.Errorf("%v s, %v", seconds, err)
	}
	if err := os.Truncate(file, n/2); err != nil {
		t.Fatal(err)
	}
	if _, err := plainPass(file); err == nil {
		t.Error("half an export was read without an error")
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
