package store_test

import (
	"path/filepath"
	"testing"

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
