package bench_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/bench"
)

func makeFolder(t *testing.T, seed uint64, files int) []bench.File {
	t.Helper()
	list, err := bench.Folder{Seed: seed, Files: files}.Make()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestFolder(t *testing.T) {
	templates, names, sizes := 0, map[string]bool{}, map[int]int{}
	for _, f := range makeFolder(t, 1, 1000) {
		var d deployed
		if err := json.Unmarshal(f.Text, &d); err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		if names[f.Name] {
			t.Errorf("two files are called %s", f.Name)
		}
		names[f.Name] = true
		if template, found := strings.CutSuffix(f.Name, ".parameters.json"); found {
			if !names[template+".json"] || f.Resources != 0 || !strings.Contains(d.Schema, "deploymentParameters.json") {
				t.Errorf("%s: %d resources, schema %q, and no template before it", f.Name, f.Resources, d.Schema)
			}
			continue
		}
		templates++
		sizes[len(f.Text)/5000]++
		if len(f.Text) < 5_000 || len(f.Text) > 20_000 {
			t.Errorf("%s has %d bytes", f.Name, len(f.Text))
		}
		if !strings.Contains(d.Schema, "deploymentTemplate.json") || len(d.Resources) == 0 || f.Resources < len(d.Resources) {
			t.Errorf("%s: %d resources of %d, schema %q", f.Name, len(d.Resources), f.Resources, d.Schema)
		}
		if rest := bytes.ReplaceAll(f.Text, []byte(`"$schema"`), nil); bytes.IndexByte(rest, '$') >= 0 {
			t.Errorf("%s: a variable stands for nothing", f.Name)
		}
	}
	if templates != 1000 || len(names) != 1250 {
		t.Errorf("%d templates among %d files, want 1000 of 1250", templates, len(names))
	}
	if sizes[1] < 200 || sizes[2] < 200 || sizes[3] < 100 {
		t.Errorf("the sizes do not spread, in steps of 5 kB: %v", sizes)
	}
}

func TestFolderIsDeterministic(t *testing.T) {
	one, again, other := makeFolder(t, 1, 20), makeFolder(t, 1, 20), makeFolder(t, 2, 20)
	differ := 0
	for i := range one {
		if one[i].Name != again[i].Name || !bytes.Equal(one[i].Text, again[i].Text) {
			t.Errorf("two folders of one seed differ in %s", one[i].Name)
		}
		if !bytes.Equal(one[i].Text, other[i].Text) {
			differ++
		}
	}
	if differ < 20 {
		t.Errorf("the seed changes %d files only", differ)
	}
}

func TestWriteFolder(t *testing.T) {
	dir, f := t.TempDir(), bench.Folder{Seed: 1, Files: 10}
	size, resources, err := bench.WriteFolder(dir, f)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 13 {
		t.Fatalf("%d files, %v", len(entries), err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		size -= info.Size()
	}
	if size != 0 || resources < 40 {
		t.Errorf("%d resources; the bytes are %d off", resources, size)
	}
	if _, _, err := bench.WriteFolder(dir+"/absent", f); err == nil || !strings.Contains(err.Error(), "write the templates: ") {
		t.Errorf("got %v for a folder that is not there", err)
	}
}
