package assess_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
)

// tellChecks writes what an assessment says, with its checks and what rests on
// them.
func tellChecks(t testing.TB, a *assess.Settled) string {
	t.Helper()
	var b strings.Builder
	b.WriteString(tell(a))
	for i := range a.Checks.Len() {
		e := a.Checks.At(i)
		e.Evidence.Place.File = nil
		fmt.Fprintf(&b, "check %d %s %+v %v %v %v\n", i, e.ID, e.Evidence, e.Resource != nil, e.About != nil, e.Responsibilities)
	}
	note := func(v *demarc.Verdict) bool {
		fmt.Fprintf(&b, "%s %s %s rests on %v and %v\n", v.Responsibility.ID, v.Instance.Name(), status(v), v.Evidence, v.Checks)
		return true
	}
	a.Verdicts.Own(note)
	a.Verdicts.Above(note)
	a.Verdicts.Each(func(i int, own, above *demarc.VerdictSet) bool {
		fmt.Fprintf(&b, "%d %s %d %s %d\n", i, own.ID, len(own.Verdicts), above.ID, len(above.Verdicts))
		return true
	})
	rest := *a.Assessment
	rest.Resources = nil // told above, and long
	text, err := json.Marshal(rest)
	if err != nil {
		t.Fatal(err)
	}
	b.Write(text)
	return b.String()
}

// Neither the order of resources, evidence and what the manifest says nor the
// number of shards makes a difference to checks and what rests on them.
func TestOrderOfChecksDoesNotMatter(t *testing.T) {
	want := tellChecks(t, ruledEstate(t).assess(t))
	if n := strings.Count(want, " unmet"); n < 20 {
		t.Fatalf("the estate shows too little: %d unmet", n)
	}
	r := rand.New(rand.NewPCG(5, 5))
	for i := range 3 {
		e := ruledEstate(t)
		e.shards, e.after = 1+2*i, i%2 == 0
		r.Shuffle(len(e.records), func(i, j int) { e.records[i], e.records[j] = e.records[j], e.records[i] })
		slices.Reverse(e.evidence)
		slices.Reverse(e.options.Policies.Collected)
		if got := tellChecks(t, e.assess(t)); got != want {
			t.Fatalf("another order, another assessment: %s", firstDifference(got, want))
		}
	}
}

// Nor does the order of the rules, but for the numbers of checks.
func TestOrderOfRulesDoesNotMatter(t *testing.T) {
	told := func(rules []rule) (list []string) {
		e := estate{records: []record{full(store, `{"properties":{"supportsHttpsTrafficOnly":false}}`), full(web, "{}"), blind(groupB + "/providers/" + stores + "/t")}}
		e.options.Policies = bookOf(t, rules...)
		a := e.assess(t)
		checkNumbers(t, a)
		for i := range a.Checks.Len() {
			c := a.Checks.At(i)
			list = append(list, c.ID+" "+c.Check+" "+c.Outcome.String())
		}
		a.Verdicts.Own(func(v *demarc.Verdict) bool {
			list = append(list, v.Responsibility.ID+v.Instance.Name()+status(v)+v.Why)
			return true
		})
		slices.Sort(list)
		return append(list, fmt.Sprintf("%+v", a.Summary))
	}
	rules := []rule{{text: audit("x", stores, httpNot), counts: secure}, {text: audit("y", stores, `{"field":"location","exists":false}`)},
		{text: audit("z", "Microsoft.Compute/virtualMachines", ""), counts: vulnerabilities}, {text: seeks("logged", stores, `"type":"Microsoft.Insights/diagnosticSettings"`)}}
	want := told(rules)
	for range len(rules) {
		rules = append(rules[1:], rules[0])
		if got := told(rules); !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	}
}

// Resources that are judged alike are judged as each alone: an exception that
// is about nothing takes the short cut away.
func TestJudgedAlikeIsJudgedAlone(t *testing.T) {
	alike := tellChecks(t, ruledEstate(t).assess(t))
	e := ruledEstate(t)
	e.statements = []any{demarc.Exception{Responsibility: "os.antimalware", Scope: "/subscriptions/99999999-9999-9999-9999-999999999999", Reason: "of nothing", Approver: "Ben", Expires: today.AddDate(0, 1, 0)}}
	alone := tellChecks(t, e.assess(t))
	if alike != alone {
		t.Errorf("judged alike it differs: %s", firstDifference(alike, alone))
	}
	e = ruledEstate(t)
	e.options.Requirements = []demarc.Requirement{{ID: "Nobody"}}
	if alone = tellChecks(t, e.assess(t)); alike != alone {
		t.Errorf("with a requirement of nothing it differs: %s", firstDifference(alike, alone))
	}
}

