package catalog_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/demarc-dev/demarc/internal/catalog"
)

const provenance = "source: https://example.com/x\n    checked: 2026-11-22\n"

// small is a catalogue that loads: what is wrong in a test was put in by it.
var small = map[string]string{
	"models/cloud.yaml": `id: cloud
title: Cloud
publisher: Somebody
kind: matrix
version: "1"
date: 2026-01-01
source: https://example.com/model
checked: 2026-11-22
columns: [iaas, paas]
areas:
  - id: data
    label: Data
    cells:
      iaas: {parties: [customer], halves: {customer: Back it up.}}
      paas:
        parties: [customer, provider]
        halves: {customer: Back it up., provider: Replicate it.}
`,
	"services/shapes.yaml": "shapes:\n  - {id: wire, lacks: [data]}\n",
	"services/facets.yaml": `facets:
  - id: node
    name: Node
    model: iaas
    why: A machine.
    source: https://example.com/node
    checked: 2026-11-22
`,
	"services/providers.yaml": `parties:
  - {id: acme, name: Acme}
providers:
  - {id: acme-cloud, folder: acme, party: acme, source: "https://example.com/p", checked: 2026-11-22}
`,
	"services/acme/acme.store.yaml": `provider: Acme.Store
types:
  - type: Acme.Store/boxes
    name: Box
    aliases: [Boxes, Crate]
    model: paas
    role: workload
    why: A box.
    source: https://example.com/box
    checked: 2026-11-22
    facets:
      - {id: node, when: {path: kind, equals: big}}
    cells:
      - id: box-data
        area: data
        parties: [customer]
        halves: {customer: Close the lid.}
        source: https://example.com/box
        checked: 2026-11-22
  - type: Acme.Store/labels
    name: Label
    model: iaas
    role: configuration
    why: A label.
    source: https://example.com/label
    checked: 2026-11-22
`,
}

