package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/demarc-dev/demarc/data"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/fleet"
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
	Pack      float64 // seconds to make the pack that the runs read, 0 where they read none
	Beside    *Beside // what conftest costs
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
	if s.kind == kindPolicies {
		if r.Pack, err = addPack(ctx, program); err != nil {
			return Result{}, err
		}
	}
	var other *conftest
	if s.kind == kindBeside {
		if other, err = newConftest(ctx, dir, s); err != nil {
			return Result{}, err
		}
		if err := writeRules(definitionsIn(dir), definitionsFolder); err != nil {
			return Result{}, err
		}
	}
	var turns []turn
	for i := range s.runs {
		t, err := takeTurn(ctx, program, dir, s, other)
		if err != nil {
			return Result{}, err
		}
		if i > 0 || s.runs == 1 { // the first run warms up
			turns = append(turns, t)
		}
	}
	r.take(turns)
	if other != nil {
		failed, err := other.failed(ctx, dir)
		if err != nil {
			return Result{}, err
		}
		return r, sameFindings(ctx, program, path, dir, failed)
	}
	return r, nil
}

// turn is what was measured in one turn.
type turn struct {
	pass, seconds float64
	memory        int
	start         Start
	other         float64 // seconds of conftest
	otherMemory   int
}

// takeTurn measures everything of a sample once, one after the other.
func takeTurn(ctx context.Context, program, dir string, s sample, other *conftest) (t turn, err error) {
	path := s.fileName(dir)
	// The pass first: it also warms the cache of files.
	if t.pass, err = plainPass(path); err != nil {
		return t, err
	}
	if t.seconds, t.memory, err = execute(ctx, program, append(arguments(s.kind, path, dir), discard(s.kind)...)...); err != nil {
		return t, err
	}
	if s.kind == kindStart {
		if t.start, err = measureStart(ctx, program); err != nil {
			return t, err
		}
	}
	if other != nil {
		t.other, t.otherMemory, err = other.run(ctx, nil)
	}
	return t, err
}

// take takes the medians and the most of the turns.
func (r *Result) take(turns []turn) {
	of := func(value func(t turn) float64) (values []float64) {
		for _, t := range turns {
			values = append(values, value(t))
		}
		return values
	}
	times := of(func(t turn) float64 { return t.seconds })
	r.Seconds, r.Spread = median(times), slices.Max(times)-slices.Min(times)
	r.Pass = median(of(func(t turn) float64 { return t.pass }))
	for _, t := range turns {
		r.Memory = max(r.Memory, t.memory)
	}
	switch r.Sample.kind {
	case kindStart:
		r.Start = &Start{
			Version:   median(of(func(t turn) float64 { return t.start.Version })),
			Catalogue: median(of(func(t turn) float64 { return t.start.Catalogue })),
		}
	case kindBeside:
		others := of(func(t turn) float64 { return t.other })
		r.Beside = &Beside{Runs: len(turns), Seconds: median(others), Spread: slices.Max(others) - slices.Min(others), Memory: turns[0].otherMemory}
		for _, t := range turns {
			r.Beside.Memory = min(r.Beside.Memory, t.otherMemory)
		}
	}
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

// arguments are those with which the program is run over a file or folder, as
// a person would. With findings what is asked for is the matrix and what is
// unmet, with the built-in definitions what is unmet.
func arguments(kind, path, dir string) []string {
	switch kind {
	case kindFindings:
		return []string{"assess", path, "--format", "table"}
	case kindUnchecked:
		return []string{"assess", path, "--checks", "none", "--format", "json"}
	case kindCompile:
		return []string{"policy", "compile", path}
	case kindPolicies:
		return []string{"assess", path, "--checks", "azure-policy", "--format", "table"}
	case kindBeside:
		return []string{"assess", path, "--checks", "none", "--policies", definitionsIn(dir), "--format", "json"}
	}
	return []string{"assess", path, "--format", "json"}
}

// definitionsIn is where our three definitions lie in the folder of the bench.
func definitionsIn(dir string) string { return filepath.Join(dir, "policies") }

// discard are the arguments that write an assessment nowhere.
func discard(kind string) []string {
	if kind == kindCompile {
		return nil
	}
	return []string{"--out", os.DevNull}
}

// execute runs the program on two cores, and gives seconds of wall time from
// its start and megabytes of memory at most.
func execute(ctx context.Context, program string, args ...string) (seconds float64, memory int, err error) {
	return executeTo(ctx, nil, program, args...)
}

// executeTo is execute with the output of the program in out, nil for nowhere.
func executeTo(ctx context.Context, out io.Writer, program string, args ...string) (seconds float64, memory int, err error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(os.Environ(), "GOMAXPROCS=2")
	cmd.Stdout, cmd.Stderr = out, os.Stderr
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return 0, 0, fmt.Errorf("%s %s: %w", filepath.Base(program), args[0], err)
	}
	seconds = time.Since(start).Seconds()
	return seconds, fleet.PeakMemory(cmd.ProcessState), nil
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}
