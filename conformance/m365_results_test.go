//go:build conformance

package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

// countedOutcomes counts evidence by tool and outcome.
func countedOutcomes(all []demarc.Evidence) map[string]int {
	counts := map[string]int{}
	for _, e := range all {
		counts[e.Tool+" "+e.Outcome.String()]++
	}
	return counts
}

// readResults reads one file and wants its evidence accounted for.
func readResults(t *testing.T, path, format string) *sourcetest.Sink {
	t.Helper()
	in := app.OpenInputs([]string{path}, nil)
	sink := sourcetest.NewSink(t)
	if err := in.Read(context.Background(), sink); err != nil {
		t.Fatal(err)
	}
	if f := in.Files[0]; f.Format != format || f.Evidence != len(sink.Evidences) || f.Statements != len(sink.Statements) || f.Scopes != len(sink.Scopes) {
		t.Errorf("accounts for %+v", *f)
	}
	return sink
}

func sameCounts(t *testing.T, got, want map[string]int) {
	t.Helper()
	if !maps.Equal(got, want) {
		t.Errorf("gives %v, a plain look counts %v", got, want)
	}
}

// TestScubaResults compares the report of ScubaGear with a plain look at its
// controls, and its summary with them.
func TestScubaResults(t *testing.T) {
	for _, path := range ending(t, "ScubaResults.json") {
		var report struct {
			MetaData struct{ TenantId, DisplayName string }
			Summary  map[string]map[string]int
			Results  map[string][]struct {
				Controls []struct {
					ID          string `json:"Control ID"`
					Result      string
					Criticality string
				}
			}
		}
		unmarshalFile(t, path, &report)
		want, severities := map[string]int{}, map[demarc.Severity]int{}
		for _, groups := range report.Results {
			for _, g := range groups {
				for _, c := range g.Controls {
					want["scubagear "+map[string]string{"Pass": "pass", "Fail": "fail", "Warning": "fail", "N/A": "unknown"}[c.Result]]++
					if strings.HasPrefix(c.Criticality, "Shall") {
						severities[demarc.High]++
					} else {
						severities[demarc.Medium]++
					}
				}
			}
		}
		sink := readResults(t, path, "scubagear-results")
		sameCounts(t, countedOutcomes(sink.Evidences), want)
		checks := map[string]bool{}
		for _, e := range sink.Evidences {
			severities[e.Severity]--
			checks[e.Check] = true
			if e.Observed.IsZero() || e.Subject.Scope != "/tenants/"+report.MetaData.TenantId || e.Place.Line < 2 {
				t.Errorf("%s: %+v", e.Check, e)
			}
		}
		if severities[demarc.High] != 0 || severities[demarc.Medium] != 0 || len(checks) != len(sink.Evidences) {
			t.Errorf("SHALL and SHOULD differ by %v; %d ids of %d controls", severities, len(checks), len(sink.Evidences))
		}
		if len(sink.Scopes) != 1 || sink.Scopes[0].Name != report.MetaData.DisplayName || !shows(sink, "m365/exchange-online") || !shows(sink, "m365/teams") || !shows(sink, "entra/entra-id") {
			t.Errorf("the tenant or its services are not there: %v", sink.Scopes)
		}
		for _, n := range sink.Notes {
			if n.Kind == demarc.NoteConflict {
				t.Errorf("the summary agrees with the rows, and a note says: %s", n.Message)
			}
		}
	}
}

func shows(sink *sourcetest.Sink, typ string) bool {
	return slices.ContainsFunc(sink.Resources, func(r sourcetest.Resource) bool { return r.Type == typ && r.ScopeID != "" })
}

// TestScubaAnswers compares bare answers with a plain look at them.
func TestScubaAnswers(t *testing.T) {
	for _, path := range ending(t, "ScubaGear/TestResults.json") {
		var rows []struct {
			Criticality    string
			RequirementMet bool
		}
		unmarshalFile(t, path, &rows)
		want := map[string]int{}
		for _, r := range rows {
			switch {
			case r.RequirementMet:
				want["scubagear pass"]++
			case r.Criticality == "Shall" || r.Criticality == "Should":
				want["scubagear fail"]++
			default:
				want["scubagear unknown"]++
			}
		}
		sink := readResults(t, path, "scubagear-answers")
		sameCounts(t, countedOutcomes(sink.Evidences), want)
		for _, e := range sink.Evidences {
			if !e.Observed.IsZero() || e.Check == "" {
				t.Errorf("an answer without a day: %+v", e)
			}
		}
	}
}

// TestMaesterResults compares a report of Maester with a plain look at it.
func TestMaesterResults(t *testing.T) {
	paths := corpus(t, "onprem/maester")
	if len(paths) != 1 {
		t.Fatalf("%d files", len(paths))
	}
	var report struct {
		TotalCount int
		Tests      []struct{ Id, Result string }
	}
	unmarshalFile(t, paths[0], &report)
	want := map[string]int{}
	for _, test := range report.Tests {
		want["maester "+map[string]string{"Passed": "pass", "Failed": "fail"}[test.Result]]++
	}
	sink := readResults(t, paths[0], "maester")
	sameCounts(t, countedOutcomes(sink.Evidences), want)
	if len(sink.Evidences) != report.TotalCount || len(sink.Resources) != 1 || sink.Resources[0].Type != "onprem/domain-controller" || len(sink.Scopes) != 0 {
		t.Errorf("%d tests of %d, about %+v", len(sink.Evidences), report.TotalCount, sink.Resources)
	}
	for i, e := range sink.Evidences {
		if e.Check != report.Tests[i].Id || e.Subject.ID != sink.Resources[0].ID || e.Observed.IsZero() {
			t.Errorf("test %d: %+v", i, e)
		}
	}
}

