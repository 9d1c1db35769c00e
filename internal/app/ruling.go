package app

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/compare"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/source"
)

// GateSchemaVersion is the version of docs/schema/gate.schema.json.
const GateSchemaVersion = "1.0"

// ruling turns a comparison into what a gate says.
type ruling struct {
	gate    *gate
	after   *assess.Settled
	reached map[string]bool // touched through what belongs to them
	nowhere bool            // something touched lies in a scope that is not known
	out     *report.Gate
	tasks   map[string]bool
	failing map[string]int // by why
}

// rule compares and decides.
func (r *ruling) rule(before *demarc.Assessment) {
	r.tasks, r.failing = map[string]bool{}, map[string]int{}
	for _, x := range r.after.Resources {
		r.countResource(x, before)
	}
	o := compare.Options{Touched: r.touches}
	if before != nil && len(r.gate.Estate) > 0 {
		o.Above = func(at *demarc.Instance) bool { return !unplaced(at.Scope) }
	}
	found := compare.Touched(before, r.after.Assessment, o)
	for i := range found {
		r.take(&found[i])
	}
	r.out.Counts.Ended = compare.Ended(before, r.after.Assessment, r.touches)
	slices.SortFunc(r.out.Tasks, func(a, b report.GateTask) int { return strings.Compare(a.ID, b.ID) })
	for _, why := range failures {
		if n := r.failing[why]; n > 0 {
			r.out.Passed = false
			r.out.Reasons = append(r.out.Reasons, fmt.Sprintf("%d %s", n, why))
		}
	}
}

// unplaced reports whether a scope is made up, because nobody says where a
// template is deployed.
func unplaced(at *demarc.Scope) bool { return at != nil && strings.Contains(at.ID, "{") }

func (r *ruling) touches(x *demarc.Assessed) bool {
	id := demarc.Fold(x.ID)
	return r.gate.touched.names(id) || r.reached[id]
}

// countResource counts a resource by what is done to it. What a template
// deploys is updated where it was there before.
func (r *ruling) countResource(x *demarc.Assessed, before *demarc.Assessment) {
	t, ok := r.gate.touched.of(demarc.Fold(x.ID))
	r.nowhere = r.nowhere || ok && unplaced(x.Scope)
	n := &r.out.Change
	switch {
	case !ok:
	case x.Standing == demarc.Leaving:
		n.Deleted++
	case x.Standing == demarc.Conditional:
		n.Conditional++
	case r.changeOf(x.ID, t.change, before) == source.Created:
		n.Created++
	default:
		n.Updated++
	}
}

func (r *ruling) changeOf(id string, said source.Change, before *demarc.Assessment) source.Change {
	if said != source.Unstated {
		return said
	}
	if before != nil && compare.Holds(before, id) {
		return source.Updated
	}
	return source.Created
}

// Why a gate does not pass, in the order in which that is told.
var failures = [...]string{"newly unmet", "still unmet", "unknown"}

// failure says why a finding holds a change back, "" when it does not.
// What is accepted holds nothing back.
func (r *ruling) failure(f *compare.Finding) string {
	at := slices.Index(FailOn[:], r.gate.FailOn)
	switch {
	case r.gate.FailOn == "never" || f.Accepted:
	case f.Move == compare.NewlyUnmet:
		return failures[0]
	case f.Move == compare.StillUnmet && at >= 1:
		return failures[1]
	case f.Status == demarc.UnknownStatus && at >= 2:
		return failures[2]
	}
	return ""
}

// take counts a finding and writes it down, unless nothing is to be said of it.
func (r *ruling) take(f *compare.Finding) {
	r.count(f)
	why := r.failure(f)
	if why != "" {
		r.failing[why]++
	}
	if f.Move == compare.AsBefore && !f.New && f.Status != demarc.UnknownStatus {
		return
	}
	r.out.Findings = append(r.out.Findings, r.finding(f, why != ""))
	r.task(f.Responsibility)
}

