package dispatch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// Options say how a worker serves.
type Options struct {
	Queue string       // whose jobs it takes; see [QueueOf]
	Jobs  int          // that it works on at the same time, at least 1
	Log   *slog.Logger // of what happens
}

// How long a worker that was told to end waits: for its jobs to end by
// themselves, then for those that it stopped. A shard always ends in time, and
// what finishes a run goes on elsewhere.
const (
	softStop = shardTime + 5*time.Second
	hardStop = 10 * time.Second
)

// leastConnections is what a worker uses at the same time: one fetches jobs and
// shows life, while one writes results.
const leastConnections = 2

// Serve works on jobs until the context ends. Jobs under way may then end; what
// does not within 20 s is stopped and left to other workers. A database that
// does not answer, or has no connection to spare, is waited for. The tables must
// have been prepared; see [Prepare]. Beside its own connections a worker uses
// what the functions of its work take from the pool.
func Serve(ctx context.Context, pool *pgxpool.Pool, options Options, work Work) error {
	if most := pool.Config().MaxConns; most < leastConnections {
		return fmt.Errorf("serve: a worker needs %d connections, and its pool has %d at most", leastConnections, most)
	}
	s := &server{pool: pool, options: options, work: work, health: &health{log: options.Log}}
	client, err := s.start(ctx)
	if err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	if client == nil {
		return nil
	}
	options.Log.Info("serving", "queue", options.Queue, "jobs", options.Jobs, "worker", client.ID())
	defer options.Log.Info("served", "worker", client.ID())
	living, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	go func() {
		defer end()
		ended(ctx, client)
	}()
	s.life.live(living)
	select {
	case <-client.Stopped():
		return nil
	default:
	}
	if s.health.isAway() {
		options.Log.Warn("ended without the database: other workers take up what was under way")
		return nil
	}
	return errors.New("serve: jobs did not stop when they were told to")
}

// server is a worker process.
type server struct {
	pool    *pgxpool.Pool
	options Options
	work    Work
	health  *health
	life    *life
}

// start starts River's client, when the database is there. It is nil when the
// context ended before.
func (s *server) start(ctx context.Context) (*river.Client[pgx.Tx], error) {
	for ctx.Err() == nil {
		client, err := s.client()
		if err != nil {
			return nil, err
		}
		s.life = &life{id: client.ID(), options: s.options, pool: s.pool, health: s.health}
		err = client.Start(ctx)
		if err == nil {
			return client, nil
		}
		if !isAway(err) && ctx.Err() == nil {
			return nil, err
		}
		s.health.note(err)
		select {
		case <-ctx.Done():
		case <-time.After(againAfter):
		}
	}
	return nil, nil
}

func (s *server) client() (*river.Client[pgx.Tx], error) {
	workers := river.NewWorkers()
	if err := errors.Join(river.AddWorkerSafely(workers, &shardWorker{server: s}), river.AddWorkerSafely(workers, &finishWorker{server: s})); err != nil {
		return nil, err
	}
	return river.NewClient(riverpgxv5.New(s.pool), &river.Config{
		Logger:               quietly(s.options.Log, s.health),
		Workers:              workers,
		Queues:               map[string]river.QueueConfig{s.options.Queue: {MaxWorkers: s.options.Jobs}},
		JobTimeout:           shardTime,
		RescueStuckJobsAfter: rescueAfter,
		SoftStopTimeout:      softStop,
		FetchCooldown:        fetchEvery,
		FetchPollInterval:    pollEvery,
		PollOnly:             true,
	})
}

// ended returns when the client has stopped, or has not in time after the
// context ended.
func ended(ctx context.Context, client *river.Client[pgx.Tx]) {
	select {
	case <-client.Stopped():
		return
	case <-ctx.Done():
	}
	select {
	case <-client.Stopped():
	case <-time.After(softStop + hardStop):
	}
}
