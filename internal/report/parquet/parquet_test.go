package parquet

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	parquetlib "github.com/parquet-go/parquet-go"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/sample"
)

// small makes several files of a few hundred rows.
var small = sizes{batch: 16, group: 64, file: 160}

// samples are assessments with everything in them, with nothing judged, and
// with nothing at all.
func samples() map[string]*demarc.Assessment {
	return map[string]*demarc.Assessment{"judged": judged(), "not judged": sample.Contoso(), "empty": {AsOf: sample.AsOf}, "large": sample.Large(1000)}
}

// judged is a sample that has all that may be absent.
func judged() *demarc.Assessment {
	a := sample.Judged()
	a.Checks = a.Evidence
	a.Estate.Incomplete = []demarc.Incomplete{{Place: demarc.Place{File: a.Estate.Files[0]}, Read: 1000, Possibly: true, Message: "a round number"},
		{Read: 10, Total: 20, Message: "ten are missing", Command: "az graph query"}}
	a.Resources[0].Name = "not \xff valid"
	return a
}

func write(t *testing.T, path string, s sizes, x Export) []Table {
	t.Helper()
	f := open(t, path)
	f.sizes = s
	if x.Workspace == "" {
		x.Workspace = "default"
	}
	made, err := f.Write(t.Context(), x)
	if err = errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	return made
}

