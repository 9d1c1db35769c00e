package report

import (
	"slices"
	"strconv"
)

// GapList is what nobody took, what two took, and what nobody answers for.
type GapList struct {
	Estate string    `json:"estate"`
	AsOf   string    `json:"asOf"`
	Gaps   []GapLine `json:"gaps"`
}

// GapLine is one gap.
type GapLine struct {
	Kind     string `json:"kind"`    // the word of programs, such as undeclared-access
	Heading  string `json:"heading"` // what the kind means, for people
	Subject  string `json:"subject"` // a party, a scope, a responsibility
	Text     string `json:"text"`
	Count    int    `json:"count"`    // resources or responsibilities that it touches
	First    string `json:"first"`    // name of the first of them, "" where there is no more than one thing
	Severity string `json:"severity"` // of an unmet responsibility, else ""
	Place    string `json:"place"`
}

func (l *GapList) document() document {
	d := document{title: l.Estate + " · gaps as of " + l.AsOf}
	if len(l.Gaps) == 0 {
		d.blocks = append(d.blocks, block{text: []string{"None was found. Only what was read can show one: parties, delegations and owners of demarc.yaml, exports of delegated access, and evidence."}})
	}
	for at := 0; at < len(l.Gaps); {
		b := block{heading: l.Gaps[at].Heading}
		to := at
		for to < len(l.Gaps) && l.Gaps[to].Kind == l.Gaps[at].Kind {
			b.fields = append(b.fields, field{l.Gaps[to].Subject, l.Gaps[to].words()})
			to++
		}
		d.blocks = append(d.blocks, b)
		at = to
	}
	return d
}

// words is what is said behind the subject.
func (g *GapLine) words() string {
	text := g.Text
	if g.Severity != "" {
		text += "; " + g.Severity
	}
	if g.Count > 1 {
		text += "; " + Number(g.Count) + " times"
	}
	if g.First != "" {
		text += "; first " + g.First
	}
	if g.Place != "" {
		text += " (" + g.Place + ")"
	}
	return text
}

func (l *GapList) rows() *grid { return gridOf(gapColumns, slices.Values(l.Gaps)) }

var gapColumns = []ListColumn[GapLine]{
	{"kind", 0, func(g GapLine) string { return g.Kind }},
	{"subject", 0, func(g GapLine) string { return g.Subject }},
	{"text", 0, func(g GapLine) string { return g.Text }},
	{"count", 0, func(g GapLine) string { return strconv.Itoa(g.Count) }},
	{"first", 0, func(g GapLine) string { return g.First }},
	{"severity", 0, func(g GapLine) string { return g.Severity }},
	{"place", 0, func(g GapLine) string { return g.Place }},
}
