package assess_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
)

var (
	web    = in("Microsoft.Compute/virtualMachines/web01")
	server = in("Microsoft.Sql/servers/s")
	store  = in("Microsoft.Storage/storageAccounts/s")
)

func fleet(n int) []record {
	var list []record
	for i := range n {
		list = append(list, full(in(fmt.Sprintf("Microsoft.Compute/virtualMachines/vm%d", i)), "{}"))
	}
	return list
}

// An estate alone has nothing met and nothing unmet, whatever is in it.
func TestAnEstateAloneIsUnknown(t *testing.T) {
	estates := map[string]estate{"mixed": mixed(), "empty": {}, "every type": everyType(load(t), "{}"), "every type unseen": everyType(load(t), "")}
	all := everyType(load(t), "")
	for i := range all.records {
		all.records[i].seen = demarc.SeenNone
	}
	estates["every type unseen"] = all
	for name, e := range estates {
		t.Run(name, func(t *testing.T) {
			a := e.assess(t)
			if s := a.Summary; s.Met != 0 || s.Unmet != 0 || s.NotApplicable != 0 || s.Accepted != 0 || s.Coverage() != 0 || (s.Unknown == 0) != (name == "empty") {
				t.Errorf("%+v", s)
			}
			for i := range a.Resources {
				for _, v := range a.Verdicts.Of(i) {
					if v.Status != demarc.UnknownStatus || v.Reason == demarc.NoReason || v.Why == "" || v.Evidence != nil || v.Owner.Name == "" {
						t.Fatalf("%s of %s: %+v", v.Responsibility.ID, a.Resources[i].ID, v)
					}
				}
			}
			if a.Evidence.Len() != 0 || len(a.Unattached) != 0 || len(a.DoFirst) != 0 || len(a.Gaps) != 0 {
				t.Errorf("%d evidence, unattached %v, to do %v, gaps %v", a.Evidence.Len(), a.Unattached, a.DoFirst, a.Gaps)
			}
			a.Verdicts.Own(func(v *demarc.Verdict) bool { t.Errorf("%+v rests on evidence", v); return false })
			unknown := 0
			for reason, n := range a.Unknown {
				if unknown += n; reason == demarc.NoReason {
					t.Error("something is unknown for no reason")
				}
			}
			if unknown != a.Summary.Unknown {
				t.Errorf("reasons of %d of %d unknown", unknown, a.Summary.Unknown)
			}
			recount(t, a)
			checkDone(t, a)
			if got := mixedDuties(a); got != "" {
				t.Error(got)
			}
		})
	}
}

// mixedDuties finds a task of the customer at a resource that a provider put
// into the estate.
func mixedDuties(a *assess.Settled) string {
	for i, r := range a.Resources {
		if n := len(a.Verdicts.Of(i)); r.Answer.Role == demarc.ProviderManaged && n > 0 {
			return fmt.Sprintf("%d tasks at %s, which a provider manages", n, r.ID)
		}
	}
	return ""
}

