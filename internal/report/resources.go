package report

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/json"
)

// ResourceRow is one resource of a list.
type ResourceRow struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Type         string `json:"type"`
	ServiceModel string `json:"serviceModel"`
	Role         string `json:"role"`
	Standing     string `json:"standing"`
	PartOf       string `json:"partOf"`
	Scope        string `json:"scope"` // path of names from the root
	Likely       bool   `json:"likely"`
}

// Resources makes rows of the resources that keep wants; a nil keep wants all.
func Resources(a *demarc.Assessment, keep func(*demarc.Assessed) bool) iter.Seq[ResourceRow] {
	paths := map[*demarc.Scope]string{}
	return func(yield func(ResourceRow) bool) {
		for _, r := range a.Resources {
			if keep != nil && !keep(r) {
				continue
			}
			path, ok := paths[r.Scope]
			if !ok {
				path = ScopePath(r.Scope)
				paths[r.Scope] = path
			}
			row := ResourceRow{
				ID: r.ID, Name: r.Name, Type: r.Type, ServiceModel: r.Answer.Model.String(), Role: r.Answer.Role.String(), Standing: r.Standing.String(),
				PartOf: r.PartOf, Scope: path, Likely: r.Answer.Likely,
			}
			if !yield(row) {
				return
			}
		}
	}
}

// ScopePath writes the names of a scope and those above it, from the root.
func ScopePath(s *demarc.Scope) string {
	var names []string
	for ; s != nil; s = s.Parent {
		if name := orElse(s.Name, s.ID); name != "" {
			names = append([]string{name}, names...)
		}
	}
	return strings.Join(names, " / ")
}

// ResourceFormats are the formats of [PrintResources], the default first.
var ResourceFormats = [...]string{"table", "json", "jsonl", "csv", "markdown"}

var resourceColumns = []ListColumn[ResourceRow]{
	{"name", 36, func(r ResourceRow) string { return r.Name }},
	{"type", 48, func(r ResourceRow) string { return shortType(r.Type) }},
	{"model", 11, func(r ResourceRow) string { return r.ServiceModel }},
	{"role", 21, ResourceRow.roleAndStanding},
	{"in", 32, func(r ResourceRow) string { return innermost(r.Scope) }},
}

// roleAndStanding adds to the role that a resource is not there.
func (r ResourceRow) roleAndStanding() string {
	if r.Standing == demarc.There.String() {
		return r.Role
	}
	return r.Role + ", " + r.Standing
}

// longColumns are those of formats in which nothing is cut.
var longColumns = []ListColumn[ResourceRow]{
	{"id", 0, func(r ResourceRow) string { return r.ID }},
	{"name", 0, func(r ResourceRow) string { return r.Name }},
	{"type", 0, func(r ResourceRow) string { return r.Type }},
	{"serviceModel", 0, func(r ResourceRow) string { return r.ServiceModel }},
	{"role", 0, func(r ResourceRow) string { return r.Role }},
	{"standing", 0, func(r ResourceRow) string { return r.Standing }},
	{"partOf", 0, func(r ResourceRow) string { return r.PartOf }},
	{"scope", 0, func(r ResourceRow) string { return r.Scope }},
	{"likely", 0, func(r ResourceRow) string { return strconv.FormatBool(r.Likely) }},
}

// PrintResources writes rows in one of [ResourceFormats] as they come.
func PrintResources(w io.Writer, format string, rows iter.Seq[ResourceRow], o Options) error {
	l := &lister{w: w}
	switch format {
	case "table", "":
		l.table(rows, o.columns())
	case "markdown":
		l.lines(rows, MarkdownText, "| ", " | ", " |\n", "|"+strings.Repeat(" --- |", len(longColumns))+"\n")
	case "csv":
		l.lines(rows, csvField, "", ",", "\n", "")
	case "json", "jsonl":
		l.objects(rows, format == "json")
	default:
		return UnknownFormatError{Format: format, Formats: ResourceFormats[:]}
	}
	l.flush(0)
	return l.err
}

