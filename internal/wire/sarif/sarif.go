// Package sarif has the types of the Static Analysis Results Interchange
// Format 2.1.0, as far as this program writes it. The standard is published at
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
package sarif

// Version and Schema are what a log names at its beginning.
const (
	Version = "2.1.0"
	Schema  = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

// Log is a whole file.
type Log struct {
	Schema  string `json:"$schema"`
	Version string `json:"version"`
	Runs    []Run  `json:"runs"`
}

// Run is one run of a tool.
type Run struct {
	Tool       Tool           `json:"tool"`
	Automation *Automation    `json:"automationDetails,omitempty"`
	Results    []Result       `json:"results"`
	Column     string         `json:"columnKind,omitempty"`
	Properties map[string]any `json:"properties,omitempty"`
}

// Automation tells runs of different kinds apart.
type Automation struct {
	ID string `json:"id"`
}

// Tool is what ran.
type Tool struct {
	Driver Component `json:"driver"`
}

// Component is a program with its rules.
type Component struct {
	Name           string `json:"name"`
	Version        string `json:"version,omitempty"`
	InformationURI string `json:"informationUri,omitempty"`
	Rules          []Rule `json:"rules"`
}

// Rule is what results are about.
type Rule struct {
	ID               string         `json:"id"`
	Name             string         `json:"name,omitempty"`
	ShortDescription *Message       `json:"shortDescription,omitempty"`
	FullDescription  *Message       `json:"fullDescription,omitempty"`
	Help             *Message       `json:"help,omitempty"`
	HelpURI          string         `json:"helpUri,omitempty"`
	Configuration    *Configuration `json:"defaultConfiguration,omitempty"`
	Properties       map[string]any `json:"properties,omitempty"`
}

// Configuration is how a rule reports when nobody says otherwise.
type Configuration struct {
	Level string `json:"level"`
}

// Message is a text, plain and formatted.
type Message struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown,omitempty"`
}

// Result is one thing that was found.
type Result struct {
	RuleID        string            `json:"ruleId"`
	RuleIndex     int               `json:"ruleIndex"`
	Kind          string            `json:"kind,omitempty"` // fail when absent
	Level         string            `json:"level"`
	Message       Message           `json:"message"`
	Locations     []Location        `json:"locations"`
	Fingerprints  map[string]string `json:"partialFingerprints,omitempty"`
	BaselineState string            `json:"baselineState,omitempty"`
	Suppressions  []Suppression     `json:"suppressions,omitempty"`
	Properties    map[string]any    `json:"properties,omitempty"`
}

// Location is where something was found, in files and in words.
type Location struct {
	Physical *Physical `json:"physicalLocation,omitempty"`
	Logical  []Logical `json:"logicalLocations,omitempty"`
}

// Physical is a place in a file.
type Physical struct {
	Artifact Artifact `json:"artifactLocation"`
	Region   *Region  `json:"region,omitempty"`
}

// Artifact names a file.
type Artifact struct {
	URI string `json:"uri"`
}

// Region is a part of a file.
type Region struct {
	StartLine int `json:"startLine"`
}

// Logical names something that is not a place in a file.
type Logical struct {
	Name               string `json:"name,omitempty"`
	FullyQualifiedName string `json:"fullyQualifiedName,omitempty"`
	Kind               string `json:"kind,omitempty"`
}

// Suppression says that a result is accepted.
type Suppression struct {
	Kind          string `json:"kind"`
	Status        string `json:"status,omitempty"`
	Justification string `json:"justification,omitempty"`
}
