package report

import (
	"slices"
	"strconv"
	"strings"
)

// WhatIf says what would become of responsibilities if resources moved.
type WhatIf struct {
	SchemaVersion string `json:"schemaVersion"`
	Estate        string `json:"estate"`
	AsOf          string `json:"asOf"`
	// Before and After are all responsibilities of the customer in the estate.
	Before    Standing          `json:"before"`
	After     Standing          `json:"after"`
	Counts    WhatIfCounts      `json:"counts"` // of all moves, each responsibility once where it exists once
	Moves     []WhatIfMove      `json:"moves"`
	NotMoved  []WhatIfLeft      `json:"notMoved"`
	Elsewhere []WhatIfElsewhere `json:"elsewhere"`
	Notes     []string          `json:"notes"`
	// Full asks for every responsibility in place of counts by area.
	Full bool `json:"-"`
}

// WhatIfCounts counts the customer's responsibilities at what moves by what
// would become of them.
type WhatIfCounts struct {
	Resources int `json:"resources"` // that move
	Passes    int `json:"passes"`    // the whole area would be another party's
	Shares    int `json:"shares"`    // they end, and another party takes a part of the area
	Ends      int `json:"ends"`      // they end, and nobody has to take them
	Unclear   int `json:"unclear"`   // whose they would be cannot be told
	Stays     int `json:"stays"`
	New       int `json:"new"`
	// StillElsewhere are those of the first four that exist once above
	// resources and stay the customer's for others; they are in none of them.
	StillElsewhere int `json:"stillElsewhere"`
	// AlreadyThere are what would be asked at what takes the place, and is asked
	// today; they are not among the new ones.
	AlreadyThere int `json:"alreadyThere"`
	// Forgotten are those that stay and are met or unmet today, and would be
	// unknown until they were seen again.
	Forgotten   int `json:"forgotten"`
	UnmetPasses int `json:"unmetPasses"` // unmet today, and they would pass or be shared
	Evidence    int `json:"evidence"`    // pieces that would tell of nothing any more
	// Theirs are what providers would have to do at what takes the place.
	Theirs        int `json:"theirs"`
	TheirsUnknown int `json:"theirsUnknown"` // of these, no assurance on file covers them
}

// WhatIfMove is all resources of one type that would become another.
type WhatIfMove struct {
	From      WhatIfType       `json:"from"`
	To        WhatIfType       `json:"to"`
	Selectors []string         `json:"selectors"` // what found them
	Reasons   []string         `json:"reasons"`   // why somebody wants it
	Resources []WhatIfResource `json:"resources"`
	Counts    WhatIfCounts     `json:"counts"`
	Cells     []WhatIfCell     `json:"cells"` // whose parties would be others
	Tasks     []WhatIfTask     `json:"responsibilities"`
	Unmet     []WhatIfUnmet    `json:"unmet"` // what is unmet today and would pass or be shared
	Evidence  []WhatIfEvidence `json:"evidence"`
}

// WhatIfType is what something is.
type WhatIfType struct {
	Type  string `json:"type"`
	Kind  string `json:"kind"` // "" where the type is one thing
	Label string `json:"label"`
	Model string `json:"model"` // service model

	Column string `json:"-"` // the service model in words
}

// WhatIfResource is a resource that moves.
type WhatIfResource struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Owner   string    `json:"owner"` // who answers for it by name, "" for nobody
	With    []string  `json:"with"`  // ids of what goes with it
	Becomes WhatIfNew `json:"becomes"`
}

// WhatIfNew is what takes the place of a resource.
type WhatIfNew struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Scope    string   `json:"scope"`    // name of the scope it hangs in, "" when nobody says
	Existing bool     `json:"existing"` // it is there already
	Owner    string   `json:"owner"`
	With     []string `json:"with"` // ids of what comes with it
}

// WhatIfCell is an area whose parties would be others.
type WhatIfCell struct {
	Area      string    `json:"area"`
	Label     string    `json:"label"`
	Matrix    string    `json:"matrix"`
	Facet     string    `json:"facet"`
	Before    []string  `json:"before"`
	After     []string  `json:"after"`
	Whose     [2]string `json:"-"` // the two in names
	Resources int       `json:"resources"`
	Reason    string    `json:"reason"`
	Because   string    `json:"-"` // what decided alone, without saying once more what passes
	Source    string    `json:"source"`
}

