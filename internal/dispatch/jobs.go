package dispatch

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// Times of jobs. A shard whose worker died runs again at the latest after
// rescueAfter, the 30 s between two looks of River's rescuer, a second until it
// may run again, and the 5 s between two looks of River's scheduler: 53 s. A
// leader that died is replaced within 21 s, and the new one looks at once.
const (
	shardTime   = 15 * time.Second       // a shard may take
	rescueAfter = 17 * time.Second       // a shard that runs for so long was left behind
	finishTime  = 2 * time.Hour          // finishing may take; a dead finisher is found by its life
	againAfter  = time.Second            // before what failed for no fault of its own runs again
	fetchEvery  = 2 * time.Millisecond   // at most, while there are jobs
	pollEvery   = 100 * time.Millisecond // while there are none
)

// How often a job is tried. River is never to give one up by itself: nobody
// would be told.
const (
	mostFailures = 3 // of its own
	mostLives    = 8 // attempts in all: of the others nobody lived to tell
	riverTries   = 1000
)

// Priorities of jobs: what finishes a run goes ahead of what begins another.
const (
	finishPriority = 1
	shardPriority  = 2
)

// shardArgs are the arguments of a job that looks at a shard.
type shardArgs struct {
	Run
	Shard int `json:"shard"`
}

// Kind names the job in River's tables.
func (shardArgs) Kind() string { return "shard" }

func (a shardArgs) String() string { return fmt.Sprintf("shard %d of %v", a.Shard, a.Run) }

// finishArgs are the arguments of a job that finishes a run. The turn grows
// when a finisher died and another one takes its place.
type finishArgs struct {
	Run
	Turn int `json:"turn"`
}

// Kind names the job in River's tables.
func (finishArgs) Kind() string { return "finish" }

func (a finishArgs) String() string { return "the finish of " + a.Run.String() }

// handing is River's client for who hands jobs over and works on none.
func handing() (*river.Client[pgx.Tx], error) {
	return river.NewClient(riverpgxv5.New(nil), &river.Config{Logger: slog.New(slog.DiscardHandler), FetchCooldown: fetchEvery})
}

// Hand hands the open shards of a run to the workers of its queue, in the
// transaction that opens them. A run without open shards is finished at once.
// Shards that failed are handed over again in the same way.
func Hand(ctx context.Context, tx Tx, r Run, shards []int) error {
	jobs := make([]river.InsertManyParams, len(shards))
	for i, shard := range shards {
		jobs[i] = river.InsertManyParams{Args: shardArgs{r, shard}, InsertOpts: options(r, shardPriority)}
	}
	if len(jobs) == 0 {
		jobs = append(jobs, finishOf(r, 1))
	}
	if err := insert(ctx, tx, jobs); err != nil {
		return fmt.Errorf("hand over %v: %w", r, err)
	}
	return nil
}

func insert(ctx context.Context, tx Tx, jobs []river.InsertManyParams) error {
	client, err := handing()
	if err == nil {
		_, err = client.InsertManyFastTx(ctx, tx, jobs)
	}
	return err
}

func finishOf(r Run, turn int) river.InsertManyParams {
	return river.InsertManyParams{Args: finishArgs{r, turn}, InsertOpts: options(r, finishPriority)}
}

func options(r Run, priority int) *river.InsertOpts {
	return &river.InsertOpts{Queue: r.Queue, Priority: priority, MaxAttempts: riverTries}
}

// Cancel takes the jobs of a run back, in the transaction that ends the run:
// those that wait are never begun, those that run are told to stop.
func Cancel(ctx context.Context, tx Tx, r Run) error {
	if err := cancel(ctx, tx, r); err != nil {
		return fmt.Errorf("cancel %v: %w", r, err)
	}
	return nil
}

func cancel(ctx context.Context, tx Tx, r Run) error {
	client, err := handing()
	if err != nil {
		return err
	}
	rows, err := tx.Query(ctx, "SELECT id FROM river_job WHERE "+ofRun+" AND "+isOpen+" ORDER BY id", r.Workspace, r.Number)
	if err != nil {
		return err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	for i := 0; i < len(ids) && err == nil; i++ {
		_, err = client.JobCancelTx(ctx, tx, ids[i])
	}
	return err
}

// Conditions on rows of River's jobs. The first has the workspace and the
// number of a run as its parameters.
const (
	ofRun  = "args @> jsonb_build_object('workspace', $1::bigint, 'number', $2::bigint)"
	isOpen = "state IN ('available', 'pending', 'retryable', 'running', 'scheduled')"
)
