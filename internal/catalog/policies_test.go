package catalog_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/catalog"
)

const (
	lid     = "policies/store/lid.json"
	aliases = "policies/aliases.yaml"
	joined  = "policies/joined.yaml"
)

// ruled is a small catalogue with a definition and aliases.
var ruled = func() map[string]string {
	texts := maps.Clone(small)
	texts[lid] = `{
  "name": "demarc-store-lid",
  "properties": {
    "displayName": "Boxes have a lid",
    "metadata": {
      "source": "https://example.com/lid",
      "checked": "2026-11-22"
    },
    "policyRule": {"if": {"field": "type", "equals": "Acme.Store/boxes"}, "then": {"effect": "audit"}}
  }
}
`
	texts[aliases] = `source: https://example.com/aliases
checked: 2026-11-22
seen: 2024-01
byType:
  - {alias: Acme.Store/image, type: Acme.Store/boxes, path: properties.image}
discriminators:
  - {type: Acme.Store/boxes, property: properties.type}
doubtful:
  - Acme.Store/boxes/lid
paths:
  "Acme.Store/boxes/a.b": "properties.x.b"
`
	texts[joined] = `source: https://example.com/lists
checked: 2026-11-22
lists:
  - {type: Acme.Store/boxes, path: properties.drawers, of: Acme.Store/boxes/drawers, flat: true}
`
	return texts
}()

func TestLoadPolicies(t *testing.T) {
	c, err := catalog.Load(files(ruled))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Policies) != 1 {
		t.Fatalf("%d policies, want 1", len(c.Policies))
	}
	p := c.Policies[0]
	if p.File != lid || p.Name != "demarc-store-lid" || p.Check() != "store-lid" || strings.ContainsAny(string(p.Text), "\n") || !strings.Contains(string(p.Text), `"effect":"audit"`) {
		t.Errorf("policy = %+v", p)
	}
	text, err := c.Compact()
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := catalog.Parse(text)
	if err != nil || len(parsed.Policies) != 1 || string(parsed.Policies[0].Text) != string(p.Text) {
		t.Fatalf("the compact form gives %+v, %v", parsed, err)
	}
	for _, a := range []*catalog.PolicyAliases{&c.PolicyAliases, &parsed.PolicyAliases} {
		if len(a.ByType) != 1 || len(a.Discriminators) != 1 || len(a.Doubtful) != 1 || a.Paths["Acme.Store/boxes/a.b"] != "properties.x.b" || a.Seen != "2024-01" || a.Checked != "2026-11-22" {
			t.Errorf("aliases = %+v", a)
		}
	}
	want := catalog.JoinedList{Type: "Acme.Store/boxes", Path: "properties.drawers", Of: "Acme.Store/boxes/drawers", Flat: true}
	for _, j := range []*catalog.PolicyJoins{&c.PolicyJoins, &parsed.PolicyJoins} {
		if len(j.Lists) != 1 || j.Lists[0] != want || j.Checked != "2026-11-22" {
			t.Errorf("lists = %+v", j)
		}
	}
}

