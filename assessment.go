package demarc

import "time"

// SchemaVersion is the version of the JSON contract in docs/schema.
const SchemaVersion = "1.2"

// Assessment is the result of running the line once over an estate, as of the
// end of one day in UTC. Lists are ordered by folded id, so that the same
// input and date give the same assessment whatever the order of files and rows.
type Assessment struct {
	AsOf         time.Time
	Estate       Estate
	Matrices     []Matrix
	Scopes       []*Scope
	Resources    []*Assessed
	Divisions    []*Division
	Rules        []*Rule // those that decided something
	Unclassified []Unclassified
	Undecided    []Undecided
	Surprises    []Surprise
	References   []Reference
	Notes        []Note
	Conditional  []Matrix // of what is deployed only under a condition that cannot be known
	GroupedBy    Grouping
	Groups       []Group          // by name, those without one last; nil unless they were asked for
	Parties      map[string]Party // every party id that a cell names
	// Is it done, how is that known, whose name is on it.
	Responsibilities []*Responsibility // that anything in the estate asks of anybody, by id
	Verdicts         VerdictList
	Evidence         EvidenceList // imported from outside
	Checks           EvidenceList // computed here
	Unattached       []Unattached // evidence that was joined to nothing
	Gaps             []Gap
	Summary          Summary
	Unknown          map[Reason]int // how many of the unknown ones, by reason
	DoFirst          []Action
	Believed         []Belief
	Settling         []Settling
	Offerings        []Offering
}

// Estate describes what was assessed, in numbers.
type Estate struct {
	Name           string
	Resources      int // that are there, whatever their role
	Workloads      int // resources with rows of their own, third-party operated ones included
	Parts          int
	Configurations int
	// What stands apart from the three above: the management surface and what
	// a provider put into the estate.
	ControlPlane, ProviderManaged int
	// What is not there, whatever its role.
	Conditional, Leaving int
	Incomplete           []Incomplete
	Files                []*File
}

// Incomplete says that an input shows only a part of what there is.
type Incomplete struct {
	Place    Place
	Read     int    // rows read
	Total    int    // rows there are, 0 when the input does not say
	Possibly bool   // suspected from a round number of rows, not said by the input
	Message  string // for a person
	Command  string // what to run to get the rest, "" when nobody knows
}

// Assessed is a resource with the answers about it.
type Assessed struct {
	Resource
	Answer *Answer
	PartOf string // id of the resource it is a piece of, as spelled there
}

// Answer is what is said of a resource: what it is and who does what about
// it. Resources that are alike share one.
type Answer struct {
	Provider string // party id of whoever runs the cloud or the room it is in
	Model    ServiceModel
	Role     Role
	Facets   []Facet
	Rule     *Rule // what decided, nil when unclassified
	Likely   bool  // by default rule, or a property that was not seen could change it
	Why      string
	Division *Division // nil unless the role has rows
}

// Facet is a part of a resource with its own division.
type Facet struct {
	ID    string
	Model ServiceModel
}

// Rule is one piece of knowledge that decided an answer.
type Rule struct {
	ID       string // path of the fact: file and id in it
	Source   string // public URL
	Checked  string // day on which it was compared with its source, YYYY-MM-DD
	Reviewed bool   // false for a default rule
}

// Division is all cells of one resource. Many resources share one; its id is
// a hash of its content.
type Division struct {
	ID    string
	Cells []Cell
}

// Cell says, for one facet and one area, who is responsible for what and why.
type Cell struct {
	Model         string // id of the published matrix whose row it is
	DecidedBy     string // id of the published model that names the service and decided it, "" if none does
	Facet         string
	FacetModel    ServiceModel // whose column was read
	AreaID        string
	Area          string // the published label
	Parties       []string
	Halves        map[string]string // party -> what it does, in words
	Accountable   map[string]string // half (party) -> the one accountable party
	NotApplicable bool
	Basis         Basis
	Differs       bool // other parties than the column of its service model has
	Reason        string
	Source        string
	Surprise      string
	// Open are the properties that were not seen and could give the cell to
	// other parties.
	Open []string
}

