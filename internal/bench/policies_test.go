package bench

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/json"
)

// definitions are a small archive: by path, what stands in properties.
var definitions = map[string]string{
	"azure-policy-1/built-in-policies/policyDefinitions/Boxes/open.json": `{"mode": "Indexed",
		"parameters": {"sizes": {"type": "Array", "defaultValue": ["Large"], "allowedValues": ["Large", "Huge"]}},
		"policyRule": {"if": {"allOf": [
			{"field": "type", "equals": "Contoso.Boxes/boxes"},
			{"anyOf": [
				{"FIELD": "contoso.boxes/boxes/lid", "Equals": "Open"},
				{"field": "Contoso.Boxes/boxes/size", "in": "[parameters('sizes')]"},
				{"field": "Contoso.Boxes/boxes/sealed", "notEquals": "true"},
				{"field": "Contoso.Boxes/boxes/floor", "less": 3},
				{"field": "Contoso.Boxes/boxes/label", "like": "fragile-*"},
				{"field": "tags['shelf']", "exists": false},
				{"value": "[length(field('Contoso.Boxes/boxes/rows[*].width'))]", "greater": 40},
				{"count": {"field": "Contoso.Boxes/boxes/rows[*]", "where": {"field": "Contoso.Boxes/boxes/rows[*].hint", "equals": "top"}}, "greater": 0},
				{"field": "Contoso.Boxes/boxes/grade", "equals": "fine"}
			]}]}, "then": {"effect": "audit"}}}`,
	"azure-policy-1/built-in-policies/policyDefinitions/Boxes/stamp.json": `{"policyRule": {
		"if": {"field": "type", "equals": "Contoso.Boxes/boxes"},
		"then": {"effect": "auditIfNotExists", "details": {"type": "Contoso.Boxes/boxes/stamps", "name": "main",
			"existenceCondition": {"field": "Contoso.Boxes/boxes/stamps/ink", "equals": "blue"}, "deployment": {"properties": {}}}}}}`,
	"azure-policy-1/built-in-policies/policyDefinitions/Boxes/log.json": `{"policyRule": {
		"if": {"field": "type", "in": ["Contoso.Boxes/boxes"]},
		"then": {"effect": "auditIfNotExists", "details": {"type": "Microsoft.Insights/diagnosticSettings"}}}}`,
	"azure-policy-1/built-in-policies/policyDefinitions/Azure Government/Boxes/open.json": `{"policyRule": {"if": {"field": "type", "equals": "Contoso.Elsewhere/boxes"}, "then": {"effect": "audit"}}}`,
	"azure-policy-1/built-in-policies/policyDefinitions/Boxes/data.json":                  `{"mode": "Contoso.Data", "policyRule": {"if": {"field": "type", "equals": "Contoso.Planes/boxes"}, "then": {"effect": "audit"}}}`,
	"azure-policy-1/built-in-policies/policySetDefinitions/Boxes/all.json":                `{"policyDefinitions": []}`,
}

// smallRules are those of the definitions, with no other type beside theirs.
func smallRules(t *testing.T) *Rules {
	t.Helper()
	rules, err := ReadRules(writeArchive(t, definitions), nil, map[string]string{"Contoso.Boxes/boxes/GRADE": "sku.grade"})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range rules.shapes {
		if !strings.HasPrefix(s.typ, "Contoso.") {
			rules.sum, s.weight = rules.sum-s.weight, 0
		}
	}
	return rules
}

func writeArchive(t *testing.T, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for name := range files {
			if !yield(name) {
				return
			}
		}
	}) {
		text := `{"name": "x", "properties": ` + files[name] + `}`
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "builtins.tar.gz")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

type policyRow struct {
	ID            string         `json:"id"`
	Name          string         `json:"name"`
	Type          string         `json:"type"`
	Tenant        string         `json:"tenantId"`
	Kind          string         `json:"kind"`
	Location      string         `json:"location"`
	ResourceGroup string         `json:"resourceGroup"`
	Subscription  string         `json:"subscriptionId"`
	ManagedBy     string         `json:"managedBy"`
	SKU           map[string]any `json:"sku"`
	Plan          any            `json:"plan"`
	Properties    map[string]any `json:"properties"`
	Tags          map[string]any `json:"tags"`
	Identity      any            `json:"identity"`
	Zones         any            `json:"zones"`
	Extended      any            `json:"extendedLocation"`
}

