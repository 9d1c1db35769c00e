package rvtools

import (
	"slices"

	"github.com/demarc-dev/demarc/internal/source"
)

// table says how one sheet of RVTools is read: what its rows are, and which
// columns, folded, tell who they are.
type table struct {
	sheet string   // folded
	typ   string   // of its rows
	kind  string   // in made-up ids
	name  string   // the column of the name
	ids   []string // columns of an id that the management server gave, the best first
	marks []string // columns by which the CSV of the sheet is recognised
}

// The kinds of things in vSphere.
const (
	machineType   = "onprem/virtual-machine"
	templateType  = "onprem/machine-template"
	hostType      = "onprem/hypervisor-host"
	datastoreType = "onprem/datastore"
	clusterType   = "onprem/hypervisor-cluster"
	managerType   = "onprem/hypervisor-manager"
)

// machines is the sheet of virtual machines, whose rows are told apart further.
var machines = table{
	sheet: "vinfo", typ: machineType, kind: "virtual-machine", name: "vm", ids: []string{"vmid", "vmuuid"},
	marks: []string{"vm", "powerstate", "connectionstate"},
}

// managers is the sheet of what RVTools was connected to.
var managers = table{sheet: "vsource", typ: managerType, kind: "hypervisor-manager", name: "visdkserver", marks: []string{"apitype", "apiversion"}}

var tables = []table{
	machines,
	{sheet: "vhost", typ: hostType, kind: "hypervisor-host", name: "host", ids: []string{"objectid", "uuid"}, marks: []string{"host", "esxversion"}},
	{sheet: "vdatastore", typ: datastoreType, kind: "datastore", name: "name", ids: []string{"objectid"}, marks: []string{"name", "accessible", "type"}},
	{sheet: "vcluster", typ: clusterType, kind: "hypervisor-cluster", name: "name", ids: []string{"objectid"}, marks: []string{"name", "numhosts", "totalcpu"}},
	managers,
}

// server is the column that every table of RVTools has.
const server = "visdkserver"

// paths are the columns that become values, the best first.
var paths = []struct {
	path    string
	columns []string
}{
	{"properties.os", []string{"osaccordingtothevmwaretools", "osaccordingtotheconfigurationfile", "esxversion", "fullname"}},
	{"properties.site", []string{"datacenter"}},
	{"properties.owner", []string{"owner"}},
	{"properties.powerState", []string{"powerstate"}},
}

// sheetNamed finds the table of a sheet by its name.
func sheetNamed(name string) (table, bool) {
	i := slices.IndexFunc(tables, func(t table) bool {
		return t.sheet == source.FoldHeader(name) || "tab"+t.sheet == source.FoldHeader(name)
	})
	if i < 0 {
		return table{}, false
	}
	return tables[i], true
}

// tableOf finds the table of a header. Other sheets name machines and hosts
// too; only those of this list describe them.
func tableOf(header []string) (table, bool) {
	folded := make([]string, len(header))
	for i, column := range header {
		folded[i] = source.FoldHeader(column)
	}
	has := func(column string) bool { return slices.Contains(folded, column) }
	for _, t := range tables {
		if !slices.ContainsFunc(t.marks, func(column string) bool { return !has(column) }) {
			return t, true
		}
	}
	return table{}, false
}
