package report

import (
	_ "embed" // for the picture
	"fmt"
	"strings"
	"unicode/utf8"
)

//go:embed historyfigure.css
var trendStyle string

// Sizes of the picture of a trend.
const (
	trendHeight = 190 // of the highest column
	trendTop    = 6
	trendFoot   = 40  // two lines of text below the columns
	trendWidth  = 858 // that the columns share when they are many
	trendSide   = 26  // so that the first and the last day fit
	trendStep   = 84  // from column to column, at most
	trendWide   = 56  // a column, at most
	trendMost   = 40  // columns
	trendLeast  = 2   // height of a part, so that one can be seen
	trendLetter = 7   // width of a figure
	trendLine   = 16  // height of a figure
	trendDay    = 76  // width of a day
)

// trendPart is one of the parts of a column, from below.
type trendPart struct {
	class string
	n     int
}

func trendParts(s HistorySnapshot) [3]trendPart {
	return [...]trendPart{{"met", s.Met}, {"unmet", s.Unmet}, {"unknown", s.Unknown}}
}

// trend draws a column for each of the newest snapshots: what is met, what is
// unmet, what nobody knows, one on the other. "" where there is nothing to
// draw.
func (h *History) trend() string {
	shown := h.Snapshots[max(0, len(h.Snapshots)-trendMost):]
	most := 0
	for _, s := range shown {
		most = max(most, s.Met+s.Unmet+s.Unknown)
	}
	if most == 0 || len(shown) < 2 {
		return ""
	}
	step := min(trendStep, trendWidth/len(shown))
	width := 2*trendSide + len(shown)*step
	var b strings.Builder
	fmt.Fprintf(&b, `<div class="trend-room" tabindex="0" role="region" aria-label="picture of the trend"><svg class="trend" role="img" aria-label="%s" viewBox="0 0 %d %d" width="%d" height="%d">`,
		trendWords(shown), width, trendTop+trendHeight+trendFoot, width, trendTop+trendHeight+trendFoot)
	b.WriteString(`<defs><pattern id="trend-lines" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="ink" width="4.5" height="9"/></pattern>` +
		`<pattern id="trend-dots" width="8" height="8" patternUnits="userSpaceOnUse"><circle class="ink" cx="2" cy="2" r="1.3"/><circle class="ink" cx="6" cy="6" r="1.3"/></pattern></defs>`)
	for i, s := range shown {
		drawColumn(&b, s, trendSide+i*step, step, most)
	}
	drawFoot(&b, shown, step)
	b.WriteString(`</svg></div>`)
	drawLegend(&b)
	if len(shown) < len(h.Snapshots) {
		fmt.Fprintf(&b, `<p class="quiet">The newest %d of %s; all are in the table.</p>`, len(shown), Number(len(h.Snapshots)))
	}
	return b.String()
}

// drawColumn draws how one snapshot stood.
func drawColumn(b *strings.Builder, s HistorySnapshot, x, step, most int) {
	wide := min(step*4/5, trendWide)
	x += (step - wide) / 2
	y := trendTop + trendHeight
	for _, part := range trendParts(s) {
		if part.n == 0 {
			continue
		}
		height := max(part.n*(trendHeight-2*trendLeast)/most, trendLeast)
		y -= height
		fmt.Fprintf(b, `<g><title>snapshot %d, %s: %s %s</title><rect class="ground" x="%d" y="%d" width="%d" height="%d"/><rect class="%s" x="%d" y="%d" width="%d" height="%d"/>`,
			s.Number, s.AsOf, Number(part.n), part.class, x, y, wide, height, part.class, x, y, wide, height)
		if n := Number(part.n); height >= trendLine && utf8.RuneCountInString(n)*trendLetter+4 <= wide {
			fmt.Fprintf(b, `<text class="n n-%s" x="%d" y="%d" text-anchor="middle">%s</text>`, part.class, x+wide/2, y+height/2+4, n)
		}
		b.WriteString(`</g>`)
	}
}

// drawFoot writes the numbers of the snapshots and their days, as many of them
// as have room.
func drawFoot(b *strings.Builder, shown []HistorySnapshot, step int) {
	number, day := 1, max(1, (trendDay+step-1)/step)
	for _, s := range shown {
		number = max(number, (len(fmt.Sprint("#", s.Number))*trendLetter+6+step-1)/step)
	}
	y := trendTop + trendHeight
	for i, s := range shown {
		x := trendSide + i*step + step/2
		if i%number == 0 {
			fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="middle">#%d</text>`, x, y+16, s.Number)
		}
		if i%day == 0 {
			fmt.Fprintf(b, `<text class="day" x="%d" y="%d" text-anchor="middle">%s</text>`, x, y+33, s.AsOf)
		}
	}
}

// drawLegend shows the patterns with their words.
func drawLegend(b *strings.Builder) {
	b.WriteString(`<p class="trend-legend">yours:`)
	for _, part := range trendParts(HistorySnapshot{}) {
		fmt.Fprintf(b, ` <span><svg class="trend" width="34" height="16" aria-hidden="true"><rect class="ground" width="34" height="16"/><rect class="%s" x=".5" y=".5" width="33" height="15"/></svg> %s</span>`, part.class, part.class)
	}
	b.WriteString(`</p>`)
}

// trendWords says what the picture shows, for who does not see it.
func trendWords(shown []HistorySnapshot) string {
	first, last := shown[0], shown[len(shown)-1]
	return fmt.Sprintf("From snapshot %d to %d: met %s to %s, unmet %s to %s, unknown %s to %s", first.Number, last.Number,
		Number(first.Met), Number(last.Met), Number(first.Unmet), Number(last.Unmet), Number(first.Unknown), Number(last.Unknown))
}
