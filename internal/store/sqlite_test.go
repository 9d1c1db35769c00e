package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
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

// add writes parts 1 to n of workspace 1.
func addParts(c conn, from, to int, data []byte) error {
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

func TestWriteIsAllOrNothing(t *testing.T) {
	db := fresh(t, Options{})
	if err := db.engine.write(t.Context(), func(c conn) error { return addParts(c, 0, 10, []byte("x")) }); err != nil {
		t.Fatal(err)
	}
	stop := errors.New("stop")
	err := db.engine.write(t.Context(), func(c conn) error {
		if err := addParts(c, 10, 20, []byte("x")); err != nil {
			return err
		}
		return stop
	})
	if !errors.Is(err, stop) {
		t.Errorf("the error of the writer became %v", err)
	}
	func() {
		defer func() { _ = recover() }()
		_ = db.engine.write(t.Context(), func(c conn) error {
			_ = addParts(c, 20, 30, []byte("x"))
			panic("out of luck")
		})
	}()
	if n := countParts(t, db); n != 10 {
		t.Errorf("%d parts, want the 10 that were committed", n)
	}
}

func TestOpenCreatesOnceForAll(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demarc.db")
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			db, err := Open(t.Context(), path, Options{})
			if err != nil {
				t.Errorf("opener %d: %v", i, err)
				return
			}
			defer db.Close()
			if err := db.engine.write(t.Context(), func(c conn) error { return addParts(c, i, i+1, []byte("x")) }); err != nil {
				t.Errorf("writer %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	db := open(t, path, Options{ReadOnly: true})
	if n := countParts(t, db); n != 12 {
		t.Errorf("%d parts of 12 writers", n)
	}
	if err := db.engine.write(t.Context(), func(conn) error { return nil }); !errors.Is(err, ErrReadOnly) {
		t.Errorf("writing to what was opened for reading: %v", err)
	}
}

func TestReadersBesideAWriter(t *testing.T) {
	db := fresh(t, Options{})
	var wg sync.WaitGroup
	done := make(chan struct{})
	wg.Go(func() {
		defer close(done)
		for i := range 20 {
			if err := db.engine.write(t.Context(), func(c conn) error { return addParts(c, i*10, i*10+10, make([]byte, 3000)) }); err != nil {
				t.Error(err)
			}
		}
	})
	for range 200 {
		wg.Go(func() {
			for last, more := int64(0), true; more; {
				select {
				case <-done:
					more = false
				default:
				}
				n := countParts(t, db)
				if n%10 != 0 || n < last {
					t.Errorf("a reader saw %d parts after %d", n, last)
					return
				}
				last = n
			}
		})
	}
	wg.Wait()
}

func TestCloseWaitsAndEnds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demarc.db")
	db := open(t, path, Options{})
	begun, done := make(chan struct{}), make(chan error)
	go func() {
		done <- db.engine.write(t.Context(), func(c conn) error {
			close(begun)
			return addParts(c, 0, 10, []byte("x"))
		})
	}()
	<-begun
	if err := errors.Join(db.Close(), <-done, db.Close()); err != nil {
		t.Error(err)
	}
	if err := db.engine.read(t.Context(), func(conn) error { return nil }); !errors.Is(err, ErrClosed) {
		t.Errorf("reading what is closed: %v", err)
	}
	if left, _ := filepath.Glob(path + "*"); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
	if n := countParts(t, open(t, path, Options{})); n != 10 {
		t.Errorf("%d parts, want the 10 that were being written", n)
	}
}

// TestWaitingEnds: who waits for a writer stops when told to.
func TestWaitingEnds(t *testing.T) {
	db := fresh(t, Options{})
	err := db.engine.write(t.Context(), func(conn) error {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		if err := db.engine.write(ctx, func(conn) error { return nil }); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a second writer: %v", err)
		}
		other := open(t, db.path, Options{}) // as another process would
		if err := other.engine.write(ctx, func(conn) error { return nil }); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a writer of another process: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestStatementsNest(t *testing.T) {
	db := fresh(t, Options{})
	err := db.engine.write(t.Context(), func(c conn) error {
		if err := addParts(c, 0, 3, []byte("x")); err != nil {
			return err
		}
		const all = "SELECT hash FROM part WHERE workspace = $1 ORDER BY hash"
		pairs := 0
		err := c.query(func(row) error {
			return c.query(func(row) error { pairs++; return nil }, all, 1)
		}, all, 1)
		if pairs != 9 {
			t.Errorf("%d pairs of three", pairs)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
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
