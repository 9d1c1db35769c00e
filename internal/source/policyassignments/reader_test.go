package policyassignments

import (
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestCases(t *testing.T) { sourcetest.Cases(t, New()) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, New()) }

func TestDetect(t *testing.T) {
	tests := []struct {
		name, text string
		want       bool
	}{
		{"REST", `{"value":[{"id":"/x","type":"Microsoft.Authorization/policyAssignments","properties":{}}]}`, true},
		{"one object", `{"id":"/x","type":"Microsoft.Authorization/policySetDefinitions","policyDefinitions":[]}`, true},
		{"no type", `{"id":"/providers/Microsoft.Authorization/policyDefinitions/a","properties":{"policyRule":{}}}`, true},
		{"older PowerShell", `[{"ResourceId":"/x","ResourceType":"Microsoft.Authorization/policyExemptions","Properties":{}}]`, true},
		{"a table", "id,type,properties\n/x,microsoft.authorization/policyassignments,{}\n", true},
		{"compliance states", `[{"resourceType":"Microsoft.Authorization/policyAssignments","complianceState":"Compliant"}]`, false},
		{"a resource of a template", `[{"type":"Microsoft.Authorization/policyAssignments","apiVersion":"2024-01-01"}]`, false},
		{"an inventory", `[{"id":"/subscriptions/s","type":"Microsoft.Compute/virtualMachines"}]`, false},
		{"versions of a definition", `[{"id":"/providers/Microsoft.Authorization/policyDefinitions/a/versions/1.0.0","properties":{}}]`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := New().Detect(source.NewHead([]byte(tt.text), true)); got != tt.want {
				t.Errorf("recognised: %v", got)
			}
		})
	}
}

// TestTable: among rows of other tables assignments are taken, with the news
// that it is too late for them.
func TestTable(t *testing.T) {
	sink := sourcetest.NewSink(t)
	r := Table.New(sink, &demarc.File{})
	taken := r.Decode(jsonrows.Row{Raw: []byte(`{"type":"microsoft.authorization/policyassignments","id":"/subscriptions/s/providers/Microsoft.Authorization/policyAssignments/a","properties":{"policyDefinitionId":"/d"}}`)})
	left := r.Decode(jsonrows.Row{Raw: []byte(`{"type":"microsoft.compute/disks","id":"/subscriptions/s"}`)})
	if !taken || left || len(sink.Statements) != 1 || len(sink.Notes) != 1 {
		t.Fatalf("taken %v, left %v, statements %v, notes %v", taken, left, sink.Statements, sink.Notes)
	}
	if n := sink.Notes[0]; n.Kind != demarc.NoteUndecided || !strings.HasPrefix(n.Message, "assignments among resources are read too late") {
		t.Errorf("noted %v: %s", n.Kind, n.Message)
	}
	if !r.DecodeFields([]string{"type", "id"}, []string{"Microsoft.Authorization/policyDefinitions", "/providers/Microsoft.Authorization/policyDefinitions/d"}, 3) {
		t.Error("a line that is a definition is left")
	}
}
