package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/policy"
	"github.com/demarc-dev/demarc/internal/report"
)

// FrameworksRequest asks for the controls of frameworks.
type FrameworksRequest struct {
	Request           // no paths for the frameworks alone
	Framework  string // only this one, by its id or "id/version"; "" for all
	Government bool   // by the initiatives of Azure Government
}

// Frameworks says of every control whose it is, as far as that is published,
// what is listed for it, and over an estate how it stands there.
func Frameworks(ctx context.Context, q FrameworksRequest) (*report.Frameworks, error) {
	c, err := knowledge()
	if err != nil {
		return nil, err
	}
	controls, err := policy.NewControls(c.Frameworks)
	if err != nil {
		return nil, err
	}
	x := &frameworks{catalog: c, controls: controls, request: &q, checks: map[string]*demarc.Summary{}, verdicts: map[string]*demarc.Summary{},
		initiatives: newInitiatives(q.Checks), out: &report.Frameworks{Packs: []report.FrameworkPack{}, Frameworks: []report.Framework{},
			Controls: []report.FrameworkControl{}, Notes: []string{}}}
	var settled *assess.Settled
	if len(q.Paths) > 0 {
		in := OpenInputs(q.Paths, q.Stdin)
		in.Through = x.initiatives.overhear
		if _, settled, err = q.runOver(ctx, in); err != nil {
			return nil, err
		}
		x.settle(settled)
	}
	if err := x.gather(); err != nil {
		return nil, err
	}
	if settled != nil {
		q.hide(c, settled, x.out)
	}
	return x.out, nil
}

// frameworks gathers what is said of controls.
type frameworks struct {
	catalog     *catalog.Catalog
	controls    *policy.Controls
	request     *FrameworksRequest
	initiatives *initiatives
	verdicts    map[string]*demarc.Summary // of the customer's responsibilities, by id
	checks      map[string]*demarc.Summary // results, by folded name of the definition
	tasks       map[demarc.Control]*controlTasks
	out         *report.Frameworks
}

// gather fills the result.
func (x *frameworks) gather() error {
	sets, err := x.sets()
	if err != nil {
		return err
	}
	statements := policy.Statements(&policy.StatementCase{Sets: sets, Controls: x.controls, KindOf: x.initiatives.kindOf, Published: x.initiatives.published})
	x.gatherTasks()
	tasks := x.tasks
	at := map[demarc.Control]bool{}
	for i := range statements {
		at[statements[i].Control] = true
	}
	for control := range tasks {
		if !at[control] {
			statements = append(statements, policy.ControlStatement{Control: control})
		}
	}
	statements = slices.DeleteFunc(statements, func(s policy.ControlStatement) bool { return !x.asked(s.Control) })
	slices.SortFunc(statements, func(a, b policy.ControlStatement) int { return policy.CompareControls(a.Control, b.Control) })
	if len(statements) == 0 {
		return x.noneAsked()
	}
	for from := 0; from < len(statements); {
		to := from
		for to < len(statements) && sameFramework(statements[from].Control, statements[to].Control) {
			to++
		}
		x.framework(statements[from:to])
		from = to
	}
	x.out.Packs, x.out.Notes = append(x.out.Packs, x.initiatives.packs...), append(x.out.Notes, x.initiatives.notes...)
	if len(x.initiatives.packs) == 0 {
		x.out.Hint = "only the controls of Demarc's own responsibilities are listed: demarc catalog add azure-policy PATH|ARCHIVE brings Microsoft's regulatory initiatives"
	}
	return nil
}

// sets are the initiatives of packs and of the estate that are about a
// framework that was asked for. Those that were withdrawn count only when their
// framework is named.
func (x *frameworks) sets() ([]*policy.Set, error) {
	all, err := x.initiatives.sets(x.request.Government)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(s *policy.Set) bool {
		if s.Deprecated && x.request.Framework == "" {
			return true
		}
		return !slices.ContainsFunc(s.Groups, func(g policy.Group) bool {
			control, _ := x.controls.Of(s, g)
			return x.asked(control)
		})
	}), nil
}

// asked reports whether a control's framework was asked for.
func (x *frameworks) asked(c demarc.Control) bool {
	want := x.request.Framework
	return want == "" || demarc.EqualFold(want, c.Framework) || demarc.EqualFold(want, c.Framework+"/"+c.Version) || demarc.EqualFold(want, x.title(c))
}

func (x *frameworks) noneAsked() error {
	if x.request.Framework == "" {
		return nil
	}
	hint := "demarc frameworks lists them"
	if len(x.initiatives.packs) == 0 {
		hint += "; demarc catalog add azure-policy PATH|ARCHIVE brings those of Microsoft's initiatives"
	}
	return hinted(&UsageError{fmt.Errorf("no framework %q", x.request.Framework)}, hint)
}

func sameFramework(a, b demarc.Control) bool {
	return demarc.EqualFold(a.Framework, b.Framework) && a.Version == b.Version
}

// title is what a framework is called.
func (x *frameworks) title(c demarc.Control) string {
	i := slices.IndexFunc(x.catalog.Frameworks, func(f catalog.Framework) bool { return f.ID == c.Framework && f.Version == c.Version })
	if i < 0 {
		return c.Framework
	}
	return x.catalog.Frameworks[i].Name
}

// controlTasks are the responsibilities that carry a control, by whose half
// they are.
type controlTasks struct{ customer, provider []string }

