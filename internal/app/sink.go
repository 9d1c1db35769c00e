package app

import (
	"strings"
	"sync"
	"time"

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

	// observed is the day of a file that does not say when it was made.
	observed func(file string) time.Time

	mu     sync.Mutex
	shards []*assess.Shard
	known  *assess.Known // nil until all resources were read
}

// know remembers which resources were read, so that the evidence to come need
// not repeat their ids.
func (g *gatherer) know() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.known = assess.Know(g.shards)
}

func (g *gatherer) sink() *sink {
	s := &sink{gatherer: g, shard: g.line.NewShard(), values: slots.NewValues()}
	g.mu.Lock()
	defer g.mu.Unlock()
	s.shard.Knowing(g.known)
	g.shards = append(g.shards, s.shard)
	return s
}

// sink takes what one goroutine reads and has it observed.
type sink struct {
	gatherer *gatherer
	shard    *assess.Shard
	values   *slots.Values // of resources whose type was found by its display name
	dated    *demarc.File  // whose stated day is day
	day      time.Time
}

// Resource has a resource observed.
func (s *sink) Resource(r source.Resource) {
	values := r.Values
	if r.DisplayType != "" {
		values = s.named(&r)
	}
	s.shard.Observe(&r.Resource, r.ScopeID, values)
	if r.Address != "" {
		s.shard.Alias(r.Address, r.ID)
	}
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
func (s *sink) Scope(sc source.Scope) { s.shard.Scope(sc.ID, sc.Name, sc.ManagedBy, sc.Tags) }

// Reference keeps what an input points to.
func (s *sink) Reference(r source.Reference) { s.shard.Refer(r.ID, r.From) }

// Statement keeps what a statement says. Those of the estate's own documents,
// which were read before, have no content.
func (s *sink) Statement(said source.Statement) {
	if said.Content != nil {
		s.shard.Say(said.Content)
	}
}

// Evidence keeps a piece of evidence. What bears no date has that of its file,
// where the organisation states one; what passes was seen no earlier than it
// began to pass.
func (s *sink) Evidence(e *demarc.Evidence) {
	if e.Observed.IsZero() {
		e.Observed = s.dayOf(e.Place.File)
	}
	if e.Observed.IsZero() && e.Outcome == demarc.Pass {
		e.Observed = e.Since
	}
	s.shard.Witness(e)
}

// dayOf is the stated day of a file. Rows of the same file follow each other.
func (s *sink) dayOf(file *demarc.File) time.Time {
	if file == nil {
		return time.Time{}
	}
	if s.dated != file {
		s.dated, s.day = file, s.gatherer.observed(file.Path)
	}
	return s.day
}

// Note keeps a note.
func (s *sink) Note(n demarc.Note) { s.shard.Note(n) }

// Incomplete keeps the news that rows are absent.
func (s *sink) Incomplete(i demarc.Incomplete) { s.shard.Incomplete(i) }

// Fork gives another goroutine its own sink.
func (s *sink) Fork() source.Sink { return s.gatherer.sink() }

// Plans tells which values are wanted.
func (s *sink) Plans() *slots.Layout { return s.gatherer.line.Layout() }
