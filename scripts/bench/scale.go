package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/demarc-dev/demarc/internal/fleet"
)

// What is asked of workers, on the full set of policies.
const (
	scaleRows   = 500_000 // of one estate: one worker is at it for more than 20 s
	tenants     = 4       // that wait at the same time
	tenantRows  = 50_000  // of each
	scaleChecks = "own,azure-policy"

	askedFasterTwo = 1.5  // two workers, against one
	askedQueue     = 0.05 // of a run
	askedTakenUp   = 60.0 // seconds
)

// Scaled is what was measured of workers with one core each. Times are seconds.
type Scaled struct {
	Resources int
	HandOver  float64 // on one core, before the run begins
	One, Two  float64 // from the hand-over until it is published, with so many workers
	Looking   float64 // of One, in which shards were looked at
	Settling  float64 // of One, in which the run was finished
	Memory    int     // megabytes resident at most, of the worker that did all alone
	Bytes     float64 // on disk a resource, with its results

	TenantsOne, TenantsTwo float64 // for the runs of all tenants, with so many workers
	TakenUp                float64 // from the death of a worker until another took its shard up
}

// measureScale measures workers around a server.
func measureScale(ctx context.Context, program, dir string) (s *Scaled, err error) {
	fmt.Printf("bench: workers, %d resources, then %d tenants with %d each\n", scaleRows, tenants, tenantRows)
	whole, part := sample{kind: kindPolicies, rows: scaleRows}, sample{kind: kindPolicies, rows: tenantRows}
	for _, estate := range []sample{whole, part} {
		if _, err := writePolicies(estate, estate.fileName(dir)); err != nil {
			return nil, err
		}
	}
	if _, err := addPack(ctx, program); err != nil {
		return nil, err
	}
	f, err := fleet.Start(ctx, &fleet.Program{Path: program, Cores: 1}, fleet.Lasting)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	x := &scaling{Fleet: f, s: &Scaled{}}
	err = x.one(ctx, whole.fileName(dir))
	if err == nil {
		err = x.two(ctx, whole.fileName(dir))
	}
	if err == nil {
		err = x.tenants(ctx, part.fileName(dir))
	}
	if err == nil {
		err = x.killed(ctx, part.fileName(dir))
	}
	return x.s, err
}

// scaling measures one thing after the other.
type scaling struct {
	*fleet.Fleet
	s *Scaled
}

// handOver hands an estate over, with all policies.
func (x *scaling) handOver(ctx context.Context, workspace, path string) (*fleet.Run, error) {
	return x.HandOver(ctx, workspace, path, "--checks", scaleChecks)
}

// whole has an estate assessed by so many workers.
func (x *scaling) whole(ctx context.Context, workspace, path string, workers int) (r *fleet.Run, memory int, err error) {
	at, err := x.Work(ctx, workers)
	if err != nil {
		return nil, 0, err
	}
	began := time.Now()
	if r, err = x.handOver(ctx, workspace, path); err != nil {
		return nil, 0, err
	}
	x.s.HandOver = r.Created.Sub(began).Seconds()
	if err := r.Await(ctx); err != nil {
		return nil, 0, err
	}
	memory, err = fleet.Stop(at)
	return r, memory, err
}

// The workspaces that are compared.
const (
	byOne = "one"
	byTwo = "two"
)

func (x *scaling) one(ctx context.Context, path string) error {
	r, memory, err := x.whole(ctx, byOne, path, 1)
	if err != nil {
		return err
	}
	jobs, err := r.Jobs(ctx)
	if err != nil {
		return err
	}
	size, err := x.Size(ctx)
	if err != nil {
		return err
	}
	x.s.Resources, x.s.One, x.s.Memory, x.s.Bytes = r.Resources, r.Took().Seconds(), memory, float64(size)/float64(r.Resources)
	x.s.Looking, x.s.Settling = spent(jobs, r.Ended)
	return nil
}

// spent adds up the seconds that the only worker had shards in its hands, and
// those in which it finished the run.
func spent(jobs []fleet.Job, ended time.Time) (looking, settling float64) {
	for _, j := range jobs {
		if j.Shard < 0 {
			settling += ended.Sub(j.Began).Seconds()
		} else {
			looking += j.Ended.Sub(j.Began).Seconds()
		}
	}
	return looking, settling
}

