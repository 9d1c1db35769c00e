package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
)

func TestParseChecks(t *testing.T) {
	for words, want := range map[string]string{
		"":                     "own false, packs []",
		"own":                  "own true, packs []",
		"none":                 "own false, packs []",
		"azure-policy":         "own false, packs [azure-policy]",
		"own azure-policy x.1": "own true, packs [azure-policy x.1]",
		"none own":             "none does not go together with other checks",
		"azure-policy none":    "none does not go together with other checks",
		"Own":                  `unknown checks "Own", known are own, none and the names of packs`,
		"../x":                 `unknown checks "../x", known are own, none and the names of packs`,
	} {
		c, err := ParseChecks(strings.Fields(words))
		got := fmt.Sprintf("own %v, packs %v", !c.NotOwn, c.Packs)
		if err != nil {
			got = err.Error()
			var usage *UsageError
			if !errors.As(err, &usage) {
				t.Errorf("%q: %T is no error of use", words, err)
			}
		}
		if got != want {
			t.Errorf("%q: %s, want %s", words, got, want)
		}
	}
}

const (
	shopSub   = "/subscriptions/3b0c9a74-58d1-4e62-8f2a-71c4e6d0b915"
	shopGroup = shopSub + "/resourceGroups/shop"
	shopStore = shopGroup + "/providers/Microsoft.Storage/storageAccounts/shop"
	// shopRows is a store that was seen in full.
	shopRows = `{"value":[{"id":"` + shopStore + `","name":"shop","type":"Microsoft.Storage/storageAccounts","location":"westeurope","properties":{"tier":"warm"},"tags":{}}]}`
	customID = shopSub + "/providers/Microsoft.Authorization/policyDefinitions/"
)

// tiered refuses stores whose tier is not among those that it is given.
func tiered(name, more string) string {
	return `{"id":"` + customID + name + `","name":"` + name + `","type":"Microsoft.Authorization/policyDefinitions","properties":{"displayName":"Tiers ` + name + `","policyType":"Custom","mode":"All",
	"parameters":{"tiers":{"type":"Array","allowedValues":["cold","warm","hot"],"defaultValue":["cold"]},"effect":{"type":"String","defaultValue":"Audit","allowedValues":["Audit","Disabled"]}},
	"policyRule":{"if":{"allOf":[{"field":"type","equals":"Microsoft.Storage/storageAccounts"},{"field":"Microsoft.Storage/storageAccounts/tier","notIn":"[parameters('tiers')]"}` + more + `]},
	"then":{"effect":"[parameters('effect')]"}}}}`
}

// assigning is an assignment of a definition in the group of the store.
func assigning(name, of, parameters, more string) string {
	return `{"id":"` + shopGroup + `/providers/Microsoft.Authorization/policyAssignments/` + name + `","name":"` + name + `","displayName":"Assign ` + name +
		`","type":"Microsoft.Authorization/policyAssignments","enforcementMode":"Default","scope":"` + shopGroup + `","policyDefinitionId":"` + of + `","parameters":` + parameters + more + `}`
}

// initiative is one with the members given.
func initiative(name, parameters string, members ...string) string {
	return `{"id":"` + shopSub + `/providers/Microsoft.Authorization/policySetDefinitions/` + name + `","name":"` + name +
		`","type":"Microsoft.Authorization/policySetDefinitions","properties":{"policyType":"Custom","displayName":"` + name + `","parameters":` + parameters + `,"policyDefinitions":[` + strings.Join(members, ",") + `]}}`
}

func member(of, reference, parameters string) string {
	return `{"policyDefinitionId":"` + of + `","policyDefinitionReferenceId":"` + reference + `","parameters":` + parameters + `}`
}

// checkedEstate assesses a folder e and gives the results of Azure Policy as "check
// verdict reason", @ the assignment, and the notes of policies.
func checkedEstate(t *testing.T, checks Checks, files map[string]string) (results string, notes []string) {
	t.Helper()
	estateOf(t, files)
	return checkedHere(t, checks)
}

