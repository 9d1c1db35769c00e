package app

import (
	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
)

// settle counts how responsibilities and checks stand in an estate.
func (x *frameworks) settle(s *assess.Settled) {
	x.out.Estate, x.out.AsOf = s.Estate.Name, date(s.AsOf)
	x.countVerdicts(s.Verdicts)
	x.countResults(s.Checks, func(e *demarc.AssessedEvidence) bool { return true })
	computed := make(map[string]bool, len(x.checks))
	for name := range x.checks {
		computed[name] = true
	}
	// Where nothing was computed, Azure's own states tell.
	x.countResults(s.Evidence, func(e *demarc.AssessedEvidence) bool {
		return e.Strength == demarc.Observed && !computed[demarc.Fold(e.Check)]
	})
}

// countVerdicts counts the customer's responsibilities, each once at its level.
func (x *frameworks) countVerdicts(list demarc.VerdictList) {
	shared := map[*demarc.VerdictSet]int{}
	list.Each(func(_ int, own, _ *demarc.VerdictSet) bool {
		shared[own]++
		return true
	})
	put := func(r *demarc.Responsibility, status demarc.Status, accepted bool, n int) {
		if r.Party != demarc.Customer {
			return
		}
		s := summaryOf(x.verdicts, r.ID)
		var one demarc.Summary
		count(&one, status, accepted)
		join(s, &demarc.Summary{Met: n * one.Met, Unmet: n * one.Unmet, Unknown: n * one.Unknown, NotApplicable: n * one.NotApplicable, Accepted: n * one.Accepted})
	}
	for set, n := range shared {
		for i := range set.Verdicts {
			v := &set.Verdicts[i]
			put(v.Responsibility, v.Status, v.Accepted, n)
		}
	}
	list.Above(func(v *demarc.Verdict) bool {
		put(v.Responsibility, v.Status, v.Accepted, 1)
		return true
	})
}

// countResults counts what checks of Azure Policy say.
func (x *frameworks) countResults(list demarc.EvidenceList, counts func(*demarc.AssessedEvidence) bool) {
	for i := range list.Len() {
		e := list.At(i)
		if e.Tool != azureTool || !counts(&e) {
			continue
		}
		s := summaryOf(x.checks, demarc.Fold(e.Check))
		switch e.Outcome {
		case demarc.Pass:
			s.Met++
		case demarc.Fail:
			s.Unmet++
		case demarc.OutcomeNotApplicable:
			s.NotApplicable++
		case demarc.OutcomeUnknown:
			s.Unknown++
		}
	}
}

func summaryOf(m map[string]*demarc.Summary, key string) *demarc.Summary {
	s, ok := m[key]
	if !ok {
		s = &demarc.Summary{}
		m[key] = s
	}
	return s
}