func policyRows(t *testing.T, rules *Rules, n int) (rows []policyRow, text []byte) {
	t.Helper()
	var b bytes.Buffer
	if err := WritePolicies(&b, rules, Export{Seed: 5, Rows: n}); err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Total     int         `json:"totalRecords"`
		Count     int         `json:"count"`
		Truncated string      `json:"resultTruncated"`
		Facets    []string    `json:"facets"`
		Data      []policyRow `json:"data"`
	}
	if err := json.Unmarshal(b.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	if len(answer.Data) != n || answer.Count != n || answer.Total != n {
		t.Fatalf("%d rows of %d, want %d", len(answer.Data), answer.Total, n)
	}
	return answer.Data, b.Bytes()
}

// TestWritePoliciesAtBoundaries: every path takes the values of its rule and
// those beside them, and nothing else.
func TestWritePoliciesAtBoundaries(t *testing.T) {
	rows, _ := policyRows(t, smallRules(t), 4000)
	seen := map[string]map[string]int{}
	see := func(path string, value any, there bool) {
		if seen[path] == nil {
			seen[path] = map[string]int{}
		}
		text := "absent"
		if there {
			text = fmt.Sprintf("%v", value)
		}
		seen[path][text]++
	}
	for _, row := range rows {
		if row.Type != "contoso.boxes/boxes" {
			continue
		}
		for _, path := range []string{"lid", "size", "sealed", "floor", "label"} {
			value, there := row.Properties[path]
			see(path, value, there)
		}
		list, there := row.Properties["rows"].([]any)
		see("rows", len(list), there)
		for _, element := range list {
			value, there := element.(map[string]any)["hint"]
			see("hint", value, there)
		}
		value, there := row.SKU["grade"]
		see("grade", value, there)
	}
	want := map[string][]string{
		"lid":    {"<nil>", "Another", "Open", "absent", "oPEN"},
		"size":   {"<nil>", "Another", "Huge", "Large", "absent", "hUGE", "lARGE"},
		"sealed": {"<nil>", "absent", "false", "true"},
		"floor":  {"2", "3", "4", "<nil>", "absent"},
		"label":  {"<nil>", "Another", "FRAGILE-X1", "absent", "fragile-x1"},
		"rows":   {"0", "1", "2", "3", "absent"},
		"hint":   {"<nil>", "Another", "TOP", "absent", "top"},
		"grade":  {"<nil>", "Another", "FINE", "absent", "fine"},
	}
	for path, values := range want {
		got := slices.Sorted(func(yield func(string) bool) {
			for v := range seen[path] {
				if !yield(v) {
					return
				}
			}
		})
		if !slices.Equal(got, values) {
			t.Errorf("%s takes %v, want %v", path, seen[path], values)
		}
	}
}

