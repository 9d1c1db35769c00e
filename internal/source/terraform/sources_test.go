package terraform

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestBlocks(t *testing.T) {
	const text = `# resource "no" "comment" {}
terraform {
  backend "local" {}
}
/* resource "no" "comment" {
*/
resource "azurerm_resource_group" "rg" { name = "a }" }
resource "azurerm_key_vault" "kv"
{
  description = "quote \" and ${lookup({ a = "}" }, "a")} {"
  policy = <<-EOT
    resource "no" "heredoc" {
    EOT
  bits = 1 << 2
  access_policy {
    source = "no"
  }
}
module "net" {
  // a comment
  source  = "./modules/net"
  version = "1"
  tags    = { source = "no" }
}
data azurerm_subnet hub {}
locals { x = [{ a = 1 }] }
resource "a" "umlaut-ü_1" {}
resource "unended`
	var got []string
	blocks(text, func(b block) { got = append(got, fmt.Sprint(b.line, b.kind, b.labels, b.source)) })
	want := []string{
		`2terraform[]`, `7resource[azurerm_resource_group rg]`, `8resource[azurerm_key_vault kv]`,
		`19module[net]./modules/net`, `25data[azurerm_subnet hub]`, `26locals[]`, `27resource[a umlaut-ü_1]`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n %q, want\n %q", got, want)
	}
}

func FuzzBlocks(f *testing.F) {
	f.Add(`resource "a" "b" { x = "${"${"}"}"}" }`)
	f.Add("a = <<E\n}\nE\n<<\n\"")
	f.Fuzz(func(t *testing.T, text string) {
		blocks(text, func(b block) {
			if b.line < 1 || b.kind == "" {
				t.Errorf("%q gives %+v", text, b)
			}
		})
	})
}

// TestAddressesLeadToSources: a resource is placed on the line that declares
// it, in modules beside too.
func TestAddressesLeadToSources(t *testing.T) {
	t.Chdir(t.TempDir())
	for path, text := range map[string]string{
		"live/main.tf":            "\nresource \"azurerm_key_vault\" \"kv\" {\n}\nmodule \"net\" {\n  source = \"../modules/net\"\n}\nmodule \"far\" { source = \"Azure/x/azurerm\" }\n",
		"live/notes.txt":          "resource \"azurerm_key_vault\" \"text\" {}\n",
		"modules/net/vnet.tf":     "resource \"azurerm_virtual_network\" \"v\" {\n  count = 2\n}\nmodule \"sub\" {\n  source = \"./sub\"\n}\n",
		"modules/net/sub/main.tf": "\n\n\ndata \"azurerm_subnet\" \"s\" {}\n",
	} {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	record := func(module, address, mode, typ, name string) string {
		return fmt.Sprintf(`{"address":%q,"module_address":%q,"mode":%q,"type":%q,"name":%q,"values":{"id":"%s/resourceGroups/rg/providers/A.B/c/%s"}}`, address, module, mode, typ, name, sub, name)
	}
	text := `{"format_version":"1.0","terraform_version":"1","values":{"root_module":{"resources":[` + "\n" +
		record("", "azurerm_key_vault.kv", "managed", "azurerm_key_vault", "kv") + ",\n" +
		record("", "azurerm_key_vault.text", "managed", "azurerm_key_vault", "text") + ",\n" +
		record("module.net", "module.net.azurerm_virtual_network.v[1]", "managed", "azurerm_virtual_network", "v") + ",\n" +
		record("module.far", "module.far.azurerm_key_vault.kv", "managed", "azurerm_key_vault", "kv") + ",\n" +
		record(`module.net.module.sub["a.b"]`, `module.net.module.sub["a.b"].data.azurerm_subnet.s`, "data", "azurerm_subnet", "s") + `]}}}`
	sink, err := readText(t, "live/terraform.tfstate.json", text)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range sink.Resources {
		got = append(got, r.Place.String())
	}
	want := []string{"live/main.tf:2", "live/terraform.tfstate.json:3", "modules/net/vnet.tf:1", "live/terraform.tfstate.json:5"}
	if !slices.Equal(got, want) {
		t.Errorf("resources at %q, want %q", got, want)
	}
	if at := sink.References[0].Place.String(); at != "modules/net/sub/main.tf:4" {
		t.Errorf("the data source is at %s", at)
	}
}
