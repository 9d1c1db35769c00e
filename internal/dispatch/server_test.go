package dispatch_test

import (
	"context"
	"sync"
	"testing"

	"github.com/demarc-dev/demarc/internal/pgtest"
)

// shared is the server of the tests that break no server: with connections for
// all of them at the same time.
var shared struct {
	sync.Once
	server *pgtest.Server
	err    error
}

// database is the address of a new database on the shared server.
func database(t *testing.T) string {
	t.Helper()
	shared.Do(func() {
		shared.server, shared.err = pgtest.Start(context.Background(), pgtest.Options{Settings: map[string]string{"max_connections": "400"}})
	})
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return pgtest.DatabaseOn(t, shared.server)
}

// runTests runs the tests, and ends the shared server.
func runTests(m *testing.M) error {
	m.Run()
	if shared.server == nil {
		return nil
	}
	return shared.server.Close()
}
