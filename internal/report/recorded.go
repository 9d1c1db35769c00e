package report

import (
	"slices"
	"strconv"
	"strings"

	"github.com/demarc-dev/demarc"
)

// Recorded says what was written down, where, and what it changed.
type Recorded struct {
	Kind           string   `json:"kind"` // attestation, exception or assurance
	File           string   `json:"file"`
	Responsibility string   `json:"responsibility"` // "" of an assurance
	Subject        string   `json:"subject"`        // what it is about, for people
	Before         Standing `json:"before"`
	After          Standing `json:"after"`
	Notes          []string `json:"notes"` // what the person should know
}

// Standing is how a responsibility stands where somebody says something about
// it.
type Standing struct {
	Met           int `json:"met"`
	Unmet         int `json:"unmet"`
	Unknown       int `json:"unknown"`
	NotApplicable int `json:"notApplicable"`
	Accepted      int `json:"accepted"` // of the unmet
}

// StandingOf takes over a summary.
func StandingOf(s demarc.Summary) Standing {
	return Standing{Met: s.Met, Unmet: s.Unmet, Unknown: s.Unknown, NotApplicable: s.NotApplicable, Accepted: s.Accepted}
}

// text writes the parts that there are: the word alone where it is one thing.
func (s Standing) text() string { return s.words(s.Met+s.Unmet+s.Unknown+s.NotApplicable == 1) }

// counts writes the parts that there are, each with its number.
func (s Standing) counts() string { return s.words(false) }

func (s Standing) words(one bool) string {
	parts := []struct {
		n    int
		word string
	}{{s.Met, "met"}, {s.Unmet, "unmet"}, {s.Unknown, "unknown"}, {s.NotApplicable, "not applicable"}, {s.Accepted, "accepted"}}
	var words []string
	for _, p := range parts {
		switch {
		case p.n == 0:
		case one:
			words = append(words, p.word)
		default:
			words = append(words, Number(p.n)+" "+p.word)
		}
	}
	return orElse(strings.Join(words, ", "), "nothing of it")
}

func (r *Recorded) document() document {
	title := r.Kind + " written"
	if r.Responsibility != "" {
		title += ": " + r.Responsibility + " of " + r.Subject
	} else if r.Subject != "" {
		title += ": " + r.Subject
	}
	b := block{fields: []field{{"file", r.File}, {"before", r.Before.text()}, {"after", r.After.text()}}}
	for _, n := range r.Notes {
		b.fields = append(b.fields, field{"note", n})
	}
	return document{title: title, blocks: []block{b}}
}

// AssuranceList is the reports and certificates of providers on file.
type AssuranceList struct {
	Estate     string          `json:"estate"`
	AsOf       string          `json:"asOf"`
	Assurances []AssuranceLine `json:"assurances"`
}

// AssuranceLine is one of them.
type AssuranceLine struct {
	ID       string   `json:"id"`
	Party    string   `json:"party"`
	Kind     string   `json:"kind"`
	Cloud    string   `json:"cloud"`
	Services []string `json:"services"`
	From     string   `json:"from"`
	Until    string   `json:"until"` // the last day on which it stands
	// Holds is yes, ended, or not yet.
	Holds     string `json:"holds"`
	Resources int    `json:"resources"` // of the estate whose types it lists
	Document  string `json:"document"`
	Place     string `json:"place"`
}

func (l *AssuranceList) document() document {
	d := document{title: l.Estate + " · assurances on file as of " + l.AsOf}
	if len(l.Assurances) == 0 {
		d.blocks = append(d.blocks, block{text: []string{
			"None: what providers do stays unknown. demarc assurance add writes one down."}})
		return d
	}
	d.blocks = append(d.blocks, block{table: l.rows()})
	return d
}

func (l *AssuranceList) rows() *grid { return gridOf(assuranceColumns, slices.Values(l.Assurances)) }

var assuranceColumns = []ListColumn[AssuranceLine]{
	{"party", 0, func(a AssuranceLine) string { return a.Party }},
	{"kind", 0, func(a AssuranceLine) string { return a.Kind }},
	{"until", 10, func(a AssuranceLine) string { return a.Until }},
	{"holds", 0, func(a AssuranceLine) string { return a.Holds }},
	{"resources", 0, func(a AssuranceLine) string { return strconv.Itoa(a.Resources) }},
	{"services", 40, func(a AssuranceLine) string { return strings.Join(a.Services, ", ") }},
	{"document", 0, func(a AssuranceLine) string { return a.Document }},
	{"place", 0, func(a AssuranceLine) string { return a.Place }},
}
