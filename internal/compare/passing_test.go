package compare

import (
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
)

// cellsOfParties makes cells of one area: parties apart by spaces, "-" for a
// cell whose parties cannot be told.
func cellsOfParties(words ...string) []*demarc.Cell {
	var list []*demarc.Cell
	for _, w := range words {
		c := &demarc.Cell{AreaID: "area", Reason: "because of " + w, Source: "https://example.com/"}
		if w != "-" {
			c.Parties = strings.Fields(w)
		}
		list = append(list, c)
	}
	return list
}

// TestWhatBecomesOfWhatIsGone says who has a responsibility that is not asked
// any more, by whose its area is.
func TestWhatBecomesOfWhatIsGone(t *testing.T) {
	for _, tt := range []struct {
		name        string
		now, before []*demarc.Cell
		fate        Fate
		to          string
		because     string
	}{
		{"the whole area passes", cellsOfParties("microsoft"), cellsOfParties("customer"), Passing, "microsoft", "because of microsoft"},
		{"to two", cellsOfParties("openai microsoft"), cellsOfParties("customer"), Passing, "microsoft openai", "because of openai microsoft"},
		{"a part of it passes", cellsOfParties("customer microsoft"), cellsOfParties("customer"), Sharing, "microsoft", "because of customer microsoft"},
		{"of two facets one passes", cellsOfParties("customer", "microsoft"), cellsOfParties("customer"), Sharing, "microsoft", "because of microsoft"},
		{"it was shared before", cellsOfParties("customer microsoft"), cellsOfParties("customer microsoft"), Ending, "", ""},
		{"it stays ours", cellsOfParties("customer"), cellsOfParties("customer"), Ending, "", ""},
		{"there is no such area", nil, cellsOfParties("customer"), Ending, "", ""},
		{"nobody can tell", cellsOfParties("-"), cellsOfParties("customer"), Unclear, "", ""},
		{"nobody can tell of a part", cellsOfParties("microsoft", "-"), cellsOfParties("customer"), Unclear, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := TaskFate{}
			goes(&x, tt.now, tt.before)
			if x.Fate != tt.fate || !slices.Equal(x.To, strings.Fields(tt.to)) || x.Why != tt.because {
				t.Errorf("%v to %v (%s), want %v to %q (%s)", x.Fate, x.To, x.Why, tt.fate, tt.to, tt.because)
			}
		})
	}
}

func TestFateWords(t *testing.T) {
	met := map[string]bool{}
	for f := Staying; f <= Beginning; f++ {
		if w := f.String(); w == "unknown" || met[w] {
			t.Errorf("fate %d is called %q", f, w)
		} else {
			met[w] = true
		}
	}
	if Fate(99).String() != "unknown" {
		t.Error("a fate that is none has a name")
	}
}
