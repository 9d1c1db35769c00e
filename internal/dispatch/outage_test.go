package dispatch_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/demarc-dev/demarc/internal/dispatch"
	"github.com/demarc-dev/demarc/internal/pgtest"
)

// mostLines is how much a worker may say of an outage.
const mostLines = 20

// slow takes a while for each shard.
func slow(takes time.Duration) func(context.Context, int) error {
	return func(ctx context.Context, _ int) error {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(takes):
			return nil
		}
	}
}

// toldOnce checks that a worker said once that the database was away, and once
// that it was back, and little else.
func toldOnce(t *testing.T, w *served) {
	t.Helper()
	for range 100 { // it looks every 5 s
		if said := w.log.String(); strings.Count(said, "does not answer") == strings.Count(said, "answers again") {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	said := w.log.String()
	if away, back := strings.Count(said, "does not answer"), strings.Count(said, "answers again"); away == 0 || away != back || away > 3 {
		t.Errorf("that the database is away was said %d times, that it is back %d times:\n%s", away, back, said)
	}
	if n := w.log.n.Load(); n > mostLines {
		t.Errorf("%d lines were logged:\n%s", n, said)
	}
	if t.Logf("%d lines were logged", w.log.n.Load()); testing.Verbose() {
		t.Log(said)
	}
}

func TestTheServerIsKilledDuringARun(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	t.Parallel()
	s := pgtest.New(t, pgtest.Options{Settings: map[string]string{"fsync": "on", "synchronous_commit": "on"}})
	e := estateAt(t, pgtest.DatabaseOn(t, s))
	w := e.serve(t, connect(t, e.url, 4), 2, e.work(slow(200*time.Millisecond), nil))
	e.hand(t, 1, 60)
	e.await(t, 20*time.Second, "SELECT (count(*) > 10)::int FROM kept")
	if err := s.Kill(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(5 * time.Second)
	if err := s.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Logf("finished %v after the server was back", e.finished(t, 1, 90*time.Second))
	toldOnce(t, w)
}

func TestTheServerIsRestartedWhileARunIsFinished(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	t.Parallel()
	s := pgtest.New(t, pgtest.Options{})
	e := estateAt(t, pgtest.DatabaseOn(t, s))
	var times atomic.Int32
	work := e.work(nil, func(ctx context.Context) error {
		if times.Add(1) > 1 {
			return nil
		}
		_, err := e.pool.Exec(ctx, "SELECT pg_sleep(30)") // it is broken off
		return err
	})
	w := e.serve(t, connect(t, e.url, 4), 2, work)
	e.hand(t, 1, 1)
	e.await(t, 20*time.Second, "SELECT count(*) FROM river_job WHERE kind = 'finish' AND state = 'running'")
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(12 * time.Second)
	if err := s.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Logf("finished %v after the server was back", e.finished(t, 1, 90*time.Second))
	toldOnce(t, w)
}

func TestTheNetworkIsCut(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	t.Parallel()
	e := newEstate(t)
	way := pgtest.NewProxyFor(t, e.url)
	w := e.serve(t, connect(t, way.URL(e.url), 4), 2, e.work(slow(300*time.Millisecond), nil))
	e.hand(t, 1, 40)
	e.await(t, 20*time.Second, "SELECT (count(*) > 10)::int FROM kept")
	way.Cut()
	time.Sleep(30 * time.Second)
	way.Mend()
	t.Logf("finished %v after the network was back", e.finished(t, 1, 90*time.Second))
	toldOnce(t, w)
}

func TestNoConnectionIsLeft(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	t.Parallel()
	s := pgtest.New(t, pgtest.Options{Settings: map[string]string{"max_connections": "24", "superuser_reserved_connections": "0", "max_wal_senders": "0"}})
	e := estateAt(t, pgtest.DatabaseOn(t, s))
	e.hand(t, 1, 40)
	release := e.takeAll(t)
	w := e.serve(t, connect(t, e.url, 4), 2, e.work(slow(100*time.Millisecond), nil))
	time.Sleep(3 * time.Second)
	if n := e.number(t, "SELECT count(*) FROM kept"); n != 0 {
		t.Errorf("%d shards were kept without a connection", n)
	}
	release()
	e.await(t, 30*time.Second, "SELECT (count(*) > 10)::int FROM kept")
	// Its connections are lost while it works, and others are quicker.
	e.do(t, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()", workerName)
	release = e.takeAll(t)
	time.Sleep(5 * time.Second)
	release()
	t.Logf("finished %v after there were connections again", e.finished(t, 1, 60*time.Second))
	toldOnce(t, w)
}

// takeAll takes all connections that are left.
func (e *estate) takeAll(t *testing.T) (release func()) {
	t.Helper()
	var taken []*pgx.Conn
	for {
		c, err := pgx.Connect(t.Context(), e.url)
		if err != nil {
			break
		}
		taken = append(taken, c)
	}
	release = func() {
		for _, c := range taken {
			_ = c.Close(context.Background())
		}
		taken = nil
	}
	t.Cleanup(release)
	return release
}

// Statements by which a transaction marks what is to become of its commit.
const (
	loseAnswer   = "SELECT 'lose the answer'"
	loseQuestion = "SELECT 'lose the question'"
)

// losing is a connection that breaks at a commit that was marked: behind it, so
// that the server has committed and nobody hears, or in front of it.
type losing struct {
	net.Conn
	answer, question, lost bool
}

func (l *losing) Write(b []byte) (int, error) {
	l.answer = l.answer || bytes.Contains(b, []byte(loseAnswer))
	l.question = l.question || bytes.Contains(b, []byte(loseQuestion))
	if bytes.HasPrefix(b, []byte("Q")) && bytes.Contains(b, []byte("commit")) {
		if l.question {
			_ = l.Close()
			return 0, io.ErrClosedPipe
		}
		l.lost = l.answer
	}
	return l.Conn.Write(b)
}

func (l *losing) Read(b []byte) (int, error) {
	n, err := l.Conn.Read(b)
	if l.lost && n > 0 { // it was said, and is not heard
		_ = l.Close()
		return 0, io.ErrUnexpectedEOF
	}
	return n, err
}

func TestTheAnswerToACommitIsLost(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	t.Parallel()
	e := newEstate(t)
	config, err := pgxpool.ParseConfig(e.url)
	if err != nil {
		t.Fatal(err)
	}
	config.MaxConns = 5
	config.ConnConfig.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := (&net.Dialer{}).DialContext(ctx, network, address)
		return &losing{Conn: c}, err
	}
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	const shards = 24
	var kept [shards]atomic.Int32
	work := e.work(nil, nil)
	keep := work.Keep
	work.Keep = func(ctx context.Context, tx dispatch.Tx, r dispatch.Run, shard int, result []byte) (bool, error) {
		n := kept[shard].Add(1)
		for every, marked := range map[int]string{4: loseAnswer, 3: loseQuestion} {
			if n > 1 || shard%every != 0 {
				continue
			}
			if _, err := tx.Exec(ctx, marked); err != nil {
				return false, err
			}
		}
		return keep(ctx, tx, r, shard, result)
	}
	e.serve(t, pool, 2, work)
	e.hand(t, 1, shards)
	e.finished(t, 1, 60*time.Second)
	for shard := range kept {
		want := int32(1) // also where the answer was lost: what the server has is not done again
		if shard%3 == 0 {
			want = 2
		}
		if n := kept[shard].Load(); n != want {
			t.Errorf("shard %d was kept %d times, want %d", shard, n, want)
		}
	}
}

func TestAWorkerEndsWithoutTheDatabase(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	t.Parallel()
	e := newEstate(t)
	way := pgtest.NewProxyFor(t, e.url)
	w := e.serve(t, connect(t, way.URL(e.url), 4), 2, e.work(slow(300*time.Millisecond), nil))
	e.hand(t, 1, 40)
	e.await(t, 20*time.Second, "SELECT (count(*) > 10)::int FROM kept")
	way.Cut()
	began := time.Now()
	w.ended(t)
	t.Logf("it ended after %v", time.Since(began))
}

// workerName is how the connections of workers in this process are called.
const workerName = "worker"

// Figures for docs/decisions/0026-river.md, held to bounds that a busy machine
// stays within.
func TestWhatTheQueueCosts(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	t.Parallel()
	const shards = 1000
	for _, jobs := range []int{1, 2, 4} {
		t.Run(fmt.Sprint(jobs), func(t *testing.T) {
			e := newEstate(t)
			e.serve(t, connect(t, e.url, jobs+3), jobs, e.work(nil, nil))
			e.await(t, 20*time.Second, "SELECT count(*) FROM worker")
			time.Sleep(3 * time.Second)
			idle := e.number(t, "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()", workerName)
			began := time.Now()
			e.hand(t, 1, shards)
			handed := time.Since(began)
			took := e.finished(t, 1, 60*time.Second)
			t.Logf("%d jobs at once: %d shards handed over in %v, and %v for each of them; an idle worker has %d connections", jobs, shards, handed.Round(time.Millisecond), took/shards, idle)
			if idle > 5 {
				t.Errorf("an idle worker has %d connections", idle)
			}
			if took/shards > 50*time.Millisecond {
				t.Errorf("the queue costs %v for each shard", took/shards)
			}
		})
	}
}
