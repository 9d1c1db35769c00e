package report

import (
	"strconv"
	"strings"
)

// VerdictExplanation says of one responsibility, where it exists once, whether
// it is met, and all that decided that.
type VerdictExplanation struct {
	Subject        string `json:"subject"`   // what it is about, for people
	SubjectID      string `json:"subjectId"` // "" for the organisation and for a tenant that nobody named
	Level          string `json:"level"`
	Members        int    `json:"members"` // resources that refer to it
	Responsibility string `json:"responsibility"`
	Title          string `json:"title"`
	Text           string `json:"text"`
	DoneWhen       string `json:"doneWhen"`
	Disproved      string `json:"disproved"`
	Severity       string `json:"severity"`
	Area           string `json:"area"`

	Status   string `json:"status"`
	Reason   string `json:"reason"` // of an unknown one
	Why      string `json:"why"`
	Accepted bool   `json:"accepted"`
	OpenDays int    `json:"openDays"` // of an unmet one: how long what refutes it has been open, 0 when nobody knows

	Party     string `json:"party"`
	PartyName string `json:"partyName"`
	Owner     string `json:"owner"` // "" when nobody answers for it
	OwnerFrom string `json:"ownerFrom"`
	OwnerRole bool   `json:"ownerRole"` // the owner is a role by default, not a name

	// Requirement is what the organisation demands here, nil where the
	// responsibility needs no number.
	Requirement *ExplainedRequirement `json:"requirement"`
	// Sets are the ways to settle it; all checks of any one of them must pass.
	Sets []ExplainedSet `json:"sets"`
	// Evidence is what was seen of it, what decided first.
	Evidence     []ExplainedEvidence `json:"evidence"`
	MoreEvidence int                 `json:"moreEvidence"` // pieces that the list leaves out
	// Checks is what was computed here, from the rules and roles that were read.
	Checks     []ExplainedEvidence `json:"checks"`
	MoreChecks int                 `json:"moreChecks"`
	Exception  *ExplainedException `json:"exception"`
	// Settle are the commands and acts that would settle it, while it is unknown.
	Settle   []string `json:"settle"`
	Believed string   `json:"believed"` // what people often believe instead
	Controls []string `json:"controls"`
	Rule     string   `json:"rule"`
	Source   string   `json:"source"`
	Checked  string   `json:"checked"`
}

// ExplainedRequirement is what the organisation demands of itself.
type ExplainedRequirement struct {
	Needs  string `json:"needs"`  // the key of demarc.yaml
	States string `json:"states"` // what it says, "" when nothing does
	Of     string `json:"of"`     // the workload or data class
	Place  string `json:"place"`
}

// ExplainedSet is one way to settle a responsibility.
type ExplainedSet struct {
	Checks  []ExplainedCheck `json:"checks"`
	Command string           `json:"command"`
}

// ExplainedCheck is one check of a set, and what was seen of it.
type ExplainedCheck struct {
	Check string `json:"check"` // tool:check
	Title string `json:"title"` // the tool's own words, else its name
	Seen  string `json:"seen"`  // "not seen", or the latest that was seen
}

// ExplainedEvidence is one piece of evidence.
type ExplainedEvidence struct {
	ID       string `json:"id"`
	Check    string `json:"check"`
	Title    string `json:"title"`
	Subject  string `json:"subject"`
	Outcome  string `json:"outcome"`
	Reason   string `json:"reason"`
	Strength string `json:"strength"`
	By       string `json:"by"`
	Observed string `json:"observed"` // "" when nobody says
	Since    string `json:"since"`
	Detail   string `json:"detail"`
	Place    string `json:"place"`
	Decided  bool   `json:"decided"`

	SubjectID  string `json:"subjectId"`
	Definition string `json:"definition"` // where the definition of a check was read, "" when it was not worked out again
	Why        string `json:"why"`        // what decided the check, in one line
}

// ExplainedException is an acceptance of what is unmet.
type ExplainedException struct {
	Reason   string `json:"reason"`
	Approver string `json:"approver"`
	From     string `json:"from"`
	Expires  string `json:"expires"`
	InForce  bool   `json:"inForce"`
	Place    string `json:"place"`
}

func (x *VerdictExplanation) document() document {
	d := document{title: x.Subject + " · " + x.Title + " (" + x.Responsibility + ")"}
	d.blocks = append(d.blocks, x.verdict(), x.task())
	if len(x.Sets) > 0 {
		d.blocks = append(d.blocks, x.sets())
	}
	if len(x.Evidence) > 0 {
		d.blocks = append(d.blocks, seen("What was seen", x.Evidence, x.MoreEvidence))
	}
	if len(x.Checks) > 0 {
		d.blocks = append(d.blocks, seen("What was computed here", x.Checks, x.MoreChecks))
	}
	if len(x.Settle) > 0 {
		d.blocks = append(d.blocks, block{heading: "What would settle it", text: x.Settle})
	}
	return d
}

