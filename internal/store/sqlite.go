package store

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/ncruces/go-sqlite3"
)

const (
	// applicationID marks a file as Demarc's: "Dmrc".
	applicationID = 0x446d7263
	// pageSize is in bytes. Chunks are tens of kilobytes each: larger pages are
	// fewer reads, smaller ones waste less behind the end of each chunk.
	pageSize = 16384
	// mostReaders is how many connections read at once. Each has a memory of
	// its own, and a machine has a handful of cores.
	mostReaders = 8
	// busyFor is how long to wait for a writer of another process, who may be
	// giving the space of a large file back.
	busyFor = 2 * time.Minute
	// journalPages is after how many pages the journal is carried over into the
	// file, and keptJournal how many bytes of it stay allocated then.
	journalPages = 2048
	keptJournal  = 64 << 20
)

// sqlite is a store in one file: one connection writes, a few read.
type sqlite struct {
	path     string
	options  Options
	readable string           // the address that readers open
	reading  sqlite3.OpenFlag // and how
	writer   chan *sqliteConn // holds the writer while nobody writes
	readers  chan *sqliteConn // holds one for each that may start to read; nil is one not opened yet
	closing  sync.Once
	closed   chan struct{}
}

// openSQLite opens or creates the file and brings it to the newest version.
func openSQLite(ctx context.Context, path string, o Options) (engine, error) {
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	e := &sqlite{path: full, options: o, readable: full, reading: sqlite3.OPEN_READWRITE,
		writer: make(chan *sqliteConn, 1), readers: make(chan *sqliteConn, mostReaders), closed: make(chan struct{})}
	if err := e.look(); err != nil {
		return nil, err
	}
	if o.ReadOnly {
		err = e.openReading(ctx)
	} else {
		err = e.openWriting(ctx)
	}
	if err != nil {
		return nil, explain(ctx, err)
	}
	return e, nil
}

// look refuses what is no database before SQLite touches it. A journal without
// its database would be read into whatever is made in its place.
func (e *sqlite) look() error {
	_, leftover := os.Stat(e.path + "-wal")
	info, err := os.Stat(e.path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && leftover == nil && !e.options.ReadOnly:
		return &fault{"there is the journal " + filepath.Base(e.path) + "-wal and no database to it", "put the database back beside it, or delete the journal if the database is meant to be gone"}
	case errors.Is(err, fs.ErrNotExist) && !e.options.ReadOnly:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return ErrNone
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("it is a folder: %w", ErrForeign)
	case info.Size() == 0 && e.options.ReadOnly:
		return ErrNone
	case info.Size() == 0: // several processes that fill one file would be in each other's way
		return &fault{"it is an empty file", "delete it, and it is made anew"}
	}
	f, err := os.Open(e.path)
	if err != nil {
		return err
	}
	defer f.Close()
	magic := make([]byte, 16)
	if _, err := io.ReadFull(f, magic); err != nil || !bytes.Equal(magic, []byte("SQLite format 3\x00")) {
		return ErrForeign
	}
	return nil
}

// openWriting prepares the file with the connection that will write.
func (e *sqlite) openWriting(ctx context.Context) error {
	if err := e.create(ctx); err != nil {
		return err
	}
	w, err := e.prepared(ctx, e.path)
	if err != nil {
		return err
	}
	e.writer <- w
	for range mostReaders {
		e.readers <- nil
	}
	return nil
}

// create makes a file where there is none. It is made ready under another name,
// so that nobody ever opens one that is half made; who comes second takes the
// first one's.
func (e *sqlite) create(ctx context.Context) error {
	if _, err := os.Stat(e.path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(e.path), ".demarc-*.db")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if err := f.Close(); err != nil {
		return err
	}
	c, err := e.prepared(ctx, f.Name())
	if err != nil {
		return err
	}
	if err := c.close(); err != nil {
		return err
	}
	if err := giveName(f.Name(), e.path); !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// giveName gives a file its name. One that has the name by then stays, which is
// an error. Where the file system knows no second names, the file is renamed.
func giveName(from, to string) error {
	err := os.Link(from, to)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, missing := os.Lstat(to); !errors.Is(missing, fs.ErrNotExist) {
		return cmp.Or(missing, error(fs.ErrExist))
	}
	return os.Rename(from, to)
}

// prepared opens a connection that writes, to a file that is ready.
func (e *sqlite) prepared(ctx context.Context, path string) (*sqliteConn, error) {
	c, err := e.connect(path, sqlite3.OPEN_READWRITE|sqlite3.OPEN_CREATE)
	if err != nil {
		return nil, err
	}
	c.db.SetInterrupt(ctx)
	err = patiently(ctx, func() error { return prepare(ctx, c) })
	c.db.SetInterrupt(context.Background())
	if err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

// openReading opens a file that is not to be written. Readers leave word beside
// the file for writers, and the last one clears that away; where they may not,
// and nothing waits in the journal, the file is read as it stands, since nobody
// else can be writing it either.
func (e *sqlite) openReading(ctx context.Context) error {
	r, err := e.readerOf(ctx)
	if errors.Is(err, sqlite3.CANTOPEN) || errors.Is(err, sqlite3.READONLY) {
		if info, missing := os.Stat(e.path + "-wal"); missing == nil && info.Size() > 0 {
			return err
		}
		name := &url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(e.path), "/"), RawQuery: "immutable=1"}
		e.readable, e.reading = name.String(), sqlite3.OPEN_READONLY|sqlite3.OPEN_URI
		r, err = e.readerOf(ctx)
	}
	if err != nil {
		return err
	}
	e.readers <- r
	for range mostReaders - 1 {
		e.readers <- nil
	}
	return nil
}

