package assess_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/policy"
)

// opened refuses a group with a rule that lets the internet in; crowded one with
// more than two rules, and blank one with a rule that nobody described.
const (
	opened = `{"name":"opened","properties":{"displayName":"Opened","mode":"All","policyRule":{"if":{"allOf":[
	{"field":"type","equals":"Microsoft.Network/networkSecurityGroups"},
	{"count":{"field":"Microsoft.Network/networkSecurityGroups/securityRules[*]","where":{"field":"Microsoft.Network/networkSecurityGroups/securityRules[*].sourceAddressPrefix","equals":"*"}},"greater":0}]},"then":{"effect":"audit"}}}}`
	crowded = `{"name":"crowded","properties":{"displayName":"Crowded","mode":"All","policyRule":{"if":{"allOf":[
	{"field":"type","equals":"Microsoft.Network/networkSecurityGroups"},
	{"count":{"field":"Microsoft.Network/networkSecurityGroups/securityRules[*]"},"greater":2}]},"then":{"effect":"audit"}}}}`
	blank = `{"name":"blank","properties":{"displayName":"Blank","mode":"All","policyRule":{"if":{"allOf":[
	{"field":"type","equals":"Microsoft.Network/networkSecurityGroups"},
	{"field":"Microsoft.Network/networkSecurityGroups/securityRules[*].description","notEquals":"why"}]},"then":{"effect":"audit"}}}}`
)

var ruleAliases = policy.AliasFacts{Complete: true, Aliases: []policy.Alias{
	{Name: "Microsoft.Network/networkSecurityGroups/securityRules[*]", Path: "properties.securityRules[*]"},
	{Name: "Microsoft.Network/networkSecurityGroups/securityRules[*].sourceAddressPrefix", Path: "properties.securityRules[*].properties.sourceAddressPrefix"},
	{Name: "Microsoft.Network/networkSecurityGroups/securityRules[*].description", Path: "properties.securityRules[*].properties.description"},
}}

const (
	nsg    = "Microsoft.Network/networkSecurityGroups/n"
	wide   = `{"properties":{"sourceAddressPrefix":"*","description":"why"}}`
	narrow = `{"properties":{"sourceAddressPrefix":"10.0.0.0/8"}}`
)

// traced are the verdicts about the group n.
func traced(t *testing.T, s *assess.Settled, id string) string {
	t.Helper()
	var list []string
	for _, x := range s.TraceChecks(id, func(*assess.PolicyCheck, *policy.Bound) bool { return true }) {
		list = append(list, x.Check.Check+" "+strings.TrimSpace(x.Verdict.String()+" "+string(x.Reason)))
	}
	return strings.Join(list, ", ")
}

func declared(id, row string) record { return record{id: in(id), row: row, seen: demarc.SeenDeclared} }

