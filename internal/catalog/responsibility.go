package catalog

import (
	"fmt"
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
)

// Responsibilities is one file of tasks: one area, and the families of
// services that its tasks are about.
type Responsibilities struct {
	File     string   `json:"file,omitzero" yaml:"-"`
	Area     string   `json:"area" yaml:"area"`                  // whose cells put the tasks on a party
	Families []string `json:"families,omitzero" yaml:"families"` // folders of services, none for all
	List     []Task   `json:"responsibilities" yaml:"responsibilities"`
}

// Task is one responsibility as its file writes it.
type Task struct {
	ID          string   `json:"id" yaml:"id"`
	Title       string   `json:"title" yaml:"title"`
	Party       string   `json:"party,omitzero" yaml:"party"` // customer (also ""), provider or publisher
	Level       string   `json:"level" yaml:"level"`
	Text        string   `json:"text" yaml:"text"`
	DoneWhen    string   `json:"doneWhen" yaml:"doneWhen"`
	Disproved   string   `json:"disproved" yaml:"disproved"`
	Applies     Applies  `json:"applies,omitzero" yaml:"applies"`
	Severity    string   `json:"severity" yaml:"severity"`
	MaxAge      string   `json:"maxAge" yaml:"maxAge"`                    // a duration such as 30d
	Requirement string   `json:"requirement,omitzero" yaml:"requirement"` // see Requirements
	Fact        string   `json:"fact,omitzero" yaml:"fact"`               // id of the published default that holds where no setting was collected
	Controls    []string `json:"controls,omitzero" yaml:"controls"`       // framework/version/id
	Owner       string   `json:"owner" yaml:"owner"`                      // id of a role
	// Settles are the sufficient sets: the checks of any one of them together
	// settle it. Each is "tool:check". Those of all sets also refute it.
	Settles    [][]string `json:"settles,omitzero" yaml:"settles"`
	Refutes    []string   `json:"refutes,omitzero" yaml:"refutes"`   // whose fail refutes it and whose pass only supports it
	Supports   []string   `json:"supports,omitzero" yaml:"supports"` // that are shown and decide nothing
	Believed   string     `json:"believed,omitzero" yaml:"believed"` // what people often believe instead
	Cases      []TaskCase `json:"-" yaml:"cases"`                    // for tests: evidence and the status that it leads to
	Provenance `yaml:",inline"`
}

// Applies narrows a task to some of the resources that have its area. Empty
// members narrow nothing. Configuration resources and the control plane are
// meant only when Types names them.
type Applies struct {
	Families []string `json:"families,omitzero" yaml:"families"` // in place of those of the file
	Types    []string `json:"types,omitzero" yaml:"types"`       // a trailing * stands for any rest
	Except   []string `json:"except,omitzero" yaml:"except"`     // types
	Models   []string `json:"models,omitzero" yaml:"models"`     // service models of the facet whose cell it is
	Facets   []string `json:"facets,omitzero" yaml:"facets"`
	AI       []string `json:"ai,omitzero" yaml:"ai"` // columns of the AI matrix
}

// TaskCase is evidence as of one day and the status that it must lead to.
type TaskCase struct {
	Want        string            `yaml:"want"`
	Evidence    []CaseEvidence    `yaml:"evidence"`
	Requirement map[string]string `yaml:"requirement"` // as in demarc.yaml, durations by key
}

// CaseEvidence is one piece of evidence of a case.
type CaseEvidence struct {
	Check    string `yaml:"check"` // tool:check
	Outcome  string `yaml:"outcome"`
	Age      string `yaml:"age"`   // how long ago it was observed, a day when not said; "none" when undated
	Since    string `yaml:"since"` // how long ago what fails began
	Amount   string `yaml:"amount"`
	Severity string `yaml:"severity"`
	Strength string `yaml:"strength"`
}

// Requirements are the words that a task may ask the organisation for.
var Requirements = []string{"patchWindow", "recoveryPoint", "recoveryTime", "retention", "regions"}

// Tool is somebody whose results can be read as evidence.
type Tool struct {
	ID         string `json:"id" yaml:"id"`
	Name       string `json:"name" yaml:"name"`
	Command    string `json:"command,omitzero" yaml:"command"` // exports its results
	Act        string `json:"act,omitzero" yaml:"act"`         // what a person does where no command exports
	Provenance `yaml:",inline"`
}

