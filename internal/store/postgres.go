package store

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	// defaultSchema is where the tables lie when the URL names no search_path.
	defaultSchema = "demarc"
	// oldestServer is the version of PostgreSQL that is needed.
	oldestServer = 15
	// mostConnections is how many connections a process takes, unless the URL
	// says pool_max_conns; fewestConnections is how many a saver needs: one reads
	// the newest snapshot while another one writes.
	mostConnections   = 8
	fewestConnections = 2
	// firstWait and longestWait are how long to wait before a server that did not
	// answer is asked again; busyFor is for how long that is tried.
	firstWait   = 50 * time.Millisecond
	longestWait = 2 * time.Second
	// silentFor is how long a transaction that writes may say nothing before the
	// server ends it, so that nobody waits for a machine that is gone.
	silentFor = time.Minute
)

// postgres is a store in a schema of a PostgreSQL database.
type postgres struct {
	pool    *pgxpool.Pool
	options Options
	schema  string
	begins  beginnings
	opened  bool // it could be reached once
	closed  atomic.Bool
	// patience is for how long it is tried to reach a server that was reached
	// before, or has no connection left.
	patience time.Duration
}

// beginnings are the statements that begin transactions.
type beginnings struct{ read, write, stage string }

// Shown is the address of a store as it may be shown to people: a URL is without
// its password.
func Shown(address string) string {
	if !IsServer(address) {
		return address
	}
	u, err := url.Parse(address)
	if err != nil {
		return "postgres://…" // it may hold a password anywhere
	}
	if u.User != nil {
		u.User = url.User(u.User.Username())
	}
	q := u.Query()
	for _, secret := range []string{"password", "sslpassword"} {
		q.Del(secret)
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// openPostgres opens the store behind a URL, and brings its tables to the newest
// version unless it is only read.
func openPostgres(ctx context.Context, address string, o Options) (engine, error) {
	config, schema, err := poolOf(address)
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	e := &postgres{pool: pool, options: o, schema: schema, begins: beginningsOf(schema), patience: busyFor}
	if o.ReadOnly {
		err = e.read(ctx, e.isNewest)
	} else {
		err = e.migrate(ctx)
	}
	if err != nil {
		pool.Close()
		return nil, err
	}
	e.opened = true
	return e, nil
}

// poolOf reads a URL.
func poolOf(address string) (*pgxpool.Config, string, error) {
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, "", &fault{"the address cannot be read", "it looks like postgres://user@host:5432/database"}
	}
	at, err := url.Parse(address)
	if err == nil && !at.Query().Has("pool_max_conns") {
		config.MaxConns = mostConnections
	}
	if config.MaxConns < fewestConnections {
		return nil, "", &fault{fmt.Sprintf("pool_max_conns is less than %d", fewestConnections), "a saver reads and writes at the same time"}
	}
	c := config.ConnConfig
	schema := defaultSchema
	if named, ok := c.RuntimeParams["search_path"]; ok {
		schema = named
		delete(c.RuntimeParams, "search_path")
	}
	if !schemaName.MatchString(schema) || strings.HasPrefix(schema, "pg_") {
		return nil, "", &fault{fmt.Sprintf("%q is no name of a schema", schema), "search_path names one schema, in small letters, digits and underscores"}
	}
	if c.RuntimeParams["application_name"] == "" {
		c.RuntimeParams["application_name"] = "demarc"
	}
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = 10 * time.Second
	}
	c.DefaultQueryExecMode = pgx.QueryExecModeCacheStatement
	c.DialFunc = (&net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 4}}).DialContext
	c.BuildContextWatcherHandler = func(p *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: p, DeadlineDelay: time.Second}
	}
	config.PingTimeout = 5 * time.Second
	config.AfterConnect = func(ctx context.Context, c *pgx.Conn) error { return greet(ctx, c, schema) }
	return config, schema, nil
}

