package compare

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
)

// told writes what became of responsibilities, one line for each place.
func told(d *Difference) []string {
	list := []string{}
	for i := range d.Responsibilities {
		c := &d.Responsibilities[i]
		for _, at := range c.Places {
			list = append(list, fmt.Sprintf("%s %s %s", c.Move, at.Name(), c.Responsibility.ID))
		}
	}
	return list
}

func TestDiffOfResponsibilities(t *testing.T) {
	for _, tt := range []struct {
		name          string
		before, after []string
		want          []string
	}{
		{"the same", []string{"a lock=unmet", "above street=met"}, []string{"A lock=unmet", "above street=met"}, []string{}},
		{"each status", []string{"a lock=met light=unmet roof=unknown"}, []string{"a lock=unmet light=met roof=not-applicable"},
			[]string{"new-unmet a lock", "newly-met a light", "not-applicable a roof"}},
		{"what nobody can tell any more", []string{"a lock=met light=not-applicable"}, []string{"a lock=unknown light=unknown"},
			[]string{"newly-unknown a lock", "applicable a light"}},
		{"what is new and what ended", []string{"a lock=met"}, []string{"a light=unmet"}, []string{"new a light", "ended a lock"}},
		{"a resource that came", []string{"a lock=met"}, []string{"a lock=met", "b lock=unmet"}, []string{"new b lock"}},
		{"a resource that went", []string{"a lock=met", "b lock=unmet"}, []string{"a lock=met"}, []string{"ended b lock"}},
		{"what a plan deletes is gone", []string{"a lock=met"}, []string{"-a lock=unmet"}, []string{"ended a lock"}},
		{"what was leaving and leaves", []string{"-a lock=met"}, []string{"b"}, []string{}},
		{"what exists above resources", []string{"above street=met", "a"}, []string{"above street=unmet", "a"}, []string{"new-unmet /subscriptions/s street"}},
		{"what exists above no more", []string{"above street=met", "a"}, []string{"a"}, []string{"ended /subscriptions/s street"}},
		{"the worst first", []string{"a light=met", "b lock=met"}, []string{"a light=unmet", "b lock=unmet"}, []string{"new-unmet b lock", "new-unmet a light"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := Diff(estate(t, tt.before...), estate(t, tt.after...), DiffOptions{})
			if got := told(d); !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestDiffGroups: what is alike in all but its place is told once.
func TestDiffGroups(t *testing.T) {
	d := Diff(estate(t, "a lock=met", "b lock=met", "c lock=unmet"), estate(t, "a lock=unmet", "b lock=unmet", "c lock=met", "d lock=met", "e lock=met"), DiffOptions{})
	if len(d.Responsibilities) != 3 {
		t.Fatalf("%d groups: %q", len(d.Responsibilities), told(d))
	}
	for n, want := range []int{2, 2, 1} {
		if got := len(d.Responsibilities[n].Places); got != want {
			t.Errorf("group %d has %d places, want %d", n, got, want)
		}
	}
	if got := d.Responsibilities[1].Reason; got != "the resource is new" {
		t.Errorf("new because %q", got)
	}
}

func TestMoveOfStands(t *testing.T) {
	met, unmet := Stand{Exists: true, Status: demarc.Met, Party: "you"}, Stand{Exists: true, Status: demarc.Unmet, Party: "you"}
	accepted := unmet
	accepted.Accepted = true
	stale := Stand{Exists: true, Unknown: demarc.Stale, Party: "you"}
	theirs := met
	theirs.Party = "them"
	for _, tt := range []struct {
		was, is Stand
		want    Move
	}{
		{Stand{}, met, Begun}, {met, Stand{}, Over}, {met, met, AsBefore}, {met, stale, GoneStale}, {stale, stale, AsBefore},
		{unmet, accepted, NowAccepted}, {accepted, unmet, NotAccepted}, {met, accepted, NewlyUnmet}, {met, theirs, PassedOn}, {unmet, theirs, NewlyMet},
	} {
		if got := moveOf(&tt.was, &tt.is); got != tt.want {
			t.Errorf("%+v to %+v: %s, want %s", tt.was, tt.is, got, tt.want)
		}
	}
}

// TestReasonsOfStands: what decided is told, and of what is too old since when.
func TestReasonsOfStands(t *testing.T) {
	on := func(status demarc.Status, why string) Stand {
		return Stand{Exists: true, Status: status, Why: why, Party: demarc.Customer}
	}
	stale, open, accepted, theirs := on(demarc.UnknownStatus, "it is too long ago"), on(demarc.Unmet, "scan failed"), on(demarc.Unmet, "scan failed"), on(demarc.Met, "report")
	stale.Unknown, accepted.Accepted, theirs.Party = demarc.Stale, true, "provider"
	d := newDiffer(&Difference{}, estate(t), estate(t), DiffOptions{})
	for _, tt := range []struct {
		was, is Stand
		want    string
	}{
		{on(demarc.Met, "scan passed (2026-10-01)"), open, "scan failed"},
		{on(demarc.Met, "scan passed (2026-10-01)"), stale, "it is too long ago; before: scan passed (2026-10-01)"},
		{open, accepted, "an exception in force covers it now; scan failed"},
		{accepted, open, "no exception in force covers it any more; scan failed"},
		{on(demarc.Unmet, "scan failed"), theirs, "report; before: scan failed; it passed from you to provider"},
		{on(demarc.Met, "scan passed (2026-10-01)"), on(demarc.UnknownStatus, "scan could not tell (2026-11-01)"), "scan could not tell (2026-11-01)"},
		{on(demarc.Met, "scan passed (2026-10-01)"), on(demarc.UnknownStatus, "no evidence"), "no evidence; before: scan passed (2026-10-01)"},
		{open, on(demarc.Met, "check passed (2026-11-01)"), "check passed (2026-11-01); before: scan failed"},
		{on(demarc.UnknownStatus, "no evidence"), open, "scan failed"},
		{on(demarc.Met, "report"), theirs, "it passes from you to provider"},
	} {
		if got := d.taskReason(&TaskChange{Responsibility: lock, Before: tt.was, After: tt.is}, asBefore); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

// TestDiffOfStandings: what a plan deletes, or a template deploys perhaps, is
// told with the reason.
func TestDiffOfStandings(t *testing.T) {
	before, after := estate(t, "a", "-b", "c", "d"), estate(t, "-a", "b", "c", "e")
	after.Resources[1].Standing, before.Resources[1].Standing = demarc.There, demarc.Conditional
	d := Diff(before, after, DiffOptions{})
	var got []string
	for _, list := range [][]Presence{d.Added, d.Removed} {
		for _, r := range list {
			got = append(got, r.ID+" "+r.Reason)
		}
	}
	want := []string{"b a template deploys it only under a condition that cannot be known", "e ", "a a plan deletes it", "d "}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if d.Before.Resources != 3 || d.After.Resources != 3 {
		t.Errorf("%d and %d are there", d.Before.Resources, d.After.Resources)
	}
}

// TestDiffInStretches: a list that several goroutines compare gives what one
// gives.
func TestDiffInStretches(t *testing.T) {
	var was, is []string
	for n := range 40000 {
		line := fmt.Sprintf("r%06d lock=met", n)
		if n%1000 != 7 {
			was = append(was, line)
		}
		switch {
		case n%1000 == 3:
			line = strings.Replace(line, "met", "unmet", 1)
		case n%1000 == 5:
			line = "-" + line
		}
		if n%1000 != 9 {
			is = append(is, line)
		}
	}
	d := Diff(estate(t, was...), estate(t, is...), DiffOptions{})
	if len(d.Added) != 40 || len(d.Removed) != 80 || len(d.Responsibilities) != 4 {
		t.Fatalf("%d came, %d went, %d rows", len(d.Added), len(d.Removed), len(d.Responsibilities))
	}
	for i := range d.Responsibilities {
		c := &d.Responsibilities[i]
		if len(c.Places) != 40 || !slices.IsSortedFunc(c.Places, func(x, y demarc.Instance) int { return comparePlaces(&x, &y) }) {
			t.Errorf("%s has %d places", c.Move, len(c.Places))
		}
	}
}

// answer makes an answer of a service model with cells such as "os=customer".
func answerOf(model demarc.ServiceModel, cells ...string) *demarc.Answer {
	a := &demarc.Answer{Model: model, Provider: demarc.Microsoft, Facets: []demarc.Facet{{ID: model.String(), Model: model}}, Division: &demarc.Division{ID: model.String() + strings.Join(cells, " ")}}
	for _, cell := range cells {
		name, parties, _ := strings.Cut(cell, "=")
		facet, area, found := strings.Cut(name, "/")
		if !found {
			facet, area = a.Facets[0].ID, name
		}
		c := demarc.Cell{Model: "m", Facet: facet, AreaID: area, Area: area, Reason: "column"}
		if parties != "" {
			c.Parties = strings.Split(parties, "+")
		} else {
			c.NotApplicable = true
		}
		a.Division.Cells = append(a.Division.Cells, c)
	}
	return a
}

func of(typ string, a *demarc.Answer) *demarc.Assessment {
	r := &demarc.Assessed{Resource: demarc.Resource{ID: "sql-01", Name: "sql-01", Type: typ}, Answer: a}
	return &demarc.Assessment{Resources: []*demarc.Assessed{r}, Verdicts: &list{own: [][]demarc.Verdict{nil}}, Parties: map[string]demarc.Party{"microsoft": {Name: "Microsoft"}}}
}

func TestDiffOfCells(t *testing.T) {
	const vm, instance = "vm", "instance"
	override := answerOf(demarc.IaaS, "system=other")
	override.Division.Cells[0].Basis, override.Division.Cells[0].Reason = demarc.ByOverride, "your override: contract"
	unclassified := &demarc.Answer{}
	for _, tt := range []struct {
		name          string
		before, after *demarc.Assessment
		want          []string
	}{
		{"another type", of(vm, answerOf(demarc.IaaS, "data=customer", "operating system=customer")), of(instance, answerOf(demarc.PaaS, "data=customer", "operating system=microsoft")),
			[]string{"is a managed instance now, PaaS: the operating system passes from you to Microsoft (column)"}},
		{"another type that no override is about", of(vm, override), of(instance, answerOf(demarc.PaaS, "system=microsoft")),
			[]string{"is a managed instance now, PaaS: the system passes from other to Microsoft (column)"}},
		{"another service model", of(vm, answerOf(demarc.IaaS, "hosts=customer+microsoft")), of(vm, answerOf(demarc.PaaS, "hosts=microsoft")),
			[]string{"is PaaS now: the hosts pass from you and Microsoft to Microsoft alone (column)"}},
		{"an override", of(vm, answerOf(demarc.IaaS, "system=customer")), of(vm, override), []string{"the system passes from you to other (your override: \"contract\")"}},
		{"an override that went", of(vm, override), of(vm, answerOf(demarc.IaaS, "system=customer")), []string{"the system passes from other to you (no more: your override: \"contract\")"}},
		{"no such area any more", of(vm, answerOf(demarc.IaaS, "system=customer")), of(vm, answerOf(demarc.IaaS, "system=")), []string{"the system ends there, which was yours (column)"}},
		{"a facet that is new", of(vm, answerOf(demarc.IaaS, "system=customer")), of(vm, answerOf(demarc.IaaS, "system=customer", "guest-os/system=customer")),
			[]string{"the system of its guest os is new there and yours (column)"}},
		{"a facet that took the place of another", of(vm, answerOf(demarc.PaaS, "runtime/apps=microsoft")), of(vm, answerOf(demarc.PaaS, "image/apps=customer")),
			[]string{"the apps of its image pass from Microsoft to you (column)"}},
		{"an area that the new facet lacks", of(vm, answerOf(demarc.PaaS, "image/system=customer")), of(vm, answerOf(demarc.PaaS, "runtime/system=")),
			[]string{"the system of its image ends there, which was yours (column)"}},
		{"what is known now", of(vm, unclassified), of(vm, answerOf(demarc.PaaS, "system=microsoft")), []string{"is PaaS now: the system is known to be Microsoft's (column)"}},
		{"what nobody knows any more", of(vm, answerOf(demarc.PaaS, "system=microsoft")), of(vm, unclassified),
			[]string{"nobody can tell its service model any more: nobody can tell any more whose the system is, which was Microsoft's"}},
		{"the same parties for another reason", of(vm, answerOf(demarc.IaaS, "system=other")), of(vm, override), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := Diff(tt.before, tt.after, DiffOptions{TypeName: func(typ string) string { return map[string]string{instance: "managed instance"}[typ] }})
			var got []string
			for _, c := range d.Cells {
				got = append(got, c.Reason)
				if c.Why != "" && !strings.HasSuffix(c.Reason, " ("+c.Why+")") {
					t.Errorf("%q does not end with %q", c.Reason, c.Why)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if len(d.Flows) != len(tt.want) {
				t.Errorf("%d flows of %d cells", len(d.Flows), len(tt.want))
			}
		})
	}
}

// TestDiffOfFacets: a resource that has another facet beside its main one is
// told as changed, without a reason that decided something else.
func TestDiffOfFacets(t *testing.T) {
	was, is := answerOf(demarc.PaaS, "apps=customer"), answerOf(demarc.PaaS, "apps=customer")
	was.Facets, is.Facets = append(was.Facets, demarc.Facet{ID: "runtime"}), append(is.Facets, demarc.Facet{ID: "container-image"})
	was.Why, is.Why = "an app", "an app"
	d := Diff(of("vm", was), of("vm", is), DiffOptions{})
	if len(d.Changed) != 1 || !slices.Equal(d.Changed[0].Changes, []Change{{AspectFacets, "runtime", "container image"}}) || d.Changed[0].Why != "" {
		t.Errorf("%+v", d.Changed)
	}
}

// TestReasonsAbove: a place that is not there on the other side is new or gone,
// but for the organisation, which is there whatever the resources are.
func TestReasonsAbove(t *testing.T) {
	d := newDiffer(&Difference{}, estate(t), estate(t), DiffOptions{})
	for level, want := range map[demarc.Level][2]string{
		demarc.SubscriptionLevel: {"the subscription is new", "the subscription is gone"},
		demarc.OrganisationLevel: {"resources that ask for it came", "no resource asks for it any more"},
	} {
		for side := range want {
			if got := d.aboveReason(&demarc.Verdict{Responsibility: street, Instance: demarc.Instance{Level: level}}, nil, side); got != want[side] {
				t.Errorf("%s: %q, want %q", level, got, want[side])
			}
		}
	}
}

// TestDiffPairs: what the caller says is the same resource is compared as one,
// and what looks like it only where one side made its id up.
func TestDiffPairs(t *testing.T) {
	named := func(id, name string, madeUp bool) *demarc.Assessment {
		a := of("vm", answerOf(demarc.IaaS, "os=customer"))
		a.Resources[0].ID, a.Resources[0].Name, a.Resources[0].MadeUp = id, name, madeUp
		return a
	}
	for _, tt := range []struct {
		name          string
		before, after *demarc.Assessment
		pairs         map[string]string
		kept          bool
	}{
		{"another id", named("/a", "web", false), named("/b", "web", false), nil, false},
		{"said to be the same", named("/A", "web", false), named("/b", "shop", false), map[string]string{"/a": "/B"}, true},
		{"one id is made up", named("/a", "web", false), named("portal/web", "Web", true), nil, true},
		{"both are made up", named("site a/web", "web", true), named("site b/web", "web", true), nil, false},
		{"a made-up id of another name", named("/a", "web", false), named("portal/shop", "shop", true), nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := Diff(tt.before, tt.after, DiffOptions{Pairs: tt.pairs})
			if kept := len(d.Changed) == 1 && len(d.Added)+len(d.Removed) == 0; kept != tt.kept {
				t.Errorf("kept %v, %d added, %d removed", kept, len(d.Added), len(d.Removed))
			}
		})
	}
}

// TestDiffCauses: with what was there before assessed anew, the catalogue and
// the estate answer each for its own part.
func TestDiffCauses(t *testing.T) {
	before, replayed, after := estate(t, "a lock=met"), estate(t, "a lock=unmet light=met"), estate(t, "a lock=unmet light=unmet")
	before.Rules = []*demarc.Rule{{ID: "r", Checked: "2026-01-01"}, {ID: "old"}}
	replayed.Rules = []*demarc.Rule{{ID: "r", Checked: "2026-02-01"}, {ID: "new"}}
	before.Responsibilities, replayed.Responsibilities = []*demarc.Responsibility{lock}, []*demarc.Responsibility{lock, light}
	d := Diff(before, after, DiffOptions{Replayed: replayed})
	var got []string
	for _, c := range d.Responsibilities {
		got = append(got, fmt.Sprintf("%s %s %s %s", c.Cause, c.Move, c.Responsibility.ID, c.Reason))
	}
	for _, c := range d.Catalog {
		got = append(got, fmt.Sprintf("%s %s %s %v", c.Kind, c.ID, c.Move, c.Changes))
	}
	want := []string{"estate new-unmet light ", "catalogue new-unmet lock ", "catalogue new light the catalogue asks it now",
		"responsibility light new []", "rule new new []", "rule old ended []", "rule r as-before [{checked 2026-01-01 2026-02-01}]"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	alone := Diff(before, replayed, DiffOptions{})
	if len(alone.Catalog) != 1 || alone.Catalog[0].ID != "r" {
		t.Errorf("%+v: an estate that uses other rules says nothing of the rules", alone.Catalog)
	}
}
