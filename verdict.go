package demarc

import "time"

// VerdictList is all verdicts of an assessment. Resources whose verdicts are
// the same share a set; what rests on evidence of its own is made when it is
// asked for, since there may be millions.
type VerdictList interface {
	// Sets calls visit with the sets that resources share, each once, in the
	// order of the first resource that has it, until it returns false.
	Sets(visit func(*VerdictSet) bool)
	// SetOf is the set of the resource at a place of the assessment's list. It
	// is never nil, and not to be changed.
	SetOf(resource int) *VerdictSet
	// Of are the verdicts that the resource at a place refers to: its own and
	// those that exist once above it, ordered by responsibility.
	Of(resource int) []Verdict
	// Own calls visit with every verdict about a resource that rests on
	// evidence, in order of resource and responsibility, until it returns false.
	Own(visit func(*Verdict) bool)
	// Above calls visit with every verdict about what exists once above
	// resources, the largest level first and those of one instance together,
	// until it returns false.
	Above(visit func(*Verdict) bool)
	// Each calls visit with every resource in order: its place, the set of its
	// own verdicts and, without id and why, those of what exists once above it,
	// until it returns false. Resources that stand alike are mostly given the
	// same sets.
	Each(visit func(resource int, own, above *VerdictSet) bool)
	// Briefs calls visit with the resources from one place up to another, in
	// order, with all that a memory keeps of how each stands, until it returns
	// false. The brief is reused; its vector is not. Several goroutines may each
	// visit a range of their own.
	Briefs(from, to int, visit func(resource int, b *Brief) bool)
}

// Brief is how a resource stands, in short.
type Brief struct {
	*Vector
	Owner    Owner  // of the resource as a whole; the zero Owner where nobody is named
	Workload string // that it belongs to, "" for none
	// Above are the responsibilities that exist once above a resource like it.
	Above []*Responsibility
}

// Vector is the verdicts about a resource itself. Resources that stand alike
// mostly share one, which is not to be changed.
type Vector struct {
	Set *VerdictSet
	// Whys says for each verdict of the set on what it rests, where something
	// was seen of the resource; "" where the set tells why. Nil where nothing
	// was seen.
	Whys []string
	// Bare is the set of a resource like it of which nothing was seen, nil
	// where that is Set.
	Bare *VerdictSet
}

// Unseen is the set of a resource like it of which nothing was seen.
func (v *Vector) Unseen() *VerdictSet {
	if v.Bare == nil {
		return v.Set
	}
	return v.Bare
}

// Why says on what a verdict of the set rests.
func (v *Vector) Why(n int) string {
	if n < len(v.Whys) && v.Whys[n] != "" {
		return v.Whys[n]
	}
	return v.Set.Verdicts[n].Why
}

// Action is a responsibility that is unmet, with how often and who answers for
// it.
type Action struct {
	Responsibility *Responsibility
	Owner          Owner
	Count          int // instances
	Accepted       int // of these, covered by an exception in force
	First          string
	Why            string        // of the first
	Age            time.Duration // since the oldest began or was seen first, 0 when nobody knows
}

// Belief is a responsibility of the customer that people often believe to be
// the provider's.
type Belief struct {
	Responsibility *Responsibility
	Count          int // instances
	Unmet, Unknown int
}

// Settling is an export or an act, and how many unknown responsibilities it
// could settle. What people attest comes last, however many it is: each word
// settles one, and an export many at once.
type Settling struct {
	Tool    string
	Command string
	Count   int
	Kinds   int // different responsibilities
}

// Offering is a provider's half of one family of services.
type Offering struct {
	Party     string
	Name      string // of the family
	Resources int
	Assured   int // responsibilities that an assurance on file covers
	Unknown   int
	Reason    Reason
}

// Name names an instance for people.
func (i *Instance) Name() string {
	switch {
	case i.Resource != nil:
		if i.Resource.Name != "" {
			return i.Resource.Name
		}
		return i.Resource.ID
	case i.Workload != "":
		return i.Workload
	case i.Scope != nil && i.Scope.Name != "":
		return i.Scope.Name
	case i.Scope != nil:
		return i.Scope.ID
	case i.Level == TenantLevel:
		return "the tenant"
	}
	return "the organisation"
}
