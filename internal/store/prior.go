package store

import (
	"bytes"
	"crypto/sha256"
	"hash/maphash"
	"unicode/utf8"

	"github.com/demarc-dev/demarc"
)

// prior is what the newest snapshot says of a resource.
type prior struct {
	numbers numbers
	rest    uint64 // hash of the rest of the row
	known   bool
}

// before is what the newest snapshot says of the resources, by their places.
type before struct {
	of   []prior
	gone []goneRow // in order of key
}

// goneRow is the key of a resource that is not there any more, and the place of
// the resource that follows it.
type goneRow struct {
	key []byte
	at  int
}

// before reads the resources of the newest snapshot beside those of this one;
// nil when there is none.
func (w *writing) before() (*before, error) {
	if w.parent == nil {
		return nil, nil
	}
	b := &before{of: make([]prior, len(w.Assessment.Resources))}
	list, at := w.Assessment.Resources, 0
	var broken error
	err := w.parentRows(resources, func(it *item) {
		order := -1
		for at < len(list) {
			if order = compareKey(list[at].ID, it.key); order >= 0 {
				break
			}
			at++
		}
		if order != 0 {
			b.gone = append(b.gone, goneRow{bytes.Clone(it.key), at})
			return
		}
		of, rest, err := parseNumbers(it.value)
		broken = firstOf(broken, err)
		b.of[at] = prior{of, hashOf(rest), true}
	})
	return b, firstOf(err, broken)
}

// compareKey compares an id in any case with a folded one, as
// [demarc.CompareFold] does.
func compareKey(id string, folded []byte) int {
	for i := range min(len(id), len(folded)) {
		c := id[i]
		if c >= utf8.RuneSelf {
			return bytes.Compare([]byte(demarc.Fold(id)), folded)
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != folded[i] {
			if folded[i] >= utf8.RuneSelf {
				return bytes.Compare([]byte(demarc.Fold(id)), folded)
			}
			return int(c) - int(folded[i])
		}
	}
	return len(id) - len(folded)
}

// hashOf tells the rows of one saving apart.
func hashOf(b []byte) uint64 { return maphash.Bytes(hashSeed, b) }

var hashSeed = maphash.MakeSeed()

// assign numbers the classes: one that a resource had before keeps its number.
func (w *writing) assign(b *before) {
	for t := range w.numbers {
		m := newMatching()
		if b != nil {
			for i := range b.of {
				if b.of[i].known {
					m.count(b.of[i].numbers[t], w.shares[i][t])
				}
			}
		}
		for _, content := range w.tables[t].contents {
			w.sums[t] = append(w.sums[t], sha256.Sum256([]byte(content)))
		}
		w.numbers[t], w.next = m.assign(len(w.tables[t].contents), w.next)
	}
}

func (w *writing) numbersOf(i int) numbers {
	var of numbers
	for t := range of {
		of[t] = w.numbers[t][w.shares[i][t]]
	}
	return of
}
