package assess

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/judge"
	"github.com/demarc-dev/demarc/internal/responsibility"
)

// TestCasesOfResponsibilities: every responsibility has evidence of its own
// that drives it to met, and some that drives it to unmet. The cases are judged
// as an assessment judges.
func TestCasesOfResponsibilities(t *testing.T) {
	c, err := catalog.Load(os.DirFS("../../data"))
	if err != nil {
		t.Fatal(err)
	}
	book, err := responsibility.New(c)
	if err != nil {
		t.Fatal(err)
	}
	rules := rules(book)
	n := 0
	for i := range c.Responsibilities {
		for j := range c.Responsibilities[i].List {
			from := &c.Responsibilities[i].List[j]
			n++
			t.Run(from.ID, func(t *testing.T) {
				task := book.Task(from.ID)
				for _, tc := range from.Cases {
					runTaskCase(t, book, task, rules[task.Index], &tc)
				}
			})
		}
	}
	if n < 150 {
		t.Errorf("%d responsibilities, want at least 150", n)
	}
}

// caseDay is the end of the day that cases are judged as of.
var caseDay = endOfDay(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC))

func runTaskCase(t *testing.T, book *responsibility.Book, task *responsibility.Task, rule *judge.Rule, tc *catalog.TaskCase) {
	t.Helper()
	requirement, err := caseRequirement(tc.Requirement)
	if err != nil {
		t.Fatal(err)
	}
	k := judge.Case{Rule: rule, Requirement: requirement, AsOf: caseDay}
	for n, e := range tc.Evidence {
		item, err := caseItem(book, task, &e)
		if err != nil {
			t.Errorf("evidence %d: %v", n+1, err)
			continue
		}
		item.Ref = n
		k.Items = append(k.Items, item)
	}
	if got, _ := judge.Judge(k); got.Status.String() != tc.Want {
		t.Errorf("%+v gives %v (%s: %s), want %s", tc.Evidence, got.Status, got.Reason, got.Why, tc.Want)
	}
}

func caseItem(book *responsibility.Book, task *responsibility.Task, e *catalog.CaseEvidence) (judge.Item, error) {
	ref, err := catalog.ParseCheck(e.Check, task.ID)
	if err != nil {
		return judge.Item{}, err
	}
	ref.Check = strings.TrimSuffix(ref.Check, "*")
	outcome, err := demarc.ParseOutcome(e.Outcome)
	if err != nil {
		return judge.Item{}, err
	}
	item := judge.Item{Check: ref.String(), Name: ref.String(), Whole: true, Outcome: outcome, Strength: demarc.Observed, Amount: -1, Observed: caseDay - 24*60*60}
	for _, b := range book.Bindings(ref.Tool, ref.Check) {
		if b.Task == task {
			item.Elements, item.Refutes = b.Elements, b.Refutes
		}
	}
	if ref.Tool == "assurance" { // its own station reads it
		item.Elements, item.Refutes = 1, true
	}
	err = caseTimes(&item, e)
	item.Measured = ref.Tool != attestation || item.Amount >= 0
	return item, err
}

func caseTimes(item *judge.Item, e *catalog.CaseEvidence) error {
	for _, x := range []struct {
		text string
		set  func(time.Duration)
	}{
		{strings.TrimSuffix(e.Age, "none"), func(d time.Duration) { item.Observed = caseDay - int64(d/time.Second) }},
		{e.Since, func(d time.Duration) { item.Since = caseDay - int64(d/time.Second) }},
		{e.Amount, func(d time.Duration) { item.Amount = d }},
	} {
		if x.text == "" {
			continue
		}
		d, err := catalog.ParseAge(x.text)
		if err != nil {
			return err
		}
		x.set(d)
	}
	if e.Age == "none" {
		item.Observed = 0
	}
	if e.Severity != "" {
		severity, err := demarc.ParseSeverity(e.Severity)
		if err != nil {
			return err
		}
		item.Severity = severity
	}
	if e.Strength == "claim" {
		item.Strength = demarc.Claim
	}
	return nil
}

// caseRequirement reads the requirement of a case: severities stand for the
// patch window.
func caseRequirement(from map[string]string) (*demarc.Requirement, error) {
	if len(from) == 0 {
		return nil, nil
	}
	r := &demarc.Requirement{ID: "case", PatchWindow: map[demarc.Severity]time.Duration{}}
	for key, text := range from {
		if key == "regions" {
			r.Regions = strings.Fields(text)
			continue
		}
		d, err := catalog.ParseAge(text)
		if err != nil {
			return nil, err
		}
		switch key {
		case "recoveryPoint":
			r.RecoveryPoint = d
		case "recoveryTime":
			r.RecoveryTime = d
		case "retentionMin":
			r.RetentionMin = d
		case "retentionMax":
			r.RetentionMax = d
		default:
			severity, err := demarc.ParseSeverity(key)
			if err != nil {
				return nil, err
			}
			r.PatchWindow[severity] = d
		}
	}
	return r, nil
}
