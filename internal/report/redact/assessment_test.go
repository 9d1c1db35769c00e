package redact

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
)

// TestAssessmentKeepsNumbers: whatever is counted stays, and the assessment
// itself is not touched.
func TestAssessmentKeepsNumbers(t *testing.T) {
	a, r := judged()
	before := a.Resources[0].ID
	out := r.Assessment(a)
	if a.Resources[0].ID != before || a.Estate.Name != "Contoso" {
		t.Error("the assessment was changed")
	}
	for name, n := range map[string][2]int{
		"resources": {len(a.Resources), len(out.Resources)}, "scopes": {len(a.Scopes), len(out.Scopes)}, "notes": {len(a.Notes), len(out.Notes)},
		"divisions": {len(a.Divisions), len(out.Divisions)}, "actions": {len(a.DoFirst), len(out.DoFirst)}, "gaps": {len(a.Gaps), len(out.Gaps)},
		"evidence": {a.Evidence.Len(), out.Evidence.Len()}, "parties": {len(a.Parties), len(out.Parties)}, "unattached": {len(a.Unattached), len(out.Unattached)},
		"files": {len(a.Estate.Files), len(out.Estate.Files)},
	} {
		if n[0] != n[1] || n[0] == 0 {
			t.Errorf("%s: %d of %d", name, n[1], n[0])
		}
	}
	if out.Summary != a.Summary || !reflect.DeepEqual(out.Unknown, a.Unknown) || !reflect.DeepEqual(out.Settling, a.Settling) {
		t.Error("the conclusions differ")
	}
	for i := range a.Matrices {
		for j, c := range a.Matrices[i].Cells {
			d := out.Matrices[i].Cells[j]
			if c.Workloads != d.Workloads || c.Done != d.Done || len(c.Parties) != len(d.Parties) {
				t.Errorf("cell %v differs", c)
			}
		}
	}
}

// TestAssessmentIsInItsOwnOrder: lists are ordered by pseudonym, and what
// belongs together stays together.
func TestAssessmentIsInItsOwnOrder(t *testing.T) {
	a, r := judged()
	out := r.Assessment(a)
	if !slices.IsSortedFunc(out.Resources, func(x, y *demarc.Assessed) int { return demarc.CompareFold(x.ID, y.ID) }) {
		t.Error("resources are in another order")
	}
	if slices.IsSortedFunc(out.Resources, func(x, y *demarc.Assessed) int { return cmp.Compare(r.place(t, a, x), r.place(t, a, y)) }) {
		t.Error("resources are in the order of their names")
	}
	out.Verdicts.Each(func(i int, own, _ *demarc.VerdictSet) bool {
		old := a.Verdicts.SetOf(r.place(t, a, out.Resources[i]))
		if own.ID != out.Verdicts.SetOf(i).ID || own.ID != r.hash(old.ID) || len(own.Verdicts) != len(old.Verdicts) {
			t.Errorf("resource %d has another's verdicts", i)
		}
		return true
	})
	places := map[*demarc.Assessed]int{}
	for i, x := range out.Resources {
		places[x] = i
	}
	last, n := -1, 0
	out.Verdicts.Own(func(v *demarc.Verdict) bool {
		at, ok := places[v.Instance.Resource]
		if !ok || at < last {
			t.Errorf("a verdict about %v, behind %d", v.Instance.Resource, last)
		}
		for _, e := range v.Evidence {
			if piece := out.Evidence.At(e); piece.Resource != v.Instance.Resource || piece.Subject.ID != v.Instance.Resource.ID {
				t.Errorf("evidence about %s decides about %s", piece.Subject.ID, v.Instance.Resource.ID)
			}
		}
		last = at
		n++
		return true
	})
	if n != 3 {
		t.Errorf("%d verdicts that rest on evidence, want 3", n)
	}
}

func TestVerdictsWithoutNames(t *testing.T) {
	a, r := judged()
	out := r.Assessment(a)
	out.Verdicts.Above(func(v *demarc.Verdict) bool {
		if got := shape(v.Owner.Name) + " " + shape(v.Owner.From) + " " + shape(v.Instance.Scope.Name); got != "owner# demarc.yaml:14 tenant#" {
			t.Errorf("got %s", got)
		}
		if len(v.Evidence) != 1 || out.Evidence.At(v.Evidence[0]).About != v.Instance.Scope {
			t.Error("its evidence is about something else")
		}
		return true
	})
	accepted := 0
	for i := range out.Resources {
		for _, v := range out.Verdicts.Of(i) {
			if x := v.Exception; x != nil {
				accepted++
				if got := shape(x.ID + " " + x.Reason + " " + x.Approver); got != "text# text# person#" {
					t.Errorf("got %s", got)
				}
			}
			if v.Owner.Basis == demarc.ByDefaultRole && v.Owner.Name != "infrastructure-security" {
				t.Errorf("the role %s is no name", v.Owner.Name)
			}
		}
	}
	if accepted != 1 {
		t.Errorf("%d exceptions", accepted)
	}
	sets := 0
	out.Verdicts.Sets(func(*demarc.VerdictSet) bool { sets++; return true })
	a.Verdicts.Sets(func(*demarc.VerdictSet) bool { sets--; return true })
	if sets != 0 {
		t.Errorf("%d sets too many", sets)
	}
}

func TestWhatPeopleWroteGoes(t *testing.T) {
	a, r := judged()
	cell := &a.Divisions[0].Cells[0]
	cell.Basis, cell.Reason, cell.Halves = demarc.ByOverride, "your override: Contract 2025-17", map[string]string{demarc.Customer: "Ask Jo."}
	out := r.Assessment(a)
	i := slices.IndexFunc(out.Divisions, func(d *demarc.Division) bool { return d.ID == r.hash(a.Divisions[0].ID) })
	got := out.Divisions[i].Cells[0]
	if shape(got.Reason) != "your override: text#" || shape(got.Halves[demarc.Customer]) != "text#" {
		t.Errorf("reason %q, half %q", got.Reason, got.Halves)
	}
}

// document is one as the use cases print it.
type document struct {
	ID, Name, Subject, Place, Why string
	First                         []string
	Party, Owner, By, Detail      string
	Value                         string
	Parts                         []*document
	Count                         int
}

func TestDocument(t *testing.T) {
	_, r := judged()
	d := &document{ID: "0123456789abcdef", Name: "vm-web-01", Subject: "Exchange mailboxes", Place: "exports/resources.json:4", Why: "your override: x",
		First: []string{"vm-web-02", "vm-firewall"}, Party: "fabrikam", Owner: "Shop team", By: "Jo Doe", Detail: "d", Value: "true, 4, Standard_D2", Count: 3,
		Parts: []*document{nil, {ID: "os.patch", Party: demarc.Microsoft, Owner: "infrastructure-security", Value: "unknown: not seen"}}}
	r.Document(d)
	part := d.Parts[1]
	got := []string{d.ID, d.Name, d.Subject, d.Place, d.Why, strings.Join(d.First, " "), d.Party, d.Owner, d.By, d.Detail, d.Value, part.ID, part.Party, part.Owner, part.Value}
	for i := range got {
		got[i] = shape(got[i])
	}
	want := []string{got[0], "res#", "Exchange mailboxes", "dir#/file#.json:4", "your override: text#", "res# res#", "party#", "owner#", "person#", "text#",
		"true, 4, text#", "os.patch", "microsoft", "infrastructure-security", "unknown: not seen"}
	if !slices.Equal(got, want) || d.ID == "0123456789abcdef" || d.Count != 3 {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
