package dispatch_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/demarc-dev/demarc/internal/dispatch"
)

func TestIsAway(t *testing.T) {
	_, refused := net.Dial("tcp", "127.0.0.1:1")
	for _, err := range []error{
		refused, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed,
		&pgconn.PgError{Code: "57P01"}, &pgconn.PgError{Code: "53300"}, &pgconn.PgError{Code: "08006"}, &pgconn.PgError{Code: "40P01"}, &pgconn.PgError{Code: "25006"},
	} {
		if !dispatch.IsAway(fmt.Errorf("read shard 3: %w", err)) {
			t.Errorf("%v: it is the database that is to blame", err)
		}
	}
	for _, err := range []error{
		errors.New("a broken resource"), context.DeadlineExceeded, context.Canceled,
		&pgconn.PgError{Code: "42P01"}, &pgconn.PgError{Code: "23505"}, &pgconn.PgError{Code: "28P01"}, &pgconn.PgError{Code: "57014"},
	} {
		if dispatch.IsAway(fmt.Errorf("read shard 3: %w", err)) {
			t.Errorf("%v: it is the work that is to blame", err)
		}
	}
}

func TestHealthIsToldOnce(t *testing.T) {
	heard := &lines{}
	log := slog.New(slog.NewTextHandler(heard, nil))
	health := dispatch.NewHealth(log)
	river := dispatch.Quietly(log, health).With("client", 1).WithGroup("river")
	for range 100 {
		river.Info("counts")
		river.Error("cannot fetch")
		river.Warn("cannot elect")
	}
	want := []string{"cannot fetch", "cannot elect"}
	for range 100 {
		health.Note(errors.New("refused"))
		river.Error("cannot listen")
	}
	want = append(want, "does not answer")
	health.Note(nil)
	health.Note(nil)
	river.Error("cannot listen")
	want = append(want, "answers again", "cannot listen")
	got := strings.Split(strings.TrimSpace(heard.String()), "\n")
	if len(got) != len(want) {
		t.Fatalf("%d lines, want %d:\n%s", len(got), len(want), heard)
	}
	for i := range want {
		if !strings.Contains(got[i], want[i]) {
			t.Errorf("line %d is %q, want %q in it", i, got[i], want[i])
		}
	}
}

func TestQueueOf(t *testing.T) {
	names := map[string]string{}
	for _, program := range []string{"", "v1.2.3", "v1.2.3+dirty", "V1.2.3 0123456789abcdef0123456789abcdef01234567", "...", strings.Repeat("x-", 60), "ä"} {
		for _, catalog := range []string{"", "abc", "abd"} {
			name := dispatch.QueueOf(program, catalog)
			if other, taken := names[name]; taken {
				t.Errorf("%q is the queue of %s and of %s with %s", name, other, program, catalog)
			}
			names[name] = program + " with " + catalog
			if !queueName.MatchString(name) || len(name) > 64 {
				t.Errorf("%q cannot be the name of a queue", name)
			}
		}
	}
}
