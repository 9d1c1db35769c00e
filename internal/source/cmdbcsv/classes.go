package cmdbcsv

import (
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/clouds"
)

// The types that more than one class leads to.
const (
	serverType   = "onprem/server"
	machineType  = "onprem/virtual-machine"
	hostType     = "onprem/hypervisor-host"
	databaseType = "onprem/database-server"
	webType      = "onprem/web-server"
	appType      = "onprem/application"
	storageType  = "onprem/storage-array"
	// openType is a machine of some provider or of one's own hypervisor: the
	// class does not say which.
	openType = "cmdb/vm-instance"
)

// classes are the types of classes of configuration items, by their table name
// without cmdb_ci_ and by their label, folded.
var classes = map[string]string{
	"server": serverType, "computerserver": serverType, "winserver": serverType, "windowsserver": serverType, "linuxserver": serverType,
	"unixserver": serverType, "aixserver": serverType, "solarisserver": serverType, "hpuxserver": serverType, "physicalserver": serverType,
	"esxserver": hostType, "hypervserver": hostType, "kvm": hostType, "xenserver": hostType, "virtualizationserver": hostType,
	"vmwareinstance": machineType, "vmwarevirtualmachineinstance": machineType, "hypervinstance": machineType, "hypervvirtualmachineinstance": machineType,
	"virtualmachine": machineType, "vminstance": openType, "virtualmachineinstance": openType, "cloudvminstance": openType,
	"vmwaretemplate": "onprem/machine-template", "vmwarevirtualmachinetemplate": "onprem/machine-template",
	"vcenter": "onprem/hypervisor-manager", "vmwarevcenterinstance": "onprem/hypervisor-manager",
	"vcentercluster": "onprem/hypervisor-cluster", "vmwarevcentercluster": "onprem/hypervisor-cluster",
	"vcenterdatastore": "onprem/datastore", "vmwarevcenterdatastore": "onprem/datastore",
	"computer": "onprem/workstation", "pchardware": "onprem/workstation", "personalcomputer": "onprem/workstation", "workstation": "onprem/workstation",
	"handheldcomputing": "onprem/mobile-device", "mobiledevice": "onprem/mobile-device",
	"ipswitch": "onprem/network-switch", "iprouter": "onprem/router", "ipfirewall": "onprem/firewall", "firewallnetwork": "onprem/firewall",
	"lb": "onprem/load-balancer", "lbbigip": "onprem/load-balancer", "f5bigip": "onprem/load-balancer", "lbnetscaler": "onprem/load-balancer",
	"wapnetwork": "onprem/wireless-access-point", "wirelessaccesspoint": "onprem/wireless-access-point", "vpn": "onprem/vpn-gateway",
	"storageserver": storageType, "storagedevice": storageType, "msd": storageType, "massstoragedevice": storageType, "san": storageType,
	"nasserver": "onprem/nas", "diskarray": storageType,
	"database": databaseType, "dbinstance": databaseType, "dbmssqlinstance": databaseType, "mssqlinstance": databaseType,
	"msftsqlinstance": databaseType, "dborainstance": databaseType, "oracleinstance": databaseType, "dbmysqlinstance": databaseType,
	"mysqlinstance": databaseType, "dbpostgresqlinstance": databaseType, "postgresqlinstance": databaseType, "dbdb2instance": databaseType,
	"webserver": webType, "microsoftiiswebserver": webType, "apachewebserver": webType, "nginxwebserver": webType, "tomcat": webType,
	"appl": appType, "application": appType, "businessapp": appType, "businessapplication": appType, "appserver": appType,
	"applicationserver": appType, "appserverjava": appType, "applicationsoftware": appType,
	"emailserver": serverType, "ftpserver": serverType, "printserver": "onprem/print-server", "fileserver": "onprem/file-server",
	"activedirectorydomaincontroller": "onprem/domain-controller", "domaincontroller": "onprem/domain-controller", "addomaincontroller": "onprem/domain-controller",
	"kubernetesnode": "onprem/kubernetes-node", "kubernetescluster": "onprem/kubernetes-node", "dockerengine": "onprem/container-host",
	"printer": "onprem/printer", "ups": "onprem/ups", "pdu": "onprem/power-distribution", "rack": "onprem/rack", "datacenter": "onprem/site",
	"mainframehardware": "onprem/mainframe", "mainframe": "onprem/mainframe", "circuit": "onprem/circuit", "hsm": "onprem/hsm",
	"disk": "onprem/disk", "networkadapter": "onprem/network-interface",
}

// kind is what a row was translated to.
type kind struct {
	typ     string
	display string // when the class is no known one
	party   string // the provider, where the type does not say so
}

// machines are the types that a provider may rent out.
var machines = map[string]bool{serverType: true, machineType: true, openType: true}

// kindOf translates the class of a row. A machine in a location that is called
// after a provider is that provider's.
func kindOf(class, location string, virtual bool) kind {
	folded := strings.TrimPrefix(source.FoldHeader(class), "cmdbci")
	k := kind{typ: classes[folded]}
	if k.typ == "" {
		k.display = "onprem/" + strings.Join(clouds.Words(strings.TrimPrefix(strings.TrimPrefix(demarc.Fold(class), "u_"), "cmdb_ci_")), " ")
	}
	if k.typ == serverType && virtual {
		k.typ = machineType
	}
	if c, ok := clouds.Of(location); ok && machines[k.typ] {
		k.typ, k.party = c.Type, c.Party
	}
	return k
}

// standingOf reads a status, as its label or as the number that ServiceNow
// keeps in install_status.
func standingOf(status string, numbered bool) (demarc.Seen, demarc.Standing) {
	const onOrder, pendingInstall, retired, stolen, absent = "2", "4", "7", "8", "100"
	folded := source.FoldHeader(status)
	if !numbered && strings.Trim(folded, "0123456789") == "" {
		folded = ""
	}
	switch folded {
	case onOrder, pendingInstall, "onorder", "pendinginstall", "planned", "plan", "design", "build", "requested":
		return demarc.SeenDeclared, demarc.Conditional
	case retired, stolen, absent, "retired", "stolen", "absent", "disposed", "decommissioned", "decommissioning", "endoflife", "missing":
		return demarc.SeenPartial, demarc.Leaving
	}
	return demarc.SeenPartial, demarc.There
}
