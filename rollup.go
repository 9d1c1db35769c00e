package demarc

// RollUp is how the estate, or what has one thing in common in it, stands in
// numbers: what a store keeps so that a question about all of it needs no
// resource. It is plain data.
type RollUp struct {
	By RollUpKind
	// ID tells it from others of its kind: the id of the subscription or the
	// responsibility, "framework/version", and the name of everything else.
	ID string
	// Name is what a person calls it, "" for the workloads that belong to no
	// subscription, owner or workload.
	Name string
	// Workloads and Matrices are those of the estate, a subscription, an owner
	// or a workload, by the rules of the pictures of the estate: each workload
	// is in exactly one roll-up of each of these kinds, so that they add up to
	// the estate. Roll-ups that stand alike share matrices, which are not to be
	// changed.
	Workloads int
	Matrices  []Matrix
	// Cells are those of a framework: how many of the customer's responsibilities
	// that name a control of it stand how, each instance in one cell. Cells
	// without any are left out; the others are in order of area and model.
	Cells []RollUpCell
	// Summary counts instances: of the estate and of a framework the customer's,
	// of a responsibility all, whoever bears it. Other kinds have none, since what
	// exists once above resources belongs to several of them.
	Summary Summary
}

// RollUpCell counts the responsibilities of one area. Their model is that of
// the column that leaves the area to the customer; of several that of the
// resource, else the first. Those that exist once above resources belong to no
// column: their model is unknown.
type RollUpCell struct {
	Area  Area
	Model ServiceModel
	Summary
}

// RollUpKind says what those that are counted together have in common.
type RollUpKind uint8

// The kinds of roll-ups.
const (
	RollUpEstate         RollUpKind = iota // the whole estate
	RollUpSubscription                     // the subscription that they lie in
	RollUpOwner                            // who answers for them as a whole, by name
	RollUpWorkload                         // the workload that they belong to, else the resource group or site
	RollUpFramework                        // the framework whose controls they name
	RollUpResponsibility                   // the responsibility
)

var rollUpNames = [...]string{"estate", "subscription", "owner", "workload", "framework", "responsibility"}

// String is the word of the command line and of outputs.
func (k RollUpKind) String() string { return nameOf(rollUpNames[:], uint8(k)) }

// ParseRollUpKind reads the words that String writes, in any case.
func ParseRollUpKind(s string) (RollUpKind, error) {
	i, err := parseName("roll-up", rollUpNames[:], s)
	return RollUpKind(i), err
}
