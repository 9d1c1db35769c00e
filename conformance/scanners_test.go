//go:build conformance

package conformance

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

// The scanners' files that are refused, and what is said of them: what is not
// read at all, and what holds no finding.
var scannerRefusals = map[string]string{
	"prismacloud_sample.csv": "check results, not an inventory: vulnerabilities and compliance checks of Prisma Cloud (CVE ID, Compliance ID), which are not read",
	"scoutsuite_sample.js":   "check results, not an inventory: a report of ScoutSuite (scoutsuite_results), which is not read",
	"prowler_zero_vul.csv":   "no finding: a table of Prowler without rows",
	"no_runs.sarif":          "no finding: a SARIF log whose runs list no result, and what no rule reports is not shown to be right",
	"ObjectFromFile.sarif":   "no finding: a SARIF log whose runs list no result, and what no rule reports is not shown to be right",
}

// tally counts evidence by what it says.
type tally struct{ pass, fail, notApplicable, unknown, exempt int }

// scannerFiles are the files that are read, by the format that reads them and
// the query that counts them without any of our code.
var scannerFiles = map[string]struct {
	format string
	count  func(*testing.T, []byte) tally
}{
	"example_output_azure.ocsf.json":      {"ocsf", countOCSF},
	"example_output_azure.csv":            {"prowler-csv", countProwlerCSV},
	"checkov_with_skips.json":             {"checkov", countCheckov},
	"checkov.sarif":                       {"sarif", countSARIF},
	"checkov-plan.sarif":                  {"sarif", countSARIF},
	"tflint.sarif":                        {"sarif", countSARIF},
	"trivy.sarif":                         {"sarif", countSARIF},
	"SuppressionTestCurrent.sarif":        {"sarif", countSARIF},
	"semgrepowasp-benchmark-sample.sarif": {"sarif", countSARIF},
}

// TestEveryScannerFileIsRead: each file of the corpus of findings gives as much
// evidence of each outcome as an independent query counts, or is refused with
// its reason. A list without elements is nobody's: it is read as an answer of
// Resource Graph that is empty, and gives nothing.
func TestEveryScannerFileIsRead(t *testing.T) {
	files := corpus(t, "findings")
	if len(files) != len(scannerFiles)+len(scannerRefusals)+1 {
		t.Fatalf("%d files in the corpus", len(files))
	}
	for _, path := range files {
		name := filepath.Base(path)
		t.Run(name, func(t *testing.T) {
			of, read := scannerFiles[name]
			switch message := scannerRefusals[name]; {
			case message != "":
				isRefused(t, path, message)
			case name == "prowler_zero_vul.json":
				sink := readOne(t, path, "resource-graph")
				if len(sink.Evidences)+len(sink.Resources) != 0 {
					t.Errorf("an empty list gives %d pieces of evidence and %d resources", len(sink.Evidences), len(sink.Resources))
				}
			case !read:
				t.Error("nobody says what is in it")
			default:
				sink := readOne(t, path, of.format)
				if got, want := tallied(sink), of.count(t, decoded(t, path)); got != want || want == (tally{}) {
					t.Errorf("%+v, the query counts %+v", got, want)
				}
				holdsScannerEvidence(t, sink)
			}
		})
	}
}

func tallied(sink *sourcetest.Sink) tally {
	var n tally
	for _, e := range sink.Evidences {
		switch {
		case e.Outcome == demarc.Pass:
			n.pass++
		case e.Outcome == demarc.Fail:
			n.fail++
		case e.Outcome == demarc.OutcomeNotApplicable:
			n.notApplicable++
		case e.Reason == demarc.Exempt:
			n.exempt++
		default:
			n.unknown++
		}
	}
	return n
}

// holdsScannerEvidence wants of each piece what nobody can do without, and of
// each exempt one its statement.
func holdsScannerEvidence(t *testing.T, sink *sourcetest.Sink) {
	t.Helper()
	exempt := 0
	for _, e := range sink.Evidences {
		if e.Tool == "" || e.Check == "" || e.Place.Line == 0 || e.Subject == (demarc.Subject{}) || (e.Outcome == demarc.OutcomeUnknown) != (e.Reason != "") {
			t.Errorf("%+v", e)
		}
		if e.Reason == demarc.Exempt {
			exempt++
		}
	}
	if len(sink.Statements) != exempt {
		t.Errorf("%d exceptions of %d findings that were let pass", len(sink.Statements), exempt)
	}
}

