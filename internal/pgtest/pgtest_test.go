package pgtest

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

func TestMain(m *testing.M) { Run(m) }

// count counts the rows of the table kept.
func count(ctx context.Context, url string) (n int, err error) {
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		return 0, err
	}
	err = c.QueryRow(ctx, "SELECT count(*) FROM kept").Scan(&n)
	return n, errors.Join(err, c.Close(ctx))
}

// kept makes a database with a table of one row.
func kept(t *testing.T, s *Server) string {
	t.Helper()
	url := DatabaseOn(t, s)
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Exec(t.Context(), "CREATE TABLE kept AS SELECT 1 AS one"); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	return url
}

func TestServerComesBack(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	s := New(t, Options{Settings: map[string]string{"max_connections": "11"}})
	url := kept(t, s)
	for name, end := range map[string]func() error{"stopped": s.Stop, "killed": s.Kill} {
		if err := end(); err != nil {
			t.Fatal(err)
		}
		if _, err := count(t.Context(), url); err == nil {
			t.Errorf("%s, it still answers", name)
		}
		if err := s.Resume(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n, err := count(t.Context(), url); err != nil || n != 1 {
			t.Errorf("after it was %s there are %d rows, %v", name, n, err)
		}
	}
}

func TestDatabasesAreApart(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	kept(t, Shared(t))
	if n, err := count(t.Context(), Database(t)); err == nil {
		t.Errorf("a new database has %d rows", n)
	}
}

func TestProxy(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	url := kept(t, Shared(t))
	p := NewProxyFor(t, url)
	url = p.URL(url)
	if n, err := count(t.Context(), url); err != nil || n != 1 {
		t.Fatalf("%d rows, %v", n, err)
	}
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	p.Cut()
	short, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := count(short, url); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("who connects while it is cut hears %v", err)
	}
	p.Mend()
	if _, err := c.Exec(t.Context(), "SELECT 1"); err == nil {
		t.Error("a connection of before outlived the cut")
	}
	if n, err := count(t.Context(), url); err != nil || n != 1 {
		t.Errorf("after it was mended: %d rows, %v", n, err)
	}
}

// TestAnswersAreLost: what was asked for is done, and who asked hears nothing.
func TestAnswersAreLost(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	url := kept(t, Shared(t))
	p := NewProxyFor(t, url)
	p.LoseAnswers("INSERT", 2)
	for round := range 4 {
		c, err := pgx.Connect(t.Context(), p.URL(url))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Exec(t.Context(), "INSERT INTO kept VALUES (2)"); (err != nil) != (round%2 == 1) {
			t.Errorf("round %d: %v", round, err)
		}
		_ = c.Close(t.Context()) // it may be gone
	}
	if n, err := count(t.Context(), url); err != nil || n != 5 {
		t.Errorf("%d rows, %v", n, err)
	}
}

// TestNothingInstalled: where there are no programs a test is told what to do.
func TestNothingInstalled(t *testing.T) {
	t.Setenv(BinariesVariable, t.TempDir())
	if _, err := Start(t.Context(), Options{}); !errors.Is(err, ErrNotInstalled) {
		t.Errorf("got %v", err)
	}
}

func TestCloseLeavesNothing(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	s, err := Start(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(s.folder); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("its folder: %v", err)
	}
}
