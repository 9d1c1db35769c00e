package report

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc/internal/json"
)

// ListColumn is one column of a list: its title, how wide it may get on a
// terminal, and what it shows of a row. Headers and cells cannot drift apart.
type ListColumn[T any] struct {
	Title string
	Width int // 0 for as wide as its content
	Cell  func(T) string
}

// Printable is something that people read as a document and programs as JSON.
type Printable interface {
	document() document
}

// document is a page of short blocks, in the words that all formats print.
type document struct {
	title  string
	blocks []block
}

// block is a heading with fields, a table or lines of text below it.
type block struct {
	heading string
	fields  []field
	table   *grid
	text    []string
	figure  string         // SVG, ready, that pages show above the table
	flows   []*flowPicture // that pages draw above the table
}

type field struct{ name, value string }

// grid is a table whose cells are ready.
type grid struct {
	titles []string
	widths []int // most columns of a terminal, 0 for as many as it takes
	rows   [][]string
}

// gridOf runs the columns over rows.
func gridOf[T any](columns []ListColumn[T], rows iter.Seq[T]) *grid {
	g := &grid{}
	for _, c := range columns {
		g.titles = append(g.titles, c.Title)
		g.widths = append(g.widths, c.Width)
	}
	for r := range rows {
		cells := make([]string, len(columns))
		for i, c := range columns {
			cells[i] = c.Cell(r)
		}
		g.rows = append(g.rows, cells)
	}
	return g
}

// PrintFormats are the formats of [Print], the default first.
var PrintFormats = [...]string{"table", "json", "markdown", "html"}

// Print writes p in one of [PrintFormats].
func Print(w io.Writer, format string, p Printable, o Options) error {
	var out bytes.Buffer
	switch format {
	case "table", "":
		writeText(&out, p.document(), o)
	case "markdown":
		writeMarkdown(&out, p.document())
	case "html":
		if err := writeHTML(&out, p.document()); err != nil {
			return err
		}
	case "json":
		b, err := json.Marshal(p, json.Multiline(), json.WithIndent("  "), json.Deterministic())
		if err != nil {
			return fmt.Errorf("write json: %w", err)
		}
		out.Write(escapeHidden(b))
		out.WriteByte('\n')
	default:
		return UnknownFormatError{Format: format, Formats: PrintFormats[:]}
	}
	_, err := w.Write(out.Bytes())
	return err
}

// UnknownFormatError says that a command cannot write a format.
type UnknownFormatError struct {
	Format  string
	Formats []string // those it can
}

// Error names the formats there are.
func (e UnknownFormatError) Error() string {
	return fmt.Sprintf("unknown format %q, want one of %s", e.Format, strings.Join(e.Formats, ", "))
}

// escapeHidden escapes the control characters that JSON leaves as they are.
func escapeHidden(b []byte) []byte {
	var out []byte
	for _, r := range string(b) {
		if r >= 0x7f && r <= 0xffff && visibleRune(r) != r {
			out = fmt.Appendf(out, `\u%04x`, r)
			continue
		}
		out = append(out, string(r)...)
	}
	return out
}

func writeText(out *bytes.Buffer, d document, o Options) {
	bold := func(s string) string {
		if o.Color && s != "" {
			return "\x1b[1m" + s + "\x1b[0m"
		}
		return s
	}
	width := o.columns()
	for _, l := range Wrap(Visible(d.title), width) {
		fmt.Fprintln(out, bold(l))
	}
	for _, b := range d.blocks {
		out.WriteByte('\n')
		if b.heading != "" {
			fmt.Fprintln(out, bold(Visible(b.heading)))
		}
		for _, t := range b.text {
			for _, l := range Wrap(Visible(t), width-2) {
				fmt.Fprintln(out, "  "+l)
			}
		}
		textFields(out, b.fields, width)
		if b.table != nil {
			b.table.text(out, width, bold)
		}
	}
}

// textFields writes names in front of their values, or above them where a name
// is long.
func textFields(out *bytes.Buffer, fields []field, width int) {
	const long = 40
	names := 0
	for _, f := range fields {
		names = max(names, TextWidth(Visible(f.name)))
	}
	for _, f := range fields {
		name := Visible(f.name)
		if names > long {
			if name != "" {
				fmt.Fprintln(out, "  "+name)
			}
			for _, l := range Wrap(Visible(f.value), width-6) {
				fmt.Fprintln(out, "      "+l)
			}
			continue
		}
		for _, l := range Wrap(Visible(f.value), max(width-names-4, 20)) {
			fmt.Fprintln(out, strings.TrimRight("  "+Pad(name, names)+"  "+l, " "))
			name = ""
		}
	}
}

