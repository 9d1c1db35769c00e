package assess_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
)

// told is a brief as it was told of one resource.
type told struct {
	set      *demarc.VerdictSet
	whys     []string
	owner    demarc.Owner
	workload string
	above    []*demarc.Responsibility
}

func (x told) String() string {
	return fmt.Sprintf("%s %q %+v %s", x.set.ID, x.whys, x.owner, x.workload)
}

// briefs are those of a range of resources.
func briefs(a *assess.Settled, from, to int) []told {
	var list []told
	a.Verdicts.Briefs(from, to, func(i int, b *demarc.Brief) bool {
		if i != from+len(list) {
			panic(fmt.Sprintf("resource %d after %d", i, from+len(list)-1))
		}
		x := told{set: b.Set, owner: b.Owner, workload: b.Workload, above: b.Above}
		for n := range b.Set.Verdicts {
			x.whys = append(x.whys, b.Why(n))
		}
		list = append(list, x)
		return true
	})
	return list
}

// machines are machines that stand alike for other reasons: which check failed,
// and when.
func machines(t testing.TB) estate {
	const endpoint = "defender-for-endpoint:vulnerabilities"
	var e estate
	for i, location := range []string{"a", "a", "b", "b", "c", "c", "c"} {
		vm := in(fmt.Sprintf("Microsoft.Compute/virtualMachines/vm%d", i))
		e.records = append(e.records, full(vm, `{"location":"`+location+`"}`))
		if location != "c" { // words that name a disk are nobody else's
			e.records = append(e.records, full(in(fmt.Sprintf("Microsoft.Compute/disks/disk-of-%d", i)), `{"location":"`+location+`","managedBy":"`+vm+`"}`))
		}
	}
	at := func(location string) string { return `{"field":"location","equals":"` + location + `"}` }
	e.options.Policies = bookOf(t, rule{text: audit("a", "Microsoft.Compute/virtualMachines", at("a")), counts: vulnerabilities},
		rule{text: audit("b", "Microsoft.Compute/virtualMachines", at("b")), counts: "defender:71992a2a-d168-42e0-b10e-6b45fa2ecddb"},
		rule{text: audit("d", "Microsoft.Compute/disks", at("b")), counts: patchMode})
	e.evidence = []demarc.Evidence{seen(onID(in("Microsoft.Compute/virtualMachines/vm5")), endpoint, demarc.Fail), seen(onID(in("Microsoft.Compute/virtualMachines/vm6")), endpoint, demarc.Fail, daysAgo(3))}
	return e
}

// varied are machines with disks of all kinds, in groups before and behind
// theirs, of which checks and now and then a tool say something.
func varied(t testing.TB) estate {
	r := rand.New(rand.NewPCG(9, 9))
	var e estate
	at := func(location string) string { return `{"field":"location","equals":"` + location + `"}` }
	spot := func(kind string, i int) (id, location string) {
		return fmt.Sprintf("%s/resourceGroups/rg-%c/providers/Microsoft.Compute/%s%d", sub, 'a'+rune(r.IntN(3)), kind, i), string('a' + rune(r.IntN(3)))
	}
	for i := range 150 {
		vm, location := spot("virtualMachines/vm", i)
		e.records = append(e.records, full(vm, `{"location":"`+location+`"}`))
		for n := range r.IntN(3) {
			disk, where := spot("disks/disk", 10*i+n)
			e.records = append(e.records, full(disk, `{"location":"`+where+`","managedBy":"`+vm+`"}`))
			if r.IntN(10) == 0 {
				e.evidence = append(e.evidence, seen(onID(disk), "defender-for-endpoint:vulnerabilities", demarc.Outcome(r.IntN(3)), daysAgo(r.IntN(5))))
			}
		}
	}
	e.options.Policies = bookOf(t, rule{text: audit("a", "Microsoft.Compute/disks", at("a")), counts: vulnerabilities},
		rule{text: audit("b", "Microsoft.Compute/disks", at("b")), counts: "defender:71992a2a-d168-42e0-b10e-6b45fa2ecddb"},
		rule{text: audit("c", "Microsoft.Compute/virtualMachines", at("c")), counts: vulnerabilities},
		rule{text: audit("d", "Microsoft.Compute/virtualMachines", at("b")), counts: "defender:71992a2a-d168-42e0-b10e-6b45fa2ecddb"})
	return e
}

