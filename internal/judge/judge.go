// Package judge says whether a responsibility is met, from the evidence that
// was joined to one instance of it. It is three-valued to the bone: a status is
// only given where the evidence forces it, and every unknown has its reason.
//
// The rules, in the order in which they are asked:
//
//  1. What needs a number of the organisation is unknown without it.
//  2. A current fail of a check that refutes makes it unmet. A fail is current
//     until a later pass of the same check about the same subject; strength
//     never outvotes it, and a claim is no pass. An old fail is stale, an undated
//     one still refutes.
//  3. A pass and a fail of the same check at the same instant are conflicting,
//     and so are a fail without a day and a pass.
//  4. What is open since nobody knows when leaves it unknown, whatever passed.
//  5. It is met when every check of one sufficient set passed, on a known day
//     that is not too long ago, by more than a claim, over the whole level.
//  6. It does not apply when the checks of every set of one tool say so.
//  7. Else it is unknown, for the reason that is nearest to an answer.
package judge

import (
	"time"

	"github.com/demarc-dev/demarc"
)

// Rule is what a verdict about one responsibility depends on beside evidence.
type Rule struct {
	Sets    []uint64 // sufficient sets, as bits of checks
	Ways    []string // by set, the tools of its checks; nil where each set stands by itself
	Names   []string // of the checks behind the bits, for people
	First   uint64   // bits of the checks that a requirement is measured by
	MaxAge  time.Duration
	Needs   string        // word of the requirement that it needs, "" for none
	Absent  demarc.Reason // why it is unknown without any evidence
	Default string        // the published default that is assumed then, in words
}

// Item is one piece of evidence as far as a verdict depends on it.
type Item struct {
	Check    string // tool and check, folded: what replaces what
	Name     string // of the check, for people
	Subject  uint32 // which subject of the instance it is about
	About    string // the subject's name, for people
	Whole    bool   // it is about the instance as a whole
	Part     bool   // its subject is one of those that make up the instance
	Elements uint64 // checks of sufficient sets that it is
	Refutes  bool
	Measured bool // a requirement can be measured by it: it is not a person's word for the whole
	Outcome  demarc.Outcome
	Reason   demarc.Reason
	Strength demarc.Strength
	Severity demarc.Severity
	Observed int64 // seconds since 1970, 0 when undated
	Expires  int64
	Since    int64
	Amount   time.Duration // negative when no length of time was observed
	Ref      int           // the evidence
}

// Case is one instance of a responsibility.
type Case struct {
	Rule        *Rule
	Requirement *demarc.Requirement // nil when the organisation states none
	AsOf        int64               // the end of the day, in seconds since 1970
	Items       []Item
	// Covered reports whether what the items of these numbers are about is all
	// that the instance is made of. It is asked of parts that passed; nil when
	// nobody can tell.
	Covered func(refs []int) bool
	// Terse asks for a judgement without why, where nobody will read it.
	Terse bool
}

// Judge gives the status of a case, and the evidence that decided it. The
// order of the items does not matter; their order in the slice is changed.
func Judge(c Case) (demarc.Judgement, []int) {
	if c.Rule.Needs != "" && !states(c.Requirement, c.Rule.Needs) {
		return unknown(demarc.NoRequirement, "no requirement states "+needWords[c.Rule.Needs]), nil
	}
	if len(c.Items) == 0 {
		return absent(c.Rule), nil
	}
	j := judging{Case: c, groups: group(c)}
	if said, refs, ok := j.refuted(); ok {
		return said, refs
	}
	if said, refs, ok := j.conflicting(); ok {
		return said, refs
	}
	if said, refs, ok := j.unclear(); ok {
		return said, refs
	}
	for _, set := range c.Rule.Sets {
		if said, refs, ok := j.settled(set); ok && said.Status == demarc.Met {
			return said, refs
		}
	}
	if said, refs, ok := j.notConcerned(); ok {
		return said, refs
	}
	return j.open()
}

func unknown(reason demarc.Reason, why string) demarc.Judgement {
	return demarc.Judgement{Status: demarc.UnknownStatus, Reason: reason, Why: why}
}

// absent is the judgement where nothing was seen at all.
func absent(r *Rule) demarc.Judgement {
	if r.Default != "" {
		return unknown(demarc.DefaultAssumed, "no setting was collected; by default: "+r.Default)
	}
	if r.Absent == demarc.NoAssurance {
		return unknown(demarc.NoAssurance, "no report or certificate on file covers it")
	}
	return unknown(demarc.NoEvidence, "nothing that was read says anything about it")
}

// judging is a case with its evidence put in groups.
type judging struct {
	Case
	groups []result
}

