package dispatch_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/demarc-dev/demarc/internal/dispatch"
)

// estate stands for the store: tables in which the work of a run is kept as a
// store has to keep it, and in which one can see who did what.
type estate struct {
	url   string
	pool  *pgxpool.Pool
	queue string
}

// estateConnections is how many connections the estate itself may have, more
// than any worker.
const estateConnections = 8

const estateTables = `
	CREATE TABLE run (number bigint PRIMARY KEY, shards int NOT NULL, open int NOT NULL, finished int NOT NULL DEFAULT 0, abandoned text NOT NULL DEFAULT '');
	CREATE TABLE kept (run bigint, shard int, result text, cause text, at timestamptz DEFAULT clock_timestamp(), PRIMARY KEY (run, shard));
	CREATE TABLE begun (run bigint, shard int, pid int, at timestamptz DEFAULT clock_timestamp());`

// newEstate is an estate in a database of its own, ready for workers.
func newEstate(t *testing.T) *estate {
	t.Helper()
	return estateAt(t, database(t))
}

func estateAt(t *testing.T, url string) *estate {
	t.Helper()
	e := &estate{url: url, pool: connect(t, url, estateConnections), queue: dispatch.QueueOf("v1.2.3", "abc")}
	if _, err := e.pool.Exec(t.Context(), estateTables); err != nil {
		t.Fatal(err)
	}
	if err := dispatch.Prepare(t.Context(), e.pool); err != nil {
		t.Fatal(err)
	}
	return e
}

// connect opens a pool of so many connections.
func connect(t *testing.T, url string, most int) *pgxpool.Pool {
	t.Helper()
	pool, err := openPool(t.Context(), url, most)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

func openPool(ctx context.Context, url string, most int) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	config.MaxConns = int32(most)
	config.ConnConfig.ConnectTimeout = 5 * time.Second
	if most < estateConnections {
		config.ConnConfig.RuntimeParams["application_name"] = workerName
	}
	// As the store sets its connections up: who does not wait has the statement cancelled.
	config.ConnConfig.BuildContextWatcherHandler = func(p *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: p, DeadlineDelay: time.Second}
	}
	return pgxpool.NewWithConfig(ctx, config)
}

// run names the run of a number.
func (e *estate) run(number int64) dispatch.Run {
	return dispatch.Run{Workspace: 1, Number: number, Queue: e.queue}
}

// hand hands a run of so many shards over.
func (e *estate) hand(t *testing.T, number int64, shards int) {
	t.Helper()
	list := make([]int, shards)
	for i := range list {
		list[i] = i
	}
	err := pgx.BeginFunc(t.Context(), e.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), "INSERT INTO run (number, shards, open) VALUES ($1, $2, $2)", number, shards); err != nil {
			return err
		}
		return dispatch.Hand(t.Context(), tx, e.run(number), list)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// work keeps what is observed in the estate. What looking at a shard and
// finishing a run do beside that is handed in; both may be nil.
func (e *estate) work(observe func(ctx context.Context, shard int) error, finish func(ctx context.Context) error) dispatch.Work {
	return dispatch.Work{
		Observe: func(ctx context.Context, r dispatch.Run, shard int) ([]byte, error) {
			if observe != nil {
				if err := observe(ctx, shard); err != nil {
					return nil, err
				}
			}
			return resultOf(shard), nil
		},
		Keep: func(ctx context.Context, tx dispatch.Tx, r dispatch.Run, shard int, result []byte) (bool, error) {
			return closeShard(ctx, tx, r, shard, string(result), "")
		},
		Fail: func(ctx context.Context, tx dispatch.Tx, r dispatch.Run, shard int, cause string) (bool, error) {
			return closeShard(ctx, tx, r, shard, "", cause)
		},
		Finish: func(ctx context.Context, r dispatch.Run) error {
			if finish != nil {
				if err := finish(ctx); err != nil {
					return err
				}
			}
			_, err := e.pool.Exec(ctx, "UPDATE run SET finished = finished + 1 WHERE number = $1 AND open = 0", r.Number)
			return err
		},
		Abandon: func(ctx context.Context, r dispatch.Run, cause string) error {
			_, err := e.pool.Exec(ctx, "UPDATE run SET abandoned = $2 WHERE number = $1", r.Number, cause)
			return err
		},
	}
}

func resultOf(shard int) []byte { return fmt.Appendf(nil, "result of %d", shard) }

