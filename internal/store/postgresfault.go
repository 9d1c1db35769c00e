package store

import (
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
)

// What may be wrong with a server. Test for them with errors.Is.
var (
	ErrUnreachable error = &fault{"the server cannot be reached", "see that it runs, and that host and port are those of the server"}
	ErrCrowded     error = &fault{"the server has no connection left", "raise max_connections of the server or the limit of the user, or lower pool_max_conns in the URL"}
	ErrRefused     error = &fault{"the server does not let this user in", "see that user and password are right; the password may stand in PGPASSWORD or in a file .pgpass"}
	ErrNoDatabase  error = &fault{"there is no such database on the server", "createdb NAME makes one"}
	ErrForbidden   error = &fault{"the user may not do that", "as an administrator: CREATE SCHEMA demarc AUTHORIZATION USER"}
	ErrStandby     error = &fault{"the server only reads", "name the primary server, or all of them with target_session_attrs=read-write"}
)

// failure is what the database or the way to it says, as opposed to an error of
// who uses it.
type failure struct {
	error
	lost bool // the connection is gone
}

func (f *failure) Unwrap() error { return f.error }

func failed(err error, lost bool) error { return &failure{err, lost} }

// failureKind says what can be done about a failure.
type failureKind int

const (
	lasting failureKind = iota // nothing: it comes again
	lost                       // the connection is gone, or the server for a moment
	later                      // the server is there, and cannot do it now
)

// kindOf tells failures apart by what the server says, else by whether there is
// a connection.
func kindOf(err error) failureKind {
	var f *failure
	if !errors.As(err, &f) {
		return lasting
	}
	var said *pgconn.PgError
	if !errors.As(err, &said) {
		var ours *fault
		if f.lost && !errors.As(err, &ours) {
			return lost
		}
		return lasting
	}
	switch said.Code {
	case "53300", "57P03", "40001", "40P01": // too many connections, starting up, tangled with others
		return later
	case "57P01", "57P02", "57P05", "25P03": // shut down, crashed, said nothing for too long
		return lost
	}
	if len(said.Code) == 5 && said.Code[:2] == "08" { // connection exceptions
		return lost
	}
	return lasting
}

// words are the store's own for what the server says.
var words = map[string]error{
	"28P01": ErrRefused, "28000": ErrRefused,
	"3D000": ErrNoDatabase,
	"42501": ErrForbidden,
	"53300": ErrCrowded,
	"57P03": ErrUnreachable,
	"25006": ErrStandby,
	"53100": ErrFull,
	"55P03": ErrBusy, "40001": ErrBusy, "40P01": ErrBusy,
	"XX001": ErrDamaged, "XX002": ErrDamaged,
}

// explainFailure puts the words of the store before a failure of PostgreSQL.
func explainFailure(err error) error {
	var said *pgconn.PgError
	if errors.As(err, &said) {
		if known, ok := words[said.Code]; ok {
			return fmt.Errorf("%w (%w)", known, err)
		}
	}
	if kindOf(err) == lost {
		return fmt.Errorf("%w (%w)", ErrUnreachable, err)
	}
	return err
}
