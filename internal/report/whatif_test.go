package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/sample"
)

// whatIf is a what-if with everything in it, hostile names included.
func whatIf() *WhatIf {
	machine := WhatIfType{Type: "Microsoft.Compute/virtualMachines", Label: "Virtual machine", Model: "iaas", Column: "IaaS"}
	app := WhatIfType{Type: "Microsoft.Web/sites", Kind: "app", Label: "App Service", Model: "paas", Column: "PaaS"}
	counts := WhatIfCounts{Resources: 2, Passes: 2, Shares: 1, Ends: 1, Unclear: 1, Stays: 3, New: 1, StillElsewhere: 1, AlreadyThere: 2, Forgotten: 1, UnmetPasses: 2, Evidence: 3, Theirs: 2, TheirsUnknown: 1}
	return &WhatIf{
		SchemaVersion: "1.0", Estate: "Contoso|<b>", AsOf: "2026-10-31", Before: Standing{Met: 10, Unmet: 5, Unknown: 20, Accepted: 1}, After: Standing{Met: 8, Unmet: 3, Unknown: 22},
		Counts: counts,
		Moves: []WhatIfMove{{
			From: machine, To: app, Selectors: []string{"vm-\x1b[31mweb"}, Reasons: []string{"The lease of the room ends."}, Counts: counts,
			Resources: []WhatIfResource{
				{ID: "/subscriptions/s/vm-web", Name: "vm-\x1b[31mweb|<b>", Owner: "Shop team", With: []string{"disk", "nic"}, Becomes: WhatIfNew{ID: "/subscriptions/s/app", Name: "app", Scope: "rg-prod", With: []string{"/subscriptions/s/plan"}}},
				{ID: "/subscriptions/s/vm-two", Name: "vm-two", With: []string{}, Becomes: WhatIfNew{ID: "/subscriptions/s/app-two", Name: "app-two", Existing: true, With: []string{}}},
			},
			Cells: []WhatIfCell{
				{Area: "operating-system", Label: "Operating system", Matrix: "microsoft-cloud", Before: []string{"customer"}, After: []string{"microsoft"}, Whose: [2]string{"you", "Microsoft"}, Resources: 2,
					Reason: "is an App Service now, PaaS: the operating system passes from you to Microsoft (PaaS column)", Because: "PaaS column", Source: "https://learn.microsoft.com/azure/"},
				{Area: "applications", Label: "Applications", Matrix: "microsoft-cloud", Facet: "runtime", After: []string{"customer"}, Whose: [2]string{"no such area", "you"}, Resources: 1, Reason: "it is new", Because: "it is new"},
			},
			Tasks: []WhatIfTask{
				{Responsibility: "os.patch", Title: "Security updates", Area: "operating-system", AreaLabel: "Operating system", Level: "resource", Severity: "high", Whose: "customer", Fate: "passes", To: []string{"microsoft"}, ToWhom: "Microsoft", Resources: 2, Before: Standing{Unmet: 1, Met: 1}},
				{Responsibility: "net.ports", Title: "Ports", Area: "network-controls", Level: "resource", Whose: "customer", Fate: "shares", To: []string{"microsoft"}, ToWhom: "Microsoft", Resources: 1, Before: Standing{Unmet: 1}},
				{Responsibility: "data.vm", Title: "Backup", Area: "customer-data", Level: "resource", Whose: "customer", Fate: "ends", Resources: 1, Before: Standing{Met: 1}},
				{Responsibility: "site.door", Title: "Doors", Area: "physical-datacenter", Level: "site", Whose: "customer", Fate: "passes", To: []string{"microsoft"}, ToWhom: "Microsoft", Elsewhere: true, Resources: 1, Before: Standing{Met: 1}},
				{Responsibility: "id.mfa", Title: "MFA", Area: "identities", Level: "tenant", Whose: "customer", Fate: "new", Elsewhere: true, Resources: 1, After: Standing{Met: 1}},
				{Responsibility: "app.tls", Title: "TLS", Area: "network-controls", Level: "resource", Whose: "customer", Fate: "new", Resources: 1, After: Standing{Unknown: 1}},
				{Responsibility: "data.regions", Title: "Regions", Area: "customer-data", Level: "resource", Whose: "customer", Fate: "stays", Resources: 2, Before: Standing{Met: 2}, After: Standing{Unknown: 2}},
				{Responsibility: "ms.patch", Title: "Patch hosts", Area: "operating-system", Level: "resource", Whose: "provider", Fate: "new", Resources: 2, After: Standing{Unknown: 2}},
			},
			Unmet: []WhatIfUnmet{
				{Responsibility: "net.ports", Title: "Ports", Severity: "critical", Subjects: []string{"vm-\x1b[31mweb", "a", "b", "c"}, To: []string{"microsoft"}, ToWhom: "Microsoft", After: "their part covered by an assurance on file"},
				{Responsibility: "os.patch", Title: "Security updates", Subjects: []string{"vm-two"}, To: []string{"microsoft"}, ToWhom: "Microsoft", Whole: true, Accepted: 1, After: "unknown: no assurance on file"},
			},
			Evidence: []WhatIfEvidence{{Tool: "defender", Pieces: 3, Settled: []string{"net.ports", "os.patch"}}, {Tool: "demarc", Settled: []string{}}},
		}},
		NotMoved:  []WhatIfLeft{{ID: "/s/sql", Name: "vm-sql", Type: "x", Reason: "vm-sql cannot become an App Service"}},
		Elsewhere: []WhatIfElsewhere{{Subject: "Production", Responsibility: "sub.all", Title: "All", Before: "met", After: "unknown", Why: "gone"}},
		Notes:     []string{"Nobody said where all of it would be."},
	}
}

func TestPrintWhatIfGolden(t *testing.T) {
	none := &WhatIf{Estate: "Contoso", AsOf: "2026-10-31", Moves: []WhatIfMove{}, NotMoved: []WhatIfLeft{}, Elsewhere: []WhatIfElsewhere{}, Notes: []string{}}
	full := whatIf()
	full.Full = true
	for name, x := range map[string]*WhatIf{"whatif": whatIf(), "whatif-none": none, "whatif-full": full} {
		for _, format := range PrintFormats {
			if format == "json" && name == "whatif-full" {
				continue // the same
			}
			t.Run(name+"."+format, func(t *testing.T) {
				var b bytes.Buffer
				if err := Print(&b, format, x, Options{Width: 90}); err != nil {
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

// TestWhatIfSaysHowManyMore checks that what is cut is told.
func TestWhatIfSaysHowManyMore(t *testing.T) {
	x := whatIf()
	m := &x.Moves[0]
	for range 20 {
		m.Resources = append(m.Resources, m.Resources[1])
		m.Unmet = append(m.Unmet, m.Unmet[0])
		x.NotMoved = append(x.NotMoved, x.NotMoved[0])
		x.Elsewhere = append(x.Elsewhere, x.Elsewhere[0])
	}
	var b bytes.Buffer
	if err := Print(&b, "table", x, Options{Width: 140}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"and 19 more\n", "and 12 more; --format json", "and 11 more; --format json"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not told", want)
		}
	}
}
