package estate

import (
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
)

func parse(t *testing.T, text string) *Document {
	t.Helper()
	d, err := Parse(&demarc.File{Path: "demarc.yaml"}, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestParseExample reads the document of the example estate.
func TestParseExample(t *testing.T) {
	text, err := os.ReadFile("../../../examples/contoso/demarc.yaml")
	if err != nil {
		t.Fatal(err)
	}
	d := parse(t, string(text))
	if d.Name != "Contoso" || d.AsOf.Format(time.DateOnly) != "2026-10-31" {
		t.Errorf("name %q, as of %v", d.Name, d.AsOf)
	}
	if len(d.Parties) == 0 || len(d.Resources) == 0 || len(d.Overrides) == 0 || len(d.Workloads) == 0 || len(d.Requirements) == 0 {
		t.Errorf("something is absent: %+v", d)
	}
}

func TestParseOverride(t *testing.T) {
	d := parse(t, `
overrides:
  - match: {tag: "managed-by=fabrikam"}
    model: iaas
    role: third-party
    provider: fabrikam
    cells:
      - {area: operating-system, facet: guest, parties: [fabrikam, customer], halves: {fabrikam: Patch it., customer: Approve it.}}
      - {area: applications, parties: fabrikam}
    reason: contract 17
`)
	want := demarc.Override{
		Match: demarc.Match{Tag: "managed-by=fabrikam"}, Model: demarc.IaaS, Role: demarc.ThirdParty, HasRole: true, Provider: "fabrikam",
		Cells: []demarc.OverrideCell{
			{Area: "operating-system", Facet: "guest", Parties: []string{"fabrikam", "customer"}, Halves: map[string]string{"fabrikam": "Patch it.", "customer": "Approve it."}},
			{Area: "applications", Parties: []string{"fabrikam"}},
		},
		Reason: "contract 17", Place: demarc.Place{File: d.File, Line: 3},
	}
	if !reflect.DeepEqual(d.Overrides, []demarc.Override{want}) {
		t.Errorf("got %+v\nwant %+v", d.Overrides, want)
	}
}

func TestParseRequirement(t *testing.T) {
	d := parse(t, `
requirements:
  - {dataClass: card, patchWindow: {critical: 14d, high: 4 weeks}, recoveryPoint: 30min, recoveryTime: 8h, retentionMin: 90 days, retentionMax: 7y, regions: [westeurope], regulations: PCI DSS}
`)
	const day = 24 * time.Hour
	want := Requirement{DataClass: "card", Requirement: demarc.Requirement{
		ID: "card", PatchWindow: map[demarc.Severity]time.Duration{demarc.Critical: 14 * day, demarc.High: 28 * day},
		RecoveryPoint: 30 * time.Minute, RecoveryTime: 8 * time.Hour, RetentionMin: 90 * day, RetentionMax: 7 * 365 * day,
		Regions: []string{"westeurope"}, Regulations: []string{"PCI DSS"}, Place: demarc.Place{File: d.File, Line: 3}}}
	if !reflect.DeepEqual(d.Requirements, []Requirement{want}) {
		t.Errorf("got %+v\nwant %+v", d.Requirements, want)
	}
}

// TestStatedWithTheResource holds that a model stated with a resource by hand
// is an override of that resource alone.
func TestStatedWithTheResource(t *testing.T) {
	d := parse(t, "resources: [{name: WMS, type: other/saas-application, model: saas, provider: acme}, {name: x, kind: server}]")
	if len(d.Overrides) != 1 || d.Overrides[0].Match.ID != d.Resources[0].ID || d.Overrides[0].Model != demarc.SaaS || d.Overrides[0].Provider != "acme" {
		t.Errorf("overrides %+v of resources %+v", d.Overrides, d.Resources)
	}
}

func TestDurations(t *testing.T) {
	tests := []struct {
		text string
		want time.Duration
		err  string
	}{
		{"14d", 14 * 24 * time.Hour, ""},
		{"1 Week", 7 * 24 * time.Hour, ""},
		{"0h", 0, ""},
		{"14", 0, "no unit"},
		{"8m", 0, "unknown unit"},
		{"-3d", 0, "not a duration"},
		{"1.5h", 0, "unknown unit"},
		{"soon", 0, "not a duration"},
		{"", 0, "not a duration"},
		{"99999999999999999999d", 0, "too long"},
		{"500y", 0, "too long"},
	}
	for _, tt := range tests {
		got, err := parseDuration(tt.text)
		if got != tt.want || (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
			t.Errorf("%q is %v, %v; want %v, %q", tt.text, got, err, tt.want, tt.err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"two documents", "name: a\n---\nname: b\n", "demarc.yaml:2: a second document in one file"},
		{"not YAML", "name: [\n", "demarc.yaml:"},
		{"a list", "- name\n", "demarc.yaml:1: the document is not a mapping"},
		{"half of a stranger", "overrides: [{match: {id: a}, reason: r, cells: [{area: x, parties: [a], halves: {b: c}}]}]", `a half of "b", who is not among the parties`},
		{"retention", "requirements: [{dataClass: a, retentionMin: 2d, retentionMax: 1d}]", "retentionMin is longer than retentionMax"},
		{"aliases that explode", "resources:\n" + strings.Repeat("  - {name: a, type: b/c, tags: &a [*a]}\n", 1), "demarc.yaml:"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse(&demarc.File{Path: "demarc.yaml"}, strings.NewReader(tt.text))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestParseNothing(t *testing.T) {
	if d := parse(t, "# only a comment\n"); d.Name != "" || len(d.Resources) != 0 {
		t.Errorf("got %+v", d)
	}
}

func TestParseTooLarge(t *testing.T) {
	_, err := Parse(&demarc.File{Path: "x"}, strings.NewReader(strings.Repeat("#", MaxSize+1)))
	if err == nil || !strings.Contains(err.Error(), "more than 16 MB") {
		t.Errorf("got %v", err)
	}
}
