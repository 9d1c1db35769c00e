package markdown

import (
	"strings"

	"github.com/demarc-dev/demarc/internal/report"
)

// status says in sentences how the customer's half stands.
func (p *page) status() {
	s := &p.view.Status
	if s.Head == "" {
		return
	}
	p.line("\n**%s**\n", text(s.Head))
	for _, words := range s.Sentences {
		p.line("- %s", text(words))
	}
}

// maxRows is how long a table of the page gets; the JSON has everything.
const maxRows = 100

// table writes a table below a heading, nothing when it has no rows.
func table[T any](p *page, title, head string, list []T, cells func(*T) []string) {
	if len(list) == 0 {
		return
	}
	titles := strings.Split(head, ", ")
	p.line("\n## %s\n\n| %s |\n|%s", title, strings.Join(titles, " | "), strings.Repeat(" --- |", len(titles)))
	shown := list[:min(len(list), maxRows)]
	for i := range shown {
		p.line("%s", row(cells(&shown[i])))
	}
	if rest := len(list) - len(shown); rest > 0 {
		p.line("\nand %s more.", report.Number(rest))
	}
}

// todo is what to do first, what nobody took, what is believed wrongly and what
// settles most.
func (p *page) todo() {
	v := p.view
	table(p, "Do first", "Severity, What, Responsibility, How many, Owner, Age, First, Why", v.DoFirst, func(a *report.Action) []string {
		return []string{a.Severity, a.Title, a.ID, a.Times(), owner(a), a.Age(), a.First, a.Why}
	})
	table(p, "Gaps", "Kind, What, Where", v.Gaps, func(g *report.Gap) []string { return []string{g.Kind, g.Text, g.Place} })
	table(p, "Often believed Microsoft's but ours", "People believe, Responsibility, How many, Of these", v.Believed, func(b *report.Belief) []string {
		return []string{b.Believed, b.Title, report.Number(b.Count), b.Stands()}
	})
	table(p, "Settles most unknowns", "Up to, Kinds, With, How", v.Settling, func(s *report.Settling) []string {
		return []string{report.Number(s.Count), report.Number(s.Kinds), s.Tool, s.Command}
	})
}

func owner(a *report.Action) string {
	if a.Role != "" {
		return a.Owner + " (role: " + a.Role + ")"
	}
	return a.Owner
}

func (p *page) offerings() {
	table(p, "The providers' half", "Provider, Services, Resources, Tasks with a report, Without, Why", p.view.Offerings, func(o *report.Offering) []string {
		return []string{o.Party, o.Name, report.Number(o.Resources), report.Number(o.Assured), report.Number(o.Unknown), o.Reason}
	})
}

func (p *page) sources() {
	table(p, "Where the evidence is from", "File, Format, Pieces, Statements", p.view.Sources, func(s *report.Source) []string {
		return []string{s.Path, s.Format, report.Number(s.Evidence), report.Number(s.Statements)}
	})
}
