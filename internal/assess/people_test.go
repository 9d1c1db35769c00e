package assess_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
)

// An exception changes what is accepted, and nothing else; one that ran out
// changes nothing but its own mark.
func TestExceptions(t *testing.T) {
	test := sub + "/resourceGroups/rg-test/providers/Microsoft.Compute/virtualMachines/test01"
	of := func(change func(*demarc.Exception)) demarc.Exception {
		x := demarc.Exception{Responsibility: findings, Reason: "until we move", Approver: "Ben", Expires: today.AddDate(0, 1, 0)}
		change(&x)
		return x
	}
	tests := []struct {
		name      string
		exception demarc.Exception
		want      string // of web and test
		shown     bool   // at web, in force or not
	}{
		{"of everything", of(func(x *demarc.Exception) {}), "unmet, accepted|unmet, accepted", true},
		{"of the resource", of(func(x *demarc.Exception) { x.Scope = strings.ToUpper(web) }), "unmet, accepted|unmet", true},
		{"of its group", of(func(x *demarc.Exception) { x.Scope = group + "/" }), "unmet, accepted|unmet", true},
		{"of the subscription", of(func(x *demarc.Exception) { x.Scope = sub }), "unmet, accepted|unmet, accepted", true},
		{"of a workload", of(func(x *demarc.Exception) { x.Scope = "shop" }), "unmet, accepted|unmet", true},
		{"of a name that only begins alike", of(func(x *demarc.Exception) { x.Scope = group[:len(group)-1] }), "unmet|unmet", false},
		{"of another task", of(func(x *demarc.Exception) { x.Responsibility = "os.antimalware" }), "unmet|unmet", false},
		{"on its last day", of(func(x *demarc.Exception) { x.Expires = today }), "unmet, accepted|unmet, accepted", true},
		{"expired", of(func(x *demarc.Exception) { x.Expires = today.AddDate(0, 0, -1) }), "unmet|unmet", true},
		{"not begun", of(func(x *demarc.Exception) { x.From = today.AddDate(0, 0, 1) }), "unmet|unmet", true},
		{"of the check of the tool", of(func(x *demarc.Exception) { x.Responsibility, x.Tool, x.Check = "", "Nessus", "Vulnerabilities" }), "unmet, accepted|unmet, accepted", true},
		{"of another check of the task", of(func(x *demarc.Exception) {
			x.Responsibility, x.Tool, x.Check = "", "defender-for-endpoint", "vulnerabilities"
		}), "unmet|unmet", false},
		{"of nothing", of(func(x *demarc.Exception) { x.Responsibility = "" }), "unmet|unmet", false},
	}
	base := estate{records: []record{full(web, "{}"), full(test, "{}")}, options: assess.Options{Workloads: []assess.Workload{{Name: "Shop", Match: demarc.Match{ID: web}}}},
		evidence: []demarc.Evidence{seen(onID(web), vulnerabilities, demarc.Fail), seen(onID(test), vulnerabilities, demarc.Fail), seen(onID(web), patchMode, demarc.Pass)}}
	without := base.assess(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := base
			e.statements = []any{tt.exception}
			a := e.assess(t)
			v, w := verdict(t, a, web, findings), verdict(t, a, test, findings)
			if got := status(v) + "|" + status(w); got != tt.want || (v.Exception != nil) != tt.shown {
				t.Errorf("%s with %+v, want %s", got, v.Exception, tt.want)
			}
			s := a.Summary
			if s.Accepted != strings.Count(tt.want, "accepted") {
				t.Errorf("%d accepted", s.Accepted)
			}
			if s.Accepted = 0; s != without.Summary {
				t.Errorf("%+v, without the exception %+v", s, without.Summary)
			}
			recount(t, a)
			checkDone(t, a)
			if len(a.DoFirst) != 1 || a.DoFirst[0].Count != 2 || a.DoFirst[0].Accepted != strings.Count(tt.want, "accepted") {
				t.Errorf("to do: %+v", a.DoFirst)
			}
		})
	}
	t.Run("two, of which one is in force", func(t *testing.T) {
		e := base
		e.statements = []any{of(func(x *demarc.Exception) { x.Expires = today.AddDate(0, 0, -1) }), of(func(x *demarc.Exception) {})}
		if v := verdict(t, e.assess(t), web, findings); !v.Accepted || v.Exception.Expires.Before(today) {
			t.Errorf("%s with %+v", status(v), v.Exception)
		}
	})
	t.Run("one check of two that fail", func(t *testing.T) {
		e := base
		e.evidence = append(slices.Clone(e.evidence), seen(onID(web), "defender:71992a2a-d168-42e0-b10e-6b45fa2ecddb", demarc.Fail))
		e.statements = []any{of(func(x *demarc.Exception) { x.Responsibility, x.Tool, x.Check = "", "nessus", "vulnerabilities" })}
		if v := verdict(t, e.assess(t), web, findings); status(v) != "unmet" {
			t.Errorf("%s: the other check was accepted by nobody", status(v))
		}
	})
	t.Run("approved by the owner", func(t *testing.T) {
		e := base
		e.options.OwnerRules = []demarc.OwnerRule{{Match: demarc.Match{ID: web}, Owner: "ben ", Place: demarc.Place{File: ownFile, Line: 1}}}
		e.statements = []any{of(func(x *demarc.Exception) { x.Place = demarc.Place{File: ownFile, Line: 8} })}
		a := e.assess(t)
		if v, w := verdict(t, a, web, findings), verdict(t, a, test, findings); status(v) != "unmet" || status(w) != "unmet, accepted" || v.Exception == nil {
			t.Errorf("%s and %s", status(v), status(w))
		}
		if got := noteKinds(a); !strings.Contains(got, "the approver of this exception owns what it accepts") || a.Notes[0].Place.String() != "demarc.yaml:8" {
			t.Errorf("notes: %s", got)
		}
		recount(t, a)
	})
	t.Run("nothing unmet", func(t *testing.T) {
		e := base
		e.evidence, e.statements = nil, []any{of(func(x *demarc.Exception) {})}
		if a := e.assess(t); a.Summary.Accepted != 0 || a.Summary.Met != 0 || status(verdict(t, a, web, findings)) != "no evidence" {
			t.Errorf("%+v", a.Summary)
		}
	})
}

