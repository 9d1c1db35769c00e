package app

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

const oneMachine = `[{"id":"/subscriptions/3b0c9a74-58d1-4e62-8f2a-71c4e6d0b915/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm","name":"vm","type":"microsoft.compute/virtualmachines","properties":{},"tags":{"owner":"Anna Berg"}}]`

func recording() Request {
	return Request{Paths: []string{"e"}, Today: time.Date(2026, 10, 31, 15, 0, 0, 0, time.UTC)}
}

// TestAttestThenAccept: what is written is read again by the next assessment,
// and an exception marks without turning unmet into met.
func TestAttestThenAccept(t *testing.T) {
	estateOf(t, map[string]string{"e/rows.json": oneMachine})
	a := Attestation{Responsibility: "OS.antimalware", Scope: "vm", By: "Ops", Statement: "The service is stopped", Outcome: "fail"}
	r, err := Attest(context.Background(), recording(), a)
	if err != nil {
		t.Fatal(err)
	}
	if r.Responsibility != "os.antimalware" || r.Before.Unknown != 1 || r.After.Unmet != 1 {
		t.Errorf("got %+v", r)
	}
	x := Acceptance{Responsibility: "os.antimalware", Scope: "vm", Reason: "It is switched off next week", Approver: "Plant director", Expires: "2026-11-10"}
	accepted, err := Accept(context.Background(), recording(), x)
	if err != nil {
		t.Fatal(err)
	}
	if accepted.Before.Accepted != 0 || accepted.After.Accepted != 1 || accepted.After.Unmet != 1 || accepted.After.Met != 0 {
		t.Errorf("got %+v", accepted)
	}
	x.Approver = "anna  berg"
	if _, err := Accept(context.Background(), recording(), x); err == nil || !strings.Contains(err.Error(), "cannot approve") {
		t.Errorf("the owner approved: %v", err)
	}
}

// TestRecordRefuses: a refused statement leaves no file behind.
func TestRecordRefuses(t *testing.T) {
	good := Attestation{Responsibility: "os.antimalware", Scope: "vm", By: "Ops", Statement: "It runs"}
	tests := []struct {
		name   string
		change func(*Attestation, *Request)
		want   string
		usage  bool
	}{
		{"no name", func(a *Attestation, _ *Request) { a.By = "  " }, "--by is needed", true},
		{"no statement", func(a *Attestation, _ *Request) { a.Statement = "" }, "--statement is needed", true},
		{"no scope", func(a *Attestation, _ *Request) { a.Scope = "" }, "--scope is needed", true},
		{"tomorrow", func(a *Attestation, _ *Request) { a.Observed = "2026-11-01" }, "lies in the future", true},
		{"no day", func(a *Attestation, _ *Request) { a.Observed = "31.10.2026" }, "is no day", true},
		{"ends before it was seen", func(a *Attestation, _ *Request) { a.Observed, a.Expires = "2026-10-30", "2026-10-29" }, "before the day observed", true},
		{"no outcome", func(a *Attestation, _ *Request) { a.Outcome = "unknown" }, "write pass, fail", true},
		{"no such responsibility", func(a *Attestation, _ *Request) { a.Responsibility = "os.antimalwar" }, "no responsibility", false},
		{"nowhere", func(a *Attestation, _ *Request) { a.Scope = "vm2" }, "nothing in the estate", false},
		{"too small", func(a *Attestation, _ *Request) { a.Responsibility = "identity.mfa-admins" }, "exists once per tenant", false},
		{"a file", func(_ *Attestation, q *Request) { q.Paths = []string{"e/rows.json"} }, "is no folder", true},
		{"two estates", func(_ *Attestation, q *Request) { q.Paths = []string{"e", "e"} }, "name one estate", true},
		{"no estate", func(_ *Attestation, q *Request) { q.Paths = []string{"none"} }, "look for the estate", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			estateOf(t, map[string]string{"e/rows.json": oneMachine})
			a, q := good, recording()
			tt.change(&a, &q)
			_, err := Attest(context.Background(), q, a)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, want %q", err, tt.want)
			}
			if u := (*UsageError)(nil); errors.As(err, &u) != tt.usage {
				t.Errorf("usage %v, want %v: %v", !tt.usage, tt.usage, err)
			}
			if _, err := os.Stat("e/statements"); err == nil {
				t.Error("something was written")
			}
		})
	}
}

// TestAddAssurance: a report turns the provider's half of what it lists into
// met, for as long as it stands.
func TestAddAssurance(t *testing.T) {
	estateOf(t, map[string]string{"e/rows.json": oneMachine})
	a := Assurance{Party: "microsoft", Kind: "SOC 2 Type 2", Services: []string{"Microsoft.Compute/*"}, From: "2025-10-01", Until: "2026-09-30", Expires: "2026-12-31"}
	r, err := AddAssurance(context.Background(), recording(), a)
	if err != nil {
		t.Fatal(err)
	}
	if r.Before.Met != 0 || r.After.Met == 0 || r.After.Unknown != 0 || len(r.Notes) != 0 {
		t.Errorf("got %+v", r)
	}
	for day, want := range map[string]string{"2026-12-31": "yes", "2027-01-01": "ended", "2025-09-30": "not yet"} {
		q := recording()
		q.AsOf = day
		list, err := Assurances(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		if len(list.Assurances) != 1 || list.Assurances[0].Holds != want || list.Assurances[0].Resources != 1 {
			t.Errorf("%s: %+v, want %s", day, list.Assurances, want)
		}
	}
	a.Services = []string{"Microsoft.Sql/*"}
	a.Until, a.Expires = "2026-01-31", ""
	if r, err = AddAssurance(context.Background(), recording(), a); err != nil || len(r.Notes) != 2 {
		t.Errorf("an old report about what nobody runs: %+v, %v", r, err)
	}
}
