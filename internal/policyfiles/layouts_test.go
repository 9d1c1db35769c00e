package policyfiles

import "github.com/demarc-dev/demarc/internal/json"

func isJSON(b []byte) bool { return json.Value(b).IsValid(json.Lenient) }

var layoutTests = []findTest{
	{
		"Enterprise Policy as Code: an initiative names definitions", map[string]string{
			"Definitions/policySetDefinitions/s.jsonc": `{"name":"s","properties":{"policyDefinitions":[{"policyDefinitionName":"ours"},{"policyDefinitionId":"/x"}]}}`,
		},
		[]string{`set s at Definitions/policySetDefinitions/s.jsonc#: {"name":"s","properties":{"policyDefinitions":[` +
			`{"policyDefinitionId":"/providers/Microsoft.Authorization/policyDefinitions/ours","policyDefinitionName":"ours"},{"policyDefinitionId":"/x"}]}}`}, nil,
	},
	{
		"Enterprise Policy as Code: a tree of assignments", map[string]string{
			"Definitions/policyAssignments/a.jsonc": `{"nodeName":"/root/","definitionEntry":{"policySetName":"s"},"parameters":{"effect":"Audit","x":1},"notScopes":{"*":["/n"]},
				"enforcementMode":"Default","children":[
				{"nodeName":"prod/","assignment":{"name":"a-prod","displayName":"A"},"parameters":{"effect":"Deny"},"scope":{"prod":["/providers/Microsoft.Management/managementGroups/p"]},"notScope":{"dev":["/d"]}},
				{"nodeName":"open/"}]}`,
		},
		[]string{`assignment /providers/Microsoft.Management/managementGroups/p/providers/Microsoft.Authorization/policyAssignments/a-prod at Definitions/policyAssignments/a.jsonc#/children/0: ` +
			`{"id":"/providers/Microsoft.Management/managementGroups/p/providers/Microsoft.Authorization/policyAssignments/a-prod","name":"a-prod","type":"Microsoft.Authorization/policyAssignments",` +
			`"properties":{"displayName":"A","scope":"/providers/Microsoft.Management/managementGroups/p","notScopes":["/n"],` +
			`"policyDefinitionId":"/providers/Microsoft.Authorization/policySetDefinitions/s","parameters":{"x":{"value":1},"effect":{"value":"Deny"}},"enforcementMode":"Default"}}`},
		[]string{"Definitions/policyAssignments/a.jsonc:4: a node of assignments without a scope"},
	},
	{
		"Enterprise Policy as Code: several definitions in one node", map[string]string{
			"a.json": `{"nodeName":"/","assignment":{"name":"-x"},"definitionEntryList":[{"policyName":"p","assignment":{"name":"one"}},{"policyId":"/q","assignment":{"name":"two","append":true}}],
				"overrides":[{"policyName":"p","effect":"Audit"}],"parameterFile":"p.csv","scope":{"e":["/s"]}}`,
		},
		[]string{
			`assignment /s/providers/Microsoft.Authorization/policyAssignments/one-x at a.json#: {"id":"/s/providers/Microsoft.Authorization/policyAssignments/one-x","name":"one-x","type":"Microsoft.Authorization/policyAssignments",` +
				`"properties":{"scope":"/s","notScopes":[],"policyDefinitionId":"/providers/Microsoft.Authorization/policyDefinitions/p","parameters":{},"overrides":[]}}`,
			`assignment /s/providers/Microsoft.Authorization/policyAssignments/-xtwo at a.json#: {"id":"/s/providers/Microsoft.Authorization/policyAssignments/-xtwo","name":"-xtwo","type":"Microsoft.Authorization/policyAssignments",` +
				`"properties":{"scope":"/s","notScopes":[],"policyDefinitionId":"/q","parameters":{},"overrides":[]}}`,
		},
		[]string{"a.json:1: the parameters that a file", "a.json:2: an override by the name"},
	},
	{
		"landing zones: files escaped for a template", map[string]string{
			"a.json": `{"name":"a","properties":{"policyRule":{"if":{"field":"[[concat('tags[', parameters('t'), ']')]","equals":"[[x"},"then":{"effect":"[[parameters('effect')]"}}}}`,
			"b.json": `{"name":"b","properties":{"policyDefinitions":[{"policyDefinitionId":"/a","parameters":{"effect":{"value":"[[parameters('e')]"}}}]}}`,
			"c.json": `{"name":"c","properties":{"policyRule":{"if":{"field":"name","equals":"[[x"},"then":{"effect":"[parameters('effect')]"}}}}`,
		},
		[]string{
			`definition a at a.json#: {"name":"a","properties":{"policyRule":{"if":{"field":"[concat('tags[', parameters('t'), ']')]","equals":"[x"},"then":{"effect":"[parameters('effect')]"}}}}`,
			`set b at b.json#: {"name":"b","properties":{"policyDefinitions":[{"policyDefinitionId":"/a","parameters":{"effect":{"value":"[parameters('e')]"}}}]}}`,
			`definition c at c.json#: {"name":"c","properties":{"policyRule":{"if":{"field":"name","equals":"[[x"},"then":{"effect":"[parameters('effect')]"}}}}`,
		}, nil,
	},
	{
		"landing zones: an assignment", map[string]string{
			"lib/A.alz_policy_assignment.json": `{"type":"Microsoft.Authorization/policyAssignments","name":"A","properties":{"policyDefinitionId":"/p","scope":"/m"}}`,
		},
		[]string{`assignment /m/providers/Microsoft.Authorization/policyAssignments/A at lib/A.alz_policy_assignment.json#: {"type":"Microsoft.Authorization/policyAssignments","name":"A","properties":{"policyDefinitionId":"/p","scope":"/m"}}`}, nil,
	},
}

