package app

import (
	"context"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/estate"
	"github.com/demarc-dev/demarc/internal/source/recorded"
)

// inputs are what the line runs over: files, or what was recorded of them.
type inputs interface {
	// Documents are the estate's own documents, in the order of their paths.
	Documents() ([]*estate.Document, error)
	// ReadFirst gives the statements that shape how resources are judged.
	ReadFirst(ctx context.Context) ([]source.Statement, error)
	// Read gives everything to a sink: evidence that stands alone behind all
	// else.
	Read(ctx context.Context, sink source.Sink) error
	// all are the files, ordered by path; what each gave is known when Read is
	// done.
	all() []inputFile
	// texts are the documents as they were written.
	texts() []recorded.Document
	// then is the name and the day of the assessment that was recorded; zero
	// where nothing was.
	then() recorded.Estate
	// tell asks to be called while Read is at work: progress with what is done,
	// between before the evidence that stands alone. Both may be nil.
	tell(progress func(done, total int64), between func())
}

// inputFile is a file and whether its statements shape how resources are
// judged.
type inputFile struct {
	*demarc.File
	first bool
}

// all are the files that can be read.
func (in *Inputs) all() []inputFile {
	list := make([]inputFile, 0, len(in.list))
	for _, one := range in.list {
		list = append(list, inputFile{one.file, one.format.First && one.stream == nil})
	}
	return list
}

// texts are the documents as they were written.
func (in *Inputs) texts() []recorded.Document {
	var list []recorded.Document
	for _, one := range in.list {
		if one.format.Name == estate.Format.Name {
			list = append(list, recorded.Document{Path: one.file.Path, Text: one.text})
		}
	}
	return list
}

// then is nothing: files are as they are.
func (in *Inputs) then() recorded.Estate { return recorded.Estate{} }

// tell sets who is told while files are read.
func (in *Inputs) tell(progress func(done, total int64), between func()) {
	in.Progress, in.Between = progress, between
}

// filesOf are the files of inputs as an assessment lists them.
func filesOf(in inputs) []*demarc.File {
	var list []*demarc.File
	for _, f := range in.all() {
		list = append(list, f.File)
	}
	return list
}

// recording wraps a sink so that everything that it is given is kept too.
func (q Request) recording(sink source.Sink) source.Sink {
	if q.keeper == nil {
		return sink
	}
	return recorded.Record(sink, q.keeper)
}

// recordAround keeps what does not go through a sink: the files with what they
// gave, the documents, the name and the day.
func (q Request) recordAround(in inputs, o *assess.Options) {
	if q.keeper == nil {
		return
	}
	for _, f := range in.all() {
		recorded.KeepFile(q.keeper, recorded.File{File: *f.File, First: f.first})
	}
	for _, d := range in.texts() {
		recorded.KeepDocument(q.keeper, d)
	}
	recorded.KeepEstate(q.keeper, recorded.Estate{Name: o.Name, AsOf: date(o.AsOf)})
}
