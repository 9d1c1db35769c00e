package owner_test

import (
	"math/rand/v2"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/owner"
)

var (
	patch = &demarc.Responsibility{ID: "os.patch", Area: "operating-system", OwnerRole: "infrastructure-security"}
	file  = &demarc.File{Path: "demarc.yaml"}
)

const sub = "/subscriptions/11111111-1111-1111-1111-111111111111"

func rule(line int, name string, m demarc.Match, change ...func(*demarc.OwnerRule)) *demarc.OwnerRule {
	r := &demarc.OwnerRule{Owner: name, Match: m, Place: demarc.Place{File: file, Line: line}}
	for _, c := range change {
		c(r)
	}
	return r
}

func areas(ids ...string) func(*demarc.OwnerRule) { return func(r *demarc.OwnerRule) { r.Areas = ids } }
func tasks(ids ...string) func(*demarc.OwnerRule) {
	return func(r *demarc.OwnerRule) { r.Responsibilities = ids }
}

// The first basis that speaks decides, and says where it was read.
func TestPrecedence(t *testing.T) {
	c := owner.Case{Responsibility: patch, Party: demarc.Customer, Rules: []*demarc.OwnerRule{rule(3, "Ana", demarc.Match{})}, Tag: "Ben", TagName: "owner",
		ScopeTag: "Cleo", ScopeTagName: "costcenter-owner", Delegated: &demarc.Delegation{Party: "northwind", Place: demarc.Place{File: file, Line: 9}}}
	tests := []struct {
		name string
		drop func()
		want demarc.Owner
	}{
		{"a rule", func() {}, demarc.Owner{Name: "Ana", Party: "customer", Basis: demarc.ByOwnerRule, From: "demarc.yaml:3"}},
		{"the resource's tag", func() { c.Rules = nil }, demarc.Owner{Name: "Ben", Party: "customer", Basis: demarc.ByResourceTag, From: "tag owner"}},
		{"the scope's tag", func() { c.Tag = "" }, demarc.Owner{Name: "Cleo", Party: "customer", Basis: demarc.ByScopeTag, From: "tag costcenter-owner of the scope"}},
		{"a delegation", func() { c.ScopeTag = "" }, demarc.Owner{Name: "northwind", Party: "northwind", Basis: demarc.ByDelegation, From: "demarc.yaml:9"}},
		{"a role", func() { c.Delegated = nil }, demarc.Owner{Name: "infrastructure-security", Party: "customer", Basis: demarc.ByDefaultRole, From: "role by default"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.drop()
			got, tie := owner.Of(&c)
			if got != tt.want || tie != nil {
				t.Errorf("%+v, tie %v, want %+v", got, tie, tt.want)
			}
			if got.Named() != (tt.name != "a role") {
				t.Errorf("%+v: named %v", got, got.Named())
			}
		})
	}
}

// Of rules the most specific counts: what it covers, then what of it.
func TestSpecificity(t *testing.T) {
	all := []*demarc.OwnerRule{ // from the least specific
		rule(1, "everything", demarc.Match{}),
		rule(2, "its area", demarc.Match{}, areas("Operating-System")),
		rule(3, "the task", demarc.Match{}, tasks("OS.patch")),
		rule(4, "the type", demarc.Match{Type: "Microsoft.Compute/virtualMachines"}),
		rule(5, "the type's task", demarc.Match{Type: "Microsoft.Compute/virtualMachines"}, tasks("os.patch")),
		rule(6, "the subscription", demarc.Match{Scope: sub}),
		rule(7, "the subscription's area", demarc.Match{Scope: sub + "/"}, areas("operating-system")),
		rule(8, "the group", demarc.Match{Scope: sub + "/resourceGroups/rg"}),
		rule(9, "the tag", demarc.Match{Tag: "team=net"}),
		rule(10, "the tag's task", demarc.Match{Tag: "team=net"}, areas("operating-system")),
		rule(11, "the resource", demarc.Match{ID: sub + "/x"}),
		rule(12, "the resource's task", demarc.Match{ID: sub + "/x"}, tasks("os.patch")),
	}
	r := rand.New(rand.NewPCG(5, 5))
	for n := 1; n <= len(all); n++ {
		c := owner.Case{Responsibility: patch, Party: demarc.Customer, Tag: "somebody", TagName: "owner"}
		for _, i := range r.Perm(n) {
			c.Rules = append(c.Rules, all[i])
		}
		if got, tie := owner.Of(&c); got.Name != all[n-1].Owner || tie != nil {
			t.Errorf("of %d rules: %+v, tie %v", n, got, tie)
		}
	}
}

func TestRulesAboutSomethingElse(t *testing.T) {
	c := owner.Case{Responsibility: patch, Rules: []*demarc.OwnerRule{rule(1, "Ana", demarc.Match{}, areas("applications")),
		rule(2, "Ben", demarc.Match{}, tasks("os.antimalware"), areas("identities"))}}
	if got, tie := owner.Of(&c); got.Basis != demarc.ByDefaultRole || tie != nil {
		t.Errorf("%+v, tie %v", got, tie)
	}
	c.Rules = append(c.Rules, rule(3, "Cleo", demarc.Match{}, tasks("os.antimalware"), areas("operating-system")))
	if got, _ := owner.Of(&c); got.Name != "Cleo" {
		t.Errorf("%+v, want the rule that names the area beside another task", got)
	}
}

// Rules that tie decide nothing: nobody is the owner, and both are named.
func TestTies(t *testing.T) {
	scope := demarc.Match{Scope: sub}
	tests := []struct {
		name  string
		rules []*demarc.OwnerRule
		want  string
		tie   bool
	}{
		{"two owners", []*demarc.OwnerRule{rule(1, "Ana", scope), rule(2, "Ben", scope)}, "", true},
		{"the same owner twice", []*demarc.OwnerRule{rule(1, "Ana", scope), rule(2, "Ana", scope)}, "Ana", false},
		{"the same owner twice and another", []*demarc.OwnerRule{rule(1, "Ana", scope), rule(2, "Ana", scope), rule(3, "Ben", scope)}, "", true},
		{"a more specific one ends it", []*demarc.OwnerRule{rule(1, "Ana", scope), rule(2, "Ben", scope), rule(3, "Cleo", scope, areas("operating-system"))}, "Cleo", false},
		{"a less specific one does not", []*demarc.OwnerRule{rule(1, "Ana", scope), rule(2, "Cleo", demarc.Match{}), rule(3, "Ben", scope)}, "", true},
		{"two tags", []*demarc.OwnerRule{rule(1, "Ana", demarc.Match{Tag: "a=b"}), rule(2, "Ben", demarc.Match{Tag: "c=d"})}, "", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, tie := owner.Of(&owner.Case{Responsibility: patch, Party: demarc.Customer, Rules: tt.rules, Tag: "somebody", TagName: "owner"})
			if got.Name != tt.want || (tie != nil) != tt.tie || got.Named() == tt.tie {
				t.Errorf("%+v, tie %v", got, tie)
			}
			if tt.tie && (tie.First.Owner == tie.Second.Owner || got.From != "two rules tie: "+tie.First.Place.String()+" and "+tie.Second.Place.String()) {
				t.Errorf("%+v: %q", tie, got.From)
			}
		})
	}
}