// A provider's half is assured only by a valid report on file about this cloud
// and this service.
func TestAssurances(t *testing.T) {
	const hosts = "provider.hypervisor"
	of := func(change func(*demarc.Assurance)) demarc.Assurance {
		a := demarc.Assurance{ID: "soc2", Party: "microsoft", Kind: "SOC 2 Type 2", Services: []string{"Microsoft.Compute/*"}, From: today.AddDate(-1, 0, 0), Until: today.AddDate(0, 1, 0)}
		change(&a)
		return a
	}
	tests := []struct {
		name       string
		statements []any
		want       string
	}{
		{"none", nil, "no assurance on file"},
		{"one that lists the service", []any{of(func(a *demarc.Assurance) {})}, "met"},
		{"the very type, in another case", []any{of(func(a *demarc.Assurance) { a.Services = []string{"microsoft.compute/VIRTUALMACHINES"} })}, "met"},
		{"of this cloud", []any{of(func(a *demarc.Assurance) { a.Cloud = "Azure" })}, "met"},
		{"of another cloud of the party", []any{of(func(a *demarc.Assurance) { a.Cloud = "microsoft-365" })}, "no assurance on file"},
		{"of a cloud that is run apart", []any{of(func(a *demarc.Assurance) { a.Cloud = "azure-government" })}, "no assurance on file"},
		{"of a cloud that nobody knows", []any{of(func(a *demarc.Assurance) { a.Cloud = "azzure" })}, "no assurance on file"},
		{"another service", []any{of(func(a *demarc.Assurance) { a.Services = []string{"Microsoft.Storage/*"} })}, "no assurance on file"},
		{"no service at all", []any{of(func(a *demarc.Assurance) { a.Services = nil })}, "no assurance on file"},
		{"another party", []any{of(func(a *demarc.Assurance) { a.Party = "21vianet" })}, "no assurance on file"},
		{"this task", []any{of(func(a *demarc.Assurance) { a.Responsibilities = []string{"Provider.Hypervisor"} })}, "met"},
		{"another task", []any{of(func(a *demarc.Assurance) { a.Responsibilities = []string{"provider.physical-security"} })}, "no assurance on file"},
		{"on its last day", []any{of(func(a *demarc.Assurance) { a.Until = today })}, "met"},
		{"run out", []any{of(func(a *demarc.Assurance) { a.Until = today.AddDate(0, 0, -1) })}, "stale"},
		{"not begun", []any{of(func(a *demarc.Assurance) { a.From = today.AddDate(0, 0, 1) })}, "stale"},
		{"run out, and a newer one", []any{of(func(a *demarc.Assurance) { a.Until = today.AddDate(0, 0, -1) }), of(func(a *demarc.Assurance) { a.ID = "a" })}, "met"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := estate{records: []record{full(web, "{}")}, statements: tt.statements}.assess(t)
			v := verdict(t, a, web, hosts)
			if status(v) != tt.want || v.Party != "microsoft" {
				t.Errorf("%s by %s (%s), want %s", status(v), v.Party, v.Why, tt.want)
			}
			if s := a.Summary; s.Met != 0 {
				t.Errorf("the provider's half counts as the customer's: %+v", s)
			}
			assured := 0
			for _, o := range a.Offerings {
				assured += o.Assured
			}
			if tt.name != "another task" && (assured > 0) != (tt.want == "met") {
				t.Errorf("offerings %+v", a.Offerings)
			}
			recount(t, a)
		})
	}
}

