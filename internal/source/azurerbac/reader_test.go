package azurerbac

import (
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestCases(t *testing.T) { sourcetest.Cases(t, Format) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, Format) }

func TestDetect(t *testing.T) {
	tests := []struct {
		name, text string
		want       bool
	}{
		{"Azure CLI", `[{"principalId":"p","roleDefinitionId":"r","scope":"/"}]`, true},
		{"PowerShell", `[{"RoleDefinitionName":"Owner","Scope":"/","ObjectId":"p"}]`, true},
		{"REST", `{"value":[{"id":"/x","type":"Microsoft.Authorization/roleAssignments","properties":{}}]}`, true},
		{"eligibilities", `{"value":[{"type":"Microsoft.Authorization/roleEligibilityScheduleInstances","properties":{}}]}`, true},
		{"portal", "RoleDefinitionName,Scope,ObjectId\n", true},
		{"an inventory", `[{"id":"/subscriptions/s","type":"Microsoft.Compute/virtualMachines"}]`, false},
		{"roles of a directory", "RoleName,RoleId,MemberUPN\n", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Format.Detect(source.NewHead([]byte(tt.text), true)); got != tt.want {
				t.Errorf("recognised: %v", got)
			}
		})
	}
}

// TestTable: among rows of other tables only role assignments are taken.
func TestTable(t *testing.T) {
	sink := sourcetest.NewSink(t)
	r := Table.New(sink, &demarc.File{})
	taken := r.Decode(jsonrows.Row{Raw: []byte(`{"type":"microsoft.authorization/roleassignments","id":"/subscriptions/s/providers/Microsoft.Authorization/roleAssignments/1","properties":{"principalId":"p","roleDefinitionId":"/x/r"}}`)})
	left := r.Decode(jsonrows.Row{Raw: []byte(`{"type":"microsoft.compute/disks","id":"/subscriptions/s","properties":{"principalId":"p","roleDefinitionId":"/x/r","scope":"/"}}`)})
	if !taken || left || len(sink.Statements) != 1 {
		t.Errorf("taken %v, left %v, statements %v", taken, left, sink.Statements)
	}
	if !r.DecodeFields([]string{"type", "principalId", "roleDefinitionName", "scope"}, []string{"Microsoft.Authorization/roleAssignments", "p", "Owner", "/"}, 3) {
		t.Error("a line that is a role assignment is left")
	}
	want := demarc.RoleAssignment{Principal: "p", Role: "r", Scope: "/subscriptions/s"}
	if got := sink.Statements[0].Content.(demarc.RoleAssignment); got.Principal != want.Principal || got.Role != want.Role || got.Scope != want.Scope {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
