package assess_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/policy"
)

// rule is a definition as a test binds it.
type rule struct {
	text       string
	counts     string                   // "tool:check" as which its results count; "" for Azure Policy and its name
	assignment *demarc.PolicyAssignment // nil for everywhere
	reference  string                   // of the initiative's member
	given      string                   // its parameters as a JSON object
	effect     string                   // what an override puts in place of its own
}

// bookOf binds rules as Microsoft's own, so that their aliases exist.
func bookOf(t testing.TB, rules ...rule) *assess.Policies {
	t.Helper()
	p := &assess.Policies{}
	var list []*policy.Bound
	for _, r := range rules {
		d, err := policy.Parse([]byte(r.text))
		if err != nil {
			t.Fatalf("%s: %v", r.text, err)
		}
		given := map[string]armexpr.Value{}
		if r.given != "" {
			v, err := armexpr.ParseJSON([]byte(r.given))
			if err != nil {
				t.Fatal(err)
			}
			v.Members(func(name string, one armexpr.Value) { given[name] = one })
		}
		b, err := policy.Bind(d, given)
		if err != nil {
			t.Fatal(err)
		}
		b.Trusted = true
		check := assess.PolicyCheck{Tool: "azure-policy", Check: d.Name, Title: d.Name, Assignment: r.assignment, Reference: r.reference, Definition: d.Name, From: "here"}
		if r.counts != "" {
			check.Tool, check.Check, _ = strings.Cut(r.counts, ":")
		}
		if r.assignment != nil {
			b.Assignment = r.assignment.ID
		}
		if r.effect != "" {
			b = b.WithEffect(r.effect)
		}
		list, p.Checks = append(list, b), append(p.Checks, check)
	}
	p.Book = policy.NewRulebook(policy.NewAliases(policy.AliasFacts{}), list)
	return p
}

// definition writes a definition of one type, whose condition may be "".
func definition(name, typ, condition, then string) string {
	all := `{"field":"type","equals":"` + typ + `"}`
	if condition != "" {
		all += "," + condition
	}
	return `{"name":"` + name + `","properties":{"mode":"All","policyRule":{"if":{"allOf":[` + all + `]},"then":` + then + `}}}`
}

func audit(name, typ, condition string) string {
	return definition(name, typ, condition, `{"effect":"audit"}`)
}

// seeks is a definition that looks for a related resource.
func seeks(name, typ, details string) string {
	return definition(name, typ, "", `{"effect":"auditIfNotExists","details":{`+details+`}}`)
}

