package app

import (
	"slices"
	"strings"
	"sync"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/paging"
)

// accountant stands between the reader of one file and the sink. It counts
// what the file gave, so that records in are seen to equal records out, and
// merges notes that say the same, so that a million of them take the memory of
// one. Its forks belong to the same file.
type accountant struct {
	sink   source.Sink
	root   *accountant
	mu     sync.Mutex // of forks, in the root
	forks  []*accountant
	counts demarc.File
	notes  map[noteKey]*demarc.Note
	gaps   []demarc.Incomplete
}

// noteKey is what notes that are alike have in common.
type noteKey struct {
	kind    demarc.NoteKind
	message string
}

func newAccountant(sink source.Sink) *accountant {
	a := &accountant{sink: sink, notes: map[noteKey]*demarc.Note{}}
	a.root = a
	return a
}

// Resource counts a resource.
func (a *accountant) Resource(r source.Resource) {
	a.counts.Resources++
	a.sink.Resource(r)
}

// Scope counts a scope.
func (a *accountant) Scope(s source.Scope) {
	a.counts.Scopes++
	a.sink.Scope(s)
}

// Reference counts a reference.
func (a *accountant) Reference(r source.Reference) {
	a.counts.References++
	a.sink.Reference(r)
}

// Statement counts a statement.
func (a *accountant) Statement(s source.Statement) {
	a.counts.Statements++
	a.sink.Statement(s)
}

// Evidence counts a piece of evidence.
func (a *accountant) Evidence(e *demarc.Evidence) {
	a.counts.Evidence++
	a.sink.Evidence(e)
}

// Note keeps a note until the file is read. Those that stand for a record that
// gave nothing else count.
func (a *accountant) Note(n demarc.Note) {
	if n.Kind == demarc.NoteSkipped || n.Kind == demarc.NoteIgnored {
		a.counts.Notes += n.Count
	}
	key := noteKey{n.Kind, n.Message}
	if same, ok := a.notes[key]; ok {
		same.Count += n.Count
		same.Place.Line = min(same.Place.Line, n.Place.Line)
		return
	}
	a.notes[key] = &n
}

// Incomplete keeps the news that rows are absent until all files are read:
// another one may hold them.
func (a *accountant) Incomplete(i demarc.Incomplete) { a.gaps = append(a.gaps, i) }

// Fork makes an accountant for another goroutine that reads the same file.
func (a *accountant) Fork() source.Sink {
	fork := &accountant{sink: a.sink.Fork(), root: a.root, notes: map[noteKey]*demarc.Note{}}
	a.root.mu.Lock()
	defer a.root.mu.Unlock()
	a.root.forks = append(a.root.forks, fork)
	return fork
}

// Plans are those of the sink.
func (a *accountant) Plans() *slots.Layout { return a.sink.Plans() }

// close is called when the file is read and no fork is at work any more. It
// sums up and hands on the notes.
func (a *accountant) close(file *demarc.File) {
	for _, fork := range a.forks {
		a.counts.Resources += fork.counts.Resources
		a.counts.Scopes += fork.counts.Scopes
		a.counts.References += fork.counts.References
		a.counts.Statements += fork.counts.Statements
		a.counts.Evidence += fork.counts.Evidence
		for _, n := range fork.notes {
			a.Note(*n)
		}
		a.gaps = append(a.gaps, fork.gaps...)
	}
	file.Resources, file.Scopes = a.counts.Resources, a.counts.Scopes
	file.References, file.Evidence = a.counts.References, a.counts.Evidence
	file.Statements, file.Notes = a.counts.Statements, a.counts.Notes
	for _, n := range a.ordered() {
		a.sink.Note(*n)
	}
}

func (a *accountant) ordered() []*demarc.Note {
	list := make([]*demarc.Note, 0, len(a.notes))
	for _, n := range a.notes {
		list = append(list, n)
	}
	slices.SortFunc(list, func(x, y *demarc.Note) int {
		return strings.Compare(string(x.Kind)+x.Message, string(y.Kind)+y.Message)
	})
	return list
}

// account is what all files gave together.
type account struct {
	mu   sync.Mutex
	read int // files
	gaps []demarc.Incomplete
}

// add takes what one file gave. A file that broke counts as read when it gave
// something all the same.
func (t *account) add(a *accountant, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err == nil || a.counts.Resources+a.counts.Scopes+a.counts.References+a.counts.Statements+a.counts.Evidence > 0 {
		t.read++
	}
	t.gaps = append(t.gaps, a.gaps...)
}

// settle tells the sink which files are incomplete, when the pages of one
// answer in several files have been put together.
func (t *account) settle(sink source.Sink) {
	slices.SortFunc(t.gaps, func(x, y demarc.Incomplete) int { return strings.Compare(x.Place.String(), y.Place.String()) })
	for _, i := range paging.Complete(t.gaps) {
		sink.Incomplete(i)
	}
}
