package dispatch

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// writeTime is how long a short transaction outside the time of a job may take,
// and a question to the database that has to be answered.
const writeTime = 5 * time.Second

// failure is an attempt that failed by the fault of the job itself. River keeps
// its text with the job.
type failure struct{ cause error }

// failureMark tells failures from what River notes of attempts that nobody
// lived to tell of.
const failureMark = "failed: "

// Error says it as PostgreSQL can keep it: without zero bytes.
func (f *failure) Error() string {
	return failureMark + strings.ReplaceAll(f.cause.Error(), "\x00", "\uFFFD")
}

// failures counts the attempts of a job that failed by its own fault.
func failures(job *rivertype.JobRow) (n int) {
	for _, e := range job.Errors {
		if strings.HasPrefix(e.Error, failureMark) {
			n++
		}
	}
	return n
}

// soon is when a job may run again after so many attempts.
func soon(attempts int) time.Time {
	return time.Now().Add(againAfter * time.Duration(min(attempts, 30)))
}

// attempt is one of the times that a job is tried.
type attempt struct {
	job    *rivertype.JobRow
	what   fmt.Stringer
	most   time.Duration // that it may take
	giveUp func(ctx context.Context, cause string) error
}

// end says what becomes of a job after an attempt. What was stopped, and what
// the database is to blame for, runs again without a mark. What failed by its
// own fault runs again, and is given up at last.
func (s *server) end(ctx context.Context, a attempt, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err()
	case s.isAway(ctx, err):
		return river.JobSnooze(againAfter)
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		err = fmt.Errorf("it took more than %v", a.most)
	}
	s.tell(a, err)
	if failures(a.job)+1 < mostFailures {
		return &failure{err}
	}
	return s.giveUp(ctx, a, err.Error())
}

// tell logs that an attempt failed.
func (s *server) tell(a attempt, err error) {
	log := s.options.Log.With("job", a.what.String(), "attempt", a.job.Attempt, "error", err)
	var panicked *Panic
	if errors.As(err, &panicked) {
		log = log.With("stack", string(panicked.Stack))
	}
	log.Warn("a job failed")
}

// giveUp gives a job up, within a time of its own: that of the job may be over.
func (s *server) giveUp(ctx context.Context, a attempt, cause string) error {
	s.options.Log.Error("a job is given up", "job", a.what.String(), "cause", cause)
	err := within(context.WithoutCancel(ctx), writeTime, func(ctx context.Context) error {
		return guarded(func() error { return a.giveUp(ctx, cause) })
	})
	switch {
	case err == nil:
		return nil
	case s.isAway(ctx, err):
		return river.JobSnooze(againAfter)
	}
	s.options.Log.Error("a job could not be given up", "job", a.what.String(), "error", err)
	return &failure{err}
}

// isAway reports whether the database, and not the work, is to blame for an
// error: by what the error says, or since the database does not answer now.
func (s *server) isAway(ctx context.Context, err error) bool {
	if isAway(err) {
		s.health.note(err)
		return true
	}
	if down := within(context.WithoutCancel(ctx), writeTime, s.pool.Ping); down != nil {
		s.health.note(down)
		return true
	}
	return false
}

// belongs refuses a job of workers that know something else than this one.
func (s *server) belongs(r Run) error {
	if r.Queue != s.options.Queue {
		return fmt.Errorf("%v is for workers of %s, and this is one of %s", r, r.Queue, s.options.Queue)
	}
	return nil
}

// died says of a job that too many workers died at it.
func died(lives int) string {
	return fmt.Sprintf("%d workers died while they were at it", lives)
}
