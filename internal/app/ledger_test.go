package app

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/store"
)

// overhear reads an estate and gives what people say in it, in order of key.
func overhear(t *testing.T, path string) []store.Said {
	t.Helper()
	c, err := knowledge()
	if err != nil {
		t.Fatal(err)
	}
	in := OpenInputs([]string{path}, nil)
	documents, err := in.Documents()
	if err != nil {
		t.Fatal(err)
	}
	o, err := Request{}.options(documents)
	if err != nil {
		t.Fatal(err)
	}
	line, err := assess.New(c, o)
	if err != nil {
		t.Fatal(err)
	}
	g := &gatherer{catalog: c, line: line, observed: statedDays(documents)}
	w := &scribe{}
	w.owners(o.OwnerRules)
	if err := in.Read(t.Context(), w.over(g.sink())); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(w.said, func(a, b store.Said) int {
		return strings.Compare(a.Kind+a.Key+string(a.Payload), b.Kind+b.Key+string(b.Payload))
	})
	return w.said
}

// TestScribeHearsWhatPeopleSay reads the example, which has something of each
// kind, and compares what is heard with what the files hold.
func TestScribeHearsWhatPeopleSay(t *testing.T) {
	said := overhear(t, "../../examples/contoso")
	kinds, keys := map[string]int{}, map[string]bool{}
	for _, s := range said {
		kinds[s.Kind]++
		keys[s.Kind+" "+s.Key] = true
		if s.Origin == "" || !strings.HasPrefix(string(s.Payload), "{") {
			t.Errorf("%+v says not where, or nothing", s)
		}
	}
	for _, kind := range []string{store.AttestationKind, store.ExceptionKind, store.AssuranceKind, store.OwnerKind} {
		if kinds[kind] == 0 {
			t.Errorf("no %s was heard: %v", kind, kinds)
		}
	}
	if len(keys) != len(said) {
		t.Errorf("%d things are told apart by %d keys", len(said), len(keys))
	}
}

// TestBookAndScribeAgree writes statements down as commands do and hears them
// as an assessment does: an entry that is there already is not appended again.
func TestBookAndScribeAgree(t *testing.T) {
	folder := copyOf(t, "../../examples/contoso")
	book := Book{Place{Database: filepath.Join(t.TempDir(), "demarc.db"), Workspace: "Plant"}, "ada"}
	q := Request{Paths: []string{folder}, Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}
	_, err := Attest(t.Context(), q, Attestation{Responsibility: "app.threat-model", Scope: "web shop", By: "Shop  team", Statement: "Reviewed", Evidence: "wiki/1",
		Observed: "2026-10-02", Book: book})
	if err != nil {
		t.Fatal(err)
	}
	_, err = Accept(t.Context(), q, Acceptance{Responsibility: "os.patch", Scope: "vm-dev-01", Reason: "It goes in March", Approver: "CISO", Expires: "2027-03-31", Book: book})
	if err != nil {
		t.Fatal(err)
	}
	_, err = AddAssurance(t.Context(), q, Assurance{ID: "soc", Party: "microsoft", Kind: "SOC 2 Type 2", Services: []string{"Microsoft.Web/*"}, Expires: "2027-06-30", Book: book})
	if err != nil {
		t.Fatal(err)
	}
	db, err := book.Place.open(t.Context(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	list, err := db.Ledger(t.Context(), "plant", 1, 0)
	if err != nil || len(list) != 3 {
		t.Fatalf("the ledger is %+v, %v", list, err)
	}
	heard := overhear(t, folder)
	for _, e := range list {
		same := func(s store.Said) bool { return s.Kind+" "+s.Key == e.About && string(s.Payload) == string(e.Payload) }
		if !slices.ContainsFunc(heard, same) || e.Actor != "ada" || !strings.HasPrefix(e.Origin, folder) {
			t.Errorf("entry %d is not what an assessment hears: %+v", e.Number, e)
		}
	}
	added, err := db.Record(t.Context(), "plant", "bob", heard)
	if err != nil || len(added) != len(heard)-3 {
		t.Errorf("%d things were heard, and %d appended behind 3, %v", len(heard), len(added), err)
	}
	if added, err := db.Record(t.Context(), "plant", "bob", overhear(t, folder)); err != nil || len(added) != 0 {
		t.Errorf("the same again appended %+v, %v", added, err)
	}
}

// TestSaidKeys: the same thing keeps its key while its words change.
func TestSaidKeys(t *testing.T) {
	at := demarc.Place{File: &demarc.File{Path: "s.yaml"}, Line: 7}
	one := demarc.Exception{Responsibility: "os.patch", Scope: "/SUBSCRIPTIONS/1", Reason: "a", Approver: "x", Place: at}
	two := demarc.Exception{Responsibility: "OS.patch", Scope: "/subscriptions/1", Reason: "b", Approver: "x", Place: demarc.Place{File: at.File, Line: 9}}
	if a, b := saidException(&one), saidException(&two); a.Key != b.Key || string(a.Payload) == string(b.Payload) || a.Origin != "s.yaml" {
		t.Errorf("%+v and %+v", a, b)
	}
	moved := one
	moved.Place.Line = 100
	if a, b := saidException(&one), saidException(&moved); string(a.Payload) != string(b.Payload) || a.Origin != b.Origin {
		t.Errorf("a line that moved is news: %+v and %+v", a, b)
	}
	tool := demarc.Exception{Tool: "defender", Check: "c", Scope: "/subscriptions/1"}
	if s := saidException(&tool); s.Key == saidException(&one).Key || !strings.Contains(string(s.Payload), `"check":"defender:c"`) {
		t.Errorf("%+v", s)
	}
	seen := demarc.Evidence{Check: "c", Outcome: demarc.Pass, Observed: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	if s := saidAttestation(&seen); !strings.Contains(string(s.Payload), `"observed":"2026-01-02T03:04:05Z"`) {
		t.Errorf("%+v", s)
	}
}

// TestBookIsOpenedFirst: what cannot be written into the ledger is not written
// into the file.
func TestBookIsOpenedFirst(t *testing.T) {
	folder := copyOf(t, "../../examples/contoso")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := Attest(ctx, Request{Paths: []string{folder}, Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}, Attestation{Responsibility: "app.threat-model", Scope: "web shop", By: "x", Statement: "y",
		Book: Book{Place: Place{Database: filepath.Join(folder, "demarc.yaml")}}})
	if err == nil {
		t.Fatal("a text is a ledger")
	}
	if len(overhear(t, folder)) != len(overhear(t, "../../examples/contoso")) {
		t.Error("it was written into the file all the same")
	}
}

// copyOf copies an estate so that a test may write into it.
func copyOf(t *testing.T, path string) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "estate")
	if err := os.CopyFS(folder, os.DirFS(path)); err != nil {
		t.Fatal(err)
	}
	return folder
}
