package armtemplate

import (
	"context"
	"testing"

	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

// TestWholeValues: what a template declares of an object is open, and what it
// cannot work out is unknown in its place.
func TestWholeValues(t *testing.T) {
	text := `{` + schema + `, "parameters": {"late": {"type": "string"}, "acls": {"type": "object", "defaultValue": {"bypass": "None", "ipRules": [{"value": "10.0.0.0/8"}]}}},
		"variables": {"key": "Named"}, "resources": [{"type": "Microsoft.Web/sites", "apiVersion": "2023-01-01", "name": "x", "properties": {
			"a": "[parameters('late')]", "[variables('key')]": 1, "[parameters('late')]": 2, "acls": "[parameters('acls')]", "none": null,
			"copy": [{"name": "rules", "count": 2, "input": {"name": "[concat('r', copyIndex('rules'))]", "on": "[parameters('late')]"}}]}}]}`
	folder := files(map[string]string{"main.json": text})
	for _, tt := range []struct {
		name string
		only []string
		want string
	}{
		{"everything", nil, "{a: unknown: parameter late has no value, Named: 1, acls: {bypass: None, ipRules: [{value: 10.0.0.0/8, ...}], ...}, none: null, " +
			"rules: [{name: r0, on: unknown: parameter late has no value, ...} {name: r1, on: unknown: parameter late has no value, ...}], ...}"},
		{"some", []string{"rules.name", "named", "other"}, "{Named: 1, rules: [{name: r0, ...} {name: r1, ...}], other: unknown: the name of a property is not known, ...}"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sink := sourcetest.NewSink(t, slots.Wish{Path: "properties", Whole: true, Only: tt.only})
			if err := read(context.Background(), open(t, folder, "main.json"), sink); err != nil {
				t.Fatal(err)
			}
			if got := sink.Resources[0].Values["properties"].String(); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}
