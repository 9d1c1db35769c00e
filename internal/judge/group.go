package judge

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
)

// state is what one check says about one subject now.
type state uint8

const (
	open          state = iota // the tool could not tell
	notConcerned               // the check does not concern the subject
	claimed                    // somebody says that it passed
	undated                    // it passed on a day that nobody knows
	old                        // what it says is too long ago
	unclear                    // something is open, and since when is not known
	contradictory              // it passed and failed at once
	passing
	failing
)

// result is one check about one subject, with all its observations weighed.
type result struct {
	check, name, about string
	subject            uint32
	whole, part, terse bool
	refutes            bool
	elements           uint64
	state              state
	wouldPass          bool // an old one that passed
	allowed            bool // something is open, and the requirement still allows it
	reason             demarc.Reason
	observed           int64
	refs               []int
}

// group puts the items of one check about one subject together.
func group(c Case) []result {
	slices.SortFunc(c.Items, func(a, b Item) int {
		return cmp.Or(strings.Compare(a.Check, b.Check), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Observed, b.Observed),
			cmp.Compare(a.Outcome, b.Outcome), strings.Compare(string(a.Reason), string(b.Reason)), cmp.Compare(a.Ref, b.Ref))
	})
	groups := make([]result, 0, min(len(c.Items), 8))
	for from := 0; from < len(c.Items); {
		to := from + 1
		for to < len(c.Items) && c.Items[to].Check == c.Items[from].Check && c.Items[to].Subject == c.Items[from].Subject {
			to++
		}
		groups = append(groups, weigh(&c, c.Items[from:to]))
		from = to
	}
	return groups
}

// said is what observations say, as a set.
type said uint8

const (
	saidPass    said = 1 << iota
	saidAllowed      // something is open, and the requirement still allows it
	saidFail
	saidUnclear // something is open, and since when is not known
	saidNot     // the check does not concern the subject
	saidClaim   // somebody says that it passed, or that it does not concern
)

// instant is what all observations of one moment say together.
type instant struct {
	at     int64
	says   said
	fresh  said // what of it is not too long ago
	reason demarc.Reason
	refs   []int
}

// weigh decides what one check says about one subject. Items are ordered by
// time, undated ones first.
func weigh(c *Case, items []Item) result {
	last := &items[len(items)-1]
	g := result{terse: c.Terse, check: last.Check, name: last.Name, about: last.About, subject: last.Subject, observed: last.Observed}
	for i := range items {
		g.whole = g.whole || items[i].Whole
		g.part = g.part || items[i].Part
		g.refutes = g.refutes || items[i].Refutes
		g.elements |= items[i].Elements
	}
	moments := instants(c, items)
	blind := &instant{} // what bears no day
	if moments[0].at == 0 {
		blind, moments = &moments[0], moments[1:]
	}
	g.decide(follow(moments), blind)
	return g
}

// course is what still stands of the moments of one check, in their order: a
// fail stands until a later pass.
type course struct {
	fail, clash, unclear *instant
	good                 *instant // the last that passed or does not concern
	claim, last          *instant
}

func follow(moments []instant) course {
	var c course
	for i := range moments {
		m := &moments[i]
		switch {
		case m.says&saidPass != 0 && m.says&saidFail != 0:
			c.fail, c.clash = nil, m
		case m.says&saidFail != 0:
			c.clash = nil
			if c.fail == nil || m.fresh&saidFail != 0 || c.fail.fresh&saidFail == 0 {
				c.fail = m
			}
		case m.says&saidUnclear != 0:
			c.unclear = m
		case m.says&(saidPass|saidAllowed) != 0:
			c.fail, c.clash, c.unclear, c.good = nil, nil, nil, m
		case m.says&saidNot != 0:
			c.good = m
		case m.says&saidClaim != 0:
			c.claim = m
		}
		c.last = m
	}
	return c
}

// decide takes what weighs most.
func (g *result) decide(c course, blind *instant) {
	passed := c.good != nil && c.good.says&(saidPass|saidAllowed) != 0 || blind.says&saidPass != 0
	switch {
	case c.clash != nil && c.clash.fresh != 0:
		g.take(contradictory, c.clash)
	case c.fail != nil && c.fail.fresh&saidFail != 0:
		g.take(failing, c.fail)
	case blind.fresh&saidFail != 0 && passed:
		g.take(contradictory, blind)
	case blind.fresh&saidFail != 0:
		g.take(failing, blind)
	case c.fail != nil:
		g.take(old, c.fail)
	case c.clash != nil:
		g.take(old, c.clash)
	case c.unclear != nil && c.unclear.fresh&saidUnclear != 0:
		g.take(unclear, c.unclear)
	case blind.fresh&saidUnclear != 0:
		g.take(unclear, blind)
	case c.unclear != nil:
		g.take(old, c.unclear)
	default:
		g.settle(c, blind)
	}
}

// settle takes what speaks for it, once nothing speaks against it. A moment
// that could not tell does not take back an earlier pass, which ages by itself.
func (g *result) settle(c course, blind *instant) {
	const good = saidPass | saidAllowed | saidNot
	switch {
	case c.good != nil && c.good.fresh&good == 0:
		g.take(old, c.good)
		g.wouldPass = true
	case c.good != nil && c.good.fresh&(saidPass|saidAllowed) != 0:
		g.allowed = c.good.says&saidAllowed != 0
		g.take(passing, c.good)
	case c.good != nil:
		g.take(notConcerned, c.good)
	case blind.says&good != 0:
		g.take(undated, blind)
	case c.claim != nil:
		g.take(claimed, c.claim)
	case blind.says&saidClaim != 0:
		g.take(claimed, blind)
	case c.last != nil:
		g.take(open, c.last)
	default:
		g.take(open, blind)
	}
}

