package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/demarc-dev/demarc/internal/pgtest"
	"github.com/demarc-dev/demarc/internal/sample"
	"github.com/demarc-dev/demarc/internal/store"
	"github.com/demarc-dev/demarc/internal/store/storetest"
)

// do runs statements on a database.
func do(t *testing.T, address string, statements ...string) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	for _, sql := range statements {
		if _, err := c.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
}

// with is an address with something else in it.
func with(t *testing.T, address string, change func(u *url.URL)) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	change(u)
	return u.String()
}

func withQuery(t *testing.T, address, key, value string) string {
	t.Helper()
	return with(t, address, func(u *url.URL) { u.RawQuery = url.Values{key: {value}}.Encode() })
}

// TestServersThatAreRefused: what is wrong is told in words, with what to do, and
// without the password.
func TestServersThatAreRefused(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	empty, there, newer, older, foreign := pgtest.Database(t), pgtest.Database(t), pgtest.Database(t), pgtest.Database(t), pgtest.Database(t)
	do(t, pgtest.Shared(t).URL("postgres"), "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0", "CREATE ROLE guest LOGIN PASSWORD 'guest-secret'")
	for _, address := range []string{there, newer, older} {
		openAt(t, address)
	}
	do(t, newer, fmt.Sprintf("UPDATE demarc.demarc_version SET version = %d", store.Newest+7))
	do(t, older, fmt.Sprintf("UPDATE demarc.demarc_version SET version = %d", store.Newest-1))
	do(t, foreign, "CREATE SCHEMA demarc", "CREATE TABLE demarc.diary (dear text)")
	wrong := with(t, there, func(u *url.URL) { u.User = url.UserPassword(u.User.Username(), "wrong-secret") })
	guest := with(t, empty, func(u *url.URL) { u.User = url.UserPassword("guest", "guest-secret") })
	for _, tt := range []struct {
		name, address string
		readOnly      bool
		want          error
		text          string
	}{
		{"a wrong password", wrong, false, store.ErrRefused, ""},
		{"no such database", with(t, there, func(u *url.URL) { u.Path = "/nowhere" }), false, store.ErrNoDatabase, ""},
		{"no server", with(t, there, func(u *url.URL) { u.Host = "127.0.0.1:1" }), false, store.ErrUnreachable, ""},
		{"a user who may not make a schema", guest, false, store.ErrForbidden, ""},
		{"nothing to read", empty, true, store.ErrNone, ""},
		{"tables of somebody else", foreign, false, store.ErrForeign, ""},
		{"a newer version", newer, false, nil, fmt.Sprintf("has version %d", store.Newest+7)},
		{"a newer version to read", newer, true, nil, fmt.Sprintf("has version %d", store.Newest+7)},
		{"an older version to read", older, true, nil, fmt.Sprintf("has version %d", store.Newest-1)},
		{"another encoding", pgtest.Shared(t).URL("latin"), false, nil, "LATIN1"},
		{"several schemas", withQuery(t, there, "search_path", "a,b"), false, nil, "no name of a schema"},
		{"a single connection", withQuery(t, there, "pool_max_conns", "1"), false, nil, "pool_max_conns"},
		{"no address", "postgres://user:some-secret@host:port/x", false, nil, "cannot be read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			begun := time.Now()
			db, err := store.Open(t.Context(), tt.address, store.Options{ReadOnly: tt.readOnly})
			if err == nil {
				_ = db.Close()
				t.Fatal("it was opened")
			}
			if !errors.Is(err, tt.want) && tt.want != nil || !strings.Contains(err.Error(), tt.text) {
				t.Errorf("got %v", err)
			}
			var hinted interface{ Hint() string }
			if !errors.As(err, &hinted) || hinted.Hint() == "" {
				t.Errorf("nobody says what to do: %v", err)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the password is told: %v", err)
			}
			if took := time.Since(begun); took > 20*time.Second {
				t.Errorf("it took %s to say so", took)
			}
		})
	}
}

func TestShownHasNoPassword(t *testing.T) {
	for address, want := range map[string]string{
		"demarc.db":                                         "demarc.db",
		"postgres://ada@host/db":                            "postgres://ada@host/db",
		"postgres://ada:secret@host/db":                     "postgres://ada@host/db",
		"postgresql://ada:s%3ae@h:1/db":                     "postgresql://ada@h:1/db",
		"postgres://h/db?password=secret":                   "postgres://h/db",
		"postgres://ada:secret@h:port/db":                   "postgres://…",
		"postgres://h/d?sslpassword=secret&search_path=msp": "postgres://h/d?search_path=msp",
	} {
		if got := store.Shown(address); got != want {
			t.Errorf("%s is shown as %s, not %s", address, got, want)
		}
	}
}

