package app

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/report"
)

const groupOfAda = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg"

// storageOf is a storage account of Ada's as Resource Graph shows it.
func storageOf(name, tls string) string {
	return fmt.Sprintf(`{"id":"%s/providers/Microsoft.Storage/storageAccounts/%s","name":%q,"type":"microsoft.storage/storageaccounts",`+
		`"location":"westeurope","tags":{"owner":"Ada"},"properties":{"minimumTlsVersion":%q,"supportsHttpsTrafficOnly":true}}`, groupOfAda, name, name, tls)
}

// savedDays saves an estate on several days, each with its rows.
func savedDays(t *testing.T, days ...[]string) Place {
	t.Helper()
	in := Place{Database: filepath.Join(t.TempDir(), "demarc.db"), Workspace: "harbour"}
	folder := filepath.Join(t.TempDir(), "exports")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for i, rows := range days {
		if err := os.WriteFile(filepath.Join(folder, "export.json"), []byte("["+strings.Join(rows, ",")+"]"), 0o600); err != nil {
			t.Fatal(err)
		}
		q := requestOf(folder)
		q.AsOf = fmt.Sprintf("2026-11-%02d", i+1)
		saveIt(t, q, in)
	}
	return in
}

// fourDays are four in which an account changes, goes, and is there again.
func fourDays(t *testing.T) Place {
	t.Helper()
	steady := storageOf("ledger", "TLS1_2")
	return savedDays(t, []string{steady, storageOf("pier", "TLS1_2")}, []string{steady, storageOf("pier", "TLS1_0")}, []string{steady}, []string{steady, storageOf("pier", "TLS1_2")})
}

func historyOf(t *testing.T, q HistoryRequest) *report.History {
	t.Helper()
	h, err := History(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// TestHistoryTellsWhen: it tells when a resource was there, and what changed
// between two days, with its reason; a day on which nothing changed is not told.
func TestHistoryTellsWhen(t *testing.T) {
	in := fourDays(t)
	h := historyOf(t, HistoryRequest{Place: in, Of: "PIER"})
	var told []string
	for _, m := range h.Moments {
		told = append(told, fmt.Sprint(m.Number, " ", m.What))
	}
	if want := []string{"1 first seen", "2 changed", "3 gone", "4 there again"}; !slices.Equal(told, want) {
		t.Fatalf("told %q, want %q", told, want)
	}
	if !slices.ContainsFunc(h.Moments[1].Lines, func(l string) bool {
		return strings.HasPrefix(l, "newly unmet: ") && strings.Contains(l, "network.tls-minimum") && strings.Contains(l, "TLS")
	}) {
		t.Errorf("nobody says why it changed: %q", h.Moments[1].Lines)
	}
	if h.Name != "pier" || h.Snapshots[2].Present || h.Snapshots[2].Unmet != 0 || !h.Snapshots[1].Present || h.Snapshots[1].Unmet == 0 {
		t.Errorf("%s stood as %+v", h.Name, h.Snapshots)
	}
	if h := historyOf(t, HistoryRequest{Place: in, Of: "ledger"}); len(h.Moments) != 1 {
		t.Errorf("what stayed as it was changed: %+v", h.Moments)
	}
}

// TestHistoryOfAResponsibility counts the places where it exists, day by day.
func TestHistoryOfAResponsibility(t *testing.T) {
	in := fourDays(t)
	var stood []string
	for _, s := range historyOf(t, HistoryRequest{Place: in, Of: "network.tls-minimum"}).Snapshots {
		stood = append(stood, fmt.Sprintf("%d/%d/%d", s.Met, s.Unmet, s.Unknown))
	}
	if want := []string{"2/0/0", "1/1/0", "1/0/0", "2/0/0"}; !slices.Equal(stood, want) {
		t.Errorf("it stood as %q, want %q", stood, want)
	}
	for _, s := range historyOf(t, HistoryRequest{Place: in, Of: "mail.dkim"}).Snapshots {
		if s.Present || s.Unknown != 0 {
			t.Errorf("what the estate does not have was counted: %+v", s)
		}
	}
}

// TestHistoryOfTheEstate: the numbers are those of the snapshots.
func TestHistoryOfTheEstate(t *testing.T) {
	in := kept(t)
	a, _ := saveIt(t, requestOf("../../examples/contoso"), in)
	h := historyOf(t, HistoryRequest{Place: in})
	s := h.Snapshots[0]
	got := demarc.Summary{Met: s.Met, Unmet: s.Unmet, Unknown: s.Unknown, NotApplicable: s.NotApplicable, Accepted: s.Accepted}
	if h.Name != "Contoso" || got != a.Summary || s.Coverage != a.Summary.Coverage() || s.Workloads != a.Estate.Workloads || s.AsOf != "2026-10-31" {
		t.Errorf("%s: %+v, want %+v", h.Name, s, a.Summary)
	}
}

// TestHistorySharesLines: what happened for the same reason is told once, and
// yours before what is others'.
func TestHistorySharesLines(t *testing.T) {
	in := kept(t)
	for _, day := range []string{"2026-10-31", "2027-01-15"} {
		q := requestOf("../../examples/contoso")
		q.AsOf = day
		saveIt(t, q, in)
	}
	lines := historyOf(t, HistoryRequest{Place: in, Of: "vm-shop-web-01"}).Moments[1].Lines
	theirs := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, ": provider.") })
	if theirs < 1 || !strings.Contains(lines[theirs], " more; ") {
		t.Fatalf("nothing is told together: %q", lines)
	}
	for _, l := range lines[theirs:] {
		if !strings.Contains(l, "provider.") && !strings.HasPrefix(l, "owner") {
			t.Errorf("what is yours stands behind what is others': %q", l)
		}
	}
}

