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
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/policy"
	"github.com/demarc-dev/demarc/internal/report"
)

// IsResponsibility reports whether a word that may name an area is the id of
// a responsibility: only they have a dot.
func IsResponsibility(word string) bool { return strings.Contains(word, ".") }

// ExplainVerdict says of one responsibility, at a resource, a scope, a
// workload or the organisation, whether it is met and what decided that.
func ExplainVerdict(ctx context.Context, q Request, about, id string) (*report.VerdictExplanation, error) {
	c, err := knowledge()
	if err != nil {
		return nil, err
	}
	t, err := task(c, id)
	if err != nil {
		return nil, err
	}
	q.Watch = watching(about)
	_, settled, err := q.run(ctx)
	if err != nil {
		return nil, err
	}
	v, err := theVerdict(settled, about, t)
	if err != nil {
		return nil, err
	}
	x := &verdictExplainer{catalog: c, settled: settled, v: v, seen: settled.Seen(v)}
	e := x.explain(q.Paths)
	if !q.Redact.On { // what a property holds may be a name
		x.whys(e)
	}
	q.hide(c, settled, e)
	return e, nil
}

// theVerdict finds the verdict of a task where a person asked for it.
func theVerdict(s *assess.Settled, about string, t *catalog.Task) (*demarc.Verdict, error) {
	if v := onlyVerdict(s, subjects(s, about), t); v != nil {
		return v, nil
	}
	x, err := the(s, about, func(x subject) bool { return len(x.verdicts(s, t.ID)) > 0 })
	if err != nil {
		return nil, err
	}
	found := x.verdicts(s, t.ID)
	switch {
	case len(found) == 1:
		return &found[0], nil
	case x.resource < 0 && t.Level == demarc.ResourceLevel.String():
		return nil, hinted(fmt.Errorf("%s exists once per resource, and %s is none", t.ID, x.name(s)), "name one of its resources; demarc resources lists them")
	}
	return nil, hinted(fmt.Errorf("%s asks nothing of %s: it exists once per %s, and not there", t.ID, x.name(s), t.Level),
		"demarc explain without a responsibility says what it is and whose its areas are")
}

// onlyVerdict is the verdict to which all things of a name lead, nil when they
// lead to several: a workload and its machines may share a name.
func onlyVerdict(s *assess.Settled, named []subject, t *catalog.Task) *demarc.Verdict {
	var only *demarc.Verdict
	for _, x := range named {
		for _, v := range x.verdicts(s, t.ID) {
			if only != nil && (instanceID(&only.Instance) != instanceID(&v.Instance) || only.Instance.Level != v.Instance.Level) {
				return nil
			}
			only = &v
		}
	}
	return only
}

// verdictExplainer writes the explanation of one verdict.
type verdictExplainer struct {
	catalog *catalog.Catalog
	settled *assess.Settled
	v       *demarc.Verdict
	seen    []int // evidence, and what was computed behind it
}

// mostEvidence is how many pieces of evidence a list of an explanation shows.
const mostEvidence = 50

func (x *verdictExplainer) explain(paths []string) *report.VerdictExplanation {
	v, r := x.v, x.v.Responsibility
	e := &report.VerdictExplanation{
		Subject: v.Instance.Name(), SubjectID: instanceID(&v.Instance), Level: r.Level.String(), Members: v.Instance.Members,
		Responsibility: r.ID, Title: r.Title, Text: r.Text, DoneWhen: r.DoneWhen, Disproved: r.Disproved, Severity: r.Severity.String(), Area: r.Area,
		Status: v.Status.String(), Reason: string(v.Reason), Why: v.Why, Accepted: v.Accepted, OpenDays: int(v.Age / (24 * time.Hour)),
		Party: v.Party, PartyName: x.partyName(v.Party),
		Owner: v.Owner.Name, OwnerFrom: v.Owner.From, OwnerRole: v.Owner.Basis == demarc.ByDefaultRole,
		Believed: r.Believed, Rule: r.Rule, Source: r.Source, Checked: r.Checked,
		Requirement: x.requirement(), Exception: x.exception(), Sets: x.sets(),
	}
	switch {
	case r.Party != demarc.Customer: // whoever bears it answers for it
		e.Owner, e.OwnerFrom, e.OwnerRole = e.PartyName, "", false
	case e.OwnerRole:
		e.Owner = x.roleName(e.Owner)
	}
	for _, c := range r.Controls {
		e.Controls = append(e.Controls, c.Framework+"/"+c.Version+"/"+c.ID)
	}
	x.evidence(e)
	if v.Status == demarc.UnknownStatus {
		e.Settle = x.settle(e.SubjectID, paths)
	}
	return e
}

