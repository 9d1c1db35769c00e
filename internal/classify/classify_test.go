package classify_test

import (
	"sync"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/classify"
	"github.com/demarc-dev/demarc/internal/slots"
)

func TestWhoAnswersForAType(t *testing.T) {
	c, _ := classifier(t)
	tests := []struct {
		typ, rule, reason string
		role              demarc.Role
		likely, parent    bool
	}{
		{typ: "microsoft.compute/VIRTUALMACHINES", rule: "services/azure/microsoft.compute.yaml#Microsoft.Compute/virtualMachines"},
		{typ: "Microsoft.Logic/workflows", rule: "services/azure/microsoft.logic.yaml#Microsoft.Logic/workflows"},
		{typ: "Microsoft.Logic/workflows/novelties", rule: "services/azure/microsoft.logic.yaml#Microsoft.Logic/workflows/child", role: demarc.Part, likely: true, parent: true},
		{typ: "Microsoft.Logic/workflows/novelties/more", rule: "services/azure/microsoft.logic.yaml#Microsoft.Logic/workflows/child", role: demarc.Part, likely: true, parent: true},
		{typ: "Microsoft.Network/networkSecurityGroups/novelties", rule: "services/azure/microsoft.network.yaml#Microsoft.Network/networkSecurityGroups/child", role: demarc.Configuration, likely: true, parent: true},
		{typ: "Microsoft.RedHatOpenShift/novelties", rule: "services/azure/microsoft.redhatopenshift.yaml#default", role: demarc.Configuration, likely: true},
		{typ: "Microsoft.Contoso/employees", reason: "an example with which Microsoft tests its own interfaces: no service stands behind it"},
		{typ: "Microsoft.DigitalTwins/novelties", reason: "no rule for this type, and its provider has types too different for a default"},
		{typ: "Fabrikam.Widgets/widgets", reason: "no rule for this type or its provider"},
		{typ: "Fabrikam.Widgets/widgets/parts", reason: "no rule for this type or its provider"},
		{typ: "", reason: "no rule for this type or its provider"},
		{typ: "/", reason: "no rule for this type or its provider"},
	}
	for _, tt := range tests {
		t.Run(tt.typ, func(t *testing.T) {
			class := c.Observe(&demarc.Resource{ID: "x", Type: tt.typ}, nil).Class
			rule := ""
			if class.Rule != nil {
				rule = class.Rule.ID
			}
			if rule != tt.rule || class.Reason != tt.reason || class.Role != tt.role || class.Likely != tt.likely || class.Parent != tt.parent {
				t.Errorf("rule %q, reason %q, %v, likely %v, parent %v", rule, class.Reason, class.Role, class.Likely, class.Parent)
			}
			if (class.Model == demarc.UnknownModel) != (tt.reason != "") {
				t.Errorf("model %v with reason %q", class.Model, tt.reason)
			}
		})
	}
}

// Several rules that ask for one property make one question of it.
func TestQuestionsAreAskedOnce(t *testing.T) {
	c, _ := classifier(t)
	class := c.Observe(&demarc.Resource{ID: "x", Type: "Microsoft.Web/sites"}, nil).Class
	met := map[string]bool{}
	for _, q := range class.Undecided {
		if met[q] {
			t.Errorf("asked twice: %s", q)
		}
		met[q] = true
	}
	if !class.Likely || !met["kind"] || !met["properties.hostingEnvironmentProfile.id"] {
		t.Errorf("undecided = %q, likely %v", class.Undecided, class.Likely)
	}
}

func TestObservation(t *testing.T) {
	c, layout := classifier(t)
	observe := func(typ string, set map[string]string) classify.Observation {
		v := slots.NewValues()
		v.Reset(layout.For(typ))
		for path, text := range set {
			v.Set(path, demarc.Text(text))
		}
		v.CloseAll()
		return c.Observe(&demarc.Resource{ID: "x", Type: typ}, v)
	}
	if o := observe("Microsoft.Compute/disks", map[string]string{"managedBy": "/vm"}); o.PartOf != "/vm" || o.ManagedBy != "" || o.Class.Role != demarc.Part {
		t.Errorf("disk: %+v", o)
	}
	if o := observe("Microsoft.Compute/virtualMachines", map[string]string{"managedBy": "/vmss"}); o.PartOf != "" || o.ManagedBy != "/vmss" || o.Class.Role != demarc.Workload {
		t.Errorf("machine: %+v", o)
	}
	o := observe("Microsoft.Purview/accounts", map[string]string{"properties.managedResourceGroupName": "a", "properties.managedResources.resourceGroup": "/b"})
	if len(o.Claims) != 2 {
		t.Errorf("claims = %+v", o.Claims)
	}
	if o := observe("Microsoft.ContainerService/managedClusters", map[string]string{"properties.nodeResourceGroup": "mc"}); len(o.Claims) != 1 || o.Claims[0] != (classify.Claim{Group: "mc", Facet: "node"}) {
		t.Errorf("claims = %+v", o.Claims)
	}
	a, b := observe("Microsoft.Web/sites", map[string]string{"kind": "app"}), observe("MICROSOFT.web/Sites", map[string]string{"kind": "APP,linux"})
	if a.Class != b.Class {
		t.Error("two resources that look alike have two classes")
	}
	if other := observe("Microsoft.Web/sites", map[string]string{"kind": "functionapp"}); a.Class == other.Class || a.Class.Key == other.Class.Key {
		t.Error("two resources that differ have one class")
	}
}

func TestObservingAtOnce(t *testing.T) {
	c, _ := classifier(t)
	var wg sync.WaitGroup
	types := []string{"Microsoft.Compute/virtualMachines", "Microsoft.Web/sites"}
	classes := make([]*classify.Class, 16)
	for i := range classes {
		wg.Go(func() {
			classes[i] = c.Observe(&demarc.Resource{ID: "x", Type: types[i%2]}, nil).Class
		})
	}
	wg.Wait()
	for i := range classes {
		if classes[i] != classes[i%2] {
			t.Error("goroutines got different classes of one type")
		}
	}
}

func TestWishesAskForTagsOfOverrides(t *testing.T) {
	_, layout := classifier(t, demarc.Override{Match: demarc.Match{Tag: "Cost Centre = 4711"}})
	if layout.For("any.type/at-all").Slot("tags['cost centre']") < 0 {
		t.Error("nobody asks for the tag that an override matches")
	}
}