// two has another workspace assess the same, and compares.
func (x *scaling) two(ctx context.Context, path string) error {
	r, _, err := x.whole(ctx, byTwo, path, 2)
	if err != nil {
		return err
	}
	x.s.Two = r.Took().Seconds()
	first, err := x.Content(ctx, byOne)
	if err != nil {
		return err
	}
	second, err := x.Content(ctx, byTwo)
	if err == nil && first != second {
		err = fmt.Errorf("one worker comes to %s, two come to %s", first, second)
	}
	return err
}

// tenants has the estates of several tenants wait when the workers come.
func (x *scaling) tenants(ctx context.Context, path string) (err error) {
	if x.s.TenantsOne, err = x.queue(ctx, path, 1); err == nil {
		x.s.TenantsTwo, err = x.queue(ctx, path, 2)
	}
	return err
}

// queue gives the seconds from the start of so many workers until the last of
// the tenants' runs is published.
func (x *scaling) queue(ctx context.Context, path string, workers int) (float64, error) {
	var runs []*fleet.Run
	for i := range tenants {
		r, err := x.handOver(ctx, fmt.Sprintf("tenant-%d-of-%d", i+1, workers), path)
		if err == nil {
			err = r.Leave()
		}
		if err != nil {
			return 0, err
		}
		runs = append(runs, r)
	}
	began, last := time.Now(), time.Time{}
	at, err := x.Work(ctx, workers)
	if err != nil {
		return 0, err
	}
	for _, r := range runs {
		if err := r.Publish(ctx); err != nil {
			return 0, err
		}
		if r.Ended.After(last) {
			last = r.Ended
		}
	}
	_, err = fleet.Stop(at)
	return last.Sub(began).Seconds(), err
}

// killed kills the second of two workers at its work: the first one leads the
// others, so that no new leader looks at once.
func (x *scaling) killed(ctx context.Context, path string) error {
	workers, err := x.Work(ctx, 2)
	if err != nil {
		return err
	}
	r, err := x.handOver(ctx, "killed", path)
	if err != nil {
		return err
	}
	k, err := r.KillAtWork(ctx, workers[1])
	if err != nil {
		return err
	}
	after, err := r.TakenUp(ctx, k)
	if err != nil {
		return err
	}
	x.s.TakenUp = after.Seconds()
	if err := r.Await(ctx); err != nil {
		return err
	}
	_, err = workers[0].Stop()
	return err
}

// queueing is the part of the run with one worker in which it had nothing in its
// hands: what it takes to fetch jobs, to complete them and to be told.
func (s *Scaled) queueing() float64 { return 1 - (s.Looking+s.Settling)/s.One }

// figures lists what was asked of workers.
func (s *Scaled) figures() []figure {
	name := fmt.Sprintf("%d resources, all policies", s.Resources)
	each := func(seconds float64) float64 { return seconds * 1e6 / float64(s.Resources) }
	several := fmt.Sprintf("%d tenants with %d resources each", tenants, tenantRows)
	return []figure{
		{"handing over " + name + ", one core, a resource", 0, each(s.HandOver), "%.1f us"},
		{"one worker, " + name + ", time", 0, s.One * 1000, "%.0f ms"},
		{"one worker, looking at shards, a resource", 0, each(s.Looking), "%.1f us"},
		{"one worker, settling and publishing, a resource", 0, each(s.Settling), "%.1f us"},
		{"one worker, memory a resource", 0, float64(s.Memory) * 1e6 / float64(s.Resources), "%.0f bytes"},
		{"one worker, on disk a resource", 0, s.Bytes, "%.0f bytes"},
		{"queue operations, part of the time of one worker", askedQueue, s.queueing(), "%.4f"},
		{"two workers, " + name + ", part of the time of one", 1 / askedFasterTwo, s.Two / s.One, "%.3f"},
		{"one worker, " + several + ", time", 0, s.TenantsOne * 1000, "%.0f ms"},
		{"two workers, " + several + ", part of the time of one", 1 / askedFasterTwo, s.TenantsTwo / s.TenantsOne, "%.3f"},
		{"a worker is killed, until another takes its shard up", askedTakenUp * 1000, s.TakenUp * 1000, "%.0f ms"},
	}
}
