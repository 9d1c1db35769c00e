package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc/data"
	"github.com/demarc-dev/demarc/internal/bench"
	"github.com/demarc-dev/demarc/internal/catalog"
)

// seed makes the estates the same on every machine.
const seed = 20260112

// sample is one estate and what is asked of it; 0 asks nothing.
type sample struct {
	kind    string // what -only chooses by
	name    string
	rows    int // of an export
	write   func(s sample, path string) (written, error)
	runs    int     // with the first, which warms up
	seconds float64 // at most
	memory  int     // megabytes at most
	passes  float64 // at most so many times the plain pass
}

// written is what an estate came out as.
type written struct {
	size      int64 // in bytes
	resources int   // as the file lists them
}

// The kinds of samples.
const (
	kindStart     = "start"
	kindExports   = "exports"
	kindUnchecked = "unchecked" // the same with --checks none, as the bars were set
	kindTemplate  = "template"
	kindState     = "state"
	kindTemplates = "templates"
	kindFindings  = "findings"
	kindCompile   = "compile"  // the built-in definitions of Azure Policy
	kindPolicies  = "policies" // an estate under all of them
	kindBeside    = "beside"   // an estate under three definitions, beside conftest
	kindStore     = "store"    // snapshots
	kindScale     = "scale"    // PostgreSQL and workers
)

// apart are the kinds that have no sample: each is measured in its own way.
var apart = []string{kindStore, kindScale}

// samples are all the estates, in the order of the page.
func samples() []sample {
	return []sample{
		{kind: kindStart, name: "1 resource", rows: 1, write: writeExport, runs: 21, seconds: 0.050},
		{kind: kindExports, name: "100000 resources", rows: 100_000, write: writeExport, runs: 7, seconds: 0.5, memory: 120, passes: 6},
		{kind: kindExports, name: "1000000 resources", rows: 1_000_000, write: writeExport, runs: 3, seconds: 4, memory: 400, passes: 6},
		{kind: kindUnchecked, name: "100000 resources, without checks", rows: 100_000, write: writeExport, runs: 7, seconds: 0.5, memory: 120},
		{kind: kindUnchecked, name: "1000000 resources, without checks", rows: 1_000_000, write: writeExport, runs: 3, seconds: 4, memory: 400},
		{kind: kindTemplate, name: "3 MB template, 5 levels deep", write: writeNested, runs: 11, seconds: 0.3},
		{kind: kindState, name: "100 MB Terraform state", write: writeState, runs: 7, seconds: 3, memory: 200},
		{kind: kindTemplates, name: "1000 templates in a folder", write: writeFolder, runs: 7, seconds: 10},
		{kind: kindFindings, name: "100000 resources, 500000 findings", rows: 100_000, write: writeFindings, runs: 4, seconds: 5, memory: 250},
		{kind: kindFindings, name: "1000000 resources, 5000000 findings", rows: 1_000_000, write: writeFindings, runs: 3, seconds: 45, memory: 1200},
		{kind: kindCompile, name: "all built-in definitions compiled", write: writeDefinitions, runs: 7, seconds: 1},
		{kind: kindPolicies, name: "100000 resources, all built-in definitions", rows: 100_000, write: writePolicies, runs: 4, seconds: 2, memory: 300},
		{kind: kindPolicies, name: "1000000 resources, all built-in definitions", rows: 1_000_000, write: writePolicies, runs: 3, seconds: 15, memory: 800},
		{kind: kindBeside, name: "100000 resources, 3 definitions", rows: 100_000, write: writeBeside, runs: 3},
	}
}

// choose keeps the samples of the kinds that are named with commas between
// them; no name keeps all.
func choose(all []sample, only string) ([]sample, error) {
	if only == "" {
		return all, nil
	}
	names := strings.Split(only, ",")
	for _, name := range names {
		if !slices.Contains(apart, name) && !slices.ContainsFunc(all, func(s sample) bool { return s.kind == name }) {
			return nil, fmt.Errorf("-only %s: there are %s", name, strings.Join(kinds(all), ", "))
		}
	}
	return slices.DeleteFunc(all, func(s sample) bool { return !slices.Contains(names, s.kind) }), nil
}

