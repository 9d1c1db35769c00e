package dispatch

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"
)

// shardWorker works on jobs that look at a shard.
type shardWorker struct {
	river.WorkerDefaults[shardArgs]
	*server
}

type shardJob = river.Job[shardArgs]

// Timeout is how long an attempt may take.
func (w *shardWorker) Timeout(*shardJob) time.Duration { return shardTime }

// NextRetry is when a job may run again.
func (w *shardWorker) NextRetry(job *shardJob) time.Time { return soon(job.Attempt) }

// Work is an attempt at a shard.
func (w *shardWorker) Work(ctx context.Context, job *shardJob) error {
	a := attempt{job.JobRow, job.Args, shardTime, func(ctx context.Context, cause string) error { return w.fail(ctx, job, cause) }}
	if job.Attempt > mostLives {
		return w.giveUp(ctx, a, died(job.Attempt-1-failures(job.JobRow)))
	}
	return w.end(ctx, a, w.try(ctx, job))
}

// try looks at the shard and keeps the result.
func (w *shardWorker) try(ctx context.Context, job *shardJob) error {
	if err := w.belongs(job.Args.Run); err != nil {
		return err
	}
	result, err := w.observe(ctx, job.Args)
	if err != nil {
		return err
	}
	return w.close(ctx, job, func(tx pgx.Tx) (bool, error) { return w.work.Keep(ctx, tx, job.Args.Run, job.Args.Shard, result) })
}

// fail notes that the shard is given up.
func (w *shardWorker) fail(ctx context.Context, job *shardJob, cause string) error {
	return w.close(ctx, job, func(tx pgx.Tx) (bool, error) { return w.work.Fail(ctx, tx, job.Args.Run, job.Args.Shard, cause) })
}

// observed is what came of looking at a shard.
type observed struct {
	result []byte
	err    error
}

// observe looks at a shard. One that does not end in time, nor when it is told
// to, is left alone: it writes nothing.
func (w *shardWorker) observe(ctx context.Context, args shardArgs) ([]byte, error) {
	done := make(chan observed, 1)
	go func() {
		var o observed
		o.err = guarded(func() (err error) {
			o.result, err = w.work.Observe(ctx, args.Run, args.Shard)
			return err
		})
		done <- o
	}()
	select {
	case o := <-done:
		return o.result, o.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// close writes what became of a shard, and completes the job in the same
// transaction. Who closes the last shard of a run hands its finish over.
//
// The job may have been taken for dead and given to another worker meanwhile.
// What is written stands all the same: the other attempt comes to the same
// result and changes nothing. To roll it back would be worse, since whatever
// River is told of an attempt it writes down for the job, so that the other
// attempt would be disturbed in turn.
func (w *shardWorker) close(ctx context.Context, job *shardJob, write func(pgx.Tx) (last bool, err error)) error {
	return pgx.BeginFunc(ctx, w.pool, func(tx pgx.Tx) error {
		var last bool
		err := guarded(func() (err error) { last, err = write(tx); return err })
		if err == nil && last {
			err = insert(ctx, tx, []river.InsertManyParams{finishOf(job.Args.Run, 1)})
		}
		if err != nil {
			return err
		}
		now, err := river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx, job)
		if err == nil && (now.State != rivertype.JobStateCompleted || now.Attempt != job.Attempt) {
			w.options.Log.Debug("a job ended that was given to another worker, too", "job", job.Args.String(), "attempt", job.Attempt, "now", now.Attempt)
		}
		return err
	})
}
