package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/sample"
)

// unmetVerdict is an explanation with everything in it, hostile names included.
func unmetVerdict() *VerdictExplanation {
	return &VerdictExplanation{
		Subject: "vm-\x1b[31mweb|<b>", SubjectID: "/subscriptions/s/vm-web", Level: "resource", Members: 1, Responsibility: "os.patch",
		Title: "Security updates of the operating system", Text: "Install security updates within the window.", DoneWhen: "No update is open for longer than the window.",
		Disproved: "One update is missing.", Severity: "high", Area: "operating-system", Status: "unmet", Why: "update-manager \"openssl\" failed", OpenDays: 41,
		Party: "customer", PartyName: "Customer", Owner: "web team", OwnerFrom: "tag owner",
		Requirement: &ExplainedRequirement{Needs: "patchWindow", States: "critical within 14 days", Of: "card", Place: "demarc.yaml:9"},
		Exception:   &ExplainedException{Reason: "Replaced in spring.", Approver: "CISO", Expires: "2026-09-30", Place: "statements/exceptions.yaml:3"},
		Sets: []ExplainedSet{
			{[]ExplainedCheck{{"update-manager:patches", "Missing updates", "failed 2026-11-19"}}, "az graph query"},
			{[]ExplainedCheck{{"backup:protected", "", "not seen"}, {"backup:isolated", "Azure Backup", "passed 2026-01-02, older than 30 days"}}, ""},
		},
		Evidence: []ExplainedEvidence{
			{ID: "e1", Check: "update-manager:patches", Title: "openssl", Subject: "vm-web", Outcome: "fail", Strength: "observed", Observed: "2026-11-19", Place: "updates.json:3", Decided: true},
			{ID: "e2", Check: "attestation:os.patch", Subject: "the estate", Outcome: "unknown", Reason: "not assessed", Detail: "=1+1", Strength: "attested", By: "Ops", Place: "said.yaml:2"},
		},
		MoreEvidence: 1234,
		Checks: []ExplainedEvidence{{ID: "c1", Check: "azure-rbac:owners-at-most-three", Title: "At most three owners", Subject: "Contoso|Production", Outcome: "fail", Strength: "observed",
			Observed: "2026-11-22", Place: "roles.json:2", Decided: true}}, MoreChecks: 2, Believed: "Azure installs updates by itself.", Controls: []string{"mcsb/v1/PV-6", "nist-csf/2.0/PR.PS-02"},
		Rule: "responsibilities/operating-system/all.yaml#os.patch", Source: "https://learn.microsoft.com/azure/update-manager/overview", Checked: "2026-11-22",
	}
}

// unknownVerdict is one about which next to nothing is known.
func unknownVerdict() *VerdictExplanation {
	return &VerdictExplanation{Subject: "the organisation", Level: "organisation", Members: 1200, Responsibility: "ai.usage-policy", Title: "Say what AI may be used for",
		Status: "unknown", Reason: "no evidence", Party: "customer", Owner: "Compliance", OwnerRole: true,
		Requirement: &ExplainedRequirement{Needs: "regions"}, Settle: []string{"demarc attest ai.usage-policy --scope organisation --by NAME --statement TEXT"}}
}

// judged is the explanation of a resource with its responsibilities.
func judged() *Explanation {
	return &Explanation{Name: "vm-1", ID: "/vm-1", Type: "Microsoft.Compute/virtualMachines", Responsibilities: []ExplainedDuty{
		{ID: "os.edr", Title: "Detection and response", Half: "customer", Party: "customer", Level: "resource", Status: "met", Why: "defender passed"},
		{ID: "os.patch", Title: "Security updates", Half: "customer", Party: "fabrikam", Level: "resource", Status: "unmet", Why: "an update is \x1b[1mopen", Accepted: true},
		{ID: "os.antimalware", Title: "Malware protection", Half: "customer", Party: "customer", Status: "unmet", Why: "it is off"},
		{ID: "os.image", Title: "Images", Half: "customer", Party: "customer", Status: "unknown", Reason: "no evidence"},
		{ID: "os.boot", Title: "Boot", Half: "customer", Party: "customer", Status: "not-applicable"},
		{ID: "provider.hosts", Title: "Hosts", Half: "provider", Party: "microsoft", Status: "met", Why: "on file"},
		{ID: "provider.wires", Title: "Wires", Half: "provider", Party: "microsoft", Status: "unknown", Reason: "no assurance on file"},
	}}
}

func gapList() *GapList {
	return &GapList{Estate: "Contoso", AsOf: "2026-11-22", Gaps: []GapLine{
		{Kind: "ended", Heading: "A DELEGATION ENDED", Subject: "northwind", Text: "ended on 2026-09-30", Count: 1, Place: "demarc.yaml:14"},
		{Kind: "no-owner", Heading: "NOBODY ANSWERS", Subject: "os.patch", Text: "=cmd|x", Count: 1200, First: "vm-\u009bweb", Severity: "high"},
		{Kind: "no-owner", Heading: "NOBODY ANSWERS", Subject: "os.edr", Text: "detection, and response", Count: 1, First: "vm-1", Severity: "high"},
	}}
}