// TestListsArePutTogether: a list is judged with its elements that stand apart.
// A bad one is certain; that there is none is certain only where the list
// itself is known.
func TestListsArePutTogether(t *testing.T) {
	none := `{"properties":{"securityRules":[]}}`
	inline := `{"properties":{"securityRules":[{"name":"A","properties":{"sourceAddressPrefix":"10.0.0.0/8"}}]}}`
	conditional := declared(nsg+"/securityRules/c", wide)
	conditional.standing = demarc.Conditional
	leaving := declared(nsg+"/securityRules/l", wide)
	leaving.standing = demarc.Leaving
	tests := []struct {
		name    string
		group   record
		apart   []record
		verdict string
	}{
		{"nothing apart", declared(nsg, `{}`), nil, "opened unknown property not seen, crowded unknown property not seen, blank unknown property not seen"},
		{"a bad one, and no list", declared(nsg, `{}`), []record{declared(nsg+"/securityRules/a", wide)},
			"opened non-compliant, crowded unknown property not seen, blank compliant"},
		{"a good one, and no list", declared(nsg, `{}`), []record{declared(nsg+"/securityRules/a", narrow)},
			"opened unknown property not seen, crowded unknown property not seen, blank unknown property not seen"},
		{"a good one, and an empty list", declared(nsg, none), []record{declared(nsg+"/securityRules/a", narrow)},
			"opened compliant, crowded compliant, blank unknown property not seen"},
		{"a bad one beside a list", declared(nsg, inline), []record{declared(nsg+"/securityRules/b", wide)}, "opened non-compliant, crowded compliant, blank compliant"},
		{"one that the list has, too", declared(nsg, inline), []record{declared(nsg+"/securityRules/a", wide)},
			"opened compliant, crowded compliant, blank unknown property not seen"},
		{"many", declared(nsg, `{}`), []record{declared(nsg+"/securityRules/a", wide), declared(nsg+"/securityRules/b", wide), declared(nsg+"/securityRules/c", wide)},
			"opened non-compliant, crowded non-compliant, blank compliant"},
		{"one of which only the name is known", declared(nsg, none), []record{blind(in(nsg + "/securityRules/a"))},
			"opened unknown property not seen, crowded compliant, blank unknown property not seen"},
		{"one under a condition", declared(nsg, none), []record{conditional},
			"opened unknown value unknown in a template, crowded unknown value unknown in a template, blank unknown value unknown in a template"},
		{"one that a plan deletes", declared(nsg, none), []record{leaving}, "opened compliant, crowded compliant, blank non-compliant"},
		{"a group of which only the name is known", blind(in(nsg)), []record{full(in(nsg+"/securityRules/a"), wide)},
			"opened non-compliant, crowded unknown property not seen, blank compliant"},
		{"a group that was seen in full", full(in(nsg), none), []record{declared(nsg+"/securityRules/a", wide)},
			"opened compliant, crowded compliant, blank non-compliant"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := estate{records: append([]record{test.group, declared("Microsoft.Network/networkSecurityGroups/other", none)}, test.apart...)}
			e.options.Policies = policiesOf(t, opened, crowded, blank)
			e.options.Policies.Book = policy.NewRulebook(policy.NewAliases(ruleAliases), e.options.Policies.Book.Bound())
			e.options.Watch = func(*demarc.Resource) bool { return true }
			r := rand.New(rand.NewPCG(1, 2))
			for i := range 6 {
				e.shards = 1 + i%3
				r.Shuffle(len(e.records), func(i, j int) { e.records[i], e.records[j] = e.records[j], e.records[i] })
				if got := traced(t, e.assess(t), in(nsg)); got != test.verdict {
					t.Fatalf("got  %s\nwant %s", got, test.verdict)
				}
			}
			if got := traced(t, e.assess(t), in("Microsoft.Network/networkSecurityGroups/other")); got != "opened compliant, crowded compliant, blank non-compliant" {
				t.Errorf("of another group: %s", got)
			}
		})
	}
}

// TestFlatElements: a pool of a cluster has in the cluster's list no properties
// around what is said of it.
func TestFlatElements(t *testing.T) {
	const hosts = `{"name":"hosts","properties":{"displayName":"Hosts","mode":"All","policyRule":{"if":{"allOf":[{"field":"type","equals":"Microsoft.ContainerService/managedClusters"},
	{"not":{"field":"Microsoft.ContainerService/managedClusters/agentPoolProfiles[*].enableEncryptionAtHost","equals":true}}]},"then":{"effect":"audit"}}}}`
	cluster := "Microsoft.ContainerService/managedClusters/c"
	good, bad := `{"properties":{"enableEncryptionAtHost":true}}`, `{"properties":{"enableEncryptionAtHost":false}}`
	for pool, want := range map[string]string{good: "hosts compliant", bad: "hosts non-compliant"} {
		e := estate{records: []record{declared(cluster, `{"properties":{"agentPoolProfiles":[{"name":"first","enableEncryptionAtHost":true}]}}`),
			declared(cluster+"/agentPools/second", pool), declared(cluster+"/agentPools/FIRST", bad)}}
		e.options.Policies = policiesOf(t, hosts)
		e.options.Watch = func(*demarc.Resource) bool { return true }
		if got := traced(t, e.assess(t), in(cluster)); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
