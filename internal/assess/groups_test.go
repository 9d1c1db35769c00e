package assess_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
)

// names writes the groups as "name=workloads".
func names(a *assess.Settled) string {
	var list []string
	for _, g := range a.Groups {
		list = append(list, fmt.Sprintf("%s=%d", g.Name, g.Workloads))
	}
	return strings.Join(list, " ")
}

func TestGroups(t *testing.T) {
	vm := in("Microsoft.Compute/virtualMachines/vm")
	records := []record{
		full(vm, `{"location":"westeurope","tags":{"App":"shop","team":"red"}}`),
		full(in("Microsoft.Compute/disks/attached"), `{"managedBy":"`+vm+`","location":"westeurope"}`),
		full(in("Microsoft.Compute/disks/loose"), `{"location":"northeurope","tags":{}}`),
		full(in("Microsoft.Web/sites/site"), `{"kind":"app","location":"westeurope","tags":{"app":"shop","owner":"blue"}}`),
		{id: "onprem/x/server/a", typ: "onprem/server", site: "Plant", row: `{"properties":{"owner":"green"}}`},
		full(in("Microsoft.Network/networkSecurityGroups/nsg"), `{"location":"westeurope","tags":{"app":"alone"}}`),
	}
	declared := []assess.Workload{{Name: "web shop", Match: demarc.Match{Tag: "app=SHOP"}}}
	for by, want := range map[demarc.Grouping]string{
		demarc.Ungrouped:      "",
		demarc.ByWorkload:     "Plant=1 rg-prod=1 web shop=2", // configuration has no rows, parts follow their machine
		demarc.BySubscription: "11111111-1111-1111-1111-111111111111=3 =1",
		demarc.ByOwner:        "blue=1 green=1 red=1 =1",
		demarc.ByLocation:     "northeurope=1 westeurope=2 =1",
		demarc.ByAISystem:     "",
	} {
		t.Run(by.String(), func(t *testing.T) {
			a := estate{records: records, shards: 2, options: assess.Options{GroupBy: by, Workloads: declared}}.assess(t)
			if got := names(a); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// The pictures of the groups add up to the picture of the estate.
func TestGroupsAddUp(t *testing.T) {
	a := estate{records: []record{
		full(in("Microsoft.Compute/virtualMachines/vm"), `{"location":"a"}`), full(in("Microsoft.Web/sites/s"), `{"kind":"app","location":"b"}`),
		full(in("Microsoft.ContainerService/managedClusters/k"), `{"location":"b"}`),
	}, options: assess.Options{GroupBy: demarc.ByLocation}}.assess(t)
	for i, whole := range a.Matrices[0].Cells {
		sum := demarc.MatrixCell{Parties: map[string]int{}}
		for _, g := range a.Groups {
			c := g.Matrices[0].Cells[i]
			sum.Workloads += c.Workloads
			sum.NotApplicable += c.NotApplicable
			for who, n := range c.Parties {
				sum.Parties[who] += n
			}
		}
		if sum.Workloads != whole.Workloads || sum.NotApplicable != whole.NotApplicable || fmt.Sprint(sum.Parties) != fmt.Sprint(whole.Parties) {
			t.Errorf("%s %v: groups have %+v, the estate %+v", whole.Area.ID, whole.Model, sum, whole)
		}
	}
}

func TestAISystems(t *testing.T) {
	account := in("Microsoft.CognitiveServices/accounts/ai")
	a := estate{records: []record{
		full(account, `{"kind":"OpenAI"}`), full(account+"/deployments/gpt", `{"properties":{"model":{"format":"OpenAI"}}}`),
		full(in("Microsoft.Web/sites/s"), `{"kind":"app"}`),
	}, options: assess.Options{GroupBy: demarc.ByAISystem}}.assess(t)
	if got := names(a); got != "ai=1 ai / gpt=1" {
		t.Fatalf("systems = %q", got)
	}
	for _, g := range a.Groups {
		if len(g.Matrices) != 1 || g.Matrices[0].Model != "microsoft-ai" {
			t.Errorf("%s has the pictures %v", g.Name, g.Matrices)
		}
	}
}
