package store

import (
	"bytes"
	"iter"
	"slices"
)

// chain is the layers that a snapshot is made of, the newest first: of rows
// with the same key that of the newest layer counts.
type chain []int64

// mostFetched is how many chunks are read with one statement at most.
const mostFetched = 16

// supply gives the chunks of one family of one layer in order. It fetches
// several at once and more each time: one for who looks for a row, many for who
// walks all of them.
type supply struct {
	conn   conn
	layer  int64
	family family
	first  []byte // the place of the last one that was fetched
	seq    int64
	most   int      // how many to fetch next
	ready  [][]byte // fetched and not given yet
	ended  bool
}

func newSupply(c conn, layer int64, of family) *supply {
	return &supply{conn: c, layer: layer, family: of, first: []byte{}, most: 1}
}

// seek begins with the last chunk that begins in front of a key, or at it. Where
// none does, it stays at the beginning.
func (s *supply) seek(key []byte) error {
	place, before := placeOf(key), "<="
	if len(place) == mostPlace {
		before = "<" // any of those that begin alike may hold the key
	}
	return s.fetch("first "+before+" $3 ORDER BY first DESC, seq DESC LIMIT 1", place)
}

// next is the next chunk, nil at the end.
func (s *supply) next() ([]byte, error) {
	if len(s.ready) == 0 && !s.ended {
		n := s.most
		if err := s.fetch("(first, seq) > ($3, $4) ORDER BY first, seq LIMIT $5", s.first, s.seq, n); err != nil {
			return nil, err
		}
		s.ended, s.most = len(s.ready) < n, min(2*n, mostFetched)
	}
	if len(s.ready) == 0 {
		return nil, nil
	}
	data := s.ready[0]
	s.ready = s.ready[1:]
	return data, nil
}

func (s *supply) fetch(which string, args ...any) error {
	s.ready = nil
	return s.conn.query(func(r row) error {
		s.first, s.seq = bytes.Clone(r.bytes(0)), r.int(1)
		s.ready = append(s.ready, bytes.Clone(r.bytes(2)))
		return nil
	}, "SELECT first, seq, data FROM chunk WHERE layer = $1 AND family = $2 AND "+which, append([]any{s.layer, int(s.family)}, args...)...)
}

// cursor walks the rows of one family of one layer in order of their keys.
type cursor struct {
	supply *supply
	reader chunkReader
	at     *item // the row it stands on, nil at the end
}

// openCursor begins at the first row that has a key or a later one, or at the
// first of all for a nil key.
func openCursor(c conn, layer int64, of family, from []byte) (*cursor, error) {
	cur := &cursor{supply: newSupply(c, layer, of)}
	if from != nil {
		if err := cur.supply.seek(from); err != nil {
			return nil, err
		}
	}
	err := cur.next()
	for err == nil && cur.at != nil && bytes.Compare(cur.at.key, from) < 0 {
		err = cur.next()
	}
	return cur, err
}

// next moves to the next row.
func (cur *cursor) next() error {
	for !cur.reader.next() {
		if cur.reader.err != nil {
			return cur.reader.err
		}
		data, err := cur.supply.next()
		if err != nil {
			return err
		}
		if data == nil {
			cur.at = nil
			return nil
		}
		if err := cur.reader.open(data); err != nil {
			return err
		}
	}
	cur.at = &cur.reader.item
	return nil
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

// openMergedFrom begins at the first row that has a key or a later one.
func openMergedFrom(c conn, layers chain, of family, from []byte) (*merged, error) {
	m := &merged{}
	for _, layer := range layers {
		cur, err := openCursor(c, layer, of, from)
		if err != nil {
			return nil, err
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
	cur, err := openCursor(c, layer, of, key)
	if err != nil || cur.at == nil || !bytes.Equal(cur.at.key, key) {
		return nil, err
	}
	it := *cur.at
	it.key = bytes.Clone(it.key)
	return &it, nil
}
