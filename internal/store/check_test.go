package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/store"
	"github.com/demarc-dev/demarc/internal/store/storetest"
)

// kept makes a database with three snapshots and a few entries of a ledger, and
// gives the bytes of its file.
func kept(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "demarc.db")
	db, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for number := 1; number <= 3; number++ {
		said := []store.Said{{Kind: store.AttestationKind, Key: "door", Payload: fmt.Appendf(nil, `{"round":%d}`, number), Origin: "a.yaml"}}
		if _, err := db.Record(t.Context(), "", "ada", said); err != nil {
			t.Fatal(err)
		}
		if _, err := storetest.Save(t.Context(), db, "", number, 150); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// TestFlippedBytes flips one byte after the other of a database. A flip is
// found, when the file is opened or by the check, or what is kept reads as if
// nothing had happened, as where it hit a page that holds nothing.
func TestFlippedBytes(t *testing.T) {
	file := kept(t)
	flips := 500
	if testing.Short() {
		flips = 50
	}
	path := filepath.Join(t.TempDir(), "flipped.db")
	random := rand.New(rand.NewPCG(1, 6))
	found := 0
	for i := range flips {
		at := random.IntN(len(file))
		if i%5 == 0 {
			at = i / 5 // the header of the file
		}
		flipped := bytes.Clone(file)
		flipped[at] ^= byte(1 + random.IntN(255))
		if err := os.WriteFile(path, flipped, 0o600); err != nil {
			t.Fatal(err)
		}
		if noticed(t, path) {
			found++
		} else if why := differs(t, path); why != "" {
			t.Errorf("byte %d of %d, %02x to %02x: not found, and %s", at, len(file), file[at], flipped[at], why)
		}
		for _, beside := range []string{"-wal", "-shm", "-journal"} {
			_ = os.Remove(path + beside)
		}
	}
	if found < flips*8/10 {
		t.Errorf("%d of %d flips were found", found, flips)
	}
}

// noticed opens and checks a database, and reports whether that found anything.
func noticed(t *testing.T, path string) bool {
	t.Helper()
	db, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		if !errors.Is(err, store.ErrDamaged) && !errors.Is(err, store.ErrForeign) && !strings.Contains(err.Error(), "version") {
			t.Errorf("a damaged file is told as %v", err)
		}
		return true
	}
	defer db.Close()
	k, err := db.Check(t.Context())
	return err != nil || len(k.Faults) > 0
}

// differs says how what a database keeps is not what was kept, "" for not at
// all.
func differs(t *testing.T, path string) string {
	t.Helper()
	db, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		return err.Error()
	}
	defer db.Close()
	for number := 1; number <= 3; number++ {
		a, err := db.Load(t.Context(), "", int64(number))
		if err != nil {
			return err.Error()
		}
		if why := storetest.Same(a, number); why != "" {
			return why
		}
		want := storetest.Inputs(number, 150)
		err = db.Recording("", int64(number)).Each(t.Context(), nil, func(_ byte, record, _ []byte) error {
			i := slices.IndexFunc(want, func(w []byte) bool { return bytes.Equal(w, record) })
			if i < 0 {
				return errors.New("an input that nobody gave")
			}
			want = slices.Delete(want, i, i+1)
			return nil
		})
		if err != nil || len(want) > 0 {
			return fmt.Sprintf("%d inputs are missing, %v", len(want), err)
		}
	}
	list, err := db.Ledger(t.Context(), "", 1, 0)
	if err != nil || len(list) != 3 || string(list[2].Payload) != `{"round":3}` {
		return fmt.Sprintf("the ledger is %+v, %v", list, err)
	}
	return ""
}

// TestCheckNamesWhatIsBroken damages many pages at once: the check goes on
// behind the first fault, and names tables and keys.
func TestCheckNamesWhatIsBroken(t *testing.T) {
	file := kept(t)
	path := filepath.Join(t.TempDir(), "broken.db")
	for at := len(file) / 2; at < len(file); at += 5000 {
		file[at] ^= 0xff
	}
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	k, err := db.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	tables := map[string]int{}
	for _, f := range k.Faults {
		if tables[f.Table]++; f.Table == "chunk" && !strings.HasPrefix(f.Key, "layer ") {
			t.Errorf("a chunk is named %q", f.Key)
		}
	}
	if tables["file"] == 0 || tables["chunk"] < 2 || tables["snapshot"] == 0 {
		t.Errorf("faults by table: %v", tables)
	}
	for number := 1; number <= 3; number++ {
		if a, err := db.Load(t.Context(), "", int64(number)); err == nil {
			if why := storetest.Same(a, number); why != "" {
				t.Errorf("snapshot %d is loaded without an error: %s", number, why)
			}
		} else if !errors.Is(err, store.ErrDamaged) {
			t.Errorf("snapshot %d: %v", number, err)
		}
	}
}
