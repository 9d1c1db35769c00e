package report

import (
	"fmt"
	"strings"
)

// Sizes of the picture of a trend.
const (
	trendHeight = 150
	trendColumn = 34
	trendGap    = 8
	trendMost   = 40 // columns
	trendFoot   = 22
)

// trend draws a column for each snapshot: what is met, what is unmet, what
// nobody knows, one on the other. "" where there is nothing to draw.
func (h *History) trend() string {
	shown := h.Snapshots[max(0, len(h.Snapshots)-trendMost):]
	most := 0
	for _, s := range shown {
		most = max(most, s.Met+s.Unmet+s.Unknown)
	}
	if most == 0 || len(shown) < 2 {
		return ""
	}
	var b strings.Builder
	width := len(shown)*(trendColumn+trendGap) + trendGap
	fmt.Fprintf(&b, `<svg class="trend" role="img" aria-label="%s" viewBox="0 0 %d %d" width="%d">`, trendWords(shown), width, trendHeight+trendFoot, width)
	b.WriteString(`<defs><pattern id="unmet-lines" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" class="unmet-back"/><line x1="0" y1="0" x2="0" y2="6" class="unmet-line"/></pattern>` +
		`<pattern id="unknown-dots" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" class="unknown-back"/><circle cx="3" cy="3" r="1.2" class="unknown-dot"/></pattern></defs>`)
	for i, s := range shown {
		x, y := trendGap+i*(trendColumn+trendGap), trendHeight
		for _, part := range [...]struct {
			class string
			n     int
		}{{"met", s.Met}, {"unmet", s.Unmet}, {"unknown", s.Unknown}} {
			height := part.n * (trendHeight - 4) / most
			if part.n > 0 {
				height = max(height, 2)
			}
			y -= height
			fmt.Fprintf(&b, `<rect class="%s" x="%d" y="%d" width="%d" height="%d"><title>snapshot %d, %s: %s %s</title></rect>`,
				part.class, x, y, trendColumn, height, s.Number, s.AsOf, Number(part.n), part.class)
		}
		fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle">#%d</text>`, x+trendColumn/2, trendHeight+trendFoot-6, s.Number)
	}
	b.WriteString(`</svg><p class="trend-legend"><span class="met"></span> met <span class="unmet"></span> unmet <span class="unknown"></span> unknown</p>`)
	return b.String()
}

// trendWords says what the picture shows, for who does not see it.
func trendWords(shown []HistorySnapshot) string {
	first, last := shown[0], shown[len(shown)-1]
	return fmt.Sprintf("From snapshot %d to %d: met %s to %s, unmet %s to %s, unknown %s to %s", first.Number, last.Number,
		Number(first.Met), Number(last.Met), Number(first.Unmet), Number(last.Unmet), Number(first.Unknown), Number(last.Unknown))
}
