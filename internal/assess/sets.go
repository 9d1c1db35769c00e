package assess

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/divide"
	"github.com/demarc-dev/demarc/internal/judge"
	"github.com/demarc-dev/demarc/internal/responsibility"
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

// verdicts are the verdicts of a resource about its own tasks: one code for
// each, in their order. There may be a million different ones, so nothing more
// is kept.
type verdicts struct {
	base *baseVerdicts
	said string
}

// baseVerdicts are those of a resource of which nothing was seen. Resources
// that share an answer and a requirement share them.
type baseVerdicts struct {
	duties  *duties
	said    string
	whys    []string
	parties []string // who bears each
	marks   marks
	set     func() *demarc.VerdictSet // written out once
}

// code is a status with its reason and whether it is accepted, in one byte.
type code byte

const (
	codeMet code = 'a' + iota
	codeUnmet
	codeAccepted
	codeNotApplicable
	codeUnknown // and those behind it, by reason
)

// codeCount is how many codes there are.
const codeCount = int(codeUnknown-codeMet) + len(reasons)

// reasons are all reasons of an unknown, in the order of their codes.
var reasons = [...]demarc.Reason{
	demarc.NoReason, demarc.NoEvidence, demarc.Stale, demarc.Undated, demarc.Conflicting, demarc.Partial, demarc.OnlyClaims, demarc.NotAssessed,
	demarc.NotCollected, demarc.NotPermitted, demarc.Exempt, demarc.DefaultAssumed, demarc.NoRequirement, demarc.UnknownAge, demarc.NoAssurance,
	demarc.ParameterNotSet, demarc.UnknownRecipient, demarc.AliasUnresolved, demarc.PropertyNotSeen, demarc.ExpressionFailed, demarc.DataPlane,
	demarc.RequestTime, demarc.NotDeployedYet,
}

func codeOf(said demarc.Judgement, accepted bool) code {
	switch said.Status {
	case demarc.Met:
		return codeMet
	case demarc.Unmet:
		if accepted {
			return codeAccepted
		}
		return codeUnmet
	case demarc.NotApplicable:
		return codeNotApplicable
	case demarc.UnknownStatus:
	}
	return codeUnknown + code(max(slices.Index(reasons[:], said.Reason), 0))
}

// judgement is what a code stands for, without why.
func (c code) judgement() (said demarc.Judgement, accepted bool) {
	switch c {
	case codeMet:
		said.Status = demarc.Met
	case codeUnmet:
		said.Status = demarc.Unmet
	case codeAccepted:
		said.Status, accepted = demarc.Unmet, true
	case codeNotApplicable:
		said.Status = demarc.NotApplicable
	default:
		said.Reason = reasons[c-codeUnknown]
	}
	return said, accepted
}

func (c code) mark() mark {
	switch c {
	case codeMet:
		return markMet
	case codeUnmet:
		return markUnmet
	case codeAccepted:
		return markAccepted
	case codeNotApplicable:
		return markNotApplicable
	}
	return markUnknown
}

// baseTable finds or makes base verdicts.
type baseTable struct {
	docket *docket
	made   *sync.Map // baseKey -> *baseVerdicts
}

type baseKey struct {
	answer      *demarc.Answer
	requirement *demarc.Requirement
	taken       string // which delegations cover it
}

// of are the base verdicts of a resource.
func (t *baseTable) of(o *observed) *baseVerdicts {
	d := t.docket
	if !d.told {
		return t.bare(o.Answer)
	}
	return t.find(baseKey{o.Answer, d.needs.of(d, o), d.taken(o)}, func(duty responsibility.Duty) string { return d.bearer(duty, o) })
}

// bare are those of resources that share an answer, where only what is known of
// them matters, and nothing is.
func (t *baseTable) bare(answer *demarc.Answer) *baseVerdicts {
	return t.docket.duties[answer].bare(t, answer)
}