// results are those of a resource or scope, in order of their checks: "check
// verdict reason", and @ the assignment.
func results(a *assess.Settled, id string) string {
	var list []string
	for i := range a.Checks.Len() {
		e := a.Checks.At(i)
		if !demarc.EqualFold(e.Subject.ID, id) {
			continue
		}
		line := e.Check
		if e.By != "" {
			line += "@" + e.By[strings.LastIndexByte(e.By, '/')+1:]
		}
		list = append(list, strings.TrimSpace(line+" "+demarc.CheckVerdictOf(e.Outcome).String()+" "+string(e.Reason)))
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

// checkNumbers holds every verdict against the checks that it names: they are
// about what it is about and about that responsibility, and each check is told
// once.
func checkNumbers(t testing.TB, a *assess.Settled) {
	t.Helper()
	named := func(v *demarc.Verdict) {
		for _, n := range v.Checks {
			if n < 0 || n >= a.Checks.Len() {
				t.Fatalf("%s rests on check %d of %d", v.Responsibility.ID, n, a.Checks.Len())
			}
			e := a.Checks.At(n)
			if !slices.Contains(e.Responsibilities, v.Responsibility.ID) {
				t.Errorf("%s of %s rests on %s about %s, which is about %v", v.Responsibility.ID, v.Instance.Name(), e.Check, e.Subject.ID, e.Responsibilities)
			}
			if r := v.Instance.Resource; r != nil && e.Resource != r && (e.Resource == nil || !demarc.EqualFold(e.Resource.PartOf, r.ID)) {
				t.Errorf("%s of %s rests on %s about %s", v.Responsibility.ID, r.ID, e.Check, e.Subject.ID)
			}
			if sc := v.Instance.Scope; sc != nil && !strings.HasPrefix(demarc.Fold(e.Subject.ID), sc.ID) {
				t.Errorf("%s of %s rests on %s about %s", v.Responsibility.ID, sc.ID, e.Check, e.Subject.ID)
			}
		}
		if n := len(v.Evidence) + len(v.Checks); n == 0 && (v.Status == demarc.Met || v.Status == demarc.Unmet) {
			t.Errorf("%s of %s is %v and rests on nothing", v.Responsibility.ID, v.Instance.Name(), v.Status)
		}
	}
	a.Verdicts.Own(func(v *demarc.Verdict) bool { named(v); return true })
	a.Verdicts.Above(func(v *demarc.Verdict) bool { named(v); return true })
	ids := map[string]int{}
	for i := range a.Checks.Len() {
		e := a.Checks.At(i)
		if first, twice := ids[e.ID]; twice {
			t.Errorf("checks %d and %d are the same: %s of %s", first, i, e.Check, e.Subject.ID)
		}
		ids[e.ID] = i
		if (e.Resource == nil) == (e.About == nil) {
			t.Errorf("%s of %s is about resource %v and scope %v", e.Check, e.Subject.ID, e.Resource, e.About)
		}
	}
}

const (
	transit = "data.encryption-in-transit" // settled by demarc:storage-secure-transfer
	secure  = "demarc:storage-secure-transfer"
	stores  = "Microsoft.Storage/storageAccounts"
	httpNot = `{"field":"Microsoft.Storage/storageAccounts/supportsHttpsTrafficOnly","notEquals":true}`
)

// A check says no more than was seen, and the responsibility that names it
// follows.
func TestChecksFollowWhatWasSeen(t *testing.T) {
	yes, no := `{"properties":{"supportsHttpsTrafficOnly":true}}`, `{"properties":{"supportsHttpsTrafficOnly":false}}`
	partly := func(row string) record { return record{id: store, row: row, seen: demarc.SeenPartial} }
	named := func(name, condition string) string {
		return audit("x", stores, `{"field":"name","equals":"`+name+`"},`+condition)
	}
	tests := []struct {
		name   string
		rule   string
		record record
		want   string // of the check, and of the responsibility
	}{
		{"in full", audit("x", stores, httpNot), full(store, yes), "compliant; met"},
		{"in full, and wrong", audit("x", stores, httpNot), full(store, no), "non-compliant; unmet"},
		{"in full, and not there", audit("x", stores, httpNot), full(store, "{}"), "non-compliant; unmet"},
		{"partly, with it", audit("x", stores, httpNot), partly(yes), "compliant; met"},
		{"partly, and wrong", audit("x", stores, httpNot), partly(no), "non-compliant; unmet"},
		{"partly, without it", audit("x", stores, httpNot), partly(`{"location":"westeurope"}`), "unknown property not seen; property not seen"},
		{"not at all", audit("x", stores, httpNot), blind(store), "unknown property not seen; property not seen"},
		{"declared", audit("x", stores, httpNot), record{id: store, row: yes, seen: demarc.SeenDeclared}, "compliant; met"},
		{"declared, and wrong", audit("x", stores, httpNot), record{id: store, row: no, seen: demarc.SeenDeclared}, "non-compliant; unmet"},
		{"another name", named("t", httpNot), blind(store), "not-applicable; not assessed"},
		{"its name, and nothing else", named("s", httpNot), blind(store), "unknown property not seen; property not seen"},
		{"something else is certain", audit("x", stores, `{"anyOf":[`+httpNot+`,{"field":"name","equals":"s"}]}`), blind(store), "unknown property not seen; property not seen"},
		{"another type", audit("x", "Microsoft.Storage/others", httpNot), full(store, no), "; no evidence"},
		{"disabled", definition("x", stores, httpNot, `{"effect":"disabled"}`), full(store, no), "; no evidence"},
		{"attested by hand", definition("x", stores, "", `{"effect":"manual"}`), full(store, no), "unknown no evidence; no evidence"},
		{"of a request", definition("x", stores, httpNot, `{"effect":"denyAction"}`), full(store, no), "unknown request-time; request-time"},
		{"of a request, and fine", definition("x", stores, httpNot, `{"effect":"denyAction"}`), full(store, yes), "compliant; met"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := estate{records: []record{tt.record}}
			e.options.Policies = bookOf(t, rule{text: tt.rule, counts: secure})
			a := e.assess(t)
			_, said, _ := strings.Cut(results(a, store), " ")
			v := verdict(t, a, store, transit)
			if got := said + "; " + status(v); got != tt.want {
				t.Errorf("got %s (%s), want %s", got, v.Why, tt.want)
			}
			checkNumbers(t, a)
			recount(t, a)
			checkDone(t, a)
		})
	}
}

// What is not there, or may never be, is asked and answers for nothing.
func TestChecksOfWhatIsNotThere(t *testing.T) {
	for _, standing := range []demarc.Standing{demarc.Conditional, demarc.Leaving} {
		r := record{id: store, row: `{"properties":{"supportsHttpsTrafficOnly":false}}`, seen: demarc.SeenDeclared, standing: standing}
		e := estate{records: []record{r}}
		e.options.Policies = bookOf(t, rule{text: audit("x", stores, httpNot), counts: secure})
		a := e.assess(t)
		if a.Summary.Unmet != 0 || len(a.DoFirst) != 0 {
			t.Errorf("%v: %+v, to do %+v", standing, a.Summary, a.DoFirst)
		}
		checkNumbers(t, a)
	}
}

// Evidence from outside and a check of one task are weighed together.
func TestChecksBesideEvidence(t *testing.T) {
	outside := "prowler:storage_secure_transfer_required_is_enabled"
	for _, tt := range []struct{ row, want string }{{"true", "met"}, {"false", "unmet"}} {
		for outcome, both := range map[demarc.Outcome]string{demarc.Pass: tt.want, demarc.Fail: "unmet"} {
			e := estate{records: []record{full(store, `{"properties":{"supportsHttpsTrafficOnly":`+tt.row+`}}`)}, evidence: []demarc.Evidence{seen(onID(store), outside, outcome)}}
			e.options.Policies = bookOf(t, rule{text: audit("x", stores, httpNot), counts: secure})
			a := e.assess(t)
			v := verdict(t, a, store, transit)
			if status(v) != both {
				t.Errorf("%s beside %v: %s (%s), want %s", tt.row, outcome, status(v), v.Why, both)
			}
			if outcome == demarc.Fail && !slices.Equal(v.Evidence, []int{0}) || tt.row == "false" && !slices.Equal(v.Checks, []int{0}) {
				t.Errorf("%s beside %v rests on %v and %v", tt.row, outcome, v.Evidence, v.Checks)
			}
			checkNumbers(t, a)
		}
	}
}

// A part that nobody could look at leaves what it is a part of open, however
// well the other parts do.
func TestChecksOfParts(t *testing.T) {
	on := func(value string) string { return `{"managedBy":"` + web + `","properties":{"sealed":` + value + `}}` }
	disk := func(n string) string { return in("Microsoft.Compute/disks/" + n) }
	sealed := audit("sealed", "Microsoft.Compute/disks", `{"field":"Microsoft.Compute/disks/sealed","notEquals":true}`)
	partly := record{id: disk("b"), row: `{"managedBy":"` + web + `"}`, seen: demarc.SeenPartial}
	onlyA := assignmentAt("a", group+"-a", "sealed")
	elsewhere := record{id: sub + "/resourceGroups/rg-prod-a/providers/Microsoft.Compute/disks/c", row: on("true"), seen: demarc.SeenFull}
	for _, tt := range []struct {
		name    string
		rule    rule
		records []record
		want    string
	}{
		{"all pass", rule{text: sealed}, []record{full(disk("a"), on("true")), full(disk("b"), on("true"))}, "met"},
		{"one fails", rule{text: sealed}, []record{full(disk("a"), on("true")), full(disk("b"), on("false"))}, "unmet"},
		{"one was not seen", rule{text: sealed}, []record{full(disk("a"), on("true")), partly}, "property not seen"},
		{"only one is reached", rule{text: sealed, assignment: onlyA}, []record{elsewhere, full(disk("b"), on("true"))}, "part of the proof"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.rule.counts = vulnerabilities
			e := estate{records: append([]record{full(web, "{}")}, tt.records...)}
			e.options.Policies = bookOf(t, tt.rule)
			a := e.assess(t)
			if v := verdict(t, a, web, findings); status(v) != tt.want {
				t.Errorf("%s (%s), want %s", status(v), v.Why, tt.want)
			}
			checkNumbers(t, a)
			recount(t, a)
		})
	}
}

