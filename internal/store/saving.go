package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"
)

// Saving is one snapshot on its way into the store. While inputs are read they
// are staged, in short transactions of their own, so that nobody waits for an
// import; Publish makes them and what was concluded a snapshot, at once or not
// at all. What was staged and never published is cleared away by Compact.
type Saving struct {
	db        *DB
	ctx       context.Context
	workspace int64
	name      string // of the workspace
	layer     int64
	token     string
	parent    *base // what the snapshot is written against, nil for the first
	known     *known
	run       *Run // that it goes on with, nil for none

	queue chan chunk
	stage sync.WaitGroup
	beat  chan struct{} // closed when the saving ends
	seq   int

	mu    sync.Mutex
	err   error
	ended bool
}

// base is the newest snapshot of a workspace when a saving began.
type base struct {
	number int64
	layers chain
	header header
}

// ErrAbandoned says that a saving was taken for dead and cleared away.
var ErrAbandoned = errors.New("the saving was taken for dead and cleared away: save again")

const (
	stageChunks = 64               // chunks that go into one transaction at most
	stageEvery  = time.Second      // how often a saving shows that it lives
	mostLayers  = 24               // of a snapshot, before everything is written anew
	dropFor     = 10 * time.Second // for how long a saving that ends tries to clear up behind itself
)

// How far a layer has come. The numbers are a file format.
const (
	layerStaged    = 0 // by a saver that shows life
	layerPublished = 1
	layerHanded    = 2 // its inputs are those of a run
)

// Begin begins to save a snapshot of a workspace, which is made when there is
// none. Whoever began must end it with Publish or Abandon.
func (db *DB) Begin(ctx context.Context, workspace string) (*Saving, error) {
	s := db.newSaving(ctx)
	err := db.engine.write(ctx, func(c conn) error {
		var err error
		if s.name, err = WorkspaceName(workspace); err != nil {
			return err
		}
		if s.workspace, err = ensureWorkspace(c, workspace); err != nil {
			return err
		}
		if s.parent, err = newestBase(c, s.workspace); err != nil {
			return err
		}
		s.layer, err = s.newLayer(c)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("begin a snapshot of %s: %w", workspace, err)
	}
	if s.parent != nil && len(s.parent.layers) >= mostLayers {
		s.parent = nil // what a snapshot is read from must not grow without end
	}
	if err := s.loadKnown(); err != nil {
		return nil, fmt.Errorf("read what is known of %s: %w", workspace, err)
	}
	s.stage.Go(s.write)
	go s.live()
	return s, nil
}

func (db *DB) newSaving(ctx context.Context) *Saving {
	return &Saving{db: db, ctx: ctx, token: rand.Text(), queue: make(chan chunk, 2*stageChunks), beat: make(chan struct{}), known: newKnown()}
}

// loadKnown reads which inputs the newest snapshot has, from the layers that it
// has now: they may have been made fewer since.
func (s *Saving) loadKnown() error {
	if s.parent == nil {
		return nil
	}
	return s.db.engine.read(s.ctx, func(c conn) error {
		layers, err := layersOf(c, s.workspace, s.parent.number)
		if err != nil {
			return err
		}
		return s.known.load(c, layers)
	})
}

// The number of a layer says whose it is and in which month it began, so that
// what is kept by workspace and month finds its place by it.
const (
	layersOfMonth     = 1 << 24
	mostMonths        = 1 << 12 // since firstYear
	layersOfWorkspace = mostMonths * layersOfMonth
	firstYear         = 2000
)

// layersBelow is the number below those of a workspace's layers of a month.
func layersBelow(workspace int64, at time.Time) int64 {
	month := (at.UTC().Year()-firstYear)*12 + int(at.UTC().Month()) - 1
	return workspace*layersOfWorkspace + int64(min(max(month, 0), mostMonths-1))*layersOfMonth
}

// newLayer makes the layer of a saving, which it may have made before.
func (s *Saving) newLayer(c conn) (int64, error) {
	id, err := one(c, "SELECT id FROM layer WHERE workspace = $1 AND published = $2 AND token = $3", s.workspace, layerStaged, s.token)
	if err != nil || id != 0 {
		return id, err
	}
	below := layersBelow(s.workspace, s.db.now())
	if id, err = one(c, "SELECT COALESCE(MAX(id), $1) + 1 FROM layer WHERE id > $1 AND id < $2", below, below+layersOfMonth); err != nil {
		return 0, err
	}
	_, err = c.exec("INSERT INTO layer (id, workspace, token, beat, published) VALUES ($1, $2, $3, 0, $4)", id, s.workspace, s.token, layerStaged)
	return id, err
}

// one is the first column of the only row.
func one(c conn, sql string, args ...any) (n int64, err error) {
	err = c.query(func(r row) error {
		n = r.int(0)
		return nil
	}, sql, args...)
	return n, err
}

// live shows that the saver is at work. It counts instead of telling the time,
// which may jump.
func (s *Saving) live() {
	tick := time.NewTicker(stageEvery)
	defer tick.Stop()
	for {
		select {
		case <-s.beat:
			return
		case <-tick.C:
			s.fail(s.db.engine.stage(s.ctx, s.showLife))
		}
	}
}

// fail remembers the first error.
func (s *Saving) fail(err error) {
	if err == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = err
	}
}