// Evidence moves verdicts, and only where it belongs.
func TestEvidenceMovesVerdicts(t *testing.T) {
	disk, nic := in("Microsoft.Compute/disks/d"), in("Microsoft.Network/networkInterfaces/n")
	aks := in("Microsoft.ContainerService/managedClusters/aks")
	nodes := sub + "/resourceGroups/mc_aks/providers/Microsoft.Compute/virtualMachineScaleSets/n"
	records := []record{full(web, "{}"), full(in("Microsoft.Compute/virtualMachines/web02"), "{}"), full(disk, `{"managedBy":"`+web+`"}`),
		full(in("Microsoft.Compute/disks/e"), `{"managedBy":"`+web+`"}`), full(nic, `{"properties":{"virtualMachine":{"id":"`+web+`"}}}`),
		full(aks, `{"properties":{"nodeResourceGroup":"mc_aks"}}`), full(nodes, "{}"), full(server, "{}"), full(store, "{}")}
	pass, fail := demarc.Pass, demarc.Fail
	diskE := in("Microsoft.Compute/disks/e")
	running := "defender:c609cf0f-71ab-41e9-a3c6-9a1f7fe1b8d5" // settles app.running-images of clusters
	tests := []struct {
		name           string
		evidence       []demarc.Evidence
		id, task, want string
	}{
		{"pass", []demarc.Evidence{seen(onID(web), vulnerabilities, pass)}, web, findings, "met"},
		{"fail", []demarc.Evidence{seen(onID(web), vulnerabilities, fail)}, web, findings, "unmet"},
		{"of another one", []demarc.Evidence{seen(onID(web), vulnerabilities, fail)}, in("Microsoft.Compute/virtualMachines/web02"), findings, "no evidence"},
		{"id in another case", []demarc.Evidence{seen(onID(strings.ToUpper(web)+"/"), vulnerabilities, pass)}, web, findings, "met"},
		{"two spellings, two results", []demarc.Evidence{seen(onID(strings.ToUpper(web)), vulnerabilities, pass, daysAgo(3)), seen(onID(web), vulnerabilities, fail)}, web, findings, "unmet"},
		{"later pass", []demarc.Evidence{seen(onID(strings.ToUpper(web)), vulnerabilities, pass), seen(onID(web), vulnerabilities, fail, daysAgo(3))}, web, findings, "met"},
		{"too old", []demarc.Evidence{seen(onID(web), vulnerabilities, pass, daysAgo(31))}, web, findings, "stale"},
		{"undated", []demarc.Evidence{seen(onID(web), vulnerabilities, pass, func(e *demarc.Evidence) { e.Observed = time.Time{} })}, web, findings, "undated"},
		{"of today", []demarc.Evidence{seen(onID(web), vulnerabilities, pass, func(e *demarc.Evidence) { e.Observed = today.Add(23 * time.Hour) })}, web, findings, "met"},
		{"of tomorrow", []demarc.Evidence{seen(onID(web), vulnerabilities, pass, func(e *demarc.Evidence) { e.Observed = today.Add(24 * time.Hour) })}, web, findings, "no evidence"},
		{"by name of the machine", []demarc.Evidence{seen(demarc.Subject{Host: "WEB01.corp.example"}, vulnerabilities, fail)}, web, findings, "unmet"},
		{"a check that nobody knows", []demarc.Evidence{seen(onID(web), "nessus:weather", fail)}, web, findings, "no evidence"},
		{"a check in another case", []demarc.Evidence{seen(onID(web), "Nessus:VULNERABILITIES", fail)}, web, findings, "unmet"},
		{"no requirement", []demarc.Evidence{seen(onID(web), patches, fail, openSince(400, demarc.Critical))}, web, "os.patch", "no requirement"},

		{"a disk fails", []demarc.Evidence{seen(onID(disk), vulnerabilities, fail)}, web, findings, "unmet"},
		{"a network interface fails", []demarc.Evidence{seen(onID(nic), vulnerabilities, fail)}, web, findings, "unmet"},
		{"one of two disks passes", []demarc.Evidence{seen(onID(disk), vulnerabilities, pass)}, web, findings, "part of the proof"},
		{"both disks pass", []demarc.Evidence{seen(onID(disk), vulnerabilities, pass), seen(onID(diskE), vulnerabilities, pass)}, web, findings, "met"},
		{"one disk passes later than the other fails", []demarc.Evidence{seen(onID(disk), vulnerabilities, fail, daysAgo(5)), seen(onID(diskE), vulnerabilities, pass)}, web, findings, "unmet"},
		{"the machine passes, a disk could not be read", []demarc.Evidence{seen(onID(web), vulnerabilities, pass), seen(onID(disk), vulnerabilities, demarc.OutcomeUnknown)}, web, findings, "met"},

		{"a node belongs to its cluster", []demarc.Evidence{seen(onID(nodes), running, fail)}, aks, "app.running-images", "unmet"},
		{"a child that the estate lacks", []demarc.Evidence{seen(onID(web+"/extensions/x"), vulnerabilities, fail)}, web, findings, "unmet"},
		{"two children, the later passes", []demarc.Evidence{seen(onID(web+"/extensions/x"), vulnerabilities, fail, daysAgo(4)), seen(onID(web+"/extensions/y"), vulnerabilities, pass)}, web, findings, "unmet"},
		{"two children at once", []demarc.Evidence{seen(onID(web+"/extensions/x"), vulnerabilities, fail), seen(onID(web+"/extensions/y"), vulnerabilities, pass)}, web, findings, "unmet"},
		{"one child twice at once", []demarc.Evidence{seen(onID(web+"/extensions/x"), vulnerabilities, fail), seen(onID(web+"/EXTENSIONS/x"), vulnerabilities, pass)}, web, findings, "conflicting"},

		{"a subscription", []demarc.Evidence{seen(onID(sub), healthAlerts, pass)}, web, "monitoring.service-health-alerts", "met"},
		{"a subscription by its GUID", []demarc.Evidence{seen(onID("11111111-1111-1111-1111-111111111111"), healthAlerts, fail)}, web, "monitoring.service-health-alerts", "unmet"},
		{"a group of it, which holds all", []demarc.Evidence{seen(onID(group), healthAlerts, fail)}, web, "monitoring.service-health-alerts", "unmet"},
		{"something in it", []demarc.Evidence{seen(onID(store), healthAlerts, fail)}, web, "monitoring.service-health-alerts", "unmet"},
		{"one of those in it passes", []demarc.Evidence{seen(onID(store), healthAlerts, pass)}, web, "monitoring.service-health-alerts", "part of the proof"},
		{"a tool about many at once says nothing of one", []demarc.Evidence{seen(onID(sub), vulnerabilities, fail)}, web, findings, "no evidence"},
	}
	for _, tt := range tests {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, after %v", tt.name, after), func(t *testing.T) {
				a := estate{records: records, evidence: tt.evidence, after: after, shards: 2}.assess(t)
				v := verdict(t, a, tt.id, tt.task)
				if status(v) != tt.want {
					t.Errorf("%s (%s), want %s", status(v), v.Why, tt.want)
				}
				for _, n := range v.Evidence {
					if e := a.Evidence.At(n); e.Check != tt.evidence[0].Check && !demarc.EqualFold(e.Check, tt.evidence[0].Check) || !slices.Contains(e.Responsibilities, tt.task) {
						t.Errorf("it rests on %+v", e)
					}
				}
				recount(t, a)
				checkDone(t, a)
			})
		}
	}
}

