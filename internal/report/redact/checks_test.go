package redact

import (
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
)

// oneCheck is a list of one result.
type oneCheck struct{ demarc.AssessedEvidence }

func (c oneCheck) Len() int                       { return 1 }
func (c oneCheck) At(int) demarc.AssessedEvidence { return c.AssessedEvidence }

// TestAssignmentsOfChecks: the id of an assignment is no name of a person, and
// stays an id without names.
func TestAssignmentsOfChecks(t *testing.T) {
	a, r := judged()
	x := a.Resources[0]
	a.Checks = oneCheck{demarc.AssessedEvidence{ID: "00000000000000cc", Resource: x, Evidence: demarc.Evidence{Subject: demarc.Subject{ID: x.ID}, Tool: "azure-policy",
		Check: "404c3081-a854-4457-ae30-26a93ef643f9", By: "/providers/Microsoft.Management/managementGroups/contoso-root/providers/Microsoft.Authorization/policyAssignments/contoso-baseline"}}}
	got := r.Assessment(a).Checks.At(0)
	if strings.Contains(got.By, "contoso") || !strings.Contains(got.By, "/providers/Microsoft.Authorization/policyAssignments/") {
		t.Errorf("the assignment %s", got.By)
	}
	if got.Check != "404c3081-a854-4457-ae30-26a93ef643f9" || got.Tool != "azure-policy" {
		t.Errorf("got %+v", got)
	}
}
