package assess_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
)

// today is the day that estates of tests are assessed as of.
var today = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

// Checks of the published tasks that the tests speak of.
const (
	vulnerabilities = "nessus:vulnerabilities"                            // settles os.vulnerability-findings
	patches         = "update-manager:patches"                            // settles os.patch
	patchMode       = "defender:90386950-71ca-4357-a12e-486d1679427c"     // settles os.patch-mode
	healthAlerts    = "prowler:monitor_alert_service_health_exists"       // settles monitoring.service-health-alerts of a subscription
	baselineLinux   = "azure-policy:fc9b3da7-8347-4380-8e70-0a0361d8dedd" // one of several that settle os.hardening-baseline
	findings        = "os.vulnerability-findings"
)

var evidenceFile = &demarc.File{Path: "exports/findings.json"}

// seen is evidence of yesterday, changed as a test wants.
func seen(subject demarc.Subject, check string, outcome demarc.Outcome, change ...func(*demarc.Evidence)) demarc.Evidence {
	tool, check, _ := strings.Cut(check, ":")
	e := demarc.Evidence{Subject: subject, Tool: tool, Check: check, Outcome: outcome, Strength: demarc.Observed, Observed: today.AddDate(0, 0, -1), Place: demarc.Place{File: evidenceFile, Line: 1}}
	for _, c := range change {
		c(&e)
	}
	return e
}

func attest(scope, responsibility string, outcome demarc.Outcome) demarc.Evidence {
	return seen(demarc.Subject{ID: scope}, "attestation:"+responsibility, outcome, func(e *demarc.Evidence) { e.Strength, e.By = demarc.Attested, "Ana" })
}

func daysAgo(n int) func(*demarc.Evidence) {
	return func(e *demarc.Evidence) { e.Observed = today.AddDate(0, 0, -n) }
}

func openSince(n int, s demarc.Severity) func(*demarc.Evidence) {
	return func(e *demarc.Evidence) { e.Since, e.Severity = today.AddDate(0, 0, -n), s }
}

func onID(id string) demarc.Subject { return demarc.Subject{ID: id} }

// verdict finds the verdict about a responsibility that a resource refers to.
func verdict(t testing.TB, a *assess.Settled, id, responsibility string) *demarc.Verdict {
	t.Helper()
	for i, r := range a.Resources {
		if !demarc.EqualFold(r.ID, id) {
			continue
		}
		for _, v := range a.Verdicts.Of(i) {
			if v.Responsibility.ID == responsibility {
				return &v
			}
		}
		t.Fatalf("%s is not asked of %s", responsibility, id)
	}
	t.Fatalf("%s is not in the assessment", id)
	return nil
}

// status is a verdict in short: the status, and the reason of an unknown.
func status(v *demarc.Verdict) string {
	s := v.Status.String()
	if v.Status == demarc.UnknownStatus {
		s = string(v.Reason)
	}
	if v.Accepted {
		s += ", accepted"
	}
	return s
}

// tell writes everything that an assessment says about whether it is done, so
// that two can be compared.
func tell(a *assess.Settled) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	wrote := func(v *demarc.Verdict) string {
		s := fmt.Sprintf("%s %s %d %s: %s (%s) by %s, owner %+v, evidence", v.Responsibility.ID, v.Instance.Name(), v.Instance.Members, v.Instance.Level, status(v), v.Why, v.Party, v.Owner)
		for _, n := range v.Evidence {
			s += " " + a.Evidence.At(n).ID
		}
		if v.Exception != nil {
			s += " exception " + v.Exception.Reason
		}
		return s + " " + v.Age.String()
	}
	line("%+v %+v", a.Summary, a.Estate)
	for i, r := range a.Resources {
		line("%s %s %v %s", r.ID, r.Name, r.Seen, r.PartOf)
		set := a.Verdicts.SetOf(i)
		line("set %s of %d", set.ID, len(set.Verdicts))
		for _, v := range a.Verdicts.Of(i) {
			line("  %s", wrote(&v))
		}
	}
	a.Verdicts.Own(func(v *demarc.Verdict) bool { line("own %s", wrote(v)); return true })
	a.Verdicts.Above(func(v *demarc.Verdict) bool { line("above %s", wrote(v)); return true })
	a.Verdicts.Sets(func(s *demarc.VerdictSet) bool {
		for _, v := range s.Verdicts {
			line("%s %s %s %v %s %s", s.ID, v.Responsibility.ID, v.Party, v.Status, v.Reason, v.Why)
		}
		return true
	})
	for i := range a.Evidence.Len() {
		e := a.Evidence.At(i)
		e.Evidence.Place.File = nil
		line("%s %+v %v %v", e.ID, e.Evidence, e.Resource != nil, e.Responsibilities)
	}
	line("%+v\n%+v\n%+v\n%+v\n%v", a.Gaps, a.Settling, a.Offerings, a.Unknown, len(a.Responsibilities))
	for _, u := range a.Unattached {
		line("unattached %s %s %s %d %s", u.Subject, u.Tool, u.Reason, u.Count, u.First)
	}
	for _, x := range a.DoFirst {
		line("do first %s %+v %d %d %s %s %v", x.Responsibility.ID, x.Owner, x.Count, x.Accepted, x.First, x.Why, x.Age)
	}
	for _, x := range a.Believed {
		line("believed %s %d %d %d", x.Responsibility.ID, x.Count, x.Unmet, x.Unknown)
	}
	for _, m := range append(slices.Clone(a.Matrices), a.Conditional...) {
		line("%s %+v", m.Model, m.Cells)
	}
	for _, n := range a.Notes {
		line("note %s %s %s %d", n.Kind, n.Place, n.Message, n.Count)
	}
	for _, s := range a.Scopes {
		line("scope %s %s", s.ID, cmp.Or(s.Name, "?"))
	}
	return b.String()
}

