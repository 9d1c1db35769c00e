package report

import (
	"bytes"
	"strings"
	"testing"
)

// policyExplanation is one with everything in it, hostile names included.
func policyExplanation() *PolicyExplanation {
	const vault = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/keys"
	step := func(depth int, what, asks, operator, expected, found, result string) PolicyStep {
		return PolicyStep{Depth: depth, What: what, Asks: asks, Operator: operator, Expected: expected, Found: found, Result: result}
	}
	return &PolicyExplanation{
		Subject: "keys\x1b[31m|<b>", SubjectID: vault, Type: "Microsoft.KeyVault/vaults", Place: "export.json:3", Seen: "full", Tool: "azure-policy", Check: "logs",
		Title: "Vaults write down who used them", Definition: "/providers/x/policyDefinitions/logs", From: "pack azure-policy, commit 0123456", Mode: "Indexed",
		Results: []PolicyResult{
			{
				Verdict: "non-compliant", Why: "it needs a related setting; none of the 4 that were seen fulfils it, and all of the type were collected", Effect: "AuditIfNotExists",
				Assignment: "/a", AssignmentName: "Baseline", AssignmentScope: "/subscriptions/s", AssignmentPlace: "a.json:2", Reference: "kv-logs",
				Parameters: []PolicyParameter{{"days", "30", false}, {"effect", "AuditIfNotExists", true}, {"workspace", "", false}},
				Trace: []PolicyStep{step(0, "applies", "", "", "", "", "true"), step(1, "field", "never shown", "equals", "x", "x", "true"), step(0, "if", "", "", "", "", "true"),
					step(1, "allOf", "", "", "", "", "true"), step(2, "field", "Microsoft.KeyVault/vaults/enableSoftDelete", "notEquals", "true", "false", "true")},
				Related: &PolicyRelated{Type: "microsoft.insights/diagnosticsettings", In: vault, Wanted: "audit", Collected: "collected", CollectedAt: "2026-10-30T08:00:00Z", Manifest: "manifest.json:1",
					Named: 2, More: 7, Found: []PolicySought{
						{ID: vault + "/one", Named: true, Fulfils: "false", Trace: []PolicyStep{step(0, "existence", "", "", "", "", "false"), step(1, "count", "logs[*]", "greater", "0", "0 of 2", "false")}},
						{ID: vault + "/two", Named: true, Fulfils: "unknown"}, {ID: vault + "/three", Fulfils: "true"},
					}},
			},
			{Verdict: "none", Out: "its assignment does not reach the resource", Why: "never shown"},
		},
	}
}

// TestPolicyExplanationFitsTerminals: nothing but ids is wider than the
// terminal, and nothing obeys what a name says.
func TestPolicyExplanationFitsTerminals(t *testing.T) {
	for _, width := range []int{80, 120} {
		var b bytes.Buffer
		if err := Print(&b, "table", policyExplanation(), Options{Width: width}); err != nil {
			t.Fatal(err)
		}
		text := b.String()
		for line := range strings.Lines(text) {
			if words := strings.Fields(line); TextWidth(line) > width+1 && len(words[len(words)-1]) < 40 {
				t.Errorf("wider than %d: %q", width, line)
			}
		}
		if strings.Contains(text, "never shown") || strings.Contains(text, "\x1b") {
			t.Errorf("got %s", text)
		}
		flat := strings.Join(strings.Fields(text), " ")
		for _, want := range []string{"NON-COMPLIANT", "NOT ASKED why its assignment does not reach the resource", "assignment Baseline at /subscriptions/s (a.json:2)", "member kv-logs",
			"parameters days: 30 effect: AuditIfNotExists (by default) workspace: not set", "true applies true if true · allOf true · · field Microsoft.KeyVault/vaults/enableSoftDelete notEquals true; found false",
			"collected collected 2026-10-30T08:00:00Z (manifest.json:1)", "does not /subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/keys/one", "cannot tell /subs", "another name /subs",
			"and 7 more", "one does not fulfil it false existence false · count logs[*] greater 0; found 0 of 2", "from pack azure-policy, commit 0123456"} {
			if !strings.Contains(flat, want) {
				t.Errorf("no %q in\n%s", want, text)
			}
		}
	}
}

// TestPolicySummary: what came of the search, in the words of the verdict.
func TestPolicySummary(t *testing.T) {
	found := func(fulfils ...string) (list []PolicySought) {
		for _, f := range fulfils {
			list = append(list, PolicySought{ID: "/x/audit", Named: true, Fulfils: f})
		}
		return list
	}
	for _, c := range []struct {
		related PolicyRelated
		verdict string
		want    string
	}{
		{PolicyRelated{Unclear: true}, "unknown", "which one cannot be told"},
		{PolicyRelated{Named: 2, Found: found("true", "false")}, "compliant", "audit fulfils it"},
		{PolicyRelated{Collected: "collected"}, "non-compliant", "none was seen, and all of the type were collected"},
		{PolicyRelated{Named: 1, Collected: "collected", Found: found("false")}, "non-compliant", "the one that was seen does not fulfil it, and all of the type were collected"},
		{PolicyRelated{}, "unknown", "none was seen, and nothing says that all of the type were collected"},
		{PolicyRelated{Collected: "denied"}, "unknown", "none was seen; of the type, the manifest says denied"},
		{PolicyRelated{Named: 2, Found: found("unknown", "false")}, "unknown", "2 were seen, and whether one fulfils it cannot be told"},
	} {
		if got := c.related.Summary(c.verdict); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
