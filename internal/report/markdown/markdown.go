// Package markdown writes an assessment as a page in GitHub's Markdown: the
// same picture, surprises and open questions as the first screen.
package markdown

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/report"
)

// Write writes the page.
func Write(w io.Writer, a *demarc.Assessment, o report.Options) error {
	p := &page{view: report.NewView(a, o)}
	v := p.view
	p.line("# %s", text(v.Name))
	p.line("\nAs of %s: %s. **%s**.", v.AsOf, strings.Join(v.Counts, ", "), capital(text(v.State)))
	p.status()
	for i := range v.Pictures {
		p.picture(&v.Pictures[i])
	}
	p.legend()
	p.sheets()
	p.todo()
	p.surprises()
	p.open()
	p.offerings()
	p.sources()
	p.notes()
	p.next()
	_, err := w.Write(p.out.Bytes())
	return err
}

func text(s string) string { return report.MarkdownText(s) }

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

type page struct {
	view *report.View
	out  bytes.Buffer
}

func (p *page) line(format string, args ...any) {
	fmt.Fprintf(&p.out, format, args...)
	p.out.WriteByte('\n')
}

func (p *page) picture(pic *report.Picture) {
	p.line("\n## %s\n", text(pic.Title))
	head, rule, workloads := "| Area |", "| --- |", "| *workloads* |"
	for _, c := range pic.Columns {
		head += " " + c.Model.Label() + " |"
		rule += " --- |"
		workloads += " " + report.Number(c.Workloads) + " |"
	}
	p.line("%s\n%s\n%s", head, rule, workloads)
	for _, r := range pic.Rows {
		row := "| " + text(r.Area.Label) + " |"
		for i := range r.Cells {
			row += " " + text(r.Cells[i].Text(report.DetailAll))
			if done := r.Cells[i].DoneText(report.DetailAll); done != "" && pic.Known {
				row += "<br>" + text(done)
			}
			row += " |"
		}
		p.line("%s", row)
	}
	if words := p.view.Unmarked(pic); words != "" {
		p.line("\n*%s*", text(words))
	}
}

func (p *page) legend() {
	if len(p.view.Pictures) == 0 {
		return
	}
	var list []string
	for _, l := range p.view.Legend() {
		list = append(list, "**"+text(l.Short)+"** "+l.Words)
	}
	list = append(list, "**n/a** has no such area")
	if p.view.Status.Known {
		list = append(list, "below it your half: **+n** met, **!n** unmet, **(an)** of these accepted, **?n** unknown")
	}
	if p.view.Twice {
		list = append(list, report.TwiceWords)
	}
	p.line("\n%s.", strings.Join(list, ", "))
	p.line("Whoever does the work, you stay answerable to your own regulators for all of it.")
}

func (p *page) sheets() {
	for _, s := range p.view.Sheets {
		p.line("\n## %s\n\n%s\n", text(s.Title), text(s.Lead))
		p.line("%s", row(s.Header))
		p.line("|%s", strings.Repeat(" --- |", len(s.Header)))
		for _, cells := range s.Rows {
			p.line("%s", row(cells))
		}
		if s.Rest > 0 {
			p.line("\nand %s more.", report.Number(s.Rest))
		}
	}
}

func row(cells []string) string {
	line := "|"
	for _, c := range cells {
		line += " " + text(c) + " |"
	}
	return line
}

func (p *page) surprises() {
	if len(p.view.Surprises) == 0 {
		return
	}
	p.line("\n## Not what it looks like\n")
	for _, s := range p.view.Surprises {
		p.line("- %s (%s, %s)", text(s.Text), text(s.Name), report.Plural(s.Count, "resource"))
	}
}

func (p *page) open() {
	if len(p.view.Open) == 0 {
		return
	}
	p.line("\n## What could not be decided\n\n| Resources | Type | What | To settle it |\n| ---: | --- | --- | --- |")
	for _, o := range p.view.Open {
		count := ""
		if o.Count > 0 {
			count = report.Number(o.Count)
		}
		p.line("| %s | %s | %s | %s |", count, text(o.Type), text(o.Text), text(o.Settle))
	}
}

func (p *page) notes() {
	if len(p.view.Notes) == 0 {
		return
	}
	p.line("\n## Notes\n\n| Count | Kind | First in | Message |\n| ---: | --- | --- | --- |")
	for _, n := range p.view.Notes {
		p.line("| %s | %s | %s | %s |", report.Number(n.Count), text(n.Kind), text(n.Place), text(n.Message))
	}
}

// next puts commands in a block; a fence longer than any run of backticks in
// them cannot be closed from inside.
func (p *page) next() {
	fence := "```"
	for _, command := range p.view.Next {
		for strings.Contains(command, fence) {
			fence += "`"
		}
	}
	p.line("\n## Try next\n\n%ssh\n%s\n%s", fence, strings.Join(p.view.Next, "\n"), fence)
}