// toldApart are resources that have much in common, and need vectors of their
// own. The tasks of three machines read the same results of other parts: of the
// only disk, of one of two, and of an extension. Others without parts fail one task by one
// check or another; in one group that is accepted, in one others bear tasks. Of
// stores two rules contradict each other, one way or the other.
func toldApart(t testing.TB) estate {
	in := func(group int, rest string) string {
		return fmt.Sprintf("%s/resourceGroups/rg-%d/providers/Microsoft.Compute/%s", sub, group, rest)
	}
	var e estate
	for i := range 3 {
		e.records = append(e.records, full(in(1, fmt.Sprintf("virtualMachines/vm%d", i)), "{}"))
	}
	disk := func(group, machine int) record {
		return full(in(group, fmt.Sprintf("disks/d%d", machine)), fmt.Sprintf(`{"managedBy":%q}`, in(1, fmt.Sprintf("virtualMachines/vm%d", machine))))
	}
	e.records = append(e.records, disk(1, 0), disk(1, 1), disk(2, 1), full(in(1, "virtualMachines/vm2/extensions/e"), "{}"))
	nowhere := `{"field":"location","equals":"nowhere"}`
	e.options.Policies = bookOf(t, rule{text: audit("x", "Microsoft.Compute/disks", nowhere), counts: patchMode, assignment: assignmentAt("x", sub+"/resourceGroups/rg-1", "x")},
		rule{text: audit("y", "Microsoft.Compute/virtualMachines/extensions", nowhere), counts: patchMode},
		rule{text: audit("v", "Microsoft.Compute/virtualMachines", `{"field":"location","equals":"v"}`), counts: vulnerabilities},
		rule{text: audit("w", "Microsoft.Compute/virtualMachines", `{"field":"location","equals":"w"}`), counts: "defender:71992a2a-d168-42e0-b10e-6b45fa2ecddb"},
		rule{text: audit("s", stores, `{"field":"location","equals":"v"}`), counts: secure}, rule{text: audit("t", stores, `{"field":"location","equals":"w"}`), counts: secure})
	for i, location := range []string{"v", "w", "v", "w", "v", "w"} {
		e.records = append(e.records, full(in(1+i/2, fmt.Sprintf("virtualMachines/alone%d", i)), fmt.Sprintf(`{"location":%q}`, location)),
			full(fmt.Sprintf("%s/resourceGroups/rg-1/providers/%s/s%d", sub, stores, i), fmt.Sprintf(`{"location":%q}`, location)))
	}
	for _, c := range e.options.Policies.Checks {
		e.statements = append(e.statements, demarc.Exception{Tool: c.Tool, Check: c.Check, Scope: sub + "/resourceGroups/rg-2", Reason: "until we move", Approver: "Ben", Expires: today.AddDate(0, 1, 0)})
	}
	e.options.Parties = []demarc.Party{{ID: "msp", Name: "Managed services"}}
	e.options.Delegations = []demarc.Delegation{{Party: "msp", Match: demarc.Match{Scope: sub + "/resourceGroups/rg-3"}}}
	return e
}

// attested are the machines in two groups of which people said the same on
// different days.
func attested(t testing.TB) estate {
	e := machines(t)
	for i := range e.records {
		if i%2 == 0 {
			e.records[i].id = strings.Replace(e.records[i].id, group, groupB, 1)
			e.records[i].row = strings.Replace(e.records[i].row, group, groupB, 1)
		}
	}
	e.evidence = []demarc.Evidence{attest(group, "os.antimalware", demarc.Fail), attest(groupB, "os.antimalware", demarc.Fail)}
	daysAgo(3)(&e.evidence[1])
	return e
}

