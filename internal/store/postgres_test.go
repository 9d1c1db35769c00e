package store_test

import (
	"testing"

	"github.com/demarc-dev/demarc/internal/pgtest"
	"github.com/demarc-dev/demarc/internal/store"
	"github.com/demarc-dev/demarc/internal/store/storetest"
)

// onPostgres opens a new store on the shared server.
func onPostgres(t *testing.T) *store.DB {
	t.Helper()
	return openAt(t, pgtest.Database(t))
}

func TestPostgres(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	storetest.Run(t, onPostgres)
	storetest.Runs(t, onPostgres)
}
