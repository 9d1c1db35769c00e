package dispatch_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/demarc-dev/demarc/internal/dispatch"
)

// queueName is what River takes for the name of a queue.
var queueName = regexp.MustCompile(`^[a-z0-9]+([_|\-]?[a-z0-9]+)*$`)

func TestRunsAreFinished(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	t.Parallel()
	e := newEstate(t)
	e.serve(t, connect(t, e.url, 4), 2, e.work(nil, nil))
	for number := range int64(4) {
		e.hand(t, number, 20*int(number)) // the first has no shard that is open
	}
	for number := range int64(4) {
		e.finished(t, number, 20*time.Second)
	}
}

func TestPreparedByManyAtOnce(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	t.Parallel()
	url := database(t)
	var all sync.WaitGroup
	for range 8 {
		pool := connect(t, url, 2)
		all.Go(func() {
			if err := dispatch.Prepare(t.Context(), pool); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if err := dispatch.Prepare(t.Context(), connect(t, url, 2)); err != nil {
		t.Error(err)
	}
}

func TestAPoisonedShardFailsAlone(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	t.Parallel()
	e := newEstate(t)
	var tried [12]atomic.Int32
	endless := make(chan struct{})
	t.Cleanup(func() { close(endless) })
	work := e.work(func(ctx context.Context, shard int) error {
		n := tried[shard].Add(1)
		switch {
		case shard == 3, shard == 4 && n < 3:
			return errors.New("a broken resource")
		case shard == 5:
			var none []int
			_ = none[shard]
		case shard == 7:
			<-endless // and does not listen to its context
		case shard == 8 && n < 6:
			return fmt.Errorf("read: %w", &pgconn.PgError{Code: "57P01"})
		}
		return nil
	}, nil)
	e.serve(t, connect(t, e.url, 4), 2, work)
	e.hand(t, 1, len(tried))
	took := e.await(t, 80*time.Second, "SELECT finished FROM run")
	t.Logf("finished after %v", took)
	for shard, want := range []string{3: "a broken resource", 5: "panic: runtime error: index out of range [5] with length 0", 7: "it took more than 15s", 11: ""} {
		if got := e.text(t, "SELECT cause FROM kept WHERE shard = $1", shard); got != want {
			t.Errorf("shard %d: the cause is %q, want %q", shard, got, want)
		}
		times := map[int]int32{3: 3, 4: 3, 5: 3, 7: 3, 8: 6}[shard]
		if got := tried[shard].Load(); got != max(times, 1) {
			t.Errorf("shard %d was tried %d times, want %d", shard, got, max(times, 1))
		}
	}
}

// Workers that die are no fault of the shard, up to a point.
func TestAShardThatKillsIsGivenUp(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	t.Parallel()
	e := newEstate(t)
	e.hand(t, 1, 3)
	e.do(t, "UPDATE river_job SET attempt = 7, max_attempts = 1000 WHERE args->>'shard' = '1'")
	e.do(t, "UPDATE river_job SET attempt = 8 WHERE args->>'shard' = '2'")
	e.serve(t, connect(t, e.url, 4), 1, e.work(nil, nil))
	e.await(t, 20*time.Second, "SELECT finished FROM run")
	for shard, want := range []string{"", "", "8 workers died while they were at it"} {
		if got := e.text(t, "SELECT cause FROM kept WHERE shard = $1", shard); got != want {
			t.Errorf("shard %d: the cause is %q, want %q", shard, got, want)
		}
	}
}

func TestARunThatCannotBeFinishedIsAbandoned(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	t.Parallel()
	e := newEstate(t)
	var times atomic.Int32
	work := e.work(nil, nil)
	work.Finish = func(_ context.Context, r dispatch.Run) error {
		if times.Add(1); r.Number == 2 {
			var none []int
			_ = none[r.Number]
		}
		return errors.New("no such pack")
	}
	for number := range int64(4) {
		e.hand(t, number, 0)
	}
	e.do(t, "UPDATE river_job SET args = jsonb_set(args, '{turn}', '9') WHERE args->>'number' = '3'")
	e.do(t, "DELETE FROM river_job WHERE args->>'number' = '0'")
	e.serve(t, connect(t, e.url, 4), 2, work)
	for number, want := range []string{1: "no such pack", 2: "panic: runtime error: index out of range [2] with length 0", 3: "8 workers died while they were at it"} {
		if want == "" {
			continue
		}
		e.await(t, 30*time.Second, "SELECT count(*) FROM run WHERE number = $1 AND abandoned <> ''", number)
		if got := e.text(t, "SELECT abandoned FROM run WHERE number = $1", number); got != want {
			t.Errorf("run %d: the cause is %q, want %q", number, got, want)
		}
	}
	if n := times.Load(); n != 6 {
		t.Errorf("finishing was tried %d times, want 3 for each of two runs", n)
	}
}

func TestAWorkerOfAnotherVersionTakesNothing(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	t.Parallel()
	e := newEstate(t)
	other := *e
	other.queue = dispatch.QueueOf("v1.2.4", "abc")
	e.hand(t, 1, 5)
	other.serve(t, connect(t, e.url, 4), 2, other.work(nil, nil))
	other.hand(t, 2, 5)
	e.finished(t, 2, 20*time.Second)
	time.Sleep(3 * time.Second)
	if n := e.number(t, "SELECT count(*) FROM river_job WHERE args->>'number' = '1' AND attempt > 0"); n != 0 {
		t.Errorf("%d jobs were taken by a worker of another version", n)
	}
	// Nor does it work on what came into its queue in another way.
	e.do(t, "UPDATE river_job SET queue = $1 WHERE args->>'number' = '1'", other.queue)
	e.await(t, 30*time.Second, "SELECT (open = 0)::int FROM run WHERE number = 1")
	if got := e.text(t, "SELECT min(cause) FROM kept WHERE run = 1"); !strings.Contains(got, e.queue) || !strings.Contains(got, other.queue) {
		t.Errorf("the cause is %q, want both queues in it", got)
	}
}

// A shard that was taken for left behind is worked on twice. Both attempts end
// well, and the job with them.
func TestTwoAttemptsAtOnce(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	t.Parallel()
	for name, order := range map[string][2]int{"the first ends first": {0, 1}, "the second ends first": {1, 0}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEstate(t)
			var attempts atomic.Int32
			gates := [2]chan struct{}{make(chan struct{}), make(chan struct{})}
			e.serve(t, connect(t, e.url, 5), 3, e.work(func(_ context.Context, shard int) error {
				if n := attempts.Add(1); n <= 2 {
					<-gates[n-1]
				}
				return nil
			}, nil))
			e.hand(t, 1, 1)
			e.await(t, 20*time.Second, "SELECT count(*) FROM river_job WHERE state = 'running' AND attempt = 1")
			e.do(t, "UPDATE river_job SET state = 'available'") // as River's rescuer does
			e.await(t, 20*time.Second, "SELECT count(*) FROM river_job WHERE state = 'running' AND attempt = 2")
			for _, gate := range order {
				close(gates[gate])
				time.Sleep(500 * time.Millisecond)
			}
			e.finished(t, 1, 20*time.Second)
			time.Sleep(2 * time.Second)
			if n := attempts.Load(); n != 2 {
				t.Errorf("the shard was looked at %d times", n)
			}
			if n := e.number(t, "SELECT count(*) FROM river_job WHERE state <> 'completed'"); n != 0 {
				t.Errorf("a job is left:\n%s", e.jobs(t))
			}
		})
	}
}

func TestJobsAreTakenBack(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	t.Parallel()
	e := newEstate(t)
	var stopped atomic.Int32
	e.hand(t, 1, 10)
	e.progress(t, 10, 0, 0)
	e.serve(t, connect(t, e.url, 4), 2, e.work(func(ctx context.Context, shard int) error {
		<-ctx.Done()
		stopped.Add(1)
		return ctx.Err()
	}, nil))
	e.await(t, 20*time.Second, "SELECT (count(*) = 2)::int FROM river_job WHERE state = 'running'")
	e.await(t, 20*time.Second, "SELECT count(*) FROM worker")
	e.progress(t, 8, 2, 1)
	err := pgx.BeginFunc(t.Context(), e.pool, func(tx pgx.Tx) error { return dispatch.Cancel(t.Context(), tx, e.run(1)) })
	if err != nil {
		t.Fatal(err)
	}
	e.await(t, 10*time.Second, "SELECT (count(*) = 10)::int FROM river_job WHERE state = 'cancelled'")
	e.progress(t, 0, 0, 1)
	if n := stopped.Load(); n != 2 {
		t.Errorf("%d shards were told to stop, want 2", n)
	}
	if n := e.number(t, "SELECT count(*) FROM kept"); n != 0 {
		t.Errorf("%d shards were kept or failed", n)
	}
}

// All workers see that a finisher shows no life. One of them acts.
func TestADeadFinisherIsReplacedOnce(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	t.Parallel()
	e := newEstate(t)
	var times atomic.Int32
	e.hand(t, 1, 0)
	e.do(t, "UPDATE river_job SET state = 'running', attempt = 1, attempted_at = now() - interval '1 minute', attempted_by = '{gone}'")
	for range 5 {
		e.serve(t, connect(t, e.url, 3), 1, e.work(nil, func(context.Context) error { times.Add(1); return nil }))
	}
	e.finished(t, 1, 30*time.Second)
	time.Sleep(12 * time.Second) // all have looked again
	if n := times.Load(); n != 1 {
		t.Errorf("the run was finished %d times", n)
	}
	if n := e.number(t, "SELECT count(*) FROM river_job"); n != 2 {
		t.Errorf("there are %d jobs, want that of the dead finisher and one more", n)
	}
}

// progress checks how run 1 stands.
func (e *estate) progress(t *testing.T, queued, running, workers int) {
	t.Helper()
	p, err := dispatch.Waiting(t.Context(), e.pool, e.run(1))
	if err != nil {
		t.Fatal(err)
	}
	if p.Queued != queued || p.Running != running || p.Since.IsZero() != (queued+running == 0) {
		t.Errorf("got %+v, want %d queued and %d running", p, queued, running)
	}
	list, err := dispatch.Workers(t.Context(), e.pool)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != workers {
		t.Errorf("got %+v, want %d workers", list, workers)
	}
	for _, w := range list {
		if w.Queue != e.queue || w.Jobs == 0 || w.Host == "" || w.Beat.Before(w.Since) {
			t.Errorf("a worker is %+v", w)
		}
	}
}

func TestServeNeedsConnections(t *testing.T) {
	pool := connect(t, "postgres://nobody@127.0.0.1:1/none", 1)
	if err := dispatch.Serve(t.Context(), pool, dispatch.Options{}, dispatch.Work{}); err == nil || !strings.Contains(err.Error(), "needs 2 connections") {
		t.Errorf("got %v", err)
	}
}
