package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/estate"
)

// largeFile is the size from which a file is read alone, by all cores.
const largeFile = 4 << 20

// Inputs are the files of an estate, looked into far enough to know what each
// is. They are read in two passes: the documents first, because what they say
// shapes the line, then everything into a sink.
type Inputs struct {
	// Files are those that can be read, ordered by path.
	Files []*demarc.File
	// Progress is called with the bytes read and those there are, 0 when
	// nobody knows; it may be nil.
	Progress func(done, total int64)
	// Between, if set, is called when all files were read but those that hold
	// evidence alone, and there are such.
	Between func()
	// Through, if set, gives the sink that stands between the reader of a file
	// and the one that all are read into.
	Through func(*demarc.File, source.Sink) source.Sink

	list     []*input
	folders  *folders
	notes    []demarc.Note // of files that cannot be read
	mu       sync.Mutex
	problems []string
	size     int64 // negative when a stream without a length is among them
	done     int64
}

// input is one file of a known format.
type input struct {
	file   *demarc.File
	format *source.Format
	size   int64
	text   []byte        // of what is read twice and can be opened once only, and of documents
	stream *source.Input // of standard input, which can be opened once only
	partOf *input        // the file with which it is read, nil when on its own
	before bool          // what the change in it finds is asked for
	target string        // scope that it is deployed to
}

// OpenInputs finds the files that paths name and recognises each. Files that
// cannot be read become notes for the sink.
func OpenInputs(paths []string, stdin io.Reader) *Inputs {
	in := &Inputs{folders: newFolders(paths)}
	files, notes := source.Files(paths)
	for _, n := range notes {
		in.refuse(n)
	}
	for _, f := range files {
		one, err := in.open(f, stdin)
		if err != nil {
			in.refuse(demarc.Note{Kind: refusalKind(err), Place: demarc.Place{File: f}, Message: err.Error(), Count: 1})
			continue
		}
		in.add(one)
	}
	return in
}

func (in *Inputs) add(one *input) {
	one.file.Format = one.format.Name
	in.list = append(in.list, one)
	in.Files = append(in.Files, one.file)
	if in.size += one.size; one.size < 0 {
		in.size = -1 << 62
	}
}

// refuse keeps what is wrong with a file.
func (in *Inputs) refuse(n demarc.Note) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.notes = append(in.notes, n)
	in.problems = append(in.problems, n.Place.File.Path+": "+n.Message)
}

// errUnreadable wraps what the system says about a file.
var errUnreadable = errors.New("unreadable")

// refusalKind tells a file that breaks from one that holds no inventory.
func refusalKind(err error) demarc.NoteKind {
	if errors.Is(err, errUnreadable) {
		return demarc.NoteUnreadable
	}
	return demarc.NoteIgnored
}

// open looks into a file.
func (in *Inputs) open(f *demarc.File, stdin io.Reader) (*input, error) {
	one := &input{file: f, size: -1}
	r, err := in.reader(one, stdin)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	opened, err := source.NewInput(f, r)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUnreadable, err)
	}
	if one.format, err = recognise(opened.Head); err != nil {
		return nil, err
	}
	switch {
	case one.format.Name == estate.Format.Name:
		if one.text, err = io.ReadAll(io.LimitReader(opened, estate.MaxSize+1)); err != nil {
			return nil, fmt.Errorf("%w: %w", errUnreadable, err)
		}
	case f.Path == source.Stdin && one.format.First:
		return one, in.hold(one, opened)
	case f.Path == source.Stdin:
		one.stream = opened
	}
	return one, nil
}

// reader opens a file. Standard input stays open.
func (in *Inputs) reader(one *input, stdin io.Reader) (io.ReadCloser, error) {
	if one.file.Path == source.Stdin {
		if stdin == nil {
			return nil, fmt.Errorf("%w: there is no standard input", errUnreadable)
		}
		return io.NopCloser(&counter{in, stdin}), nil
	}
	f, err := os.Open(one.file.Path)
	if err != nil {
		var of *os.PathError
		if errors.As(err, &of) {
			err = of.Err
		}
		return nil, fmt.Errorf("%w: %w", errUnreadable, err)
	}
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		one.size = info.Size()
	}
	return f, nil
}

// counter counts the bytes of one stream towards the progress of all.
type counter struct {
	of   *Inputs
	from io.Reader
}

// Read reads and counts.
func (c *counter) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.of.advance(int64(n))
	return n, err
}

