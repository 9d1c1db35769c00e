//go:build conformance

package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

// noInventory are the files of these folders that hold no inventory, by the
// end of their path, and what is said of them.
var noInventory = map[string]string{
	"migration-planner/inventory.json":       "totals only, not an inventory: the numbers of a migration plan (err, inventory), no machine by name",
	"ARI/FedRAMP-Inventory-Template.xlsx":    `a blank template, not an inventory: sheet "Inventory" has the headers of the FedRAMP inventory and no rows`,
	"cyclonedx/bom-examples/Case-1/vex.json": "vulnerability statements, not an inventory: a CycloneDX document without components and services",
}

// counted are the files that are read, by the end of their path, and who
// counts what they must give, as "type: number" in the order of types.
var counted = map[string]func(t *testing.T, path string) map[string]int{
	"netbox-demo-v2.11.json":                       countNetBox,
	"valid-machine-learning-1.5.json":              countModels,
	"apigateway-microservices-datastores/bom.json": countServices,
}

// TestRoomsAndBills: each file about machine rooms, AI and bills of materials
// gives what a plain look into it counts, or is refused with its reason.
func TestRoomsAndBills(t *testing.T) {
	files := slices.Concat(corpus(t, "onprem"), corpus(t, "ai"), corpus(t, "cyclonedx"))
	files = slices.DeleteFunc(files, func(path string) bool { return strings.HasPrefix(filepath.Base(path), "AD-TestResults") }) // TestMaesterResults counts it
	if len(files) != len(noInventory)+len(counted) {
		t.Errorf("%d files in the corpus, %d are expected", len(files), len(noInventory)+len(counted))
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			slashed := filepath.ToSlash(path)
			for end, message := range noInventory {
				if strings.HasSuffix(slashed, end) {
					isRefused(t, path, message)
					return
				}
			}
			for end, count := range counted {
				if strings.HasSuffix(slashed, end) {
					gives(t, path, count(t, path))
					return
				}
			}
			t.Error("nobody says what this file must give")
		})
	}
}

// gives reads a file and wants so many of each kind. Notes stand for records
// that became nothing else.
func gives(t *testing.T, path string, want map[string]int) {
	t.Helper()
	in := app.OpenInputs([]string{path}, nil)
	sink := sourcetest.NewSink(t)
	if err := in.Read(context.Background(), sink); err != nil {
		t.Fatal(err)
	}
	got := map[string]int{"scopes": len(sink.Scopes), "references": len(sink.References)}
	ids := map[string]bool{}
	for _, r := range sink.Resources {
		got[r.Type]++
		ids[demarc.Fold(r.ID)] = true
		if r.Name == "" || r.Place.Line == 0 {
			t.Errorf("%s: %+v", r.Place, r.Resource)
		}
	}
	for _, n := range sink.Notes {
		got["noted"] += n.Count
	}
	if len(ids) != len(sink.Resources) {
		t.Errorf("%d ids of %d resources", len(ids), len(sink.Resources))
	}
	maps.DeleteFunc(got, func(_ string, n int) bool { return n == 0 })
	maps.DeleteFunc(want, func(_ string, n int) bool { return n == 0 })
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s gives %v, want %v", path, got, want)
	}
}

// countNetBox counts the records of a dump of NetBox.
func countNetBox(t *testing.T, path string) map[string]int {
	var records []struct {
		Model  string
		Pk     int
		Fields struct {
			Name       string
			Role       int `json:"device_role"`
			Cluster    int
			Type       any
			VMRole     int `json:"role"`
			Provider   any
			DeviceType any `json:"device_type"`
		}
	}
	if err := json.Unmarshal(contents(t, path), &records); err != nil {
		t.Fatal(err)
	}
	names := map[string]map[int]string{}
	clusters := map[int]int{}
	for _, r := range records {
		if names[r.Model] == nil {
			names[r.Model] = map[int]string{}
		}
		names[r.Model][r.Pk] = r.Fields.Name
		if kind, ok := r.Fields.Type.(float64); ok && r.Model == "virtualization.cluster" {
			clusters[r.Pk] = int(kind)
		}
	}
	types := map[string]string{ // of machines by the type of cluster, of devices by role
		"DigitalOcean": "digitalocean/droplet", "Google Cloud": "google/compute-engine-instance", "VMware": "onprem/virtual-machine",
		"Router": "onprem/router", "PDU": "onprem/power-distribution", "Patch Panel": "onprem/patch-panel",
		"Access Switch": "onprem/network-switch", "Core Switch": "onprem/network-switch", "Distribution Switch": "onprem/network-switch",
	}
	want := map[string]int{}
	for _, r := range records {
		switch r.Model {
		case "virtualization.virtualmachine":
			want[types[names["virtualization.clustertype"][clusters[r.Fields.Cluster]]]]++
		case "dcim.device":
			want[types[names["dcim.devicerole"][r.Fields.Role]]]++
		case "dcim.rack":
			want["onprem/rack"]++
		case "circuits.circuit":
			want["onprem/circuit"]++
		case "dcim.site", "virtualization.cluster": // all clusters of the demo are regions of providers
			want["scopes"]++
		case "circuits.provider":
			want["references"]++
		default:
			want["noted"]++
		}
	}
	return want
}

// countModels counts the models of a bill of materials and their datasets.
func countModels(t *testing.T, path string) map[string]int {
	want := map[string]int{}
	walk(document(t, path), func(o map[string]any) {
		switch {
		case o["type"] == "machine-learning-model":
			want["other/ai-model"]++
		case o["type"] == "dataset":
			want["other/ai-dataset"]++
		}
	})
	return want
}

// countServices counts the services of a bill of materials by whether a
// provider is named. What it is a bill of is one more component.
func countServices(t *testing.T, path string) map[string]int {
	want := map[string]int{"noted": 1}
	walk(document(t, path), func(o map[string]any) {
		if o["endpoints"] == nil {
			return
		}
		if o["provider"] != nil {
			want["other/saas-application"]++
		} else {
			want["cyclonedx/service"]++
		}
	})
	return want
}

func document(t *testing.T, path string) any {
	t.Helper()
	var doc any
	if err := json.Unmarshal(contents(t, path), &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// walk visits every object of a document.
func walk(doc any, visit func(map[string]any)) {
	switch x := doc.(type) {
	case map[string]any:
		visit(x)
		for _, v := range x {
			walk(v, visit)
		}
	case []any:
		for _, v := range x {
			walk(v, visit)
		}
	}
}
