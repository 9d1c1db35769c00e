package app

import (
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/source"
)

func TestCheckResults(t *testing.T) {
	const evidence = "; a later version reads them as evidence"
	tests := []struct{ name, text, want string }{
		{"ScubaGear report", `{"MetaData":{"Tool":"ScubaGear"},"Summary":{},"Results":{}}`, "a report of ScubaGear (MetaData, Summary, Results)" + evidence},
		{"ScubaGear answers", `[{"PolicyId":"MS.AAD.7.3v1","RequirementMet":false}]`, "answers of ScubaGear (PolicyId, RequirementMet)" + evidence},
		{"secure score", `{"value":[{"id":"x","azureTenantId":"t","currentScore":1,"maxScore":2}]}`, "Microsoft Secure Score (azureTenantId, currentScore)" + evidence},
		{"settings", "Category,Setting,CurrentValue,RecommendedValue,Status,CheckId\na,b,c,d,Pass,e\n", "compared settings (Setting, CurrentValue, RecommendedValue)" + evidence},
		{"mail flow", "ItemType,Name,Status,Details\nDomain,a,b,c\n", "settings of mail flow and data loss prevention (ItemType, Details)" + evidence},
		{"totals", "Metric;Count\nTotalMailboxes;2\n", "totals (Metric, Count)"},
		{"Defender", `[{"AssessmentName":"a","Status":"Unhealthy","ResourceId":"/subscriptions/s","ResourceName":"vm","ResourceType":"Microsoft.Compute/virtualMachines","AssessmentId":"/x"}]`,
			"recommendations of Defender for Cloud (AssessmentName, AssessmentId)" + evidence},
		{"Advisor", `[{"Category":"Cost","ImpactedField":"x","ResourceId":"/subscriptions/s","ResourceType":"T","RecommendationId":"r"}]`,
			"recommendations of Azure Advisor (RecommendationId, ImpactedField)" + evidence},
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
