package report

import (
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// Explanation says of one resource what it is and who does what about it, and
// how that was decided.
type Explanation struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Type         string `json:"type"`
	DisplayType  string `json:"displayType"` // what a person calls the type, "" when nobody says
	Scope        string `json:"scope"`       // path of names from the root
	Place        string `json:"place"`       // where it was read
	Provider     string `json:"provider"`
	ServiceModel string `json:"serviceModel"`
	Role         string `json:"role"`
	PartOf       string `json:"partOf"`
	Seen         string `json:"seen"`
	Likely       bool   `json:"likely"`
	Why          string `json:"why"`
	// Answered says where its areas are answered when it has none of its own.
	Answered string `json:"answered"`
	Rule     string `json:"rule"` // path of the fact
	Source   string `json:"source"`
	Checked  string `json:"checked"`
	// Trace are the conditions that were looked at, in order.
	Trace []TraceLine `json:"trace"`
	// Cells are the areas asked for.
	Cells []ExplainedCell `json:"cells"`
	// Responsibilities are those of the areas asked for: its own, and those that
	// exist once above it.
	Responsibilities []ExplainedDuty `json:"responsibilities"`
}

// ExplainedDuty is one responsibility that a resource refers to, and how it
// stands.
type ExplainedDuty struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Area     string `json:"area"`
	Level    string `json:"level"`
	Half     string `json:"half"`  // whose half it is part of: customer, provider or publisher
	Party    string `json:"party"` // who bears it
	Status   string `json:"status"`
	Reason   string `json:"reason"`
	Why      string `json:"why"`
	Accepted bool   `json:"accepted"`
}

// TraceLine is one condition that decided or could have decided.
type TraceLine struct {
	Rule      string `json:"rule"`      // path of the rule that asks
	Condition string `json:"condition"` // "kind contains container"
	Property  string `json:"property"`
	Value     string `json:"value"`  // what the property holds, or why that is unknown
	Result    string `json:"result"` // "true", "false" or "unknown"
}

// ExplainedCell is one facet and area of an explanation.
type ExplainedCell struct {
	Model         string `json:"model"`
	Facet         string `json:"facet"`
	AreaID        string `json:"areaId"`
	Area          string `json:"area"`
	Halves        []Half `json:"halves"` // one per party, in order
	NotApplicable bool   `json:"notApplicable"`
	Reason        string `json:"reason"`
	Source        string `json:"source"`
	// Precedence are the steps that were asked, strongest first.
	Precedence []Step `json:"precedence"`
	// Disagreements are what other published models say of this cell.
	Disagreements []Disagreement `json:"disagreements"`
}

// Half is what one party does.
type Half struct {
	Party       string `json:"party"` // id
	Name        string `json:"name"`  // for people
	Does        string `json:"does"`
	Accountable string `json:"accountable"` // id of the one accountable party
}

// Step is one step of the precedence: an override, a delegation, a matrix that
// names the service, the facet's column.
type Step struct {
	Name    string `json:"name"`
	Says    string `json:"says"` // what it says, or why it says nothing
	Decided bool   `json:"decided"`
}

// Disagreement is another model's answer for a cell.
type Disagreement struct {
	Model  string `json:"model"`
	Says   string `json:"says"`
	Source string `json:"source"`
}

func (e *Explanation) document() document {
	d := document{title: e.title()}
	what := block{fields: compact([]field{
		{"id", e.ID}, {"in", e.Scope}, {"read from", e.Place},
		{"service model", e.model()}, {"role", e.Role}, {"part of", e.PartOf}, {"provider", e.Provider}, {"seen", e.Seen},
		{"why", e.Why}, {"areas", e.Answered}, {"rule", e.Rule}, {"source", sourced(e.Source, e.Checked)},
	})}
	d.blocks = append(d.blocks, what)
	if len(e.Trace) > 0 {
		d.blocks = append(d.blocks, block{heading: "Conditions asked", fields: traceFields(e.Trace)})
	}
	steps := e.oneArea()
	for i := range e.Cells {
		d.blocks = append(d.blocks, e.Cells[i].blocks(steps)...)
	}
	if len(e.Responsibilities) > 0 {
		d.blocks = append(d.blocks, e.duties())
	}
	if len(e.Cells) > 0 && !steps {
		d.blocks = append(d.blocks, block{text: []string{"Asked about one area, such as " + e.Cells[0].AreaID + ", explain also says in which order the sources were asked."}})
	}
	return d
}

