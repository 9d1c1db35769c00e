package bench

import (
	"bufio"
	"fmt"
	"io"
)

// Nested says which nest of templates to make: one template whose last
// resource deploys a template of the same kind, and so on.
type Nested struct {
	Levels    int // of deployments below the outermost template
	Resources int // of each template, without the deployment
}

// templateHead begins every template.
const templateHead = `"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0"`

// nestedResource is a resource of a nest, with an expression for most of what
// a template leaves open; its numbers are the level, its own and an address.
const nestedResource = `{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "[toLower(concat(parameters('name'), '%d', 'x%d'))]", "location": "[resourceGroup().location]",
		"sku": {"name": "Standard_LRS"}, "kind": "StorageV2", "tags": {"env": "[if(equals(parameters('name'), 'default'), 'prod', 'test')]"},
		"properties": {"accessTier": "Hot", "networkAcls": {"bypass": "AzureServices", "defaultAction": "Deny", "virtualNetworkRules": [], "ipRules": [{"value": "[format('10.0.%d.{0}', 1)]", "action": "Allow"}]},
		"supportsHttpsTrafficOnly": true, "minimumTlsVersion": "TLS1_2", "allowBlobPublicAccess": false, "encryption": {"services": {"file": {"enabled": true}, "blob": {"enabled": true}}, "keySource": "Microsoft.Storage"}}}`

// nestedDeployment deploys what follows it, and hands the name down.
const nestedDeployment = `{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "deeper", "properties": {"mode": "Incremental",
				"expressionEvaluationOptions": {"scope": "inner"}, "parameters": {"name": {"value": "[parameters('name')]"}}, "template": `

// WriteNested writes a nest of templates. It is the same for the same numbers.
func WriteNested(w io.Writer, n Nested) error {
	b := bufio.NewWriter(w)
	for level := range n.Levels + 1 {
		if level > 0 {
			b.WriteString(",\n" + nestedDeployment)
		}
		b.WriteString(`{` + templateHead + `, "parameters": {"name": {"type": "string", "defaultValue": "default"}}, "resources": [`)
		for i := range n.Resources {
			if i > 0 {
				b.WriteString(",\n")
			}
			fmt.Fprintf(b, nestedResource, level, i, i%250)
		}
	}
	for range n.Levels {
		b.WriteString(`]}}}`)
	}
	b.WriteString("]}\n")
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write the templates: %w", err)
	}
	return nil
}
