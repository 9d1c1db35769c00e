package assess_test

import (
	"testing"

	"github.com/demarc-dev/demarc"
)

// TestResourceNamesItsProvider: kinds that belong to no provider are run by
// whoever the resource names. The publisher of a model runs nothing, and the
// carrier of a circuit has its line only.
func TestResourceNamesItsProvider(t *testing.T) {
	tests := []struct {
		name, typ, row, provider string
		cells                    map[string]string
	}{
		{"application", "other/saas-application", `{"properties":{"provider":"Fabrikam Ltd"}}`, "fabrikam-ltd",
			map[string]string{"service/physical-hosts": "fabrikam-ltd"}},
		{"rented machine", "other/iaas-machine", `{"properties":{"provider":"hetzner"}}`, "hetzner",
			map[string]string{"guest/physical-hosts": "hetzner", "guest/operating-system": "customer"}},
		{"nobody is named", "other/saas-application", `{}`, "", nil},
		{"published model", "other/ai-model", `{"properties":{"publisher":"CompVis"}}`, "",
			map[string]string{"service/ai-model-design": "compvis", "service/ai-model-accountability": "compvis+customer"}},
		{"own model", "other/ai-model", `{}`, "", map[string]string{"service/ai-model-design": "customer"}},
		{"circuit", "onprem/circuit", `{"properties":{"provider":"Level 3"}}`, "customer",
			map[string]string{"service/physical-network": "customer+level-3", "service/physical-datacenter": "customer"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := one(t, record{id: "by-hand", typ: tt.typ, row: tt.row, seen: demarc.SeenFull, site: "elsewhere"})
			if r.Answer.Provider != tt.provider {
				t.Errorf("%q runs it, want %q", r.Answer.Provider, tt.provider)
			}
			says(t, r, tt.cells)
		})
	}
}
