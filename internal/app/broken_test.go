package app

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/report"
)

// The good files are an inventory and evidence about it.
const (
	goodCheck      = "6f90a6d6-d4d6-0794-0ec1-98fa77878c2e"
	otherCheck     = "11111111-2222-4333-8444-555555555555"
	goodInventory  = `[{"id":"` + testVM + `","name":"vm","type":"Microsoft.Compute/virtualMachines","location":"westeurope"}]`
	goodAssessment = `[{"id":"` + testVM + `/providers/Microsoft.Security/assessments/` + goodCheck + `","name":"` + goodCheck + `","type":"microsoft.security/assessments","properties":{"displayName":"Disks","status":{"code":"Healthy"}}}]`
)

// broken are files in which something is wrong, with what is told of each.
var broken = []struct {
	name, path, text string
	note             string // its kind, and a piece of it
}{
	{"JSON that was cut", "e/evidence/cut.json", `{"MetaData":{"TenantId":"aaaaaaaa-1111-4222-8333-bbbbbbbbbbbb"},"Summary":{"AAD":{"Passes":1}},"Results":{"AAD":[{"Controls":[{"Control ID":"MS.AAD.3.2v1","Result":"Pa`, "skipped|ends inside"},
	{"JSON that begins and no more", "e/evidence/begun.json", `{"MetaData":{"Tenan`, "ignored|not recognised"},
	{"rows that were cut", "e/evidence/rows.json", strings.TrimSuffix(strings.ReplaceAll(goodAssessment, goodCheck, otherCheck), "]") + "," + goodAssessment[1:200], "skipped|the file ends inside of this record"},
	{"XML that breaks off", "e/evidence/scan.nessus", `<?xml version="1.0"?><NessusClientData_v2><Report name="x"><ReportHost name="srv"><ReportItem severity="4"></wrong>`, "incomplete|the file breaks off"},
	{"XML of something else", "e/evidence/feed.nessus", `<?xml version="1.0"?><rss><channel/></rss>`, "ignored|not recognised"},
	{"binary renamed", "e/evidence/picture.json", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\xff\xfe\x00\x01", "ignored|a picture"},
	{"a quote that never ends", "e/onprem/servers.csv", "name,kind,os\n\"srv-1,server,Windows\n", "skipped|quote"},
	{"statements that are no YAML", "e/statements/attestations.yaml", "attestations:\n  - {responsibility: os.patch, by: Ops\n", "unreadable|not YAML"},
	{"statements that are no list", "e/statements/exceptions.yaml", "exceptions: all of them\n", "skipped|exceptions is not a list"},
	{"a text among the statements", "e/statements/readme.yaml", "\tnothing of the kind", "ignored|not recognised"},
}

// TestBrokenFilesStopOnlyThemselves: what is wrong with a file is told with its
// path and harms no other.
func TestBrokenFilesStopOnlyThemselves(t *testing.T) {
	files := map[string]string{"e/azure/inventory.json": goodInventory, "e/evidence/defender.json": goodAssessment}
	for _, b := range broken {
		files[b.path] = b.text
	}
	estateOf(t, files)
	a, err := Assess(context.Background(), Request{Paths: []string{"e"}, Today: time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	checkGood(t, a)
	told := toldOf(a)
	for _, b := range broken {
		t.Run(b.name, func(t *testing.T) {
			kind, piece, _ := strings.Cut(b.note, "|")
			if !slices.ContainsFunc(told, func(n demarc.Note) bool {
				return n.Place.File != nil && n.Place.File.Path == b.path && string(n.Kind) == kind && strings.Contains(n.Message, piece)
			}) {
				t.Errorf("no note %q at %s among %v", b.note, b.path, told)
			}
		})
	}
	var out strings.Builder
	if err := WriteReport(&out, "json", a, report.Options{}); err != nil {
		t.Fatal(err)
	}
	for _, b := range broken {
		if !strings.Contains(out.String(), b.path) {
			t.Errorf("the output says nothing of %s", b.path)
		}
	}
}

// checkGood: the good files are read as if they were alone, and so are the
// records in front of a cut.
func checkGood(t *testing.T, a *demarc.Assessment) {
	t.Helper()
	if !slices.ContainsFunc(a.Resources, func(r *demarc.Assessed) bool { return r.ID == testVM && r.Answer != nil && r.Answer.Division != nil }) {
		t.Errorf("the machine is not among %d resources", len(a.Resources))
	}
	passed := map[string]string{} // files by check
	for i := range a.Evidence.Len() {
		if e := a.Evidence.At(i); e.Outcome == demarc.Pass && e.Resource != nil && e.Resource.ID == testVM {
			passed[e.Check] = e.Place.File.Path
		}
	}
	if want := map[string]string{goodCheck: "e/evidence/defender.json", otherCheck: "e/evidence/rows.json"}; !maps.Equal(passed, want) {
		t.Errorf("what passed is %v, want %v", passed, want)
	}
}

// toldOf is what is told of files: the notes, and what is incomplete.
func toldOf(a *demarc.Assessment) []demarc.Note {
	told := slices.Clone(a.Notes)
	for _, i := range a.Estate.Incomplete {
		told = append(told, demarc.Note{Kind: demarc.NoteIncomplete, Place: i.Place, Message: i.Message})
	}
	return told
}
