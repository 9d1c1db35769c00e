package terraform

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

const sub = "/subscriptions/11111111-1111-1111-1111-111111111111"

// readText reads a text with plans that hold some paths.
func readText(t testing.TB, path, text string, wishes ...slots.Wish) (*sourcetest.Sink, error) {
	t.Helper()
	in, err := source.NewInput(&demarc.File{Path: path}, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	f := format(t)
	if !f.Detect(in.Head) {
		t.Fatalf("not recognised: %.80s", text)
	}
	sink := sourcetest.NewSink(t, wishes...)
	return sink, f.Read(context.Background(), in, sink)
}

// wished are the values that the tests look at.
var wished = []slots.Wish{
	{Path: "managedBy"}, {Path: "kind"}, {Path: "plan.publisher"}, {Path: "location"},
	{Path: "properties.virtualMachine.id"}, {Path: "properties.ipConfiguration.id"}, {Path: "properties.nodeResourceGroup"},
	{Path: "properties.autoUpgradeProfile.nodeOSUpgradeChannel"}, {Path: "properties.publicNetworkAccess"}, {Path: "properties.disableLocalAuth"},
	{Path: "properties.osProfile.linuxConfiguration.patchSettings.patchMode"}, {Path: "extendedLocation.type"},
	{Path: "properties.model.format"}, {Path: "properties.networkProfile.networkPlugin"},
}

// planOf writes a plan whose resources exist only after apply, with their
// expressions.
func planOf(changes, configuration string) string {
	return `{"format_version":"1.2","resource_changes":[` + changes + `],"configuration":` + configuration + `}`
}

// created writes a change that creates a resource.
func created(address, after, unknown string) string {
	typ, name, _ := strings.Cut(address[strings.LastIndex(address, "azurerm_"):], ".")
	module, index := "", ""
	if i := strings.Index(address, "azurerm_"); i > 0 {
		module = fmt.Sprintf(`"module_address":%q,`, address[:i-1])
	}
	if i := strings.IndexByte(name, '['); i > 0 {
		index = `"index":` + name[i+1:len(name)-1] + `,`
		name = name[:i]
	}
	return fmt.Sprintf(`{"address":%q,%s%s"mode":"managed","type":%q,"name":%q,"change":{"actions":["create"],"before":null,"after":{%s},"after_unknown":{"id":true%s}}}`,
		address, module, index, typ, name, after, unknown)
}

// configured writes the configuration of a root module.
func configured(resources ...string) string {
	return `{"provider_config":{"azurerm":{"expressions":{"subscription_id":{"constant_value":"11111111-1111-1111-1111-111111111111"}}}},
		"root_module":{"resources":[` + strings.Join(resources, ",") + `]}}`
}

// expressed writes a resource of a configuration with one expression.
func expressed(address, attribute string, refs ...string) string {
	list := `"` + strings.Join(refs, `","`) + `"`
	return fmt.Sprintf(`{"address":%q,"provider_config_key":"azurerm","expressions":{%q:{"references":[%s]}}}`, address, attribute, list)
}

func byName(s *sourcetest.Sink) map[string]sourcetest.Resource {
	all := map[string]sourcetest.Resource{}
	for _, r := range s.Resources {
		all[r.Name] = r
	}
	return all
}

// TestReferencesTieWhatHasNoIdYet: a machine names its network interfaces by
// an expression, and the interfaces learn of their machine.
func TestReferencesTieWhatHasNoIdYet(t *testing.T) {
	const group = sub + "/resourceGroups/rg/providers/"
	text := planOf(strings.Join([]string{
		created("azurerm_network_interface.nic[0]", `"name":"nic0","resource_group_name":"rg"`, `,"virtual_machine_id":true`),
		created("azurerm_network_interface.nic[1]", `"name":"nic1","resource_group_name":"rg"`, `,"virtual_machine_id":true`),
		created("azurerm_network_interface.loose", `"name":"loose","resource_group_name":"rg"`, `,"virtual_machine_id":true`),
		created("azurerm_linux_virtual_machine.vm[0]", `"name":"vm0","resource_group_name":"rg"`, `,"network_interface_ids":true`),
		created("azurerm_linux_virtual_machine.vm[1]", `"name":"vm1","resource_group_name":"rg"`, `,"network_interface_ids":[true]`),
		created("azurerm_public_ip.pip", `"name":"pip","resource_group_name":"rg"`, ``),
		created("azurerm_lb.lb", `"name":"lb","resource_group_name":"rg"`, `,"frontend_ip_configuration":[{"public_ip_address_id":true}]`),
		created("azurerm_managed_disk.d", `"name":"d","resource_group_name":"rg"`, ``),
		created("azurerm_virtual_machine_data_disk_attachment.a", ``, `,"managed_disk_id":true,"virtual_machine_id":true`),
	}, ","), configured(
		expressed("azurerm_network_interface.nic", "x"),
		expressed("azurerm_linux_virtual_machine.vm", "network_interface_ids", "azurerm_network_interface.nic", "count.index"),
		`{"address":"azurerm_lb.lb","provider_config_key":"azurerm","expressions":{"frontend_ip_configuration":[{"public_ip_address_id":{"references":["azurerm_public_ip.pip.id","azurerm_public_ip.pip"]}}]}}`,
		`{"address":"azurerm_virtual_machine_data_disk_attachment.a","provider_config_key":"azurerm","expressions":{
			"managed_disk_id":{"references":["azurerm_managed_disk.d.id","azurerm_managed_disk.d"]},
			"virtual_machine_id":{"references":["azurerm_linux_virtual_machine.vm[1].id","azurerm_linux_virtual_machine.vm[1]"]}}}`,
	))
	sink, err := readText(t, "in", text, wished...)
	if err != nil {
		t.Fatal(err)
	}
	all := byName(sink)
	for _, tt := range []struct{ name, path, want string }{
		{"nic0", "properties.virtualmachine.id", group + "Microsoft.Compute/virtualMachines/vm0"},
		{"nic1", "properties.virtualmachine.id", group + "Microsoft.Compute/virtualMachines/vm1"},
		{"loose", "properties.virtualmachine.id", "unknown: not seen"}, // the sink records what is known only
		{"pip", "properties.ipconfiguration.id", group + "Microsoft.Network/loadBalancers/lb"},
		{"d", "managedby", group + "Microsoft.Compute/virtualMachines/vm1"},
	} {
		if got := all[tt.name].Values[tt.path].String(); got != tt.want {
			t.Errorf("%s of %s = %s, want %s", tt.path, tt.name, got, tt.want)
		}
		if r := all[tt.name]; !r.MadeUp || r.Seen != demarc.SeenDeclared {
			t.Errorf("%s: made up %v, seen %v", tt.name, r.MadeUp, r.Seen)
		}
	}
	if len(sink.References) != 1 || sink.References[0].ID != group+"Microsoft.Compute/virtualMachines/vm1" {
		t.Errorf("references %+v, want the machine that the attachment changes", sink.References)
	}
}

// TestAmbiguousReferencesTieNothing: which of several belongs to which of
// several is not guessed.
func TestAmbiguousReferencesTieNothing(t *testing.T) {
	nic := func(i int) string {
		return created(fmt.Sprintf("azurerm_network_interface.nic[%d]", i), fmt.Sprintf(`"name":"nic%d","resource_group_name":"rg"`, i), ``)
	}
	vm := func(address, name string) string {
		return created(address, fmt.Sprintf(`"name":%q,"resource_group_name":"rg"`, name), `,"network_interface_ids":true`)
	}
	all := expressed("azurerm_linux_virtual_machine.vm", "network_interface_ids", "azurerm_network_interface.nic", "local.order")
	tests := []struct {
		name, changes, configuration string
		want                         int // interfaces that know their machine
	}{
		{"one machine with all", vm("azurerm_linux_virtual_machine.vm", "vm"), all, 2},
		{"each of two with one of two", vm("azurerm_linux_virtual_machine.vm[0]", "vm0") + "," + vm("azurerm_linux_virtual_machine.vm[1]", "vm1"), all, 0},
		{"a key that nobody has", vm("azurerm_linux_virtual_machine.vm[7]", "vm7"), strings.Replace(all, "local.order", "count.index", 1), 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sink, err := readText(t, "in", planOf(nic(0)+","+nic(1)+","+tt.changes, configured(tt.configuration)), wished...)
			if err != nil {
				t.Fatal(err)
			}
			tied := 0
			for _, r := range sink.Resources {
				if _, ok := r.Values["properties.virtualmachine.id"]; ok {
					tied++
				}
			}
			if tied != tt.want {
				t.Errorf("%d interfaces know their machine, want %d", tied, tt.want)
			}
		})
	}
}

