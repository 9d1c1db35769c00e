package delegatedaccess

import (
	"testing"

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
		{"a registration", `[{"id":"/x","type":"Microsoft.ManagedServices/registrationAssignments","properties":{}}]`, true},
		{"rows of Resource Graph", `{"count":1,"data":[{"type":"microsoft.managedservices/registrationdefinitions"}]}`, true},
		{"relationships", `{"value":[{"id":"x","displayName":"a","customer":{},"accessDetails":{},"status":"active"}]}`, true},
		{"another resource", `[{"id":"/x","type":"Microsoft.Compute/virtualMachines","properties":{}}]`, false},
		{"another relationship", `{"value":[{"id":"x","displayName":"a","customer":{}}]}`, false},
		{"a table", "type,id\nMicrosoft.ManagedServices/registrationAssignments,x\n", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Format.Detect(source.NewHead([]byte(tt.text), true)); got != tt.want {
				t.Errorf("recognised: %v", got)
			}
		})
	}
}

func TestCutFold(t *testing.T) {
	before, after, ok := cutFold("/Subscriptions/S/Providers/Microsoft.ManagedServices/x", "/providers/microsoft.managedservices/")
	if before != "/Subscriptions/S" || after != "x" || !ok {
		t.Errorf("%q %q %v", before, after, ok)
	}
	if _, _, ok := cutFold("/subscriptions/s", "/providers/"); ok {
		t.Error("what is not there is cut")
	}
}