// The patch window, the recovery point and the like are read from what the
// organisation states: of the workload, of its class of data, of the class that
// a tag names.
func TestRequirementsOfWorkloadsAndClasses(t *testing.T) {
	window := func(id string, n int) demarc.Requirement {
		return demarc.Requirement{ID: id, PatchWindow: map[demarc.Severity]time.Duration{demarc.High: time.Duration(n) * 24 * time.Hour}}
	}
	tests := []struct {
		name         string
		row          string
		workloads    []assess.Workload
		requirements []demarc.Requirement
		want         string
	}{
		{"none", "{}", nil, nil, "no requirement"},
		{"of another workload", "{}", nil, []demarc.Requirement{window("Shop", 5)}, "no requirement"},
		{"of its workload, past", "{}", []assess.Workload{{Name: "Shop", Match: demarc.Match{Scope: group}}}, []demarc.Requirement{window("shop", 5)}, "unmet"},
		{"of its workload, inside", "{}", []assess.Workload{{Name: "Shop", Match: demarc.Match{Scope: group}}}, []demarc.Requirement{window("shop", 15)}, "met"},
		{"of its workload's class", "{}", []assess.Workload{{Name: "Shop", Match: demarc.Match{Scope: group}, DataClass: "Card"}}, []demarc.Requirement{window("card", 5)}, "unmet"},
		{"the workload comes before its class", "{}", []assess.Workload{{Name: "Shop", Match: demarc.Match{Scope: group}, DataClass: "card"}}, []demarc.Requirement{window("card", 5), window("Shop", 15)}, "met"},
		{"of the class that a tag names", `{"tags":{"DataClassification":"Personal"}}`, nil, []demarc.Requirement{window("personal", 5)}, "unmet"},
		{"of the workload that a tag names", `{"tags":{"workload":"Shop"}}`, nil, []demarc.Requirement{window("shop", 5)}, "unmet"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := estate{records: []record{full(web, tt.row)}, evidence: []demarc.Evidence{seen(onID(web), patches, demarc.Fail, openSince(10, demarc.High))},
				options: assess.Options{Workloads: tt.workloads, Requirements: tt.requirements}}.assess(t)
			if v := verdict(t, a, web, "os.patch"); status(v) != tt.want {
				t.Errorf("%s (%s), want %s", status(v), v.Why, tt.want)
			}
			recount(t, a)
		})
	}
}