// instanceID is how statements write an instance.
func instanceID(at *demarc.Instance) string {
	switch {
	case at.Resource != nil:
		return at.Resource.ID
	case at.Workload != "":
		return at.Workload
	case at.Scope != nil:
		return at.Scope.ID
	}
	return ""
}

func (x *verdictExplainer) partyName(id string) string {
	if p, ok := x.settled.Parties[id]; ok {
		return p.Name
	}
	return x.catalog.Party(id).Name
}

func (x *verdictExplainer) roleName(id string) string {
	for i := range x.catalog.OwnerRoles {
		if x.catalog.OwnerRoles[i].ID == id {
			return x.catalog.OwnerRoles[i].Name
		}
	}
	return id
}

func (x *verdictExplainer) requirement() *report.ExplainedRequirement {
	needs := x.v.Responsibility.Requirement
	if needs == "" {
		return nil
	}
	out := &report.ExplainedRequirement{Needs: needs}
	if r := x.settled.Requirement(x.v); r != nil {
		out.Of, out.States, out.Place = r.ID, stated(r, needs), r.Place.String()
	}
	return out
}

// stated is what a requirement says about what a responsibility needs.
func stated(r *demarc.Requirement, needs string) string {
	var words []string
	say := func(what string, d time.Duration) {
		if d > 0 {
			words = append(words, what+" "+days(d))
		}
	}
	switch needs {
	case "patchWindow":
		for s := demarc.Critical; s > demarc.UnknownSeverity; s-- {
			say(s.String()+" within", r.PatchWindow[s])
		}
	case "recoveryPoint":
		say("at most lost:", r.RecoveryPoint)
	case "recoveryTime":
		say("back within", r.RecoveryTime)
	case "retention":
		say("kept at least", r.RetentionMin)
		say("gone after", r.RetentionMax)
	case "regions":
		words = r.Regions
	}
	return strings.Join(words, ", ")
}

// days writes a length of time in days, or in hours where it is shorter than
// two days.
func days(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < 2*day || d%day != 0:
		return fmt.Sprintf("%d h", d/time.Hour)
	}
	return fmt.Sprintf("%d days", d/day)
}

func (x *verdictExplainer) exception() *report.ExplainedException {
	e := x.v.Exception
	if e == nil {
		return nil
	}
	return &report.ExplainedException{Reason: e.Reason, Approver: e.Approver, From: date(e.From), Expires: date(e.Expires),
		InForce: x.v.Accepted, Place: e.Place.String()}
}

// date writes a day, "" for none.
func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// evidence lists what was seen, and apart from it what was computed here.
func (x *verdictExplainer) evidence(e *report.VerdictExplanation) {
	read := x.settled.Evidence.Len()
	var seen, computed []int
	for _, n := range x.seen {
		if n < read {
			seen = append(seen, n)
		} else {
			computed = append(computed, n-read)
		}
	}
	decides := x.v.Status != demarc.UnknownStatus || x.v.Reason == demarc.Conflicting
	e.Evidence, e.MoreEvidence = explainedList(x.settled.Evidence, x.v.Evidence, seen, decides)
	e.Checks, e.MoreChecks = explainedList(x.settled.Checks, x.v.Checks, computed, decides)
}

