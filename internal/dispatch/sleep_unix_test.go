//go:build unix

package dispatch_test

import (
	"syscall"
	"testing"
	"time"
)

// A worker that was stopped and goes on, as a machine that slept, works beside
// those that took over.
func TestAWorkerThatSlept(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	t.Parallel()
	e := newEstate(t)
	sleeper := e.start(t, 2*time.Second, 0)
	sleeper.id(t)
	e.hand(t, 1, 20)
	e.await(t, 20*time.Second, "SELECT count(*) FROM begun")
	sleeper.send(t, syscall.SIGSTOP)
	e.start(t, 2*time.Second, 0)
	e.await(t, replaced, "SELECT (count(*) >= 20)::int FROM begun WHERE pid <> $1", sleeper.Process.Pid)
	sleeper.send(t, syscall.SIGCONT)
	e.finished(t, 1, replaced)
	time.Sleep(3 * time.Second) // whatever it still does
	e.finished(t, 1, 0)
	if open := e.number(t, "SELECT count(*) FROM river_job WHERE kind = 'shard' AND state <> 'completed'"); open != 0 {
		t.Errorf("%d jobs are not completed:\n%s", open, e.jobs(t))
	}
}