func checkedHere(t *testing.T, checks Checks) (results string, notes []string) {
	t.Helper()
	checks.NotOwn = true
	q := october()
	q.Checks = checks
	a, err := Assess(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for i := range a.Checks.Len() {
		if e := a.Checks.At(i); e.Tool == azureTool {
			list = append(list, strings.TrimSpace(e.Check+"@"+lastPart(e.By)+" "+demarc.CheckVerdictOf(e.Outcome).String()+" "+string(e.Reason)))
		}
	}
	for _, n := range a.Notes {
		if n.Kind == demarc.NoteUndecided {
			notes = append(notes, n.Place.String()+": "+n.Message)
		}
	}
	slices.Sort(list)
	return strings.Join(list, ", "), notes
}

// A folder of a team is evaluated as far as it can be read, and what is wrong
// with the rest is said with its place.
func TestPoliciesOfATeam(t *testing.T) {
	got, notes := checkedEstate(t, Checks{Policies: []string{"team"}}, map[string]string{"e/rows.json": shopRows, "team/a.json": tiered("good", ""), "team/b/bad.json": tiered("bad", `,{"field":"name","equalz":"x"}`),
		"team/c.json": `{"name":"torn","properties":{"policyRule":`, "team/README.md": "# Ours"})
	if got != "good@ non-compliant" {
		t.Errorf("got %s", got)
	}
	all := strings.Join(notes, "\n")
	if !strings.Contains(all, "team/b/bad.json") || !strings.Contains(all, "/properties/policyRule/if/allOf/2") || strings.Contains(all, "a.json") {
		t.Errorf("notes %q", notes)
	}
	q := october()
	q.Checks = Checks{NotOwn: true, Policies: []string{"nowhere"}}
	if _, err := Assess(context.Background(), q); err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("a folder that is not there: %v", err)
	}
}

