package policy_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/policy"
)

// listing makes an initiative whose members are in one control each: "AC-1 d1".
func listing(lines ...string) *policy.Set {
	s := &policy.Set{Name: "s", DisplayName: "S", PolicyType: "BuiltIn"}
	for _, line := range lines {
		control, definition, _ := strings.Cut(line, " ")
		group := "List_R1_" + control
		if _, ok := s.Group(group); !ok {
			s.Groups = append(s.Groups, policy.Group{Name: group, MetadataID: "/x/" + group})
		}
		if definition != "" {
			s.Members = append(s.Members, policy.Member{DefinitionID: "/d/" + definition, Groups: []string{group}})
		}
	}
	return s
}

// kindOf tells kinds by the first letter of a name.
func kindOf(id string) (policy.Kind, bool) {
	kind, ok := map[byte]policy.Kind{'s': policy.Static, 'm': policy.Manual, 'e': policy.Evaluable, 'p': policy.DataPlane}[demarc.Fold(id)[strings.LastIndexByte(id, '/')+1]]
	return kind, ok
}

func owned(control, owner string) demarc.PolicyMetadata {
	return demarc.PolicyMetadata{ID: "list_r1_" + control, Owner: owner}
}

func statements(t *testing.T, published []demarc.PolicyMetadata, sets ...*policy.Set) []policy.ControlStatement {
	t.Helper()
	return policy.Statements(&policy.StatementCase{Sets: sets, Controls: controls(t), KindOf: kindOf, Published: published})
}

func TestStatementsGatherAllSides(t *testing.T) {
	list := statements(t, []demarc.PolicyMetadata{owned("AC-10", "Shared"), owned("AC-11", "Customer")},
		listing("AC-10 s2", "AC-10 s1", "AC-10 m", "AC-10 e", "AC-10 p", "AC-10 gone", "AC-2 e", "AC-9"), listing("AC-10 S1"))
	var ids []string
	for _, s := range list {
		ids = append(ids, s.Control.ID)
	}
	if !slices.Equal(ids, []string{"AC-2", "AC-10", "AC-11"}) {
		t.Fatalf("controls %v", ids) // AC-9 has no member and no owner
	}
	s := list[1]
	if !slices.Equal(s.Provider, []string{"s1", "s2"}) || len(s.Attest) != 1 || len(s.Checks) != 1 || len(s.DataPlane) != 1 || !slices.Equal(s.Missing, []string{"gone"}) {
		t.Errorf("%+v", s)
	}
	if s.Owner != "Shared" || len(s.Ownership) != 1 || len(s.Contradictions) != 0 {
		t.Errorf("owner %q of %v, %v", s.Owner, s.Ownership, s.Contradictions)
	}
}

// TestOwnerIsNeverInferred: what kinds of definitions are listed does not say
// whose a control is.
func TestOwnerIsNeverInferred(t *testing.T) {
	for _, s := range statements(t, nil, listing("AC-1 s", "AC-2 m", "AC-3 e", "AC-4 s", "AC-4 m")) {
		if s.Owner != "" || len(s.Contradictions) > 0 {
			t.Errorf("%s: %q %v", s.Control.ID, s.Owner, s.Contradictions)
		}
	}
}

func TestContradictions(t *testing.T) {
	for _, one := range []struct {
		lines, owners []string
		owner         string
		want          policy.ContradictionKind
	}{
		{[]string{"A s"}, []string{"Customer"}, "Customer", policy.CustomerOnlyStatic},
		{[]string{"A s", "A m"}, []string{"Customer"}, "Customer", ""},
		{[]string{"A s", "A p"}, []string{"Customer"}, "Customer", ""},
		{[]string{"A gone"}, []string{"Customer"}, "Customer", ""},
		{[]string{"A s"}, []string{"microsoft"}, "microsoft", ""},
		{[]string{"A s", "A m"}, []string{"Microsoft"}, "Microsoft", policy.ProviderWithDuties},
		{[]string{"A e"}, []string{"Microsoft"}, "Microsoft", policy.ProviderWithDuties},
		{[]string{"A s", "A m"}, []string{"Shared", "shared"}, "Shared", ""},
		{[]string{"A s"}, []string{"Shared", "Customer"}, "", policy.OwnersDiffer},
		{[]string{"A s"}, []string{""}, "", ""},
	} {
		var published []demarc.PolicyMetadata
		for _, o := range one.owners {
			published = append(published, owned("A", o))
		}
		s := statements(t, published, listing(one.lines...))[0]
		var got policy.ContradictionKind
		if len(s.Contradictions) > 0 {
			got = s.Contradictions[0].Kind
		}
		if s.Owner != one.owner || got != one.want {
			t.Errorf("%v %v: owner %q, %q; want %q, %q", one.lines, one.owners, s.Owner, got, one.owner, one.want)
		}
	}
}

// TestGroupsThatAreNoControls: Microsoft also groups definitions of initiatives
// that no framework is behind; groups of one's own initiatives are controls.
func TestGroupsThatAreNoControls(t *testing.T) {
	s := &policy.Set{Name: "x", DisplayName: "X", PolicyType: "BuiltIn", Groups: []policy.Group{{Name: "g"}}, Members: []policy.Member{{DefinitionID: "e", Groups: []string{"g"}}}}
	if list := statements(t, nil, s); len(list) != 0 {
		t.Errorf("%+v", list)
	}
	s.PolicyType = "Custom"
	if list := statements(t, nil, s); len(list) != 1 || list[0].Control != (demarc.Control{Framework: "X", ID: "g"}) {
		t.Errorf("%+v", list)
	}
}

func TestCompareControls(t *testing.T) {
	want := []string{"9.2", "9.10", "A-1", "A-1(2)", "A-1(10)", "A-02", "A-2", "A-10"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, func(a, b string) int { return policy.CompareControls(demarc.Control{ID: a}, demarc.Control{ID: b}) })
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