// What only evidence names is there, marked as that.
func TestSeenInEvidence(t *testing.T) {
	const guid = "22222222-2222-2222-2222-222222222222"
	exchange := "tenants/" + guid + "/m365/exchange-online"
	tests := []struct {
		name     string
		records  []record
		subjects []demarc.Subject
		want     []string // ids of resources, then of scopes
		loose    int
	}{
		{"a resource", nil, []demarc.Subject{onID(web)}, []string{web, sub, strings.ToLower(group)}, 0},
		{"a resource in two spellings", nil, []demarc.Subject{onID(web), onID(strings.ToUpper(web)), onID(web + "/")}, []string{strings.ToUpper(web), sub, strings.ToLower(group)}, 0},
		{"a subscription", nil, []demarc.Subject{onID(sub)}, []string{sub}, 0},
		{"a tenant", nil, []demarc.Subject{{Scope: "/tenants/" + guid}}, []string{"/tenants/" + guid}, 0},
		{"a service of a tenant", nil, []demarc.Subject{{ID: exchange, Type: "m365/exchange-online", Scope: "/tenants/" + guid}}, []string{exchange, "/tenants/" + guid}, 0},
		{"a child of what is there", []record{full(server, "{}")}, []demarc.Subject{onID(server + "/databases/d")}, []string{server, sub, strings.ToLower(group)}, 0},
		{"a machine", nil, []demarc.Subject{{Host: "Web01"}}, []string{"machines/web01", ""}, 0},
		{"a machine that is there", []record{full(web, "{}")}, []demarc.Subject{{Host: "web01.corp.example"}}, []string{web, sub, strings.ToLower(group)}, 0},
		{"something else of that name", []record{full(in("Microsoft.Storage/storageAccounts/web01"), "{}")}, []demarc.Subject{{Host: "web01"}}, []string{in("Microsoft.Storage/storageAccounts/web01"), "machines/web01", sub, strings.ToLower(group), ""}, 0},
		{"a machine with and without its domain", nil, []demarc.Subject{{Host: "web01"}, {Host: "web01.corp.example"}, {Host: "WEB01.CORP.EXAMPLE."}}, []string{"machines/web01.corp.example", ""}, 0},
		{"the same name in two domains", nil, []demarc.Subject{{Host: "web01.a.example"}, {Host: "web01.b.example"}}, []string{"machines/web01.a.example", "machines/web01.b.example", ""}, 0},
		{"and without one, it may be either", nil, []demarc.Subject{{Host: "web01.a.example"}, {Host: "web01.b.example"}, {Host: "web01"}}, []string{"machines/web01.a.example", "machines/web01.b.example", ""}, 1},
		{"addresses", nil, []demarc.Subject{{Host: "10.0.0.4"}, {Host: "10.0.0.5"}, {Host: "fe80::1"}}, []string{"machines/10.0.0.4", "machines/10.0.0.5", "machines/fe80::1", ""}, 0},
		{"placeholders", []record{full(web, "{}")}, []demarc.Subject{onID("/subscriptions/00000000-0000-0000-0000-000000000000"), onID("/subscriptions/<id>/resourceGroups/x/providers/Microsoft.Compute/virtualMachines/web01"),
			{Host: "n/a"}, {ID: "unknown", Type: "Microsoft.Compute/virtualMachines"}}, []string{web, sub, strings.ToLower(group)}, 4},
		{"nothing that is a thing", nil, []demarc.Subject{onID("no/thing")}, nil, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := estate{records: tt.records, after: true}
			for _, s := range tt.subjects {
				e.evidence = append(e.evidence, seen(s, vulnerabilities, demarc.Fail))
			}
			a := e.assess(t)
			var got []string
			for _, r := range a.Resources {
				got = append(got, r.ID)
				known := slices.ContainsFunc(tt.records, func(x record) bool { return x.id == r.ID })
				if (r.Seen == demarc.SeenInEvidence) == known {
					t.Errorf("%s is seen %v", r.ID, r.Seen)
				}
			}
			for _, s := range a.Scopes {
				got = append(got, s.ID)
			}
			slices.Sort(got)
			slices.Sort(tt.want)
			if !slices.Equal(slices.Compact(got), slices.DeleteFunc(tt.want, func(s string) bool { return s == "" })) {
				t.Errorf("%q, want %q", got, tt.want)
			}
			loose := 0
			for _, u := range a.Unattached {
				loose += u.Count
			}
			if loose != tt.loose || a.Evidence.Len() != len(tt.subjects)-tt.loose {
				t.Errorf("unattached %+v, %d attached", a.Unattached, a.Evidence.Len())
			}
			checkSums(t, a)
			recount(t, a)
		})
	}
}

