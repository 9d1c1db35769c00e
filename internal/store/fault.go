package store

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	"github.com/ncruces/go-sqlite3"
)

// fault is an error of the store with what to do about it.
type fault struct{ text, hint string }

func (f *fault) Error() string { return f.text }

// Hint says what to do.
func (f *fault) Hint() string { return f.hint }

// What may be wrong with a store. Test for them with errors.Is.
var (
	ErrNone     error = &fault{"there is no Demarc database", "demarc assess --save makes one"}
	ErrForeign  error = &fault{"it is no Demarc database, so it is left alone", "name another one with --database"}
	ErrDamaged  error = &fault{"it is damaged: what is read is not what was written", "demarc store check lists what is; restore a backup that demarc store backup made"}
	ErrFull     error = &fault{"there is no room left to write", "free some space and run it again: all snapshots saved before are whole"}
	ErrBusy     error = &fault{"another process has been writing for too long", "run it again when that has ended"}
	ErrReadOnly error = &fault{"it was opened for reading only", ""}
	ErrClosed   error = &fault{"it is closed", ""}
)

// newerError is the version of a database that a newer program wrote.
type newerError struct{ version int }

func (e newerError) Error() string {
	return fmt.Sprintf("it has version %d, and this program knows versions up to %d", e.version, newest)
}

// Hint says what to do.
func (e newerError) Hint() string {
	return "use the newer demarc that wrote it, or another file with --database; a database never goes back a version"
}

// olderError is the version of a database that must be brought up to date, and
// was opened for reading only.
type olderError struct{ version int }

func (e olderError) Error() string {
	return fmt.Sprintf("it has version %d, and this program needs %d", e.version, newest)
}

// Hint says what to do.
func (e olderError) Hint() string {
	return "any command that writes, as demarc assess --save, brings it up to date"
}

// explain puts the words of the store before an error of the database. One that
// came of a context that ended is that of the context.
func explain(ctx context.Context, err error) error {
	var said *failure
	switch {
	case err == nil:
		return nil
	case errors.As(err, &said) && ctx.Err() != nil:
		return context.Cause(ctx)
	case said != nil:
		return explainFailure(err)
	case ctx.Err() != nil && (errors.Is(err, sqlite3.INTERRUPT) || errors.Is(err, sqlite3.BUSY)):
		return context.Cause(ctx)
	case errors.Is(err, sqlite3.NOTADB):
		return fmt.Errorf("%w (%w)", ErrDamaged, err)
	case errors.Is(err, sqlite3.CORRUPT), errors.Is(err, sqlite3.IOERR_DATA), errors.Is(err, sqlite3.IOERR_CORRUPTFS):
		return fmt.Errorf("%w (%w)", ErrDamaged, err)
	case errors.Is(err, sqlite3.FULL), errors.Is(err, sqlite3.IOERR_WRITE), errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EFBIG):
		return fmt.Errorf("%w (%w)", ErrFull, err)
	case errors.Is(err, sqlite3.BUSY):
		return fmt.Errorf("%w (%w)", ErrBusy, err)
	}
	return err
}
