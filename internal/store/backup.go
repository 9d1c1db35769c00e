package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/ncruces/go-sqlite3"
)

// Backup writes a copy of the whole store to a new file, as it stands at one
// moment, while others read and write. A file of that name stays as it is,
// which is an error. A path that is the address of a server moves the store: it
// is copied into the schema there, which must be empty.
func (db *DB) Backup(ctx context.Context, path string) error {
	var err error
	if IsServer(path) {
		err = db.move(ctx, path)
	} else {
		err = writeNew(path, func(name string) error { return db.engine.backup(ctx, name) })
	}
	if err != nil {
		return fmt.Errorf("back up to %s: %w", Shown(path), err)
	}
	return nil
}

// ErrExists says that a backup would overwrite a file, and ErrTaken that it
// would go among what another store holds.
var (
	ErrExists error = &fault{"there is such a file already", "name a file that is not there yet"}
	ErrTaken  error = &fault{"there is something in that store already", "name a database that is empty, or another schema with ?search_path=NAME"}
)

// writeNew has a new file written under another name, until all is there.
func writeNew(path string, write func(name string) error) error {
	full, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	if _, err := os.Lstat(full); !errors.Is(err, fs.ErrNotExist) {
		if err == nil {
			err = ErrExists
		}
		return err
	}
	folder, err := os.MkdirTemp(filepath.Dir(full), ".demarc-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	name := filepath.Join(folder, filepath.Base(full))
	if err := write(name); err != nil {
		return err
	}
	if err := giveName(name, full); errors.Is(err, fs.ErrExist) {
		return ErrExists
	} else if err != nil {
		return err
	}
	return nil
}

// move copies the store into an empty one on a server.
func (db *DB) move(ctx context.Context, address string) error {
	to, err := openPostgres(ctx, address, Options{})
	if err != nil {
		return err
	}
	return errors.Join(copyStore(ctx, to, db.engine), to.close())
}

// copyStore fills an empty store with what another one holds at one moment.
func copyStore(ctx context.Context, to, from engine) error {
	return from.read(ctx, func(source conn) error {
		return to.write(ctx, once(func(c conn) error {
			n, err := one(c, "SELECT COUNT(*) FROM workspace")
			if err == nil && n > 0 {
				err = ErrTaken
			}
			for i := 0; i < len(tables) && err == nil; i++ {
				err = tables[i].copy(c, source)
			}
			return err
		}))
	})
}

// copy copies all rows of a table.
func (t *table) copy(to, from conn) error {
	var failed error
	stopped := errors.New("no more rows are taken")
	values := make([]any, len(t.columns))
	err := to.insert(t.name, t.columns, func(yield func([]any) bool) {
		failed = from.query(func(r row) error {
			for i := range values {
				values[i] = r.value(i)
			}
			if !yield(values) {
				return stopped
			}
			return nil
		}, "SELECT "+strings.Join(t.columns, ", ")+" FROM "+t.name)
	})
	if errors.Is(failed, stopped) {
		failed = nil
	}
	return firstOf(failed, err)
}

// backupPages is how many pages are copied before somebody may stop it.
const backupPages = 1024

// backup copies the file page by page, in one view of it.
func (e *sqlite) backup(ctx context.Context, path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		return err
	}
	return explain(ctx, e.copyTo(ctx, path))
}

// backup copies table by table, in one view of them.
func (e *postgres) backup(ctx context.Context, path string) error {
	to, err := openSQLite(ctx, path, Options{})
	if err != nil {
		return err
	}
	return errors.Join(copyStore(ctx, to, e), to.close())
}

// copyTo copies into an empty file. Its pages are made to carry their sums
// first: what copies writes later ones before the first, which says so.
func (e *sqlite) copyTo(ctx context.Context, path string) error {
	to, err := e.connect(path, sqlite3.OPEN_READWRITE)
	if err != nil {
		return err
	}
	if err := errors.Join(checkPages(to), to.close()); err != nil {
		return err
	}
	from, err := e.reader()
	if err != nil {
		return err
	}
	defer from.close()
	return from.within(ctx, "BEGIN", "", func(conn) error {
		if _, err := from.one("PRAGMA user_version"); err != nil { // begins the view
			return err
		}
		b, err := from.db.BackupInit("main", path)
		if err != nil {
			return err
		}
		for done := false; !done && err == nil; {
			if err = ctx.Err(); err == nil {
				done, err = b.Step(backupPages)
			}
		}
		return errors.Join(err, b.Close())
	})
}

// inspect reads with a connection of its own, which has nothing in memory yet.
func (e *sqlite) inspect(ctx context.Context, f func(conn) error) (faults []string, err error) {
	c, err := e.reader()
	if err != nil {
		return nil, explain(ctx, err)
	}
	defer c.close()
	err = c.within(ctx, "BEGIN", "", func(conn) error {
		var lines []string
		err := c.query(func(r row) error {
			lines = append(lines, strings.Split(r.text(0), "\n")...)
			return nil
		}, "PRAGMA integrity_check(1000)")
		faults = pageFaults(lines)
		if err = explain(ctx, err); errors.Is(err, ErrDamaged) && len(faults) == 0 {
			faults = []string{"it cannot be read to the end"}
		} else if err != nil && !errors.Is(err, ErrDamaged) {
			return err
		}
		return f(c)
	})
	return faults, explain(ctx, err)
}

// unreadPage is how SQLite tells of a page whose sum is another.
var unreadPage = regexp.MustCompile(`(?i)(?:page |get page )(\d+)(?:: unable to get the page)?`)

// pageFaults puts what SQLite says of a file in words. Where pages cannot be
// read, all else that it says comes of that.
func pageFaults(lines []string) []string {
	var pages, other []string
	for _, line := range lines {
		switch m := unreadPage.FindStringSubmatch(line); {
		case line == "ok" || strings.HasPrefix(line, "***"):
		case m != nil && (strings.Contains(line, "unable to get") || strings.Contains(line, "failed to get")):
			pages = append(pages, "page "+m[1]+" is not as it was written")
		default:
			other = append(other, line)
		}
	}
	if len(pages) > 0 {
		return slices.Compact(pages)
	}
	return other
}

// shrink writes the file anew without the pages that nobody uses.
func (e *sqlite) shrink(ctx context.Context) error {
	if e.options.ReadOnly {
		return ErrReadOnly
	}
	c, err := e.take(ctx, e.writer, func() (*sqliteConn, error) { return e.connect(e.path, sqlite3.OPEN_READWRITE) })
	if err != nil {
		return explain(ctx, err)
	}
	defer func() { e.writer <- c.orNil() }()
	c.db.SetInterrupt(ctx)
	defer c.db.SetInterrupt(context.Background())
	if err := c.db.Exec("VACUUM"); err != nil {
		return explain(ctx, err)
	}
	return explain(ctx, c.carryOver())
}

func (e *sqlite) version(ctx context.Context) (version int, err error) {
	err = e.read(ctx, func(c conn) error {
		return c.query(func(r row) error { version = int(r.int(0)); return nil }, "PRAGMA user_version")
	})
	return version, err
}

// size counts the journal too, which holds what is not carried over yet.
func (e *sqlite) size(context.Context) (int64, error) {
	info, err := os.Stat(e.path)
	if err != nil {
		return 0, err
	}
	sum := info.Size()
	if info, err := os.Stat(e.path + "-wal"); err == nil {
		sum += info.Size()
	}
	return sum, nil
}
