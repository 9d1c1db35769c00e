package catalog

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func knowledgeOf(t *testing.T) *Catalog {
	t.Helper()
	c, err := Load(os.DirFS("../../data"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestServicePlan(t *testing.T) {
	c := knowledgeOf(t)
	tests := []struct{ name, plan, services string }{
		{"EXCHANGE_S_ENTERPRISE", "EXCHANGE_S_ENTERPRISE", "m365/exchange-online"},
		{"exchange_s_enterprise", "EXCHANGE_S_ENTERPRISE", "m365/exchange-online"},
		{" SWAY ", "SWAY", "m365/sway"},
		{"SHAREPOINTENTERPRISE", "SHAREPOINTENTERPRISE", "m365/sharepoint-online m365/onedrive"},
		{"EXCHANGE_S_FOUNDATION", "EXCHANGE_S_FOUNDATION", ""},
		{"CPC_E_2C_8GB_128GB", "CPC_*", "m365/windows-365"},
		{"POWERAPPS_DYN_TEAM", "POWERAPPS_DYN_*", "power-platform/power-apps"},
		{"CDSAICAPACITY", "CDSAICAPACITY", "power-platform/ai-builder"},
		{"DYN365_CDS_VIRAL", "DYN365_CDS_*", "power-platform/dataverse"},
		{"NOT_A_PLAN", "", ""},
		{"", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plan, ok := c.ServicePlan(tt.name)
			if !ok {
				plan = &ServicePlan{}
			}
			if ok != (tt.plan != "") || plan.Plan != tt.plan || strings.Join(plan.Services, " ") != tt.services {
				t.Errorf("got %v %+v, want %s: %s", ok, plan, tt.plan, tt.services)
			}
		})
	}
}

func TestProduct(t *testing.T) {
	c := knowledgeOf(t)
	tests := []struct {
		name, product string
		has, lacks    []string
	}{
		{"SPE_E5", "SPE_E5", []string{"m365/teams", "m365/defender-for-identity", "entra/privileged-identity-management"}, []string{"m365/copilot"}},
		{"Microsoft_365_E5_(no_Teams)", "Microsoft_365_E5_(no_Teams)", []string{"m365/exchange-online", "m365/teams-phone"}, []string{"m365/teams"}},
		{"Microsoft 365 E3", "SPE_E3", []string{"m365/intune"}, []string{"m365/power-bi", "entra/entra-id-protection"}},
		{"office 365 e1", "STANDARDPACK", []string{"m365/onedrive"}, []string{"m365/apps-for-enterprise", "m365/intune"}},
		{"FLOW_FREE", "FLOW_FREE", []string{"power-platform/power-automate", "power-platform/dataverse"}, []string{"power-platform/power-apps"}},
		{"CPC_B_2C_4RAM_128GB", "CPC_*", []string{"m365/windows-365"}, nil},
		{"MCOPSTNC", "MCOPSTNC", nil, []string{"m365/teams"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, ok := c.Product(tt.name)
			if !ok || p.Product != tt.product {
				t.Fatalf("got %v %+v, want %s", ok, p, tt.product)
			}
			services := c.Services(p)
			for _, s := range tt.has {
				if !slices.Contains(services, s) {
					t.Errorf("%s lacks %s: %v", tt.name, s, services)
				}
			}
			for _, s := range tt.lacks {
				if slices.Contains(services, s) {
					t.Errorf("%s has %s", tt.name, s)
				}
			}
			if sorted := slices.Sorted(slices.Values(services)); len(slices.Compact(sorted)) != len(services) {
				t.Errorf("a service twice: %v", services)
			}
		})
	}
	if _, ok := c.Product("Fabrikam Suite"); ok {
		t.Error("a product that nobody sells is known")
	}
}

// TestLicencesAreMany guards how much of Microsoft's list is covered.
func TestLicencesAreMany(t *testing.T) {
	c := knowledgeOf(t)
	plans, bringing, products := 0, 0, 0
	for _, l := range c.Licences {
		plans += len(l.Plans)
		products += len(l.Products)
		for _, p := range l.Plans {
			if len(p.Services) > 0 {
				bringing++
			}
		}
	}
	if plans < 300 || bringing < 200 || products < 120 {
		t.Errorf("%d plans, of which %d bring a service, and %d products", plans, bringing, products)
	}
}

func TestLicenceMistakes(t *testing.T) {
	const plans = `source: https://example.com/plans
checked: 2026-11-22
plans:
  - {plan: MAIL, name: Mail, services: [m365/mail]}
`
	tests := []struct{ name, text, want string }{
		{"unknown type", plans, `type "m365/mail" is not known`},
		{"twice", "source: https://example.com\nchecked: 2026-11-22\nplans:\n  - {plan: A, name: A}\n  - {plan: a, name: A}\n", "service plan a is defined twice"},
		{"no name", "source: https://example.com\nchecked: 2026-11-22\nproducts:\n  - {product: A}\n", "a product needs an id and a name"},
		{"only a star", "source: https://example.com\nchecked: 2026-11-22\nplans:\n  - {plan: \"*\", name: A}\n", "a service plan needs an id and a name"},
		{"unknown plan", "source: https://example.com\nchecked: 2026-11-22\nproducts:\n  - {product: A, name: A, plans: [B]}\n", `service plan "B" is not known`},
		{"unknown key", "source: https://example.com\nchecked: 2026-11-22\nskus: []\n", "skus"},
		{"no source", "checked: 2026-11-22\nplans:\n  - {plan: A, name: A}\n", "is no https address"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Load(fstest.MapFS{"services/m365/licences/x.yaml": {Data: []byte(tt.text)}})
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "services/m365/licences/x.yaml") {
				t.Errorf("got %v, want %s with the file", err, tt.want)
			}
		})
	}
}
