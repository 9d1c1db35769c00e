//go:build conformance

package conformance

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/catalog"
)

// requirements are those that the estates of these tests state.
const requirements = `requirements:
  - {dataClass: internal, patchWindow: {critical: 14d, high: 30d, medium: 60d, low: 90d}, recoveryPoint: 24h, recoveryTime: 24h, retentionMin: 30d}
workloads:
  - {name: everything, match: {scope: /}, dataClass: internal}
`

// assessedAsOf assesses folders of the corpus as of a day, on which those files were
// made that do not say so themselves.
func assessedAsOf(t *testing.T, day string, folders ...string) *demarc.Assessment {
	t.Helper()
	return assessedBy(t, app.Checks{}, day, folders...)
}

// assessedBy is the same with a choice of checks.
func assessedBy(t *testing.T, checks app.Checks, day string, folders ...string) *demarc.Assessment {
	t.Helper()
	estate := t.TempDir()
	document := "name: corpus\nevidence:\n  - {path: ., observed: " + day + "}\n" + requirements
	if err := os.WriteFile(filepath.Join(estate, "demarc.yaml"), []byte(document), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		to := filepath.Join(estate, strings.ReplaceAll(folder, "/", "-"))
		if err := os.CopyFS(to, os.DirFS(shared("corpus", folder))); err != nil {
			t.Fatal(err)
		}
	}
	today, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.Assess(context.Background(), app.Request{Paths: []string{estate}, Today: today, Checks: checks})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// everyVerdict visits the verdicts that rest on evidence.
func everyVerdict(a *demarc.Assessment, visit func(*demarc.Verdict)) {
	all := func(v *demarc.Verdict) bool { visit(v); return true }
	a.Verdicts.Own(all)
	a.Verdicts.Above(all)
}

// inventories are the folders of the corpus that hold no evidence.
var inventories = []string{
	"azure-inventory/amex678-subscription/2026-07-03", "azure-inventory/amex678-subscription/2026-07-06", "arm", "terraform-plan", "terraform-state",
	"cyclonedx",
}

// TestAloneNothingIsMet: without evidence and checks nothing is met and nothing
// is unmet.
func TestAloneNothingIsMet(t *testing.T) {
	for _, folder := range inventories {
		t.Run(folder, func(t *testing.T) {
			a := assessedBy(t, app.Checks{NotOwn: true}, "2026-07-06", folder)
			if a.Evidence.Len() > 0 {
				t.Fatalf("%d pieces of evidence in an inventory", a.Evidence.Len())
			}
			if s := a.Summary; s.Met+s.Unmet+s.Accepted > 0 || s.Unknown == 0 {
				t.Errorf("%+v without any evidence", s)
			}
			everyVerdict(a, func(v *demarc.Verdict) {
				if v.Status == demarc.Met || v.Status == demarc.Unmet {
					t.Errorf("%s of %s is %v", v.Responsibility.ID, v.Instance.Name(), v.Status)
				}
			})
		})
	}
}

// sameMeaning are the responsibilities that are met in one real file and unmet
// in another.
const sameMeaning = 20

// TestRealFilesFlip: at least twenty responsibilities are met by one real file
// of the corpus and unmet by another.
func TestRealFilesFlip(t *testing.T) {
	files := map[string]*demarc.Assessment{
		"ScubaGear 2024-08":      assessedAsOf(t, "2024-08-20", "m365/ScubaGear-2024-08"),
		"ScubaGear TestResults":  assessedAsOf(t, "2024-08-20", "m365/ScubaGear"),
		"M365-Assess":            assessedAsOf(t, "2026-02-01", "m365/M365-Assess"),
		"amex678 on 2026-07-03":  assessedAsOf(t, "2026-07-03", "azure-inventory/amex678-subscription/2026-07-03", "defender/amex678-subscription/2026-07-03", "azure-rbac/amex678-subscription/2026-07-03"),
		"amex678 without rights": assessedAsOf(t, "2026-07-06", "azure-inventory/amex678-subscription/2026-07-06", "defender/amex678-subscription/2026-07-03"),
	}
	met, unmet := map[string]string{}, map[string]string{}
	for name, a := range files {
		everyVerdict(a, func(v *demarc.Verdict) {
			switch v.Status {
			case demarc.Met:
				met[v.Responsibility.ID] = name
			case demarc.Unmet:
				unmet[v.Responsibility.ID] = name
			case demarc.UnknownStatus, demarc.NotApplicable:
			}
		})
	}
	flips := 0
	for id, in := range met {
		if other, ok := unmet[id]; ok {
			flips++
			t.Logf("%s is met in %s and unmet in %s", id, in, other)
		}
	}
	if flips < sameMeaning {
		t.Errorf("%d responsibilities flip between real files, want at least %d", flips, sameMeaning)
	}
}

// TestNothingThatAFindingRefutesIsMet reads the recommendations of a real
// subscription by a query of its own, and looks for a responsibility that is
// met although one of them says that it is not.
func TestNothingThatAFindingRefutesIsMet(t *testing.T) {
	for _, day := range []string{"2026-07-03", "2026-07-06"} {
		t.Run(day, func(t *testing.T) {
			a := assessedAsOf(t, day, "azure-inventory/amex678-subscription/"+day, "defender/amex678-subscription/2026-07-03")
			refuted := refutedBy(t, unhealthy(t))
			if len(refuted) < 10 {
				t.Fatalf("the query found %d refuted responsibilities only", len(refuted))
			}
			seen := 0
			everyVerdict(a, func(v *demarc.Verdict) {
				key := instanceID(v) + " " + v.Responsibility.ID
				if !refuted[key] {
					return
				}
				seen++
				if v.Status == demarc.Met {
					t.Errorf("%s of %s is met: %s", v.Responsibility.ID, v.Instance.Name(), v.Why)
				}
			})
			if seen < 10 {
				t.Errorf("%d of %d refuted responsibilities were met with in the assessment", seen, len(refuted))
			}
		})
	}
}

// instanceID is the folded id of the resource or scope of a verdict.
func instanceID(v *demarc.Verdict) string {
	switch {
	case v.Instance.Resource != nil:
		return demarc.Fold(v.Instance.Resource.ID)
	case v.Instance.Scope != nil:
		return v.Instance.Scope.ID
	}
	return ""
}

// unhealthy lists subject and assessment of the recommendations that a
// resource does not follow.
func unhealthy(t *testing.T) [][2]string {
	t.Helper()
	var rows []map[string]any
	text, err := os.ReadFile(shared("corpus", "defender", "amex678-subscription", "2026-07-03", "defender-recommendations.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &rows); err != nil {
		t.Fatal(err)
	}
	var found [][2]string
	for _, r := range rows {
		status, _ := r["Status"].(string)
		id, _ := r["ResourceId"].(string)
		check, _ := r["AssessmentName"].(string)
		if strings.EqualFold(status, "Unhealthy") {
			found = append(found, [2]string{demarc.Fold(id), demarc.Fold(check[strings.LastIndex(check, "/")+1:])})
		}
	}
	return found
}

// refutedBy lists "subject responsibility" for the findings whose check
// settles or refutes a responsibility in the data.
func refutedBy(t *testing.T, findings [][2]string) map[string]bool {
	t.Helper()
	c, err := catalog.Load(os.DirFS("../data"))
	if err != nil {
		t.Fatal(err)
	}
	refuted := map[string]bool{}
	for i := range c.Responsibilities {
		for _, task := range c.Responsibilities[i].List {
			checks := append(slices.Concat(task.Settles...), task.Refutes...)
			for _, f := range findings {
				if slices.Contains(checks, "defender:"+f[1]) {
					refuted[f[0]+" "+task.ID] = true
				}
			}
		}
	}
	return refuted
}