// TestSchemasAreApart keeps two stores in one database.
func TestSchemasAreApart(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	address := pgtest.Database(t)
	one, other := openAt(t, address), openAt(t, withQuery(t, address, "search_path", "msp_2"))
	for _, db := range []*store.DB{one, other} {
		if s, err := storetest.Save(t.Context(), db, "", 1, 50); err != nil || s.Number != 1 {
			t.Fatalf("%+v, %v", s, err)
		}
	}
	reader, err := store.Open(t.Context(), address, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if list, err := reader.Snapshots(t.Context(), ""); err != nil || len(list) != 1 {
		t.Errorf("%d snapshots, %v", len(list), err)
	}
	if _, err := storetest.Save(t.Context(), reader, "", 2, 50); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("saving to what is read only: %v", err)
	}
}

// importing keeps inputs, with something happening in the midst of them, and
// publishes.
func importing(t *testing.T, db *store.DB, number int, happens func()) {
	t.Helper()
	s, err := db.Begin(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Abandon()
	k := s.Keeper()
	records := storetest.Inputs(number, 4000)
	for i, record := range records {
		k.Keep(byte(i%3), 1, record, nil)
		if i == len(records)/2 {
			happens()
		}
	}
	k.Flush()
	snap, err := s.Publish(&store.Publication{Assessment: storetest.Estate(number), Taken: sample.AsOf, Program: "test", Catalog: "test"})
	if err != nil {
		t.Fatal(err)
	}
	if snap.Number != int64(number) {
		t.Errorf("it became snapshot %d, not %d", snap.Number, number)
	}
	complete(t, db, number, records)
}

// complete stops the test when the newest snapshot is not as it was saved, or
// anything else is wrong.
func complete(t *testing.T, db *store.DB, number int, records [][]byte) {
	t.Helper()
	k, err := db.Check(t.Context())
	if err != nil || len(k.Faults) > 0 || k.Snapshots != number || k.Staged > 0 {
		t.Fatalf("the check finds %+v, %v", k, err)
	}
	a, err := db.Load(t.Context(), "", int64(number))
	if err != nil {
		t.Fatal(err)
	}
	if why := storetest.Same(a, number); why != "" {
		t.Fatalf("snapshot %d: %s", number, why)
	}
	var got [][]byte
	err = db.Recording("", int64(number)).Each(t.Context(), nil, func(_ byte, record, _ []byte) error {
		got = append(got, bytes.Clone(record))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := slices.Clone(records)
	slices.SortFunc(got, bytes.Compare)
	slices.SortFunc(want, bytes.Compare)
	if !slices.EqualFunc(got, want, bytes.Equal) {
		t.Fatalf("snapshot %d gives %d inputs back, not the %d that it was given", number, len(got), len(want))
	}
}

// TestServerRestartsDuringAnImport: the import goes on.
func TestServerRestartsDuringAnImport(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	t.Parallel()
	server := pgtest.New(t, pgtest.Options{})
	db := openAt(t, pgtest.DatabaseOn(t, server))
	for number, end := range []func() error{server.Stop, server.Kill} {
		importing(t, db, number+1, func() {
			if err := end(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(500 * time.Millisecond)
			if err := server.Resume(t.Context()); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// TestServerKilledAtAnyMoment kills the server while a snapshot is saved: each
// is there once and whole.
func TestServerKilledAtAnyMoment(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	t.Parallel()
	server := pgtest.New(t, pgtest.Options{})
	db := openAt(t, pgtest.DatabaseOn(t, server))
	random := rand.New(rand.NewPCG(8, 8))
	const inputs = 1500
	for number := 1; number <= 12; number++ {
		done := make(chan error)
		go func() {
			_, err := storetest.Save(context.WithoutCancel(t.Context()), db, "", number, inputs)
			done <- err
		}()
		time.Sleep(time.Duration(random.IntN(60)) * time.Millisecond)
		if err := errors.Join(server.Kill(), server.Resume(t.Context())); err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil {
			t.Fatalf("snapshot %d: %v", number, err)
		}
		complete(t, db, number, storetest.Inputs(number, inputs))
	}
}

// TestNetworkIsCut holds back what passes between program and server for a
// while, after which the connections of before are gone.
func TestNetworkIsCut(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	for _, seconds := range []int{2, 30} {
		t.Run(fmt.Sprint(seconds), func(t *testing.T) {
			t.Parallel()
			address := pgtest.Database(t)
			proxy := pgtest.NewProxyFor(t, address)
			db := openAt(t, proxy.URL(address))
			importing(t, db, 1, func() {
				proxy.Cut()
				time.AfterFunc(time.Duration(seconds)*time.Second, proxy.Mend)
			})
		})
	}
}

// TestAnswersAreLost loses the answer to every other commit while snapshots are
// saved and entries appended: nothing is lost, and nothing is there twice.
func TestAnswersAreLost(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	t.Parallel()
	address := pgtest.Database(t)
	proxy := pgtest.NewProxyFor(t, address)
	db := openAt(t, proxy.URL(address))
	proxy.LoseAnswers("commit\x00", 2) // as the driver ends a transaction
	const rounds = 4
	for number := 1; number <= rounds; number++ {
		if s, err := storetest.Save(t.Context(), db, "", number, 300); err != nil || s.Number != int64(number) {
			t.Fatalf("snapshot %d: %+v, %v", number, s, err)
		}
		if e, err := db.Append(t.Context(), "", store.Entry{Kind: store.OwnerKind, About: fmt.Sprint("owner ", number), Payload: []byte("{}")}); err != nil || e.Number != int64(number) {
			t.Fatalf("entry %d: %+v, %v", number, e, err)
		}
	}
	proxy.LoseAnswers("", 0)
	complete(t, db, rounds, storetest.Inputs(rounds, 300))
	if v, err := db.Verify(t.Context(), ""); err != nil || v.Broken != nil || v.Entries != rounds {
		t.Errorf("the ledger is %+v, %v", v, err)
	}
}

// TestConnectionsRunOut: who finds no connection waits, and in the end is told.
func TestConnectionsRunOut(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	t.Parallel()
	address := pgtest.Database(t)
	openAt(t, address) // makes the tables
	do(t, address, "CREATE ROLE few LOGIN PASSWORD 'few' CONNECTION LIMIT 2", "GRANT ALL ON SCHEMA demarc TO few", "GRANT ALL ON ALL TABLES IN SCHEMA demarc TO few",
		"ALTER TABLE demarc.chunk OWNER TO few", "ALTER TABLE demarc.part OWNER TO few")
	few := with(t, address, func(u *url.URL) { u.User = url.UserPassword("few", "few") })
	var taken []*pgx.Conn
	for range 2 {
		c, err := pgx.Connect(t.Context(), few)
		if err != nil {
			t.Fatal(err)
		}
		taken = append(taken, c)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := store.Open(ctx, few, store.Options{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("who opens it while all connections are taken hears %v", err)
	}
	time.AfterFunc(time.Second, func() {
		for _, c := range taken {
			_ = c.Close(context.Background())
		}
	})
	db := openAt(t, few)
	importing(t, db, 1, func() {})
	crowd(t, db, few)
}

// crowd takes all connections while one wants to read.
func crowd(t *testing.T, db *store.DB, address string) {
	t.Helper()
	db.Pool().Reset()
	for range 2 {
		for try := 0; ; try++ {
			c, err := pgx.Connect(t.Context(), address)
			if err == nil {
				defer c.Close(t.Context())
				break
			}
			if try > 200 {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	db.SetPatience(300 * time.Millisecond)
	if _, err := db.Snapshots(t.Context(), ""); !errors.Is(err, store.ErrCrowded) {
		t.Errorf("who finds no connection hears %v", err)
	}
}

// TestSaversKilledOnAServer kills savers without warning, one after the other.
func TestSaversKilledOnAServer(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	t.Parallel()
	address := pgtest.Database(t)
	random := rand.New(rand.NewPCG(9, 9))
	saved := 0
	for range 12 {
		s := startSaver(t, address)
		select {
		case <-s.opened:
		case <-s.done:
		}
		time.Sleep(time.Duration(random.IntN(400)) * time.Millisecond)
		if err := s.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		s.end()
		db, n := intact(t, address, s)
		saved = max(saved, n)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if saved == 0 {
		t.Error("no snapshot was saved: the moments are wrong")
	}
}
