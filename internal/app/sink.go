package app

import (
	"strings"
	"sync"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
)

// gatherer hands out sinks that lead into the shards of one assessment.
type gatherer struct {
	catalog *catalog.Catalog
	line    *assess.Line

	mu     sync.Mutex
	shards []*assess.Shard
}

func (g *gatherer) sink() *sink {
	s := &sink{gatherer: g, shard: g.line.NewShard(), values: slots.NewValues()}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shards = append(g.shards, s.shard)
	return s
}

// sink takes what one goroutine reads and has it observed.
type sink struct {
	gatherer *gatherer
	shard    *assess.Shard
	values   *slots.Values // of resources whose type was found by its display name
}

// Resource has a resource observed.
func (s *sink) Resource(r source.Resource) {
	values := r.Values
	if r.DisplayType != "" {
		values = s.named(&r)
	}
	s.shard.Observe(&r.Resource, r.ScopeID, values)
}

// named finds the type of a display name and moves the values to its plan. A
// name that nobody knows stays as the type, which leaves it unclassified,
// unless the reader has a type for that case.
func (s *sink) named(r *source.Resource) *slots.Values {
	if r.Type == "" {
		r.Type = r.DisplayType
	}
	if entry, ok := s.typeNamed(r.DisplayType); ok {
		r.Type = entry.Type.Type
	}
	if r.Values == nil {
		return nil
	}
	s.values.Adopt(r.Values, s.Plans().For(r.Type))
	return s.values
}

// typeNamed finds a type by its display name. What is called on-premises may
// be described elsewhere, among what it belongs to, but never be a service.
func (s *sink) typeNamed(name string) (*catalog.Entry, bool) {
	if entry, ok := s.gatherer.catalog.ByName(name); ok {
		return entry, true
	}
	word, ok := strings.CutPrefix(name, "onprem/")
	if !ok {
		return nil, false
	}
	entry, ok := s.gatherer.catalog.ByName(word)
	if !ok || entry.Type.Model != demarc.OnPremises.String() {
		return nil, false
	}
	return entry, true
}

// Scope keeps a scope that has a record of its own.
func (s *sink) Scope(sc source.Scope) { s.shard.Scope(sc.ID, sc.Name, sc.ManagedBy) }

// Reference keeps what an input points to.
func (s *sink) Reference(r source.Reference) { s.shard.Refer(r.ID, r.From) }

// Statement keeps what a statement says. Those of the estate's own documents,
// which were read before, have no content.
func (s *sink) Statement(said source.Statement) {
	if said.Content != nil {
		s.shard.Say(said.Content)
	}
}

// Evidence keeps a piece of evidence.
func (s *sink) Evidence(e *demarc.Evidence) { s.shard.Witness(e) }

// Note keeps a note.
func (s *sink) Note(n demarc.Note) { s.shard.Note(n) }

// Incomplete keeps the news that rows are absent.
func (s *sink) Incomplete(i demarc.Incomplete) { s.shard.Incomplete(i) }

// Fork gives another goroutine its own sink.
func (s *sink) Fork() source.Sink { return s.gatherer.sink() }

// Plans tells which values are wanted.
func (s *sink) Plans() *slots.Layout { return s.gatherer.line.Layout() }