// TestWritePoliciesTypes: no type of another cloud or of a data plane, related
// resources hang where rules search them, and ids and columns agree.
func TestWritePoliciesTypes(t *testing.T) {
	rows, text := policyRows(t, smallRules(t), 4000)
	types, ids, tagged := map[string]int{}, map[string]bool{}, 0
	for _, row := range rows {
		types[row.Type]++
		ids[strings.ToLower(row.ID)] = true
		if row.Tags["shelf"] != nil {
			tagged++
		}
	}
	for _, row := range rows {
		if !strings.HasPrefix(row.ID, "/subscriptions/"+row.Subscription+"/resourceGroups/"+row.ResourceGroup+"/providers/") || !strings.HasSuffix(row.ID, "/"+row.Name) {
			t.Fatalf("the columns of %s do not agree: name %q, group %q", row.ID, row.Name, row.ResourceGroup)
		}
		at := strings.Index(row.ID, "/providers/Microsoft.Insights/diagnosticSettings/")
		if at < 0 {
			at = strings.Index(row.ID, "/stamps/main")
		}
		if at >= 0 && !ids[strings.ToLower(row.ID[:at])] {
			t.Fatalf("%s hangs on a resource that the export lacks", row.ID)
		}
	}
	if len(ids) != len(rows) {
		t.Errorf("%d ids in %d rows", len(ids), len(rows))
	}
	for typ, n := range types {
		if !slices.Contains([]string{"contoso.boxes/boxes", "contoso.boxes/boxes/stamps", "microsoft.insights/diagnosticsettings"}, typ) || n < 100 {
			t.Errorf("%d of %s", n, typ)
		}
	}
	if tagged == 0 || tagged == len(rows) {
		t.Errorf("%d of %d rows have the tag that a rule asks for", tagged, len(rows))
	}
	if mean := len(text) / len(rows); mean < 2000 || mean > 3000 {
		t.Errorf("%d bytes a row", mean)
	}
	if i := bytes.IndexByte(text, '$'); i >= 0 {
		t.Errorf("a variable stands for nothing: %.40s", text[i:])
	}
}

func TestWritePoliciesIsDeterministic(t *testing.T) {
	_, once := policyRows(t, smallRules(t), 500)
	_, again := policyRows(t, smallRules(t), 500)
	if !bytes.Equal(once, again) {
		t.Error("two exports of one seed differ")
	}
}

// TestUsualTypesComeMost: without anybody's choice most resources are of the
// types that estates have most.
func TestUsualTypesComeMost(t *testing.T) {
	rules, err := ReadRules(writeArchive(t, definitions), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := policyRows(t, rules, 3000)
	types := map[string]int{}
	for _, row := range rows {
		types[row.Type]++
	}
	if disks, rare := types["microsoft.compute/disks"], types["microsoft.purview/accounts"]; disks < 50 || rare > disks/10 || len(types) < 60 {
		t.Errorf("%v", types)
	}
}

func TestWriteManifest(t *testing.T) {
	rules, export := smallRules(t), Export{Seed: 5, Rows: 4000}
	var b bytes.Buffer
	if err := WriteManifest(&b, rules, export); err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Schema    string `json:"schema"`
		Collector string `json:"collector"`
		At        string `json:"at"`
		Scopes    []struct {
			Scope string `json:"scope"`
			Types []struct {
				Type  string `json:"type"`
				State string `json:"state"`
			} `json:"types"`
		} `json:"scopes"`
	}
	if err := json.Unmarshal(b.Bytes(), &manifest); err != nil {
		t.Fatal(err)
	}
	rows, _ := policyRows(t, rules, export.Rows)
	subscriptions := map[string]bool{}
	for _, row := range rows {
		subscriptions["/subscriptions/"+row.Subscription] = true
	}
	for _, s := range manifest.Scopes {
		if !subscriptions[s.Scope] {
			t.Errorf("%s has no resources", s.Scope)
		}
		var types []string
		for _, x := range s.Types {
			types = append(types, x.Type+" "+x.State)
		}
		if want := []string{"contoso.boxes/boxes/stamps collected", "microsoft.insights/diagnosticsettings collected"}; !slices.Equal(types, want) {
			t.Errorf("%s: %v, want %v", s.Scope, types, want)
		}
	}
	if n := len(manifest.Scopes); n == 0 || n >= len(subscriptions) {
		t.Errorf("%d of %d subscriptions collected", n, len(subscriptions))
	}
}

func TestReadRulesSaysWhatFailed(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "broken")
	if err := os.WriteFile(broken, []byte("no archive"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ archive, want string }{
		{filepath.Join(t.TempDir(), "absent.tar.gz"), "absent.tar.gz"},
		{broken, "gzip"},
		{writeArchive(t, map[string]string{"other/readme.json": `{}`}), "it holds no policy definitions"},
		{writeArchive(t, map[string]string{"a/built-in-policies/policyDefinitions/B/c.json": `{`}), "policyDefinitions/B/c.json"},
	} {
		if _, err := ReadRules(tt.archive, nil, nil); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("got %v, want %q in it", err, tt.want)
		}
	}
}
