package assess

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/divide"
	"github.com/demarc-dev/demarc/internal/judge"
)

// mark is the worst that is known of one area, in the order of how much it
// asks of a person.
type mark uint8

const (
	notOurs mark = iota // no task of the customer's
	markNotApplicable
	markMet
	markUnknown
	markAccepted
	markUnmet
)

// marks are the worst of each area, by its number.
type marks [32]mark

// join takes the worse of each area.
func (m *marks) join(other *marks) {
	for i := range m {
		m[i] = max(m[i], other[i])
	}
}

func (m *marks) add(area int, s demarc.Status, accepted bool) {
	m[area] = max(m[area], markOf(s, accepted))
}

func markOf(s demarc.Status, accepted bool) mark {
	switch s {
	case demarc.Met:
		return markMet
	case demarc.Unmet:
		if accepted {
			return markAccepted
		}
		return markUnmet
	case demarc.NotApplicable:
		return markNotApplicable
	case demarc.UnknownStatus:
	}
	return markUnknown
}

// areaNumbers numbers the areas of both matrices.
func areaNumbers(c *catalog.Catalog) map[string]int {
	numbers := map[string]int{}
	for _, id := range [...]string{divide.CloudModel, divide.AIModel} {
		for _, a := range c.Model(id).Areas {
			numbers[a.ID] = len(numbers)
		}
	}
	return numbers
}

// verdicts are the verdicts of a resource about its own tasks. Resources whose
// verdicts are the same share them.
type verdicts struct {
	*demarc.VerdictSet
	marks   marks
	summary demarc.Summary // of the customer's tasks
}

// setTable finds or makes verdicts.
type setTable struct {
	docket *docket
	bases  *sync.Map // baseKey -> *verdicts
	made   *sync.Map // id -> *verdicts
}

type baseKey struct {
	answer      *demarc.Answer
	requirement *demarc.Requirement
}

func newSetTable(d *docket) setTable {
	return setTable{docket: d, bases: new(sync.Map), made: new(sync.Map)}
}

// base is the verdicts of a resource of which nothing was seen.
func (t *setTable) base(answer *demarc.Answer, requirement *demarc.Requirement) *verdicts {
	return shared(t.bases, baseKey{answer, requirement}, func() *verdicts {
		d := t.docket
		v := &verdicts{VerdictSet: &demarc.VerdictSet{}}
		for _, duty := range d.duties[answer].own {
			said, _ := judge.Judge(judge.Case{Rule: d.rules[duty.Task.Index], Requirement: requirement, AsOf: d.asOf})
			if theirs(duty.Task) {
				said = d.assured(duty.Task, duty.Party, d.typeOf(answer))
			}
			v.Verdicts = append(v.Verdicts, demarc.SetVerdict{Responsibility: &duty.Task.Responsibility, Party: duty.Party, Judgement: said})
		}
		return t.intern(v)
	})
}

// changed is a copy that may be changed.
func (v *verdicts) changed() *verdicts {
	return &verdicts{VerdictSet: &demarc.VerdictSet{Verdicts: slices.Clone(v.Verdicts)}}
}

// set changes one verdict. Why it is so differs from resource to resource, and
// is told where the verdict is told by itself.
func (v *verdicts) set(n int, said demarc.Judgement) {
	said.Why = ""
	v.Verdicts[n].Judgement = said
}

func (v *verdicts) accept(n int, accepted bool) { v.Verdicts[n].Accepted = accepted }

// intern finds the verdicts that say the same.
func (t *setTable) intern(v *verdicts) *verdicts {
	key := strings.Builder{}
	for i := range v.Verdicts {
		s := &v.Verdicts[i]
		key.WriteString(s.Responsibility.ID)
		key.WriteByte(byte('0' + s.Status))
		if s.Accepted {
			key.WriteByte('a')
		}
		key.WriteString(string(s.Reason))
		key.WriteByte(0)
		key.WriteString(s.Party)
		key.WriteByte(0)
		key.WriteString(s.Why)
		key.WriteByte(0)
	}
	return shared(t.made, key.String(), func() *verdicts { return t.complete(v, key.String()) })
}

// complete counts what the verdicts say.
func (t *setTable) complete(v *verdicts, key string) *verdicts {
	sum := sha256.Sum256([]byte(key))
	v.ID = hex.EncodeToString(sum[:8])
	for i := range v.Verdicts {
		s := &v.Verdicts[i]
		if s.Responsibility.Party != demarc.Customer {
			continue
		}
		v.marks.add(t.docket.areas[s.Responsibility.Area], s.Status, s.Accepted)
		count(&v.summary, s.Status, s.Accepted, 1)
	}
	return v
}

func count(s *demarc.Summary, status demarc.Status, accepted bool, n int) {
	switch status {
	case demarc.Met:
		s.Met += n
	case demarc.Unmet:
		s.Unmet += n
		if accepted {
			s.Accepted += n
		}
	case demarc.NotApplicable:
		s.NotApplicable += n
	case demarc.UnknownStatus:
		s.Unknown += n
	}
}

func plus(s *demarc.Summary, other demarc.Summary, times int) {
	s.Met += other.Met * times
	s.Unmet += other.Unmet * times
	s.Unknown += other.Unknown * times
	s.NotApplicable += other.NotApplicable * times
	s.Accepted += other.Accepted * times
}

// all lists the sets that were made, by id.
func (t *setTable) all() []*demarc.VerdictSet {
	found := map[string]*demarc.VerdictSet{}
	t.made.Range(func(_, v any) bool {
		set := v.(*verdicts)
		found[set.ID] = set.VerdictSet
		return true
	})
	return slices.SortedFunc(maps.Values(found), func(a, b *demarc.VerdictSet) int { return cmp.Compare(a.ID, b.ID) })
}

// verdictsOf are the verdicts of the resource at a place of the order.
func (d *docket) verdictsOf(i int) *verdicts {
	if d.own != nil && d.own[i] != nil {
		return d.own[i]
	}
	o := d.all[i]
	return d.sets.base(o.Answer, d.needs.of(d, o))
}
