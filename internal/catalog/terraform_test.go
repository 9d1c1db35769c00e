package catalog_test

import (
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
)

func TestTerraformLookup(t *testing.T) {
	c := load(t)
	tests := []struct {
		resource, typ string
		settings      bool
		none          string
	}{
		{resource: "azurerm_linux_virtual_machine", typ: "Microsoft.Compute/virtualMachines"},
		{resource: "azurerm_availability_set", typ: "Microsoft.Compute/availabilitySets"},
		{resource: "azurerm_app_service", typ: "Microsoft.Web/sites"},
		{resource: "azurerm_active_directory_domain_service", typ: "Microsoft.AAD/domainServices"},
		{resource: "azurerm_monitor_diagnostic_setting", typ: "Microsoft.Insights/diagnosticSettings"},
		{resource: "azurerm_subnet_route_table_association", typ: "Microsoft.Network/virtualNetworks/subnets", settings: true},
		{resource: "azurerm_storage_blob", none: "data in a storage account"},
		{resource: "azuread_access_package_catalog", typ: "entra/entra-id-governance", settings: true},
		{resource: "azuredevops_project", typ: "microsoft/azure-devops-project"},
		{resource: "azuredevops_build_definition", typ: "microsoft/azure-devops-project", settings: true},
		{resource: "random_password", none: "a value made inside of Terraform"},
		{resource: "aws_s3_bucket", typ: "aws/s3-bucket"},
	}
	for _, tt := range tests {
		t.Run(tt.resource, func(t *testing.T) {
			r, ok := c.Terraform(tt.resource)
			if !ok || r.Type != tt.typ || r.Settings != tt.settings || r.None != tt.none {
				t.Errorf("got %+v, %v", r, ok)
			}
		})
	}
	for _, name := range []string{"azurerm_", "azurerm_none", "datadog_monitor", "", "_", "randompassword"} {
		if r, ok := c.Terraform(name); ok {
			t.Errorf("%q is %+v", name, r)
		}
	}
	if !c.TerraformPointed("microsoft.network/networkinterfaces") || c.TerraformPointed("microsoft.web/sites") {
		t.Error("what is pointed to is not told")
	}
}

// TestTerraformTypesAreDescribed: what a resource of Terraform stands for is
// described here, by a type or at least by a family.
func TestTerraformTypesAreDescribed(t *testing.T) {
	c := load(t)
	names, mapped := 0, 0
	check := func(name, typ string) {
		names++
		folded := demarc.Fold(typ)
		if _, ok := c.FamilyOf(folded); !ok {
			t.Errorf("%s is of type %s, whose family nobody described", name, typ)
		}
		if e, ok := c.Type(folded); ok && e.Type.Type != typ {
			t.Errorf("%s: the type is spelled %s", name, e.Type.Type)
		}
	}
	for _, f := range c.TerraformFiles {
		for name, typ := range f.Types {
			check(name, typ)
		}
		for name, typ := range f.Settings {
			check(name, typ)
		}
		for _, r := range f.Resources {
			if r.Body == "" {
				check(r.Resource, r.Type)
			}
			if len(r.Values) > 0 {
				mapped++
			}
		}
	}
	if names < 1200 || mapped < 60 {
		t.Errorf("%d resources, %d of them with attributes", names, mapped)
	}
}

func TestTerraformFilesAreChecked(t *testing.T) {
	const top = "source: https://example.com/t\nchecked: 2026-11-22\n"
	tests := []struct{ name, text, want string }{
		{"good", top + "types: {acme_box: Acme.Store/boxes}\n", ""},
		{"no source", "checked: 2026-11-22\ntypes: {acme_box: Acme.Store/boxes}\n", "source"},
		{"no type", top + "types:\n  acme_box: boxes\n", `t.yaml:4: "boxes" is no type`},
		{"twice", top + "types: {acme_box: Acme.Store/boxes}\nsettings: {acme_box: Acme.Store/boxes}\n", "terraform resource acme_box"},
		{"no reason", top + "none: {acme_box: \"\"}\n", "does not say why"},
		{"unknown key", top + "resources:\n  - {resource: acme_box, typ: Acme.Store/boxes}\n", "typ"},
		{"value without a source", top + "resources:\n  - {resource: acme_box, type: Acme.Store/boxes, values: [{to: kind}]}\n", "a value has a property"},
		{"value with two sources", top + "resources:\n  - {resource: acme_box, type: Acme.Store/boxes, values: [{to: kind, from: a, set: b}]}\n", "a value has a property"},
		{"bad path", top + "resources:\n  - {resource: acme_box, type: Acme.Store/boxes, values: [{to: kind, from: \"a[0]\"}]}\n", "a[0]"},
		{"pointer without a type", top + "resources:\n  - {resource: acme_box, type: Acme.Store/boxes, points: [{from: ids, path: managedBy}]}\n", "is no type"},
		{"pointer without a path", top + "resources:\n  - {resource: acme_box, type: Acme.Store/boxes, points: [{from: ids, of: Acme.Store/boxes}]}\n", "a pointer has"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := fstest.MapFS{}
			for name, text := range maps.All(small) {
				files[name] = &fstest.MapFile{Data: []byte(text)}
			}
			files["services/acme/terraform/t.yaml"] = &fstest.MapFile{Data: []byte(tt.text)}
			_, err := catalog.Load(files)
			if tt.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "t.yaml") {
				t.Errorf("error %v, want %s", err, tt.want)
			}
		})
	}
}
