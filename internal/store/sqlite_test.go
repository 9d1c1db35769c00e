package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// fresh is a new store in a folder of the test.
func fresh(t testing.TB, o Options) *DB {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "demarc.db"), o)
}

func open(t testing.TB, path string, o Options) *DB {
	t.Helper()
	db, err := Open(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// addParts writes parts of the first workspace.
func addParts(c conn, from, to int, data []byte) error {
	if _, err := ensureWorkspace(c, ""); err != nil {
		return err
	}
	return c.insert("part", []string{"workspace", "hash", "kind", "data"}, func(yield func([]any) bool) {
		for i := from; i < to; i++ {
			if !yield([]any{1, fmt.Appendf(nil, "%08d", i), 7, data}) {
				return
			}
		}
	})
}

func countParts(t testing.TB, db *DB) (n int64) {
	t.Helper()
	err := db.engine.read(context.Background(), func(c conn) error {
		return c.query(func(r row) error { n = r.int(0); return nil }, "SELECT count(*) FROM part WHERE workspace = $1", 1)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWrongStatements(t *testing.T) {
	db := fresh(t, Options{})
	for _, wrong := range []struct {
		sql  string
		args []any
	}{{"SELECT $1, $2", []any{1}}, {"SELECT $1", []any{1.5}}, {"SELECT 1; SELECT 2", nil}, {"", nil}, {"SELECT nothing FROM nowhere", nil}} {
		err := db.engine.read(t.Context(), func(c conn) error { return c.query(func(row) error { return nil }, wrong.sql, wrong.args...) })
		if err == nil {
			t.Errorf("%q with %v is no error", wrong.sql, wrong.args)
		}
	}
}

func TestOpenRefusesWhatIsNoDatabase(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "notes.txt")
	if err := os.WriteFile(text, []byte("dear diary"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, path string
		o          Options
		want       error
	}{
		{"a text", text, Options{}, ErrForeign},
		{"a folder", folder, Options{}, ErrForeign},
		{"nothing to read", filepath.Join(folder, "none.db"), Options{ReadOnly: true}, ErrNone},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Open(t.Context(), tt.path, tt.o); !errors.Is(err, tt.want) {
				t.Errorf("Open says %v, want %v", err, tt.want)
			}
		})
	}
	if b, _ := os.ReadFile(text); string(b) != "dear diary" {
		t.Errorf("the text became %q", b)
	}
}

// TestPagesAreVerifiedAfterShrinking: what carries the journal over does not look
// at sums, and what comes after does.
func TestPagesAreVerifiedAfterShrinking(t *testing.T) {
	db := fresh(t, Options{})
	if err := db.engine.shrink(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := db.engine.write(t.Context(), func(c conn) error {
		verified, err := one(c, "PRAGMA checksum_verification")
		if err == nil && verified != 1 {
			err = errors.New("they are not")
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
