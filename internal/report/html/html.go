// Package html writes an assessment as one self-contained page: no file
// beside it, no network, one small script without which everything can still
// be read. The picture is drawn here as SVG, once for wide and once for narrow
// pages. Hue says whose an area is; pattern and number say whether the
// customer's half of it is met: solid met, striped unmet, dotted unknown.
//
// The page stays small at any size of estate: it lists resources up to a limit
// and names the command that lists them all.
package html

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/report"
)

//go:embed page.html
var pageTemplate string

//go:embed page.css
var style string

//go:embed page.js
var script string

// Write writes the page.
func Write(w io.Writer, a *demarc.Assessment, o report.Options) error {
	t, err := template.New("page").Funcs(template.FuncMap{"number": report.Number, "plural": report.Plural}).Parse(pageTemplate)
	if err != nil {
		return fmt.Errorf("read the page's template: %w", err)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, newPage(a, o)); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	_, err = w.Write(out.Bytes())
	return err
}

// page is everything the template shows.
type page struct {
	*report.View
	Policy    string // content security policy: nothing but this style and this script
	Style     template.CSS
	Script    template.JS
	Tiles     []tile
	Figures   []figure
	Columns   []string // headings of the list of resources
	Resources []resource
	More      int    // resources beyond the list
	CSV       string // command that lists them all
	OpenMore  int    // open questions beyond those shown
	NotesMore int    // notes beyond those shown
	JSON      string // command that lists them all
	todo
}

// tile is one number of the estate.
type tile struct {
	Number string
	Noun   string
}

// figure is one picture with what lies behind its cells.
type figure struct {
	ID, Heading, Title string
	Wide, Narrow       *drawing
	Columns            []column
}

// column is a service model of a figure and its areas.
type column struct {
	Label     string
	Workloads int
	Cells     []cell
}

// cell is what opens behind a cell of a picture.
type cell struct {
	ID, Area, Column string
	Words            string
	Chips            []chip
	Tallies          []report.Tally
	Tasks            []*report.Task
	TasksMore        int // tasks left out
	Groups           []group
	More             int // resources of the groups left out
}

// chip is a word in the colour of its hue.
type chip struct {
	Hue  string
	Text string
}

// group is resources with the same answer.
type group struct {
	Count   int
	Answers []answer
	First   []report.Name
	More    int // resources beyond First
}

type answer struct {
	report.Answer
	Chip      chip
	ShowFacet bool
}

// resource is one line of the list of resources.
type resource struct {
	Name, Type, Model, Role, Scope string
	Likely                         bool
}

// Limits that keep the page under 5 MB.
const (
	maxResources = 1000 // in the list
	maxOpen      = 60   // open questions
	maxNotes     = 300
	maxText      = 600     // characters of a text in notes and open questions
	maxGroups    = 30      // behind a cell
	cellNames    = 60      // names behind a cell, spread over its groups
	cellsBudget  = 1 << 21 // bytes behind all cells together, shared evenly
	tasksBudget  = 3 << 18 // bytes of the tasks behind all cells
)

func newPage(a *demarc.Assessment, o report.Options) *page {
	v := report.NewView(a, o)
	p := &page{
		OpenMore: max(len(v.Open)-maxOpen, 0), NotesMore: max(len(v.Notes)-maxNotes, 0), JSON: v.ExportCommand("json"),
		View: v, Policy: policy(), Style: template.CSS(style), Script: template.JS(script),
		Tiles: tiles(v.Counts), CSV: v.ExportCommand("csv"),
	}
	shorten(v)
	p.todo = newTodo(v)
	cells := max(cellsIn(v.Pictures), 1)
	behind := behind{details: report.NewDetails(a, v), tasks: report.NewTasks(a), budget: cellsBudget / cells, taskBudget: tasksBudget / cells}
	for i := range v.Pictures {
		p.Figures = append(p.Figures, newFigure(&v.Pictures[i], behind))
	}
	p.list(a)
	return p
}

// shorten keeps the lists and texts that grow with the estate within limits.
func shorten(v *report.View) {
	v.Notes = v.Notes[:min(len(v.Notes), maxNotes)]
	for i := range v.Notes {
		v.Notes[i].Message, v.Notes[i].Place = report.Cut(v.Notes[i].Message, maxText/2), report.Cut(v.Notes[i].Place, maxText/2)
	}
	v.Open = v.Open[:min(len(v.Open), maxOpen)]
	for i := range v.Open {
		o := &v.Open[i]
		o.Type, o.Text, o.Settle = report.Cut(o.Type, 100), report.Cut(o.Text, maxText), report.Cut(o.Settle, 2*maxText)
	}
}

