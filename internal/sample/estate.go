package sample

import (
	"fmt"

	"github.com/demarc-dev/demarc"
)

func rule(path, source string) *demarc.Rule {
	return &demarc.Rule{ID: path, Source: learn + source, Checked: checked, Reviewed: true}
}

func (b *builder) group(rest string) string {
	return subscription + "/resourceGroups/rg-prod/providers/" + rest
}

// workload is an answer with one facet of the cloud's matrix.
func (b *builder) workload(m demarc.ServiceModel, facet string, r *demarc.Rule, deviations ...deviation) *demarc.Answer {
	return &demarc.Answer{
		Provider: demarc.Microsoft, Model: m, Rule: r, Facets: []demarc.Facet{{ID: facet, Model: m}},
		Division: b.divide(cloud.cells(facet, m, demarc.Microsoft, deviations...)),
	}
}

func settings(role demarc.Role, r *demarc.Rule, why string) *demarc.Answer {
	return &demarc.Answer{Provider: demarc.Microsoft, Model: demarc.IaaS, Role: role, Rule: r, Why: why}
}

func (b *builder) compute() {
	vm := rule("services/azure/microsoft.compute.yaml#Microsoft.Compute/virtualMachines", "virtual-machines/overview")
	machine := b.workload(demarc.IaaS, "guest", vm)
	machine.Why = "A virtual machine is rented hardware; everything from the guest operating system up is yours."
	web := b.add(b.prod, b.group("Microsoft.Compute/virtualMachines/vm-web-01"), "Microsoft.Compute/virtualMachines", machine)
	b.add(b.prod, b.group("Microsoft.Compute/virtualMachines/vm-web-02"), "Microsoft.Compute/virtualMachines", machine)

	part := settings(demarc.Part, rule("services/azure/microsoft.compute.yaml#Microsoft.Compute/disks", "virtual-machines/managed-disks-overview"), "A disk attached to a machine is a piece of it.")
	b.add(b.prod, b.group("Microsoft.Compute/disks/vm-web-01_os"), "Microsoft.Compute/disks", part).PartOf = web.ID
	nic := settings(demarc.Part, rule("services/azure/microsoft.network.yaml#Microsoft.Network/networkInterfaces", "virtual-network/virtual-network-network-interface"), "An attached network card is a piece of its machine.")
	b.add(b.prod, b.group("Microsoft.Network/networkInterfaces/vm-web-01-nic"), "Microsoft.Network/networkInterfaces", nic).PartOf = web.ID
	nsg := settings(demarc.Configuration, rule("services/azure/microsoft.network.yaml#Microsoft.Network/networkSecurityGroups", "virtual-network/network-security-groups-overview"), "Rules about traffic to something else.")
	b.add(b.prod, b.group("Microsoft.Network/networkSecurityGroups/nsg-web"), "Microsoft.Network/networkSecurityGroups", nsg)

	image := b.workload(demarc.IaaS, "guest", rule("services/azure/microsoft.compute.yaml#Microsoft.Compute/virtualMachines/publisher-image", "virtual-machines/linux/endorsed-distros"),
		deviation{"operating-system", "customer fabrikam", "plan.publisher is fabrikam: the image comes from a publisher's offer", "The publisher of a marketplace image releases updates for it; installing them is your work."})
	b.add(b.prod, b.group("Microsoft.Compute/virtualMachines/vm-firewall"), "Microsoft.Compute/virtualMachines", image)

	network := b.workload(demarc.IaaS, "service", rule("services/azure/microsoft.network.yaml#Microsoft.Network/virtualNetworks", "virtual-network/virtual-networks-overview"),
		deviation{"operating-system", "-", "a virtual network has no operating system", ""}, deviation{"applications", "-", "a virtual network runs no application", ""})
	b.add(b.prod, b.group("Microsoft.Network/virtualNetworks/vnet-prod"), "Microsoft.Network/virtualNetworks", network)
}

