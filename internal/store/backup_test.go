package store

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// fill writes a store with some of everything.
func fill(t testing.TB, db *DB, rounds int) {
	t.Helper()
	for i := range rounds {
		err := db.engine.write(t.Context(), func(c conn) error {
			if _, err := ensureWorkspace(c, ""); err != nil {
				return err
			}
			return addShared(c, i)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	talk(t, db, "", 20)
	noted(t, db, 1)
}

// addShared stages a layer of chunks with a part, and publishes it.
func addShared(c conn, n int) error {
	data := make([]byte, 20_000)
	random := rand.NewChaCha8([32]byte{byte(n), byte(n >> 8)})
	_, _ = random.Read(data)
	w := &chunkWriter{family: resources}
	for key := byte(0); key < 3; key++ {
		w.add(&item{key: []byte{key}, value: data[:7_000]})
	}
	k := w.seal()
	layer := int64(n + 1)
	if _, err := c.exec("INSERT INTO layer (id, workspace, token, beat, published) VALUES ($1, 1, 'x', 0, 1)", layer); err != nil {
		return err
	}
	if err := c.insert("chunk", chunkColumns, func(yield func([]any) bool) {
		yield([]any{layer, int(k.family), k.first, 1, k.rows, k.hash, nil, k.data})
	}); err != nil {
		return err
	}
	hash := partHash(askedPart, data)
	_, err := c.exec("INSERT INTO part (workspace, hash, kind, data) VALUES (1, $1, $2, $3)", hash[:], askedPart, pack(data))
	return err
}

// faultsOf are the faults that count: the snapshots of these tests are empty.
func faultsOf(t testing.TB, db *DB) (list []Fault) {
	t.Helper()
	k, err := db.Check(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range k.Faults {
		if f.Table != "snapshot" || strings.Contains(f.Problem, "be loaded") {
			list = append(list, f)
		}
	}
	return list
}

func TestBackupBesideAWriter(t *testing.T) {
	db := fresh(t, Options{})
	fill(t, db, 60)
	stop, done := make(chan struct{}), sync.WaitGroup{}
	done.Go(func() {
		for i := 60; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			if err := db.engine.write(t.Context(), func(c conn) error { return addShared(c, i) }); err != nil {
				t.Error(err)
				return
			}
		}
	})
	for i := range 5 {
		path := filepath.Join(t.TempDir(), "copy.db")
		if err := db.Backup(t.Context(), path); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("copy %d may be read by others: %v, %v", i, info.Mode(), err)
		}
		copied := open(t, path, Options{})
		if faults := faultsOf(t, copied); len(faults) != 0 {
			t.Fatalf("copy %d: %v", i, faults)
		}
		k, err := copied.Check(t.Context())
		if err != nil || k.Chunks != k.Parts || k.Chunks != k.Layers || k.Chunks < 60 || k.Entries != 20 {
			t.Errorf("copy %d is of no one moment: %+v, %v", i, k, err)
		}
		talk(t, copied, "", 1) // it can be gone on with
	}
	close(stop)
	done.Wait()
}

func TestBackupOverwritesNothing(t *testing.T) {
	db := fresh(t, Options{})
	folder := t.TempDir()
	path := filepath.Join(folder, "letter.txt")
	if err := os.WriteFile(path, []byte("dear"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := db.Backup(t.Context(), path); !errors.Is(err, ErrExists) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := db.Backup(ctx, filepath.Join(folder, "late.db")); !errors.Is(err, context.Canceled) {
		t.Errorf("a backup that was stopped: %v", err)
	}
	if b, _ := os.ReadFile(path); string(b) != "dear" {
		t.Errorf("the file became %q", b)
	}
	if left, _ := os.ReadDir(folder); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

func TestShrinkGivesSpaceBack(t *testing.T) {
	db := fresh(t, Options{})
	fill(t, db, 100)
	err := db.engine.write(t.Context(), func(c conn) error {
		_, err := c.exec("DELETE FROM part WHERE workspace = $1", 1)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	before, err := db.Size(t.Context())
	if err == nil {
		err = db.engine.shrink(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	after, err := db.Size(t.Context())
	if err != nil || after > before*3/4 {
		t.Errorf("%d bytes became %d, %v", before, after, err)
	}
	if faults := faultsOf(t, db); len(faults) != 0 {
		t.Errorf("faults %v", faults)
	}
}
