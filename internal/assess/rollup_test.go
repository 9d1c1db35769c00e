package assess_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/bench"
)

// contentious is an estate in which everything that tells roll-ups apart comes
// up: several owners and workloads, rules and tags, two subscriptions of one
// name, what governs, what is conditional, met, unmet, accepted and inherited.
func contentious() estate {
	e := mixed()
	other := "/subscriptions/22222222-2222-2222-2222-222222222222"
	planned := other + "/resourceGroups/new/providers/Microsoft.Compute/virtualMachines/planned"
	vm, nic, nsg := in("Microsoft.Compute/virtualMachines/vm"), in("Microsoft.Network/networkInterfaces/nic"), in("Microsoft.Network/networkSecurityGroups/n")
	e.records = append(e.records,
		full(in("Microsoft.Web/sites/shop"), `{"kind":"app","tags":{"app":"Shop","owner":"blue"}}`),
		full(in("Microsoft.Web/sites/sHOP2"), `{"kind":"app","tags":{"app":"shop","owner":"Blue"}}`),
		full(nic, `{"properties":{"virtualMachine":{"id":"`+vm+`"},"networkSecurityGroup":{"id":"`+nsg+`"}}}`),
		full(other+"/resourceGroups/rg-prod/providers/Microsoft.Compute/virtualMachines/far", `{"tags":{"team":"net"}}`),
		record{id: planned, seen: demarc.SeenDeclared, standing: demarc.Conditional}, record{id: planned + "-2", seen: demarc.SeenDeclared, standing: demarc.Leaving},
		record{id: "by-hand", typ: "m365/exchange-online", row: `{"tags":{"owner":"green"}}`, seen: demarc.SeenFull})
	e.places = []place{{sub, "Production", ""}, {other, "Production", ""}}
	e.owners = map[string]string{other: "cloud team"}
	e.options.Workloads = []assess.Workload{{Name: "machines", Match: demarc.Match{Type: "Microsoft.Compute/virtualMachines"}}}
	e.options.OwnerRules = []demarc.OwnerRule{{Match: demarc.Match{Scope: "Berlin"}, Owner: "plant"}, {Match: demarc.Match{Tag: "team=net"}, Owner: "network"},
		{Areas: []string{"identities"}, Owner: "CISO"}, {Match: demarc.Match{ID: in("Microsoft.Web/sites/s")}, Owner: "a"}, {Match: demarc.Match{ID: in("Microsoft.Web/sites/s")}, Owner: "b"}}
	e.evidence = []demarc.Evidence{seen(onID(vm), vulnerabilities, demarc.Fail), seen(onID(planned), vulnerabilities, demarc.Fail), seen(onID(planned+"-2"), vulnerabilities, demarc.Fail),
		seen(onID(in("Microsoft.Compute/disks/d")), patchMode, demarc.Pass), seen(onID(other+"/resourceGroups/rg-prod/providers/Microsoft.Compute/virtualMachines/far"), vulnerabilities, demarc.Pass),
		seen(onID(sub), healthAlerts, demarc.Fail), seen(onID(other), healthAlerts, demarc.Pass), attest(nsg, governed, demarc.Fail), attest(sub, "os.antimalware", demarc.Pass)}
	e.statements = []any{demarc.Exception{Responsibility: findings, Scope: vm, Reason: "until we move", Approver: "Ben", Expires: today.AddDate(0, 1, 0)},
		demarc.Assurance{ID: "soc2", Party: "microsoft", Services: []string{"Microsoft.Compute/*"}, From: today.AddDate(-1, 0, 0), Until: today.AddDate(0, 1, 0)}}
	return e
}

// delegated is the same estate where requirements and delegations tell alike
// resources apart.
func delegated() estate {
	e := contentious()
	e.options.Parties = []demarc.Party{{ID: "msp", Name: "Managed services"}}
	e.options.Delegations = []demarc.Delegation{{Party: "msp", Match: demarc.Match{Scope: group}, Areas: []string{"operating-system"}}}
	e.options.Requirements = []demarc.Requirement{{ID: "machines"}}
	return e
}

// countedEstates are those that roll-ups and briefs are tried with.
func countedEstates(t testing.TB) map[string]estate {
	return map[string]estate{"empty": {}, "mixed": mixed(), "contentious": contentious(), "delegated": delegated(), "every type": everyType(load(t), "{}"), "ruled": ruledEstate(t),
		"generated": generated(t, 1500), "machines": machines(t), "attested": attested(t), "varied": varied(t), "told apart": toldApart(t)}
}

