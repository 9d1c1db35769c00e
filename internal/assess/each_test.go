package assess_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
)

// TestEach: what resources are given in passing is what each of them is given
// when it is asked by itself.
func TestEach(t *testing.T) {
	e := mixed()
	e.options.Workloads = []assess.Workload{{Name: "shop", Match: demarc.Match{Type: "Microsoft.Compute/virtualMachines"}}}
	vm := in("Microsoft.Compute/virtualMachines/vm")
	e.evidence = []demarc.Evidence{seen(onID(vm), vulnerabilities, demarc.Fail), seen(onID(sub), healthAlerts, demarc.Fail)}
	a := e.assess(t)
	visited, above, unmet := 0, 0, 0
	a.Verdicts.Each(func(i int, own, over *demarc.VerdictSet) bool {
		if i != visited {
			t.Fatalf("resource %d after %d", i, visited-1)
		}
		visited++
		above += len(over.Verdicts)
		if own.ID != a.Verdicts.SetOf(i).ID {
			t.Errorf("%s: another set", a.Resources[i].ID)
		}
		var got, want []string
		for _, v := range slices.Concat(own.Verdicts, over.Verdicts) {
			got = append(got, word(v.Responsibility, &v.Judgement, v.Accepted))
			if v.Status == demarc.Unmet {
				unmet++
			}
		}
		for _, v := range a.Verdicts.Of(i) {
			want = append(want, word(v.Responsibility, &v.Judgement, v.Accepted))
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", a.Resources[i].ID, got, want)
		}
		return true
	})
	if visited != len(a.Resources) || above == 0 || unmet == 0 {
		t.Errorf("%d of %d resources, %d verdicts above them, %d unmet", visited, len(a.Resources), above, unmet)
	}
	stopped := 0
	a.Verdicts.Each(func(int, *demarc.VerdictSet, *demarc.VerdictSet) bool { stopped++; return false })
	if stopped != 1 {
		t.Errorf("visited %d after it was told to stop", stopped)
	}
}

func word(r *demarc.Responsibility, said *demarc.Judgement, accepted bool) string {
	words := []string{r.ID, said.Status.String(), string(said.Reason)}
	if accepted {
		words = append(words, "accepted")
	}
	return strings.Join(words, " ")
}

// TestNamed: what only documents name is told to those who hide names.
func TestNamed(t *testing.T) {
	e := mixed()
	e.options.Name = "Contoso"
	e.options.Parties = []demarc.Party{{ID: "fabrikam", Name: "Fabrikam Managed Services"}}
	e.options.Workloads = []assess.Workload{{Name: "shop"}}
	e.options.OwnerRules = []demarc.OwnerRule{{Owner: "Shop team"}}
	e.options.Delegations = []demarc.Delegation{{Party: "fabrikam", Contract: "2025-17"}}
	e.statements = []any{demarc.Exception{Responsibility: "os.patch", Approver: "CISO", Owner: "Plant"}}
	named := e.assess(t).Named()
	for _, want := range []string{"Contoso", "fabrikam", "Fabrikam Managed Services", "shop", "Shop team", "2025-17", "CISO", "Plant"} {
		if !slices.Contains(named, want) {
			t.Errorf("%q is not among %q", want, named)
		}
	}
}
