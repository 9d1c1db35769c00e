package store

import (
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
	var stopped error
	err := r.db.engine.read(ctx, func(c conn) error {
		workspace, err := findWorkspace(c, r.workspace)
		if err != nil {
			return err
		}
		of, err := openBase(c, workspace, r.number)
		if err != nil {
			return err
		}
		gone, err := goneInputs(c, of.layers)
		if err != nil {
			return err
		}
		chunks, err := inputChunks(c, of.layers, turns)
		for i := 0; i < len(chunks) && err == nil && stopped == nil; i++ {
			err = chunks[i].each(c, gone, func(kind byte, record, aside []byte) error {
				stopped = visit(kind, record, aside)
				return stopped
			})
		}
		return err
	})
	if stopped != nil {
		return stopped
	}
	if err != nil {
		return fmt.Errorf("read the inputs of snapshot %d: %w", r.number, err)
	}
	return nil
}

// inputChunk is where a chunk of inputs lies.
type inputChunk struct {
	id    int64
	turn  byte
	depth int
}

func inputChunks(c conn, layers chain, turns []byte) ([]inputChunk, error) {
	var list []inputChunk
	for depth, layer := range layers {
		err := c.query(func(r row) error {
			turn := byte(0)
			if first := r.bytes(1); len(first) > 0 {
				turn = first[0]
			}
			if len(turns) == 0 || slices.Contains(turns, turn) {
				list = append(list, inputChunk{r.int(0), turn, depth})
			}
			return nil
		}, "SELECT id, first FROM chunk WHERE layer = $1 AND family = $2 ORDER BY first, seq", layer, int(inputs))
		if err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(list, func(a, b inputChunk) int { return int(a.turn) - int(b.turn) })
	return list, nil
}

// each visits the inputs of a chunk that are not gone.
func (k inputChunk) each(c conn, gone tombstones, visit func(kind byte, record, aside []byte) error) error {
	var in chunkReader
	var hashes []byte
	err := c.query(func(r row) error {
		hashes = append(hashes, r.bytes(1)...)
		return in.open(r.bytes(0))
	}, "SELECT data, keys FROM chunk WHERE id = $1", k.id)
	if err != nil {
		return err
	}
	for in.next() {
		if len(hashes) < len(inputHash{}) || len(in.item.value) == 0 {
			return errBroken
		}
		hash := inputHash(hashes)
		hashes = hashes[len(hash):]
		if gone.since(hash, k.depth) {
			continue
		}
		if err := visit(in.item.value[0], in.item.value[1:], in.item.aside); err != nil {
			return err
		}
	}
	return in.err
}
