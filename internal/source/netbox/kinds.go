package netbox

import (
	"strings"

	"github.com/demarc-dev/demarc/internal/source/clouds"
)

// The types that do not depend on a role.
const (
	rackType    = "onprem/rack"
	clusterType = "onprem/hypervisor-cluster"
	circuitType = "onprem/circuit"
	machineType = "onprem/virtual-machine"
	hostType    = "onprem/hypervisor-host"
	serverType  = "onprem/server"
	// openType is a machine in a cluster of a kind that the file does not show.
	openType = "netbox/virtual-machine"
)

// kinds are the types of devices by words in the name of their role, the more
// telling first. A role that no type is called by is looked up here.
var kinds = []struct{ words, typ string }{
	{"patch panel", "onprem/patch-panel"},
	{"load balancer", "onprem/load-balancer"},
	{"access point", "onprem/wireless-access-point"},
	{"wireless controller", "onprem/wireless-access-point"},
	{"database", "onprem/database-server"},
	{"backup", "onprem/backup-server"},
	{"tape", "onprem/tape-library"},
	{"storage", "onprem/storage-array"},
	{"san", "onprem/storage-array"},
	{"nas", "onprem/nas"},
	{"firewall", "onprem/firewall"},
	{"hypervisor", hostType},
	{"virtualization", hostType},
	{"esxi", hostType},
	{"pdu", "onprem/power-distribution"},
	{"ups", "onprem/ups"},
	{"router", "onprem/router"},
	{"switch", "onprem/network-switch"},
	{"leaf", "onprem/network-switch"},
	{"spine", "onprem/network-switch"},
	{"printer", "onprem/printer"},
	{"camera", "onprem/camera"},
	{"phone", "onprem/telephone-system"},
	{"hsm", "onprem/hsm"},
	{"gpu", "onprem/ai-server"},
	{"kubernetes", "onprem/kubernetes-node"},
	{"server", serverType},
}

// deviceType finds the type of a device by its role, "" when no word tells.
func deviceType(role named) string {
	spoken := clouds.Words(first(role.name, role.slug))
	for _, k := range kinds {
		if clouds.Contain(spoken, strings.Fields(k.words)...) {
			return k.typ
		}
	}
	return ""
}