// behind is what lies behind cells, and how many bytes each may take.
type behind struct {
	details            *report.Details
	tasks              *report.Tasks
	budget, taskBudget int
}

func cellsIn(pictures []report.Picture) int {
	n := 0
	for _, p := range pictures {
		n += len(p.Rows) * len(p.Columns)
	}
	return n
}

// policy allows exactly the embedded style and script.
func policy() string {
	return fmt.Sprintf("default-src 'none'; style-src %s; script-src %s; base-uri 'none'; form-action 'none'", hash(style), hash(script))
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// tiles splits "12 workloads" into the number and the noun.
func tiles(counts []string) []tile {
	var list []tile
	for _, c := range counts {
		number, noun, _ := strings.Cut(c, " ")
		list = append(list, tile{number, noun})
	}
	return list
}

func newFigure(pic *report.Picture, b behind) figure {
	f := figure{ID: "m-" + pic.Model, Heading: "Whose job is it?", Title: pic.Title, Wide: draw(pic, wide), Narrow: draw(pic, narrow)}
	if pic.Model != "microsoft-cloud" {
		f.Heading = "Whose job is it in AI?"
	}
	for c, col := range pic.Columns {
		if col.Workloads == 0 {
			continue
		}
		out := column{Label: col.Model.Label(), Workloads: col.Workloads}
		for r := range pic.Rows {
			out.Cells = append(out.Cells, newCell(pic, r, c, b))
		}
		f.Columns = append(f.Columns, out)
	}
	return f
}

// cellID is the anchor of what opens behind a cell.
func cellID(pic *report.Picture, r, c int) string {
	return "c-" + pic.Model + "-" + pic.Columns[c].Model.String() + "-" + pic.Rows[r].Area.ID
}

func newCell(pic *report.Picture, r, c int, b behind) cell {
	row, model := &pic.Rows[r], pic.Columns[c].Model
	out := cell{ID: cellID(pic, r, c), Area: row.Area.Label, Column: model.Label(), Words: row.Cells[c].Words(), Tallies: row.Cells[c].Tallies()}
	for _, piece := range row.Cells[c].Pieces(report.DetailAll) {
		if text := strings.Trim(piece.Text, " ·"); text != "" {
			out.Chips = append(out.Chips, pieceChip(piece, text))
		}
	}
	out.Tasks, out.TasksMore = b.tasksOf(row.Area.ID, model)
	groups := b.details.Groups(row.Area.ID, model)
	names := cellNames / max(min(len(groups), maxGroups), 1)
	used := 0
	for i := range groups {
		g := newGroup(&groups[i], names)
		if used += g.size(); i > 0 && (i >= maxGroups || used > b.budget) {
			for _, rest := range groups[i:] {
				out.More += rest.Count
			}
			break
		}
		out.Groups = append(out.Groups, g)
	}
	return out
}

func pieceChip(p report.Piece, text string) chip {
	if p.Quiet {
		return chip{"na", text}
	}
	return chip{p.Hue.String(), text}
}

func newGroup(g *report.Group, names int) group {
	n := min(len(g.First), max(names, 2))
	out := group{Count: g.Count, First: g.First[:n], More: g.Count - n}
	for _, a := range g.Answers {
		c := chip{a.Share.Hue.String(), a.Share.Short}
		if a.NA {
			c = chip{"na", "n/a"}
		}
		out.Answers = append(out.Answers, answer{a, c, len(g.Answers) > 1})
	}
	return out
}

// size estimates the bytes that a group takes in the page.
func (g *group) size() int {
	const markup = 150
	n := markup
	add := func(texts ...string) {
		for _, t := range texts {
			n += len(template.HTMLEscapeString(t))
		}
		n += markup
	}
	for _, a := range g.Answers {
		add(a.Reason, a.Source, a.Facet)
		for _, h := range a.Halves {
			add(h.Name, h.Does)
		}
	}
	for _, name := range g.First {
		n += len(template.HTMLEscapeString(name.Name+name.Type)) + 40
	}
	return n
}

// list fills the list of resources up to its limit.
func (p *page) list(a *demarc.Assessment) {
	for row := range report.Resources(a, nil) {
		if len(p.Resources) == maxResources {
			break
		}
		p.Resources = append(p.Resources, resource{
			Name: short(row.Name), Type: short(row.Type), Model: row.ServiceModel, Role: row.Role, Scope: short(row.Scope), Likely: row.Likely,
		})
	}
	p.Columns = []string{"Name", "Type", "Service model", "Role", "Where"}
	p.More = len(a.Resources) - len(p.Resources)
}

func short(s string) string { return report.Cut(report.Visible(s), 80) }
