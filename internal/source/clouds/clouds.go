// Package clouds recognises the provider of a machine by what people call the
// place it runs in: the type of a cluster, the name of a location. It serves
// the readers of inventories that have no field for a provider.
package clouds

import (
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// Cloud is a provider of machines.
type Cloud struct {
	Words string // all of these are in the name
	Type  string // of its machines
	Party string // who runs it, where the type does not say so
}

// The types of machines of providers that have none of their own, and of those
// that stand in one's own rooms under a provider's name.
const (
	Hosted = "other/iaas-machine"
	Own    = "onprem/virtual-machine"
)

// list are the providers by the words that name them, the more telling first:
// what a provider runs with another's software, and what stands in one's own
// room under a provider's name, before the providers.
var list = []Cloud{
	{"vmware aws", Hosted, "vmware"},
	{"vmware azure", Hosted, demarc.Microsoft},
	{"vmware google", Hosted, "google"},
	{"azure stack", Own, ""},
	{"azure local", Own, ""},
	{"aws outposts", Own, ""},
	{"google distributed", Own, ""},
	{"aws", "aws/ec2-instance", ""},
	{"amazon", "aws/ec2-instance", ""},
	{"ec2", "aws/ec2-instance", ""},
	{"azure", "Microsoft.Compute/virtualMachines", ""},
	{"gcp", "google/compute-engine-instance", ""},
	{"google", "google/compute-engine-instance", ""},
	{"digitalocean", "digitalocean/droplet", ""},
	{"digital ocean", "digitalocean/droplet", ""},
	{"oracle cloud", "oracle-cloud/compute-instance", ""},
	{"hetzner", Hosted, "hetzner"},
	{"ovh", Hosted, "ovh"},
	{"ovhcloud", Hosted, "ovh"},
	{"linode", Hosted, "akamai"},
	{"akamai", Hosted, "akamai"},
	{"vultr", Hosted, "vultr"},
	{"scaleway", Hosted, "scaleway"},
	{"ionos", Hosted, "ionos"},
	{"upcloud", Hosted, "upcloud"},
	{"ibm cloud", Hosted, "ibm"},
	{"alibaba", Hosted, "alibaba"},
	{"rackspace", Hosted, "rackspace"},
}

// Of finds the provider that a name speaks of.
func Of(name string) (Cloud, bool) {
	spoken := Words(name)
	i := slices.IndexFunc(list, func(c Cloud) bool { return Contain(spoken, strings.Fields(c.Words)...) })
	if i < 0 {
		return Cloud{}, false
	}
	return list[i], true
}

// Types are all types that Of may give.
func Types() []string {
	var types []string
	for _, c := range list {
		types = append(types, c.Type)
	}
	return types
}

// Words takes a name apart and folds it: "DO-NYC1" has the words "do" and
// "nyc1". Letters that are not ASCII belong to words.
func Words(name string) []string {
	return strings.FieldsFunc(demarc.Fold(name), func(r rune) bool {
		letter := 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r >= 0x80
		return !letter
	})
}

// Contain reports whether all wanted words are among the spoken ones; a plural
// counts.
func Contain(spoken []string, want ...string) bool {
	for _, w := range want {
		if !slices.Contains(spoken, w) && !slices.Contains(spoken, w+"s") && !slices.Contains(spoken, w+"es") {
			return false
		}
	}
	return true
}
