package ansiblefacts

import (
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// The types of hosts.
const (
	serverType     = "onprem/server"
	machineType    = "onprem/virtual-machine"
	hypervisorType = "onprem/hypervisor-host"
	controllerType = "onprem/domain-controller"
	workplaceType  = "onprem/workstation"
	hostedType     = "other/iaas-machine"
	// The facts do not tell what these are: they stay without an answer.
	openType      = "ansible/host"
	deviceType    = "ansible/network-device"
	containerType = "ansible/container"
)

// kind is what the facts say a host is.
type kind struct {
	typ   string
	party string // the provider, where the type does not say so
	guess string // what was taken for granted
}

// cloud is a provider by a fact that only its machines have.
type cloud struct {
	fact, text string // the fact holds the text
	typ, party string
}

// azureTag is the asset tag that Hyper-V shows in every machine of Azure, and
// nowhere else.
const azureTag = "7783-7084-3265-9085-8269-3286-77"

var clouds = []cloud{
	{"system_vendor", "amazon ec2", "aws/ec2-instance", ""},
	{"bios_vendor", "amazon ec2", "aws/ec2-instance", ""},
	{"product_version", "amazon", "aws/ec2-instance", ""},
	{"chassis_asset_tag", azureTag, "Microsoft.Compute/virtualMachines", ""},
	{"product_name", "google compute engine", "google/compute-engine-instance", ""},
	{"system_vendor", "digitalocean", "digitalocean/droplet", ""},
	{"chassis_asset_tag", "oraclecloud.com", "oracle-cloud/compute-instance", ""},
	{"system_vendor", "alibaba cloud", hostedType, "alibaba"},
	{"system_vendor", "hetzner", hostedType, "hetzner"},
	{"system_vendor", "linode", hostedType, "akamai"},
	{"system_vendor", "akamai", hostedType, "akamai"},
	{"system_vendor", "vultr", hostedType, "vultr"},
	{"system_vendor", "scaleway", hostedType, "scaleway"},
	{"system_vendor", "upcloud", hostedType, "upcloud"},
}

// containers are what Ansible calls the insides of containers.
var containers = []string{"docker", "podman", "container", "containerd", "kubernetes"}

// kindOf tells what a host is by its facts.
func kindOf(f facts) kind {
	i := slices.IndexFunc(clouds, func(c cloud) bool { return strings.Contains(demarc.Fold(f[c.fact]), c.text) })
	virtual, role := demarc.Fold(f["virtualization_type"]), demarc.Fold(f["virtualization_role"])
	product := demarc.Fold(f["os_product_type"])
	switch {
	case i >= 0:
		return kind{typ: clouds[i].typ, party: clouds[i].party}
	case f["net_system"] != "":
		return kind{typ: deviceType}
	case role == "guest" && slices.Contains(containers, virtual):
		return kind{typ: containerType}
	case isHypervisor(f):
		return kind{typ: hypervisorType}
	case product == "domain_controller":
		return kind{typ: controllerType}
	case product == "workstation" || isWorkplace(f["form_factor"]):
		return kind{typ: workplaceType}
	case role == "guest":
		return kind{typ: machineType, guess: "a virtual machine whose facts name no provider: taken for one on your own hypervisor"}
	case role != "" || f["system_vendor"] != "":
		return kind{typ: serverType}
	}
	return kind{typ: openType}
}

// isHypervisor reports whether a system is there to run others. That the
// kernel could is no sign: Ansible calls every server with KVM in it a host.
func isHypervisor(f facts) bool {
	return demarc.EqualFold(f["system"], "VMkernel") || strings.Contains(demarc.Fold(f["distribution"]), "esxi") ||
		strings.HasSuffix(demarc.Fold(f["kernel"]), "-pve")
}

func isWorkplace(form string) bool {
	switch demarc.Fold(form) {
	case "notebook", "laptop", "portable", "desktop", "low profile desktop", "mini tower", "all in one", "convertible", "tablet":
		return true
	}
	return false
}
