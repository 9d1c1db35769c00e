package compare

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
)

func TestMoveOf(t *testing.T) {
	const absent = "absent"
	for _, tt := range []struct {
		before string // a status, or absent
		after  demarc.Status
		want   Move
	}{
		{absent, demarc.Unmet, NewlyUnmet},
		{absent, demarc.UnknownStatus, AsBefore},
		{absent, demarc.Met, AsBefore},
		{"met", demarc.Unmet, NewlyUnmet},
		{"unknown", demarc.Unmet, NewlyUnmet},
		{"not-applicable", demarc.Unmet, NewlyUnmet},
		{"unmet", demarc.Unmet, StillUnmet},
		{"unmet", demarc.Met, Fixed},
		{"unmet", demarc.NotApplicable, Fixed},
		{"unmet", demarc.UnknownStatus, NewlyUnknown}, // nobody saw it fixed
		{"met", demarc.UnknownStatus, NewlyUnknown},
		{"not-applicable", demarc.UnknownStatus, NewlyUnknown},
		{"unknown", demarc.UnknownStatus, AsBefore},
		{"unknown", demarc.Met, AsBefore},
		{"met", demarc.Met, AsBefore},
		{"met", demarc.NotApplicable, AsBefore},
	} {
		status := slices.IndexFunc([]demarc.Status{demarc.UnknownStatus, demarc.Met, demarc.Unmet, demarc.NotApplicable},
			func(s demarc.Status) bool { return s.String() == tt.before })
		if got := MoveOf(tt.before != absent, demarc.Status(max(status, 0)), tt.after); got != tt.want {
			t.Errorf("%s to %s: %s, want %s", tt.before, tt.after, got, tt.want)
		}
	}
}

// tasks of the tests.
var (
	lock   = &demarc.Responsibility{ID: "lock", Party: demarc.Customer, Severity: demarc.High}
	light  = &demarc.Responsibility{ID: "light", Party: demarc.Customer, Severity: demarc.Low}
	roof   = &demarc.Responsibility{ID: "roof", Party: "provider", Severity: demarc.Critical}
	street = &demarc.Responsibility{ID: "street", Party: demarc.Customer, Level: demarc.SubscriptionLevel}
)

// list is the verdicts of a small estate.
type list struct {
	own   [][]demarc.Verdict // by resource
	above []demarc.Verdict
}

func (l *list) Sets(func(*demarc.VerdictSet) bool) {}

func (l *list) SetOf(i int) *demarc.VerdictSet {
	set := &demarc.VerdictSet{}
	for _, v := range l.own[i] {
		set.Verdicts = append(set.Verdicts, demarc.SetVerdict{Responsibility: v.Responsibility, Judgement: v.Judgement})
	}
	return set
}

func (l *list) Of(i int) []demarc.Verdict                                   { return slices.Concat(l.own[i], l.above) }
func (l *list) Own(func(*demarc.Verdict) bool)                              {}
func (l *list) Each(func(int, *demarc.VerdictSet, *demarc.VerdictSet) bool) {}

func (l *list) Briefs(from, to int, visit func(int, *demarc.Brief) bool) {
	for i := from; i < to && visit(i, &demarc.Brief{Vector: &demarc.Vector{Set: l.SetOf(i)}}); i++ {
		continue
	}
}

func (l *list) Above(visit func(*demarc.Verdict) bool) {
	for i := range l.above {
		if !visit(&l.above[i]) {
			return
		}
	}
}

var subscription = &demarc.Scope{ID: "/subscriptions/s", Kind: demarc.SubscriptionScope}

// estate makes an assessment of lines such as "a lock=met light=unmet"; the
// name of a resource that leaves has a - in front, and the line of what exists
// above resources begins with "above".
func estate(t *testing.T, lines ...string) *demarc.Assessment {
	t.Helper()
	a, verdicts := &demarc.Assessment{}, &list{}
	for _, line := range lines {
		words := strings.Fields(line)
		name, leaving := strings.CutPrefix(words[0], "-")
		r := &demarc.Assessed{Resource: demarc.Resource{ID: name, Name: name}, Answer: &demarc.Answer{}}
		if leaving {
			r.Standing = demarc.Leaving
		}
		var own []demarc.Verdict
		for _, word := range words[1:] {
			v := verdict(t, word)
			if name == "above" {
				v.Instance = demarc.Instance{Level: demarc.SubscriptionLevel, Scope: subscription}
				verdicts.above = append(verdicts.above, v)
				continue
			}
			v.Instance = demarc.Instance{Resource: r}
			own = append(own, v)
		}
		if name != "above" && !leaving {
			a.Estate.Resources++
		}
		if name != "above" {
			a.Resources, verdicts.own = append(a.Resources, r), append(verdicts.own, own)
		}
	}
	a.Verdicts = verdicts
	return a
}

func verdict(t *testing.T, word string) demarc.Verdict {
	t.Helper()
	name, status, _ := strings.Cut(word, "=")
	for _, r := range []*demarc.Responsibility{lock, light, roof, street} {
		for s := demarc.UnknownStatus; s <= demarc.NotApplicable; s++ {
			if r.ID == name && s.String() == status {
				return demarc.Verdict{Responsibility: r, Judgement: demarc.Judgement{Status: s}}
			}
		}
	}
	t.Fatalf("no verdict %q", word)
	return demarc.Verdict{}
}