func (b *builder) platform() {
	storage := b.workload(demarc.PaaS, "service", rule("services/azure/microsoft.storage.yaml#Microsoft.Storage/storageAccounts", "storage/common/storage-account-overview"),
		deviation{"applications", "-", "a storage account runs no application", ""})
	for _, name := range []string{"stcontosologs", "stcontososhop"} {
		b.add(b.prod, b.group("Microsoft.Storage/storageAccounts/"+name), "Microsoft.Storage/storageAccounts", storage)
	}
	sql := b.workload(demarc.PaaS, "service", rule("services/azure/microsoft.sql.yaml#Microsoft.Sql/servers/databases", "azure-sql/database/sql-database-paas-overview"))
	b.add(b.prod, b.group("Microsoft.Sql/servers/sql-shop/databases/orders"), "Microsoft.Sql/servers/databases", sql)

	app := b.workload(demarc.PaaS, "service", rule("services/azure/microsoft.web.yaml#Microsoft.Web/sites", "app-service/overview"))
	app.Likely = true
	b.add(b.prod, b.group("Microsoft.Web/sites/app-shop"), "Microsoft.Web/sites", app).Seen = demarc.SeenPartial

	b.cluster()
	b.model()
	managed := b.workload(demarc.PaaS, "service", rule("services/azure/microsoft.solutions.yaml#Microsoft.Solutions/applications", "azure-resource-manager/managed-applications/overview"),
		deviation{"applications", "fabrikam", "the publisher has access to the managed resource group and operates the application", ""},
		deviation{"operating-system", "fabrikam", "the publisher has access to the managed resource group and operates the machines", ""})
	managed.Role = demarc.ThirdParty
	b.add(b.prod, b.group("Microsoft.Solutions/applications/fabrikam-monitor"), "Microsoft.Solutions/applications", managed)
}

// cluster is an AKS cluster with its nodes and what lies in its node group.
func (b *builder) cluster() {
	r := rule("services/azure/microsoft.containerservice.yaml#Microsoft.ContainerService/managedClusters", "aks/support-policies")
	aks := &demarc.Answer{
		Provider: demarc.Microsoft, Model: demarc.PaaS, Rule: r,
		Facets: []demarc.Facet{{ID: "service", Model: demarc.PaaS}, {ID: "node", Model: demarc.IaaS}},
		Division: b.divide(cloud.cells("service", demarc.PaaS, demarc.Microsoft), cloud.cells("node", demarc.IaaS, demarc.Microsoft,
			deviation{"operating-system", "customer microsoft", "Microsoft publishes node images, the upgrade channel says who applies them", "The operating system of AKS nodes is partly yours: Microsoft builds node images, you choose when they are applied."})),
	}
	b.add(b.prod, b.group("Microsoft.ContainerService/managedClusters/aks-shop"), "Microsoft.ContainerService/managedClusters", aks)
	routed := settings(demarc.ProviderManaged, r, "Lies in the node resource group of aks-shop; counted with its nodes.")
	id := subscription + "/resourceGroups/MC_rg-prod_aks-shop/providers/Microsoft.Compute/virtualMachineScaleSets/aks-nodepool1-vmss"
	b.add(b.nodes, id, "Microsoft.Compute/virtualMachineScaleSets", routed)
}

// model is an AI service whose deployed model's publisher was not seen.
func (b *builder) model() {
	r := rule("services/azure/microsoft.cognitiveservices.yaml#Microsoft.CognitiveServices/accounts/openai", "ai-services/openai/overview")
	a := &demarc.Answer{
		Provider: demarc.Microsoft, Model: demarc.PaaS, Rule: r, Facets: []demarc.Facet{{ID: "service", Model: demarc.PaaS}},
		Division: b.divide(cloud.cells("service", demarc.PaaS, demarc.Microsoft), intelligence.cells("service", demarc.PaaS, demarc.Microsoft)),
	}
	b.add(b.prod, b.group("Microsoft.CognitiveServices/accounts/oai-contoso"), "Microsoft.CognitiveServices/accounts", a)
}

func (b *builder) elsewhere() {
	mail := b.workload(demarc.SaaS, "service", rule("services/m365/exchange.yaml#m365/exchange-online", "compliance/assurance/assurance-microsoft-365-service-resiliency"))
	b.add(b.tenant, "m365/exchange-online/contoso.example", "m365/exchange-online", mail).MadeUp = true
	copilot := &demarc.Answer{
		Provider: demarc.Microsoft, Model: demarc.SaaS, Rule: rule("services/m365/copilot.yaml#m365/copilot", "microsoft-365-copilot/microsoft-365-copilot-privacy"),
		Facets:   []demarc.Facet{{ID: "service", Model: demarc.SaaS}},
		Division: b.divide(cloud.cells("service", demarc.SaaS, demarc.Microsoft), intelligence.cells("service", demarc.SaaS, demarc.Microsoft)),
	}
	b.add(b.tenant, "m365/copilot/contoso.example", "m365/copilot", copilot).MadeUp = true
	server := b.workload(demarc.OnPremises, "host", rule("services/onprem/server.yaml#onprem/server", "security/fundamentals/shared-responsibility"))
	server.Provider = demarc.Customer
	file := b.add(b.site, "onprem/server/berlin/file-01", "onprem/server", server)
	file.Place, file.MadeUp = demarc.Place{File: b.a.Estate.Files[1], Line: 2}, true
}

