package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// postgresConn is a connection in a transaction.
type postgresConn struct {
	ctx     context.Context
	conn    *pgx.Conn
	tx      Tx
	goOn    string // the statement after which the transaction goes on when one failed, "" for none
	visited bool   // the rows of a statement are being visited
}

// rollBackFor is how long ending a transaction that failed may take.
const rollBackFor = 5 * time.Second

// rollBack ends a transaction that failed. Where it cannot, the connection is
// given up.
func (c *postgresConn) rollBack() {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.ctx), rollBackFor)
	defer cancel()
	_ = c.tx.Rollback(ctx)
}

// forgiving calls f so that a statement that fails does not end the transaction.
func (c *postgresConn) forgiving(f func(conn) error) error {
	if _, err := c.exec("SAVEPOINT whole"); err != nil {
		return err
	}
	c.goOn = "ROLLBACK TO SAVEPOINT whole"
	defer func() { c.goOn = "" }()
	return f(c)
}

// transaction is what others may write in, too.
func (c *postgresConn) transaction() Tx { return c.tx }

// failed tells an error of a statement.
func (c *postgresConn) failed(err error, doing string) error {
	if err == nil {
		return nil
	}
	err = failed(fmt.Errorf("%s: %w", doing, err), c.conn.IsClosed())
	if c.goOn != "" && c.conn.PgConn().TxStatus() == 'E' {
		_, again := c.conn.Exec(c.ctx, c.goOn)
		err = errors.Join(err, again)
	}
	return err
}

func (c *postgresConn) exec(sql string, args ...any) (int64, error) {
	if c.visited {
		return 0, errNested
	}
	tag, err := c.conn.Exec(c.ctx, sql, arguments(args)...)
	if err != nil {
		return 0, c.failed(err, firstLine(sql))
	}
	return tag.RowsAffected(), nil
}

func (c *postgresConn) query(visit func(row) error, sql string, args ...any) error {
	if c.visited {
		return errNested
	}
	rows, err := c.conn.Query(c.ctx, sql, arguments(args)...)
	if err != nil {
		return c.failed(err, firstLine(sql))
	}
	defer rows.Close()
	c.visited = true
	defer func() { c.visited = false }()
	for rows.Next() {
		if err := visit(postgresRow{rows}); err != nil {
			return err
		}
	}
	rows.Close()
	return c.failed(rows.Err(), firstLine(sql))
}

func (c *postgresConn) insert(table string, columns []string, rows iter.Seq[[]any]) error {
	if c.visited {
		return errNested
	}
	next, stop := iter.Pull(rows)
	defer stop()
	_, err := c.conn.CopyFrom(c.ctx, pgx.Identifier{table}, columns, pgx.CopyFromFunc(func() ([]any, error) {
		values, ok := next()
		if !ok {
			return nil, nil
		}
		return arguments(values), nil
	}))
	return c.failed(err, "insert into "+table)
}

// arguments are those of a statement as the driver takes them. They are changed
// in place.
func arguments(args []any) []any {
	for i, arg := range args {
		switch v := arg.(type) {
		case []byte:
			if v == nil {
				args[i] = []byte{}
			}
		case bool:
			args[i] = int64(0)
			if v {
				args[i] = int64(1)
			}
		}
	}
	return args
}

// postgresRow is the row at which a statement stands.
type postgresRow struct{ rows pgx.Rows }

func (r postgresRow) int(i int) int64 {
	raw := r.rows.RawValues()[i]
	if r.rows.FieldDescriptions()[i].Format == pgx.TextFormatCode {
		n, _ := strconv.ParseInt(string(raw), 10, 64) // 0 for what is no number, as SQLite does
		return n
	}
	switch len(raw) {
	case 8:
		return int64(binary.BigEndian.Uint64(raw))
	case 4:
		return int64(int32(binary.BigEndian.Uint32(raw)))
	}
	return 0
}

func (r postgresRow) text(i int) string  { return string(r.rows.RawValues()[i]) }
func (r postgresRow) bytes(i int) []byte { return r.rows.RawValues()[i] }
func (r postgresRow) isNull(i int) bool  { return r.rows.RawValues()[i] == nil }

func (r postgresRow) value(i int) any {
	if r.isNull(i) {
		return nil
	}
	switch r.rows.FieldDescriptions()[i].DataTypeOID {
	case pgtype.Int8OID, pgtype.Int4OID:
		return r.int(i)
	case pgtype.TextOID:
		return r.text(i)
	}
	return r.bytes(i)
}
