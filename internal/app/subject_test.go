package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc/internal/report"
)

func TestDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"abc", "abc", 0}, {"abc", "", 3}, {"", "ab", 2}, {"os.patch", "os.pach", 1}, {"kitten", "sitting", 3}, {"ab", "ba", 2},
	}
	for _, tt := range tests {
		if got, back := distance(tt.a, tt.b), distance(tt.b, tt.a); got != tt.want || back != tt.want {
			t.Errorf("%q to %q is %d, back %d; want %d", tt.a, tt.b, got, back, tt.want)
		}
	}
}

// TestNearest: what a person misspelled is among the first, and the order does
// not depend on that of the list.
func TestNearest(t *testing.T) {
	c, err := knowledge()
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for i := range c.Responsibilities {
		for _, r := range c.Responsibilities[i].List {
			words = append(words, r.ID)
		}
	}
	for wrong, want := range map[string]string{
		"os.pach": "os.patch", "identity.mfa-admin": "identity.mfa-admins", "backup.restore-test": "data.restore-test", "OS.Patch ": "os.patch",
		"network.public-management-ports": "network.no-public-management-ports",
	} {
		got := nearest(words, wrong)
		if got[0] != want || len(got) != 5 {
			t.Errorf("%s is near %v, want %s first", wrong, got, want)
		}
		back := slices.Clone(words)
		slices.Reverse(back)
		if other := nearest(back, wrong); !slices.Equal(got, other) {
			t.Errorf("%s is near %v or %v", wrong, got, other)
		}
	}
	if got := nearest([]string{"a"}, ""); len(got) != 1 {
		t.Errorf("of one word: %v", got)
	}
}

const twoNames = `[
{"id":"/subscriptions/3b0c9a74-58d1-4e62-8f2a-71c4e6d0b915/resourceGroups/shop/providers/Microsoft.Compute/virtualMachines/web","name":"web","type":"microsoft.compute/virtualmachines","properties":{},"tags":{"app":"web"}},
{"id":"/subscriptions/3b0c9a74-58d1-4e62-8f2a-71c4e6d0b915/resourceGroups/other/providers/Microsoft.Compute/virtualMachines/web","name":"web","type":"microsoft.compute/virtualmachines","properties":{},"tags":{"app":"web"}},
{"id":"/subscriptions/3b0c9a74-58d1-4e62-8f2a-71c4e6d0b915/resourceGroups/shop/providers/Microsoft.KeyVault/vaults/shop","name":"shop","type":"microsoft.keyvault/vaults","properties":{},"tags":{}}
]`

func explain(t *testing.T, about, id string) (*report.VerdictExplanation, error) {
	t.Helper()
	return ExplainVerdict(context.Background(), october(), about, id)
}

// october asks for the estate in the folder e.
func october() Request {
	return Request{Paths: []string{"e"}, Today: time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC)}
}

// TestSubjects: of things with the same name that one counts which the
// responsibility is asked of.
func TestSubjects(t *testing.T) {
	estateOf(t, map[string]string{"e/rows.json": twoNames, "e/demarc.yaml": "name: e\nworkloads: [{name: web, match: {tag: app=web}}]\n"})
	tests := []struct {
		name, about, id string
		subject, err    string
	}{
		{"a workload before two machines", "WEB", "data.recovery-time", "web", ""},
		{"two machines", "web", "os.patch", "", `2 things are called "web"`},
		{"an id", "/subscriptions/3b0c9a74-58d1-4e62-8f2a-71c4e6d0b915/RESOURCEGROUPS/shop/providers/microsoft.compute/virtualmachines/WEB/", "os.patch", "web", ""},
		{"a vault, not its group", "shop", "data.key-vault-protection", "shop", ""},
		{"a subscription by its GUID", "3b0c9a74-58d1-4e62-8f2a-71c4e6d0b915", "identity.owners-limited", "3b0c9a74-58d1-4e62-8f2a-71c4e6d0b915", ""},
		{"a group leads to its subscription", "other", "identity.owners-limited", "3b0c9a74-58d1-4e62-8f2a-71c4e6d0b915", ""},
		{"the tenant that nobody named", "tenant", "identity.mfa-admins", "the tenant", ""},
		{"a group below it", "other", "identity.mfa-admins", "the tenant", ""},
		{"all there is", "Organization", "config.asset-inventory", "the organisation", ""},
		{"a task of resources at the organisation", "organisation", "os.patch", "", "exists once per resource"},
		{"a task of others", "shop", "os.patch", "", `2 things are called "shop"`},
		{"nothing", "nobody", "os.patch", "", `nothing in the estate is called "nobody"`},
		{"no name", " ", "os.patch", "", "nothing in the estate is called"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x, err := explain(t, tt.about, tt.id)
			switch {
			case tt.err == "" && err != nil:
				t.Fatal(err)
			case tt.err != "":
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Fatalf("got %v, want %q", err, tt.err)
				}
				var hint interface{ Hint() string }
				if !errors.As(err, &hint) || hint.Hint() == "" {
					t.Error("no hint")
				}
			case !strings.HasSuffix(x.Subject, tt.subject) || x.Responsibility != tt.id:
				t.Errorf("got %s of %s, want %s", x.Responsibility, x.Subject, tt.subject)
			}
		})
	}
}