func (g *result) take(s state, m *instant) {
	g.state, g.reason, g.refs, g.observed = s, m.reason, m.refs, m.at
}

// instants puts the observations of the same moment together.
func instants(c *Case, items []Item) []instant {
	var list []instant
	for i := range items {
		item := &items[i]
		if len(list) == 0 || list[len(list)-1].at != item.Observed {
			list = append(list, instant{at: item.Observed})
		}
		list[len(list)-1].add(c, item)
	}
	return list
}

func (m *instant) add(c *Case, item *Item) {
	m.refs = append(m.refs, item.Ref)
	what, reason := heard(c, item)
	m.says |= what
	if !stale(c, item) {
		m.fresh |= what
	}
	m.reason = max(m.reason, reason)
}

// heard is what one item says.
func heard(c *Case, item *Item) (said, demarc.Reason) {
	claim := item.Strength == demarc.Claim
	switch outcome, reason := measured(c, item); {
	case outcome == demarc.Fail:
		return saidFail, demarc.NoReason
	case outcome == demarc.Pass && item.Outcome == demarc.Fail:
		return saidAllowed, demarc.NoReason
	case outcome == demarc.OutcomeUnknown && item.Outcome == demarc.Fail:
		return saidUnclear, reason
	case outcome == demarc.OutcomeUnknown:
		return 0, reason
	case claim:
		return saidClaim, demarc.NoReason
	case outcome == demarc.OutcomeNotApplicable:
		return saidNot, demarc.NoReason
	}
	return saidPass, demarc.NoReason
}

func stale(c *Case, item *Item) bool {
	if item.Expires != 0 && item.Expires < c.AsOf {
		return true
	}
	limit := int64(c.Rule.MaxAge / time.Second)
	return item.Observed != 0 && limit > 0 && c.AsOf-item.Observed > limit
}

// lenience is a demand that is dropped to see what is missing.
type lenience uint8

const (
	strict lenience = iota
	ignoreAge
	ignoreDay
	ignoreClaim
)

var lenienceReason = [...]demarc.Reason{ignoreAge: demarc.Stale, ignoreDay: demarc.Undated, ignoreClaim: demarc.OnlyClaims}

var lenienceWords = [...]string{
	ignoreAge:   "what would prove it is too long ago",
	ignoreDay:   "what would prove it bears no date",
	ignoreClaim: "somebody says that it is done, and nothing that was read shows it",
}

// element finds the groups that make a check of a set pass over the whole
// level, false when they do not.
func (j *judging) element(bit uint64, l lenience) ([]*result, bool) {
	for from := 0; from < len(j.groups); {
		to := from + 1
		for to < len(j.groups) && j.groups[to].check == j.groups[from].check {
			to++
		}
		if found, ok := j.whole(j.groups[from:to], bit, l); ok {
			return found, true
		}
		from = to
	}
	return nil, false
}

// whole reports whether one check passed over the whole level: said of the
// level itself, or of every subject that the tool looked at and, where these
// are pieces of the level, of all that there are.
func (j *judging) whole(groups []result, bit uint64, l lenience) ([]*result, bool) {
	var found []*result
	var parts []int
	all, said := true, false
	for i := range groups {
		g := &groups[i]
		if g.elements&bit == 0 {
			return nil, false
		}
		if g.whole && g.passes(l) {
			return []*result{g}, true
		}
		all = all && (g.passes(l) || g.state == notConcerned)
		said = said || g.whole
		if g.part {
			parts = append(parts, g.refs...)
		}
		found = append(found, g)
	}
	return found, all && (said || len(parts) == 0 || j.Covered != nil && j.Covered(parts))
}

func (g *result) passes(l lenience) bool {
	switch g.state {
	case passing:
		return true
	case old:
		return l >= ignoreAge && g.wouldPass
	case undated:
		return l >= ignoreDay
	case claimed:
		return l >= ignoreClaim
	case open, notConcerned, unclear, contradictory, failing:
	}
	return false
}

// nearness orders groups by how near they come to an answer.
func (g *result) nearness() int {
	n := map[state]int{unclear: 6, open: 5, old: 4, claimed: 3, undated: 2, passing: 1}[g.state]
	if g.elements == 0 && !g.refutes {
		return 0
	}
	return n
}

// passed says how a check passed.
func (g *result) passed() string {
	if g.allowed {
		return g.words("found something open, and not for longer than is required")
	}
	return g.words("passed")
}

// words says what a check did, where and when.
func (g *result) words(did string) string {
	if g.terse {
		return ""
	}
	text := g.name + " " + did
	if g.about != "" {
		text += " on " + g.about
	}
	if g.observed != 0 {
		return text + " (" + time.Unix(g.observed, 0).UTC().Format(time.DateOnly) + ")"
	}
	return text + " (undated)"
}

func more(n int) string {
	if n <= 0 {
		return ""
	}
	return " and " + strconv.Itoa(min(n, math.MaxInt32)) + " more"
}