// closeShard ends a shard once. The row of the run is locked by its update.
func closeShard(ctx context.Context, tx dispatch.Tx, r dispatch.Run, shard int, result, cause string) (last bool, err error) {
	done, err := tx.Exec(ctx, "INSERT INTO kept (run, shard, result, cause) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", r.Number, shard, result, cause)
	if err != nil || done.RowsAffected() == 0 {
		return false, err
	}
	err = tx.QueryRow(ctx, "UPDATE run SET open = open - 1 WHERE number = $1 RETURNING open = 0", r.Number).Scan(&last)
	return last, err
}

// begin notes who looks at a shard; -1 is for the finish.
func (e *estate) begin(ctx context.Context, run int64, shard int) error {
	_, err := e.pool.Exec(ctx, "INSERT INTO begun (run, shard, pid) VALUES ($1, $2, $3)", run, shard, os.Getpid())
	return err
}

// number asks for a number.
func (e *estate) number(t *testing.T, sql string, args ...any) (n int) {
	t.Helper()
	if err := e.pool.QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// text asks for a text.
func (e *estate) text(t *testing.T, sql string, args ...any) (s string) {
	t.Helper()
	if err := e.pool.QueryRow(t.Context(), sql, args...).Scan(&s); err != nil {
		t.Fatal(err)
	}
	return s
}

// do changes something behind the back of the workers.
func (e *estate) do(t *testing.T, sql string, args ...any) {
	t.Helper()
	if _, err := e.pool.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

// await waits until a question is answered by a number above 0, and says how
// long that took. A database that is away for a while is asked again.
func (e *estate) await(t *testing.T, most time.Duration, sql string, args ...any) time.Duration {
	t.Helper()
	began := time.Now()
	for {
		var n int
		err := e.pool.QueryRow(t.Context(), sql, args...).Scan(&n)
		if err == nil && n > 0 {
			return time.Since(began)
		}
		if time.Since(began) > most {
			t.Fatalf("not so within %v: %s %v (error %v)\n%s", most, sql, args, err, e.jobs(t))
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// jobs shows the jobs that are not done, for who has to understand a failure.
func (e *estate) jobs(t *testing.T) string {
	t.Helper()
	rows, err := e.pool.Query(t.Context(), "SELECT format('%s %s %s attempt %s by %s scheduled %s: %s', kind, args, state, attempt, attempted_by, scheduled_at, errors) FROM river_job WHERE state <> 'completed' LIMIT 20")
	if err != nil {
		return err.Error()
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return strings.Join(append(lines, fmt.Sprint(err)), "\n")
}

// finished waits until a run is finished, and checks that every shard was kept
// once, with its result.
func (e *estate) finished(t *testing.T, number int64, most time.Duration) time.Duration {
	t.Helper()
	took := e.await(t, most, "SELECT count(*) FROM run WHERE number = $1 AND finished > 0", number)
	if n := e.number(t, "SELECT finished FROM run WHERE number = $1", number); n != 1 {
		t.Errorf("run %d was finished %d times", number, n)
	}
	if n := e.number(t, "SELECT open FROM run WHERE number = $1", number); n != 0 {
		t.Errorf("%d shards of run %d are open", n, number)
	}
	kept := e.number(t, "SELECT count(*) FROM kept WHERE run = $1 AND result = 'result of ' || shard", number)
	if shards := e.number(t, "SELECT shards FROM run WHERE number = $1", number); kept != shards {
		t.Errorf("%d of %d results of run %d were kept", kept, shards, number)
	}
	return took
}

// served is a worker in this process.
type served struct {
	log  *lines
	stop context.CancelFunc
	end  chan error
}

// serve starts a worker in this process, which ends with the test.
func (e *estate) serve(t *testing.T, pool *pgxpool.Pool, jobs int, work dispatch.Work) *served {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	s := &served{&lines{}, stop, make(chan error, 1)}
	options := dispatch.Options{Queue: e.queue, Jobs: jobs, Log: slog.New(slog.NewTextHandler(s.log, nil))}
	go func() { s.end <- dispatch.Serve(ctx, pool, options, work) }()
	t.Cleanup(func() { s.ended(t) })
	return s
}

// ended tells a worker to end and waits for it.
func (s *served) ended(t *testing.T) {
	t.Helper()
	s.stop()
	select {
	case err, first := <-s.end:
		if first && err != nil {
			t.Error(err)
		}
		if first {
			s.end <- nil
		}
	case <-time.After(time.Minute):
		t.Error("the worker does not end")
	}
}

// lines are what was logged.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
	n    atomic.Int32
}

// Write adds a line.
func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.n.Add(1)
	return l.text.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