// readerOf opens the first connection of a store that is only read.
func (e *sqlite) readerOf(ctx context.Context) (*sqliteConn, error) {
	r, err := e.reader()
	if err != nil {
		return nil, err
	}
	version := 0
	err = patiently(ctx, func() error {
		var err error
		version, err = recognise(r)
		return err
	})
	switch {
	case err != nil:
	case version == 0:
		err = ErrNone
	case version < newest:
		err = olderError{version}
	}
	if err != nil {
		return nil, errors.Join(err, r.close())
	}
	return r, nil
}

// connect opens one connection.
func (e *sqlite) connect(address string, how sqlite3.OpenFlag) (*sqliteConn, error) {
	return e.dial(address, how, false)
}

// reader opens one that only reads.
func (e *sqlite) reader() (*sqliteConn, error) { return e.dial(e.readable, e.reading, true) }

func (e *sqlite) dial(address string, how sqlite3.OpenFlag, reads bool) (*sqliteConn, error) {
	db, err := sqlite3.OpenFlags(address, how)
	if err != nil {
		return nil, err
	}
	c := &sqliteConn{db: db, idle: map[string]*sqlite3.Stmt{}}
	settings := fmt.Sprintf("PRAGMA synchronous=FULL; PRAGMA cache_size=-8192; PRAGMA journal_size_limit=%d; PRAGMA wal_autocheckpoint=%d;",
		keptJournal, journalPages)
	if e.options.MaxPages > 0 {
		settings += fmt.Sprintf("PRAGMA max_page_count=%d;", e.options.MaxPages)
	}
	if reads {
		settings += "PRAGMA query_only=ON;"
	}
	err = db.BusyTimeout(busyFor)
	if err == nil {
		err = patiently(context.Background(), func() error { return db.Exec(settings) })
	}
	if err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

// patiently tries again while another process holds the file in a way that
// SQLite does not wait for by itself, as when it is just being made.
func patiently(ctx context.Context, try func() error) error {
	for until := time.Now().Add(busyFor); ; {
		err := try()
		if !errors.Is(err, sqlite3.BUSY) && !errors.Is(err, sqlite3.LOCKED) || time.Now().After(until) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// recognise tells the version of a Demarc database, 0 for an empty file.
func recognise(c *sqliteConn) (version int, err error) {
	var mark, objects, checked int64
	for sql, to := range map[string]*int64{"PRAGMA application_id": &mark, "SELECT count(*) FROM sqlite_master": &objects, "PRAGMA checksum_verification": &checked} {
		if *to, err = c.one(sql); err != nil {
			return 0, err
		}
	}
	found, err := c.one("PRAGMA user_version")
	switch {
	case err != nil:
		return 0, err
	case mark == 0 && objects == 0 && found == 0:
		return 0, nil
	case mark != applicationID:
		return 0, ErrForeign
	case found > newest:
		return 0, newerError{int(found)}
	case checked != 1:
		return 0, fmt.Errorf("its pages are not checked: %w", ErrDamaged)
	}
	return int(found), nil
}

// prepare makes an empty file ready and an old one new. What it did before it
// was stopped, it finds done.
func prepare(ctx context.Context, c *sqliteConn) error {
	version, err := recognise(c)
	if err != nil {
		return err
	}
	if version == 0 {
		if err := checkPages(c); err != nil {
			return err
		}
	}
	if err := c.db.Exec("PRAGMA journal_mode=WAL"); err != nil {
		return err
	}
	return migrateSQLite(ctx, c)
}

// checkPages makes every page of an empty file carry a sum of what it holds.
func checkPages(c *sqliteConn) error {
	if err := c.db.Exec(fmt.Sprintf("PRAGMA page_size=%d", pageSize)); err != nil {
		return err
	}
	return c.db.EnableChecksums("main")
}

func (e *sqlite) read(ctx context.Context, f func(conn) error) error {
	c, err := e.take(ctx, e.readers, e.reader)
	if err != nil {
		return explain(ctx, err)
	}
	defer func() { e.readers <- c.orNil() }()
	return explain(ctx, c.within(ctx, "BEGIN", "", f))
}

func (e *sqlite) write(ctx context.Context, f func(conn) error) error {
	if e.options.ReadOnly {
		return ErrReadOnly
	}
	c, err := e.take(ctx, e.writer, func() (*sqliteConn, error) { return e.connect(e.path, sqlite3.OPEN_READWRITE) })
	if err != nil {
		return explain(ctx, err)
	}
	defer func() { e.writer <- c.orNil() }()
	return explain(ctx, c.within(ctx, "BEGIN IMMEDIATE", "COMMIT", f))
}

// stage is a write like any other: one connection writes.
func (e *sqlite) stage(ctx context.Context, f func(conn) error) error { return e.write(ctx, f) }

func (e *sqlite) silence() time.Duration { return 3 * time.Second }

// take waits for a connection.
func (e *sqlite) take(ctx context.Context, from chan *sqliteConn, open func() (*sqliteConn, error)) (*sqliteConn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-e.closed:
		return nil, ErrClosed
	case c := <-from:
		if c != nil {
			return c, nil
		}
		c, err := open()
		if err != nil {
			from <- nil
		}
		return c, err
	}
}

// close waits for all that read and write. Closing again does nothing.
func (e *sqlite) close() (err error) {
	e.closing.Do(func() {
		var writer *sqliteConn
		if !e.options.ReadOnly {
			writer = <-e.writer
		}
		close(e.closed)
		for range mostReaders {
			if r := <-e.readers; r != nil {
				err = errors.Join(err, r.close())
			}
		}
		if writer != nil {
			err = errors.Join(err, writer.closeLast())
		}
	})
	return err
}
