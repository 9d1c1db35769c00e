package json

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	jsonlib "github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/sample"
)

func parsed(t *testing.T, a *demarc.Assessment) object {
	t.Helper()
	var o object
	if err := jsonlib.Unmarshal(write(t, a), &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// ids are the ids of a list, each once.
func (o object) ids(t *testing.T, list string) map[string]object {
	t.Helper()
	found := map[string]object{}
	for _, e := range o.list(list) {
		id := e["id"].(string)
		if found[id] != nil {
			t.Errorf("%s holds %s twice", list, id)
		}
		found[id] = e
	}
	return found
}

func TestWriteRefersToWhatIsThere(t *testing.T) {
	o := parsed(t, sample.Judged())
	sets, evidence, tasks, scopes := o.ids(t, "verdictSets"), o.ids(t, "evidence"), o.ids(t, "responsibilities"), o.ids(t, "scopes")
	for _, r := range o.list("resources") {
		if sets[r["verdictSet"].(string)] == nil {
			t.Errorf("%v refers to a set that is not there", r["id"])
		}
	}
	for _, i := range o.list("instances") {
		if sets[i["verdictSet"].(string)] == nil || i["scope"] != nil && scopes[i["scope"].(string)] == nil {
			t.Errorf("an instance refers to what is not there: %v", i)
		}
	}
	for _, v := range o.list("verdicts") {
		if tasks[v["responsibility"].(string)] == nil {
			t.Errorf("no responsibility %v", v["responsibility"])
		}
		if len(v["evidence"].([]any)) == 0 {
			t.Errorf("a verdict about %v rests on nothing", v["responsibility"])
		}
		for _, id := range v["evidence"].([]any) {
			if evidence[id.(string)] == nil {
				t.Errorf("no evidence %v", id)
			}
		}
	}
}

// TestWriteNumbersAddUp: the numbers of the summary are those of the sets that
// resources and instances refer to.
func TestWriteNumbersAddUp(t *testing.T) {
	o := parsed(t, sample.Judged())
	sets, tasks := o.ids(t, "verdictSets"), o.ids(t, "responsibilities")
	counts := map[any]float64{}
	for _, e := range append(o.list("resources"), o.list("instances")...) {
		for _, v := range sets[e["verdictSet"].(string)].list("verdicts") {
			if tasks[v["responsibility"].(string)]["party"] == demarc.Customer {
				counts[v["status"]]++
				if v["accepted"] == true {
					counts["accepted"]++
				}
			}
		}
	}
	summary := object(o["summary"].(map[string]any))
	for word, key := range map[string]string{"met": "met", "unmet": "unmet", "unknown": "unknown", "not-applicable": "notApplicable", "accepted": "accepted"} {
		if counts[word] != summary[key] {
			t.Errorf("%s: %v in the sets, %v in the summary", word, counts[word], summary[key])
		}
	}
	known := counts["met"] + counts["unmet"]
	if want := known / (known + counts["unknown"]); summary["coverage"] != want {
		t.Errorf("coverage %v, want %v", summary["coverage"], want)
	}
}

func TestWriteCellsAddUpByWhatIsDone(t *testing.T) {
	o := parsed(t, sample.Judged())
	for _, c := range object(o["summary"].(map[string]any)).list("matrix") {
		sum := c["notApplicable"].(float64)
		done := maps.Clone(c["done"].(map[string]any))
		delete(done, "accepted")
		for _, n := range done {
			sum += n.(float64)
		}
		if sum != c["workloads"] {
			t.Errorf("%v in %v: %v of %v workloads", c["areaId"], c["serviceModel"], sum, c["workloads"])
		}
	}
}

// lists are verdicts and evidence that are written down.
type lists struct {
	above, own []demarc.Verdict
	pieces     []demarc.AssessedEvidence
	set        *demarc.VerdictSet
}

func (l *lists) Sets(visit func(*demarc.VerdictSet) bool)                    { visit(l.set) }
func (l *lists) SetOf(int) *demarc.VerdictSet                                { return l.set }
func (l *lists) Of(int) []demarc.Verdict                                     { return nil }
func (l *lists) Each(func(int, *demarc.VerdictSet, *demarc.VerdictSet) bool) {}
func (l *lists) Briefs(int, int, func(int, *demarc.Brief) bool)              {}
func (l *lists) Len() int                                                    { return len(l.pieces) }
func (l *lists) At(i int) demarc.AssessedEvidence                            { return l.pieces[i] }
func (l *lists) Own(visit func(*demarc.Verdict) bool)                        { each(l.own, visit) }
func (l *lists) Above(visit func(*demarc.Verdict) bool)                      { each(l.above, visit) }
func each(list []demarc.Verdict, f func(*demarc.Verdict) bool) {
	for i := range list {
		if !f(&list[i]) {
			return
		}
	}
}

func (l *lists) assessment() *demarc.Assessment {
	l.set = &demarc.VerdictSet{ID: "0123456789abcdef"}
	return &demarc.Assessment{AsOf: sample.AsOf, Verdicts: l, Evidence: l}
}

func TestWriteEvidence(t *testing.T) {
	file := &demarc.File{Path: "a.json"}
	full := demarc.AssessedEvidence{ID: "00000000000000aa", Responsibilities: []string{"data.recovery"}, Evidence: demarc.Evidence{
		Subject: demarc.Subject{ID: "/x/1", Name: "person"}, Tool: "backup", Check: "protected", Title: "Copies", Outcome: demarc.Fail, Detail: "none",
		Severity: demarc.High, Strength: demarc.Attested, By: "a. person", Amount: 36 * time.Hour, Place: demarc.Place{File: file, Line: 3},
		Observed: time.Date(2026, 1, 2, 3, 4, 5, 6, time.FixedZone("", 3600)), Since: sample.AsOf.AddDate(-1, 0, 0), Expires: sample.AsOf,
	}}
	bare := demarc.AssessedEvidence{ID: "00000000000000ab"}
	bare.Tool, bare.Reason = "t", demarc.NotPermitted
	for _, tt := range []struct {
		name   string
		pieces []demarc.AssessedEvidence
		want   []string
	}{
		{"everything", []demarc.AssessedEvidence{full}, []string{`{"id":"00000000000000aa","subject":"/x/1","scope":null,"name":"person","tool":"backup","check":"protected",` +
			`"title":"Copies","file":"a.json","line":3,"outcome":"fail","reason":null,"detail":"none","severity":"high","strength":"attested","by":"a. person",` +
			`"observed":"2026-01-02T02:04:05Z","since":"2025-11-22T23:59:59Z","expires":"2026-11-22T23:59:59Z","amountDays":1.5,"responsibilities":["data.recovery"],"count":1}`}},
		{"nothing but a tool", []demarc.AssessedEvidence{bare}, []string{`{"id":"00000000000000ab","subject":null,"scope":null,"name":null,"tool":"t","check":"",` +
			`"title":null,"file":null,"line":null,"outcome":"unknown","reason":"no permission","detail":null,"severity":"unknown","strength":"claim","by":null,` +
			`"observed":null,"since":null,"expires":null,"amountDays":null,"responsibilities":[],"count":1}`}},
		{"read twice", []demarc.AssessedEvidence{bare, bare, full, full, full}, []string{`"id":"00000000000000ab"`, `"count":2`, `"id":"00000000000000aa"`, `"count":3`}},
		{"none", nil, []string{`"evidence":[],"checks":[],"unattached":[]`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := (&lists{pieces: tt.pieces}).assessment()
			rest := string(write(t, a))
			if len(parsed(t, a).ids(t, "evidence")) != len(slices.CompactFunc(tt.pieces, func(x, y demarc.AssessedEvidence) bool { return x.ID == y.ID })) {
				t.Errorf("not each piece once: %s", rest)
			}
			for _, want := range tt.want {
				_, after, found := strings.Cut(rest, want)
				if !found {
					t.Fatalf("no %s in\n%s", want, rest)
				}
				rest = after
			}
		})
	}
}

// TestWriteInstances: what exists above resources stands in one set for each
// instance; instances that are alike share it, and what rests on evidence is
// told by itself.
func TestWriteInstances(t *testing.T) {
	first, second := &demarc.Scope{Kind: demarc.SubscriptionScope, ID: "/subscriptions/1"}, &demarc.Scope{Kind: demarc.SubscriptionScope, ID: "/subscriptions/2"}
	a, b := &demarc.Responsibility{ID: "a", Level: demarc.SubscriptionLevel}, &demarc.Responsibility{ID: "b", Level: demarc.SubscriptionLevel}
	at := func(r *demarc.Responsibility, i demarc.Instance, status demarc.Status, why string, evidence ...int) demarc.Verdict {
		return demarc.Verdict{Responsibility: r, Instance: i, Party: demarc.Customer, Evidence: evidence, Judgement: demarc.Judgement{Status: status, Why: why}}
	}
	of := func(s *demarc.Scope) demarc.Instance {
		return demarc.Instance{Level: demarc.SubscriptionLevel, Scope: s}
	}
	shop := demarc.Instance{Level: demarc.WorkloadLevel, Workload: "shop"}
	l := &lists{pieces: make([]demarc.AssessedEvidence, 2), above: []demarc.Verdict{
		at(a, demarc.Instance{Level: demarc.OrganisationLevel}, demarc.UnknownStatus, "nobody said"),
		at(a, of(first), demarc.Met, "one looked", 0), at(b, of(first), demarc.UnknownStatus, ""),
		at(a, of(second), demarc.Met, "another looked", 1), at(b, of(second), demarc.UnknownStatus, ""),
		at(a, shop, demarc.Unmet, "", 0, 1),
	}}
	l.pieces[0].ID, l.pieces[1].ID = "00000000000000aa", "00000000000000ab"
	o := parsed(t, l.assessment())
	var got []string
	for _, i := range o.list("instances") {
		got = append(got, fmt.Sprint(i["level"], " ", i["scope"] != nil, " ", i["workload"], " ", i["verdictSet"] == o.list("instances")[1]["verdictSet"]))
	}
	want := []string{"organisation false <nil> false", "subscription true <nil> true", "subscription true <nil> true", "workload false shop false"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if n := len(o.ids(t, "verdictSets")); n != 4 { // three of instances, one of resources
		t.Errorf("%d sets", n)
	}
	got = nil
	for _, v := range o.list("verdicts") {
		got = append(got, fmt.Sprint(v["level"], " ", v["status"], " ", v["why"], " ", v["evidence"]))
	}
	want = []string{"subscription met one looked [00000000000000aa]", "subscription met another looked [00000000000000ab]",
		"workload unmet <nil> [00000000000000aa 00000000000000ab]"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestWriteChecks: what was computed here stands apart from evidence, and a
// verdict that rests on it alone is told by itself.
func TestWriteChecks(t *testing.T) {
	v := demarc.Verdict{Responsibility: &demarc.Responsibility{ID: "a"}, Instance: demarc.Instance{Level: demarc.TenantLevel}, Checks: []int{0}}
	computed := &lists{pieces: []demarc.AssessedEvidence{{ID: "00000000000000cc"}}}
	a := (&lists{above: []demarc.Verdict{v}}).assessment()
	a.Checks = computed
	o := parsed(t, a)
	if n := len(o.ids(t, "evidence")); n != 0 || o.ids(t, "checks")["00000000000000cc"] == nil {
		t.Errorf("%d pieces of evidence, checks %v", n, o["checks"])
	}
	if got := o.list("verdicts"); len(got) != 1 || fmt.Sprint(got[0]["evidence"], got[0]["checks"]) != "[] [00000000000000cc]" {
		t.Errorf("verdicts %v", got)
	}
}

func TestWriteException(t *testing.T) {
	file := &demarc.File{Path: "statements/a.yaml"}
	e := &demarc.Exception{ID: "x1", Tool: "defender", Check: "c", Scope: "/x", Reason: "r", Approver: "p", Owner: "o", From: sample.AsOf, Place: demarc.Place{File: file, Line: 4}}
	v := demarc.Verdict{Responsibility: &demarc.Responsibility{ID: "a"}, Instance: demarc.Instance{Resource: &demarc.Assessed{Resource: demarc.Resource{ID: "/x"}}},
		Judgement: demarc.Judgement{Status: demarc.Unmet}, Exception: e, Accepted: true, Age: 49 * time.Hour}
	out := string(write(t, (&lists{own: []demarc.Verdict{v}}).assessment()))
	want := `"exception":{"id":"x1","responsibility":null,"tool":"defender","check":"c","scope":"/x","reason":"r","approver":"p","owner":"o",` +
		`"from":"2026-11-22","expires":null,"place":"statements/a.yaml:4"},"accepted":true,"ageDays":2}`
	if !strings.Contains(out, want) {
		t.Errorf("no %s in\n%s", want, out)
	}
}