// text writes the table as wide as its content, at most the given width: the
// widest column gives way.
func (g *grid) text(out *bytes.Buffer, width int, bold func(string) string) {
	widths := make([]int, len(g.titles))
	for i, t := range g.titles {
		widths[i] = TextWidth(t)
		for _, r := range g.rows {
			widths[i] = max(widths[i], TextWidth(Visible(r[i])))
		}
		if g.widths[i] > 0 {
			widths[i] = min(widths[i], max(g.widths[i], TextWidth(t)))
		}
	}
	shrink(widths, width)
	fmt.Fprintln(out, bold(textRow(g.titles, widths)))
	for _, r := range g.rows {
		for _, line := range foldRow(r, widths) {
			fmt.Fprintln(out, textRow(line, widths))
		}
	}
}

// foldRow breaks the cells of a row into as many lines as the longest needs.
func foldRow(cells []string, widths []int) [][]string {
	var lines [][]string
	for i, c := range cells {
		n := 0
		for _, l := range Wrap(Visible(c), widths[i]) {
			for {
				if n == len(lines) {
					lines = append(lines, make([]string, len(cells)))
				}
				head := chop(l, widths[i])
				lines[n][i], l = head, l[len(head):]
				n++
				if l == "" {
					break
				}
			}
		}
	}
	return lines
}

// chop returns the longest start of s that takes at most width columns, at
// least one character.
func chop(s string, width int) string {
	n := 0
	for i, r := range s {
		if n += runeWidth(r); n > width && i > 0 {
			return s[:i]
		}
	}
	return s
}

// shrink narrows columns until they fit: the widest gives way first, but the
// first column, which names the row, stays readable as long as others can.
func shrink(widths []int, width int) {
	const least, readable, rest = 8, 26, 14
	total := 0
	for _, w := range widths {
		total += w + 2
	}
	for ; total > width; total-- {
		i := slices.Index(widths, slices.Max(widths))
		if i == 0 && widths[0] <= readable && len(widths) > 1 {
			if other := 1 + slices.Index(widths[1:], slices.Max(widths[1:])); widths[other] > rest {
				i = other
			}
		}
		if widths[i] <= least {
			return
		}
		widths[i]--
	}
}

func textRow(cells []string, widths []int) string {
	var b strings.Builder
	for i, c := range cells {
		b.WriteString("  " + Pad(Visible(c), widths[i]))
	}
	return strings.TrimRight(b.String(), " ")
}

func writeMarkdown(out *bytes.Buffer, d document) {
	fmt.Fprintf(out, "# %s\n", MarkdownText(d.title))
	for _, b := range d.blocks {
		out.WriteByte('\n')
		if b.heading != "" {
			fmt.Fprintf(out, "## %s\n\n", MarkdownText(b.heading))
		}
		for _, t := range b.text {
			fmt.Fprintf(out, "%s\n\n", MarkdownText(t))
		}
		for _, f := range b.fields {
			if f.name == "" {
				fmt.Fprintf(out, "  %s\n", markdownValue(f.value))
				continue
			}
			fmt.Fprintf(out, "- **%s**: %s\n", MarkdownText(f.name), markdownValue(f.value))
		}
		if b.table != nil {
			b.table.markdown(out)
		}
	}
}

func (g *grid) markdown(out *bytes.Buffer) {
	fmt.Fprintf(out, "| %s |\n|%s\n", strings.Join(g.titles, " | "), strings.Repeat(" --- |", len(g.titles)))
	for _, r := range g.rows {
		cells := make([]string, len(r))
		for i, c := range r {
			cells[i] = markdownValue(c)
		}
		fmt.Fprintf(out, "| %s |\n", strings.Join(cells, " | "))
	}
}

// markdownValue links what is a web address and nothing else.
func markdownValue(s string) string {
	if WebAddress(s) {
		return "<" + s + ">"
	}
	return MarkdownText(s)
}
