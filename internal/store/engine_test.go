package store

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/demarc-dev/demarc/internal/pgtest"
)

// onEngines runs a test on every engine, with the address of a new store.
func onEngines(t *testing.T, try func(t *testing.T, address string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { try(t, filepath.Join(t.TempDir(), "demarc.db")) })
	if !testing.Short() { // else without a server
		t.Run("postgres", func(t *testing.T) { try(t, pgtest.Database(t)) })
	}
}

func TestWriteIsAllOrNothing(t *testing.T) { onEngines(t, writeIsAllOrNothing) }

func writeIsAllOrNothing(t *testing.T, address string) {
	db := open(t, address, Options{})
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

func TestOpenCreatesOnceForAll(t *testing.T) { onEngines(t, openCreatesOnceForAll) }

func openCreatesOnceForAll(t *testing.T, address string) {
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			db, err := Open(t.Context(), address, Options{})
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
	db := open(t, address, Options{ReadOnly: true})
	if n := countParts(t, db); n != 12 {
		t.Errorf("%d parts of 12 writers", n)
	}
	if err := db.engine.write(t.Context(), func(conn) error { return nil }); !errors.Is(err, ErrReadOnly) {
		t.Errorf("writing to what was opened for reading: %v", err)
	}
}

func TestReadersBesideAWriter(t *testing.T) { onEngines(t, readersBesideAWriter) }

func readersBesideAWriter(t *testing.T, address string) {
	db := open(t, address, Options{})
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

func TestCloseWaitsAndEnds(t *testing.T) { onEngines(t, closeWaitsAndEnds) }

func closeWaitsAndEnds(t *testing.T, address string) {
	db := open(t, address, Options{})
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
	if left, _ := filepath.Glob(address + "*"); len(left) != 1 && !IsServer(address) {
		t.Errorf("left behind: %v", left)
	}
	if n := countParts(t, open(t, address, Options{})); n != 10 {
		t.Errorf("%d parts, want the 10 that were being written", n)
	}
}

// TestWaitingEnds: who waits for a writer stops when told to.
func TestWaitingEnds(t *testing.T) { onEngines(t, waitingEnds) }

func waitingEnds(t *testing.T, address string) {
	db := open(t, address, Options{})
	err := db.engine.write(t.Context(), func(conn) error {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		if err := db.engine.write(ctx, func(conn) error { return nil }); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a second writer: %v", err)
		}
		other := open(t, address, Options{}) // as another process would
		if err := other.engine.write(ctx, func(conn) error { return nil }); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a writer of another process: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestStatementsDoNotNest(t *testing.T) { onEngines(t, statementsDoNotNest) }

func statementsDoNotNest(t *testing.T, address string) {
	db := open(t, address, Options{})
	err := db.engine.write(t.Context(), func(c conn) error {
		if err := addParts(c, 0, 3, []byte("x")); err != nil {
			return err
		}
		const all = "SELECT hash FROM part WHERE workspace = $1 ORDER BY hash"
		err := c.query(func(row) error {
			return c.query(func(row) error { return nil }, all, 1)
		}, all, 1)
		if !errors.Is(err, errNested) {
			t.Errorf("a statement inside another: %v", err)
		}
		return c.query(func(row) error { return nil }, all, 1)
	})
	if err != nil {
		t.Fatal(err)
	}
}
