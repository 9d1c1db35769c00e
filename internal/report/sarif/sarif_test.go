package sarif

import (
	"bytes"
	"errors"
	"os"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/sample"
	wire "github.com/demarc-dev/demarc/internal/wire/sarif"
)

func write(t *testing.T, g *report.Gate) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteGate(&b, g, "v1.2.3"); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// gate is a gate with findings of all kinds.
func gate(t *testing.T) *report.Gate {
	t.Helper()
	raw, err := os.ReadFile("../testdata/gate.json")
	if err != nil {
		t.Fatal(err)
	}
	g := &report.Gate{}
	if err := json.Unmarshal(raw, g); err != nil {
		t.Fatal(err)
	}
	return g
}

func TestWriteGateGolden(t *testing.T) { sample.Golden(t, "gate.sarif", write(t, gate(t))) }

// structure is what the standard and the code hosts want of a log, as a schema
// of our own: the members that we write, closed, with the words that they may
// hold.
func structure(t *testing.T) *jsonschema.Schema {
	t.Helper()
	raw, err := os.ReadFile("testdata/structure.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("structure.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("structure.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestWriteGateFitsTheStandard(t *testing.T) {
	schema := structure(t)
	held := gate(t)
	held.FailOn = "unknown"
	for i := range held.Findings {
		held.Findings[i].Fails = held.Findings[i].Status != "met"
	}
	for name, g := range map[string]*report.Gate{"sample": gate(t), "unknown holds back": held, "empty": {}} {
		t.Run(name, func(t *testing.T) {
			doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(write(t, g)))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(doc); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestStructureRefuses(t *testing.T) {
	schema := structure(t)
	good := write(t, gate(t))
	for name, change := range map[string][2]string{
		"a level of no list":     {`"level": "error"`, `"level": "fatal"`},
		"another version":        {`"version": "2.1.0"`, `"version": "2.0.0"`},
		"a line before the file": {`"startLine": 12`, `"startLine": 0`},
		"a result without rule":  {`"ruleIndex": 1`, `"ruleIndex": -1`},
	} {
		bad := bytes.ReplaceAll(good, []byte(change[0]), []byte(change[1]))
		if bytes.Equal(bad, good) {
			t.Fatalf("%s: %s is not in the sample", name, change[0])
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(bad))
		if err != nil {
			t.Fatal(err)
		}
		if schema.Validate(doc) == nil {
			t.Errorf("the structure takes %s", name)
		}
	}
}

// TestWriteGateIndexes: every result leads to its rule, has a place in a file,
// and is known by a fingerprint of its own.
func TestWriteGateIndexes(t *testing.T) {
	var l wire.Log
	if err := json.Unmarshal(write(t, gate(t)), &l); err != nil {
		t.Fatal(err)
	}
	run, seen := l.Runs[0], map[string]bool{}
	if len(run.Results) != 4 {
		t.Errorf("%d results, want the 4 that are unmet", len(run.Results))
	}
	for _, r := range run.Results {
		if run.Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID {
			t.Errorf("%s leads to the rule %s", r.RuleID, run.Tool.Driver.Rules[r.RuleIndex].ID)
		}
		if r.Locations[0].Physical == nil {
			t.Errorf("%s has no place in a file", r.RuleID)
		}
		print := r.Fingerprints[fingerprint]
		if print == "" || seen[print] {
			t.Errorf("%s: the fingerprint %q is absent or another's", r.RuleID, print)
		}
		seen[print] = true
	}
}

func TestURI(t *testing.T) {
	for file, want := range map[string]string{
		"main.tf": "main.tf", "./infra/main.tf": "infra/main.tf", "../a b/x#1.tf": "../a%20b/x%231.tf",
		"/builds/main.tf": "file:///builds/main.tf", "C:/builds/main.tf": "file:///C:/builds/main.tf", "-": "stdin",
	} {
		if got := uri(file); got != want {
			t.Errorf("%s is written %s, want %s", file, got, want)
		}
	}
}

var errFull = errors.New("full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestWriteGateTellsErrors(t *testing.T) {
	if err := WriteGate(full{}, gate(t), ""); !errors.Is(err, errFull) {
		t.Errorf("got %v", err)
	}
}
