package azurerbac

import (
	"sync"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/scope"
	"github.com/demarc-dev/demarc/internal/source"
)

// seen is what all goroutines that read one file met.
type seen struct {
	mu            sync.Mutex
	assignments   bool
	eligibilities bool
	subscriptions map[string]bool // folded
}

// add keeps that an assignment or an eligibility was met.
func (s *seen) add(eligible bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.assignments, s.eligibilities = s.assignments || !eligible, s.eligibilities || eligible
}

// subscription gives the subscription of an assignment to a sink, once.
func (s *seen) subscription(sink source.Sink, a demarc.RoleAssignment) {
	name := scope.Parse(a.Scope).Subscription
	if name == "" {
		return
	}
	id := "/subscriptions/" + name
	s.mu.Lock()
	met := s.subscriptions[demarc.Fold(id)]
	if s.subscriptions == nil {
		s.subscriptions = map[string]bool{}
	}
	s.subscriptions[demarc.Fold(id)] = true
	s.mu.Unlock()
	if !met {
		sink.Scope(source.Scope{ID: id, Place: a.Place})
	}
}

// list states what the file is a list of. An empty list is one of assignments:
// nothing else of it was recognised.
func (s *seen) list(sink source.Sink, listing demarc.Listing) {
	if s.assignments || !s.eligibilities {
		state(sink, listing, ListingType)
	}
	if s.eligibilities {
		state(sink, listing, EligibilityType)
	}
}

func state(sink source.Sink, listing demarc.Listing, typ string) {
	listing.Type = typ
	sink.Statement(source.Statement{Kind: "listing", ID: typ, Place: listing.Place, Content: listing})
}
