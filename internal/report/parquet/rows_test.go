package parquet

import (
	"iter"
	"testing"

	"github.com/demarc-dev/demarc"
)

// twice is a list in which every piece was read twice.
type twice struct{ demarc.EvidenceList }

func (l twice) Len() int                         { return 2 * l.EvidenceList.Len() }
func (l twice) At(i int) demarc.AssessedEvidence { return l.EvidenceList.At(i / 2) }

// TestRepeated: what was read twice is one row that says so; a result that is
// the same is one result.
func TestRepeated(t *testing.T) {
	a := judged()
	n := a.Evidence.Len()
	a.Evidence, a.Checks = twice{a.Evidence}, twice{a.Checks}
	pieces := all(evidence(a))
	for _, p := range pieces {
		if p.Count != 2 {
			t.Errorf("%s counts %d", p.ID, p.Count)
		}
	}
	if len(pieces) != n || len(all(checks(a))) != n {
		t.Errorf("%d pieces and %d results of %d", len(pieces), len(all(checks(a))), n)
	}
}

func all[T any](rows iter.Seq[*T]) []T {
	var list []T
	for row := range rows {
		list = append(list, *row)
	}
	return list
}

// TestSurroundings: of scopes within scopes of their kind the nearest counts,
// and of what hangs nowhere nothing is known.
func TestSurroundings(t *testing.T) {
	tenant := &demarc.Scope{ID: "/tenants/t", Kind: demarc.TenantScope}
	far := &demarc.Scope{ID: "/mg/far", Kind: demarc.ManagementGroupScope, Parent: tenant}
	near := &demarc.Scope{ID: "/mg/near", Kind: demarc.ManagementGroupScope, Parent: far}
	sub := &demarc.Scope{ID: "/subscriptions/s", Kind: demarc.SubscriptionScope, Parent: near}
	var at surroundings
	for _, to := range []*demarc.Scope{nil, sub, tenant, nil, sub} {
		at.move(to)
		want := map[demarc.ScopeKind]string{}
		switch to {
		case sub:
			want = map[demarc.ScopeKind]string{demarc.TenantScope: tenant.ID, demarc.ManagementGroupScope: near.ID, demarc.SubscriptionScope: sub.ID}
		case tenant:
			want[demarc.TenantScope] = tenant.ID
		}
		for kind, id := range at.kinds {
			if id != want[demarc.ScopeKind(kind)] {
				t.Errorf("around %q the %s is %q", scopeID(to), demarc.ScopeKind(kind), id)
			}
		}
		if at.id != scopeID(to) || subscriptionOf(to) != want[demarc.SubscriptionScope] {
			t.Errorf("%q is in %q, subscription %q", scopeID(to), at.id, subscriptionOf(to))
		}
	}
}

// TestIncomplete: an estate is incomplete when an input says so, and not when
// somebody only suspects it.
func TestIncomplete(t *testing.T) {
	for _, possibly := range [][]bool{{}, {true}, {false}, {true, false}} {
		a, want := &demarc.Assessment{}, false
		for _, p := range possibly {
			a.Estate.Incomplete = append(a.Estate.Incomplete, demarc.Incomplete{Possibly: p})
			want = want || !p
		}
		row := estateOf(a)
		if row.Incomplete != want || len(row.IncompleteReasons) != len(possibly) {
			t.Errorf("%v: incomplete %v, %d reasons", possibly, row.Incomplete, len(row.IncompleteReasons))
		}
	}
}

// TestText: texts are valid, and those that are stay as they are.
func TestText(t *testing.T) {
	for in, want := range map[string]string{"": "", "plain": "plain", "Größe\u202e\x00": "Größe\u202e\x00", "a\xffb": "a\ufffdb"} {
		if got := text(in); got != want {
			t.Errorf("%q is %q", in, got)
		}
	}
}
