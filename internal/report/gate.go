package report

import (
	"strconv"
	"strings"
)

// GateFormats are the formats in which a gate is written, the default first.
var GateFormats = [...]string{"table", "json", "sarif", "markdown"}

// Gate says what a change does to the responsibilities of the resources that
// it touches, and whether that passes.
type Gate struct {
	SchemaVersion string   `json:"schemaVersion"`
	Estate        string   `json:"estate"`
	AsOf          string   `json:"asOf"`
	FailOn        string   `json:"failOn"`
	Passed        bool     `json:"passed"`
	Reasons       []string `json:"reasons"` // why it does not pass
	// Compared reports whether anything tells how things stood before the
	// change. Else all that it touches is new.
	Compared bool          `json:"compared"`
	Change   GateChange    `json:"change"`
	Counts   GateCounts    `json:"counts"`
	Findings []GateFinding `json:"findings"` // the worst first; what is met or not applicable as before is counted only
	Tasks    []GateTask    `json:"responsibilities"`
	Notes    []string      `json:"notes"`
}

// GateChange counts the resources that a change touches.
type GateChange struct {
	Files       []string `json:"files"`
	Created     int      `json:"created"`
	Updated     int      `json:"updated"` // replaced ones included
	Deleted     int      `json:"deleted"`
	Conditional int      `json:"conditional"` // deployed under a condition that cannot be known: not judged
}

// GateCounts counts your responsibilities at the resources that a change
// touches.
type GateCounts struct {
	Responsibilities   int `json:"responsibilities"`
	New                int `json:"new"`
	NewWithoutOwner    int `json:"newWithoutOwner"`    // nobody answers for it by name
	NewWithoutEvidence int `json:"newWithoutEvidence"` // neither evidence nor a check tells of it
	NewWithNeither     int `json:"newWithNeither"`
	NewUnmet           int `json:"newUnmet"` // accepted ones included
	StillUnmet         int `json:"stillUnmet"`
	NewlyUnknown       int `json:"newlyUnknown"`
	Fixed              int `json:"fixed"`
	Accepted           int `json:"accepted"` // of the unmet ones
	Ended              int `json:"ended"`    // of resources that the change deletes
	Met                int `json:"met"`
	Unmet              int `json:"unmet"`
	Unknown            int `json:"unknown"`
	NotApplicable      int `json:"notApplicable"`
}

// GateFinding is one responsibility at one place, and what becomes of it.
type GateFinding struct {
	Move           string       `json:"move"` // new-unmet, still-unmet, newly-unknown, fixed or as-before
	New            bool         `json:"new"`  // it did not exist before
	Responsibility string       `json:"responsibility"`
	Title          string       `json:"title"`
	Severity       string       `json:"severity"`
	Level          string       `json:"level"`
	Status         string       `json:"status"`
	Before         string       `json:"before"` // "" of a new one
	Reason         string       `json:"reason"` // of an unknown one
	Why            string       `json:"why"`
	Subject        string       `json:"subject"` // for people
	Resource       GateResource `json:"resource"`
	Owner          string       `json:"owner"` // "" when nobody answers for it by name
	Evidence       []string     `json:"evidence"`
	Checks         []string     `json:"checks"` // tool:check of what was computed here and decided
	Accepted       bool         `json:"accepted"`
	Fails          bool         `json:"fails"` // the gate does not pass because of it
	File           string       `json:"file"`  // where the resource is written
	Line           int          `json:"line"`  // 0 when the file as a whole
	Fingerprint    string       `json:"fingerprint"`
	// Exception is the acceptance in force, if there is one.
	Exception *ExplainedException `json:"exception"`
}

// GateResource is a resource that a change touches; without an id for what
// exists once above resources.
type GateResource struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Address string `json:"address"` // where the change declares it, "" when only the id names it
	Change  string `json:"change"`  // created, updated, replaced, deleted
}

// GateTask is a responsibility that a finding names.
type GateTask struct {
	ID        string   `json:"id"`
	Title     string   `json:"title"`
	Text      string   `json:"text"`
	DoneWhen  string   `json:"doneWhen"`
	Disproved string   `json:"disproved"`
	Severity  string   `json:"severity"`
	Area      string   `json:"area"`
	Controls  []string `json:"controls"`
	Source    string   `json:"source"`
}

// Place is where the resource of a finding is written.
func (f *GateFinding) Place() string {
	if f.Line == 0 {
		return f.File
	}
	return f.File + ":" + strconv.Itoa(f.Line)
}

// Untold reports whether a finding is a new responsibility of which nobody by
// name and nothing that was read or computed tells.
func (f *GateFinding) Untold() bool {
	return f.New && f.Owner == "" && len(f.Evidence)+len(f.Checks) == 0
}