// A delegation puts a party in the customer's place, for areas or for single
// tasks, where and while it holds.
func TestDelegations(t *testing.T) {
	test := sub + "/resourceGroups/rg-test/providers/Microsoft.Compute/virtualMachines/test01"
	of := func(change func(*demarc.Delegation)) demarc.Delegation {
		d := demarc.Delegation{Party: "northwind", Match: demarc.Match{Scope: group}, Areas: []string{"operating-system"}, Place: demarc.Place{File: ownFile, Line: 4}}
		change(&d)
		return d
	}
	back := own(9, demarc.Match{ID: web}, func(o *demarc.Override) {
		o.Cells = []demarc.OverrideCell{{Area: "operating-system", Parties: []string{demarc.Customer}, Halves: map[string]string{demarc.Customer: "Run it ourselves."}}}
	})
	tests := []struct {
		name       string
		delegation demarc.Delegation
		overrides  []demarc.Override
		want       string // who bears os.vulnerability-findings at web and test, and who a task of another area
	}{
		{"an area in a group", of(func(d *demarc.Delegation) {}), nil, "northwind customer customer"},
		{"a task in a group", of(func(d *demarc.Delegation) { d.Areas, d.Responsibilities = nil, []string{"OS.vulnerability-findings"} }), nil, "northwind customer customer"},
		{"another task", of(func(d *demarc.Delegation) { d.Areas, d.Responsibilities = nil, []string{"os.patch"} }), nil, "customer customer customer"},
		{"everything in a group", of(func(d *demarc.Delegation) { d.Areas = nil }), nil, "northwind customer northwind"},
		{"a tag", of(func(d *demarc.Delegation) { d.Match = demarc.Match{Tag: "run=msp"} }), nil, "northwind customer customer"},
		{"a task by tag", of(func(d *demarc.Delegation) {
			d.Match, d.Areas, d.Responsibilities = demarc.Match{Tag: "run=msp"}, nil, []string{findings}
		}), nil, "northwind customer customer"},
		{"a type", of(func(d *demarc.Delegation) { d.Match = demarc.Match{Type: "Microsoft.Compute/virtualMachines"} }), nil, "northwind northwind customer"},
		{"on its last day", of(func(d *demarc.Delegation) { d.To = today }), nil, "northwind customer customer"},
		{"ended", of(func(d *demarc.Delegation) { d.To = today.AddDate(0, 0, -1) }), nil, "customer customer customer"},
		{"not begun", of(func(d *demarc.Delegation) { d.From = today.AddDate(0, 0, 1) }), nil, "customer customer customer"},
		{"an area, and the organisation's own word about one resource", of(func(d *demarc.Delegation) {}), []demarc.Override{back}, "customer customer customer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := estate{records: []record{full(web, `{"tags":{"run":"msp"}}`), full(test, "{}")},
				evidence: []demarc.Evidence{seen(onID(web), vulnerabilities, demarc.Fail)},
				options:  assess.Options{Delegations: []demarc.Delegation{tt.delegation}, Overrides: tt.overrides, Parties: []demarc.Party{{ID: "northwind", Name: "Northwind"}}}}.assess(t)
			got := verdict(t, a, web, findings).Party + " " + verdict(t, a, test, findings).Party + " " + verdict(t, a, web, "network.no-public-management-ports").Party
			if got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
			if s := a.Summary; s.Unmet != 1 {
				t.Errorf("%+v: what a party took for the customer counts for the customer", s)
			}
			recount(t, a)
			checkDone(t, a)
			ended := slices.ContainsFunc(a.Gaps, func(g demarc.Gap) bool { return g.Kind == demarc.GapEnded })
			if ended != (tt.name == "ended") {
				t.Errorf("gaps %+v", a.Gaps)
			}
		})
	}
}

