package access

import (
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// hole says why sign-ins are not surely covered, the worst last.
type hole uint8

const (
	noHole    hole = iota
	members        // only people of whom nobody knows who they are
	unread         // a policy would do that could not be evaluated
	uncertain      // nobody knows whether there are such sign-ins
	open           // no policy covers them
)

// mostKinds bounds how many kinds of sign-ins are looked at.
const mostKinds = 20_000

// evaluation finds out which of the sign-ins that a demand is about are not
// covered.
type evaluation struct {
	want    *want
	trusted map[string]demarc.Truth // named locations, by folded id
	looked  int
	worst   hole
	holes   map[hole][]string // in words
	left    []string          // who is left out, in words
}

// split looks at the sign-ins that differ in the dimensions from one on.
func (e *evaluation) split(all []candidate, from int, s signIn) {
	if e.looked > mostKinds || e.settled(all, from) {
		return
	}
	if from == len(dimensions) || len(all) == 0 {
		e.look(all, &s)
		return
	}
	d := dimensions[from]
	for _, kind := range d.kinds(e, all, s) {
		var next []candidate
		for _, c := range all {
			t := d.covers(e, c.rule, &kind)
			if c.rule.blind {
				t = t.Or(demarc.MaybeTrue)
			}
			if t = t.And(c.truth); t != demarc.False {
				next = append(next, candidate{c.rule, t})
			}
		}
		e.split(next, from+1, kind)
	}
}

// settled reports whether policies that do not look at the dimensions from one
// on cover everybody, so that the others need no look.
func (e *evaluation) settled(all []candidate, from int) bool {
	free := slices.DeleteFunc(slices.Clone(all), func(c candidate) bool {
		return slices.ContainsFunc(dimensions[from:], func(d dimension) bool { return !d.free(e, c.rule) })
	})
	return len(e.want.who.unreached(sure(free))) == 0
}

// look finds out who is not covered at a sign-in.
func (e *evaluation) look(all []candidate, s *signIn) {
	if e.looked++; e.looked > mostKinds {
		e.add(unread, "more combinations of conditions than are looked at")
		return
	}
	rules := sure(all)
	kind, who := noHole, []string(nil)
	for _, ref := range e.want.who.unreached(rules) {
		by := unreachedBy(all, rules, ref)
		if by > kind {
			kind, who = by, nil
		}
		if by == kind {
			who = append(who, refName(ref))
		}
	}
	switch {
	case kind == noHole:
		return
	case kind == open && s.unsure:
		kind = uncertain
	case kind == members:
		e.left = append(e.left, leftOut(rules)...)
	}
	e.add(kind, s.words(e.want, who))
}

// unreachedBy says why a ref is not surely covered.
func unreachedBy(all []candidate, rules []*Rule, ref string) hole {
	switch {
	case slices.ContainsFunc(rules, func(r *Rule) bool { return mayReach(r, ref) }):
		return members
	case slices.ContainsFunc(all, func(c candidate) bool { return c.rule.vague || mayReach(c.rule, ref) }):
		return unread
	}
	return open
}

func (e *evaluation) add(kind hole, words string) {
	e.worst = max(e.worst, kind)
	if e.holes == nil {
		e.holes = map[hole][]string{}
	}
	if !slices.Contains(e.holes[kind], words) {
		e.holes[kind] = append(e.holes[kind], words)
	}
}

// words describes a kind of sign-in by what policies tell apart.
func (s *signIn) words(w *want, who []string) string {
	said := []string{w.subject}
	if w.who == admins {
		said = append(said, "of "+several(who))
	}
	add := func(word, before string) {
		if word != "" {
			said = append(said, before+word)
		}
	}
	if w.app == "" {
		add(s.app, "to the application ")
	}
	add(s.client, "by clients of the kind ")
	add(s.platform, "on the platform ")
	if len(s.places) > 0 {
		add(strings.Join(s.places, " and "), "from the location ")
	}
	if w.signInRisk != nil || s.signInRisk != "none" {
		add(s.signInRisk, "at the sign-in risk ")
	}
	if w.userRisk != nil || s.userRisk != "none" {
		add(s.userRisk, "at the user risk ")
	}
	if s.signInRisk == "none" || s.userRisk == "none" {
		said = append(said, "without a risk")
	}
	return strings.Join(said, " ")
}
