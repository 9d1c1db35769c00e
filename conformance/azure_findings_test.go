//go:build conformance

package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

// findings are rows as encoding/json reads them.
type findings []map[string]any

func (f findings) text(i int, name string) string {
	s, _ := f[i][name].(string)
	return s
}

// findingsOf reads a corpus file with encoding/json, as a list or as the list
// in a member.
func findingsOf(t *testing.T, path, member string) findings {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if member != "" {
		var document map[string]json.RawMessage
		if err := json.Unmarshal(text, &document); err != nil {
			t.Fatal(err)
		}
		text = document[member]
	}
	var rows findings
	if err := json.Unmarshal(text, &rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

// evidenceOf reads a file with the program and wants all of it accounted for.
func evidenceOf(t *testing.T, path, format string) *sourcetest.Sink {
	t.Helper()
	in := app.OpenInputs([]string{path}, nil)
	sink := sourcetest.NewSink(t)
	if err := in.Read(context.Background(), sink); err != nil {
		t.Fatal(err)
	}
	f := in.Files[0]
	if f.Format != format || f.Evidence != len(sink.Evidences) || f.Statements != len(sink.Statements) || f.Resources != len(sink.Resources) {
		t.Errorf("%s accounts for %+v", path, *f)
	}
	return sink
}

// saidOf counts evidence by what it says, check and subject included.
func saidOf(all []demarc.Evidence) map[string]int {
	n := map[string]int{}
	for _, e := range all {
		n[fmt.Sprintf("%v %s|%s|%s", e.Outcome, e.Reason, e.Check, strings.ToLower(e.Subject.ID))]++
	}
	return n
}

// TestDefenderCorpus compares the assessments of a real subscription with a
// plain reading of the same file.
func TestDefenderCorpus(t *testing.T) {
	path := shared("corpus", "defender/amex678-subscription/2026-07-03/defender-recommendations.json")
	notLooked := map[string]demarc.Reason{"GCExtensionIdentityMissing": demarc.NotCollected, "NoExtension": demarc.NotCollected, "NoScanData": demarc.NotCollected,
		"OffByPolicy": demarc.NotAssessed, "UnsupportedOperationalState": demarc.NotAssessed}
	rows := findingsOf(t, path, "")
	want := map[string]int{}
	totals := map[demarc.Outcome]int{}
	for i := range rows {
		var outcome demarc.Outcome
		var reason demarc.Reason
		switch rows.text(i, "Status") {
		case "Healthy":
			outcome = demarc.Pass
		case "Unhealthy":
			outcome = demarc.Fail
		case "NotApplicable":
			if reason = notLooked[rows.text(i, "StatusCause")]; reason == "" {
				outcome = demarc.OutcomeNotApplicable
			}
		}
		totals[outcome]++
		want[fmt.Sprintf("%v %s|%s|%s", outcome, reason, rows.text(i, "AssessmentName"), strings.ToLower(rows.text(i, "ResourceId")))]++
	}
	if totals[demarc.Pass] != 87 || totals[demarc.Fail] != 174 || totals[demarc.OutcomeUnknown] != 33 || totals[demarc.OutcomeNotApplicable] != 15 {
		t.Fatalf("the file is another one: %v", totals)
	}
	sink := evidenceOf(t, path, "defender")
	if got := saidOf(sink.Evidences); !maps.Equal(got, want) {
		t.Errorf("%d kinds of evidence, want %d", len(got), len(want))
		differences(t, got, want)
	}
	if len(sink.Notes) != 0 || len(sink.Resources) != 0 {
		t.Errorf("%d notes, %d resources", len(sink.Notes), len(sink.Resources))
	}
}

// TestAdvisorCorpus: every recommendation of the same subscription is a fail
// about the resource that it names, dated as it is.
func TestAdvisorCorpus(t *testing.T) {
	path := shared("corpus", "defender/amex678-subscription/2026-07-03/advisor-recommendations.json")
	rows := findingsOf(t, path, "")
	want := map[string]int{}
	for i := range rows {
		want["fail |"+rows.text(i, "Problem")+"|"+strings.ToLower(rows.text(i, "ResourceId"))]++
	}
	sink := evidenceOf(t, path, "advisor")
	if got := saidOf(sink.Evidences); len(rows) != 69 || !maps.Equal(got, want) {
		differences(t, got, want)
		t.Errorf("%d pieces of evidence of %d rows", len(sink.Evidences), len(rows))
	}
	for _, e := range sink.Evidences {
		if e.Observed.IsZero() {
			t.Errorf("line %d is undated", e.Place.Line)
		}
	}
}

// TestChecklistCorpus: both results of the review checklists are read. In the
// second one the script mixed up its lines, and no check can be told.
func TestChecklistCorpus(t *testing.T) {
	for name, want := range map[string]map[demarc.Outcome]int{
		"graph_results_akssample01.json": {demarc.Pass: 4, demarc.Fail: 13},
		"graph_results_alzsample01.json": {demarc.OutcomeUnknown: 212},
	} {
		t.Run(name, func(t *testing.T) {
			path := shared("corpus", "azure-inventory/review-checklists", name)
			rows := findingsOf(t, path, "checks")
			plain := map[demarc.Outcome]int{}
			for i := range rows {
				plain[map[string]demarc.Outcome{"true": demarc.Pass, "false": demarc.Fail}[rows.text(i, "compliant")]]++
			}
			got := map[demarc.Outcome]int{}
			for i, e := range evidenceOf(t, path, "azure-checklist").Evidences {
				got[e.Outcome]++
				id, _, _ := strings.Cut(rows.text(i, "id"), " ")
				if e.Subject.ID != id && (id != "None" || e.Subject.ID != "") {
					t.Errorf("row %d is about %q, want %q", i, e.Subject.ID, id)
				}
				if guid := rows.text(i, "guid"); e.Check != guid && (e.Check != "" || len(guid) < 100) {
					t.Errorf("row %d is of check %.40q, want %.40q", i, e.Check, guid)
				}
			}
			if !maps.Equal(got, want) || !maps.Equal(plain, want) {
				t.Errorf("got %v, a plain look %v, want %v", got, plain, want)
			}
		})
	}
}

// TestFindingsWithoutRows: a header says nothing about anything.
func TestFindingsWithoutRows(t *testing.T) {
	path := shared("corpus", "defender/django-DefectDojo/zero_vulns.csv")
	sink := sourcetest.NewSink(t)
	err := app.OpenInputs([]string{path}, nil).Read(context.Background(), sink)
	if err == nil || !strings.HasSuffix(err.Error(), "zero_vulns.csv: a header without rows: not one result in it") {
		t.Errorf("read with %v", err)
	}
}

// differences writes down some of what two counts differ in.
func differences(t *testing.T, got, want map[string]int) {
	t.Helper()
	most := 10
	for key, n := range want {
		if got[key] != n && most > 0 {
			most--
			t.Errorf("%s: %d, want %d", key, got[key], n)
		}
	}
	for key, n := range got {
		if want[key] == 0 && most > 0 {
			most--
			t.Errorf("%s: %d, want none", key, n)
		}
	}
}
