package policymetadata

import (
	"testing"

	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestCases(t *testing.T) { sourcetest.Cases(t, Format) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, Format) }

func TestDetect(t *testing.T) {
	tests := map[string]bool{
		`{"value":[{"id":"/x","type":"Microsoft.PolicyInsights/policyMetadata","properties":{}}]}`: true,
		`[{"MetadataId":"a","Owner":"Shared"}]`:                                                    true,
		`[{"owner":"x","id":"/subscriptions/s"}]`:                                                  false,
		"metadataId,owner\na,b\n":                                                                  false,
	}
	for text, want := range tests {
		if got := Format.Detect(source.NewHead([]byte(text), true)); got != want {
			t.Errorf("%s is recognised: %v", text, got)
		}
	}
}
