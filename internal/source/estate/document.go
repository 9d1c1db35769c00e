// Package estate reads demarc.yaml, the file in which an organisation says
// what no export shows: its name, its parties, resources by hand, who really
// does what by contract, its workloads and what it demands of them. Mistakes
// stop the reading with file and line: a key that is misspelled must not
// silently mean nothing.
package estate

import (
	"path"
	"strings"
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
	Delegations  []demarc.Delegation
	Owners       []demarc.OwnerRule
	OwnerTags    []string // names of tags that hold an owner, none when the document does not say
	Evidence     []EvidenceDate
}

// Party is somebody else who is responsible for something.
type Party struct {
	demarc.Party
	Kind     string // msp, isv, operator ...
	Contract string
	From, To time.Time // of the contract, zero where the document does not say
	Place    demarc.Place
}

// EvidenceDate says on which day files were made that do not say so
// themselves.
type EvidenceDate struct {
	Path     string // of a file or folder, or a pattern, relative to the document
	Observed time.Time
	Place    demarc.Place
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

// Requirement is what the organisation demands of a data class or a workload:
// one of the two is set, and the ID of the requirement is it.
type Requirement struct {
	demarc.Requirement
	DataClass string
	Workload  string
}

// ObservedOf is the day on which a file was made, by its path in the form that
// the document's own path has; zero when the document does not say. Of several
// entries the longest path counts, and of those that are as long the earliest
// day, which claims least.
func (d *Document) ObservedOf(file string) time.Time {
	rel, ok := relative(path.Dir(d.File.Path), file)
	if !ok {
		return time.Time{}
	}
	var best *EvidenceDate
	for i := range d.Evidence {
		e := &d.Evidence[i]
		if !e.covers(rel) {
			continue
		}
		if best == nil || len(e.Path) > len(best.Path) || len(e.Path) == len(best.Path) && e.Observed.Before(best.Observed) {
			best = e
		}
	}
	if best == nil {
		return time.Time{}
	}
	return best.Observed
}

// relative is the path of a file below a folder.
func relative(folder, file string) (string, bool) {
	if folder == "." {
		return file, !path.IsAbs(file)
	}
	return strings.CutPrefix(file, strings.TrimSuffix(folder, "/")+"/")
}

// covers reports whether a path is that of the entry or lies below it.
func (e *EvidenceDate) covers(rel string) bool {
	if e.Path == "." {
		return true
	}
	for ; rel != "." && rel != "/"; rel = path.Dir(rel) {
		if matches, err := path.Match(e.Path, rel); err == nil && matches {
			return true
		}
	}
	return false
}
