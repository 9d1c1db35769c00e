package classify_test

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/classify"
	"github.com/demarc-dev/demarc/internal/sample"
	"github.com/demarc-dev/demarc/internal/slots"
)

var knowledge = sync.OnceValues(func() (*catalog.Catalog, error) { return catalog.Load(os.DirFS("../../data")) })

// classifier compiles the tables of the data folder.
func classifier(t testing.TB, own ...demarc.Override) (*classify.Classifier, *slots.Layout) {
	t.Helper()
	c, err := knowledge()
	if err != nil {
		t.Fatal(err)
	}
	layout, err := slots.NewLayout(classify.Wishes(c, own))
	if err != nil {
		t.Fatal(err)
	}
	return classify.New(c, layout, own), layout
}

// wellKnown are types that most estates have. Each line of the golden file
// was compared with the public documentation of its service.
var wellKnown = []string{
	"Microsoft.AAD/domainServices", "Microsoft.AlertsManagement/smartDetectorAlertRules", "Microsoft.AnalysisServices/servers",
	"Microsoft.ApiManagement/service", "Microsoft.App/containerApps", "Microsoft.App/jobs", "Microsoft.App/managedEnvironments",
	"Microsoft.AppConfiguration/configurationStores", "Microsoft.AppPlatform/Spring", "Microsoft.Authorization/locks",
	"Microsoft.Authorization/policyAssignments", "Microsoft.Authorization/policyDefinitions", "Microsoft.Authorization/roleAssignments",
	"Microsoft.Automation/automationAccounts", "Microsoft.Automation/automationAccounts/runbooks", "Microsoft.AVS/privateClouds",
	"Microsoft.AzureStackHCI/clusters", "Microsoft.AzureStackHCI/virtualMachineInstances", "Microsoft.Batch/batchAccounts",
	"Microsoft.BotService/botServices", "Microsoft.Cache/Redis", "Microsoft.Cache/redisEnterprise", "Microsoft.Cdn/profiles",
	"Microsoft.Cdn/profiles/endpoints", "Microsoft.CognitiveServices/accounts", "Microsoft.CognitiveServices/accounts/deployments",
	"Microsoft.Communication/communicationServices", "Microsoft.Compute/availabilitySets", "Microsoft.Compute/cloudServices",
	"Microsoft.Compute/diskEncryptionSets", "Microsoft.Compute/disks", "Microsoft.Compute/galleries", "Microsoft.Compute/galleries/images/versions",
	"Microsoft.Compute/images", "Microsoft.Compute/proximityPlacementGroups", "Microsoft.Compute/restorePointCollections", "Microsoft.Compute/snapshots",
	"Microsoft.Compute/sshPublicKeys", "Microsoft.Compute/virtualMachines", "Microsoft.Compute/virtualMachines/extensions",
	"Microsoft.Compute/virtualMachineScaleSets", "Microsoft.ContainerInstance/containerGroups", "Microsoft.ContainerRegistry/registries",
	"Microsoft.ContainerService/managedClusters", "Microsoft.ContainerService/managedClusters/agentPools", "Microsoft.Databricks/workspaces",
	"Microsoft.DataFactory/factories", "Microsoft.DataProtection/backupVaults", "Microsoft.DBforMariaDB/servers", "Microsoft.DBforMySQL/flexibleServers",
	"Microsoft.DBforPostgreSQL/flexibleServers", "Microsoft.DesktopVirtualization/applicationGroups", "Microsoft.DesktopVirtualization/hostPools",
	"Microsoft.DesktopVirtualization/workspaces", "Microsoft.DevCenter/devcenters", "Microsoft.Devices/IotHubs", "Microsoft.DevTestLab/labs",
	"Microsoft.DevTestLab/schedules", "Microsoft.DocumentDB/databaseAccounts", "Microsoft.EventGrid/systemTopics", "Microsoft.EventGrid/topics",
	"Microsoft.EventHub/namespaces", "Microsoft.EventHub/namespaces/eventhubs", "Microsoft.Fabric/capacities", "Microsoft.HDInsight/clusters",
	"Microsoft.HealthcareApis/workspaces", "Microsoft.HybridCompute/machines", "Microsoft.HybridCompute/machines/extensions",
	"Microsoft.Insights/actionGroups", "Microsoft.Insights/components", "Microsoft.Insights/dataCollectionRules", "Microsoft.Insights/diagnosticSettings",
	"Microsoft.Insights/metricAlerts", "Microsoft.KeyVault/managedHSMs", "Microsoft.KeyVault/vaults", "Microsoft.KeyVault/vaults/secrets",
	"Microsoft.Kubernetes/connectedClusters", "Microsoft.Kusto/clusters", "Microsoft.LoadTestService/loadTests", "Microsoft.Logic/integrationAccounts",
	"Microsoft.Logic/workflows", "Microsoft.MachineLearningServices/workspaces", "Microsoft.MachineLearningServices/workspaces/computes",
	"Microsoft.Maintenance/maintenanceConfigurations", "Microsoft.ManagedIdentity/userAssignedIdentities", "Microsoft.Management/managementGroups",
	"Microsoft.Maps/accounts", "Microsoft.Migrate/migrateProjects", "Microsoft.Monitor/accounts", "Microsoft.NetApp/netAppAccounts",
	"Microsoft.NetApp/netAppAccounts/capacityPools/volumes", "Microsoft.Network/applicationGateways", "Microsoft.Network/applicationSecurityGroups",
	"Microsoft.Network/azureFirewalls", "Microsoft.Network/bastionHosts", "Microsoft.Network/connections", "Microsoft.Network/ddosProtectionPlans",
	"Microsoft.Network/dnsZones", "Microsoft.Network/expressRouteCircuits", "Microsoft.Network/firewallPolicies", "Microsoft.Network/frontDoors",
	"Microsoft.Network/loadBalancers", "Microsoft.Network/localNetworkGateways", "Microsoft.Network/natGateways", "Microsoft.Network/networkInterfaces",
	"Microsoft.Network/networkSecurityGroups", "Microsoft.Network/networkSecurityGroups/securityRules", "Microsoft.Network/networkWatchers",
	"Microsoft.Network/networkWatchers/flowLogs", "Microsoft.Network/privateDnsZones", "Microsoft.Network/privateEndpoints",
	"Microsoft.Network/privateLinkServices", "Microsoft.Network/publicIPAddresses", "Microsoft.Network/publicIPPrefixes", "Microsoft.Network/routeTables",
	"Microsoft.Network/trafficManagerProfiles", "Microsoft.Network/virtualHubs", "Microsoft.Network/virtualNetworkGateways",
	"Microsoft.Network/virtualNetworks", "Microsoft.Network/virtualNetworks/subnets", "Microsoft.Network/virtualWans", "Microsoft.Network/vpnGateways",
	"Microsoft.NotificationHubs/namespaces", "Microsoft.OperationalInsights/workspaces", "Microsoft.OperationsManagement/solutions",
	"Microsoft.Portal/dashboards", "Microsoft.PowerBIDedicated/capacities", "Microsoft.Purview/accounts", "Microsoft.RecoveryServices/vaults",
	"Microsoft.RedHatOpenShift/openShiftClusters", "Microsoft.Relay/namespaces", "Microsoft.Resources/deploymentScripts", "Microsoft.Resources/templateSpecs",
	"Microsoft.Search/searchServices", "Microsoft.Security/pricings", "Microsoft.ServiceBus/namespaces", "Microsoft.ServiceFabric/clusters",
	"Microsoft.ServiceFabric/managedClusters", "Microsoft.SignalRService/SignalR", "Microsoft.Solutions/applications", "Microsoft.Sql/managedInstances",
	"Microsoft.Sql/servers", "Microsoft.Sql/servers/databases", "Microsoft.Sql/servers/elasticPools", "Microsoft.Sql/servers/firewallRules",
	"Microsoft.SqlVirtualMachine/sqlVirtualMachines", "Microsoft.Storage/storageAccounts", "Microsoft.StorageSync/storageSyncServices",
	"Microsoft.StreamAnalytics/streamingjobs", "Microsoft.Synapse/workspaces", "Microsoft.Synapse/workspaces/sqlPools",
	"Microsoft.VirtualMachineImages/imageTemplates", "Microsoft.Web/certificates", "Microsoft.Web/connections", "Microsoft.Web/hostingEnvironments",
	"Microsoft.Web/serverFarms", "Microsoft.Web/sites", "Microsoft.Web/sites/slots", "Microsoft.Web/staticSites",
}

// TestWellKnownTypes writes a line for each type: service model, role, main
// facet, further facets and the areas that it does not have, of a resource
// that was seen in full and has none of the properties that would change it.
func TestWellKnownTypes(t *testing.T) {
	c, layout := classifier(t)
	var b strings.Builder
	values := slots.NewValues()
	for _, typ := range wellKnown {
		values.Reset(layout.For(typ))
		values.CloseAll()
		class := c.Observe(&demarc.Resource{ID: "x", Type: typ}, values).Class
		if class.Entry == nil || !class.Rule.Reviewed || class.Likely {
			t.Errorf("%s is not reviewed", typ)
			continue
		}
		facets := []string{class.MainFacet}
		for _, f := range class.Facets {
			facets = append(facets, f.ID+":"+f.Model)
		}
		lacks := cmp.Or(strings.Join(slices.Sorted(maps.Keys(class.Lacks)), " "), "nothing")
		fmt.Fprintf(&b, "%s | %v | %v | %s | lacks %s\n", class.Type, class.Model, class.Role, strings.Join(facets, " "), lacks)
	}
	sample.Golden(t, "types.golden", []byte(b.String()))
}
