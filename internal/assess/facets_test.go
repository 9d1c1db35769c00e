package assess_test

import (
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
)

// The upgrade channel of AKS changes who applies the patches of the nodes; the
// cell stays shared.
func TestNodesOfAKS(t *testing.T) {
	id := in("Microsoft.ContainerService/managedClusters/aks-shop")
	row := func(channel string) string {
		return `{"location":"westeurope","properties":{"autoUpgradeProfile":{"nodeOSUpgradeChannel":` + channel + `}}}`
	}
	halves := map[string]string{}
	for _, tt := range []struct{ name, row, reason string }{
		{"NodeImage", row(`"NodeImage"`), "(properties.autoUpgradeProfile.nodeOSUpgradeChannel is NodeImage)"},
		{"SecurityPatch", row(`"securitypatch"`), "is SecurityPatch)"},
		{"None", row(`"None"`), "is None)"},
		{"Unmanaged", row(`"Unmanaged"`), "is Unmanaged)"},
		{"no channel", `{"properties":{}}`, "depends on the node upgrade channel."},
		{"not seen", "", "it would differ if properties.autoUpgradeProfile.nodeOSUpgradeChannel is NodeImage, which was not seen"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := one(t, full(id, tt.row))
			if got := facets(r); got != "service:paas node:iaas" {
				t.Errorf("facets = %s", got)
			}
			says(t, r, map[string]string{
				"node/operating-system": "customer+microsoft", "node/physical-hosts": "microsoft", "node/client-devices": "-",
				"node/applications": "customer+microsoft", "service/operating-system": "microsoft",
			})
			c := cell(t, r, "node", "operating-system")
			if !strings.HasSuffix(c.Reason, tt.reason) {
				t.Errorf("reason = %s, want it to end in %q", c.Reason, tt.reason)
			}
			if c.DecidedBy != "azure-kubernetes-service" || c.Source != "https://learn.microsoft.com/azure/aks/support-policies" {
				t.Errorf("cell is read from %s (%s)", c.DecidedBy, c.Source)
			}
			if strings.Contains(tt.name, " ") {
				return
			}
			if other, taken := halves[c.Halves["customer"]]; taken {
				t.Errorf("the customer's half is the same as with %s", other)
			}
			halves[c.Halves["customer"]] = tt.name
		})
	}
}

