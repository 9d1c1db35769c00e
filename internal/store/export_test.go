package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// Newest is the version of the tables.
const Newest = newest

// Dump writes a store as the statements that make it again.
func (db *DB) Dump(ctx context.Context) (string, error) {
	var b strings.Builder
	err := db.engine.read(ctx, func(c conn) error {
		var tables, objects []string
		err := c.query(func(r row) error {
			if objects = append(objects, r.text(2)); r.text(0) == "table" {
				objects = objects[:len(objects)-1]
				tables = append(tables, r.text(1))
				fmt.Fprintf(&b, "%s;\n", r.text(2))
			}
			return nil
		}, "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
		for _, table := range tables {
			if err == nil {
				err = dumpTable(c, &b, table)
			}
		}
		for _, sql := range objects {
			fmt.Fprintf(&b, "%s;\n", sql)
		}
		return err
	})
	return b.String(), err
}

func dumpTable(c conn, b *strings.Builder, table string) error {
	var columns []string
	err := c.query(func(r row) error {
		columns = append(columns, "quote("+r.text(0)+")")
		return nil
	}, "SELECT name FROM pragma_table_info($1) ORDER BY cid", table)
	if err != nil {
		return err
	}
	return c.query(func(r row) error {
		fmt.Fprintf(b, "INSERT INTO %s VALUES (%s);\n", table, r.text(0))
		return nil
	}, "SELECT "+strings.Join(columns, " || ', ' || ")+" FROM "+table+" ORDER BY 1")
}

// Restore makes a file of a version out of a dump.
func Restore(path, dump string, version int) error {
	db, err := sqlite3.Open(path)
	if err != nil {
		return err
	}
	err = checkPages(&sqliteConn{db: db})
	if err == nil {
		err = db.Exec(fmt.Sprintf("BEGIN; %s PRAGMA application_id=%d; PRAGMA user_version=%d; COMMIT; PRAGMA journal_mode=WAL", dump, applicationID, version))
	}
	return errors.Join(err, db.Close())
}

// Tamper runs a statement as somebody would who can write the file.
func (db *DB) Tamper(ctx context.Context, sql string) error {
	return db.engine.write(ctx, func(c conn) error {
		_, err := c.exec(sql)
		return err
	})
}

// SetPatience says for how long a store on a server tries to reach it.
func (db *DB) SetPatience(d time.Duration) {
	if e, ok := db.engine.(*postgres); ok {
		e.patience = d
	}
}

// Forget makes a store lose its connection at every turn: each reading is
// broken off somewhere and begun again, and of each writing the answer to the
// commit is lost, so that it is done again.
func (db *DB) Forget(seed uint64) {
	db.engine = &forgetful{engine: db.engine, random: rand.New(rand.NewPCG(seed, 5))}
}

type forgetful struct {
	engine
	mu     sync.Mutex
	random *rand.Rand
	always int // after how many rows a reading is broken off, 0 for at random
}

var errForgotten = errors.New("the connection was lost on purpose")

func (e *forgetful) read(ctx context.Context, f func(conn) error) error {
	e.mu.Lock()
	breaks := e.always
	if breaks == 0 {
		breaks = e.random.IntN(30)
	}
	e.mu.Unlock()
	return e.engine.read(ctx, func(c conn) error {
		if err := f(&breakingConn{c, breaks}); !errors.Is(err, errForgotten) {
			return err
		}
		return f(c)
	})
}

func (e *forgetful) write(ctx context.Context, f func(conn) error) error {
	if err := e.engine.write(ctx, f); err != nil {
		return err
	}
	return e.engine.write(ctx, f)
}

func (e *forgetful) stage(ctx context.Context, f func(conn) error) error { return e.write(ctx, f) }

// breakingConn breaks after so many rows and statements.
type breakingConn struct {
	conn
	left int
}

func (c *breakingConn) query(visit func(row) error, sql string, args ...any) error {
	return c.conn.query(func(r row) error {
		if c.left--; c.left < 0 {
			return errForgotten
		}
		return visit(r)
	}, sql, args...)
}

// MostLayers is of how many layers a snapshot is made at most.
const MostLayers = mostLayers

// LayersOf is of how many layers each snapshot of a workspace is made.
func (db *DB) LayersOf(ctx context.Context, workspace string) (map[int64]int, error) {
	layers := map[int64]int{}
	err := db.engine.read(ctx, func(c conn) error {
		id, err := findWorkspace(c, workspace)
		if err != nil {
			return err
		}
		return c.query(func(r row) error {
			layers[r.int(0)] = int(r.int(1))
			return nil
		}, "SELECT number, COUNT(*) FROM snapshot_layer WHERE workspace = $1 GROUP BY number", id)
	})
	return layers, err
}

// CompactNow is [DB.Compact] that does not wait to see which savers live.
func (db *DB) CompactNow(ctx context.Context, workspace string, keep Retention) error {
	var id int64
	err := db.engine.write(ctx, func(c conn) (err error) {
		if id, err = findWorkspace(c, workspace); err == nil {
			_, err = drop(c, id, keep)
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := db.merge(ctx, id, &Compacted{}); err != nil {
		return err
	}
	return db.engine.write(ctx, func(c conn) error {
		_, err := dropUnused(c)
		return errors.Join(err, dropParts(c, id))
	})
}
