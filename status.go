package demarc

// Status says whether a responsibility is met. The zero value is unknown:
// absent evidence never turns into an answer.
type Status uint8

// The statuses, from the one that says least.
const (
	UnknownStatus Status = iota
	Met
	Unmet
	NotApplicable
)

var statusNames = [...]string{"unknown", "met", "unmet", "not-applicable"}

// String is the word of files and outputs.
func (s Status) String() string { return nameOf(statusNames[:], uint8(s)) }

// Worse orders statuses by how much they ask of a person: unmet, unknown, met,
// not applicable. It reports whether s asks for more than other.
func (s Status) Worse(other Status) bool { return statusRank[s] > statusRank[other] }

var statusRank = [...]uint8{UnknownStatus: 2, Met: 1, Unmet: 3, NotApplicable: 0}

// Reason says why something is unknown. The set is closed, so that outputs can
// count by it.
type Reason string

// The reasons.
const (
	NoReason         Reason = ""
	NoEvidence       Reason = "no evidence"
	Stale            Reason = "stale"
	Undated          Reason = "undated"           // a pass of which nobody knows the day settles nothing
	Conflicting      Reason = "conflicting"       // the same check passed and failed at the same instant
	Partial          Reason = "part of the proof" // passes, but not all that are needed over the whole level
	OnlyClaims       Reason = "only a claim"      // somebody said so, and nobody looked
	NotAssessed      Reason = "not assessed"      // a tool looked and could not tell
	NotCollected     Reason = "not collected"
	NotPermitted     Reason = "no permission" // the tool was not allowed to look
	Exempt           Reason = "exempt"        // taken out of the check; an exception, never a pass
	DefaultAssumed   Reason = "default assumed"
	NoRequirement    Reason = "no requirement"
	UnknownAge       Reason = "age" // something is open, and since when is not known
	NoAssurance      Reason = "no assurance on file"
	ParameterNotSet  Reason = "parameter not set"
	UnknownRecipient Reason = "memberships not seen" // whom a rule reaches cannot be told
	AliasUnresolved  Reason = "alias unresolved"     // nobody knows where a policy's alias points
	PropertyNotSeen  Reason = "property not seen"
	ExpressionFailed Reason = "expression failed"
	DataPlane        Reason = "data-plane"   // only the service itself can evaluate it
	RequestTime      Reason = "request-time" // it concerns a request, not what is there
	NotDeployedYet   Reason = "value unknown in a template"
)

// Outcome is what one piece of evidence says.
type Outcome uint8

// The outcomes. OutcomeNotApplicable means that the tool said why the check
// does not concern the subject; that it could not look is OutcomeUnknown.
const (
	OutcomeUnknown Outcome = iota
	Pass
	Fail
	OutcomeNotApplicable
)

var outcomeNames = [...]string{"unknown", "pass", "fail", "not-applicable"}

// String is the word of files and outputs.
func (o Outcome) String() string { return nameOf(outcomeNames[:], uint8(o)) }

// ParseOutcome reads the words that String writes, in any case.
func ParseOutcome(s string) (Outcome, error) {
	i, err := parseName("outcome", outcomeNames[:], s)
	return Outcome(i), err
}

// Strength says what stands behind a piece of evidence. It never outvotes a
// current fail.
type Strength uint8

// The strengths, weakest first.
const (
	Claim    Strength = iota // somebody says so, without having looked: supports, never settles
	Attested                 // a named person answers for it
	Observed                 // a tool looked
)

var strengthNames = [...]string{"claim", "attested", "observed"}

// String is the word of outputs.
func (s Strength) String() string { return nameOf(strengthNames[:], uint8(s)) }

// Severity says how bad it is when a responsibility is unmet.
type Severity uint8

// The severities, from the one that nobody named.
const (
	UnknownSeverity Severity = iota
	Low
	Medium
	High
	Critical
)

var severityNames = [...]string{"unknown", "low", "medium", "high", "critical"}

// String is the word of files and outputs.
func (s Severity) String() string { return nameOf(severityNames[:], uint8(s)) }

// ParseSeverity reads the words that String writes, in any case.
func ParseSeverity(s string) (Severity, error) {
	i, err := parseName("severity", severityNames[:], s)
	return Severity(i), err
}

// Level says where a responsibility exists once.
type Level uint8

// The levels, from the smallest.
const (
	ResourceLevel Level = iota
	WorkloadLevel
	ResourceGroupLevel
	SubscriptionLevel
	TenantLevel
	SiteLevel
	OrganisationLevel
)

var levelNames = [...]string{"resource", "workload", "resource-group", "subscription", "tenant", "site", "organisation"}

// Levels are all levels, the smallest first.
var Levels = [...]Level{ResourceLevel, WorkloadLevel, ResourceGroupLevel, SubscriptionLevel, TenantLevel, SiteLevel, OrganisationLevel}

// String is the word of files and outputs.
func (l Level) String() string { return nameOf(levelNames[:], uint8(l)) }

// ParseLevel reads the words that String writes, in any case.
func ParseLevel(s string) (Level, error) {
	i, err := parseName("level", levelNames[:], s)
	return Level(i), err
}