func (s *Saving) failed() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// write writes chunks as they come, as many as are there in one transaction.
func (s *Saving) write() {
	for first := range s.queue {
		if s.failed() != nil {
			continue // whoever fills the queue must not wait for ever
		}
		batch := []chunk{first}
		for more := true; more && len(batch) < stageChunks; {
			select {
			case c, ok := <-s.queue:
				if more = ok; ok {
					batch = append(batch, c)
				}
			default:
				more = false
			}
		}
		from := s.seq + 1
		s.seq += len(batch)
		s.fail(s.db.engine.stage(s.ctx, func(c conn) error { return s.insert(c, from, batch) }))
	}
}

var chunkColumns = []string{"layer", "family", "first", "seq", "rows", "hash", "keys", "data"}

// insert writes chunks under numbers from one on, unless they are there: then
// the answer to a call before was lost.
func (s *Saving) insert(c conn, from int, batch []chunk) error {
	if err := s.showLife(c); err != nil {
		return err
	}
	there, err := one(c, "SELECT COUNT(*) FROM chunk WHERE layer = $1 AND seq = $2", s.layer, from)
	if err != nil || there > 0 {
		return err
	}
	return c.insert("chunk", chunkColumns, s.rows(from, batch))
}

func (s *Saving) rows(from int, batch []chunk) iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		for i, k := range batch {
			var keys any
			if len(k.keys) > 0 {
				keys = k.keys
			}
			if !yield([]any{s.layer, int(k.family), k.first, from + i, k.rows, k.hash, keys, k.data}) {
				return
			}
		}
	}
}

// showLife raises the beat, which takes the row of the layer until the
// transaction ends. Who would clear the layer away waits for that, and then
// finds that its saver lives; who was faster has taken the row away, so that
// nothing is staged behind their back.
func (s *Saving) showLife(c conn) error {
	n, err := c.exec("UPDATE layer SET beat = beat + 1 WHERE id = $1 AND token = $2 AND published <> $3", s.layer, s.token, layerPublished)
	if err == nil && n == 0 {
		err = ErrAbandoned
	}
	return err
}

// isPublished reports whether the layer was published, by a call whose answer
// was lost.
func (s *Saving) isPublished(c conn) (bool, error) {
	n, err := one(c, "SELECT COUNT(*) FROM layer WHERE id = $1 AND token = $2 AND published = $3", s.layer, s.token, layerPublished)
	return n > 0, err
}

// settle waits until all that was handed over is staged.
func (s *Saving) settle() error {
	if !s.ended {
		s.ended = true
		close(s.queue)
		s.stage.Wait()
		close(s.beat)
	}
	return s.failed()
}

// Abandon gives a saving up and clears away what it staged. After Publish it
// does nothing.
func (s *Saving) Abandon() {
	if s.ended {
		return
	}
	_ = s.settle()
	s.clear()
}

// clear clears away what was staged, as far as it is this saving's own: the
// inputs of a run stay with the run. What it cannot now, Compact does.
func (s *Saving) clear() {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), dropFor)
	defer cancel()
	_ = s.db.engine.write(ctx, func(c conn) error {
		_, err := dropLayer(c, s.layer, " AND token = $2 AND published = $3", s.token, layerStaged)
		return err
	})
}

