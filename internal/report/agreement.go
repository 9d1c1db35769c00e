package report

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// Agreement compares what checks computed here say with the compliance states
// that Azure gave, definition by definition.
type Agreement struct {
	Estate      string                `json:"estate"`
	AsOf        string                `json:"asOf"`
	States      string                `json:"states"` // file
	Agreed      int                   `json:"agreed"`
	Disagreed   int                   `json:"disagreed"`
	Undecided   int                   `json:"undecided"`
	Definitions []AgreementDefinition `json:"definitions"`
}

// AgreementDefinition compares one definition. Each resource counts once.
type AgreementDefinition struct {
	Definition    string                `json:"definition"` // its name
	Title         string                `json:"title"`
	Agreed        int                   `json:"agreed"`
	Disagreed     int                   `json:"disagreed"`
	Undecided     int                   `json:"undecided"`
	Reasons       []AgreementReason     `json:"reasons"` // of the undecided
	Disagreements []AgreementDifference `json:"disagreements"`
}

// AgreementReason counts resources of which one side could not tell.
type AgreementReason struct {
	Reason string `json:"reason"`
	Count  int    `json:"count"`
}

// AgreementDifference is a resource of which the two sides say different things.
type AgreementDifference struct {
	ID     string `json:"id"` // of the resource
	Ours   string `json:"ours"`
	Azure  string `json:"azure"`
	Detail string `json:"detail"` // what ours rests on
	Place  string `json:"place"`  // of Azure's state
}

// AgreementFormats are the formats of [PrintAgreement], the default first.
var AgreementFormats = [...]string{"table", "json"}

// PrintAgreement writes the definitions, what they disagree on, and as the last
// line the totals.
func PrintAgreement(w io.Writer, format string, a *Agreement, o Options) error {
	if format != "table" && format != "" {
		return Print(w, format, a, o)
	}
	var out bytes.Buffer
	writeText(&out, a.document(), o)
	fmt.Fprintf(&out, "\n%s\n", a.last())
	_, err := w.Write(out.Bytes())
	return err
}

func (a *Agreement) last() string {
	return fmt.Sprintf("agreed %d, disagreed %d, undecided %d", a.Agreed, a.Disagreed, a.Undecided)
}

func (a *Agreement) document() document {
	d := document{title: a.Estate + " · our checks and Azure's states of " + a.States + ", as of " + a.AsOf}
	if len(a.Definitions) == 0 {
		d.blocks = append(d.blocks, block{text: []string{"There are no compliance states in the file."}})
		return d
	}
	d.blocks = append(d.blocks, block{table: gridOf(agreementColumns, slices.Values(a.Definitions))})
	disagreed, undecided := block{heading: "DISAGREED"}, block{heading: "UNDECIDED"}
	for i := range a.Definitions {
		x := &a.Definitions[i]
		disagreed.fields = append(disagreed.fields, x.differences()...)
		for _, r := range x.Reasons {
			undecided.fields = append(undecided.fields, field{x.Definition, strconv.Itoa(r.Count) + " " + r.Reason})
		}
	}
	for _, b := range [...]block{disagreed, undecided} {
		if len(b.fields) > 0 {
			d.blocks = append(d.blocks, b)
		}
	}
	return d
}

// mostDifferences is how many resources of a definition people are shown.
const mostDifferences = 10

func (d *AgreementDefinition) differences() []field {
	var list []field
	for i, x := range d.Disagreements {
		if i == mostDifferences {
			return append(list, field{d.Definition, "and " + Number(len(d.Disagreements)-i) + " more, all with --format json"})
		}
		text := x.ID + ": ours " + x.Ours + ", Azure's " + x.Azure
		if x.Detail != "" {
			text += "; " + x.Detail
		}
		list = append(list, field{d.Definition, text + " (" + x.Place + ")"})
	}
	return list
}

var agreementColumns = []ListColumn[AgreementDefinition]{
	{"definition", 0, func(x AgreementDefinition) string { return x.Definition }},
	{"agreed", 0, func(x AgreementDefinition) string { return strconv.Itoa(x.Agreed) }},
	{"disagreed", 0, func(x AgreementDefinition) string { return strconv.Itoa(x.Disagreed) }},
	{"undecided", 0, func(x AgreementDefinition) string { return strconv.Itoa(x.Undecided) }},
}
