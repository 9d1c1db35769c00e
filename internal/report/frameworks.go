package report

import (
	"slices"
	"strconv"
	"strings"
)

// Frameworks says per framework, and per control of it, whose it is and how it
// stands. Controls are told by their ids alone.
type Frameworks struct {
	Estate     string             `json:"estate"` // "" when none was assessed
	AsOf       string             `json:"asOf"`
	Packs      []FrameworkPack    `json:"packs"` // where the initiatives come from
	Frameworks []Framework        `json:"frameworks"`
	Controls   []FrameworkControl `json:"controls"` // of the framework that was asked for, or of all over an estate
	Notes      []string           `json:"notes"`
	Hint       string             `json:"hint"` // what to do next, "" for nothing
}

// FrameworkPack is a pack whose initiatives are listed.
type FrameworkPack struct {
	Name    string `json:"name"`
	Commit  string `json:"commit"`
	Created string `json:"created"`
}

// ControlCounts is what stands behind one control, or behind all of a framework,
// each thing once.
type ControlCounts struct {
	Stated           int      `json:"stated"`           // controls whose owner is published
	ProviderPart     int      `json:"providerPart"`     // definitions that state what the provider does
	ProviderTasks    int      `json:"providerTasks"`    // responsibilities of a provider
	ToAttest         int      `json:"toAttest"`         // definitions that the customer attests
	Attested         int      `json:"attested"`         // of these, those whose responsibilities are all met in the estate
	Checks           int      `json:"checks"`           // definitions that can be computed
	DataPlane        int      `json:"dataPlane"`        // definitions that only a service can tell
	Missing          int      `json:"missing"`          // definitions that are listed and that nobody has
	Responsibilities int      `json:"responsibilities"` // of the customer
	NotRun           int      `json:"notRun"`           // checks, data-plane ones too, that say nothing of the estate
	Verdicts         Standing `json:"verdicts"`         // of the customer's responsibilities, each once at its level
	Results          Standing `json:"results"`          // of the checks, one for each resource
	Contradictory    int      `json:"contradictory"`    // controls with contradictions
}

// provider is how much is the provider's.
func (c *ControlCounts) provider() int { return c.ProviderPart + c.ProviderTasks }

func (c *ControlCounts) met() int     { return c.Verdicts.Met + c.Results.Met }
func (c *ControlCounts) unmet() int   { return c.Verdicts.Unmet + c.Results.Unmet }
func (c *ControlCounts) unknown() int { return c.Verdicts.Unknown + c.Results.Unknown }

// Framework is one published list of controls.
type Framework struct {
	Framework string `json:"framework"`
	Version   string `json:"version"`
	Title     string `json:"title"`
	Controls  int    `json:"controls"`
	ControlCounts
}

// FrameworkControl is one control of a framework.
type FrameworkControl struct {
	Framework      string             `json:"framework"`
	Version        string             `json:"version"`
	Control        string             `json:"control"`
	Whose          string             `json:"whose"` // the published owner, "" when none is stated or sources differ
	Ownership      []ControlOwnership `json:"ownership"`
	ControlCounts  `json:"counts"`
	Definitions    ControlDefinitions     `json:"definitions"`
	Tasks          []string               `json:"tasks"` // ids of responsibilities that carry the control
	Contradictions []ControlContradiction `json:"contradictions"`
}

// ControlOwnership is one published word on whose a control is.
type ControlOwnership struct {
	Whose    string `json:"whose"`
	Metadata string `json:"metadata"` // its id
	Place    string `json:"place"`
}

// ControlDefinitions are the names of the definitions behind a control, by what
// they say of it.
type ControlDefinitions struct {
	ProviderPart []string `json:"providerPart"`
	ToAttest     []string `json:"toAttest"`
	Checks       []string `json:"checks"`
	DataPlane    []string `json:"dataPlane"`
	Missing      []string `json:"missing"`
}

// ControlContradiction is what does not fit together in what is said of a
// control.
type ControlContradiction struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// FrameworkFormats are the formats of a list of frameworks, the default first.
var FrameworkFormats = [...]string{"table", "json", "csv", "markdown"}

// notStated stands where no owner is published.
const notStated = "not stated"

func (f *Frameworks) document() document {
	d := document{title: "Frameworks: " + Plural(len(f.Frameworks), "list") + " of controls"}
	if f.Estate != "" {
		d.title = f.Estate + " · " + Plural(len(f.Frameworks), "framework") + " as of " + f.AsOf
	}
	d.blocks = append(d.blocks, block{table: f.summary(), text: f.words()})
	for rest := f.Controls; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].list() == rest[0].list() {
			n++
		}
		d.blocks = append(d.blocks, block{heading: f.heading(&rest[0]), table: gridOf(f.controlColumns(), slices.Values(rest[:n]))})
		rest = rest[n:]
	}
	if b := f.contradictions(); len(b.fields) > 0 {
		d.blocks = append(d.blocks, b)
	}
	if len(f.Notes) > 0 {
		d.blocks = append(d.blocks, block{heading: "NOTES", text: f.Notes})
	}
	if f.Hint != "" {
		d.blocks = append(d.blocks, block{text: []string{"hint: " + f.Hint}})
	}
	return d
}

