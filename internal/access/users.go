package access

import (
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// Whom a policy names is kept as refs: "all", and the kind in front of an id.
const (
	everyone = "all"
	userRef  = "user "
	groupRef = "group "
	roleRef  = "role "
	guestRef = "guests "
)

// guestTypes are the kinds of guests, folded, in order of their names.
// See https://learn.microsoft.com/graph/api/resources/conditionalaccessguestsorexternalusers
var guestTypes = []string{"b2bcollaborationguest", "b2bcollaborationmember", "b2bdirectconnectuser", "internalguest", "otherexternaluser", "serviceprovider"}

// users reads whom a policy names.
func (g *gather) users(r *Rule) {
	r.users.include = g.named("include", r)
	r.users.exclude = g.named("exclude", r)
}

func (g *gather) named(side string, r *Rule) []string {
	const of = "conditions.users."
	var refs []string
	for _, id := range g.list(of + side + "Users") {
		switch id {
		case everyone:
			refs = append(refs, everyone)
		case "none":
		case "guestsorexternalusers":
			refs = append(refs, prefixed(guestRef, guestTypes)...)
		default:
			refs = append(refs, userRef+id)
		}
	}
	refs = append(refs, prefixed(groupRef, g.list(of+side+"Groups"))...)
	refs = append(refs, prefixed(roleRef, g.list(of+side+"Roles"))...)
	guests := strings.FieldsFunc(g.word(of+side+"GuestsOrExternalUsers.guestOrExternalUserTypes"), func(r rune) bool { return r == ',' || r == ' ' })
	guests = slices.DeleteFunc(guests, func(s string) bool { return s == "none" })
	if side == "include" && len(guests) > 0 && g.word(of+"includeGuestsOrExternalUsers.externalTenants.membershipKind") == "enumerated" {
		guests = prefixed("of some tenants ", guests) // covers no kind of guests as a whole
	}
	refs = append(refs, prefixed(guestRef, guests)...)
	slices.Sort(refs)
	return slices.Compact(refs)
}

func prefixed(prefix string, ids []string) []string {
	var refs []string
	for _, id := range ids {
		refs = append(refs, prefix+id)
	}
	return refs
}

// reached are the refs all of whose people the policies surely cover together,
// everyone included. A policy covers what it includes when whatever it excludes
// is covered, too: by a policy whose own exclusions are covered, and so on. How
// people are spread over groups and roles does not matter for that, so it holds
// whatever the memberships are; what is not reached may still be covered.
func reached(rules []*Rule) map[string]bool {
	covered := map[string]bool{}
	for changed := true; changed; {
		changed = false
		for _, r := range rules {
			if slices.ContainsFunc(r.users.exclude, func(ref string) bool { return !covered[ref] && !covered[everyone] }) {
				continue
			}
			for _, ref := range r.users.include {
				changed = changed || !covered[ref]
				covered[ref] = true
			}
		}
	}
	return covered
}

// audience is whom a demand is about.
type audience uint8

const (
	anybody audience = iota
	admins
)

// unreached are whom of an audience the policies do not surely cover, as refs.
func (a audience) unreached(rules []*Rule) []string {
	covered := reached(rules)
	switch {
	case covered[everyone]:
		return nil
	case a == anybody:
		return []string{everyone}
	}
	var left []string
	for _, role := range administrators {
		if !covered[roleRef+role.id] {
			left = append(left, roleRef+role.id)
		}
	}
	return left
}

// mayReach reports whether a policy could cover all people of a ref, if nobody
// were excluded and the groups that it includes held them all. People who are
// named one by one are never everybody: others will come.
func mayReach(r *Rule, ref string) bool {
	if slices.Contains(r.users.exclude, everyone) || ref != everyone && slices.Contains(r.users.exclude, ref) {
		return false
	}
	return slices.ContainsFunc(r.users.include, func(in string) bool {
		return in == everyone || in == ref || strings.HasPrefix(in, groupRef) || ref != everyone && strings.HasPrefix(in, userRef)
	})
}

// refName is a ref for a person.
func refName(ref string) string {
	if ref == everyone {
		return "everybody"
	}
	if id, ok := strings.CutPrefix(ref, roleRef); ok {
		for _, role := range administrators {
			if role.id == id {
				return "the role " + role.name
			}
		}
		return "the role " + id
	}
	return ref
}

// leftOut are the people whom policies exclude and no other surely covers, in
// words.
func leftOut(rules []*Rule) []string {
	covered := reached(rules)
	var all []string
	for _, r := range rules {
		for _, ref := range r.users.exclude {
			if !covered[ref] {
				all = append(all, refName(ref))
			}
		}
	}
	return all
}

// sure are the rules of the candidates that count without doubt.
func sure(all []candidate) (rules []*Rule) {
	for _, c := range all {
		if c.truth == demarc.True {
			rules = append(rules, c.rule)
		}
	}
	return rules
}
