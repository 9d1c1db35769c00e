package access

import (
	"maps"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/scope"
)

// The types that listings of role assignments and of eligibilities name.
const (
	AssignmentType  = "Microsoft.Authorization/roleAssignments"
	EligibilityType = "Microsoft.Authorization/roleEligibilitySchedules"
)

// held is a role that somebody holds in a subscription.
type held struct {
	demarc.RoleAssignment
	principal string       // folded
	role      string       // folded
	applies   demarc.Truth // it is inherited, or may be
	below     bool         // it is about a part of the subscription only
}

// file is what one file shows of role assignments.
type file struct {
	subscriptions map[string]bool // folded ids, those with an assignment of their own
	inherits      bool            // something above a subscription is shown
	roles         map[string]bool
	named         bool // principals have names
}

// subscription is what is known of the role assignments of one subscription.
type subscription struct {
	id       string // folded
	held     []held
	eligible []held
	// whole says that a list shows all assignments, inherited ones included,
	// and wholeEligible that one shows all eligibilities.
	whole, wholeEligible bool
	files                map[*demarc.File]*file
}

// subscriptions decides the checks of role assignments for each subscription
// that has one.
func subscriptions(in *Input) []Finding {
	files := map[*demarc.File]*file{}
	all := map[string]bool{}
	for i := range in.Assignments {
		if id := subscriptionOf(in.Assignments[i].Scope); id != "" {
			all[id] = true
		}
		note(files, &in.Assignments[i])
	}
	var found []Finding
	for _, id := range slices.Sorted(maps.Keys(all)) {
		s := newSubscription(id, in, files)
		found = append(found, s.fewOwners(), s.secondOwner(), s.resolved(), s.services())
	}
	return found
}

// subscriptionOf is the folded id of the subscription that a scope is or lies
// in, "" for what lies above.
func subscriptionOf(id string) string {
	name := scope.Parse(id).Subscription
	if name == "" {
		return ""
	}
	return "/subscriptions/" + demarc.Fold(name)
}

// note keeps what a file shows.
func note(files map[*demarc.File]*file, a *demarc.RoleAssignment) {
	f := files[a.Place.File]
	if f == nil {
		f = &file{subscriptions: map[string]bool{}, roles: map[string]bool{}}
		files[a.Place.File] = f
	}
	if id := subscriptionOf(a.Scope); id != "" {
		f.subscriptions[id] = true
	} else {
		f.inherits = true
	}
	f.roles[demarc.Fold(a.Role)] = true
	f.named = f.named || a.Name != ""
}

func newSubscription(id string, in *Input, files map[*demarc.File]*file) *subscription {
	s := &subscription{id: id, files: files}
	for i := range in.Assignments {
		a := &in.Assignments[i]
		h := held{RoleAssignment: *a, principal: demarc.Fold(a.Principal), role: demarc.Fold(a.Role), applies: s.applies(in, a)}
		h.below = h.applies == demarc.True && strings.Count(strings.TrimRight(a.Scope, "/"), "/") > 2 && subscriptionOf(a.Scope) != ""
		switch {
		case h.applies == demarc.False:
		case a.Eligible:
			s.eligible = append(s.eligible, h)
		default:
			s.held = append(s.held, h)
		}
	}
	for _, l := range in.Listings {
		f := files[l.Place.File]
		switch {
		case !l.Whole:
		case demarc.EqualFold(l.Type, AssignmentType):
			s.whole = s.whole || f != nil && f.shows(id)
		case demarc.EqualFold(l.Type, EligibilityType):
			s.wholeEligible = s.wholeEligible || f != nil && f.subscriptions[id]
		}
	}
	return s
}

// shows reports whether a list looks like that of all assignments of a
// subscription: some of its own, some that it inherits, and of several roles.
// Whether it was filtered is not in it.
func (f *file) shows(subscription string) bool {
	return f.subscriptions[subscription] && f.inherits && len(f.roles) > 1
}

// applies says whether an assignment counts in the subscription. Which
// management groups lie above it is told by the estate, or by a file that shows
// this subscription only: then it was asked what this one inherits.
func (s *subscription) applies(in *Input, a *demarc.RoleAssignment) demarc.Truth {
	if id := subscriptionOf(a.Scope); id != "" {
		return demarc.TruthOf(id == s.id)
	}
	if a.Scope == "/" {
		return demarc.True
	}
	if in.Above != nil {
		if t := in.Above(a.Scope, s.id); t != demarc.MaybeTrue {
			return t
		}
	}
	if f := s.files[a.Place.File]; len(f.subscriptions) == 1 && f.subscriptions[s.id] {
		return demarc.True
	}
	return demarc.MaybeTrue
}

