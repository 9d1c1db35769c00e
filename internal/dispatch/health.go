package dispatch

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// health is whether the database can be worked with, told once when it ends and
// once when it is there again.
type health struct {
	log  *slog.Logger
	mu   sync.Mutex
	away time.Time // since when it is not; zero while it is
}

// note notes what came of asking the database: nil when it answered.
func (h *health) note(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case err != nil && h.away.IsZero():
		h.away = time.Now()
		h.log.Warn("the database does not answer: waiting for it", "error", err)
	case err == nil && !h.away.IsZero():
		h.log.Info("the database answers again", "after", time.Since(h.away).Round(time.Second))
		h.away = time.Time{}
	}
}

func (h *health) isAway() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return !h.away.IsZero()
}

// passing are the classes and codes of SQLSTATE that say something of the
// server, or of who else is at it, and nothing of the work.
var passing = []string{
	"08",             // connection
	"25006", "25P03", // read only after a failover, idle for too long
	"40",   // serialization, deadlock
	"53",   // out of connections, memory or disk
	"55P0", // locks
	"57P",  // shutting down, starting
	"58",   // system
}

// isAway reports whether an error is the database's or the network's, and passes
// by itself.
func isAway(err error) bool {
	var said *pgconn.PgError
	if errors.As(err, &said) {
		for _, code := range passing {
			if strings.HasPrefix(said.Code, code) {
				return true
			}
		}
		return false
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return false
	}
	var network net.Error
	return errors.As(err, &network) || pgconn.SafeToRetry(err) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}
