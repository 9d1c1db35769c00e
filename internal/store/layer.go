package store

import (
	"bytes"
	"iter"
	"slices"
)

// chain is the layers that a snapshot is made of, the newest first: of rows
// with the same key that of the newest layer counts.
type chain []int64

// cursor walks the rows of one family of one layer in order of their keys. It
// reads chunk by chunk.
type cursor struct {
	conn   conn
	chunks []int64 // row ids of those that are still to be read
	reader chunkReader
	at     *item // the row it stands on, nil at the end
}

// openCursor begins at the first row whose chunk may hold a key, or at the
// first of all for a nil key.
func openCursor(c conn, layer int64, of family, from []byte) (*cursor, error) {
	cur := &cursor{conn: c}
	var older int64
	err := c.query(func(r row) error {
		if from != nil && bytes.Compare(r.bytes(1), from) <= 0 {
			older = r.int(0) // the last one that begins at the key or in front of it
			return nil
		}
		if older != 0 {
			cur.chunks, older = append(cur.chunks, older), 0
		}
		cur.chunks = append(cur.chunks, r.int(0))
		return nil
	}, "SELECT id, first FROM chunk WHERE layer = $1 AND family = $2 ORDER BY first, seq", layer, int(of))
	if err != nil {
		return nil, err
	}
	if older != 0 {
		cur.chunks = append(cur.chunks, older)
	}
	return cur, cur.next()
}

// next moves to the next row.
func (cur *cursor) next() error {
	for !cur.reader.next() {
		if cur.reader.err != nil {
			return cur.reader.err
		}
		if len(cur.chunks) == 0 {
			cur.at = nil
			return nil
		}
		if err := cur.read(cur.chunks[0]); err != nil {
			return err
		}
		cur.chunks = cur.chunks[1:]
	}
	cur.at = &cur.reader.item
	return nil
}

func (cur *cursor) read(id int64) error {
	return cur.conn.query(func(r row) error { return cur.reader.open(r.bytes(0)) }, "SELECT data FROM chunk WHERE id = $1", id)
}

// merged walks the rows of one family of a snapshot: of each key the newest
// row, and none that is gone.
type merged struct {
	cursors []*cursor // the newest first
	err     error
}

func openMerged(c conn, layers chain, of family) (*merged, error) {
	return openMergedFrom(c, layers, of, nil)
}

// openMergedFrom begins no later than at the first row behind a key.
func openMergedFrom(c conn, layers chain, of family, from []byte) (*merged, error) {
	m := &merged{}
	for _, layer := range layers {
		cur, err := openCursor(c, layer, of, from)
		if err != nil {
			return nil, err
		}
		for cur.at != nil && from != nil && bytes.Compare(cur.at.key, from) < 0 {
			if err := cur.next(); err != nil {
				return nil, err
			}
		}
		if cur.at != nil {
			m.cursors = append(m.cursors, cur)
		}
	}
	return m, nil
}

// each gives the rows with the place in the chain of the layer that each stands
// in. The bytes of a row are good until the next one. What goes wrong ends the
// walk and stands in err.
func (m *merged) each() iter.Seq[*item] {
	return func(yield func(*item) bool) {
		var held item
		for len(m.cursors) > 0 {
			if len(m.cursors) == 1 && !m.alone(yield) {
				return
			}
			if len(m.cursors) == 0 || m.err != nil {
				return
			}
			top := m.least()
			held.key = append(held.key[:0], top.at.key...)
			if !top.at.gone && !yield(top.at) {
				return
			}
			if m.err = m.pass(held.key); m.err != nil {
				return
			}
		}
	}
}

// alone walks the last layer that has rows.
func (m *merged) alone(yield func(*item) bool) bool {
	only := m.cursors[0]
	for only.at != nil {
		if !only.at.gone && !yield(only.at) {
			return false
		}
		if m.err = only.next(); m.err != nil {
			return false
		}
	}
	m.cursors = nil
	return true
}

// least is the cursor on the least key, of equal ones the newest.
func (m *merged) least() *cursor {
	top := m.cursors[0]
	for _, cur := range m.cursors[1:] {
		if bytes.Compare(cur.at.key, top.at.key) < 0 {
			top = cur
		}
	}
	return top
}

// pass moves all cursors that stand on a key beyond it.
func (m *merged) pass(key []byte) error {
	for _, cur := range m.cursors {
		if bytes.Equal(cur.at.key, key) {
			if err := cur.next(); err != nil {
				return err
			}
		}
	}
	m.cursors = slices.DeleteFunc(m.cursors, func(cur *cursor) bool { return cur.at == nil })
	return nil
}

// find is the row of a key in a snapshot, nil when it has none. Its bytes stay.
func find(c conn, layers chain, of family, key []byte) (*item, error) {
	for _, layer := range layers {
		it, err := findIn(c, layer, of, key)
		if err != nil {
			return nil, err
		}
		if it != nil && it.gone {
			return nil, nil
		}
		if it != nil {
			return it, nil
		}
	}
	return nil, nil
}

// findIn is the row of a key in one layer, be it gone, nil when it has none.
func findIn(c conn, layer int64, of family, key []byte) (*item, error) {
	var found *item
	err := c.query(func(r row) error {
		var in chunkReader
		if err := in.open(r.bytes(0)); err != nil {
			return err
		}
		for in.next() && bytes.Compare(in.item.key, key) <= 0 {
			if bytes.Equal(in.item.key, key) {
				it := in.item
				it.key = bytes.Clone(it.key)
				found = &it
				break
			}
		}
		return in.err
	}, "SELECT data FROM chunk WHERE layer = $1 AND family = $2 AND first <= $3 ORDER BY first DESC, seq DESC LIMIT 1", layer, int(of), key)
	return found, err
}
