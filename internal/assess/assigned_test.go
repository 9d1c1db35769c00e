package assess_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
)

// limited refuses stores whose size is not the limit, which is 1 where nobody
// sets it.
const limited = `{"name":"limited","properties":{"mode":"All","parameters":{"limit":{"type":"Integer","defaultValue":1},"effect":{"type":"String","defaultValue":"Audit"}},
	"policyRule":{"if":{"allOf":[{"field":"type","equals":"Microsoft.Storage/storageAccounts"},{"field":"Microsoft.Storage/storageAccounts/size","notEquals":"[parameters('limit')]"}]},
	"then":{"effect":"[parameters('effect')]"}}}}`

// An assignment is in force where it says, and a definition without one
// everywhere else.
func TestAssignmentsAreInForce(t *testing.T) {
	at := func(change ...func(*demarc.PolicyAssignment)) *demarc.PolicyAssignment {
		a := assignmentAt("a", sub, "limited")
		for _, c := range change {
			c(a)
		}
		return a
	}
	scoped := func(id string) *demarc.PolicyAssignment {
		return at(func(a *demarc.PolicyAssignment) { a.Scope = id })
	}
	without := func(ids ...string) *demarc.PolicyAssignment {
		return at(func(a *demarc.PolicyAssignment) { a.NotScopes = ids })
	}
	selecting := func(list ...demarc.Selector) *demarc.PolicyAssignment {
		return at(func(a *demarc.PolicyAssignment) { a.Selectors = []demarc.ResourceSelector{{Selectors: list}} })
	}
	where := func(in ...string) demarc.Selector { return demarc.Selector{Kind: "resourceLocation", In: in} }
	const management = "/providers/Microsoft.Management/managementGroups/contoso"
	said, none := "limited@a non-compliant", ""
	tests := []struct {
		name       string
		assignment *demarc.PolicyAssignment
		want       [3]string // of s in rg-prod, of t in rg-b, and of u in another subscription
	}{
		{"a subscription", at(), [3]string{said, said, none}},
		{"as spelled elsewhere", scoped(strings.ToUpper(sub) + "/"), [3]string{said, said, none}},
		{"a group", scoped(group), [3]string{said, none, none}},
		{"a name that only begins alike", scoped(group[:len(group)-1]), [3]string{none, none, none}},
		{"a resource", scoped(store), [3]string{said, none, none}},
		{"a management group, of which nobody knows what lies below", scoped(management), [3]string{said, said, said}},
		{"but for a group", without(group), [3]string{none, said, none}},
		{"but for a group, as spelled elsewhere", without(groupB, strings.ToUpper(group)+"/"), [3]string{none, none, none}},
		{"but for a resource", without(store), [3]string{none, said, none}},
		{"but for another resource", without(store + "2"), [3]string{said, said, none}},
		{"but for the whole", without(sub), [3]string{none, none, none}},
		{"a management group, but for a subscription", at(func(a *demarc.PolicyAssignment) { a.Scope, a.NotScopes = management, []string{sub} }), [3]string{none, none, said}},
		{"not enforced", at(func(a *demarc.PolicyAssignment) { a.Enforced = false }), [3]string{said, said, none}},

		{"places", selecting(where("North Europe", "westeurope")), [3]string{said, none, none}},
		{"not those places", selecting(demarc.Selector{Kind: "resourcelocation", NotIn: []string{"WestEurope"}}), [3]string{none, said, none}},
		{"types", selecting(demarc.Selector{Kind: "resourceType", In: []string{"microsoft.web/sites", "microsoft.storage/STORAGEACCOUNTS"}}), [3]string{said, said, none}},
		{"other types", selecting(demarc.Selector{Kind: "resourceType", In: []string{"microsoft.web/sites"}}), [3]string{none, none, none}},
		{"not those types", selecting(demarc.Selector{Kind: "resourceType", NotIn: []string{stores}}), [3]string{none, none, none}},
		{"places and types", selecting(where("eastus"), demarc.Selector{Kind: "resourceType", In: []string{stores}}), [3]string{none, said, none}},
		{"without a place", selecting(demarc.Selector{Kind: "resourceWithoutLocation"}), [3]string{none, none, none}},
		{"one of two selectors", at(func(a *demarc.PolicyAssignment) {
			a.Selectors = []demarc.ResourceSelector{{Selectors: []demarc.Selector{where("x")}}, {Selectors: []demarc.Selector{where("eastus")}}}
		}), [3]string{none, said, none}},
	}
	ids := []string{store, groupB + "/providers/" + stores + "/t", subB + "/resourceGroups/rg-prod/providers/" + stores + "/u"}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, also := range []bool{false, true} { // the definition itself is evaluated, too
				rules := []rule{{text: limited, assignment: tt.assignment, given: `{"limit":2}`}}
				if also {
					rules = append(rules, rule{text: limited})
				}
				e := estate{records: []record{full(ids[0], `{"location":"westeurope","properties":{"size":1}}`), full(ids[1], `{"location":"eastus","properties":{"size":1}}`),
					full(ids[2], `{"location":"westeurope","properties":{"size":1}}`)}, shards: 2}
				e.options.Policies = bookOf(t, rules...)
				a := e.assess(t)
				for i, id := range ids {
					want := tt.want[i]
					if want == none && also && tt.assignment.Selectors == nil {
						want = "limited compliant" // with the default, as no assignment is in force there
					}
					if got := results(a, id); got != want && (tt.assignment.Selectors == nil || !also) {
						t.Errorf("beside the definition %v: %s is %q, want %q", also, id, got, want)
					}
				}
				checkNumbers(t, a)
			}
		})
	}
}

