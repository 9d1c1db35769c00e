package assess_test

import (
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
)

// Other clouds and applications are recognised by the names that people give
// them, judged by their service model, and their own party has the provider's
// half. Where no published matrix of theirs is loaded, the reason says so.
func TestOtherCloudsHaveTheirOwnParty(t *testing.T) {
	tests := []struct {
		name, typ, party string
		model            demarc.ServiceModel
	}{
		{"Amazon EC2", "aws/ec2-instance", "aws", demarc.IaaS},
		{"AWS Elastic Beanstalk", "aws/elastic-beanstalk-environment", "aws", demarc.PaaS},
		{"Google Compute Engine", "google/compute-engine-instance", "google", demarc.IaaS},
		{"Gmail", "google/gmail", "google", demarc.SaaS},
		{"DigitalOcean Droplet", "digitalocean/droplet", "digitalocean", demarc.IaaS},
		{"GitHub", "saas/github", "github", demarc.SaaS},
		{"Slack", "saas/slack", "slack", demarc.SaaS},
		{"Azure DevOps", "microsoft/azure-devops-services", "microsoft", demarc.SaaS},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			entry, ok := load(t).ByName(tt.name)
			if !ok || entry.Type.Type != tt.typ {
				t.Fatalf("the name means %v, want %s", entry, tt.typ)
			}
			r := one(t, record{id: "by-hand", typ: tt.typ, row: "{}", seen: demarc.SeenFull, site: "elsewhere"})
			if r.Answer.Provider != tt.party || r.Answer.Model != tt.model || r.Answer.Likely {
				t.Errorf("%s runs it as %v, likely %v; want %s and %v", r.Answer.Provider, r.Answer.Model, r.Answer.Likely, tt.party, tt.model)
			}
			hosts := cell(t, r, r.Answer.Facets[0].ID, "physical-hosts")
			if len(hosts.Parties) != 1 || hosts.Parties[0] != tt.party || hosts.Halves[tt.party] == "" {
				t.Errorf("physical hosts: %v, halves %v", hosts.Parties, hosts.Halves)
			}
			const generic = "generic: no published matrix of "
			if want := tt.party != "microsoft"; strings.Contains(hosts.Reason, generic+tt.party+" is loaded") != want {
				t.Errorf("marked generic: want %v, reason %q", want, hosts.Reason)
			}
		})
	}
}

// What Azure lists of another cloud is that cloud's, not Microsoft's.
func TestOtherCloudsSeenFromAzure(t *testing.T) {
	r := one(t, full(in("Microsoft.AwsConnector/ec2Instances/i-0123"), "{}"))
	if r.Answer.Provider != "aws" || r.Answer.Model != demarc.IaaS {
		t.Fatalf("%s runs it as %v", r.Answer.Provider, r.Answer.Model)
	}
	says(t, r, map[string]string{"guest/operating-system": "customer", "guest/physical-hosts": "aws"})
	r = one(t, full(in("Microsoft.AwsConnector/macieAllowLists/m"), "{}"))
	if r.Answer.Rule != nil || !strings.Contains(r.Answer.Why, "Amazon Web Services") {
		t.Errorf("a shadow that nobody reviewed: %+v", r.Answer)
	}
}

// Oracle runs its machines in Azure's datacenters: the building is Microsoft's.
func TestOracleInAzure(t *testing.T) {
	for _, typ := range []string{"autonomousDatabases", "cloudExadataInfrastructures", "cloudVmClusters", "exadbVmClusters", "exascaleDbStorageVaults", "dbSystems"} {
		r := one(t, full(in("Oracle.Database/"+typ+"/x"), "{}"))
		says(t, r, map[string]string{"/physical-hosts": "oracle", "/physical-datacenter": "microsoft"})
	}
}
