package m365assess

import (
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestCases(t *testing.T) { sourcetest.Cases(t, Format) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, Format) }

func TestTypesAreDescribed(t *testing.T) {
	types := []string{sharePoint, teamsType}
	for _, s := range services {
		types = append(types, s.typ)
	}
	sourcetest.Described(t, types...)
}

// TestTablesAreTold holds that each kind of table is known by its own columns
// and taken for no other kind.
func TestTablesAreTold(t *testing.T) {
	for i := range tables {
		header := strings.Join(tables[i].columns, ",") + "\na,b,c,d\n"
		if got := tableOf(source.NewHead([]byte(header), true)); got != &tables[i] {
			t.Errorf("the table of %q is taken for %v", tables[i].columns, got)
		}
	}
}

func TestDetect(t *testing.T) {
	tests := []struct {
		name, text string
		want       bool
	}{
		{"settings", "Category,Setting,CurrentValue,RecommendedValue,Status,CheckId\na,b,c,d,Pass,e\n", true},
		{"with semicolons", "Domain;SPF;DMARC\na;b;c\n", true},
		{"totals", "Metric,Count\na,1\n", false},
		{"tenant information", "OrgDisplayName,TenantId,VerifiedDomains\na,b,c\n", false},
		{"an inventory", "name,type,resource group\na,b,c\n", false},
		{"JSON", `[{"setting":"a","currentvalue":"b","recommendedvalue":"c","status":"Pass"}]`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Format.Detect(source.NewHead([]byte(tt.text), true)); got != tt.want {
				t.Errorf("recognised: %v, want %v", got, tt.want)
			}
		})
	}
}

func TestKebab(t *testing.T) {
	tests := []struct{ name, want string }{
		{"AntiSpam", "anti-spam"},
		{"SafeAttachments", "safe-attachments"},
		{"DlpPolicy", "dlp-policy"},
		{"DLP Policy", "dlp-policy"},
		{"Hosted_Content2", "hosted-content2"},
		{" -x- ", "x"},
		{"", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := kebab(tt.name); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
