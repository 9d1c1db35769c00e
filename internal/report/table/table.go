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
	for i := range p.view.Pictures {
		p.picture(&p.view.Pictures[i])
	}
	p.legend()
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
}

func (p *page) line(parts ...string) {
	p.out.WriteString(strings.TrimRight(strings.Join(parts, ""), " "))
	p.out.WriteByte('\n')
}

func (p *page) title() {
	v := p.view
	p.line(p.ink.heading(report.Cut(v.Name, p.width-20)), p.ink.quiet(" · as of "+v.AsOf))
	counts, status := strings.Join(v.Counts, " · "), v.State
	room := p.width - report.TextWidth(counts) - report.TextWidth(status) - 3
	if !v.Complete {
		status = p.ink.warn(status)
	}
	if room >= 0 {
		p.line(counts, " · ", status)
		return
	}
	p.line(counts)
	p.line(status)
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
	p.line()
	var line []string
	used := 0
	put := func(painted string, width int) {
		if used > 0 && used+3+width > p.width {
			p.line(strings.Join(line, p.ink.quiet(" · ")))
			line, used = nil, 0
		}
		line = append(line, painted)
		used += width + 3
	}
	for _, l := range p.view.Legend() {
		put(p.ink.hue(l.Hue, l.Short)+" "+p.ink.quiet(l.Words), report.TextWidth(l.Short+" "+l.Words))
	}
	for _, words := range p.extras() {
		put(p.ink.quiet(words), report.TextWidth(words))
	}
	p.line(strings.Join(line, p.ink.quiet(" · ")))
	p.line(p.ink.quiet("Whoever does the work, you stay answerable to your own regulators for all of it."))
}

// extras explains the marks of cells that are no party.
func (p *page) extras() []string {
	var list []string
	if p.marks.rest {
		list = append(list, "+n are answered otherwise")
	}
	if p.marks.na {
		list = append(list, "n/a has no such area")
	}
	if p.marks.hiddenNA {
		list = append(list, "a lower sum: the rest has no such area")
	}
	return list
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
		text := report.Number(n.Count) + " " + n.Kind + ": " + n.Message
		if n.Place != "" {
			text = report.Number(n.Count) + " " + n.Kind + ", first in " + n.Place + ": " + n.Message
		}
		if p.view.AllNotes {
			p.item("•", text)
		} else {
			p.line("  • ", report.Cut(text, p.width-4))
		}
	}
}

func (p *page) next() {
	p.heading("TRY NEXT")
	for _, command := range p.view.Next {
		p.line("  ", p.ink.command(command))
	}
}
