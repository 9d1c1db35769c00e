package report

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/sample"
)

func TestActions(t *testing.T) {
	r := &demarc.Responsibility{ID: "os.patch", Title: "Updates", Severity: demarc.High, Level: demarc.ResourceLevel}
	role := demarc.Owner{Name: "infrastructure-security", Basis: demarc.ByDefaultRole}
	for _, tt := range []struct {
		name                    string
		action                  demarc.Action
		owner, role, times, age string
	}{
		{"somebody", demarc.Action{Responsibility: r, Owner: demarc.Owner{Name: "web\x1b team", Basis: demarc.ByResourceTag}, Count: 1200, Age: 41 * 24 * time.Hour}, "web␛ team", "", "1,200", "41 days"},
		{"a role is no name", demarc.Action{Responsibility: r, Owner: role, Count: 2, Accepted: 1, Age: 24 * time.Hour}, NoOwner, "infrastructure-security", "2 (a1)", "1 day"},
		{"nobody, of unknown age", demarc.Action{Responsibility: r, Count: 1}, NoOwner, "", "1", "age ?"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := actions([]demarc.Action{tt.action})[0]
			if a.Owner != tt.owner || a.Role != tt.role || a.Times() != tt.times || a.Age() != tt.age || a.Severity != "high" {
				t.Errorf("got %+v, %q, %q", a, a.Times(), a.Age())
			}
		})
	}
}

func TestSeverityThatNobodyNamed(t *testing.T) {
	a := actions([]demarc.Action{{Responsibility: &demarc.Responsibility{ID: "x", Text: "Do it."}}})[0]
	if a.Severity != "-" || a.Title != "Do it." {
		t.Errorf("got %+v", a)
	}
}

func TestBeliefsThatAreSettledAreLeftOut(t *testing.T) {
	r := &demarc.Responsibility{ID: "x", Title: "X", Believed: "Somebody else does it."}
	got := beliefs([]demarc.Belief{{Responsibility: r, Count: 4}, {Responsibility: r, Count: 7, Unmet: 2, Unknown: 4}})
	if len(got) != 1 || got[0].Stands() != "2 unmet, 4 unknown of 7" {
		t.Errorf("got %+v", got)
	}
}

// What stands beside the picture keeps to its limits, and says what it leaves
// out.
func TestFirstScreenIsLimited(t *testing.T) {
	a := sample.Judged()
	a.DoFirst = many(a.DoFirst[0], 12)
	a.Gaps = slices.Repeat(a.Gaps[:1], 9)
	a.Believed = slices.Repeat(a.Believed[:1], 9)
	a.Surprises = slices.Repeat(a.Surprises[:1], 9)
	v := NewView(a, Options{Paths: []string{"my estate"}})
	v.Open = make([]Open, 9)
	actions, moreActions := v.FirstActions()
	gaps, moreGaps := v.FirstGaps()
	open, moreOpen := v.FirstOpen()
	got := []int{len(actions), moreActions, len(gaps), moreGaps, len(v.FirstBeliefs()), len(v.FirstSettling()), len(v.Surprises), len(open), moreOpen}
	if want := []int{5, 7, 5, 4, 3, 3, 2, 3, 6}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if v.GapsWords != "demarc gaps --estate 'my estate'" {
		t.Errorf("gaps are listed by %q", v.GapsWords)
	}
}

func TestNextExplainsWhatIsUnmet(t *testing.T) {
	a := sample.Judged()
	next := NewView(a, Options{Paths: []string{"."}}).Next
	if !slices.Contains(next, "demarc explain vm-firewall os.patch") {
		t.Errorf("got %q", next)
	}
	a.DoFirst = a.DoFirst[:1] // what is left exists once for the tenant
	if next := NewView(a, Options{}).Next; strings.Contains(strings.Join(next, " "), "identity.mfa-admins") {
		t.Errorf("got %q", next)
	}
}

func TestSources(t *testing.T) {
	got := NewView(sample.Judged(), Options{}).Sources
	want := []Source{{"exports/maester.json", "maester", 4, 1}, {"exports/updates.json", "update-manager", 3, 0}}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v", got)
	}
}

// many is an action for as many responsibilities.
func many(x demarc.Action, n int) []demarc.Action {
	var list []demarc.Action
	for i := range n {
		r := *x.Responsibility
		r.ID += strconv.Itoa(i)
		x.Responsibility = &r
		list = append(list, x)
	}
	return list
}

func TestFirstActionsNameAResponsibilityOnce(t *testing.T) {
	v := &View{DoFirst: []Action{{ID: "a", Owner: "one", Count: 2, Days: 3}, {ID: "b", Owner: NoOwner, Count: 1}, {ID: "a", Owner: NoOwner, Count: 4, Accepted: 1, Days: 9}, {ID: "a", Owner: "two", Count: 1}}}
	list, rest := v.FirstActions()
	if len(list) != 2 || rest != 0 || list[0].Count != 7 || list[0].Accepted != 1 || list[0].Days != 9 || list[0].OwnerWords() != "one +2" || list[1].OwnerWords() != NoOwner {
		t.Errorf("got %+v", list)
	}
	if v.DoFirst[0].Count != 2 {
		t.Error("the list of all was changed")
	}
}
