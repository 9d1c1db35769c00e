package assess

import (
	"testing"

	"github.com/demarc-dev/demarc"
)

// What is shortened reads in full again as it was spelled.
func TestNear(t *testing.T) {
	const group = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg"
	id := group + "/providers/Microsoft.Compute/disks/d"
	for name, tt := range map[string]struct {
		id, whole string
		near      bool
	}{
		"same group":            {id, group + "/providers/Microsoft.Compute/virtualMachines/Vm", true},
		"another group":         {id, group + "2/providers/Microsoft.Compute/virtualMachines/vm", false},
		"group in another case": {id, "/SUBSCRIPTIONS" + group[len("/subscriptions"):] + "/providers/a/b/c", false},
		"the group itself":      {id, group, false},
		"no name at all":        {id, group + "/providers/", false},
		"nothing":               {id, "", false},
		"no scope":              {"onprem/a", "onprem/b", false},
		"a child of itself":     {"onprem/a", "onprem/a/b", true},
		"tenant level":          {"/providers/Microsoft.A/b/c", "/providers/Microsoft.A/b/d", true},
	} {
		t.Run(name, func(t *testing.T) {
			rest, ok := near(shelfPart(tt.id), tt.whole)
			o := &observed{Assessed: demarc.Assessed{Resource: demarc.Resource{ID: tt.id}, PartOf: rest}, look: &look{near: ok}}
			if ok != tt.near || o.named() != tt.whole {
				t.Errorf("near %v, want %v; in full %q, want %q", ok, tt.near, o.named(), tt.whole)
			}
		})
	}
}