// duties tells what is met or unmet of the customer's half one by one, and
// counts the rest: what nobody looked at would bury it.
func (e *Explanation) duties() block {
	b := block{heading: "Is it done?"}
	var rest, theirs Standing
	for i := range e.Responsibilities {
		r := &e.Responsibilities[i]
		switch {
		case r.Half != demarc.Customer:
			theirs.add(r.Status)
		case r.Status == demarc.Met.String() || r.Status == demarc.Unmet.String():
			b.fields = append(b.fields, field{r.word(), r.Title + " (" + r.ID + "): " + r.Why})
		default:
			rest.add(r.Status)
		}
	}
	slices.SortStableFunc(b.fields, func(x, y field) int { return dutyRank[x.name] - dutyRank[y.name] })
	if rest != (Standing{}) {
		b.fields = append(b.fields, field{"others", rest.counts()})
	}
	if theirs != (Standing{}) {
		b.fields = append(b.fields, field{"not yours", theirs.counts()})
	}
	b.text = []string{"What decided one of them: demarc explain with its id, such as " + e.Responsibilities[0].ID + ", in place of the area."}
	return b
}

// dutyRank orders lines: what is open, what is accepted, what is met.
var dutyRank = map[string]int{"UNMET": 0, "UNMET, accepted": 1, "MET": 2}

// word is the status of a line of its own.
func (r *ExplainedDuty) word() string {
	if r.Accepted {
		return strings.ToUpper(r.Status) + ", accepted"
	}
	return strings.ToUpper(r.Status)
}

// add counts a status by its word.
func (s *Standing) add(status string) {
	switch status {
	case demarc.Met.String():
		s.Met++
	case demarc.Unmet.String():
		s.Unmet++
	case demarc.NotApplicable.String():
		s.NotApplicable++
	default:
		s.Unknown++
	}
}

// oneArea reports whether all cells are about one area. Only then are the
// steps of the precedence shown: for all areas they would bury the answers.
func (e *Explanation) oneArea() bool {
	return !slices.ContainsFunc(e.Cells, func(c ExplainedCell) bool { return c.AreaID != e.Cells[0].AreaID })
}

func (e *Explanation) title() string {
	kind := e.Type
	if e.DisplayType != "" {
		kind = e.DisplayType + " (" + e.Type + ")"
	}
	return orElse(e.Name, e.ID) + " · " + kind
}

func (e *Explanation) model() string {
	if e.Likely {
		return e.ServiceModel + ", likely: a property that was not seen could change it"
	}
	return e.ServiceModel
}

func sourced(source, checked string) string {
	if source == "" || checked == "" {
		return source
	}
	return source + " (checked " + checked + ")"
}

// compact leaves out fields without a value.
func compact(fields []field) []field {
	return slices.DeleteFunc(fields, func(f field) bool { return f.value == "" })
}

// traceFields writes each condition with its result in front, and the rule
// that asked it below.
func traceFields(trace []TraceLine) []field {
	var fields []field
	for _, t := range trace {
		words := t.Condition
		if t.Property != "" {
			words += "; it is " + orElse(t.Value, "empty")
		}
		fields = append(fields, field{t.Result, words})
		if t.Rule != "" {
			fields = append(fields, field{"", t.Rule})
		}
	}
	return fields
}

func (c *ExplainedCell) blocks(steps bool) []block {
	heading := c.Area
	if c.Facet != "" {
		heading += ", " + c.Facet
	}
	b := block{heading: heading + ": " + c.whose()}
	for _, h := range c.Halves {
		does := h.Does
		if h.Accountable != "" && h.Accountable != h.Party {
			does += " Accountable: " + h.Accountable + "."
		}
		b.fields = append(b.fields, field{h.Name, does})
	}
	b.fields = append(b.fields, compact([]field{{"because", c.Reason}, {"source", c.Source}, {"model", c.Model}})...)
	for _, d := range c.Disagreements {
		b.fields = append(b.fields, field{"but " + d.Model, strings.TrimSpace(d.Says + " " + d.Source)})
	}
	list := []block{b}
	if steps && len(c.Precedence) > 0 {
		list = append(list, block{text: []string{"Asked in this order:"}, fields: c.steps()})
	}
	return list
}

// steps are the steps of the precedence; the one that decides does not repeat
// the reason.
func (c *ExplainedCell) steps() []field {
	var fields []field
	for _, s := range c.Precedence {
		says := s.Says
		switch {
		case s.Decided && (says == c.Reason || says == ""):
			says = "decides"
		case s.Decided:
			says = "decides: " + says
		}
		fields = append(fields, field{s.Name, says})
	}
	return fields
}

// whose names the parties of a cell.
func (c *ExplainedCell) whose() string {
	if c.NotApplicable {
		return "not applicable"
	}
	names := make([]string, len(c.Halves))
	for i, h := range c.Halves {
		names[i] = orElse(h.Name, h.Party)
	}
	return orElse(strings.Join(names, " and "), "cannot be told")
}