func files(texts map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range texts {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func TestLoadSmall(t *testing.T) {
	c, err := catalog.Load(files(small))
	if err != nil {
		t.Fatal(err)
	}
	entry, ok := c.ByName("  cRATE ")
	if !ok || entry.Type.Type != "Acme.Store/boxes" || entry.RuleID() != "services/acme/acme.store.yaml#Acme.Store/boxes" {
		t.Fatalf("ByName(crate) = %+v, %v", entry, ok)
	}
	if p := c.ProviderOf(entry.Family); p == nil || p.Party != "acme" {
		t.Errorf("provider = %+v, want acme", p)
	}
	if use := entry.Type.Facets[0]; use.ID != "node" || use.When.String() != "kind is big" {
		t.Errorf("facet = %+v", use)
	}
}

const (
	box     = "services/acme/acme.store.yaml"
	another = "provider: Acme.More\ntypes:\n  - type: Acme.More/%s\n    name: Thing\n    aliases: [%s]\n    model: paas\n    role: workload\n    why: A thing.\n    " + provenance
)

func TestLoadRefuses(t *testing.T) {
	tests := []struct {
		name, file string
		old, new   string // old "" adds a file
		want       string
	}{
		{"theme of a task that nobody wrote", "responsibilities/posture.yaml", "", "themes:\n  - id: late\n    title: Late\n    responsibilities: [os.none]\n    " + provenance,
			`posture.yaml:2: responsibility "os.none" is not known`},
		{"theme without tasks", "responsibilities/posture.yaml", "", "themes:\n  - id: late\n    title: Late\n    " + provenance, "theme late needs a title and responsibilities"},
		{"theme without a source", "responsibilities/posture.yaml", "", "themes:\n  - {id: late, title: Late}\n", `source "" is no https address`},
		{"what nobody offers", "responsibilities/posture.yaml", "", "intelligence:\n  - id: seen\n    party: nobody\n    " + provenance, `party "nobody" is not known`},
		{"offer without words", "responsibilities/posture.yaml", "", "intelligence:\n  - id: seen\n    party: acme\n    " + provenance, "intelligence seen has no text"},
		{"unknown key", box, "    name: Box\n", "    name: Box\n    colour: red\n", "line 5: field colour not found"},
		{"unknown key of a facet", box, "{id: node, when:", "{id: node, colour: red, when:", "line 12: field colour not found"},
		{"unknown key of a facet's condition", box, "equals: big}", "equals: big, eqals: small}", "line 12: field eqals not found"},
		{"repeated key", box, "    name: Box\n", "    name: Box\n    name: Chest\n", `line 5: mapping key "name" already defined at line 4`},
		{"no yaml", box, "types:", "types: [", "services/acme/acme.store.yaml: yaml:"},
		{"empty file", box, small[box], "", "acme.store.yaml: a family needs its provider"},
		{"unknown area", box, "area: data", "area: dta", `acme.store.yaml:14: area "dta" is not known`},
		{"unknown party", box, "parties: [customer]\n        halves: {customer", "parties: [custmer]\n        halves: {custmer", `:14: party "custmer" is not known`},
		{"unknown shape", box, "    why: A label.", "    shape: wre\n    why: A label.", `:20: shape "wre" is not known`},
		{"unknown facet", box, "{id: node, when", "{id: nod, when", `:12: facet "nod" is not known`},
		{"cell of a facet it lacks", box, "area: data", "facet: guest\n        area: data", `:14: facet of the type "guest" is not known`},
		{"unknown area of a shape", "services/shapes.yaml", "[data]", "[dta]", `area "dta" is not known`},
		{"unknown party of a provider", "services/providers.yaml", "party: acme,", "party: acmee,", `:4: party "acmee" is not known`},
		{"shared without halves", box, "parties: [customer]\n", "parties: [customer, provider]\n", ":14: party provider has no half"},
		{"half of a stranger", box, "{customer: Close the lid.}", "{customer: Close the lid., acme: Lock it.}", ":14: half of acme, who is not a party of the cell"},
		{"two parties share one half", "models/cloud.yaml", "provider: Replicate it.", "provider: Back it up.", "cloud.yaml:16: two parties share one half"},
		{"empty words", box, "Close the lid.", "Do its part.", `:14: half of customer says "its part" instead of an action`},
		{"cell without parties", box, "parties: [customer]\n        halves: {customer: Close the lid.}", "parties: []", ":14: a cell needs a party"},
		{"duplicate type", "services/acme/more.yaml", "", strings.Replace(fmt.Sprintf(another, "x", "y"), "Acme.More/x", "Acme.Store/BOXES", 1), "more.yaml:3: type Acme.Store/BOXES"},
		{"type of another family", box, "Acme.Store/labels", "Acme.Sore/labels", ":20: type Acme.Sore/labels does not belong to Acme.Store"},
		{"alias twice in a folder", "services/acme/more.yaml", "", fmt.Sprintf(another, "things", "crate"), `more.yaml:3: alias "crate" of Acme.More/things is also one of Acme.Store/boxes`},
		{"family twice", "services/acme/more.yaml", "", "provider: acme.store\n", "more.yaml:1: family acme.store is defined twice"},
		{"default and a reason for none", "services/acme/more.yaml", "", "provider: Acme.More\nunclassified: nobody knows\ndefault:\n    {model: paas, role: workload, why: w, source: \"https://example.com\", checked: 2026-11-22}\n", "more.yaml:2: a family has either a default or a reason for having none"},
		{"source without https", box, "https://example.com/label", "http://example.com/label", `:20: source "http://example.com/label" is no https address`},
		{"no source", box, "    source: https://example.com/label\n", "", `:20: source "" is no https address`},
		{"no day", box, "checked: 2026-11-22\n    facets", "checked: soon\n    facets", `:3: checked "soon" is no day like 2026-11-22`},
		{"service model", box, "model: paas", "model: faas", `:3: service model "faas" is not on-premises, iaas, paas or saas`},
		{"role", box, "role: configuration", "role: provider-managed", `:20: role "provider-managed" is not one that data may give`},
		{"no why", box, "    why: A label.\n", "", ":20: type Acme.Store/labels needs a name and a why"},
		{"condition without operator", box, "{path: kind, equals: big}", "{path: kind}", ":12: a condition needs a path with one operator"},
		{"condition with two operators", box, "equals: big}", "equals: big, contains: b}", ":12: a condition needs a path with one operator"},
		{"condition of two kinds", box, "equals: big}", "equals: big, not: {path: a, exists: true}}", ":12: a condition needs a path with one operator"},
		{"condition without a choice", box, "{path: kind, equals: big}", "{any: []}", ":12: all, any and in need something to choose from"},
		{"nested condition", box, "{path: kind, equals: big}", "{not: {all: [{path: kind}]}}", ":12: a condition needs a path with one operator"},
		{"path", box, "path: kind", "path: kind.", `:12: path "kind." ends in a dot`},
		{"cell twice", box, "      - id: box-data\n", "      - {id: box-data, area: data, parties: [customer], halves: {customer: Look.}}\n      - id: box-data\n", ":15: box-data is defined twice"},
		{"matrix with a hole", "models/cloud.yaml", "[iaas, paas]", "[iaas, paas, saas]", "cloud.yaml:11: area data has no cell for saas"},
		{"kind of model", "models/cloud.yaml", "kind: matrix", "kind: table", `cloud.yaml:4: kind "table" is not matrix, statements or service`},
		{"model named otherwise", "models/cloud.yaml", "id: cloud", "id: clod", `cloud.yaml:1: model "clod" is not named like its file`},
		{"cell of an unknown type", "models/cloud.yaml", "areas:\n", "cells:\n  - {id: c, type: Acme.Store/bxes, area: data, parties: [customer], halves: {customer: Look.}}\nareas:\n", `cloud.yaml:11: type "Acme.Store/bxes" is not known`},
		{"claim about an unknown area", "models/cloud.yaml", "areas:\n", "statements:\n  - {id: s, text: t, claims: [{area: dat, model: paas, parties: [customer]}]}\nareas:\n", `cloud.yaml:11: area "dat" is not known`},
		{"fact twice", "facts/f.yaml", "", "facts:\n  - &f {id: f, text: t, value: v, source: \"https://example.com\", checked: 2026-11-22}\n  - *f\n", "fact f is defined twice"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			texts := maps.Clone(small)
			if tt.old != "" && !strings.Contains(texts[tt.file], tt.old) {
				t.Fatalf("%s does not hold %q", tt.file, tt.old)
			}
			texts[tt.file] = strings.Replace(texts[tt.file], tt.old, tt.new, 1)
			if tt.old == "" {
				texts[tt.file] = tt.new
			}
			_, err := catalog.Load(files(texts))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error = %v\nwant one with %q", err, tt.want)
			}
		})
	}
}

func TestLoadReportsAllProblems(t *testing.T) {
	texts := maps.Clone(small)
	texts[box] = strings.NewReplacer("model: paas", "model: faas", "area: data", "area: dta").Replace(texts[box])
	_, err := catalog.Load(files(texts))
	for _, want := range []string{`"faas"`, `"dta"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error = %v\nwant also %s", err, want)
		}
	}
}
