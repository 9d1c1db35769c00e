package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"iter"
	"slices"
)

// shardState is how far a shard of a run has come. The numbers are a file
// format.
type shardState int

const (
	shardOpen    shardState = 1
	shardDone    shardState = 2
	shardSkipped shardState = 3 // its result was there already
	shardFailed  shardState = 4
)

// shard is a part of the inputs of a run: chunks in a row of one layer. What was
// written into a layer never changes, so that the shards of yesterday are those
// of today.
type shard struct {
	number      int
	layer       int64
	first, last int64 // numbers of chunks
	resources   int
	key         []byte
	state       shardState
}

var shardColumns = []string{"workspace", "run", "number", "layer", "first", "last", "resources", "key", "state", "problem"}

func (r *Run) shardRows(list []shard) iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		for i := range list {
			s := &list[i]
			if !yield([]any{r.workspace, r.Number, s.number, s.layer, s.first, s.last, s.resources, s.key, int(s.state), ""}) {
				return
			}
		}
	}
}

// chain is the layers that hold the inputs of a run.
func (r *Run) chain(c conn) (chain, error) {
	layers := chain{r.layer}
	if r.parent == 0 {
		return layers, nil
	}
	below, err := layersOf(c, r.workspace, r.parent)
	if err == nil && len(below) == 0 {
		err = fmt.Errorf("snapshot %d, which the run builds on, is gone", r.parent)
	}
	return append(layers, below...), err
}

// divide divides the inputs of a turn into shards. Those whose result is there
// already are not looked at again.
func (r *Run) divide(c conn, h *Handing) ([]shard, error) {
	layers, err := r.chain(c)
	if err != nil {
		return nil, err
	}
	gone, err := goneInputs(c, layers)
	if err != nil {
		return nil, err
	}
	d := dividing{most: h.Most, gone: gone, depends: sealed([]byte(h.Program), []byte(h.Catalog), h.Depends)}
	for depth, layer := range layers {
		d.begin(layer, depth)
		err := c.query(func(row row) error {
			d.add(row.int(0), row.bytes(1), row.bytes(2))
			return nil
		}, "SELECT seq, hash, keys FROM chunk WHERE layer = $1 AND family = $2 AND first = $3 ORDER BY seq", layer, int(inputs), []byte{h.Turn})
		if err != nil {
			return nil, err
		}
	}
	d.end()
	for i := range d.list {
		n, err := one(c, "SELECT COUNT(*) FROM shard_result WHERE workspace = $1 AND key = $2", r.workspace, d.list[i].key)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			d.list[i].state = shardSkipped
		}
	}
	return d.list, nil
}

// dividing puts chunks together to shards. What is gone counts for where one
// ends, so that the shards of a layer stay the same, and for nothing else.
type dividing struct {
	most    int
	depends []byte
	gone    tombstones
	list    []shard

	layer  int64
	depth  int
	at     shard
	rows   int // of the shard at hand
	hashes []byte
}

// begin goes on to the next layer.
func (d *dividing) begin(layer int64, depth int) {
	d.end()
	d.layer, d.depth = layer, depth
}

func (d *dividing) add(seq int64, hash, keys []byte) {
	rows := len(keys) / len(inputHash{})
	if d.rows > 0 && d.rows+rows > d.most {
		d.end()
	}
	if d.rows == 0 {
		d.at = shard{layer: d.layer, first: seq, state: shardOpen}
	}
	d.at.last, d.rows = seq, d.rows+rows
	d.hashes = append(d.hashes, hash...)
	for ; len(keys) >= len(inputHash{}); keys = keys[len(inputHash{}):] {
		if !d.gone.since(inputHash(keys), d.depth) {
			d.at.resources++
		}
	}
}

// end closes the shard at hand. One of which all is gone is none.
func (d *dividing) end() {
	if d.at.resources > 0 {
		sum := sha256.Sum256(sealed(d.depends, d.hashes))
		d.at.key, d.at.number = sum[:], len(d.list)
		d.list = append(d.list, d.at)
	}
	d.at, d.rows, d.hashes = shard{}, 0, d.hashes[:0]
}

// openShards are the numbers of those that are still to be looked at.
func (r *Run) openShards(c conn) (open []int, err error) {
	err = c.query(func(row row) error { open = append(open, int(row.int(0))); return nil },
		"SELECT number FROM run_shard WHERE workspace = $1 AND run = $2 AND state = $3 ORDER BY number", r.workspace, r.Number, int(shardOpen))
	return open, err
}

func (r *Run) shard(c conn, number int) (s shard, err error) {
	err = c.query(func(row row) error {
		s = shard{number: number, layer: row.int(0), first: row.int(1), last: row.int(2), resources: int(row.int(3)), key: bytes.Clone(row.bytes(4)), state: shardState(row.int(5))}
		return nil
	}, "SELECT layer, first, last, resources, key, state FROM run_shard WHERE workspace = $1 AND run = $2 AND number = $3", r.workspace, r.Number, number)
	if err == nil && s.key == nil {
		err = fmt.Errorf("run %d has no shard %d", r.Number, number)
	}
	return s, err
}

// Each visits the inputs of a run that were kept for some turns, all turns for
// none, as [Recording.Each] does.
func (r *Run) Each(ctx context.Context, turns []byte, visit func(kind byte, record, aside []byte) error) error {
	w := walk{visit: func(in *input) error { return visit(in.kind, in.record, in.aside) }}
	err := r.db.engine.read(ctx, func(c conn) error {
		layers, err := r.chain(c)
		if err != nil {
			return err
		}
		return w.over(layers, func(visit visitInput) error { return eachInput(c, layers, turns, visit) })
	})
	return w.end(err, "read the inputs of run %d", r.Number)
}

