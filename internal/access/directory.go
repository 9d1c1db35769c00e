package access

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// tenant is what is known of the rules of one directory.
type tenant struct {
	scope    string
	policies []*Rule // by id
	defaults []*Rule
	trusted  map[string]demarc.Truth // named locations, by folded id
	on       demarc.Truth            // security defaults
	enforced bool                    // a policy is, which rules security defaults out
	whole    bool                    // no policy is missing
}

// directory decides the checks of sign-ins. It says nothing where no file shows
// the tenant's policies.
func directory(in *Input) []Finding {
	t := newTenant(in)
	listed := slices.ContainsFunc(in.Listings, isPolicies)
	if len(t.policies)+len(t.defaults) == 0 && !listed {
		return nil
	}
	var found []Finding
	for i := range wants {
		found = append(found, t.decide(&wants[i]))
	}
	return found
}

func isPolicies(l demarc.Listing) bool { return demarc.EqualFold(l.Type, PolicyType) }

func newTenant(in *Input) *tenant {
	t := &tenant{scope: in.Tenant, trusted: map[string]demarc.Truth{}}
	for i := range in.Rules {
		r := in.Rules[i] // a copy: what two files say differently is marked in it
		switch r.typ {
		case PolicyType:
			t.policies = append(t.policies, &r)
		case DefaultsType:
			t.defaults = append(t.defaults, &r)
		case LocationType:
			id := demarc.Fold(r.ID[strings.LastIndexByte(r.ID, '/')+1:])
			t.trusted[id] = agreed(t.trusted, id, r.on)
		}
	}
	t.policies = once(t.policies)
	t.enforced = slices.ContainsFunc(t.policies, func(r *Rule) bool { return r.on == demarc.True })
	t.on = switched(t.defaults)
	t.whole = isWhole(in.Listings, len(t.defaults) > 0)
	return t
}

// agreed is what two files say of a location, open where they differ.
func agreed(all map[string]demarc.Truth, id string, said demarc.Truth) demarc.Truth {
	if had, ok := all[id]; ok && had != said {
		return demarc.MaybeTrue
	}
	return said
}

// switched says whether security defaults are on, open where records differ or
// there is none.
func switched(records []*Rule) demarc.Truth {
	if len(records) == 0 {
		return demarc.MaybeTrue
	}
	slices.SortFunc(records, byContent)
	if first := records[0].on; !slices.ContainsFunc(records, func(r *Rule) bool { return r.on != first }) {
		return first
	}
	return demarc.MaybeTrue
}

// isWhole reports whether the lists of policies show all of them. A list that
// somebody put together counts when the same person exported the record of
// security defaults, too: then the tenant was looked at as a whole.
func isWhole(listings []demarc.Listing, defaults bool) bool {
	whole := false
	for _, l := range listings {
		switch {
		case !isPolicies(l):
		case !l.Whole:
			return false
		default:
			whole = whole || l.Response || defaults
		}
	}
	return whole
}

// says is all that a rule says, to compare two files that show it.
func (r *Rule) says() string {
	c := *r
	c.ID, c.Name, c.Place = "", "", demarc.Place{}
	return fmt.Sprintf("%+v", c)
}

func byContent(a, b *Rule) int {
	return cmp.Or(demarc.CompareFold(a.ID, b.ID), strings.Compare(a.says(), b.says()), strings.Compare(a.Place.String(), b.Place.String()),
		strings.Compare(a.Name, b.Name))
}

// once drops policies that several files show alike, and makes nothing of
// those that they show differently: which is newer is not told.
func once(policies []*Rule) []*Rule {
	slices.SortFunc(policies, byContent)
	policies = slices.CompactFunc(policies, func(a, b *Rule) bool { return demarc.EqualFold(a.ID, b.ID) && a.says() == b.says() })
	differ := make([]bool, len(policies))
	for i := 1; i < len(policies); i++ {
		if demarc.EqualFold(policies[i-1].ID, policies[i].ID) {
			differ[i-1], differ[i] = true, true
		}
	}
	for i, r := range policies {
		if differ[i] {
			r.open, r.blind, r.vague = "two files show it differently", true, true
			r.on = r.on.And(demarc.MaybeTrue)
		}
	}
	return policies
}

