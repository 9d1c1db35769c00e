package dispatch

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// sayAgainAfter is how long the same message of River is not said again.
const sayAgainAfter = time.Minute

// quiet passes on what River logs. What it merely reports is for who debugs.
// While the database is away its complaints are known, and the same one is said
// once a minute at most.
type quiet struct {
	slog.Handler
	said *said
}

// said is what was said, shared by all loggers that come of one.
type said struct {
	health *health
	mu     sync.Mutex
	last   map[string]time.Time
}

func quietly(log *slog.Logger, health *health) *slog.Logger {
	return slog.New(quiet{log.Handler(), &said{health: health, last: map[string]time.Time{}}})
}

// Enabled reports whether a record of the level may be passed on.
func (q quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return q.Handler.Enabled(ctx, heard(level))
}

// heard is the level at which a record of a level is passed on.
func heard(level slog.Level) slog.Level {
	if level < slog.LevelWarn {
		return slog.LevelDebug
	}
	return level
}

// Handle passes a record on, unless it was said already.
func (q quiet) Handle(ctx context.Context, r slog.Record) error {
	if r.Level = heard(r.Level); r.Level > slog.LevelDebug && q.said.again(r) {
		return nil
	}
	return q.Handler.Handle(ctx, r)
}

// WithAttrs is the handler that adds attributes.
func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler {
	return quiet{q.Handler.WithAttrs(attrs), q.said}
}

// WithGroup is the handler that puts attributes into a group.
func (q quiet) WithGroup(name string) slog.Handler { return quiet{q.Handler.WithGroup(name), q.said} }

func (s *said) again(r slog.Record) bool {
	if s.health.isAway() {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Time.Sub(s.last[r.Message]) < sayAgainAfter {
		return true
	}
	s.last[r.Message] = r.Time
	return false
}