func TestAMachineThatOnlyAFindingNames(t *testing.T) {
	a := estate{evidence: []demarc.Evidence{seen(demarc.Subject{Host: "web01"}, vulnerabilities, demarc.Fail)}}.assess(t)
	if len(a.Unclassified) != 1 || a.Unclassified[0].Type != "a machine that only a finding names" || !strings.Contains(a.Unclassified[0].Reason, "no inventory shows") {
		t.Fatalf("unclassified %+v", a.Unclassified)
	}
	r := find(t, a, "machines/web01")
	if !r.MadeUp || r.Name != "web01" || r.Answer.Division != nil || len(a.Verdicts.Of(0)) != 0 {
		t.Errorf("%+v", r)
	}
	if e := a.Evidence.At(0); e.Resource != r {
		t.Errorf("evidence about %+v", e.Resource)
	}
}

// A person answers for everything below what they name; a smaller scope proves
// nothing of a larger one.
func TestAttestations(t *testing.T) {
	other := sub + "/resourceGroups/rg-test/providers/Microsoft.Compute/virtualMachines/test01"
	third := "/subscriptions/33333333-3333-3333-3333-333333333333/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/x"
	records := []record{full(web, "{}"), full(other, "{}"), full(third, "{}")}
	shop := assess.Options{Workloads: []assess.Workload{{Name: "Shop", Match: demarc.Match{ID: web}}}}
	pass, fail := demarc.Pass, demarc.Fail
	const antimalware, classified, baseline = "os.antimalware", "data.classification", "config.baseline" // a resource's, a workload's, the organisation's
	tests := []struct {
		name     string
		options  assess.Options
		evidence []demarc.Evidence
		task     string
		want     string // of web, other and third
	}{
		{"a resource", assess.Options{}, []demarc.Evidence{attest(web, antimalware, pass)}, antimalware, "met|no evidence|no evidence"},
		{"its group", assess.Options{}, []demarc.Evidence{attest(group, antimalware, pass)}, antimalware, "met|no evidence|no evidence"},
		{"the subscription", assess.Options{}, []demarc.Evidence{attest(strings.ToUpper(sub), antimalware, pass)}, antimalware, "met|met|no evidence"},
		{"everything", assess.Options{}, []demarc.Evidence{attest("", antimalware, pass)}, antimalware, "met|met|met"},
		{"everything, and one fails", assess.Options{}, []demarc.Evidence{attest("", antimalware, pass), attest(other, antimalware, fail)}, antimalware, "met|unmet|met"},
		{"a workload", shop, []demarc.Evidence{attest("shop", antimalware, pass)}, antimalware, "met|no evidence|no evidence"},
		{"not applicable", assess.Options{}, []demarc.Evidence{attest(group, antimalware, demarc.OutcomeNotApplicable)}, antimalware, "not-applicable|no evidence|no evidence"},

		{"a workload's task, its group", assess.Options{}, []demarc.Evidence{attest(group, classified, pass)}, classified, "met|no evidence|no evidence"},
		{"a workload's task, the subscription", assess.Options{}, []demarc.Evidence{attest(sub, classified, pass)}, classified, "met|met|no evidence"},
		{"a workload's task, the workload", shop, []demarc.Evidence{attest("SHOP", classified, pass)}, classified, "met|no evidence|no evidence"},
		{"a workload's task, the scope of all of it", shop, []demarc.Evidence{attest(sub, classified, pass)}, classified, "met|met|no evidence"},
		{"a workload's task, its only resource", shop, []demarc.Evidence{attest(web, classified, pass)}, classified, "met|no evidence|no evidence"},

		{"the organisation's task", assess.Options{}, []demarc.Evidence{attest("", baseline, pass)}, baseline, "met|met|met"},
		{"the organisation's task, of a part", assess.Options{}, []demarc.Evidence{attest(group, baseline, pass)}, baseline, "part of the proof|part of the proof|part of the proof"},
		{"the organisation's task, of a resource", assess.Options{}, []demarc.Evidence{attest(web, baseline, pass)}, baseline, "part of the proof|part of the proof|part of the proof"},
		{"the organisation's task, a part fails", assess.Options{}, []demarc.Evidence{attest("", baseline, pass), attest(group, baseline, fail)}, baseline, "unmet|unmet|unmet"},
		{"the organisation's task, of both subscriptions", assess.Options{}, []demarc.Evidence{attest(sub, baseline, pass), attest("/subscriptions/33333333-3333-3333-3333-333333333333", baseline, pass)}, baseline, "met|met|met"},
		{"the organisation's task, of a subscription and a group in it", assess.Options{}, []demarc.Evidence{attest(sub, baseline, pass), attest(group, baseline, pass)}, baseline, "part of the proof|part of the proof|part of the proof"},
		{"the organisation's task, of a subscription and a resource in it", assess.Options{}, []demarc.Evidence{attest(sub, baseline, pass), attest(web, baseline, pass)}, baseline, "part of the proof|part of the proof|part of the proof"},
		{"the organisation's task, of a subscription and the rest", assess.Options{}, []demarc.Evidence{attest(sub, baseline, pass), attest(third, baseline, pass)}, baseline, "met|met|met"},
		{"the organisation's task, of a workload and a scope around it", shop, []demarc.Evidence{attest(sub, baseline, pass), attest("shop", baseline, pass)}, baseline, "part of the proof|part of the proof|part of the proof"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := estate{records: records, options: tt.options, evidence: tt.evidence, after: true}.assess(t)
			var got []string
			for _, id := range []string{web, other, third} {
				got = append(got, status(verdict(t, a, id, tt.task)))
			}
			if strings.Join(got, "|") != tt.want {
				t.Errorf("%s, want %s", strings.Join(got, "|"), tt.want)
			}
			recount(t, a)
			checkDone(t, a)
		})
	}
}

