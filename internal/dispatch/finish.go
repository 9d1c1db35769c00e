package dispatch

import (
	"context"
	"time"

	"github.com/riverqueue/river"
)

// finishWorker works on jobs that finish a run.
type finishWorker struct {
	river.WorkerDefaults[finishArgs]
	*server
}

type finishJob = river.Job[finishArgs]

// Timeout is how long an attempt may take.
func (w *finishWorker) Timeout(*finishJob) time.Duration { return finishTime }

// NextRetry is when a job may run again.
func (w *finishWorker) NextRetry(job *finishJob) time.Time { return soon(job.Attempt) }

// Work is an attempt to finish a run. While it lasts the worker shows that the
// job is in its hands.
func (w *finishWorker) Work(ctx context.Context, job *finishJob) error {
	defer w.life.begin(job.ID)()
	a := attempt{job.JobRow, job.Args, finishTime, func(ctx context.Context, cause string) error { return w.work.Abandon(ctx, job.Args.Run, cause) }}
	if lives := job.Args.Turn + job.Attempt - 2 - failures(job.JobRow); lives >= mostLives {
		return w.giveUp(ctx, a, died(lives))
	}
	return w.end(ctx, a, w.try(ctx, job))
}

// try finishes the run.
func (w *finishWorker) try(ctx context.Context, job *finishJob) error {
	if err := w.belongs(job.Args.Run); err != nil {
		return err
	}
	began := time.Now()
	err := guarded(func() error { return w.work.Finish(ctx, job.Args.Run) })
	if err == nil {
		w.options.Log.Info("finished a run", "run", job.Args.Number, "workspace", job.Args.Workspace, "took", time.Since(began).Round(time.Millisecond))
	}
	return err
}
