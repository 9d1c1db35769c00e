package bicep

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

const main = `// the shop
targetScope = 'resourceGroup'

@description('Where')
param location string = resourceGroup().location

module network 'modules/network.bicep' = {
  name: 'network'
}
module shared 'br/public:avm/res/x:1.0' = { name: 'x' }

resource app 'Microsoft.Web/sites@2023-01-01' = {
  name: 'shop'
  location: location
}
`

func TestDetect(t *testing.T) {
	tests := []struct {
		name, text string
		want       bicepKind
	}{
		{"a program", main, program},
		{"Windows lines", strings.ReplaceAll(main, "\n", "\r\n"), program},
		{"only a resource", "resource a 'Microsoft.Web/sites@2023-01-01' existing = {\n}\n", program},
		{"decorator and instruction first", "#disable-next-line no-unused-params\n@minLength(3)\nparam name string\n", program},
		{"comment over lines first", "/* one\n two */\nparam a object\n", program},
		{"parameters", "using './main.bicep'\n\nparam location = 'westeurope'\n", parameters},
		{"parameters of nothing", "using none\nparam a = 1\n", parameters},
		{"JavaScript", "var x = 1\nfunction f() {}\n", noBicep},
		{"C#", "using System;\nvar x = 1;\n", noBicep},
		{"Terraform", "resource \"azurerm_linux_web_app\" \"a\" {\n}\n", noBicep},
		{"PowerShell", "param (\n  [string] $name\n)\n", noBicep},
		{"prose about Bicep", "How to write it:\n\n    param a string\n", noBicep},
		{"JSON", `{"resource": "x"}`, noBicep},
		{"empty", "", noBicep},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := source.NewHead([]byte(tt.text), true)
			if got := kindOf(h); got != tt.want || Source.Detect(h) != (tt.want != noBicep) {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
}

func FuzzDetect(f *testing.F) {
	f.Add([]byte(main))
	f.Add([]byte("@"))
	f.Fuzz(func(_ *testing.T, text []byte) { kindOf(source.NewHead(text, true)) })
}

func TestModules(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"modules", main, []string{"infra/modules/network.bicep"}},
		{"using", "using '../main.bicep'\nparam a = 1\n", []string{"main.bicep"}},
		{"none", "param a string\n", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in, err := source.NewInput(&demarc.File{Path: "infra/x"}, strings.NewReader(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			if got := modules(context.Background(), in); !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

const template = `{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
  "parameters": {"name": {"type": "string"}}, "resources": [{"type": "Microsoft.Web/sites", "apiVersion": "2023-01-01", "name": "[parameters('name')]"}]}`

// standIn puts a program called bicep on the path that checks how it is
// called, and does what a script says.
func standIn(t *testing.T, script string) {
	t.Helper()
	folder := t.TempDir()
	text := "#!/bin/sh\necho \"$@\" > '" + filepath.Join(folder, "called") + "'\n" + script
	if err := os.WriteFile(filepath.Join(folder, "bicep"), []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder+string(os.PathListSeparator)+os.Getenv("PATH"))
	t.Cleanup(func() {
		called, err := os.ReadFile(filepath.Join(folder, "called"))
		if err != nil || !strings.HasPrefix(string(called), "build") || !strings.Contains(string(called), "--stdout ./-main.bicep") {
			t.Errorf("bicep was called with %q, %v", called, err)
		}
	})
}

func build(t *testing.T, path, text string) string {
	t.Helper()
	in, err := source.NewInput(&demarc.File{Path: path}, bytes.NewReader([]byte(text)))
	if err != nil {
		t.Fatal(err)
	}
	sink := sourcetest.NewSink(t)
	err = Source.Read(context.Background(), in, sink)
	var list []string
	for _, r := range sink.Resources {
		list = append(list, fmt.Sprintf("%s %v in line %d", strings.SplitN(r.Name, "~", 2)[0], r.Standing, r.Place.Line))
	}
	if err != nil {
		list = append(list, err.Error())
	}
	return strings.Join(list, "; ")
}

// TestBuild runs a stand-in for the bicep program, which is not ours.
func TestBuild(t *testing.T) {
	quoted := func(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, `"`, `\"`), "\n", " ") }
	tests := []struct{ name, text, script, want string }{
		{"a program", main, "cat <<'X'\n" + template + "\nX\n", "{name conditional in line 0"},
		{"parameters", "using 'main.bicep'\nparam name = 'shop'\n",
			"cat <<'X'\n" + `{"templateJson": "` + quoted(template) + `", "parametersJson": "{\"parameters\": {\"name\": {\"value\": \"shop\"}}}"}` + "\nX\n", "shop there in line 0"},
		{"parameters of a template spec", "using 'ts:x'\nparam name = 'shop'\n", "echo '{\"templateSpecId\": \"x\", \"parametersJson\": \"{}\"}'\n", "a Bicep parameter file of a template that is kept elsewhere"},
		{"a mistake", main, "echo 'WARNING: old' >&2\necho 'main.bicep(3,1) : Error BCP007: not recognized' >&2\nexit 1\n", "bicep could not build it: main.bicep(3,1) : Error BCP007: not recognized"},
		{"a crash", main, "exit 3\n", "bicep could not build it: exit status 3"},
		{"nonsense", main, "echo hello\n", `what bicep built: broken JSON in line 1: "hello", which is no value`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			standIn(t, tt.script)
			if got := build(t, "-main.bicep", tt.text); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestWithoutTheProgram(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for path, want := range map[string]string{
		"main.bicep": "Bicep, and the bicep program is not installed; make its JSON with: bicep build main.bicep",
		"-":          "Bicep cannot be built from standard input; build it first: bicep build --stdout FILE",
	} {
		if got := build(t, path, main); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	if got, want := build(t, "a.bicepparam", "using 'main.bicep'\n"), "Bicep, and the bicep program is not installed; make its JSON with: bicep build-params a.bicepparam"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestOutputIsBounded(t *testing.T) {
	b := &bounded{most: 4}
	if _, err := b.Write([]byte("1234")); err != nil {
		t.Error(err)
	}
	if _, err := b.Write([]byte("5")); err == nil || b.String() != "1234" {
		t.Errorf("%q, %v", b.String(), err)
	}
}