// whys says of the checks that decided why, as far as the values are at hand.
func (x *verdictExplainer) whys(e *report.VerdictExplanation) {
	about := e.SubjectID
	if r := x.v.Instance.Resource; r != nil {
		about = r.ID
	}
	for i := range e.Checks {
		one := &e.Checks[i]
		if !one.Decided || !demarc.EqualFold(one.SubjectID, about) {
			continue
		}
		for _, t := range x.settled.TraceChecks(about, func(c *assess.PolicyCheck, b *policy.Bound) bool {
			return c.Tool+":"+c.Check == one.Check && (c.Assignment == nil && one.By == "" || c.Assignment != nil && c.Assignment.ID == one.By)
		}) {
			if t.Out == "" {
				result := policyResult(&t)
				one.Definition, one.Why = t.Check.From, result.Why
			}
		}
	}
}

// explainedList lists what was seen, what decided first, and says how many
// pieces it leaves out. decides is false where the answer is unknown for want
// of something that decides.
func explainedList(from demarc.EvidenceList, decided, seen []int, decides bool) (list []report.ExplainedEvidence, more int) {
	order := slices.Clone(decided)
	for _, n := range seen {
		if !slices.Contains(decided, n) {
			order = append(order, n)
		}
	}
	for at, n := range order[:min(len(order), mostEvidence)] {
		list = append(list, explainedEvidence(from.At(n), at < len(decided) && decides))
	}
	return list, len(order) - len(list)
}

// at is a piece of evidence by its place in what was seen: what was computed
// here stands behind what was read.
func (x *verdictExplainer) at(n int) demarc.AssessedEvidence {
	if read := x.settled.Evidence.Len(); n >= read {
		return x.settled.Checks.At(n - read)
	}
	return x.settled.Evidence.At(n)
}

func explainedEvidence(e demarc.AssessedEvidence, decided bool) report.ExplainedEvidence {
	out := report.ExplainedEvidence{ID: e.ID, SubjectID: e.Subject.ID, Check: e.Tool + ":" + e.Check, Title: e.Title, Outcome: e.Outcome.String(), Reason: string(e.Reason),
		Strength: e.Strength.String(), By: e.By, Observed: date(e.Observed), Since: date(e.Since), Detail: e.Detail, Place: e.Place.String(), Decided: decided}
	switch {
	case e.Resource != nil:
		out.Subject = cmp.Or(e.Resource.Name, e.Resource.ID)
	case e.Subject.Name != "":
		out.Subject = e.Subject.Name
	case e.About != nil:
		out.Subject = cmp.Or(e.About.Name, e.About.ID)
	default:
		out.Subject = cmp.Or(e.Subject.ID, "the estate")
	}
	return out
}

// sets lists the ways to settle it, with what was seen of each check.
func (x *verdictExplainer) sets() []report.ExplainedSet {
	var list []report.ExplainedSet
	for _, s := range x.v.Responsibility.Settle {
		set := report.ExplainedSet{Command: s.Command}
		for _, ref := range s.Checks {
			set.Checks = append(set.Checks, x.check(ref))
		}
		list = append(list, set)
	}
	return list
}

// check says what was seen of a check last.
func (x *verdictExplainer) check(ref demarc.CheckRef) report.ExplainedCheck {
	out := report.ExplainedCheck{Check: ref.String(), Title: x.toolName(ref.Tool), Seen: "not seen"}
	if ref.Tool == "assurance" {
		if x.v.Status == demarc.Met {
			out.Seen = "on file"
		}
		return out
	}
	var last *demarc.AssessedEvidence
	subjects := 0
	for _, n := range x.seen {
		e := x.at(n)
		if !isOf(&e, ref) {
			continue
		}
		subjects++
		if last == nil || !e.Observed.Before(last.Observed) {
			last = &e
		}
	}
	if last == nil {
		return out
	}
	out.Title = cmp.Or(last.Title, out.Title)
	out.Seen = x.saw(last)
	if subjects > 1 {
		out.Seen += fmt.Sprintf(", the latest of %d", subjects)
	}
	return out
}

