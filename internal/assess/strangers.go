package assess

import (
	"maps"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/join"
	"github.com/demarc-dev/demarc/internal/scope"
)

// acquaint makes resources and scopes of the subjects that only evidence names,
// marked as seen in evidence: a report about a tenant alone still gives a
// picture of it. It returns the shard that holds them, nil when there are none.
func (l *Line) acquaint(shards []*Shard) *Shard {
	subjects := map[uint64]demarc.Subject{}
	for _, s := range shards {
		for i, subject := range s.strangers {
			subjects[s.hashes[i]] = together(subjects[s.hashes[i]], &subject)
		}
	}
	directories := directories(shards)
	if len(subjects)+len(directories) == 0 {
		return nil
	}
	known, extra := Know(shards), l.NewShard()
	for _, d := range directories {
		if !known.has(idHash(d.ID)) {
			extra.acquaint(&d, known)
		}
	}
	for _, s := range shards {
		for i := range s.strangers {
			s.strangers[i] = subjects[s.hashes[i]]
		}
	}
	for _, hash := range slices.Sorted(maps.Keys(subjects)) {
		if subject := subjects[hash]; !known.has(hash) {
			extra.acquaint(&subject, known)
		}
	}
	extra.acquaintHosts(shards)
	return extra
}

func (s *Shard) acquaint(of *demarc.Subject, known *Known) {
	if strings.HasPrefix(of.Scope, "/") && !join.Placeholder(of.Scope) {
		s.place(of.Scope)
	}
	switch parsed := scope.Parse(of.ID); {
	case of.ID == "" && of.Host != "" && !join.Placeholder(of.Host):
		s.hosts = append(s.hosts, foundHost{of.Host, of.Scope})
	case of.ID == "" || join.Placeholder(of.ID):
	case isScope(parsed):
		s.place(of.ID)
	case parsed.IsResource() && parsed.Malformed() == "":
		if !known.nested(parsed) {
			s.seenInEvidence(of, of.ID, parsed.Type())
		}
	case of.Type != "":
		s.seenInEvidence(of, of.ID, of.Type)
	}
}

// together puts what two records tell of one subject together, so that it does
// not matter which came first.
func together(have demarc.Subject, of *demarc.Subject) demarc.Subject {
	return demarc.Subject{ID: first(have.ID, of.ID), Type: first(have.Type, of.Type), Name: first(have.Name, of.Name),
		Host: first(have.Host, of.Host), Identity: first(have.Identity, of.Identity), Scope: first(have.Scope, of.Scope)}
}

// nested reports whether one of the resources that an id is nested in is
// there.
func (k *Known) nested(id scope.ID) bool {
	for parent := id.Parent; parent != ""; parent = scope.Parse(parent).Parent {
		if k.has(idHash(parent)) {
			return true
		}
	}
	return false
}

func isScope(id scope.ID) bool {
	_, ok := id.IsScope()
	return ok
}

func (s *Shard) seenInEvidence(of *demarc.Subject, id, typ string) {
	id = strings.TrimRight(strings.TrimSpace(id), "/")
	name := of.Name
	if name == "" {
		name = nameIn(s, id, typ)
	}
	s.Observe(&demarc.Resource{ID: id, Name: name, Type: typ, Seen: demarc.SeenInEvidence}, of.Scope, nil)
}

// nameIn is the last piece of an id, or what the service is called that a
// tenant has once.
func nameIn(s *Shard, id, typ string) string {
	if strings.HasSuffix(demarc.Fold(id), demarc.Fold(typ)) {
		if entry, ok := s.line.catalog.Type(demarc.Fold(typ)); ok {
			return entry.Type.Name
		}
	}
	return id[strings.LastIndexByte(id, '/')+1:]
}

// directoryType is the type of the directory that every tenant has.
const directoryType = "entra/entra-id"

// directories are those whose rules were read: where there is a rule of a
// directory there is one, though no file describes it.
func directories(shards []*Shard) []demarc.Subject {
	found := map[string]demarc.Subject{}
	described := false
	for _, s := range shards {
		for _, r := range s.rules {
			d := demarc.Subject{ID: directoryType, Type: directoryType}
			if guid, ok := strings.CutPrefix(demarc.Fold(r.home.id), "/tenants/"); ok {
				d.ID, d.Scope = "tenants/"+guid+"/"+directoryType, r.home.id
			}
			found[d.ID] = d
		}
	}
	if len(found) == 0 {
		return nil
	}
	for _, s := range shards {
		for _, c := range s.chunks {
			described = described || slices.ContainsFunc(c, func(o observed) bool { return demarc.EqualFold(o.Type, directoryType) })
		}
	}
	if described {
		delete(found, directoryType) // it may be that one's
	}
	return slices.SortedFunc(maps.Values(found), func(a, b demarc.Subject) int { return strings.Compare(a.ID, b.ID) })
}