// WhatIfTask is a responsibility and what would become of it.
type WhatIfTask struct {
	Responsibility string   `json:"responsibility"`
	Title          string   `json:"title"`
	Area           string   `json:"area"`
	AreaLabel      string   `json:"-"`
	Level          string   `json:"level"`
	Severity       string   `json:"severity"`
	Whose          string   `json:"whose"` // customer, or the half of another party
	Fate           string   `json:"fate"`  // stays, passes, shares, ends, unclear or new
	To             []string `json:"to"`    // parties
	ToWhom         string   `json:"-"`     // their names
	Resources      int      `json:"resources"`
	Elsewhere      bool     `json:"elsewhere"` // the same one is there on the other side for others
	Before         Standing `json:"before"`
	After          Standing `json:"after"`
	Why            string   `json:"why"`
	Source         string   `json:"source"`
}

// WhatIfUnmet is what somebody has to mend today and would be another party's.
type WhatIfUnmet struct {
	Responsibility string   `json:"responsibility"`
	Title          string   `json:"title"`
	Severity       string   `json:"severity"`
	To             []string `json:"to"`
	ToWhom         string   `json:"-"`
	Whole          bool     `json:"whole"`    // the whole area would be theirs
	After          string   `json:"after"`    // how it would stand
	Subjects       []string `json:"subjects"` // where it is unmet, for people
	Accepted       int      `json:"accepted"` // of these, an exception in force covers them
	Why            string   `json:"why"`      // on what it rests at the first
}

// WhatIfEvidence is what one tool saw and would not tell of what takes the
// place.
type WhatIfEvidence struct {
	Tool    string   `json:"tool"`
	Pieces  int      `json:"pieces"`
	Settled []string `json:"settled"` // responsibilities that are met or unmet because of it
}

// WhatIfLeft is a resource that was meant and does not move.
type WhatIfLeft struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Type   string `json:"type"`
	Reason string `json:"reason"`
}

// WhatIfElsewhere is a responsibility at what does not move that would stand
// otherwise, because what is known of it was seen at what moves.
type WhatIfElsewhere struct {
	Subject        string `json:"subject"`
	Responsibility string `json:"responsibility"`
	Title          string `json:"title"`
	Before         string `json:"before"`
	After          string `json:"after"`
	Why            string `json:"why"`
}

func (x *WhatIf) document() document {
	d := document{title: x.Estate + " · what if " + Plural(x.Counts.Resources, "resource") + " moved, as of " + x.AsOf}
	d.blocks = append(d.blocks, x.totals())
	for i := range x.Moves {
		d.blocks = append(d.blocks, x.Moves[i].blocks(x.Full)...)
	}
	d.blocks = append(d.blocks, x.notMoved()...)
	d.blocks = append(d.blocks, x.elsewhere()...)
	if len(x.Notes) > 0 {
		d.blocks = append(d.blocks, block{heading: "NOTES", text: x.Notes})
	}
	return d
}

func (x *WhatIf) totals() block {
	b := block{fields: x.Counts.fields()}
	b.fields = append(b.fields, field{"estate today", x.Before.counts()}, field{"and then", x.After.counts()})
	b.text = []string{"Nothing becomes met by moving: what passes is unknown until an assurance on file covers it, what stays is unknown until it was seen again."}
	return b
}

// fields are the counts that are not nought, in words.
func (c *WhatIfCounts) fields() []field {
	var list []field
	for _, f := range []struct {
		name string
		n    int
		rest string
	}{
		{"passes", c.Passes, "the whole area would be another party's"},
		{"shared", c.Shares, "they end, and another party takes a part of the area"},
		{"ends", c.Ends, "what takes the place has nothing of the kind"},
		{"unclear", c.Unclear, "whose they would be cannot be told"},
		{"stays", c.Stays, forgottenWords(c.Forgotten)},
		{"new", c.New, alreadyWords(c.AlreadyThere)},
		{"for others", c.StillElsewhere, "exist once above resources, and stay yours for what does not move"},
		{"unmet passes", c.UnmetPasses, "unmet today, and another party's then, or shared"},
		{"evidence lost", c.Evidence, "pieces tell of what would not be there"},
		{"theirs", c.Theirs, theirsWords(c)},
	} {
		if f.n > 0 || f.name == "new" && c.AlreadyThere > 0 {
			list = append(list, field{f.name, numbered(Number(f.n), f.rest)})
		}
	}
	return list
}

func numbered(number, rest string) string {
	if rest == "" {
		return number
	}
	return number + ": " + rest
}

func forgottenWords(n int) string {
	if n == 0 {
		return ""
	}
	return Number(n) + " of these met or unmet today, and unknown until seen again"
}

func alreadyWords(n int) string {
	if n == 0 {
		return ""
	}
	return "and " + Number(n) + " more that are yours today, at what takes the place or above it"
}

