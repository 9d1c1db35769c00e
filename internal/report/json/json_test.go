package json

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/demarc-dev/demarc"
	jsonlib "github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/sample"
)

func write(t *testing.T, a *demarc.Assessment) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, a, report.Options{}); err != nil {
		t.Fatalf("write: %v", err)
	}
	return b.Bytes()
}

func TestWriteGolden(t *testing.T) {
	sample.Golden(t, "contoso.json", write(t, sample.Contoso()))
	sample.Golden(t, "judged.json", write(t, sample.Judged()))
}

func TestWriteFitsTheSchema(t *testing.T) {
	schema := contract(t)
	for name, a := range map[string]*demarc.Assessment{
		"contoso": sample.Contoso(),
		"judged":  sample.Judged(),
		"large":   sample.Large(40),
		"empty":   {AsOf: sample.AsOf},
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(write(t, a)))
			if err != nil {
				t.Fatalf("not JSON: %v", err)
			}
			if err := schema.Validate(doc); err != nil {
				t.Errorf("against the schema: %v", err)
			}
		})
	}
}

func TestSchemaRefuses(t *testing.T) {
	schema := contract(t)
	good := string(write(t, sample.Judged()))
	for _, tt := range []struct{ name, from, to string }{
		{"another role", `"role":"part"`, `"role":"piece"`},
		{"an unknown area", `"areaId":"operating-system"`, `"areaId":"os"`},
		{"an empty text for none", `"partOf":null`, `"partOf":""`},
		{"a missing member", `"likely":true,`, ``},
		{"a member nobody described", `"likely":true,`, `"likely":true,"maybe":1,`},
		{"another status", `"status":"unmet"`, `"status":"failed"`},
		{"another outcome", `"outcome":"pass"`, `"outcome":"passed"`},
		{"a reason of no list", `"reason":"no evidence"`, `"reason":"who knows"`},
		{"evidence by its place", `"evidence":["00000000000000f0"]`, `"evidence":[3]`},
		{"a day for a moment", `"observed":"2026-11-19T23:59:59Z"`, `"observed":"2026-11-19"`},
		{"a coverage beyond all", `"coverage":0.`, `"coverage":8.`},
		{"a date with a time", `"asOf":"2026-11-22"`, `"asOf":"2026-11-22T00:00:00Z"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bad := strings.Replace(good, tt.from, tt.to, 1)
			if bad == good {
				t.Fatalf("%s is not in the sample", tt.from)
			}
			doc, err := jsonschema.UnmarshalJSON(strings.NewReader(bad))
			if err != nil {
				t.Fatalf("not JSON: %v", err)
			}
			if schema.Validate(doc) == nil {
				t.Errorf("the schema accepts %s", tt.to)
			}
		})
	}
}

// contract compiles the published schema, made strict: what it does not
// describe must not be written, and what it describes must always be there.
func contract(t *testing.T) *jsonschema.Schema {
	t.Helper()
	raw, err := os.ReadFile("../../../docs/schema/assessment.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("schema: %v", err)
	}
	strict(t, doc)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("assessment.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("assessment.json")
	if err != nil {
		t.Fatalf("schema: %v", err)
	}
	return schema
}

func strict(t *testing.T, node any) {
	switch n := node.(type) {
	case []any:
		for _, e := range n {
			strict(t, e)
		}
	case map[string]any:
		if properties, ok := n["properties"].(map[string]any); ok && n["type"] == "object" {
			n["additionalProperties"] = false
			if required, _ := n["required"].([]any); len(required) != len(properties) {
				t.Errorf("schema: %v: %d of %d members required", n["description"], len(required), len(properties))
			}
		}
		for _, e := range n {
			strict(t, e)
		}
	}
}

func TestWriteCounts(t *testing.T) {
	const n = 5000
	a := sample.Large(n)
	var got object
	if err := jsonlib.Unmarshal(write(t, a), &got); err != nil {
		t.Fatal(err)
	}
	resources, divisions := got.list("resources"), got.list("divisions")
	if len(resources) != n || len(divisions) != len(a.Divisions) {
		t.Errorf("%d resources and %d divisions, want %d and %d", len(resources), len(divisions), n, len(a.Divisions))
	}
	roles, divided := map[any]float64{}, 0.0
	for i, r := range resources {
		roles[r["role"]]++
		if r["division"] != nil {
			divided++
		}
		if r["id"] != a.Resources[i].ID {
			t.Fatalf("resource %d is %q, want %q", i, r["id"], a.Resources[i].ID)
		}
	}
	estate := object(got["estate"].(map[string]any))
	if roles["workload"] != estate["workloads"] || roles["part"] != estate["parts"] || divided != estate["workloads"] {
		t.Errorf("roles %v and %v divisions do not add up to %v", roles, divided, estate)
	}
	for _, c := range object(got["summary"].(map[string]any)).list("matrix") {
		sum := c["notApplicable"].(float64)
		for _, n := range c["parties"].(map[string]any) {
			sum += n.(float64)
		}
		if sum != c["workloads"] {
			t.Errorf("a cell of %v workloads adds up to %v", c["workloads"], sum)
		}
	}
}

type object map[string]any

func (o object) list(name string) []object {
	var list []object
	for _, e := range o[name].([]any) {
		list = append(list, e.(map[string]any))
	}
	return list
}

func TestAppendText(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"plain", "vm-web-01", `"vm-web-01"`},
		{"quotes", `a"b\c`, `"a\"b\\c"`},
		{"escape code", "\x1b[31m", `"\u001b[31m"`},
		{"control sequence introducer", "\u009b31m", `"\u009b31m"`},
		{"delete", "a\x7f", `"a\u007f"`},
		{"right to left override", "\u202etxt", `"\u202etxt"`},
		{"other scripts stay", "Büro 東京", `"Büro 東京"`},
		{"broken UTF-8", "a\xffb", "\"a\uFFFDb\""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := string(AppendText([]byte("x"), tt.in)); got != "x"+tt.want {
				t.Errorf("got %s, want x%s", got, tt.want)
			}
		})
	}
}

func TestWriteHasNoControlCharacters(t *testing.T) {
	for _, r := range string(write(t, sample.Contoso())) {
		if r != '\n' && (r < ' ' || hidden(r)) {
			t.Fatalf("control character %U in the output", r)
		}
	}
}

type broken struct{ after int }

var errBroken = errors.New("pipe closed")

func (b *broken) Write(p []byte) (int, error) {
	if b.after -= len(p); b.after < 0 {
		return 0, errBroken
	}
	return len(p), nil
}

func TestWriteReturnsTheWritersError(t *testing.T) {
	for _, after := range []int{0, 200_000} {
		if err := Write(&broken{after}, sample.Large(2000), report.Options{}); !errors.Is(err, errBroken) {
			t.Errorf("after %d bytes: got %v, want %v", after, err, errBroken)
		}
	}
	many := &lists{}
	for i := range 2000 {
		many.pieces = append(many.pieces, demarc.AssessedEvidence{ID: fmt.Sprintf("%016x", i)})
		many.own = append(many.own, demarc.Verdict{Responsibility: &demarc.Responsibility{}, Evidence: []int{i}})
	}
	for _, after := range []int{100_000, 600_000} { // among the verdicts, among the evidence
		if err := Write(&broken{after}, many.assessment(), report.Options{}); !errors.Is(err, errBroken) {
			t.Errorf("after %d bytes: got %v, want %v", after, err, errBroken)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	a := sample.Large(1_000_000)
	b.ReportAllocs()
	for b.Loop() {
		if err := Write(io.Discard, a, report.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
