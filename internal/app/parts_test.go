package app

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

const (
	templateHead = `{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0","parameters":{"name":{"type":"string"}},"resources":[`
	siteTemplate = templateHead + `{"type":"Microsoft.Web/sites","apiVersion":"2023-01-01","name":"[parameters('name')]"}]}`
	valuesFile   = `{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#","contentVersion":"1.0.0.0","parameters":{"name":{"value":"shop"}}}`
)

// linkTo is a template that deploys another one under a name.
func linkTo(file string) string {
	return templateHead + `{"type":"Microsoft.Resources/deployments","apiVersion":"2022-09-01","name":"d","properties":{"mode":"Incremental","templateLink":{"relativePath":"` + file +
		`"},"parameters":{"name":{"value":"linked"}}}}]}`
}

// TestParts: what is read with another file is not read again on its own, and
// nothing outside of what was named is read.
func TestParts(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		read  []string
		want  []string // names of resources and messages of notes
	}{
		{"a linked template", map[string]string{"e/main.json": linkTo("n/site.json"), "e/n/site.json": siteTemplate}, []string{"e"},
			[]string{"linked", "read with e/main.json"}},
		{"a linked template, named alone", map[string]string{"e/main.json": linkTo("n/site.json"), "e/n/site.json": siteTemplate}, []string{"e/main.json"}, []string{"linked"}},
		{"a chain", map[string]string{"e/c.json": linkTo("b.json"), "e/b.json": linkTo("a.json"), "e/a.json": siteTemplate}, []string{"e"},
			[]string{"linked", "read with e/b.json", "read with e/c.json"}},
		{"a ring", map[string]string{"e/a.json": linkTo("b.json"), "e/b.json": linkTo("a.json")}, []string{"e"},
			[]string{"a linked template leads back to itself", "read with e/a.json"}},
		{"values beside", map[string]string{"e/main.json": siteTemplate, "e/main.parameters.json": valuesFile}, []string{"e"},
			[]string{"read with e/main.json", "shop"}},
		{"values of no template", map[string]string{"e/main.parameters.json": valuesFile, "f/main.json": siteTemplate}, []string{"e", "f"},
			[]string{"a parameters file without its template", "{name}"}},
		{"outside of the folder", map[string]string{"e/n/main.json": linkTo("../../f/site.json"), "f/site.json": siteTemplate}, []string{"e"},
			[]string{"incomplete: a linked template is not here: ../../f/site.json"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			for path, text := range tt.files {
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			sink := sourcetest.NewSink(t)
			if err := OpenInputs(tt.read, nil).Read(context.Background(), sink); err != nil {
				t.Fatal(err)
			}
			if got := gave(sink); !slices.Equal(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

// gave lists what a sink was given, in order.
func gave(sink *sourcetest.Sink) []string {
	var list []string
	for _, r := range sink.Resources {
		name, tag, _ := strings.Cut(r.Name, "~")
		if tag != "" {
			name += "}"
		}
		list = append(list, name)
	}
	for _, n := range sink.Notes {
		list = append(list, n.Message)
	}
	for _, i := range sink.Missing {
		list = append(list, "incomplete: "+i.Message)
	}
	slices.Sort(list)
	return list
}

func TestFolders(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.MkdirAll("e/n", 0o755); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		named []string
		file  string
		rel   string
	}{
		{[]string{"e"}, "e/n/x", "n/x"},
		{[]string{"e/n"}, "e/n/x", "x"},
		{[]string{"e", "e/n"}, "e/n/x", "n/x"},
		{[]string{"."}, "e/n/x", "e/n/x"},
		{[]string{"e/n/x"}, "e/n/x", "x"},
		{[]string{"e"}, "ee/x", "x"},
	}
	for _, tt := range tests {
		if _, rel := newFolders(tt.named).of(tt.file); rel != tt.rel {
			t.Errorf("%s of %q is %s, want %s", tt.file, tt.named, rel, tt.rel)
		}
	}
}