func countOCSF(t *testing.T, text []byte) tally {
	var rows []struct {
		Code      string `json:"status_code"`
		Status    string
		Resources []json.RawMessage
	}
	unmarshal(t, text, &rows)
	var n tally
	for _, row := range rows {
		switch {
		case row.Status == "Suppressed":
			n.exempt += len(row.Resources)
		case row.Code == "PASS":
			n.pass += len(row.Resources)
		case row.Code == "FAIL":
			n.fail += len(row.Resources)
		default:
			n.unknown += len(row.Resources)
		}
	}
	return n
}

func countProwlerCSV(t *testing.T, text []byte) tally {
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	status, muted := slices.Index(rows[0], "STATUS"), slices.Index(rows[0], "MUTED")
	var n tally
	for _, row := range rows[1:] {
		switch {
		case row[muted] == "True":
			n.exempt++
		case row[status] == "PASS":
			n.pass++
		case row[status] == "FAIL":
			n.fail++
		default:
			n.unknown++
		}
	}
	return n
}

func countCheckov(t *testing.T, text []byte) tally {
	var report struct {
		Results struct {
			Passed  []json.RawMessage `json:"passed_checks"`
			Failed  []json.RawMessage `json:"failed_checks"`
			Skipped []json.RawMessage `json:"skipped_checks"`
		}
		Summary struct{ Passed, Failed, Skipped int }
	}
	unmarshal(t, text, &report)
	n := tally{pass: len(report.Results.Passed), fail: len(report.Results.Failed), exempt: len(report.Results.Skipped)}
	if s := report.Summary; n != (tally{pass: s.Passed, fail: s.Failed, exempt: s.Skipped}) {
		t.Errorf("the summary of the sample says %+v", s)
	}
	return n
}

func countSARIF(t *testing.T, text []byte) tally {
	var log struct {
		Runs []struct {
			Results []struct {
				Kind         string
				Suppressions []struct{ Status string }
			}
		}
	}
	unmarshal(t, text, &log)
	var n tally
	for _, run := range log.Runs {
		for _, result := range run.Results {
			switch suppressed := len(result.Suppressions) > 0; {
			case suppressed:
				n.exempt++
			case result.Kind == "" || result.Kind == "fail":
				n.fail++
			case result.Kind == "pass":
				n.pass++
			default:
				n.unknown++
			}
		}
	}
	return n
}

func unmarshal(t *testing.T, text []byte, to any) {
	t.Helper()
	if err := json.Unmarshal(text, to); err != nil {
		t.Fatal(err)
	}
}

// TestCheckovTellsWhatItCouldNotRead: a file that Checkov could not read is a
// record that gave nothing but a note.
func TestCheckovTellsWhatItCouldNotRead(t *testing.T) {
	for _, path := range corpus(t, "findings") {
		if filepath.Base(path) != "checkov_with_skips.json" {
			continue
		}
		notes := readOne(t, path, "checkov").Notes
		if len(notes) != 1 || notes[0].Kind != demarc.NoteSkipped || notes[0].Message != "Checkov could not read /sample/broken.tf" {
			t.Errorf("notes %+v", notes)
		}
	}
}

// TestScannersNameResources: what scanners say of declared resources carries
// the address by which a plan knows them, and the day is that of the record.
func TestScannersNameResources(t *testing.T) {
	names := map[string][]string{}
	for _, path := range corpus(t, "findings") {
		name := filepath.Base(path)
		of, read := scannerFiles[name]
		if !read {
			continue
		}
		for _, e := range readOne(t, path, of.format).Evidences {
			if e.Subject.ID == "" && e.Subject.Type == "" {
				names[name] = append(names[name], e.Subject.Name)
			}
			if prowler := e.Tool == "prowler"; prowler != (e.Observed.Year() == 2025) {
				t.Errorf("%s: observed %v", name, e.Observed)
			}
		}
	}
	for name, want := range map[string][]string{
		"checkov.sarif":      {"module.security.azurerm_key_vault.main", "azurerm_storage_account.logs"},
		"checkov-plan.sarif": {"azurerm_storage_account.logs"},
		"trivy.sarif":        {"module.security.azurerm_key_vault.main", "module.network.azurerm_virtual_network.hub"},
		"tflint.sarif":       {"module.network"},
	} {
		if !slices.Equal(names[name], want) {
			t.Errorf("%s names %q, want %q", name, names[name], want)
		}
	}
	if got := names["checkov_with_skips.json"]; len(got) != 22 || slices.ContainsFunc(got, func(s string) bool { return !strings.HasPrefix(s, "aws_s3_bucket.") }) {
		t.Errorf("Checkov names %q", got)
	}
}
