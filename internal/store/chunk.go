package store

import (
	"bytes"
	"crypto/sha256"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// family is what the rows of a chunk are. The numbers are a file format.
type family byte

const (
	inputs    family = 1 // what readers gave, in no order, by hash
	scopes    family = 2 // by folded id
	resources family = 3 // by folded id
	instances family = 4 // what exists above resources, by level and place
	classes   family = 5 // what resources and instances share, by kind and number
	rollups   family = 6 // the estate in numbers, by kind and id
	worst     family = 7 // the worst of what is unmet, one row
)

// families are all of them, in their order.
var families = [...]family{inputs, scopes, resources, instances, classes, rollups, worst}

// item is one row of a layer. Layers are ordered by key; an item that is gone
// says that an older layer holds the key and this one ends it.
type item struct {
	key   []byte
	value []byte // what the row says
	aside []byte // what may change without the row being another one, such as where it was read
	gone  bool
}

// chunk is many rows in a row, compressed: small enough to find one of them in
// a moment, large enough to compress well.
type chunk struct {
	family family
	first  []byte // how the key of the first row begins, see placeOf
	rows   int
	hash   []byte // sha256 of data
	keys   []byte // of inputs: the hashes of all rows, which a saver compares with
	data   []byte
}

// chunkSize is how many bytes of rows go into a chunk, before they are
// compressed.
const chunkSize = 96 << 10

// chunkWriter gathers the rows of a chunk. Each row names of its key only what
// differs from the key in front of it.
type chunkWriter struct {
	family family
	raw    []byte
	first  []byte
	last   []byte
	rows   int
	keys   []byte
}

func (w *chunkWriter) add(it *item) {
	if w.rows == 0 {
		w.first, w.last = append(w.first[:0], it.key...), w.last[:0]
	}
	shared := sharedPrefix(w.last, it.key)
	w.raw = appendUint(w.raw, uint64(shared))
	w.raw = append(appendUint(w.raw, uint64(len(it.key)-shared)), it.key[shared:]...)
	gone := uint64(0)
	if it.gone {
		gone = 1
	}
	w.raw = append(appendUint(w.raw, uint64(len(it.value))<<1|gone), it.value...)
	w.raw = append(appendUint(w.raw, uint64(len(it.aside))), it.aside...)
	w.last = append(w.last[:0], it.key...)
	w.rows++
}

func (w *chunkWriter) full() bool { return len(w.raw) >= chunkSize }

// seal compresses the rows and begins the next chunk.
func (w *chunkWriter) seal() chunk {
	data := encoder.EncodeAll(w.raw, nil)
	sum := sha256.Sum256(data)
	c := chunk{family: w.family, first: bytes.Clone(placeOf(w.first)), rows: w.rows, hash: sum[:], keys: bytes.Clone(w.keys), data: data}
	w.raw, w.keys, w.rows = w.raw[:0], w.keys[:0], 0
	return c
}

// mostPlace is how much of a key an index holds, in bytes. Hardly a key is longer.
const mostPlace = 1024

// placeOf is by what a chunk is found that begins with a key.
func placeOf(key []byte) []byte { return key[:min(len(key), mostPlace)] }

func sharedPrefix(a, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// mostRaw bounds what a chunk may unfold to: a row is never longer than this.
const mostRaw = 256 << 20

// Compression is set up once and serves all goroutines. The options are our
// own: what is wrong with them is wrong for every chunk.
var (
	encoder, errEncoder = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest))
	decoder, errDecoder = zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(mostRaw))
)

// pack compresses a piece that is kept by itself, unpack gives it back.
func pack(raw []byte) []byte { return encoder.EncodeAll(raw, nil) }

func unpack(data []byte) ([]byte, error) {
	raw, err := decoder.DecodeAll(data, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errBroken, err)
	}
	return raw, nil
}

// chunkReader walks the rows of a chunk.
type chunkReader struct {
	parser
	raw  []byte
	item item
}

// open unfolds a chunk. The rows that were read before must not be used any
// more.
func (r *chunkReader) open(data []byte) error {
	raw, err := decoder.DecodeAll(data, r.raw[:0])
	if err != nil {
		return fmt.Errorf("%w: %w", errBroken, err)
	}
	r.raw, r.parser, r.item.key = raw, parser{rest: raw}, r.item.key[:0]
	return nil
}

// next reads a row into r.item, whose bytes are good until the next one. It is
// false at the end, and where the bytes are broken.
func (r *chunkReader) next() bool {
	if len(r.rest) == 0 {
		return false
	}
	shared := r.uint()
	suffix := r.bytes()
	if shared > uint64(len(r.item.key)) {
		r.fail()
	}
	if r.err != nil {
		return false
	}
	r.item.key = append(r.item.key[:shared], suffix...)
	length := r.uint()
	r.item.gone = length&1 != 0
	r.item.value = r.take(length >> 1)
	r.item.aside = r.bytes()
	return r.err == nil
}
