package app

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/compare"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/store"
)

// grown is a database with Contoso as it is and as it is six weeks later.
func grown(t *testing.T) Place {
	t.Helper()
	in := kept(t)
	saveIt(t, requestOf("../../examples/contoso"), in)
	saveIt(t, requestOf(later(t)), in)
	return in
}

// saveKnowing keeps an assessment as a program with another catalogue would
// have made it: one that carries no checks. It kept of resources what checks
// want to see, or only what it asks for itself.
func saveKnowing(t *testing.T, q Request, in Place, catalog string, keeps bool) {
	t.Helper()
	q.Checks.NotOwn = !keeps
	db, err := in.open(t.Context(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	saving, err := db.Begin(t.Context(), in.Workspace)
	if err != nil {
		t.Fatal(err)
	}
	defer saving.Abandon()
	k := &keepers{saving: saving}
	q.keeper = k.Fork()
	if _, _, err := q.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	k.flush()
	q.keeper, q.Checks.NotOwn = nil, true
	_, settled, err := q.run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = saving.Publish(&store.Publication{Assessment: settled.Assessment, RollUps: settled.RollUps(), Taken: time.Now(), Program: "v0", Catalog: catalog, Checks: []string{ownWord}})
	if err != nil {
		t.Fatal(err)
	}
}

// TestDiffOfOtherCatalogue: what only the program learned is kept apart from
// what changed in the estate, and where that cannot be told it is said.
func TestDiffOfOtherCatalogue(t *testing.T) {
	in, contoso := kept(t), requestOf("../../examples/contoso")
	saveKnowing(t, contoso, in, "other", true)
	saveIt(t, requestOf(later(t)), in)
	saveKnowing(t, contoso, in, "another", false)
	both := []string{"catalogue", "estate"}
	for _, tt := range []struct {
		before, after string
		causes        []string // of responsibilities
		note          string
	}{
		{"1", "2", both, "1 row told as changed in the estate may come of the catalogue"},
		{"1", "../../examples/contoso", both[:1], ""},
		{"2", "../../examples/contoso", both[1:], "of a later day"},
		{"2", "3", both[1:], otherKnowledge},
		{"../../examples/contoso", "3", both[1:], otherKnowledge},
		{"3", "../../examples/contoso", both, "was not kept then"},
	} {
		d, err := Diff(t.Context(), DiffRequest{Request: Request{Place: in, Today: contoso.Today}, Before: tt.before, After: tt.after})
		if err != nil {
			t.Fatal(err)
		}
		causes := map[string]int{}
		for i := range d.Responsibilities {
			causes[d.Responsibilities[i].Cause]++
		}
		for _, cause := range both {
			if want := slices.Contains(tt.causes, cause); want != (causes[cause] > 0) {
				t.Errorf("%s to %s: %d rows have their cause in the %s", tt.before, tt.after, causes[cause], cause)
			}
		}
		if notes := strings.Join(d.Notes, "\n"); !strings.Contains(notes, tt.note) || tt.note == "" && notes != "" {
			t.Errorf("%s to %s: notes %q", tt.before, tt.after, d.Notes)
		}
	}
}

// TestDiffOfOtherChecks: what was computed on one side only makes a difference
// that the estate did not make, and that is said.
func TestDiffOfOtherChecks(t *testing.T) {
	in, q := kept(t), requestOf("../../examples/contoso")
	saveIt(t, q, in)
	q.Checks.NotOwn = true
	saveIt(t, q, in)
	for after, want := range map[string]int{"2": 1, "1": 0, "../../examples/contoso": 0} {
		d, err := Diff(t.Context(), DiffRequest{Request: Request{Place: in, Today: q.Today}, Before: "1", After: after})
		if err != nil {
			t.Fatal(err)
		}
		got := len(slices.DeleteFunc(d.Notes, func(n string) bool { return !strings.Contains(n, "before checks own, after checks none") }))
		if got != want {
			t.Errorf("1 to %s: %d notes, want %d", after, got, want)
		}
	}
}

func linesOf(h *report.History) string {
	var lines []string
	for _, m := range h.Moments {
		lines = append(lines, m.What)
		lines = append(lines, m.Lines...)
	}
	return strings.Join(lines, "\n")
}

// TestHistoryOfAResource: it names parties as people call them, and tells
// nothing of what is asked above the resource for others.
func TestHistoryOfAResource(t *testing.T) {
	in := grown(t)
	for _, tt := range []struct{ of, holds, lacks string }{
		{"vm-erp-app-01", "passes from Fabrikam Managed Services to you", "identity.smtp-auth"},
		{"app-shop-api", "facets: container image, was runtime", "identity.smtp-auth"},
		{"Exchange Online", "gone stale: mail.external-forwarding", "os.edr"},
		{"osdisk-dev-01", "first seen\n", "changed"},
		{"stshopnew", "first seen\n", "changed"},
	} {
		h, err := History(t.Context(), HistoryRequest{Place: in, Of: tt.of})
		if err != nil {
			t.Fatal(err)
		}
		if got := linesOf(h); !strings.Contains(got, tt.holds) || strings.Contains(got, tt.lacks) {
			t.Errorf("%s: want %q and not %q in\n%s", tt.of, tt.holds, tt.lacks, got)
		}
	}
}

// renamed is Contoso under another name and without the partners and people that
// it had.
func renamed(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../examples/contoso")); err != nil {
		t.Fatal(err)
	}
	edit(t, filepath.Join(dir, "demarc.yaml"), func(raw []byte) []byte {
		_, rest, _ := strings.Cut(string(raw), "evidence:")
		head, _, _ := strings.Cut(rest, "overrides:")
		return []byte("name: Zebra\nownerTags: [team]\nasOf: 2026-10-31\nparties:\n  - {id: acme, name: Quagga Works, kind: isv}\nevidence:" + head)
	})
	return dir
}

// TestOldNamesAreHidden: names that only one of the snapshots has are in nothing
// that is shown with names hidden.
func TestOldNamesAreHidden(t *testing.T) {
	in := kept(t)
	for _, path := range []string{renamed(t), "../../examples/contoso", renamed(t)} {
		saveIt(t, requestOf(path), in)
	}
	names := []string{"Zebra", "Quagga", "Fabrikam", "Northwind", "Acme", "CISO", "vm-erp-app-01"}
	hidden := Redaction{On: true, Secret: "secret"}
	for _, pair := range [][2]string{{"1", "2"}, {"2", "3"}} {
		d, err := Diff(t.Context(), DiffRequest{Request: Request{Place: in, Redact: hidden}, Before: pair[0], After: pair[1]})
		if err != nil {
			t.Fatal(err)
		}
		if found := leaks(written(t, d, "json"), names); len(found) > 0 {
			t.Errorf("%s to %s holds %q", pair[0], pair[1], found)
		}
	}
	h, err := History(t.Context(), HistoryRequest{Place: in, Of: "vm-erp-app-01", Redact: hidden})
	if err != nil {
		t.Fatal(err)
	}
	if found := leaks(linesOf(h), names); len(found) > 0 || !strings.Contains(linesOf(h), "passes from party-") {
		t.Errorf("the history holds %q in\n%s", found, linesOf(h))
	}
}

// TestDiffOfMoved: a resource that went at one place and came at another is not
// taken for the same one, and somebody is told how to say that it is.
func TestDiffOfMoved(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../examples/contoso")); err != nil {
		t.Fatal(err)
	}
	edit(t, filepath.Join(dir, "azure", "resources.json"), func(raw []byte) []byte {
		return []byte(strings.ReplaceAll(string(raw), "rg-shop-prod/providers/Microsoft.KeyVault", "rg-erp-prod/providers/Microsoft.KeyVault"))
	})
	for _, pairs := range [][]string{nil, {"kv-shop-prod=kv-shop-prod"}} {
		d, err := Diff(t.Context(), DiffRequest{Request: contoso(false), Before: "../../examples/contoso", After: dir, Became: pairs})
		if err != nil {
			t.Fatal(err)
		}
		told := slices.ContainsFunc(d.Notes, func(n string) bool { return strings.Contains(n, `"kv-shop-prod" one went at one place`) })
		if apart := len(pairs) == 0; told != apart || apart != (len(d.Resources.Added) == 1) || apart == (len(d.Resources.Changed) == 1) {
			t.Errorf("%v: told %v, %d came, %d changed", pairs, told, len(d.Resources.Added), len(d.Resources.Changed))
		}
	}
}

