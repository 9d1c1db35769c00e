package dispatch

import (
	"context"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
)

// Times of the sign of life of a worker, by the clock of the database. A
// finisher that died is replaced within deadAfter and lookEvery: 30 s.
const (
	beatEvery   = 5 * time.Second
	lookEvery   = 10 * time.Second
	deadAfter   = 20 * time.Second // without a beat
	forgetAfter = time.Hour        // the row of a worker that died
)

// life is a worker's sign of life, and its eye on those that finish runs.
type life struct {
	id      string // of the worker
	options Options
	pool    *pgxpool.Pool
	health  *health

	mu        sync.Mutex
	finishing []int64 // jobs that this worker is finishing runs for
}

// begin notes that a job finishes a run here; the function that it gives notes
// that it ended.
func (l *life) begin(job int64) (end func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.finishing = append(l.finishing, job)
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.finishing = slices.DeleteFunc(l.finishing, func(id int64) bool { return id == job })
	}
}

func (l *life) jobs() []int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]int64{}, l.finishing...)
}

// live beats and looks until the context ends, and signs off.
func (l *life) live(ctx context.Context) {
	defer l.signOff(context.WithoutCancel(ctx))
	ticks := time.NewTicker(beatEvery)
	defer ticks.Stop()
	for n := 0; ctx.Err() == nil; n++ {
		err := within(ctx, beatEvery, l.beat)
		if err == nil && n%int(lookEvery/beatEvery) == 0 {
			err = within(ctx, beatEvery, l.look)
		}
		if ctx.Err() == nil {
			l.health.note(err)
		}
		select {
		case <-ctx.Done():
		case <-ticks.C:
		}
	}
}

func within(ctx context.Context, most time.Duration, do func(context.Context) error) error {
	ctx, stop := context.WithTimeout(ctx, most)
	defer stop()
	return do(ctx)
}

func (l *life) beat(ctx context.Context) error {
	host, _ := os.Hostname()
	_, err := l.pool.Exec(ctx, "INSERT INTO worker (id, host, queue, jobs, since, beat, finishing) VALUES ($1, $2, $3, $4, now(), now(), $5) "+
		"ON CONFLICT (id) DO UPDATE SET beat = now(), finishing = excluded.finishing", l.id, host, l.options.Queue, l.options.Jobs, l.jobs())
	return err
}

func (l *life) signOff(ctx context.Context) {
	_ = within(ctx, beatEvery, func(ctx context.Context) error {
		_, err := l.pool.Exec(ctx, "DELETE FROM worker WHERE id = $1", l.id)
		return err
	})
}

// look puts others in the place of finishers that died, and forgets workers.
func (l *life) look(ctx context.Context) error {
	return pgx.BeginFunc(ctx, l.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "DELETE FROM worker WHERE beat < now() - $1::interval", forgetAfter); err != nil {
			return err
		}
		dead, err := l.leftBehind(ctx, tx)
		if err != nil || len(dead) == 0 {
			return err
		}
		return l.replace(ctx, tx, dead)
	})
}

// abandoned is a job whose finisher shows no life.
type abandoned struct {
	ID                      int64
	Workspace, Number, Turn int64
}

// leftBehind locks the jobs of this worker's queue whose finisher shows no
// life. Those that another worker is about to replace, or has replaced, are not
// among them.
func (l *life) leftBehind(ctx context.Context, tx pgx.Tx) ([]abandoned, error) {
	rows, err := tx.Query(ctx, `SELECT id, (args->>'workspace')::bigint, (args->>'number')::bigint, (args->>'turn')::bigint
		FROM river_job j
		WHERE queue = $1 AND kind = $2 AND state = 'running' AND attempted_at < now() - $3::interval AND NOT metadata ? 'cancel_attempted_at'
			AND NOT EXISTS (SELECT FROM worker WHERE beat > now() - $3::interval AND j.id = ANY (finishing))
		FOR UPDATE OF j SKIP LOCKED`, l.options.Queue, finishArgs{}.Kind(), deadAfter)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[abandoned])
}

// replace cancels the jobs of finishers that died, so that one of them which was
// only cut off stops, and hands new ones over.
func (l *life) replace(ctx context.Context, tx pgx.Tx, dead []abandoned) error {
	client, err := handing()
	if err != nil {
		return err
	}
	var jobs []river.InsertManyParams
	for _, d := range dead {
		if _, err := client.JobCancelTx(ctx, tx, d.ID); err != nil {
			return err
		}
		r := Run{d.Workspace, d.Number, l.options.Queue}
		l.options.Log.Warn("who finished a run shows no life: another one takes over", "run", r.Number, "workspace", r.Workspace)
		jobs = append(jobs, finishOf(r, int(d.Turn)+1))
	}
	return insert(ctx, tx, jobs)
}