// refuted finds the current fails.
func (j *judging) refuted() (demarc.Judgement, []int, bool) {
	var first *result
	var refs []int
	n := 0
	for i := range j.groups {
		g := &j.groups[i]
		if !g.refutes || g.state != failing {
			continue
		}
		if first == nil {
			first = g
		}
		n++
		refs = append(refs, g.refs...)
	}
	if first == nil {
		return demarc.Judgement{}, nil, false
	}
	return demarc.Judgement{Status: demarc.Unmet, Why: first.words("failed") + more(n-1)}, refs, true
}

// conflicting finds checks that passed and failed at once.
func (j *judging) conflicting() (demarc.Judgement, []int, bool) {
	for i := range j.groups {
		if g := &j.groups[i]; (g.refutes || g.elements != 0) && g.state == contradictory {
			return unknown(demarc.Conflicting, g.words("both passed and failed")), g.refs, true
		}
	}
	return demarc.Judgement{}, nil, false
}

// unclear finds what is open since nobody knows when, and may be past the
// requirement.
func (j *judging) unclear() (demarc.Judgement, []int, bool) {
	for i := range j.groups {
		if g := &j.groups[i]; (g.refutes || g.elements != 0) && g.state == unclear {
			return unknown(demarc.UnknownAge, g.words("found something open, and since when is not known")), g.refs, true
		}
	}
	return demarc.Judgement{}, nil, false
}

// settled reports whether all checks of a sufficient set passed, or do not
// apply.
func (j *judging) settled(set uint64) (demarc.Judgement, []int, bool) {
	var refs []int
	passed, words := false, ""
	for bit := uint64(1); bit != 0 && bit <= set; bit <<= 1 {
		if set&bit == 0 {
			continue
		}
		found, ok := j.element(bit, strict)
		if !ok {
			return demarc.Judgement{}, nil, false
		}
		for _, g := range found {
			refs = append(refs, g.refs...)
			if g.state == passing {
				passed = true
				words = g.passed()
			}
		}
	}
	if !passed {
		return demarc.Judgement{Status: demarc.NotApplicable, Why: "the checks that would settle it do not concern it"}, refs, set != 0
	}
	return demarc.Judgement{Status: demarc.Met, Why: words}, refs, true
}

// notConcerned reports whether the ways of one tool all say that they do not
// concern it. That one of its checks does not, such as that of Linux machines,
// leaves open what another one would say.
func (j *judging) notConcerned() (demarc.Judgement, []int, bool) {
	for i, set := range j.Rule.Sets {
		first, refs, ok := j.settled(set)
		for n, other := range j.Rule.Sets {
			if ok && n != i && j.Rule.Ways != nil && j.Rule.Ways[n] == j.Rule.Ways[i] {
				_, more, also := j.settled(other)
				refs, ok = append(refs, more...), also
			}
		}
		if ok {
			return first, refs, true
		}
	}
	return demarc.Judgement{}, nil, false
}

// open says why nothing was decided: the reason that is nearest to an answer.
func (j *judging) open() (demarc.Judgement, []int) {
	for _, lenience := range [...]lenience{ignoreAge, ignoreDay, ignoreClaim} {
		for _, set := range j.Rule.Sets {
			if refs, ok := j.would(set, lenience); ok {
				return unknown(lenienceReason[lenience], lenienceWords[lenience]), refs
			}
		}
	}
	return j.nearest()
}

// would reports whether a sufficient set would be complete if one demand were
// dropped.
func (j *judging) would(set uint64, l lenience) ([]int, bool) {
	var refs []int
	short := false
	for bit := uint64(1); bit != 0 && bit <= set; bit <<= 1 {
		if set&bit == 0 {
			continue
		}
		found, ok := j.element(bit, l)
		if !ok {
			return nil, false
		}
		for _, g := range found {
			refs = append(refs, g.refs...)
			short = short || g.state != passing && g.state != notConcerned
		}
	}
	return refs, short
}

// nearest takes the reason of the group that comes nearest to an answer.
func (j *judging) nearest() (demarc.Judgement, []int) {
	var best *result
	for i := range j.groups {
		g := &j.groups[i]
		if best == nil || g.nearness() > best.nearness() {
			best = g
		}
	}
	switch {
	case best.state == open && best.reason == demarc.UnknownAge:
		return unknown(best.reason, best.words("passed and does not tell how long")), best.refs
	case best.state == open && best.reason != demarc.NoReason:
		return unknown(best.reason, best.words("could not tell")), best.refs
	case best.state == old:
		return unknown(demarc.Stale, best.words("is too long ago")), best.refs
	case best.state == passing || best.state == undated || best.state == claimed:
		return unknown(demarc.Partial, best.words("passed")+", which does not prove all of it"), best.refs
	case best.state == notConcerned:
		return unknown(demarc.NotAssessed, best.words("does not concern it")+", which leaves open what another check would say"), best.refs
	}
	return unknown(demarc.NotAssessed, best.words("decides nothing")), best.refs
}