// advance tells that so many bytes more are done.
func (in *Inputs) advance(n int64) {
	if in.Progress == nil || n <= 0 {
		return
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	in.done += n
	in.Progress(in.done, max(in.size, 0))
}

// Documents parses the demarc.yaml documents among the files, in the order of
// their paths. A mistake in one is an error: what it says must not be lost.
func (in *Inputs) Documents() ([]*estate.Document, error) {
	var all []*estate.Document
	for _, one := range in.list {
		if one.format.Name != estate.Format.Name {
			continue
		}
		d, err := estate.Parse(one.file, bytes.NewReader(one.text))
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}

// UnreadError says that none of the files could be read.
type UnreadError struct {
	Problems []string // one a file
}

// Error names what is wrong with the first files.
func (e *UnreadError) Error() string {
	const most = 5
	if len(e.Problems) == 0 {
		return "nothing to read: no files there"
	}
	shown := e.Problems[:min(len(e.Problems), most)]
	text := "nothing could be read\n  " + strings.Join(shown, "\n  ")
	if more := len(e.Problems) - len(shown); more > 0 {
		text += fmt.Sprintf("\n  and %d more", more)
	}
	return text
}

// Hint says what could be read.
func (e *UnreadError) Hint() string { return formatHint() }

// Read reads all files into a sink: small ones side by side, large ones by all
// cores one after the other. What is wrong with a file is a note; it is an
// error only when nothing could be read.
func (in *Inputs) Read(ctx context.Context, sink source.Sink) error {
	in.join(ctx)
	totals := &account{}
	in.readAll(ctx, sink, totals, func(one *input) bool { return !one.format.Evidence })
	if slices.ContainsFunc(in.list, func(one *input) bool { return one.format.Evidence }) {
		if in.Between != nil {
			in.Between()
		}
		in.readAll(ctx, sink.Fork(), totals, func(one *input) bool { return one.format.Evidence })
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, n := range in.notes {
		sink.Note(n)
		if n.Kind == demarc.NoteUnreadable {
			sink.Incomplete(demarc.Incomplete{Place: n.Place, Message: n.Message})
		}
	}
	totals.settle(sink)
	if totals.read == 0 {
		return &UnreadError{Problems: in.problems}
	}
	return nil
}

// readAll reads the files of one kind.
func (in *Inputs) readAll(ctx context.Context, sink source.Sink, totals *account, wanted func(*input) bool) {
	gate := make(chan struct{}, runtime.GOMAXPROCS(0))
	var group sync.WaitGroup
	for _, one := range in.list {
		if !wanted(one) || one.size < 0 || one.size >= largeFile {
			continue
		}
		gate <- struct{}{}
		fork := sink.Fork()
		group.Go(func() {
			in.readOne(ctx, one, fork, totals)
			<-gate
		})
	}
	group.Wait()
	for _, one := range in.list {
		if wanted(one) && (one.size < 0 || one.size >= largeFile) {
			in.readOne(ctx, one, sink, totals)
		}
	}
}

// readOne reads one file and accounts for what it gave.
func (in *Inputs) readOne(ctx context.Context, one *input, sink source.Sink, totals *account) {
	if in.Through != nil {
		sink = in.Through(one.file, sink)
	}
	counted := newAccountant(sink)
	if one.partOf != nil {
		counted.Note(partNote(one))
		counted.close(one.file)
		in.advance(one.size)
		return
	}
	err := in.stream(ctx, one, counted)
	if ctx.Err() != nil {
		return
	}
	counted.close(one.file)
	if err != nil {
		kind := demarc.NoteUnreadable
		if refused := source.Refusal(""); errors.As(err, &refused) {
			kind = demarc.NoteIgnored
		}
		in.refuse(demarc.Note{Kind: kind, Place: demarc.Place{File: one.file}, Message: err.Error(), Count: 1})
	}
	totals.add(counted, err)
}

func (in *Inputs) stream(ctx context.Context, one *input, sink source.Sink) error {
	opened := one.stream
	if opened == nil {
		r := io.NopCloser(io.Reader(bytes.NewReader(one.text)))
		if one.text == nil {
			var err error
			if r, err = in.reader(one, nil); err != nil {
				return err
			}
		}
		defer func() { _ = r.Close() }()
		var err error
		if opened, err = source.NewInput(one.file, &counter{in, r}); err != nil {
			return err
		}
		opened.Within(in.folders.of(one.file.Path))
	}
	opened.Before, opened.Target = one.before, one.target
	return one.format.Read(ctx, opened, sink)
}
