package store_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/demarc-dev/demarc/internal/store"
	"github.com/demarc-dev/demarc/internal/store/storetest"
)

func TestRuns(t *testing.T) {
	storetest.Runs(t, func(t *testing.T) *store.DB {
		db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "demarc.db"), store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		return db
	})
}

// TestCompactingBesideHandingOver hands a run over while Compact waits whether
// savers show life: it must not take away what the run needs.
func TestCompactingBesideHandingOver(t *testing.T) {
	if testing.Short() {
		return // waits for seconds
	}
	t.Parallel()
	db := openAt(t, filepath.Join(t.TempDir(), "demarc.db"))
	for number := 1; number <= 3; number++ {
		if _, err := storetest.Save(t.Context(), db, "", number, 2000); err != nil {
			t.Fatal(err)
		}
	}
	s, err := db.Begin(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	compacted := make(chan error, 1)
	go func() {
		_, err := db.Compact(t.Context(), "", store.Retention{Keep: 1})
		compacted <- err
	}()
	for list := []store.Snapshot{{}, {}}; len(list) > 1; time.Sleep(10 * time.Millisecond) { // until it dropped snapshots
		if list, err = db.Snapshots(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
	}
	r := storetest.HandOver(t, s, 4, 2000)
	if err := <-compacted; err == nil {
		t.Error("it was compacted beside a run")
	}
	storetest.Becomes(t, db, r, 4, 2000)
}