// What an assignment of an export puts in force, and what is said where it
// cannot be.
func TestAssignmentsOfExports(t *testing.T) {
	good := customID + "good"
	overridden := `,"overrides":[{"kind":"policyEffect","value":"disabled","selectors":[{"kind":"policyDefinitionReferenceId","in":["two"]}]}]`
	set := shopSub + "/providers/Microsoft.Authorization/policySetDefinitions/set"
	tests := []struct {
		name  string
		files []string // of policies
		want  string
		notes []string // a part of each
	}{
		{"a definition that nobody assigns", []string{tiered("good", "")}, "", nil},
		{"with its defaults", []string{tiered("good", ""), assigning("a", good, "null", "")}, "good@a non-compliant", nil},
		{"an array", []string{tiered("good", ""), assigning("a", good, `{"tiers":{"value":["hot","warm"]}}`, "")}, "good@a compliant", nil},
		{"in another case", []string{tiered("good", ""), assigning("a", strings.ToUpper(good), `{"TIERS":{"value":["warm"]}}`, "")}, "good@a compliant", nil},
		{"disabled", []string{tiered("good", ""), assigning("a", good, `{"effect":{"value":"Disabled"}}`, "")}, "", nil},
		{"two of them", []string{tiered("good", ""), assigning("a", good, `{"tiers":{"value":["warm"]}}`, ""), assigning("b", good, `{}`, "")}, "good@a compliant, good@b non-compliant", nil},
		{"a value that is not allowed", []string{tiered("good", ""), assigning("a", good, `{"tiers":{"value":["lukewarm"]}}`, ""), assigning("b", good, `{}`, "")}, "good@b non-compliant",
			[]string{"the definition Tiers good is not evaluated: the parameter tiers does not allow"}},
		{"no definition", []string{assigning("a", good, `{}`, ""), tiered("other", "")}, "", []string{"the assignment Assign a is not evaluated: its definition good is in no file and no pack"}},
		{"an initiative", []string{tiered("good", ""), tiered("other", ""), initiative("set", `{"t":{"type":"Array","defaultValue":["warm"]}}`, member(good, "one", `{"tiers":{"value":"[parameters('t')]"}}`), member(customID+"other", "two", `{}`)),
			assigning("a", set, `{}`, "")}, "good@a compliant, other@a non-compliant", nil},
		{"an initiative with a value", []string{tiered("good", ""), initiative("set", `{"t":{"type":"Array","defaultValue":["warm"]}}`, member(good, "one", `{"tiers":{"value":"[parameters('t')]"}}`)),
			assigning("a", set, `{"t":{"value":["hot"]}}`, "")}, "good@a non-compliant", nil},
		{"an initiative that lacks a value", []string{tiered("good", ""), initiative("set", `{"t":{"type":"Array"}}`, member(good, "one", `{"tiers":{"value":"[parameters('t')]"}}`)),
			assigning("a", set, `{}`, "")}, "good@a unknown parameter not set", nil},
		{"an initiative with members that are nowhere", []string{tiered("good", ""), initiative("set", `{}`, member(good, "one", `{}`), member(customID+"x", "two", `{}`), member(customID+"y", "three", `{}`)),
			assigning("a", set, `{}`, "")}, "good@a non-compliant", []string{"2 of 3 definitions of the initiative that Assign a assigns are in no file and no pack"}},
		{"one member of two disabled", []string{tiered("good", ""), tiered("other", ""), initiative("set", `{}`, member(good, "one", `{}`), member(customID+"other", "two", `{}`)),
			assigning("a", set, `{}`, overridden)}, "good@a non-compliant", nil},
		{"no initiative", []string{assigning("a", set, `{}`, "")}, "", []string{"the assignment Assign a is not evaluated: its definition set is in no file and no pack"}},
		{"a broken definition", []string{tiered("good", `,{"field":"name"}`), assigning("a", good, `{}`, "")}, "", []string{"a policy definition that cannot be read: /properties/policyRule/if/allOf/2", "its definition good is in no file"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, notes := checkedEstate(t, Checks{}, map[string]string{"e/rows.json": shopRows, "e/policies.json": "[" + strings.Join(tt.files, ",\n") + "]"})
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if len(notes) != len(tt.notes) {
				t.Fatalf("notes %q, want %q", notes, tt.notes)
			}
			for _, want := range tt.notes {
				if !slices.ContainsFunc(notes, func(n string) bool { return strings.HasPrefix(n, "e/policies.json:") && strings.Contains(n, want) }) {
					t.Errorf("notes %q, want %q", notes, want)
				}
			}
		})
	}
}

// An assignment is found a definition of the team's folder and of a pack.
func TestWhereDefinitionsAreFound(t *testing.T) {
	files := map[string]string{"e/rows.json": shopRows, "e/policies.json": "[" + assigning("a", customID+"good", `{"tiers":{"value":["warm"]}}`, "") + "]", "clone/good.json": tiered("good", "")}
	if got, notes := checkedEstate(t, Checks{Policies: []string{"clone"}}, files); got != "good@a compliant" || len(notes) != 0 {
		t.Errorf("in the folder of a team: %s, %q", got, notes)
	}
	if _, err := AddPolicyPack(PackRequest{Folder: "packs", Name: "ours", Path: "clone", Today: october().Today}); err != nil {
		t.Fatal(err)
	}
	if got, notes := checkedHere(t, Checks{Folder: "packs"}); got != "good@a compliant" || len(notes) != 0 {
		t.Errorf("in a pack that nobody asked for: %s, %q", got, notes)
	}
	if got, _ := checkedHere(t, Checks{Folder: "packs", Packs: []string{"ours"}}); got != "good@a compliant" {
		t.Errorf("in a pack that is evaluated anyhow: %s", got)
	}
	if got, notes := checkedHere(t, Checks{}); got != "" || len(notes) != 1 {
		t.Errorf("nowhere: %s, %q", got, notes)
	}
}

