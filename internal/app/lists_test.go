package app

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
)

// ruleOf is a rule of a network security group, as a template declares it.
func ruleOf(source, port string) string {
	return `"properties":{"priority":100,"direction":"Inbound","access":"Allow","protocol":"Tcp","sourcePortRange":"*","destinationAddressPrefix":"*",` +
		`"sourceAddressPrefix":"` + source + `","sourceAddressPrefixes":[],"destinationPortRange":"` + port + `","destinationPortRanges":[]}`
}

// template declares a group with rules in its list, "" for no list, and a rule
// apart, "" for none.
func template(inline, apart string) string {
	list := ""
	if inline != "" {
		list = `"securityRules":[{"name":"inline",` + inline + `}]`
	}
	text := `{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0","resources":[` +
		`{"type":"Microsoft.Network/networkSecurityGroups","apiVersion":"2024-01-01","name":"n","location":"westeurope","properties":{` + list + `}}`
	if apart != "" {
		text += `,{"type":"Microsoft.Network/networkSecurityGroups/securityRules","apiVersion":"2024-01-01","name":"n/apart",` + apart + `}`
	}
	return text + `]}`
}

// plan creates a group and a rule of its own.
func plan(blocks, source string) string {
	change := func(kind, name, after, unknown string) string {
		return `{"address":"` + kind + `.` + name + `","mode":"managed","type":"` + kind + `","name":"` + name + `","provider_name":"registry.terraform.io/hashicorp/azurerm",` +
			`"change":{"actions":["create"],"before":null,"after":{` + after + `},"after_unknown":{` + unknown + `}}}`
	}
	group, late := `"name":"n","location":"westeurope","resource_group_name":"rg"`, `"id":true,"security_rule":true`
	if blocks != "" {
		group, late = group+`,"security_rule":[`+blocks+`]`, `"id":true`
	}
	return `{"format_version":"1.2","terraform_version":"1.9.0","resource_changes":[` + change("azurerm_network_security_rule", "r",
		`"name":"ssh","resource_group_name":"rg","network_security_group_name":"n","priority":100,"direction":"Inbound","access":"Allow","protocol":"Tcp","source_port_range":"*",`+
			`"source_address_prefix":"`+source+`","source_address_prefixes":null,"destination_address_prefix":"*","destination_port_range":"22","destination_port_ranges":null`, `"id":true`) +
		`,` + change("azurerm_network_security_group", "g", group, late) + `],"configuration":{"root_module":{}}}`
}

// TestRulesOfGroups: a network security group is judged with all its rules, those
// in its list and those that stand apart.
func TestRulesOfGroups(t *testing.T) {
	const block = `{"name":"web","priority":200,"direction":"Inbound","access":"Allow","protocol":"Tcp","source_port_range":"*","source_port_ranges":[],` +
		`"source_address_prefix":"*","source_address_prefixes":[],"destination_address_prefix":"*","destination_port_range":"443","destination_port_ranges":[]}`
	tests := []struct{ name, text, want string }{
		{"a template with an open rule apart", template("", ruleOf("*", "22")), "non-compliant"},
		{"a template with a closed rule apart", template("", ruleOf("10.0.0.0/8", "22")), "unknown property not seen"},
		{"a template with an open rule in the list", template(ruleOf("Internet", "3389"), ""), "non-compliant"},
		{"a template with an open rule beside a list", template(ruleOf("10.0.0.0/8", "22"), ruleOf("*", "20-30")), "non-compliant"},
		{"a template with closed rules", template(ruleOf("10.0.0.0/8", "22"), ruleOf("*", "443")), "compliant"},
		{"a template without rules", template("", ""), "unknown property not seen"},
		{"a plan with an open rule", plan("", "*"), "non-compliant"},
		{"a plan with a closed rule", plan("", "10.0.0.0/8"), "unknown value unknown in a template"},
		{"a plan with an open rule beside a block", plan(block, "0.0.0.0/0"), "non-compliant"},
		{"a plan with closed rules", plan(block, "10.0.0.0/8"), "compliant"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "estate.json")
			if err := os.WriteFile(path, []byte(test.text), 0o644); err != nil {
				t.Fatal(err)
			}
			a, err := Assess(context.Background(), Request{Paths: []string{path}, AsOf: "2026-11-22"})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for i := range a.Checks.Len() {
				if e := a.Checks.At(i); e.Check == "network-nsg-management-ports" {
					got = append(got, strings.TrimSpace(demarc.CheckVerdictOf(e.Outcome).String()+" "+string(e.Reason)))
				}
			}
			if strings.Join(got, ", ") != test.want {
				t.Errorf("got %q, want %s", got, test.want)
			}
		})
	}
}