// verdict is the answer and who answers for it.
func (x *VerdictExplanation) verdict() block {
	b := block{heading: strings.ToUpper(x.Answer()), fields: compact([]field{
		{"why", x.Why}, {"open", x.openFor()}, {"whose", orElse(x.PartyName, x.Party)}, {"owner", x.OwnerText()},
	})}
	if r := x.Requirement; r != nil {
		b.fields = append(b.fields, field{"requirement", r.text()})
	}
	if e := x.Exception; e != nil {
		b.fields = append(b.fields, field{"exception", e.text()})
	}
	return b
}

// Answer is the status in words, with its reason.
func (x *VerdictExplanation) Answer() string {
	switch {
	case x.Reason != "":
		return x.Status + ": " + x.Reason
	case x.Accepted:
		return x.Status + ", accepted"
	case x.Exception != nil && !x.Exception.InForce:
		return x.Status + ": its exception ran out"
	}
	return x.Status
}

// OwnerText names the owner and says where that was read.
func (x *VerdictExplanation) OwnerText() string {
	switch {
	case x.Owner == "":
		return orElse(x.OwnerFrom, "nobody")
	case x.OwnerRole:
		return "nobody by name; by default the role " + x.Owner
	case x.OwnerFrom != "":
		return x.Owner + " (" + x.OwnerFrom + ")"
	}
	return x.Owner
}

func (x *VerdictExplanation) openFor() string {
	switch x.OpenDays {
	case 0:
		return ""
	case 1:
		return "for one day"
	}
	return "for " + strconv.Itoa(x.OpenDays) + " days"
}

func (r *ExplainedRequirement) text() string {
	if r.States == "" {
		return "none is stated: " + r.Needs + " in demarc.yaml"
	}
	return r.States + " for " + r.Of + " (" + r.Place + ")"
}

func (e *ExplainedException) text() string {
	period := "until " + e.Expires
	if !e.InForce {
		period = "not in force, it ended on " + e.Expires
		if e.Expires == "" {
			period = "not in force, it begins on " + e.From
		}
	}
	if e.Expires == "" && e.InForce {
		period = "without an end"
	}
	text := strings.TrimRight(e.Reason, ". ") + "; " + period
	if e.Approver != "" {
		text += "; approved by " + e.Approver
	}
	return text + " (" + e.Place + ")"
}

// task is what is asked.
func (x *VerdictExplanation) task() block {
	once := "once per " + x.Level
	if x.Members > 1 {
		once += "; " + Number(x.Members) + " resources refer to it"
	}
	return block{heading: "What is asked", fields: compact([]field{
		{"do", x.Text}, {"done when", x.DoneWhen}, {"disproved by", x.Disproved}, {"severity", x.Severity}, {"exists", once},
		{"believed", x.Believed}, {"controls", strings.Join(x.Controls, ", ")}, {"rule", x.Rule}, {"source", sourced(x.Source, x.Checked)},
	})}
}

func (x *VerdictExplanation) sets() block {
	b := block{heading: "What settles it: every check under one number"}
	for i, set := range x.Sets {
		for n, c := range set.Checks {
			name := "and"
			if n == 0 {
				name = strconv.Itoa(i + 1)
			}
			b.fields = append(b.fields, field{name, c.text()})
		}
	}
	return b
}

func (c *ExplainedCheck) text() string {
	if c.Title == "" {
		return c.Seen + ": " + c.Check
	}
	return c.Seen + ": " + c.Title + " (" + c.Check + ")"
}

// seen lists evidence, with how many pieces more there are.
func seen(heading string, list []ExplainedEvidence, more int) block {
	b := block{heading: heading}
	for i := range list {
		b.fields = append(b.fields, field{list[i].Outcome, list[i].text()})
	}
	if more > 0 {
		b.fields = append(b.fields, field{"", "and " + Number(more) + " more"})
	}
	return b
}

// text says what was seen, when and where.
func (e *ExplainedEvidence) text() string {
	text := orElse(e.Title, e.Check)
	if e.Definition != "" {
		text += " (" + e.Check + ", " + e.Definition + ")"
	}
	text += " on " + e.Subject
	if e.Reason != "" {
		text += ": " + e.Reason
	}
	for _, more := range [...]string{e.Detail, e.Why} {
		if more != "" {
			text += ": " + more
		}
	}
	text += "; " + orElse(e.Observed, "no date")
	if e.By != "" {
		text += ", by " + e.By
	}
	text += ", " + e.Place
	if e.Decided {
		text += " [decided]"
	}
	return text
}
