package table

import (
	"slices"
	"strings"

	"github.com/demarc-dev/demarc/internal/report"
)

// status says in sentences how the customer's half stands.
func (p *page) status() {
	s := &p.view.Status
	if s.Head == "" {
		return
	}
	p.line()
	for _, l := range report.Wrap(s.Head, p.width) {
		p.line(p.ink.heading(l))
	}
	for _, words := range s.Sentences {
		for _, l := range report.Wrap(words, p.width) {
			p.line(l)
		}
	}
}

// doFirst lists what is unmet, one line each.
func (p *page) doFirst() {
	list, rest := p.view.FirstActions()
	if len(list) == 0 {
		return
	}
	p.heading("DO FIRST")
	rows := make([][]string, len(list))
	for i := range list {
		a := &list[i]
		rows[i] = []string{a.Severity, a.Title, a.Times() + " ×", a.OwnerWords(), age(a), a.First}
	}
	widths := p.actionWidths(rows)
	if cut(rows, widths[actionTitle]) { // what is to be done says more than where first
		for i := range rows {
			rows[i] = rows[i][:actionFirst]
		}
		widths = p.actionWidths(rows)
	}
	for _, r := range rows {
		p.action(r, widths)
	}
	if rest > 0 {
		p.more(rest, "all with --format html or json")
	}
}

// age is how many days something lasts, short.
func age(a *report.Action) string {
	if a.Days == 0 {
		return "-"
	}
	return report.Number(a.Days) + " d"
}

// The columns of an action, and how narrow each may get.
const (
	actionTitle = 1
	actionOwner = 3
	actionFirst = 5
	actionLeast = 12
	// As long as others can give way.
	titleLeast, ownerLeast, firstLeast = 40, 22, 16
)

// actionWidths are the widths of the columns: a long owner gives way first,
// then the first instance, then the title.
func (p *page) actionWidths(rows [][]string) []int {
	widths := make([]int, actionFirst+1)
	for _, r := range rows {
		for i, cell := range r {
			widths[i] = max(widths[i], report.TextWidth(cell))
		}
	}
	total := gap * len(rows[0])
	for _, w := range widths {
		total += w
	}
	for _, give := range [...]struct{ column, least int }{
		{actionOwner, ownerLeast}, {actionFirst, firstLeast}, {actionTitle, titleLeast},
		{actionFirst, actionLeast}, {actionOwner, actionLeast}, {actionTitle, actionLeast},
	} {
		i := give.column
		taken := max(0, min(widths[i]-give.least, total-p.width))
		widths[i] -= taken
		total -= taken
	}
	return widths
}

// cut reports whether a title is cut shorter than can be understood.
func cut(rows [][]string, width int) bool {
	return slices.ContainsFunc(rows, func(r []string) bool { return min(report.TextWidth(r[actionTitle]), titleLeast) > width })
}

func (p *page) action(cells []string, widths []int) {
	line := ""
	for i, c := range cells {
		c = report.Pad(c, widths[i])
		switch {
		case i == actionOwner && strings.HasPrefix(c, report.NoOwner):
			c = p.ink.warn(report.NoOwner) + strings.TrimPrefix(c, report.NoOwner)
		case i == actionTitle:
			c = p.ink.heading(c)
		case i > actionOwner:
			c = p.ink.quiet(c)
		}
		line += strings.Repeat(" ", gap) + c
	}
	p.line(line)
}

func (p *page) more(rest int, where string) {
	p.line("  ", p.ink.quiet("and "+report.Number(rest)+" more: "+where))
}

func (p *page) gaps() {
	list, rest := p.view.FirstGaps()
	if len(list) == 0 {
		return
	}
	p.heading("GAPS")
	for _, g := range list {
		text, place := g.Text, " ("+g.Place+")"
		if g.Place != "" && report.TextWidth(text+place) <= p.width-4 {
			text += place
		}
		p.item("•", text)
	}
	if rest > 0 {
		p.more(rest, p.view.GapsWords)
	}
}

func (p *page) believed() {
	list := p.view.FirstBeliefs()
	if len(list) == 0 {
		return
	}
	p.heading("OFTEN BELIEVED MICROSOFT'S BUT OURS")
	for i := range list {
		b := &list[i]
		p.item("•", "“"+strings.TrimSuffix(b.Believed, ".")+"”: "+b.Stands())
	}
}

func (p *page) settling() {
	list := p.view.FirstSettling()
	if len(list) == 0 {
		return
	}
	p.heading("SETTLES MOST UNKNOWNS")
	for _, s := range list {
		p.line("  ", p.ink.quiet("up to "+report.Number(s.Count)+", "+s.Tool+": "), p.ink.command(s.Command))
	}
}
