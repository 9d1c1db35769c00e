package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"time"

	"github.com/demarc-dev/demarc/data"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/json"
)

// flatness is how much dearer one resource of the largest export may be than
// one of the smaller: what is asked for is a flat cost.
const flatness = 1.25

// Result is what was measured on one sample. Times are medians, the memory is
// the highest of all runs.
type Result struct {
	Sample    sample
	Bytes     int64
	Resources int
	Seconds   float64 // of wall time
	Spread    float64 // the slowest run's seconds less the fastest one's
	Memory    int     // megabytes resident at most
	Pass      float64 // seconds of the plain pass
	Start     *Start  // of the one resource
}

// Start is what is measured by turns with the runs over one resource.
type Start struct {
	Version   float64 // seconds of `demarc version`, which reads nothing
	Catalogue float64 // seconds to parse the compact catalogue
}

func measure(ctx context.Context, program, dir string, s sample) (Result, error) {
	path := s.fileName(dir)
	w, err := s.write(s, path)
	if err != nil {
		return Result{}, err
	}
	fmt.Printf("bench: %s, %.1f MB\n", s.name, float64(w.size)/1e6)
	r := Result{Sample: s, Bytes: w.size, Resources: w.resources}
	var times, passes, versions, parses []float64
	for i := range s.runs {
		// The pass first: it also warms the cache of files.
		pass, err := plainPass(path)
		if err != nil {
			return Result{}, err
		}
		seconds, memory, err := assess(ctx, program, path, s.kind)
		if err != nil {
			return Result{}, err
		}
		var start Start
		if s.kind == kindStart {
			if start, err = measureStart(ctx, program); err != nil {
				return Result{}, err
			}
		}
		if i == 0 && s.runs > 1 {
			continue // the first run warms up
		}
		times, passes = append(times, seconds), append(passes, pass)
		versions, parses = append(versions, start.Version), append(parses, start.Catalogue)
		r.Memory = max(r.Memory, memory)
	}
	r.Seconds, r.Pass, r.Spread = median(times), median(passes), slices.Max(times)-slices.Min(times)
	if s.kind == kindStart {
		r.Start = &Start{Version: median(versions), Catalogue: median(parses)}
	}
	return r, nil
}

// measureStart measures once what a start costs without an estate, and what
// the catalogue costs without a start.
func measureStart(ctx context.Context, program string) (Start, error) {
	version, _, err := execute(ctx, program, "version")
	if err != nil {
		return Start{}, err
	}
	begin := time.Now()
	if _, err := catalog.Parse(data.Compact); err != nil {
		return Start{}, fmt.Errorf("parse the catalogue: %w", err)
	}
	return Start{Version: version, Catalogue: time.Since(begin).Seconds()}, nil
}

// plainPass reads every token of a file, or of all files of a folder, on one
// core, with the options that the program itself reads with, and gives the
// seconds.
func plainPass(path string) (float64, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	start := time.Now()
	err := filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		return readTokens(file)
	})
	if err != nil {
		return 0, fmt.Errorf("plain pass: %w", err)
	}
	return time.Since(start).Seconds(), nil
}

func readTokens(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	d := json.NewDecoder(f)
	for {
		_, err := d.ReadToken()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// assess runs the program over a file or folder as a person would.
// With findings what is asked for is the matrix and what is unmet.
func assess(ctx context.Context, program, path, kind string) (seconds float64, memory int, err error) {
	format := "json"
	if kind == kindFindings {
		format = "table"
	}
	return execute(ctx, program, "assess", path, "--format", format, "--out", os.DevNull)
}

// execute runs the program on two cores, and gives seconds of wall time from
// its start and megabytes of memory at most.
func execute(ctx context.Context, program string, args ...string) (seconds float64, memory int, err error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(os.Environ(), "GOMAXPROCS=2")
	cmd.Stderr = os.Stderr
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return 0, 0, fmt.Errorf("demarc %s: %w", args[0], err)
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
