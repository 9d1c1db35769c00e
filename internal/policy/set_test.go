package policy_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/policy"
)

const initiative = `{"id": "/providers/Microsoft.Authorization/policySetDefinitions/s-1", "name": "s-1", "properties": {
	"displayName": "[Deprecated]: Lists", "policyType": "BuiltIn", "metadata": {"category": "Regulatory Compliance", "version": "2.1.0"},
	"parameters": {
		"days": {"type": "Integer", "defaultValue": 30},
		"effect": {"type": "String", "allowedValues": ["Audit", "Disabled"]},
		"tags": {"type": "Array", "defaultValue": ["a"]}},
	"policyDefinitionGroups": [
		{"name": "List_R1_AC-2", "additionalMetadataId": "/providers/Microsoft.PolicyInsights/policyMetadata/List_R1_AC-2"},
		{"name": "own"}],
	"policyDefinitions": [
		{"policyDefinitionId": "/providers/Microsoft.Authorization/policyDefinitions/d-1", "policyDefinitionReferenceId": "one", "definitionVersion": "1.*.*",
			"groupNames": ["list_r1_ac-2", "not declared"],
			"parameters": {"Days": {"value": "[add(parameters('DAYS'), 1)]"}, "effect": {"value": "[parameters('effect')]"}, "plain": {"value": "[[x]"},
				"both": {"value": ["[parameters('tags')[0]]", "b"]}}},
		{"policyDefinitionId": "d-2"}]}}`

