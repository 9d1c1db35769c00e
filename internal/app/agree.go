package app

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/policy"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
)

// AgreeRequest asks how our checks agree with Azure's own states.
type AgreeRequest struct {
	Request
	States string // file of compliance states
}

// Agree compares the verdicts of checks with compliance states, definition by
// definition and resource by resource.
func Agree(ctx context.Context, q AgreeRequest) (*report.Agreement, error) {
	states, err := readStates(ctx, &q)
	if err != nil {
		return nil, err
	}
	q.Checks.Definitions = slices.Sorted(maps.Keys(states.definitions))
	c, settled, err := q.run(ctx)
	if err != nil {
		return nil, err
	}
	states.take(settled.Checks)
	out := states.compare(settled)
	out.Estate, out.AsOf, out.States = settled.Estate.Name, date(settled.AsOf), q.States
	q.hide(c, settled, out)
	return out, nil
}

// named binds definitions that nothing else brought, as far as they are at
// hand.
func (r *rules) named(names []string) {
	bound := map[string]bool{}
	for i := range r.policies.Checks {
		bound[demarc.Fold(r.policies.Checks[i].Check)] = true
	}
	for _, name := range names {
		if bound[demarc.Fold(name)] {
			continue
		}
		if d := r.definition(name); d != nil && d.Kind() != policy.Static {
			r.bind(d, nil, assess.PolicyCheck{})
		}
	}
}

// resourceState is what both sides say of one resource and definition.
type resourceState struct {
	azure, ours side
	place       demarc.Place
	subject     string
}

// side is what one side says, the worst of several assignments.
type side struct {
	said    bool
	outcome demarc.Outcome
	reason  string // of an unknown
	detail  string
}

// worse ranks outcomes: a fail anywhere is a fail, an unknown hides a pass.
var worse = [...]int{demarc.OutcomeNotApplicable: 0, demarc.Pass: 1, demarc.OutcomeUnknown: 2, demarc.Fail: 3}

func (s *side) add(outcome demarc.Outcome, reason, detail string) {
	if s.said && (worse[outcome] < worse[s.outcome] || outcome == s.outcome && cmp.Or(strings.Compare(reason, s.reason), strings.Compare(detail, s.detail)) >= 0) {
		return
	}
	*s = side{true, outcome, reason, detail}
}

// stateKey is a definition and a resource, both folded.
type stateKey struct{ definition, resource string }

// states hears the compliance states of a file.
type states struct {
	firstSink
	at          map[stateKey]*resourceState
	definitions map[string]*definitionState // by folded name
	resources   map[string]bool             // of the estate, folded
	lock        sync.Mutex
}

type definitionState struct {
	name, title string
	evaluated   bool
}

// readStates reads the states that Azure gave.
func readStates(ctx context.Context, q *AgreeRequest) (*states, error) {
	plans, err := slots.NewLayout(nil)
	if err != nil {
		return nil, err
	}
	s := &states{firstSink: firstSink{plans: plans}, at: map[stateKey]*resourceState{}, definitions: map[string]*definitionState{}}
	if err := OpenInputs([]string{q.States}, q.Stdin).Read(ctx, s); err != nil {
		return nil, err
	}
	if len(s.definitions) == 0 {
		return nil, hinted(errors.New("no compliance states in "+q.States), "az policy state list --all -o json > states.json exports them")
	}
	return s, nil
}

// Fork is the sink itself, which many may use.
func (s *states) Fork() source.Sink { return s }

