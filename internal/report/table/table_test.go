package table

import (
	"bytes"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/sample"
)

func write(t *testing.T, a *demarc.Assessment, o report.Options) string {
	t.Helper()
	o.Paths = []string{"examples/contoso"}
	var b bytes.Buffer
	if err := Write(&b, a, o); err != nil {
		t.Fatalf("write: %v", err)
	}
	return b.String()
}

func TestWriteGolden(t *testing.T) {
	for name, o := range map[string]report.Options{
		"contoso-80.txt":    {Width: 80},
		"contoso-120.txt":   {Width: 120},
		"contoso-pipe.txt":  {},
		"contoso-notes.txt": {Width: 80, AllNotes: true},
		"contoso-color.txt": {Width: 80, Color: true},
	} {
		t.Run(name, func(t *testing.T) {
			sample.Golden(t, name, []byte(write(t, sample.Contoso(), o)))
		})
	}
}

func TestWriteGoldenOfTheJudged(t *testing.T) {
	for name, o := range map[string]report.Options{
		"judged-80.txt":    {Width: 80},
		"judged-120.txt":   {Width: 120},
		"judged-pipe.txt":  {},
		"judged-color.txt": {Width: 100, Color: true},
	} {
		t.Run(name, func(t *testing.T) {
			sample.Golden(t, name, []byte(write(t, sample.Judged(), o)))
		})
	}
}

func TestWriteIsTheSameWithoutColour(t *testing.T) {
	codes := regexp.MustCompile("\x1b\\[[0-9;]*m")
	for _, width := range []int{80, 120} {
		coloured := write(t, sample.Judged(), report.Options{Width: width, Color: true})
		plain := write(t, sample.Judged(), report.Options{Width: width})
		stripped := codes.ReplaceAllString(coloured, "")
		if stripped == coloured {
			t.Error("no colour at all")
		}
		// Colour may keep spaces in front of its end.
		if trimLines(stripped) != plain {
			t.Errorf("the text differs at %d columns:\n%s", width, stripped)
		}
	}
}

func trimLines(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

func TestWriteObeysNoControlCharacters(t *testing.T) {
	a := sample.Judged()
	a.Estate.Name = "\x1b[2J\u009b31mowned\u202e"
	a.Parties["fabrikam"] = demarc.Party{ID: "fabrikam", Short: "\x1b[5mF", Name: "F"}
	a.Surprises = append(a.Surprises, demarc.Surprise{Text: "\x1b]0;t\a", Count: 1, First: a.Resources[1].ID})
	for _, r := range a.Responsibilities {
		r.Title, r.Believed = "\x1b[2J", "\x1b[2J\u202e"
	}
	a.Gaps[0].Text, a.Settling[0].Command, a.Offerings[0].Name, a.DoFirst[0].Why = "\x1b[2J", "\x1b[2J", "\x1b[2J", "\x1b[2J"
	out := write(t, a, report.Options{Width: 80, AllNotes: true})
	for _, r := range out {
		if r != '\n' && report.Visible(string(r)) != string(r) {
			t.Fatalf("control character %U in the output", r)
		}
	}
	if !strings.Contains(out, "␛[2J") {
		t.Error("the hostile name is gone instead of visible")
	}
}

func TestWriteFitsTheTerminal(t *testing.T) {
	for _, width := range []int{60, 80, 100, 120, 140} {
		for _, line := range strings.Split(write(t, sample.Contoso(), report.Options{Width: width})+write(t, sample.Judged(), report.Options{Width: width}), "\n") {
			command := strings.Contains(line, "to settle it: ") || strings.HasPrefix(line, "  demarc ") || strings.HasPrefix(line, "  up to ")
			if n := report.TextWidth(line); n > width && !command {
				t.Errorf("%d columns where there are %d: %s", n, width, line)
			}
		}
	}
}

func TestWriteShowsSplitsInNumbers(t *testing.T) {
	out := write(t, sample.Contoso(), report.Options{Width: 140})
	for _, want := range []string{
		"YOU 4 · YOU+FABRIK 1 · YOU+MS 1 · n/a 1",
		"MS 6 · FABRIK 1",
		"YOU 6 · n/a 1",
		"16 workloads · 2 parts",
		"incomplete: 1,000 of 3,412 rows",
		"? cannot be told yet",
		"2 × Fabrikam.Widgets/widgets: no rule knows this type",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the screen does not show %q", want)
		}
	}
}

func TestWriteAnEmptyEstate(t *testing.T) {
	out := write(t, &demarc.Assessment{AsOf: sample.AsOf}, report.Options{Width: 80})
	for _, want := range []string{"Estate · as of 2026-11-22", "0 workloads", "complete", "TRY NEXT"} {
		if !strings.Contains(out, want) {
			t.Errorf("the screen does not show %q:\n%s", want, out)
		}
	}
	if strings.Contains(out, "NOTES") || strings.Contains(out, "NOT WHAT") {
		t.Errorf("empty sections:\n%s", out)
	}
}

type broken struct{}