// drawnEstate is an estate with evidence of all kinds about things that are
// there, nearly there and not there.
func drawnEstate(r *rand.Rand) estate {
	e := mixed()
	e.options.Workloads = []assess.Workload{{Name: "Shop", Match: demarc.Match{Scope: group}, DataClass: "card"}}
	e.options.Requirements = []demarc.Requirement{{ID: "Shop", PatchWindow: map[demarc.Severity]time.Duration{demarc.High: 5 * 24 * time.Hour}, RecoveryPoint: time.Hour}}
	e.options.OwnerRules = []demarc.OwnerRule{{Match: demarc.Match{Scope: sub}, Owner: "Ana", Areas: []string{"operating-system"}, Place: demarc.Place{File: ownFile, Line: 1}},
		{Match: demarc.Match{Tag: "team=net"}, Owner: "Ben", Place: demarc.Place{File: ownFile, Line: 2}}, {Match: demarc.Match{Tag: "team=net"}, Owner: "Cleo", Place: demarc.Place{File: ownFile, Line: 3}}}
	e.options.Delegations = []demarc.Delegation{{Party: "northwind", Match: demarc.Match{Type: "Microsoft.Web/sites"}, Responsibilities: []string{"app.authentication"}}}
	subjects := []demarc.Subject{{}, onID(sub), onID(group), onID("shop"), {Host: "vm"}, {Host: "other.corp.example"}, {Host: "other"}, {Scope: "/tenants/22222222-2222-2222-2222-222222222222"}, {Type: "entra/tenant"},
		{ID: "tenants/2/m365/teams", Type: "m365/teams"}, {ID: "tenants/2/m365/teams", Type: "m365/teams", Name: "Teams"}, onID("unknown"), onID(in("Microsoft.Web/sites/new")), {Identity: "x"}}
	for _, rec := range e.records {
		subjects = append(subjects, onID(rec.id), onID(strings.ToUpper(rec.id)), onID(rec.id+"/things/t"))
	}
	checks := []string{vulnerabilities, patches, patchMode, healthAlerts, baselineLinux, "attestation:os.antimalware", "attestation:app.baseline", "attestation:data.classification", "backup:protected", "attestation:data.recovery",
		"conditional-access:mfa-admins", "attestation:app.authentication", "nobody:knows", "scubagear:MS.TEAMS.5.1v1"}
	for range r.IntN(90) {
		check := checks[r.IntN(len(checks))]
		x := seen(subjects[r.IntN(len(subjects))], check, []demarc.Outcome{demarc.Pass, demarc.Pass, demarc.Pass, demarc.Fail, demarc.OutcomeNotApplicable, demarc.OutcomeUnknown}[r.IntN(6)], daysAgo(r.IntN(40)-1))
		x.Strength = demarc.Strength(r.IntN(3))
		x.Place.Line = r.IntN(90)
		x.Severity = demarc.Severity(r.IntN(5))
		if r.IntN(6) == 0 {
			x.Observed = time.Time{}
		}
		if r.IntN(2) == 0 {
			x.Since = today.AddDate(0, 0, -r.IntN(60))
		}
		if r.IntN(3) == 0 {
			x.Amount = time.Duration(r.IntN(200)) * time.Minute
		}
		e.evidence = append(e.evidence, x)
	}
	e.statements = []any{demarc.Exception{Responsibility: "os.antimalware", Scope: sub, Reason: "until we move", Approver: "Ben", Expires: today.AddDate(0, 1, 0)},
		demarc.Exception{Tool: "nessus", Check: "vulnerabilities", Reason: "accepted in the scanner"}, demarc.Exception{Responsibility: findings, Reason: "of last year", Expires: today.AddDate(-1, 0, 0)},
		demarc.Assurance{Party: "microsoft", Kind: "SOC 2 Type 2", Services: []string{"Microsoft.Compute/*"}, From: today.AddDate(-1, 0, 0), Until: today.AddDate(0, 2, 0)},
		demarc.Access{Kind: "lighthouse", Name: "Northwind", Scope: sub}}
	return e
}

