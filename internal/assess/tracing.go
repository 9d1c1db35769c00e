package assess

import (
	"cmp"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/policy"
	"github.com/demarc-dev/demarc/internal/slots"
)

// CheckTrace tells how a policy came to its verdict about one resource.
type CheckTrace struct {
	Check *PolicyCheck
	Bound *policy.Bound
	// Verdict and Reason are those of the assessment; Out says why the policy
	// says nothing of the resource, "" where it does.
	Verdict demarc.CheckVerdict
	Reason  demarc.Reason
	Out     string
	Why     string // in one line
	Lines   []policy.TraceLine
	Related *RelatedTrace // nil where nothing else decides
}

// RelatedTrace tells what a policy looked for beside a resource.
type RelatedTrace struct {
	Type, Place, Name string // Name is "" for any
	// Unclear says that the place or the name cannot be told.
	Unclear   bool
	Collected *demarc.Collected // what a manifest says of the type there, nil for nothing
	// Found are at most [MostRelated]: those of the name first, and of them those
	// that fulfil the condition. Named is how many have the name, More how many
	// are left out.
	Found       []RelatedResource
	Named, More int
}

// RelatedResource is one of the type that was looked for.
type RelatedResource struct {
	ID    string
	Named bool // it has the name that is asked for
	Truth demarc.Truth
	Lines []policy.TraceLine // empty when its values are not at hand
}

// MostRelated is how many related resources a trace shows.
const MostRelated = 10

// Policies are those that the assessment was given, nil for none.
func (s *Settled) Policies() *Policies { return s.line.options.Policies }

// TraceChecks works out once more what policies say of a resource or scope,
// for those that are wanted and look at its type. It needs a watched resource.
func (s *Settled) TraceChecks(id string, wanted func(*PolicyCheck, *policy.Bound) bool) []CheckTrace {
	c := s.checker
	if c == nil {
		return nil
	}
	t := &checkTracer{seeker: c.newSeeker()}
	if o := c.find(id); o != nil && o.checks != nil {
		t.id, t.set, t.scope = o.ID, o.checks, c.homeOf(o)
		t.asked.Take(o.checks.program, policy.Subject{ID: o.ID, Name: o.Name}, s.watchedValues(o))
		return t.traces(wanted)
	}
	for _, one := range c.scopeChecks {
		if demarc.EqualFold(one.scope.ID, id) {
			t.id, t.set, t.scope = one.scope.ID, one.set, one.scope
			t.asked.Take(one.set.program, policy.Subject{ID: one.scope.ID, Name: lastSegment(one.scope.ID)}, nil)
			return t.traces(wanted)
		}
	}
	return nil
}

// checkTracer traces the checks of the resource that its machine is at.
type checkTracer struct {
	*seeker
	id    string
	set   *checkSet
	scope *demarc.Scope
}

func (t *checkTracer) traces(wanted func(*PolicyCheck, *policy.Bound) bool) []CheckTrace {
	var list []CheckTrace
	for i := range t.set.program.Rules {
		rule := &t.set.program.Rules[i]
		check, bound := &t.policies.Checks[rule.Bound], t.policies.Book.Bound()[rule.Bound]
		if wanted(check, bound) {
			list = append(list, t.trace(rule, check, bound, policy.Result(t.set.results[i])))
		}
	}
	return list
}

func (t *checkTracer) trace(rule *policy.Rule, check *PolicyCheck, bound *policy.Bound, r policy.Result) CheckTrace {
	out := CheckTrace{Check: check, Bound: bound, Verdict: r.Verdict(), Reason: r.Reason(), Lines: t.asked.Trace(rule), Why: t.asked.Why(rule)}
	class := t.classOf(t.scope)
	switch pending := t.asked.Result(rule); {
	case class.out(rule.Bound) && check.Assignment == nil:
		out.Out = "an assignment puts it in force here with its own parameters"
	case class.out(rule.Bound):
		out.Out = "its assignment does not reach the resource"
	case r == policy.Absent && pending != policy.Absent:
		out.Out = "the selectors of its assignment leave the resource out"
	case r == policy.Absent:
		out.Out = "it looks only at resources that have a location"
	case pending.Pending() && rule.Seek != nil:
		out.Related = t.related(rule.Seek)
	}
	if out.Out != "" {
		out.Verdict, out.Reason = demarc.UnknownCheck, demarc.NoReason
	}
	return out
}

