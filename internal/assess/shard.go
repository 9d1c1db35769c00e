package assess

import (
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/scope"
	"github.com/demarc-dev/demarc/internal/slots"
)

// chunk is how many resources are kept in one piece of memory.
const chunk = 4096

// Shard keeps what one goroutine observed.
type Shard struct {
	line      *Line
	chunks    [][]observed
	scopes    map[string]*place // by id as spelled
	trays     map[string]*tray  // by the part of ids that names a shelf, as spelled
	locations map[string]*catalog.Provider
	claims    []claim
	pointers  []demarc.Reference
	watched   []Watched
	notes     []demarc.Note
	gaps      []demarc.Incomplete
	looks     map[ownKey]*look
	witnessed
	checked
}

// observed is one resource before it is settled. PartOf holds the id that the
// resource itself named, shortened when it is near; Scope is the stub of the
// shard's own place. There may be millions: what resources share belongs into
// the look.
type observed struct {
	demarc.Assessed
	look   *look
	checks *checkSet // nil when no policy is about its type
}

// place is a scope as one shard met it.
type place struct {
	id        string // as spelled
	name      string
	managedBy string
	owner     scopeTag
	cloud     *catalog.Provider // told by a location of something in it
	stub      demarc.Scope      // stands for the scope until the tree is made
	scope     *demarc.Scope     // set when settling
	tray      *tray             // of the first resource of the scope, mostly that of all
}

// claim is a resource that manages a resource group.
type claim struct {
	owner *observed
	group string
	facet string
}

// Watched keeps the values of a resource that somebody asked about.
type Watched struct {
	ID    string
	Paths []string
	Value []demarc.Value

	of     *observed
	values *slots.Values // nil when nothing was seen of it
}

// NewShard makes a shard for one goroutine.
func (l *Line) NewShard() *Shard {
	return &Shard{line: l, scopes: map[string]*place{}, trays: map[string]*tray{}, locations: map[string]*catalog.Provider{},
		looks: map[ownKey]*look{}, witnessed: newWitnessed()}
}

// Observe takes one resource: what it says is kept, its values are not.
// scopeID is the scope it hangs in, "" when its id tells.
func (s *Shard) Observe(r *demarc.Resource, scopeID string, values *slots.Values) {
	if scopeID == "" {
		scopeID = scope.Parse(r.ID).Scope
	}
	home := s.place(scopeID)
	o := s.next()
	o.Resource = *r
	o.Scope = &home.stub
	seen := s.line.classifier.Observe(&o.Resource, values)
	variant := s.line.divider.Observe(r.Type, values)
	if seen.Class.Type != "" {
		o.Type = seen.Class.Type
	}
	o.PartOf = seen.PartOf
	managed := o.PartOf == "" && seen.ManagedBy != ""
	if managed {
		o.PartOf = seen.ManagedBy
	}
	part, isNear := shelfPart(o.ID), false
	o.PartOf, isNear = near(part, o.PartOf)
	var at *seats
	if values != nil {
		at = s.line.seats(values.Plan(), o.Type)
		s.tie(o, at, values)
	}
	o.look = s.look(natureKey{class: seen.Class, variant: variant, managed: managed, unclaimed: seen.Unclaimed}, isNear, s.line.belonging(&o.Resource, at, values))
	s.keepRule(&o.Resource, home, values)
	s.check(o, values)
	s.tray(home, part).count++
	if cloud := s.cloud(values); cloud != nil {
		home.cloud = firstCloud(home.cloud, cloud)
	}
	for _, c := range seen.Claims {
		s.claims = append(s.claims, claim{owner: o, group: c.Group, facet: c.Facet})
	}
	if watch := s.line.options.Watch; watch != nil && watch(&o.Resource) {
		s.watch(o, values)
	}
}

// look finds the look of a resource among those that this shard met, else
// among those of all.
func (s *Shard) look(n natureKey, near bool, b belonging) *look {
	key := ownKey{n, near, b}
	if l, ok := s.looks[key]; ok {
		return l
	}
	of := shared(&s.line.natures, n, func() *nature { return &nature{n} })
	l := shared(&s.line.looks, lookKey{of, near, b}, func() *look { return &look{nature: of, near: near, belonging: b} })
	s.looks[key] = l
	return l
}

// ownKey is all that a look depends on.
type ownKey struct {
	natureKey
	near bool
	belonging
}

// Scope takes a scope that the input shows as a record of its own.
func (s *Shard) Scope(id, name, managedBy string, tags map[string]string) {
	p := s.place(id)
	for _, tag := range s.line.options.tagNames(s.line.catalog, ownerTags) {
		if owner := tags[demarc.Fold(tag)]; owner != "" && p.owner.owner == "" {
			p.owner = scopeTag{owner: owner, tag: tag}
		}
	}
	p.name = first(p.name, name)
	p.managedBy = first(p.managedBy, managedBy)
}

// first chooses between two texts, of which one may be empty, so that it does
// not matter which came first.
func first(a, b string) string {
	if a == "" || b != "" && b < a {
		return b
	}
	return a
}

// Refer keeps what an input points to without describing it.
func (s *Shard) Refer(id, from string) {
	s.pointers = append(s.pointers, demarc.Reference{ID: id, From: from})
}

// Note and Incomplete keep what readers say.
func (s *Shard) Note(n demarc.Note) { s.notes = append(s.notes, n) }

// Incomplete keeps the news that rows are absent.
func (s *Shard) Incomplete(i demarc.Incomplete) { s.gaps = append(s.gaps, i) }

func (s *Shard) next() *observed {
	last := len(s.chunks) - 1
	if last < 0 || len(s.chunks[last]) == cap(s.chunks[last]) {
		size := chunk
		if last < 0 {
			size = 64
		}
		s.chunks = append(s.chunks, make([]observed, 0, size))
		last++
	}
	s.chunks[last] = s.chunks[last][:len(s.chunks[last])+1]
	return &s.chunks[last][len(s.chunks[last])-1]
}

func (s *Shard) place(id string) *place {
	if p, ok := s.scopes[id]; ok {
		return p
	}
	id = strings.Clone(id)
	p := &place{id: id, stub: demarc.Scope{ID: id}}
	s.scopes[id] = p
	return p
}

// cloud tells the cloud run apart in which a resource lies, nil when its
// location does not tell.
func (s *Shard) cloud(values *slots.Values) *catalog.Provider {
	if values == nil {
		return nil
	}
	location := values.At(values.Plan().Slot("location")).Text()
	if location == "" {
		return nil
	}
	p, ok := s.locations[location]
	if !ok {
		p = s.line.catalog.CloudOf(location)
		s.locations[location] = p
	}
	return p
}

func (s *Shard) watch(o *observed, values *slots.Values) {
	w := Watched{ID: o.ID, of: o}
	if values != nil {
		w.values = values.Snapshot()
		w.Paths = values.Plan().Paths()
		for i := range w.Paths {
			w.Value = append(w.Value, values.At(i))
		}
	}
	s.watched = append(s.watched, w)
}
