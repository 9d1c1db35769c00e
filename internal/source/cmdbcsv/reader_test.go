package cmdbcsv

import (
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/clouds"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestCases(t *testing.T) { sourcetest.Cases(t, Format) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, Format) }

func TestTypesAreDescribed(t *testing.T) {
	for _, typ := range classes {
		if typ != openType {
			sourcetest.Described(t, typ)
		}
	}
}

func TestDetect(t *testing.T) {
	tests := []struct {
		name, header string
		want         bool
	}{
		{"field names", "name,sys_class_name,os,location,owned_by,install_status", true},
		{"labels", "Name;Class;Operating System;Location;Owned by;Install Status", true},
		{"dot-walked", "name,sys_class_name,location.name,owned_by.email", true},
		{"servers without a class", "name,os,os_version,serial_number,managed_by", true},
		{"a name and nothing", "name,sys_id", false},
		{"no sign of a configuration database", "name,class,location", false},
		{"portal", "NAME,TYPE,RESOURCE GROUP,LOCATION,SUBSCRIPTION,OWNED BY", false},
		{"the documented columns", "name,kind,site,os,owned by", false},
		{"people", "name,status,assigned to", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := detect(source.NewHead([]byte(tt.header+"\n"), true)); got != tt.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestKindOf(t *testing.T) {
	tests := []struct {
		class, location string
		virtual         bool
		want            string
	}{
		{"cmdb_ci_win_server", "", false, serverType},
		{"Windows Server", "Berlin", true, machineType},
		{"cmdb_ci_linux_server", "AWS eu-west-1", true, "aws/ec2-instance"},
		{"Server", "Hetzner FSN1", false, clouds.Hosted + " hetzner"},
		{"ESX Server", "Azure", false, hostType},
		{"Virtual Machine Instance", "", false, openType},
		{"cmdb_ci_vm_instance", "Azure West Europe", false, "Microsoft.Compute/virtualMachines"},
		{"MSFT SQL Instance", "", false, databaseType},
		{"u_cmdb_ci_robot", "", false, "onprem/robot"},
		{"cmdb_ci_netgear", "", false, "onprem/netgear"},
	}
	for _, tt := range tests {
		t.Run(tt.class+" "+tt.location, func(t *testing.T) {
			k := kindOf(tt.class, tt.location, tt.virtual)
			if got := strings.TrimSpace(k.typ + k.display + " " + k.party); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestStandingOf(t *testing.T) {
	tests := []struct {
		status   string
		numbered bool
		want     demarc.Standing
	}{
		{"Installed", false, demarc.There}, {"", false, demarc.There}, {"In Stock", false, demarc.There},
		{"Retired", false, demarc.Leaving}, {"On Order", false, demarc.Conditional},
		{"7", true, demarc.Leaving}, {"1", true, demarc.There}, {"4", true, demarc.Conditional},
		{"7", false, demarc.There}, // a number of another column means something else
	}
	for _, tt := range tests {
		if _, got := standingOf(tt.status, tt.numbered); got != tt.want {
			t.Errorf("%q (%v) is %v, want %v", tt.status, tt.numbered, got, tt.want)
		}
	}
}
