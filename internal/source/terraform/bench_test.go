package terraform

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
)

// stateWriter writes a state of any size while it is read: machines with a
// network interface, an address and a disk each, as Terraform indents them.
type stateWriter struct {
	left, n int // machines
	buf     bytes.Buffer
}

func newStateWriter(machines int) *stateWriter {
	s := &stateWriter{left: machines}
	s.buf.WriteString("{\n  \"version\": 4,\n  \"terraform_version\": \"1.9.5\",\n  \"serial\": 1,\n  \"lineage\": \"x\",\n  \"outputs\": {},\n  \"resources\": [")
	return s
}

// Read gives out what there is and writes on.
func (s *stateWriter) Read(p []byte) (int, error) {
	for s.buf.Len() < len(p) && s.left >= 0 {
		if s.left--; s.left < 0 {
			s.buf.WriteString("\n  ],\n  \"check_results\": null\n}\n")
			break
		}
		s.machine()
		s.n++
	}
	return s.buf.Read(p)
}

func (s *stateWriter) machine() {
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
}

func (s *stateWriter) resource(typ, id, attributes string) {
	if s.n > 0 || s.buf.Bytes()[s.buf.Len()-1] != '[' {
		s.buf.WriteByte(',')
	}
	fmt.Fprintf(&s.buf, `
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
    }`, s.n, typ, id, s.n, s.n/50, s.n%20, attributes)
}

// counter is a sink that keeps numbers only.
type counter struct {
	plans                         *slots.Layout
	resources, references, others int
	tied                          int // resources that another one tells something of
}

func (c *counter) Resource(r source.Resource) {
	c.resources++
	for _, path := range []string{"managedBy", "properties.virtualMachine.id", "properties.ipConfiguration.id"} {
		if r.Values.At(r.Values.Plan().Slot(path)).Kind() == demarc.KindText {
			c.tied++
		}
	}
}
func (c *counter) Scope(source.Scope)           { c.others++ }
func (c *counter) Reference(source.Reference)   { c.references++ }
func (c *counter) Statement(source.Statement)   { c.others++ }
func (c *counter) Note(demarc.Note)             { c.others++ }
func (c *counter) Incomplete(demarc.Incomplete) { c.others++ }
func (c *counter) Fork() source.Sink            { return c }
func (c *counter) Plans() *slots.Layout         { return c.plans }

func newCounter(t testing.TB) *counter {
	t.Helper()
	plans, err := slots.NewLayout(append([]slots.Wish{{Path: "tags['owner']"}}, wished...))
	if err != nil {
		t.Fatal(err)
	}
	return &counter{plans: plans}
}

// readState reads a state of so many machines.
func readState(t testing.TB, f source.Format, machines int) *counter {
	t.Helper()
	in, err := source.NewInput(&demarc.File{Path: "-"}, newStateWriter(machines))
	if err != nil {
		t.Fatal(err)
	}
	c := newCounter(t)
	if err := f.Read(context.Background(), in, c); err != nil {
		t.Fatal(err)
	}
	if c.resources != 4*machines || c.references != machines || c.others != 0 || c.tied != 3*machines {
		t.Fatalf("%d machines give %+v", machines, *c)
	}
	return c
}

// machinesOf is how many machines make a state of so many megabytes.
func machinesOf(t testing.TB, megabytes int) int {
	t.Helper()
	const sample = 200
	n, err := io.Copy(io.Discard, newStateWriter(sample))
	if err != nil {
		t.Fatal(err)
	}
	return megabytes << 20 / int(n/sample)
}

// TestStateStreams: what is kept of a state is little beside its size.
func TestStateStreams(t *testing.T) {
	const megabytes = 30
	f, machines := format(t), machinesOf(t, megabytes)
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	readState(t, f, machines)
	runtime.ReadMemStats(&after)
	if grown := (after.Sys - min(after.Sys, before.Sys)) >> 20; grown > 2*megabytes {
		t.Errorf("a state of %d MB took %d MB", megabytes, grown)
	}
}

// BenchmarkState reads a state of 100 MB. With DEMARC_STATE the state is also
// written to that file, to measure the whole program with.
func BenchmarkState(b *testing.B) {
	const megabytes = 100
	f, machines := format(b), machinesOf(b, megabytes)
	if path := os.Getenv("DEMARC_STATE"); path != "" {
		file, err := os.Create(path)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(file, newStateWriter(machines)); err != nil {
			b.Fatal(err)
		}
		if err := file.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(megabytes << 20)
	b.ReportAllocs()
	for b.Loop() {
		readState(b, f, machines)
	}
}
