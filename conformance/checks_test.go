//go:build conformance

package conformance

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/catalog"
)

// TestPolicyChecksExist: every definition of Azure Policy that a
// responsibility names is one of Microsoft's.
func TestPolicyChecksExist(t *testing.T) {
	published := policyNames(t)
	c, err := catalog.Load(os.DirFS("../data"))
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	for i := range c.Responsibilities {
		for _, task := range c.Responsibilities[i].List {
			for _, check := range slices.Concat(append(slices.Clone(task.Settles), task.Refutes, task.Supports)...) {
				name, ok := strings.CutPrefix(check, "azure-policy:")
				if !ok {
					continue
				}
				named++
				if !published[strings.ToLower(name)] {
					t.Errorf("%s names the policy %s, which is not published", task.ID, name)
				}
			}
		}
	}
	if named < 100 {
		t.Errorf("%d policies are named", named)
	}
}

// policyNames are the names of the published definitions.
func policyNames(t *testing.T) map[string]bool {
	t.Helper()
	f, err := os.Open(shared("data", "azure-policy-builtins.tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	packed, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for files := tar.NewReader(packed); ; {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			return names
		}
		if err != nil {
			t.Fatal(err)
		}
		if path.Ext(header.Name) != ".json" {
			continue
		}
		var definition struct {
			Name string `json:"name"`
		}
		text, err := io.ReadAll(files)
		if err != nil {
			t.Fatal(err)
		}
		if json.Unmarshal(bytes.TrimPrefix(text, []byte("\ufeff")), &definition) == nil {
			names[strings.ToLower(definition.Name)] = true
		}
	}
}
