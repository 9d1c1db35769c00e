package report

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// PackLine is one pack of definitions or aliases.
type PackLine struct {
	Name           string `json:"name"`
	Kind           string `json:"kind"` // policies or aliases
	Source         string `json:"source"`
	Commit         string `json:"commit"`  // "" when unknown
	SHA256         string `json:"sha256"`  // of what was packed
	Licence        string `json:"licence"` // its short name, "" when unknown
	Created        string `json:"created"`
	Definitions    int    `json:"definitions"`
	Government     int    `json:"government"` // definitions for Azure Government
	Sets           int    `json:"sets"`
	GovernmentSets int    `json:"governmentSets"`
	Aliases        int    `json:"aliases"`
	Fault          string `json:"fault"` // what is wrong with the file, "" for nothing
}

// PackList is the packs that are kept.
type PackList struct {
	Folder string     `json:"folder"`
	Packs  []PackLine `json:"packs"`
}

// PackAdded says what was packed.
type PackAdded struct {
	PackLine
	File  string   `json:"file"`
	Notes []string `json:"notes"`
}

// holds says in words what a pack holds.
func (p *PackLine) holds() string {
	if p.Kind == "aliases" {
		return Number(p.Aliases) + " aliases"
	}
	text := Number(p.Definitions) + " definitions, " + Number(p.Sets) + " initiatives"
	if p.Government+p.GovernmentSets > 0 {
		text += "; Azure Government: " + Number(p.Government) + " and " + Number(p.GovernmentSets)
	}
	return text
}

// known says of definitions that where they come from is not known; of aliases
// nobody asks.
func (p *PackLine) known(text string) string {
	if text == "" && p.Kind == "policies" {
		return "unknown"
	}
	return text
}

func (l *PackList) document() document {
	title := "Packs in " + l.Folder
	if len(l.Packs) == 0 {
		return document{title: "No packs in " + l.Folder, blocks: []block{{text: []string{"demarc catalog add azure-policy PATH packs a clone or an archive of Azure/azure-policy."}}}}
	}
	return document{title: title, blocks: []block{{table: gridOf(packColumns, slices.Values(l.Packs))}}}
}

var packColumns = []ListColumn[PackLine]{
	{"name", 0, func(p PackLine) string { return p.Name }},
	{"holds", 70, func(p PackLine) string {
		if p.Fault != "" {
			return p.Fault
		}
		return p.holds()
	}},
	{"commit", 0, func(p PackLine) string { return p.known(p.Commit[:min(len(p.Commit), 12)]) }},
	{"licence", 0, func(p PackLine) string { return p.known(p.Licence) }},
	{"created", 0, func(p PackLine) string { return p.Created }},
}

// mostNotes is how many notes stand on the first screen.
const mostNotes = 10

func (p *PackAdded) document() document {
	d := document{title: "Packed as " + p.Name + ": " + p.holds()}
	d.blocks = append(d.blocks, block{fields: []field{
		{"file", p.File}, {"from", p.Source}, {"commit", orElse(p.Commit, "unknown: give it with --commit")}, {"sha256", p.SHA256},
		{"licence", orElse(p.Licence, "unknown: no notice was found")},
	}})
	if p.Kind == "aliases" {
		d.blocks[0].fields = []field{{"file", p.File}, {"from", p.Source}, {"sha256", p.SHA256}}
	}
	if len(p.Notes) > 0 {
		shown := p.Notes[:min(len(p.Notes), mostNotes)]
		if more := len(p.Notes) - len(shown); more > 0 {
			shown = append(slices.Clone(shown), "and "+Number(more)+" more, all with --format json")
		}
		d.blocks = append(d.blocks, block{heading: "Notes", text: shown})
	}
	return d
}

// Refusal is a definition that cannot be compiled, and why.
type Refusal struct {
	File    string `json:"file"`
	Line    int    `json:"line"` // where the definition begins, 0 when unknown
	ID      string `json:"id"`
	Pointer string `json:"pointer"` // JSON pointer into the file
	Reason  string `json:"reason"`
}

// String is one line: file, pointer and reason.
func (r Refusal) String() string { return r.File + "#" + r.Pointer + ": " + r.Reason }

// Compiled says which definitions compile.
type Compiled struct {
	Definitions int       `json:"definitions"`
	Initiatives int       `json:"initiatives"`
	Static      int       `json:"static"`
	DataPlane   int       `json:"dataPlane"`
	Total       int       `json:"total"` // of mode All or Indexed, static ones apart
	Compiled    int       `json:"compiled"`
	Refusals    []Refusal `json:"refusals"`
	Notes       []string  `json:"notes"`
}

func (c *Compiled) document() document { return document{title: c.last()} }

func (c *Compiled) last() string {
	return "compiled " + strconv.Itoa(c.Compiled) + " of " + strconv.Itoa(c.Total)
}

// CompiledFormats are the formats of [PrintCompiled], the default first.
var CompiledFormats = [...]string{"table", "json"}

// PrintCompiled writes each refusal on a line, the counts, and as the last line
// how many definitions compiled.
func PrintCompiled(w io.Writer, format string, c *Compiled, o Options) error {
	if format != "table" && format != "" {
		return Print(w, format, c, o)
	}
	var out bytes.Buffer
	for _, note := range c.Notes {
		fmt.Fprintln(&out, "note: "+Visible(note))
	}
	for i := range c.Refusals {
		fmt.Fprintln(&out, "refused: "+Visible(c.Refusals[i].String()))
	}
	fmt.Fprintf(&out, "%d definitions: %d static and %d of data-plane modes counted apart; %d initiatives\n", c.Definitions, c.Static, c.DataPlane, c.Initiatives)
	fmt.Fprintln(&out, c.last())
	_, err := w.Write(out.Bytes())
	return err
}