// hostile adds names that attack whatever prints them.
func (b *builder) hostile() {
	unknown := &demarc.Answer{Provider: demarc.Microsoft}
	b.add(b.prod, b.group("Fabrikam.Widgets/widgets/<script>alert(1)<|script>"), "Fabrikam.Widgets/widgets", unknown)
	b.add(b.prod, b.group("Fabrikam.Widgets/widgets/\x1b[31mred\x1b[0m\u009b5m\u202etxt.exe"), "Fabrikam.Widgets/widgets", unknown)
	vm := b.a.Resources[0].Answer
	formula := b.add(b.prod, b.group("Microsoft.Compute/virtualMachines/=cmd()|calc"), "Microsoft.Compute/virtualMachines", vm)
	formula.Name = "=cmd(\"|' /C calc'!A0\")"
	page := b.add(b.prod, b.group("Microsoft.Compute/virtualMachines/vm-<img src=x onerror=alert(1)>"), "Microsoft.Compute/virtualMachines", vm)
	page.Name = "vm-\"><img src=x onerror=alert(1)>|\x1b]0;owned\a\r\n"
}

// words adds what is said beside the resources.
func (b *builder) words() {
	a, place := b.a, func(line int) demarc.Place { return demarc.Place{File: b.export, Line: line} }
	a.Unclassified = []demarc.Unclassified{{Type: "Fabrikam.Widgets/widgets", Count: 2, Reason: "no rule knows this type", First: place(18)}}
	a.Undecided = []demarc.Undecided{{
		Type: "Microsoft.Web/sites", Properties: []string{"kind"}, Question: "does the app run a container image of its own?", Count: 1,
		Settle: "az graph query -q 'resources | project id, name, type, kind, properties' --first 1000",
	}}
	a.Surprises = []demarc.Surprise{
		{Text: "The operating system of AKS nodes is partly yours: Microsoft builds node images, you choose when they are applied.", Count: 1, First: b.group("Microsoft.ContainerService/managedClusters/aks-shop")},
		{Text: "The publisher of a marketplace image releases updates for it; installing them is your work.", Count: 1, First: b.group("Microsoft.Compute/virtualMachines/vm-firewall")},
	}
	a.References = []demarc.Reference{{ID: b.group("Microsoft.KeyVault/vaults/kv-shared"), From: b.group("Microsoft.Web/sites/app-shop"), Count: 1}}
	a.Estate.Incomplete = []demarc.Incomplete{{
		Place: demarc.Place{File: b.export}, Read: 1000, Total: 3412, Message: "the file holds the first page of the result",
		Command: "az graph query -q 'resources' --first 1000 --skip 1000",
	}}
	a.Notes = []demarc.Note{
		{Kind: demarc.NoteMalformed, Place: place(19), Message: "the name \"\x1b[31mred\" holds control characters", Count: 1},
		{Kind: demarc.NoteSkipped, Place: place(44), Message: "a row without id, name and type", Count: 3},
		{Kind: demarc.NoteSkipped, Place: place(61), Message: "<b>not an object</b> | `x`", Count: 1},
	}
}

// Large is an estate of n resources of a few kinds, without anything special.
func Large(n int) *demarc.Assessment {
	b := newBuilder("Large")
	r := rule("services/azure/microsoft.compute.yaml#Microsoft.Compute/virtualMachines", "virtual-machines/overview")
	answers := []*demarc.Answer{b.workload(demarc.IaaS, "guest", r), settings(demarc.Part, r, "a piece"), b.workload(demarc.PaaS, "service", r), b.workload(demarc.SaaS, "service", r)}
	types := []string{"Microsoft.Compute/virtualMachines", "Microsoft.Compute/disks", "Microsoft.Storage/storageAccounts", "m365/sharepoint-site"}
	for i := range n {
		kind := i % len(types)
		b.add(b.prod, b.group(fmt.Sprintf("%s/res-%07d", types[kind], i)), types[kind], answers[kind])
	}
	return b.finish()
}