// Framework is a published list of controls. Only ids are carried.
type Framework struct {
	ID      string `json:"id" yaml:"id"`
	Name    string `json:"name" yaml:"name"`
	Version string `json:"version" yaml:"version"`
	Pattern string `json:"pattern" yaml:"pattern"` // regular expression of its ids in canonical spelling
	// Groups are the beginnings of the ids that the groups of initiatives of
	// Azure Policy have; Sets the names of the initiatives where they say it, none
	// for all.
	Groups     []string   `json:"groups,omitzero" yaml:"groups"`
	Sets       []string   `json:"sets,omitzero" yaml:"sets"`
	Spellings  []Spelling `json:"spellings,omitzero" yaml:"spellings"` // of what follows there
	File       string     `json:"-" yaml:"-"`
	Provenance `yaml:",inline"`
}

// Spelling turns an id as it is written somewhere into its canonical spelling.
type Spelling struct {
	Match string `json:"match" yaml:"match"` // regular expression of the whole
	As    string `json:"as" yaml:"as"`       // with $1 for its first group
}

// OwnerRole is a role that answers for tasks where nobody else is named.
type OwnerRole struct {
	ID         string `json:"id" yaml:"id"`
	Name       string `json:"name" yaml:"name"`
	Provenance `yaml:",inline"`
}

// Theme is a group of tasks that are often unmet together.
type Theme struct {
	ID               string   `json:"id" yaml:"id"`
	Title            string   `json:"title" yaml:"title"`
	Responsibilities []string `json:"responsibilities" yaml:"responsibilities"`
	Provenance       `yaml:",inline"`
}

// Intelligence is what a provider knows and offers beside its half: it is told
// and never counted as something done.
type Intelligence struct {
	ID         string `json:"id" yaml:"id"`
	Party      string `json:"party" yaml:"party"`
	Text       string `json:"text" yaml:"text"`
	Provenance `yaml:",inline"`
}

// PartyOf is whose half a task is.
func (t *Task) PartyOf() string {
	if t.Party == "" {
		return demarc.Customer
	}
	return t.Party
}

// Tool finds a tool by id, nil when nobody described it.
func (c *Catalog) Tool(id string) *Tool {
	for i := range c.Tools {
		if c.Tools[i].ID == id {
			return &c.Tools[i]
		}
	}
	return nil
}

// Fact finds a fact by id, nil when there is none.
func (c *Catalog) Fact(id string) *Fact {
	for i := range c.Facts {
		if c.Facts[i].ID == id {
			return &c.Facts[i]
		}
	}
	return nil
}

// ParseCheck reads "tool:check". The words "attestation" and "assurance" alone
// stand for what a person says about this very responsibility, and for a
// provider's report on file.
func ParseCheck(s, responsibility string) (demarc.CheckRef, error) {
	if s == "attestation" || s == "assurance" {
		return demarc.CheckRef{Tool: s, Check: responsibility}, nil
	}
	tool, check, ok := strings.Cut(s, ":")
	if !ok || tool == "" || check == "" {
		return demarc.CheckRef{}, fmt.Errorf("%q is no check: write tool:check, attestation or assurance", s)
	}
	return demarc.CheckRef{Tool: tool, Check: check}, nil
}

// ParseControl reads "framework/version/id".
func ParseControl(s string) (demarc.Control, error) {
	framework, rest, _ := strings.Cut(s, "/")
	version, id, ok := strings.Cut(rest, "/")
	if !ok || framework == "" || version == "" || id == "" {
		return demarc.Control{}, fmt.Errorf("%q is no control: write framework/version/id", s)
	}
	return demarc.Control{Framework: framework, Version: version, ID: id}, nil
}

// ParseAge reads a duration of data files: days, weeks or years, such as 30d.
func ParseAge(s string) (time.Duration, error) {
	var n int
	var unit string
	if _, err := fmt.Sscanf(s, "%d%s", &n, &unit); err != nil || n < 0 {
		return 0, fmt.Errorf("%q is no duration such as 30d", s)
	}
	days := map[string]int{"d": 1, "w": 7, "y": 365}[unit]
	switch {
	case unit == "h":
		return time.Duration(n) * time.Hour, nil
	case days == 0:
		return 0, fmt.Errorf("%q has an unknown unit: write h, d, w or y", s)
	}
	return time.Duration(n*days) * 24 * time.Hour, nil
}
