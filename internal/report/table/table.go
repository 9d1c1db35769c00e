// Package table writes an assessment as the first screen of a terminal: the
// picture everybody knows, what surprises, what is open, and what to try next.
// Without colour it is the same text.
package table

import (
	"bytes"
	"io"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/report"
)

// Write writes the first screen of an assessment.
func Write(w io.Writer, a *demarc.Assessment, o report.Options) error {
	p := &page{view: report.NewView(a, o), width: width(o), ink: ink(o.Color)}
	p.title()
	p.status()
	for i := range p.view.Pictures {
		p.picture(&p.view.Pictures[i])
	}
	p.legend()
	p.sheets()
	p.doFirst()
	p.gaps()
	p.believed()
	p.settling()
	p.surprises()
	p.open()
	p.notes()
	p.next()
	_, err := w.Write(p.out.Bytes())
	return err
}

// width keeps lines short enough to be read on a very wide terminal.
func width(o report.Options) int {
	if o.Width <= 0 {
		return report.DefaultWidth
	}
	return min(max(o.Width, 40), 140)
}

type page struct {
	view  *report.View
	width int
	ink   ink
	out   bytes.Buffer
	marks marks // met in the pictures so far
	shown []report.Share
}

func (p *page) line(parts ...string) {
	p.out.WriteString(strings.TrimRight(strings.Join(parts, ""), " "))
	p.out.WriteByte('\n')
}

func (p *page) title() {
	v := p.view
	p.line(p.ink.heading(report.Cut(v.Name, p.width-20)), p.ink.quiet(" · as of "+v.AsOf))
	var line flow
	for _, c := range v.Counts {
		p.flow(&line, c, c)
	}
	if v.Complete {
		p.flow(&line, v.State, v.State)
	} else {
		p.flow(&line, p.ink.warn(v.State), v.State)
	}
	p.line(line.text.String())
}

// flow is a line of short texts with dots between them.
type flow struct {
	text strings.Builder
	used int
}

// flow adds a text to the line, or begins the next one; plain is the text
// without colour, to measure.
func (p *page) flow(f *flow, painted, plain string) {
	n := report.TextWidth(plain)
	switch {
	case f.used > 0 && f.used+3+n > p.width:
		p.line(f.text.String())
		f.text.Reset()
		f.used = 0
	case f.used > 0:
		f.text.WriteString(p.ink.quiet(" · "))
		f.used += 3
	}
	f.text.WriteString(painted)
	f.used += n
}

// heading starts a section after an empty line.
func (p *page) heading(text string) {
	p.line()
	p.line(p.ink.heading(text))
}

// item writes text behind a mark, wrapped and indented.
func (p *page) item(mark, text string) {
	for i, l := range report.Wrap(text, p.width-4) {
		if i > 0 {
			mark = " "
		}
		p.line("  ", mark, " ", l)
	}
}

// legend explains the words of the cells, and what the picture leaves out.
func (p *page) legend() {
	if len(p.view.Pictures) == 0 {
		return
	}
	p.line()
	var line flow
	for _, l := range report.LegendOf(p.shown) {
		p.flow(&line, p.ink.hue(l.Hue, l.Short)+" "+p.ink.quiet(l.Words), l.Short+" "+l.Words)
	}
	for _, words := range p.extras() {
		p.flow(&line, p.ink.quiet(words), words)
	}
	p.line(line.text.String())
	for _, l := range report.Wrap("Whoever does the work, you stay answerable to your own regulators for all of it.", p.width) {
		p.line(p.ink.quiet(l))
	}
}

// extras explains the marks of cells that are no party.
func (p *page) extras() []string {
	var list []string
	if p.marks.rest {
		list = append(list, "…n are answered otherwise")
	}
	if p.marks.na {
		list = append(list, "n/a has no such area")
	}
	if p.marks.hiddenNA {
		list = append(list, "a smaller sum: the others have no such area")
	}
	if p.marks.done {
		list = append(list, "of your half, by its worst: +n met", "!n unmet", "?n unknown")
	}
	if p.marks.accepted {
		list = append(list, "(an) of these accepted")
	}
	if p.view.Twice {
		list = append(list, report.TwiceWords)
	}
	return list
}

// sheets prints the tables about groups; the first column takes the room that
// the others leave.
func (p *page) sheets() {
	for _, s := range p.view.Sheets {
		widths := columnWidths(&s)
		first := p.width
		for _, w := range widths[1:] {
			first -= w + gap
		}
		widths[0] = min(widths[0], max(first, minLabel))
		p.heading(strings.ToUpper(s.Title))
		p.line(p.ink.quiet(s.Lead))
		p.line(p.ink.quiet(sheetLine(s.Header, widths)))
		for _, row := range s.Rows {
			p.line(sheetLine(row, widths))
		}
		if s.Rest > 0 {
			p.line(p.ink.quiet("and " + report.Number(s.Rest) + " more, all with --format json"))
		}
	}
}

func columnWidths(s *report.Sheet) []int {
	widths := make([]int, len(s.Header))
	for _, row := range append([][]string{s.Header}, s.Rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], report.TextWidth(cell))
		}
	}
	return widths
}

func sheetLine(cells []string, widths []int) string {
	padded := make([]string, len(cells))
	for i, c := range cells {
		padded[i] = report.Pad(report.Cut(c, widths[i]), widths[i])
	}
	return strings.Join(padded, strings.Repeat(" ", gap))
}

func (p *page) surprises() {
	if len(p.view.Surprises) == 0 {
		return
	}
	p.heading("NOT WHAT IT LOOKS LIKE")
	for _, s := range p.view.Surprises {
		where := s.Name
		if s.Count > 1 {
			where += " and " + report.Number(s.Count-1) + " more"
		}
		p.item("•", s.Text+" ("+where+")")
	}
}

func (p *page) open() {
	list, rest := p.view.FirstOpen()
	if len(list) == 0 {
		return
	}
	p.heading("WHAT COULD NOT BE DECIDED")
	for _, o := range list {
		p.item("•", openText(o))
		if o.Settle != "" {
			p.line("    ", p.ink.quiet("to settle it: "), p.ink.command(o.Settle))
		}
	}
	if rest > 0 {
		p.item(" ", "and "+report.Number(rest)+" more, all with --format html or json")
	}
}

func openText(o report.Open) string {
	if o.Count == 0 {
		return o.Text
	}
	return report.Number(o.Count) + " × " + o.Type + ": " + o.Text
}

func (p *page) notes() {
	if len(p.view.Notes) == 0 {
		return
	}
	p.heading("NOTES")
	if !p.view.AllNotes {
		p.out.Truncate(p.out.Len() - 1)
		p.line(p.ink.quiet(" (--notes shows all)"))
	}
	for _, n := range p.view.Notes {
		text := noteText(n)
		if !p.view.AllNotes {
			text = report.Cut(text, noteLines*p.width)
		}
		p.item("•", text)
	}
}

// noteLines is how long a note may be on the first screen: the place and what
// is wrong there must both be readable.
const noteLines = 3

func noteText(n report.Note) string {
	text := report.Number(n.Count) + " " + n.Kind
	switch {
	case n.Place == "":
	case n.Count == 1:
		text += " in " + n.Place
	default:
		text += ", first in " + n.Place
	}
	return text + ": " + n.Message
}

func (p *page) next() {
	p.heading("TRY NEXT")
	for _, command := range p.view.Next {
		p.line("  ", p.ink.command(command))
	}
}