func theirsWords(c *WhatIfCounts) string {
	if c.TheirsUnknown == 0 {
		return "what providers do then, all of it covered by an assurance on file"
	}
	return "what providers do then, " + Number(c.TheirsUnknown) + " of it unknown: no assurance on file"
}

// blocks are one move: what and how many, whose the areas are, what becomes of
// responsibilities, what is lost.
func (m *WhatIfMove) blocks(full bool) []block {
	const most = 3
	first := block{heading: strings.ToUpper(m.From.Label + " → " + m.To.Label), text: m.headlines()}
	for i, r := range m.Resources {
		if i == most && !full {
			first.fields = append(first.fields, field{"", "and " + Number(len(m.Resources)-most) + " more"})
			break
		}
		first.fields = append(first.fields, field{r.Name, r.words()})
	}
	list := []block{first}
	if len(m.Cells) > 0 {
		list = append(list, block{heading: "Whose the areas would be", table: gridOf(whatIfCellColumns, slices.Values(m.Cells))})
	}
	if full {
		list = append(list, block{heading: "Responsibilities", table: gridOf(whatIfTaskColumns, slices.Values(m.Tasks))})
	} else {
		list = append(list, block{heading: "Your responsibilities by area", table: gridOf(whatIfAreaColumns, slices.Values(m.areas()))})
	}
	return append(list, m.losses(full)...)
}

func (m *WhatIfMove) headlines() []string {
	lines := []string{Plural(len(m.Resources), "resource") + ", " + orElse(m.From.Column, "unknown") + " to " + orElse(m.To.Column, "unknown") + ": " + m.Counts.words() + "."}
	for _, r := range m.Reasons {
		lines = append(lines, "Why: "+r)
	}
	return lines
}

// words are the counts in one line.
func (c *WhatIfCounts) words() string {
	var list []string
	for _, p := range []struct {
		n    int
		word string
	}{{c.Passes, "pass"}, {c.Shares, "become shared"}, {c.Ends, "end"}, {c.Unclear, "cannot be told"}, {c.Stays, "stay"}, {c.New, "are new"}} {
		if p.n > 0 {
			list = append(list, Number(p.n)+" "+p.word)
		}
	}
	return orElse(strings.Join(list, ", "), "nothing is asked of you")
}

func (r *WhatIfResource) words() string {
	text := "becomes " + r.Becomes.Name
	if r.Becomes.Scope != "" {
		text += " in " + r.Becomes.Scope
	}
	if r.Becomes.Existing {
		text = "moves into " + r.Becomes.Name + ", which is there"
	}
	if n := len(r.With); n > 0 {
		text += "; " + Number(n) + " that belong to it go along"
	}
	if n := len(r.Becomes.With); n > 0 {
		text += "; comes with " + Number(n) + " more"
	}
	if r.Owner != r.Becomes.Owner {
		text += "; owner " + orElse(r.Owner, "nobody") + ", then " + orElse(r.Becomes.Owner, "nobody")
	}
	return text
}

var whatIfCellColumns = []ListColumn[WhatIfCell]{
	{"area", 0, func(c WhatIfCell) string { return areaOf(c) }},
	{"today", 0, func(c WhatIfCell) string { return c.Whose[0] }},
	{"then", 0, func(c WhatIfCell) string { return c.Whose[1] }},
	{"at", 0, func(c WhatIfCell) string { return strconv.Itoa(c.Resources) }},
	{"because", 0, func(c WhatIfCell) string { return c.Because }},
}

func areaOf(c WhatIfCell) string {
	if c.Facet == "" || c.Facet == "service" {
		return c.Label
	}
	return c.Label + " (" + c.Facet + ")"
}

// whatIfArea counts the customer's responsibilities of one area.
type whatIfArea struct {
	area                                   string
	passes, shares, ends, stays, beginning int
}

// areas count the customer's responsibilities, in order of the areas.
func (m *WhatIfMove) areas() []whatIfArea {
	at := map[string]*whatIfArea{}
	for i := range m.Tasks {
		t := &m.Tasks[i]
		if t.Whose != "customer" || t.Elsewhere {
			continue
		}
		a, ok := at[t.Area]
		if !ok {
			a = &whatIfArea{area: orElse(t.AreaLabel, t.Area)}
			at[t.Area] = a
		}
		switch t.Fate {
		case "passes":
			a.passes++
		case "shares", "unclear":
			a.shares++
		case "ends":
			a.ends++
		case "stays":
			a.stays++
		case "new":
			a.beginning++
		}
	}
	var list []whatIfArea
	for _, a := range at {
		list = append(list, *a)
	}
	slices.SortFunc(list, func(a, b whatIfArea) int { return strings.Compare(a.area, b.area) })
	return list
}