// TestExplainVerdictOfNothing: without evidence a verdict is unknown, nothing
// was seen, and every step to settle it is told once.
func TestExplainVerdictOfNothing(t *testing.T) {
	estateOf(t, map[string]string{"e/rows.json": twoNames})
	q := october()
	q.Checks.NotOwn = true
	x, err := ExplainVerdict(context.Background(), q, "shop", "data.key-vault-protection")
	if err != nil {
		t.Fatal(err)
	}
	if x.Status != "unknown" || x.Reason != "default assumed" || !strings.Contains(x.Why, "90 days") || len(x.Evidence) != 0 || len(x.Settle) == 0 || len(x.Sets) == 0 {
		t.Errorf("got %+v", x)
	}
	for _, set := range x.Sets {
		for _, c := range set.Checks {
			if c.Seen != "not seen" || c.Title == "" {
				t.Errorf("check %+v", c)
			}
		}
	}
	for i, s := range x.Settle {
		if slices.Contains(x.Settle[:i], s) {
			t.Errorf("%q is told twice", s)
		}
	}
}

func TestQuoted(t *testing.T) {
	for word, want := range map[string]string{"a": "a", "web shop": "'web shop'", "it's": `'it'\''s'`, "/subscriptions/x": "/subscriptions/x", "$(x)": "'$(x)'"} {
		if got := quoted(word); got != want {
			t.Errorf("%s is %s, want %s", word, got, want)
		}
	}
}

func TestDays(t *testing.T) {
	for d, want := range map[time.Duration]string{30 * time.Minute: "30 min", 24 * time.Hour: "24 h", 36 * time.Hour: "36 h", 48 * time.Hour: "2 days", 30 * 24 * time.Hour: "30 days", 50 * time.Hour: "50 h"} {
		if got := days(d); got != want {
			t.Errorf("%v is %s, want %s", d, got, want)
		}
	}
}

// TestExplainVerdictOfChecks: what is computed here stands apart from what was
// read, and what decided is marked in both.
func TestExplainVerdictOfChecks(t *testing.T) {
	const production = "/subscriptions/3b0c9a74-58d1-4e62-8f2a-71c4e6d0b915"
	var roles []string
	for i := range 4 {
		roles = append(roles, fmt.Sprintf(`{"id":"%[1]s/providers/Microsoft.Authorization/roleAssignments/a%[2]d","name":"a%[2]d","type":"Microsoft.Authorization/roleAssignments","principalId":"0000000%[2]d-5c1d-4e7a-9b3f-6a2d8e4c7f10","principalName":"p%[2]d","principalType":"User","roleDefinitionName":"Owner","roleDefinitionId":"%[1]s/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635","scope":"%[1]s"}`, production, i))
	}
	const assessment = `[{"id":"` + production + `/providers/Microsoft.Security/assessments/6f90a6d6-d4d6-0794-0ec1-98fa77878c2e","name":"6f90a6d6-d4d6-0794-0ec1-98fa77878c2e","type":"microsoft.security/assessments","properties":{"displayName":"Owners","status":{"code":"NotApplicable","cause":"OffByPolicy"}}}]`
	estateOf(t, map[string]string{"e/rows.json": twoNames, "e/roles.json": "[" + strings.Join(roles, ",\n") + "]", "e/defender.json": assessment})
	x, err := explain(t, production, "identity.owners-limited")
	if err != nil {
		t.Fatal(err)
	}
	if x.Status != "unmet" || len(x.Evidence) != 1 || len(x.Checks) != 1 || x.MoreEvidence+x.MoreChecks != 0 {
		t.Fatalf("%s: %s, evidence %+v, checks %+v", x.Status, x.Why, x.Evidence, x.Checks)
	}
	if e := x.Evidence[0]; !strings.HasPrefix(e.Check, "defender:") || e.Outcome != "unknown" || e.Decided {
		t.Errorf("evidence %+v", e)
	}
	if c := x.Checks[0]; c.Check != "azure-rbac:owners-at-most-three" || c.Outcome != "fail" || !c.Decided || !strings.HasPrefix(c.Place, "e/roles.json:") {
		t.Errorf("check %+v", c)
	}
	for _, set := range x.Sets {
		for _, c := range set.Checks {
			if want := strings.HasPrefix(c.Check, "azure-rbac:"); strings.HasPrefix(c.Seen, "failed") != want {
				t.Errorf("set %+v", c)
			}
		}
	}
}
