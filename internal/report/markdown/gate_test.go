package markdown

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/sample"
)

// gate is a gate with findings of all kinds.
func gate(t *testing.T) *report.Gate {
	t.Helper()
	raw, err := os.ReadFile("../testdata/gate.json")
	if err != nil {
		t.Fatal(err)
	}
	g := &report.Gate{}
	if err := json.Unmarshal(raw, g); err != nil {
		t.Fatal(err)
	}
	return g
}

func writeGate(t *testing.T, g *report.Gate) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteGate(&b, g); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWriteGateGolden(t *testing.T) { sample.Golden(t, "gate.md", []byte(writeGate(t, gate(t)))) }

func TestWriteGateHasNoMarkupOfNames(t *testing.T) {
	g := gate(t)
	for i := range g.Findings {
		f := &g.Findings[i]
		f.Title, f.Why, f.Owner, f.File = "<img src=x>|", "`c`</details>", "[a](javascript:b)", "<b>.tf"
	}
	g.Notes = []string{"<script>"}
	page := writeGate(t, g)
	for _, bad := range []string{"<img", "[a](", "<b>", "<script", "`c`"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	if open, shut := strings.Count(page, "<details>"), strings.Count(page, "</details>"); open == 0 || open != shut {
		t.Errorf("%d folded parts begin and %d end", open, shut)
	}
}

func TestWriteGateStaysShort(t *testing.T) {
	g := gate(t)
	for i := range g.Findings {
		g.Findings[i].Why = strings.Repeat("because ", 500)
	}
	var all []report.GateFinding
	for _, f := range g.Findings {
		all = append(all, slices.Repeat([]report.GateFinding{f}, 400)...)
	}
	g.Findings = all
	page := writeGate(t, g)
	if len(page) > 65_536 {
		t.Errorf("the comment has %d characters, more than GitHub takes", len(page))
	}
	if !strings.Contains(page, "\nand 370 more.\n") {
		t.Error("it does not say how many rows it leaves out")
	}
}

func TestWriteGatePassed(t *testing.T) {
	page := writeGate(t, &report.Gate{Passed: true, FailOn: "new-unmet"})
	for _, want := range []string{"### Demarc: passed", "**0 new responsibilities.**", "The change touches no resource.", "Nothing tells how things stood before"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
}
