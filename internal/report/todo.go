package report

import (
	"time"

	"github.com/demarc-dev/demarc"
)

// Action is a responsibility that is unmet, as people see it.
type Action struct {
	Severity string // "high", "-" when nobody named one
	Rank     int    // of the severity, to sort by
	ID       string // of the responsibility
	Title    string
	Area     string // id
	Level    string
	Count    int
	Accepted int
	Owner    string // "NO OWNER" when it is nobody by name
	Owners   int    // others beside
	Role     string // that usually answers, where nobody is named
	From     string // where the owner was read
	Days     int    // how long the oldest is known to last, 0 when nobody knows
	First    string // name of the first instance
	Why      string // of the first
}

// Gap is something that nobody took, or that two took.
type Gap struct {
	Kind  string
	Text  string
	Place string
}

// Belief is a responsibility of the customer that people often believe to be
// the provider's.
type Belief struct {
	ID, Title      string
	Believed       string
	Count          int
	Unmet, Unknown int
}

// Settling is an export or act, and how many unknowns it could settle.
type Settling struct {
	Tool    string
	Command string
	Count   int
	Kinds   int // different responsibilities
}

// Offering is a provider's half of one family of services.
type Offering struct {
	Party     string // name
	Name      string
	Resources int
	Assured   int
	Unknown   int
	Reason    string // of those unknown
}

// Source is a file that gave evidence or statements.
type Source struct {
	Path       string
	Format     string
	Evidence   int
	Statements int
}

// Shown limits of the first screen.
const (
	maxActions  = 5
	maxGaps     = 5
	maxBeliefs  = 3
	maxSettling = 3
	// maxSurprisesBeside is how many surprises stand beside beliefs.
	maxSurprisesBeside = 2
)

// NoOwner stands where nobody by name answers for something.
const NoOwner = "NO OWNER"

func actions(list []demarc.Action) []Action {
	out := make([]Action, 0, len(list))
	for i := range list {
		x := &list[i]
		r := x.Responsibility
		a := Action{Severity: orElse(severityWord(r.Severity), "-"), Rank: int(r.Severity), ID: Visible(r.ID), Title: Visible(title(r)), Area: r.Area, Level: r.Level.String(),
			Count: x.Count, Accepted: x.Accepted, Owner: NoOwner, Days: days(x.Age), First: Cut(Visible(x.First), nameWidth), Why: Visible(x.Why)}
		if x.Owner.Named() {
			a.Owner, a.From = Visible(x.Owner.Name), Visible(x.Owner.From)
		} else {
			a.Role = Visible(x.Owner.Name)
		}
		out = append(out, a)
	}
	return out
}

func severityWord(s demarc.Severity) string {
	if s == demarc.UnknownSeverity {
		return ""
	}
	return s.String()
}

// title is what a responsibility is called in lists.
func title(r *demarc.Responsibility) string { return orElse(r.Title, orElse(r.Text, r.ID)) }

func days(d time.Duration) int { return int(d / (24 * time.Hour)) }

// Age words how long something lasts.
func (a *Action) Age() string {
	if a.Days == 0 {
		return "age ?"
	}
	return Plural(a.Days, "day")
}

// Times writes how many instances there are, and how many are accepted.
func (a *Action) Times() string {
	words := Number(a.Count)
	if a.Accepted > 0 {
		words += " (a" + Number(a.Accepted) + ")"
	}
	return words
}

func gaps(list []demarc.Gap) []Gap {
	out := make([]Gap, 0, len(list))
	for i := range list {
		g := &list[i]
		text := Visible(g.Text)
		if g.Kind == demarc.GapNoOwner {
			text = Number(g.Count) + " " + text
		}
		out = append(out, Gap{Kind: string(g.Kind), Text: text, Place: Visible(g.Place.String())})
	}
	return out
}

// beliefs are those of which something is open or unmet.
func beliefs(list []demarc.Belief) []Belief {
	var out []Belief
	for i := range list {
		b := &list[i]
		if b.Unmet+b.Unknown > 0 {
			r := b.Responsibility
			out = append(out, Belief{ID: Visible(r.ID), Title: Visible(title(r)), Believed: Visible(r.Believed), Count: b.Count, Unmet: b.Unmet, Unknown: b.Unknown})
		}
	}
	return out
}

// Stands words how the belief stands up to what is known.
func (b *Belief) Stands() string {
	words := ""
	if b.Unmet > 0 {
		words = Number(b.Unmet) + " unmet"
	}
	if b.Unknown > 0 {
		if words != "" {
			words += ", "
		}
		words += Number(b.Unknown) + " unknown"
	}
	if b.Unmet+b.Unknown < b.Count {
		words += " of " + Number(b.Count)
	}
	return words
}

func settlings(list []demarc.Settling) []Settling {
	out := make([]Settling, 0, len(list))
	for _, s := range list {
		out = append(out, Settling{Tool: Visible(s.Tool), Command: Visible(s.Command), Count: s.Count, Kinds: s.Kinds})
	}
	return out
}

func offerings(list []demarc.Offering, p Parties) []Offering {
	out := make([]Offering, 0, len(list))
	for _, o := range list {
		one := Offering{Party: p.Name(o.Party), Name: orElse(Visible(o.Name), "other services"), Resources: o.Resources, Assured: o.Assured, Unknown: o.Unknown}
		if o.Unknown > 0 {
			one.Reason = string(o.Reason)
		}
		out = append(out, one)
	}
	return out
}

func sources(files []*demarc.File) []Source {
	var out []Source
	for _, f := range files {
		if f.Evidence+f.Statements > 0 {
			out = append(out, Source{Path: Visible(f.Path), Format: f.Format, Evidence: f.Evidence, Statements: f.Statements})
		}
	}
	return out
}

// FirstActions returns what fits a first screen, each responsibility once with
// all its owners, and how many are left out.
func (v *View) FirstActions() (list []Action, rest int) {
	at := map[string]int{}
	for i := range v.DoFirst {
		x := v.DoFirst[i]
		n, seen := at[x.ID]
		if !seen {
			at[x.ID] = len(list)
			list = append(list, x)
			continue
		}
		list[n].Count += x.Count
		list[n].Accepted += x.Accepted
		list[n].Days = max(list[n].Days, x.Days)
		list[n].Owners++
	}
	return first(list, maxActions)
}

// OwnerWords names the owner, and how many others there are.
func (a *Action) OwnerWords() string {
	if a.Owners > 0 {
		return a.Owner + " +" + Number(a.Owners)
	}
	return a.Owner
}

// FirstGaps returns what fits a first screen, and how many are left out.
func (v *View) FirstGaps() (list []Gap, rest int) { return first(v.Gaps, maxGaps) }

// FirstBeliefs returns what fits a first screen.
func (v *View) FirstBeliefs() []Belief {
	list, _ := first(v.Believed, maxBeliefs)
	return list
}

// FirstSettling returns what fits a first screen: what settles most.
func (v *View) FirstSettling() []Settling {
	list, _ := first(v.Settling, maxSettling)
	return list
}

func first[T any](list []T, most int) (shown []T, rest int) {
	n := min(len(list), most)
	return list[:n], len(list) - n
}
