package main

import (
	"context"
	"fmt"
	"time"

	"github.com/demarc-dev/demarc/internal/fleet"
)

// The workspaces of the estates that workers assess.
const (
	whole  = "two"
	broken = "two-one-killed"
)

// handOver hands the estate over to the workers.
func (s *show) handOver(ctx context.Context, workspace, day string) (*fleet.Run, time.Time, error) {
	s.say("   $ demarc assess estate.json --dispatch --database postgres://...")
	began := time.Now()
	r, err := s.fleet.HandOver(ctx, workspace, s.estate(), "--as-of", day)
	if err != nil {
		return nil, began, err
	}
	s.say("   handed over after %s: %d shards, %d of them unchanged", seconds(time.Since(began)), r.Shards, r.Skipped)
	return r, began, nil
}

// await waits for a run and ends the step.
func (s *show) await(ctx context.Context, r *fleet.Run, t step, began time.Time) error {
	if err := r.Await(ctx); err != nil {
		return err
	}
	t.took, t.shards, t.skipped = time.Since(began), r.Shards, r.Skipped
	var err error
	if t.content, err = s.fleet.Content(ctx, r.Workspace); err == nil {
		s.end(t)
	}
	return err
}

// start starts two workers.
func (s *show) start(ctx context.Context) ([]*fleet.Worker, error) {
	s.say("   $ demarc worker --database postgres://... &")
	s.say("   $ demarc worker --database postgres://... &")
	return s.fleet.Work(ctx, 2)
}

func (s *show) workers(ctx context.Context) error {
	s.begin("PostgreSQL and two workers")
	workers, err := s.start(ctx)
	if err != nil {
		return err
	}
	r, began, err := s.handOver(ctx, whole, firstDay)
	if err != nil {
		return err
	}
	if err := s.await(ctx, r, step{name: "two workers", day: firstDay}, began); err != nil {
		return err
	}
	shares, err := r.Shares(ctx, workers)
	if err != nil {
		return err
	}
	s.say("   the first worker did %d shards, the second %d", shares[0], shares[1])
	_, err = fleet.Stop(workers)
	return err
}

// kill kills one of two workers at its work.
func (s *show) kill(ctx context.Context) error {
	s.begin("The same in another workspace, and one of the workers is killed")
	workers, err := s.start(ctx)
	if err != nil {
		return err
	}
	r, began, err := s.handOver(ctx, broken, firstDay)
	if err != nil {
		return err
	}
	k, err := r.KillAtWork(ctx, workers[1])
	if err != nil {
		return err
	}
	s.say("   $ kill -9 %d", workers[1].PID())
	s.say("   killed %s after the hand-over, at its work on shard %d; %d of %d are done", seconds(k.After), k.Held[0], k.Done, r.Shards)
	after, err := r.TakenUp(ctx, k)
	if err != nil {
		return err
	}
	s.say("   %s later the other worker took the shard up", seconds(after))
	t := step{name: "two workers, one killed", note: fmt.Sprintf("taken up after %s", seconds(after)), day: firstDay}
	if err := s.await(ctx, r, t, began); err != nil {
		return err
	}
	_, err = workers[0].Stop()
	return err
}

// nextDay assesses what a hundredth of which changed.
func (s *show) nextDay(ctx context.Context) error {
	if err := s.write(changed); err != nil {
		return err
	}
	s.begin("The next day, 1 % of the estate changed: one process, with the file")
	s.say("   $ demarc assess estate.json --save")
	if err := s.alone(ctx, "next day: one process, SQLite", secondDay); err != nil {
		return err
	}
	s.begin("The next day: two workers")
	workers, err := s.start(ctx)
	if err != nil {
		return err
	}
	r, began, err := s.handOver(ctx, whole, secondDay)
	if err != nil {
		return err
	}
	if err := s.await(ctx, r, step{name: "next day: two workers", day: secondDay}, began); err != nil {
		return err
	}
	_, err = fleet.Stop(workers)
	return err
}
