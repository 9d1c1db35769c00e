package compare

import (
	"regexp"

	"github.com/demarc-dev/demarc"
)

// setPair is one responsibility that two sets of verdicts say different things
// of: its places in both, -1 where a set does not have it.
type setPair struct{ before, after int }

// alonePair is a set of verdicts of a resource that is on one side only.
type alonePair struct {
	set    *demarc.VerdictSet
	gone   bool
	reason string
}

// taskKey tells responsibilities that changed alike.
type taskKey struct {
	responsibility string
	before, after  Stand
	reason         string
	cause          Cause
	level          demarc.Level
}

// vectors compares how a resource stands on both sides.
func (d *differ) vectors(was, is *demarc.Vector, answer *answerDiff, at demarc.Instance) {
	if was.Set == is.Set || was.Set.ID == is.Set.ID && was.Set.ID != "" {
		return
	}
	for _, p := range d.pairs(was.Set, is.Set) {
		var c TaskChange
		if p.before >= 0 {
			c.Before, c.Responsibility = standOf(was, p.before), was.Set.Verdicts[p.before].Responsibility
		}
		if p.after >= 0 {
			c.After, c.Responsibility = standOf(is, p.after), is.Set.Verdicts[p.after].Responsibility
		}
		c.Reason = d.taskReason(&c, answer)
		d.task(&c, at)
	}
}

// pairs are the responsibilities of which two sets say different things. Many
// resources have the same two sets.
func (d *differ) pairs(was, is *demarc.VerdictSet) []setPair {
	key := [2]*demarc.VerdictSet{was, is}
	list, ok := d.sets[key]
	if ok {
		return list
	}
	if len(d.sets) >= mostPairs {
		clear(d.sets)
	}
	places := make(map[string]int, len(was.Verdicts))
	for n := range was.Verdicts {
		places[was.Verdicts[n].Responsibility.ID] = n
	}
	for n := range is.Verdicts {
		v := &is.Verdicts[n]
		m, existed := places[v.Responsibility.ID]
		if !existed {
			list = append(list, setPair{-1, n})
			continue
		}
		delete(places, v.Responsibility.ID)
		if b := &was.Verdicts[m]; b.Status != v.Status || b.Accepted != v.Accepted || b.Party != v.Party {
			list = append(list, setPair{m, n})
		}
	}
	for n := range was.Verdicts {
		if _, over := places[was.Verdicts[n].Responsibility.ID]; over {
			list = append(list, setPair{n, -1})
		}
	}
	d.sets[key] = list
	return list
}

func standOf(v *demarc.Vector, n int) Stand {
	s := &v.Set.Verdicts[n]
	return Stand{Exists: true, Party: s.Party, Status: s.Status, Unknown: s.Reason, Accepted: s.Accepted, Why: v.Why(n)}
}

// moveOf says what became of a responsibility.
func moveOf(was, is *Stand) Move {
	switch {
	case !was.Exists:
		return Begun
	case !is.Exists:
		return Over
	case was.Status != is.Status:
		return turned(was, is)
	case was.Accepted != is.Accepted && is.Accepted:
		return NowAccepted
	case was.Accepted != is.Accepted:
		return NotAccepted
	case was.Party != is.Party:
		return PassedOn
	}
	return AsBefore
}

// turned is what became of one that has another status now.
func turned(was, is *Stand) Move {
	switch is.Status {
	case demarc.Met:
		return NewlyMet
	case demarc.Unmet:
		return NewlyUnmet
	case demarc.NotApplicable:
		return NowNotApplicable
	case demarc.UnknownStatus:
	}
	switch {
	case is.Unknown == demarc.Stale:
		return GoneStale
	case was.Status == demarc.NotApplicable:
		return NowApplicable
	}
	return NewlyUnknown
}

// task notes a change of a responsibility at a place.
func (d *differ) task(c *TaskChange, at demarc.Instance) {
	n := d.taskGroup(c, at.Level)
	d.out.Responsibilities[n].Places = append(d.out.Responsibilities[n].Places, at)
}

// taskGroup finds what changed alike.
func (d *differ) taskGroup(c *TaskChange, level demarc.Level) int {
	key := taskKey{c.Responsibility.ID, c.Before, c.After, c.Reason, d.cause, level}
	n, ok := d.tasks[key]
	if !ok {
		n = len(d.out.Responsibilities)
		d.tasks[key] = n
		c.Move, c.Cause = moveOf(&c.Before, &c.After), d.cause
		d.out.Responsibilities = append(d.out.Responsibilities, *c)
	}
	return n
}

