// Package chain looks at who stands in for whom: delegations, the access that
// other tenants really hold, and the contracts behind both. What does not fit
// together is a gap: access that no delegation explains, a delegation whose
// party cannot get in, two parties for one task, a task whose party left.
package chain

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
)

// Case is all that is said about third parties.
type Case struct {
	Day         time.Time
	Delegations []demarc.Delegation
	Accesses    []demarc.Access
	Parties     []demarc.Party // declared
	// Holds counts the resources of which a party has an area.
	Holds map[string]int
}

// Gaps finds what does not fit together, in order.
func Gaps(c *Case) []demarc.Gap {
	var list []demarc.Gap
	list = append(list, c.undeclared()...)
	list = append(list, c.powerless()...)
	list = append(list, c.overlaps()...)
	list = append(list, c.ended()...)
	slices.SortStableFunc(list, func(a, b demarc.Gap) int {
		return cmp.Or(strings.Compare(string(a.Kind), string(b.Kind)), strings.Compare(a.Subject, b.Subject), strings.Compare(a.Place.String(), b.Place.String()))
	})
	return list
}

// undeclared is access that is open and that no delegation in force explains.
func (c *Case) undeclared() []demarc.Gap {
	var list []demarc.Gap
	for i := range c.Accesses {
		a := &c.Accesses[i]
		if !c.open(a) || slices.ContainsFunc(c.Delegations, func(d demarc.Delegation) bool { return d.In(c.Day) && c.holder(a, d.Party) }) {
			continue
		}
		list = append(list, demarc.Gap{Kind: demarc.GapUndeclaredAccess, Subject: cmp.Or(a.Name, a.Tenant), Count: 1, Place: a.Place,
			Text: accessWords(a) + ", and no delegation says what for"})
	}
	return list
}

// powerless is a delegation in force whose party holds no access, where the
// estate shows who does.
func (c *Case) powerless() []demarc.Gap {
	if len(c.Accesses) == 0 {
		return nil // nothing was exported that would show it
	}
	var list []demarc.Gap
	for i := range c.Delegations {
		d := &c.Delegations[i]
		if !d.In(c.Day) || !exported(d.Match) || slices.ContainsFunc(c.Accesses, func(a demarc.Access) bool { return c.open(&a) && c.holder(&a, d.Party) }) {
			continue
		}
		list = append(list, demarc.Gap{Kind: demarc.GapNoAccess, Subject: d.Party, Count: 1, Place: d.Place,
			Text: c.name(d.Party) + " took " + what(d) + " and holds no access in what was exported"})
	}
	return list
}

// exported reports whether access to what a match covers could be in an export
// of a cloud: of one's own rooms there is none.
func exported(m demarc.Match) bool {
	switch {
	case m.ID != "":
		return strings.HasPrefix(m.ID, "/")
	case m.Scope != "":
		return strings.HasPrefix(m.Scope, "/")
	}
	return !strings.HasPrefix(demarc.Fold(m.Type), "onprem/")
}

// overlaps are two parties that took the same.
func (c *Case) overlaps() []demarc.Gap {
	var list []demarc.Gap
	for i := range c.Delegations {
		for j := range c.Delegations[:i] {
			a, b := &c.Delegations[j], &c.Delegations[i]
			if a.Party == b.Party || !a.In(c.Day) || !b.In(c.Day) || !meet(a.Match, b.Match) {
				continue
			}
			if both := common(a, b); both != "" {
				list = append(list, demarc.Gap{Kind: demarc.GapOverlap, Subject: both, Count: 1, Place: b.Place,
					Text: c.name(a.Party) + " and " + c.name(b.Party) + " both took " + both + " (" + a.Place.String() + ")"})
			}
		}
	}
	return list
}

