// Package report turns a finished assessment into what people and programs
// read. It stands last on the line: assessment in, bytes out.
//
// A [View] is computed once from the assessment; every format for people
// prints it and computes nothing of its own. The formats live in one folder
// each. Lists of resources, models and the explanation of one resource are
// printed by this package, since they share its columns.
//
// Names come from outside. Whatever reaches a terminal or a page goes through
// [Visible] first, so that control characters are seen and never obeyed.
package report

import (
	"io"

	"github.com/demarc-dev/demarc"
)

// Format is one way to write an assessment.
type Format struct {
	// Name is the word behind --format.
	Name string
	// Title says in a few words what it is for.
	Title string
	// Write writes the whole assessment. It returns the first error of w.
	Write func(w io.Writer, a *demarc.Assessment, o Options) error
}

// Options say how to write, not what. The zero Options are those of a pipe.
type Options struct {
	Color    bool     // w is a terminal that understands colours
	Width    int      // columns of the terminal, 0 when there is none
	AllNotes bool     // every note instead of one line per kind
	Paths    []string // what was assessed, to write the commands that go on from here
}

// DefaultWidth is the width of a page that is not a terminal.
const DefaultWidth = 100

// columns is the width to write for.
func (o Options) columns() int {
	if o.Width <= 0 {
		return DefaultWidth
	}
	return max(o.Width, 40)
}
