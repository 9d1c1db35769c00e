package store_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/demarc-dev/demarc/internal/store"
	"github.com/demarc-dev/demarc/internal/store/storetest"
)

// dumpInputs is how many inputs each snapshot of a dump has.
const dumpInputs = 12

// TestMigrateFromEveryVersion opens a database of each version that was
// released. With -update it writes down one of the newest version; those before
// are never written again.
func TestMigrateFromEveryVersion(t *testing.T) {
	if f := flag.Lookup("update"); f != nil && f.Value.String() == "true" {
		writeDump(t)
	}
	for version := 1; version <= store.Newest; version++ {
		t.Run(fmt.Sprint(version), func(t *testing.T) {
			dump, err := os.ReadFile(dumpOf(version))
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "demarc.db")
			if err := store.Restore(path, string(dump), version); err != nil {
				t.Fatal(err)
			}
			openTogether(t, path)
			remembers(t, path)
		})
	}
}

func dumpOf(version int) string {
	return filepath.Join("testdata", fmt.Sprintf("version%d.sql", version))
}

// writeDump saves two snapshots and a ledger and writes down what that makes.
func writeDump(t *testing.T) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "demarc.db")
	db, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for number := 1; number <= 2; number++ {
		said := []store.Said{{Kind: store.AttestationKind, Key: "door", Payload: fmt.Appendf(nil, `{"round":%d}`, number), Origin: "a.yaml"}}
		if _, err := db.Record(t.Context(), "", "ada", said); err != nil {
			t.Fatal(err)
		}
		if _, err := storetest.Save(t.Context(), db, "", number, dumpInputs); err != nil {
			t.Fatal(err)
		}
	}
	dump, err := db.Dump(t.Context())
	if err == nil {
		err = os.WriteFile(dumpOf(store.Newest), []byte(dump), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// openTogether opens a database that is to be migrated, several times at once.
func openTogether(t *testing.T, path string) {
	t.Helper()
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			db, err := store.Open(t.Context(), path, store.Options{})
			if err != nil {
				t.Error(err)
				return
			}
			defer db.Close()
			if version, err := db.Version(t.Context()); err != nil || version != store.Newest {
				t.Errorf("it has version %d, %v", version, err)
			}
		})
	}
	group.Wait()
}

// remembers reads what writeDump wrote, and goes on with it.
func remembers(t *testing.T, path string) {
	t.Helper()
	db, n := intact(t, path, &saver{saved: 2, said: 2})
	defer db.Close()
	if n != 2 {
		t.Errorf("%d snapshots", n)
	}
	inputs := 0
	err := db.Recording("", 2).Each(t.Context(), nil, func(byte, []byte, []byte) error { inputs++; return nil })
	if err != nil || inputs != dumpInputs {
		t.Errorf("%d inputs, %v", inputs, err)
	}
	if _, err := storetest.Save(t.Context(), db, "", 3, dumpInputs); err != nil {
		t.Error(err)
	}
}

func TestNewerVersionIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demarc.db")
	db, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Tamper(t.Context(), fmt.Sprintf("PRAGMA user_version=%d", store.Newest+7)), db.Close()); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, readOnly := range []bool{false, true} {
		_, err := store.Open(t.Context(), path, store.Options{ReadOnly: readOnly})
		var hinted interface{ Hint() string }
		if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("has version %d", store.Newest+7)) ||
			!strings.Contains(err.Error(), fmt.Sprintf("up to %d", store.Newest)) || !errors.As(err, &hinted) || !strings.Contains(hinted.Hint(), "newer demarc") {
			t.Errorf("read only %t: %v", readOnly, err)
		}
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("the refused file was changed")
	}
}

// TestOtherDatabasesAreLeftAlone opens what SQLite wrote for somebody else.
func TestOtherDatabasesAreLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "other.db")
	db, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Tamper(t.Context(), "PRAGMA application_id=7"), db.Close()); err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(path)
	if _, err := store.Open(t.Context(), path, store.Options{}); !errors.Is(err, store.ErrForeign) {
		t.Errorf("got %v", err)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("somebody else's file was changed")
	}
}

// TestLeftovers: a file that is not being made by the store is not filled, and a
// journal without its database is not read into a new one.
func TestLeftovers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demarc.db")
	write := func(path string, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	refused := func(what string) {
		t.Helper()
		db, err := store.Open(t.Context(), path, store.Options{})
		if err == nil {
			_ = db.Close()
			t.Fatal(what + " is taken")
		}
		var hinted interface{ Hint() string }
		if !errors.As(err, &hinted) || hinted.Hint() == "" {
			t.Errorf("%s: nobody says what to do: %v", what, err)
		}
	}
	write(path, "")
	refused("an empty file")
	if _, err := store.Open(t.Context(), path, store.Options{ReadOnly: true}); !errors.Is(err, store.ErrNone) {
		t.Errorf("reading it: %v", err)
	}
	if err := os.Rename(path, path+"-wal"); err != nil {
		t.Fatal(err)
	}
	write(path+"-wal", "frames of another database")
	refused("the journal of another database")
	if err := os.Remove(path + "-wal"); err != nil {
		t.Fatal(err)
	}
	openTogether(t, path)
	db, _ := intact(t, path, &saver{})
	defer db.Close()
	if _, err := storetest.Save(t.Context(), db, "", 1, 10); err != nil {
		t.Error(err)
	}
}
