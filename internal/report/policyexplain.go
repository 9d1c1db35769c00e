package report

import (
	"strings"

	"github.com/demarc-dev/demarc"
)

// PolicyExplanation says how a policy came to its verdict about a resource or
// scope.
type PolicyExplanation struct {
	Subject   string `json:"subject"` // for people
	SubjectID string `json:"subjectId"`
	Type      string `json:"type"`  // "" for a scope
	Place     string `json:"place"` // where the resource was read
	Seen      string `json:"seen"`

	Tool        string `json:"tool"`
	Check       string `json:"check"` // as the assessment calls the definition
	Definition  string `json:"definition"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Category    string `json:"category"`
	Version     string `json:"version"`
	Mode        string `json:"mode"`
	From        string `json:"from"` // where the definition was read
	// Out says why there is no result, and Types what the definition is about
	// then.
	Out   string   `json:"out"`
	Types []string `json:"types"`
	// Results are one for each assignment, or a single one.
	Results []PolicyResult `json:"results"`
}

// PolicyResult is what a definition says with one set of parameters.
type PolicyResult struct {
	Verdict string `json:"verdict"` // "none" when the resource is not asked
	Reason  string `json:"reason"`  // of an unknown one
	Out     string `json:"out"`     // why it is not asked
	Why     string `json:"why"`
	Effect  string `json:"effect"` // "" when a parameter that it depends on is not set

	Assignment      string `json:"assignment"` // "" when nobody assigned it
	AssignmentName  string `json:"assignmentName"`
	AssignmentScope string `json:"assignmentScope"`
	AssignmentPlace string `json:"assignmentPlace"`
	Reference       string `json:"reference"` // of the initiative's member

	Parameters []PolicyParameter `json:"parameters"`
	Trace      []PolicyStep      `json:"trace"`
	Related    *PolicyRelated    `json:"related"` // null when nothing beside the resource decides
}

// PolicyParameter is a parameter and its value.
type PolicyParameter struct {
	Name    string `json:"name"`
	Value   string `json:"value"` // "" when it is not set
	Default bool   `json:"default"`
}

// PolicyStep is one condition.
type PolicyStep struct {
	Depth    int    `json:"depth"`   // how far it lies inside of those above
	What     string `json:"what"`    // applies, if, existence, allOf, anyOf, not, field, value, count or element
	Asks     string `json:"name"`    // the field or expression
	Pointer  string `json:"pointer"` // JSON pointer into the definition
	Path     string `json:"path"`    // where the field lies in the resource
	Operator string `json:"operator"`
	Expected string `json:"expected"`
	Found    string `json:"found"`
	Result   string `json:"result"` // true, false or unknown
	Reason   string `json:"reason"` // of an unknown one
}

// PolicyRelated is what a policy looked for beside the resource.
type PolicyRelated struct {
	Type        string         `json:"type"`
	In          string         `json:"in"`        // id of where it was looked for
	Wanted      string         `json:"name"`      // the name that it must have, "" for any
	Unclear     bool           `json:"unclear"`   // place or name cannot be told
	Collected   string         `json:"collected"` // what the manifest says of the type there, "" for nothing
	CollectedAt string         `json:"collectedAt"`
	Manifest    string         `json:"manifest"`
	Found       []PolicySought `json:"found"`
	Named       int            `json:"named"` // how many have the name that is asked for
	More        int            `json:"more"`  // that the list leaves out
}

// PolicySought is one related resource.
type PolicySought struct {
	ID      string       `json:"id"`
	Named   bool         `json:"named"`   // it has the name that is asked for
	Fulfils string       `json:"fulfils"` // true, false or unknown
	Trace   []PolicyStep `json:"trace"`
}

func (x *PolicyExplanation) document() document {
	d := document{title: x.Subject + " · " + orElse(x.Title, x.Check) + " (" + x.Check + ")"}
	if len(x.Results) == 0 {
		d.blocks = append(d.blocks, x.notConcerned())
	}
	for i := range x.Results {
		d.blocks = append(d.blocks, x.Results[i].blocks()...)
	}
	d.blocks = append(d.blocks, block{heading: "What was asked, and where that was read", fields: compact([]field{
		{"resource", x.SubjectID}, {"type", x.Type}, {"read from", x.Place}, {"seen", x.Seen},
		{"definition", x.Definition}, {"from", x.From}, {"category", x.Category}, {"version", x.Version}, {"mode", x.Mode}, {"says", x.Description},
	})})
	return d
}

// notConcerned says what the definition is about instead.
func (x *PolicyExplanation) notConcerned() block {
	about := "no type that was told"
	if len(x.Types) > 0 {
		about = strings.Join(x.Types, ", ")
	}
	return block{heading: "NOT ASKED", fields: compact([]field{{"why", x.Out}, {"it", x.Type}, {"about", about}})}
}

func (r *PolicyResult) blocks() []block {
	b := block{heading: strings.ToUpper(r.Answer()), fields: compact([]field{
		{"why", r.why()}, {"effect", orElse(r.Effect, "not known: parameter not set")}, {"assignment", r.AssignmentText()}, {"member", r.Reference},
	})}
	for i, p := range r.Parameters {
		name := ""
		if i == 0 {
			name = "parameters"
		}
		b.fields = append(b.fields, field{name, p.text()})
	}
	list := []block{b}
	if len(r.Trace) > 0 {
		list = append(list, block{heading: "Condition by condition: it fires when the if is true", fields: stepFields(r.Trace)})
	}
	if r.Related != nil {
		list = append(list, r.Related.blocks()...)
	}
	return list
}

// Answer is the verdict in words, with its reason.
func (r *PolicyResult) Answer() string {
	switch {
	case r.Out != "":
		return "not asked"
	case r.Reason != "":
		return r.Verdict + ": " + r.Reason
	}
	return r.Verdict
}

func (r *PolicyResult) why() string {
	if r.Out != "" {
		return r.Out
	}
	return r.Why
}

// AssignmentText names the assignment, "" for none.
func (r *PolicyResult) AssignmentText() string {
	if r.Assignment == "" {
		return ""
	}
	text := r.AssignmentName + " at " + orElse(r.AssignmentScope, "no scope")
	if r.AssignmentPlace != "" {
		text += " (" + r.AssignmentPlace + ")"
	}
	return text
}

func (p *PolicyParameter) text() string {
	switch {
	case p.Value == "":
		return p.Name + ": not set"
	case p.Default:
		return p.Name + ": " + p.Value + " (by default)"
	}
	return p.Name + ": " + p.Value
}

// stepFields writes each condition with its result in front, those inside of
// others indented. Why a policy applies is told only where it does not.
func stepFields(steps []PolicyStep) []field {
	var fields []field
	applies := false
	for i := range steps {
		s := &steps[i]
		if s.Depth == 0 {
			applies = s.What == "applies" && s.Result == demarc.True.String()
		} else if applies {
			continue
		}
		fields = append(fields, field{s.Result, strings.Repeat("· ", s.Depth) + s.text()})
	}
	return fields
}

func (s *PolicyStep) text() string {
	text := s.What
	for _, piece := range [...]string{s.Asks, s.Operator, s.Expected} {
		if piece != "" {
			text += " " + piece
		}
	}
	if s.Found != "" {
		text += "; found " + s.Found
	}
	if s.Path != "" && s.Path != s.Asks {
		text += " at " + s.Path
	}
	if s.Reason != "" && !strings.HasPrefix(s.Found, s.Reason) {
		text += " (" + s.Reason + ")"
	}
	return text
}

// mostSought is how many related resources are told step by step to people.
const mostSought = 3

func (r *PolicyRelated) blocks() []block {
	wanted := r.Type
	if r.Wanted != "" {
		wanted += " named " + r.Wanted
	}
	b := block{heading: "What it looked for beside the resource", fields: []field{{"wanted", wanted}, {"in", orElse(r.In, "a place that cannot be told")}, {"collected", r.collection()}}}
	list := []block{}
	for i := range r.Found {
		b.fields = append(b.fields, field{r.Found[i].word(), r.Found[i].ID})
		if f := &r.Found[i]; len(f.Trace) > 0 && f.Named && len(list) < mostSought {
			list = append(list, block{heading: lastName(f.ID) + " " + f.verb(), fields: stepFields(f.Trace)})
		}
	}
	switch {
	case r.More > 0:
		b.fields = append(b.fields, field{"", "and " + Number(r.More) + " more"})
	case len(r.Found) == 0:
		b.fields = append(b.fields, field{"found", "none"})
	}
	return append([]block{b}, list...)
}

// collection says what is known of the collection of the type.
func (r *PolicyRelated) collection() string {
	if r.Collected == "" {
		return "no manifest says whether the type was collected there"
	}
	text := r.Collected
	if r.CollectedAt != "" {
		text += " " + r.CollectedAt
	}
	return text + " (" + r.Manifest + ")"
}

func (s *PolicySought) verb() string {
	switch s.Fulfils {
	case demarc.True.String():
		return "fulfils it"
	case demarc.False.String():
		return "does not fulfil it"
	}
	return "cannot be told"
}

func (s *PolicySought) word() string {
	switch {
	case !s.Named:
		return "another name"
	case s.Fulfils == "true":
		return "fulfils"
	case s.Fulfils == "false":
		return "does not"
	}
	return "cannot tell"
}

// Summary says in a few words what came of the search.
func (r *PolicyRelated) Summary(verdict string) string {
	fulfils, unclear := "", false
	for i := range r.Found {
		f := &r.Found[i]
		switch {
		case !f.Named:
		case f.Fulfils == demarc.True.String() && fulfils == "":
			fulfils = lastName(f.ID)
		case f.Fulfils != demarc.False.String():
			unclear = true
		}
	}
	seen := r.seen()
	switch {
	case r.Unclear:
		return "which one cannot be told"
	case fulfils != "":
		return fulfils + " fulfils it"
	case unclear:
		return Number(r.Named) + " were seen, and whether one fulfils it cannot be told"
	case verdict == demarc.NonCompliant.String():
		return seen + ", and all of the type were collected"
	case r.Collected == "":
		return seen + ", and nothing says that all of the type were collected"
	}
	return seen + "; of the type, the manifest says " + r.Collected
}

// seen says how many there are, where none fulfils the condition.
func (r *PolicyRelated) seen() string {
	switch r.Named {
	case 0:
		return "none was seen"
	case 1:
		return "the one that was seen does not fulfil it"
	}
	return "none of the " + Number(r.Named) + " that were seen fulfils it"
}

func lastName(id string) string { return id[strings.LastIndexByte(id, '/')+1:] }
