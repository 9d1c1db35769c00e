package clouds_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/source/clouds"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestOf(t *testing.T) {
	for name, want := range map[string]string{
		"Amazon Web Services": "aws/ec2-instance", "aws": "aws/ec2-instance", "Microsoft Azure": "Microsoft.Compute/virtualMachines",
		"AZURE/West Europe": "Microsoft.Compute/virtualMachines", "Google Cloud": "google/compute-engine-instance", "DigitalOcean": "digitalocean/droplet",
		"azure-stack-hci": clouds.Own, "VMware Cloud on AWS": clouds.Hosted + " vmware", "Azure VMware Solution": clouds.Hosted + " microsoft",
		"Hetzner Cloud": clouds.Hosted + " hetzner", "VMware": "", "KVM": "", "Azureus": "", "Laws": "", "": "",
	} {
		c, ok := clouds.Of(name)
		if got := strings.TrimSpace(c.Type + " " + c.Party); got != want || ok != (want != "") {
			t.Errorf("%q is %q (%v), want %q", name, got, ok, want)
		}
	}
}

func TestTypesAreDescribed(t *testing.T) { sourcetest.Described(t, clouds.Types()...) }

func TestWords(t *testing.T) {
	for name, want := range map[string][]string{"DO-NYC1": {"do", "nyc1"}, "a_b  C": {"a", "b", "c"}, "Stra\u00dfe 7": {"stra\u00dfe", "7"}, "--": nil} {
		if got := clouds.Words(name); !slices.Equal(got, want) {
			t.Errorf("%q has %q, want %q", name, got, want)
		}
	}
	if spoken := clouds.Words("Core Switches"); !clouds.Contain(spoken, "switch") || clouds.Contain(spoken, "router") || !clouds.Contain(spoken) {
		t.Errorf("%q", spoken)
	}
}
