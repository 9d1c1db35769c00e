package assess_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/classify"
)

var ownFile = &demarc.File{Path: "demarc.yaml"}

func own(line int, m demarc.Match, change func(*demarc.Override)) demarc.Override {
	o := demarc.Override{Match: m, Reason: fmt.Sprintf("agreed in line %d", line), Place: demarc.Place{File: ownFile, Line: line}}
	change(&o)
	return o
}

func model(m demarc.ServiceModel) func(*demarc.Override) {
	return func(o *demarc.Override) { o.Model = m }
}

// The more specific override wins: id, then tag, then scope, then type.
func TestPrecedenceOfOverrides(t *testing.T) {
	vm := in("Microsoft.Compute/virtualMachines/vm")
	byType := own(1, demarc.Match{Type: "microsoft.compute/VIRTUALMACHINES"}, model(demarc.OnPremises))
	bySub := own(2, demarc.Match{Scope: strings.ToUpper(sub)}, model(demarc.PaaS))
	byGroup := own(3, demarc.Match{Scope: group + "/"}, model(demarc.SaaS))
	byTag := own(4, demarc.Match{Tag: "Run By = MSP"}, model(demarc.OnPremises))
	byID := own(5, demarc.Match{ID: strings.ToUpper(vm)}, model(demarc.PaaS))
	tests := []struct {
		name      string
		overrides []demarc.Override
		want      demarc.ServiceModel
		line      string
	}{
		{"type", []demarc.Override{byType}, demarc.OnPremises, "demarc.yaml:1"},
		{"subscription before type", []demarc.Override{bySub, byType}, demarc.PaaS, "demarc.yaml:2"},
		{"group before subscription", []demarc.Override{byGroup, bySub}, demarc.SaaS, "demarc.yaml:3"},
		{"tag before scope", []demarc.Override{byTag, byGroup, bySub}, demarc.OnPremises, "demarc.yaml:4"},
		{"id before tag", []demarc.Override{byID, byTag, byGroup, bySub, byType}, demarc.PaaS, "demarc.yaml:5"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := estate{records: []record{full(vm, `{"tags":{"run by":"msp"}}`)}, options: assess.Options{Overrides: tt.overrides}}.assess(t)
			r := find(t, a, vm)
			if r.Answer.Model != tt.want || r.Answer.Rule.ID != tt.line || r.Answer.Likely {
				t.Errorf("%v by %s, want %v by %s", r.Answer.Model, r.Answer.Rule.ID, tt.want, tt.line)
			}
			if want := "Your override: agreed in line " + tt.line[len(tt.line)-1:]; r.Answer.Why != want {
				t.Errorf("why = %s, want %s", r.Answer.Why, want)
			}
			if len(a.Notes) != 0 {
				t.Errorf("notes = %s", noteKinds(a))
			}
		})
	}
}

func TestOverridesThatDoNotMatch(t *testing.T) {
	vm := in("Microsoft.Compute/virtualMachines/vm")
	for name, m := range map[string]demarc.Match{
		"id": {ID: vm + "2"}, "tag of another value": {Tag: "run by=us"}, "tag that is not there": {Tag: "x=y"},
		"scope that only begins alike": {Scope: group[:len(group)-1]}, "type": {Type: "Microsoft.Compute/disks"},
	} {
		t.Run(name, func(t *testing.T) {
			a := estate{records: []record{full(vm, `{"tags":{"run by":"msp"}}`)}, options: assess.Options{Overrides: []demarc.Override{own(7, m, model(demarc.SaaS))}}}.assess(t)
			if r := find(t, a, vm); r.Answer.Model != demarc.IaaS || r.Answer.Likely {
				t.Errorf("%v, likely %v", r.Answer.Model, r.Answer.Likely)
			}
			if got := noteKinds(a); got != "override: the override matches no resource" || a.Notes[0].Place.String() != "demarc.yaml:7" {
				t.Errorf("notes = %s at %v", got, a.Notes)
			}
		})
	}
}

