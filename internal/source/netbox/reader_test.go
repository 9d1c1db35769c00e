package netbox

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestCases(t *testing.T) { sourcetest.Cases(t, Format) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, Format) }

func TestTypesAreDescribed(t *testing.T) {
	sourcetest.Described(t, rackType, clusterType, circuitType, machineType, hostType, serverType)
	for _, k := range kinds {
		sourcetest.Described(t, k.typ)
	}
}

func TestDeviceType(t *testing.T) {
	for role, want := range map[string]string{
		"Access Switch": "onprem/network-switch", "tor_switches": "onprem/network-switch", "Core Router": "onprem/router",
		"PDU": "onprem/power-distribution", "Patch Panel": "onprem/patch-panel", "Application Server": serverType,
		"Database Server": "onprem/database-server", "ESXi Host": hostType, "Firewall (HA)": "onprem/firewall",
		"Storage": "onprem/storage-array", "Groups": "", "": "", "Nasal": "",
	} {
		if got := deviceType(named{name: role}); got != want {
			t.Errorf("%q is %q, want %q", role, got, want)
		}
	}
}

func TestEndpointOf(t *testing.T) {
	for url, want := range map[string]string{
		"https://netbox.contoso.com/api/dcim/devices/7/":              devices,
		"http://10.0.0.1/netbox/api/dcim/sites/?limit=50&offset=50":   sites,
		"/api/virtualization/virtual-machines/?x=/api/dcim/devices/1": machines,
		"https://netbox.contoso.com/dcim/devices/7/":                  "", "https://x/api/dcim": "", "https://x/api//devices": "", "": "",
		`https://x/api/dcim/devices";rm`: "", "https://x/api/dcim/$(id)/": "",
	} {
		if got := endpointOf(url); got != want {
			t.Errorf("%q is of %q, want %q", url, got, want)
		}
	}
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

// TestOrderOfRecords: records point to others before and behind them, and a
// large dump is decoded by several goroutines.
func TestOrderOfRecords(t *testing.T) {
	records := []string{
		`{"model":"virtualization.clustertype","pk":1,"fields":{"name":"Amazon Web Services","slug":"aws"}}`,
		`{"model":"virtualization.cluster","pk":2,"fields":{"name":"eu-west-1","type":1}}`,
		`{"model":"dcim.site","pk":3,"fields":{"name":"Berlin"}}`,
		`{"model":"dcim.devicerole","pk":4,"fields":{"name":"Router","slug":"router"}}`,
	}
	for i := range 3000 {
		records = append(records, fmt.Sprintf(`{"model":"virtualization.virtualmachine","pk":%d,"fields":{"name":"vm%d","cluster":2,"comments":%q}}`, i, i, strings.Repeat("x", 200)))
		records = append(records, fmt.Sprintf(`{"model":"dcim.device","pk":%d,"fields":{"name":"r%d","site":3,"role":4,"comments":%q}}`, i, i, strings.Repeat("x", 200)))
	}
	want := ""
	for _, reverse := range []bool{false, true} {
		if reverse {
			slices.Reverse(records)
		}
		sink, err := readAll(t, []byte("["+strings.Join(records, ",\n")+"]"))
		if err != nil {
			t.Fatal(err)
		}
		tally := map[string]int{}
		for _, r := range sink.Resources {
			tally[r.Type+r.DisplayType+" in "+r.ScopeID]++
		}
		got := fmt.Sprint(tally, len(sink.Scopes), len(sink.Notes))
		if want == "" {
			want = "map[aws/ec2-instance in eu-west-1:3000 onprem/routeronprem/router in Berlin:3000] 2 2"
		}
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestBrokenFile: a dump that ends too early is incomplete, wherever it ends.
func TestBrokenFile(t *testing.T) {
	const site = `[{"model":"dcim.site","pk":1,"fields":{"name":"Berlin"}}`
	for text, want := range map[string]string{
		site + `,`: "the file breaks off near row 1", site + `,{"model":"dc`: "the file breaks off near row 2", site + "]": "",
	} {
		sink, err := readAll(t, []byte(text))
		got := ""
		for _, i := range sink.Missing {
			got += i.Message
		}
		if err != nil || len(sink.Scopes) != 1 || got != want {
			t.Errorf("%s: %d scopes, incomplete %q, %v", text, len(sink.Scopes), got, err)
		}
	}
}

// TestManyKinds: kinds without number do not fill the notes.
func TestManyKinds(t *testing.T) {
	var text strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&text, `{"model":"dcim.kind%d","pk":1,"fields":{}}`+"\n", i)
	}
	sink, err := readAll(t, []byte(text.String()))
	n := 0
	for _, note := range sink.Notes {
		n += note.Count
	}
	if err != nil || len(sink.Notes) > 1000 || n != 5000 {
		t.Errorf("%d notes for %d records, %v", len(sink.Notes), n, err)
	}
}

func TestRefusesOtherDumps(t *testing.T) {
	for _, text := range []string{
		`[{"model":"auth.user","pk":1,"fields":{"username":"x"}},{"model":"blog.post","pk":1,"fields":{}}]`,
		`{"count":1,"next":null,"previous":null,"results":[{"id":1,"url":"https://x/api/shop/orders/1/"}]}`,
	} {
		sink, err := readAll(t, []byte(text))
		if err == nil || err.Error() != "records of a Django application, but none of NetBox (dcim, virtualization, circuits)" || len(sink.Resources) != 0 {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// TestSecretsAreNotKept: nothing of a record but its names and kinds leaves
// the reader.
func TestSecretsAreNotKept(t *testing.T) {
	sink, err := readAll(t, []byte(`[{"model":"dcim.device","pk":1,"fields":{"name":"r1","local_context_data":{"password":"hunter2"},"custom_field_data":{"key":"hunter2"}}},
{"model":"users.token","pk":1,"fields":{"key":"hunter2"}}]`))
	if err != nil {
		t.Fatal(err)
	}
	if all := fmt.Sprintf("%+v %+v", sink.Resources, sink.Notes); strings.Contains(all, "hunter2") {
		t.Errorf("a secret in %s", all)
	}
}