const schema = `"$schema":"https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#","contentVersion":"1.0.0.0"`

var templateTests = []findTest{
	{
		"a template: escapes, names and what is deployed", map[string]string{
			"main.json": `{` + schema + `,"parameters":{"n":{"defaultValue":"named"}},"variables":{"mode":"All"},"resources":[{"type":"Microsoft.Authorization/policyDefinitions",
				"name":"[parameters('n')]","properties":{"mode":"[variables('mode')]","displayName":"[concat('a')]","policyRule":{"if":{"field":"[[concat('tags[', parameters('t'), ']')]","equals":"[variables('mode')]"},
				"then":{"effect":"[[parameters('effect')]","details":{"deployment":{"x":"[reference('y')]"}}}}}}]}`,
		},
		[]string{`definition named at main.json#/resources/0: {"name":"named","properties":{"mode":"All","displayName":"[concat('a')]","policyRule":{"if":{"field":"[concat('tags[', parameters('t'), ']')]","equals":"All"},` +
			`"then":{"effect":"[parameters('effect')]","details":{}}}}}`}, nil,
	},
	{
		"a template: a value that only a deployment knows", map[string]string{
			"main.json": `{` + schema + `,"resources":{"a":{"type":"Microsoft.Authorization/policyDefinitions","name":"a","properties":{"policyRule":{"if":{"field":"location","in":"[parameters('where')]"},"then":{"effect":"deny"}}}},
				"b":{"type":"Microsoft.Authorization/policyDefinitions","name":"b","properties":{"policyRule":"[json('{}')]"}}}}`,
		},
		nil, []string{"main.json:1: a definition that depends on an expression of the template: \"[parameters('where')]\"", "main.json:2: a definition whose policyRule is an expression"},
	},
	{
		"built Bicep: loaded files lie in variables", map[string]string{
			"main.json": `{` + schema + `,"variables":{"$fxv#0":{"name":"loaded","properties":{"policyRule":{"if":1,"then":{"effect":"[[parameters('effect')]"}}}}},
				"resources":[{"type":"Microsoft.Authorization/policyDefinitions","name":"[variables('$fxv#0').name]","properties":{"policyRule":"[variables('$fxv#0').properties.policyRule]"}}]}`,
		},
		[]string{`definition loaded at main.json#/variables/$fxv#0: {"name":"loaded","properties":{"policyRule":{"if":1,"then":{"effect":"[parameters('effect')]"}}}}`}, nil,
	},
	{
		"a template: modules and initiatives", map[string]string{
			"main.json": `{` + schema + `,"resources":[{"type":"Microsoft.Resources/deployments","properties":{"template":{` + schema + `,"resources":[{"type":"microsoft.authorization/policysetdefinitions","name":"s",
				"properties":{"policyDefinitions":[{"policyDefinitionId":"[resourceId('Microsoft.Authorization/policyDefinitions', 'p')]","parameters":{"e":{"value":"[[parameters('e')]"}}}]}}]}}}]}`,
		},
		[]string{`set s at main.json#/resources/0/properties/template/resources/0: {"name":"s","properties":{"policyDefinitions":[` +
			`{"policyDefinitionId":"/providers/Microsoft.Authorization/policyDefinitions/p","parameters":{"e":{"value":"[parameters('e')]"}}}]}}`}, nil,
	},
	{
		"a template: variables that name each other", map[string]string{
			"main.json": `{` + schema + `,"variables":{"x":{"a":"[variables('x')]"}},"resources":[{"type":"Microsoft.Authorization/policyDefinitions","name":"a","properties":{"policyRule":{"if":"[variables('x')]","then":{}}}}]}`,
		},
		nil, []string{`main.json:1: a definition that depends on an expression of the template: "it grows too large"`},
	},
}

