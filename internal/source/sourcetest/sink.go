// Package sourcetest helps to test readers: a sink that records what it is
// given, and the paired cases in testdata folders.
package sourcetest

import (
	"sync"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
)

// Resource is a recorded resource with a copy of its values.
type Resource struct {
	source.Resource
	Values map[string]demarc.Value // by path, those that are not unknown
}

// Sink records everything it is given. It and its forks record in one place,
// so that it may be looked at when the reader has returned.
type Sink struct {
	mu         *sync.Mutex
	root       *Sink
	plans      *slots.Layout
	Resources  []Resource
	Scopes     []source.Scope
	References []source.Reference
	Statements []source.Statement
	Evidences  []demarc.Evidence
	Notes      []demarc.Note
	Missing    []demarc.Incomplete
}

var _ source.Sink = (*Sink)(nil)

// NewSink makes a sink whose plans hold the given wishes.
func NewSink(t testing.TB, wishes ...slots.Wish) *Sink {
	t.Helper()
	plans, err := slots.NewLayout(wishes)
	if err != nil {
		t.Fatal(err)
	}
	s := &Sink{mu: new(sync.Mutex), plans: plans}
	s.root = s
	return s
}

// Resource records a resource.
func (s *Sink) Resource(r source.Resource) {
	s.mu.Lock()
	defer s.mu.Unlock()
	recorded := Resource{Resource: r, Values: map[string]demarc.Value{}}
	if r.Values != nil {
		for i, path := range r.Values.Plan().Paths() {
			if v := r.Values.At(i); !v.IsUnknown() {
				recorded.Values[path] = v
			}
		}
	}
	recorded.Resource.Values = nil
	s.root.Resources = append(s.root.Resources, recorded)
}

// Scope records a scope.
func (s *Sink) Scope(scope source.Scope) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.root.Scopes = append(s.root.Scopes, scope)
}

// Reference records a reference.
func (s *Sink) Reference(r source.Reference) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.root.References = append(s.root.References, r)
}

// Statement records a statement.
func (s *Sink) Statement(statement source.Statement) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.root.Statements = append(s.root.Statements, statement)
}

// Evidence records evidence.
func (s *Sink) Evidence(e *demarc.Evidence) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.root.Evidences = append(s.root.Evidences, *e)
}

// Note records a note.
func (s *Sink) Note(n demarc.Note) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.root.Notes = append(s.root.Notes, n)
}

// Incomplete records that rows are absent.
func (s *Sink) Incomplete(i demarc.Incomplete) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.root.Missing = append(s.root.Missing, i)
}

// Fork returns a sink that records in the same place.
func (s *Sink) Fork() source.Sink { return &Sink{mu: s.mu, root: s.root, plans: s.plans} }

// Plans are the plans of the wishes that the sink was made with.
func (s *Sink) Plans() *slots.Layout { return s.plans }