func TestFacetsOfTypes(t *testing.T) {
	tests := []struct {
		name, rest, row, facets string
		cells                   map[string]string
	}{
		{
			"ARO", "Microsoft.RedHatOpenShift/openShiftClusters/c", "{}", "service:paas node:iaas",
			map[string]string{"node/operating-system": "customer+microsoft+red-hat", "node/applications": "customer+microsoft"},
		},
		{
			"container app: the image's system is the customer's, the host the provider's",
			"Microsoft.App/containerApps/c", "{}", "service:paas container-image:iaas",
			map[string]string{"container-image/operating-system": "customer", "container-image/applications": "customer", "container-image/physical-hosts": "-",
				"service/operating-system": "microsoft", "service/physical-hosts": "microsoft"},
		},
		{"container group", "Microsoft.ContainerInstance/containerGroups/c", "{}", "service:paas container-image:iaas", map[string]string{"container-image/operating-system": "customer"}},
		{
			"web app: the runtime is patched by the provider and left by the customer",
			"Microsoft.Web/sites/s", `{"kind":"app,linux"}`, "service:paas runtime:paas",
			map[string]string{"runtime/applications": "customer+microsoft", "runtime/operating-system": "-", "service/operating-system": "microsoft"},
		},
		{"function app", "Microsoft.Web/sites/s", `{"kind":"functionapp"}`, "service:paas runtime:paas", nil},
		{"containerised web app", "Microsoft.Web/sites/s", `{"kind":"app,linux,container"}`, "service:paas container-image:iaas", map[string]string{"container-image/operating-system": "customer"}},
		{"batch", "Microsoft.Batch/batchAccounts/b", "{}", "service:paas node:iaas", map[string]string{"node/operating-system": "customer+microsoft"}},
		{"HDInsight", "Microsoft.HDInsight/clusters/c", "{}", "service:paas node:iaas", map[string]string{"node/operating-system": "customer+microsoft"}},
		{"Databricks", "Microsoft.Databricks/workspaces/w", "{}", "service:paas node:iaas", map[string]string{"node/operating-system": "customer+microsoft"}},
		{"serverless Databricks", "Microsoft.Databricks/workspaces/w", `{"properties":{"computeMode":"Serverless"}}`, "service:paas", nil},
		{
			"virtual desktops: the session hosts are machines of the customer", "Microsoft.DesktopVirtualization/hostPools/p", "{}", "service:paas node:iaas",
			map[string]string{"node/operating-system": "customer", "node/applications": "customer", "node/physical-hosts": "microsoft", "node/client-devices": "-",
				"service/operating-system": "-", "service/client-devices": "customer"},
		},
		{"ML compute cluster", "Microsoft.MachineLearningServices/workspaces/w/computes/c", `{"properties":{"computeType":"AmlCompute"}}`, "service:paas node:iaas", map[string]string{"node/operating-system": "customer+microsoft"}},
		{"AVS", "Microsoft.AVS/privateClouds/p", "{}", "service:paas guest-machine:iaas", map[string]string{"guest-machine/operating-system": "customer", "service/operating-system": "microsoft"}},
		{"virtual machine", "Microsoft.Compute/virtualMachines/v", "{}", "guest:iaas", map[string]string{"guest/operating-system": "customer", "guest/physical-hosts": "microsoft"}},
		{
			"publisher's image: updates from the publisher, installed by the customer",
			"Microsoft.Compute/virtualMachines/v", `{"plan":{"publisher":"Palo Alto","product":"fw","name":"x"}}`, "guest:iaas",
			map[string]string{"guest/operating-system": "customer+palo-alto", "guest/applications": "customer+palo-alto", "guest/physical-hosts": "microsoft"},
		},
		{"Microsoft's own image", "Microsoft.Compute/virtualMachines/v", `{"plan":{"publisher":"MicrosoftWindowsServer"}}`, "guest:iaas", map[string]string{"guest/operating-system": "customer"}},
		{"virtual network has no system", "Microsoft.Network/virtualNetworks/v", "{}", "service:iaas", map[string]string{"/operating-system": "-", "/applications": "-", "/network-controls": "customer", "/physical-network": "microsoft"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := one(t, full(in(tt.rest), tt.row))
			if got := facets(r); got != tt.facets {
				t.Errorf("facets = %s, want %s", got, tt.facets)
			}
			says(t, r, tt.cells)
			if r.Answer.Role != demarc.Workload || r.Answer.Likely {
				t.Errorf("role %v, likely %v, want a workload without doubt", r.Answer.Role, r.Answer.Likely)
			}
		})
	}
}

