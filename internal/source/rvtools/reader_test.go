package rvtools

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestCases(t *testing.T) { sourcetest.Cases(t, Format) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, Format) }

var (
	infoHeader = []any{"VM", "Powerstate", "Template", "SRM Placeholder", "Connection state", "Datacenter", "Cluster", "OS according to the configuration file",
		"OS according to the VMware Tools", "VM ID", "VI SDK Server", "Owner"}
	infoSheet = sourcetest.Sheet{Name: "vInfo", Rows: [][]any{
		infoHeader,
		{"web01", "poweredOn", false, false, "connected", "DC Berlin", "C1", "Microsoft Windows Server 2019 (64-bit)", "Microsoft Windows Server 2022 (64-bit)", "vm-11", "vcenter01.contoso.com", "web team"},
		{"old01", "poweredOff", false, false, "connected", "DC Berlin", "C1", "Red Hat Enterprise Linux 6 (64-bit)", "", "vm-12", "vcenter01.contoso.com"},
		{"web01", "suspended", "False", "False", "connected", "DC Berlin", "C1", "Debian GNU/Linux 12 (64-bit)", "", "vm-13", "vcenter01.contoso.com"},
		{"tpl-w2022", "poweredOff", true, false, "connected", "DC Berlin", "", "Microsoft Windows Server 2022 (64-bit)", "", "vm-14", "vcenter01.contoso.com"},
		{"sql01", "poweredOff", "False", "True", "connected", "DC Berlin", "C2", "", "", "vm-15", "vcenter01.contoso.com"},
		{nil, "poweredOn", false, false, "connected", "DC Berlin"},
	}}
	otherSheets = []sourcetest.Sheet{
		{Name: "vDisk", Rows: [][]any{{"VM", "Disk"}, {"web01", "Hard disk 1"}}},
		{Name: "vHost", Hidden: true, Rows: [][]any{{"Host", "Datacenter", "ESX Version", "VI SDK Server"}, {"esx01.contoso.com", "DC Berlin", "VMware ESXi 8.0.3 build-24022510", "vcenter01.contoso.com"}}},
		{Name: "vDatastore", Rows: [][]any{{"Name", "Accessible", "Type", "Object ID", "VI SDK Server"}, {"san-01", true, "VMFS", "datastore-9", "vcenter01.contoso.com"}}},
		{Name: "vCluster", Rows: [][]any{{"Name", "NumHosts", "TotalCpu", "VI SDK Server"}, {"C1", 2, 100, "vcenter01.contoso.com"}}},
		{Name: "vSource", Rows: [][]any{{"Name", "API type", "API version", "Fullname", "VI SDK Server"}, {"VMware vCenter Server", "VirtualCenter", "8.0.3.0", "VMware vCenter Server 8.0.3 build-24022515", "vcenter01.contoso.com"}}},
		{Name: "vHealth"},
	}
)

const wantBook = `resource onprem/vcenter01.contoso.com/virtual-machine/vm-11
  name=web01 type=onprem/virtual-machine line=2 seen=partial scope=DC Berlin made-up
  properties.os: "Microsoft Windows Server 2022 (64-bit)"
  properties.owner: "web team"
  properties.site: "DC Berlin"
resource onprem/vcenter01.contoso.com/virtual-machine/vm-12
  name=old01 type=onprem/virtual-machine line=3 seen=partial scope=DC Berlin made-up
  properties.os: "Red Hat Enterprise Linux 6 (64-bit)"
  properties.site: "DC Berlin"
resource onprem/vcenter01.contoso.com/virtual-machine/vm-13
  name=web01 type=onprem/virtual-machine line=4 seen=partial scope=DC Berlin made-up
  properties.os: "Debian GNU/Linux 12 (64-bit)"
  properties.site: "DC Berlin"
resource onprem/vcenter01.contoso.com/machine-template/vm-14
  name=tpl-w2022 type=onprem/machine-template line=5 seen=declared scope=DC Berlin made-up
  properties.os: "Microsoft Windows Server 2022 (64-bit)"
  properties.site: "DC Berlin"
resource onprem/DC Berlin/hypervisor-host/esx01.contoso.com
  name=esx01.contoso.com type=onprem/hypervisor-host line=2 seen=partial scope=DC Berlin made-up
  properties.os: "VMware ESXi 8.0.3 build-24022510"
  properties.site: "DC Berlin"
resource onprem/vcenter01.contoso.com/datastore/datastore-9
  name=san-01 type=onprem/datastore line=2 seen=partial scope=vcenter01.contoso.com made-up
resource onprem/vcenter01.contoso.com/hypervisor-cluster/C1
  name=C1 type=onprem/hypervisor-cluster line=2 seen=partial scope=vcenter01.contoso.com made-up
resource onprem/vcenter01.contoso.com/hypervisor-manager/vcenter01.contoso.com
  name=vcenter01.contoso.com type=onprem/hypervisor-manager line=2 seen=partial scope=vcenter01.contoso.com made-up
  properties.os: "VMware vCenter Server 8.0.3 build-24022515"
reference onprem/vcenter01.contoso.com/virtual-machine/vm-15 type=onprem/virtual-machine line=6
note skipped line=7: no name
note ignored line=0: sheet vDisk: pieces, settings or findings, not read
note read line=0: sheet vHost is hidden and was read all the same
note ignored line=0: sheet vHealth: pieces, settings or findings, not read
note read line=0: virtual machines that are not running: listed all the same, because their systems and data are still there
note read line=0: templates: images to make machines from, not machines
`

