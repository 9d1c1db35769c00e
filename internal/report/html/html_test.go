package html

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/sample"
)

func write(t *testing.T, a *demarc.Assessment) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, a, report.Options{Paths: []string{"examples/contoso"}}); err != nil {
		t.Fatalf("write: %v", err)
	}
	return b.String()
}

func TestWriteGolden(t *testing.T) {
	sample.Golden(t, "contoso.html", []byte(write(t, sample.Contoso())))
	sample.Golden(t, "judged.html", []byte(write(t, sample.Judged())))
}

// tags reads the tags of a page in order and checks that they close.
func tags(t *testing.T, page string) (names []string) {
	t.Helper()
	void := []string{"meta", "input", "rect", "br", "!doctype"}
	var open []string
	text := regexp.MustCompile(`(?s)<(style|script)>.*?</(style|script)>`).ReplaceAllString(page, "<$1></$2>")
	for _, m := range regexp.MustCompile(`<(/?)([!a-zA-Z][a-zA-Z0-9]*)((?:[^>"]|"[^"]*")*)>`).FindAllStringSubmatch(text, -1) {
		name := strings.ToLower(m[2])
		switch {
		case m[1] == "" && (slices.Contains(void, name) || strings.HasSuffix(m[3], "/")):
			names = append(names, name)
		case m[1] == "":
			names = append(names, name)
			open = append(open, name)
		case len(open) == 0 || open[len(open)-1] != name:
			t.Fatalf("</%s> closes %v", name, open)
		default:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Fatalf("%v never closed", open)
	}
	return names
}

func count(list []string, name string) int {
	n := 0
	for _, e := range list {
		if e == name {
			n++
		}
	}
	return n
}

func TestWriteKeepsNamesOutOfTheMarkup(t *testing.T) {
	const attack = "\"'><img src=x onerror=alert(1)><script>alert(2)</script>{{.}}\x1b[31m\u202e"
	a := sample.Judged()
	plain := tags(t, write(t, a))
	for _, r := range a.Responsibilities {
		r.Title, r.Believed = attack, attack
	}
	a.Gaps[0].Text, a.Settling[0].Command, a.Offerings[0].Name, a.DoFirst[0].Why, a.DoFirst[0].First = attack, attack, attack, attack, attack
	a.Estate.Files[2].Path = attack
	a.Estate.Name = attack
	a.Surprises[0].Text, a.Undecided[0].Question, a.Undecided[0].Settle = attack, attack, attack
	a.Notes[0].Message, a.Unclassified[0].Reason = attack, attack
	a.Parties["fabrikam"] = demarc.Party{ID: "fabrikam", Name: attack, Short: attack}
	for _, d := range a.Divisions {
		for i := range d.Cells {
			d.Cells[i].Reason, d.Cells[i].Facet = attack, attack
			d.Cells[i].Source = "javascript:alert(1)"
		}
	}
	page := write(t, a)
	got := tags(t, page)
	for _, name := range []string{"img", "script", "iframe", "object"} {
		if count(got, name) != count(plain, name) {
			t.Errorf("%d <%s>, want %d", count(got, name), name, count(plain, name))
		}
	}
	for _, bad := range []string{"javascript:", "\x1b", "\u202e", "<img"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	if !strings.Contains(page, "&lt;img src=x onerror=alert(1)&gt;") {
		t.Error("the name is gone instead of escaped")
	}
}

func TestWriteAsksTheNetworkForNothing(t *testing.T) {
	page := write(t, sample.Large(40)) // without names that look like markup
	if m := regexp.MustCompile(`(?i)\b(src|srcset|poster|action|data|xlink:href)=|@import|url\((?:[^#]|$)|<link|<base`).FindAllString(page, -1); len(m) > 0 {
		t.Errorf("the page loads something: %q", m)
	}
	if m := regexp.MustCompile(`(?i)\son[a-z]+\s*=\s*["']|style="`).FindString(page); m != "" {
		t.Errorf("inline handler or style %q would need a weaker policy", m)
	}
	for _, block := range []struct{ start, end string }{{"<style>", "</style>"}, {"<script>", "</script>"}} {
		_, rest, _ := strings.Cut(page, block.start)
		text, _, found := strings.Cut(rest, block.end)
		// The policy stands in an attribute, where + is written as a reference.
		want := strings.ReplaceAll(strings.ReplaceAll(hash(text), "'", "&#39;"), "+", "&#43;")
		if !found || !strings.Contains(page, want) {
			t.Errorf("the policy does not allow the page's own %s", block.start)
		}
	}
}

func TestWriteCellsOpen(t *testing.T) {
	page := write(t, sample.Judged())
	ids := map[string]int{}
	for _, m := range regexp.MustCompile(`\bid="([^"]+)"`).FindAllStringSubmatch(page, -1) {
		if ids[m[1]]++; ids[m[1]] > 1 {
			t.Errorf("id %s twice", m[1])
		}
	}
	links := regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(page, -1)
	for _, m := range links {
		if ids[m[1]] == 0 {
			t.Errorf("link to %s, which is not there", m[1])
		}
	}
	// Ten areas by four columns and fourteen by two that have workloads,
	// each drawn wide and narrow, the link that skips and that to what is unmet.
	if want := 2*(10*4+14*2) + 2; len(links) != want {
		t.Errorf("%d links, want %d", len(links), want)
	}
	for _, want := range []string{
		`aria-label="Operating system, PaaS: Microsoft 6, Fabrikam Appliances 1"`,
		`Microsoft publishes node images, the upgrade channel says who applies them <a href="https://learn.microsoft.com/azure/`,
		`aria-label="Operating system, IaaS: you 4, you and Fabrikam Appliances 1, you and Microsoft 1, not applicable 1; your half: 1 met, 2 unmet (1 accepted), 3 unknown"`,
		`role="table"`, `role="rowheader"`, `role="columnheader"`, `<html lang="en">`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not hold %s", want)
		}
	}
}

func TestWriteStaysSmall(t *testing.T) {
	const limit = 5 << 20
	n := 50_000
	if testing.Short() {
		n = 10_000
	}
	large := sample.Large(n)
	page := write(t, large)
	if len(page) > limit {
		t.Errorf("%d bytes, want at most %d", len(page), limit)
	}
	if !strings.Contains(page, fmt.Sprintf("%d,000 more are not on this page", n/1000-1)) || !strings.Contains(page, "--format csv --out large.csv") {
		t.Error("the page does not say where the rest is")
	}
	if n := len(write(t, varied(n/16))); n > limit {
		t.Errorf("%d bytes with every resource answered differently, want at most %d", n, limit)
	}
}

// varied is an estate in which every resource has a division of its own, with
// texts as long as texts get, and as many notes and questions.
func varied(n int) *demarc.Assessment {
	a := sample.Large(n)
	long := strings.Repeat("<&\"long text>", 200)
	a.Divisions = nil
	ai := sample.Contoso()
	model := slices.IndexFunc(ai.Resources, func(r *demarc.Assessed) bool { return r.Name == "oai-contoso" })
	a.Matrices = ai.Matrices
	for i, r := range a.Resources {
		if r.Answer.Model == demarc.PaaS {
			r.Answer = ai.Resources[model].Answer
		}
		r.Name, r.Type = long, long
		a.Notes = append(a.Notes, demarc.Note{Kind: demarc.NoteSkipped, Message: fmt.Sprint(i, long), Count: 1})
		a.Undecided = append(a.Undecided, demarc.Undecided{Type: long, Question: long, Settle: long, Count: 1})
		if r.Answer.Division == nil {
			continue
		}
		answer, division := *r.Answer, &demarc.Division{ID: fmt.Sprintf("%016d", i)}
		for _, c := range r.Answer.Division.Cells {
			c.Reason = fmt.Sprint(i, long)
			c.Halves = map[string]string{}
			for _, id := range c.Parties {
				c.Halves[id] = long
			}
			division.Cells = append(division.Cells, c)
		}
		answer.Division, r.Answer = division, &answer
		a.Divisions = append(a.Divisions, division)
	}
	return a
}

func TestStretchesFillTheCell(t *testing.T) {
	for _, tt := range []struct {
		name  string
		cell  report.Cell
		texts []string
	}{
		{"empty", report.Cell{}, []string{"–"}},
		{"one answer", report.Cell{Workloads: 9, Shares: []report.Share{{Short: "YOU", Count: 9}}}, []string{"YOU 9"}},
		{"not applicable only", report.Cell{Workloads: 2, NotApplicable: 2}, []string{"n/a 2"}},
		{"two answers", report.Cell{Workloads: 9, Shares: []report.Share{{Short: "YOU", Count: 8}, {Short: "MS", Count: 1}}}, []string{"YOU 8", "MS 1"}},
		{"too many for their texts", report.Cell{Workloads: 9, Shares: []report.Share{
			{Short: "YOU+FABRIKAM", Count: 5}, {Short: "YOU+CONTOSO", Count: 3}, {Short: "MS", Count: 1},
		}}, []string{"YOU+FABRIKAM 5", "", ""}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := frame{x: 100, y: 10, w: 200, h: 40, font: 14}
			x := f.x
			var texts []string
			for _, s := range stretches(&tt.cell, f) {
				if s.X < x || s.W <= 0 {
					t.Errorf("stretch %+v overlaps the one before, which ends at %d", s, x)
				}
				x = s.X + s.W
				texts = append(texts, s.Text)
			}
			if x != f.x+f.w {
				t.Errorf("the stretches end at %d, want %d", x, f.x+f.w)
			}
			if !slices.Equal(texts, tt.texts) {
				t.Errorf("texts %q, want %q", texts, tt.texts)
			}
		})
	}
}