// lister writes rows through one buffer.
type lister struct {
	w   io.Writer
	buf bytes.Buffer
	err error
}

func (l *lister) flush(limit int) bool {
	if l.buf.Len() > limit && l.err == nil {
		_, l.err = l.w.Write(l.buf.Bytes())
		l.buf.Reset()
	}
	return l.err == nil
}

const listFlush = 64 << 10

// measured is how many rows are looked at to find the widths of columns.
const measured = 2000

// table measures the first rows and then writes rows as they come.
func (l *lister) table(rows iter.Seq[ResourceRow], width int) {
	head := []ResourceRow{}
	next, stop := iter.Pull(rows)
	defer stop()
	for r, more := next(); more; r, more = next() {
		if head = append(head, r); len(head) == measured {
			break
		}
	}
	widths := listWidths(head, width)
	cells := make([]string, len(resourceColumns))
	for i, c := range resourceColumns {
		cells[i] = c.Title
	}
	l.row(cells, widths)
	write := func(r ResourceRow) bool {
		for i, c := range resourceColumns {
			cells[i] = c.Cell(r)
		}
		l.row(cells, widths)
		return l.flush(listFlush)
	}
	for _, r := range head {
		if !write(r) {
			return
		}
	}
	for r, more := next(); more && write(r); r, more = next() {
	}
}

func (l *lister) row(cells []string, widths []int) {
	fmt.Fprintln(&l.buf, strings.TrimPrefix(textRow(cells, widths), "  "))
}

// listWidths fits the columns of resources into the width.
func listWidths(rows []ResourceRow, width int) []int {
	widths := make([]int, len(resourceColumns))
	for i, c := range resourceColumns {
		widths[i] = TextWidth(c.Title)
		for _, r := range rows {
			widths[i] = max(widths[i], min(TextWidth(Visible(c.Cell(r))), c.Width))
		}
	}
	shrink(widths, width)
	return widths
}

// lines writes a header and rows with the given quoting and separators.
func (l *lister) lines(rows iter.Seq[ResourceRow], quote func(string) string, separators ...string) {
	start, between, end, rule := separators[0], separators[1], separators[2], separators[3]
	titles := make([]string, len(longColumns))
	for i, c := range longColumns {
		titles[i] = c.Title
	}
	l.buf.WriteString(start + strings.Join(titles, between) + end + rule)
	for r := range rows {
		l.buf.WriteString(start)
		for i, c := range longColumns {
			if i > 0 {
				l.buf.WriteString(between)
			}
			l.buf.WriteString(quote(c.Cell(r)))
		}
		l.buf.WriteString(end)
		if !l.flush(listFlush) {
			return
		}
	}
}

func csvField(s string) string {
	s = SpreadsheetText(s)
	if strings.ContainsAny(s, ",\";'") {
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}

func (l *lister) objects(rows iter.Seq[ResourceRow], list bool) {
	between := "\n"
	if list {
		l.buf.WriteString("[\n")
		between = ",\n"
	}
	first := true
	for r := range rows {
		b, err := json.Marshal(r)
		if err != nil {
			l.err = fmt.Errorf("write %s: %w", r.ID, err)
			return
		}
		if !first {
			l.buf.WriteString(between)
		}
		first = false
		l.buf.Write(escapeHidden(b))
		if !l.flush(listFlush) {
			return
		}
	}
	switch {
	case list:
		l.buf.WriteString("\n]\n")
	case !first:
		l.buf.WriteByte('\n')
	}
}

// innermost is the last name of a scope's path.
func innermost(path string) string {
	if i := strings.LastIndex(path, " / "); i >= 0 {
		return path[i+len(" / "):]
	}
	return path
}

// shortType leaves out the vendor that most types begin with, so that the part
// that tells them apart is not cut.
func shortType(t string) string {
	const vendor = "Microsoft."
	if len(t) > len(vendor) && demarc.EqualFold(t[:len(vendor)], vendor) {
		return t[len(vendor):]
	}
	return t
}
