package assess_test

import (
	"slices"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
)

// said is a piece of evidence of a tool on a day of October.
func said(about, check string, outcome demarc.Outcome, day int) demarc.Evidence {
	return demarc.Evidence{Subject: demarc.Subject{ID: about}, Tool: "defender", Check: check, Outcome: outcome, Strength: demarc.Observed,
		Observed: time.Date(2026, 11, day, 0, 0, 0, 0, time.UTC)}
}

// explained is an estate of two machines, one vault and what is said of them.
func explained(t *testing.T) *assess.Settled {
	t.Helper()
	vm := in("Microsoft.Compute/virtualMachines/vm")
	return estate{
		records: []record{full(vm, `{"tags":{"app":"shop"}}`), full(in("Microsoft.Compute/virtualMachines/other"), `{}`), full(in("Microsoft.KeyVault/vaults/kv"), `{}`)},
		options: assess.Options{
			Workloads:    []assess.Workload{{Name: "shop", Match: demarc.Match{Tag: "app=shop"}, DataClass: "card"}},
			Requirements: []demarc.Requirement{{ID: "card", PatchWindow: map[demarc.Severity]time.Duration{demarc.Critical: 14 * 24 * time.Hour}}},
		},
		evidence: []demarc.Evidence{
			said(vm, "bc303248-3d14-44c2-96a0-55f5c326b5fe", demarc.Pass, 2),
			said(vm, "bbff27d2-73db-4c2d-8b1a-5f20b1f1da7e", demarc.Fail, 3),
			said(vm, "483f12ed-ae23-447e-a2de-a67a10db4353", demarc.Pass, 3), // about something else
			{Subject: demarc.Subject{}, Tool: "attestation", Check: "ai.usage-policy", Outcome: demarc.Pass, Strength: demarc.Attested, By: "Legal",
				Observed: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)},
		},
		statements: []any{demarc.Assurance{Party: "microsoft", Kind: "SOC 2", Services: []string{"microsoft.compute/*"}, Until: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}},
	}.assess(t)
}

// verdictOf is the verdict of a responsibility at a resource.
func verdictOf(t *testing.T, s *assess.Settled, name, id string) *demarc.Verdict {
	t.Helper()
	for i, r := range s.Resources {
		if r.Name != name {
			continue
		}
		for _, v := range s.Verdicts.Of(i) {
			if v.Responsibility.ID == id {
				return &v
			}
		}
	}
	t.Fatalf("%s has no %s", name, id)
	return nil
}

// TestSeen: what was seen of a responsibility is told whether or not it
// decided, and nothing else is.
func TestSeen(t *testing.T) {
	s := explained(t)
	tests := []struct {
		name, resource, id string
		status             demarc.Status
		seen, decided      int
	}{
		{"two checks, one of which decides", "vm", "network.no-public-management-ports", demarc.Unmet, 2, 1},
		{"of another machine nothing", "other", "network.no-public-management-ports", demarc.UnknownStatus, 0, 0},
		{"nothing of another responsibility", "vm", "os.edr", demarc.UnknownStatus, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := verdictOf(t, s, tt.resource, tt.id)
			refs := s.Seen(v)
			if v.Status != tt.status || len(refs) != tt.seen || len(v.Evidence) != tt.decided {
				t.Fatalf("%v, seen %v, decided %v", v.Status, refs, v.Evidence)
			}
			for _, n := range refs {
				if e := s.Evidence.At(n); !slices.Contains(e.Responsibilities, tt.id) {
					t.Errorf("%s:%s says nothing of %s", e.Tool, e.Check, tt.id)
				}
			}
			for _, n := range v.Evidence {
				if !slices.Contains(refs, n) {
					t.Errorf("%d decided and was not seen", n)
				}
			}
		})
	}
}

// TestSeenAbove: the same holds of what exists once above resources.
func TestSeenAbove(t *testing.T) {
	s := explained(t)
	found := 0
	s.Verdicts.Above(func(v *demarc.Verdict) bool {
		refs := s.Seen(v)
		for _, n := range v.Evidence {
			if !slices.Contains(refs, n) {
				t.Errorf("%s: %d decided and was not seen", v.Responsibility.ID, n)
			}
		}
		if len(refs) > 0 {
			found++
		}
		return true
	})
	if v := verdictOf(t, s, "vm", "config.asset-inventory"); len(s.Seen(v)) != 0 {
		t.Error("something was seen of a responsibility that nobody spoke about")
	}
	if found > 1 {
		t.Errorf("evidence at %d instances, and one was attested", found)
	}
}

// TestRequirementOf: a requirement is that of the workload, also of what
// stands above its resources.
func TestRequirementOf(t *testing.T) {
	s := explained(t)
	if r := s.Requirement(verdictOf(t, s, "vm", "os.patch")); r == nil || r.ID != "card" {
		t.Errorf("of the shop's machine: %+v", r)
	}
	if r := s.Requirement(verdictOf(t, s, "other", "os.patch")); r != nil {
		t.Errorf("of another machine: %+v", r)
	}
	if r := s.Requirement(verdictOf(t, s, "vm", "data.recovery-time")); r == nil || r.ID != "card" {
		t.Errorf("of the workload: %+v", r)
	}
}

// TestOnFile: an assurance covers the resources whose types it lists, and
// stands until its last day.
func TestOnFile(t *testing.T) {
	s := explained(t)
	list := s.Assurances()
	if len(list) != 1 || s.CoveredBy(&list[0]) != 2 {
		t.Fatalf("got %+v", list)
	}
	for _, other := range []demarc.Assurance{{Party: "acme", Services: []string{"*"}}, {Party: "microsoft", Services: []string{"Microsoft.Sql/*"}}} {
		if n := s.CoveredBy(&other); n != 0 {
			t.Errorf("%+v covers %d", other, n)
		}
	}
	last := list[0].End()
	if !list[0].Holds(last) || list[0].Holds(last.AddDate(0, 0, 1)) {
		t.Error("it does not end with its last day")
	}
}

// TestWorkloadOf names the declared workload of a resource.
func TestWorkloadOf(t *testing.T) {
	s := explained(t)
	for i, r := range s.Resources {
		want := map[string]string{"vm": "shop"}[r.Name]
		if got := s.WorkloadOf(i); got != want {
			t.Errorf("%s belongs to %q, want %q", r.Name, got, want)
		}
	}
}