// ofKind are the roll-ups of one kind, in their order.
func ofKind(list []demarc.RollUp, by demarc.RollUpKind) []demarc.RollUp {
	var found []demarc.RollUp
	for _, up := range list {
		if up.By == by {
			found = append(found, up)
		}
	}
	return found
}

// addUp adds matrices cell by cell.
func addUp(sum, list []demarc.Matrix) []demarc.Matrix {
	for _, m := range list {
		at := slices.IndexFunc(sum, func(s demarc.Matrix) bool { return s.Model == m.Model })
		if at < 0 {
			at = len(sum)
			fresh := m
			fresh.Cells = make([]demarc.MatrixCell, len(m.Cells))
			for i, c := range m.Cells {
				fresh.Cells[i] = demarc.MatrixCell{Area: c.Area, Model: c.Model, Parties: map[string]int{}}
			}
			sum = append(sum, fresh)
		}
		for i, c := range m.Cells {
			into := &sum[at].Cells[i]
			into.Workloads += c.Workloads
			into.NotApplicable += c.NotApplicable
			for who, n := range c.Parties {
				into.Parties[who] += n
			}
			d := &into.Done
			d.Met, d.Unmet, d.Unknown = d.Met+c.Done.Met, d.Unmet+c.Done.Unmet, d.Unknown+c.Done.Unknown
			d.NotApplicable, d.Accepted, d.Theirs = d.NotApplicable+c.Done.NotApplicable, d.Accepted+c.Done.Accepted, d.Theirs+c.Done.Theirs
		}
	}
	slices.SortFunc(sum, func(a, b demarc.Matrix) int { return strings.Compare(b.Model, a.Model) }) // the cloud's first
	return sum
}

// groupsOf puts roll-ups of one name together, as groups are told apart.
func groupsOf(list []demarc.RollUp) []demarc.Group {
	var groups []demarc.Group
	for _, up := range list {
		if n := len(groups); n > 0 && groups[n-1].Name == up.Name {
			g := &groups[n-1]
			g.Workloads += up.Workloads
			g.Matrices = addUp(g.Matrices, up.Matrices)
			continue
		}
		groups = append(groups, demarc.Group{Name: up.Name, Workloads: up.Workloads, Matrices: addUp(nil, up.Matrices)})
	}
	return groups
}

// The parts of an estate add up to the whole, and each is what the group of its
// name is.
func TestRollUpsAddUp(t *testing.T) {
	kinds := map[demarc.RollUpKind]demarc.Grouping{
		demarc.RollUpSubscription: demarc.BySubscription, demarc.RollUpOwner: demarc.ByOwner, demarc.RollUpWorkload: demarc.ByWorkload,
	}
	for name, e := range countedEstates(t) {
		for kind, by := range kinds {
			t.Run(name+" by "+kind.String(), func(t *testing.T) {
				e.options.GroupBy, e.shards = by, 2
				a := e.assess(t)
				list := a.RollUps()
				whole := list[0]
				if whole.By != demarc.RollUpEstate || whole.Workloads != a.Estate.Workloads || !reflect.DeepEqual(whole.Matrices, a.Matrices) || whole.Summary != a.Summary {
					t.Errorf("the whole is %v of %d workloads, %+v", whole.By, whole.Workloads, whole.Summary)
				}
				var sum []demarc.Matrix
				workloads := 0
				for _, up := range ofKind(list, kind) {
					workloads += up.Workloads
					sum = addUp(sum, up.Matrices)
				}
				if workloads != whole.Workloads || workloads > 0 && !reflect.DeepEqual(sum, whole.Matrices) {
					t.Errorf("%d of %d workloads, in cells %+v, want %+v", workloads, whole.Workloads, sum, whole.Matrices)
				}
				if got := groupsOf(ofKind(list, kind)); len(got) != len(a.Groups) || len(got) > 0 && !reflect.DeepEqual(got, a.Groups) {
					t.Errorf("got %+v, the groups are %+v", got, a.Groups)
				}
			})
		}
	}
}

