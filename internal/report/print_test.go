package report

import (
	"bytes"
	stdcsv "encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/sample"
)

// explanation is one with everything in it, hostile names included.
func explanation() *Explanation {
	return &Explanation{
		ID: "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks-shop", Name: "aks-\x1b[31mshop|<b>",
		Type: "Microsoft.ContainerService/managedClusters", DisplayType: "AKS cluster", Scope: "contoso / Production / rg-prod",
		Place: "exports/resources.json:12", Provider: "Microsoft", ServiceModel: "paas", Role: "workload", Seen: "partial", Likely: true,
		Why: "Microsoft runs the control plane; the nodes are machines in your subscription.", Rule: "services/azure/microsoft.containerservice.yaml#managedClusters",
		Source: "https://learn.microsoft.com/azure/aks/support-policies", Checked: "2026-11-22",
		Trace: []TraceLine{
			{"facets.yaml#node", "properties.agentPoolProfiles exists", "properties.agentPoolProfiles", "[...]", "true"},
			{"aks.yaml#channel", "properties.autoUpgradeProfile.nodeOSUpgradeChannel is NodeImage", "properties.autoUpgradeProfile.nodeOSUpgradeChannel", "unknown: not seen", "unknown"},
		},
		Cells: []ExplainedCell{
			{
				Model: "microsoft-cloud", Facet: "node", AreaID: "operating-system", Area: "Operating system",
				Halves: []Half{
					{"customer", "you", "Choose the upgrade channel and the window.", "customer"},
					{"microsoft", "Microsoft", "Build node images.", "fabrikam"},
				},
				Reason: "the support policy says so", Source: "https://learn.microsoft.com/azure/aks/support-policies",
				Precedence:    []Step{{"your override", "none is about this cell", false}, {"published matrix", "the support policy says so", true}},
				Disagreements: []Disagreement{{"microsoft-cloud", "IaaS: the customer alone", "https://learn.microsoft.com/azure/security/"}},
			},
			{Model: "microsoft-cloud", AreaID: "client-devices", Area: "Client devices", NotApplicable: true, Reason: "nobody signs in to a node"},
		},
	}
}

func model() *Model {
	return &Model{
		ModelLine: ModelLine{ID: "microsoft-cloud", Title: "Shared responsibility in the cloud", Publisher: "Microsoft", Kind: "matrix", Version: "2026-01-12", Source: "https://learn.microsoft.com/azure/", Checked: "2026-11-22", Areas: 1, Statements: 1},
		Columns:   []string{"IaaS", "SaaS"},
		Rows: []ModelRow{{"operating-system", "Operating system", "The system that software runs on.", []ModelCell{
			{[]string{"Customer"}, []Half{{"customer", "Customer", "Patch it.", "customer"}}},
			{[]string{"Customer", "Microsoft"}, []Half{{"microsoft", "Microsoft", "Run it.", "microsoft"}}},
		}}},
		Texts: []ModelStatement{{"ms.one", "Customer", "The customer keeps its data."}},
	}
}

func comparison() *Comparison {
	return &Comparison{Models: []string{"microsoft-cloud", "ne-digital-365"}, Disagreements: []Contradiction{{
		"Applications in SaaS", []Side{
			{"both", "directions", "They share the work.", "https://example.org/"}, {"both", "microsoft-cloud", "Each has a half.", "https://learn.microsoft.com/"},
			{"provider", "ne-digital-365 (a statement with a long name)", "Microsoft does it.", "https://example.com/"},
		},
	}}}
}

func TestPrintGolden(t *testing.T) {
	for name, p := range map[string]Printable{
		"explain": explanation(), "models": ModelList{model().ModelLine, {ID: "managed-hsm-external-keys", Title: strings.Repeat("Long title ", 9)}},
		"model": model(), "compare": comparison(), "agree": &Comparison{Models: []string{"a", "b"}},
	} {
		for _, format := range PrintFormats {
			t.Run(name+"."+format, func(t *testing.T) {
				var b bytes.Buffer
				if err := Print(&b, format, p, Options{Width: 90}); err != nil {
					t.Fatal(err)
				}
				if bytes.ContainsAny(b.Bytes(), "\x1b\u009b") {
					t.Error("control characters in the output")
				}
				sample.Golden(t, name+"."+format+".txt", b.Bytes())
			})
		}
	}
}

