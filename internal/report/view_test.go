package report

import (
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/sample"
)

func TestState(t *testing.T) {
	for _, tt := range []struct {
		name     string
		list     []demarc.Incomplete
		want     string
		complete bool
	}{
		{"nothing absent", nil, "complete", true},
		{"a page of more", []demarc.Incomplete{{Read: 1000, Total: 3412}}, "incomplete: 1,000 of 3,412 rows", false},
		{"total not said", []demarc.Incomplete{{Read: 1}}, "incomplete: 1 row", false},
		{"no number at all", []demarc.Incomplete{{}}, "incomplete: rows are absent", false},
		{"two inputs", []demarc.Incomplete{{Read: 1}, {Read: 2}}, "incomplete: 2 inputs show only a part", false},
		{"only suspected", []demarc.Incomplete{{Read: 1000, Possibly: true}}, "possibly incomplete: exactly 1,000 rows", false},
		{"said outweighs suspected", []demarc.Incomplete{{Read: 1000, Possibly: true}, {Read: 5, Total: 9}}, "incomplete: 5 of 9 rows", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, complete := state(tt.list)
			if got != tt.want || complete != tt.complete {
				t.Errorf("got %q, %t, want %q, %t", got, complete, tt.want, tt.complete)
			}
		})
	}
}