// TestIdsAreMadeUpInTheirForm: ids that are known only after apply have the
// form that they will have, as far as names are known.
func TestIdsAreMadeUpInTheirForm(t *testing.T) {
	const group = sub + "/resourceGroups/rg"
	modules := `{"provider_config":{"azurerm":{"expressions":{"subscription_id":{"constant_value":"11111111-1111-1111-1111-111111111111"}}}},"root_module":{
		"resources":[` + expressed("azurerm_mssql_server.s", "resource_group_name", "azurerm_resource_group.rg.name", "azurerm_resource_group.rg") + `,` +
		expressed("azurerm_mssql_database.d", "server_id", "module.m.server", "module.m") + `,` +
		expressed("azurerm_kusto_database.k", "cluster_name", "azurerm_kusto_cluster.c.name", "azurerm_kusto_cluster.c") + `,` +
		expressed("azurerm_role_assignment.r", "scope", "azurerm_kusto_cluster.c.id", "azurerm_kusto_cluster.c") + `,` +
		`{"address":"azurerm_resource_group.rg","provider_config_key":"azurerm"},{"address":"azurerm_kusto_cluster.c","provider_config_key":"azurerm"}],
		"module_calls":{"m":{"expressions":{"parent":{"references":["azurerm_kusto_cluster.c"]}},"module":{
			"outputs":{"server":{"expression":{"references":["azurerm_mssql_server.inner.id","azurerm_mssql_server.inner"]}}},
			"resources":[{"address":"azurerm_mssql_server.inner","provider_config_key":"azurerm"},` +
		expressed("azurerm_role_assignment.in", "scope", "var.parent") + `]}}}}}`
	changes := []string{
		created("azurerm_resource_group.rg", `"name":"rg"`, ``),
		created("azurerm_mssql_server.s", `"name":"s"`, `,"resource_group_name":true`),
		created("module.m.azurerm_mssql_server.inner", `"name":"inner","resource_group_name":"rg"`, ``),
		created("azurerm_mssql_database.d", `"name":"d"`, `,"server_id":true`),
		created("azurerm_kusto_cluster.c", `"name":"c","resource_group_name":"rg"`, ``),
		created("azurerm_kusto_database.k", `"name":"k","cluster_name":"c","resource_group_name":"rg"`, ``),
		created("azurerm_role_assignment.r", `"name":"11"`, `,"scope":true`),
		created("module.m.azurerm_role_assignment.in", ``, `,"scope":true,"name":true`),
		created("azurerm_storage_container.c", `"name":"box","storage_account_name":"st"`, ``),
		created("azurerm_management_lock.l", `"name":"lock","scope":"`+group+`"`, ``),
	}
	sink, err := readText(t, "dir/plan.json", planOf(strings.Join(changes, ","), modules), wished...)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"s":     group + "/providers/Microsoft.Sql/servers/s",
		"inner": group + "/providers/Microsoft.Sql/servers/inner",
		"d":     group + "/providers/Microsoft.Sql/servers/inner/databases/d",
		"c":     group + "/providers/Microsoft.Kusto/clusters/c",
		"k":     group + "/providers/Microsoft.Kusto/clusters/c/databases/k",
		"11":    group + "/providers/Microsoft.Kusto/clusters/c/providers/Microsoft.Authorization/roleAssignments/11",
		"in":    group + "/providers/Microsoft.Kusto/clusters/c/providers/Microsoft.Authorization/roleAssignments/module.m.azurerm_role_assignment.in",
		"box":   "terraform/dir/plan.json#azurerm_storage_container.c",
		"lock":  group + "/providers/Microsoft.Authorization/locks/lock",
	}
	got := byName(sink)
	for name, id := range want {
		if got[name].ID != id {
			t.Errorf("%s has the id\n %s, want\n %s", name, got[name].ID, id)
		}
	}
	if len(got) != len(want) || len(sink.Scopes) != 1 || sink.Scopes[0].ID != group {
		t.Errorf("%d resources and %+v", len(got), sink.Scopes)
	}
}