// schemaName is how a schema may be called without being quoted.
var schemaName = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`)

// greet looks who a new connection leads to, and sets it up. Plans are made for
// the arguments at hand, so that a statement touches the partition it is about
// and no other. What was told to be committed must not be lost in a crash, since
// a saver that outlives it goes on from there.
func greet(ctx context.Context, c *pgx.Conn, schema string) error {
	found := c.PgConn().ParameterStatus("server_version")
	if n := leadingNumber(found); n < oldestServer {
		return &fault{fmt.Sprintf("the server is PostgreSQL %s", found), fmt.Sprintf("PostgreSQL %d or newer is needed", oldestServer)}
	}
	if encoding := c.PgConn().ParameterStatus("server_encoding"); encoding != "UTF8" {
		return &fault{fmt.Sprintf("the database is encoded as %s", encoding), "make one that is encoded as UTF8: createdb --encoding=UTF8 --template=template0 NAME"}
	}
	_, err := c.Exec(ctx, fmt.Sprintf("SET search_path = %s; SET plan_cache_mode = force_custom_plan; SET jit = off; SET lock_timeout = %d; "+
		"SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 4; "+
		"SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'", schema, busyFor.Milliseconds()))
	return err
}

// leadingNumber is the number that a text begins with.
func leadingNumber(s string) int {
	end := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(s)
	}
	n, _ := strconv.Atoi(s[:end]) // 0 for none
	return n
}

// beginningsOf are the statements for a schema. Who writes takes a lock that
// only one has at a time; what they then see is what the one in front committed.
func beginningsOf(schema string) beginnings {
	h := fnv.New32a()
	_, _ = h.Write([]byte(schema)) // never fails
	begin := fmt.Sprintf("BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE; SET LOCAL idle_in_transaction_session_timeout = %d", silentFor.Milliseconds())
	return beginnings{
		read:  "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
		stage: begin,
		write: fmt.Sprintf("%s; SELECT pg_advisory_xact_lock(%d, %d)", begin, applicationID, int32(h.Sum32())),
	}
}

// recognise tells the version of the tables, 0 for none.
func (e *postgres) recognise(c conn) (version int, err error) {
	there, err := one(c, "SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass('demarc_version')")
	if err != nil {
		return 0, err
	}
	if there == 0 {
		others, err := one(c, "SELECT COUNT(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')", e.schema)
		if err == nil && others > 0 {
			err = fmt.Errorf("the schema %s holds tables of somebody else: %w", e.schema, ErrForeign)
		}
		return 0, err
	}
	found, err := one(c, "SELECT version FROM demarc_version")
	switch {
	case err != nil:
		return 0, err
	case found > newest:
		return 0, newerError{int(found)}
	case found == 0:
		return 0, fmt.Errorf("the schema %s tells no version: %w", e.schema, ErrForeign)
	}
	return int(found), nil
}

// isNewest fails where there is no store, or one of another version.
func (e *postgres) isNewest(c conn) error {
	version, err := e.recognise(c)
	switch {
	case err != nil:
		return err
	case version == 0:
		return ErrNone
	case version < newest:
		return olderError{version}
	}
	return nil
}

// migrate runs the migrations that the schema lacks, each in a transaction that
// waits for any other. Who comes second finds them done.
func (e *postgres) migrate(ctx context.Context) error {
	all, err := migrationsFor("postgres")
	if err != nil {
		return err
	}
	there := 0
	err = e.read(ctx, func(c conn) (err error) {
		there, err = e.recognise(c)
		return err
	})
	for i := there; i < len(all) && err == nil; i++ {
		if err = e.write(ctx, func(c conn) error { return e.migrateBy(c, all[i]) }); err != nil {
			err = fmt.Errorf("bring the tables to version %d: %w", all[i].version, err)
		}
	}
	return err
}

func (e *postgres) migrateBy(c conn, m migration) error {
	found, err := e.recognise(c)
	if err != nil || found >= m.version {
		return err
	}
	schemas, err := one(c, "SELECT COUNT(*) FROM pg_namespace WHERE nspname = $1", e.schema)
	if err == nil && schemas == 0 { // who may not make schemas may have been given one
		_, err = c.exec("CREATE SCHEMA " + e.schema)
	}
	if err == nil {
		_, err = c.exec(m.sql)
	}
	if err == nil && found == 0 {
		_, err = c.exec("INSERT INTO demarc_version (version) VALUES ($1)", m.version)
	} else if err == nil {
		_, err = c.exec("UPDATE demarc_version SET version = $1", m.version)
	}
	return err
}

func (e *postgres) read(ctx context.Context, f func(conn) error) error {
	return e.persistently(ctx, func() error { return e.within(ctx, e.begins.read, f) })
}

func (e *postgres) write(ctx context.Context, f func(conn) error) error {
	if e.options.ReadOnly {
		return ErrReadOnly
	}
	return e.persistently(ctx, func() error { return e.within(ctx, e.begins.write, f) })
}

func (e *postgres) stage(ctx context.Context, f func(conn) error) error {
	if e.options.ReadOnly {
		return ErrReadOnly
	}
	return e.persistently(ctx, func() error { return e.within(ctx, e.begins.stage, f) })
}

// silence outlasts a restart of the server.
func (e *postgres) silence() time.Duration { return 20 * time.Second }

// persistently tries again while the server is gone for a moment or has no
// connection left. One that was never reached is not waited for.
func (e *postgres) persistently(ctx context.Context, try func() error) error {
	var until time.Time
	for wait := firstWait; ; wait = min(2*wait, longestWait) {
		err := try()
		of := kindOf(err)
		if of != later && (of != lost || !e.opened) {
			return explain(ctx, err)
		}
		if until.IsZero() {
			until = time.Now().Add(e.patience)
		}
		if time.Now().After(until) {
			return explain(ctx, err)
		}
		if of == lost {
			e.pool.Reset() // the others are gone, too
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(wait/2 + rand.N(wait)): // not all at once
		}
	}
}

// take waits for a connection.
func (e *postgres) take(ctx context.Context) (*pgxpool.Conn, error) {
	taken, err := e.pool.Acquire(ctx)
	switch {
	case err == nil:
		return taken, nil
	case e.closed.Load():
		return nil, ErrClosed
	}
	return nil, failed(err, true)
}

// within calls f in a transaction, and takes back what it did when it fails or
// panics.
func (e *postgres) within(ctx context.Context, begin string, f func(conn) error) error {
	taken, err := e.take(ctx)
	if err != nil {
		return err
	}
	defer taken.Release() // which ends a connection that is still in a transaction
	tx, err := taken.Conn().BeginTx(ctx, pgx.TxOptions{BeginQuery: begin})
	if err != nil {
		return failed(err, true)
	}
	c := &postgresConn{ctx: ctx, conn: taken.Conn(), tx: tx}
	if err := f(c); err != nil {
		c.rollBack()
		return err
	}
	if err := tx.Commit(ctx); err != nil {
		return c.failed(err, "commit")
	}
	return nil
}

// inspect reads in a view of its own. What lies below is the server's to look
// after.
func (e *postgres) inspect(ctx context.Context, f func(conn) error) ([]string, error) {
	return nil, e.read(ctx, func(c conn) error {
		if p, ok := c.(*postgresConn); ok {
			return p.forgiving(f)
		}
		return f(c)
	})
}

// shrink lets the server use again what nobody uses.
func (e *postgres) shrink(ctx context.Context) error {
	if e.options.ReadOnly {
		return ErrReadOnly
	}
	return e.persistently(ctx, func() error {
		taken, err := e.take(ctx)
		if err != nil {
			return err
		}
		defer taken.Release()
		c := &postgresConn{ctx: ctx, conn: taken.Conn()}
		for _, t := range tables {
			if _, err := c.exec("VACUUM " + t.name); err != nil {
				return err
			}
		}
		return nil
	})
}

func (e *postgres) version(ctx context.Context) (version int, err error) {
	err = e.read(ctx, func(c conn) error {
		version, err = e.recognise(c)
		return err
	})
	return version, err
}

func (e *postgres) size(ctx context.Context) (size int64, err error) {
	err = e.read(ctx, func(c conn) error {
		size, err = one(c, "SELECT COALESCE(SUM(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind = 'r'", e.schema)
		return err
	})
	return size, err
}

// connections are for others who write in the transactions of the store.
func (e *postgres) connections() *pgxpool.Pool { return e.pool }

// close waits for all that read and write. Closing again does nothing.
func (e *postgres) close() error {
	e.closed.Store(true)
	e.pool.Close()
	return nil
}