// gatherTasks orders the responsibilities by the controls that they carry.
func (x *frameworks) gatherTasks() {
	m := map[demarc.Control]*controlTasks{}
	for i := range x.catalog.Responsibilities {
		for _, t := range x.catalog.Responsibilities[i].List {
			for _, word := range t.Controls {
				control, err := catalog.ParseControl(word)
				if err != nil {
					continue // the catalogue's own test says so
				}
				if m[control] == nil {
					m[control] = &controlTasks{}
				}
				if t.PartyOf() == demarc.Customer {
					m[control].customer = append(m[control].customer, t.ID)
				} else {
					m[control].provider = append(m[control].provider, t.ID)
				}
			}
		}
	}
	x.tasks = m
}

// framework adds the controls of one framework and their sum.
func (x *frameworks) framework(list []policy.ControlStatement) {
	first := list[0].Control
	out := report.Framework{Framework: first.Framework, Version: first.Version, Title: x.title(first), Controls: len(list)}
	total := newThings()
	shown := len(x.request.Paths) > 0 || x.request.Framework != ""
	for i := range list {
		s := &list[i]
		one := newThings()
		one.add(s, x.tasks[s.Control])
		total.add(s, x.tasks[s.Control])
		if s.Owner != "" || len(s.Ownership) > 0 {
			out.Stated++
		}
		if len(s.Contradictions) > 0 {
			out.Contradictory++
		}
		if shown {
			x.out.Controls = append(x.out.Controls, x.control(s, one))
		}
	}
	stated, contradictory := out.Stated, out.Contradictory
	out.ControlCounts = x.counts(total)
	out.Stated, out.Contradictory = stated, contradictory
	x.out.Frameworks = append(x.out.Frameworks, out)
}

// control says what stands behind one control.
func (x *frameworks) control(s *policy.ControlStatement, behind *things) report.FrameworkControl {
	c := report.FrameworkControl{Framework: s.Control.Framework, Version: s.Control.Version, Control: s.Control.ID, Whose: s.Owner,
		Ownership: []report.ControlOwnership{}, ControlCounts: x.counts(behind), Tasks: append([]string{}, behind.sortedTasks()...),
		Contradictions: []report.ControlContradiction{}, Definitions: report.ControlDefinitions{ProviderPart: filled(s.Provider), ToAttest: filled(s.Attest),
			Checks: filled(s.Checks), DataPlane: filled(s.DataPlane), Missing: filled(s.Missing)}}
	for _, p := range s.Ownership {
		c.Ownership = append(c.Ownership, report.ControlOwnership{Whose: p.Owner, Metadata: p.ID, Place: p.Place.String()})
	}
	for _, one := range s.Contradictions {
		c.Contradictions = append(c.Contradictions, report.ControlContradiction{Kind: string(one.Kind), Text: one.Text})
	}
	if len(s.Ownership) > 0 {
		c.Stated = 1
	}
	if len(s.Contradictions) > 0 {
		c.Contradictory = 1
	}
	return c
}

// filled is a list that is never nil, for outputs.
func filled(list []string) []string { return append([]string{}, list...) }

// counts counts things, and adds up how they stand in the estate.
func (x *frameworks) counts(t *things) report.ControlCounts {
	c := report.ControlCounts{ProviderPart: len(t.provider), ProviderTasks: len(t.providerTasks), ToAttest: len(t.attest), Checks: len(t.checks),
		DataPlane: len(t.dataPlane), Missing: len(t.missing), Responsibilities: len(t.tasks)}
	if len(x.request.Paths) == 0 {
		return c
	}
	var verdicts, results demarc.Summary
	for id := range t.tasks {
		join(&verdicts, x.verdicts[id])
	}
	for _, list := range [...]map[string]bool{t.checks, t.dataPlane} {
		for name := range list {
			if join(&results, x.checks[name]); x.checks[name] == nil {
				c.NotRun++
			}
		}
	}
	for name := range t.attest {
		if x.attested(name) {
			c.Attested++
		}
	}
	c.Verdicts, c.Results = report.StandingOf(verdicts), report.StandingOf(results)
	return c
}

// attested reports whether what a manual definition asks for is done: the
// responsibilities that carry its control are all met, and there are such.
func (x *frameworks) attested(definition string) bool {
	control, ok := x.controls.Published(x.initiatives.about[definition])
	if !ok || x.tasks[control] == nil {
		return false
	}
	var all demarc.Summary
	for _, id := range x.tasks[control].customer {
		join(&all, x.verdicts[id])
	}
	return all.Met > 0 && all.Unmet+all.Unknown == 0
}

func join(sum, with *demarc.Summary) {
	if with == nil {
		return
	}
	sum.Met += with.Met
	sum.Unmet += with.Unmet
	sum.Unknown += with.Unknown
	sum.NotApplicable += with.NotApplicable
	sum.Accepted += with.Accepted
}

// things are what stands behind controls, each once.
type things struct {
	provider, attest, checks, dataPlane, missing, tasks, providerTasks map[string]bool
}

func newThings() *things {
	return &things{map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}}
}

func (t *things) add(s *policy.ControlStatement, tasks *controlTasks) {
	put := func(to map[string]bool, names []string) {
		for _, name := range names {
			to[name] = true
		}
	}
	put(t.provider, s.Provider)
	put(t.attest, s.Attest)
	put(t.checks, s.Checks)
	put(t.dataPlane, s.DataPlane)
	put(t.missing, s.Missing)
	if tasks != nil {
		put(t.tasks, tasks.customer)
		put(t.providerTasks, tasks.provider)
	}
}

func (t *things) sortedTasks() []string {
	list := make([]string, 0, len(t.tasks)+len(t.providerTasks))
	for _, m := range [...]map[string]bool{t.tasks, t.providerTasks} {
		for id := range m {
			list = append(list, id)
		}
	}
	slices.SortFunc(list, strings.Compare)
	return list
}