// Headline is the one sentence about what the change brings.
func (g *Gate) Headline() string {
	words := Count(g.Counts.New, "new responsibility", "new responsibilities")
	if g.Counts.New > 0 {
		words += ", " + Number(g.Counts.NewWithNeither) + " without owner or evidence"
	}
	return words
}

// Count writes a number and what it counts.
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Number(n) + " " + many
}

// Moves are the counts of what is different, in words.
func (g *Gate) Moves() string {
	c := &g.Counts
	list := []string{Number(c.NewUnmet) + " newly unmet", Number(c.StillUnmet) + " still unmet", Number(c.NewlyUnknown) + " newly unknown", Number(c.Fixed) + " fixed"}
	if c.Accepted > 0 {
		list = append(list, Number(c.Accepted)+" of the unmet accepted")
	}
	if c.Ended > 0 {
		list = append(list, Number(c.Ended)+" end with what is deleted")
	}
	return strings.Join(list, ", ")
}

// Touches says what the change touches, in words.
func (g *Gate) Touches() string {
	c := &g.Change
	var list []string
	for _, p := range []struct {
		n    int
		word string
	}{{c.Created, "created"}, {c.Updated, "updated"}, {c.Deleted, "deleted"}, {c.Conditional, "conditional, not judged"}} {
		if p.n > 0 {
			list = append(list, Number(p.n)+" "+p.word)
		}
	}
	if len(list) == 0 {
		return "The change touches no resource"
	}
	return "Resources: " + strings.Join(list, ", ")
}

// Result says whether the gate passes, and why not.
func (g *Gate) Result() string {
	if g.Passed {
		return "Passed (--fail-on " + g.FailOn + ")"
	}
	return "Not passed (--fail-on " + g.FailOn + "): " + strings.Join(g.Reasons, ", ")
}

// GateGroup is the findings that moved alike.
type GateGroup struct {
	Heading  string
	Findings []GateFinding
}

// Groups are the findings that are different from before, and those that are
// new and that nobody and nothing tells of.
func (g *Gate) Groups() []GateGroup {
	var groups []GateGroup
	for _, m := range []struct{ move, heading string }{
		{"new-unmet", "Newly unmet"}, {"still-unmet", "Still unmet"}, {"newly-unknown", "Newly unknown"}, {"fixed", "Fixed"}, {"", "New, without owner or evidence"},
	} {
		group := GateGroup{Heading: m.heading}
		for i := range g.Findings {
			if f := &g.Findings[i]; f.Move == m.move || m.move == "" && f.Untold() && f.Move == "as-before" {
				group.Findings = append(group.Findings, *f)
			}
		}
		if len(group.Findings) > 0 {
			groups = append(groups, group)
		}
	}
	return groups
}

func (g *Gate) document() document {
	const most = 25
	d := document{title: g.Estate + " · gate as of " + g.AsOf}
	lines := []string{g.Headline() + ".", g.Moves() + ".", g.Touches() + "."}
	if !g.Compared {
		lines = append(lines, NothingBefore)
	}
	d.blocks = append(d.blocks, block{text: append(lines, g.Notes...)})
	for _, group := range g.Groups() {
		b := block{heading: strings.ToUpper(group.Heading)}
		shown, rest := first(group.Findings, most)
		for i := range shown {
			b.fields = append(b.fields, field{shown[i].Responsibility, shown[i].words()})
		}
		if rest > 0 {
			b.fields = append(b.fields, field{"", "and " + Number(rest) + " more; --format json lists all"})
		}
		d.blocks = append(d.blocks, b)
	}
	d.blocks = append(d.blocks, block{text: []string{g.Result() + "."}})
	return d
}

// NothingBefore says what a gate without a before compares with.
const NothingBefore = "Nothing tells how things stood before: all that the change touches counts as new. --estate names what there is."

// words is what is said of a finding behind the responsibility.
func (f *GateFinding) words() string {
	text := f.Subject + ": " + f.Title
	if f.Severity != "" {
		text += "; " + f.Severity
	}
	if f.Move != "as-before" && f.Why != "" {
		text += "; " + f.Why
	}
	if f.Accepted {
		text += "; " + f.AcceptedWords()
	}
	if f.Owner != "" {
		text += "; " + f.Owner
	}
	if place := f.Place(); place != "" {
		text += " (" + place + ")"
	}
	return text
}

// AcceptedWords says until when an exception accepts what is unmet.
func (f *GateFinding) AcceptedWords() string {
	if f.Exception == nil || f.Exception.Expires == "" {
		return "accepted"
	}
	return "accepted until " + f.Exception.Expires
}