// TestDiffOfOwners: whose owner it is that changed is told, the place once.
func TestDiffOfOwners(t *testing.T) {
	before, after := assessed(t, "../../examples/contoso"), assessed(t, renamed(t))
	d := compare.Diff(before, after, compare.DiffOptions{})
	whole, single := 0, 0
	for i := range d.Owners {
		o := &d.Owners[i]
		places := map[string]bool{}
		for n := range o.Places {
			at := &o.Places[n]
			if key := instanceID(at); places[key] {
				t.Errorf("%s %q: %s twice", o.After.Name, o.Responsibility, key)
			} else {
				places[key] = true
			}
			if whole := at.Resource != nil; whole != (o.Responsibility == "") {
				t.Errorf("%q at %s", o.Responsibility, at.Name())
			}
		}
		if o.Responsibility == "" {
			whole++
		} else {
			single++
		}
	}
	if whole == 0 || single == 0 {
		t.Errorf("%d owners of resources changed, %d of responsibilities above", whole, single)
	}
}

func assessed(t *testing.T, path string) *demarc.Assessment {
	t.Helper()
	a, err := Assess(t.Context(), requestOf(path))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestDiffOfWhatWasSeen: an export without properties changes nothing in the
// estate, and neither does what a template deploys perhaps: both are said.
func TestDiffOfWhatWasSeen(t *testing.T) {
	write := func(name, text string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	bare := t.TempDir()
	if err := os.CopyFS(bare, os.DirFS("../../examples/contoso")); err != nil {
		t.Fatal(err)
	}
	edit(t, filepath.Join(bare, "azure", "resources.json"), func(raw []byte) []byte {
		return []byte(strings.ReplaceAll(string(raw), `"properties": {`, `"sizes": {`))
	})
	const full = "../../examples/contoso"
	perhaps := write("template.json", `{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0","parameters":{"make":{"type":"bool"}},
		"resources":[{"type":"Microsoft.Storage/storageAccounts","apiVersion":"2023-01-01","name":"one","location":"westeurope","condition":"[parameters('make')]","properties":{}}]}`)
	for _, tt := range []struct{ before, after, note string }{
		{full, bare, "Of 56 resources less is seen after than before"},
		{bare, full, "Of 56 resources more is seen after than before"},
		{full, perhaps, "What is after deploys 1 resource only under a condition that cannot be known"},
		{full, full, ""},
		{bare, bare, ""},
	} {
		d, err := Diff(t.Context(), DiffRequest{Request: requestOf(), Before: tt.before, After: tt.after})
		if err != nil {
			t.Fatal(err)
		}
		if notes := strings.Join(d.Notes, "\n"); !strings.Contains(notes, tt.note) || tt.note == "" && notes != "" {
			t.Errorf("notes %q, want %q", notes, tt.note)
		}
	}
}
