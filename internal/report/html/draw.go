package html

import (
	"github.com/demarc-dev/demarc/internal/report"
)

// shape says how a picture is laid out.
type shape struct {
	name   string
	width  int
	beside bool // labels stand beside their row, else above it
	row    int  // height of a row
	gap    int
	font   int
	labels int // height of a label above its row
}

var (
	wide   = shape{name: "wide", width: 1120, beside: true, row: 42, gap: 6, font: 14}
	narrow = shape{name: "narrow", width: 400, row: 34, gap: 4, font: 12, labels: 22}
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
}

// stretch is the part of a cell in one hue; its width grows with its number
// of workloads as far as its text allows.
type stretch struct {
	X, W, TextX, TextY int
	Hue                string
	Text               string
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
			row.Cells = append(row.Cells, drawCell(pic, r, c, frame{x, y, cellWidth, s.row, s.font, s.name}))
		}
		y += s.row + s.gap
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

func drawCell(pic *report.Picture, r, c int, f frame) drawnCell {
	cell := &pic.Rows[r].Cells[c]
	id := cellID(pic, r, c)
	out := drawnCell{Clip: f.name + "-" + id, X: f.x, Y: f.y, W: f.w, H: f.h}
	out.Words = pic.Rows[r].Area.Label + ", " + pic.Columns[c].Model.Label() + ": " + cell.Words()
	if cell.Workloads > 0 {
		out.ID = id
	}
	out.Stretches = stretches(cell, f)
	return out
}

// stretches splits the width of a cell: every text gets the room it needs,
// what is left is shared by number of workloads. Where there is not enough
// room the smaller ones lose their text and keep a sliver of colour.
func stretches(c *report.Cell, f frame) []stretch {
	parts := partsOf(c)
	total, need := 0, 0
	for i := range parts {
		parts[i].need = textWidth(parts[i].text, f.font) + 16
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
		list = append(list, stretch{X: x, W: w - seam, TextX: x + 9, TextY: f.y + f.h/2 + f.font/3, Hue: p.hue, Text: p.text})
		x += w
	}
	return list
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
