// Package owner finds the one accountable owner of a responsibility, and says
// where that was read: an explicit rule of the organisation, a tag of the
// resource, a tag of its group or subscription, a delegation, the role that
// answers by default. The first that speaks decides; rules that tie decide
// nothing, and the tie is told.
package owner

import (
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// Case is one responsibility at one instance, with all that names an owner
// there.
type Case struct {
	Responsibility *demarc.Responsibility
	Party          string              // who bears it
	Rules          []*demarc.OwnerRule // those that cover the instance
	Tag, TagName   string              // of the resource
	ScopeTag       string              // of its group or subscription
	ScopeTagName   string
	Delegated      *demarc.Delegation // that took it, nil for none
}

// Tie is two rules that are equally specific and name different owners.
type Tie struct{ First, Second *demarc.OwnerRule }

// Of finds the owner. The tie is not nil when rules contradict each other;
// then nobody is the owner.
func Of(c *Case) (demarc.Owner, *Tie) {
	rule, tie := best(c)
	switch {
	case tie != nil:
		return demarc.Owner{Party: c.Party, From: "two rules tie: " + tie.First.Place.String() + " and " + tie.Second.Place.String()}, tie
	case rule != nil:
		return demarc.Owner{Name: rule.Owner, Party: c.Party, Basis: demarc.ByOwnerRule, From: rule.Place.String()}, nil
	case c.Tag != "":
		return demarc.Owner{Name: c.Tag, Party: c.Party, Basis: demarc.ByResourceTag, From: "tag " + c.TagName}, nil
	case c.ScopeTag != "":
		return demarc.Owner{Name: c.ScopeTag, Party: c.Party, Basis: demarc.ByScopeTag, From: "tag " + c.ScopeTagName + " of the scope"}, nil
	case c.Delegated != nil:
		return demarc.Owner{Name: c.Delegated.Party, Party: c.Delegated.Party, Basis: demarc.ByDelegation, From: c.Delegated.Place.String()}, nil
	}
	return demarc.Owner{Name: c.Responsibility.OwnerRole, Party: c.Party, Basis: demarc.ByDefaultRole, From: "role by default"}, nil
}

// best is the most specific rule about the responsibility.
func best(c *Case) (*demarc.OwnerRule, *Tie) {
	var top *demarc.OwnerRule
	var tie *Tie
	for _, r := range c.Rules {
		if !About(r.Areas, r.Responsibilities, c.Responsibility) {
			continue
		}
		switch {
		case top == nil || specificity(r) > specificity(top):
			top, tie = r, nil
		case specificity(r) == specificity(top) && r.Owner != top.Owner && tie == nil:
			tie = &Tie{First: top, Second: r}
		}
	}
	return top, tie
}

// About reports whether lists of areas and responsibilities, of which empty
// ones narrow nothing, are about a responsibility.
func About(areas, responsibilities []string, r *demarc.Responsibility) bool {
	if len(areas) == 0 && len(responsibilities) == 0 {
		return true
	}
	same := func(s, id string) bool { return demarc.EqualFold(s, id) }
	return slices.ContainsFunc(areas, func(s string) bool { return same(s, r.Area) }) ||
		slices.ContainsFunc(responsibilities, func(s string) bool { return same(s, r.ID) })
}

// specificity orders rules: what they cover first (nothing named, type, scope,
// tag, id; of two scopes the longer), then what of it (all, areas, single
// responsibilities).
func specificity(r *demarc.OwnerRule) int {
	const width = 4
	of := 0
	switch {
	case len(r.Responsibilities) > 0:
		of = 2
	case len(r.Areas) > 0:
		of = 1
	}
	switch m := r.Match; {
	case m.ID != "":
		return 1<<30 + of
	case m.Tag != "":
		return 1<<29 + of
	case m.Scope != "":
		return (2+len(strings.TrimRight(m.Scope, "/")))*width + of
	case m.Type != "":
		return width + of
	}
	return of
}
