package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/pack"
	"github.com/demarc-dev/demarc/internal/policy"
	"github.com/demarc-dev/demarc/internal/report"
)

// ExplainPolicy says how a policy came to its verdict about a resource or a
// scope, condition by condition. The definition is named by its name, GUID or
// id, by the id of a check of our own, or by a part of its display name that
// only it has.
func ExplainPolicy(ctx context.Context, q Request, about, definition string) (*report.PolicyExplanation, error) {
	q.Checks.Only = strings.TrimSpace(definition)
	q.Watch, q.keepSought = watching(about), true
	_, settled, err := q.run(ctx)
	if err != nil {
		return nil, err
	}
	x, err := the(settled, about, func(x subject) bool { return len(tracesOf(settled, x)) > 0 })
	if err != nil {
		return nil, err
	}
	if x.resource < 0 && x.scope == nil {
		return nil, hinted(fmt.Errorf("policies look at resources, resource groups and subscriptions, and %s is none", x.name(settled)), "name one; demarc resources lists the resources")
	}
	p := settled.Policies()
	e := &report.PolicyExplanation{Subject: x.name(settled), SubjectID: x.id(settled), Results: []report.PolicyResult{}}
	if x.resource >= 0 {
		r := settled.Resources[x.resource]
		e.Type, e.Place, e.Seen = r.Type, r.Place.String(), r.Seen.String()
	}
	describe(e, &p.Checks[0], p.Book.Bound()[0])
	for _, t := range tracesOf(settled, x) {
		e.Results = append(e.Results, policyResult(&t))
	}
	if len(e.Results) == 0 {
		e.Types = typesOf(p.Book.Bound()[0])
		e.Out = notAsked(e, p.Book.Bound()[0])
	}
	return e, nil
}

// watching watches the resources of an id or name.
func watching(word string) func(*demarc.Resource) bool {
	word = strings.TrimSpace(word)
	id := strings.TrimRight(word, "/")
	return func(r *demarc.Resource) bool { return demarc.EqualFold(r.ID, id) || demarc.EqualFold(r.Name, word) }
}

func tracesOf(s *assess.Settled, x subject) []assess.CheckTrace {
	return s.TraceChecks(x.id(s), func(*assess.PolicyCheck, *policy.Bound) bool { return true })
}

// describe says which definition it is and where it was read.
func describe(e *report.PolicyExplanation, check *assess.PolicyCheck, b *policy.Bound) {
	e.Check, e.Tool, e.Title, e.Description = check.Check, check.Tool, b.DisplayName, b.Description
	e.Definition, e.Category, e.Version, e.Mode, e.From = cmp.Or(b.ID, b.Name), b.Category, b.Version, cmp.Or(b.Mode, "Indexed"), check.From
}

// notAsked says why a definition gives no result for a resource.
func notAsked(e *report.PolicyExplanation, b *policy.Bound) string {
	folded := demarc.Fold(cmp.Or(e.Type, e.SubjectID))
	switch {
	case b.Kind() == policy.Static:
		return "the definition says what its publisher does and asks nothing of resources"
	case demarc.EqualFold(b.Effect, "disabled"):
		return "its effect is " + b.Effect
	case len(e.Types) > 0 && !slices.Contains(e.Types, folded):
		return "the definition is about other resources"
	}
	return "nothing of it can be asked of this resource"
}

// typesOf are the types that a definition is about, as it spells them folded.
func typesOf(b *policy.Bound) []string {
	types, any := b.Types()
	if any {
		return nil
	}
	slices.Sort(types)
	return types
}

func policyResult(t *assess.CheckTrace) report.PolicyResult {
	out := report.PolicyResult{Verdict: t.Verdict.String(), Reason: string(t.Reason), Out: t.Out, Why: t.Why, Effect: t.Bound.Effect,
		Parameters: []report.PolicyParameter{}, Trace: policySteps(t.Lines)}
	if t.Out != "" {
		out.Verdict = "none"
	}
	if a := t.Check.Assignment; a != nil {
		out.Assignment, out.AssignmentName, out.AssignmentScope, out.AssignmentPlace = a.ID, a.Name, a.Scope, a.Place.String()
		out.Reference = t.Check.Reference
	}
	for _, v := range t.Bound.Values() {
		out.Parameters = append(out.Parameters, report.PolicyParameter(v))
	}
	out.Related = policyRelated(t.Related)
	if out.Related != nil {
		out.Why = strings.TrimPrefix(out.Why+"; "+out.Related.Summary(out.Verdict), "; ")
	}
	return out
}

