package manifest

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestCases(t *testing.T) { sourcetest.Cases(t, Format) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, Format) }

func TestDetect(t *testing.T) {
	tests := map[string]bool{
		`{"scopes":[],"schema":"https://demarc.dev/schema/manifest/1"}`: true,
		`{"scopes":[],"schema":"https://demarc.dev/schema/manifest/9"}`: true,
		`{"scopes":[]}`: false,
		`{"schema":"https://example.org/manifest/1","scopes":[]}`: false,
		`{"manifest_version":3}`:                                  false,
	}
	for text, want := range tests {
		if got := Format.Detect(source.NewHead([]byte(text), true)); got != want {
			t.Errorf("%s is recognised: %v", text, got)
		}
	}
}

func schemaOf(t *testing.T) *jsonschema.Schema {
	t.Helper()
	raw, err := os.ReadFile("../../../docs/schema/manifest.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("manifest.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("manifest.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// TestSchema: the schema allows what the reader takes without a note, and
// nothing that it cannot read.
func TestSchema(t *testing.T) {
	compiled := schemaOf(t)
	entry := func(state string) string {
		return `{"schema":"https://demarc.dev/schema/manifest/1","scopes":[{"scope":"/subscriptions/s","types":[{"type":"a/b","state":"` + state + `"}]}]}`
	}
	tests := []struct {
		text  string
		valid bool
	}{
		{entry(demarc.CollectedAll.String()), true},
		{entry(demarc.CollectedPartly.String()), true},
		{entry(demarc.CollectionDenied.String()), true},
		{entry(demarc.NotAsked.String()), true},
		{entry("perhaps"), false},
		{`{"schema":"https://demarc.dev/schema/manifest/1"}`, false},
		{`{"schema":"https://demarc.dev/schema/manifest/1","scopes":[{"scope":"x","types":[]}]}`, false},
		{`{"schema":"https://demarc.dev/schema/manifest/1","at":null,"collector":"c","scopes":[{"scope":"","types":[{"type":"*","state":"collected"}]}]}`, true},
	}
	for _, tt := range tests {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(tt.text))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiled.Validate(doc); (err == nil) != tt.valid {
			t.Errorf("%s is valid: %v", tt.text, err)
		}
		if given := sourcetest.Read(t, Format, []byte(tt.text)); strings.Contains(given, "note ") == tt.valid {
			t.Errorf("%s gives\n%s", tt.text, given)
		}
	}
}
