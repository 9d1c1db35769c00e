package assess_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/assess"
)

// openWords writes the open questions as "count type: question (properties)".
func openWords(a *assess.Settled) []string {
	var list []string
	for _, u := range a.Undecided {
		list = append(list, fmt.Sprintf("%d %s: %s (%s)", u.Count, u.Type, u.Question, strings.Join(u.Properties, ", ")))
	}
	return list
}

// What was not seen and could give an area to somebody else is asked for, once
// for all properties of a type; what only words a half differently is not.
func TestOpenQuestions(t *testing.T) {
	vm, aks := in("Microsoft.Compute/virtualMachines/vm"), in("Microsoft.ContainerService/managedClusters/aks")
	oai := in("Microsoft.CognitiveServices/accounts/oai")
	tests := []struct {
		name    string
		records []record
		want    []string
	}{
		{"publisher's image", []record{blind(vm)}, []string{"1 Microsoft.Compute/virtualMachines: whose some of its areas are (plan.publisher)"}},
		{"seen", []record{full(vm, "{}"), full(aks, `{"properties":{"nodeResourceGroup":"mc"}}`)}, nil},
		{"managed group", []record{blind(aks)}, []string{"1 Microsoft.ContainerService/managedClusters: which resource group it manages (properties.nodeResourceGroup)"}},
		{"rules of one type", []record{blind(in("Microsoft.HybridCompute/machines/arc"))},
			[]string{"1 Microsoft.HybridCompute/machines: what exactly it is (kind, properties.cloudMetadata.provider)"}},
		{"no model seen", []record{full(oai, `{"kind":"OpenAI"}`)}, []string{"1 Microsoft.CognitiveServices/accounts: which AI models are deployed in it ()"}},
		{"model not seen", []record{full(oai, `{"kind":"OpenAI"}`), blind(oai + "/deployments/d")},
			[]string{"1 Microsoft.CognitiveServices/accounts/deployments: whose some of its areas are (properties.model.format, properties.model.name)"}},
		{"model seen", []record{full(oai, `{"kind":"OpenAI"}`), full(oai+"/deployments/d", `{"properties":{"model":{"format":"OpenAI","name":"gpt"}}}`)}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := estate{records: tt.records}.assess(t)
			if got := openWords(a); !slices.Equal(got, tt.want) {
				t.Errorf("open = %q, want %q", got, tt.want)
			}
			for _, u := range a.Undecided {
				if u.Settle == "" {
					t.Errorf("nothing settles %+v", u)
				}
			}
		})
	}
}