// decide decides one check by the policies, by security defaults, or by both.
func (t *tenant) decide(w *want) Finding {
	f := t.byPolicies(w)
	switch {
	case t.on == demarc.True && !t.enforced:
		f.Outcome, f.Reason, f.Detail = w.defaults, demarc.NoReason, w.because
		f.Rules, f.Places = ids(t.defaults), places(t.defaults)
		if f.Outcome == demarc.OutcomeUnknown {
			f.Reason = demarc.Partial
		}
	case t.on == demarc.True && f.Outcome != w.defaults:
		f.Outcome, f.Reason = demarc.OutcomeUnknown, demarc.Conflicting
		f.Detail = "security defaults are on and policies are enforced, which cannot be at one time: the files are of different days; by the policies: " + f.Detail
		f.Rules, f.Places = append(f.Rules, ids(t.defaults)...), append(f.Places, places(t.defaults)...)
	case t.on == demarc.MaybeTrue && !t.enforced && f.Outcome == demarc.Fail && w.defaults != demarc.Fail:
		f.Outcome, f.Reason = demarc.OutcomeUnknown, demarc.NotCollected
		f.Detail += "; whether security defaults are on is not shown"
	}
	return f
}

// byPolicies decides a check by the Conditional Access policies alone.
func (t *tenant) byPolicies(w *want) Finding {
	var all []candidate
	var rules []*Rule
	for _, r := range t.policies {
		if truth := w.counts(r); truth != demarc.False {
			all, rules = append(all, candidate{r, truth}), append(rules, r)
		}
	}
	e := &evaluation{want: w, trusted: t.trusted}
	e.split(all, 0, signIn{})
	f := Finding{Tool: ConditionalAccess, Check: w.check, Title: w.title, Scope: t.scope, Rules: ids(rules), Places: places(rules)}
	f.Outcome, f.Reason = e.outcome(t.whole)
	f.Detail = e.detail(rules, t)
	return f
}

// outcome says what the holes mean.
func (e *evaluation) outcome(whole bool) (demarc.Outcome, demarc.Reason) {
	switch e.worst {
	case noHole:
		return demarc.Pass, demarc.NoReason
	case members:
		return demarc.OutcomeUnknown, demarc.UnknownRecipient
	case unread:
		return demarc.OutcomeUnknown, demarc.NotAssessed
	case uncertain:
		return demarc.OutcomeUnknown, demarc.NotCollected
	case open:
	}
	if !whole {
		return demarc.OutcomeUnknown, demarc.NotCollected
	}
	return demarc.Fail, demarc.NoReason
}

// detail says what the outcome rests on.
func (e *evaluation) detail(rules []*Rule, t *tenant) string {
	var said []string
	switch e.worst {
	case noHole:
		return e.want.asks + " is asked for by " + several(names(rules))
	case members:
		said = append(said, e.want.asks+" is asked for by "+several(names(rules)))
		if len(e.left) > 0 {
			said = append(said, "left out, with memberships that the files do not show: "+several(e.left))
		} else {
			said = append(said, "but only of groups whose members the files do not show")
		}
	case unread, uncertain, open:
		said = append(said, "no enforced policy surely asks for "+e.want.asks+" at "+several(e.holes[e.worst]))
		if len(rules) > 0 {
			said = append(said, "looked at: "+several(names(rules)))
		}
	}
	return strings.Join(append(said, t.caveats(e, rules)...), "; ")
}

// caveats are what else a person should know about an answer that is no pass.
func (t *tenant) caveats(e *evaluation, rules []*Rule) (said []string) {
	for _, r := range rules {
		if r.open != "" {
			said = append(said, r.name()+": "+r.open)
		}
	}
	if len(said) > most {
		said = append(said[:most], "and other policies that are not evaluated")
	}
	switch {
	case e.worst == uncertain:
		said = append(said, "which locations are trusted is not shown")
	case e.worst == open && !t.whole:
		said = append(said, "the list of policies may not be whole")
	}
	off := 0
	for _, r := range t.policies {
		if r.on == demarc.False {
			off++
		}
	}
	if off > 0 {
		said = append(said, "policies that are off or in report-only mode and enforce nothing: "+number(off))
	}
	return said
}

func (r *Rule) name() string { return cmp.Or(r.Name, r.ID) }

func names(rules []*Rule) (all []string) {
	for _, r := range rules {
		all = append(all, r.name())
	}
	return all
}

func ids(rules []*Rule) (all []string) {
	for _, r := range rules {
		all = append(all, r.ID)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func places(rules []*Rule) (all []demarc.Place) {
	for _, r := range rules {
		all = append(all, r.Place)
	}
	return all
}
