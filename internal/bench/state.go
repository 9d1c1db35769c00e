package bench

import (
	"bytes"
	"fmt"
	"io"
)

// StateEntries is how many entries of a state one machine makes: a public
// address, a network interface, a disk, the machine, and the attachment of the
// disk, which is no resource of the cloud.
const StateEntries = 5

// State is a Terraform state of any size, written while it is read: machines
// with a network interface, an address and a disk each, as Terraform indents
// them.
type State struct {
	left, n int // machines
	buf     bytes.Buffer
}

// NewState begins a state of so many machines.
func NewState(machines int) *State {
	s := &State{left: machines}
	s.buf.WriteString("{\n  \"version\": 4,\n  \"terraform_version\": \"1.9.5\",\n  \"serial\": 1,\n  \"lineage\": \"x\",\n  \"outputs\": {},\n  \"resources\": [")
	if machines == 0 {
		s.end()
	}
	return s
}

// StateMachines is how many machines make a state of so many bytes.
func StateMachines(size int) int {
	const sample = 200
	s := NewState(sample)
	for s.left > 0 {
		s.machine()
	}
	return size / (s.buf.Len() / sample)
}

// Read gives out what there is and writes on.
func (s *State) Read(p []byte) (int, error) {
	for s.buf.Len() < len(p) && s.left > 0 {
		s.machine()
		if s.left == 0 {
			s.end()
		}
	}
	return s.buf.Read(p)
}

var _ io.Reader = (*State)(nil)

func (s *State) end() { s.buf.WriteString("\n  ],\n  \"check_results\": null\n}\n") }

func (s *State) machine() {
	group := fmt.Sprintf("/subscriptions/11111111-1111-1111-1111-%012d/resourceGroups/rg-%d/providers/", s.n/5000, s.n/50)
	id := func(typ string) string { return fmt.Sprintf("%sMicrosoft.%s/x-%06d", group, typ, s.n) }
	s.resource("azurerm_public_ip", id("Network/publicIPAddresses"), `"allocation_method": "Static", "sku": "Standard"`)
	s.resource("azurerm_network_interface", id("Network/networkInterfaces"), fmt.Sprintf(
		`"virtual_machine_id": "", "ip_configuration": [{"name": "a", "public_ip_address_id": %q, "subnet_id": %q}]`, id("Network/publicIPAddresses"), id("Network/virtualNetworks")))
	s.resource("azurerm_managed_disk", id("Compute/disks"), `"storage_account_type": "Premium_LRS", "disk_size_gb": 128`)
	s.resource("azurerm_linux_virtual_machine", id("Compute/virtualMachines"), fmt.Sprintf(
		`"plan": [], "patch_mode": "ImageDefault", "network_interface_ids": [%q], "admin_ssh_key": [{"public_key": "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7"}]`, id("Network/networkInterfaces")))
	s.resource("azurerm_virtual_machine_data_disk_attachment", id("Compute/virtualMachines")+"/dataDisks/d", fmt.Sprintf(
		`"managed_disk_id": %q, "virtual_machine_id": %q`, id("Compute/disks"), id("Compute/virtualMachines")))
	s.left, s.n = s.left-1, s.n+1
}

func (s *State) resource(typ, id, attributes string) {
	if s.n > 0 || s.buf.Bytes()[s.buf.Len()-1] != '[' {
		s.buf.WriteByte(',')
	}
	fmt.Fprintf(&s.buf, stateEntry, s.n, typ, id, s.n, s.n/50, s.n%20, attributes)
}

// stateEntry is an entry of a state with what Terraform writes around the
// attributes that matter.
const stateEntry = `
    {
      "module": "module.machine[\"m-%06d\"]",
      "mode": "managed",
      "type": %q,
      "name": "this",
      "provider": "provider[\"registry.terraform.io/hashicorp/azurerm\"]",
      "instances": [
        {
          "schema_version": 0,
          "attributes": {
            "id": %q,
            "location": "westeurope",
            "name": "x-%06d",
            "resource_group_name": "rg-%d",
            "tags": {"env": "prod", "owner": "team-%d"},
            "timeouts": null,
            "zones": ["1"],
            "computed_a": null, "computed_b": false, "computed_c": [], "computed_d": [{"a": 1, "b": "text of some length", "c": [1, 2, 3]}],
            %s
          },
          "sensitive_attributes": [],
          "private": "eyJlMmJmYjczMC1lY2FhLTExZTYtOGY4OC0zNDM2M2JjN2M0YzAiOnsiY3JlYXRlIjoxODAwMDAwMDAwMDAwLCJkZWxldGUiOjE4MDAwMDAwMDAwMDAsInJlYWQiOjMwMDAwMDAwMDAwMCwidXBkYXRlIjoxODAwMDAwMDAwMDAwfX0=",
          "dependencies": ["azurerm_resource_group.main", "module.machine.azurerm_network_interface.this"]
        }
      ]
    }`