// TestTheOnlySubscriptionIsTaken: where nothing but ids tell the subscription,
// it is that of the ids, unless they disagree.
func TestTheOnlySubscriptionIsTaken(t *testing.T) {
	vault := created("azurerm_key_vault.kv", `"name":"kv","resource_group_name":"rg"`, ``)
	secret := func(sub string) string {
		return created("azurerm_key_vault_secret.s"+sub, `"name":"s`+sub+`","key_vault_id":"/subscriptions/`+sub+`/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv"`, ``)
	}
	for want, changes := range map[string]string{
		"/subscriptions/a/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv": vault + "," + secret("a"),
		"/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv":                 vault + "," + secret("a") + "," + secret("b"),
	} {
		sink, err := readText(t, "in", planOf(changes, "{}"))
		if err != nil || byName(sink)["kv"].ID != want {
			t.Errorf("id %s, %v; want %s", byName(sink)["kv"].ID, err, want)
		}
	}
}

func TestAttributesBecomeProperties(t *testing.T) {
	tests := []struct{ name, resource, values, path, want string }{
		{"a block that is absent", "azurerm_linux_virtual_machine", `"plan":[]`, "plan.publisher", "missing"},
		{"a block", "azurerm_linux_virtual_machine", `"plan":[{"publisher":"acme"}]`, "plan.publisher", "acme"},
		{"an attribute that the schema lacks", "azurerm_linux_virtual_machine", ``, "plan.publisher", "unknown: not seen"},
		{"never", "azurerm_linux_web_app", ``, "extendedlocation.type", "missing"},
		{"older name", "azurerm_kubernetes_cluster", `"node_os_channel_upgrade":"NodeImage"`, "properties.autoupgradeprofile.nodeosupgradechannel", "NodeImage"},
		{"newer name", "azurerm_kubernetes_cluster", `"node_os_upgrade_channel":"None","node_os_channel_upgrade":null`, "properties.autoupgradeprofile.nodeosupgradechannel", "None"},
		{"nested", "azurerm_kubernetes_cluster", `"network_profile":[{"network_plugin":"none"}]`, "properties.networkprofile.networkplugin", "none"},
		{"a word spelled otherwise", "azurerm_key_vault", `"public_network_access_enabled":false`, "properties.publicnetworkaccess", "Disabled"},
		{"turned around", "azurerm_cognitive_account", `"local_auth_enabled":true`, "properties.disablelocalauth", "false"},
		{"a legacy switch", "azurerm_virtual_machine", `"os_profile_windows_config":[{"enable_automatic_upgrades":true}]`, "plan.publisher", "unknown: not seen"},
		{"kind as computed", "azurerm_linux_web_app", `"kind":"app,linux,container"`, "kind", "app,linux,container"},
		{"kind of a container", "azurerm_linux_web_app", `"site_config":[{"application_stack":[{"docker_image_name":"a:1"}]}]`, "kind", "app,linux,container"},
		{"kind without a container", "azurerm_linux_web_app", `"site_config":[{"application_stack":[{"docker_image_name":"","python_version":"3.12"}]}]`, "kind", "app,linux"},
		{"a constant", "azurerm_ai_foundry", ``, "kind", "Hub"},
		{"a model", "azurerm_cognitive_deployment", `"model":[{"format":"OpenAI","name":"gpt-4o"}]`, "properties.model.format", "OpenAI"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := fmt.Sprintf(`{"format_version":"1.0","terraform_version":"1","values":{"root_module":{"resources":[
				{"address":"a.b","mode":"managed","type":%q,"name":"n","values":{%s}}]}}}`, tt.resource, tt.values)
			sink, err := readText(t, "in", text, wished...)
			if err != nil || len(sink.Resources) != 1 {
				t.Fatal(err, sink.Resources)
			}
			if got := sink.Resources[0].Values[tt.path].String(); got != tt.want {
				t.Errorf("%s = %s, want %s", tt.path, got, tt.want)
			}
		})
	}
}