func everywhere(*demarc.Instance) bool { return true }

func TestTouched(t *testing.T) {
	for _, tt := range []struct {
		name          string
		before, after []string // nil before: nothing tells
		above         func(*demarc.Instance) bool
		want          []string
	}{
		{"nothing before", nil, []string{"a lock=unmet light=unknown"}, nil, []string{"new-unmet a lock new", "as-before a light new"}},
		{"another case of an id", []string{"A lock=unmet"}, []string{"a lock=unmet"}, nil, []string{"still-unmet a lock"}},
		{"fixed", []string{"a lock=unmet"}, []string{"a lock=met"}, nil, []string{"fixed a lock"}},
		{"what another party bears", nil, []string{"a roof=unmet"}, nil, nil},
		{"what leaves", []string{"a lock=met"}, []string{"-a lock=unmet"}, nil, nil},
		{"what was leaving is not compared with", []string{"-a lock=unmet"}, []string{"a lock=unmet"}, nil, []string{"new-unmet a lock new"}},
		{"what nobody touches", nil, []string{"calm lock=unmet"}, nil, nil},
		{"the worst first", []string{"a lock=met light=met", "b lock=met"}, []string{"a lock=unknown light=unmet", "b lock=unmet"}, nil,
			[]string{"new-unmet b lock", "new-unmet a light", "newly-unknown a lock"}},
		{"above only where it is asked for", []string{"above street=met", "a"}, []string{"above street=unmet", "a", "b"}, nil, nil},
		{"above once", []string{"above street=met", "a"}, []string{"above street=unmet", "a", "b"}, everywhere, []string{"new-unmet /subscriptions/s street"}},
		{"above as before", []string{"above street=unmet", "a"}, []string{"above street=unmet", "a"}, everywhere, nil},
		{"above that nobody can tell any more", []string{"above street=met", "a"}, []string{"above street=unknown", "a"}, everywhere, nil},
		{"above that is new", []string{"a"}, []string{"above street=unknown", "a"}, everywhere, []string{"as-before /subscriptions/s street new"}},
		{"above in a place that is left out", []string{"a"}, []string{"above street=unmet", "a"}, func(at *demarc.Instance) bool { return at.Scope != subscription }, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var before *demarc.Assessment
			if tt.before != nil {
				before = estate(t, tt.before...)
			}
			o := Options{Touched: func(r *demarc.Assessed) bool { return r.ID != "calm" }, Above: tt.above}
			var got []string
			for _, f := range Touched(before, estate(t, tt.after...), o) {
				line := fmt.Sprintf("%s %s %s", f.Move, f.Instance.Name(), f.Responsibility.ID)
				if f.New {
					line += " new"
				}
				got = append(got, line)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestEnded(t *testing.T) {
	all := func(*demarc.Assessed) bool { return true }
	before := estate(t, "a lock=met light=unknown roof=met", "b lock=met")
	after := estate(t, "-a", "b lock=met", "-c")
	if n := Ended(before, after, all); n != 2 {
		t.Errorf("%d end, want the 2 that are the customer's", n)
	}
	if n := Ended(nil, after, all); n != 0 {
		t.Errorf("%d end, and nothing was there", n)
	}
	if Holds(after, "a") || !Holds(after, "B") || Holds(after, "d") {
		t.Error("what leaves is held, or what is there is not")
	}
}

func TestReach(t *testing.T) {
	const vm = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm"
	resource := func(id string, role demarc.Role, partOf string) *demarc.Assessed {
		return &demarc.Assessed{Resource: demarc.Resource{ID: id}, Answer: &demarc.Answer{Role: role}, PartOf: partOf}
	}
	list := []*demarc.Assessed{
		resource("disk", demarc.Part, vm),
		resource("loose", demarc.Part, "/nowhere"),
		resource("nic", demarc.Part, "disk"),
		resource("other", demarc.Workload, vm),
		resource(vm, demarc.Workload, ""),
		resource(vm+"/extensions/e", demarc.Part, ""),
		resource(vm+"/providers/Microsoft.Insights/diagnosticSettings/d", demarc.Configuration, ""),
	}
	slices.SortFunc(list, func(a, b *demarc.Assessed) int { return demarc.CompareFold(a.ID, b.ID) })
	a := &demarc.Assessment{Resources: list}
	for named, want := range map[string]string{
		"disk": demarc.Fold(vm), "nic": demarc.Fold(vm) + " disk", "other": "", "loose": "",
		demarc.Fold(vm + "/extensions/e"): demarc.Fold(vm), demarc.Fold(vm + "/providers/Microsoft.Insights/diagnosticSettings/d"): demarc.Fold(vm),
	} {
		var got []string
		for id := range Reach(a, func(id string) bool { return id == named }) {
			got = append(got, id)
		}
		slices.Sort(got)
		if strings.Join(got, " ") != want {
			t.Errorf("%s reaches %q, want %q", named, got, want)
		}
	}
}
