package table

import (
	"strings"

	"github.com/demarc-dev/demarc/internal/report"
)

const (
	gap      = 2  // between columns
	minLabel = 12 // an area's label is never cut shorter
)

// layout says how wide the columns of a picture are, and how much of its
// cells each column shows.
type layout struct {
	label   int
	widths  []int
	details []report.Detail
	// beside are the widths of whose a cell is, where there is room for how it
	// stands beside it; nil when that has a line of its own.
	beside []int
}

func (p *page) picture(pic *report.Picture) {
	l := fit(pic, p.width)
	p.marks.merge(l.marks(pic))
	p.line()
	p.header(pic, l)
	for i := range pic.Rows {
		row := &pic.Rows[i]
		cells := []string{report.Pad(row.Area.Label, l.label)}
		for c := range row.Cells {
			p.shown = append(p.shown, row.Cells[c].Shown(l.details[c])...)
			cells = append(cells, p.whole(&row.Cells[c], l, c))
		}
		p.line(strings.Join(cells, strings.Repeat(" ", gap)))
		if pic.Known && l.beside == nil && row.Stands() {
			p.done(row, l)
		}
	}
	if words := p.view.Unmarked(pic); words != "" {
		p.line(p.ink.quiet(words))
	}
}

// whole writes a cell, with how it stands beside whose it is if there is room.
func (p *page) whole(c *report.Cell, l layout, i int) string {
	if l.beside == nil || l.beside[i] == l.widths[i] {
		return p.cell(c, l.widths[i], l.details[i])
	}
	whose := l.beside[i]
	return p.cell(c, whose, l.details[i]) + " " + p.ink.quiet(report.Pad(c.DoneText(l.details[i]), l.widths[i]-whose-1))
}

// done writes below a row how the customer's half of its cells stands.
func (p *page) done(row *report.Row, l layout) {
	line := strings.Repeat(" ", l.label)
	for c := range row.Cells {
		text := row.Cells[c].DoneText(report.DetailAll)
		if report.TextWidth(text) > l.widths[c] {
			text = row.Cells[c].DoneText(report.DetailTight)
		}
		line += strings.Repeat(" ", gap) + report.Pad(text, l.widths[c])
	}
	p.line(p.ink.quiet(strings.TrimRight(line, " ")))
}

func (p *page) header(pic *report.Picture, l layout) {
	titles, counts := p.ink.heading(report.Pad(heading(pic), l.label)), p.ink.quiet(report.Pad("workloads", l.label))
	for i, c := range pic.Columns {
		space := strings.Repeat(" ", gap)
		title := report.Pad(c.Model.Label(), l.widths[i])
		if c.Workloads == 0 {
			titles += space + p.ink.quiet(title)
		} else {
			titles += space + p.ink.heading(title)
		}
		counts += space + p.ink.quiet(report.Pad(workloads(c.Workloads), l.widths[i]))
	}
	p.line(titles)
	p.line(counts)
}

// heading names a picture in the corner where its labels begin.
func heading(pic *report.Picture) string {
	if pic.Model == "microsoft-cloud" {
		return "WHOSE JOB IS IT?"
	}
	return "WHOSE JOB IS IT IN AI?"
}

func workloads(n int) string {
	if n == 0 {
		return "-"
	}
	return report.Number(n)
}

func (p *page) cell(c *report.Cell, width int, d report.Detail) string {
	var b strings.Builder
	used := 0
	for _, piece := range c.Pieces(d) {
		text := report.Cut(piece.Text, width-used)
		used += report.TextWidth(text)
		if piece.Quiet {
			b.WriteString(p.ink.quiet(text))
		} else {
			b.WriteString(p.ink.hue(piece.Hue, text))
		}
	}
	b.WriteString(strings.Repeat(" ", max(0, width-used)))
	return b.String()
}

// fit finds the most detail that the width holds: the widest column gives way
// first, then the labels are cut.
func fit(pic *report.Picture, width int) layout {
	l := layout{label: label(pic), widths: make([]int, len(pic.Columns)), details: make([]report.Detail, len(pic.Columns))}
	for i := range pic.Columns {
		l.widths[i] = columnWidth(pic, i, report.DetailAll)
	}
	for l.total() > width {
		i := l.widest()
		if i < 0 {
			break
		}
		l.details[i]++
		l.widths[i] = columnWidth(pic, i, l.details[i])
	}
	l.label = max(min(l.label, l.label-(l.total()-width)), min(l.label, minLabel))
	if pic.Known {
		l.widen(pic, width)
	}
	return l
}

// besideMost is how wide whose a cell is may be: what stands far from it is not
// read with it.
const besideMost = 16

// widen puts how cells stand beside whose they are, if the width holds both.
func (l *layout) widen(pic *report.Picture, width int) {
	wider := layout{label: l.label, details: l.details}
	for i := range pic.Columns {
		whose, done := 0, 0
		for _, r := range pic.Rows {
			c := &r.Cells[i]
			whose = max(whose, report.TextWidth(c.Text(l.details[i])))
			done = max(done, report.TextWidth(c.DoneText(l.details[i])))
		}
		if done > 0 {
			done++
			if whose > besideMost {
				return
			}
		}
		wider.beside = append(wider.beside, whose)
		wider.widths = append(wider.widths, max(whose+done, headWidth(pic.Columns[i])))
	}
	if wider.total() <= width {
		*l = wider
	}
}

// widest is the widest column that can still show less, -1 when none can.
func (l *layout) widest() int {
	best := -1
	for i, w := range l.widths {
		if l.details[i] < report.DetailLargest && (best < 0 || w > l.widths[best]) {
			best = i
		}
	}
	return best
}

// marks are the signs in cells that are no party and want a legend.
type marks struct {
	done     bool // how the customer's half stands
	accepted bool // (a), of those unmet
	rest     bool // …n, the number of workloads of the shares left out
	na       bool // n/a
	hiddenNA bool // a number that is not applicable was left out
}

func (m *marks) merge(o marks) {
	m.rest, m.na, m.hiddenNA = m.rest || o.rest, m.na || o.na, m.hiddenNA || o.hiddenNA
	m.done, m.accepted = m.done || o.done, m.accepted || o.accepted
}

func (l *layout) marks(pic *report.Picture) marks {
	m := marks{done: pic.Known}
	for _, r := range pic.Rows {
		for i := range r.Cells {
			c, d := &r.Cells[i], l.details[i]
			m.accepted = m.accepted || pic.Known && c.Done.Accepted > 0
			shownNA := d == report.DetailAll || len(c.Shares) == 0
			m.na = m.na || c.NotApplicable > 0 && shownNA
			m.hiddenNA = m.hiddenNA || c.NotApplicable > 0 && !shownNA
			m.rest = m.rest || c.Rest(d) > 0
		}
	}
	return m
}

func (l *layout) total() int {
	n := l.label
	for _, w := range l.widths {
		n += gap + w
	}
	return n
}

func label(pic *report.Picture) int {
	n := report.TextWidth(heading(pic))
	for _, r := range pic.Rows {
		n = max(n, report.TextWidth(r.Area.Label))
	}
	return n
}

func columnWidth(pic *report.Picture, i int, d report.Detail) int {
	n := headWidth(pic.Columns[i])
	for _, r := range pic.Rows {
		n = max(n, report.TextWidth(r.Cells[i].Text(d)))
		if pic.Known {
			n = max(n, report.TextWidth(r.Cells[i].DoneText(d)))
		}
	}
	return n
}

func headWidth(c report.Column) int {
	return max(report.TextWidth(c.Model.Label()), report.TextWidth(workloads(c.Workloads)))
}