// saw says in words what a piece of evidence shows.
func (x *verdictExplainer) saw(e *demarc.AssessedEvidence) string {
	words := map[demarc.Outcome]string{demarc.Pass: "passed", demarc.Fail: "failed", demarc.OutcomeNotApplicable: "does not concern it",
		demarc.OutcomeUnknown: "could not tell"}[e.Outcome]
	if e.Outcome == demarc.Fail && x.v.Status == demarc.Met {
		words = "open, and still within what is required,"
	}
	if e.Observed.IsZero() {
		return words + ", undated"
	}
	words += " " + date(e.Observed)
	if limit := x.v.Responsibility.MaxAge; limit > 0 && x.endOfDay().Sub(e.Observed) > limit {
		words += ", older than " + days(limit)
	}
	return words
}

func (x *verdictExplainer) endOfDay() time.Time {
	return x.settled.AsOf.UTC().Truncate(24 * time.Hour).Add(24*time.Hour - time.Second)
}

// isOf reports whether a piece of evidence is of a check.
func isOf(e *demarc.AssessedEvidence, ref demarc.CheckRef) bool {
	prefix, wild := strings.CutSuffix(demarc.Fold(ref.Check), "*")
	check := demarc.Fold(e.Check)
	return demarc.EqualFold(e.Tool, ref.Tool) && (check == prefix || wild && strings.HasPrefix(check, prefix))
}

func (x *verdictExplainer) toolName(id string) string {
	if t := x.catalog.Tool(id); t != nil {
		return t.Name
	}
	return map[string]string{"attestation": "a named person attests it", "assurance": "a report or certificate of the provider on file"}[id]
}

// settle lists the commands and acts that would settle it, each once.
func (x *verdictExplainer) settle(id string, paths []string) []string {
	r := x.v.Responsibility
	if x.v.Reason == demarc.NoRequirement {
		return []string{"state " + r.Requirement + " for its workload or data class under requirements: in demarc.yaml"}
	}
	var list []string
	for _, s := range r.Settle {
		var steps []string
		for _, c := range s.Checks {
			if step := x.step(c, id, paths); step != "" && !slices.Contains(steps, step) {
				steps = append(steps, step)
			}
		}
		if command := strings.Join(steps, "; "); command != "" && !slices.Contains(list, command) {
			list = append(list, command)
		}
	}
	return list
}

// step is what a person runs or does to get the result of a check.
func (x *verdictExplainer) step(c demarc.CheckRef, id string, paths []string) string {
	switch tool := x.catalog.Tool(c.Tool); {
	case c.Tool == "attestation":
		return attestCommand(c.Check, id, paths)
	case c.Tool == "assurance":
		return "demarc assurance add --party " + x.v.Party + " --kind KIND --services TYPES --until DAY" + estateFlag(paths)
	case tool != nil:
		return cmp.Or(tool.Command, tool.Act)
	}
	return ""
}

func attestCommand(responsibility, id string, paths []string) string {
	return "demarc attest " + responsibility + " --scope " + quoted(cmp.Or(id, "organisation")) + " --by NAME --statement TEXT" + estateFlag(paths)
}

// estateFlag names the estate as a command line does.
func estateFlag(paths []string) string {
	if len(paths) != 1 || paths[0] == "." {
		return ""
	}
	return " --estate " + quoted(paths[0])
}

// quoted writes a word so that a shell takes it as one.
func quoted(word string) string {
	if strings.ContainsAny(word, " \t'\"$&;()<>|*?#~`\\") {
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return word
}
