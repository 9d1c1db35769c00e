package access

import (
	"slices"
	"testing"

	"github.com/demarc-dev/demarc"
)

func TestRoleName(t *testing.T) {
	tests := []struct{ name, id, want string }{
		{"a privileged role of Azure", "b24988ac-6180-42a0-ab88-20f7382dd24c", "Contributor"},
		{"in capitals", "8E3AF657-A8FF-443C-A75C-2FE8C4BCB635", "Owner"},
		{"another role of Azure", "acdd72a7-3385-48ef-bd42-f606fba81ae7", "Reader"},
		{"an administrator of the directory", "62e90394-69f5-4237-9190-012177145e10", "Global Administrator"},
		{"a reader of the directory", "88d8e3e3-8f55-4a1e-953a-9b9898b8876b", "Directory Readers"},
		{"a role of one's own", "AAAAAAAA-1111-4222-8333-bbbbbbbbbbbb", "AAAAAAAA-1111-4222-8333-bbbbbbbbbbbb"},
		{"a name", "Plant operator", "Plant operator"},
		{"nothing", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := RoleName(tt.id); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestNamedRoles(t *testing.T) {
	const own = "aaaaaaaa-1111-4222-8333-bbbbbbbbbbbb"
	read := []demarc.Access{{Name: "Fabrikam", Roles: []string{own, ownerRole}}, {Name: "Litware"}}
	named := NamedRoles(read)
	if len(named) != 2 || named[0].Name != "Fabrikam" || !slices.Equal(named[0].Roles, []string{own, "Owner"}) || len(named[1].Roles) != 0 {
		t.Errorf("%+v", named)
	}
	if read[0].Roles[1] != ownerRole {
		t.Error("what was read was changed")
	}
}

// TestRolesAreToldOnce: a role is in one list, and its id is folded, else it
// would never be found.
func TestRolesAreToldOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range administrators {
		seen[r.id] = true
	}
	for id := range privileged {
		seen[id] = true
	}
	for id, name := range roles {
		if seen[id] || demarc.Fold(id) != id || len(id) != 36 || name == "" {
			t.Errorf("%s %s", id, name)
		}
	}
}
