package store

import (
	"bytes"
	"context"
	"fmt"
	"slices"
)

// Recording is the inputs of a snapshot.
type Recording struct {
	db        *DB
	workspace string
	number    int64
}

// Recording gives the inputs of a snapshot, to be read as often as one likes.
func (db *DB) Recording(workspace string, number int64) *Recording {
	return &Recording{db, workspace, number}
}

// Each visits the inputs that were kept for some turns, all turns for none:
// those of a smaller turn first, else in no order. The bytes are good during
// the visit. It stops at the first error of a visit, and returns it.
func (r *Recording) Each(ctx context.Context, turns []byte, visit func(kind byte, record, aside []byte) error) error {
	w := walk{visit: func(in *input) error { return visit(in.kind, in.record, in.aside) }}
	err := r.db.engine.read(ctx, func(c conn) error {
		workspace, err := findWorkspace(c, r.workspace)
		if err != nil {
			return err
		}
		of, err := openBase(c, workspace, r.number)
		if err != nil {
			return err
		}
		return w.over(of.layers, func(visit visitInput) error { return eachInput(c, of.layers, turns, visit) })
	})
	return w.end(err, "read the inputs of snapshot %d", r.number)
}

// input is what was kept of something that was read. Its bytes are good during
// a visit.
type input struct {
	hash       inputHash
	turn, kind byte
	record     []byte
	aside      []byte
}

type visitInput func(*input) error

// walk visits inputs, each once, also when it has to begin again.
type walk struct {
	visit   visitInput
	layers  chain // in which the inputs lie
	visited int
	stopped error // what a visit returned
}

// over visits the inputs that each gives, in the same order at every call. Those
// that were visited are passed over. Layers that are others now have them in
// another order.
func (w *walk) over(layers chain, each func(visitInput) error) error {
	if w.visited > 0 && !slices.Equal(w.layers, layers) {
		return errLostInBetween
	}
	w.layers = layers
	skip := w.visited
	return each(func(in *input) error {
		if skip > 0 {
			skip--
			return nil
		}
		w.visited++
		w.stopped = w.visit(in)
		return w.stopped
	})
}

// end is what the walk returns: the error of a visit as it is, and any other
// with what was being done.
func (w *walk) end(err error, doing string, args ...any) error {
	if w.stopped != nil {
		return w.stopped
	}
	if err != nil {
		return fmt.Errorf(doing+": %w", append(args, err)...)
	}
	return nil
}

// inputChunk is where a chunk of inputs lies.
type inputChunk struct {
	turn  byte
	depth int
	seq   int64
}

func inputChunks(c conn, layers chain, turns []byte) ([]inputChunk, error) {
	var list []inputChunk
	for depth, layer := range layers {
		err := c.query(func(r row) error {
			turn := turnOf(r.bytes(0))
			if len(turns) == 0 || slices.Contains(turns, turn) {
				list = append(list, inputChunk{turn, depth, r.int(1)})
			}
			return nil
		}, "SELECT first, seq FROM chunk WHERE layer = $1 AND family = $2 ORDER BY first, seq", layer, int(inputs))
		if err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(list, func(a, b inputChunk) int { return int(a.turn) - int(b.turn) })
	return list, nil
}

// turnOf is the turn of the inputs of a chunk, by how it begins.
func turnOf(first []byte) byte {
	if len(first) == 0 {
		return 0
	}
	return first[0]
}

// eachInput visits the inputs of layers that are not gone, those of a smaller
// turn first. It fetches several chunks at once.
func eachInput(c conn, layers chain, turns []byte, visit visitInput) error {
	gone, err := goneInputs(c, layers)
	if err != nil {
		return err
	}
	list, err := inputChunks(c, layers, turns)
	for len(list) > 0 && err == nil {
		n := 1
		for n < min(len(list), mostFetched) && list[n].turn == list[0].turn && list[n].depth == list[0].depth {
			n++
		}
		err = eachOf(c, layers[list[0].depth], list[:n], gone, visit)
		list = list[n:]
	}
	return err
}

// eachOf visits the inputs of chunks of one turn and layer, which follow each
// other.
func eachOf(c conn, layer int64, chunks []inputChunk, gone tombstones, visit visitInput) error {
	type packed struct{ hashes, data []byte }
	var fetched []packed
	at := chunks[0]
	err := c.query(func(r row) error {
		fetched = append(fetched, packed{bytes.Clone(r.bytes(0)), bytes.Clone(r.bytes(1))})
		return nil
	}, "SELECT keys, data FROM chunk WHERE layer = $1 AND family = $2 AND first = $3 AND seq >= $4 ORDER BY seq LIMIT $5", layer, int(inputs), []byte{at.turn}, at.seq, len(chunks))
	var in chunkReader
	for i := 0; i < len(fetched) && err == nil; i++ {
		if err = in.open(fetched[i].data); err == nil {
			err = in.eachInput(fetched[i].hashes, at, gone, visit)
		}
	}
	return err
}

// eachInput visits the inputs of a chunk that are not gone.
func (r *chunkReader) eachInput(hashes []byte, at inputChunk, gone tombstones, visit visitInput) error {
	for ; r.next(); hashes = hashes[len(inputHash{}):] {
		if len(hashes) < len(inputHash{}) || len(r.item.value) == 0 {
			return errBroken
		}
		hash := inputHash(hashes)
		if gone.since(hash, at.depth) {
			continue
		}
		if err := visit(&input{hash, at.turn, r.item.value[0], r.item.value[1:], r.item.aside}); err != nil {
			return err
		}
	}
	return r.err
}
