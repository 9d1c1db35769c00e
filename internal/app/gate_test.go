package app

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/demarc-dev/demarc/internal/report"
)

const (
	gateGroup = "/subscriptions/3b0c9a74-58d1-4e62-8f2a-71c4e6d0b915/resourceGroups/rg"
	gateDisk  = gateGroup + "/providers/Microsoft.Compute/disks/disk"
	gateVM    = gateGroup + "/providers/Microsoft.Compute/virtualMachines/vm"
	gateStore = gateGroup + "/providers/Microsoft.Storage/storageAccounts/st"
)

// gateFiles are what the changes of the tests are made of.
var gateFiles = map[string]string{
	"estate/rows.json": `[
{"id":"` + gateVM + `","name":"vm","type":"microsoft.compute/virtualmachines","properties":{}},
{"id":"` + gateDisk + `","name":"disk","type":"microsoft.compute/disks","managedBy":"` + gateVM + `","properties":{}},
{"id":"` + gateStore + `","name":"st","type":"microsoft.storage/storageaccounts","properties":{}}]`,
	"estate/defender.json": `{"count":2,"data":[
{"id":"` + gateStore + `/providers/Microsoft.Security/assessments/1c5de8e1-f68d-6a17-e0d2-ec259c42768c","name":"1c5de8e1-f68d-6a17-e0d2-ec259c42768c","type":"microsoft.security/assessments",
 "properties":{"displayName":"Secure transfer","status":{"code":"Unhealthy"}}}]}`,
	"estate/demarc.yaml": "name: Contoso\nasOf: 2026-10-31\n",
	"whatif.json": `{"status":"Succeeded","changes":[
{"resourceId":"` + gateStore + `","changeType":"Modify","before":{"id":"` + gateStore + `","name":"st","type":"Microsoft.Storage/storageAccounts"},"after":{"id":"` + gateStore + `","name":"st","type":"Microsoft.Storage/storageAccounts"}},
{"resourceId":"` + gateVM + `","changeType":"NoChange","before":{"id":"` + gateVM + `","name":"vm","type":"Microsoft.Compute/virtualMachines"},"after":{"id":"` + gateVM + `","name":"vm","type":"Microsoft.Compute/virtualMachines"}}]}`,
	"delete.json": `{"status":"Succeeded","changes":[{"resourceId":"` + gateStore + `","changeType":"Delete","before":{"id":"` + gateStore + `","name":"st","type":"Microsoft.Storage/storageAccounts"}}]}`,
	"disk.json":   `{"status":"Succeeded","changes":[{"resourceId":"` + gateDisk + `","changeType":"Modify","after":{"id":"` + gateDisk + `","name":"disk","type":"Microsoft.Compute/disks","managedBy":"` + gateVM + `"}}]}`,
	"template.json": `{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0","parameters":{"name":{"type":"string"},"more":{"type":"bool"}},"resources":[
{"type":"Microsoft.Storage/storageAccounts","apiVersion":"2023-05-01","name":"[parameters('name')]","location":"westeurope"},
{"condition":"[parameters('more')]","type":"Microsoft.Storage/storageAccounts","apiVersion":"2023-05-01","name":"stmore","location":"westeurope"}]}`,
	"template.parameters.json": `{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#","contentVersion":"1.0.0.0","parameters":{"name":{"value":"st"}}}`,
}

// gateOf runs a gate over the files; the words of its paths are names of them.
func gateOf(t *testing.T, change, estate string, more func(*GateRequest)) (*report.Gate, error) {
	t.Helper()
	for name, text := range gateFiles {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	q := GateRequest{Request: Request{Paths: strings.Fields(change), Checks: Checks{NotOwn: true}, Today: time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC)}, Estate: strings.Fields(estate), FailOn: FailOn[0]}
	if more != nil {
		more(&q)
	}
	return Gate(context.Background(), q)
}

