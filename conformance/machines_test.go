//go:build conformance

package conformance

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

// byCheck counts evidence by check, outcome and severity.
func byCheck(sink *sourcetest.Sink) map[string]int {
	counts := map[string]int{}
	for i := range sink.Evidences {
		e := &sink.Evidences[i]
		counts[fmt.Sprintf("%s:%s %v %v", e.Tool, e.Check, e.Outcome, e.Severity)]++
	}
	return counts
}

// TestEndpointVulnerabilities: the answer of Defender for Endpoint gives a
// finding for each of its rows, of the check that its own columns tell, and
// says that its next page is not there.
func TestEndpointVulnerabilities(t *testing.T) {
	path := shared("corpus", "defender/django-DefectDojo/report_many_vulns.json")
	var page struct {
		Value []struct {
			MachineID  string `json:"machineId"`
			Severity   string
			FixingKBID *string `json:"fixingKbId"`
		}
		Next string `json:"@odata.nextLink"`
	}
	if err := json.Unmarshal(contents(t, path), &page); err != nil {
		t.Fatal(err)
	}
	want, machines := map[string]int{}, map[string]bool{}
	for _, row := range page.Value {
		check := "vulnerabilities"
		if row.FixingKBID != nil {
			check = "patches"
		}
		want[fmt.Sprintf("defender-for-endpoint:%s fail %s", check, strings.ToLower(row.Severity))]++
		machines[row.MachineID] = true
	}
	sink := readOne(t, path, "defender-for-endpoint")
	if got := byCheck(sink); !maps.Equal(got, want) || len(got) == 0 {
		t.Errorf("got %v, the query counts %v", got, want)
	}
	for i := range sink.Evidences {
		e := &sink.Evidences[i]
		if !machines[e.Subject.Name] || e.Title == "" || e.Place.Line == 0 || !e.Observed.IsZero() {
			t.Errorf("%+v", e)
		}
	}
	if page.Next != "" && (len(sink.Missing) != 1 || sink.Missing[0].Read != len(page.Value)) {
		t.Errorf("a next page is announced: %+v", sink.Missing)
	}
}

// TestRoomsAsEvidence: each filled cell of the example's inventory that asks
// something of a machine is a piece of evidence about it, and no blank is.
func TestRoomsAsEvidence(t *testing.T) {
	path := filepath.Join("..", "examples", "contoso", "onprem", "servers.csv")
	r := csv.NewReader(strings.NewReader(string(contents(t, path))))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	columns := map[string]int{}
	for i, name := range rows[0] {
		columns[name] = i
	}
	want := map[string]int{}
	for _, row := range rows[1:] {
		cell := func(name string) bool { return row[columns[name]] != "" }
		supported := "hardware-supported"
		if cell("OS") {
			supported = "os-supported"
		}
		for name, check := range map[string]string{
			"last patch": "patches", "last backup": "backup", "last restore test": "restore-tested", "monitored by": "network-monitoring", "vendor support end": supported,
			"antimalware": "antimalware", "hardware support end": "hardware-supported", "network monitoring": "network-monitoring",
		} {
			if cell(name) {
				want[check]++
			}
		}
	}
	sink := readOne(t, path, "onprem-csv")
	got := map[string]int{}
	for i := range sink.Evidences {
		e := &sink.Evidences[i]
		got[e.Check]++
		if e.Title == "monitored by" && e.Strength != demarc.Claim {
			t.Errorf("who is said to watch does not show that anybody does: %+v", e)
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, the query counts %v", got, want)
	}
	if len(sink.Resources) != len(rows)-1 {
		t.Errorf("%d resources of %d rows", len(sink.Resources), len(rows)-1)
	}
}