// finding begins a finding.
func (s *subscription) finding(check, title string, by []held) Finding {
	f := Finding{Tool: AzureRBAC, Check: check, Title: title, Scope: s.id}
	for _, h := range by {
		f.Places = append(f.Places, h.Place)
	}
	slices.SortFunc(f.Places, func(a, b demarc.Place) int { return strings.Compare(a.String(), b.String()) })
	f.Places = slices.Compact(f.Places)
	return f
}

// unknown makes a finding one that says why nothing can be said.
func (f Finding) unknown(reason demarc.Reason, detail string) Finding {
	f.Outcome, f.Reason, f.Detail = demarc.OutcomeUnknown, reason, detail
	return f
}

func (f Finding) is(outcome demarc.Outcome, detail string) Finding {
	f.Outcome, f.Detail = outcome, detail
	return f
}

// notWhole says what is missing of a list.
const notWhole = "the list does not show all assignments with those that the subscription inherits (az role assignment list --all --include-inherited)"

// resolved decides whether all principals still exist.
func (s *subscription) resolved() Finding {
	var gone, nameless, open []held
	for _, h := range s.held {
		switch {
		case h.applies != demarc.True:
			open = append(open, h)
		case demarc.EqualFold(h.Kind, "Unknown"), strings.HasPrefix(demarc.Fold(h.Name), "identity not found"):
			gone = append(gone, h)
		case h.Name != "" || demarc.EqualFold(h.Kind, "ForeignGroup"): // of another tenant, which this one cannot resolve
		case s.files[h.Place.File].named:
			gone = append(gone, h)
		default:
			nameless = append(nameless, h)
		}
	}
	f := s.finding("no-unresolved-principals", "Every role is held by somebody who exists", gone)
	switch {
	case len(gone) > 0:
		return f.is(demarc.Fail, "principals that no longer exist or could not be resolved: "+several(principals(gone)))
	case len(nameless) > 0:
		return f.unknown(demarc.NotCollected, "the file does not show the names of principals, so that it does not tell who still exists")
	case !s.whole:
		return f.unknown(demarc.NotCollected, notWhole)
	case len(open) > 0:
		return f.unknown(demarc.NotCollected, "whether the subscription inherits some assignments is not told")
	}
	return f.is(demarc.Pass, "all "+number(len(s.held))+" assignments name somebody who exists")
}

// services decides whether an application holds a privileged role over the
// whole subscription.
func (s *subscription) services() Finding {
	var bad, groups, open []held
	for _, h := range s.held {
		if h.below || privileged[h.role] == "" {
			continue
		}
		switch {
		case h.applies != demarc.True || h.Kind == "":
			open = append(open, h)
		case demarc.EqualFold(h.Kind, "ServicePrincipal"):
			bad = append(bad, h)
		case h.isGroup():
			groups = append(groups, h)
		}
	}
	f := s.finding("no-privileged-service-principals", "No application holds a privileged role over the subscription", bad)
	switch {
	case len(bad) > 0:
		return f.is(demarc.Fail, number(len(principals(bad)))+" applications hold "+several(roleNames(bad))+": "+several(principals(bad)))
	case !s.whole:
		return f.unknown(demarc.NotCollected, notWhole)
	case len(open) > 0:
		return f.unknown(demarc.NotCollected, "of some assignments it is not told whose they are or whether the subscription inherits them: "+several(principals(open)))
	case len(groups) > 0:
		return f.unknown(demarc.UnknownRecipient, "groups hold "+several(roleNames(groups))+", and their members are not shown: "+several(principals(groups)))
	}
	return f.is(demarc.Pass, "only people hold a privileged role over the subscription")
}

func (h *held) isGroup() bool { return strings.Contains(demarc.Fold(h.Kind), "group") }

// principals are the ids of those who hold roles, each once.
func principals(all []held) []string {
	var ids []string
	for _, h := range all {
		ids = append(ids, h.principal)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func roleNames(all []held) []string {
	var names []string
	for _, h := range all {
		names = append(names, privileged[h.role])
	}
	return names
}
