package app

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

// TestRoomsAndBills: an estate of a workbook, a dump, facts, a configuration
// database and a bill of materials, from the files to the answers. Names that
// the catalogue knows decide the type; else the reader's own type stands.
func TestRoomsAndBills(t *testing.T) {
	book := sourcetest.Workbook(t, sourcetest.Sheet{Name: "vInfo", Rows: [][]any{
		{"VM", "Powerstate", "Template", "Datacenter"}, {"vm1", "poweredOn", false, "Berlin"}, {"tpl", "poweredOff", true, "Berlin"},
	}})
	estateOf(t, map[string]string{
		"rv.xlsx": string(book),
		"nb.json": `[{"model":"dcim.devicerole","pk":1,"fields":{"name":"ToR Switch"}},{"model":"dcim.devicerole","pk":2,"fields":{"name":"Oracle of Delphi"}},
{"model":"dcim.device","pk":1,"fields":{"name":"sw1","device_role":1}},{"model":"dcim.device","pk":2,"fields":{"name":"odd1","device_role":2}}]`,
		"facts/web01": `{"ansible_facts":{"ansible_hostname":"web01","ansible_system_vendor":"Hetzner","ansible_virtualization_role":"guest"}}`,
		"cmdb.csv":    "name,sys_class_name,install_status\nfw1,cmdb_ci_ip_firewall,1\nmfp1,Multifunction Printer,1\nold1,cmdb_ci_server,7\n",
		"bom.json":    `{"bomFormat":"CycloneDX","services":[{"name":"Messages","provider":{"name":"Slack"}},{"name":"Payments","provider":{"name":"Fabrikam Inc."}},{"name":"Postgres"}]}`,
	})
	a, err := Assess(context.Background(), Request{Paths: []string{"."}, Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range a.Resources {
		got = append(got, fmt.Sprintf("%s %s %v %s", r.Name, r.Type, r.Answer.Model, r.Answer.Provider))
	}
	slices.Sort(got)
	want := []string{
		"Messages saas/slack saas slack",
		"Payments other/saas-application saas fabrikam-inc.",
		"Postgres cyclonedx/service unknown ",
		"fw1 onprem/firewall on-premises customer",
		"mfp1 onprem/printer on-premises customer",
		"odd1 onprem/oracle of delphi unknown ",
		"old1 onprem/server on-premises customer",
		"sw1 onprem/network-switch on-premises customer",
		"tpl onprem/machine-template on-premises customer",
		"vm1 onprem/virtual-machine on-premises customer",
		"web01 other/iaas-machine iaas hetzner",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if a.Estate.Leaving != 1 || a.Estate.Workloads != 7 {
		t.Errorf("%d workloads, %d leaving", a.Estate.Workloads, a.Estate.Leaving)
	}
}

// TestUnreadableWorkbooks: what cannot be opened is said by what it is.
func TestUnreadableWorkbooks(t *testing.T) {
	wide := bytes.Join(bytes.Split([]byte("EncryptedPackage"), nil), []byte{0})
	estateOf(t, map[string]string{
		"locked.xlsx": "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + string(make([]byte, 600)) + string(wide),
		"letter.docx": "PK\x03\x04" + string(make([]byte, 26)) + "word/document.xml",
	})
	in := OpenInputs([]string{"."}, nil)
	sink := sourcetest.NewSink(t)
	_ = in.Read(context.Background(), sink)
	want := []string{
		"letter.docx: a zip archive or Office document, not an inventory",
		"locked.xlsx: an Office document protected by a password (save it without one), not an inventory",
	}
	var got []string
	for _, n := range sink.Notes {
		if n.Kind != demarc.NoteIgnored {
			t.Errorf("note of kind %s", n.Kind)
		}
		got = append(got, n.Place.File.Path+": "+n.Message)
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
