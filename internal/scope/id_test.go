package scope

import (
	"testing"

	"github.com/demarc-dev/demarc"
)

const sub = "/subscriptions/11111111-1111-1111-1111-111111111111"

func TestParse(t *testing.T) {
	tests := []struct {
		name, id                          string
		typ, leaf, scope, parent, problem string
		kind                              demarc.ScopeKind
	}{
		{name: "resource", id: sub + "/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm",
			typ: "Microsoft.Compute/virtualMachines", leaf: "vm", scope: sub + "/resourceGroups/rg"},
		{name: "child", id: sub + "/resourcegroups/rg/providers/microsoft.sql/servers/s/databases/d",
			typ: "microsoft.sql/servers/databases", leaf: "d", scope: sub + "/resourcegroups/rg",
			parent: sub + "/resourcegroups/rg/providers/microsoft.sql/servers/s"},
		{name: "grandchild", id: sub + "/resourceGroups/rg/providers/A.B/c/1/d/2/e/3", typ: "A.B/c/d/e", leaf: "3",
			scope: sub + "/resourceGroups/rg", parent: sub + "/resourceGroups/rg/providers/A.B/c/1/d/2"},
		{name: "extension", id: sub + "/resourceGroups/rg/providers/A.B/c/1/providers/Microsoft.Insights/diagnosticSettings/x",
			typ: "Microsoft.Insights/diagnosticSettings", leaf: "x", scope: sub + "/resourceGroups/rg",
			parent: sub + "/resourceGroups/rg/providers/A.B/c/1"},
		{name: "on a subscription", id: sub + "/providers/Microsoft.Authorization/roleAssignments/r",
			typ: "Microsoft.Authorization/roleAssignments", leaf: "r", scope: sub},
		{name: "on a management group", id: "/providers/Microsoft.Management/managementGroups/mg/providers/A.B/c/1",
			typ: "A.B/c", leaf: "1", scope: "/providers/Microsoft.Management/managementGroups/mg"},
		{name: "of the tenant", id: "/providers/Microsoft.Billing/billingAccounts/b", typ: "Microsoft.Billing/billingAccounts", leaf: "b"},
		{name: "group", id: sub + "/resourceGroups/rg", leaf: "rg", scope: sub, kind: demarc.ResourceGroupScope},
		{name: "subscription with a slash", id: sub + "/", leaf: "11111111-1111-1111-1111-111111111111", kind: demarc.SubscriptionScope},
		{name: "management group", id: "/PROVIDERS/microsoft.management/MANAGEMENTGROUPS/mg", typ: "microsoft.management/MANAGEMENTGROUPS",
			leaf: "mg", kind: demarc.ManagementGroupScope},
		{name: "tenant", id: "/tenants/t", leaf: "t", kind: demarc.TenantScope},
		{name: "malformed guid", id: "/subscriptions/0000000-0000-0000-0000-000000000000/resourcegroups/rg-0/providers/a.b/c/d",
			typ: "a.b/c", leaf: "d", scope: "/subscriptions/0000000-0000-0000-0000-000000000000/resourcegroups/rg-0",
			problem: "the subscription id is not a GUID"},
		{name: "no first slash", id: sub[1:] + "/resourceGroups/rg/providers/A.B/c/d", typ: "A.B/c", leaf: "d", scope: sub[1:] + "/resourceGroups/rg"},
		{name: "no name", id: sub + "/resourceGroups/rg/providers/A.B/c", typ: "A.B/c", scope: sub + "/resourceGroups/rg",
			problem: "the id ends in a type without a name"},
		{name: "piece too many", id: sub + "/resourceGroups/rg/vm", leaf: "vm", scope: sub, problem: "the id has pieces that fit nowhere",
			kind: demarc.ResourceGroupScope},
		{name: "a name called providers", id: sub + "/resourceGroups/providers/providers/A.B/c/providers", typ: "A.B/c", leaf: "providers",
			scope: sub + "/resourceGroups/providers"},
		{name: "empty"},
		{name: "only a slash", id: "/"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Parse(tt.id)
			check := func(what, got, want string) {
				if got != want {
					t.Errorf("%s = %q, want %q", what, got, want)
				}
			}
			check("type", got.Type(), tt.typ)
			check("appended type", string(got.AppendType(nil)), tt.typ)
			check("name", got.Name, tt.leaf)
			check("scope", got.Scope, tt.scope)
			check("parent", got.Parent, tt.parent)
			check("problem", got.Malformed(), tt.problem)
			if got.kind != tt.kind {
				t.Errorf("kind = %v, want %v", got.kind, tt.kind)
			}
		})
	}
}

func TestParseDoesNotAllocate(t *testing.T) {
	id := sub + "/resourceGroups/rg/providers/Microsoft.Sql/servers/s/databases/d"
	buf := make([]byte, 0, 100)
	if n := testing.AllocsPerRun(100, func() { buf = Parse(id).AppendType(buf[:0]) }); n != 0 {
		t.Errorf("taking an id apart allocates %v times", n)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sub + "/resourceGroups/rg/providers/Microsoft.Sql/servers/s/databases/d")
	f.Add("/providers/Microsoft.Management/managementGroups/mg/a/b/providers/x")
	f.Add("//providers//subscriptions///")
	f.Fuzz(func(t *testing.T, id string) {
		p := Parse(id)
		if len(p.Scope) > len(id) || len(p.Parent) > len(id) || id[:len(p.Scope)] != p.Scope || id[:len(p.Parent)] != p.Parent {
			t.Errorf("Parse(%q): scope %q or parent %q is not how the id begins", id, p.Scope, p.Parent)
		}
		_ = p.Type()
	})
}
