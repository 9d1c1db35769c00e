package markdown

import (
	"fmt"
	"io"

	"github.com/demarc-dev/demarc/internal/report"
)

// Comments of pull requests hold at most 65,536 characters on GitHub, and
// nobody reads as many.
const (
	gateRows = 30 // of each group
	gateText = 250
	gateName = 80
)

// gateMarker lets a program find the comment again that it wrote before.
const gateMarker = "<!-- demarc gate -->"

// WriteGate writes a gate as a comment on a pull request: the result first,
// what is newly unmet at once, the rest folded away.
func WriteGate(w io.Writer, g *report.Gate) error {
	p := &page{}
	mark := "passed"
	if !g.Passed {
		mark = "not passed"
	}
	p.line("%s\n### Demarc: %s\n", gateMarker, mark)
	p.line("**%s.** %s.", text(g.Headline()), text(g.Moves()))
	p.line("\n%s.", text(g.Touches()))
	if !g.Passed {
		p.line("\n%s.", text(g.Result()))
	}
	if !g.Compared {
		p.line("\n*%s*", text(report.NothingBefore))
	}
	for _, n := range g.Notes {
		p.line("\n*%s*", text(n))
	}
	for _, group := range g.Groups() {
		p.gateGroup(group)
	}
	_, err := w.Write(p.out.Bytes())
	return err
}

// gateGroup writes the findings of a group; all but those newly unmet are
// folded. The empty lines make GitHub read what is folded as Markdown.
func (p *page) gateGroup(g report.GateGroup) {
	open := g.Findings[0].Move == "new-unmet"
	heading := fmt.Sprintf("%s: %s", g.Heading, report.Number(len(g.Findings)))
	if open {
		p.line("\n#### %s\n", text(heading))
	} else {
		p.line("\n<details>\n<summary>%s</summary>\n", text(heading))
	}
	p.line("| Responsibility | Where | Why | Owner |\n| --- | --- | --- | --- |")
	shown := g.Findings[:min(len(g.Findings), gateRows)]
	for i := range shown {
		p.line("%s", gateRow(&shown[i]))
	}
	if rest := len(g.Findings) - len(shown); rest > 0 {
		p.line("\nand %s more.", report.Number(rest))
	}
	if !open {
		p.line("\n</details>")
	}
}

func gateRow(f *report.GateFinding) string {
	title := "**" + text(f.Responsibility) + "** " + text(f.Title)
	if f.Severity != "" {
		title += " (" + text(f.Severity) + ")"
	}
	where := text(report.Cut(f.Subject, gateName))
	if place := f.Place(); place != "" {
		where += "<br>" + text(place)
	}
	why := f.Why
	if f.Accepted {
		why += "; " + f.AcceptedWords()
	}
	owner := f.Owner
	if owner == "" {
		owner = report.NoOwner
	}
	return fmt.Sprintf("| %s | %s | %s | %s |", title, where, text(report.Cut(why, gateText)), text(owner))
}