// What nobody could see of a resource leaves nothing out.
func TestSelectorsOfWhatWasNotSeen(t *testing.T) {
	for kind, want := range map[string]string{"resourceLocation": "limited@a unknown property not seen", "resourceWithoutLocation": "limited@a unknown property not seen", "resourceType": "", "somethingNew": "limited@a unknown property not seen"} {
		a := assignmentAt("a", sub, "limited")
		a.Selectors = []demarc.ResourceSelector{{Selectors: []demarc.Selector{{Kind: kind, In: []string{"eastus"}}}}}
		e := estate{records: []record{blind(store)}}
		e.options.Policies = bookOf(t, rule{text: limited, assignment: a})
		if got := results(e.assess(t), store); got != want {
			t.Errorf("%s: %q, want %q", kind, got, want)
		}
	}
}

// Assignments of one definition keep their own parameters and effects.
func TestAssignmentsKeepTheirParameters(t *testing.T) {
	wide, narrow := assignmentAt("wide", sub, "limited"), assignmentAt("narrow", group, "limited")
	small, big := record{id: store, row: `{"properties":{"size":1}}`, seen: demarc.SeenFull}, full(groupB+"/providers/"+stores+"/t", `{"properties":{"size":5}}`)
	tests := []struct {
		name       string
		rules      []rule
		small, big string
	}{
		{"no assignment", []rule{{text: limited}}, "limited compliant", "limited non-compliant"},
		{"one", []rule{{text: limited}, {text: limited, assignment: wide, given: `{"limit":5}`}}, "limited@wide non-compliant", "limited@wide compliant"},
		{"two scopes", []rule{{text: limited, assignment: wide, given: `{"limit":5}`}, {text: limited, assignment: narrow, given: `{"LIMIT":1}`}},
			"limited@narrow compliant, limited@wide non-compliant", "limited@wide compliant"},
		{"one is replaced where the other is", []rule{{text: limited}, {text: limited, assignment: narrow, given: `{"limit":5}`}}, "limited@narrow non-compliant", "limited non-compliant"},
		{"disabled by its parameter", []rule{{text: limited, assignment: wide, given: `{"effect":"Disabled"}`}}, "", ""},
		{"disabled by an override", []rule{{text: limited, assignment: wide, effect: "Disabled"}, {text: limited, assignment: narrow}}, "limited@narrow compliant", ""},
		{"disabled by an override, in place of the default", []rule{{text: limited}, {text: limited, assignment: narrow, effect: "disabled"}}, "", "limited non-compliant"},
		{"enabled by an override", []rule{{text: limited, assignment: wide, given: `{"effect":"Disabled"}`, effect: "audit"}}, "limited@wide compliant", "limited@wide non-compliant"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := estate{records: []record{small, big}}
			e.options.Policies = bookOf(t, tt.rules...)
			a := e.assess(t)
			if got := results(a, small.id); got != tt.small {
				t.Errorf("the small one: %q, want %q", got, tt.small)
			}
			if got := results(a, big.id); got != tt.big {
				t.Errorf("the big one: %q, want %q", got, tt.big)
			}
			checkNumbers(t, a)
		})
	}
}

// Members of an initiative that bring one definition twice say once what they
// say alike, and each its own where they differ.
func TestTwinsAreSaidOnce(t *testing.T) {
	a := assignmentAt("a", sub, "initiative")
	member := func(reference, given string) rule {
		return rule{text: limited, assignment: a, reference: reference, given: given, counts: secure}
	}
	e := estate{records: []record{full(store, `{"properties":{"size":1}}`), full(groupB+"/providers/"+stores+"/t", `{"properties":{"size":5}}`)}}
	e.options.Policies = bookOf(t, member("one", `{"limit":1}`), member("two", `{"limit":2}`), member("three", `{"limit":3}`))
	s := e.assess(t)
	if got := results(s, store); got != "storage-secure-transfer@a compliant, storage-secure-transfer@a non-compliant" {
		t.Errorf("of the small one: %s", got)
	}
	if got := results(s, groupB+"/providers/"+stores+"/t"); got != "storage-secure-transfer@a non-compliant" {
		t.Errorf("of the big one: %s", got)
	}
	if v := verdict(t, s, store, transit); v.Status == demarc.Met {
		t.Errorf("%s (%s), though one of two references fails", status(v), v.Why)
	}
	checkNumbers(t, s)
}

// Whose rule it is makes no difference to the others: what is assigned in one
// subscription leaves another as it is.
func TestScopesOfAssignments(t *testing.T) {
	byhand := definition("byhand", subscriptions, "", `{"effect":"manual"}`)
	e := estate{records: []record{full(store, "{}"), full(subB+"/resourceGroups/rg-prod/providers/"+stores+"/u", "{}")}}
	e.options.Policies = bookOf(t, rule{text: byhand, assignment: assignmentAt("a", sub, "byhand")}, rule{text: audit("named", groups, `{"field":"name","equals":"rg-prod"}`), assignment: assignmentAt("b", subB, "named")})
	a := e.assess(t)
	var got []string
	for _, id := range []string{sub, subB, group, subB + "/resourceGroups/rg-prod"} {
		got = append(got, results(a, id))
	}
	if want := []string{"byhand@a unknown no evidence", "", "", "named@b non-compliant"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	checkNumbers(t, a)
}