// Whatever the estate and the evidence: nothing is lost, all sums add up, and
// neither the order nor the way it was read makes a difference.
func TestDrawnEstates(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 22))
	met, unmet := 0, 0
	for range 25 {
		e := drawnEstate(r)
		a := e.assess(t)
		met, unmet = met+a.Summary.Met, unmet+a.Summary.Unmet
		checkSums(t, a)
		recount(t, a)
		checkDone(t, a)
		future, loose := 0, 0
		for _, x := range e.evidence {
			if x.Observed.After(today.Add(24*time.Hour - time.Second)) {
				future++
			}
		}
		for _, u := range a.Unattached {
			loose += u.Count
		}
		if a.Evidence.Len()+future+loose != len(e.evidence) {
			t.Errorf("%d attached, %d of the future and %d unattached are not %d", a.Evidence.Len(), future, loose, len(e.evidence))
		}
		want := tell(a)
		for i := range 3 {
			again := e
			again.shards, again.after = 1+i, i%2 == 0
			again.evidence, again.records, again.statements = slices.Clone(e.evidence), slices.Clone(e.records), slices.Clone(e.statements)
			r.Shuffle(len(again.evidence), func(i, j int) { again.evidence[i], again.evidence[j] = again.evidence[j], again.evidence[i] })
			r.Shuffle(len(again.records), func(i, j int) { again.records[i], again.records[j] = again.records[j], again.records[i] })
			slices.Reverse(again.statements)
			if got := tell(again.assess(t)); got != want {
				t.Fatalf("another order, another assessment: %s", firstDifference(got, want))
			}
		}
		if t.Failed() {
			t.Fatalf("of %+v", e.evidence)
		}
	}
	if met < 15 || unmet < 40 {
		t.Errorf("%d met and %d unmet in all: the estates show too little", met, unmet)
	}
}

// A fail of today of what refutes leaves nothing met; without its evidence
// nothing is.
func TestDrawnEvidenceDecides(t *testing.T) {
	r := rand.New(rand.NewPCG(33, 44))
	for range 25 {
		e := drawnEstate(r)
		a := e.assess(t)
		a.Verdicts.Own(func(v *demarc.Verdict) bool {
			switch {
			case v.Status == demarc.Unmet && len(v.Evidence) == 0, v.Status == demarc.Met && len(v.Evidence) == 0:
				t.Errorf("%s of %s is %v and rests on nothing", v.Responsibility.ID, v.Instance.Name(), v.Status)
			case v.Status == demarc.Met && slices.ContainsFunc(v.Evidence, func(n int) bool {
				return a.Evidence.At(n).Strength == demarc.Claim || a.Evidence.At(n).Observed.IsZero()
			}):
				t.Errorf("%s of %s is met by a claim or something undated", v.Responsibility.ID, v.Instance.Name())
			}
			return true
		})
		for i := range e.records {
			e.evidence = append(e.evidence, seen(onID(e.records[i].id), vulnerabilities, demarc.Fail, daysAgo(0)))
		}
		b := e.assess(t)
		for i := range b.Resources {
			for _, v := range b.Verdicts.Of(i) {
				if v.Responsibility.ID == findings && v.Status == demarc.Met && b.Resources[i].Seen != demarc.SeenInEvidence {
					t.Errorf("%s is met all the same: %s", b.Resources[i].ID, v.Why)
				}
			}
		}
	}
}
