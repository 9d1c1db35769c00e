// Package join finds what a piece of evidence is about: a resource by its id
// or by the resource that its id is nested in, a scope, a machine by its host
// name, an application by its object id. What cannot be found stays
// unattached, with the reason; nothing is guessed.
package join

import (
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/scope"
)

// Index answers look-ups in the estate. Resources are numbered.
type Index interface {
	// Resource finds a resource by id in any case.
	Resource(id string) (int, bool)
	// Scope finds a scope by id in any case, nil when there is none.
	Scope(id string) *demarc.Scope
	// Hosts are the machines of a name in any case.
	Hosts(name string) []int
	// Named are the resources of a name or address in any case, below a type
	// if one is given.
	Named(name, typ string) []int
	// OnlyTenant is the tenant of the estate when it has exactly one, and
	// whether it has several.
	OnlyTenant() (only *demarc.Scope, several bool)
	// Service is the resource of a type that a tenant has once.
	Service(tenant *demarc.Scope, typ string) (int, bool)
	// Workload reports whether a workload of that name is declared.
	Workload(name string) bool
}

// Target is what was found: one of its members.
type Target struct {
	Resource int    // -1 for none
	Nested   string // what of the resource it is about, where the estate has only what holds it
	Scope    *demarc.Scope
	Workload string
	Estate   bool   // it is about everything
	Tenant   bool   // about the tenant, of which nobody told the id
	Missing  string // why nothing was found, "" when something was
}

func missing(why string) Target     { return Target{Resource: -1, Missing: why} }
func resource(i int) Target         { return Target{Resource: i} }
func scoped(s *demarc.Scope) Target { return Target{Resource: -1, Scope: s} }

// Find finds the target of a subject.
func Find(s *demarc.Subject, x Index) Target {
	switch {
	case *s == demarc.Subject{}:
		return Target{Resource: -1, Estate: true}
	case s.ID != "":
		return byID(s, x)
	case s.Host != "" && Placeholder(s.Host):
		return missing("a placeholder in place of a name")
	case s.Host != "":
		return one(x.Hosts(s.Host), "machine", "no machine of that name", s, x)
	case s.Identity != "":
		return byIdentity(s, x)
	case s.Name != "":
		return one(x.Named(s.Name, s.Type), "resource", "no resource of that name or address", s, x)
	}
	return byScope(s, x)
}

// Placeholder reports whether an id stands for no real thing: documentation
// and tests write zeroes or words in angle brackets where an id belongs.
// Nothing is joined by it.
func Placeholder(id string) bool {
	folded := demarc.Fold(id)
	return strings.ContainsAny(folded, "<>{}*") || strings.Contains(folded, "00000000-0000-0000-0000-000000000000") ||
		folded == "n/a" || folded == "unknown" || folded == "none" || folded == "-"
}

func byID(s *demarc.Subject, x Index) Target {
	id := strings.TrimRight(strings.TrimSpace(s.ID), "/")
	if Placeholder(id) {
		return missing("a placeholder in place of an id")
	}
	if i, ok := x.Resource(id); ok {
		return resource(i)
	}
	if found := x.Scope(id); found != nil {
		return scoped(found)
	}
	if x.Workload(id) {
		return Target{Resource: -1, Workload: id}
	}
	parsed := scope.Parse(id)
	for parent := parsed.Parent; parent != ""; parent = scope.Parse(parent).Parent {
		if i, ok := x.Resource(parent); ok {
			return Target{Resource: i, Nested: strings.Trim(id[len(parent):], "/")}
		}
	}
	if s.Type != "" && s.Scope == "" {
		if t, _ := x.OnlyTenant(); t != nil {
			if i, ok := x.Service(t, s.Type); ok {
				return resource(i)
			}
		}
	}
	if found := x.Scope(parsed.Scope); parsed.Scope != "" && found != nil && parsed.Type() != "" {
		return missing("the estate has its scope and not the resource")
	}
	return missing("the estate has neither the resource nor one that it is nested in")
}

// byIdentity looks for an application by its object id; a person or group is
// the tenant's.
func byIdentity(s *demarc.Subject, x Index) Target {
	for _, folder := range [...]string{"servicePrincipals/", "applications/"} {
		if i, ok := x.Resource(folder + s.Identity); ok {
			return resource(i)
		}
	}
	return byScope(s, x)
}

func byScope(s *demarc.Subject, x Index) Target {
	if s.Scope != "" {
		if found := x.Scope(s.Scope); found != nil {
			return scoped(found)
		}
		return missing("the estate does not have the scope")
	}
	switch t, several := x.OnlyTenant(); {
	case t != nil:
		return scoped(t)
	case several:
		return missing("it does not tell which of the tenants it is about")
	}
	return Target{Resource: -1, Tenant: true}
}

// one takes what was found when it is the only thing.
func one(found []int, what, none string, s *demarc.Subject, x Index) Target {
	switch len(found) {
	case 0:
		if s.Scope != "" {
			if sc := x.Scope(s.Scope); sc != nil && s.Host == "" {
				return scoped(sc)
			}
		}
		return missing(none)
	case 1:
		return resource(found[0])
	}
	return missing("more than one " + what + " of that name")
}