// Basis says which step of the precedence decided a cell.
type Basis uint8

// The steps of the precedence, weakest first.
const (
	ByColumn    Basis = iota // the column of the facet's service model
	ByAbsence                // the kind of resource does not have the area
	ByDeployed               // the AI models deployed in it
	ByDeviation              // a documented deviation of the type or facet
	ByMatrix                 // a published matrix that names the service and area
	ByDelegated              // a third party that the organisation delegated the area to
	ByOverride               // the organisation's own override
)

var basisNames = [...]string{"column", "absence", "deployed", "deviation", "matrix", "delegation", "override"}

// String is the word of files.
func (b Basis) String() string { return nameOf(basisNames[:], uint8(b)) }

// ParseBasis reads the words that String writes, in any case.
func ParseBasis(s string) (Basis, error) {
	i, err := parseName("basis of a cell", basisNames[:], s)
	return Basis(i), err
}

// Shared reports whether more than one party is responsible. It is computed
// and never stored.
func (c *Cell) Shared() bool { return len(c.Parties) > 1 }

// Matrix is the responsibility picture of one published model filled in with
// the estate: a row per area and service model.
type Matrix struct {
	Model  string // id of the published model
	Title  string
	Areas  []Area
	Models []ServiceModel // the columns
	Cells  []MatrixCell   // areas x columns, area by area
}

// Grouping says by what resources are put together.
type Grouping uint8

// The groupings.
const (
	Ungrouped Grouping = iota
	ByWorkload
	BySubscription
	ByOwner
	ByLocation
	ByAISystem
)

var groupingNames = [...]string{"", "workload", "subscription", "owner", "location", "ai-system"}

// String is the word of the command line and of outputs.
func (g Grouping) String() string { return nameOf(groupingNames[:], uint8(g)) }

// ParseGrouping reads the words that String writes, in any case.
func ParseGrouping(s string) (Grouping, error) {
	i, err := parseName("grouping", groupingNames[:], s)
	return Grouping(i), err
}

// Group is the resources that belong together, with a matrix of their own:
// many solutions combine service models.
type Group struct {
	Name      string // "" for the resources that belong to none
	Workloads int
	Matrices  []Matrix
}

// Area is a row of a matrix.
type Area struct {
	ID    string
	Label string
}

// MatrixCell counts the workloads of one column by who is responsible.
type MatrixCell struct {
	Area          Area
	Model         ServiceModel
	Workloads     int            // all of the column; parties and NotApplicable add up to it
	Parties       map[string]int // sorted party ids joined by "+", "unknown" when it cannot be told
	NotApplicable int
	Done          Done
}

// Done counts the workloads of a cell by how the customer's half stands: the
// worst of the responsibilities that each refers to. With the workloads that
// lack the area and those whose area is another party's altogether they add up
// to the workloads of the cell; accepted ones are unmet too.
type Done struct {
	Met, Unmet, Unknown, NotApplicable, Accepted int
	Theirs                                       int // nothing of it is the customer's
}

// Known reports whether anything is known beside what is unknown.
func (d Done) Known() bool { return d.Met+d.Unmet+d.NotApplicable > 0 }

// Party is somebody who can be responsible.
type Party struct {
	ID    string
	Name  string
	Short string // at most eight letters, for the terminal's matrix
	// Until is the last day of the contract, zero when nobody says.
	Until time.Time
}

// Unclassified says that no rule knows a type.
type Unclassified struct {
	Type   string
	Count  int
	Reason string
	First  Place
}

// Undecided says that a property which was not seen would change the answer
// of Count resources, and what to export to settle it.
type Undecided struct {
	Type       string   // "" when it is asked of resources of all types
	Properties []string // that were not seen; none when no property tells
	Question   string
	Count      int
	Settle     string // command or act that would settle it
}

// Surprise is an answer that people commonly get wrong.
type Surprise struct {
	Text    string
	Differs bool // a cell has other parties than the usual picture gives it
	Basis   Basis
	Count   int
	First   string // id of the first resource
}

// Reference is something an input points to without describing it.
type Reference struct {
	ID    string
	From  string // id of the resource that points
	Count int
}
