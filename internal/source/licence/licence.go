// Package licence turns the names of licences and of their service plans into
// the services that a tenant has with them. Several plans bring the same
// service: it is one resource of its tenant.
package licence

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/source"
)

// Knowledge gives the catalogue that says what plans bring.
type Knowledge func() (*catalog.Catalog, error)

// Services gathers the services that one file shows. It is safe for
// concurrent use.
type Services struct {
	known *catalog.Catalog
	mu    sync.Mutex
	lines map[service]int // the first line that shows it
}

// service is a service of a tenant.
type service struct{ tenant, typ string }

// NewServices makes an empty set.
func NewServices(known *catalog.Catalog) *Services {
	return &Services{known: known, lines: map[service]int{}}
}

// Plan adds what a service plan brings, and reports false for a plan that
// nobody knows.
func (s *Services) Plan(tenant, name string, line int) bool {
	plan, ok := s.known.ServicePlan(name)
	if !ok {
		return false
	}
	for _, typ := range plan.Services {
		s.Add(tenant, typ, line)
	}
	return true
}

// Product adds what a licence brings by the plans that it is sold with, and
// reports false for a licence that nobody knows.
func (s *Services) Product(tenant, name string, line int) bool {
	product, ok := s.known.Product(name)
	if !ok {
		return false
	}
	for _, typ := range s.known.Services(product) {
		s.Add(tenant, typ, line)
	}
	return true
}

// Add adds a service by its type.
func (s *Services) Add(tenant, typ string, line int) {
	key := service{demarc.Fold(tenant), typ}
	s.mu.Lock()
	defer s.mu.Unlock()
	if first, ok := s.lines[key]; !ok || line < first {
		s.lines[key] = line
	}
}

// Give gives the services to a sink, each once, in order.
func (s *Services) Give(sink source.Sink, file *demarc.File) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]service, 0, len(s.lines))
	for key := range s.lines {
		all = append(all, key)
	}
	slices.SortFunc(all, func(a, b service) int {
		return cmp.Or(strings.Compare(a.tenant, b.tenant), strings.Compare(a.typ, b.typ))
	})
	for _, key := range all {
		sink.Resource(source.Resource{
			Resource: demarc.Resource{
				ID: source.ServiceID(key.tenant, key.typ), MadeUp: true, Name: s.name(key.typ), Type: key.typ,
				Place: demarc.Place{File: file, Line: s.lines[key]},
			},
			ScopeID: source.TenantID(key.tenant),
		})
	}
}

// name is the name of a service, its type where nobody describes it.
func (s *Services) name(typ string) string {
	if entry, ok := s.known.Type(typ); ok {
		return entry.Type.Name
	}
	return typ
}
