package demarc

import "time"

// CheckVerdict is what a check says of one resource. The zero value is
// unknown: data that was not there never turns into an answer.
type CheckVerdict uint8

// The verdicts of checks.
const (
	UnknownCheck CheckVerdict = iota
	Compliant
	NonCompliant
	CheckNotApplicable
)

var checkVerdictNames = [...]string{"unknown", "compliant", "non-compliant", "not-applicable"}

// String is the word of files and outputs.
func (v CheckVerdict) String() string { return nameOf(checkVerdictNames[:], uint8(v)) }

// ParseCheckVerdict reads the words that String writes, in any case.
func ParseCheckVerdict(s string) (CheckVerdict, error) {
	i, err := parseName("verdict", checkVerdictNames[:], s)
	return CheckVerdict(i), err
}

// Outcome is the verdict as the judge reads it.
func (v CheckVerdict) Outcome() Outcome {
	switch v {
	case Compliant:
		return Pass
	case NonCompliant:
		return Fail
	case CheckNotApplicable:
		return OutcomeNotApplicable
	case UnknownCheck:
	}
	return OutcomeUnknown
}

// CheckVerdictOf is the verdict that the judge reads as an outcome.
func CheckVerdictOf(o Outcome) CheckVerdict {
	switch o {
	case Pass:
		return Compliant
	case Fail:
		return NonCompliant
	case OutcomeNotApplicable:
		return CheckNotApplicable
	case OutcomeUnknown:
	}
	return UnknownCheck
}

// PolicyDefinition is a definition or an initiative as an input holds it.
type PolicyDefinition struct {
	ID    string
	Set   bool   // it is an initiative
	Text  []byte // its JSON
	Place Place
}

// PolicyAssignment says where a definition or an initiative is in force, and
// with which parameters. Its meaning is described at
// https://learn.microsoft.com/azure/governance/policy/concepts/assignment-structure
type PolicyAssignment struct {
	ID         string
	Name       string // the display name, else the last part of the id
	Scope      string // id of the scope that it covers with all below
	NotScopes  []string
	Definition string // id of the definition or initiative
	Parameters []byte // JSON object: {"name": {"value": ...}}; nil for none
	Overrides  []PolicyOverride
	Selectors  []ResourceSelector // a resource is covered when one of them selects it, or there is none
	Enforced   bool               // false is enforcement mode DoNotEnforce, which still evaluates
	Place      Place
}

// PolicyOverride replaces the effect or the version of what is assigned.
type PolicyOverride struct {
	Kind      string // "policyEffect" or "definitionVersion", as spelled
	Value     string
	Selectors []Selector
}

// ResourceSelector selects the resources that all its selectors select.
type ResourceSelector struct {
	Name      string
	Selectors []Selector
}

// Selector selects by one property: "resourceLocation", "resourceType",
// "resourceWithoutLocation" or "policyDefinitionReferenceId", as spelled. One
// of In and NotIn is set.
type Selector struct {
	Kind  string
	In    []string
	NotIn []string
}

// PolicyExemption takes a resource or scope out of an assignment. It is no
// answer: what it exempts stays unmet or unknown.
type PolicyExemption struct {
	ID         string
	Name       string
	Scope      string   // id of the resource or scope
	Assignment string   // id
	References []string // of the initiative's members, none for all
	Category   string   // "Waiver" or "Mitigated", as spelled
	Expires    time.Time
	Selectors  []ResourceSelector
	Place      Place
}

// PolicyMetadata says whose a control of a regulatory initiative is, as
// Microsoft publishes it.
type PolicyMetadata struct {
	ID       string // the last part of its id: NIST_SP_800-53_R5_AC-2
	Title    string
	Category string
	Owner    string // "Customer", "Microsoft" or "Shared", as spelled
	Place    Place
}

// Collected says of one resource type in one scope whether a collector asked
// for it, as a manifest tells. Only where a type was collected does the absence
// of a resource say something.
type Collected struct {
	Type  string
	Scope string // id, covering all below; "" for everything
	How   Collection
	At    time.Time // when, zero when the manifest does not say
	Place Place
}

// Collection says how much of a type was collected.
type Collection uint8

// The ways. The zero value is that nobody asked.
const (
	NotAsked Collection = iota
	CollectedAll
	CollectedPartly
	CollectionDenied
)

var collectionNames = [...]string{"not-asked", "collected", "partly", "denied"}

// String is the word of files and outputs.
func (c Collection) String() string { return nameOf(collectionNames[:], uint8(c)) }

// ParseCollection reads the words that String writes, in any case.
func ParseCollection(s string) (Collection, error) {
	i, err := parseName("collection", collectionNames[:], s)
	return Collection(i), err
}
