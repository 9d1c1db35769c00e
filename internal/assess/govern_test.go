package assess_test

import (
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
)

const (
	governed = "network.no-public-management-ports"
	vmID     = "Microsoft.Compute/virtualMachines/vm-a"
	nicID    = "Microsoft.Network/networkInterfaces/nic-a"
	nsgID    = "Microsoft.Network/networkSecurityGroups/nsg-a"
)

// TestGoverned: the machines behind a network security group refer to what is
// asked of it, however the two are tied.
func TestGoverned(t *testing.T) {
	subnet := in("Microsoft.Network/virtualNetworks/vnet-a/subnets/default")
	tests := []struct{ name, nic, nsg string }{
		{"the group names the card", `{"properties":{"virtualMachine":{"id":"` + in(vmID) + `"}}}`,
			`{"properties":{"networkInterfaces":[{"id":"` + in(nicID) + `"}]}}`},
		{"the card names the group", `{"properties":{"virtualMachine":{"id":"` + in(vmID) + `"},"networkSecurityGroup":{"id":"` + in(nsgID) + `"}}}`,
			`{"properties":{"networkInterfaces":[{"id":"` + in("Microsoft.Network/networkInterfaces/other") + `"}]}}`},
		{"both lie in a subnet", `{"properties":{"virtualMachine":{"id":"` + in(vmID) + `"},"ipConfigurations":[{"properties":{"subnet":{"id":"` + subnet + `"}}}]}}`,
			`{"properties":{"subnets":[{"id":"` + subnet + `"}]}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := estate{records: []record{full(in(vmID), `{"properties":{}}`), full(in(nicID), tt.nic), full(in(nsgID), tt.nsg)}}
			e.evidence = []demarc.Evidence{attest(in(nsgID), governed, demarc.Fail)}
			e.options.AsOf = today
			a := e.assess(t)
			if got := networkCell(a); got.Unmet != 1 || got.Unknown != 0 {
				t.Errorf("the machine's network stands as %+v, want unmet", got)
			}
			told := false
			for _, v := range verdictsOf(a, in(vmID)) {
				told = told || v.Responsibility.ID == governed && v.Status == demarc.Unmet && v.Instance.Resource.Name == "nsg-a"
			}
			if !told {
				t.Error("the machine does not refer to the verdict of its group")
			}
			if a.Summary.Unmet != 1 {
				t.Errorf("%d are unmet, want the one of the group", a.Summary.Unmet)
			}
		})
	}
}

// TestNotGoverned: a machine that a group is not tied to does not answer for
// it.
func TestNotGoverned(t *testing.T) {
	e := estate{records: []record{full(in(vmID), `{"properties":{}}`),
		full(in(nicID), `{"properties":{"virtualMachine":{"id":"`+in(vmID)+`"}}}`), full(in(nsgID), `{"properties":{"networkInterfaces":[]}}`)}}
	e.evidence = []demarc.Evidence{attest(in(nsgID), governed, demarc.Fail)}
	e.options.AsOf = today
	if got := networkCell(e.assess(t)); got.Unmet != 0 || got.Unknown != 1 {
		t.Errorf("the machine's network stands as %+v, want unknown", got)
	}
}

func networkCell(a *assess.Settled) demarc.Done {
	for _, c := range a.Matrices[0].Cells {
		if c.Area.ID == "network-controls" && c.Model == demarc.IaaS {
			return c.Done
		}
	}
	return demarc.Done{}
}

func verdictsOf(a *assess.Settled, id string) []demarc.Verdict {
	for i, r := range a.Resources {
		if r.ID == id {
			return a.Verdicts.Of(i)
		}
	}
	return nil
}

// TestRulesShowTheirDirectory: where there is a policy there is a directory,
// though no file describes it; one that is described is not made again.
func TestRulesShowTheirDirectory(t *testing.T) {
	policy := record{id: "identity/conditionalAccess/policies/1", typ: "entra/conditional-access-policy", seen: demarc.SeenFull,
		row: `{"properties":{"state":"enabled","conditions":{"users":{"includeUsers":["All"]}}}}`}
	directory := record{id: "entra/entra-id", typ: "entra/entra-id", row: `{}`, seen: demarc.SeenFull}
	for _, records := range [][]record{{policy}, {policy, directory}} {
		a := estate{records: records}.assess(t)
		found := 0
		for _, r := range a.Resources {
			if r.Type == "entra/entra-id" {
				found++
			}
		}
		if found != 1 || a.Summary.Unknown == 0 {
			t.Errorf("of %d records: %d directories, %+v", len(records), found, a.Summary)
		}
	}
}
