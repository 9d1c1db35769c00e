package pgtest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
)

// shared is the server that all tests of a program use.
var shared struct {
	sync.Mutex
	server *Server
	err    error
	number atomic.Int64 // of databases
}

// Run runs the tests of a program and then ends the server that they shared. It
// is called by TestMain.
func Run(m *testing.M) {
	m.Run()
	shared.Lock()
	defer shared.Unlock()
	if shared.server != nil {
		if err := shared.server.Close(); err != nil {
			fmt.Println("pgtest:", err)
		}
	}
}

// Shared is the server that all tests of a program use, which is started by the
// first of them. TestMain must call [Run].
func Shared(t testing.TB) *Server {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil && shared.err == nil {
		shared.server, shared.err = Start(context.Background(), Options{})
	}
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.server
}

// Database is the address of a new, empty database on the shared server.
func Database(t testing.TB) string {
	t.Helper()
	return DatabaseOn(t, Shared(t))
}

// DatabaseOn is the address of a new, empty database on a server.
func DatabaseOn(t testing.TB, s *Server) string {
	t.Helper()
	address, err := s.Create(t.Context(), fmt.Sprintf("test%d", shared.number.Add(1)))
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// New is a server for one test alone.
func New(t testing.TB, o Options) *Server {
	t.Helper()
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// NewProxyFor is a way to a database for one test.
func NewProxyFor(t testing.TB, address string) *Proxy {
	t.Helper()
	p, err := NewProxy(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}