// related tells what a rule looks for, and what of it is there.
func (t *checkTracer) related(seek *policy.Seek) *RelatedTrace {
	out := &RelatedTrace{Type: seek.Type, Collected: t.manifest(seek.Type)}
	name := seek.Name(t.asked)
	place, ok := t.searched(seek, t.id)
	out.Place, out.Name, out.Unclear = place, name.Text(), !ok || name.IsUnknown()
	program := t.policies.Book.Program(seek.Type)
	at := slices.IndexFunc(program.Sought, func(x policy.Sought) bool { return x.Seek == seek })
	if at < 0 || !ok {
		return out
	}
	var all []RelatedResource
	of := map[string]*sought{}
	for _, x := range t.found[containerOf(place, seek, program)] {
		one := RelatedResource{ID: x.of.ID, Named: isNamed(x.of.ID, demarc.Fold(out.Name)), Truth: t.fulfils(x, &program.Sought[at], at).Truth()}
		if one.Named {
			out.Named++
		}
		all, of[x.of.ID] = append(all, one), x
	}
	slices.SortFunc(all, compareRelated)
	out.Found = all[:min(len(all), MostRelated)]
	out.More = len(all) - len(out.Found)
	for i := range out.Found {
		if x := of[out.Found[i].ID]; x.values != nil {
			t.fulfils(x, &program.Sought[at], at)
			out.Found[i].Lines = t.seeker.related.TraceSought(&program.Sought[at])
		}
	}
	return out
}

// compareRelated puts those that have the name first, and of them those that
// fulfil the condition.
func compareRelated(a, b RelatedResource) int {
	rank := func(x *RelatedResource) int {
		switch {
		case !x.Named:
			return 2
		case x.Truth != demarc.True:
			return 1
		}
		return 0
	}
	return cmp.Or(rank(&a)-rank(&b), demarc.CompareFold(a.ID, b.ID))
}

// fulfils says whether a related resource is what is sought, and leaves the
// machine at it. Where its values were not kept, what was worked out while it
// streamed by counts.
func (t *checkTracer) fulfils(x *sought, of *policy.Sought, at int) policy.Fulfilment {
	if x.values == nil {
		return policy.FulfilmentAt(x.fulfilled, of.At)
	}
	t.seeker.related.Take(x.program, policy.Subject{ID: x.of.ID, Name: x.of.Name}, x.values)
	t.seeker.related.Behind(t.asked)
	return t.seeker.related.Fulfils(of)
}

// manifest is the entry that says how much of a type was collected where the
// resource lies: of the nearest scope, and of several the one that says least.
func (t *checkTracer) manifest(typ string) *demarc.Collected {
	for at := t.scope; ; at = at.Parent {
		var least *demarc.Collected
		for i := range t.policies.Collected {
			e := &t.policies.Collected[i]
			if !demarc.EqualFold(strings.TrimRight(e.Scope, "/"), scopeID(at)) || e.Type != "*" && !demarc.EqualFold(e.Type, typ) {
				continue
			}
			if least == nil || lessCollected(e.How, least.How) {
				least = e
			}
		}
		if least != nil || at == nil {
			return least
		}
	}
}

// watchedValues are the values of a watched resource, nil when none were kept.
func (s *Settled) watchedValues(o *observed) *slots.Values {
	for i := range s.Watched {
		if s.Watched[i].of == o {
			return s.Watched[i].values
		}
	}
	return nil
}
