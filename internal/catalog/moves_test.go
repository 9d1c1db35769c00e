package catalog_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/catalog"
)

const boxes = `jobs:
  - id: keep
    name: keeping things
    types: [Acme.Store/boxes, "Acme.Pallets/crates:deep"]
    source: https://example.com/keep
    checked: 2026-11-22
kinds:
  - {type: Acme.Pallets/crates, kind: deep, names: [Deep crate], source: "https://example.com/c", checked: 2026-11-22}
  - {type: Acme.Pallets/crates, kind: flat, usual: true, source: "https://example.com/c", checked: 2026-11-22}
`

const crates = `provider: Acme.Pallets
types:
  - {type: Acme.Pallets/crates, name: Pallet, model: paas, role: workload, why: A crate., source: "https://example.com/c", checked: 2026-11-22}
`

func withMoves(text string) map[string]string {
	all := maps.Clone(small)
	all["services/acme/acme.pallets.yaml"], all["moves/boxes.yaml"] = crates, text
	return all
}

func TestMovesAreRead(t *testing.T) {
	c, err := catalog.Load(files(withMoves(boxes)))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		typ, kind string
		want      int
	}{{"acme.store/BOXES", "", 1}, {"Acme.Pallets/crates", "deep", 1}, {"Acme.Pallets/crates", "flat", 0}, {"Acme.Pallets/crates", "", 1}, {"Acme.Store/labels", "", 0}} {
		if got := c.Jobs(tt.typ, tt.kind); len(got) != tt.want {
			t.Errorf("%s:%s does %d jobs, want %d", tt.typ, tt.kind, len(got), tt.want)
		}
	}
	if k, ok := c.KindNamed(" deep CRATE"); !ok || k.Kind != "deep" {
		t.Errorf("the name of a kind means %+v", k)
	}
	if got := c.Kinds("acme.pallets/crates"); len(got) != 2 || got[0].Usual || !got[1].Usual {
		t.Errorf("kinds are %+v", got)
	}
}

func TestMovesAreChecked(t *testing.T) {
	for name, tt := range map[string]struct{ old, new, want string }{
		"a type that is not there":         {"Acme.Store/boxes,", "Acme.Store/boxen,", `type "Acme.Store/boxen" is not known`},
		"a type that is no workload":       {"Acme.Store/boxes,", "Acme.Store/labels,", "is no workload but configuration"},
		"a kind that is not there":         {`crates:deep"`, `crates:wide"`, `kind "wide" of Acme.Pallets/crates is not known`},
		"a job of one type":                {"Acme.Store/boxes, ", "", "it needs two types"},
		"a type twice":                     {"[Acme.Store/boxes,", "[Acme.Store/boxes, acme.store/Boxes,", "twice"},
		"no source":                        {"https://example.com/keep", "example", "is no https address"},
		"two usual kinds":                  {"kind: deep,", "kind: deep, usual: true,", "usual kind of acme.pallets/crates is defined twice"},
		"a rule that is not there":         {"kind: deep,", "kind: deep, rule: steep,", `has no rule "steep"`},
		"a part that is not there":         {"name: keeping things", "name: keeping\n    shownBy: [Acme.Store/lids]", `type "Acme.Store/lids" is not known`},
		"something brought from elsewhere": {"kind: deep,", "kind: deep, brings: [{type: Acme.Store/boxes, name: box}],", "does not lie in Acme.Pallets/crates"},
		"a key that nobody knows":          {"name: keeping things", "named: keeping", "named"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(boxes, tt.old, tt.new, 1)
			if text == boxes {
				t.Fatal("the test changes nothing")
			}
			if _, err := catalog.Load(files(withMoves(text))); err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "moves/boxes.yaml") {
				t.Errorf("error %v, want %q with its file", err, tt.want)
			}
		})
	}
}