// The id of a server in one's own room says nothing of the site; its input does.
func TestOverrideOfASite(t *testing.T) {
	server := record{id: "onprem/x/server/a", typ: "onprem/server", site: "Plant North"}
	other := record{id: "onprem/x/server/b", typ: "onprem/server", site: "Plant"}
	operated := own(3, demarc.Match{Scope: "plant north"}, func(o *demarc.Override) { o.Role, o.HasRole = demarc.ThirdParty, true })
	a := estate{records: []record{server, other}, options: assess.Options{Overrides: []demarc.Override{operated}}}.assess(t)
	if r := find(t, a, server.id); r.Answer.Role != demarc.ThirdParty {
		t.Errorf("role at the site = %v", r.Answer.Role)
	}
	if r := find(t, a, other.id); r.Answer.Role != demarc.Workload {
		t.Errorf("role elsewhere = %v", r.Answer.Role)
	}
}

// A party that nobody declared may be a misspelled one.
func TestOverrideOfAPartyThatNobodyDeclared(t *testing.T) {
	vm := in("Microsoft.Compute/virtualMachines/vm")
	split := own(4, demarc.Match{ID: vm}, func(o *demarc.Override) {
		o.Cells = []demarc.OverrideCell{{Area: "operating-system", Parties: []string{"customer", "fabrikam", "fabricam"},
			Halves: map[string]string{"customer": "a", "fabrikam": "b", "fabricam": "c"}}}
	})
	a := estate{records: []record{full(vm, `{}`)}, options: assess.Options{Overrides: []demarc.Override{split}, Parties: []demarc.Party{{ID: "fabrikam"}}}}.assess(t)
	if got := noteKinds(a); got != "override: the override names the party fabricam, which nobody declared: list it under parties" {
		t.Errorf("notes = %s", got)
	}
}

// A tag that was not seen could have changed the answer.
func TestOverrideOfATagThatWasNotSeen(t *testing.T) {
	vm := in("Microsoft.Compute/virtualMachines/vm")
	a := estate{records: []record{blind(vm)}, options: assess.Options{Overrides: []demarc.Override{own(1, demarc.Match{Tag: "Owner=x"}, model(demarc.SaaS))}}}.assess(t)
	r := find(t, a, vm)
	if r.Answer.Model != demarc.IaaS || !r.Answer.Likely {
		t.Errorf("%v, likely %v, want a likely iaas", r.Answer.Model, r.Answer.Likely)
	}
	byTag := slices.IndexFunc(a.Undecided, func(u demarc.Undecided) bool { return slices.Equal(u.Properties, []string{"tags['owner']"}) })
	if byTag < 0 || a.Undecided[byTag].Settle == "" || a.Undecided[byTag].Type != "" {
		t.Errorf("undecided = %+v", a.Undecided)
	}
}

func TestOverriddenCells(t *testing.T) {
	vm := in("Microsoft.Compute/virtualMachines/vm")
	o := own(3, demarc.Match{ID: vm}, func(o *demarc.Override) {
		o.Cells = []demarc.OverrideCell{
			{Area: "operating-system", Parties: []string{"msp", "customer"}, Halves: map[string]string{"msp": "Patch monthly.", "customer": "Approve the window."}},
			{Area: "applications", Facet: "node", Parties: []string{"msp"}},
		}
	})
	a := estate{records: []record{full(vm, "{}")}, options: assess.Options{Overrides: []demarc.Override{o}, Parties: []demarc.Party{{ID: "msp", Name: "Contoso Services"}}}}.assess(t)
	r := find(t, a, vm)
	says(t, r, map[string]string{"/operating-system": "customer+msp", "/applications": "customer"})
	c := cell(t, r, "guest", "operating-system")
	if c.Reason != "your override: agreed in line 3" || c.Source != "demarc.yaml:3" || c.Halves["msp"] != "Patch monthly." || c.Accountable["msp"] != "msp" {
		t.Errorf("cell = %+v", c)
	}
	if p := a.Parties["msp"]; p.Name != "Contoso Services" || p.Short != "MSP" {
		t.Errorf("party = %+v", p)
	}
	if r.Answer.Model != demarc.IaaS || !strings.Contains(r.Answer.Rule.ID, "microsoft.compute.yaml") {
		t.Errorf("the cells changed the answer: %+v", r.Answer)
	}
}

