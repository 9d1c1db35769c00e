package bench

import (
	_ "embed" // for parts.json
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/demarc-dev/demarc/internal/json"
)

//go:embed parts.json
var partsFile []byte

// Folder says which folder of templates to make, as a repository has them:
// each file the template of one application, of 5 to 20 kB, put together from
// the parts in parts.json. Every fourth has a file of parameters beside it.
type Folder struct {
	Seed  uint64
	Files int // templates
}

// File is one file of a folder. Resources is how many a template deploys, 0
// for parameters.
type File struct {
	Name      string
	Text      []byte
	Resources int
}

// The sizes between which a template stops to grow; the last part that it got
// takes it over the bound.
const (
	growsFrom = 5_000
	growsTo   = 14_500
)

// partsPerFile is the distance of the numbers of two files, so that no two
// parts of a folder share a name.
const partsPerFile = 100

// part is a piece of a template: resources that belong together.
type part struct {
	text      template
	resources int
	size      int // indented
}

// WriteFolder writes the files of a folder into dir, and says how many bytes
// and resources they hold.
func WriteFolder(dir string, f Folder) (size int64, resources int, err error) {
	files, err := f.Make()
	if err != nil {
		return 0, 0, err
	}
	for _, file := range files {
		if err := os.WriteFile(filepath.Join(dir, file.Name), file.Text, 0o644); err != nil {
			return 0, 0, fmt.Errorf("write the templates: %w", err)
		}
		size += int64(len(file.Text))
		resources += file.Resources
	}
	return size, resources, nil
}

// Make makes the files of a folder, the same for the same seed.
func (f Folder) Make() ([]File, error) {
	parts, err := readParts()
	if err != nil {
		return nil, err
	}
	var files []File
	for i := range f.Files {
		file, err := f.template(parts, uint64(i))
		if err != nil {
			return nil, err
		}
		files = append(files, file)
		if i%4 == 0 {
			s := set{f.Seed, uint64(i)}
			text := cut(parametersFile).append(nil, s, s.number)
			files = append(files, File{Name: s.fileName() + ".parameters.json", Text: text})
		}
	}
	return files, nil
}

func readParts() ([]part, error) {
	var sources []struct {
		Resources int        `json:"resources"`
		Text      json.Value `json:"text"`
	}
	if err := json.Unmarshal(partsFile, &sources); err != nil {
		return nil, fmt.Errorf("read parts.json: %w", err)
	}
	parts := make([]part, len(sources))
	for i, s := range sources {
		elements := s.Text[1 : len(s.Text)-1] // without its brackets
		parts[i] = part{text: cut(string(elements)), resources: s.Resources}
		if err := s.Text.Indent(json.WithIndent("  ")); err != nil {
			return nil, fmt.Errorf("read parts.json: part %d: %w", i+1, err)
		}
		parts[i].size = len(s.Text)
	}
	return parts, nil
}

// template makes the template with a number.
func (f Folder) template(parts []part, number uint64) (File, error) {
	s := set{f.Seed, number}
	r := rand.New(rand.NewPCG(f.Seed, number))
	text := cut(fileHead).append(nil, s, number)
	file := File{Name: s.fileName() + ".json"}
	limit := growsFrom + r.IntN(growsTo-growsFrom)
	for n, size := uint64(0), len(text); size < limit; n++ {
		if n > 0 {
			text = append(text, ',')
		}
		p := parts[r.IntN(len(parts))]
		piece := set{f.Seed, number*partsPerFile + n}
		text = p.text.append(text, piece, piece.number)
		size, file.Resources = size+p.size, file.Resources+p.resources
	}
	whole := json.Value(append(text, fileEnd...))
	if err := whole.Indent(json.WithIndent("  ")); err != nil {
		return File{}, fmt.Errorf("make %s: %w", file.Name, err)
	}
	file.Text = append(whole, '\n')
	return file, nil
}

// fileName is the name of a set's template without its ending.
func (s set) fileName() string {
	return string(cut("$app-$n").append(nil, s, s.number))
}

// What stands around the parts of a template. fileHead is about as long as
// it will be indented.
const (
	fileHead = `{
  ` + templateHead + `,
  "parameters": {
    "app": {"type": "string", "defaultValue": "$app-$n", "metadata": {"description": "The name of the application, which begins all names."}},
    "env": {"type": "string", "defaultValue": "$env", "allowedValues": ["dev", "test", "prod"], "metadata": {"description": "The stage that is deployed."}},
    "location": {"type": "string", "defaultValue": "[resourceGroup().location]", "metadata": {"description": "Where everything lies."}},
    "planSku": {"type": "string", "defaultValue": "P1v3"},
    "vmSize": {"type": "string", "defaultValue": "Standard_D4s_v5"},
    "office": {"type": "string", "defaultValue": "203.0.113.$num"},
    "workspaceId": {"type": "string", "defaultValue": ""},
    "adminUsername": {"type": "string", "defaultValue": "localadmin"},
    "adminPassword": {"type": "securestring", "metadata": {"description": "Comes from a vault when this is deployed."}}
  },
  "variables": {
    "prefix": "[toLower(concat(parameters('app'), '-', parameters('env')))]",
    "tags": {"env": "[parameters('env')]", "owner": "$owner", "application": "[parameters('app')]"},
    "containers": ["documents", "backup"],
    "vnetId": "[resourceId('rg-network', 'Microsoft.Network/virtualNetworks', concat('vnet-', parameters('env')))]",
    "subnetId": "[concat(variables('vnetId'), '/subnets/default')]"
  },
  "resources": [`
	fileEnd = `],
  "outputs": {"prefix": {"type": "string", "value": "[variables('prefix')]"}}}`

	parametersFile = `{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {
    "env": {"value": "prod"},
    "office": {"value": "198.51.100.$num"},
    "planSku": {"value": "P2v3"}
  }
}
`
)