func TestGateCounts(t *testing.T) {
	t.Chdir(t.TempDir())
	inGroup := func(q *GateRequest) { q.Scope = gateGroup }
	for _, tt := range []struct {
		name, change, estate string
		more                 func(*GateRequest)
		check                func(*report.Gate) bool
	}{
		{"what was unmet stays unmet", "whatif.json", "estate", nil, func(g *report.Gate) bool {
			return g.Compared && g.Passed && g.Counts.StillUnmet == 1 && g.Counts.New == 0 && g.Change.Updated == 1 && g.Change.Created+g.Change.Deleted == 0
		}},
		{"unmet holds back when asked", "whatif.json", "estate", func(q *GateRequest) { q.FailOn = "unmet" }, func(g *report.Gate) bool {
			return !g.Passed && strings.Join(g.Reasons, ";") == "1 still unmet"
		}},
		{"a what-if tells what it finds", "whatif.json", "", nil, func(g *report.Gate) bool {
			return g.Compared && g.Counts.New == 0 && g.Counts.Responsibilities > 0 && g.Change.Updated == 1
		}},
		{"what is deleted ends", "delete.json", "estate", nil, func(g *report.Gate) bool {
			return g.Change.Deleted == 1 && g.Counts.Ended > 5 && g.Counts.Responsibilities == 0
		}},
		{"a part touches its machine", "disk.json", "estate", nil, func(g *report.Gate) bool {
			return g.Change.Updated == 1 && g.Counts.Responsibilities > 10 && g.Counts.New == 0
		}},
		{"a template alone is new", "template.json template.parameters.json", "", nil, func(g *report.Gate) bool {
			return !g.Compared && g.Change.Created == 1 && g.Change.Conditional == 1 && g.Counts.New > 5 && g.Counts.New == g.Counts.Responsibilities
		}},
		{"a template in a place that nobody names", "template.json", "estate", nil, func(g *report.Gate) bool {
			return g.Change.Created == 1 && strings.Contains(strings.Join(g.Notes, " "), "--scope")
		}},
		{"a template over the estate", "template.json", "estate", inGroup, func(g *report.Gate) bool {
			return g.Change.Updated == 1 && g.Counts.StillUnmet == 1 && g.Counts.New == 0 && len(g.Notes) == 0
		}},
		{"without any change", "estate/demarc.yaml estate/defender.json", "estate/rows.json", nil, func(g *report.Gate) bool {
			return g.Passed && g.Counts == report.GateCounts{} && g.Touches() == "The change touches no resource"
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g, err := gateOf(t, tt.change, tt.estate, tt.more)
			if err != nil {
				t.Fatal(err)
			}
			if !tt.check(g) {
				t.Errorf("got %+v, %+v, passed %v, compared %v, %q, %q", g.Counts, g.Change, g.Passed, g.Compared, g.Reasons, g.Notes)
			}
		})
	}
}

func TestGateRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, more := range map[string]func(*GateRequest){
		"unknown --fail-on":                 func(q *GateRequest) { q.FailOn = "all" },
		"is not the id of a":                func(q *GateRequest) { q.Scope = gateVM },
		"does not read standard input":      func(q *GateRequest) { q.Estate = []string{"-"} },
		"read the estate: nothing could be": func(q *GateRequest) { q.Estate = []string{"nowhere"} },
		"nothing could be read":             func(q *GateRequest) { q.Paths = []string{"nowhere.json"} },
	} {
		if _, err := gateOf(t, "whatif.json", "", more); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("want %q, got %v", name, err)
		}
	}
}

// TestGateIsTheSame: the same change gives the same bytes again.
func TestGateIsTheSame(t *testing.T) {
	t.Chdir(t.TempDir())
	var first []byte
	for range 3 {
		g, err := gateOf(t, "whatif.json template.json", "estate", nil)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := WriteGate(&b, "json", g, report.Options{}); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = b.Bytes()
		} else if !bytes.Equal(first, b.Bytes()) {
			t.Fatal("another run wrote other bytes")
		}
	}
}

func TestGateContract(t *testing.T) {
	schema := gateSchema(t)
	sample, err := os.ReadFile("../report/testdata/gate.json")
	if err != nil {
		t.Fatal(err)
	}
	fits := func(raw []byte) error {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		return schema.Validate(doc)
	}
	if err := fits(sample); err != nil {
		t.Errorf("the sample: %v", err)
	}
	if fits(bytes.Replace(sample, []byte(`"new-unmet"`), []byte(`"worse"`), 2)) == nil {
		t.Error("the schema takes a word of no list")
	}
	t.Chdir(t.TempDir())
	for _, redact := range []bool{false, true} {
		g, err := gateOf(t, "whatif.json template.json delete.json", "estate", func(q *GateRequest) { q.Redact.On = redact })
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := WriteGate(&b, "json", g, report.Options{}); err != nil {
			t.Fatal(err)
		}
		if err := fits(b.Bytes()); err != nil {
			t.Errorf("redacted %v: %v", redact, err)
		}
		if redact && (strings.Contains(b.String(), "3b0c9a74") || strings.Contains(b.String(), "template.json")) {
			t.Error("a name is left")
		}
	}
}

func gateSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	raw, err := os.ReadFile("../../docs/schema/gate.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	closed(doc)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("gate.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("gate.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}