func TestOverriddenRoleAndProvider(t *testing.T) {
	disk, vm, widget := in("Microsoft.Compute/disks/d"), in("Microsoft.Compute/virtualMachines/vm"), in("Fabrikam.Widgets/widgets/w")
	workload := func(o *demarc.Override) { o.HasRole, o.Role, o.Provider = true, demarc.Workload, "msp" }
	a := estate{
		records: []record{full(vm, "{}"), blind(disk), blind(widget)},
		options: assess.Options{Overrides: []demarc.Override{
			own(1, demarc.Match{ID: disk}, workload),
			own(2, demarc.Match{Type: "fabrikam.widgets/widgets"}, func(o *demarc.Override) { o.Model, o.Provider = demarc.SaaS, "fabrikam" }),
		}},
	}.assess(t)
	r := find(t, a, disk)
	if r.Answer.Role != demarc.Workload || r.Answer.Likely || r.Answer.Provider != "msp" {
		t.Errorf("disk: %+v", r.Answer)
	}
	says(t, r, map[string]string{"/physical-hosts": "msp"})
	r = find(t, a, widget)
	if r.Answer.Model != demarc.SaaS || r.Answer.Role != demarc.Workload || len(a.Unclassified) != 0 {
		t.Errorf("a type that only the organisation knows: %+v", r.Answer)
	}
	says(t, r, map[string]string{"service/operating-system": "fabrikam", "service/customer-data": "customer"})
}

// The organisation's word about the model does not settle whether a disk is
// attached.
func TestOverriddenModelLeavesTheRoleOpen(t *testing.T) {
	disk := in("Microsoft.Compute/disks/d")
	a := estate{records: []record{blind(disk)}, options: assess.Options{Overrides: []demarc.Override{own(1, demarc.Match{ID: disk}, model(demarc.OnPremises))}}}.assess(t)
	if r := find(t, a, disk); r.Answer.Model != demarc.OnPremises || !r.Answer.Likely || len(a.Undecided) != 1 || a.Undecided[0].Question != "whether it is attached to something" {
		t.Errorf("%+v, undecided %+v", r.Answer, a.Undecided)
	}
}

// The organisation's word comes before what a managed group would say.
func TestOverrideInAManagedGroup(t *testing.T) {
	managed := sub + "/resourceGroups/mc"
	vmss := managed + "/providers/Microsoft.Compute/virtualMachineScaleSets/n"
	role := own(1, demarc.Match{ID: vmss}, func(o *demarc.Override) { o.HasRole, o.Role = true, demarc.Workload })
	a := estate{records: []record{full(vmss, "{}")}, places: []place{{managed, "mc", in("Microsoft.ContainerService/managedClusters/c")}},
		options: assess.Options{Overrides: []demarc.Override{role}}}.assess(t)
	if r := find(t, a, vmss); r.Answer.Role != demarc.Workload || r.Answer.Division == nil {
		t.Errorf("%+v", r.Answer)
	}
}

func TestNewRefuses(t *testing.T) {
	tooMany := make([]demarc.Override, classify.MostOverrides+1)
	if _, err := assess.New(load(t), assess.Options{Overrides: tooMany}); err == nil || err.Error() != "256 overrides, more than 255" {
		t.Errorf("error = %v", err)
	}
	if _, err := assess.New(load(t), assess.Options{Overrides: []demarc.Override{{Match: demarc.Match{Tag: "']=x"}}}}); err == nil {
		t.Error("a tag that breaks its path is not refused")
	}
}

// "provider" in an override is whoever runs the resource, as in the data.
func TestOverriddenCellOfTheProvider(t *testing.T) {
	gateway := in("Microsoft.Network/applicationGateways/g")
	o := own(3, demarc.Match{ID: gateway}, func(o *demarc.Override) {
		o.Cells = []demarc.OverrideCell{{Area: "network-controls", Parties: []string{"provider", "msp"}, Halves: map[string]string{"provider": "Patch it.", "msp": "Tune it."}}}
	})
	r := find(t, estate{records: []record{full(gateway, "{}")}, options: assess.Options{Overrides: []demarc.Override{o}}}.assess(t), gateway)
	says(t, r, map[string]string{"/network-controls": "microsoft+msp"})
	if c := cell(t, r, "", "network-controls"); c.Halves["microsoft"] != "Patch it." || c.Halves["msp"] != "Tune it." || c.Accountable["microsoft"] != "microsoft" {
		t.Errorf("cell = %+v", c)
	}
}