// What roll-ups are called, and in which order they stand.
func TestRollUpsInOrder(t *testing.T) {
	a := contentious().assess(t)
	got := map[demarc.RollUpKind]string{}
	for _, up := range a.RollUps() {
		got[up.By] += fmt.Sprintf("%s|%s=%d ", up.ID, up.Name, up.Workloads)
	}
	for by, want := range map[demarc.RollUpKind]string{
		demarc.RollUpSubscription: sub + "|Production=8 /subscriptions/22222222-2222-2222-2222-222222222222|Production=4 |=3 ",
		demarc.RollUpOwner:        "Blue|Blue=1 blue|blue=1 cloud team|cloud team=3 green|green=1 network|network=1 plant|plant=2 |=6 ", // two rules tie: nobody
		demarc.RollUpWorkload:     "Berlin|Berlin=2 machines|machines=2 rg|rg=2 rg-2|rg-2=1 RG-PROD|RG-PROD=5 Shop|Shop=1 shop|shop=1 |=1 ",
	} {
		if got[by] != want {
			t.Errorf("by %s: %s, want %s", by, got[by], want)
		}
	}
	if !strings.HasPrefix(got[demarc.RollUpFramework], "scuba/1|CISA secure configuration baselines (SCuBA)=0 cma/v1|") {
		t.Errorf("frameworks: %s", got[demarc.RollUpFramework])
	}
}

// Machines that follow each other in the order, of one workload and alike, are
// told apart by where they lie, and by what governs them.
func TestRollUpsTellTwinsApart(t *testing.T) {
	far := strings.Replace(group, "1111", "1112", 1)
	e := estate{options: assess.Options{Workloads: []assess.Workload{{Name: "all", Match: demarc.Match{}}}}}
	for _, at := range []string{group, far} {
		for _, name := range []string{"vm-a", "vm-b"} {
			e.records = append(e.records, full(at+"/providers/Microsoft.Compute/virtualMachines/"+name, "{}"))
		}
	}
	e.records = append(e.records, full(in(nicID), `{"properties":{"virtualMachine":{"id":"`+in(vmID)+`"}}}`), full(in(nsgID), `{"properties":{"networkInterfaces":[{"id":"`+in(nicID)+`"}]}}`))
	e.evidence = []demarc.Evidence{attest(in(nsgID), governed, demarc.Fail)}
	unmet := map[string]int{}
	for _, up := range ofKind(e.assess(t).RollUps(), demarc.RollUpSubscription) {
		if up.Workloads != 2 {
			t.Errorf("%s has %d workloads", up.ID, up.Workloads)
		}
		for _, c := range up.Matrices[0].Cells {
			if c.Area.ID == "network-controls" {
				unmet[up.ID] += c.Done.Unmet
			}
		}
	}
	if len(unmet) != 2 || unmet[sub] != 1 {
		t.Errorf("unmet by subscription: %v", unmet)
	}
}

// naiveCell is where a verdict is counted, by the framework or "" for all.
type naiveCell struct {
	framework, area string
	model           demarc.ServiceModel
}

// naively counts the verdicts of an assessment one by one, as somebody who only
// has the lists would: by framework and cell, and by responsibility.
func naively(a *assess.Settled) (cells map[naiveCell]demarc.Summary, tasks map[string]demarc.Summary) {
	cells, tasks = map[naiveCell]demarc.Summary{}, map[string]demarc.Summary{}
	note := func(v *demarc.Verdict, model demarc.ServiceModel) {
		tasks[v.Responsibility.ID] = plus(tasks[v.Responsibility.ID], v)
		if v.Responsibility.Party != demarc.Customer {
			return
		}
		named := map[string]bool{}
		for _, c := range v.Responsibility.Controls {
			named[c.Framework+"/"+c.Version] = true
		}
		for framework := range named {
			at := naiveCell{framework, v.Responsibility.Area, model}
			cells[at] = plus(cells[at], v)
		}
	}
	for i, r := range a.Resources {
		for _, v := range a.Verdicts.Of(i) {
			if v.Instance.Resource == r && r.Standing == demarc.There {
				note(&v, naiveColumn(r.Answer, v.Responsibility.Area))
			}
		}
	}
	a.Verdicts.Above(func(v *demarc.Verdict) bool { note(v, demarc.UnknownModel); return true })
	return cells, tasks
}

func plus(s demarc.Summary, v *demarc.Verdict) demarc.Summary {
	switch v.Status {
	case demarc.Met:
		s.Met++
	case demarc.Unmet:
		s.Unmet++
	case demarc.NotApplicable:
		s.NotApplicable++
	case demarc.UnknownStatus:
		s.Unknown++
	}
	if v.Accepted {
		s.Accepted++
	}
	return s
}

