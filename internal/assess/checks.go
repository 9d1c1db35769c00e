package assess

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/access"
	"github.com/demarc-dev/demarc/internal/slots"
)

// tenantRule is a rule of a directory, with the tenant that it was read in.
type tenantRule struct {
	access.Rule
	home *place
}

// keepRule keeps what the station of access reads of a resource.
func (s *Shard) keepRule(r *demarc.Resource, home *place, values *slots.Values) {
	if values == nil || !strings.HasPrefix(r.Type, "entra/") {
		return
	}
	if rule, ok := access.Read(r, values); ok {
		s.rules = append(s.rules, tenantRule{Rule: rule, home: home})
	}
}

// checks computes what the rules of directories and the role assignments
// enforce, and gives it as evidence of our own, seen on the day of the
// assessment.
func (s *settler) checks(shards []*Shard) *Shard {
	own := s.line.NewShard()
	for _, c := range s.scopeChecks {
		own.ofScope(c, s.line.options.AsOf)
	}
	if s.line.options.NoChecks {
		return own
	}
	byTenant := map[string]*access.Input{"": s.accessInput("")}
	for _, shard := range shards {
		for _, r := range shard.rules {
			id := scopeID(above(r.home.scope, demarc.TenantScope))
			if byTenant[id] == nil {
				byTenant[id] = s.accessInput(id)
			}
			byTenant[id].Rules = append(byTenant[id].Rules, r.Rule)
		}
		for _, in := range byTenant {
			in.Listings = append(in.Listings, shard.listings...)
		}
		byTenant[""].Assignments = append(byTenant[""].Assignments, shard.roles...)
	}
	for _, id := range sortedKeys(byTenant) {
		for _, f := range access.Decide(*byTenant[id]) {
			own.computed(&f, s.line.options.AsOf)
		}
	}
	return own
}

func (s *settler) accessInput(tenant string) *access.Input {
	return &access.Input{Tenant: tenant, Above: func(group, subscription string) demarc.Truth {
		below := s.scopes[demarc.Fold(subscription)]
		for sc := below; sc != nil; sc = sc.Parent {
			if demarc.EqualFold(sc.ID, group) {
				return demarc.True
			}
		}
		return demarc.MaybeTrue
	}}
}

// computed keeps a finding of a station.
func (s *Shard) computed(f *access.Finding, day time.Time) {
	e := demarc.Evidence{Tool: f.Tool, Check: f.Check, Title: f.Title, Outcome: f.Outcome, Reason: f.Reason, Detail: f.Detail,
		Strength: demarc.Observed, Observed: day.UTC().Truncate(24 * time.Hour)}
	if f.Scope != "" {
		e.Subject.ID = f.Scope
	} else {
		e.Subject.Type = tenantType
	}
	if len(f.Places) > 0 {
		e.Place = slices.MinFunc(f.Places, func(a, b demarc.Place) int {
			return cmp.Or(strings.Compare(pathOf(a), pathOf(b)), cmp.Compare(a.Line, b.Line))
		})
	}
	s.witness(&e, true)
}

// ofScope keeps what policies say of a subscription or a group, as far as a task
// reads it.
func (s *Shard) ofScope(c scopeCheck, day time.Time) {
	s.line.eachSaid(c.set, func(f *finding) {
		if len(f.bindings) == 0 {
			return
		}
		e := demarc.Evidence{Tool: f.tool, Check: f.findingKey.check, Title: f.title, Outcome: f.outcome, Reason: f.reason, By: f.by,
			Strength: f.strength, Observed: day.UTC().Truncate(24 * time.Hour), Subject: demarc.Subject{ID: c.scope.ID}}
		s.witness(&e, true)
	})
}

// tenantType is what a subject says that is about a tenant which nobody named.
const tenantType = "entra/tenant"

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