func posture() *Posture {
	totals := []HandoverColumn{{"IaaS", 3, 0, 19}, {"PaaS", 15, 1, 6}}
	return &Posture{
		Estate: "Contoso", AsOf: "2026-11-22", Workloads: 2, NoSystem: 1,
		Themes: []PostureTheme{
			{ID: "delayed-patching", Title: "Updates come late", Workloads: 2, Unmet: 1, Unknown: 1, FirstUnmet: []string{"DC-1"}, FirstUnknown: []string{"SW-1"},
				Responsibilities: []PostureTask{{"os.patch", "Security updates", Standing{Unmet: 2, Unknown: 3, Accepted: 1}}}},
			{ID: "physical-security", Title: "Rooms are poorly guarded", FirstUnmet: []string{}, FirstUnknown: []string{},
				Responsibilities: []PostureTask{{"physical.site-access", "Named people only", Standing{}}}},
		},
		Systems: []PostureSystem{
			{Release: "os.windows-server-2012-r2", Name: "Windows Server 2012 R2", Ends: "2023-10-10", Ended: true, Workloads: 5, First: []string{"A", "B", "C"}, Text: "It gets no free updates."},
			{Release: "os.debian-12", Name: "Debian 12", Ends: "2028-08-09", Workloads: 1, First: []string{"D"}},
		},
		OtherSystems: []OtherSystem{{"DSM <7>", 1}},
		Handover:     []Handover{{Type: "onprem/domain-controller", Name: "Domain controller", Workloads: 1, First: []string{"DC-1"}, Responsibilities: 22, Columns: totals}},
		Totals:       totals, Areas: []HandoverArea{{"operating-system", "Operating system", []string{"stays", "leaves"}}},
		Intelligence: []PostureStatement{{"microsoft", "Defender sees attacks on everybody.", "https://learn.microsoft.com/azure/sentinel/"}},
	}
}

func assurances() *AssuranceList {
	return &AssuranceList{Estate: "Contoso", AsOf: "2026-11-22", Assurances: []AssuranceLine{
		{ID: "soc2", Party: "microsoft", Kind: "SOC 2 Type 2", Services: []string{"Microsoft.Compute/*", "Microsoft.Sql/*"}, From: "2025-10-01", Until: "2026-12-31", Holds: "yes", Resources: 45, Document: "soc2.pdf", Place: "statements/assurances.yaml:3"},
	}}
}

func TestListGolden(t *testing.T) {
	for name, p := range map[string]Printable{
		"verdict": unmetVerdict(), "verdict-unknown": unknownVerdict(), "explain-done": judged(), "gaps": gapList(), "gaps-none": &GapList{Estate: "Contoso", AsOf: "2026-11-22", Gaps: []GapLine{}},
		"posture": posture(), "posture-none": &Posture{Estate: "Contoso", AsOf: "2026-11-22"}, "assurances": assurances(),
		"recorded": &Recorded{Kind: "attestation", File: "e/statements/attestations.yaml", Responsibility: "os.antimalware", Subject: "rg|prod",
			Before: Standing{Unknown: 1}, After: Standing{Met: 1200, Unmet: 3, Unknown: 4, NotApplicable: 5, Accepted: 2}, Notes: []string{"a word alone does not settle it"}},
	} {
		formats := PrintFormats[:]
		if _, ok := p.(Listable); ok {
			formats = ListFormats[:]
		}
		for _, format := range formats {
			t.Run(name+"."+format, func(t *testing.T) {
				var b bytes.Buffer
				print := func() error { return Print(&b, format, p, Options{Width: 90}) }
				if l, ok := p.(Listable); ok {
					print = func() error { return PrintList(&b, format, l, Options{Width: 90}) }
				}
				if err := print(); err != nil {
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

// TestListCSV: a cell that a spreadsheet would run is text, and so is a comma.
func TestListCSV(t *testing.T) {
	var b bytes.Buffer
	if err := PrintList(&b, "csv", gapList(), Options{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"'=cmd|x"`, `"detection, and response"`, "kind,subject,text"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%s is absent:\n%s", want, b.String())
		}
	}
	if err := PrintList(&b, "xml", gapList(), Options{}); err == nil {
		t.Error("an unknown format was written")
	}
}

// TestStanding: one thing is told by its word, several by their numbers.
func TestStanding(t *testing.T) {
	tests := []struct {
		of   demarc.Summary
		want string
	}{
		{demarc.Summary{}, "nothing of it"},
		{demarc.Summary{Met: 1}, "met"},
		{demarc.Summary{Unmet: 1, Accepted: 1}, "unmet, accepted"},
		{demarc.Summary{Met: 2, Unknown: 1}, "2 met, 1 unknown"},
		{demarc.Summary{NotApplicable: 1}, "not applicable"},
	}
	for _, tt := range tests {
		if got := StandingOf(tt.of).text(); got != tt.want {
			t.Errorf("%+v is %q, want %q", tt.of, got, tt.want)
		}
	}
}

// TestAnswer: the first line of an explanation never calls an exception met.
func TestAnswer(t *testing.T) {
	ended, running := &ExplainedException{Expires: "2026-01-01"}, &ExplainedException{InForce: true}
	tests := []struct {
		of   VerdictExplanation
		want string
	}{
		{VerdictExplanation{Status: "met"}, "met"},
		{VerdictExplanation{Status: "unknown", Reason: "stale"}, "unknown: stale"},
		{VerdictExplanation{Status: "unmet", Exception: ended}, "unmet: its exception ran out"},
		{VerdictExplanation{Status: "unmet", Accepted: true, Exception: running}, "unmet, accepted"},
	}
	for _, tt := range tests {
		if got := tt.of.Answer(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}