// assignmentAt assigns a definition at a scope.
func assignmentAt(name, scope, of string) *demarc.PolicyAssignment {
	return &demarc.PolicyAssignment{ID: scope + "/providers/Microsoft.Authorization/policyAssignments/" + name, Name: name, Scope: scope,
		Definition: "/providers/Microsoft.Authorization/policyDefinitions/" + of, Enforced: true}
}

const (
	subscriptions = "Microsoft.Resources/subscriptions"
	groups        = "Microsoft.Resources/subscriptions/resourceGroups"
)

// Rules may be about subscriptions and resource groups themselves.
func TestChecksOfScopes(t *testing.T) {
	contact := `"type":"Microsoft.Security/securityContacts","existenceCondition":{"field":"Microsoft.Security/securityContacts/on","equals":true}`
	all := []demarc.Collected{{Type: "Microsoft.Security/securityContacts", Scope: sub, How: demarc.CollectedAll}}
	at := func(scope, row string) record {
		return full(scope+"/providers/Microsoft.Security/securityContacts/default", `{"properties":{"on":`+row+`}}`)
	}
	tests := []struct {
		name      string
		records   []record
		collected []demarc.Collected
		want      string // of the rule about the subscription, and of the task that reads it
	}{
		{"nobody looked", nil, nil, "unknown not collected; not collected"},
		{"there is none", nil, all, "non-compliant; unmet"},
		{"there is one", []record{at(sub, "true")}, nil, "compliant; met"},
		{"a wrong one", []record{at(sub, "false")}, all, "non-compliant; unmet"},
		{"a wrong one, and others may be there", []record{at(sub, "false")}, nil, "unknown not collected; not collected"},
		{"one of a group", []record{at(group, "true")}, all, "non-compliant; unmet"},
		{"one of a resource", []record{at(store, "true")}, all, "non-compliant; unmet"},
		{"that of another subscription", []record{at(sub[:len(sub)-1]+"2", "true")}, all, "non-compliant; unmet"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := estate{records: append([]record{full(web, "{}")}, tt.records...)}
			e.options.Policies = bookOf(t, rule{text: seeks("contact", subscriptions, contact), counts: "demarc:monitoring-service-health-alert"},
				rule{text: definition("byhand", subscriptions, "", `{"effect":"manual"}`)}, rule{text: audit("named", groups, `{"field":"name","equals":"rg-prod"}`)})
			e.options.Policies.Collected = tt.collected
			a := e.assess(t)
			v := verdict(t, a, web, "monitoring.service-health-alerts")
			want, task, _ := strings.Cut(tt.want, "; ")
			if got := results(a, sub); got != "byhand unknown no evidence, monitoring-service-health-alert "+want {
				t.Errorf("of the subscription: %s, want %s", got, want)
			}
			if got := results(a, group); got != "named compliant" && got != "named non-compliant" {
				t.Errorf("of the group: %q", got)
			}
			if status(v) != task || len(v.Evidence) != 0 || v.Instance.Scope == nil || task != "not collected" && len(v.Checks) != 1 {
				t.Errorf("%s (%s) by %v, want %s", status(v), v.Why, v.Checks, task)
			}
			checkNumbers(t, a)
			recount(t, a)
			checkDone(t, a)
		})
	}
}