// reasons records why values are unknown, which the recording sink does not.
type reasons struct {
	*sourcetest.Sink
	of map[string]string
}

func (s reasons) Resource(r source.Resource) {
	for i, path := range r.Values.Plan().Paths() {
		s.of[path] = r.Values.At(i).String()
	}
	s.Sink.Resource(r)
}

func TestWhatIsNotKnownSaysWhy(t *testing.T) {
	change := `{"address":"azurerm_linux_web_app.a","mode":"managed","type":"azurerm_linux_web_app","name":"a","change":{"actions":["create"],"before":null,
		"after":{"name":"a","resource_group_name":"rg","location":"secret-place"},
		"after_unknown":{"id":true,"kind":true,"site_config":[{"application_stack":[{"docker_image_name":true}]}],"public_network_access_enabled":true},
		"after_sensitive":{"location":true}}}`
	in, err := source.NewInput(&demarc.File{Path: "in"}, strings.NewReader(planOf(change, "{}")))
	if err != nil {
		t.Fatal(err)
	}
	s := reasons{sourcetest.NewSink(t, wished...), map[string]string{}}
	if err := format(t).Read(context.Background(), in, s); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"kind":                           "unknown: known only after apply",
		"properties.publicnetworkaccess": "unknown: known only after apply",
		"location":                       "unknown: marked sensitive",
		"plan.publisher":                 "unknown: not seen",
	} {
		if s.of[path] != want {
			t.Errorf("%s = %s, want %s", path, s.of[path], want)
		}
	}
}

// TestNoSecretIsKept writes secrets wherever Terraform does and looks for them
// in all that comes out.
func TestNoSecretIsKept(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	secrets := 0
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		input, want, _ := bytes.Cut(text, []byte("---- want"))
		secrets += bytes.Count(input, []byte("hidden"))
		if bytes.Contains(want, []byte("hidden")) {
			t.Errorf("%s gives a secret away", path)
		}
	}
	if secrets < 10 {
		t.Errorf("only %d secrets in the cases", secrets)
	}
}
