package main

import (
	"context"
	"debug/buildinfo"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/demarc-dev/demarc/internal/bench"
	"github.com/demarc-dev/demarc/internal/json"
)

// What Demarc is measured beside.
const (
	conftestModule  = "github.com/open-policy-agent/conftest"
	conftestVersion = "v0.68.2"
)

// What is asked beside conftest: so many times as fast, with such a part of
// its memory.
const (
	askedFaster  = 15
	askedSmaller = 12
)

// pageRows is how many rows a file for conftest holds, as many as Resource
// Graph gives in one answer. One file with all rows costs it more time and
// twice the memory.
const pageRows = 1000

// Beside is what was measured of conftest by turns with Demarc: the median of
// its times, and the least memory that any of its runs had at most.
type Beside struct {
	Runs    int
	Seconds float64
	Spread  float64
	Memory  int // megabytes
}

// conftest runs conftest over the rows of one sample.
type conftest struct {
	program string
	rules   string // folder of Rego
	pages   string // folder of rows
}

// newConftest finds or installs conftest and writes what it reads.
func newConftest(ctx context.Context, dir string, s sample) (*conftest, error) {
	program, err := installConftest(ctx)
	if err != nil {
		return nil, err
	}
	c := &conftest{program: program, rules: filepath.Join(dir, "rego"), pages: filepath.Join(dir, "conftest-pages")}
	if err := writeRules(c.rules, regoFolder); err != nil {
		return nil, err
	}
	return c, writePages(c.pages, s.fileName(dir), s.rows)
}

// installConftest gives the path of conftest in the user's folder of caches,
// where it installs the version that is asked for unless it is there.
func installConftest(ctx context.Context) (program string, err error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("install conftest: %w", err)
	}
	folder := filepath.Join(cache, "demarc-bench", "conftest-"+conftestVersion)
	program = filepath.Join(folder, "conftest")
	if isConftest(program) {
		return program, nil
	}
	fmt.Printf("bench: installing conftest %s with `go install` into %s, once; it takes some minutes\n", conftestVersion, folder)
	cmd := exec.CommandContext(ctx, "go", "install", "-trimpath", conftestModule+"@"+conftestVersion)
	cmd.Env = append(os.Environ(), "GOBIN="+folder, "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("install conftest %s, which needs the Go module proxy (leave it out with -only): %w\n%s", conftestVersion, err, out)
	}
	if !isConftest(program) {
		return "", fmt.Errorf("install conftest: %s is not version %s", program, conftestVersion)
	}
	return program, nil
}

// isConftest reports whether a program was built from the version asked for.
func isConftest(program string) bool {
	info, err := buildinfo.ReadFile(program)
	return err == nil && info.Main.Path == conftestModule && info.Main.Version == conftestVersion
}

// writePages cuts an export into files of pageRows rows.
func writePages(folder, export string, rows int) error {
	if err := emptyFolder(folder); err != nil {
		return err
	}
	f, err := os.Open(export)
	if err != nil {
		return err
	}
	defer f.Close()
	d := json.NewDecoder(f)
	if err := toData(d); err != nil {
		return fmt.Errorf("%s: %w", export, err)
	}
	for first := 0; first < rows; first += pageRows {
		_, err := writeFile(filepath.Join(folder, fmt.Sprintf("page-%06d.json", first)), func(w io.Writer) error {
			return writePage(w, d, min(pageRows, rows-first))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// toData reads up to the first row.
func toData(d *json.Decoder) error {
	for {
		t, err := d.ReadToken()
		if err != nil {
			return err
		}
		if t.Kind() == '"' && t.String() == "data" {
			_, err := d.ReadToken() // "["
			return err
		}
	}
}

func writePage(w io.Writer, d *json.Decoder, rows int) error {
	page := fmt.Appendf(nil, `{"count":%d,"data":[`, rows)
	for i := range rows {
		if i > 0 {
			page = append(page, ',')
		}
		row, err := d.ReadValue()
		if err != nil {
			return err
		}
		page = append(append(page, '\n'), row...)
	}
	_, err := w.Write(append(page, "\n]}\n"...))
	return err
}

// run runs conftest once on two cores. Its failures are no error.
func (c *conftest) run(ctx context.Context, out io.Writer) (seconds float64, memory int, err error) {
	return executeTo(ctx, out, c.program, "test", "--policy", c.rules, "--parser", "json", "--output", "json", "--no-color", "--no-fail", c.pages)
}

// failed counts what the rules find, by a run of its own.
func (c *conftest) failed(ctx context.Context, dir string) (int, error) {
	file := filepath.Join(dir, "conftest-answer.json")
	_, err := writeFile(file, func(w io.Writer) error {
		_, _, err := c.run(ctx, w)
		return err
	})
	if err != nil {
		return 0, err
	}
	return countMembers(file, "msg", "")
}

// sameFindings says with an error when Demarc does not find what conftest
// finds: then they did not do the same work.
func sameFindings(ctx context.Context, program, path, dir string, failed int) error {
	file := filepath.Join(dir, "demarc-answer.json")
	if _, _, err := execute(ctx, program, append(arguments(kindBeside, path, dir), "--out", file)...); err != nil {
		return err
	}
	found, err := countMembers(file, "verdict", "non-compliant")
	if err != nil {
		return err
	}
	if found != failed || failed == 0 {
		return fmt.Errorf("the same three rules find %d in demarc and %d in conftest", found, failed)
	}
	return nil
}

// countMembers counts the members of all objects of a JSON file with a name,
// and with a text unless that is "".
func countMembers(file, name, text string) (n int, err error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	d := json.NewDecoder(f)
	for {
		t, err := d.ReadToken()
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return 0, fmt.Errorf("%s: %w", file, err)
		}
		// Names and values of an object take turns.
		if kind, place := d.StackIndex(d.StackDepth()); kind != '{' || place%2 == 0 || t.Kind() != '"' || t.String() != name {
			continue
		}
		if value, err := d.ReadToken(); err != nil {
			return 0, fmt.Errorf("%s: %w", file, err)
		} else if value.Kind() == '"' && (text == "" || value.String() == text) {
			n++
		}
	}
}

// writeBeside writes the export that both read.
func writeBeside(s sample, path string) (written, error) {
	r, err := rules()
	if err != nil {
		return written{}, err
	}
	size, err := writeFile(path, func(w io.Writer) error {
		return bench.WritePolicies(w, r, bench.Export{Seed: seed, Rows: s.rows})
	})
	return written{size, s.rows}, err
}
