package access

import (
	"slices"

	"github.com/demarc-dev/demarc"
)

// The numbers of owners that Microsoft recommends.
// See https://learn.microsoft.com/azure/role-based-access-control/best-practices
const (
	mostOwners  = 3
	leastOwners = 2
)

// owners are those who own the whole subscription, by what is known of them.
type owners struct {
	people   []string // object ids
	services []string
	groups   []string
	open     []string // of whom it is not told what they are, or whether it is inherited
	by       []held
}

// ownersOf sorts the owners among those who hold a role. A principal that was
// deleted owns nothing any more.
func ownersOf(all []held) owners {
	var o owners
	for _, h := range all {
		if h.below || privileged[h.role] != "Owner" || demarc.EqualFold(h.Kind, "Unknown") {
			continue
		}
		o.by = append(o.by, h)
		switch {
		case h.applies != demarc.True, h.Kind == "":
			o.open = append(o.open, h.principal)
		case h.isGroup():
			o.groups = append(o.groups, h.principal)
		case demarc.EqualFold(h.Kind, "User"):
			o.people = append(o.people, h.principal)
		default:
			o.services = append(o.services, h.principal)
		}
	}
	for _, list := range []*[]string{&o.people, &o.services, &o.groups, &o.open} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	o.open = slices.DeleteFunc(o.open, func(id string) bool { // told elsewhere
		return slices.Contains(o.people, id) || slices.Contains(o.services, id) || slices.Contains(o.groups, id)
	})
	return o
}

// words counts them.
func (o *owners) words() string {
	s := "owners: " + number(len(o.people)) + " people, " + number(len(o.services)) + " applications, " + number(len(o.groups)) + " groups"
	if len(o.open) > 0 {
		s += ", " + number(len(o.open)) + " of whom it is not told"
	}
	return s
}

// fewOwners decides whether there are at most three. Everybody who can act as
// an owner counts, an application as well as a person.
func (s *subscription) fewOwners() Finding {
	o := ownersOf(s.held)
	f := s.finding("owners-at-most-three", "A subscription has at most three owners", o.by)
	switch sure := len(o.people) + len(o.services); {
	case sure > mostOwners:
		return f.is(demarc.Fail, o.words())
	case !s.whole:
		return f.unknown(demarc.NotCollected, o.words()+"; "+notWhole)
	case len(o.open) > 0:
		return f.unknown(demarc.NotCollected, o.words())
	case len(o.groups) > 0:
		return f.unknown(demarc.UnknownRecipient, o.words()+"; the members of groups are not shown")
	}
	return f.is(demarc.Pass, o.words())
}

// secondOwner decides whether a second person can act when the first cannot.
// Whoever may activate the role counts; a list of assignments does not show
// them, so without one of eligibilities the absence of a second says nothing.
func (s *subscription) secondOwner() Finding {
	o, may := ownersOf(s.held), ownersOf(s.eligible)
	people := slices.Concat(o.people, may.people)
	slices.Sort(people)
	people = slices.Compact(people)
	f := s.finding("more-than-one-owner", "A subscription has more than one owner", slices.Concat(o.by, may.by))
	words := o.words()
	if len(may.by) > 0 {
		words += "; eligible " + may.words()
	}
	switch {
	case len(people) >= leastOwners:
		return f.is(demarc.Pass, words)
	case len(o.groups)+len(may.groups) > 0:
		return f.unknown(demarc.UnknownRecipient, words+"; the members of groups are not shown")
	case !s.whole:
		return f.unknown(demarc.NotCollected, words+"; "+notWhole)
	case len(o.open)+len(may.open) > 0:
		return f.unknown(demarc.NotCollected, words)
	case !s.wholeEligible:
		return f.unknown(demarc.NotCollected, words+"; who may activate the role is not shown (roleEligibilityScheduleInstances)")
	}
	return f.is(demarc.Fail, words)
}