// recount counts the summary again from the list of verdicts.
func recount(t testing.TB, a *assess.Settled) {
	t.Helper()
	var got demarc.Summary
	count := func(v *demarc.Verdict) {
		if v.Responsibility.Party != demarc.Customer {
			return
		}
		switch v.Status {
		case demarc.Met:
			got.Met++
		case demarc.Unmet:
			got.Unmet++
		case demarc.NotApplicable:
			got.NotApplicable++
		case demarc.UnknownStatus:
			got.Unknown++
		}
		if v.Accepted {
			got.Accepted++
		}
	}
	resting := map[string]string{}
	a.Verdicts.Own(func(v *demarc.Verdict) bool {
		resting[v.Instance.Resource.ID+" "+v.Responsibility.ID] = status(v)
		return true
	})
	for i, r := range a.Resources {
		set := map[string]demarc.SetVerdict{}
		for _, v := range a.Verdicts.SetOf(i).Verdicts {
			set[v.Responsibility.ID] = v
		}
		for _, v := range a.Verdicts.Of(i) {
			if v.Instance.Level != demarc.ResourceLevel {
				continue
			}
			if s := set[v.Responsibility.ID]; s.Status != v.Status || s.Reason != v.Reason || s.Accepted != v.Accepted || s.Party != v.Party {
				t.Errorf("%s of %s: %+v in the set, %s by %s by itself", v.Responsibility.ID, r.ID, s, status(&v), v.Party)
			}
			if own, ok := resting[r.ID+" "+v.Responsibility.ID]; ok && own != status(&v) {
				t.Errorf("%s of %s: %s where it rests on evidence, %s by itself", v.Responsibility.ID, r.ID, own, status(&v))
			} else if !ok && (v.Status == demarc.Unmet || len(v.Evidence) > 0) {
				t.Errorf("%s of %s is %s and rests on nothing", v.Responsibility.ID, r.ID, status(&v))
			}
			if r.Standing == demarc.There {
				count(&v)
			}
		}
	}
	a.Verdicts.Above(func(v *demarc.Verdict) bool { count(v); return true })
	if got != a.Summary {
		t.Errorf("the verdicts add up to %+v, the summary says %+v", got, a.Summary)
	}
}

// standing is a column of one area.
type standing struct {
	area  string
	model demarc.ServiceModel
}

// checkDone checks that every cell says of all its workloads how they stand,
// and that what it says is the worst of what each workload refers to.
func checkDone(t *testing.T, a *assess.Settled) {
	t.Helper()
	want := map[standing]*demarc.Done{}
	for i, r := range a.Resources {
		if r.Answer.Division == nil || r.Standing != demarc.There {
			continue
		}
		worst := worstByArea(a.Verdicts.Of(i))
		for at, ours := range columns(r.Answer) {
			if want[at] == nil {
				want[at] = &demarc.Done{}
			}
			w, known := worst[at.area]
			switch d := want[at]; {
			case !ours:
				d.Theirs++
			case !known, w.Status == demarc.UnknownStatus:
				d.Unknown++
			case w.Status == demarc.Met:
				d.Met++
			case w.Status == demarc.NotApplicable:
				d.NotApplicable++
			default:
				d.Unmet++
				if w.Accepted {
					d.Accepted++
				}
			}
		}
	}
	for _, m := range a.Matrices {
		for _, c := range m.Cells {
			d := c.Done
			if d.Met+d.Unmet+d.Unknown+d.NotApplicable+d.Theirs+c.NotApplicable != c.Workloads || d.Accepted > d.Unmet {
				t.Errorf("%s %s %v: %+v and %d without the area are not %d workloads", m.Model, c.Area.ID, c.Model, d, c.NotApplicable, c.Workloads)
			}
			counted := demarc.Done{}
			if w := want[standing{c.Area.ID, c.Model}]; w != nil {
				counted = *w
			}
			if d != counted {
				t.Errorf("%s %s %v: %+v, its workloads refer to %+v", m.Model, c.Area.ID, c.Model, d, counted)
			}
		}
	}
}

// columns are the areas and columns that a workload has, and whether anything
// of each is the customer's or of who stands in for it.
func columns(a *demarc.Answer) map[standing]bool {
	at := map[standing]bool{}
	for _, c := range a.Division.Cells {
		if c.NotApplicable {
			continue
		}
		ours := slices.Contains(c.Parties, demarc.Customer) || c.Basis >= demarc.ByDelegated && slices.ContainsFunc(c.Parties, func(p string) bool { return p != a.Provider })
		at[standing{c.AreaID, c.FacetModel}] = at[standing{c.AreaID, c.FacetModel}] || ours
	}
	return at
}

// worstByArea is, of each area, the verdict that asks most of the customer: one
// that is accepted asks less than one that is not.
func worstByArea(list []demarc.Verdict) map[string]demarc.Verdict {
	worst := map[string]demarc.Verdict{}
	for _, v := range list {
		if v.Responsibility.Party != demarc.Customer {
			continue
		}
		have, ok := worst[v.Responsibility.Area]
		if !ok || v.Status.Worse(have.Status) || v.Status == demarc.Unmet && have.Accepted && !v.Accepted {
			worst[v.Responsibility.Area] = v
		}
	}
	return worst
}