var errBroken = errors.New("pipe closed")

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestWriteReturnsTheWritersError(t *testing.T) {
	if err := Write(broken{}, sample.Contoso(), report.Options{}); !errors.Is(err, errBroken) {
		t.Errorf("got %v, want %v", err, errBroken)
	}
}

// The legend explains words that can be read above it.
func TestLegendIsOfThePicture(t *testing.T) {
	a := sample.Contoso()
	for i := range a.Matrices[0].Cells { // one column holds more shares than fit, the third party's is hidden
		if c := &a.Matrices[0].Cells[i]; c.Model == demarc.SaaS {
			c.Parties = map[string]int{"customer": 2000, "microsoft": 2000, "customer+microsoft": 2000, "fabrikam": 1000}
			c.Workloads, c.NotApplicable = 7000, 0
		}
	}
	out := write(t, a, report.Options{Width: 80})
	picture, legend, _ := strings.Cut(out, "your job")
	if strings.Contains(legend, "a third party's") {
		name := strings.Fields(legend[:strings.Index(legend, " a third party's")])
		if short := name[len(name)-1]; !strings.Contains(picture, short+" ") {
			t.Errorf("%s is explained and not in the picture:\n%s", short, out)
		}
	}
}

// How a cell stands is said beside whose it is where there is room, else below.
func TestStandingIsBesideOrBelow(t *testing.T) {
	simple := sample.Judged()
	for i := range simple.Matrices[0].Cells {
		c := &simple.Matrices[0].Cells[i]
		if c.Model == demarc.PaaS || c.Model == demarc.IaaS {
			c.Parties, c.NotApplicable = map[string]int{"customer": c.Workloads}, 0
		}
	}
	for _, tt := range []struct {
		name  string
		a     *demarc.Assessment
		width int
		want  string
	}{
		{"there is room", simple, 100, "Operating system             YOU 1 ?1     YOU 7 +1 !2(a1) ?3  YOU 7     MS 2"},
		{"there is no room", simple, 64, "                        ?1           +1!2(a1)?3"},
		{"it would stand too far away", sample.Judged(), 140, "                             ?1           +1 !2(a1) ?3"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if out := write(t, tt.a, report.Options{Width: tt.width}); !strings.Contains(out, "\n"+tt.want+"\n") {
				t.Errorf("no line %q:\n%s", tt.want, out)
			}
		})
	}
}

// Zero evidence is said, and no cell claims to know something.
func TestNothingKnownHasNoMarks(t *testing.T) {
	a := sample.Judged()
	a.Summary = demarc.Summary{Unknown: 29}
	a.Evidence, a.Unattached = nil, nil
	for m := range a.Matrices {
		for i := range a.Matrices[m].Cells {
			d := &a.Matrices[m].Cells[i].Done
			*d = demarc.Done{Unknown: d.Unknown + d.Met + d.Unmet + d.NotApplicable, Theirs: d.Theirs}
		}
	}
	out := write(t, a, report.Options{})
	if !strings.Contains(out, "Nothing is known of your half yet: no evidence among the files.") {
		t.Errorf("nothing says that nothing is known:\n%s", out)
	}
	picture, _, _ := strings.Cut(out, "Whoever does the work")
	if strings.Contains(picture, "of your half, by its worst: +n met") || regexp.MustCompile(`(?m)^ {20,}\?\d`).MatchString(picture) {
		t.Errorf("marks although nothing is known:\n%s", picture)
	}
	if strings.Contains(picture, "nothing is known yet of your half") {
		t.Errorf("said of each picture again:\n%s", picture)
	}
}

// A picture of which nothing is known keeps one line per area, and says why no
// marks stand in it while they do in the other one.
func TestPictureOfWhichNothingIsKnownIsShort(t *testing.T) {
	out := write(t, sample.Judged(), report.Options{})
	_, ai, _ := strings.Cut(out, "WHOSE JOB IS IT IN AI?")
	ai, _, _ = strings.Cut(ai, "\n\n")
	areas, words, said := strings.Cut(ai, "\nnothing is known yet of your half")
	if n := strings.Count(areas, "\n"); n != 15 {
		t.Errorf("%d lines below the heading, want the workloads and 14 areas:\n%s", n, ai)
	}
	if !said || strings.Contains(words, "\n") {
		t.Errorf("not said in one line below the areas that nothing is known:\n%s", ai)
	}
}

func TestWhatIsLeftOutIsCounted(t *testing.T) {
	a := sample.Judged()
	for i := range 12 {
		x := a.DoFirst[0]
		r := *x.Responsibility
		r.ID += strconv.Itoa(i)
		x.Responsibility = &r
		a.DoFirst = append(a.DoFirst, x)
	}
	a.Gaps = slices.Repeat(a.Gaps[:1], 9)
	out := write(t, a, report.Options{})
	for _, want := range []string{"  and 10 more: all with --format html or json", "  and 4 more: demarc gaps --estate examples/contoso"} {
		if !strings.Contains(out, want+"\n") {
			t.Errorf("the screen does not say %q:\n%s", want, out)
		}
	}
}