// naiveColumn is the column that leaves an area to the customer.
func naiveColumn(a *demarc.Answer, area string) demarc.ServiceModel {
	if a.Division == nil {
		return a.Model
	}
	at := columns(a)
	for _, model := range append([]demarc.ServiceModel{a.Model}, demarc.ServiceModels[:]...) {
		if at[standing{area, model}] {
			return model
		}
	}
	return a.Model
}

// Frameworks and responsibilities are what somebody counts who looks at every
// verdict.
func TestRollUpsOfFrameworksAndResponsibilities(t *testing.T) {
	for name, e := range countedEstates(t) {
		t.Run(name, func(t *testing.T) {
			a := e.assess(t)
			cells, tasks := naively(a)
			list := a.RollUps()
			seen := 0
			for _, up := range ofKind(list, demarc.RollUpFramework) {
				var total demarc.Summary
				for _, c := range up.Cells {
					if want := cells[naiveCell{up.ID, c.Area.ID, c.Model}]; c.Summary != want || want == (demarc.Summary{}) {
						t.Errorf("%s, %s of %v: %+v, want %+v", up.ID, c.Area.Label, c.Model, c.Summary, want)
					}
					total.Met, total.Unmet, total.Unknown = total.Met+c.Met, total.Unmet+c.Unmet, total.Unknown+c.Unknown
					total.NotApplicable, total.Accepted = total.NotApplicable+c.NotApplicable, total.Accepted+c.Accepted
					seen++
				}
				if total != up.Summary || up.Name == "" || up.Name == up.ID {
					t.Errorf("%s (%s): cells add up to %+v, the total is %+v", up.ID, up.Name, total, up.Summary)
				}
			}
			if seen != len(cells) || seen == 0 && len(a.Resources) > 0 {
				t.Errorf("%d of %d cells", seen, len(cells))
			}
			asked := ofKind(list, demarc.RollUpResponsibility)
			for i, up := range asked {
				if up.Summary != tasks[up.ID] || up.ID != a.Responsibilities[i].ID || up.Name != a.Responsibilities[i].Title {
					t.Errorf("%s: %+v, want %+v", up.ID, up.Summary, tasks[up.ID])
				}
			}
			if len(asked) != len(a.Responsibilities) || len(asked) != len(tasks) {
				t.Errorf("%d responsibilities, %d are asked", len(asked), len(a.Responsibilities))
			}
		})
	}
}

// Roll-ups are the same whatever the order of records and shards, and the
// second time.
func TestRollUpsAreTheSame(t *testing.T) {
	tell := func(a *assess.Settled) string { return fmt.Sprintf("%+v", a.RollUps()) }
	a := contentious().assess(t)
	want := tell(a)
	if tell(a) != want {
		t.Error("the second time it is different")
	}
	r := rand.New(rand.NewPCG(3, 3))
	for i := range 3 {
		e := contentious()
		e.shards = 1 + i
		r.Shuffle(len(e.records), func(i, j int) { e.records[i], e.records[j] = e.records[j], e.records[i] })
		if got := tell(e.assess(t)); got != want {
			t.Fatalf("in another order\n%s, want\n%s", got, want)
		}
	}
}

// generated is an estate as `make bench` makes it.
func generated(t testing.TB, rows int) estate {
	t.Helper()
	var b bytes.Buffer
	if err := bench.Write(&b, bench.Export{Seed: 1, Rows: rows}); err != nil {
		t.Fatal(err)
	}
	var export struct{ Data []json.RawMessage }
	if err := json.Unmarshal(b.Bytes(), &export); err != nil {
		t.Fatal(err)
	}
	e := estate{newLine: true}
	for _, row := range export.Data {
		var head struct{ ID string }
		if err := json.Unmarshal(row, &head); err != nil {
			t.Fatal(err)
		}
		e.records = append(e.records, full(head.ID, string(row)))
	}
	e.options.Policies = bookOf(t, rule{text: audit("x", stores, httpNot), counts: secure}, rule{text: audit("y", "Microsoft.Compute/virtualMachines", `{"field":"location","equals":"northeurope"}`), counts: patchMode},
		rule{text: audit("z", "Microsoft.Compute/disks", `{"field":"location","in":["northeurope","southeastasia"]}`), counts: vulnerabilities})
	return e
}

// BenchmarkRollUps is 100,000 resources at a time.
func BenchmarkRollUps(b *testing.B) {
	const rows = 100_000
	a := generated(b, rows).assess(b)
	for b.Loop() {
		a.RollUps()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/resource")
}
