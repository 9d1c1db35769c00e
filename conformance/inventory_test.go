//go:build conformance

package conformance

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

// refused are the only files of the corpus that are no inventories, by the end
// of their path, and what is said of them.
var refused = map[string]string{
	"2026-07-03/nsg-rules.json": "check results, not an inventory: rules of network security groups (NsgName, RuleName)",
	"2026-07-06/nsg-rules.json": "check results, not an inventory: rules of network security groups (NsgName, RuleName)",
}

// TestEveryInventoryIsRead: each file of the corpus gives as many resources as
// a plain look into it counts, and only check results are refused.
func TestEveryInventoryIsRead(t *testing.T) {
	files := corpus(t, "azure-inventory")
	if len(files) < 11 {
		t.Fatalf("%d files in the corpus", len(files))
	}
	for _, path := range files {
		if strings.Contains(filepath.ToSlash(path), "/review-checklists/") {
			continue // evidence, which TestChecklistCorpus compares
		}
		t.Run(filepath.Base(filepath.Dir(path))+"/"+filepath.Base(path), func(t *testing.T) {
			for end, message := range refused {
				if strings.HasSuffix(filepath.ToSlash(path), end) {
					isRefused(t, path, message)
					return
				}
			}
			readsAll(t, path, count(t, path))
		})
	}
}

// TestEveryRecordedBodyIsRead: the bodies of the recorded exchanges, each in a
// file of its own as a person would save it.
func TestEveryRecordedBodyIsRead(t *testing.T) {
	bodies := 0
	for _, path := range corpus(t, "azure-api") {
		var recorded struct {
			Interactions []struct {
				Response struct {
					Body struct{ Data json.RawMessage }
				}
			}
		}
		if err := json.Unmarshal(contents(t, path), &recorded); err != nil {
			t.Fatal(err)
		}
		for _, exchange := range recorded.Interactions {
			bodies++
			file := filepath.Join(t.TempDir(), "body")
			if err := os.WriteFile(file, exchange.Response.Body.Data, 0o644); err != nil {
				t.Fatal(err)
			}
			readsAll(t, file, countJSON(t, exchange.Response.Body.Data))
		}
	}
	if bodies != 12 {
		t.Errorf("%d bodies, want 12", bodies)
	}
}

// readsAll reads a file and wants so many resources with ids, and no record
// skipped.
func readsAll(t *testing.T, path string, want int) {
	t.Helper()
	in := app.OpenInputs([]string{path}, nil)
	sink := sourcetest.NewSink(t)
	if err := in.Read(context.Background(), sink); err != nil {
		t.Fatal(err)
	}
	if len(sink.Resources) != want || want == 0 {
		t.Errorf("%s: %d resources, want %d", path, len(sink.Resources), want)
	}
	for _, f := range in.Files {
		if f.Resources != want || f.Scopes+f.Statements+f.Notes != 0 {
			t.Errorf("%s accounts for %+v", path, *f)
		}
	}
	for _, r := range sink.Resources {
		if r.MadeUp || r.Type == "" || r.Name == "" || !strings.HasPrefix(demarc.Fold(r.ID), "/subscriptions/") {
			t.Errorf("%s: %+v", r.Place, r.Resource)
		}
	}
}

func isRefused(t *testing.T, path, message string) {
	t.Helper()
	sink := sourcetest.NewSink(t)
	err := app.OpenInputs([]string{path}, nil).Read(context.Background(), sink)
	if err == nil || !strings.Contains(err.Error(), path+": "+message) || len(sink.Resources) != 0 {
		t.Errorf("%d resources, %v; want it refused: %s", len(sink.Resources), err, message)
	}
}

// count counts the records of a file without any of our code.
func count(t *testing.T, path string) int {
	t.Helper()
	text := bytes.TrimPrefix(contents(t, path), []byte("\ufeff"))
	if filepath.Ext(path) != ".csv" {
		return countJSON(t, text)
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return len(rows) - 1
}

func countJSON(t *testing.T, text []byte) int {
	t.Helper()
	var list []any
	if json.Unmarshal(text, &list) == nil {
		return len(list)
	}
	var body map[string]any
	if err := json.Unmarshal(text, &body); err != nil {
		t.Fatal(err)
	}
	if value, ok := body["value"].([]any); ok {
		return len(value)
	}
	return 1
}

func contents(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// corpus lists the files in a folder of the corpus.
func corpus(t *testing.T, folder string) []string {
	t.Helper()
	shared := os.Getenv("DEMARC_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "shared")
	}
	var files []string
	err := filepath.WalkDir(filepath.Join(shared, "corpus", folder), func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(files)
	return files
}
