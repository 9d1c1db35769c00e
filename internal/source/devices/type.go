package devices

import (
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
)

// The types that the reader gives.
const (
	workstation = "onprem/workstation"
	mobile      = "onprem/mobile-device"
	server      = "onprem/server"
	printer     = "onprem/printer"
	iot         = "onprem/iot-device"
	cloudPC     = "m365/windows-365"
	record      = "entra/device"
)

// profiles are what the directory says of records that are no client devices.
// A virtual machine in Azure that people sign in to with the directory is
// listed there too; it is a resource of Azure.
// See https://learn.microsoft.com/graph/api/resources/device
var profiles = map[string]string{"printer": printer, "iot": iot, "securevm": record}

// systems are operating systems and what runs them, by how they begin.
var systems = []struct{ prefix, typ string }{
	{"windows server", server},
	{"windows phone", mobile},
	{"windowsphone", mobile},
	{"ios", mobile},
	{"ipad", mobile},
	{"iphone", mobile},
	{"android", mobile},
	{"windows", workstation},
	{"macos", workstation},
	{"mac os", workstation},
	{"macmdm", workstation},
	{"linux", workstation},
	{"chrome", workstation},
}

// typeOf tells what a device is. One whose system nobody knows is taken for
// the record that the directory keeps of it, and for no computer.
func typeOf(r *graphrow.Row) string {
	if strings.HasPrefix(r.Text("model"), "Cloud PC") {
		return cloudPC
	}
	if typ, ok := profiles[demarc.Fold(r.Text("profiletype"))]; ok {
		return typ
	}
	system := demarc.Fold(r.Text("operatingsystem", "os"))
	i := slices.IndexFunc(systems, func(s struct{ prefix, typ string }) bool { return strings.HasPrefix(system, s.prefix) })
	if i < 0 {
		return record
	}
	return systems[i].typ
}
