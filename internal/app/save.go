package app

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"sync"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/data"
	"github.com/demarc-dev/demarc/internal/source/recorded"
	"github.com/demarc-dev/demarc/internal/store"
)

// Place says where an assessment is kept.
type Place struct {
	Database  string // a file or the address of a server, "" for demarc.db in the current folder
	Workspace string // "" for the only one
}

// open opens the store, to write or to read.
func (p Place) open(ctx context.Context, o store.Options) (*store.DB, error) {
	return store.Open(ctx, p.path(), o)
}

func (p Place) path() string { return cmp.Or(p.Database, store.DefaultPath) }

// Save assesses an estate and keeps the result as a snapshot. What was read is
// kept with it, so that it can be assessed again, and what people say in it
// goes into the ledger, as told by whoever runs the program.
func Save(ctx context.Context, q Request, in Place, actor string) (a *demarc.Assessment, saved *Saved, err error) {
	if q.Redact.On {
		return nil, nil, &UsageError{errors.New("--redact and --save do not go together: what is saved keeps its names, and --redact hides them when it is shown")}
	}
	err = in.opened(ctx, store.Options{}, func(db *store.DB) error {
		a, saved, err = in.save(ctx, q, db, actor)
		return err
	})
	return a, saved, err
}

func (p Place) save(ctx context.Context, q Request, db *store.DB, actor string) (*demarc.Assessment, *Saved, error) {
	saving, err := db.Begin(ctx, p.Workspace)
	if err != nil {
		return nil, nil, err
	}
	defer saving.Abandon()
	k := &keepers{saving: saving}
	q.keeper, q.scribe = k.Fork(), &scribe{}
	_, settled, err := q.run(ctx)
	if err != nil {
		return nil, nil, err
	}
	k.flush()
	if _, err := db.Record(ctx, p.Workspace, actor, q.scribe.said); err != nil {
		return nil, nil, err
	}
	out := &store.Publication{Assessment: settled.Assessment, RollUps: settled.RollUps(), Taken: time.Now(), Actor: actor, Program: Version().Version,
		Catalog: catalogHash(), Checks: q.Checks.words(), Policies: q.Checks.Policies}
	snap, err := saving.Publish(out)
	if err != nil {
		return nil, nil, err
	}
	return settled.Assessment, &Saved{Number: snap.Number, Workspace: snap.Workspace, Database: p.shown(), Publication: out}, nil
}

// Saved says what was kept, and where.
type Saved struct {
	Number              int64
	Workspace, Database string
	Publication         *store.Publication
}

// catalogHash tells catalogues apart.
var catalogHash = sync.OnceValue(func() string {
	sum := sha256.Sum256(data.Compact)
	return hex.EncodeToString(sum[:])
})

// words are the checks as the command line names them.
func (c *Checks) words() []string {
	words := append([]string{}, c.Packs...)
	if !c.NotOwn {
		words = append([]string{ownWord}, words...)
	}
	if len(words) == 0 {
		words = []string{noneWord}
	}
	return words
}

// keepers hand what is read to a saving. All of them are flushed when
// everything was read.
type keepers struct {
	saving *store.Saving
	mu     sync.Mutex
	all    []*store.Keeper
}

// keeper keeps what one goroutine reads.
type keeper struct {
	of *keepers
	to *store.Keeper
}

// Keep keeps a record: those of a smaller kind are played first.
func (k *keeper) Keep(kind recorded.Kind, record, aside []byte) {
	k.to.Keep(byte(kind), byte(kind), record, aside)
}

// Fork gives another goroutine its own.
func (k *keeper) Fork() recorded.Keeper { return k.of.Fork() }

// Fork makes a keeper for a goroutine.
func (k *keepers) Fork() recorded.Keeper {
	to := k.saving.Keeper()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.all = append(k.all, to)
	return &keeper{of: k, to: to}
}

func (k *keepers) flush() {
	for _, to := range k.all {
		to.Flush()
	}
}

// saved is the records of a snapshot, those of some kinds or all.
type saved struct {
	from  *store.Recording
	kinds []byte
}

// Each visits the records.
func (r saved) Each(ctx context.Context, visit func(kind recorded.Kind, record, aside []byte) error) error {
	return r.from.Each(ctx, r.kinds, func(kind byte, record, aside []byte) error { return visit(recorded.Kind(kind), record, aside) })
}

// Of are those of some kinds.
func (r saved) Of(kinds ...recorded.Kind) Records {
	of := saved{from: r.from}
	for _, k := range kinds {
		of.kinds = append(of.kinds, byte(k))
	}
	return of
}

// shown is where an assessment is kept, as it may be shown to anybody.
func (p Place) shown() string { return store.Shown(p.path()) }
