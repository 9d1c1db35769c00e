package store

import (
	"bytes"
	"iter"
	"path/filepath"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/sample"
)

// shelf is a connection behind which one part lies, whatever its hash.
type shelf struct{ part []byte }

func (s shelf) query(visit func(row) error, sql string, args ...any) error {
	if hash, ok := args[len(args)-1].([]byte); ok && len(hash) == 16 && strings.Contains(sql, "FROM part") {
		return visit(shelfRow{s.part})
	}
	return nil
}

func (shelf) exec(string, ...any) (int64, error)             { return 0, nil }
func (shelf) insert(string, []string, iter.Seq[[]any]) error { return nil }

type shelfRow struct{ data []byte }

func (shelfRow) int(int) int64      { return 0 }
func (shelfRow) text(int) string    { return "" }
func (r shelfRow) bytes(int) []byte { return r.data }
func (shelfRow) isNull(int) bool    { return false }
func (r shelfRow) value(int) any    { return r.data }

// FuzzChunk reads bytes that nobody wrote as a chunk of each family, as a part
// and as a header: whatever they are, they are read or refused, and take no more
// memory than a chunk may.
func FuzzChunk(f *testing.F) {
	for _, raw := range seedsOf(f) {
		f.Add(raw[1:], raw[0])
	}
	f.Add([]byte{0, 0, 0, 0}, byte(rollups)) // a row without a key
	f.Add([]byte{0, 0, 0, 0}, byte(classes))
	f.Add(bytes.Repeat([]byte{0xff}, 40), byte(worst))
	f.Fuzz(func(t *testing.T, raw []byte, of byte) {
		for _, data := range [][]byte{raw, pack(raw)} {
			var in chunkReader
			if err := in.open(data); err == nil {
				readRows(t, &in, family(of), pack(raw))
			} else if err.Error() == "" {
				t.Error("an error says nothing")
			}
			if cap(in.raw) > 2*mostRaw {
				t.Errorf("%d bytes unfold to %d", len(data), cap(in.raw))
			}
			var h header
			if h.parse(append(make([]byte, 16), data...)) == nil {
				h.restore(&demarc.Assessment{})
			}
		}
	})
}

// readRows reads rows as those of a family.
func readRows(t *testing.T, in *chunkReader, of family, part []byte) {
	l := newLoaderOf(shelf{part}, 1, &base{})
	for n := 0; in.next(); n++ {
		it := &in.item
		if err := readRow(l, it, of); err != nil && err.Error() == "" {
			t.Errorf("row %d: an error says nothing", n)
		}
		if len(it.key) > len(in.raw) || len(it.value) > len(in.raw) {
			t.Errorf("row %d is longer than all rows", n)
		}
	}
}

func readRow(l *loader, it *item, of family) error {
	switch of {
	case scopes:
		_, _, _, err := parseScope(it)
		return err
	case resources:
		return l.resource(it)
	case instances:
		return l.instance(it)
	case classes:
		if err := l.keepClass(it); err != nil {
			return err
		}
		return l.resolve()
	case rollups:
		if _, err := framesOf(it); err != nil {
			return err
		}
		_, err := l.rollUp(it)
		return err
	case worst:
		p := parser{rest: it.value}
		for len(p.rest) > 0 {
			if _, err := l.unmet(&p); err != nil {
				return err
			}
		}
	case inputs:
	}
	return nil
}

// seedsOf are the rows of the chunks, the parts and the header of a snapshot,
// each behind the family that they are read as.
func seedsOf(f *testing.F) (seeds [][]byte) {
	db, err := Open(f.Context(), filepath.Join(f.TempDir(), "demarc.db"), Options{})
	if err != nil {
		f.Fatal(err)
	}
	defer db.Close()
	s, err := db.Begin(f.Context(), "")
	if err != nil {
		f.Fatal(err)
	}
	k := s.Keeper()
	k.Keep(1, 2, []byte("an input"), []byte("estate.json"))
	k.Flush()
	a := sample.Judged()
	_, err = s.Publish(&Publication{Assessment: a, RollUps: []demarc.RollUp{{By: demarc.RollUpEstate, Matrices: a.Matrices, Workloads: 3, Summary: a.Summary}}, Taken: sample.AsOf})
	if err != nil {
		f.Fatal(err)
	}
	err = db.engine.read(f.Context(), func(c conn) error {
		return c.query(func(r row) error {
			raw, err := unpack(r.bytes(1))
			seeds = append(seeds, append([]byte{byte(r.int(0))}, raw...))
			return err
		}, "SELECT family, data FROM chunk UNION ALL SELECT $1, data FROM part UNION ALL SELECT 0, substr(header, 17) FROM snapshot ORDER BY 1", int(classes))
	})
	if err != nil || len(seeds) < 10 {
		f.Fatalf("%d seeds, %v", len(seeds), err)
	}
	return seeds
}