// TestHistoryOfOtherKnowledge: where the program knew something else, it does
// not say that the estate changed.
func TestHistoryOfOtherKnowledge(t *testing.T) {
	in := fourDays(t)
	c, err := knowledge()
	if err != nil {
		t.Fatal(err)
	}
	moments, err := storeOf(t, in).Timeline(t.Context(), in.Workspace, groupOfAda+"/providers/Microsoft.Storage/storageAccounts/pier")
	if err != nil {
		t.Fatal(err)
	}
	moments[1].Catalog = "another"
	told := &chronicle{History: &report.History{Snapshots: make([]report.HistorySnapshot, len(moments))}, catalog: c}
	told.tell(moments, "pier")
	if first := told.Moments[1].Lines[0]; !strings.Contains(first, "demarc diff 1 2 tells it apart") {
		t.Errorf("it begins with %q", first)
	}
}

// TestHistoryOfNothing: what is not there, or not one thing, is refused with
// what to do.
func TestHistoryOfNothing(t *testing.T) {
	in := savedDays(t, []string{storageOf("pier", "TLS1_2"), strings.Replace(storageOf("pier", "TLS1_2"), "resourceGroups/rg/", "resourceGroups/other/", 1)})
	for of, want := range map[string]string{"pier": "names more than one resource", "nobody": `no snapshot has a resource or responsibility "nobody"`} {
		if _, err := History(t.Context(), HistoryRequest{Place: in, Of: of}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", of, err, want)
		}
	}
	if _, err := History(t.Context(), HistoryRequest{Place: Place{Database: filepath.Join(t.TempDir(), "none.db")}}); err == nil {
		t.Error("a database that is not there was read")
	}
}

