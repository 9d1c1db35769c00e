package ansiblefacts

import (
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestCases(t *testing.T) { sourcetest.Cases(t, Format) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, Format) }

func TestTypesAreDescribed(t *testing.T) {
	sourcetest.Described(t, serverType, machineType, hypervisorType, controllerType, workplaceType, hostedType)
	for _, c := range clouds {
		sourcetest.Described(t, c.typ)
	}
}

func TestKindOf(t *testing.T) {
	tests := []struct {
		name  string
		facts facts
		want  string
	}{
		{"rack server", facts{"system_vendor": "Dell Inc.", "product_name": "PowerEdge R650", "virtualization_role": "NA"}, serverType},
		{"server with KVM in its kernel", facts{"system_vendor": "HPE", "virtualization_role": "host", "virtualization_type": "kvm", "kernel": "6.1.0-18-amd64"}, serverType},
		{"Proxmox", facts{"virtualization_role": "host", "virtualization_type": "kvm", "kernel": "6.8.12-4-pve"}, hypervisorType},
		{"VMware guest", facts{"system_vendor": "VMware, Inc.", "virtualization_role": "guest", "virtualization_type": "VMware"}, machineType},
		{"own Hyper-V guest", facts{"system_vendor": "Microsoft Corporation", "virtualization_role": "guest", "chassis_asset_tag": "1234"}, machineType},
		{"Azure", facts{"system_vendor": "Microsoft Corporation", "virtualization_role": "guest", "chassis_asset_tag": azureTag}, "Microsoft.Compute/virtualMachines"},
		{"Amazon, Nitro", facts{"system_vendor": "Amazon EC2", "virtualization_role": "guest", "virtualization_type": "kvm"}, "aws/ec2-instance"},
		{"Amazon, metal", facts{"system_vendor": "Amazon EC2", "product_name": "m5.metal", "virtualization_role": "NA"}, "aws/ec2-instance"},
		{"Amazon, Xen", facts{"system_vendor": "Xen", "product_version": "4.11.amazon", "virtualization_role": "guest"}, "aws/ec2-instance"},
		{"Google", facts{"system_vendor": "Google", "product_name": "Google Compute Engine", "virtualization_role": "guest"}, "google/compute-engine-instance"},
		{"Hetzner", facts{"system_vendor": "Hetzner", "product_name": "vServer", "virtualization_role": "guest"}, hostedType},
		{"domain controller", facts{"os_product_type": "domain_controller", "virtualization_role": "guest"}, controllerType},
		{"domain controller in Azure", facts{"os_product_type": "domain_controller", "chassis_asset_tag": azureTag}, "Microsoft.Compute/virtualMachines"},
		{"laptop", facts{"form_factor": "Notebook", "system_vendor": "LENOVO", "virtualization_role": "NA"}, workplaceType},
		{"container", facts{"virtualization_role": "guest", "virtualization_type": "podman"}, containerType},
		{"switch", facts{"net_system": "nxos"}, deviceType},
		{"few facts", facts{"distribution": "Debian"}, openType},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k := kindOf(tt.facts)
			if k.typ != tt.want {
				t.Errorf("got %s, want %s", k.typ, tt.want)
			}
			if (k.guess != "") != (k.typ == machineType) || (k.party != "") != (k.typ == hostedType) {
				t.Errorf("got %+v", k)
			}
		})
	}
}

// TestSecretsAreNotKept: environment variables and keys stay in the file.
func TestSecretsAreNotKept(t *testing.T) {
	got := sourcetest.Read(t, Format, []byte(`{"ansible_facts":{"ansible_hostname":"web01","ansible_env":{"TOKEN":"hunter2"},"ansible_cmdline":{"key":"hunter2"},"ansible_ssh_host_key":"hunter2"}}`))
	if strings.Contains(got, "hunter2") || !strings.Contains(got, "name=web01") {
		t.Errorf("got %s", got)
	}
}
