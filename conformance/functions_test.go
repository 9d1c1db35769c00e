//go:build conformance

package conformance

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/policycase"
)

// functionCases is how many cases of functions the suite has.
const functionCases = 147

// TestFunctionCases: the functions that policies may use give what a public
// suite says, have no value where it says so, and are refused where it says so.
func TestFunctionCases(t *testing.T) {
	tried := 0
	for line := range bytes.Lines(contents(t, filepath.Join(shared(), "conformance", "function-cases.ndjson"))) {
		var c policycase.FunctionCase
		if err := json.Unmarshal(line, &c); err != nil {
			t.Fatal(err)
		}
		tried++
		if got, ok := policycase.RunFunction(c); !ok {
			t.Errorf("%s %s: %s of %s\n gives %s\n  want %s", c.File, c.Note, c.Function, c.Args, got, c.Wanted())
		}
	}
	if tried != functionCases {
		t.Errorf("%d cases tried, want %d", tried, functionCases)
	}
}
