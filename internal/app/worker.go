package app

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/dispatch"
	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/pack"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/recorded"
	"github.com/demarc-dev/demarc/internal/store"
)

// WorkRequest says how to work for others.
type WorkRequest struct {
	Place Place
	Jobs  int // at once, 0 for one a processor
	Log   *slog.Logger
}

// Work takes the jobs of runs from the database until ctx ends, and lets what is
// under way end then.
func Work(ctx context.Context, q WorkRequest) error {
	if q.Jobs <= 0 {
		q.Jobs = runtime.GOMAXPROCS(0)
	}
	return q.Place.served(ctx, func(db *store.DB) (err error) {
		folder, err := os.MkdirTemp("", "demarc-worker-")
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
		w := &worker{db: db, folder: folder}
		return dispatch.Serve(ctx, db.Pool(), dispatch.Options{Queue: dispatch.QueueOf(engine(), catalogHash()), Jobs: q.Jobs, Log: q.Log}, w.work())
	})
}

// worker does the jobs of one process.
type worker struct {
	db     *store.DB
	folder string // of packs, by their hashes
	mu     sync.Mutex
	last   *observing // the run that was worked for last, mostly the next one too
}

func (w *worker) work() dispatch.Work {
	return dispatch.Work{
		Observe: w.observe,
		Keep: func(ctx context.Context, tx store.Tx, r dispatch.Run, shard int, result []byte) (bool, error) {
			return w.db.KeepResult(ctx, tx, shardAt(r, shard), result)
		},
		Fail: func(ctx context.Context, tx store.Tx, r dispatch.Run, shard int, cause string) (bool, error) {
			return w.db.FailShard(ctx, tx, shardAt(r, shard), cause)
		},
		Finish: w.finish,
		Abandon: func(ctx context.Context, r dispatch.Run, cause string) error {
			run, err := w.db.Run(ctx, r.Workspace, r.Number)
			if err != nil {
				return err
			}
			return w.db.FailRun(ctx, run, cause)
		},
	}
}

func shardAt(r dispatch.Run, shard int) store.ShardAt {
	return store.ShardAt{Workspace: r.Workspace, Run: r.Number, Shard: shard}
}

// observing is a run that shards are observed of.
type observing struct {
	at       dispatch.Run
	run      *store.Run
	request  Request
	inputs   *recordedInputs
	prepared *prepared
}

// open finds the run that was worked for last, or prepares another one. Several
// jobs of a process wait for the one that does.
func (w *worker) open(ctx context.Context, at dispatch.Run) (*observing, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.last != nil && w.last.at == at {
		return w.last, nil
	}
	o, err := w.begin(ctx, at)
	if err != nil {
		return nil, err
	}
	if o.prepared, err = o.request.prepare(ctx, o.inputs); err != nil {
		return nil, err
	}
	w.last = o
	return o, nil
}

// begin reads what a run asks for.
func (w *worker) begin(ctx context.Context, at dispatch.Run) (*observing, error) {
	r, err := w.db.Run(ctx, at.Workspace, at.Number)
	if err != nil {
		return nil, err
	}
	o := &observing{at: at, run: r}
	if o.request, err = w.request(ctx, r); err != nil {
		return nil, err
	}
	o.inputs, err = openRecords(ctx, runRecords{run: r})
	return o, err
}

// request is what is asked of a run, with its packs where they are found.
func (w *worker) request(ctx context.Context, r *store.Run) (Request, error) {
	var order asked
	if err := json.Unmarshal(r.Asked, &order); err != nil {
		return Request{}, fmt.Errorf("read what run %d asks for: %w", r.Number, err)
	}
	checks, err := ParseChecks(order.Checks)
	if err != nil {
		return Request{}, err
	}
	checks.Folder = filepath.Join(w.folder, sumOf(r.Asked))
	for name, hash := range order.Packs {
		if err := w.fetch(ctx, checks.Folder, name, hash); err != nil {
			return Request{}, fmt.Errorf("fetch the pack %s: %w", name, err)
		}
	}
	return Request{Checks: checks}, nil
}

// fetch puts a pack into a folder, unless it is there.
func (w *worker) fetch(ctx context.Context, folder, name, hash string) error {
	path, err := packPath(folder, name)
	if err != nil || isFile(path) {
		return err
	}
	raw, err := hex.DecodeString(hash)
	if err != nil {
		return err
	}
	text, err := w.db.File(ctx, raw)
	if err != nil {
		return err
	}
	return pack.Save(path, func(to io.Writer) error {
		_, err := to.Write(text)
		return err
	})
}

