package store

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestFindsLongKeys looks for keys that begin alike for longer than an index
// holds of them, in chunks of a few rows.
func TestFindsLongKeys(t *testing.T) {
	db := fresh(t, Options{})
	random := rand.New(rand.NewPCG(4, 4))
	keys := longKeys(random, 120)
	err := db.engine.write(t.Context(), func(c conn) error {
		var chunks []chunk
		w := &chunkWriter{family: resources}
		for i, key := range keys {
			if i%3 == 1 {
				continue // is not there
			}
			if w.add(&item{key: key, value: key}); random.IntN(2) == 0 {
				chunks = append(chunks, w.seal())
			}
		}
		if w.rows > 0 {
			chunks = append(chunks, w.seal())
		}
		return c.insert("chunk", chunkColumns, (&Saving{layer: 1}).rows(1, chunks))
	})
	if err != nil {
		t.Fatal(err)
	}
	err = db.engine.read(t.Context(), func(c conn) error {
		for i, key := range keys {
			it, err := findIn(c, 1, resources, key)
			if err != nil {
				return err
			}
			if there := it != nil; there != (i%3 != 1) || there && !bytes.Equal(it.value, key) {
				t.Errorf("key %d of %d bytes: found %t", i, len(key), there)
			}
			cur, err := openCursor(c, 1, resources, key)
			if err != nil {
				return err
			}
			next := i
			if i%3 == 1 {
				next++
			}
			if next < len(keys) && (cur.at == nil || !bytes.Equal(cur.at.key, keys[next])) {
				t.Errorf("a cursor for key %d stands elsewhere", i)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// longKeys are keys in order, many of which differ only near the end of what an
// index holds.
func longKeys(random *rand.Rand, n int) [][]byte {
	seen := map[string]bool{}
	for len(seen) < n {
		key := bytes.Repeat([]byte{'a'}, mostPlace-3+random.IntN(6))
		for i := mostPlace - 2; i < len(key); i++ {
			key[i] = "ab"[random.IntN(2)]
		}
		if random.IntN(2) == 0 {
			key = append(key, fmt.Sprint(random.IntN(40))...)
		}
		seen[string(key)] = true
	}
	keys := make([][]byte, 0, n)
	for key := range seen {
		keys = append(keys, []byte(key))
	}
	slices.SortFunc(keys, bytes.Compare)
	return keys
}

// TestParentRowsGoOn breaks the reading of a snapshot off at every row: all rows
// are visited once and in order.
func TestParentRowsGoOn(t *testing.T) {
	db := fresh(t, Options{})
	err := db.engine.write(t.Context(), func(c conn) error {
		for layer := 1; layer <= 2; layer++ {
			var chunks []chunk
			w := &chunkWriter{family: resources}
			for i := range 60 {
				w.add(&item{key: fmt.Appendf(nil, "%03d", i*layer), value: []byte{byte(layer)}})
				if i%4 == 3 {
					chunks = append(chunks, w.seal())
				}
			}
			if err := c.insert("chunk", chunkColumns, (&Saving{layer: int64(layer)}).rows(1, chunks)); err != nil {
				return err
			}
			if _, err := c.exec("INSERT INTO snapshot_layer (workspace, number, depth, layer) VALUES (1, 1, $1, $2)", 2-layer, layer); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w := &writing{Saving: &Saving{db: db, ctx: t.Context(), workspace: 1, parent: &base{number: 1}}}
	rows := func() (all []string) {
		err := w.parentRows(resources, func(it *item) { all = append(all, fmt.Sprint(string(it.key), it.value)) })
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	want := rows()
	if len(want) != 90 {
		t.Fatalf("there are %d rows", len(want))
	}
	whole := db.engine
	for after := 1; after < 50; after++ {
		db.engine = &forgetful{engine: whole, always: after}
		if got := rows(); !slices.Equal(got, want) {
			t.Errorf("broken off after %d: %d rows, not %d in the same order", after, len(got), len(want))
		}
	}
}
