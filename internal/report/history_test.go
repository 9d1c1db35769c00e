package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/sample"
)

// snapshots are so many, each a little other than the one before.
func snapshots(n int) []HistorySnapshot {
	var list []HistorySnapshot
	for i := range n {
		s := HistorySnapshot{Number: int64(i + 1), AsOf: fmt.Sprintf("2026-%02d-%02d", 1+i/28, 1+i%28), Taken: "2026-11-22T09:30:00Z", Program: "1.0", Catalog: "c0ffee",
			Present: true, Resources: 1200, Workloads: 700, Met: 90 + 5*i, Unmet: 80 - i, Unknown: 640 - 4*i, NotApplicable: 1, Coverage: .21}
		if i == 1 {
			s.Accepted = 3
		}
		list = append(list, s)
	}
	return list
}

// historyOf is a history with hostile names in it.
func historyOf(subject string) *History {
	h := &History{SchemaVersion: "1.0", Workspace: "plant|7", Subject: subject, Name: "Contoso\x1b[31m<b>", Snapshots: snapshots(4), Moments: []HistoryMoment{}}
	switch subject {
	case "responsibility":
		h.ID, h.Name = "os.patch", "Security updates"
		h.Snapshots[0].Present, h.Snapshots[0].Met, h.Snapshots[0].Unmet, h.Snapshots[0].Unknown = false, 0, 0, 0
	case "resource":
		h.ID, h.Name = "/subscriptions/s/vm-\u009bweb", "vm-\u009bweb"
		h.Moments = []HistoryMoment{
			{1, "2026-01-01", "first seen", []string{"Microsoft.Compute/virtualMachines, IaaS, workload: you have the whole guest."}},
			{3, "2026-01-03", "changed", []string{"newly unmet: os.patch; an update <is> open", "owner: =team|x, was nobody"}},
			{4, "2026-01-04", "gone", []string{}},
		}
	}
	return h
}

func TestHistoryGolden(t *testing.T) {
	of := map[string]*History{"history-none": {SchemaVersion: "1.0", Workspace: "default", Subject: "estate", Snapshots: []HistorySnapshot{}, Moments: []HistoryMoment{}}}
	for _, subject := range []string{"estate", "responsibility", "resource"} {
		of["history-"+subject] = historyOf(subject)
	}
	for name, h := range of {
		for _, format := range PrintFormats {
			t.Run(name+"."+format, func(t *testing.T) {
				var b bytes.Buffer
				if err := Print(&b, format, h, Options{Width: 80}); err != nil {
					t.Fatal(err)
				}
				if bytes.ContainsAny(b.Bytes(), "\x1b\u009b") {
					t.Error("control characters in the output")
				}
				sample.Golden(t, name+"."+format+".txt", b.Bytes())
			})
		}
	}
}

// TestHistoryCountsNothingThatIsNotThere: a responsibility that a snapshot does
// not have is no zero.
func TestHistoryCountsNothingThatIsNotThere(t *testing.T) {
	var b bytes.Buffer
	if err := Print(&b, "table", historyOf("responsibility"), Options{}); err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`(?m)^  1  2026-01-01 +not there$`).MatchString(b.String()) {
		t.Errorf("got\n%s", b.String())
	}
}

// drawn is a text of a picture with where it stands.
type drawn struct{ left, right, y int }

// textsOf finds the texts of a picture, as wide as their letters may be.
func textsOf(t *testing.T, picture string) []drawn {
	t.Helper()
	var list []drawn
	for _, m := range regexp.MustCompile(`<text[^>]* x="(-?\d+)" y="(-?\d+)" text-anchor="middle">([^<]*)<`).FindAllStringSubmatch(picture, -1) {
		x, _ := strconv.Atoi(m[1])
		y, _ := strconv.Atoi(m[2])
		half := len(m[3]) * trendLetter / 2
		list = append(list, drawn{x - half, x + half, y})
	}
	return list
}

// TestTrendKeepsItsTextsApart: no text lies on another or beside the picture,
// however many snapshots there are and whatever their numbers.
func TestTrendKeepsItsTextsApart(t *testing.T) {
	for _, n := range []int{2, 3, 12, 22, trendMost, 3 * trendMost} {
		h := &History{Subject: "estate", Snapshots: snapshots(n)}
		for i := range h.Snapshots {
			h.Snapshots[i].Number += 12345
			h.Snapshots[i].Met *= 1000
		}
		picture := h.trend()
		var width int
		if _, err := fmt.Sscanf(picture[strings.Index(picture, ` width="`):], ` width="%d"`, &width); err != nil {
			t.Fatal(err)
		}
		texts := textsOf(t, picture)
		if len(texts) < 2 {
			t.Fatalf("%d snapshots: only %d texts", n, len(texts))
		}
		for i, a := range texts {
			if a.left < 0 || a.right > width {
				t.Errorf("%d snapshots: a text lies at %+v of %d", n, a, width)
			}
			for _, b := range texts[:i] {
				if a.left < b.right && b.left < a.right && max(a.y, b.y)-min(a.y, b.y) < 12 {
					t.Errorf("%d snapshots: %+v and %+v overlap", n, a, b)
				}
			}
		}
	}
}

// TestTrendIsDrawn: a column for each snapshot, at most so many, in markup that
// is well formed; nothing where one cannot see a trend.
func TestTrendIsDrawn(t *testing.T) {
	for n, want := range map[int]int{0: 0, 1: 0, 2: 2, trendMost + 5: trendMost} {
		picture := (&History{Subject: "estate", Snapshots: snapshots(n)}).trend()
		if got := strings.Count(picture, `<g><title>`); got != 3*want {
			t.Errorf("%d snapshots: %d parts, want %d", n, got, 3*want)
		}
		if strings.Contains(picture, "The newest 40 of 45; all are in the table.") != (n > trendMost) {
			t.Errorf("%d snapshots: what is left out is not told rightly", n)
		}
		var whole struct{}
		if err := xml.Unmarshal([]byte("<p>"+picture+"</p>"), &whole); err != nil {
			t.Errorf("%d snapshots: %v", n, err)
		}
	}
	if picture := (&History{Snapshots: make([]HistorySnapshot, 3)}).trend(); picture != "" {
		t.Errorf("nothing was drawn as %s", picture)
	}
}

// TestTrendIsStyled: whatever the picture names has a style.
func TestTrendIsStyled(t *testing.T) {
	for _, m := range regexp.MustCompile(`class="([^"]*)"`).FindAllStringSubmatch(historyOf("estate").trend(), -1) {
		for class := range strings.FieldsSeq(m[1]) {
			if class != "n-unmet" && class != "n-unknown" && !strings.Contains(trendStyle, "."+class) {
				t.Errorf("the class %s has no style", class)
			}
		}
	}
}
