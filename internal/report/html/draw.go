package html

import (
	"github.com/demarc-dev/demarc/internal/report"
)

// shape says how a picture is laid out.
type shape struct {
	name   string
	width  int
	beside bool // labels stand beside their row, else above it
	row    int  // height of a row that says whose
	band   int  // height of what says whether, below it
	gap    int
	font   int
	labels int // height of a label above its row
}

var (
	wide   = shape{name: "wide", width: 1120, beside: true, row: 42, band: 22, gap: 6, font: 14}
	narrow = shape{name: "narrow", width: 400, row: 34, band: 18, gap: 4, font: 12, labels: 22}
)

// drawing is a picture in numbers that the template writes as SVG.
type drawing struct {
	Name          string
	Width, Height int
	Font          int
	Heads         []head
	Rows          []drawnRow
}

// head is the heading of a column.
type head struct {
	X, Y, Y2  int
	Label     string
	Workloads string
	Empty     bool
}

type drawnRow struct {
	Label          string
	LabelX, LabelY int
	Cells          []drawnCell
}

// drawnCell is one cell, split into stretches by whose it is.
type drawnCell struct {
	ID         string // of what opens, "" for nothing
	Clip       string // id of the rounded frame
	X, Y, W, H int
	Words      string
	Stretches  []stretch
	Bands      []stretch // how the customer's half stands, below
}

// stretch is the part of a cell in one hue; its width grows with its number
// of workloads as far as its text allows.
type stretch struct {
	X, Y, W, H, TextX, TextY int
	Hue                      string // of a band: the status and the hue
	Text                     string
}

const headHeight = 50

func draw(pic *report.Picture, s shape) *drawing {
	d := &drawing{Name: s.name, Width: s.width, Font: s.font}
	n := len(pic.Columns)
	left := 0
	if s.beside {
		left = labelWidth(pic)
	}
	cellWidth := (s.width - left - s.gap*(n-1)) / max(n, 1)
	for i, c := range pic.Columns {
		h := head{X: left + i*(cellWidth+s.gap), Y: 18, Y2: 37, Label: c.Model.Label(), Empty: c.Workloads == 0}
		h.Workloads = workloads(c.Workloads)
		d.Heads = append(d.Heads, h)
	}
	y := headHeight
	for r := range pic.Rows {
		row := drawnRow{Label: pic.Rows[r].Area.Label, LabelX: 0, LabelY: y + s.row/2 + s.font/3}
		if !s.beside {
			row.LabelY = y + s.labels - 7
			y += s.labels
		}
		for c := range pic.Columns {
			x := left + c*(cellWidth+s.gap)
			row.Cells = append(row.Cells, drawCell(pic, r, c, frame{x, y, cellWidth, s.row, s.font, s.name}, s.height(pic)))
		}
		y += s.height(pic) + s.gap
		d.Rows = append(d.Rows, row)
	}
	d.Height = y
	return d
}

// labelWidth is the room that the longest label needs, and at least that of
// Microsoft's cloud matrix, so that pictures stand in line.
func labelWidth(pic *report.Picture) int {
	width := 270
	for _, r := range pic.Rows {
		width = max(width, report.TextWidth(r.Area.Label)*86/10+14)
	}
	return min(width, 420)
}

func workloads(n int) string {
	if n == 0 {
		return "none"
	}
	return report.Plural(n, "workload")
}

// frame is where a cell is drawn.
type frame struct {
	x, y, w, h, font int
	name             string
}

// height of a row: pictures in which something can be met have room to say so.
func (s shape) height(pic *report.Picture) int {
	if pic.Stands {
		return s.row + s.band
	}
	return s.row
}