// dropLayer clears a layer away that is as the rest of a condition says, and
// reports whether there was one. The row of the layer goes first: that waits for
// who is staging into it, so that none of their chunks is left.
func dropLayer(c conn, layer int64, and string, args ...any) (bool, error) {
	n, err := c.exec("DELETE FROM layer WHERE id = $1"+and, append([]any{layer}, args...)...)
	if err != nil || n == 0 {
		return false, err
	}
	_, err = c.exec("DELETE FROM chunk WHERE layer = $1", layer)
	return true, err
}

// known are the hashes of the inputs that the store has, and whether they came
// again. Many goroutines use it at once.
type known struct {
	shards [64]struct {
		sync.Mutex
		seen map[inputHash]bool
	}
}

// inputHash tells what was read: its kind and all that it says.
type inputHash [16]byte

func newKnown() *known {
	k := &known{}
	for i := range k.shards {
		k.shards[i].seen = map[inputHash]bool{}
	}
	return k
}

// load reads the hashes of what a snapshot holds.
func (k *known) load(c conn, layers chain) error {
	gone, err := goneInputs(c, layers)
	if err != nil {
		return err
	}
	for depth, layer := range layers {
		err := c.query(func(r row) error {
			hashes := r.bytes(0)
			for ; len(hashes) >= len(inputHash{}); hashes = hashes[len(inputHash{}):] {
				hash := inputHash(hashes)
				if !gone.since(hash, depth) {
					k.shards[hash[0]%64].seen[hash] = false
				}
			}
			return nil
		}, "SELECT keys FROM chunk WHERE layer = $1 AND family = $2", layer, int(inputs))
		if err != nil {
			return err
		}
	}
	return nil
}

// meet reports whether an input is new, and remembers it.
func (k *known) meet(hash inputHash) bool {
	shard := &k.shards[hash[0]%64]
	shard.Lock()
	defer shard.Unlock()
	_, ok := shard.seen[hash]
	shard.seen[hash] = true
	return !ok
}

// missing are the hashes of what the store has and nobody read again.
func (k *known) missing() []byte {
	var gone []byte
	for i := range k.shards {
		for hash, again := range k.shards[i].seen {
			if !again {
				gone = append(gone, hash[:]...)
			}
		}
	}
	return gone
}

// tombstones say up to which depth of a chain an input is gone: what stands in
// a layer behind it does not count.
type tombstones map[inputHash]int

func (t tombstones) since(hash inputHash, depth int) bool {
	at, ok := t[hash]
	return ok && at < depth
}

func goneInputs(c conn, layers chain) (tombstones, error) {
	gone := tombstones{}
	for depth, layer := range layers {
		err := c.query(func(r row) error {
			for hashes := r.bytes(0); len(hashes) >= len(inputHash{}); hashes = hashes[len(inputHash{}):] {
				if hash := inputHash(hashes); !gone.has(hash) {
					gone[hash] = depth
				}
			}
			return nil
		}, "SELECT tombstones FROM layer WHERE id = $1 AND tombstones IS NOT NULL", layer)
		if err != nil {
			return nil, err
		}
	}
	return gone, nil
}

func (t tombstones) has(hash inputHash) bool {
	_, ok := t[hash]
	return ok
}

// Keeper takes inputs from one goroutine.
type Keeper struct {
	saving  *Saving
	writers map[byte]*chunkWriter // by turn
	scratch []byte
}

// Keeper makes a keeper. It must be flushed when nothing more comes.
func (s *Saving) Keeper() *Keeper { return &Keeper{saving: s, writers: map[byte]*chunkWriter{}} }

// Keep keeps an input: its kind, what it says, and aside what may change
// without its being another one, as where it was read. What the store has
// already is not written again. When inputs are read back, those with a smaller
// turn come first. The bytes are copied.
func (k *Keeper) Keep(turn, kind byte, record, aside []byte) {
	k.scratch = append(append(k.scratch[:0], turn, kind), record...)
	sum := sha256.Sum256(k.scratch)
	hash := inputHash(sum[:])
	if !k.saving.known.meet(hash) {
		return
	}
	w := k.writers[turn]
	if w == nil {
		w = &chunkWriter{family: inputs}
		k.writers[turn] = w
	}
	w.add(&item{value: k.scratch[1:], aside: aside})
	w.first = append(w.first[:0], turn)
	w.keys = append(w.keys, hash[:]...)
	if w.full() {
		k.saving.queue <- w.seal()
	}
}

// Flush hands over what is left.
func (k *Keeper) Flush() {
	for _, w := range k.writers {
		if w.rows > 0 {
			k.saving.queue <- w.seal()
		}
	}
}
