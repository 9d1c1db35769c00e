package app

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/compare"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/store"
)

// kept is a database of the test.
func kept(t *testing.T) Place { return Place{Database: filepath.Join(t.TempDir(), "demarc.db")} }

// requestOf asks for an estate as of a day of its own.
func requestOf(paths ...string) Request {
	return Request{Paths: paths, Today: time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)}
}

func saveIt(t *testing.T, q Request, in Place) (*demarc.Assessment, *Saved) {
	t.Helper()
	a, saved, err := Save(t.Context(), q, in, "tester")
	if err != nil {
		t.Fatal(err)
	}
	return a, saved
}

// storeOf opens the database of a place.
func storeOf(t *testing.T, in Place) *store.DB {
	t.Helper()
	db, err := in.open(t.Context(), store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// asJSON is an assessment in the JSON contract.
func asJSON(t *testing.T, a *demarc.Assessment) string {
	t.Helper()
	var out bytes.Buffer
	if err := WriteReport(&out, "json", a, report.Options{}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// What is kept is what was said: nothing is different between an assessment and
// what the store gives back, whichever of the examples it is.
func TestSavedIsWhatWasSaid(t *testing.T) {
	for _, example := range []string{"contoso", "plan", "tenant"} {
		t.Run(example, func(t *testing.T) {
			in := kept(t)
			a, saved := saveIt(t, requestOf("../../examples/"+example), in)
			got, err := storeOf(t, in).Load(t.Context(), "", saved.Number)
			if err != nil {
				t.Fatal(err)
			}
			if d := compare.Diff(a, got, compare.DiffOptions{}); !d.Empty() {
				t.Errorf("%d resources, %d cells, %d responsibilities, %d owners differ", len(d.Changed)+len(d.Added)+len(d.Removed), len(d.Cells), len(d.Responsibilities), len(d.Owners))
			}
			if got.Summary != a.Summary || len(got.Resources) != len(a.Resources) || got.AsOf.Format(time.DateOnly) != a.AsOf.Format(time.DateOnly) {
				t.Errorf("got %+v of %d, want %+v of %d", got.Summary, len(got.Resources), a.Summary, len(a.Resources))
			}
			for i, r := range a.Resources {
				if r.Standing != demarc.There {
					continue // why it is not judged only an assessment tells
				}
				ours, theirs := a.Verdicts.Of(i), got.Verdicts.Of(i)
				for n := range theirs {
					if indexOfVerdict(ours, &theirs[n]) < 0 {
						t.Fatalf("%s: %s %s %q was never said", a.Resources[i].ID, theirs[n].Responsibility.ID, theirs[n].Status, theirs[n].Why)
					}
				}
			}
		})
	}
}

func indexOfVerdict(list []demarc.Verdict, v *demarc.Verdict) int {
	for i := range list {
		x := &list[i]
		if x.Responsibility.ID == v.Responsibility.ID && x.Judgement == v.Judgement && x.Party == v.Party && x.Accepted == v.Accepted && x.Instance.Name() == v.Instance.Name() {
			return i
		}
	}
	return -1
}

// A snapshot is assessed again as its files were, to the last byte.
func TestSnapshotIsAssessedAgain(t *testing.T) {
	for _, example := range []string{"contoso", "plan", "tenant"} {
		t.Run(example, func(t *testing.T) {
			in := kept(t)
			q := requestOf("../../examples/" + example)
			want, err := Assess(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			saveIt(t, q, in)
			again := requestOf("@latest")
			again.Place = in
			got, err := Assess(t.Context(), again)
			if err != nil {
				t.Fatal(err)
			}
			if asJSON(t, got) != asJSON(t, want) {
				t.Error("the snapshot says something else than its files")
			}
		})
	}
}

// The same estate saved twice is the same content, and takes next to nothing.
func TestTheSameIsKeptOnce(t *testing.T) {
	in := kept(t)
	q := requestOf("../../examples/contoso")
	saveIt(t, q, in)
	first, err := os.Stat(in.Database)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		saveIt(t, q, in)
	}
	db := storeOf(t, in)
	all, err := db.Snapshots(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all[1:] {
		if !bytes.Equal(s.Content, all[0].Content) {
			t.Errorf("snapshot %d concludes something else", s.Number)
		}
	}
	last, err := os.Stat(in.Database)
	if err != nil {
		t.Fatal(err)
	}
	if grown := last.Size() - first.Size(); grown > first.Size()/2 {
		t.Errorf("five times the same take %d bytes more than %d", grown, first.Size())
	}
}

// What changed is found, whatever way the snapshots are read.
func TestWhatChangedIsFound(t *testing.T) {
	in := kept(t)
	folder := t.TempDir()
	write := func(tls string, more string) {
		text := `[{"id":"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/one","name":"one","type":"microsoft.storage/storageaccounts","location":"westeurope","tags":{"owner":"Ada"},"properties":{"minimumTlsVersion":"` + tls + `","supportsHttpsTrafficOnly":true}}` + more + `]`
		if err := os.WriteFile(filepath.Join(folder, "export.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("TLS1_2", "")
	saveIt(t, requestOf(folder), in)
	write("TLS1_0", `,{"id":"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/two","name":"two","type":"microsoft.compute/virtualmachines","location":"westeurope","properties":{}}`)
	saveIt(t, requestOf(folder), in)
	db := storeOf(t, in)
	a, b, err := db.LoadPair(t.Context(), "", 1, 2)
	if err != nil {
		t.Fatal(err)
	}
	d := compare.Diff(a, b, compare.DiffOptions{})
	if len(d.Added) != 1 || d.Added[0].Name != "two" || len(d.Removed) != 0 {
		t.Errorf("%d came and %d went, want one that came", len(d.Added), len(d.Removed))
	}
	unmet := 0
	for i := range d.Responsibilities {
		if x := &d.Responsibilities[i]; x.Move == compare.NewlyUnmet && strings.Contains(x.Reason, "TLS") {
			unmet++
		}
	}
	if unmet == 0 {
		t.Error("nobody says that the old version of TLS is unmet now")
	}
	h, err := History(t.Context(), HistoryRequest{Place: in, Of: "one"})
	if err != nil {
		t.Fatal(err)
	}
	if len(h.Moments) != 2 || h.Moments[0].What != "first seen" || h.Moments[1].What != "changed" {
		t.Errorf("history: %+v", h.Moments)
	}
}

// Who answers for resources may change with a tag: the ledger says so once.
func TestOwnerChangesAreInTheLedger(t *testing.T) {
	in, folder := kept(t), t.TempDir()
	for _, owner := range []string{"Ada", "Grace", "Grace"} {
		text := `[{"id":"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/one","name":"one","type":"microsoft.storage/storageaccounts","tags":{"owner":"` + owner + `"},"properties":{}}]`
		if err := os.WriteFile(filepath.Join(folder, "export.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		saveIt(t, requestOf(folder), in)
	}
	db := storeOf(t, in)
	entries, err := db.Ledger(t.Context(), "", 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 || entries[0].Kind != store.OwnerChangeKind || entries[0].Actor != "tester" {
		t.Fatalf("entries: %+v", entries)
	}
	for _, word := range []string{`"before":"Ada"`, `"after":"Grace"`, `"resources":1`, "storageAccounts/one"} {
		if !strings.Contains(string(entries[0].Payload), word) {
			t.Errorf("no %s in %s", word, entries[0].Payload)
		}
	}
	if v, err := db.Verify(t.Context(), ""); err != nil || v.Broken != nil || v.Entries != 1 {
		t.Errorf("verified: %+v, %v", v, err)
	}
}