// drawCell draws a cell of a height: above whose it is, in the frame, and below
// whether the customer's half is met. Without such a half the first is all.
func drawCell(pic *report.Picture, r, c int, f frame, height int) drawnCell {
	cell := &pic.Rows[r].Cells[c]
	id := cellID(pic, r, c)
	out := drawnCell{Clip: f.name + "-" + id, X: f.x, Y: f.y, W: f.w, H: height}
	if cell.Stands() {
		out.Bands = bands(cell, frame{f.x, f.y + f.h + 2, f.w, height - f.h - 2, f.font - 1, f.name})
	}
	out.Words = pic.Rows[r].Area.Label + ", " + pic.Columns[c].Model.Label() + ": " + cell.Words()
	if cell.Workloads > 0 {
		out.ID = id
	}
	out.Stretches = stretches(cell, f)
	if !cell.Stands() {
		for i := range out.Stretches {
			out.Stretches[i].H = height
		}
	}
	return out
}

// stretches splits the width of a cell: every text gets the room it needs,
// what is left is shared by number of workloads. Where there is not enough
// room the smaller ones lose their text and keep a sliver of colour.
func stretches(c *report.Cell, f frame) []stretch { return spread(partsOf(c), f) }

func spread(parts []part, f frame) []stretch {
	total, need, pad := 0, 0, f.font*9/14
	for i := range parts {
		parts[i].need = textWidth(parts[i].text, f.font) + 2*pad - 2
		need += parts[i].need
		total += parts[i].count
	}
	for i := len(parts) - 1; i > 0 && need > f.w; i-- {
		const sliver = 12
		need -= parts[i].need - sliver
		parts[i].need, parts[i].text = sliver, ""
	}
	spare := max(f.w-need, 0)
	list := make([]stretch, 0, len(parts))
	x := f.x
	for i, p := range parts {
		w, seam := p.need+spare*p.count/max(total, 1), 2
		if i == len(parts)-1 {
			w, seam = f.x+f.w-x, 0
		}
		list = append(list, stretch{X: x, Y: f.y, W: w - seam, H: f.h, TextX: x + pad, TextY: f.y + f.h/2 + f.font/3, Hue: p.hue, Text: p.text})
		x += w
	}
	return list
}

// bands split the width of a cell by how the customer's half of its workloads
// stands. What is wholly another's, and what has no such area, is the rest.
func bands(c *report.Cell, f frame) []stretch {
	var parts []part
	total := 0
	for _, t := range c.Tallies() {
		hue := bandHue(c)
		if t.Mark == report.MarkNotApplicable {
			hue = "na"
		}
		text := t.Mark.Sign() + report.Number(t.Count)
		if t.Mark == report.MarkUnmet && c.Done.Accepted > 0 && f.name != narrow.name {
			text += " (a" + report.Number(c.Done.Accepted) + ")"
		}
		parts = append(parts, part{hue: t.Mark.String() + " u-" + hue, text: text, count: t.Count})
		total += t.Count
	}
	if rest := c.Workloads - total; rest > 0 {
		parts = append(parts, part{hue: "rest u-na", count: rest})
	}
	return spread(parts, f)
}

// bandHue is the hue of most of a cell that is not a provider's alone.
func bandHue(c *report.Cell) string {
	for _, s := range c.Shares {
		if s.Hue != report.HueProvider && s.Hue != report.HueUnknown {
			return s.Hue.String()
		}
	}
	return report.HueCustomer.String()
}

// part is a share, or what is not applicable, on its way to a stretch.
type part struct {
	hue, text   string
	count, need int
}

func partsOf(c *report.Cell) []part {
	if c.Workloads == 0 {
		return []part{{hue: "none", text: "–"}}
	}
	var parts []part
	for _, s := range c.Shares {
		parts = append(parts, part{hue: s.Hue.String(), text: s.Short + " " + report.Number(s.Count), count: s.Count})
	}
	if c.NotApplicable > 0 {
		parts = append(parts, part{hue: "na", text: "n/a " + report.Number(c.NotApplicable), count: c.NotApplicable})
	}
	return parts
}

// textWidth estimates how wide bold text is in the fonts of systems.
func textWidth(s string, font int) int { return report.TextWidth(s) * font * 70 / 100 }