func parseSet(t *testing.T, text string) *policy.Set {
	t.Helper()
	s, err := policy.ParseSet([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestParseSet(t *testing.T) {
	s := parseSet(t, initiative)
	if s.Name != "s-1" || s.Category != "Regulatory Compliance" || s.Version != "2.1.0" || !s.Deprecated || len(s.Parameters) != 3 || len(s.Members) != 2 {
		t.Errorf("%+v", s)
	}
	m := s.Members[0]
	if m.DefinitionName() != "d-1" || m.ReferenceID != "one" || m.Version != "1.*.*" || !slices.Equal(m.Groups, []string{"List_R1_AC-2", "not declared"}) {
		t.Errorf("%+v", m)
	}
	if g, ok := s.Group("OWN"); !ok || g.Name != "own" || g.MetadataID != "" {
		t.Errorf("group %+v, %v", g, ok)
	}
}

func TestBindSet(t *testing.T) {
	s := parseSet(t, initiative)
	members, err := s.Bind(map[string]armexpr.Value{"Effect": armexpr.Text("audit")})
	if err != nil {
		t.Fatal(err)
	}
	given := members[0].Given
	for name, want := range map[string]string{"Days": "31", "effect": `audit`, "plain": `[x]`} {
		if got := given[name]; got.Text() != want && got.String() != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if list := given["both"].Elements(); len(list) != 2 || list[0].Text() != "a" || len(members[0].Unset) > 0 || len(members[1].Given) > 0 {
		t.Errorf("given %v, unset %v, then %v", given, members[0].Unset, members[1].Given)
	}
	if _, err := s.Bind(map[string]armexpr.Value{"effect": armexpr.Text("Deny")}); err == nil {
		t.Error("a value that the initiative does not allow was taken")
	}
}

// TestUnsetStaysUnset: the default of a definition must not stand for a value
// that the initiative wants and nobody gave.
func TestUnsetStaysUnset(t *testing.T) {
	members, err := parseSet(t, initiative).Bind(nil)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(members[0].Unset, []string{"effect"}) {
		t.Errorf("unset %v", members[0].Unset)
	}
	d, err := policy.Parse([]byte(`{"name": "d-1", "properties": {"mode": "All", "parameters": {"effect": {"type": "String", "defaultValue": "Audit"}},
		"policyRule": {"if": {"field": "type", "equals": "x"}, "then": {"effect": "[parameters('effect')]"}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	b, err := policy.Bind(d, members[0].Given)
	if err != nil || b.Effect != "" {
		t.Errorf("effect %q, %v", b.Effect, err)
	}
}

func TestBrokenSets(t *testing.T) {
	for text, pointer := range map[string]string{
		`[]`:                          "",
		`{`:                           "",
		`{"properties": {}}`:          "/properties",
		`{"policyDefinitions": {}}`:   "/policyDefinitions",
		`{"policyDefinitions": [1]}`:  "/policyDefinitions/0",
		`{"policyDefinitions": [{}]}`: "/policyDefinitions/0",
		`{"policyDefinitions": [], "policyDefinitionGroups": [{}]}`:                                                         "/policyDefinitionGroups/0",
		`{"policyDefinitions": [{"policyDefinitionId": "d", "groupNames": "g"}]}`:                                           "/policyDefinitions/0/groupNames",
		`{"policyDefinitions": [{"policyDefinitionId": "d", "groupNames": [1]}]}`:                                           "/policyDefinitions/0/groupNames/0",
		`{"policyDefinitions": [{"policyDefinitionId": "d", "parameters": []}]}`:                                            "/policyDefinitions/0/parameters",
		`{"policyDefinitions": [{"policyDefinitionId": "d", "parameters": {"a/b": 1}}]}`:                                    "/policyDefinitions/0/parameters/a~1b",
		`{"properties": {"policyDefinitions": [{"policyDefinitionId": "d", "parameters": {"a": {"value": "[concat(]"}}}]}}`: "/properties/policyDefinitions/0/parameters/a/value",
	} {
		_, err := policy.ParseSet([]byte(text))
		var at *policy.Error
		if !errors.As(err, &at) || at.Pointer != pointer {
			t.Errorf("%s: %v, want the pointer %q", text, err, pointer)
		}
	}
	s := parseSet(t, `{"policyDefinitions": [{"policyDefinitionId": "d", "parameters": {"a": {"value": "[resourceGroup().name]"}}}]}`)
	if _, err := s.Bind(nil); err == nil {
		t.Error("an initiative asked for a resource group")
	}
}

func FuzzParseSet(f *testing.F) {
	f.Add([]byte(initiative))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := policy.ParseSet(text)
		if err != nil {
			var at *policy.Error
			if !errors.As(err, &at) {
				t.Fatalf("%T", err)
			}
			return
		}
		_, _ = s.Bind(nil)
	})
}

func controls(t *testing.T) *policy.Controls {
	t.Helper()
	c, err := policy.NewControls([]catalog.Framework{
		{ID: "list", Version: "r1", Groups: []string{"List_R1_"}, Spellings: []catalog.Spelling{{Match: `([A-Z]+)\.([0-9]+)`, As: "$1-$2"}}},
		{ID: "list", Version: "r1.1", Groups: []string{"List_R1_1_"}},
		{ID: "list", Version: "r2", Groups: []string{"List_R1_"}, Sets: []string{"s-2"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestControls(t *testing.T) {
	c := controls(t)
	for _, one := range []struct {
		set, group, metadata string
		want                 demarc.Control
		described            bool
	}{
		{"s-1", "g", "/x/policyMetadata/LIST_r1_AC-2", demarc.Control{Framework: "list", Version: "r1", ID: "AC-2"}, true},
		{"s-1", "List_R1_AC.2", "", demarc.Control{Framework: "list", Version: "r1", ID: "AC-2"}, true},
		{"s-1", "List_R1_1_A.", "", demarc.Control{Framework: "list", Version: "r1.1", ID: "A"}, true},
		{"S-2", "List_R1_AC-2", "", demarc.Control{Framework: "list", Version: "r2", ID: "AC-2"}, true},
		{"s-1", "List_R1_", "", demarc.Control{Framework: "list", Version: "r1", ID: "List_R1_"}, true},
		{"s-1", "a title of somebody", "/x/policyMetadata/Other_1", demarc.Control{Framework: "Ours", ID: "Other_1"}, false},
		{"s-1", "our group", "", demarc.Control{Framework: "Ours", ID: "our group"}, false},
	} {
		got, described := c.Of(&policy.Set{Name: one.set, DisplayName: "Ours"}, policy.Group{Name: one.group, MetadataID: one.metadata})
		if got != one.want || described != one.described {
			t.Errorf("%s %s: %+v %v, want %+v", one.group, one.metadata, got, described, one.want)
		}
	}
	if got, ok := c.Published("List_R1_AC-3"); !ok || got.Version != "r1" || got.ID != "AC-3" {
		t.Errorf("published %+v %v", got, ok)
	}
	if _, err := policy.NewControls([]catalog.Framework{{ID: "x", Spellings: []catalog.Spelling{{Match: "("}}}}); err == nil {
		t.Error("a broken spelling was taken")
	}
}