// tasksAlone notes the responsibilities of a resource that is on one side
// only. Where nothing was seen of it, they are those of all its like.
func (d *differ) tasksAlone(b *demarc.Brief, r *demarc.Assessed, gone bool, reason string) {
	at := demarc.Instance{Level: demarc.ResourceLevel, Resource: r, Members: 1}
	key := alonePair{b.Set, gone, reason}
	groups, ok := d.alone[key]
	if !ok || b.Whys != nil {
		groups = groups[:0:0]
		for n := range b.Set.Verdicts {
			c := TaskChange{Responsibility: b.Set.Verdicts[n].Responsibility, Reason: reason}
			if gone {
				c.Before = standOf(b.Vector, n)
			} else {
				c.After = standOf(b.Vector, n)
			}
			groups = append(groups, d.taskGroup(&c, at.Level))
		}
		if b.Whys == nil {
			d.alone[key] = groups
		}
	}
	for _, n := range groups {
		d.out.Responsibilities[n].Places = append(d.out.Responsibilities[n].Places, at)
	}
}

// taskReason says what decided that a responsibility of a resource on both
// sides is new, ended, or stands otherwise.
func (d *differ) taskReason(c *TaskChange, answer *answerDiff) string {
	if c.Before.Exists && c.After.Exists {
		if c.Before.Status == c.After.Status && c.Before.Party != c.After.Party {
			return d.bears(c, answer)
		}
		if c.Before.Party != c.After.Party {
			return why(c) + "; it passed from " + d.list([]string{c.Before.Party}) + " to " + d.list([]string{c.After.Party})
		}
		return covered(c) + why(c)
	}
	if passed := answer.passed[c.Responsibility.Area]; passed != "" {
		return passed
	}
	side, text := 0, "the catalogue asks it now"
	if !c.After.Exists {
		side, text = 1, "the catalogue asks it no more"
	}
	switch {
	case answer.became != "":
		return answer.became
	case d.cause == ByCatalogue && !d.asked[side][c.Responsibility.ID]:
		return text
	case answer.why != "":
		return answer.why
	}
	return "a property that decides whether it is asked is another one"
}

// covered tells that an exception began or ended to cover what is unmet.
func covered(c *TaskChange) string {
	switch {
	case c.Before.Accepted == c.After.Accepted || c.Before.Status != c.After.Status:
		return ""
	case c.After.Accepted:
		return "an exception in force covers it now; "
	}
	return "no exception in force covers it any more; "
}

// outcome is where a sentence about a witness stops naming it and goes on with
// what it says.
var outcome = regexp.MustCompile(` (?:both passed|passed|failed|could not tell|decides nothing|is too long ago)\b`)

// witness is who tells what a sentence says, and what was looked at.
func witness(why string) string {
	if at := outcome.FindStringIndex(why); at != nil {
		return why[:at[0]]
	}
	return why
}

// why says on what a responsibility stands now. Where that is not what settled
// it before, the change may come of the other one's going: both are told.
func why(c *TaskChange) string {
	is, was := c.After.Why, c.Before.Why
	settled := c.Before.Status == demarc.Met || c.Before.Status == demarc.Unmet
	if !settled || c.Before.Status == c.After.Status || was == "" || witness(was) == witness(is) {
		return is
	}
	return is + "; before: " + was
}

// bears says who bears a responsibility that stands as before.
func (d *differ) bears(c *TaskChange, answer *answerDiff) string {
	if passed := answer.passed[c.Responsibility.Area]; passed != "" {
		return passed
	}
	return "it passes from " + d.list([]string{c.Before.Party}) + " to " + d.list([]string{c.After.Party})
}

// ownerKey tells changes of owners that are alike.
type ownerKey struct {
	responsibility, before, after string
	cause                         Cause
}

// owner notes another owner by name at some places: of a responsibility there,
// or of the whole place for "".
func (d *differ) owner(responsibility string, was, is demarc.Owner, at ...demarc.Instance) {
	before, after := ownerName(was), ownerName(is)
	if before == after {
		return
	}
	key := ownerKey{responsibility, before, after, d.cause}
	n, ok := d.owners[key]
	if !ok {
		n = len(d.out.Owners)
		d.owners[key] = n
		d.out.Owners = append(d.out.Owners, OwnerChange{Responsibility: responsibility, Before: named(was), After: named(is), Cause: d.cause})
	}
	d.out.Owners[n].Places = append(d.out.Owners[n].Places, at...)
}

func ownerName(o demarc.Owner) string { return named(o).Name }

// named leaves out who answers by role alone.
func named(o demarc.Owner) demarc.Owner {
	if !o.Named() {
		return demarc.Owner{}
	}
	return o
}
