package app

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

// TestMixedGraphAnswers: whichever row comes first, an answer of Resource Graph
// that holds resources and what services say of them loses neither.
func TestMixedGraphAnswers(t *testing.T) {
	rows := []string{
		`{"id":"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm","name":"vm","type":"microsoft.compute/virtualmachines","location":"westeurope"}`,
		`{"id":"/subscriptions/11111111-1111-1111-1111-111111111111/providers/Microsoft.Security/assessments/22222222-2222-2222-2222-222222222222","name":"22222222-2222-2222-2222-222222222222","type":"microsoft.security/assessments","properties":{"status":{"code":"Unhealthy"}}}`,
		`{"id":"/subscriptions/11111111-1111-1111-1111-111111111111/providers/Microsoft.Advisor/recommendations/33333333-3333-3333-3333-333333333333","name":"33333333-3333-3333-3333-333333333333","type":"microsoft.advisor/recommendations","properties":{"recommendationTypeId":"44444444-4444-4444-4444-444444444444","category":"Security"}}`,
		`{"id":"/subscriptions/11111111-1111-1111-1111-111111111111/providers/microsoft.policyinsights/policystates/x","name":"x","type":"microsoft.policyinsights/policystates","properties":{"resourceId":"/subscriptions/11111111-1111-1111-1111-111111111111","policyDefinitionName":"55555555-5555-5555-5555-555555555555","complianceState":"Compliant"}}`,
	}
	formats := []string{"resource-graph", "defender", "advisor", "azure-policy"}
	for turn, format := range formats {
		t.Run(format+" first", func(t *testing.T) {
			order := append(append([]string{}, rows[turn:]...), rows[:turn]...)
			path := filepath.Join(t.TempDir(), "answer.json")
			if err := os.WriteFile(path, []byte(`{"count":4,"data":[`+strings.Join(order, ",\n")+`]}`), 0o644); err != nil {
				t.Fatal(err)
			}
			in, sink := OpenInputs([]string{path}, nil), sourcetest.NewSink(t)
			if err := in.Read(context.Background(), sink); err != nil || in.Files[0].Format != format || in.Files[0].Evidence != 3 {
				t.Fatalf("%+v, %v", *in.Files[0], err)
			}
			tools := map[string]int{}
			for _, e := range sink.Evidences {
				tools[e.Tool]++
			}
			if len(sink.Resources) != 1 || !maps.Equal(tools, map[string]int{"defender": 1, "advisor": 1, "azure-policy": 1}) || len(sink.Notes) != 0 {
				t.Errorf("%d resources, evidence of %v, %d notes", len(sink.Resources), tools, len(sink.Notes))
			}
		})
	}
}