func TestPrintJSONKeepsEveryText(t *testing.T) {
	e := explanation()
	e.Why = "\u009b31m \u202e \U000e0001 \x7f done"
	var b bytes.Buffer
	if err := Print(&b, "json", e, Options{}); err != nil {
		t.Fatal(err)
	}
	var got Explanation
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Why != e.Why || got.Name != e.Name || len(got.Cells) != 2 || got.Cells[0].Halves[1] != e.Cells[0].Halves[1] {
		t.Errorf("read back %+v", got)
	}
}

func TestPrintColourOnlyAddsCodes(t *testing.T) {
	var plain, coloured bytes.Buffer
	if err := errors.Join(Print(&plain, "table", model(), Options{Width: 80}), Print(&coloured, "table", model(), Options{Width: 80, Color: true})); err != nil {
		t.Fatal(err)
	}
	stripped := strings.NewReplacer("\x1b[1m", "", "\x1b[0m", "").Replace(coloured.String())
	if stripped != plain.String() || coloured.Len() == plain.Len() {
		t.Errorf("coloured:\n%s\nplain:\n%s", coloured.String(), plain.String())
	}
}

func TestUnknownFormat(t *testing.T) {
	var unknown UnknownFormatError
	if err := Print(io.Discard, "pdf", model(), Options{}); !errors.As(err, &unknown) || !strings.Contains(err.Error(), "table, json, markdown") {
		t.Errorf("got %v", err)
	}
	if err := PrintResources(io.Discard, "html", Resources(sample.Large(4), nil), Options{}); !errors.As(err, &unknown) || !strings.Contains(err.Error(), "jsonl") {
		t.Errorf("got %v", err)
	}
}

func printed(t *testing.T, format string, a *demarc.Assessment, keep func(*demarc.Assessed) bool) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := PrintResources(&b, format, Resources(a, keep), Options{Width: 100}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPrintResourcesGolden(t *testing.T) {
	for _, format := range ResourceFormats {
		t.Run(format, func(t *testing.T) {
			out := printed(t, format, sample.Contoso(), nil)
			if bytes.ContainsAny(out, "\x1b\u009b\u202e") {
				t.Error("control characters in the output")
			}
			sample.Golden(t, "resources."+format+".txt", out)
		})
	}
}

func TestPrintResourcesWritesAllOfThem(t *testing.T) {
	const n = 4321 // more than are measured and than one buffer holds
	a := sample.Large(n)
	var list []ResourceRow
	if err := json.Unmarshal(printed(t, "json", a, nil), &list); err != nil || len(list) != n {
		t.Errorf("json: %d of %d, %v", len(list), n, err)
	}
	rows, err := stdcsv.NewReader(bytes.NewReader(printed(t, "csv", a, nil))).ReadAll()
	if err != nil || len(rows) != n+1 {
		t.Errorf("csv: %d of %d, %v", len(rows), n+1, err)
	}
	for _, format := range []string{"jsonl", "table", "markdown"} {
		head := map[string]int{"jsonl": 0, "table": 1, "markdown": 2}[format]
		if got := bytes.Count(printed(t, format, a, nil), []byte("\n")); got != n+head {
			t.Errorf("%s: %d lines, want %d", format, got, n+head)
		}
	}
}

func TestPrintResourcesKeeps(t *testing.T) {
	parts := func(r *demarc.Assessed) bool { return r.Answer.Role == demarc.Part }
	var list []ResourceRow
	if err := json.Unmarshal(printed(t, "json", sample.Contoso(), parts), &list); err != nil {
		t.Fatal(err)
	}
	if len(list) != 2 || list[0].PartOf == "" || list[0].Scope != "contoso.example / Production / rg-prod" {
		t.Errorf("got %+v", list)
	}
	none := func(*demarc.Assessed) bool { return false }
	for format, want := range map[string]string{"json": "[\n\n]\n", "jsonl": ""} {
		if got := string(printed(t, format, sample.Contoso(), none)); got != want {
			t.Errorf("%s without rows: %q, want %q", format, got, want)
		}
	}
}

type broken struct{}

var errBroken = errors.New("pipe closed")

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestPrintReturnsTheWritersError(t *testing.T) {
	for _, format := range ResourceFormats {
		for _, n := range []int{4, 4000} {
			if err := PrintResources(broken{}, format, Resources(sample.Large(n), nil), Options{}); !errors.Is(err, errBroken) {
				t.Errorf("%s, %d resources: got %v", format, n, err)
			}
		}
	}
	if err := Print(broken{}, "table", model(), Options{}); !errors.Is(err, errBroken) {
		t.Errorf("got %v", err)
	}
}
