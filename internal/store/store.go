// Package store remembers: it keeps assessments as snapshots, and what people
// said in a ledger that only grows, each apart for every workspace. Its methods
// are named after use cases. The statements are written once for every
// database; what differs lives in a file of its own for each.
//
// It does not assess and does not compare: it gives back what it was given.
package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// DefaultPath is where the store lies when nobody says where.
const DefaultPath = "demarc.db"

// Options say how a store is opened.
type Options struct {
	ReadOnly bool // nothing is written, not even a newer version of the tables
	MaxPages int  // how large the file may grow, 0 for as large as the disk allows
	// Now is the clock, time.Now when it is nil. Nothing is ordered by it.
	Now func() time.Time
}

// DB is an open store. Many may use it at once.
type DB struct {
	engine engine
	path   string
	now    func() time.Time
}

// Open opens the store in a file, makes the file if there is none, and brings
// its tables to the newest version. Whoever opens it first does that; others
// wait. A file that is something else is refused, and so is one that a newer
// program wrote.
//
// A path that begins with postgres:// or postgresql:// is that of a PostgreSQL
// server: the tables lie in the schema demarc, or in that of a search_path in
// the URL.
func Open(ctx context.Context, path string, o Options) (*DB, error) {
	if err := errors.Join(errEncoder, errDecoder); err != nil {
		return nil, fmt.Errorf("set up compression: %w", err)
	}
	open := openSQLite
	if IsServer(path) {
		open = openPostgres
	}
	e, err := open(ctx, path, o)
	if err != nil {
		return nil, fmt.Errorf("open the database %s: %w", Shown(path), err)
	}
	db := &DB{engine: e, path: Shown(path), now: o.Now}
	if db.now == nil {
		db.now = time.Now
	}
	return db, nil
}

// Close waits for what is under way and closes the store.
func (db *DB) Close() error {
	if err := db.engine.close(); err != nil {
		return fmt.Errorf("close the database %s: %w", db.path, err)
	}
	return nil
}

// Version is that of the tables.
func (db *DB) Version(ctx context.Context) (int, error) { return db.engine.version(ctx) }

// Size is what the store takes on disk, in bytes.
func (db *DB) Size(ctx context.Context) (int64, error) { return db.engine.size(ctx) }
