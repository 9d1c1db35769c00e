package parquet

import (
	"iter"

	"github.com/demarc-dev/demarc"
)

// scope is a row of the table of scopes.
type scope struct {
	ID     string `parquet:"id"`                   // folded id of the scope; in JSON a hash stands for it
	Kind   string `parquet:"kind,dict"`            // organisation, tenant, management-group, subscription, resource-group or site
	Name   string `parquet:"name"`                 // what people call it
	Parent string `parquet:"parent,optional,dict"` // id of the scope around it; null when that is not known
}

// scopes are the scopes in order of their ids.
func scopes(a *demarc.Assessment) iter.Seq[*scope] {
	return func(yield func(*scope) bool) {
		for _, s := range a.Scopes {
			if !yield(&scope{ID: scopeID(s), Kind: s.Kind.String(), Name: text(s.Name), Parent: scopeID(s.Parent)}) {
				return
			}
		}
	}
}

// scopeID is the folded id of a scope, "" for none.
func scopeID(s *demarc.Scope) string {
	if s == nil {
		return ""
	}
	return text(s.ID)
}

// surroundings are the ids of the scopes around a resource, "" where there is
// none of the kind.
type surroundings struct {
	scope *demarc.Scope
	id    string // of the innermost one
	kinds [demarc.SiteScope + 1]string
}

// move looks the scopes up, unless they are those that were looked up last.
func (p *surroundings) move(to *demarc.Scope) {
	if to == p.scope {
		return
	}
	*p = surroundings{scope: to, id: scopeID(to)}
	for s := to; s != nil; s = s.Parent {
		if p.kinds[s.Kind] == "" {
			p.kinds[s.Kind] = scopeID(s)
		}
	}
}

// subscriptionOf is the subscription that a scope is or lies in.
func subscriptionOf(s *demarc.Scope) string {
	for ; s != nil; s = s.Parent {
		if s.Kind == demarc.SubscriptionScope {
			return scopeID(s)
		}
	}
	return ""
}