// kinds lists the kinds of samples, each once.
func kinds(all []sample) []string {
	var list []string
	for _, s := range all {
		list = append(list, s.kind)
	}
	return append(slices.Compact(list), apart...)
}

// wants reports whether a kind is to be measured: no name wants all.
func wants(only, kind string) bool {
	return only == "" || slices.Contains(strings.Split(only, ","), kind)
}

func writeExport(s sample, path string) (written, error) {
	size, err := writeFile(path, func(w io.Writer) error {
		return bench.Write(w, bench.Export{Seed: seed, Rows: s.rows})
	})
	return written{size, s.rows}, err
}

func writeNested(_ sample, path string) (written, error) {
	const levels, resources = 5, 690
	size, err := writeFile(path, func(w io.Writer) error {
		return bench.WriteNested(w, bench.Nested{Levels: levels, Resources: resources})
	})
	return written{size, (levels + 1) * resources}, err
}

func writeState(_ sample, path string) (written, error) {
	machines := bench.StateMachines(100 << 20)
	size, err := writeFile(path, func(w io.Writer) error {
		_, err := io.Copy(w, bench.NewState(machines))
		return err
	})
	return written{size, machines * (bench.StateEntries - 1)}, err
}

func writeFolder(_ sample, path string) (written, error) {
	if err := emptyFolder(path); err != nil {
		return written{}, err
	}
	size, resources, err := bench.WriteFolder(path, bench.Folder{Seed: seed, Files: 1000})
	return written{size, resources}, err
}

// findingsEach is how many findings a resource has.
const findingsEach = 5

// writeFindings writes an export and the findings of Defender for Cloud about
// its resources, side by side in a folder. They are made of the assessments
// that responsibilities name.
func writeFindings(s sample, path string) (written, error) {
	checks, err := defenderChecks()
	if err != nil {
		return written{}, err
	}
	if err := emptyFolder(path); err != nil {
		return written{}, err
	}
	export := bench.Export{Seed: seed, Rows: s.rows}
	size, err := writeFile(filepath.Join(path, "resources.json"), func(w io.Writer) error { return bench.Write(w, export) })
	if err != nil {
		return written{}, err
	}
	found, err := writeFile(filepath.Join(path, "findings.json"), func(w io.Writer) error {
		return bench.WriteFindings(w, bench.Findings{Export: export, Each: findingsEach, Checks: checks})
	})
	return written{size + found, s.rows}, err
}

// defenderChecks are the assessments that settle or refute a responsibility.
func defenderChecks() ([]string, error) {
	c, err := catalog.Parse(data.Compact)
	if err != nil {
		return nil, fmt.Errorf("parse the catalogue: %w", err)
	}
	var ids []string
	for i := range c.Responsibilities {
		for _, task := range c.Responsibilities[i].List {
			for _, check := range append(slices.Concat(task.Settles...), task.Refutes...) {
				if id, ok := strings.CutPrefix(check, "defender:"); ok {
					ids = append(ids, id)
				}
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// emptyFolder makes a folder in which nothing of an earlier run lies.
func emptyFolder(path string) error {
	if err := os.RemoveAll(path); err != nil {
		return err
	}
	return os.Mkdir(path, 0o755)
}

// writeFile writes a file and gives its size.
func writeFile(path string, write func(io.Writer) error) (n int64, err error) {
	f, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := write(f); err != nil {
		return 0, err
	}
	return f.Seek(0, io.SeekCurrent)
}

// fileName is where a sample lies in the folder of the bench.
func (s sample) fileName(dir string) string {
	name := s.kind
	switch {
	case s.kind == kindExports || s.kind == kindStart:
		name = fmt.Sprintf("export-%d", s.rows)
	case s.rows > 0:
		name = fmt.Sprintf("%s-%d", s.kind, s.rows)
	}
	switch s.kind {
	case kindTemplates, kindFindings, kindCompile, kindPolicies: // folders
	default:
		name += ".json"
	}
	return filepath.Join(dir, name)
}