func (r *ruling) count(f *compare.Finding) {
	n := &r.out.Counts
	n.Responsibilities++
	told := len(f.Evidence)+len(f.Checks) > 0
	for _, c := range [...]struct {
		counted *int
		is      bool
	}{
		{&n.New, f.New}, {&n.NewWithoutOwner, f.New && !f.Owner.Named()}, {&n.NewWithoutEvidence, f.New && !told},
		{&n.NewWithNeither, f.New && !told && !f.Owner.Named()},
		{&n.NewUnmet, f.Move == compare.NewlyUnmet}, {&n.StillUnmet, f.Move == compare.StillUnmet},
		{&n.NewlyUnknown, f.Move == compare.NewlyUnknown}, {&n.Fixed, f.Move == compare.Fixed}, {&n.Accepted, f.Accepted},
		{&n.Met, f.Status == demarc.Met}, {&n.Unmet, f.Status == demarc.Unmet}, {&n.Unknown, f.Status == demarc.UnknownStatus},
		{&n.NotApplicable, f.Status == demarc.NotApplicable},
	} {
		if c.is {
			*c.counted++
		}
	}
}

func (r *ruling) finding(f *compare.Finding, fails bool) report.GateFinding {
	task := f.Responsibility
	out := report.GateFinding{Move: f.Move.String(), New: f.New, Responsibility: task.ID, Title: task.Title, Severity: severityOf(task), Level: task.Level.String(),
		Status: f.Status.String(), Reason: string(f.Reason), Why: f.Why, Subject: f.Instance.Name(), Accepted: f.Accepted, Fails: fails,
		Evidence: []string{}, Checks: []string{}, Fingerprint: fingerprintOf(task.ID, instanceID(&f.Instance), f.Instance.Level)}
	if !f.New {
		out.Before = f.Before.String()
	}
	if f.Owner.Named() {
		out.Owner = f.Owner.Name
	}
	for _, n := range f.Evidence {
		out.Evidence = append(out.Evidence, r.after.Evidence.At(n).ID)
	}
	for _, n := range f.Checks {
		check := r.after.Checks.At(n)
		out.Checks = append(out.Checks, check.Tool+":"+check.Check)
	}
	out.Checks = slices.Compact(slices.Sorted(slices.Values(out.Checks)))
	if x := f.Instance.Resource; x != nil {
		out.Resource, out.File, out.Line = r.resource(x, f), pathAt(x.Place), x.Place.Line
	}
	if e := f.Exception; e != nil {
		out.Exception = &report.ExplainedException{Reason: e.Reason, Approver: e.Approver, From: date(e.From), Expires: date(e.Expires),
			InForce: e.Covers(r.after.AsOf), Place: e.Place.String()}
	}
	return out
}

func (r *ruling) resource(x *demarc.Assessed, f *compare.Finding) report.GateResource {
	out := report.GateResource{ID: x.ID, Type: x.Type, Change: source.Updated.String()}
	if t, ok := r.gate.touched.of(demarc.Fold(x.ID)); ok {
		out.Address = t.address
		if t.change != source.Unstated {
			out.Change = t.change.String()
		} else if f.New {
			out.Change = source.Created.String()
		}
	}
	return out
}

// task writes down a responsibility that a finding names, once.
func (r *ruling) task(t *demarc.Responsibility) {
	if r.tasks[t.ID] {
		return
	}
	r.tasks[t.ID] = true
	out := report.GateTask{ID: t.ID, Title: t.Title, Text: t.Text, DoneWhen: t.DoneWhen, Disproved: t.Disproved, Severity: severityOf(t), Area: t.Area,
		Controls: []string{}, Source: t.Source}
	for _, c := range t.Controls {
		out.Controls = append(out.Controls, c.Framework+"/"+c.Version+"/"+c.ID)
	}
	r.out.Tasks = append(r.out.Tasks, out)
}

func severityOf(t *demarc.Responsibility) string {
	if t.Severity == demarc.UnknownSeverity {
		return ""
	}
	return t.Severity.String()
}

func pathAt(p demarc.Place) string {
	if p.File == nil {
		return ""
	}
	return p.File.Path
}

// fingerprintOf tells a finding from all others, whatever the lines and files.
func fingerprintOf(responsibility, id string, level demarc.Level) string {
	sum := sha256.Sum256([]byte(responsibility + "\x00" + level.String() + "\x00" + demarc.Fold(id)))
	return hex.EncodeToString(sum[:16])
}
