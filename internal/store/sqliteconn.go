package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/ncruces/go-sqlite3"
)

// mostPrepared is how many statements a connection keeps ready.
const mostPrepared = 256

// sqliteConn is one connection with the statements that it prepared.
type sqliteConn struct {
	db     *sqlite3.Conn
	idle   map[string]*sqlite3.Stmt // that nobody runs now, by their text
	broken bool                     // not to be used again
	busy   bool                     // the rows of a statement are being visited
}

// within runs f in a transaction and takes back what it did when it fails or
// panics, or when there is no statement that ends it.
func (c *sqliteConn) within(ctx context.Context, begin, end string, f func(conn) error) (err error) {
	c.db.SetInterrupt(ctx)
	defer c.db.SetInterrupt(context.Background())
	if err := c.db.Exec(begin); err != nil {
		return err
	}
	defer func() {
		// A full disk or a damaged page may have ended the transaction already.
		if c.db.GetAutocommit() {
			return
		}
		c.db.SetInterrupt(context.Background())
		if undone := c.db.Exec("ROLLBACK"); undone != nil {
			c.broken = true
			err = errors.Join(err, undone)
		}
	}()
	if err := f(c); err != nil {
		return err
	}
	if end == "" {
		return nil
	}
	return c.db.Exec(end)
}

// orNil is the connection, or nil when it broke and another is to be opened.
func (c *sqliteConn) orNil() *sqliteConn {
	if !c.broken {
		return c
	}
	_ = c.close()
	return nil
}

func (c *sqliteConn) close() error {
	for _, s := range c.idle {
		_ = s.Close() // repeats the error of its last run
	}
	clear(c.idle)
	return c.db.Close()
}

// closeLast closes the one that carries the journal over.
func (c *sqliteConn) closeLast() error {
	_ = c.verifyPages(false) // a broken one is closed all the same
	return c.close()
}

// carryOver carries the journal over and empties it.
func (c *sqliteConn) carryOver() error {
	if err := c.verifyPages(false); err != nil {
		return err
	}
	_, _, err := c.db.WALCheckpoint("main", sqlite3.CHECKPOINT_TRUNCATE)
	if errors.Is(err, sqlite3.BUSY) {
		err = nil // somebody reads what was; the next writer carries it over
	}
	again := c.verifyPages(true)
	c.broken = c.broken || again != nil
	return errors.Join(err, again)
}

// verifyPages says whether the sums of pages are looked at. While they are, the
// library panics when it carries over what another connection wrote last.
func (c *sqliteConn) verifyPages(on bool) error {
	return c.db.Exec(fmt.Sprintf("PRAGMA checksum_verification=%t", on))
}

// prepare finds or makes a statement.
func (c *sqliteConn) prepare(sql string) (*sqlite3.Stmt, error) {
	if c.busy {
		return nil, errNested
	}
	if s, ok := c.idle[sql]; ok {
		delete(c.idle, sql)
		return s, nil
	}
	s, rest, err := c.db.Prepare(sql)
	switch {
	case err != nil:
		return nil, fmt.Errorf("prepare %s: %w", firstLine(sql), err)
	case s == nil:
		return nil, errors.New("prepare: there is no statement")
	case strings.TrimSpace(rest) != "":
		_ = s.Close()
		return nil, fmt.Errorf("prepare %s: more than one statement", firstLine(sql))
	}
	return s, nil
}

// release keeps a statement for the next time.
func (c *sqliteConn) release(sql string, s *sqlite3.Stmt) {
	_ = s.Reset()         // repeats the error of the run, which was returned
	_ = s.ClearBindings() // frees what they hold
	if _, ok := c.idle[sql]; ok || len(c.idle) >= mostPrepared {
		_ = s.Close()
		return
	}
	c.idle[sql] = s
}

func (c *sqliteConn) exec(sql string, args ...any) (int64, error) {
	s, err := c.prepare(sql)
	if err != nil {
		return 0, err
	}
	defer c.release(sql, s)
	if err := bind(s, args); err != nil {
		return 0, err
	}
	if err := s.Exec(); err != nil {
		return 0, fmt.Errorf("%s: %w", firstLine(sql), err)
	}
	return c.db.Changes(), nil
}

func (c *sqliteConn) query(visit func(row) error, sql string, args ...any) error {
	s, err := c.prepare(sql)
	if err != nil {
		return err
	}
	defer c.release(sql, s)
	if err := bind(s, args); err != nil {
		return err
	}
	c.busy = true
	defer func() { c.busy = false }()
	for s.Step() {
		if err := visit(sqliteRow{s}); err != nil {
			return err
		}
		if err := s.Err(); err != nil {
			return fmt.Errorf("%s: %w", firstLine(sql), err)
		}
	}
	if err := s.Err(); err != nil {
		return fmt.Errorf("%s: %w", firstLine(sql), err)
	}
	return nil
}

func (c *sqliteConn) insert(table string, columns []string, rows iter.Seq[[]any]) error {
	sql := "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES (" + placeholders(len(columns)) + ")"
	s, err := c.prepare(sql)
	if err != nil {
		return err
	}
	defer c.release(sql, s)
	for values := range rows {
		if err := bind(s, values); err != nil {
			return err
		}
		if err := s.Exec(); err != nil {
			return fmt.Errorf("insert into %s: %w", table, err)
		}
	}
	return nil
}

// one is the number that a statement finds, 0 if it finds none.
func (c *sqliteConn) one(sql string) (n int64, err error) {
	err = c.query(func(r row) error { n = r.int(0); return nil }, sql)
	return n, err
}

// placeholders are $1 to $n.
func placeholders(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(i+1))
	}
	return b.String()
}

// bind gives a statement its arguments, all of them.
func bind(s *sqlite3.Stmt, args []any) error {
	if want := s.BindCount(); want != len(args) {
		return fmt.Errorf("%s: %d arguments for %d places", firstLine(s.SQL()), len(args), want)
	}
	for i, arg := range args {
		var err error
		switch v := arg.(type) {
		case nil:
			err = s.BindNull(i + 1)
		case int64:
			err = s.BindInt64(i+1, v)
		case int:
			err = s.BindInt(i+1, v)
		case bool:
			err = s.BindBool(i+1, v)
		case string:
			err = s.BindText(i+1, v)
		case []byte:
			err = s.BindBlob(i+1, v)
		default:
			err = fmt.Errorf("no column holds a %T", arg)
		}
		if err != nil {
			return fmt.Errorf("%s: argument %d: %w", firstLine(s.SQL()), i+1, err)
		}
	}
	return nil
}

// firstLine names a statement in an error.
func firstLine(sql string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(sql), "\n")
	return line
}

// sqliteRow is the row at which a statement stands.
type sqliteRow struct{ s *sqlite3.Stmt }

func (r sqliteRow) int(i int) int64    { return r.s.ColumnInt64(i) }
func (r sqliteRow) text(i int) string  { return r.s.ColumnText(i) }
func (r sqliteRow) bytes(i int) []byte { return r.s.ColumnRawBlob(i) }
func (r sqliteRow) isNull(i int) bool  { return r.s.ColumnType(i) == sqlite3.NULL }

func (r sqliteRow) value(i int) any {
	switch r.s.ColumnType(i) {
	case sqlite3.INTEGER:
		return r.int(i)
	case sqlite3.TEXT:
		return r.text(i)
	case sqlite3.BLOB:
		return r.bytes(i)
	case sqlite3.NULL, sqlite3.FLOAT:
	}
	return nil
}
