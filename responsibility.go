package demarc

import "time"

// Responsibility is one concrete task that a cell puts on one party.
type Responsibility struct {
	ID          string
	Title       string
	Area        string // id of the area whose cells put it on the party
	Party       string // "customer", "provider" or "publisher": whose half it is
	Level       Level
	Text        string // the one action
	DoneWhen    string
	Disproved   string // the observation that would disprove it
	Severity    Severity
	MaxAge      time.Duration // how old what settles it may be
	Requirement string        // what the organisation must state before it can be judged, "" if nothing
	Controls    []Control
	OwnerRole   string // who answers for it where nobody else is named
	Believed    string // what people often believe instead, "" if nothing
	Source      string
	Checked     string
	Rule        string // file and id in it
	Settle      []Settle
}

// Control is one id of a published framework, in its canonical spelling.
type Control struct {
	Framework string
	Version   string
	ID        string
}

// Settle is one way to settle a responsibility: all checks of a sufficient set.
type Settle struct {
	Checks  []CheckRef
	Command string // that exports them, or the act
}

// CheckRef names a check of a tool; a trailing * of Check stands for any rest.
type CheckRef struct {
	Tool  string
	Check string
}

// String writes "tool:check".
func (c CheckRef) String() string { return c.Tool + ":" + c.Check }

// Owner is the accountable person or team inside a party, and where that was
// read. The zero Owner is nobody.
type Owner struct {
	Name  string
	Party string
	Basis OwnerBasis
	From  string // the tag, the rule's place, the role's source
}

// OwnerBasis says how an owner was found, the strongest last.
type OwnerBasis uint8

// The bases.
const (
	NoOwner OwnerBasis = iota
	ByDefaultRole
	ByDelegation
	ByScopeTag
	ByResourceTag
	ByOwnerRule
)

var ownerBasisNames = [...]string{"none", "default-role", "delegation", "scope-tag", "resource-tag", "rule"}

// String is the word of outputs.
func (b OwnerBasis) String() string { return nameOf(ownerBasisNames[:], uint8(b)) }

// ParseOwnerBasis reads the words that String writes, in any case.
func ParseOwnerBasis(s string) (OwnerBasis, error) {
	i, err := parseName("basis of an owner", ownerBasisNames[:], s)
	return OwnerBasis(i), err
}

// Named reports whether somebody answers for it: a role by default is a role,
// not a name.
func (o Owner) Named() bool { return o.Basis > ByDefaultRole }

// OwnerRule says who owns what.
type OwnerRule struct {
	Match            Match // the zero Match covers everything
	Areas            []string
	Responsibilities []string
	Owner            string
	Place            Place
}

// Verdict is the status of one responsibility at one instance of its level.
type Verdict struct {
	Responsibility *Responsibility
	Instance       Instance
	Party          string // who bears it, as an id
	Owner          Owner
	Judgement
	Evidence  []int // of the assessment's evidence, those that decided
	Checks    []int // of the assessment's checks, those that decided
	Exception *Exception
	Accepted  bool // unmet, and an exception in force covers it
	Age       time.Duration
}

// Judgement is a status with what it rests on.
type Judgement struct {
	Status Status
	Reason Reason // of an unknown
	Why    string // in words, made of what decided
}

// Instance is where a responsibility exists once: a resource, a scope, a
// workload by name, or the whole organisation.
type Instance struct {
	Level    Level
	Resource *Assessed
	Scope    *Scope
	Workload string
	// Members are the resources that refer to it.
	Members int
}

// VerdictSet is the verdicts that many resources or scopes share: one for each
// responsibility of their own level.
type VerdictSet struct {
	ID       string // a hash of its content
	Verdicts []SetVerdict
}

// SetVerdict is one responsibility in a set.
type SetVerdict struct {
	Responsibility *Responsibility
	Party          string
	Judgement
	Accepted bool // unmet, and an exception in force covers it
}

// Gap is something that nobody took, or that two took.
type Gap struct {
	Kind    GapKind
	Subject string // what it is about: a scope, a resource, a party
	Text    string
	Count   int
	Place   Place
}

// GapKind says what kind of gap it is.
type GapKind string

// The kinds of gaps.
const (
	GapUndeclaredAccess GapKind = "undeclared-access" // somebody holds access and no delegation says why
	GapNoAccess         GapKind = "no-access"         // a delegation whose party holds no access
	GapOverlap          GapKind = "overlap"           // two delegations take the same
	GapNobody           GapKind = "nobody"            // a half that nobody took
	GapNoOwner          GapKind = "no-owner"
	GapEnded            GapKind = "ended" // a delegation that ran out
)

// Summary counts the customer's responsibilities, each once at its level.
// Accepted ones are unmet too.
type Summary struct {
	Met, Unmet, Unknown, NotApplicable, Accepted int
}

// Coverage is the share of what is applicable that is known: (met + unmet) /
// (met + unmet + unknown), 0 when there is nothing.
func (s Summary) Coverage() float64 {
	known := s.Met + s.Unmet
	if known+s.Unknown == 0 {
		return 0
	}
	return float64(known) / float64(known+s.Unknown)
}
