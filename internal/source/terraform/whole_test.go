package terraform

import (
	"context"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

// mapped is a small catalogue of our own.
type mapped struct{}

func (mapped) Terraform(resource string) (catalog.TerraformResource, bool) {
	switch resource {
	case "azurerm_network_security_group":
		return catalog.TerraformResource{Resource: resource, Type: "Microsoft.Network/networkSecurityGroups", Values: []catalog.TerraformValue{
			{To: "properties.flush", From: "flush"},
			{To: "properties.securityRules[*].name", From: "security_rule[*].name"},
			{To: "properties.securityRules[*].properties.access", From: "security_rule[*].access", Words: map[string]string{"no": "Deny"}},
			{To: "properties.securityRules[*].properties.ports", From: "security_rule[*].ports"},
			{To: "properties.acls.ipRules[*].value", From: "acls[*].ip_rules[*]"},
			{To: "properties.deep.list[*].inner[*].v", From: "outer[*].inner[*].v"},
		}}, true
	case "azapi_resource":
		return catalog.TerraformResource{Resource: resource, Body: "body"}, true
	}
	return catalog.TerraformResource{}, false
}

func (mapped) TerraformPointed(string) bool { return false }

// wholeValues reads one change of a plan.
func wholeValues(t *testing.T, typ, after, unknown, sensitive string, wishes ...slots.Wish) *sourcetest.Sink {
	t.Helper()
	text := `{"format_version":"1.2","resource_changes":[{"address":"` + typ + `.x","mode":"managed","type":"` + typ + `","name":"x","change":{"actions":["create"],"before":null,` +
		`"after":{` + after + `},"after_unknown":{"id":true` + unknown + `},"after_sensitive":{` + sensitive + `}}}],"configuration":{"root_module":{}}}`
	in, err := source.NewInput(&demarc.File{Path: "plan.json"}, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	sink := sourcetest.NewSink(t, wishes...)
	if err := New(func() (Knowledge, error) { return mapped{}, nil }).Read(context.Background(), in, sink); err != nil {
		t.Fatal(err)
	}
	return sink
}

func TestWholeValuesOfBlocks(t *testing.T) {
	const rules = `"name":"x","flush":true,"security_rule":[{"name":"a","access":"no","ports":["1","2"],"other":1},{"name":"b","access":"Allow","ports":[]}],` +
		`"acls":[{"ip_rules":["10.0.0.0/8","11.0.0.0/8"]}],"outer":[{"inner":[{"v":1},{"v":2}]},{"inner":[]}],"tags":{"a":"b"}`
	const group = "Microsoft.Network/networkSecurityGroups"
	sink := wholeValues(t, "azurerm_network_security_group", rules, `,"tags":{"late":true}`, `"security_rule":[{},{"access":true}]`,
		slots.Wish{Path: "tags", Whole: true},
		slots.Wish{Type: group, Path: "properties", Whole: true}, slots.Wish{Type: group, Path: "properties.securityRules", Whole: true, Only: []string{"name", "properties.access"}},
		slots.Wish{Type: group, Path: "properties.securityRules[*].properties.access"}, slots.Wish{Type: group, Path: "properties.flush"})
	if len(sink.Resources) != 1 {
		t.Fatalf("%d resources", len(sink.Resources))
	}
	list := "[{name: a, properties: {access: Deny, ports: [1 2], ...}, ...} {name: b, properties: {access: unknown: marked sensitive, ports: [], ...}, ...}]"
	for path, want := range map[string]string{
		"tags": "{a: b, late: unknown: known only after apply}", "properties.flush": "true", "properties.securityrules": list,
		"properties": "{flush: true, securityRules: " + list + ", acls: {ipRules: [{value: 10.0.0.0/8, ...} {value: 11.0.0.0/8, ...}], ...}, " +
			"deep: {list: [{inner: [{v: 1, ...} {v: 2, ...}], ...} {inner: [], ...}], ...}, ...}",
	} {
		if got := valueOf(sink.Resources[0], path); got != want {
			t.Errorf("%s is\n%s, want\n%s", path, got, want)
		}
	}
}

func TestWholeValuesOfUnknownBlocks(t *testing.T) {
	wish := slots.Wish{Path: "properties", Whole: true}
	for _, tt := range []struct{ name, after, unknown, want string }{
		{"all unknown", `"name":"x"`, `,"security_rule":true`, "{securityRules: unknown: known only after apply, ...}"},
		{"one of them", `"name":"x","security_rule":[{"name":"a"},{}]`, `,"security_rule":[{},{"name":true}]`,
			"{securityRules: [{name: a, properties: {access: missing, ports: missing, ...}, ...} " +
				"{name: unknown: known only after apply, properties: {access: missing, ports: missing, ...}, ...}], ...}"},
		{"none shown", `"name":"x"`, ``, "unknown: not seen"},
		{"empty", `"name":"x","security_rule":[]`, ``, "{securityRules: [], ...}"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sink := wholeValues(t, "azurerm_network_security_group", tt.after, tt.unknown, "", wish)
			if got := valueOf(sink.Resources[0], "properties"); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestWholeValuesOfBodies(t *testing.T) {
	const after = `"type":"Microsoft.Web/sites@2023-01-01","name":"x","location":"westeurope","body":{"properties":{"a":{"b":1},"key":"k","list":[{"c":1},{"c":2}]},"kind":"app"}`
	sink := wholeValues(t, "azapi_resource", after, `,"body":{"properties":{"late":true,"list":[{},{"c":true}]}}`, `"body":{"properties":{"key":true}}`,
		slots.Wish{Path: "properties", Whole: true}, slots.Wish{Path: "properties.a.b"}, slots.Wish{Path: "properties.key"})
	want := "{a: {b: 1, ...}, key: unknown: marked sensitive, list: [{c: 1, ...} {c: unknown: known only after apply, ...}], late: unknown: known only after apply, ...}"
	if got := valueOf(sink.Resources[0], "properties"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func valueOf(r sourcetest.Resource, path string) string {
	v, ok := r.Values[path]
	if !ok {
		return "unknown: not seen"
	}
	return v.String()
}
