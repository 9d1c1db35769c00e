package assess_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
)

func TestPartsAndConfigurations(t *testing.T) {
	vm := in("Microsoft.Compute/virtualMachines/vm1")
	tests := []struct {
		name   string
		record record
		role   demarc.Role
		partOf string
		likely bool
	}{
		{"attached disk", full(in("Microsoft.Compute/disks/d"), `{"managedBy":"`+strings.ToUpper(vm)+`"}`), demarc.Part, vm, false},
		{"unattached disk", full(in("Microsoft.Compute/disks/d"), `{"properties":{"diskState":"Unattached"}}`), demarc.Workload, "", false},
		{"disk with an empty column", full(in("Microsoft.Compute/disks/d"), `{"managedBy":""}`), demarc.Workload, "", false},
		{"disk not seen", blind(in("Microsoft.Compute/disks/d")), demarc.Part, "", true},
		{"interface of a machine", full(in("Microsoft.Network/networkInterfaces/n"), `{"properties":{"virtualMachine":{"id":"`+vm+`"}}}`), demarc.Part, vm, false},
		{"loose interface", full(in("Microsoft.Network/networkInterfaces/n"), `{"properties":{}}`), demarc.Configuration, "", false},
		{"interface not seen", blind(in("Microsoft.Network/networkInterfaces/n")), demarc.Part, "", true},
		{"address of an interface", full(in("Microsoft.Network/publicIPAddresses/p"), `{"properties":{"ipConfiguration":{"id":"`+vm+`/x/y"}}}`), demarc.Part, vm, false},
		{"lock on a machine", full(vm+"/providers/Microsoft.Authorization/locks/l", "{}"), demarc.Configuration, vm, false},
		{"policy assignment", full(in("Microsoft.Authorization/policyAssignments/p"), "{}"), demarc.Configuration, "", false},
		{"extension", full(vm+"/extensions/agent", "{}"), demarc.Part, vm, false},
		{"extension not seen", blind(vm + "/extensions/agent"), demarc.Part, vm, false},
		{"subnet", full(in("Microsoft.Network/virtualNetworks/v/subnets/s"), "{}"), demarc.Part, in("Microsoft.Network/virtualNetworks/v"), false},
		{"NSG", full(in("Microsoft.Network/networkSecurityGroups/n"), "{}"), demarc.Configuration, "", false},
		{"route table", full(in("Microsoft.Network/routeTables/r"), "{}"), demarc.Configuration, "", false},
		{"diagnostic setting on a machine", full(vm+"/providers/Microsoft.Insights/diagnosticSettings/x", "{}"), demarc.Configuration, vm, false},
		{"lock on a group", full(in("Microsoft.Authorization/locks/l"), "{}"), demarc.Configuration, "", false},
		{"role assignment on a subscription", full(sub+"/providers/Microsoft.Authorization/roleAssignments/r", "{}"), demarc.Configuration, "", false},
		{"watchlist of a workspace", full(in("Microsoft.OperationalInsights/workspaces/w/providers/Microsoft.SecurityInsights/watchlists/l"), "{}"), demarc.Part, in("Microsoft.OperationalInsights/workspaces/w"), false},
		{"system database by a rule", full(in("Microsoft.Sql/servers/s/databases/master"), `{"kind":"v12.0,system"}`), demarc.Part, in("Microsoft.Sql/servers/s"), false},
		{"integration runtime in the cloud", full(in("Microsoft.DataFactory/factories/f/integrationRuntimes/i"), `{"properties":{"type":"Managed"}}`), demarc.Part, in("Microsoft.DataFactory/factories/f"), false},
		{"child type that nobody reviewed", full(vm+"/novelties/n", "{}"), demarc.Part, vm, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := estate{records: []record{full(vm, "{}"), tt.record}}.assess(t)
			r := find(t, a, tt.record.id)
			if r.Answer.Role != tt.role || r.PartOf != tt.partOf || r.Answer.Likely != tt.likely {
				t.Errorf("%v of %q, likely %v; want %v of %q, likely %v", r.Answer.Role, r.PartOf, r.Answer.Likely, tt.role, tt.partOf, tt.likely)
			}
			if !r.Answer.Role.HasRows() && r.Answer.Division != nil {
				t.Error("it has a division of its own")
			}
		})
	}
}

