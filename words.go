package demarc

import "fmt"

// ServiceModel says how much of the stack the provider runs. The zero value
// is unknown: an unclassified resource is shown as such and never guessed.
type ServiceModel uint8

// The service models, from left to right in the published matrix.
const (
	UnknownModel ServiceModel = iota
	OnPremises
	IaaS
	PaaS
	SaaS
)

// ServiceModels are the known service models in the order of the matrix.
var ServiceModels = [...]ServiceModel{OnPremises, IaaS, PaaS, SaaS}

var serviceModelNames = [...]string{"unknown", "on-premises", "iaas", "paas", "saas"}

var serviceModelLabels = [...]string{"Unknown", "On-premises", "IaaS", "PaaS", "SaaS"}

// String is the word of files and outputs: "on-premises", "iaas", "paas",
// "saas" or "unknown".
func (m ServiceModel) String() string { return nameOf(serviceModelNames[:], uint8(m)) }

// Label is the word of a heading: "On-premises", "IaaS", "PaaS", "SaaS".
func (m ServiceModel) Label() string { return nameOf(serviceModelLabels[:], uint8(m)) }

// ParseServiceModel reads the words that String writes, in any case.
func ParseServiceModel(s string) (ServiceModel, error) {
	i, err := parseName("service model", serviceModelNames[:], s)
	return ServiceModel(i), err
}

// Role says what a resource is. Only workloads and third-party operated
// resources get rows of their own in the matrix.
type Role uint8

// The roles.
const (
	Workload        Role = iota // does a job or holds data
	Part                        // a piece of another resource, without a division of its own
	Configuration               // settings of something else: evidence about it
	ControlPlane                // the management surface itself
	ProviderManaged             // lies where a provider put it; routed to the parent's facet
	ThirdParty                  // operated by a publisher
)

var roleNames = [...]string{"workload", "part", "configuration", "control-plane", "provider-managed", "third-party"}

// String is the word of files and outputs.
func (r Role) String() string { return nameOf(roleNames[:], uint8(r)) }

// HasRows reports whether a resource of this role has a division of its own.
func (r Role) HasRows() bool { return r == Workload || r == ThirdParty }

// ParseRole reads the words that String writes, in any case.
func ParseRole(s string) (Role, error) {
	i, err := parseName("role", roleNames[:], s)
	return Role(i), err
}

// Seen says how much of a resource the input showed. A property absent from a
// resource that was not seen in full is unknown, never missing.
type Seen uint8

// How much was seen, from least to most. SeenFull wins where the same
// resource was met more than once.
const (
	SeenNone       Seen = iota // an id and a type
	SeenInEvidence             // only a finding names it
	SeenPartial                // some properties
	SeenDeclared               // a template or a plan
	SeenFull                   // everything the provider shows
)

var seenNames = [...]string{"none", "in-evidence", "partial", "declared", "full"}

// String is the word of outputs.
func (s Seen) String() string { return nameOf(seenNames[:], uint8(s)) }

// Standing says whether a resource is there. Only what is there is counted in
// the matrix; the rest is counted apart.
type Standing uint8

// The standings.
const (
	There       Standing = iota
	Conditional          // a template deploys it only under a condition that cannot be known
	Leaving              // a plan deletes it
)

var standingNames = [...]string{"there", "conditional", "leaving"}

// String is the word of outputs.
func (s Standing) String() string { return nameOf(standingNames[:], uint8(s)) }

// Parties every estate knows. Other parties have ids of their own.
const (
	Customer  = "customer"
	Microsoft = "microsoft"
)

// UnknownParty stands for the parties of a cell that cannot be told.
const UnknownParty = "unknown"

func nameOf(names []string, i uint8) string {
	if int(i) < len(names) {
		return names[i]
	}
	return fmt.Sprintf("invalid(%d)", i)
}

func parseName(what string, names []string, s string) (int, error) {
	for i, name := range names {
		if EqualFold(name, s) {
			return i, nil
		}
	}
	return 0, fmt.Errorf("unknown %s %q", what, s)
}