// checksOf are the checks that the responsibilities of a resource name.
func checksOf(t testing.TB, id string) []string {
	t.Helper()
	var list []string
	a := estate{records: []record{blind(id)}}.assess(t)
	for _, v := range a.Verdicts.Of(0) {
		for _, set := range v.Responsibility.Settle {
			for _, check := range set.Checks {
				list = append(list, check.String())
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// judgedEstate has stores, and machines with disks, of which drawn rules say
// drawn things to drawn tasks, some of them in one group alone; now and then a
// tool says something, too. Disks lie up to so many groups from their
// machines.
func judgedEstate(t testing.TB, r *rand.Rand, far int) estate {
	t.Helper()
	const vms, disks = "Microsoft.Compute/virtualMachines", "Microsoft.Compute/disks"
	var e estate
	drawn := func(group int, typ, name, more string) string {
		id := fmt.Sprintf("%s/resourceGroups/rg-%d/providers/%s/%s", sub, group, typ, name)
		one := full(id, fmt.Sprintf(`{%s"properties":{"a":%d,"b":%d,"c":%d}}`, more, r.IntN(3), r.IntN(3), r.IntN(2)))
		if r.IntN(9) == 0 && more == "" {
			one = blind(id)
		}
		e.records = append(e.records, one)
		if r.IntN(15) == 0 {
			e.evidence = append(e.evidence, seen(onID(id), vulnerabilities, demarc.Outcome(r.IntN(3)), daysAgo(r.IntN(50))))
		}
		return id
	}
	for i := range 60 {
		group := r.IntN(3)
		drawn(group, stores, fmt.Sprintf("s%d", i), "")
		vm := drawn(group, vms, fmt.Sprintf("vm%d", i), "")
		for n := range max(r.IntN(6)-2, 0) {
			drawn((group+r.IntN(far+1))%3, disks, fmt.Sprintf("d%d-%d", i, n), `"managedBy":"`+vm+`",`)
		}
	}
	var rules []rule
	for _, typ := range [...]string{stores, vms, disks} {
		about := typ
		if typ == disks { // what is said of a disk is said of its machine
			about = vms
		}
		checks := checksOf(t, in(about+"/x"))
		for range 12 {
			name := string('a' + rune(r.IntN(3)))
			one := rule{text: audit(name, typ, fmt.Sprintf(`{"field":"%s/%s","equals":%d}`, typ, name, r.IntN(3))), counts: checks[r.IntN(len(checks))]}
			if r.IntN(4) == 0 {
				one.assignment = assignmentAt(name, sub+"/resourceGroups/rg-1", name)
			}
			rules = append(rules, one)
		}
	}
	e.options.Policies = bookOf(t, rules...)
	return e
}

// Whatever rules say to whatever tasks: what resources are judged by, of which
// others had the same results, is what each is judged by alone. An exception
// that is about nothing takes the short cut away; others accept what they are
// about.
func TestJudgedAlikeWhateverRulesSay(t *testing.T) {
	nothing := demarc.Exception{Responsibility: "os.antimalware", Scope: "/subscriptions/99999999-9999-9999-9999-999999999999", Reason: "of nothing", Approver: "Ben", Expires: today.AddDate(0, 1, 0)}
	n := 12
	if testing.Short() {
		n = 3
	}
	for i := range n {
		r := rand.New(rand.NewPCG(11, uint64(i)))
		e := judgedEstate(t, r, 0)
		e.shards = 1 + i%3
		a := e.assess(t)
		recount(t, a)
		checkNumbers(t, a)
		alike := tellChecks(t, a)
		if n := strings.Count(alike, " unmet"); n < 60 {
			t.Fatalf("draw %d shows too little: %d unmet", i, n)
		}
		e.statements = []any{nothing}
		if alone := tellChecks(t, e.assess(t)); alike != alone {
			t.Fatalf("draw %d judged alike differs: %s", i, firstDifference(alike, alone))
		}
		check := e.options.Policies.Checks[0]
		e.statements = []any{demarc.Exception{Tool: check.Tool, Check: check.Check, Reason: "until we move", Approver: "Ben", Expires: today.AddDate(0, 1, 0)}}
		recount(t, e.assess(t))
	}
}

// What is visited of all resources, judged ahead, is what each says for itself,
// in order; who stops early sees no more.
func TestJudgedAheadIsInOrder(t *testing.T) {
	a := ruledEstate(t).assess(t)
	write := func(v *demarc.Verdict) string {
		return fmt.Sprintf("%s %s %s %s %v %v %+v", v.Responsibility.ID, v.Instance.Resource.ID, status(v), v.Why, v.Evidence, v.Checks, v.Owner)
	}
	var want, got []string
	for i, r := range a.Resources {
		for _, v := range a.Verdicts.Of(i) {
			if v.Instance.Resource == r && len(v.Evidence)+len(v.Checks) > 0 {
				want = append(want, write(&v))
			}
		}
	}
	a.Verdicts.Own(func(v *demarc.Verdict) bool {
		if len(v.Evidence)+len(v.Checks) > 0 {
			got = append(got, write(v))
		}
		return true
	})
	if len(want) < 140 || !slices.Equal(got, want) {
		t.Errorf("%d verdicts, want %d: %s", len(got), len(want), firstDifference(strings.Join(got, "\n"), strings.Join(want, "\n")))
	}
	for _, most := range []int{1, 128, 140} {
		seen := 0
		a.Verdicts.Own(func(*demarc.Verdict) bool { seen++; return seen < most })
		if seen != most {
			t.Errorf("%d verdicts seen, want %d", seen, most)
		}
	}
}

// An exception accepts what a check found, and nothing else.
func TestExceptionsAcceptChecks(t *testing.T) {
	other := groupB + "/providers/" + stores + "/t"
	until := today.AddDate(0, 1, 0)
	tests := []struct {
		name      string
		exception demarc.Exception
		want      string // of both stores
	}{
		{"of the task", demarc.Exception{Responsibility: transit, Expires: until}, "unmet, accepted|unmet, accepted"},
		{"in a group", demarc.Exception{Responsibility: transit, Scope: group, Expires: until}, "unmet, accepted|unmet"},
		{"of the check", demarc.Exception{Tool: "demarc", Check: "storage-secure-transfer", Expires: until}, "unmet, accepted|unmet, accepted"},
		{"of the check, in a group", demarc.Exception{Tool: "DEMARC", Check: "Storage-Secure-Transfer", Scope: groupB, Expires: until}, "unmet|unmet, accepted"},
		{"of another check", demarc.Exception{Tool: "demarc", Check: "storage-firewall", Expires: until}, "unmet|unmet"},
		{"of the same check of another tool", demarc.Exception{Tool: "azure-policy", Check: "storage-secure-transfer", Expires: until}, "unmet|unmet"},
		{"that ran out", demarc.Exception{Responsibility: transit, Expires: today.AddDate(0, 0, -1)}, "unmet|unmet"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.exception.Reason, tt.exception.Approver = "until we move", "Ben"
			no := `{"properties":{"supportsHttpsTrafficOnly":false}}`
			e := estate{records: []record{full(store, no), full(other, no)}, statements: []any{tt.exception}}
			e.options.Policies = bookOf(t, rule{text: audit("x", stores, httpNot), counts: secure})
			a := e.assess(t)
			v, w := verdict(t, a, store, transit), verdict(t, a, other, transit)
			if got := status(v) + "|" + status(w); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			accepted := strings.Count(tt.want, "accepted")
			if a.Summary.Accepted != accepted || len(a.DoFirst) != 1 || a.DoFirst[0].Count != 2 || a.DoFirst[0].Accepted != accepted {
				t.Errorf("%+v, to do %+v", a.Summary, a.DoFirst)
			}
			if len(v.Checks) != 1 || results(a, store) != "storage-secure-transfer non-compliant" {
				t.Errorf("rests on %v: %s", v.Checks, results(a, store))
			}
			recount(t, a)
			checkDone(t, a)
		})
	}
}

// Whatever rules and resources: without a manifest nothing related is missing,
// and of what was not seen at all nothing is wrong.
func TestNothingIsWrongUnseen(t *testing.T) {
	e := ruledEstate(t)
	for i := range e.records {
		e.records[i] = blind(e.records[i].id)
	}
	e.options.Policies.Collected = nil
	e.evidence = nil
	a := e.assess(t)
	said := 0
	for i := range a.Checks.Len() {
		c := a.Checks.At(i)
		if byName := c.Check == "named"; c.Outcome == demarc.Fail && !byName {
			t.Fatalf("%s of %s is non-compliant though nothing was seen", c.Check, c.Subject.ID)
		}
		said++
	}
	if said < 300 || a.Summary.Unmet != 0 || a.Summary.Met != 0 {
		t.Errorf("%d checks, %+v", said, a.Summary)
	}
}