// Eleven machines with their disks and interfaces are eleven operating
// systems, not forty-six.
func TestElevenMachinesAreElevenWorkloads(t *testing.T) {
	var e estate
	for i := range 11 {
		vm := in(fmt.Sprintf("Microsoft.Compute/virtualMachines/vm%02d", i))
		e.records = append(e.records, full(vm, "{}"))
		for j := range 2 {
			e.records = append(e.records, full(in(fmt.Sprintf("Microsoft.Compute/disks/vm%02d-%d", i, j)), `{"managedBy":"`+vm+`"}`))
		}
		if i > 0 {
			e.records = append(e.records, full(in(fmt.Sprintf("Microsoft.Network/networkInterfaces/vm%02d", i)), `{"properties":{"virtualMachine":{"id":"`+vm+`"}}}`))
		}
	}
	for i := range 3 {
		id := in(fmt.Sprintf("Microsoft.Compute/virtualMachines/vm%02d", i))
		e.records = append(e.records, full(in(fmt.Sprintf("Microsoft.Compute/disks/extra-%d", i)), `{"managedBy":"`+id+`"}`))
	}
	a := e.assess(t)
	if len(a.Resources) != 46 || a.Estate.Workloads != 11 || a.Estate.Parts != 35 {
		t.Errorf("%d resources: %d workloads and %d parts, want 46: 11 and 35", len(a.Resources), a.Estate.Workloads, a.Estate.Parts)
	}
	for _, c := range a.Matrices[0].Cells {
		if c.Area.ID == "operating-system" && c.Model == demarc.IaaS && (c.Workloads != 11 || c.Parties["customer"] != 11) {
			t.Errorf("operating systems: %+v, want 11 of the customer", c)
		}
	}
}

// What a provider put into the estate is answered by the facet of the resource
// that it belongs to.
func TestProviderManagedGroups(t *testing.T) {
	aks := in("Microsoft.ContainerService/managedClusters/aks")
	databricks := in("Microsoft.Databricks/workspaces/w")
	managed := sub + "/resourceGroups/MC_rg_aks_westeurope"
	vmss := managed + "/providers/Microsoft.Compute/virtualMachineScaleSets/nodes"
	tests := []struct {
		name   string
		estate estate
		owner  string
		why    string
	}{
		{"by the name of the node group", estate{records: []record{
			full(aks, `{"properties":{"nodeResourceGroup":"mc_RG_aks_westeurope"}}`), full(vmss, "{}")}}, aks, "the facet node"},
		{"by the id of the managed group", estate{records: []record{
			full(databricks, `{"properties":{"managedResourceGroupId":"`+strings.ToLower(managed)+`"}}`), full(vmss, "{}")}}, databricks, "the facet node"},
		{"by the group's own record", estate{records: []record{blind(aks), full(vmss, "{}")},
			places: []place{{strings.ToUpper(managed), "MC", strings.ToUpper(aks)}}}, aks, "manages it"},
		{"by a manager that was not exported", estate{records: []record{full(vmss, "{}")},
			places: []place{{managed, "MC", aks}}}, aks, "manages it"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := tt.estate.assess(t)
			r := find(t, a, vmss)
			if r.Answer.Role != demarc.ProviderManaged || r.PartOf != tt.owner || !strings.Contains(r.Answer.Why, tt.why) || r.Answer.Division != nil {
				t.Errorf("%v of %s: %s", r.Answer.Role, r.PartOf, r.Answer.Why)
			}
			if a.Estate.ProviderManaged != 1 {
				t.Errorf("counted %d", a.Estate.ProviderManaged)
			}
		})
	}
}