// TestHistoryFitsItsSchema: all subjects, with names and without, are as the
// schema says, the same twice, and tell no name when they are to be hidden.
func TestHistoryFitsItsSchema(t *testing.T) {
	schema := historySchema(t)
	in := fourDays(t)
	for _, of := range []string{"", "network.tls-minimum", "pier"} {
		for _, hidden := range []bool{false, true} {
			q := HistoryRequest{Place: in, Of: of, Redact: Redaction{On: hidden}}
			h := historyOf(t, q)
			text := printedJSON(t, h)
			value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(value); err != nil {
				t.Errorf("%q, hidden %v: %v", of, hidden, err)
			}
			if printedJSON(t, historyOf(t, q)) != text {
				t.Errorf("%q, hidden %v: not the same twice", of, hidden)
			}
			if hidden {
				tellsNoName(t, h)
			}
		}
	}
}

// tellsNoName looks for the names of the four days in all formats.
func tellsNoName(t *testing.T, h *report.History) {
	t.Helper()
	for _, format := range report.PrintFormats {
		var b bytes.Buffer
		if err := report.Print(&b, format, h, report.Options{}); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"pier", "Ada", "11111111-1111", "exports", "harbour", "/rg/"} {
			if strings.Contains(b.String(), name) {
				t.Errorf("%s: %s is left in %s", h.Subject, name, format)
			}
		}
	}
}

// TestPseudonymsStayTheSame: whatever of an estate is shown, and of which day.
func TestPseudonymsStayTheSame(t *testing.T) {
	in := fourDays(t)
	h := historyOf(t, HistoryRequest{Place: in, Of: "pier", Redact: Redaction{On: true}})
	q := DiffRequest{Request: requestOf(), Before: "2", After: "3"}
	q.Place, q.Redact.On = in, true
	d, err := Diff(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Resources.Removed) != 1 || d.Resources.Removed[0].Name != h.Name {
		t.Errorf("the history is of %s, and gone is %+v", h.Name, d.Resources.Removed)
	}
	if d.Before.Asked != "snapshot 2" {
		t.Errorf("the number of a snapshot became %q", d.Before.Asked)
	}
}

// TestHistoryHidesWhatAPersonWrote: the reason of an override, in a snapshot
// that has it and in one where it ended.
func TestHistoryHidesWhatAPersonWrote(t *testing.T) {
	in, folder := kept(t), t.TempDir()
	override := "overrides:\n  - {match: {tag: owner=Ada}, model: iaas, reason: Clandestine works at the harbour}\n"
	for name, text := range map[string]string{"export.json": "[" + storageOf("pier", "TLS1_2") + "]", "demarc.yaml": override} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	saveIt(t, requestOf(folder), in)
	if err := os.Remove(filepath.Join(folder, "demarc.yaml")); err != nil {
		t.Fatal(err)
	}
	saveIt(t, requestOf(folder), in)
	if shown := printedJSON(t, historyOf(t, HistoryRequest{Place: in, Of: "pier"})); !strings.Contains(shown, "Clandestine") {
		t.Errorf("the override is not told: %s", shown)
	}
	if hidden := printedJSON(t, historyOf(t, HistoryRequest{Place: in, Of: "pier", Redact: Redaction{On: true}})); strings.Contains(hidden, "Clandestine") {
		t.Errorf("the reason is left: %s", hidden)
	}
}

func historySchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	raw, err := os.ReadFile("../../docs/schema/history.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	closed(doc)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("history.json", doc); err != nil {
		t.Fatal(err)
	}
	return c.MustCompile("history.json")
}

// TestNameOfAFolder: a day names no estate.
func TestNameOfAFolder(t *testing.T) {
	for path, want := range map[string]string{
		"/ships/harbour/2026-07-03": "harbour", "/ships/harbour/2026-07": "harbour", "/ships/harbour/20260703/": "harbour", "/ships/harbour": "harbour",
		"/2026-07-03": "2026-07-03", "/ships/harbour/2026-13-03": "2026-13-03", "/ships/1999": "1999", "-": "Estate",
	} {
		if got := nameOf([]string{path}); got != want {
			t.Errorf("%s is named %q, want %q", path, got, want)
		}
	}
}
