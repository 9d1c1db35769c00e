package app

import (
	"sync"

	"github.com/demarc-dev/demarc/data"
	"github.com/demarc-dev/demarc/internal/catalog"
)

// knowledge is the embedded catalogue, read when it is first asked for.
var knowledge = sync.OnceValues(func() (*catalog.Catalog, error) { return catalog.Parse(data.Compact) })

// hintedError is an error with a line that says what to do about it.
type hintedError struct {
	error
	hint string
}

// UsageError says that what was asked for cannot be meant.
type UsageError struct{ error }

// Unwrap gives the error itself.
func (e *UsageError) Unwrap() error { return e.error }

func hinted(err error, hint string) error { return &hintedError{err, hint} }

// Hint says what to do about the error.
func (e *hintedError) Hint() string { return e.hint }

// Unwrap gives the error itself.
func (e *hintedError) Unwrap() error { return e.error }
