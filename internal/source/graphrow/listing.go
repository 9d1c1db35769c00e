package graphrow

import (
	"context"
	"sync/atomic"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
)

// List reads as [Read] does and tells whether the file is a list, and a whole
// one. A file with one object is no list: nobody knows what lies beside it.
// The type of what is listed is for the caller to tell.
func List(ctx context.Context, in *source.Input, sink source.Sink, visitor Visitor) (listing demarc.Listing, isList bool, err error) {
	missed := &atomic.Bool{}
	err = Read(ctx, in, &listener{sink, missed}, visitor)
	j := in.Head.JSON()
	_, count := j.Members["count"]
	powershell := count && j.Members["data"].Kind == 0 // which wraps a list of its own into that
	listing = demarc.Listing{
		Response: j.Kind == '{' && j.Envelope() && !powershell || j.Pages,
		Whole:    err == nil && !missed.Load(),
		Place:    demarc.Place{File: in.File},
	}
	return listing, j.Kind == 0 || j.Kind == '[' || j.Envelope(), err
}

// listener hears what a sink is told about records that are absent.
type listener struct {
	source.Sink
	missed *atomic.Bool
}

// Note passes a note on.
func (l *listener) Note(n demarc.Note) {
	if n.Kind == demarc.NoteSkipped || n.Kind == demarc.NoteMalformed {
		l.missed.Store(true)
	}
	l.Sink.Note(n)
}

// Incomplete passes the news on.
func (l *listener) Incomplete(i demarc.Incomplete) {
	l.missed.Store(true)
	l.Sink.Incomplete(i)
}

// Fork returns a sink for another goroutine, to which is listened as well.
func (l *listener) Fork() source.Sink { return &listener{l.Sink.Fork(), l.missed} }