// Checks about resources, scopes and what stands above them are numbered behind
// each other, beside evidence from outside.
func TestChecksAreNumbered(t *testing.T) {
	e := ruledEstate(t)
	a := e.assess(t)
	checkNumbers(t, a)
	recount(t, a)
	checkDone(t, a)
	var kinds [3]int // of verdicts that name checks: of resources, of scopes, of scopes by resources in them
	note := func(v *demarc.Verdict) bool {
		for _, n := range v.Checks {
			e := a.Checks.At(n)
			switch {
			case v.Instance.Resource != nil:
				kinds[0]++
			case e.Resource == nil:
				kinds[1]++
			default:
				kinds[2]++
			}
		}
		return true
	}
	a.Verdicts.Own(note)
	a.Verdicts.Above(note)
	if slices.Contains(kinds[:], 0) {
		t.Errorf("%v verdicts name checks of resources, scopes and resources below", kinds)
	}
	for i := range a.Checks.Len() {
		if e := a.Checks.At(i); e.Subject.ID == "" || e.Check == "" || e.Tool == "" {
			t.Fatalf("check %d: %+v", i, e)
		}
	}
}

// ruledEstate has resources alike and not, with rules of all kinds: about
// resources, what is related to them, scopes and what stands above resources.
func ruledEstate(t testing.TB) estate {
	t.Helper()
	var e estate
	for i := range 160 {
		at := sub + fmt.Sprintf("/resourceGroups/rg-%d/providers/", i%7)
		row := [...]string{`{"properties":{"supportsHttpsTrafficOnly":true}}`, `{"properties":{"supportsHttpsTrafficOnly":false}}`, `{}`}[i%3]
		one := record{id: fmt.Sprintf("%sMicrosoft.Storage/storageAccounts/s%d", at, i), row: row, seen: demarc.SeenFull}
		if i%11 == 0 {
			one = blind(one.id)
		}
		e.records = append(e.records, one)
		if i%5 == 0 {
			e.records = append(e.records, full(fmt.Sprintf("%s/providers/Microsoft.Insights/diagnosticSettings/d", one.id), `{"properties":{"workspaceId":"`+fmt.Sprint(i%2)+`"}}`))
		}
		if i%6 == 0 {
			e.records = append(e.records, full(fmt.Sprintf("%sMicrosoft.KeyVault/vaults/v%d", at, i), `{"properties":{"watched":`+fmt.Sprint(i%4 == 0)+`}}`))
		}
	}
	e.records = append(e.records, full(sub+"/providers/Microsoft.Security/securityContacts/default", `{"properties":{"on":true}}`))
	half := assignmentAt("half", sub+"/resourceGroups/rg-1", "secure")
	limit := `{"properties":{"mode":"All","parameters":{"limit":{"type":"Integer","defaultValue":1}},"policyRule":{"if":{"allOf":[{"field":"type","equals":"` + stores +
		`"},{"field":"Microsoft.Storage/storageAccounts/supportsHttpsTrafficOnly","notEquals":"[equals(parameters('limit'),1)]"}]},"then":{"effect":"audit"}}},"name":"secure"}`
	e.options.Policies = bookOf(t, rule{text: limit, counts: secure}, rule{text: limit, counts: secure, assignment: half, given: `{"limit":2}`},
		rule{text: seeks("logged", stores, `"type":"Microsoft.Insights/diagnosticSettings","existenceCondition":{"field":"Microsoft.Insights/diagnosticSettings/workspaceId","equals":"1"}`)},
		rule{text: seeks("contact", subscriptions, `"type":"Microsoft.Security/securityContacts","existenceCondition":{"field":"Microsoft.Security/securityContacts/on","equals":true}`), counts: "demarc:monitoring-service-health-alert"},
		rule{text: audit("watched", "Microsoft.KeyVault/vaults", `{"field":"Microsoft.KeyVault/vaults/watched","notEquals":true}`), counts: "demarc:monitoring-defender-key-vaults"},
		rule{text: definition("byhand", subscriptions, "", `{"effect":"manual"}`)}, rule{text: audit("named", groups, `{"field":"name","equals":"rg-3"}`)})
	e.options.Policies.Collected = []demarc.Collected{{Type: "Microsoft.Insights/diagnosticSettings", Scope: sub + "/resourceGroups/rg-2", How: demarc.CollectedAll},
		{Type: "*", Scope: sub + "/resourceGroups/rg-3", How: demarc.CollectionDenied}}
	e.evidence = []demarc.Evidence{seen(onID(e.records[0].id), patchMode, demarc.Pass), seen(onID("nobody"), vulnerabilities, demarc.Fail)}
	return e
}