func open(t *testing.T, path string) *Folder {
	t.Helper()
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestRoundTrip: what is read from the files is what was written, row by row,
// whatever the number of files.
func TestRoundTrip(t *testing.T) {
	for name, a := range samples() {
		t.Run(name, func(t *testing.T) {
			for _, s := range []sizes{small, usual} {
				path := t.TempDir()
				made := write(t, path, s, Export{Assessment: a})
				same(t, path, made, "scopes", scopes(a))
				same(t, path, made, "resources", resources(a))
				same(t, path, made, "cells", cells(a))
				same(t, path, made, "responsibilities", responsibilities(a))
				same(t, path, made, "verdicts", verdicts(a))
				same(t, path, made, "evidence", evidence(a))
				same(t, path, made, "checks", checks(a))
				same(t, path, made, "estate", estates(a))
			}
		})
	}
}

// same compares a table with the rows that it was made of.
func same[T any](t *testing.T, path string, made []Table, table string, rows iter.Seq[*T]) {
	t.Helper()
	var got, want []string
	files := list(t, filepath.Join(path, table))
	bytes := int64(0)
	for _, file := range files {
		some, err := parquetlib.ReadFile[T](file)
		if err != nil {
			t.Fatal(err)
		}
		for i := range some {
			got = append(got, written(t, &some[i]))
		}
		if info, err := os.Stat(file); err == nil {
			bytes += info.Size()
		}
	}
	for row := range rows {
		want = append(want, written(t, row))
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s: read %d rows that are not the %d that were written", table, len(got), len(want))
	}
	if told := (Table{Name: table, Rows: int64(len(want)), Files: len(files), Bytes: bytes}); !slices.Contains(made, told) {
		t.Errorf("%+v is not among %+v", told, made)
	}
}

// written is a row as text; an empty list is as good as none.
func written(t *testing.T, row any) string {
	t.Helper()
	b, err := json.Marshal(row, json.Deterministic())
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// list are the files below a folder, in order.
func list(t *testing.T, path string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestSizes: files and groups are bounded, and all but the last are full.
func TestSizes(t *testing.T) {
	path := t.TempDir()
	write(t, path, small, Export{Assessment: sample.Large(1000)})
	files := list(t, filepath.Join(path, "resources"))
	if len(files) != 7 {
		t.Fatalf("%d files", len(files))
	}
	for i, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		info, _ := f.Stat()
		p, err := parquetlib.OpenFile(f, info.Size())
		if err != nil {
			t.Fatal(err)
		}
		if i < len(files)-1 && p.NumRows() != small.file {
			t.Errorf("%s has %d rows", name, p.NumRows())
		}
		for _, group := range p.RowGroups() {
			if group.NumRows() > small.group || len(group.SortingColumns()) != 1 {
				t.Errorf("%s has a group of %d rows, sorted by %v", name, group.NumRows(), group.SortingColumns())
			}
		}
	}
}

// TestSameBytes: the same assessment gives the same bytes.
func TestSameBytes(t *testing.T) {
	for name, a := range samples() {
		one, other := t.TempDir(), t.TempDir()
		write(t, one, small, Export{Assessment: a})
		write(t, other, small, Export{Assessment: a})
		if hash(t, one) != hash(t, other) {
			t.Errorf("%s: other bytes", name)
		}
	}
}

func hash(t *testing.T, path string) [sha256.Size]byte {
	t.Helper()
	var all bytes.Buffer
	for _, name := range list(t, path) {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		rest, _ := filepath.Rel(path, name)
		all.WriteString(rest)
		all.Write(b)
	}
	return sha256.Sum256(all.Bytes())
}

// TestPartitions: workspaces and days stand side by side, one that is there is
// refused or gives way as a whole, and nothing else is left in the folder.
func TestPartitions(t *testing.T) {
	path := t.TempDir()
	large, later := sample.Large(1000), sample.Contoso()
	later.AsOf = later.AsOf.AddDate(0, 0, 1)
	write(t, path, small, Export{Assessment: large})
	write(t, path, small, Export{Assessment: later})
	write(t, path, small, Export{Assessment: later, Workspace: "other"})
	before := hash(t, path)
	f := open(t, path)
	_, err := f.Write(t.Context(), Export{Assessment: large, Workspace: "default"})
	var there *PartitionError
	if !errors.As(err, &there) || !strings.Contains(there.Hint(), "--replace") {
		t.Errorf("a partition that is there: %v", err)
	}
	if err := f.Close(); err != nil || hash(t, path) != before {
		t.Errorf("a refused export left something: %v", err)
	}
	fewer := sample.Contoso()
	write(t, path, small, Export{Assessment: fewer, Replace: true})
	if files := list(t, filepath.Join(path, "resources", "workspace=default", "as_of=2026-11-22")); len(files) != 1 {
		t.Errorf("after the replacement there are %v", files)
	}
	for _, name := range list(t, path) {
		if rest, _ := filepath.Rel(path, name); strings.HasPrefix(rest, ".") || !strings.HasSuffix(name, ".parquet") {
			t.Errorf("%s is left", rest)
		}
	}
	entries, err := os.ReadDir(path)
	if err != nil || len(entries) != len(tables) {
		t.Errorf("%d folders, want %d: %v", len(entries), len(tables), err)
	}
}

// TestNothingHalf: where one table cannot be published, all are as before.
func TestNothingHalf(t *testing.T) {
	for _, replace := range []bool{false, true} {
		path := t.TempDir()
		old := sample.Contoso()
		old.AsOf = old.AsOf.AddDate(0, 0, -1)
		write(t, path, usual, Export{Assessment: old})
		if replace {
			write(t, path, usual, Export{Assessment: sample.Contoso()})
		}
		if err := os.RemoveAll(filepath.Join(path, "estate")); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(path, "estate"), nil, 0o644); err != nil { // in the way of the last one
			t.Fatal(err)
		}
		before := hash(t, path)
		f := open(t, path)
		w := &writing{Export: Export{Assessment: sample.Judged(), Workspace: "default", Replace: replace}, staged: f.staged, sizes: usual, day: "2026-11-22"}
		for _, one := range tables {
			if _, err := one.write(t.Context(), w); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.publish(w); err == nil {
			t.Fatal("a table was published in the place of a file")
		}
		if err := f.Close(); err != nil || hash(t, path) != before {
			t.Errorf("replace %v: not as before: %v", replace, err)
		}
	}
}

// TestInterrupted: who is told to stop leaves nothing.
func TestInterrupted(t *testing.T) {
	path := t.TempDir()
	f := open(t, path)
	f.sizes = small
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := f.Write(ctx, Export{Assessment: sample.Large(1000), Workspace: "default"}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := f.Close(); err != nil || len(list(t, path)) > 0 {
		t.Errorf("%v are left: %v", list(t, path), err)
	}
}

// TestOpen: a folder that cannot be one is told at once.
func TestOpen(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, filepath.Join(file, "below")} {
		if _, err := Open(path); err == nil || !strings.Contains(err.Error(), file) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestDays: days and moments are those that the contract writes.
func TestDays(t *testing.T) {
	for _, text := range []string{"1969-12-31", "1970-01-02", "2000-02-29", "2026-11-22"} {
		at, err := time.Parse(time.DateOnly, text)
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range []time.Time{at, at.Add(23*time.Hour + 59*time.Minute).In(time.FixedZone("", 5*3600))} {
			if got := time.Unix(int64(day(at))*86400, 0).UTC().Format(time.DateOnly); got != text || parsedDay(text) != day(at) {
				t.Errorf("%s is %s", text, got)
			}
			if got := time.UnixMicro(moment(at)).UTC(); !got.Equal(at) {
				t.Errorf("%v is %v", at, got)
			}
		}
	}
	if day(time.Time{}) != 0 || moment(time.Time{}) != 0 || wholeDays(0) != nil || partsOfDays(0) != nil || *wholeDays(time.Hour) != 0 {
		t.Error("what is none is something, or the other way round")
	}
}
