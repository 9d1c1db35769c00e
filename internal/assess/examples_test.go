package assess_test

import (
	"testing"

	"github.com/demarc-dev/demarc"
)

// Every example that the five documents name is classified as they say.
func TestExamplesOfTheDocuments(t *testing.T) {
	const (
		learn      = "Microsoft Learn"
		ne         = "ne Digital"
		directions = "Directions on Microsoft"
		blog       = "Microsoft 365 blog of 2019"
		guide      = "Azure guide"
	)
	tests := []struct {
		document, name, typ string
		model               demarc.ServiceModel
	}{
		{learn, "Azure Virtual Machines", "Microsoft.Compute/virtualMachines", demarc.IaaS},
		{learn, "Azure Disk Storage", "Microsoft.Compute/disks", demarc.IaaS},
		{learn, "virtual networks", "Microsoft.Network/virtualNetworks", demarc.IaaS},
		{learn, "Azure App Service", "Microsoft.Web/sites", demarc.PaaS},
		{learn, "Azure Functions", "Microsoft.Web/sites", demarc.PaaS},
		{learn, "Azure SQL Database", "Microsoft.Sql/servers/databases", demarc.PaaS},
		{learn, "Azure Storage", "Microsoft.Storage/storageAccounts", demarc.PaaS},
		{learn, "Microsoft 365", "m365/subscription", demarc.SaaS},
		{learn, "Dynamics 365", "dynamics365/subscription", demarc.SaaS},
		{directions, "Microsoft 365", "m365/subscription", demarc.SaaS},
		{directions, "Dynamics 365", "dynamics365/subscription", demarc.SaaS},
		{blog, "Microsoft 365", "m365/subscription", demarc.SaaS},
		{guide, "virtual machines", "Microsoft.Compute/virtualMachines", demarc.IaaS},
		{ne, "EC2", "aws/ec2-instance", demarc.IaaS},
		{ne, "AWS Elastic Beanstalk", "aws/elastic-beanstalk-environment", demarc.PaaS},
		{ne, "Adobe Commerce", "saas/adobe-commerce", demarc.PaaS},
		{ne, "Gmail", "google/gmail", demarc.SaaS},
		{ne, "Slack", "saas/slack", demarc.SaaS},
		{ne, "Microsoft Office 365", "m365/subscription", demarc.SaaS},
	}
	for _, tt := range tests {
		t.Run(tt.document+"/"+tt.name, func(t *testing.T) {
			entry, ok := load(t).ByName(tt.name)
			if !ok || entry.Type.Type != tt.typ {
				t.Fatalf("the name means %v, want %s", entry, tt.typ)
			}
			r := one(t, record{id: "by-hand", typ: tt.typ, row: "{}", seen: demarc.SeenFull, site: "Berlin"})
			if r.Answer.Model != tt.model || r.Answer.Role != demarc.Workload || r.Answer.Likely || !r.Answer.Rule.Reviewed {
				t.Errorf("answer = %v %v, likely %v (%s), want a %v workload", r.Answer.Model, r.Answer.Role, r.Answer.Likely, r.Answer.Why, tt.model)
			}
			if got := r.Answer.Rule.ID; got != entry.RuleID() {
				t.Errorf("rule = %s, want %s", got, entry.RuleID())
			}
		})
	}
}

// A plain example of each service model has the very column that Microsoft
// publishes.
func TestColumnsOfTheMatrix(t *testing.T) {
	areas := []string{"customer-data", "configurations", "identities", "client-devices", "applications", "network-controls",
		"operating-system", "physical-hosts", "physical-network", "physical-datacenter"}
	const c, m, both = "customer", "microsoft", "customer+microsoft"
	tests := []struct {
		model demarc.ServiceModel
		typ   string
		whose [10]string
	}{
		{demarc.OnPremises, "onprem/server", [10]string{c, c, c, c, c, c, c, c, c, c}},
		{demarc.IaaS, "Microsoft.Compute/virtualMachines", [10]string{c, c, c, c, c, c, c, m, m, m}},
		{demarc.PaaS, "Microsoft.Logic/workflows", [10]string{c, c, c, c, both, both, m, m, m, m}},
		{demarc.SaaS, "m365/subscription", [10]string{c, c, c, both, both, m, m, m, m, m}},
	}
	for _, tt := range tests {
		t.Run(tt.model.Label(), func(t *testing.T) {
			r := one(t, record{id: "x", typ: tt.typ, row: "{}", seen: demarc.SeenFull})
			if r.Answer.Model != tt.model {
				t.Fatalf("%s is %v", tt.typ, r.Answer.Model)
			}
			for i, area := range areas {
				got := cell(t, r, r.Answer.Facets[0].ID, area)
				if w := whose(got); w != tt.whose[i] && w != "-" {
					t.Errorf("%s = %s, want %s (%s)", area, w, tt.whose[i], got.Reason)
				}
			}
		})
	}
}