func TestLoadRefusesPolicies(t *testing.T) {
	tests := []struct{ name, file, old, new, want string }{
		{"no JSON", lid, `"demarc-store-lid",`, `"demarc-store-lid", # a lid`, "lid.json:2: invalid character"},
		{"neither JSON nor YAML", lid, `"properties": {`, `"properties": {{`, "lid.json: yaml: line"},
		{"a name twice", lid, `"metadata": {`, "\"displayName\": \"x\",\n    \"metadata\": {", `lid.json: yaml: unmarshal errors:
  line 5: mapping key "displayName" already defined at line 4`},
		{"another name", lid, "demarc-store-lid", "demarc-lid", `lid.json:2: name "demarc-lid" is not demarc-store-lid`},
		{"no title", lid, "Boxes have a lid", "", "lid.json:3: demarc-store-lid has no displayName"},
		{"no rule", lid, "policyRule", "policyRules", "lid.json:3: demarc-store-lid has no policyRule"},
		{"no source", lid, "https://example.com/lid", "", `lid.json:5: source "" is no https address`},
		{"no day", lid, "\"2026-11-22\"", `"soon"`, `lid.json:5: checked "soon" is no day`},
		{"no folder", "policies/lid.json", "", ruled[lid], "policies/lid.json:1: definitions are policies/<category>/<name>.json"},
		{"capitals", "policies/store/Lid.json", "", ruled[lid], "policies/store/Lid.json:1: definitions are"},
		{"definitions in YAML", "policies/store/lid.yaml", "", "name: x\n", "lid.yaml:1: definitions are JSON"},
		{"no list", lid, ruled[lid], "[]", "lid.json: yaml: unmarshal errors"},
		{"unknown key", aliases, "doubtful:", "doubtfull:", "field doubtfull not found"},
		{"unknown key of an alias", aliases, "path: properties.image", "paht: properties.image", "field paht not found"},
		{"aliases without a source", aliases, "https://example.com/aliases", "nowhere", `aliases.yaml:1: source "nowhere" is no https address`},
		{"aliases without a day", aliases, "checked: 2026-11-22\n", "", `aliases.yaml:1: checked "" is no day`},
		{"aliases without a month", aliases, "2024-01", "2024", `aliases.yaml:3: seen "2024" is no month`},
		{"alias of a type twice", aliases, "discriminators:", "  - {alias: ACME.store/image, type: acme.store/BOXES, path: properties.b}\ndiscriminators:", "aliases.yaml:6: alias of a type acme.store/image acme.store/boxes is defined twice"},
		{"alias without a type", aliases, "type: Acme.Store/boxes, path", "path", "aliases.yaml:5: alias Acme.Store/image needs a type and a path"},
		{"discriminator twice", aliases, "doubtful:", "  - {type: acme.store/boxes, property: kind}\ndoubtful:", "aliases.yaml:8: discriminator of acme.store/boxes is defined twice"},
		{"discriminator without a property", aliases, ", property: properties.type", "", "aliases.yaml:7: Acme.Store/boxes has no property"},
		{"doubtful twice", aliases, "paths:", "  - acme.store/boxes/LID\npaths:", "aliases.yaml:10: alias acme.store/boxes/lid is defined twice"},
		{"doubtful and known", aliases, "boxes/lid", "boxes/a.b", "aliases.yaml:11: alias acme.store/boxes/a.b is defined twice"},
		{"path twice", aliases, "paths:\n", "paths:\n  \"Acme.Store/boxes/a.b\": x\n", `already defined at line 11`},
		{"path in another case", aliases, "paths:\n", "paths:\n  \"Acme.Store/boxes/A.b\": x\n", "alias acme.store/boxes/a.b is defined twice"},
		{"alias without a path", aliases, "properties.x.b", "", "aliases.yaml:11: alias Acme.Store/boxes/a.b has no path"},
		{"list without a source", joined, "https://example.com/lists", "nowhere", `joined.yaml:1: source "nowhere" is no https address`},
		{"unknown key of a list", joined, "flat", "falt", "field falt not found"},
		{"list without a path", joined, "properties.drawers", `""`, "joined.yaml:4: a list has a type and a plain path"},
		{"list in a list", joined, "properties.drawers", `"properties.a[*].b"`, "joined.yaml:4: a list has a type and a plain path"},
		{"list of what lies elsewhere", joined, "of: Acme.Store/boxes/", "of: Acme.Store/shelves/", "joined.yaml:4: Acme.Store/shelves/drawers does not lie right in Acme.Store/boxes"},
		{"list of what lies deeper", joined, "boxes/drawers", "boxes/drawers/keys", "joined.yaml:4: Acme.Store/boxes/drawers/keys does not lie right in"},
		{"list twice", joined, "lists:", "lists:\n  - {type: acme.store/boxes, path: properties.x, of: acme.store/boxes/DRAWERS}", "joined.yaml:5: list of acme.store/boxes/drawers is defined twice"},
		{"alias without a namespace", aliases, "Acme.Store/boxes/a.b", "color", `aliases.yaml:11: alias "color" has no slash`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			texts := maps.Clone(ruled)
			if tt.old != "" && !strings.Contains(texts[tt.file], tt.old) {
				t.Fatalf("%s does not hold %q", tt.file, tt.old)
			}
			if tt.old == "" {
				texts[tt.file] = tt.new
			} else {
				texts[tt.file] = strings.Replace(texts[tt.file], tt.old, tt.new, 1)
			}
			_, err := catalog.Load(files(texts))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error = %v\nwant one with %q", err, tt.want)
			}
		})
	}
}

// TestTasksNameOwnChecks: a task cannot name a check that no definition makes.
func TestTasksNameOwnChecks(t *testing.T) {
	texts := maps.Clone(ruled)
	texts["responsibilities/data/all.yaml"] = "area: data\nresponsibilities:\n  - id: box.lid\n    settles: [[demarc:store-lid], [demarc:store-hinge]]\n"
	_, err := catalog.Load(files(texts))
	if err == nil || !strings.Contains(err.Error(), `all.yaml:3: definition of the check "store-hinge" is not known`) || strings.Contains(err.Error(), `"store-lid"`) {
		t.Errorf("error = %v", err)
	}
}

// TestEveryDefinitionServesATask: a check that no task names decides nothing.
func TestEveryDefinitionServesATask(t *testing.T) {
	c := load(t)
	named := map[string]bool{}
	note := func(checks []string) {
		for _, s := range checks {
			named[s] = true
		}
	}
	for _, f := range c.Responsibilities {
		for _, task := range f.List {
			note(task.Refutes)
			note(task.Supports)
			for _, set := range task.Settles {
				note(set)
			}
		}
	}
	for i := range c.Policies {
		if check := catalog.OwnTool + ":" + c.Policies[i].Check(); !named[check] {
			t.Errorf("no task names %s (%s)", check, c.Policies[i].File)
		}
	}
	if len(c.Policies) < 80 {
		t.Errorf("%d definitions, want 80 or more", len(c.Policies))
	}
}
