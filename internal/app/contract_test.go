package app

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/report"
)

// TestContract: the JSON of a real estate with evidence, with and without its
// names, is what the published schema describes, and nothing in it is lost.
func TestContract(t *testing.T) {
	schema := contract(t)
	for name, q := range map[string]Request{"as it is": contoso(false), "without names": contoso(true), "from outside alone": outside()} {
		t.Run(name, func(t *testing.T) {
			a, err := Assess(context.Background(), q)
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			if err := WriteReport(&b, "json", a, report.Options{}); err != nil {
				t.Fatal(err)
			}
			doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b.Bytes()))
			if err != nil {
				t.Fatalf("not JSON: %v", err)
			}
			if err := schema.Validate(doc); err != nil {
				t.Errorf("against the schema: %v", err)
			}
			checkEvidence(t, a, doc.(map[string]any))
			if none := len(doc.(map[string]any)["checks"].([]any)) == 0; none != q.Checks.NotOwn {
				t.Errorf("checks were computed: %v", !none)
			}
		})
	}
}

func outside() Request {
	q := contoso(false)
	q.Checks.NotOwn = true
	return q
}

// checkEvidence: what files gave is told, was joined to nothing, or lies in the
// future; and what decided is there.
func checkEvidence(t *testing.T, a *demarc.Assessment, doc map[string]any) {
	t.Helper()
	read, told := 0, 0
	for _, f := range a.Estate.Files {
		read += f.Evidence
	}
	for _, list := range []string{"evidence", "unattached"} {
		for _, e := range doc[list].([]any) {
			n, err := strconv.Atoi(fmt.Sprint(e.(map[string]any)["count"]))
			if err != nil {
				t.Fatal(err)
			}
			told += n
		}
	}
	if read == 0 || read != told {
		t.Errorf("%d pieces of evidence were read, %d are told", read, told)
	}
	ids, said := map[any]bool{}, map[any]int{}
	for _, list := range []string{"evidence", "checks"} {
		for _, e := range doc[list].([]any) {
			e := e.(map[string]any)
			if ids[e["id"]] && list == "checks" {
				t.Errorf("two checks have the id %v", e["id"])
			}
			ids[e["id"]] = true
			said[e["verdict"]]++
		}
	}
	if checks := len(doc["checks"].([]any)); checks > 0 && (said["compliant"] == 0 || said["non-compliant"] == 0 || said["unknown"] == 0) {
		t.Errorf("the checks say %v", said)
	}
	for _, v := range doc["verdicts"].([]any) {
		v := v.(map[string]any)
		for _, id := range append(v["evidence"].([]any), v["checks"].([]any)...) {
			if !ids[id] {
				t.Errorf("%v rests on %v, which is not there", v["responsibility"], id)
			}
		}
	}
}

// contract compiles the published schema, which must describe every member.
func contract(t *testing.T) *jsonschema.Schema {
	t.Helper()
	raw, err := os.ReadFile("../../docs/schema/assessment.schema.json")
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
	if err := c.AddResource("assessment.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("assessment.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func closed(node any) {
	switch n := node.(type) {
	case []any:
		for _, e := range n {
			closed(e)
		}
	case map[string]any:
		if _, ok := n["properties"].(map[string]any); ok && n["type"] == "object" {
			n["additionalProperties"] = false
		}
		for _, e := range n {
			closed(e)
		}
	}
}