// ended are delegations and contracts that ran out.
func (c *Case) ended() []demarc.Gap {
	var list []demarc.Gap
	for i := range c.Delegations {
		d := &c.Delegations[i]
		if d.To.IsZero() || d.In(c.Day) || c.Day.Before(d.From) || c.renewed(d) {
			continue
		}
		list = append(list, demarc.Gap{Kind: demarc.GapEnded, Subject: d.Party, Count: 1, Place: d.Place,
			Text: "the delegation of " + what(d) + " to " + c.name(d.Party) + " ended on " + d.To.Format(time.DateOnly) + ": it is yours again"})
	}
	for _, p := range c.Parties {
		if p.Until.IsZero() || !c.Day.After(p.Until) {
			continue
		}
		for i := range c.Delegations {
			if d := &c.Delegations[i]; d.Party == p.ID && d.In(c.Day) && len(d.Areas) == 0 {
				list = append(list, demarc.Gap{Kind: demarc.GapNobody, Subject: p.ID, Count: 1, Place: d.Place,
					Text: what(d) + " lies with " + p.Name + ", whose contract ended on " + p.Until.Format(time.DateOnly)})
			}
		}
		if n := c.Holds[p.ID]; n > 0 {
			list = append(list, demarc.Gap{Kind: demarc.GapNobody, Subject: p.ID, Count: n,
				Text: "areas of " + strconv.Itoa(n) + " resources lie with " + p.Name + ", whose contract ended on " + p.Until.Format(time.DateOnly)})
		}
	}
	return list
}

// renewed reports whether a delegation in force takes what one that ran out
// took.
func (c *Case) renewed(old *demarc.Delegation) bool {
	return slices.ContainsFunc(c.Delegations, func(d demarc.Delegation) bool {
		return d.In(c.Day) && (d.Match == demarc.Match{} || d.Match == old.Match || d.Match.Scope != "" && meet(d.Match, old.Match)) && common(&d, old) == what(old)
	})
}

// open reports whether access is held on the day.
func (c *Case) open(a *demarc.Access) bool {
	return !c.Day.Before(a.From) && (a.To.IsZero() || !c.Day.After(a.To))
}

// holder reports whether access is held by a party: its id or name is in the
// name under which the access was given, or the other way round.
func (c *Case) holder(a *demarc.Access, party string) bool {
	name := demarc.Fold(a.Name)
	for _, word := range [...]string{party, c.name(party)} {
		folded := demarc.Fold(word)
		if name != "" && folded != "" && (strings.Contains(name, folded) || strings.Contains(folded, name)) {
			return true
		}
	}
	return a.Tenant != "" && demarc.EqualFold(a.Tenant, party)
}

func (c *Case) name(party string) string {
	for _, p := range c.Parties {
		if p.ID == party {
			return p.Name
		}
	}
	return party
}

func accessWords(a *demarc.Access) string {
	words := cmp.Or(a.Name, a.Tenant, "somebody") + " holds " + a.Kind + " access"
	if len(a.Roles) > 0 {
		words += " as " + strings.Join(a.Roles, ", ")
	}
	if a.Scope != "" {
		words += " to " + a.Scope
	}
	return words
}

// what a delegation takes, in words.
func what(d *demarc.Delegation) string {
	all := append(slices.Clone(d.Areas), d.Responsibilities...)
	if len(all) == 0 {
		return "everything"
	}
	return strings.Join(all, ", ")
}

// common is what two delegations both take, "" for nothing.
func common(a, b *demarc.Delegation) string {
	if what(a) == "everything" {
		return what(b)
	}
	if what(b) == "everything" {
		return what(a)
	}
	var both []string
	for _, list := range [...][2][]string{{a.Areas, b.Areas}, {a.Responsibilities, b.Responsibilities}} {
		for _, s := range list[0] {
			if slices.ContainsFunc(list[1], func(o string) bool { return demarc.EqualFold(s, o) }) {
				both = append(both, s)
			}
		}
	}
	return strings.Join(both, ", ")
}

// meet reports whether two matches surely cover something in common.
func meet(a, b demarc.Match) bool {
	switch {
	case a == demarc.Match{} || b == demarc.Match{} || a == b:
		return true
	case a.Scope != "" && b.Scope != "":
		return within(a.Scope, b.Scope) || within(b.Scope, a.Scope)
	case a.Scope != "" && b.ID != "":
		return within(b.ID, a.Scope)
	case b.Scope != "" && a.ID != "":
		return within(a.ID, b.Scope)
	}
	return false
}

func within(id, scope string) bool {
	id, scope = demarc.Fold(strings.Trim(id, "/")), demarc.Fold(strings.Trim(scope, "/"))
	return id == scope || strings.HasPrefix(id, scope+"/")
}
