package report

import (
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/sample"
)

func TestPercent(t *testing.T) {
	for share, want := range map[float64]string{0: "0 %", 0.0001: "under 1 %", 0.005: "1 %", 0.414: "41 %", 0.9999: "over 99 %", 1: "100 %"} {
		if got := percent(share); got != want {
			t.Errorf("percent(%g) = %q, want %q", share, got, want)
		}
	}
}

func TestStatusOfTheJudged(t *testing.T) {
	v := NewView(sample.Judged(), Options{})
	if want := "29 responsibilities of yours: 1 met, 3 unmet (1 accepted), 25 unknown · coverage 14 %"; v.Status.Head != want {
		t.Errorf("got  %q\nwant %q", v.Status.Head, want)
	}
	want := []string{
		"Microsoft's half: 8 resources in 2 services; reports on file cover 4 of its 18 tasks.",
		"Fabrikam Appliances's half: 1 resource; reports on file cover it.",
		"Nobody took: 1 gap between you and others, and 2 unmet without an owner by name.",
		"25 of yours have no proof: 18 no evidence, 7 not collected.",
		"3 pieces of evidence about 1 thing that the estate lacks.",
	}
	if !slices.Equal(v.Status.Sentences, want) {
		t.Errorf("got  %q\nwant %q", v.Status.Sentences, want)
	}
	if !slices.Contains(v.Counts, "7 pieces of evidence") {
		t.Errorf("evidence is not counted: %q", v.Counts)
	}
}

// asked is an estate of which nothing is known.
func asked() *demarc.Assessment {
	r := &demarc.Responsibility{ID: "a.b", Title: "A", Party: demarc.Customer}
	return &demarc.Assessment{Responsibilities: []*demarc.Responsibility{r}, Summary: demarc.Summary{Unknown: 4}, Unknown: map[demarc.Reason]int{demarc.NoEvidence: 4}}
}

func TestNothingIsKnown(t *testing.T) {
	strangers := asked()
	strangers.Unattached = []demarc.Unattached{{Subject: "x", Count: 2}}
	for _, tt := range []struct {
		name string
		a    *demarc.Assessment
		want string
	}{
		{"nothing is asked", &demarc.Assessment{}, ""},
		{"no evidence", asked(), "Nothing is known of your half yet: no evidence among the files."},
		{"evidence that settles nothing", strangers, "Nothing is known of your half yet: 2 pieces of evidence among the files, and none of it settles anything."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newStatus(tt.a, nil)
			first := ""
			if len(s.Sentences) > 0 {
				first = s.Sentences[0]
			}
			if first != tt.want || s.Known {
				t.Errorf("got %q, known %t", s.Sentences, s.Known)
			}
			if strings.Contains(s.Head, "coverage") && s.Coverage != "0 %" {
				t.Errorf("coverage %q of nothing", s.Coverage)
			}
		})
	}
}

func TestProviderSentences(t *testing.T) {
	for _, tt := range []struct {
		name string
		list []Offering
		want []string
	}{
		{"none", nil, nil},
		{"no report", []Offering{{Party: "Microsoft", Resources: 3, Unknown: 9}, {Party: "Microsoft", Resources: 2, Unknown: 4}},
			[]string{"Microsoft's half: 5 resources in 2 services; no report on file covers it."}},
		{"a part", []Offering{{Party: "Microsoft", Resources: 1, Assured: 2, Unknown: 1}}, []string{"Microsoft's half: 1 resource; reports on file cover 2 of its 3 tasks."}},
		{"the largest first, and the rest in one", []Offering{{Party: "a", Resources: 1, Assured: 1}, {Party: "b", Resources: 9, Assured: 1}, {Party: "c", Resources: 5, Assured: 1}, {Party: "d", Resources: 1, Assured: 1}},
			[]string{"b's half: 9 resources; reports on file cover it.", "c's half: 5 resources; reports on file cover it.", "a's half: 1 resource; reports on file cover it.", "1 more provider with halves of their own."}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := providerSentences(tt.list); !slices.Equal(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestProofSentenceNamesTheMostFrequentReasons(t *testing.T) {
	a := asked()
	a.Unknown = map[demarc.Reason]int{demarc.Stale: 1, demarc.NoEvidence: 1000, demarc.Undated: 3, demarc.Partial: 2, demarc.NoRequirement: 40}
	if got, want := proofSentence(a), "1,046 of yours have no proof: 1,000 no evidence, 40 no requirement, 3 undated, 3 for other reasons."; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestDoneText(t *testing.T) {
	for _, tt := range []struct {
		name               string
		done               demarc.Done
		text, tight, words string
	}{
		{"the provider's", demarc.Done{Theirs: 4}, "", "", ""},
		{"all", demarc.Done{Met: 1, Unmet: 2, Unknown: 1500, NotApplicable: 3, Accepted: 1}, "+1 !2(a1) ?1,500 n/a 3", "+1!2(a1)?1,500 n/a 3",
			"1 met, 2 unmet (1 accepted), 1,500 unknown, 3 not applicable"},
		{"zeros are left out", demarc.Done{Unknown: 5, Theirs: 2}, "?5", "?5", "5 unknown"},
		{"not applicable alone", demarc.Done{NotApplicable: 1}, "n/a 1", "n/a 1", "1 not applicable"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := Cell{Workloads: 9, Done: tt.done}
			if got := c.DoneText(DetailAll); got != tt.text {
				t.Errorf("got %q, want %q", got, tt.text)
			}
			if got := c.DoneText(DetailTight); got != tt.tight {
				t.Errorf("tight: got %q, want %q", got, tt.tight)
			}
			if got := c.DoneWords(); got != tt.words || c.Stands() != (tt.words != "") {
				t.Errorf("got %q, want %q", got, tt.words)
			}
		})
	}
}

// Every cell adds up to the workloads of its column, in what people see.
func TestCellsAddUp(t *testing.T) {
	v := NewView(sample.Judged(), Options{})
	if !v.Pictures[0].Known || v.Pictures[1].Known {
		t.Error("something is known in the cloud's picture, and nothing in that of AI")
	}
	for _, pic := range v.Pictures {
		for _, row := range pic.Rows {
			for i, c := range row.Cells {
				sum := c.NotApplicable + c.Done.Theirs
				for _, tally := range c.Tallies() {
					sum += tally.Count
				}
				if sum != c.Workloads {
					t.Errorf("%s, %s, %s: %d of %d workloads", pic.Model, row.Area.ID, pic.Columns[i].Model, sum, c.Workloads)
				}
			}
		}
	}
	if marks := v.Marks(); !slices.Equal(marks, []Mark{MarkMet, MarkUnmet, MarkUnknown, MarkNotApplicable}) {
		t.Errorf("marks %v", marks)
	}
}
