// Package estate reads demarc.yaml, the file in which an organisation says
// what no export shows: its name, its parties, resources by hand, who really
// does what by contract, its workloads and what it demands of them. Mistakes
// stop the reading with file and line: a key that is misspelled must not
// silently mean nothing.
package estate

import (
	"time"

	"github.com/demarc-dev/demarc"
)

// Document is a demarc.yaml.
type Document struct {
	File         *demarc.File
	Name         string
	AsOf         time.Time // zero when the document does not say
	Parties      []Party
	Resources    []Resource
	Overrides    []demarc.Override // those of resources by hand included
	Workloads    []Workload
	Requirements []Requirement
}

// Party is somebody else who is responsible for something.
type Party struct {
	demarc.Party
	Kind  string // msp, isv, operator ...
	Place demarc.Place
}

// Resource is a resource that somebody wrote down.
type Resource struct {
	demarc.Resource
	Kind       string // what it is in a person's words, instead of a type
	ScopeID    string
	Tags       []byte // JSON object, nil when the document has none
	Properties []byte // JSON object, nil when the document has none
}

// Workload names resources that serve one purpose.
type Workload struct {
	Name      string
	Match     demarc.Match
	DataClass string
	Owner     string
	Place     demarc.Place
}

// Requirement is what the organisation demands of a data class or a workload.
// A zero duration means that it does not say.
type Requirement struct {
	DataClass     string
	Workload      string
	PatchWindow   map[string]time.Duration // severity -> time
	RecoveryPoint time.Duration
	RecoveryTime  time.Duration
	RetentionMin  time.Duration
	RetentionMax  time.Duration
	Regions       []string
	Regulations   []string
	Place         demarc.Place
}