// bare remembers the base verdicts of an answer beside its tasks, where they
// are found at once.
func (d *duties) bare(t *baseTable, answer *demarc.Answer) *baseVerdicts {
	if made := d.base.Load(); made != nil {
		return made
	}
	made := t.find(baseKey{answer: answer}, func(duty responsibility.Duty) string { return duty.Party })
	d.base.Store(made)
	return made
}

func (t *baseTable) find(key baseKey, bearer func(responsibility.Duty) string) *baseVerdicts {
	d, answer, requirement := t.docket, key.answer, key.requirement
	return shared(t.made, key, func() *baseVerdicts {
		v := &baseVerdicts{duties: d.duties[answer]}
		var said []byte
		for _, duty := range v.duties.own {
			judged, _ := judge.Judge(judge.Case{Rule: d.rules[duty.Task.Index], Requirement: requirement, AsOf: d.asOf})
			if theirs(duty.Task) {
				judged = d.assured(duty.Task, duty.Party, v.duties.typ)
			}
			said = append(said, byte(codeOf(judged, false)))
			v.whys = append(v.whys, judged.Why)
			v.parties = append(v.parties, bearer(duty))
		}
		v.said = string(said)
		v.marks = verdicts{v, v.said}.marked(d.areas)
		v.set = sync.OnceValue(func() *demarc.VerdictSet { return verdicts{v, v.said}.written() })
		return v
	})
}

// marked are the worst of each area.
func (v verdicts) marked(areas map[string]int) marks {
	if v.base.said == v.said && v.base.marks != (marks{}) {
		return v.base.marks
	}
	var m marks
	for n, duty := range v.base.duties.own {
		if duty.Task.Party == demarc.Customer {
			at := areas[duty.Task.Area]
			m[at] = max(m[at], code(v.said[n]).mark())
		}
	}
	return m
}

// writtenSets remembers the sets that were written out lately. It is safe for
// concurrent use.
type writtenSets struct {
	mu   sync.Mutex
	made map[verdicts]*demarc.VerdictSet
}

// of finds or writes the set of verdicts.
func (w *writtenSets) of(v verdicts) *demarc.VerdictSet {
	if v.said == v.base.said {
		return v.base.set()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	set, ok := w.made[v]
	if !ok {
		if w.made == nil || len(w.made) == mostSets {
			w.made = map[verdicts]*demarc.VerdictSet{}
		}
		set = v.written()
		w.made[v] = set
	}
	return set
}

// set writes the verdicts out. Why something is so is told here only where
// nothing was seen: else it differs from resource to resource, and stands where
// the verdict stands by itself.
func (v verdicts) set() *demarc.VerdictSet {
	if v.said == v.base.said {
		return v.base.set()
	}
	return v.written()
}

// written writes the verdicts out anew.
func (v verdicts) written() *demarc.VerdictSet {
	set := &demarc.VerdictSet{ID: v.id()}
	for n, duty := range v.base.duties.own {
		said, accepted := code(v.said[n]).judgement()
		if v.said[n] == v.base.said[n] {
			said.Why = v.base.whys[n]
		}
		set.Verdicts = append(set.Verdicts, demarc.SetVerdict{Responsibility: &duty.Task.Responsibility, Party: v.base.parties[n], Judgement: said, Accepted: accepted})
	}
	return set
}

// id is a hash of all that the verdicts say.
func (v verdicts) id() string {
	h := sha256.New()
	for n, duty := range v.base.duties.own {
		why := ""
		if v.said[n] == v.base.said[n] {
			why = v.base.whys[n]
		}
		fmt.Fprintf(h, "%s\x00%c%s\x00%s\x00", duty.Task.ID, v.said[n], v.base.parties[n], why)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
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

// verdictsOf are the verdicts of the resource at a place of the order.
func (d *docket) verdictsOf(i int) verdicts {
	o := d.all[i]
	base := d.bases.of(o)
	if d.own != nil && d.own[i] != "" {
		return verdicts{base, d.own[i]}
	}
	return verdicts{base, base.said}
}