// What a brief says of a resource is what its verdicts say when they are told
// one by one. Evidence about what is not there counts for nothing in a set, nor
// in a brief.
func TestBriefs(t *testing.T) {
	for name, e := range countedEstates(t) {
		t.Run(name, func(t *testing.T) {
			a := e.assess(t)
			checkBriefs(t, a)
		})
	}
}

// checkBriefs compares briefs with verdicts that are told one by one.
func checkBriefs(t testing.TB, a *assess.Settled) {
	t.Helper()
	list := briefs(a, 0, len(a.Resources))
	if len(list) != len(a.Resources) {
		t.Fatalf("%d of %d resources", len(list), len(a.Resources))
	}
	for i, r := range a.Resources {
		if list[i].set.ID != a.Verdicts.SetOf(i).ID {
			t.Errorf("%s has another set", r.ID)
		}
		if r.Standing != demarc.There {
			continue
		}
		n := 0
		for _, v := range a.Verdicts.Of(i) {
			if v.Instance.Resource == nil && !slices.Contains(list[i].above, v.Responsibility) {
				t.Errorf("%s is not above %s", v.Responsibility.ID, r.ID)
			}
			if v.Instance.Resource != r {
				continue
			}
			if n == len(list[i].whys) {
				t.Fatalf("%s: %s is not in the brief", r.ID, v.Responsibility.ID)
			}
			s := list[i].set.Verdicts[n]
			if s.Responsibility != v.Responsibility || s.Party != v.Party || s.Status != v.Status || s.Reason != v.Reason || s.Accepted != v.Accepted || list[i].whys[n] != v.Why {
				t.Errorf("%s of %s: %+v because %q, by itself %+v %v", v.Responsibility.ID, r.ID, s, list[i].whys[n], v.Judgement, v.Accepted)
			}
			n++
		}
		if n != len(list[i].whys) {
			t.Errorf("%s has %d verdicts, the brief %d", r.ID, n, len(list[i].whys))
		}
	}
}

// Whatever rules say to whatever tasks of resources and their parts, briefs have
// the words that each verdict has by itself: with evidence, where exceptions
// accept it, and where requirements tell resources apart.
func TestBriefsWhateverRulesSay(t *testing.T) {
	n := 12
	if testing.Short() {
		n = 3
	}
	for i := range n {
		e := judgedEstate(t, rand.New(rand.NewPCG(12, uint64(i))), 2)
		a := e.assess(t)
		checkBriefs(t, a)
		if named := namedDisks(a); named < 30 {
			t.Fatalf("draw %d shows too little: %d words name disks", i, named)
		}
		check := e.options.Policies.Checks[i]
		e.statements = []any{demarc.Exception{Tool: check.Tool, Check: check.Check, Scope: sub + "/resourceGroups/rg-1", Reason: "until we move", Approver: "Ben", Expires: today.AddDate(0, 1, 0)}}
		e.options.Workloads = []assess.Workload{{Name: "Shop", Match: demarc.Match{Scope: sub + "/resourceGroups/rg-2"}}}
		e.options.Requirements = []demarc.Requirement{{ID: "Shop", PatchWindow: map[demarc.Severity]time.Duration{demarc.High: 24 * time.Hour}}}
		checkBriefs(t, e.assess(t))
	}
}

// namedDisks counts the words of briefs that name a disk.
func namedDisks(a *assess.Settled) (count int) {
	for _, x := range briefs(a, 0, len(a.Resources)) {
		for _, why := range x.whys {
			if strings.Contains(why, " on d") {
				count++
			}
		}
	}
	return count
}

