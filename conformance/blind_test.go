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

// TestNothingIsRefusedUnseen: over exports without properties nothing is
// non-compliant, not even by rules that ask for a type, a name or a SKU alone.
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
	pack := publishedPack(t)
	for _, path := range paths {
		a := checked(t, pack, path)
		asked := 0
		for i := range a.Checks.Len() {
			e := a.Checks.At(i)
			asked++
			if demarc.CheckVerdictOf(e.Outcome) == demarc.NonCompliant {
				t.Errorf("%s: %s:%s refuses %s", path, e.Tool, e.Check, e.Subject.ID)
			}
		}
		if asked < 1000 {
			t.Errorf("%s: only %d results", path, asked)
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