func TestWorkbook(t *testing.T) {
	text := sourcetest.Workbook(t, append([]sourcetest.Sheet{infoSheet}, otherSheets...)...)
	if got := sourcetest.Read(t, Format, text); got != wantBook {
		t.Errorf("got\n%s\nwant\n%s", got, wantBook)
	}
}

// TestOrderOfRowsAndSheets: a workbook gives the same resources in whatever
// order its rows and sheets stand.
func TestOrderOfRowsAndSheets(t *testing.T) {
	turned := sourcetest.Sheet{Name: "vInfo", Rows: slices.Clone(infoSheet.Rows)}
	slices.Reverse(turned.Rows[1:])
	sheets := append([]sourcetest.Sheet{}, otherSheets...)
	slices.Reverse(sheets)
	plain := sourcetest.Workbook(t, append([]sourcetest.Sheet{infoSheet}, otherSheets...)...)
	other := sourcetest.Workbook(t, append(sheets, turned)...)
	if got, want := ids(t, other), ids(t, plain); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func ids(t *testing.T, text []byte) []string {
	t.Helper()
	sink, err := readAll(t, text)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, r := range sink.Resources {
		list = append(list, r.Type+" "+r.ID)
	}
	slices.Sort(list)
	return list
}

func readAll(t testing.TB, text []byte) (*sourcetest.Sink, error) {
	t.Helper()
	in, err := source.NewInput(&demarc.File{Path: "in"}, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if !Format.Detect(in.Head) {
		t.Fatal("not recognised")
	}
	sink := sourcetest.NewCaseSink(t)
	return sink, Format.Read(context.Background(), in, sink)
}

func TestRefused(t *testing.T) {
	tests := []struct {
		name string
		text []byte
		want string
	}{
		{"another workbook", sourcetest.Workbook(t, sourcetest.Sheet{Name: "Budget", Rows: [][]any{{"a"}}}),
			"a workbook, but not of RVTools (no sheet vInfo, vHost, vDatastore, vCluster or vSource): it has Budget"},
		{"many sheets", sourcetest.Workbook(t, sourcetest.Sheet{Name: "a"}, sourcetest.Sheet{Name: "b"}, sourcetest.Sheet{Name: "c"}, sourcetest.Sheet{Name: "d"}, sourcetest.Sheet{Name: "e"}, sourcetest.Sheet{Name: "f"}),
			"it has a, b, c, d, e and 1 more"},
		{"a blank inventory template", sourcetest.Workbook(t, sourcetest.Sheet{Name: "Help"}, sourcetest.Sheet{Name: "Inventory", Rows: [][]any{{"Title"}, {"UNIQUE ASSET IDENTIFIER", "Location"}, {" "}}}),
			`a blank template, not an inventory: sheet "Inventory" has the headers of the FedRAMP inventory and no rows`},
		{"a filled one", sourcetest.Workbook(t, sourcetest.Sheet{Name: "Inventory", Rows: [][]any{{"UNIQUE ASSET IDENTIFIER"}, {"1"}}}),
			"a FedRAMP inventory workbook, which is not read"},
		{"a table of pieces", []byte("VM,Powerstate,Template,Disk,VI SDK Server\nweb01,poweredOn,False,Hard disk 1,vc\n"),
			"a table of RVTools that describes no resources"},
		{"cut off", sourcetest.Workbook(t, infoSheet)[:900], "a damaged workbook"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sink, err := readAll(t, tt.text)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			if len(sink.Resources) != 0 {
				t.Errorf("%d resources of a refused file", len(sink.Resources))
			}
		})
	}
}

// TestSheetWithTooManyBlankRows: what stands behind thousands of blank rows is
// not read, and that is said.
func TestSheetWithTooManyBlankRows(t *testing.T) {
	rows := append(slices.Clone(infoSheet.Rows[:2]), make([][]any, 10_001)...)
	rows = append(rows, infoSheet.Rows[2])
	sink, err := readAll(t, sourcetest.Workbook(t, sourcetest.Sheet{Name: "vInfo", Rows: rows}))
	if err != nil || len(sink.Resources) != 1 {
		t.Fatalf("%d resources, %v", len(sink.Resources), err)
	}
	if len(sink.Notes) != 1 || sink.Notes[0].Kind != demarc.NoteIncomplete || !strings.Contains(sink.Notes[0].Message, "sheet vInfo: more than 10000 blank rows") {
		t.Errorf("notes %+v", sink.Notes)
	}
}

func TestTypesAreDescribed(t *testing.T) {
	sourcetest.Described(t, templateType)
	for _, table := range tables {
		sourcetest.Described(t, table.typ)
	}
}
