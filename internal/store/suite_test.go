package store_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/store"
	"github.com/demarc-dev/demarc/internal/store/storetest"
)

// onSQLite opens a new store in a file.
func onSQLite(t *testing.T) *store.DB {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "demarc.db"))
}

// openAt opens a store, which the test closes.
func openAt(t *testing.T, address string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), address, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestSQLite(t *testing.T) { storetest.Run(t, onSQLite) }

// TestLostConnections loses the connection at every turn: nothing is lost with
// it, and nothing is done twice.
func TestLostConnections(t *testing.T) {
	seed := uint64(0)
	open := func(t *testing.T) *store.DB {
		db := onSQLite(t)
		seed++
		db.Forget(seed)
		return db
	}
	storetest.Run(t, open)
	storetest.Runs(t, open)
}

// TestLivesAreTheSame lives the same life in a file, on a server, and where the
// connection is lost all the time.
func TestLivesAreTheSame(t *testing.T) {
	all := []*store.DB{onSQLite(t), onSQLite(t)}
	steps := 6
	if !testing.Short() { // else without a server
		all = append(all, onPostgres(t), onPostgres(t))
		steps = 12
		all[3].Forget(11)
	}
	all[1].Forget(7)
	for i, db := range all {
		life := storetest.NewLife(3, 600) // so many that they lie in several chunks
		for range steps {
			life.Step()
			s, err := db.Begin(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := life.Save(s); err != nil {
				t.Fatalf("store %d: %v", i, err)
			}
		}
	}
	for number := int64(1); number <= int64(steps); number++ {
		var told []string
		for _, db := range all {
			told = append(told, toldOf(t, db, number))
		}
		for i := range told {
			if told[i] != told[0] {
				t.Fatalf("snapshot %d is another one in store %d", number, i)
			}
		}
	}
}

// toldOf is all that a store says of a snapshot.
func toldOf(t *testing.T, db *store.DB, number int64) string {
	t.Helper()
	list, err := db.Snapshots(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	a, err := db.Load(t.Context(), "", number)
	if err != nil {
		t.Fatal(err)
	}
	rollUp, err := db.RollUp(t.Context(), "", number, demarc.RollUpEstate, "")
	if err != nil {
		t.Fatal(err)
	}
	var records []string
	err = db.Recording("", number).Each(t.Context(), nil, func(kind byte, record, _ []byte) error {
		records = append(records, fmt.Sprint(kind, " ", string(record)))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(records)
	return fmt.Sprintf("%x %s %v %q", list[number-1].Content, storetest.Told(a), rollUp, records)
}

// TestLastToCloseIsNotTheLastToWrite: who closes a file last carries the journal
// over, also what others wrote since.
func TestLastToCloseIsNotTheLastToWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demarc.db")
	first, other := openAt(t, path), openAt(t, path)
	for number, db := range []*store.DB{first, other} {
		if _, err := storetest.Save(t.Context(), db, "", number+1, 50); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(other.Close(), first.Close()); err != nil {
		t.Fatal(err)
	}
	if list, err := openAt(t, path).Snapshots(t.Context(), ""); err != nil || len(list) != 2 {
		t.Errorf("%d snapshots, %v", len(list), err)
	}
}
