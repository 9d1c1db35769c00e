package report

import (
	"bytes"
	_ "embed" // for the picture
	"fmt"
	"html/template"
	"slices"
	"strings"
)

//go:embed difffigure.html
var figureTemplate string

//go:embed difffigure.css
var figureStyle string

// flowShape says how a picture of flows is laid out.
type flowShape struct {
	Name        string
	Width, Node int // of the picture, of a box
	Letters     int // of a label
}

var flowShapes = [...]flowShape{{"wide", 960, 260, 27}, {"narrow", 390, 142, 15}}

// flowPicture is a picture of flows in numbers that the template writes.
type flowPicture struct {
	flowShape
	Height int
	Words  string // for who does not see it
	Boxes  []flowBox
	Bands  []flowBand
}

// flowBox is some parties on one side.
type flowBox struct {
	X, Y, W, H, TextX, TextY int
	Hue, Label, Words        string
	index                    int // of the parties among those of its side
	used                     int // height that bands took already
}

// flowBand is what passed between two boxes.
type flowBand struct {
	X1, X2, MX, Y1, Y2, Y3, Y4 int // left above and below, right above and below
	TextX, TextY               int
	Hue, Count, Words          string
}

// Sizes of the picture.
const (
	flowMost    = 16  // bands
	flowLeast   = 20  // thickness of a band, so that its number can be read
	flowRoom    = 220 // height that all bands share by their number
	flowGap     = 10
	flowBoxLow  = 34
	flowPadding = 12
	flowHead    = 24 // height of the two headings
)

// figure is the pictures of who had what and who has it now.
func (d *Diff) figure(flows []DiffFlow) []*flowPicture {
	shown, rest := first(flows, flowMost)
	var list []*flowPicture
	for _, s := range flowShapes {
		p := d.flowPicture(s, shown)
		if rest > 0 {
			p.Words += "; and " + Number(rest) + " more, in the table"
		}
		list = append(list, p)
	}
	return list
}

// drawFlows writes pictures of flows as SVG.
func drawFlows(pictures []*flowPicture) (template.HTML, error) {
	if len(pictures) == 0 {
		return "", nil
	}
	t, err := template.New("flows").Parse(figureTemplate)
	if err != nil {
		return "", fmt.Errorf("read the picture's template: %w", err)
	}
	var out bytes.Buffer
	for _, p := range pictures {
		if err := t.Execute(&out, p); err != nil {
			return "", fmt.Errorf("draw the flows: %w", err)
		}
	}
	return template.HTML(out.String()), nil
}

func (d *Diff) flowPicture(s flowShape, flows []DiffFlow) *flowPicture {
	p := &flowPicture{flowShape: s}
	total := 0
	for _, f := range flows {
		total += f.Cells
	}
	left, right := newFlowSide(d, s, 0), newFlowSide(d, s, s.Width-s.Node)
	var words []string
	thick := make([]int, len(flows))
	for i, f := range flows {
		thick[i] = max(flowLeast, flowRoom*f.Cells/max(total, 1))
		left.add(f.BeforeParties, thick[i])
		right.add(f.AfterParties, thick[i])
		words = append(words, Plural(f.Cells, "cell")+" from "+d.partyWords(f.BeforeParties)+" to "+d.partyWords(f.AfterParties))
	}
	height := max(left.height(), right.height())
	p.Height = height + flowHead
	left.stack(height)
	right.stack(height)
	for _, i := range flowOrder(flows, left, right) {
		f := flows[i]
		from, to := left.box(f.BeforeParties), right.box(f.AfterParties)
		b := flowBand{X1: s.Node, X2: s.Width - s.Node, MX: s.Width / 2, Hue: d.hueOf(f.AfterParties), Count: Number(f.Cells), Words: words[i]}
		b.Y1, b.Y3 = from.take(thick[i]), to.take(thick[i])
		b.Y2, b.Y4 = b.Y1+thick[i], b.Y3+thick[i]
		b.TextX, b.TextY = s.Node+flowPadding, b.Y1+thick[i]/2+5
		p.Bands = append(p.Bands, b)
	}
	for _, side := range [...]*flowSide{left, right} {
		for _, b := range side.boxes {
			p.Boxes = append(p.Boxes, *b)
		}
	}
	p.Words = strings.Join(words, "; ")
	return p
}

// flowSide is the boxes of one side, from the customer's down.
type flowSide struct {
	diff  *Diff
	shape flowShape
	x     int
	boxes []*flowBox
	keys  map[string]*flowBox
}

func newFlowSide(d *Diff, s flowShape, x int) *flowSide {
	return &flowSide{diff: d, shape: s, x: x, keys: map[string]*flowBox{}}
}

func (s *flowSide) box(parties []string) *flowBox { return s.keys[strings.Join(parties, "+")] }

// add makes room for a band.
func (s *flowSide) add(parties []string, thick int) {
	b := s.box(parties)
	if b == nil {
		words := s.diff.partyWords(parties)
		label := words
		if len(parties) == 0 {
			label = "no such area"
		}
		b = &flowBox{X: s.x, W: s.shape.Node, TextX: s.x + flowPadding, Hue: s.diff.hueOf(parties), Label: Cut(Visible(label), s.shape.Letters), Words: words}
		s.keys[strings.Join(parties, "+")] = b
		s.boxes = append(s.boxes, b)
	}
	b.H += thick
}

func (s *flowSide) height() int {
	n := -flowGap
	for _, b := range s.boxes {
		n += max(b.H, flowBoxLow) + flowGap
	}
	return n
}

// stack puts the boxes below each other, in the middle of the height.
func (s *flowSide) stack(height int) {
	slices.SortStableFunc(s.boxes, func(x, y *flowBox) int { return slices.Index(flowHues, x.Hue) - slices.Index(flowHues, y.Hue) })
	y := flowHead + (height-s.height())/2
	for i, b := range s.boxes {
		b.index, b.Y = i, y
		bands := b.H
		b.H = max(b.H, flowBoxLow)
		b.used = (b.H - bands) / 2
		b.TextY = y + b.H/2 + 5
		y += b.H + flowGap
	}
}

// take is the top of the next band at a box.
func (b *flowBox) take(thick int) int {
	y := b.Y + b.used
	b.used += thick
	return y
}

// flowOrder is the order of bands in which they cross least: by the box on the
// left, then by that on the right.
func flowOrder(flows []DiffFlow, left, right *flowSide) []int {
	order := make([]int, len(flows))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(x, y int) int {
		if n := left.box(flows[x].BeforeParties).index - left.box(flows[y].BeforeParties).index; n != 0 {
			return n
		}
		return right.box(flows[x].AfterParties).index - right.box(flows[y].AfterParties).index
	})
	return order
}

// flowHues are the hues from top to bottom; "none" is no such area.
var flowHues = []string{"customer", "shared", "provider", "third", "unknown", "none"}

// hueOf says whose something is, in the hues of the matrix.
func (d *Diff) hueOf(parties []string) string {
	switch {
	case len(parties) == 0:
		return "none"
	case slices.Contains(parties, "unknown"):
		return HueUnknown.String()
	case len(parties) > 1:
		return HueShared.String()
	case parties[0] == "customer":
		return HueCustomer.String()
	}
	for _, p := range d.Parties {
		if p.Party == parties[0] && p.Kind == "provider" {
			return HueProvider.String()
		}
	}
	return HueThird.String()
}
