package app

import (
	"context"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
)

// TestRollUpsOfExamples: roll-ups of the examples add up to what the
// assessment says, and frameworks to what its verdicts say one by one.
func TestRollUpsOfExamples(t *testing.T) {
	for _, folder := range []string{"contoso", "tenant", "plan"} {
		t.Run(folder, func(t *testing.T) {
			q := Request{Paths: []string{"../../examples/" + folder}, Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}
			_, a, err := q.run(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			frameworks, tasks := countOneByOne(a.Assessment)
			workloads, found := map[demarc.RollUpKind]int{}, map[demarc.RollUpKind]int{}
			for _, up := range a.RollUps() {
				workloads[up.By] += up.Workloads
				found[up.By]++
				if want := frameworks[up.ID]; up.By == demarc.RollUpFramework && up.Summary != want {
					t.Errorf("%s: %+v, want %+v", up.ID, up.Summary, want)
				}
				if want := tasks[up.ID]; up.By == demarc.RollUpResponsibility && up.Summary != want {
					t.Errorf("%s: %+v, want %+v", up.ID, up.Summary, want)
				}
			}
			for _, by := range []demarc.RollUpKind{demarc.RollUpEstate, demarc.RollUpSubscription, demarc.RollUpOwner, demarc.RollUpWorkload} {
				if workloads[by] != a.Estate.Workloads {
					t.Errorf("%d workloads by %v, want %d", workloads[by], by, a.Estate.Workloads)
				}
			}
			if found[demarc.RollUpFramework] != len(frameworks) || found[demarc.RollUpResponsibility] != len(tasks) || len(tasks) != len(a.Responsibilities) {
				t.Errorf("%d of %d frameworks, %d of %d responsibilities", found[demarc.RollUpFramework], len(frameworks), found[demarc.RollUpResponsibility], len(tasks))
			}
		})
	}
}

// countOneByOne counts the verdicts of an assessment, each once: the
// customer's by framework, all by responsibility.
func countOneByOne(a *demarc.Assessment) (frameworks, tasks map[string]demarc.Summary) {
	frameworks, tasks = map[string]demarc.Summary{}, map[string]demarc.Summary{}
	note := func(v *demarc.Verdict) {
		ids := map[string]bool{}
		for _, c := range v.Responsibility.Controls {
			ids[c.Framework+"/"+c.Version] = v.Responsibility.Party == demarc.Customer
		}
		for id, ours := range ids {
			if ours {
				frameworks[id] = oneMore(frameworks[id], v)
			}
		}
		tasks[v.Responsibility.ID] = oneMore(tasks[v.Responsibility.ID], v)
	}
	for i, r := range a.Resources {
		for _, v := range a.Verdicts.Of(i) {
			if v.Instance.Resource == r && r.Standing == demarc.There {
				note(&v)
			}
		}
	}
	a.Verdicts.Above(func(v *demarc.Verdict) bool { note(v); return true })
	return frameworks, tasks
}

func oneMore(s demarc.Summary, v *demarc.Verdict) demarc.Summary {
	switch v.Status {
	case demarc.Met:
		s.Met++
	case demarc.Unmet:
		s.Unmet++
	case demarc.NotApplicable:
		s.NotApplicable++
	case demarc.UnknownStatus:
		s.Unknown++
	}
	if v.Accepted {
		s.Accepted++
	}
	return s
}
