//go:build conformance

package conformance

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/demarc-dev/demarc/internal/app"
)

// policyCases is how many cases of policies the suite has.
const policyCases = 339

// TestPolicyCases: the language of policies does with a rule, a resource and
// its aliases what a public suite says, each verdict as the command prints it.
func TestPolicyCases(t *testing.T) {
	var failing bytes.Buffer
	passed, failed, err := app.TestPolicies(app.PolicyTestRequest{Paths: []string{filepath.Join(shared(), "conformance", "policy-cases.ndjson")}}, &failing)
	if err != nil {
		t.Fatal(err)
	}
	if passed+failed != policyCases {
		t.Errorf("%d cases tried, want %d", passed+failed, policyCases)
	}
	if failed > 0 {
		t.Errorf("%d cases fail:\n%s", failed, &failing)
	}
}
