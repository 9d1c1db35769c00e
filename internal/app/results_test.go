package app

import (
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/source"
)

func TestCheckResults(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"a product of ScubaGear", `{"MetaData":[{"Tenant Display Name":"a"}],"Results":[],"ReportSummary":{}}`, "the results of ScubaGear for one product once more (MetaData, Results, ReportSummary); ScubaResults.json holds them with tenant and day"},
		{"ScubaGear table", "Control ID,Requirement,Result,Criticality,Details\na,b,Pass,Shall,d\n", "the results of ScubaGear once more, as a table (Control ID, Requirement); ScubaResults.json holds them with tenant and day"},
		{"a score", "CurrentScore,MaxScore,Percentage\n75,123,60.98\n", "Microsoft Secure Score as one total (CurrentScore, MaxScore)"},
		{"totals", "Metric;Count\nTotalMailboxes;2\n", "totals (Metric, Count)"},
		{"Prisma Cloud", "Hostname,Distro,CVE ID,Compliance ID,Type,Severity\na,b,c,d,e,f\n",
			"vulnerabilities and compliance checks of Prisma Cloud (CVE ID, Compliance ID), which are not read"},
		{"Prowler's compliance", "PROVIDER;REQUIREMENTS_ID;STATUS;STATUSEXTENDED;RESOURCEID;CHECKID;MUTED\na;b;c;d;e;f;g\n",
			"a compliance report of Prowler (Requirements_Id, CheckId): it repeats the checks of Prowler's main CSV, which is read"},
		{"ScoutSuite", "scoutsuite_results =\n{\"account_id\": \"1\"}\n", "a report of ScoutSuite (scoutsuite_results), which is not read"},
		{"a bill", "BilledCost,ChargePeriodStart,ResourceId,ResourceName,ResourceType\n1,2,3,4,5\n", "a bill in the FOCUS format (BilledCost, ChargePeriodStart)"},
		{"an inventory", "name,type,resource group,subscription\na,b,c,d\n", ""},
		{"a tenant", "OrgDisplayName,TenantId,VerifiedDomains\na,b,c\n", ""},
		{"text", "metric count", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := source.NewHead([]byte(tt.text), true)
			if got := checkResults(h); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if tt.want == "" {
				return
			}
			if _, err := recognise(h); err == nil || err.Error() != "check results, not an inventory: "+tt.want {
				t.Errorf("refused with %v", err)
			}
		})
	}
}

// TestResultsAreTold: no two entries tell the same file, and each says by what
// columns it was told.
func TestResultsAreTold(t *testing.T) {
	for i, r := range results {
		header := strings.Join(r.columns, ",") + ",x\n"
		if got := checkResults(source.NewHead([]byte(header), true)); got != r.what {
			t.Errorf("entry %d is told as %q, want %q", i, got, r.what)
		}
		if !strings.Contains(r.what, "(") {
			t.Errorf("entry %d names no columns: %s", i, r.what)
		}
	}
}
