package app

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
)

// mostFirst is how much of standard input is held to be read twice.
const mostFirst = 64 << 20

// ReadFirst gives what those files say that shape how resources are judged:
// the statements of files of [source.Format.First], in the order of the files
// and their lines. It is for building the line. Nothing is accounted for and
// nothing is lost: [Inputs.Read] reads these files with all others.
func (in *Inputs) ReadFirst(ctx context.Context) ([]source.Statement, error) {
	progress := in.Progress
	in.Progress = nil // bytes are counted when they are read for good
	defer func() { in.Progress = progress }()
	plans, err := slots.NewLayout(nil)
	if err != nil {
		return nil, err
	}
	var all []source.Statement
	for _, one := range in.list {
		if !one.format.First || one.stream != nil {
			continue
		}
		said := &firstSink{plans: plans}
		_ = in.stream(ctx, one, said) // what is wrong with a file is noted when it is read for good
		slices.SortStableFunc(said.all, func(a, b source.Statement) int {
			return cmp.Or(cmp.Compare(a.Place.Line, b.Place.Line), cmp.Compare(a.ID, b.ID))
		})
		all = append(all, said.all...)
	}
	return all, ctx.Err()
}

// hold keeps the text of standard input that is read first, as far as it is
// not too long for that.
func (in *Inputs) hold(one *input, opened *source.Input) error {
	text, err := io.ReadAll(io.LimitReader(opened, mostFirst+1))
	if err != nil {
		return fmt.Errorf("%w: %w", errUnreadable, err)
	}
	if len(text) <= mostFirst {
		one.text = text
		return nil
	}
	in.notes = append(in.notes, demarc.Note{Kind: demarc.NoteUndecided, Place: demarc.Place{File: one.file}, Count: 1,
		Message: "read too late to be evaluated: it is more than 64 MB on standard input; give it as a file"})
	one.stream, err = source.NewInput(one.file, io.MultiReader(bytes.NewReader(text), opened))
	return err
}

// firstSink is a sink that hears statements and nothing else. It and its forks
// gather in one place.
type firstSink struct {
	mu    sync.Mutex
	plans *slots.Layout
	all   []source.Statement
}

// Statement keeps a statement that says something.
func (s *firstSink) Statement(said source.Statement) {
	if said.Content == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, said)
}

// Resource hears nothing: resources are read when the line stands.
func (s *firstSink) Resource(source.Resource) {}

// Scope hears nothing.
func (s *firstSink) Scope(source.Scope) {}

// Reference hears nothing.
func (s *firstSink) Reference(source.Reference) {}

// Evidence hears nothing.
func (s *firstSink) Evidence(*demarc.Evidence) {}

// Note hears nothing: what is noted is noted again when the file is read.
func (s *firstSink) Note(demarc.Note) {}

// Incomplete hears nothing, for the same reason.
func (s *firstSink) Incomplete(demarc.Incomplete) {}

// Fork is the sink itself, which many may use.
func (s *firstSink) Fork() source.Sink { return s }

// Plans are those of a line that asks for nothing.
func (s *firstSink) Plans() *slots.Layout { return s.plans }
