package json

import (
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	jsonlib "github.com/demarc-dev/demarc/internal/json"
)

// pieces is a list that is ready.
type pieces []demarc.AssessedEvidence

func (p pieces) Len() int                         { return len(p) }
func (p pieces) At(i int) demarc.AssessedEvidence { return p[i] }

// computedHere are results of checks about a resource, a scope and a tenant
// that nobody named.
func computedHere() pieces {
	scope := &demarc.Scope{ID: "/subscriptions/s", Kind: demarc.SubscriptionScope}
	vm := &demarc.Assessed{Resource: demarc.Resource{ID: `/Subscriptions/s/vm"1`}}
	day := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	file := &demarc.File{Path: "a.json"}
	return pieces{
		{ID: "0000000000000001", Resource: vm, Responsibilities: []string{"os.patch"}, Evidence: demarc.Evidence{Subject: demarc.Subject{ID: vm.ID}, Tool: "azure-policy",
			Check: "guid", Title: "Patched", Outcome: demarc.Fail, By: "/assignment", Observed: day, Place: demarc.Place{File: file, Line: 3}}},
		{ID: "0000000000000001", Resource: vm, Evidence: demarc.Evidence{Subject: demarc.Subject{ID: vm.ID}, Tool: "azure-policy", Check: "guid", Outcome: demarc.Fail, By: "/assignment", Observed: day}},
		{ID: "0000000000000002", Resource: vm, Evidence: demarc.Evidence{Subject: demarc.Subject{ID: vm.ID}, Tool: "demarc", Check: "disk", Outcome: demarc.OutcomeUnknown,
			Reason: demarc.PropertyNotSeen, Observed: day, Place: demarc.Place{File: file, Line: 3}}},
		{ID: "0000000000000003", About: scope, Evidence: demarc.Evidence{Subject: demarc.Subject{ID: scope.ID, Name: "alex"}, Tool: "demarc", Check: "owner", Outcome: demarc.Pass, Detail: "two", Observed: day}},
		{ID: "0000000000000004", Evidence: demarc.Evidence{Tool: "demarc", Check: "mfa", Outcome: demarc.OutcomeNotApplicable}},
	}
}

// TestWriteChecksInTheirForm: a check says its verdict in the words of policies, each
// result once, and what neighbours share is that of each.
func TestWriteChecksInTheirForm(t *testing.T) {
	o := parsed(t, &demarc.Assessment{Checks: computedHere()})
	got, err := jsonlib.Marshal(o["checks"], jsonlib.Deterministic())
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(got), "},")
	want := []string{
		`[{"assignment":"/assignment","definition":"guid","detail":null,"file":"a.json","id":"0000000000000001","line":3,"name":null,"observed":"2026-11-22","reason":null,` +
			`"resource":"/Subscriptions/s/vm\"1","responsibilities":["os.patch"],"scope":null,"title":"Patched","tool":"azure-policy","verdict":"non-compliant"},`,
		`{"assignment":null,"definition":"disk","detail":null,"file":"a.json","id":"0000000000000002","line":3,"name":null,"observed":"2026-11-22","reason":"property not seen",` +
			`"resource":"/Subscriptions/s/vm\"1","responsibilities":[],"scope":null,"title":null,"tool":"demarc","verdict":"unknown"},`,
		`{"assignment":null,"definition":"owner","detail":"two","file":null,"id":"0000000000000003","line":null,"name":"alex","observed":"2026-11-22","reason":null,` +
			`"resource":"/subscriptions/s","responsibilities":[],"scope":"` + o.list("checks")[2]["scope"].(string) + `","title":null,"tool":"demarc","verdict":"compliant"},`,
		`{"assignment":null,"definition":"mfa","detail":null,"file":null,"id":"0000000000000004","line":null,"name":null,"observed":null,"reason":null,` +
			`"resource":null,"responsibilities":[],"scope":null,"title":null,"tool":"demarc","verdict":"not-applicable"}]`,
	}
	if len(lines) != len(want) {
		t.Fatalf("%d checks, want %d: %s", len(lines), len(want), got)
	}
	for i := range want {
		if lines[i] != want[i] {
			t.Errorf("check %d\ngot  %s\nwant %s", i, lines[i], want[i])
		}
	}
}

// TestAppendCheckAllocatesNothing: there may be tens of millions.
func TestAppendCheckAllocatesNothing(t *testing.T) {
	list := computedHere()
	d := &document{buf: make([]byte, 0, flushAt)}
	w := &checkWriter{listing: &listing{document: d}, resources: NewResources()}
	buf := make([]byte, 0, flushAt)
	run := func() {
		buf = buf[:0]
		for i := range list {
			buf = w.append(buf, &list[i])
		}
	}
	run()
	if n := testing.AllocsPerRun(100, run); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