// list names the framework and its version.
func (x *Framework) list() string { return strings.TrimSuffix(x.Framework+"/"+x.Version, "/") }

func (c *FrameworkControl) list() string { return strings.TrimSuffix(c.Framework+"/"+c.Version, "/") }

// heading names the framework of a control.
func (f *Frameworks) heading(c *FrameworkControl) string {
	i := slices.IndexFunc(f.Frameworks, func(x Framework) bool { return x.list() == c.list() })
	if i < 0 || f.Frameworks[i].Title == c.list() {
		return c.list()
	}
	return c.list() + " · " + f.Frameworks[i].Title
}

// words says what the columns count.
func (f *Frameworks) words() []string {
	text := "Whose a control is stands in published metadata alone; no kind of definition says it. "
	if f.Estate != "" {
		text += "Met, unmet and unknown count your responsibilities, each once at its level, and the results of checks, one for each resource; not run are checks that say nothing here, to attest what is not done yet."
	}
	return []string{strings.TrimSpace(text)}
}

// behind are the columns of what stands behind controls. Contradictions need
// what is published, which only an estate brings.
func behind[T any](f *Frameworks, counts func(*T) *ControlCounts) []ListColumn[T] {
	number := func(title string, of func(*ControlCounts) int) ListColumn[T] {
		return ListColumn[T]{title, 0, func(x T) string { return strconv.Itoa(of(counts(&x))) }}
	}
	provider := number("provider", (*ControlCounts).provider)
	attest := number("to attest", func(c *ControlCounts) int { return c.ToAttest - c.Attested })
	if f.Estate == "" {
		return []ListColumn[T]{provider, attest, number("checks", func(c *ControlCounts) int { return c.Checks }),
			number("data-plane", func(c *ControlCounts) int { return c.DataPlane }), number("responsibilities", func(c *ControlCounts) int { return c.Responsibilities })}
	}
	return []ListColumn[T]{number("met", (*ControlCounts).met), number("unmet", (*ControlCounts).unmet), number("unknown", (*ControlCounts).unknown),
		number("not run", func(c *ControlCounts) int { return c.NotRun }), provider, attest,
		number("contradictions", func(c *ControlCounts) int { return c.Contradictory })}
}

func (f *Frameworks) summary() *grid {
	columns := []ListColumn[Framework]{
		{"framework", 22, func(x Framework) string { return x.list() }},
		{"controls", 0, func(x Framework) string { return strconv.Itoa(x.Controls) }},
	}
	return gridOf(append(columns, behind(f, func(x *Framework) *ControlCounts { return &x.ControlCounts })...), slices.Values(f.Frameworks))
}

func (f *Frameworks) controlColumns() []ListColumn[FrameworkControl] {
	columns := []ListColumn[FrameworkControl]{
		{"control", 30, func(x FrameworkControl) string { return x.Control }},
		{"whose", 0, func(x FrameworkControl) string { return x.whose() }},
	}
	return append(columns, behind(f, func(x *FrameworkControl) *ControlCounts { return &x.ControlCounts })...)
}

// rows are the controls where there are any, else the frameworks.
func (f *Frameworks) rows() *grid {
	if len(f.Controls) == 0 {
		return f.summary()
	}
	columns := append([]ListColumn[FrameworkControl]{
		{"framework", 0, func(x FrameworkControl) string { return x.Framework }},
		{"version", 0, func(x FrameworkControl) string { return x.Version }},
	}, f.controlColumns()...)
	return gridOf(columns, slices.Values(f.Controls))
}

// whose is the owner in words.
func (c *FrameworkControl) whose() string {
	switch {
	case c.Whose != "":
		return c.Whose
	case len(c.Ownership) > 1:
		return "sources differ"
	}
	return notStated
}

func (f *Frameworks) contradictions() block {
	b := block{heading: "CONTRADICTIONS"}
	for i := range f.Controls {
		c := &f.Controls[i]
		for _, x := range c.Contradictions {
			text := x.Text
			if len(c.Ownership) > 0 {
				text += " (" + c.Ownership[0].Place + ")"
			}
			b.fields = append(b.fields, field{c.list() + "/" + c.Control, text})
		}
	}
	return b
}
