package store_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/sample"
	"github.com/demarc-dev/demarc/internal/store"
)

// save keeps an assessment without inputs.
func save(t *testing.T, db *store.DB, a *demarc.Assessment) *store.Snapshot {
	t.Helper()
	s, err := db.Begin(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	snap, err := s.Publish(&store.Publication{Assessment: a, Taken: time.Unix(1_800_000_000, 0), Program: "test", Catalog: "c"})
	if err != nil {
		t.Fatal(err)
	}
	return snap
}

func TestLoadGivesBackWhatWasSaved(t *testing.T) {
	for name, a := range map[string]*demarc.Assessment{"judged": sample.Judged()} {
		t.Run(name, func(t *testing.T) {
			db := onSQLite(t)
			snap := save(t, db, a)
			got, err := db.Load(context.Background(), "", snap.Number)
			if err != nil {
				t.Fatal(err)
			}
			same(t, got, a)
		})
	}
}

// same compares assessments in all that a store keeps.
func same(t *testing.T, got, want *demarc.Assessment) {
	t.Helper()
	if len(got.Resources) != len(want.Resources) {
		t.Fatalf("%d resources, want %d", len(got.Resources), len(want.Resources))
	}
	for i, w := range want.Resources {
		g := got.Resources[i]
		if x, y := line(g), line(w); x != y {
			t.Fatalf("got  %s\nwant %s", x, y)
		}
		if !reflect.DeepEqual(g.Answer, w.Answer) {
			t.Fatalf("%s: got answer %+v, want %+v", w.ID, g.Answer, w.Answer)
		}
	}
	if x, y := briefs(got), briefs(want); !slices.Equal(x, y) {
		for i := range y {
			if x[i] != y[i] {
				t.Fatalf("got  %s\nwant %s", x[i], y[i])
			}
		}
	}
	if x, y := above(got), above(want); !slices.Equal(x, y) {
		t.Fatalf("above:\ngot  %q\nwant %q", x, y)
	}
	for name, pair := range map[string][2]any{
		"matrices": {got.Matrices, want.Matrices}, "summary": {got.Summary, want.Summary}, "unknown": {got.Unknown, want.Unknown},
		"first": {len(got.DoFirst), len(want.DoFirst)}, "settling": {got.Settling, want.Settling}, "day": {got.AsOf.Format(time.DateOnly), want.AsOf.Format(time.DateOnly)},
		"rules": {got.Rules, want.Rules}, "responsibilities": {got.Responsibilities, want.Responsibilities}, "parties": {got.Parties, want.Parties},
		"undecided": {got.Undecided, want.Undecided}, "notes": {fmt.Sprint(got.Notes), fmt.Sprint(want.Notes)},
	} {
		if !reflect.DeepEqual(pair[0], pair[1]) && fmt.Sprint(pair[0]) != fmt.Sprint(pair[1]) {
			t.Errorf("%s: got %v, want %v", name, pair[0], pair[1])
		}
	}
	if len(got.Scopes) != len(want.Scopes) {
		t.Fatalf("%d scopes, want %d", len(got.Scopes), len(want.Scopes))
	}
	for i, w := range want.Scopes {
		if g := got.Scopes[i]; path(g) != path(w) {
			t.Errorf("scope %s, want %s", path(g), path(w))
		}
	}
}

func line(r *demarc.Assessed) string {
	return fmt.Sprintf("%s %q %s [%s] %s %d %v %d partOf %s", r.ID, r.Name, r.Type, path(r.Scope), r.Place, r.Seen, r.MadeUp, r.Standing, r.PartOf)
}

func path(s *demarc.Scope) string {
	text := ""
	for ; s != nil; s = s.Parent {
		text += fmt.Sprintf("%s %q %q < ", s.Kind, s.ID, s.Name)
	}
	return text
}

func briefs(a *demarc.Assessment) []string {
	var list []string
	a.Verdicts.Briefs(0, len(a.Resources), func(i int, b *demarc.Brief) bool {
		text := fmt.Sprintf("%s owner %v workload %q above %d", a.Resources[i].ID, b.Owner, b.Workload, len(b.Above))
		for n, v := range b.Set.Verdicts {
			text += fmt.Sprintf("; %s %s %s %s %v %q", v.Responsibility.ID, v.Party, v.Status, v.Reason, v.Accepted, b.Why(n))
		}
		list = append(list, text)
		return true
	})
	return list
}

func above(a *demarc.Assessment) []string {
	var list []string
	a.Verdicts.Above(func(v *demarc.Verdict) bool {
		list = append(list, fmt.Sprintf("%s %s %s %s %v %s %s %q %v %d", v.Instance.Level, path(v.Instance.Scope), v.Instance.Workload, v.Responsibility.ID, v.Owner,
			v.Party, v.Status, v.Why, v.Accepted, v.Instance.Members))
		return true
	})
	slices.Sort(list)
	return list
}
