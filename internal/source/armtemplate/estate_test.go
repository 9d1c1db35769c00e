package armtemplate

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/bench"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

const schema = `"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0"`

// site is a template with one site of a name.
func site(name string) string {
	return `{` + schema + `, "parameters": {"name": {"type": "string", "defaultValue": "default"}}, "resources": [` +
		`{"type": "Microsoft.Web/sites", "apiVersion": "2023-01-01", "name": "` + name + `"}]}`
}

// linking is a template with a deployment for each link.
func linking(links ...string) string {
	var list []string
	for i, link := range links {
		list = append(list, fmt.Sprintf(`{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d%d", "properties": {"mode": "Incremental", "templateLink": {%s}, "parameters": {"name": {"value": "given"}}}}`, i, link))
	}
	return `{` + schema + `, "parameters": {"base": {"type": "string"}, "token": {"type": "securestring"}}, "resources": [` + strings.Join(list, ",") + `]}`
}

// files makes the files of a folder of texts.
func files(texts map[string]string) fstest.MapFS {
	m := fstest.MapFS{}
	for name, text := range texts {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

func open(t testing.TB, folder fs.FS, name string) *source.Input {
	t.Helper()
	text, err := fs.ReadFile(folder, name)
	if err != nil {
		t.Fatal(err)
	}
	in, err := source.NewInput(&demarc.File{Path: name}, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	in.Within(source.NewFolder(folder), name)
	return in
}

// given reads a file of a folder and writes down what it gives: the last
// names of resources, what is absent, and the notes.
func given(t testing.TB, folder fs.FS, name string) string {
	t.Helper()
	sink := sourcetest.NewSink(t)
	if err := read(context.Background(), open(t, folder, name), sink); err != nil {
		return err.Error()
	}
	var list []string
	for _, r := range sink.Resources {
		list = append(list, fmt.Sprintf("%s %v of %s", r.Name, r.Standing, r.Place.File.Path))
	}
	for _, i := range sink.Missing {
		list = append(list, i.Message)
	}
	for _, n := range sink.Notes {
		list = append(list, n.Message)
	}
	return strings.Join(list, "; ")
}

func TestLinkedTemplates(t *testing.T) {
	named := site("[parameters('name')]")
	tests := []struct {
		name  string
		files map[string]string
		read  string // the file that is read, main.json if none
		want  string
		parts []string
	}{
		{name: "relative path", files: map[string]string{"main.json": linking(`"relativePath": "nested/site.json"`), "nested/site.json": named},
			want: "given there of nested/site.json", parts: []string{"nested/site.json"}},
		{name: "relative to the linked file", files: map[string]string{"main.json": linking(`"relativePath": "a/b.json"`), "a/b.json": linking(`"relativePath": "../c.json"`), "c.json": named},
			want: "given there of c.json", parts: []string{"a/b.json", "c.json"}},
		{name: "address", files: map[string]string{"main.json": linking(`"uri": "https://example.com/owner/repo/main/nested/site.json"`), "nested/site.json": named},
			want: "given there of nested/site.json", parts: []string{"nested/site.json"}},
		{name: "address with an unknown base and a token", files: map[string]string{"main.json": linking(`"uri": "[concat(parameters('base'), '/nested/site.json', parameters('token'))]"`), "nested/site.json": named},
			want: "given there of nested/site.json", parts: []string{"nested/site.json"}},
		{name: "address relative to the deployment", files: map[string]string{"main.json": linking(`"uri": "[uri(deployment().properties.templateLink.uri, 'nested/site.json')]"`), "nested/site.json": named},
			want: "given there of nested/site.json", parts: []string{"nested/site.json"}},
		{name: "the folder of the first template", files: map[string]string{"main.json": linking(`"relativePath": "a/b.json"`), "a/b.json": linking(`"uri": "[concat(parameters('base'), '/c/d.json')]"`), "c/d.json": named},
			want: "given there of c/d.json", parts: []string{"a/b.json", "c/d.json"}},
		{name: "not here", files: map[string]string{"main.json": linking(`"relativePath": "gone.json"`, `"uri": "https://example.com/a/gone.json?sig=s3cret"`, `"relativePath": "gone.json"`)},
			want: "2 linked templates are not here: gone.json, https://example.com/a/gone.json"},
		{name: "a common name elsewhere", files: map[string]string{"nested.json": linking(`"uri": "https://example.com/101-other/azuredeploy.json"`), "azuredeploy.json": named}, read: "nested.json",
			want: "a linked template is not here: https://example.com/101-other/azuredeploy.json"},
		{name: "outside of the folder", files: map[string]string{"main.json": linking(`"relativePath": "../../etc/x.json"`)},
			want: "a linked template is not here: ../../etc/x.json"},
		{name: "the name is not known", files: map[string]string{"main.json": linking(`"uri": "[concat('https://example.com/', parameters('base'), '.json')]"`), "a.json": named},
			want: "a linked template is not here: https://example.com/{base~"},
		{name: "not a template", files: map[string]string{"main.json": linking(`"relativePath": "x.json"`), "x.json": `[]`},
			want: "a linked template is not here: x.json"},
		{name: "a cycle", files: map[string]string{"main.json": linking(`"relativePath": "b.json"`), "b.json": linking(`"relativePath": "main.json"`)},
			want: "a linked template leads back to itself", parts: []string{"b.json", "main.json"}},
		{name: "itself", files: map[string]string{"main.json": linking(`"relativePath": "main.json"`)},
			want: "a linked template leads back to itself", parts: []string{"main.json"}},
		{name: "twice", files: map[string]string{"main.json": linking(`"relativePath": "s.json"`, `"relativePath": "s.json"`), "s.json": named},
			want: "given there of s.json; given there of s.json", parts: []string{"s.json"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			folder, name := files(tt.files), "main.json"
			if tt.read != "" {
				name = tt.read
			}
			if got := given(t, folder, name); !strings.HasPrefix(got, tt.want) || strings.Contains(got, "s3cret") {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if got := parts(context.Background(), open(t, folder, name)); !slices.Equal(got, tt.parts) {
				t.Errorf("parts %q, want %q", got, tt.parts)
			}
		})
	}
}

func TestParametersBeside(t *testing.T) {
	file := func(values string) string {
		return `{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#", "contentVersion": "1.0.0.0", "parameters": {` + values + `}}`
	}
	named := site("[parameters('name')]")
	tests := []struct {
		name  string
		files map[string]string
		want  string
		parts []string
	}{
		{"none", map[string]string{"main.json": named}, "default there of main.json", nil},
		{"called like the template", map[string]string{"main.json": named, "main.parameters.json": file(`"name": {"value": "p"}`)}, "p there of main.json", []string{"main.parameters.json"}},
		{"called otherwise", map[string]string{"main.json": named, "params-prod.json": file(`"name": {"value": "p"}`)}, "p there of main.json", []string{"params-prod.json"}},
		{"of another template", map[string]string{"main.json": named, "other.json": named, "other.parameters.json": file(`"name": {"value": "p"}`)}, "default there of main.json", nil},
		{"names that do not fit", map[string]string{"main.json": named, "main.parameters.json": file(`"name": {"value": "p"}, "more": {"value": 1}`)}, "default there of main.json", nil},
		{"texts are no expressions", map[string]string{"main.json": named, "main.parameters.json": file(`"name": {"value": "[concat('a')]"}`)}, "[concat('a')] there of main.json", []string{"main.parameters.json"}},
		{"a secret of a vault", map[string]string{"main.json": named, "main.parameters.json": file(`"name": {"reference": {"keyVault": {"id": "x"}, "secretName": "y"}}`)},
			"{name} conditional of main.json", []string{"main.parameters.json"}},
		{"two that agree", map[string]string{"main.json": named, "main.dev.parameters.json": file(`"name": {"value": "p"}`), "main.prod.parameters.json": file(`"name": {"value": "p"}`)},
			"p there of main.json", []string{"main.dev.parameters.json", "main.prod.parameters.json"}},
		{"two that do not", map[string]string{"main.json": named, "main.dev.parameters.json": file(`"name": {"value": "p"}`), "main.prod.parameters.json": file(`"name": {"value": "q"}`)},
			"{name} conditional of main.json", []string{"main.dev.parameters.json", "main.prod.parameters.json"}},
		{"called parameters and something else", map[string]string{"main.json": named, "main.parameters.json": `[]`}, "default there of main.json", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			folder := files(tt.files)
			if got := given(t, folder, "main.json"); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if got := parts(context.Background(), open(t, folder, "main.json")); !slices.Equal(got, tt.parts) {
				t.Errorf("parts %q, want %q", got, tt.parts)
			}
		})
	}
}

func TestParameterFilesAloneAreRefused(t *testing.T) {
	in := open(t, files(map[string]string{"p": `{"$schema": "https://schema.management.azure.com/schemas/2015-01-01/deploymentParameters.json#", "parameters": {}}`}), "p")
	if !Parameters.Detect(in.Head) || Format.Detect(in.Head) {
		t.Error("a parameter file is not recognised as one")
	}
	if err := Parameters.Read(context.Background(), in, sourcetest.NewSink(t)); err == nil || err.Error() != "a parameters file without its template" {
		t.Errorf("got %v", err)
	}
}

// TestTheSameResourceHasTheSameID: two templates that say the same name give
// one id; names that are not known are the same in copies of one template only.
func TestTheSameResourceHasTheSameID(t *testing.T) {
	unset := strings.Replace(site("[parameters('name')]"), `, "defaultValue": "default"`, "", 1)
	ids := func(text string) string {
		sink := sourcetest.NewSink(t)
		if err := read(context.Background(), open(t, files(map[string]string{"x.json": text}), "x.json"), sink); err != nil || len(sink.Resources) != 1 {
			t.Fatal(err, len(sink.Resources))
		}
		return sink.Resources[0].ID
	}
	if a, b := ids(site("shop")), ids(site("[concat('sh', 'op')]")); a != b {
		t.Errorf("%s and %s", a, b)
	}
	if a, b := ids(unset), ids(" // a copy\n"+unset); a != b {
		t.Errorf("copies of a template: %s and %s", a, b)
	}
	if a, b := ids(unset), ids(strings.Replace(unset, "2023-01-01", "2024-01-01", 1)); a == b {
		t.Errorf("two templates share the unknown name %s", a)
	}
}

// TestSecretsAreNotLookedAt: what a secure parameter holds comes out nowhere.
func TestSecretsAreNotLookedAt(t *testing.T) {
	text := `{` + schema + `, "parameters": {"password": {"type": "secureString", "defaultValue": "hunter2"}},
		"resources": [{"type": "Microsoft.Web/sites", "apiVersion": "2023-01-01", "name": "[concat('a', parameters('password'))]", "kind": "[parameters('password')]"},
		{"type": "Microsoft.Web/sites", "apiVersion": "2023-01-01", "name": "[substring(parameters('password'), 0, 99)]"}]}`
	got := sourcetest.Read(t, Format, []byte(text))
	if strings.Contains(got, "hunter2") || !strings.Contains(got, "a{password~") {
		t.Error(got)
	}
}

// TestUnknownsReachTheValues: what is asked for and not known has its reason.
func TestUnknownsReachTheValues(t *testing.T) {
	text := `{` + schema + `, "parameters": {"kind": {"type": "string"}},
		"resources": [{"type": "Microsoft.Web/sites", "apiVersion": "2023-01-01", "name": "a", "kind": "[parameters('kind')]", "properties": "[reference('x')]"}]}`
	sink := sourcetest.NewSink(t, slots.Wish{Path: "kind"}, slots.Wish{Path: "properties.enabled"}, slots.Wish{Path: "sku.name"})
	reasons := map[string]string{}
	keep := &reasonSink{Sink: sink, reasons: reasons}
	if err := read(context.Background(), open(t, files(map[string]string{"x": text}), "x"), keep); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"kind": "parameter kind has no value", "properties.enabled": "only known after deployment", "sku.name": "not seen"} {
		if reasons[path] != want {
			t.Errorf("%s is unknown because %q, want %q", path, reasons[path], want)
		}
	}
}

// reasonSink keeps why values are unknown.
type reasonSink struct {
	source.Sink
	reasons map[string]string
}

func (s *reasonSink) Resource(r source.Resource) {
	for i, path := range r.Values.Plan().Paths() {
		s.reasons[path] = r.Values.At(i).Reason()
	}
}

// TestBombs: templates that ask for too much are cut and say so.
func TestBombs(t *testing.T) {
	nest := func(inner string) string {
		return `{` + schema + `, "resources": [{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "[concat('d', copyIndex())]", "copy": {"name": "c", "count": 800},
			"properties": {"mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"}, "template": ` + inner + `}}]}`
	}
	tests := []struct{ name, text, want string }{
		{"copies of copies", nest(nest(nest(nest(site("x"))))), "more than 100000 resources, the rest is not read"},
		{"copies in properties", `{` + schema + `, "resources": [{"type": "Microsoft.Web/sites", "apiVersion": "2023-01-01", "name": "[string(length(variables('a')))]"}],
			"variables": {"copy": [{"name": "a", "count": 800, "input": {"copy": [{"name": "b", "count": 800, "input": {"copy": [{"name": "c", "count": 800, "input": "x"}]}}]}}]}}`, "its expressions take too many steps, some are not worked out"},
		{"variables in a ring", `{` + schema + `, "variables": {"a": "[variables('b')]", "b": "[variables('a')]"}, "resources": [{"type": "Microsoft.Web/sites", "apiVersion": "2023-01-01", "name": "[variables('a')]"}]}`,
			"variable a refers to itself"},
		{"outputs in a ring", `{` + schema + `, "resources": [{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d", "properties": {"mode": "Incremental",
			"expressionEvaluationOptions": {"scope": "inner"}, "parameters": {"name": {"value": "[reference('d').outputs.x.value]"}},
			"template": {` + schema + `, "parameters": {"name": {"type": "string"}}, "outputs": {"x": {"type": "string", "value": "[parameters('name')]"}},
			"resources": [{"type": "Microsoft.Web/sites", "apiVersion": "2023-01-01", "name": "[parameters('name')]"}]}}}]}`, "refers to itself"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := given(t, files(map[string]string{"x": tt.text}), "x"); !strings.Contains(got, tt.want) {
				t.Errorf("got  %.500s\nwant %s", got, tt.want)
			}
		})
	}
}

// large is a folder with a template of about three megabytes and five levels
// of nesting in it, "x".
func large(t testing.TB) fstest.MapFS {
	t.Helper()
	var text bytes.Buffer
	if err := bench.WriteNested(&text, bench.Nested{Levels: 5, Resources: 690}); err != nil {
		t.Fatal(err)
	}
	return files(map[string]string{"x": text.String()})
}

func BenchmarkLargeTemplate(b *testing.B) {
	folder := large(b)
	b.SetBytes(int64(len(folder["x"].Data)))
	for b.Loop() {
		sink := sourcetest.NewSink(b, slots.Wish{Path: "sku.name"}, slots.Wish{Path: "location"}, slots.Wish{Path: "properties.networkAcls.defaultAction"}, slots.Wish{Path: "tags['env']"})
		if err := read(context.Background(), open(b, folder, "x"), sink); err != nil || len(sink.Resources) != 6*690 {
			b.Fatal(err, len(sink.Resources))
		}
	}
}

// TestMemoryIsBounded: the largest template takes a small multiple of itself.
func TestMemoryIsBounded(t *testing.T) {
	folder := large(t)
	in := open(t, folder, "x")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if err := read(context.Background(), in, &silence{}); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 40*uint64(len(folder["x"].Data)) {
		t.Errorf("%d MB for a template of %d MB", grown>>20, len(folder["x"].Data)>>20)
	}
}
