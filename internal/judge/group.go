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
	whole, refutes     bool
	elements           uint64
	state              state
	wouldPass          bool // an old, undated or claimed one that passed
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
	var groups []result
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

// instant is what all observations of one moment say together.
type instant struct {
	at         int64
	pass, fail bool
	unclear    bool // something is open, and since when is not known
	na         bool
	stale      bool
	claim      bool
	reason     demarc.Reason
	refs       []int
}

// weigh decides what one check says about one subject. Items are ordered by
// time, undated ones first.
func weigh(c *Case, items []Item) result {
	last := &items[len(items)-1]
	g := result{check: last.Check, name: last.Name, about: last.About, subject: last.Subject, observed: last.Observed}
	for i := range items {
		g.whole = g.whole || items[i].Whole
		g.refutes = g.refutes || items[i].Refutes
		g.elements |= items[i].Elements
	}
	moments := instants(c, items)
	var blind *instant // without a day
	if moments[0].at == 0 {
		blind, moments = &moments[0], moments[1:]
	}
	g.decide(moments, blind)
	return g
}

// decide asks the moments in order: a fail stands until a later pass.
func (g *result) decide(moments []instant, blind *instant) {
	var pass, fail *instant
	for i := range moments {
		m := &moments[i]
		if m.pass {
			pass = m
		}
		if m.fail {
			fail = m
		}
	}
	switch {
	case fail != nil && pass == fail:
		g.take(contradictory, fail)
	case fail != nil && !fail.stale && (pass == nil || pass.at < fail.at):
		g.take(failing, fail)
	case blind != nil && blind.fail && (pass != nil || blind.pass):
		g.take(contradictory, blind)
	case blind != nil && blind.fail:
		g.take(failing, blind)
	case fail != nil && (pass == nil || pass.at < fail.at):
		g.take(old, fail)
	case len(moments) > 0:
		g.latest(&moments[len(moments)-1], pass)
	case blind != nil:
		g.latest(blind, nil)
	}
}

// latest takes what the last moment says; one that could not tell does not
// take back an earlier pass, which ages by itself.
func (g *result) latest(m, pass *instant) {
	if pass != nil && !m.unclear {
		m = pass
	}
	switch {
	case m.unclear:
		g.take(unclear, m)
	case m.pass && m.at == 0:
		g.take(undated, m)
	case m.pass && m.stale:
		g.take(old, m)
	case m.pass && m.claim:
		g.take(claimed, m)
	case m.pass:
		g.take(passing, m)
	case m.na:
		g.take(notConcerned, m)
	default:
		g.take(open, m)
	}
	g.wouldPass = m.pass
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
			list = append(list, instant{at: item.Observed, claim: true})
		}
		list[len(list)-1].add(c, item)
	}
	return list
}

func (m *instant) add(c *Case, item *Item) {
	m.refs = append(m.refs, item.Ref)
	m.stale = m.stale || stale(c, item)
	m.claim = m.claim && item.Strength == demarc.Claim
	switch outcome, reason := measured(c, item); outcome {
	case demarc.Pass:
		m.pass = true
	case demarc.Fail:
		m.fail = true
	case demarc.OutcomeNotApplicable:
		m.na = true
	case demarc.OutcomeUnknown:
		m.unclear = m.unclear || reason == demarc.UnknownAge
		m.reason = max(m.reason, reason)
	}
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
		if found, ok := whole(j.groups[from:to], bit, j.Members, l); ok {
			return found, true
		}
		from = to
	}
	return nil, false
}

// whole reports whether one check passed over the whole level: said of the
// level itself, or of every subject that the tool looked at and, where the
// level is made of resources, of no fewer subjects than these.
func whole(groups []result, bit uint64, members int, l lenience) ([]*result, bool) {
	var found []*result
	for i := range groups {
		g := &groups[i]
		if g.elements&bit == 0 {
			return nil, false
		}
		if !g.passes(l) && g.state != notConcerned {
			return nil, false
		}
		if g.whole {
			return []*result{g}, true
		}
		found = append(found, g)
	}
	return found, len(found) >= members
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

// words says what a check did, where and when.
func (g *result) words(did string) string {
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
