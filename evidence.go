package demarc

import "time"

// Evidence is a dated observation from outside about a resource or a scope.
type Evidence struct {
	Subject  Subject
	Tool     string // the tool's word in data/responsibilities/tools.yaml, for example "defender"
	Check    string // the tool's own id of what it looked at, as it spells it
	Title    string // the tool's own words for the check
	Outcome  Outcome
	Reason   Reason // of an unknown outcome
	Detail   string // what the tool says about this subject, in its own words, cut
	Severity Severity
	Strength Strength
	By       string        // who attests, "" for a tool
	Observed time.Time     // zero when neither the record nor its run says
	Expires  time.Time     // zero when only its age ends it
	Since    time.Time     // when the thing that fails began, zero when that is not known
	Amount   time.Duration // where a length of time was observed: how old the newest copy is, how long something is kept
	Place    Place
}

// Subject is what a piece of evidence is about, as far as its record tells.
// The first member that is set finds it: ID, else Host, else Identity, else
// the scope as a whole.
type Subject struct {
	ID       string // of a resource or a scope, in any case
	Type     string // of the resource, where the id does not tell
	Name     string // of the resource, where the id does not tell
	Host     string // name of a machine, where that is all that is known
	Identity string // object id of a person, group or application
	Scope    string // id of the scope it hangs in, "" when the id tells
}

// EvidenceList is all evidence of an assessment, in order of subject, check
// and time. There may be millions of items, so it is asked one by one.
type EvidenceList interface {
	// Len is how many pieces there are, the same at every call.
	Len() int
	// At makes the piece at a place from 0 to Len-1. It does not fail and may
	// be called by several goroutines at once.
	At(i int) AssessedEvidence
}

// AssessedEvidence is a piece of evidence with what it was joined to.
type AssessedEvidence struct {
	ID string // a hash of its content
	Evidence
	Resource *Assessed // nil when it is about a scope or joined to nothing
	About    *Scope    // nil when it is about a resource or joined to nothing
	// Responsibilities are those that the check says something about.
	Responsibilities []string
}

// Unattached counts evidence that was joined to nothing, by what it names and
// why that was not found.
type Unattached struct {
	Subject string
	Tool    string
	Reason  string
	Count   int
	First   Place
}

// Requirement is what the organisation demands of itself. A zero duration
// means that it does not say.
type Requirement struct {
	ID            string // the workload or data class that it is for
	PatchWindow   map[Severity]time.Duration
	RecoveryPoint time.Duration
	RecoveryTime  time.Duration
	RetentionMin  time.Duration
	RetentionMax  time.Duration
	Regions       []string
	Regulations   []string
	Place         Place
}

// Exception is a dated, reasoned and approved acceptance of an unmet
// responsibility. It never turns unmet into met.
type Exception struct {
	ID             string
	Responsibility string // "" when it names a check of a tool
	Tool, Check    string
	Scope          string // id of a resource or scope that it covers with all below, "" for everything
	Reason         string
	Approver       string
	Owner          string // who bears the risk meanwhile, "" when the exception does not say
	From, Expires  time.Time
	Place          Place
}

// Covers reports whether the exception is in force on a day.
func (e *Exception) Covers(day time.Time) bool {
	return !day.Before(e.From) && (e.Expires.IsZero() || day.Before(e.Expires.AddDate(0, 0, 1)))
}

// Assurance is a report or certificate that a provider gives about its half.
type Assurance struct {
	ID       string
	Party    string   // whose half it is about
	Kind     string   // "SOC 2 Type 2", "ISO/IEC 27001 certificate"
	Cloud    string   // the provider id whose services it lists, "" for the party's only one
	Services []string // resource types or families that it lists; a trailing * stands for any rest
	// Responsibilities that it speaks about, "" for all of the party's half.
	Responsibilities []string
	From, Until      time.Time // the period that it covers
	Expires          time.Time
	Document         string // where the document lies
	Place            Place
}

// End is the last day on which the assurance stands: the one that it names,
// else the end of its period.
func (a *Assurance) End() time.Time {
	if a.Expires.IsZero() {
		return a.Until
	}
	return a.Expires
}

// Holds reports whether the assurance stands on a day.
func (a *Assurance) Holds(day time.Time) bool {
	return !day.Before(a.From) && (a.End().IsZero() || day.Before(a.End().AddDate(0, 0, 1)))
}

// Delegation says that a party takes the customer's half in a scope.
type Delegation struct {
	Party            string
	Match            Match    // what it covers; the zero Match covers everything
	Areas            []string // areas that it takes, with all their responsibilities
	Responsibilities []string // single responsibilities that it takes
	From, To         time.Time
	Contract         string
	Place            Place
}

// In reports whether the delegation holds on a day.
func (d *Delegation) In(day time.Time) bool {
	return !day.Before(d.From) && (d.To.IsZero() || day.Before(d.To.AddDate(0, 0, 1)))
}

// Access is access that another tenant holds to a scope: a Lighthouse
// registration, a granular delegated administration relationship.
type Access struct {
	Kind     string // "lighthouse", "gdap"
	Name     string // of who holds it, as far as it is told
	Tenant   string // tenant id of who holds it
	Scope    string // what it reaches
	Roles    []string
	From, To time.Time
	Place    Place
}

// RoleAssignment is who may do what where.
type RoleAssignment struct {
	Principal string // object id
	Kind      string // "User", "Group", "ServicePrincipal", as spelled
	Name      string
	Role      string // the name of the role, its id where that is all there is
	Scope     string
	Eligible  bool // it must be activated first
	Place     Place
}

// Listing says that a file is a list of things of one type, and whether it
// shows all that were asked for. Only where a list is whole does the absence of
// a thing say something.
type Listing struct {
	Type     string // of what is listed
	Response bool   // the answer of a service to a request for the list, not a list that somebody put together
	Whole    bool   // no page is missing and no row was skipped
	Place    Place
}
