package defenderendpoint

import (
	"bytes"
	"context"
	"testing"
	"testing/fstest"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestCases(t *testing.T) { sourcetest.Cases(t, Format) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, Format) }

func TestDetect(t *testing.T) {
	tests := []struct {
		name, text string
		want       bool
	}{
		{"devices of Intune", "Device name,Compliance,OS\na,Compliant,Windows\n", false},
		{"devices of the directory", "displayName,deviceId,joinType\na,1,Hybrid\n", false},
		{"health of machines of another tool", "Device name,Health status\na,ok\n", false},
		{"device inventory", "Device ID,Device Name,Health Status,Exposure Level\na,b,Active,Low\n", true},
		{"weaknesses of a product", `[{"cveId":"CVE-1","productName":"x"}]`, false},
		{"weaknesses of machines", `[{"cveId":"CVE-1","machineId":"x"}]`, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := detect(source.NewHead([]byte(tt.text), true)); got != tt.want {
				t.Errorf("recognised: %v", got)
			}
		})
	}
}

// TestMachinesBeside: weaknesses name machines by Defender's id; a list of
// machines beside them says which these are.
func TestMachinesBeside(t *testing.T) {
	const weak = `{"value":[{"cveId":"CVE-1","machineId":"a"},{"cveId":"CVE-1","machineId":"b"},{"cveId":"CVE-1","machineId":"c"}]}`
	const azure = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm"
	folder := source.NewFolder(fstest.MapFS{
		"e/weak.json":       {Data: []byte(weak)},
		"e/Machines.json":   {Data: []byte(`{"value":[{"id":"a","computerDnsName":"srv-a"},{"id":"c","computerDnsName":null}]}`)},
		"e/machines-2.json": {Data: []byte(`[{"id":"b","computerDnsName":"srv-b","vmMetadata":{"resourceId":"` + azure + `"}}]`)},
		"e/machines-3.json": {Data: []byte(`[{"id":"c","computerDnsName":"srv-c"`)},
	})
	in, err := source.NewInput(&demarc.File{Path: "e/weak.json"}, bytes.NewReader([]byte(weak)))
	if err != nil {
		t.Fatal(err)
	}
	in.Within(folder, "e/weak.json")
	sink := sourcetest.NewSink(t)
	if err := Format.Read(context.Background(), in, sink); err != nil || len(sink.Evidences) != 3 {
		t.Fatalf("%d pieces of evidence, %v", len(sink.Evidences), err)
	}
	want := []demarc.Subject{{Host: "srv-a"}, {ID: azure}, {ID: "defender-for-endpoint/machines/c", Name: "c"}}
	for i, subject := range want {
		if got := sink.Evidences[i].Subject; got != subject {
			t.Errorf("about %+v, want %+v", got, subject)
		}
	}
}