// Of a pack everything is evaluated with its defaults, but for what is about
// any type, withdrawn, disabled or of another cloud, until it is assigned.
func TestChecksOfAPack(t *testing.T) {
	anywhere := `{"id":"` + customID + `places","name":"places","properties":{"displayName":"Places","policyType":"Custom","mode":"All","policyRule":{"if":{"field":"location","notEquals":"eastus"},"then":{"effect":"audit"}}}}`
	withdrawn := strings.Replace(tiered("old", ""), `"displayName":"Tiers`, `"metadata":{"deprecated":true},"displayName":"[Deprecated]: Tiers`, 1)
	static := strings.Replace(tiered("static", ""), `"policyType":"Custom"`, `"policyType":"Static"`, 1)
	estateOf(t, map[string]string{"e/rows.json": shopRows, "clone/a.json": tiered("good", ""), "clone/b.json": anywhere, "clone/c.json": withdrawn, "clone/d.json": static, "clone/e.json": tiered("bad", `,{"field":"name"}`)})
	if _, err := AddPolicyPack(PackRequest{Folder: "packs", Name: "ours", Path: "clone", Today: october().Today}); err != nil {
		t.Fatal(err)
	}
	ours := Checks{Folder: "packs", Packs: []string{"ours"}}
	if got, notes := checkedHere(t, ours); got != "good@ non-compliant" || len(notes) != 0 {
		t.Errorf("got %s, %q", got, notes)
	}
	assigned := "[" + assigning("a", customID+"places", "{}", "") + "," + assigning("b", customID+"old", `{"tiers":{"value":["warm"]}}`, "") + "]"
	if err := os.WriteFile("e/policies.json", []byte(assigned), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, notes := checkedHere(t, ours); !strings.Contains(got, "places@a non-compliant") || !strings.Contains(got, "old@b compliant") || !strings.Contains(got, "good@ non-compliant") || len(notes) != 0 {
		t.Errorf("assigned: %s, %q", got, notes)
	}
}

// A pack that is asked for and is not there stops, with what to do about it.
func TestPacksThatAreNotThere(t *testing.T) {
	estateOf(t, map[string]string{"e/rows.json": shopRows, "packs/torn.pack": "x"})
	for name, want := range map[string]string{"azure-policy": "pack azure-policy", "../x": "is no name of a pack"} {
		q := october()
		q.Checks = Checks{NotOwn: true, Packs: []string{name}, Folder: "packs"}
		_, err := Assess(context.Background(), q)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
			continue
		}
		var hint interface{ Hint() string }
		if name == "azure-policy" && (!errors.As(err, &hint) || !strings.Contains(hint.Hint(), "demarc catalog add azure-policy")) {
			t.Errorf("no hint with %v", err)
		}
	}
}

// With the aliases that a user refreshed, one that is not among them points
// nowhere. Without them one of Microsoft's rules lies where it mostly does, and
// that of a team may lie elsewhere.
func TestAliasesOfAPack(t *testing.T) {
	provider := func(alias, path string) string {
		return `[{"namespace":"Microsoft.Storage","resourceTypes":[{"resourceType":"storageAccounts","aliases":[{"name":"Microsoft.Storage/storageAccounts/` + alias + `","defaultPath":"` + path + `","paths":[]}]}]}]`
	}
	estateOf(t, map[string]string{"e/rows.json": strings.Replace(shopRows, `{"tier":"warm"}`, `{"access":{"tier":"cold"}}`, 1), "team/a.json": tiered("good", ""),
		"team/b.json": strings.Replace(tiered("built", ""), "Custom", "BuiltIn", 1), "known.json": provider("tier", "properties.access.tier"), "others.json": provider("other", "properties.other")})
	team := Checks{Policies: []string{"team"}, Folder: "packs"}
	for _, tt := range []struct{ file, want string }{
		{"", "built@ non-compliant, good@ unknown alias unresolved"},
		{"known.json", "built@ compliant, good@ compliant"},
		{"others.json", "built@ unknown alias unresolved, good@ unknown alias unresolved"},
	} {
		if tt.file != "" {
			if _, err := AddAliases(PackRequest{Folder: "packs", Path: tt.file, Today: october().Today}); err != nil {
				t.Fatal(err)
			}
		}
		if got, _ := checkedHere(t, team); got != tt.want {
			t.Errorf("with %q: %s, want %s", tt.file, got, tt.want)
		}
	}
}
