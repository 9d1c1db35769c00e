package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"time"

	"github.com/demarc-dev/demarc/internal/bench"
	"github.com/demarc-dev/demarc/internal/json"
)

// seed makes the exports the same on every machine.
const seed = 20260112

// size is one export and what is asked of it; 0 asks nothing.
type size struct {
	rows    int
	runs    int
	seconds float64 // at most
	memory  int     // megabytes at most
	passes  float64 // at most so many times the plain pass
}

var sizes = []size{
	{rows: 1, runs: 21, seconds: 0.050},
	{rows: 100_000, runs: 7, seconds: 0.5, memory: 120, passes: 6},
	{rows: 1_000_000, runs: 5, seconds: 4, memory: 400, passes: 6},
}

// flatness is how much dearer one resource of the largest export may be than
// one of the smaller: what is asked for is a flat cost.
const flatness = 1.25

// Result is what was measured on one export. Times are medians, the memory is
// the highest of all runs.
type Result struct {
	Size    size
	Bytes   int64
	Seconds float64 // of wall time
	Spread  float64 // the slowest run's seconds less the fastest one's
	Memory  int     // megabytes resident at most
	Pass    float64 // seconds of the plain pass
}

func measure(ctx context.Context, program, dir string, s size) (Result, error) {
	file := filepath.Join(dir, fmt.Sprintf("export-%d.json", s.rows))
	n, err := write(file, s.rows)
	if err != nil {
		return Result{}, err
	}
	fmt.Printf("bench: %d resources, %d MB\n", s.rows, n/1e6)
	r := Result{Size: s, Bytes: n}
	var times, passes []float64
	for i := range s.runs {
		// The pass first: it also warms the cache of files.
		pass, err := plainPass(file)
		if err != nil {
			return Result{}, err
		}
		seconds, memory, err := assess(ctx, program, file)
		if err != nil {
			return Result{}, err
		}
		if i == 0 && s.runs > 1 {
			continue // the first run warms up
		}
		times, passes = append(times, seconds), append(passes, pass)
		r.Memory = max(r.Memory, memory)
	}
	r.Seconds, r.Pass, r.Spread = median(times), median(passes), slices.Max(times)-slices.Min(times)
	return r, nil
}

// write writes the export and gives its size.
func write(file string, rows int) (n int64, err error) {
	f, err := os.Create(file)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := bench.Write(f, bench.Export{Seed: seed, Rows: rows}); err != nil {
		return 0, err
	}
	return f.Seek(0, io.SeekCurrent)
}

// plainPass reads every token of a file on one core, with the options that the
// program itself reads with, and gives the seconds.
func plainPass(file string) (float64, error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	start := time.Now()
	d := json.NewDecoder(f)
	for {
		_, err := d.ReadToken()
		if err == io.EOF {
			return time.Since(start).Seconds(), nil
		}
		if err != nil {
			return 0, fmt.Errorf("plain pass: %w", err)
		}
	}
}

// assess runs the program as a person would, on two cores, and gives seconds
// of wall time from its start and megabytes of memory at most.
func assess(ctx context.Context, program, file string) (seconds float64, memory int, err error) {
	cmd := exec.CommandContext(ctx, program, "assess", file, "--format", "json", "--out", os.DevNull)
	cmd.Env = append(os.Environ(), "GOMAXPROCS=2")
	cmd.Stderr = os.Stderr
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return 0, 0, fmt.Errorf("demarc assess: %w", err)
	}
	seconds = time.Since(start).Seconds()
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0, 0, errors.New("this system does not say how much memory a process used")
	}
	return seconds, int(usage.Maxrss * maxrssUnit() / 1e6), nil
}

// maxrssUnit is the unit of Rusage.Maxrss: kilobytes, but bytes on macOS.
func maxrssUnit() int64 {
	if runtime.GOOS == "darwin" {
		return 1
	}
	return 1024
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}
