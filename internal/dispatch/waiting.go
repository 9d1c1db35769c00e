package dispatch

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Progress is how the jobs of a run stand.
type Progress struct {
	Queued  int       // jobs that wait, also for another attempt
	Running int       // jobs that are worked on, or were when their worker died
	Since   time.Time // when the oldest of them was handed over; zero for none
}

// Waiting tells how the jobs of a run stand.
func Waiting(ctx context.Context, pool *pgxpool.Pool, r Run) (Progress, error) {
	var p Progress
	var since *time.Time
	err := pool.QueryRow(ctx, "SELECT count(*) FILTER (WHERE state <> 'running'), count(*) FILTER (WHERE state = 'running'), min(created_at) "+
		"FROM river_job WHERE "+ofRun+" AND "+isOpen, r.Workspace, r.Number).Scan(&p.Queued, &p.Running, &since)
	if err != nil {
		return Progress{}, fmt.Errorf("look how %v stands: %w", r, err)
	}
	if since != nil {
		p.Since = *since
	}
	return p, nil
}

// Worker is a process that serves.
type Worker struct {
	ID    string
	Host  string
	Queue string    // whose jobs it takes
	Jobs  int       // that it works on at the same time
	Since time.Time // when it began
	Beat  time.Time // when it last showed life
}

// Workers are the processes that show life, in the order in which they began.
func Workers(ctx context.Context, pool *pgxpool.Pool) ([]Worker, error) {
	rows, err := pool.Query(ctx, "SELECT id, host, queue, jobs, since, beat FROM worker WHERE beat > now() - $1::interval ORDER BY since, id", deadAfter)
	if err != nil {
		return nil, fmt.Errorf("list the workers: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Worker])
	if err != nil {
		return nil, fmt.Errorf("list the workers: %w", err)
	}
	return list, nil
}
