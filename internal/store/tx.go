package store

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Tx is a transaction on PostgreSQL in which others write, too; nil in a store
// of one process.
type Tx = pgx.Tx

// within calls f in a transaction: that of somebody else, or one of its own for
// nil.
func (db *DB) within(ctx context.Context, tx Tx, f func(conn) error) error {
	if tx == nil {
		return db.engine.write(ctx, f)
	}
	return f(connOf(ctx, tx))
}

// txOf is the transaction behind a connection, nil where there is none to share.
func txOf(c conn) Tx {
	if shared, ok := c.(interface{ transaction() Tx }); ok {
		return shared.transaction()
	}
	return nil
}

// connOf is a connection in a transaction of somebody else.
func connOf(ctx context.Context, tx Tx) conn {
	return &postgresConn{ctx: ctx, conn: tx.Conn(), tx: tx}
}

// IsServer reports whether an address is that of a database server, which
// several hosts can use at once, and not a file.
func IsServer(path string) bool {
	return strings.HasPrefix(path, "postgres://") || strings.HasPrefix(path, "postgresql://")
}

// Pool is the connections to the server, nil for a file.
func (db *DB) Pool() *pgxpool.Pool {
	if served, ok := db.engine.(interface{ connections() *pgxpool.Pool }); ok {
		return served.connections()
	}
	return nil
}