type broken struct{}

var errBroken = errors.New("disk full")

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestWriteReturnsTheWritersError(t *testing.T) {
	if err := Write(broken{}, sample.Contoso(), report.Options{}); !errors.Is(err, errBroken) {
		t.Errorf("got %v, want %v", err, errBroken)
	}
}

// between returns the text of a page between two marks.
func between(t *testing.T, page, start, end string) string {
	t.Helper()
	_, rest, ok := strings.Cut(page, start)
	text, _, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("no text between %q and %q", start, end)
	}
	return text
}

// Behind a cell stand the responsibilities of its area, with how they stand and
// where first.
func TestWriteTasksBehindCells(t *testing.T) {
	page := write(t, sample.Judged())
	cell := between(t, page, `id="c-microsoft-cloud-iaas-operating-system"`, "</details>")
	for _, want := range []string{
		`<span class="mark m-met">&#43;1</span> <span class="mark m-unmet">!2</span> <span class="mark m-unknown">?2</span> <b>Security updates of the operating system</b> <span class="facet">high, each resource, 1 accepted</span>`,
		`<p class="where">unmet: vm-firewall, vm-web-01</p>`,
	} {
		if !strings.Contains(cell, want) {
			t.Errorf("the cell does not hold %s:\n%s", want, cell)
		}
	}
	tenant := between(t, page, `id="c-microsoft-cloud-saas-identities"`, "</details>")
	if !strings.Contains(tenant, "critical, once per tenant") {
		t.Errorf("the tenant's responsibility is not behind the cell:\n%s", tenant)
	}
	if theirs := between(t, page, `id="c-microsoft-cloud-paas-operating-system"`, "</details>"); strings.Contains(theirs, "What your half asks") {
		t.Errorf("the provider's cell asks something of the customer:\n%s", theirs)
	}
}

