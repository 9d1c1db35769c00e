package armtemplate

import (
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

// TestTarget: a template that is told where it is deployed gives whole ids.
func TestTarget(t *testing.T) {
	const group = "/subscriptions/3b0c9a74-58d1-4e62-8f2a-71c4e6d0b915/resourceGroups/rg"
	for _, tt := range []struct{ schema, target, want string }{
		{"deploymentTemplate", group, group},
		{"deploymentTemplate", "/subscriptions/3b0c9a74-58d1-4e62-8f2a-71c4e6d0b915", "/subscriptions/3b0c9a74-58d1-4e62-8f2a-71c4e6d0b915/resourceGroups/{resourceGroup}"},
		{"deploymentTemplate", "", "/subscriptions/{subscription}/resourceGroups/{resourceGroup}"},
		{"subscriptionDeploymentTemplate", group, "/subscriptions/3b0c9a74-58d1-4e62-8f2a-71c4e6d0b915"},
		{"managementGroupDeploymentTemplate", "/providers/Microsoft.Management/managementGroups/m", "/providers/Microsoft.Management/managementGroups/m"},
		{"tenantDeploymentTemplate", group, ""},
	} {
		text := `{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/` + tt.schema + `.json#","contentVersion":"1.0.0.0",
"resources":[{"type":"Microsoft.Test/things","apiVersion":"2023-05-01","name":"st"}]}`
		in, err := source.NewInput(&demarc.File{Path: "-"}, strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		in.Target = tt.target
		sink := sourcetest.NewSink(t)
		if err := Format.Read(t.Context(), in, sink); err != nil {
			t.Fatal(err)
		}
		if got, want := sink.Resources[0].ID, tt.want+"/providers/Microsoft.Test/things/st"; got != want {
			t.Errorf("%s to %q: %s, want %s", tt.schema, tt.target, got, want)
		}
	}
}