var terraformTests = []findTest{
	{
		"jsonencode, a here document and a file", map[string]string{
			"policy.tf": `
# the first
resource "azurerm_policy_definition" "encoded" {
  name         = "encoded"
  policy_type  = "Custom"
  mode         = "Indexed" // as usual
  display_name = "Say \"why\" $${x}"
  policy_rule = jsonencode({
    if = {
      field = "type", "equals" : "a/b"
      not = [1, -2.5, true, null,]
    }
    then = { effect = "[parameters('effect')]" }
  })
}

resource "azurerm_policy_definition" "here" {
  name = "here"
  mode = "All"
  policy_rule = <<-POLICY_RULE
    {"if": {"field": "type"}, "then": {"effect": "audit"}}
    POLICY_RULE
  parameters = <<P
{"effect":{"type":"String"}}
P
}
resource "azurerm_policy_definition" "file" {
  policy_rule = file("${path.module}/rules/one.json")
  metadata    = jsonencode({ category = "X" })
}
`,
			"rules/one.json": `{"if":1,"then":{"effect":"audit"}}`,
		},
		[]string{
			`definition encoded at policy.tf#/resource/azurerm_policy_definition/encoded: {"name":"encoded","properties":{"displayName":"Say \"why\" ${x}","policyType":"Custom","mode":"Indexed",` +
				`"policyRule":{"if":{"field":"type","equals":"a/b","not":[1,-2.5,true,null]},"then":{"effect":"[parameters('effect')]"}}}}`,
			`definition here at policy.tf#/resource/azurerm_policy_definition/here: {"name":"here","properties":{"mode":"All","parameters":{"effect":{"type":"String"}},"policyRule":{"if":{"field":"type"},"then":{"effect":"audit"}}}}`,
			`definition file at policy.tf#/resource/azurerm_policy_definition/file: {"name":"file","properties":{"metadata":{"category":"X"},"policyRule":{"if":1,"then":{"effect":"audit"}}}}`,
		}, nil,
	},
	{
		"parts of files, and files of definitions that are not known", map[string]string{
			"p.tf": `resource azurerm_policy_definition parts {
  display_name = jsondecode(file("a.json")).properties.displayName
  policy_rule  = jsonencode(jsondecode(file("a.json")).properties.policyRule)
}
resource azurerm_policy_definition open {
  name        = jsondecode(file("b.json")).name
  policy_rule = jsonencode(jsondecode(file("b.json")).properties[var.x])
}
`,
			"a.json": `{"properties":{"displayName":"A","policyRule":{"if":1}}}`, "b.json": `{"name":"b","properties":{"policyRule":{"if":2}}}`,
		},
		[]string{
			`definition parts at p.tf#/resource/azurerm_policy_definition/parts: {"name":"parts","properties":{"displayName":"A","policyRule":{"if":1}}}`,
			`definition b at b.json#: {"name":"b","properties":{"policyRule":{"if":2}}}`,
		},
		[]string{"p.tf:5: the definition azurerm_policy_definition.open: its policy_rule is an expression"},
	},
	{
		"what is no literal", map[string]string{
			"policy.tf": `
locals { rule = { a = "}" } }
resource "azurerm_policy_definition" "local" {
  for_each    = { for k, v in var.x : k => "${v}}" if v != "" }
  name        = each.key
  policy_rule = jsonencode(local.rule)
}
resource "azurerm_policy_definition" "text" {
  policy_rule = <<R
{"if": {"field": "${var.field}"}}
R
}
resource "azurerm_policy_definition" "absent" {
  policy_rule = file("${path.module}/none.json")
}
resource "azurerm_policy_definition" "sum" {
  name        = "a" == "b" ? "c" : "d"
  policy_rule = jsonencode({ if = { value = 1 + 2 } })
}
resource "azurerm_policy_definition" "none" {
  name = "none"
}
resource "azurerm_policy_definition" "good" {
  policy_rule = "{\"if\":1,\"then\":{\"effect\":\"audit\"}}"
}
`,
		},
		[]string{`definition good at policy.tf#/resource/azurerm_policy_definition/good: {"name":"good","properties":{"policyRule":{"if":1,"then":{"effect":"audit"}}}}`},
		[]string{
			"policy.tf:3: the definition azurerm_policy_definition.local: its policy_rule is an expression that is no literal",
			"policy.tf:8: the definition azurerm_policy_definition.text: its policy_rule is a text that holds an expression",
			`policy.tf:13: the definition azurerm_policy_definition.absent: its policy_rule is the file "./none.json", which is not here`,
			"policy.tf:16: the definition azurerm_policy_definition.sum: its policy_rule is an expression that is no literal",
			"policy.tf:20: the definition azurerm_policy_definition.none: it has no policy_rule",
		},
	},
	{
		"an initiative", map[string]string{
			"set.tf": `
resource "azurerm_policy_set_definition" "s" {
  name = "s"
  policy_type = "Custom"
  policy_definition_reference {
    policy_definition_id = azurerm_policy_definition.p.id
    reference_id = "r"
    parameter_values = jsonencode({ e = { value = "[parameters('e')]" } })
    policy_group_names = ["g"]
  }
  policy_definition_group { name = "g" }
}
`, "p.tf": `resource "azurerm_policy_definition" "p" {
  name = "pp"
  policy_rule = "{}"
}
resource "azurerm_policy_definition" "q" { policy_rule = "{}", name = "q" }`,
		},
		[]string{`definition pp at p.tf#/resource/azurerm_policy_definition/p: {"name":"pp","properties":{"policyRule":{}}}`,
			`set s at set.tf#/resource/azurerm_policy_set_definition/s: {"name":"s","properties":{"policyType":"Custom","policyDefinitions":[{"policyDefinitionId":"/providers/Microsoft.Authorization/policyDefinitions/pp",` +
				`"policyDefinitionReferenceId":"r","parameters":{"e":{"value":"[parameters('e')]"}},"groupNames":["g"]}],"policyDefinitionGroups":[{"name":"g"}]}}`},
		[]string{"p.tf: line 5: "},
	},
	{
		"files of other things, and broken ones", map[string]string{
			"other.tf": `resource "x" {`, "broken.tf": `resource "azurerm_policy_definition" "a" {`,
		},
		nil, []string{"broken.tf: line 1: a block that does not end"},
	},
}