// Pattern says whether: never a colour alone, and never solid where nothing is
// known.
func TestBands(t *testing.T) {
	f := frame{x: 0, y: 0, w: 280, h: 22, font: 13, name: wide.name}
	yours := []report.Share{{Hue: report.HueCustomer, Short: "YOU", Count: 9}}
	for _, tt := range []struct {
		name string
		cell report.Cell
		want string
	}{
		{"all unknown", report.Cell{Workloads: 9, Shares: yours, Done: demarc.Done{Unknown: 9}}, "unknown u-customer ?9"},
		{"each status", report.Cell{Workloads: 9, Shares: yours, Done: demarc.Done{Met: 1, Unmet: 2, Accepted: 1, Unknown: 3, NotApplicable: 3}},
			"met u-customer +1|unmet u-customer !2 (a1)|unknown u-customer ?3|not-applicable u-na n/a 3"},
		{"the rest is another's", report.Cell{Workloads: 9, Shares: []report.Share{{Hue: report.HueProvider, Count: 7}, {Hue: report.HueShared, Count: 2}}, Done: demarc.Done{Unmet: 2, Theirs: 7}},
			"unmet u-shared !2|rest u-na "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, s := range bands(&tt.cell, f) {
				got = append(got, s.Hue+" "+s.Text)
			}
			if words := strings.Join(got, "|"); words != tt.want {
				t.Errorf("got %q, want %q", words, tt.want)
			}
		})
	}
}

func TestBar(t *testing.T) {
	got := bar([]report.Tally{{Mark: report.MarkMet, Count: 1}, {Mark: report.MarkUnmet}, {Mark: report.MarkUnknown, Count: 3}})
	if len(got) != 2 || got[0].W != 25 || got[1].X != 25 || got[1].W != 75 {
		t.Errorf("got %+v", got)
	}
}

// The lists about the halves grow with the estate, and the page does not.
func TestWriteKeepsToItsLimits(t *testing.T) {
	a := sample.Judged()
	long := strings.Repeat("<&\"long text>", 200)
	for _, r := range a.Responsibilities {
		r.Title, r.Believed = long, long
	}
	a.DoFirst[0].Why, a.DoFirst[0].First, a.DoFirst[0].Owner.Name = long, long, long
	a.Gaps[0].Text = long
	a.DoFirst, a.Gaps, a.Believed = slices.Repeat(a.DoFirst[:1], 5000), slices.Repeat(a.Gaps[:1], 5000), slices.Repeat(a.Believed, 500)
	a.Offerings = slices.Repeat(a.Offerings, 500)
	a.Estate.Files = slices.Repeat(a.Estate.Files, 500)
	page := write(t, a)
	if limit := 2 << 20; len(page) > limit {
		t.Errorf("%d bytes, want at most %d", len(page), limit)
	}
	for _, want := range []string{"4,700 more are in", "4,940 more: <code>demarc gaps --estate examples/contoso"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}