// policySteps are the conditions of a trace: what else it tells stands beside
// them.
func policySteps(lines []policy.TraceLine) []report.PolicyStep {
	list := []report.PolicyStep{}
	for _, l := range lines {
		switch l.What {
		case "effect", "related", "verdict":
			continue
		}
		if l.What == "field" && l.Reason != "" && strings.HasPrefix(l.Found, string(l.Reason)) {
			l.Found = string(l.Reason) // of which field is told already
		}
		list = append(list, report.PolicyStep{Depth: l.Depth, What: l.What, Asks: l.Name, Pointer: l.Pointer, Path: l.Path, Operator: l.Operator,
			Expected: l.Expected, Found: l.Found, Result: l.Truth.String(), Reason: string(l.Reason)})
	}
	return list
}

func policyRelated(r *assess.RelatedTrace) *report.PolicyRelated {
	if r == nil {
		return nil
	}
	out := &report.PolicyRelated{Type: r.Type, In: r.Place, Wanted: r.Name, Unclear: r.Unclear, Named: r.Named, More: r.More, Found: []report.PolicySought{}}
	if c := r.Collected; c != nil {
		out.Collected, out.CollectedAt, out.Manifest = c.How.String(), moment(c.At), c.Place.String()
	}
	for _, f := range r.Found {
		out.Found = append(out.Found, report.PolicySought{ID: f.ID, Named: f.Named, Fulfils: f.Truth.String(), Trace: policySteps(f.Lines)})
	}
	return out
}

// moment writes a time, "" for none.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// packed says which pack a definition was read from.
func packed(p *pack.Pack) string {
	h := p.Header()
	if h.Commit == "" {
		return "pack " + h.Name + " of " + h.Source
	}
	return "pack " + h.Name + ", commit " + h.Commit
}

// only leaves out all but the definition that a word names, which need not be
// among those that are evaluated otherwise.
func (r *rules) only(word string) error {
	if word == "" {
		return nil
	}
	chosen, err := r.choose(word)
	if err != nil {
		return err
	}
	var bound []*policy.Bound
	var checks []assess.PolicyCheck
	for i := range r.bound {
		if r.key(i) == chosen {
			bound, checks = append(bound, r.bound[i]), append(checks, r.policies.Checks[i])
		}
	}
	r.bound, r.policies.Checks = bound, checks
	return nil
}

// key tells definitions apart.
func (r *rules) key(i int) string {
	return r.policies.Checks[i].Tool + ":" + demarc.Fold(r.policies.Checks[i].Check)
}

// choose finds the key of the one definition that a word names.
func (r *rules) choose(word string) (string, error) {
	found := r.keys(func(i int) bool { return r.isNamed(i, word) })
	if len(found) == 0 {
		r.named([]string{word})
		found = r.keys(func(i int) bool { return r.isNamed(i, word) })
	}
	for _, matches := range [...]func(title string) bool{
		func(title string) bool { return demarc.EqualFold(title, word) },
		func(title string) bool { return strings.Contains(demarc.Fold(title), demarc.Fold(word)) },
	} {
		if len(found) == 0 {
			found = r.keys(func(i int) bool { return matches(r.bound[i].DisplayName) || matches(r.policies.Checks[i].Check) })
		}
	}
	switch len(found) {
	case 0:
		return "", hinted(fmt.Errorf("no definition %q among those that are evaluated", word),
			"--checks names packs and --policies folders to look in, too; demarc catalog list shows the packs")
	case 1:
		return found[0], nil
	}
	var lines []string
	for _, key := range found[:min(len(found), 5)] {
		i := slices.IndexFunc(r.policies.Checks, func(c assess.PolicyCheck) bool { return c.Tool+":"+demarc.Fold(c.Check) == key })
		lines = append(lines, r.policies.Checks[i].Check+"  "+r.bound[i].DisplayName)
	}
	return "", hinted(fmt.Errorf("%d definitions are called %q:\n%s", len(found), word, strings.Join(lines, "\n")), "give one of the names in front")
}

// keys are those of the definitions that match, each once.
func (r *rules) keys(matches func(i int) bool) []string {
	var list []string
	for i := range r.bound {
		if key := r.key(i); matches(i) && !slices.Contains(list, key) {
			list = append(list, key)
		}
	}
	return list
}

// isNamed reports whether a word is a name or id of a definition.
func (r *rules) isNamed(i int, word string) bool {
	check, b := &r.policies.Checks[i], r.bound[i]
	if strings.Contains(word, "/") { // an id, in whatever scope the definition is kept
		return demarc.EqualFold(lastPart(word), cmp.Or(lastPart(b.ID), b.Name))
	}
	return slices.ContainsFunc([]string{check.Check, check.Tool + ":" + check.Check, b.Name}, func(name string) bool { return demarc.EqualFold(name, word) })
}