// EachOf visits the inputs of a shard in their order, and fails when some of them
// are not there any more. The mark tells the input from others of the shard. The
// bytes are good during the visit.
func (r *Run) EachOf(ctx context.Context, number int, visit func(mark uint64, kind byte, record, aside []byte) error) error {
	w := walk{visit: func(in *input) error { return visit(markOf(in.hash), in.kind, in.record, in.aside) }}
	err := r.db.engine.read(ctx, func(c conn) error {
		s, err := r.shard(c, number)
		if err != nil {
			return err
		}
		gone, depth, err := r.goneAt(c, s.layer)
		if err != nil {
			return err
		}
		err = w.over(chain{s.layer}, func(visit visitInput) error { return s.each(c, gone, depth, visit) })
		if err == nil && w.visited != s.resources {
			err = fmt.Errorf("%d of its %d inputs are there", w.visited, s.resources)
		}
		return err
	})
	return w.end(err, "read shard %d of run %d", number, r.Number)
}

// goneAt is what is gone of the inputs of a layer.
func (r *Run) goneAt(c conn, layer int64) (gone tombstones, depth int, err error) {
	layers, err := r.chain(c)
	if err != nil {
		return nil, 0, err
	}
	for depth < len(layers) && layers[depth] != layer {
		depth++
	}
	gone, err = goneInputs(c, layers[:depth])
	return gone, depth, err
}

// each visits the inputs of the shard that are not gone, in their order.
func (s *shard) each(c conn, gone tombstones, depth int, visit visitInput) error {
	var chunks []inputChunk
	err := c.query(func(row row) error {
		chunks = append(chunks, inputChunk{turnOf(row.bytes(0)), depth, row.int(1)})
		return nil
	}, "SELECT first, seq FROM chunk WHERE layer = $1 AND family = $2 AND seq >= $3 AND seq <= $4 AND first = (SELECT first FROM chunk WHERE layer = $1 AND seq = $3) ORDER BY seq",
		s.layer, int(inputs), s.first, s.last)
	for batch := range slices.Chunk(chunks, mostFetched) {
		if err == nil {
			err = eachOf(c, s.layer, batch, gone, visit)
		}
	}
	return err
}

// markOf is a mark of an input: a part of its hash.
func markOf(hash inputHash) uint64 { return binary.LittleEndian.Uint64(hash[:]) }

// Result is what was found out about a shard, nil when nothing is there.
func (r *Run) Result(ctx context.Context, number int) (data []byte, err error) {
	err = r.db.engine.read(ctx, func(c conn) error {
		s, err := r.shard(c, number)
		if err != nil {
			return err
		}
		data, err = blobOf(c, "SELECT data FROM shard_result WHERE workspace = $1 AND key = $2", r.workspace, s.key)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the result of shard %d of run %d: %w", number, r.Number, err)
	}
	return data, nil
}

// blobOf unfolds the only column of the only row, nil for none.
func blobOf(c conn, sql string, args ...any) (data []byte, err error) {
	err = c.query(func(row row) error {
		var err error
		data, err = unpack(row.bytes(0))
		return err
	}, sql, args...)
	return data, err
}

// ShardAt names a shard of a run of the workspace of a number.
type ShardAt struct {
	Workspace, Run int64
	Shard          int
}

// KeepResult keeps what was found out about a shard, in a transaction of
// whoever looked at it, and says whether it was the last one that was open.
// Keeping it again changes nothing.
func (db *DB) KeepResult(ctx context.Context, tx Tx, at ShardAt, data []byte) (last bool, err error) {
	packed := pack(data)
	err = db.within(ctx, tx, func(c conn) error {
		r, err := db.findRun(c, at.Workspace, at.Run)
		if err != nil {
			return err
		}
		s, err := r.shard(c, at.Shard)
		if err != nil {
			return err
		}
		if _, err := c.exec("INSERT INTO shard_result (workspace, key, data) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", at.Workspace, s.key, packed); err != nil {
			return err
		}
		now, err := r.close(c, at.Shard, shardDone, "")
		last = last || now
		return err
	})
	if err != nil {
		return false, fmt.Errorf("keep the result of shard %d of run %d: %w", at.Shard, at.Run, err)
	}
	return last, nil
}

// FailShard notes in a transaction that a shard cannot be looked at, and says
// whether it was the last one that was open.
func (db *DB) FailShard(ctx context.Context, tx Tx, at ShardAt, problem string) (last bool, err error) {
	err = db.within(ctx, tx, func(c conn) error {
		r, err := db.findRun(c, at.Workspace, at.Run)
		if err != nil {
			return err
		}
		now, err := r.close(c, at.Shard, shardFailed, problem)
		last = last || now
		return err
	})
	if err != nil {
		return false, fmt.Errorf("note that shard %d of run %d failed: %w", at.Shard, at.Run, err)
	}
	return last, nil
}

// close ends a shard. Of several that do so at the same time one is last.
func (r *Run) close(c conn, number int, as shardState, problem string) (last bool, err error) {
	n, err := c.exec("UPDATE run_shard SET state = $1, problem = $2 WHERE workspace = $3 AND run = $4 AND number = $5 AND state = $6",
		int(as), plain(problem), r.workspace, r.Number, number, int(shardOpen))
	if err != nil || n == 0 {
		return false, err
	}
	err = c.query(func(row row) error { last = row.int(0) == 0; return nil },
		"UPDATE run SET open = open - 1 WHERE workspace = $1 AND number = $2 AND state = $3 RETURNING open", r.workspace, r.Number, int(RunOpen))
	return last, err
}