// One owner is found for everything, by the first basis that speaks.
func TestOwners(t *testing.T) {
	rule := func(line int, name string, m demarc.Match, areas ...string) demarc.OwnerRule {
		return demarc.OwnerRule{Match: m, Owner: name, Areas: areas, Place: demarc.Place{File: ownFile, Line: line}}
	}
	shop := []assess.Workload{{Name: "Shop", Match: demarc.Match{Tag: "app=shop"}}}
	disk := in("Microsoft.Compute/disks/d")
	tests := []struct {
		name    string
		row     string
		options assess.Options
		owners  map[string]string
		task    string
		want    string
	}{
		{"a role", "{}", assess.Options{}, nil, findings, "posture-management|default-role|role by default"},
		{"a tag", `{"tags":{"Owner":"Ana"}}`, assess.Options{}, nil, findings, "Ana|resource-tag|tag owner"},
		{"a tag of one's own", `{"tags":{"owner":"Ana","responsible":"Ben"}}`, assess.Options{OwnerTags: []string{"Responsible"}}, nil, findings, "Ben|resource-tag|tag Responsible"},
		{"the group's tag", "{}", assess.Options{}, map[string]string{group: "Cleo", sub: "Dan"}, findings, "Cleo|scope-tag|tag owner of the scope"},
		{"the subscription's tag", "{}", assess.Options{}, map[string]string{sub: "Dan"}, findings, "Dan|scope-tag|tag owner of the scope"},
		{"the resource's before the group's", `{"tags":{"owner":"Ana"}}`, assess.Options{}, map[string]string{group: "Cleo"}, findings, "Ana|resource-tag|tag owner"},
		{"a delegation", "{}", assess.Options{Delegations: []demarc.Delegation{{Party: "northwind", Areas: []string{"operating-system"}, Place: demarc.Place{File: ownFile, Line: 5}}}}, nil, findings, "northwind|delegation|demarc.yaml:5"},
		{"a rule about a scope", `{"tags":{"owner":"Ana"}}`, assess.Options{OwnerRules: []demarc.OwnerRule{rule(1, "Eve", demarc.Match{Scope: sub})}}, nil, findings, "Eve|rule|demarc.yaml:1"},
		{"a rule about a tag", `{"tags":{"app":"shop"}}`, assess.Options{OwnerRules: []demarc.OwnerRule{rule(1, "Eve", demarc.Match{Scope: sub}), rule(2, "Fay", demarc.Match{Tag: "app=shop"})}}, nil, findings, "Fay|rule|demarc.yaml:2"},
		{"a rule about another area", "{}", assess.Options{OwnerRules: []demarc.OwnerRule{rule(1, "Eve", demarc.Match{Scope: sub}, "applications")}}, nil, findings, "posture-management|default-role|role by default"},
		{"rules that tie", `{"tags":{"owner":"Ana"}}`, assess.Options{OwnerRules: []demarc.OwnerRule{rule(1, "Eve", demarc.Match{Scope: sub}), rule(2, "Fay", demarc.Match{Scope: sub})}}, nil, findings, "|none|two rules tie: demarc.yaml:1 and demarc.yaml:2"},
		{"of a subscription's task", "{}", assess.Options{OwnerRules: []demarc.OwnerRule{rule(1, "Eve", demarc.Match{Scope: sub})}}, nil, "monitoring.service-health-alerts", "Eve|rule|demarc.yaml:1"},
		{"of a subscription's task, by a rule about a group", "{}", assess.Options{OwnerRules: []demarc.OwnerRule{rule(1, "Eve", demarc.Match{Scope: group})}}, map[string]string{sub: "Dan"}, "monitoring.service-health-alerts", "Dan|scope-tag|tag owner of the scope"},
		{"of the organisation's task, by a rule about a scope", "{}", assess.Options{OwnerRules: []demarc.OwnerRule{rule(1, "Eve", demarc.Match{Scope: sub})}}, nil, "config.baseline", "posture-management|default-role|role by default"},
		{"of the organisation's task", "{}", assess.Options{OwnerRules: []demarc.OwnerRule{rule(1, "Eve", demarc.Match{})}}, nil, "config.baseline", "Eve|rule|demarc.yaml:1"},
		{"of a workload's task", `{"tags":{"app":"shop"}}`, assess.Options{Workloads: shop, OwnerRules: []demarc.OwnerRule{rule(3, "Gus", demarc.Match{Tag: "app=shop"})}}, nil, "data.classification", "Gus|rule|demarc.yaml:3"},
		{"of a workload's task, by a delegation of the workload", `{"tags":{"app":"shop"}}`, assess.Options{Workloads: shop, Delegations: []demarc.Delegation{{Party: "northwind", Match: demarc.Match{Tag: "app=shop"}, Responsibilities: []string{"data.classification"}, Place: demarc.Place{File: ownFile, Line: 6}}}}, nil, "data.classification", "northwind|delegation|demarc.yaml:6"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := estate{records: []record{full(web, tt.row), full(disk, `{"managedBy":"`+web+`"}`)}, options: tt.options, owners: tt.owners}.assess(t)
			o := verdict(t, a, web, tt.task).Owner
			want := strings.Split(tt.want, "|")
			if got := []string{o.Name, o.Basis.String(), o.From}; want[1] != "default-role" && !slices.Equal(got, want) || want[1] == "default-role" && (o.Basis != demarc.ByDefaultRole || o.From != want[2] || o.Named()) {
				t.Errorf("%q, want %q", got, want)
			}
			if got := noteKinds(a); strings.Contains(got, "this owner rule ties") != (tt.name == "rules that tie") {
				t.Errorf("notes: %s", got)
			}
		})
	}
}