// m365Tables are the tables of M365-Assess that hold findings, by name, and
// who counts what they must give.
var m365Tables = map[string]func([]map[string]string) map[string]int{
	"03-MFA-Report.csv": func(rows []map[string]string) map[string]int {
		counts := map[string]int{}
		for _, r := range rows {
			counts["m365-assess "+map[string]string{"True": "pass", "False": "fail"}[r["IsMfaRegistered"]]] += 1 + map[string]int{"True": 1}[r["IsAdmin"]]
		}
		return counts
	},
	"04-Admin-Roles.csv": by(func(r map[string]string) string {
		return map[bool]string{true: "fail", false: "pass"}[strings.Contains(r["MemberUPN"], "#EXT#")]
	}),
	"07-Password-Policy.csv": by(func(r map[string]string) string {
		return map[bool]string{true: "pass", false: "fail"}[r["PasswordValidityPeriod"] == "2147483647"]
	}),
	"10-Mail-Flow.csv":      func([]map[string]string) map[string]int { return map[string]int{} },
	"11-Email-Security.csv": by(enabled),
	"12-DNS-Authentication.csv": func(rows []map[string]string) map[string]int {
		counts := map[string]int{}
		for _, r := range rows {
			for _, column := range []string{"SPF", "DMARC", "DKIMSelector1", "MTASTS", "TLSRPT"} {
				counts["m365-assess "+map[bool]string{true: "fail", false: "pass"}[r[column] == "Not configured"]]++
			}
		}
		return counts
	},
	"17-Improvement-Actions.csv": func(rows []map[string]string) map[string]int {
		counts := map[string]int{}
		for _, r := range rows {
			outcome := map[bool]string{true: "pass", false: "fail"}[r["ScoreImpact"] == "100"]
			if strings.Contains(r["ImplementationStatus"], "[Not Measured]") || strings.Contains(r["ImplementationStatus"], "0 out of 0 users") {
				outcome = "unknown"
			}
			counts["secure-score "+outcome]++
		}
		return counts
	},
	"18-Defender-Policies.csv": by(enabled),
	"19-DLP-Policies.csv": by(func(r map[string]string) string {
		if r["ItemType"] == "DlpPolicy" && strings.Contains(r["Details"], "Mode=Test") {
			return "fail"
		}
		return enabled(r)
	}),
	"20-SharePoint-OneDrive.csv": func([]map[string]string) map[string]int {
		return map[string]int{"m365-assess fail": 2, "m365-assess unknown": 1}
	},
	"21-Teams-Access.csv": func([]map[string]string) map[string]int {
		return map[string]int{"m365-assess fail": 1, "m365-assess unknown": 2}
	},
	"22-Hybrid-Sync.csv": func([]map[string]string) map[string]int { return map[string]int{"m365-assess not-applicable": 1} },
}

func enabled(r map[string]string) string {
	return map[string]string{"True": "pass", "False": "fail", "": "unknown"}[r["Enabled"]]
}

func by(outcome func(map[string]string) string) func([]map[string]string) map[string]int {
	return func(rows []map[string]string) map[string]int {
		counts := map[string]int{}
		for _, r := range rows {
			counts["m365-assess "+outcome(r)]++
		}
		return counts
	}
}

// settingsOutcome is what a plain look says of a compared setting: one without
// a value proves nothing.
func settingsOutcome(r map[string]string) string {
	switch {
	case r["CurrentValue"] == "":
		return "unknown"
	case r["Status"] == "Pass":
		return "pass"
	case r["Status"] == "Fail" || r["Status"] == "Warning":
		return "fail"
	}
	return "unknown"
}

// TestM365AssessTables compares each table with a plain look at it. Of all 26
// files two are inventory, four hold no finding, and the others are these.
func TestM365AssessTables(t *testing.T) {
	paths := corpus(t, "m365/M365-Assess")
	if len(paths) != 26 {
		t.Fatalf("%d files", len(paths))
	}
	read := 0
	for _, path := range paths {
		name := filepath.Base(path)
		count := m365Tables[name]
		if strings.HasSuffix(name, "-Config.csv") {
			count = by(settingsOutcome)
		}
		if count == nil {
			continue
		}
		read++
		t.Run(name, func(t *testing.T) {
			rows := table(t, path)
			sink := readResults(t, path, "m365-assess")
			sameCounts(t, countedOutcomes(sink.Evidences), count(rows))
			if len(sink.Notes) > 0 || len(sink.Evidences)+len(sink.Statements) < len(rows) {
				t.Errorf("%d rows give %d pieces of evidence, %d statements, notes %v", len(rows), len(sink.Evidences), len(sink.Statements), sink.Notes)
			}
		})
	}
	if read != 20 {
		t.Errorf("%d tables with findings", read)
	}
}

// ending are the files of the corpus of tenants whose path ends so.
func ending(t *testing.T, end string) []string {
	t.Helper()
	paths := slices.DeleteFunc(corpus(t, "m365"), func(path string) bool { return !strings.HasSuffix(filepath.ToSlash(path), end) })
	if len(paths) == 0 {
		t.Fatalf("no file ends in %s", end)
	}
	return paths
}

func unmarshalFile(t *testing.T, path string, into any) {
	t.Helper()
	text := contents(t, path)
	if err := json.Unmarshal([]byte(strings.TrimPrefix(string(text), "\ufeff")), into); err != nil {
		t.Fatal(fmt.Errorf("read %s: %w", path, err))
	}
}