// Evidence keeps a compliance state. What a person attests is none.
func (s *states) Evidence(e *demarc.Evidence) {
	if e.Tool != azureTool || e.Strength == demarc.Attested || e.By != "" || e.Subject.ID == "" {
		return
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	name := demarc.Fold(e.Check)
	d, ok := s.definitions[name]
	if !ok {
		d = &definitionState{name: strings.Clone(e.Check)}
		s.definitions[name] = d
	}
	if d.title == "" {
		d.title = strings.Clone(e.Title)
	}
	key := stateKey{name, demarc.Fold(e.Subject.ID)}
	r, ok := s.at[key]
	if !ok {
		r = &resourceState{place: e.Place, subject: strings.Clone(e.Subject.ID)}
		s.at[key] = r
	} else if comparePlaces(e.Place, r.place) < 0 {
		r.place = e.Place
	}
	outcome, reason := e.Outcome, ""
	switch {
	case e.Strength == demarc.Claim:
		outcome, reason = demarc.OutcomeUnknown, "stated by hand"
	case outcome == demarc.OutcomeUnknown:
		reason = strings.ToLower(strings.Clone(cmp.Or(e.Detail, string(e.Reason))))
	}
	r.azure.add(outcome, reason, "")
}

func comparePlaces(a, b demarc.Place) int {
	return cmp.Or(strings.Compare(a.String(), b.String()), cmp.Compare(a.Line, b.Line))
}

// take adds what our checks say of the same.
func (s *states) take(checks demarc.EvidenceList) {
	for i := range checks.Len() {
		e := checks.At(i)
		if e.Tool != azureTool {
			continue
		}
		name := demarc.Fold(e.Check)
		d, ok := s.definitions[name]
		if !ok {
			continue
		}
		d.evaluated = true
		id := e.Subject.ID
		if e.Resource != nil {
			id = e.Resource.ID
		}
		if r, ok := s.at[stateKey{name, demarc.Fold(id)}]; ok {
			r.ours.add(e.Outcome, string(e.Reason), e.Detail)
		}
	}
}

// compare counts by definition what both sides say.
func (s *states) compare(settled *assess.Settled) *report.Agreement {
	s.resources = make(map[string]bool, len(settled.Resources)+len(settled.Scopes))
	for _, r := range settled.Resources {
		s.resources[demarc.Fold(r.ID)] = true
	}
	for _, sc := range settled.Scopes {
		s.resources[demarc.Fold(sc.ID)] = true
	}
	byName := map[string]*report.AgreementDefinition{}
	for name, d := range s.definitions {
		byName[name] = &report.AgreementDefinition{Definition: d.name, Title: d.title, Reasons: []report.AgreementReason{}, Disagreements: []report.AgreementDifference{}}
	}
	reasons := map[string]map[string]int{}
	for key, r := range s.at {
		d := byName[key.definition]
		switch why := s.undecided(key, r); {
		case why != "":
			d.Undecided++
			if reasons[key.definition] == nil {
				reasons[key.definition] = map[string]int{}
			}
			reasons[key.definition][why]++
		case r.ours.outcome == r.azure.outcome:
			d.Agreed++
		default:
			d.Disagreed++
			d.Disagreements = append(d.Disagreements, report.AgreementDifference{ID: r.subject, Ours: verdictWord(r.ours.outcome),
				Azure: verdictWord(r.azure.outcome), Detail: r.ours.detail, Place: r.place.String()})
		}
	}
	out := &report.Agreement{Definitions: []report.AgreementDefinition{}}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		d := byName[name]
		for _, why := range slices.Sorted(maps.Keys(reasons[name])) {
			d.Reasons = append(d.Reasons, report.AgreementReason{Reason: why, Count: reasons[name][why]})
		}
		slices.SortFunc(d.Disagreements, func(a, b report.AgreementDifference) int { return demarc.CompareFold(a.ID, b.ID) })
		out.Agreed, out.Disagreed, out.Undecided = out.Agreed+d.Agreed, out.Disagreed+d.Disagreed, out.Undecided+d.Undecided
		out.Definitions = append(out.Definitions, *d)
	}
	return out
}

// undecided says why one of the sides could not tell, "" when both did.
func (s *states) undecided(key stateKey, r *resourceState) string {
	switch {
	case r.azure.outcome == demarc.OutcomeUnknown:
		return "Azure: " + r.azure.reason
	case r.ours.said && r.ours.outcome == demarc.OutcomeUnknown:
		return "ours: " + cmp.Or(r.ours.reason, "unknown")
	case r.ours.said:
		return ""
	case !s.resources[key.resource]:
		return "the resource is not in the estate"
	case !s.definitions[key.definition].evaluated:
		return "no check evaluates the definition"
	}
	return "the check does not look at the resource"
}

// verdictWord is the word of checks for an outcome.
func verdictWord(o demarc.Outcome) string {
	for _, v := range [...]demarc.CheckVerdict{demarc.Compliant, demarc.NonCompliant, demarc.CheckNotApplicable} {
		if v.Outcome() == o {
			return v.String()
		}
	}
	return demarc.UnknownCheck.String()
}