func TestPropertyRules(t *testing.T) {
	tests := []struct {
		name, rest, row string
		model           demarc.ServiceModel
		role            demarc.Role
		rule            string // how its id ends
	}{
		{"App Service Environment", "Microsoft.Web/sites/s", `{"kind":"app","properties":{"hostingEnvironmentProfile":{"id":"/x"}}}`, demarc.PaaS, demarc.Workload, "/app-service-environment"},
		{"web app on Arc Kubernetes", "Microsoft.Web/sites/s", `{"kind":"app,linux,kubernetes"}`, demarc.OnPremises, demarc.Workload, "/arc-kubernetes"},
		{"SQL database", "Microsoft.Sql/servers/s/databases/d", `{"kind":"v12.0,user"}`, demarc.PaaS, demarc.Workload, "databases"},
		{"SQL managed instance", "Microsoft.Sql/managedInstances/m", "{}", demarc.PaaS, demarc.Workload, "managedInstances"},
		{"SQL on a machine", "Microsoft.SqlVirtualMachine/sqlVirtualMachines/m", `{"properties":{"virtualMachineResourceId":"` + in("Microsoft.Compute/virtualMachines/m") + `"}}`, demarc.IaaS, demarc.Part, "sqlVirtualMachines"},
		{"system database is a part", "Microsoft.Sql/servers/s/databases/master", `{"kind":"v12.0,system"}`, demarc.PaaS, demarc.Part, "/system-database"},
		{"Azure Local", "Microsoft.AzureStackHCI/clusters/c", "{}", demarc.OnPremises, demarc.Workload, "clusters"},
		{"AVS", "Microsoft.AVS/privateClouds/p", "{}", demarc.PaaS, demarc.Workload, "privateClouds"},
		{"Arc machine in the own room", "Microsoft.HybridCompute/machines/m", `{"properties":{"cloudMetadata":{"provider":"N/A"}}}`, demarc.OnPremises, demarc.Workload, "machines"},
		{"Arc machine at AWS", "Microsoft.HybridCompute/machines/m", `{"properties":{"cloudMetadata":{"provider":"AWS"}}}`, demarc.IaaS, demarc.Workload, "/other-cloud"},
		{"managed application of a publisher", "Microsoft.Solutions/applications/a", `{"kind":"MarketPlace","plan":{"publisher":"fabrikam"},"properties":{"managementMode":"Managed"}}`, demarc.SaaS, demarc.ThirdParty, "/publisher-access"},
		{"managed application of the own catalogue", "Microsoft.Solutions/applications/a", `{"kind":"ServiceCatalog"}`, demarc.IaaS, demarc.Workload, "/service-catalog"},
		{"flexible scale set", "Microsoft.Compute/virtualMachineScaleSets/s", `{"properties":{"orchestrationMode":"Flexible"}}`, demarc.IaaS, demarc.Configuration, "/flexible"},
		{"uniform scale set", "Microsoft.Compute/virtualMachineScaleSets/s", `{"properties":{"orchestrationMode":"Uniform"}}`, demarc.IaaS, demarc.Workload, "virtualMachineScaleSets"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := one(t, full(in(tt.rest), tt.row))
			a := r.Answer
			if a.Model != tt.model || a.Role != tt.role || a.Likely || !strings.HasSuffix(a.Rule.ID, tt.rule) {
				t.Errorf("answer = %v %v by %s, likely %v; want %v %v by ...%s", a.Model, a.Role, a.Rule.ID, a.Likely, tt.model, tt.role, tt.rule)
			}
			if a.Why == "" || a.Rule.Source == "" {
				t.Errorf("the answer does not explain itself: %q, source %q", a.Why, a.Rule.Source)
			}
			if (a.Division != nil) != tt.role.HasRows() {
				t.Errorf("a %v has a division: %v", tt.role, a.Division != nil)
			}
		})
	}
}

// Only a managed application to which its publisher has access is operated by
// a third party.
func TestManagedApplication(t *testing.T) {
	app := in("Microsoft.Solutions/applications/fabrikam-monitor")
	managed := sub + "/resourceGroups/mrg-fabrikam"
	a := estate{records: []record{
		full(app, `{"kind":"MarketPlace","plan":{"publisher":"Fabrikam Inc"},"properties":{"managementMode":"Managed","managedResourceGroupId":"`+strings.ToUpper(managed)+`"}}`),
		full(managed+"/providers/Microsoft.Compute/virtualMachines/vm", "{}"),
	}}.assess(t)
	r := find(t, a, app)
	says(t, r, map[string]string{
		"service/operating-system": "fabrikam-inc", "service/applications": "customer+fabrikam-inc",
		"service/network-controls": "customer+fabrikam-inc", "service/customer-data": "customer", "service/physical-hosts": "microsoft",
	})
	if p := a.Parties["fabrikam-inc"]; p.Short != "FABRIKAM" {
		t.Errorf("party = %+v", p)
	}
	vm := find(t, a, managed+"/providers/Microsoft.Compute/virtualMachines/vm")
	if vm.Answer.Role != demarc.ProviderManaged || vm.PartOf != app {
		t.Errorf("the machine in the managed group is %v of %s", vm.Answer.Role, vm.PartOf)
	}
	if a.Estate.Workloads != 1 || a.Estate.ProviderManaged != 1 {
		t.Errorf("counted %+v", a.Estate)
	}
}

func TestPhysicalsOfArcMachines(t *testing.T) {
	id := in("Microsoft.HybridCompute/machines/m")
	says(t, one(t, full(id, `{"properties":{"cloudMetadata":{"provider":"AWS"}}}`)), map[string]string{
		"/physical-hosts": "aws", "/physical-network": "aws", "/physical-datacenter": "aws", "/operating-system": "customer", "/applications": "customer"})
	says(t, one(t, full(id, `{"properties":{}}`)), map[string]string{
		"/physical-hosts": "customer", "/physical-datacenter": "customer", "/operating-system": "customer"})
	r := one(t, blind(id))
	if !r.Answer.Likely || r.Answer.Model != demarc.OnPremises {
		t.Errorf("not seen: %v, likely %v", r.Answer.Model, r.Answer.Likely)
	}
}