func TestManagersOfSingleResources(t *testing.T) {
	vm := in("Microsoft.Compute/virtualMachines/vm")
	tests := []struct {
		name, manager string
		role          demarc.Role
	}{
		{"a service", in("Microsoft.Databricks/workspaces/w"), demarc.ProviderManaged},
		{"a service that nobody described", in("Fabrikam.Widgets/widgets/w"), demarc.ProviderManaged},
		{"a scale set of one's own", in("Microsoft.Compute/virtualMachineScaleSets/flex"), demarc.Workload},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := one(t, full(vm, `{"managedBy":"`+tt.manager+`"}`))
			partOf := map[demarc.Role]string{demarc.ProviderManaged: tt.manager}[tt.role]
			if r.Answer.Role != tt.role || r.PartOf != partOf {
				t.Errorf("managed by %s: %v of %q", tt.manager, r.Answer.Role, r.PartOf)
			}
		})
	}
}

func TestClouds(t *testing.T) {
	tests := []struct{ location, party string }{
		{"westeurope", "microsoft"}, {"", "microsoft"}, {"China North 3", "21vianet"}, {"chinaeast2", "21vianet"},
		{"usgovarizona", "microsoft-government"}, {"usdodeast", "microsoft-government"},
	}
	for _, tt := range tests {
		t.Run(tt.location, func(t *testing.T) {
			storage, group := in("Microsoft.Storage/storageAccounts/s"), in("Microsoft.Network/networkSecurityGroups/n")
			a := estate{records: []record{full(storage, "{}"), full(group, `{"location":"`+tt.location+`"}`)}}.assess(t)
			r := find(t, a, storage)
			if r.Answer.Provider != tt.party {
				t.Errorf("provider = %s, want %s: one resource tells the cloud of its subscription", r.Answer.Provider, tt.party)
			}
			says(t, r, map[string]string{"/physical-datacenter": tt.party})
			generic := strings.Contains(cell(t, r, "", "physical-datacenter").Reason, "no published matrix of "+tt.party)
			if generic != (tt.party == "21vianet") {
				t.Errorf("reason = %s", cell(t, r, "", "physical-datacenter").Reason)
			}
		})
	}
}

func TestDefaultsAndUnclassified(t *testing.T) {
	a := estate{records: []record{
		full(in("Fabrikam.Widgets/widgets/a"), "{}"), full(in("FABRIKAM.widgets/Widgets/b"), "{}"),
		full(in("Microsoft.RedHatOpenShift/novelties/n"), "{}"),
		full(in("Microsoft.DigitalTwins/novelties/n"), "{}"),
	}}.assess(t)
	r := find(t, a, in("Fabrikam.Widgets/widgets/a"))
	if r.Answer.Model != demarc.UnknownModel || r.Answer.Rule != nil || r.Answer.Division != nil || r.Answer.Why != "no rule for this type or its provider" {
		t.Errorf("unclassified: %+v", r.Answer)
	}
	if a.Estate.Workloads != 0 {
		t.Errorf("%d workloads: what is unclassified has no rows and is no workload", a.Estate.Workloads)
	}
	if len(a.Unclassified) != 2 || a.Unclassified[0].Count != 2 || a.Unclassified[0].Type != "Fabrikam.Widgets/widgets" ||
		a.Unclassified[1].Reason != "no rule for this type, and its provider has types too different for a default" {
		t.Errorf("unclassified = %+v", a.Unclassified)
	}
	r = find(t, a, in("Microsoft.RedHatOpenShift/novelties/n"))
	if r.Answer.Role != demarc.Configuration || !r.Answer.Likely || r.Answer.Rule.Reviewed || !strings.HasSuffix(r.Answer.Rule.ID, "#default") {
		t.Errorf("by default: %+v", r.Answer)
	}
}

// A child type that nobody reviewed rests on its parent's fact, but the rule
// that is cited for it is not the reviewed one.
func TestRulesOfGuessesStandApart(t *testing.T) {
	vm := in("Microsoft.Compute/virtualMachines/vm")
	for range 20 { // would depend on the order of a map
		a := estate{records: []record{full(vm, "{}"), full(vm+"/novelties/n", "{}")}}.assess(t)
		if len(a.Rules) != 2 || !a.Rules[0].Reviewed || a.Rules[1].Reviewed || !strings.HasSuffix(a.Rules[1].ID, "/child") {
			t.Fatalf("rules = %+v", a.Rules)
		}
	}
}

