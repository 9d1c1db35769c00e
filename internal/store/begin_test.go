package store

import (
	"context"
	"testing"

	"github.com/demarc-dev/demarc/internal/sample"
)

// meddler lets something happen in front of the next reading.
type meddler struct {
	engine
	first func()
}

func (m *meddler) read(ctx context.Context, f func(conn) error) error {
	if first := m.first; first != nil {
		m.first = nil
		first()
	}
	return m.engine.read(ctx, f)
}

// saveInputs saves a snapshot with inputs.
func saveInputs(t *testing.T, db *DB, inputs ...string) int64 {
	t.Helper()
	s, err := db.Begin(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	k := s.Keeper()
	for _, in := range inputs {
		k.Keep(0, 1, []byte(in), nil)
	}
	k.Flush()
	snap, err := s.Publish(&Publication{Assessment: sample.Judged(), Taken: sample.AsOf})
	if err != nil {
		t.Fatal(err)
	}
	return snap.Number
}

// TestCompactWhileASavingBegins makes room just when a saver has found the
// snapshot that it builds on: it still knows what that one has.
func TestCompactWhileASavingBegins(t *testing.T) {
	db := fresh(t, Options{})
	saveInputs(t, db, "a", "b")
	saveInputs(t, db, "a", "c")
	m := &meddler{engine: db.engine}
	m.first = func() {
		if err := db.CompactNow(t.Context(), "", Retention{Keep: 1}); err != nil {
			t.Error(err)
		}
	}
	db.engine = m
	number := saveInputs(t, db, "a", "d")
	var got string
	err := db.Recording("", number).Each(t.Context(), nil, func(_ byte, record, _ []byte) error {
		got += string(record)
		return nil
	})
	if err != nil || got != "ad" && got != "da" {
		t.Errorf("the inputs are %q, %v", got, err)
	}
}
