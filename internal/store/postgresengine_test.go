package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/demarc-dev/demarc/internal/pgtest"
)

// TestStagingWaitsForNobody stages while somebody else writes.
func TestStagingWaitsForNobody(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	db := open(t, pgtest.Database(t), Options{})
	s, err := db.Begin(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Abandon()
	err = db.engine.write(t.Context(), func(conn) error {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		return db.engine.stage(ctx, func(c conn) error { return s.insert(c, 1, []chunk{aChunk()}) })
	})
	if err != nil {
		t.Error(err)
	}
}

func aChunk() chunk {
	w := &chunkWriter{family: resources}
	w.add(&item{key: []byte("key"), value: []byte("value")})
	return w.seal()
}

// TestClearingWhileStaging clears a layer away just when its saver stages:
// whoever is first, a saver that lives keeps all that it staged, and of any other
// nothing is left.
func TestClearingWhileStaging(t *testing.T) { onEngines(t, clearingWhileStaging) }

func clearingWhileStaging(t *testing.T, address string) {
	db := open(t, address, Options{})
	bury := func(s *Saving, beat int64) error {
		done := &Compacted{}
		return db.buryOne(context.WithoutCancel(t.Context()), saver{s.layer, s.token}, beat, done)
	}
	take := func(s *Saving, _ int64) error { // whether it lives or not
		return db.engine.write(context.WithoutCancel(t.Context()), func(c conn) error {
			_, err := dropLayer(c, s.layer, "")
			return err
		})
	}
	for _, tt := range []struct {
		name       string
		clear      func(s *Saving, beat int64) error
		saverFirst bool
		staged     bool
		left       int64
	}{
		{"the saver is first", bury, true, true, 2},
		{"who buries is first", bury, false, false, 0},
		{"the saver is first, and is taken away", take, true, true, 0},
	} {
		s, err := db.Begin(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		stage := func(seq int, then func()) error {
			return db.engine.stage(t.Context(), func(c conn) error {
				err := s.insert(c, seq, []chunk{aChunk()})
				then()
				return err
			})
		}
		if err := stage(1, func() {}); err != nil {
			t.Fatal(err)
		}
		beats, err := db.beats(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		cleared := make(chan error, 1)
		clear := func() { cleared <- tt.clear(s, beats[saver{s.layer, s.token}]) }
		if !tt.saverFirst {
			clear()
		}
		err = stage(2, func() {
			if tt.saverFirst {
				go clear()
				time.Sleep(200 * time.Millisecond) // it waits for the row of the layer now
			}
		})
		if err := <-cleared; err != nil {
			t.Errorf("%s: clearing says %v", tt.name, err)
		}
		if tt.staged != (err == nil) || !tt.staged && !errors.Is(err, ErrAbandoned) {
			t.Errorf("%s: staging says %v", tt.name, err)
		}
		if left := chunksOf(t, db, s.layer); left != tt.left {
			t.Errorf("%s: %d chunks are left", tt.name, left)
		}
		s.Abandon()
	}
}

func chunksOf(t *testing.T, db *DB, layer int64) (n int64) {
	t.Helper()
	err := db.engine.read(t.Context(), func(c conn) (err error) {
		n, err = one(c, "SELECT COUNT(*) FROM chunk WHERE layer = $1", layer)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestPartitions: what a workspace keeps in a month lies by itself.
func TestPartitions(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	now := time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC)
	db := open(t, pgtest.Database(t), Options{Now: func() time.Time { return now }})
	saveInputs(t, db, "a")
	now = now.Add(2 * time.Hour)
	saveInputs(t, db, "a", "b")
	s, err := db.Begin(t.Context(), "other")
	if err != nil {
		t.Fatal(err)
	}
	s.Keeper().Keep(0, 1, []byte("c"), nil)
	defer s.Abandon()
	if err := db.engine.stage(t.Context(), func(c conn) error { return s.insert(c, 1, []chunk{aChunk()}) }); err != nil {
		t.Fatal(err)
	}
	for sql, want := range map[string]string{
		"SELECT DISTINCT tableoid::regclass::text FROM chunk ORDER BY 1":                                                      "chunk_1_2026_12 chunk_1_2027_1 chunk_2_2027_1",
		"SELECT DISTINCT tableoid::regclass::text FROM part ORDER BY 1":                                                       "part_1",
		"SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'chunk'::regclass ORDER BY 1":                     "chunk_1 chunk_2",
		"SELECT DISTINCT attstorage::text FROM pg_attribute WHERE attname = 'data' AND attrelid = 'chunk_2_2027_1'::regclass": "e",
	} {
		var found []string
		err := db.engine.read(t.Context(), func(c conn) error {
			return c.query(func(r row) error { found = append(found, r.text(0)); return nil }, sql)
		})
		if got := strings.Join(found, " "); err != nil || got != want {
			t.Errorf("%s: %s, not %s; %v", sql, got, want, err)
		}
	}
}

// TestTablesAreAll: what is copied is all there is, on every engine.
func TestTablesAreAll(t *testing.T) {
	onEngines(t, func(t *testing.T, address string) {
		db := open(t, address, Options{})
		sql := "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY m.name, c.cid"
		if IsServer(address) {
			sql = `SELECT c.relname::text, a.attname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relnamespace = current_schema()::regnamespace
				AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0 AND c.relname <> 'demarc_version' ORDER BY c.relname COLLATE "C", a.attnum`
		}
		found := map[string][]string{}
		err := db.engine.read(t.Context(), func(c conn) error {
			return c.query(func(r row) error {
				found[r.text(0)] = append(found[r.text(0)], r.text(1))
				return nil
			}, sql)
		})
		if err != nil || len(found) != len(tables) {
			t.Errorf("%d tables, not %d, %v", len(found), len(tables), err)
		}
		for _, table := range tables {
			if !slices.Equal(found[table.name], table.columns) {
				t.Errorf("%s has %v, not %v", table.name, found[table.name], table.columns)
			}
		}
	})
}

// TestMoves copies a store from a file to a server and back: all of it is as it
// was, and nothing is written over.
func TestMoves(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	folder := t.TempDir()
	from := open(t, filepath.Join(folder, "from.db"), Options{})
	talk(t, from, "", 20)
	saveInputs(t, from, "a", "b")
	saveInputs(t, from, "b", "c")
	server, back := pgtest.Database(t), filepath.Join(folder, "back.db")
	if err := from.Backup(t.Context(), server); err != nil {
		t.Fatal(err)
	}
	if err := from.Backup(t.Context(), server); !errors.Is(err, ErrTaken) {
		t.Errorf("moving it there again: %v", err)
	}
	there := open(t, server, Options{})
	for range 2 { // the second finds a file
		err := there.Backup(t.Context(), back)
		if info, missing := os.Stat(back); missing != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("%v, %v, %v", info, missing, err)
		}
		if err != nil && !errors.Is(err, ErrExists) {
			t.Fatal(err)
		}
	}
	want := contentOf(t, from)
	for _, db := range []*DB{there, open(t, back, Options{})} {
		if got := contentOf(t, db); got != want {
			t.Errorf("%s holds something else", db.path)
		}
		if faults := faultsOf(t, db); !slices.Equal(faults, faultsOf(t, from)) {
			t.Errorf("%s: %v", db.path, faults)
		}
		saveInputs(t, db, "d") // it can be gone on with
	}
	if left, _ := os.ReadDir(folder); len(left) > 2+2*2 { // with journals
		t.Errorf("left behind: %v", left)
	}
}

// contentOf is all rows of a store.
func contentOf(t *testing.T, db *DB) string {
	t.Helper()
	var all strings.Builder
	for _, table := range tables {
		var rows []string
		err := db.engine.read(t.Context(), func(c conn) error {
			return c.query(func(r row) error {
				var b strings.Builder
				for i := range table.columns {
					b.WriteString(strings.ReplaceAll(valueOf(r, i), "\n", " "))
				}
				rows = append(rows, b.String())
				return nil
			}, "SELECT "+strings.Join(table.columns, ", ")+" FROM "+table.name)
		})
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(rows)
		all.WriteString(table.name + "\n" + strings.Join(rows, "\n"))
	}
	return all.String()
}

// TestDamageOnAServer writes over a chunk: a check finds it, and all else that
// can be read is read.
func TestDamageOnAServer(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	server := pgtest.New(t, pgtest.Options{InitDB: []string{"--data-checksums"}})
	address := pgtest.DatabaseOn(t, server)
	db := open(t, address, Options{})
	fill(t, db, 30)
	if faults := faultsOf(t, db); len(faults) > 0 {
		t.Fatal(faults)
	}
	damage(t, server, address)
	k, err := db.Check(t.Context())
	if err != nil || k.Entries != 20 || k.Parts != 30 {
		t.Fatalf("the check ends with %+v, %v", k, err)
	}
	if len(k.Faults) == 0 || k.Faults[0].Table != "chunk" || k.Faults[0].Problem != "it cannot be read" {
		t.Errorf("it finds %+v", k.Faults)
	}
	if err := db.engine.write(t.Context(), func(c conn) error {
		_, err := c.exec("UPDATE ledger SET actor = 'eve'")
		return err
	}); err == nil || !strings.Contains(err.Error(), "the ledger only grows") {
		t.Errorf("an entry was changed: %v", err)
	}
}

// damage flips a byte of what chunks hold, on the disk.
func damage(t *testing.T, server *pgtest.Server, address string) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	var path string
	err = c.QueryRow(t.Context(), `SELECT current_setting('data_directory') || '/' || pg_relation_filepath(reltoastrelid) FROM pg_class
		WHERE relispartition AND relkind = 'r' AND relname LIKE 'chunk%'`).Scan(&path)
	if err := errors.Join(err, c.Close(t.Context()), server.Stop()); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 1)
	const at = 8192*3 + 4000
	_, err = f.ReadAt(b, at)
	if err == nil {
		b[0] ^= 0x40
		_, err = f.WriteAt(b, at)
	}
	if err := errors.Join(err, f.Close(), server.Resume(t.Context())); err != nil {
		t.Fatal(err)
	}
}

// valueOf tells a column with its type.
func valueOf(r row, i int) string { return fmt.Sprintf("%T %q; ", r.value(i), fmt.Sprint(r.value(i))) }
