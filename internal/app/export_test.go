package app_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/report/parquet"
)

var exported = app.Request{Paths: []string{"../../examples/contoso"}, AsOf: "2026-11-22", Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}

// TestExportRedacted: without names there are as many rows of everything, and
// the rows are others.
func TestExportRedacted(t *testing.T) {
	export := func(q app.Request) (rows, bytes []int64) {
		e, err := app.Export(t.Context(), app.ExportRequest{Request: q, Folder: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range e.Tables {
			rows, bytes = append(rows, table.Rows), append(bytes, table.Bytes)
		}
		return rows, bytes
	}
	shown, bytes := export(exported)
	q := exported
	q.Redact = app.Redaction{On: true, Secret: "secret"}
	hidden, otherBytes := export(q)
	if !slices.Equal(shown, hidden) || slices.Equal(bytes, otherBytes) {
		t.Errorf("%v rows in %v bytes, and without names %v in %v", shown, bytes, hidden, otherBytes)
	}
}

// one hides what a list of verdicts can do beside what all of them can.
type one struct{ demarc.VerdictList }

// TestExportAsked: the tables are the same when every resource is asked for its
// verdicts.
func TestExportAsked(t *testing.T) {
	for _, estate := range []string{"../../examples/contoso", "../../examples/plan/plan.json"} {
		q := exported
		q.Paths = []string{estate}
		a, err := app.Assess(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		told := tables(t, a)
		a.Verdicts = one{a.Verdicts}
		if !slices.Equal(tables(t, a), told) {
			t.Errorf("%s: other tables", estate)
		}
	}
}

// tables are the bytes of all tables.
func tables(t *testing.T, a *demarc.Assessment) []byte {
	t.Helper()
	path := t.TempDir()
	f, err := parquet.Open(path)
	if err == nil {
		_, err = f.Write(t.Context(), parquet.Export{Assessment: a, Workspace: "default"})
		err = errors.Join(err, f.Close())
	}
	names, _ := filepath.Glob(filepath.Join(path, "*", "*", "*", "*.parquet"))
	if err != nil || len(names) == 0 {
		t.Fatalf("%d files: %v", len(names), err)
	}
	var all []byte
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b...)
	}
	return all
}

// TestExportStopped: nothing is left of an export that was told to stop, or
// that found nothing to read.
func TestExportStopped(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	absent := exported
	absent.Paths = []string{filepath.Join(t.TempDir(), "absent")}
	for _, q := range []app.ExportRequest{{Request: absent}, {Request: exported}} {
		q.Folder = t.TempDir()
		if _, err := app.Export(ctx, q); err == nil {
			t.Error("it was exported all the same")
		}
		if left, err := os.ReadDir(q.Folder); err != nil || len(left) > 0 {
			t.Errorf("%v are left: %v", left, err)
		}
	}
}
