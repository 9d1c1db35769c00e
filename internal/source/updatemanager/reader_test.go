package updatemanager

import (
	"bytes"
	"context"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/armrow"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestCases(t *testing.T) { sourcetest.Cases(t, New()) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, New()) }

func TestDetect(t *testing.T) {
	const id = `"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v`
	tests := []struct {
		name, text string
		want       bool
	}{
		{"an assessment", `[{` + id + `/patchAssessmentResults/latest","type":"microsoft.compute/virtualmachines/patchassessmentresults"}]`, true},
		{"an assessment without a type", `[{` + id + `/patchAssessmentResults/latest","properties":{}}]`, true},
		{"a machine", `[{` + id + `","type":"microsoft.compute/virtualmachines"}]`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := detect(source.NewHead([]byte(tt.text), true)); got != tt.want {
				t.Errorf("recognised: %v", got)
			}
		})
	}
}

// TestTable: among the rows of other tables nobody adds up, so a number of
// updates is no evidence, and its being zero is.
func TestTable(t *testing.T) {
	const text = `[{"id":"/a","name":"a","type":"microsoft.compute/virtualmachines"},
{"id":"/a/patchAssessmentResults/latest","type":"Microsoft.Compute/virtualMachines/patchAssessmentResults","properties":{"status":"Succeeded","availablePatchCountByClassification":{"security":2}}},
{"id":"/b/patchAssessmentResults/latest","type":"Microsoft.Compute/virtualMachines/patchAssessmentResults","properties":{"status":"Succeeded","availablePatchCountByClassification":{"security":0}}}]`
	in, err := source.NewInput(&demarc.File{Path: "in"}, bytes.NewReader([]byte(text)))
	if err != nil {
		t.Fatal(err)
	}
	sink := sourcetest.NewSink(t)
	if err := armrow.Read(context.Background(), in, sink, armrow.Graph, Table); err != nil {
		t.Fatal(err)
	}
	if len(sink.Evidences) != 1 || sink.Evidences[0].Outcome != demarc.Pass || sink.Evidences[0].Subject.ID != "/b" || len(sink.Resources) != 1 {
		t.Errorf("got %+v and %d resources", sink.Evidences, len(sink.Resources))
	}
}
