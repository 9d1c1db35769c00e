package report

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// Status is how the customer's half stands: in numbers, and in sentences that
// need no knowledge of the tool. The zero Status says that nothing is asked of
// anybody.
type Status struct {
	Known     bool // something is met, unmet or not applicable
	Head      string
	Tallies   []Tally
	Coverage  string // "41 %"
	Sentences []string
}

// Tally is the number of the customer's responsibilities with one status.
type Tally struct {
	Mark  Mark
	Count int
}

// Mark is a status as pictures write it.
type Mark uint8

// The marks, in the order of pictures and legends.
const (
	MarkMet Mark = iota
	MarkUnmet
	MarkUnknown
	MarkNotApplicable
)

var (
	markSigns = [...]string{"+", "!", "?", "n/a "}
	markNames = [...]string{"met", "unmet", "unknown", "not-applicable"}
	markWords = [...]string{"met", "unmet", "unknown", "not applicable"}
)

// Sign stands in front of the number in a cell.
func (m Mark) Sign() string { return markSigns[m] }

// String is the word that style sheets use.
func (m Mark) String() string { return markNames[m] }

// Words is the mark for people.
func (m Mark) Words() string { return markWords[m] }

// acceptedWords add to a number of unmet ones how many are accepted.
func acceptedWords(n int) string {
	if n == 0 {
		return ""
	}
	return " (" + Number(n) + " accepted)"
}

// maxReasons is how many reasons of unknowns, and maxProviders how many
// providers a sentence of the first screen names.
const (
	maxReasons   = 3
	maxProviders = 3
)

func newStatus(a *demarc.Assessment, offerings []Offering) Status {
	if len(a.Responsibilities) == 0 {
		return Status{}
	}
	s := &a.Summary
	st := Status{Known: s.Met+s.Unmet+s.NotApplicable > 0, Coverage: percent(s.Coverage())}
	st.Tallies = []Tally{{MarkMet, s.Met}, {MarkUnmet, s.Unmet}, {MarkUnknown, s.Unknown}, {MarkNotApplicable, s.NotApplicable}}
	st.Head = head(s) + " · coverage " + st.Coverage
	if !st.Known {
		st.Sentences = append(st.Sentences, nothingKnown(evidenceCount(a)))
	}
	st.Sentences = append(st.Sentences, providerSentences(offerings)...)
	for _, words := range [...]string{nobodySentence(a.Gaps), proofSentence(a), strangerSentence(a.Unattached)} {
		if words != "" {
			st.Sentences = append(st.Sentences, words)
		}
	}
	return st
}

// head is the line of the numbers.
func head(s *demarc.Summary) string {
	n := s.Met + s.Unmet + s.Unknown + s.NotApplicable
	noun := " responsibilities of yours: "
	if n == 1 {
		noun = " responsibility of yours: "
	}
	words := Number(n) + noun + Number(s.Met) + " met, " + Number(s.Unmet) + " unmet" + acceptedWords(s.Accepted) + ", " + Number(s.Unknown) + " unknown"
	if s.NotApplicable > 0 {
		words += ", " + Number(s.NotApplicable) + " not applicable"
	}
	return words
}

// percent writes a share so that only nothing is 0 % and only all is 100 %.
func percent(share float64) string {
	p := int(math.Round(share * 100))
	switch {
	case p == 0 && share > 0:
		return "under 1 %"
	case p == 100 && share < 1:
		return "over 99 %"
	}
	return Number(p) + " %"
}

// evidenceCount is how much evidence there was, joined to something or not.
func evidenceCount(a *demarc.Assessment) int {
	n := 0
	if a.Evidence != nil {
		n = a.Evidence.Len()
	}
	for i := range a.Unattached {
		n += a.Unattached[i].Count
	}
	return n
}

func nothingKnown(evidence int) string {
	if evidence == 0 {
		return "Nothing is known of your half yet: no evidence among the files."
	}
	return "Nothing is known of your half yet: " + Plural(evidence, "piece") + " of evidence among the files, and none of it settles anything."
}

// providerSentences say what the providers answer for, one line each, the largest
// first.
func providerSentences(list []Offering) []string {
	var all []providerHalf
	for _, o := range list {
		i := slices.IndexFunc(all, func(p providerHalf) bool { return p.name == o.Party })
		if i < 0 {
			i = len(all)
			all = append(all, providerHalf{name: o.Party})
		}
		all[i].resources += o.Resources
		all[i].assured += o.Assured
		all[i].unknown += o.Unknown
		all[i].services++
	}
	slices.SortStableFunc(all, func(x, y providerHalf) int { return cmp.Compare(y.resources, x.resources) })
	var words []string
	for _, p := range all[:min(len(all), maxProviders)] {
		words = append(words, p.sentence())
	}
	if rest := len(all) - maxProviders; rest > 0 {
		words = append(words, Plural(rest, "more provider")+" with halves of their own.")
	}
	return words
}

// providerHalf is the half of one provider in everything.
type providerHalf struct {
	name                                  string
	resources, services, assured, unknown int
}

func (p *providerHalf) sentence() string {
	services := ""
	if p.services > 1 {
		services = " in " + Number(p.services) + " services"
	}
	proof := "no report on file covers it"
	switch {
	case p.unknown == 0:
		proof = "reports on file cover it"
	case p.assured > 0:
		proof = "reports on file cover " + Number(p.assured) + " of its " + Number(p.assured+p.unknown) + " tasks"
	}
	return p.name + "'s half: " + Plural(p.resources, "resource") + services + "; " + proof + "."
}

