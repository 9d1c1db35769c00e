package fleet

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// takeUpFor is how long it may take until what a dead worker had in hand is
// taken up by another.
const takeUpFor = 3 * time.Minute

// Job is one of the jobs of a run, as its last attempt stands.
type Job struct {
	Shard   int // -1 for the one that finishes the run
	Running bool
	Attempt int
	Worker  string    // that took it last, "" for none yet
	Began   time.Time // zero when nobody took it yet
	Ended   time.Time // zero before it is done
}

// Jobs are the jobs of a run, the shards by their numbers and then what finishes
// it.
func (r *Run) Jobs(ctx context.Context) ([]Job, error) {
	workspace, number := r.ID()
	rows, err := r.of.db.Pool().Query(ctx, `SELECT COALESCE((args->>'shard')::int, -1), state = 'running', attempt,
			COALESCE(attempted_by[array_upper(attempted_by, 1)], ''), COALESCE(attempted_at, '0001-01-01Z'), COALESCE(finalized_at, '0001-01-01Z')
		FROM river_job WHERE (args->>'workspace')::bigint = $1 AND (args->>'number')::bigint = $2 ORDER BY kind DESC, 1, id`, workspace, number)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Job
	for rows.Next() {
		var j Job
		if err := rows.Scan(&j.Shard, &j.Running, &j.Attempt, &j.Worker, &j.Began, &j.Ended); err != nil {
			return nil, err
		}
		list = append(list, j)
	}
	return list, rows.Err()
}

// heldBy are the shards that a worker has in its hands.
func heldBy(w *Worker, jobs []Job) (shards []int) {
	for _, j := range jobs {
		if j.Shard >= 0 && j.Running && j.Worker == w.ID {
			shards = append(shards, j.Shard)
		}
	}
	return shards
}

// isDone reports whether a job is a shard that is done.
func isDone(j Job) bool { return j.Shard >= 0 && !j.Ended.IsZero() }

// Killed is a worker that was killed in the midst of its work.
type Killed struct {
	At    time.Time
	Held  []int         // the shards that it had in its hands
	Done  int           // shards of the run that were done by then
	After time.Duration // since the hand-over
}

// errTooSmall says that a run was over before its worker could be killed.
var errTooSmall = errors.New("the run was over before the worker was killed: it takes more resources")

// KillAtWork kills a worker as soon as some shard of the run is done and the
// worker has another one in its hands.
func (r *Run) KillAtWork(ctx context.Context, w *Worker) (*Killed, error) {
	err := until(ctx, runFor, func() (bool, error) {
		if err := r.look(ctx); err != nil {
			return false, err
		}
		jobs, err := r.Jobs(ctx)
		if err == nil && r.Open == 0 {
			err = errTooSmall
		}
		return slices.ContainsFunc(jobs, isDone) && len(heldBy(w, jobs)) > 0, err
	})
	if err != nil {
		return nil, err
	}
	if err := w.Kill(); err != nil {
		return nil, err
	}
	k := &Killed{At: time.Now(), After: time.Since(r.Created)}
	jobs, err := r.Jobs(ctx)
	for _, j := range jobs {
		if isDone(j) {
			k.Done++
		}
	}
	if k.Held = heldBy(w, jobs); err == nil && len(k.Held) == 0 {
		err = errTooSmall
	}
	return k, err
}

// TakenUp waits until others have taken up all that a killed worker had in its
// hands, and gives the time from its death.
func (r *Run) TakenUp(ctx context.Context, k *Killed) (after time.Duration, err error) {
	err = until(ctx, takeUpFor, func() (bool, error) {
		jobs, err := r.Jobs(ctx)
		if err != nil {
			return false, err
		}
		after = 0
		for _, j := range jobs {
			if !slices.Contains(k.Held, j.Shard) {
				continue
			}
			if !j.Began.After(k.At) {
				return false, nil
			}
			after = max(after, j.Began.Sub(k.At))
		}
		return true, nil
	})
	if err != nil {
		return 0, fmt.Errorf("what the killed worker had in its hands: %w", err)
	}
	return after, nil
}

// Shares counts the shards of a run that each of some workers did.
func (r *Run) Shares(ctx context.Context, workers []*Worker) ([]int, error) {
	jobs, err := r.Jobs(ctx)
	if err != nil {
		return nil, err
	}
	shares := make([]int, len(workers))
	for i, w := range workers {
		for _, j := range jobs {
			if isDone(j) && j.Worker == w.ID {
				shares[i]++
			}
		}
	}
	return shares, nil
}