// More rules by tag than a byte can count.
func TestManyOwnerRules(t *testing.T) {
	var o assess.Options
	for i := range 300 {
		o.OwnerRules = append(o.OwnerRules, demarc.OwnerRule{Match: demarc.Match{Tag: fmt.Sprintf("team=t%d", i)}, Owner: fmt.Sprint("owner ", i), Place: demarc.Place{File: ownFile, Line: i}})
	}
	a := estate{records: []record{full(web, `{"tags":{"team":"t299"}}`)}, options: o}.assess(t)
	if got := verdict(t, a, web, findings).Owner; got.Name != "owner 299" {
		t.Errorf("%+v", got)
	}
}

// What is unmet is told by severity, with who answers for it; what nobody
// answers for is a gap, and so is access that no delegation explains.
func TestToDoAndGaps(t *testing.T) {
	e := estate{records: append(fleet(3), full(web, `{"tags":{"owner":"Ana"}}`)), statements: []any{demarc.Access{Kind: "lighthouse", Name: "Fabrikam", Scope: sub}}}
	for _, r := range e.records {
		e.evidence = append(e.evidence, seen(onID(r.id), vulnerabilities, demarc.Fail, openSince(40, demarc.High)))
	}
	e.evidence = append(e.evidence, seen(onID(sub), healthAlerts, demarc.Fail))
	a := e.assess(t)
	var got []string
	for _, x := range a.DoFirst {
		got = append(got, fmt.Sprintf("%s %d %v %s %d", x.Responsibility.ID, x.Count, x.Owner.Named(), x.First, int(x.Age/(24*time.Hour))))
	}
	want := []string{findings + " 3 false vm0 40", findings + " 1 true web01 40", "monitoring.service-health-alerts 1 false 11111111-1111-1111-1111-111111111111 1"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	var gaps []string
	for _, g := range a.Gaps {
		gaps = append(gaps, fmt.Sprintf("%s %s %d", g.Kind, g.Subject, g.Count))
	}
	if want := []string{"undeclared-access Fabrikam 1", "no-owner unmet 4"}; !slices.Equal(gaps, want) {
		t.Errorf("%q, want %q", gaps, want)
	}
}

// What would settle most stands first; an unknown for want of a requirement is
// settled by no tool.
func TestSettling(t *testing.T) {
	a := estate{records: fleet(4)}.assess(t)
	last := len(a.Settling) - 1 // what people can say comes last
	if a.Settling[last].Tool != "attestation" || !slices.IsSortedFunc(a.Settling[:last], func(x, y demarc.Settling) int { return y.Count - x.Count }) {
		t.Errorf("%+v", a.Settling)
	}
	by := map[string]demarc.Settling{}
	for _, s := range a.Settling {
		by[s.Tool] = s
		if s.Command == "" || s.Kinds == 0 || s.Count < s.Kinds {
			t.Errorf("%+v", s)
		}
	}
	if by["nessus"].Count == 0 || by["requirements"].Count == 0 || by["update-manager"].Count != 0 {
		t.Errorf("%+v", a.Settling)
	}
	with := estate{records: fleet(4), evidence: []demarc.Evidence{seen(onID(in("Microsoft.Compute/virtualMachines/vm0")), vulnerabilities, demarc.Pass)}}.assess(t)
	for _, s := range with.Settling {
		if s.Tool == "nessus" && s.Count != by["nessus"].Count-1 {
			t.Errorf("%d left of %d", s.Count, by["nessus"].Count)
		}
	}
}

// A delegation to a party that nobody declared is told, with its place.
func TestDelegationsToNobodyKnown(t *testing.T) {
	for name, d := range map[string]demarc.Delegation{"an area": {Areas: []string{"operating-system"}}, "a task": {Responsibilities: []string{findings}}} {
		t.Run(name, func(t *testing.T) {
			d.Party, d.Place = "nordwind", demarc.Place{File: ownFile, Line: 12}
			e := estate{records: []record{full(web, "{}")}, options: assess.Options{Delegations: []demarc.Delegation{d}}}
			a := e.assess(t)
			if got := noteKinds(a); got != "override: the delegation names the party nordwind, which nobody declared: list it under parties" || a.Notes[0].Place.String() != "demarc.yaml:12" {
				t.Errorf("notes: %s", got)
			}
			e.options.Parties = []demarc.Party{{ID: "nordwind", Name: "Nordwind"}}
			if got := noteKinds(e.assess(t)); got != "" {
				t.Errorf("declared, and still: %s", got)
			}
		})
	}
}

// Evidence of a day to come decides nothing, and is told with its place.
func TestEvidenceOfTheFuture(t *testing.T) {
	a := estate{records: []record{full(web, "{}")}, evidence: []demarc.Evidence{
		seen(onID(web), vulnerabilities, demarc.Fail, daysAgo(-1)), seen(onID(sub), healthAlerts, demarc.Pass, daysAgo(-400))}}.assess(t)
	if s := a.Summary; s.Met+s.Unmet != 0 || a.Evidence.Len() != 0 {
		t.Errorf("%+v, %d attached", s, a.Evidence.Len())
	}
	if len(a.Notes) != 1 || a.Notes[0].Count != 2 || a.Notes[0].Kind != demarc.NoteIgnored || a.Notes[0].Place.String() != "exports/findings.json:1" {
		t.Errorf("%+v", a.Notes)
	}
}