// A brief is the same in whatever range it is asked for, and from two
// goroutines at once.
func TestBriefsInRanges(t *testing.T) {
	for name, e := range countedEstates(t) {
		t.Run(name, func(t *testing.T) {
			whole := e.assess(t)
			want := fmt.Sprint(briefs(whole, 0, len(whole.Resources)))
			a := e.assess(t)
			for _, pieces := range []int{2, 3, 7, max(len(a.Resources), 1)} {
				parts := make([][]told, pieces)
				at := func(piece int) int { return piece * len(a.Resources) / pieces }
				var wg sync.WaitGroup
				for worker := range 2 {
					wg.Go(func() {
						for piece := worker; piece < pieces; piece += 2 {
							parts[piece] = briefs(a, at(piece), at(piece+1))
						}
					})
				}
				wg.Wait()
				if got := fmt.Sprint(slices.Concat(parts...)); got != want {
					t.Fatalf("in %d ranges: %s", pieces, firstDifference(got, want))
				}
			}
			seen := 0
			a.Verdicts.Briefs(0, len(a.Resources), func(int, *demarc.Brief) bool { seen++; return false })
			if seen != min(len(a.Resources), 1) {
				t.Errorf("%d seen after it was told to stop", seen)
			}
		})
	}
}

// The owner of a resource is that of its verdicts, where no rule and no
// delegation is about some of them only.
func TestBriefsNameOwners(t *testing.T) {
	e := contentious()
	e.options.OwnerRules = slices.DeleteFunc(e.options.OwnerRules, func(r demarc.OwnerRule) bool { return len(r.Areas) > 0 })
	a := e.assess(t)
	owned := map[demarc.OwnerBasis]int{}
	for i, x := range briefs(a, 0, len(a.Resources)) {
		for _, v := range a.Verdicts.Of(i) {
			if v.Instance.Resource != a.Resources[i] || v.Responsibility.Party != demarc.Customer {
				continue
			}
			want := v.Owner
			if !want.Named() {
				want = demarc.Owner{}
			}
			if want.Party = x.owner.Party; x.owner != want {
				t.Errorf("%s of %s: %+v, the resource %+v", v.Responsibility.ID, a.Resources[i].ID, v.Owner, x.owner)
			}
			owned[x.owner.Basis]++
		}
	}
	for _, basis := range []demarc.OwnerBasis{demarc.NoOwner, demarc.ByScopeTag, demarc.ByResourceTag, demarc.ByOwnerRule} {
		if owned[basis] == 0 {
			t.Errorf("no owner by %v: %v", basis, owned)
		}
	}
}

// The workload of a resource is the one that was declared, else that of a tag
// of it or of what it is a part of.
func TestBriefsNameWorkloads(t *testing.T) {
	vm := in("Microsoft.Compute/virtualMachines/vm")
	a := estate{records: []record{full(vm, `{"tags":{"app":"shop"}}`), full(in("Microsoft.Compute/disks/d"), `{"managedBy":"`+vm+`"}`), full(store, "{}"), full(web, "{}")},
		options: assess.Options{Workloads: []assess.Workload{{Name: "declared", Match: demarc.Match{ID: store}}}}}.assess(t)
	for i, x := range briefs(a, 0, len(a.Resources)) {
		want := map[string]string{"vm": "shop", "d": "shop", "s": "declared"}[a.Resources[i].Name]
		if x.workload != want {
			t.Errorf("%s belongs to %q, want %q", a.Resources[i].Name, x.workload, want)
		}
	}
}

// BenchmarkBriefs is 100,000 resources at a time: storage accounts that stand
// in three ways, and what a generator makes, machines with parts among it.
func BenchmarkBriefs(b *testing.B) {
	const rows = 100_000
	alike := estate{newLine: true}
	for i := range rows {
		row := [...]string{`{"properties":{"supportsHttpsTrafficOnly":true}}`, `{"properties":{"supportsHttpsTrafficOnly":false}}`, `{}`}[i%3]
		alike.records = append(alike.records, full(fmt.Sprintf("%s/resourceGroups/rg-%d/providers/%s/s%d", sub, i%700, stores, i), row))
	}
	alike.options.Policies = bookOf(b, rule{text: audit("x", stores, httpNot), counts: secure})
	for name, e := range map[string]estate{"alike": alike, "generated": generated(b, rows)} {
		b.Run(name, func(b *testing.B) {
			a := e.assess(b)
			for b.Loop() {
				a.Verdicts.Briefs(0, rows, func(int, *demarc.Brief) bool { return true })
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/resource")
		})
	}
}