// observe looks at a shard: it has everything evaluated that its resources
// decide alone.
func (w *worker) observe(ctx context.Context, at dispatch.Run, shard int) ([]byte, error) {
	o, err := w.open(ctx, at)
	if err != nil {
		return nil, err
	}
	s := &evaluating{sink: o.prepared.gatherer().sink(), to: o.prepared.line.NewEvaluator()}
	player := o.inputs.player.Fork()
	err = o.run.EachOf(ctx, shard, func(mark uint64, kind byte, record, aside []byte) error {
		s.mark = mark
		if err := player.Play(recorded.Kind(kind), record, aside, s); err != nil {
			return err
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	return s.to.AppendTo(nil), nil
}

// evaluating is a sink that has resources evaluated and nothing else.
type evaluating struct {
	*sink
	to   *assess.Evaluator
	mark uint64
}

// Resource has a resource evaluated.
func (s *evaluating) Resource(r source.Resource) {
	values := r.Values
	if r.DisplayType != "" {
		values = s.named(&r)
	}
	s.to.Evaluate(s.mark, &r.Resource, values)
}

// finish settles a run and publishes it. Done again it changes nothing, nor while
// shards are open: the run was tried again, and whoever looks at the last of them
// hands its finish over anew.
func (w *worker) finish(ctx context.Context, at dispatch.Run) error {
	r, err := w.db.Run(ctx, at.Workspace, at.Number)
	if err != nil || r.State.Ended() || r.Open > 0 {
		return err
	}
	if len(r.Failed) > 0 {
		return w.db.FailRun(ctx, r, failedShards(r))
	}
	saving, err := w.db.Resume(ctx, r)
	if errors.Is(err, store.ErrRunEnded) {
		return nil
	}
	if err != nil {
		return err
	}
	defer saving.Abandon()
	err = w.publish(ctx, at, saving)
	if errors.Is(err, store.ErrRunEnded) || errors.Is(err, store.ErrAbandoned) {
		return nil // somebody else finishes it, or it was given up
	}
	return err
}

func failedShards(r *store.Run) string {
	first := r.Failed[0]
	text := fmt.Sprintf("shard %d (%d resources): %s", first.Number, first.Resources, first.Problem)
	if more := len(r.Failed) - 1; more > 0 {
		text += fmt.Sprintf(", and %d more", more)
	}
	return text
}

func (w *worker) publish(ctx context.Context, at dispatch.Run, saving *store.Saving) error {
	o, err := w.begin(ctx, at)
	if err != nil {
		return err
	}
	q := o.request
	o.inputs.shards = &shardedInputs{run: o.run, player: o.inputs.player}
	_, settled, err := q.runOver(ctx, o.inputs)
	if err != nil {
		return err
	}
	_, err = saving.Publish(&store.Publication{Assessment: settled.Assessment, RollUps: settled.RollUps(), Taken: time.Now(), Actor: o.run.Actor,
		Program: Version().Version, Catalog: catalogHash(), Checks: q.Checks.words(), Policies: q.Checks.Policies})
	return err
}

// runRecords are the records of a run, those of some kinds or all.
type runRecords struct {
	run   *store.Run
	kinds []byte
}

// Each visits the records.
func (r runRecords) Each(ctx context.Context, visit func(kind recorded.Kind, record, aside []byte) error) error {
	return r.run.Each(ctx, r.kinds, func(kind byte, record, aside []byte) error { return visit(recorded.Kind(kind), record, aside) })
}

// Of are those of some kinds.
func (r runRecords) Of(kinds ...recorded.Kind) Records {
	of := runRecords{run: r.run}
	for _, k := range kinds {
		of.kinds = append(of.kinds, byte(k))
	}
	return of
}

// shardedInputs are the resources of a run, with what was found out about its
// shards.
type shardedInputs struct {
	run    *store.Run
	player *recorded.Player
}

// play plays all shards, several at once.
func (in *shardedInputs) play(ctx context.Context, to source.Sink) error {
	sinks := make(chan *playingShard, runtime.GOMAXPROCS(0))
	for range cap(sinks) {
		sinks <- &playingShard{player: in.player.Fork(), sink: to.Fork()}
	}
	return dispatch.Each(ctx, in.run.Shards, cap(sinks), func(ctx context.Context, shard int) error {
		p := <-sinks
		defer func() { sinks <- p }()
		return p.play(ctx, in.run, shard)
	})
}

// playingShard plays one shard after the other.
type playingShard struct {
	player *recorded.Player
	sink   source.Sink
}

func (p *playingShard) play(ctx context.Context, run *store.Run, shard int) error {
	to, recalls := p.sink.(*sink)
	if recalls {
		data, err := run.Result(ctx, shard)
		if err != nil {
			return err
		}
		results, err := assess.ReadResults(data)
		if err != nil {
			return fmt.Errorf("shard %d of run %d: %w", shard, run.Number, err)
		}
		to.shard.Recall(results)
		defer to.shard.Recall(nil)
	}
	return run.EachOf(ctx, shard, func(mark uint64, kind byte, record, aside []byte) error {
		if recalls {
			to.shard.Mark(mark)
		}
		return p.player.Play(recorded.Kind(kind), record, aside, p.sink)
	})
}
