package store

import (
	"context"
	"errors"
	"iter"
	"time"
)

// conn is a connection inside a transaction. The SQL of all use cases is
// written against it, once for every engine: $1, $2 ... in order of first use,
// ON CONFLICT and RETURNING. Arguments are nil, int64, int, bool, string and
// []byte, which is never NULL; a time is its Unix milliseconds.
type conn interface {
	// exec runs a statement and says how many rows it changed.
	exec(sql string, args ...any) (int64, error)
	// query visits the rows of a statement in order, until visit returns an
	// error, which it returns as it is. Visit must not run another statement of
	// the connection.
	query(visit func(row) error, sql string, args ...any) error
	// insert adds many rows to a table. The rows are read one by one, so that
	// they need not lie in memory, and a row may be reused for the next.
	insert(table string, columns []string, rows iter.Seq[[]any]) error
}

// errNested says that a statement was run while the rows of another are visited.
var errNested = errors.New("a statement was run while the rows of another were visited")

// row is what a query found. Columns are counted from zero.
type row interface {
	int(i int) int64
	text(i int) string
	// bytes are valid until visit returns: keep a copy, not the slice.
	bytes(i int) []byte
	isNull(i int) bool
	// value is the column as an argument: nil, int64, string or []byte, which is
	// as that of bytes.
	value(i int) any
}

// engine is a database that a store is kept in.
//
// A function that is handed to it may be called again from the start, when the
// connection to the database was lost: even when that was at the very end, so
// that nobody knows whether it was committed. It begins anew or goes on where it
// was, and does not do twice what it finds done.
type engine interface {
	// read calls f with one consistent view of what is committed. Many may read
	// at once; who comes when all connections are taken waits for one.
	read(ctx context.Context, f func(conn) error) error
	// write calls f in a transaction that is committed when it returns nil and
	// else leaves no trace. It waits for any other writer, of this process or
	// another. What is committed outlives a power cut.
	write(ctx context.Context, f func(conn) error) error
	// stage is a write of rows that only their writer knows yet. It need not wait
	// for others: f takes the row of its layer first, see [Saving.showLife].
	stage(ctx context.Context, f func(conn) error) error
	// silence is for how long a saver that lives may show no life.
	silence() time.Duration
	// inspect looks through the whole file for what is not as it was written,
	// and calls f with the same view, read from the disk anew. It returns a line
	// for each fault of the file.
	inspect(ctx context.Context, f func(conn) error) ([]string, error)
	// backup writes a consistent copy to a file that is not there yet, while
	// others read and write.
	backup(ctx context.Context, path string) error
	// shrink gives space that is no longer used back.
	shrink(ctx context.Context) error
	// size is what the database takes on disk, in bytes.
	size(ctx context.Context) (int64, error)
	// version is that of the schema.
	version(ctx context.Context) (int, error)
	close() error
}