var whatIfAreaColumns = []ListColumn[whatIfArea]{
	{"area", 0, func(a whatIfArea) string { return a.area }},
	{"pass", 0, func(a whatIfArea) string { return some0(a.passes) }},
	{"shared", 0, func(a whatIfArea) string { return some0(a.shares) }},
	{"end", 0, func(a whatIfArea) string { return some0(a.ends) }},
	{"stay", 0, func(a whatIfArea) string { return some0(a.stays) }},
	{"new", 0, func(a whatIfArea) string { return some0(a.beginning) }},
}

// some0 writes a number, nothing for nought.
func some0(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

var whatIfTaskColumns = []ListColumn[WhatIfTask]{
	{"fate", 0, func(t WhatIfTask) string { return t.fateWords() }},
	{"responsibility", 0, func(t WhatIfTask) string { return t.Responsibility }},
	{"title", 0, func(t WhatIfTask) string { return t.Title }},
	{"level", 0, func(t WhatIfTask) string { return t.Level }},
	{"today", 0, func(t WhatIfTask) string { return standOf(t.Before) }},
	{"then", 0, func(t WhatIfTask) string { return standOf(t.After) }},
}

func (t *WhatIfTask) fateWords() string {
	word := t.Fate
	if t.Whose != "customer" {
		word = "theirs"
	}
	if len(t.To) > 0 {
		word += " to " + t.ToWhom
		if t.Fate == "shares" {
			word = "shared with " + t.ToWhom
		}
	}
	switch {
	case t.Elsewhere && t.Fate == "new":
		word += ", yours today"
	case t.Elsewhere:
		word += ", stays for others"
	}
	return word
}

func standOf(s Standing) string {
	if s == (Standing{}) {
		return ""
	}
	return s.text()
}

// losses are what is unmet and passes, and the evidence that is lost.
func (m *WhatIfMove) losses(full bool) []block {
	most := 10
	if full {
		most = len(m.Unmet)
	}
	var list []block
	if len(m.Unmet) > 0 {
		b := block{heading: "Unmet today, and not yours alone then"}
		shown, rest := first(m.Unmet, most)
		for i := range shown {
			b.fields = append(b.fields, field{shown[i].Responsibility, shown[i].words()})
		}
		if rest > 0 {
			b.fields = append(b.fields, field{"", "and " + Number(rest) + " more; --format json lists all"})
		}
		list = append(list, b)
	}
	if len(m.Evidence) > 0 {
		list = append(list, block{heading: "Evidence that would be lost", table: gridOf(whatIfEvidenceColumns, slices.Values(m.Evidence))})
	}
	return list
}

func (u *WhatIfUnmet) words() string {
	const most = 3
	text := u.Title
	if u.Severity != "" {
		text += "; " + u.Severity
	}
	verb := "passes to "
	if !u.Whole {
		verb = "shared with "
	}
	text += "; " + verb + u.ToWhom + ", then " + u.After + "; " + some(u.Subjects[:min(len(u.Subjects), most)], len(u.Subjects))
	if u.Accepted > 0 {
		text += "; " + Number(u.Accepted) + " accepted today"
	}
	return text
}

var whatIfEvidenceColumns = []ListColumn[WhatIfEvidence]{
	{"tool", 0, func(e WhatIfEvidence) string { return e.Tool }},
	{"pieces", 0, func(e WhatIfEvidence) string {
		if e.Pieces == 0 {
			return "worked out" // a check of ours, which is no evidence
		}
		return Number(e.Pieces)
	}},
	{"settles today", 0, func(e WhatIfEvidence) string { return strings.Join(e.Settled, ", ") }},
}

func (x *WhatIf) notMoved() []block {
	const most = 10
	if len(x.NotMoved) == 0 {
		return nil
	}
	b := block{heading: "MEANT AND NOT MOVED"}
	shown, rest := first(x.NotMoved, most)
	for _, l := range shown {
		b.fields = append(b.fields, field{l.Name, l.Reason})
	}
	if rest > 0 {
		b.fields = append(b.fields, field{"", "and " + Number(rest) + " more; --format json lists all"})
	}
	return []block{b}
}

func (x *WhatIf) elsewhere() []block {
	const most = 10
	if len(x.Elsewhere) == 0 {
		return nil
	}
	b := block{heading: "ELSEWHERE", text: []string{"What is known of these was seen at what moves."}}
	shown, rest := first(x.Elsewhere, most)
	for _, e := range shown {
		b.fields = append(b.fields, field{e.Subject, e.Responsibility + ": " + e.Before + ", then " + e.After})
	}
	if rest > 0 {
		b.fields = append(b.fields, field{"", "and " + Number(rest) + " more; --format json lists all"})
	}
	return []block{b}
}
