//go:build conformance

package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/app"
)

// publishedPack makes a pack of all published definitions and gives its folder.
func publishedPack(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	_, err := app.AddPolicyPack(app.PackRequest{Folder: folder, Name: "azure-policy", Path: builtIns(), Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// checked assesses a file by our own definitions and all published ones.
func checked(t *testing.T, pack, path string) *demarc.Assessment {
	t.Helper()
	a, err := app.Assess(context.Background(), app.Request{Paths: []string{path}, AsOf: "2026-11-22",
		Checks: app.Checks{Packs: []string{"azure-policy"}, Folder: pack}})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// onTheFace are the definitions that refuse a resource for what an export
// without properties shows: its type, name, tags or SKU.
var onTheFace = map[string]string{
	"1d84d5fb-01f6-4d12-ba4f-4a26081d403d": "the type: classic virtual machines",
	"37e0d2fe-28a5-43d6-a273-67d37d1f5606": "the type: classic storage accounts",
	"335d919a-dc24-4a94-b7cb-9f81b1a8156f": "the type: partner memberships",
	"84497762-32b6-4ab3-80b6-732ea48b85a2": "the type: cache rules of registries",
	"76bed37b-484f-430f-a009-fd7592dff818": "the type: delegations to another tenant",
	"4c660f31-eafb-408d-a2b3-6ed2260bd26c": "the type: licences for extended updates",
	"2571b7c3-3056-4a61-b00a-9bc5232234f5": "the type: federated credentials, none of which its defaults allow",
	"ea6c4923-510a-4346-be26-1894919a5b97": "the type: functions of streaming jobs",
	"fe8684d6-3c5b-45c0-a08b-fa92653c2e1c": "the type: functions of streaming jobs, none of which its defaults allow",
	"56fd377d-098c-4f02-8406-81eb055902b8": "the type: firewall rules of Synapse workspaces that have a name",
	"b278e460-7cfc-4451-8294-cccc40a940d7": "the name: a rule other than RootManageSharedAccessKey",
	"a1817ec0-a368-432a-8057-8371e17ac6ee": "the name: a rule other than RootManageSharedAccessKey",
	"480d0f91-30af-4a76-9afb-f5710ac52b09": "the tags: a machine without that of private connections",
	"85b005b2-95fc-4953-b9cb-f9ee6427c754": "the SKU of a storage account",
	"bf045164-79ba-4215-8f95-f8048dc1780b": "the SKU of a storage account",
}

// TestNothingIsRefusedUnseen: over exports without properties nothing is
// non-compliant but what the export shows.
func TestNothingIsRefusedUnseen(t *testing.T) {
	paths := []string{blindExport(t)}
	for _, path := range corpus(t, "azure-inventory") {
		slashed := filepath.ToSlash(path)
		if !strings.Contains(slashed, "/review-checklists/") && !strings.HasSuffix(slashed, "/nsg-rules.json") {
			paths = append(paths, path)
		}
	}
	if len(paths) != 8 {
		t.Errorf("%d exports, want 8", len(paths))
	}
	met, pack := map[string]bool{}, publishedPack(t)
	for _, path := range paths {
		a := checked(t, pack, path)
		asked := 0
		for i := range a.Checks.Len() {
			e := a.Checks.At(i)
			asked++
			if demarc.CheckVerdictOf(e.Outcome) != demarc.NonCompliant {
				continue
			}
			if met[e.Check] = true; onTheFace[e.Check] == "" {
				t.Errorf("%s: %s:%s refuses %s", path, e.Tool, e.Check, e.Subject.ID)
			}
		}
		if asked < 1000 {
			t.Errorf("%s: only %d results", path, asked)
		}
	}
	for name, why := range onTheFace {
		if !met[name] {
			t.Errorf("%s refuses nothing any more, for %s", name, why)
		}
	}
}

// blindExport is what az resource list writes of one resource of each type that
// a published definition names.
func blindExport(t *testing.T) string {
	t.Helper()
	spelled := map[string]string{}
	for path, text := range definitions(t) {
		var d struct{ Properties struct{ PolicyRule any } }
		if err := json.Unmarshal(text, &d); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		for _, typ := range namedTypes(d.Properties.PolicyRule) {
			if first := spelled[demarc.Fold(typ)]; first == "" || typ < first {
				spelled[demarc.Fold(typ)] = typ
			}
		}
	}
	if len(spelled) < 400 {
		t.Fatalf("%d types", len(spelled))
	}
	type row struct {
		ID       string            `json:"id"`
		Name     string            `json:"name"`
		Type     string            `json:"type"`
		Location string            `json:"location"`
		Tags     map[string]string `json:"tags"`
	}
	var rows []row
	for _, folded := range slices.Sorted(maps.Keys(spelled)) {
		parts := strings.Split(spelled[folded], "/")
		id := "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/" + parts[0]
		name := ""
		for i, part := range parts[1:] {
			name = fmt.Sprintf("n%d", i)
			id += "/" + part + "/" + name
		}
		rows = append(rows, row{id, name, spelled[folded], "westeurope", map[string]string{}})
	}
	text, err := json.Marshal(rows)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "resources.json")
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// namedTypes are all types that a rule compares with or looks for, those of
// scopes left out.
func namedTypes(rule any) []string {
	var list []string
	switch r := rule.(type) {
	case []any:
		for _, one := range r {
			list = append(list, namedTypes(one)...)
		}
	case map[string]any:
		if field, _ := r["field"].(string); strings.EqualFold(field, "type") {
			for _, value := range r {
				list = append(list, texts(value)...)
			}
		}
		if details, ok := r["details"].(map[string]any); ok {
			list = append(list, texts(details["type"])...)
		}
		for _, value := range r {
			list = append(list, namedTypes(value)...)
		}
	}
	return slices.DeleteFunc(list, func(typ string) bool {
		return strings.ContainsAny(typ, "*[") || strings.HasSuffix(typ, "/") || strings.HasPrefix(demarc.Fold(typ), "microsoft.resources/subscriptions")
	})
}
