package assess

import (
	"slices"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/scope"
)

// tree makes one tree of the scopes that all shards met.
func (s *settler) tree(shards []*Shard) {
	s.scopes = map[string]*demarc.Scope{}
	s.clouds = map[*demarc.Scope]*catalog.Provider{}
	s.managers = map[*demarc.Scope]string{}
	s.named = map[*demarc.Scope]bool{}
	s.scopeTags = map[*demarc.Scope]scopeTag{}
	for _, shard := range shards {
		for _, p := range shard.scopes {
			p.scope = s.plant(p)
		}
	}
}

func (s *settler) plant(p *place) *demarc.Scope {
	sc := s.scope(p.id)
	if sc == nil {
		return nil
	}
	s.name(sc, p)
	if sub := subscriptionOf(sc); sub != nil && p.cloud != nil {
		s.clouds[sub] = firstCloud(s.clouds[sub], p.cloud)
	}
	if have, ok := s.scopeTags[sc]; p.owner.owner != "" && (!ok || p.owner.owner < have.owner) {
		s.scopeTags[sc] = p.owner
	}
	if p.managedBy != "" {
		s.managers[sc] = first(s.managers[sc], p.managedBy)
	}
	return sc
}

// name gives a scope the name of its own record, else the spelling of its id;
// of several the first in order, so that it does not matter who came first.
func (s *settler) name(sc *demarc.Scope, p *place) {
	name, own := p.name, p.name != ""
	if !own {
		name = scope.Parse(p.id).Name
		if sc.Kind == demarc.SiteScope {
			name = p.id
		}
	}
	if own && !s.named[sc] || own == s.named[sc] && name < sc.Name {
		sc.Name, s.named[sc] = name, own
	}
}

// firstCloud chooses between the clouds that two resources of a subscription
// seem to lie in: always the same one, though a subscription has only one.
func firstCloud(a, b *catalog.Provider) *catalog.Provider {
	if a == nil || b != nil && b.ID < a.ID {
		return b
	}
	return a
}

// scope finds or makes the scope of an id and those above it.
func (s *settler) scope(id string) *demarc.Scope {
	if id == "" {
		return nil
	}
	folded := demarc.Fold(id)
	if made, ok := s.scopes[folded]; ok {
		return made
	}
	parsed := scope.Parse(folded)
	kind, ok := parsed.IsScope()
	if !ok {
		kind = demarc.SiteScope
	}
	made := &demarc.Scope{ID: folded, Kind: kind, Name: parsed.Name}
	if kind == demarc.SiteScope {
		made.Name = id
	}
	s.scopes[folded] = made
	if parsed.Scope != "" && kind != demarc.SiteScope {
		made.Parent = s.scope(parsed.Scope)
	}
	return made
}

func subscriptionOf(s *demarc.Scope) *demarc.Scope {
	for ; s != nil; s = s.Parent {
		if s.Kind == demarc.SubscriptionScope {
			return s
		}
	}
	return nil
}

// orderedScopes lists the tree by folded id.
func (s *settler) orderedScopes() []*demarc.Scope {
	list := make([]*demarc.Scope, 0, len(s.scopes))
	for _, sc := range s.scopes {
		list = append(list, sc)
	}
	slices.SortFunc(list, func(a, b *demarc.Scope) int { return demarc.CompareFold(a.ID, b.ID) })
	return list
}

// parentOf is the id of the resource that an id is nested in, "" at the top.
func parentOf(id string) string { return scope.Parse(id).Parent }
