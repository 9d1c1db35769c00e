package app

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/demarc-dev/demarc/internal/dispatch"
	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/source/recorded"
	"github.com/demarc-dev/demarc/internal/store"
)

// asked is what workers are asked to do with the inputs of a run. The day and
// the name of the estate are among the inputs. The names are a file format.
type asked struct {
	Checks []string          `json:"checks"` // in the words of the command line
	Packs  map[string]string `json:"packs"`  // name -> hash of the file
}

// HandOver reads an estate, keeps its inputs in the store and hands the
// assessment over to workers. It returns when they have it: nothing is lost from
// then on, whoever dies.
func HandOver(ctx context.Context, q Request, in Place, actor string) (line *report.RunLine, err error) {
	if err := q.canBeHanded(); err != nil {
		return nil, err
	}
	err = in.served(ctx, func(db *store.DB) error {
		r, err := in.handOver(ctx, q, db, actor, func(tx store.Tx, r *store.Run, open []int) error { return dispatch.Hand(ctx, tx, runOf(r), open) })
		if err == nil {
			line = runLine(r)
		}
		return err
	})
	return line, err
}

// served calls f with a store that workers use, too.
func (p Place) served(ctx context.Context, f func(db *store.DB) error) error {
	if !store.IsServer(p.path()) {
		return hinted(&UsageError{errors.New("workers need a database that all of them reach")}, "--database postgres://USER@HOST/NAME")
	}
	return p.opened(ctx, store.Options{}, func(db *store.DB) error {
		if err := dispatch.Prepare(ctx, db.Pool()); err != nil {
			return err
		}
		return f(db)
	})
}

// canBeHanded refuses what workers cannot do.
func (q Request) canBeHanded() error {
	switch {
	case q.Redact.On:
		return &UsageError{errors.New("--redact and --dispatch do not go together: what is saved keeps its names, and --redact hides them when it is shown")}
	case len(q.Checks.Policies) > 0:
		return hinted(&UsageError{errors.New("--policies and --dispatch do not go together: workers do not see your folders")},
			"pack them first: demarc catalog add NAME FOLDER, then --checks own,NAME")
	case NamesSnapshot(q.Paths):
		return &UsageError{errors.New("a snapshot and --dispatch do not go together: hand the files over, or assess the snapshot here with --save")}
	}
	return nil
}

// handOver keeps the inputs and calls hand in the transaction that makes them a
// run.
func (p Place) handOver(ctx context.Context, q Request, db *store.DB, actor string, hand func(store.Tx, *store.Run, []int) error) (*store.Run, error) {
	order, files, err := q.asked()
	if err != nil {
		return nil, err
	}
	saving, err := db.Begin(ctx, p.Workspace)
	if err != nil {
		return nil, err
	}
	defer saving.Abandon()
	k := &keepers{saving: saving}
	q.keeper, q.scribe = k.Fork(), &scribe{}
	prepared, err := q.keep(ctx, OpenInputs(q.Paths, q.Stdin))
	if err != nil {
		return nil, err
	}
	k.flush()
	if _, err := db.Record(ctx, p.Workspace, actor, q.scribe.said); err != nil {
		return nil, err
	}
	depends, err := prepared.depends(order)
	if err != nil {
		return nil, err
	}
	return saving.HandOver(&store.Handing{
		Order: store.Order{Asked: order, Program: engine(), Catalog: catalogHash(), Actor: actor},
		Turn:  byte(recorded.KindResource), Most: cmp.Or(q.most, shardResources), Files: files, Depends: depends, Hand: hand,
	})
}

// shardResources is how many resources a shard has at most: it must be looked at
// in far less than the time that a job may take.
const shardResources = 20_000

// runOf names a run for the workers that can do it.
func runOf(r *store.Run) dispatch.Run {
	workspace, number := r.ID()
	return dispatch.Run{Workspace: workspace, Number: number, Queue: dispatch.QueueOf(r.Program, r.Catalog)}
}

// asked writes down what workers are asked, and gives the packs that they need.
func (q Request) asked() (order []byte, files [][]byte, err error) {
	to := asked{Checks: q.Checks.words(), Packs: map[string]string{}}
	names := slices.Clone(q.Checks.Packs)
	if path, err := packPath(q.Checks.Folder, AliasPack); err == nil && q.Checks.Folder != "" && isFile(path) {
		names = append(names, AliasPack)
	}
	for _, name := range names {
		path, err := packPath(q.Checks.Folder, name)
		if err != nil {
			return nil, nil, err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, nil, hinted(fmt.Errorf("pack %s: %w", name, err), "demarc catalog list shows the packs that are there")
		}
		files, to.Packs[name] = append(files, text), sumOf(text)
	}
	order, err = json.Marshal(to)
	return order, files, err
}

// keep reads everything into the keeper and has nothing observed.
func (q Request) keep(ctx context.Context, in inputs) (*prepared, error) {
	p, err := q.prepare(ctx, in)
	if err != nil {
		return nil, err
	}
	in.tell(q.Progress, nil)
	if err := in.Read(ctx, q.scribe.over(q.recording(&firstSink{plans: p.line.Layout()}))); err != nil {
		return nil, err
	}
	q.recordAround(in, &p.options)
	q.scribe.owners(p.options.OwnerRules)
	return p, nil
}

// depends is a hash of all that the results of shards depend on beside their
// inputs: what is asked, and what the estate's own documents and its statements
// about policies say. Where a policy reads the day, the results know theirs.
func (p *prepared) depends(order []byte) ([]byte, error) {
	sums := &sums{}
	sums.add(order)
	for _, d := range p.texts {
		sums.add(d.Text)
	}
	told := recorded.Record(&firstSink{plans: p.line.Layout()}, sums)
	for _, s := range p.first {
		told.Statement(s)
	}
	slices.SortFunc(sums.all, func(a, b [32]byte) int { return bytes.Compare(a[:], b[:]) })
	h := sha256.New()
	for _, sum := range sums.all {
		h.Write(sum[:])
	}
	return h.Sum(nil), nil
}

// sums keeps hashes of what it is given.
type sums struct{ all [][32]byte }

func (s *sums) add(b []byte) { s.all = append(s.all, sha256.Sum256(b)) }

// Keep keeps the hash of a record.
func (s *sums) Keep(_ recorded.Kind, record, _ []byte) { s.add(record) }

// Fork is the same one: statements come one after the other.
func (s *sums) Fork() recorded.Keeper { return s }
