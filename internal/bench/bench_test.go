package bench_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/bench"
	"github.com/demarc-dev/demarc/internal/json"
)

const rows = 5000

func export(t *testing.T, seed uint64, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := bench.Write(&b, bench.Export{Seed: seed, Rows: n}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWriteIsDeterministic(t *testing.T) {
	if !bytes.Equal(export(t, 1, rows), export(t, 1, rows)) {
		t.Error("two exports of one seed differ")
	}
	if bytes.Equal(export(t, 1, rows), export(t, 2, rows)) {
		t.Error("the seed changes nothing")
	}
}

func TestWriteSize(t *testing.T) {
	mean := float64(len(export(t, 1, rows))) / rows
	if mean < 700 || mean > 900 {
		t.Errorf("%.0f bytes a resource, want about 800", mean)
	}
}

type row struct {
	ID            string `json:"id"`
	Name          string `json:"name"`
	Type          string `json:"type"`
	Location      string `json:"location"`
	ResourceGroup string `json:"resourceGroup"`
	Subscription  string `json:"subscriptionId"`
	ManagedBy     string `json:"managedBy"`

	Tenant   string     `json:"tenantId"`
	Kind     string     `json:"kind"`
	SKU      json.Value `json:"sku"`
	Plan     json.Value `json:"plan"`
	Values   json.Value `json:"properties"`
	Tags     json.Value `json:"tags"`
	Identity json.Value `json:"identity"`
	Zones    json.Value `json:"zones"`
	Extended json.Value `json:"extendedLocation"`
}

func read(t *testing.T, b []byte) []row {
	t.Helper()
	var answer struct {
		TotalRecords    int      `json:"totalRecords"`
		Count           int      `json:"count"`
		ResultTruncated string   `json:"resultTruncated"`
		Facets          []string `json:"facets"`
		Data            []row    `json:"data"`
	}
	if err := json.Unmarshal(b, &answer); err != nil {
		t.Fatal(err)
	}
	if answer.TotalRecords != len(answer.Data) || answer.Count != len(answer.Data) {
		t.Fatalf("the export says %d of %d rows and holds %d", answer.Count, answer.TotalRecords, len(answer.Data))
	}
	return answer.Data
}

func TestWriteRows(t *testing.T) {
	data := read(t, export(t, 1, rows))
	if len(data) != rows {
		t.Fatalf("%d rows, want %d", len(data), rows)
	}
	ids, types, subscriptions, attached := map[string]bool{}, map[string]int{}, map[string]bool{}, 0
	for _, r := range data {
		ids[strings.ToLower(r.ID)] = true
		types[r.Type]++
		subscriptions[r.Subscription] = true
	}
	for _, r := range data {
		if !strings.HasSuffix(r.ID, "/"+r.Name) || !strings.Contains(strings.ToLower(r.ID), "/resourcegroups/"+r.ResourceGroup+"/") || r.Location == "" {
			t.Errorf("the columns of %s do not agree: name %q, group %q, location %q", r.ID, r.Name, r.ResourceGroup, r.Location)
		}
		if r.Type == "microsoft.compute/disks" && ids[strings.ToLower(r.ManagedBy)] {
			attached++
		}
	}
	if len(ids) != rows {
		t.Errorf("%d different ids in %d rows", len(ids), rows)
	}
	if len(types) < 30 || types["microsoft.compute/virtualmachines"] == 0 || types["microsoft.containerservice/managedclusters"] == 0 {
		t.Errorf("%d types: %v", len(types), types)
	}
	if len(subscriptions) < 2 {
		t.Errorf("%d subscriptions", len(subscriptions))
	}
	if disks := types["microsoft.compute/disks"]; attached < disks*8/10 || attached == disks {
		t.Errorf("%d of %d disks are attached to a machine of the export", attached, disks)
	}
}

func TestWriteIsShuffled(t *testing.T) {
	neighbours := 0
	data := read(t, export(t, 1, rows))
	for i := 1; i < len(data); i++ {
		if data[i].ResourceGroup == data[i-1].ResourceGroup {
			neighbours++
		}
	}
	if neighbours > rows/10 {
		t.Errorf("%d of %d rows stand beside one of their group", neighbours, rows)
	}
}

func TestWriteKnowsItsVariables(t *testing.T) {
	if i := bytes.IndexByte(export(t, 1, rows), '$'); i >= 0 {
		t.Error("a variable of a template stands for nothing")
	}
}

func TestWriteSaysWhatFailed(t *testing.T) {
	full := errors.New("disk full")
	err := bench.Write(writer(func([]byte) (int, error) { return 0, full }), bench.Export{Rows: 1})
	if !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(b []byte) (int, error) { return w(b) }