func TestDuplicatesAndConflicts(t *testing.T) {
	site := in("Microsoft.Web/sites/s")
	web, container := `{"kind":"app,linux"}`, `{"kind":"app,linux,container"}`
	tests := []struct {
		name    string
		records []record
		notes   string
		facets  string
	}{
		{"the same again", []record{full(site, web), full(strings.ToUpper(site), web)}, "duplicate: the same resource again; counted once", "service:paas runtime:paas"},
		{"seen better elsewhere", []record{blind(site), full(site, container)}, "duplicate: the same resource again; counted once", "service:paas container-image:iaas"},
		{"with other content", []record{full(site, web), full(site, container)}, "conflict: the same resource again with other content; the first in order of content is kept", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := estate{records: tt.records}.assess(t)
			swapped := estate{records: []record{tt.records[1], tt.records[0]}, shards: 2}.assess(t)
			for _, a := range []*demarc.Assessment{a.Assessment, swapped.Assessment} {
				if len(a.Resources) != 1 || a.Estate.Workloads != 1 {
					t.Errorf("counted %d", len(a.Resources))
				}
				if got := facets(a.Resources[0]); tt.facets != "" && got != tt.facets {
					t.Errorf("facets = %s, want %s", got, tt.facets)
				}
			}
			if got := noteKinds(a); got != tt.notes {
				t.Errorf("notes = %s, want %s", got, tt.notes)
			}
			if x, y := facets(a.Resources[0]), facets(swapped.Resources[0]); x != y {
				t.Errorf("the order decides: %s or %s", x, y)
			}
		})
	}
}

// Ids differ in case from record to record, in each of their pieces.
func TestOneResourceInManySpellings(t *testing.T) {
	id := in("Microsoft.Compute/virtualMachines/vm") + "/providers/Microsoft.Insights/diagnosticSettings/d"
	spellings := []string{id, strings.ToUpper(id), strings.ToLower(id), strings.Replace(id, "/providers/", "/Providers/", 1), strings.Replace(id, "resourceGroups", "resourcegroups", 1)}
	var e estate
	for _, s := range spellings {
		e.records = append(e.records, full(s, "{}"))
	}
	a := e.assess(t)
	if len(a.Resources) != 1 {
		for _, r := range a.Resources {
			t.Log(r.ID)
		}
		t.Errorf("%d resources, want one", len(a.Resources))
	}
	if len(a.Scopes) != 2 {
		t.Errorf("%d scopes, want a subscription and a group", len(a.Scopes))
	}
}

func TestScopes(t *testing.T) {
	a := estate{
		records: []record{
			full(in("Microsoft.Storage/storageAccounts/s"), "{}"),
			full(strings.ToUpper(group)+"/providers/Microsoft.Storage/storageAccounts/t", "{}"),
			{id: "onprem/server/1", typ: "onprem/server", site: "Berlin", row: "{}", seen: demarc.SeenFull},
		},
		places: []place{{strings.ToUpper(sub), "Production", ""}},
	}.assess(t)
	var got []string
	for _, s := range a.Scopes {
		parent := ""
		if s.Parent != nil {
			parent = s.Parent.Name
		}
		got = append(got, s.Kind.String()+" "+s.Name+" in "+parent)
	}
	want := "subscription Production in  | resource-group RG-PROD in Production | site Berlin in "
	if s := strings.Join(got, " | "); s != want {
		t.Errorf("scopes = %s\nwant     %s", s, want)
	}
	for _, r := range a.Resources {
		if r.Scope == nil {
			t.Errorf("%s hangs nowhere", r.ID)
		}
	}
}

func TestReferences(t *testing.T) {
	missing := in("Microsoft.Compute/virtualMachines/gone")
	a := estate{records: []record{
		full(in("Microsoft.Compute/disks/d1"), `{"managedBy":"`+missing+`"}`), full(in("Microsoft.Compute/disks/d2"), `{"managedBy":"`+strings.ToUpper(missing)+`"}`),
	}}.assess(t)
	if len(a.References) != 1 || a.References[0].Count != 2 || a.References[0].ID != missing || a.References[0].From != in("Microsoft.Compute/disks/d1") {
		t.Errorf("references = %+v", a.References)
	}
}