// nobodySentence says what nobody took.
func nobodySentence(gaps []demarc.Gap) string {
	between, nameless := 0, 0
	for _, g := range gaps {
		if g.Kind == demarc.GapNoOwner {
			nameless += g.Count
		} else {
			between++
		}
	}
	words := ""
	if between > 0 {
		words = Plural(between, "gap") + " between you and others"
	}
	if nameless > 0 {
		if words != "" {
			words += ", and "
		}
		words += Number(nameless) + " unmet without an owner by name"
	}
	if words == "" {
		return ""
	}
	return "Nobody took: " + words + "."
}

// proofSentence says why things are unknown, the most frequent reason first.
func proofSentence(a *demarc.Assessment) string {
	reasons := slices.SortedFunc(maps.Keys(a.Unknown), func(x, y demarc.Reason) int {
		return cmp.Or(cmp.Compare(a.Unknown[y], a.Unknown[x]), cmp.Compare(x, y))
	})
	total, parts := 0, []string{}
	for i, r := range reasons {
		total += a.Unknown[r]
		if i < maxReasons {
			parts = append(parts, Number(a.Unknown[r])+" "+orElse(string(r), "no reason told"))
		}
	}
	if total == 0 {
		return ""
	}
	words := strings.Join(parts, ", ")
	if shown := maxReasons; len(reasons) > shown {
		rest := 0
		for _, r := range reasons[shown:] {
			rest += a.Unknown[r]
		}
		words += ", " + Number(rest) + " for other reasons"
	}
	return Number(total) + " of yours have no proof: " + words + "."
}

// strangerSentence counts evidence about what the estate lacks.
func strangerSentence(list []demarc.Unattached) string {
	things, pieces := map[string]bool{}, 0
	for i := range list {
		things[demarc.Fold(list[i].Subject)] = true
		pieces += list[i].Count
	}
	if pieces == 0 {
		return ""
	}
	return Plural(pieces, "piece") + " of evidence about " + Plural(len(things), "thing") + " that the estate lacks."
}

// Stands reports whether a cell has a half that can be met or not.
func (c *Cell) Stands() bool {
	d := &c.Done
	return d.Met+d.Unmet+d.Unknown+d.NotApplicable > 0
}

// Tallies are the numbers of workloads by how the customer's half stands, those
// that are not zero. With what is wholly another party's and what has no such
// area they add up to the workloads of the cell.
func (c *Cell) Tallies() []Tally {
	d := &c.Done
	all := []Tally{{MarkMet, d.Met}, {MarkUnmet, d.Unmet}, {MarkUnknown, d.Unknown}, {MarkNotApplicable, d.NotApplicable}}
	return slices.DeleteFunc(all, func(t Tally) bool { return t.Count == 0 })
}

// DoneText writes how the customer's half stands as short text: "+1 !2 ?5".
func (c *Cell) DoneText(d Detail) string {
	space := " "
	if d >= DetailTight {
		space = ""
	}
	var parts []string
	for _, t := range c.Tallies() {
		text := t.Mark.Sign() + Number(t.Count)
		if t.Mark == MarkUnmet && c.Done.Accepted > 0 {
			text += "(a" + Number(c.Done.Accepted) + ")"
		}
		if t.Mark == MarkNotApplicable && space == "" {
			text = " " + text
		}
		parts = append(parts, text)
	}
	return strings.TrimSpace(strings.Join(parts, space))
}

// DoneWords says the same in words, "" where nothing is the customer's.
func (c *Cell) DoneWords() string {
	var parts []string
	for _, t := range c.Tallies() {
		text := Number(t.Count) + " " + t.Mark.Words()
		if t.Mark == MarkUnmet {
			text += acceptedWords(c.Done.Accepted)
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

// Stands reports whether a row has a cell with a half that can be met or not.
func (r *Row) Stands() bool {
	return slices.ContainsFunc(r.Cells, func(c Cell) bool { return c.Stands() })
}

// Unmarked says of a picture that bears no marks, beside one that does, that
// everything in it is unknown: an empty place would read as nothing to do. It
// is "" where the picture has marks, or none of its cells could have any.
func (v *View) Unmarked(p *Picture) string {
	if !v.Status.Known || p.Known || !p.Stands {
		return ""
	}
	return "nothing is known yet of your half of these areas"
}

// Marks are the marks that occur in any picture of which something is known.
func (v *View) Marks() []Mark {
	var met [len(markSigns)]bool
	for _, p := range v.Pictures {
		for _, r := range p.Rows {
			for _, c := range r.Cells {
				for _, t := range c.Tallies() {
					met[t.Mark] = true
				}
			}
		}
	}
	var list []Mark
	for m, seen := range met {
		if seen {
			list = append(list, Mark(m))
		}
	}
	return list
}

// AnyAccepted reports whether a cell of a picture counts accepted ones.
func (v *View) AnyAccepted() bool {
	for _, p := range v.Pictures {
		for _, r := range p.Rows {
			if slices.ContainsFunc(r.Cells, func(c Cell) bool { return c.Done.Accepted > 0 }) {
				return true
			}
		}
	}
	return false
}
