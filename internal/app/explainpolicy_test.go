package app

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// TestWhyChecksDecided: of a check that decided its definition is named and
// why, but not where names are hidden: what a property holds may be one.
func TestWhyChecksDecided(t *testing.T) {
	estateOf(t, map[string]string{"e/rows.json": twoNames})
	for _, hidden := range []bool{false, true} {
		q := october()
		q.Redact.On = hidden
		x, err := ExplainVerdict(context.Background(), q, "shop", "data.key-vault-protection")
		if err != nil {
			t.Fatal(err)
		}
		told := 0
		for _, c := range x.Checks {
			if c.Why != "" {
				told++
				if !c.Decided || c.Definition != "Demarc's own, policies/key-vault/purge-protection.json" || !strings.Contains(c.Why, "enablePurgeProtection") {
					t.Errorf("got %+v", c)
				}
			}
		}
		if x.Status != "unmet" || len(x.Checks) == 0 || told > 0 == hidden {
			t.Errorf("hidden %v: %s, %+v", hidden, x.Status, x.Checks)
		}
	}
}

// TestExplainPolicyNames: a definition is found by every name that it has, and
// what is not one definition is refused with a hint.
func TestExplainPolicyNames(t *testing.T) {
	estateOf(t, map[string]string{"e/rows.json": twoNames})
	for _, word := range []string{"key-vault-purge-protection", "DEMARC:key-vault-purge-protection", "demarc-key-vault-purge-protection", " Key vaults cannot be purged early ",
		"/providers/Microsoft.Management/managementGroups/x/providers/Microsoft.Authorization/policyDefinitions/demarc-key-vault-purge-protection"} {
		x, err := ExplainPolicy(context.Background(), october(), "shop", word)
		if err != nil {
			t.Errorf("%q: %v", word, err)
			continue
		}
		if x.Check != "key-vault-purge-protection" || len(x.Results) != 1 || x.Results[0].Verdict != "non-compliant" || !strings.HasSuffix(x.SubjectID, "/vaults/shop") {
			t.Errorf("%q: got %+v", word, x)
		}
	}
	for about, word := range map[string]string{"shop": "vaults", "shop ": "no such rule", "nobody": "key-vault-purge-protection", "organisation": "key-vault-purge-protection"} {
		_, err := ExplainPolicy(context.Background(), october(), about, word)
		var hint interface{ Hint() string }
		if !errors.As(err, &hint) || hint.Hint() == "" {
			t.Errorf("%q of %q: %v", word, about, err)
		}
	}
}