func TestNumber(t *testing.T) {
	for n, want := range map[int]string{0: "0", 12: "12", 999: "999", 1000: "1,000", 55000: "55,000", 1234567: "1,234,567", -1000: "-1,000", -100: "-100"} {
		if got := Number(n); got != want {
			t.Errorf("Number(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestNotes(t *testing.T) {
	f := &demarc.File{Path: "a.json"}
	list := []demarc.Note{
		{Kind: demarc.NoteIgnored, Place: demarc.Place{File: f, Line: 1}, Message: "x", Count: 1},
		{Kind: demarc.NoteSkipped, Place: demarc.Place{File: f, Line: 5}, Message: "first", Count: 2},
		{Kind: demarc.NoteSkipped, Place: demarc.Place{File: f, Line: 9}, Message: "second", Count: 40},
		{Kind: "new-kind", Message: "y"},
	}
	want := []Note{{"skipped", 42, "a.json:5", "first"}, {"ignored", 1, "a.json:1", "x"}, {"new-kind", 1, "", "y"}}
	if got := notes(list, false); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := notes(list, true); len(got) != len(list) || got[1].Message != "second" {
		t.Errorf("all notes: got %v", got)
	}
	if list[0].Kind != demarc.NoteIgnored {
		t.Error("the notes of the assessment were sorted in place")
	}
}

func TestNext(t *testing.T) {
	for _, tt := range []struct {
		name  string
		paths []string
		want  []string
	}{
		{"a folder", []string{"examples/contoso"}, []string{"demarc explain aks-shop operating-system --estate examples/contoso", "demarc assess examples/contoso --format html --out contoso.html"}},
		{"the folder at hand", []string{"."}, []string{"demarc explain aks-shop operating-system", "demarc assess . --format html --out contoso.html"}},
		{"a name with blanks and quotes", []string{"it's all.json"}, []string{`demarc explain aks-shop operating-system --estate 'it'\''s all.json'`, `demarc assess 'it'\''s all.json' --format html --out contoso.html`}},
		{"a command in the name", []string{"$(rm -rf x)"}, []string{"demarc explain aks-shop operating-system --estate '$(rm -rf x)'", "demarc assess '$(rm -rf x)' --format html --out contoso.html"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := NewView(sample.Contoso(), Options{Paths: tt.paths}).Next; !slices.Equal(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestNextExplainsOnlyNamesThatCanBeTyped(t *testing.T) {
	a := sample.Contoso()
	a.Surprises = []demarc.Surprise{{Text: "x", First: a.Resources[1].ID, Count: 1}} // the name with escape codes
	next := NewView(a, Options{}).Next[0]
	if strings.Contains(next, "red") || !strings.HasPrefix(next, "demarc explain ") {
		t.Errorf("got %q", next)
	}
}

func TestOpenNamesWhatSettles(t *testing.T) {
	v := NewView(sample.Contoso(), Options{})
	want := []Open{
		{0, "", "exports/resources.json: 1,000 of 3,412 rows; the file holds the first page of the result", "az graph query -q 'resources' --first 1000 --skip 1000"},
		{1, "Microsoft.Web/sites", "does the app run a container image of its own? (kind was not seen)", "az graph query -q 'resources | project id, name, type, kind, properties' --first 1000"},
		{2, "Fabrikam.Widgets/widgets", "no rule knows this type (first in exports/resources.json:18)", ""},
	}
	if !slices.Equal(v.Open, want) {
		t.Errorf("got %+v", v.Open)
	}
	v.Open = make([]Open, maxOpen+3)
	if list, rest := v.FirstOpen(); len(list) != maxOpen || rest != 3 {
		t.Errorf("%d shown and %d left out", len(list), rest)
	}
}

func TestPartiesShare(t *testing.T) {
	p := newParties(sample.Contoso())
	p.providers["aws"] = true
	for _, tt := range []struct {
		ids          []string
		short, words string
		hue          Hue
	}{
		{[]string{"customer"}, "YOU", "you", HueCustomer},
		{[]string{"microsoft"}, "MS", "Microsoft", HueProvider},
		{[]string{"aws"}, "AWS", "aws", HueProvider},
		{[]string{"aws", "customer"}, "YOU+AWS", "you and aws", HueShared},
		{[]string{"fabrikam"}, "FABRIK", "Fabrikam Appliances", HueThird},
		{[]string{"customer", "fabrikam", "microsoft"}, "YOU+FABRIK+MS", "you and Fabrikam Appliances and Microsoft", HueShared},
		{[]string{"unknown"}, "?", "cannot be told", HueUnknown},
		{[]string{"customer", "unknown"}, "YOU+?", "you and cannot be told", HueUnknown},
		{[]string{"somebody-with-a-long-id"}, "SOMEBO…", "somebody-with-a-long-id", HueThird},
	} {
		t.Run(strings.Join(tt.ids, "+"), func(t *testing.T) {
			got := p.Share(tt.ids, 3)
			if want := (Share{tt.hue, tt.short, tt.words, 3}); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

func TestCellText(t *testing.T) {
	split := Cell{Workloads: 12, NotApplicable: 2, Shares: []Share{{Short: "MS", Count: 6}, {Short: "YOU+MS", Count: 3}, {Short: "?", Count: 1}}}
	for _, tt := range []struct {
		name   string
		cell   Cell
		detail Detail
		want   string
	}{
		{"no workloads", Cell{}, DetailAll, "-"},
		{"no such area", Cell{Workloads: 3, NotApplicable: 3}, DetailLargest, "n/a"},
		{"all", split, DetailAll, "MS 6 · YOU+MS 3 · ? 1 · n/a 2"},
		{"shares", split, DetailShares, "MS 6 · YOU+MS 3 · ? 1"},
		{"tight", split, DetailTight, "MS 6·YOU+MS 3·? 1"},
		{"two", split, DetailTwo, "MS 6·YOU+MS 3 …1"},
		{"largest", split, DetailLargest, "MS 6 …4"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.cell.Text(tt.detail); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestPicturesOrder(t *testing.T) {
	a := sample.Contoso()
	slices.Reverse(a.Matrices)
	a.Matrices = append(a.Matrices, demarc.Matrix{Model: "own", Title: "nobody in it"})
	v := NewView(a, Options{})
	if len(v.Pictures) != 2 || v.Pictures[0].Model != "microsoft-cloud" || v.Pictures[1].Model != "microsoft-ai" {
		t.Errorf("pictures %+v", v.Pictures)
	}
	empty := NewView(&demarc.Assessment{Matrices: a.Matrices[1:2:2]}, Options{})
	if len(empty.Pictures) != 1 {
		t.Errorf("the cloud picture is gone from an estate without workloads")
	}
}

// TestDetailsAddUpToThePicture: what opens behind a cell is what the cell
// counts, for every cell.
func TestDetailsAddUpToThePicture(t *testing.T) {
	for name, a := range map[string]*demarc.Assessment{"contoso": sample.Contoso(), "large": sample.Large(200)} {
		v := NewView(a, Options{})
		d := NewDetails(a, v)
		for _, pic := range v.Pictures {
			for _, row := range pic.Rows {
				for i, c := range row.Cells {
					sum := 0
					for _, g := range d.Groups(row.Area.ID, pic.Columns[i].Model) {
						sum += g.Count
					}
					if sum != c.Workloads {
						t.Errorf("%s, %s, %s: %d resources behind a cell of %d", name, row.Area.ID, pic.Columns[i].Model, sum, c.Workloads)
					}
				}
			}
		}
	}
}

func TestDetailsFollowTheFacets(t *testing.T) {
	a := sample.Contoso()
	d := NewDetails(a, NewView(a, Options{}))
	for column, want := range map[demarc.ServiceModel]string{demarc.PaaS: "Microsoft", demarc.IaaS: "you and Microsoft"} {
		groups := d.Groups("operating-system", column)
		i := slices.IndexFunc(groups, func(g Group) bool {
			return slices.ContainsFunc(g.First, func(n Name) bool { return n.Name == "aks-shop" })
		})
		if i < 0 || groups[i].Answers[0].Share.Words != want {
			t.Errorf("%s: want %q for the cluster's facet, got %+v", column, want, groups)
		}
		if groups[0].Count < groups[len(groups)-1].Count {
			t.Errorf("%s: the largest group is not first", column)
		}
	}
}

func TestDetailsKeepTheOrderOfResources(t *testing.T) {
	a := sample.Contoso()
	for _, g := range NewDetails(a, NewView(a, Options{})).Groups("customer-data", demarc.PaaS) {
		if !slices.IsSortedFunc(g.First, func(x, y Name) int { return x.at - y.at }) {
			t.Errorf("names out of order: %+v", g.First)
		}
	}
}

func TestTwice(t *testing.T) {
	if !NewView(sample.Contoso(), Options{}).Twice {
		t.Error("the cluster and its nodes are in two columns, and nothing says so")
	}
	if NewView(sample.Large(40), Options{}).Twice {
		t.Error("nothing is in two columns")
	}
}

// Nothing is said twice, and a long list of properties is cut with its number.
func TestOpenQuestionsAreShort(t *testing.T) {
	a := sample.Contoso()
	a.Estate.Incomplete = []demarc.Incomplete{{Read: 1000, Total: 3412, Message: "1,000 of 3,412 rows"}}
	a.Undecided = []demarc.Undecided{
		{Type: "A/b", Question: "what it is", Properties: []string{"a", "b", "c", "d", "e"}, Count: 1},
		{Type: "A/c", Question: "which models", Count: 1},
	}
	var texts []string
	for _, o := range NewView(a, Options{}).Open[:3] {
		texts = append(texts, o.Text)
	}
	want := []string{"1,000 of 3,412 rows", "what it is (a, b, c and 2 more were not seen)", "which models"}
	if !slices.Equal(texts, want) {
		t.Errorf("got %q, want %q", texts, want)
	}
}
