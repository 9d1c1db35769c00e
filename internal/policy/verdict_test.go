package policy

import (
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
	"github.com/demarc-dev/demarc/internal/slots"
)

// Applicability is not compliance: only type, name and kind count, all else is
// taken for true, below a not for false. The special cases are those of the page.
// https://learn.microsoft.com/azure/governance/policy/concepts/policy-applicability
func TestApplicability(t *testing.T) {
	const (
		isA     = `{"field":"type","equals":"M.S/a"}`
		notB    = `{"field":"type","notLike":"M.S/b*"}`
		kindX   = `{"field":"kind","equals":"x"}`
		nameX   = `{"field":"name","equals":"x"}`
		bad     = `{"field":"M.S/a/bad","equals":true}`
		located = `{"field":"location","equals":"x"}`
	)
	all := func(list ...string) string { return `{"allOf":[` + strings.Join(list, ",") + `]}` }
	for _, c := range []struct{ name, condition, resource, want string }{
		{"another type", all(isA, bad), `{"type":"M.S/b"}`, "no rule"},
		{"compliant", all(isA, bad), `{"type":"M.S/a","properties":{"bad":false}}`, "compliant"},
		{"non-compliant", all(isA, bad), `{"type":"M.S/a","properties":{"bad":true}}`, "non-compliant"},
		{"type, kind and others: the kind counts", all(isA, kindX, bad), `{"type":"M.S/a","kind":"y","properties":{"bad":true}}`, "not-applicable"},
		{"type, name and others: the name counts", all(isA, nameX, bad), `{"type":"M.S/a","name":"y"}`, "not-applicable"},
		{"type and kind alone: only the type counts", all(isA, kindX), `{"type":"M.S/a","kind":"y"}`, "compliant"},
		{"type and name alone: only the type counts", all(isA, nameX), `{"type":"M.S/a","name":"y"}`, "compliant"},
		{"only kind: all resources", kindX, `{"type":"M.S/a","kind":"y"}`, "compliant"},
		{"only name: all resources", nameX, `{"type":"M.S/a","name":"y"}`, "compliant"},
		{"below a not all else is false", `{"not":{"anyOf":[` + kindX + `,` + bad + `]}}`, `{"type":"M.S/a","kind":"x","properties":{"bad":true}}`, "not-applicable"},
		{"below a not", `{"not":{"anyOf":[` + kindX + `,` + bad + `]}}`, `{"type":"M.S/a","kind":"y","properties":{"bad":true}}`, "compliant"},
		{"twice below a not", `{"not":{"not":` + all(isA, bad) + `}}`, `{"type":"M.S/a","properties":{}}`, "compliant"},
		{"a type that is not excluded", all(notB, bad), `{"type":"M.S/a","properties":{"bad":true}}`, "non-compliant"},
		{"an excluded type", all(notB, bad), `{"type":"M.S/b1","properties":{"bad":true}}`, "no rule"},
		{"a subscription", nameX, `{"type":"Microsoft.Resources/subscriptions","name":"y"}`, "compliant"},
		{"a location never concerns subscriptions", all(nameX, located), `{"type":"Microsoft.Resources/subscriptions","name":"x"}`, "no rule"},
	} {
		expect(t, c.name, bench{}.verdict(t, c.condition, "audit", c.resource), c.want)
	}
	const seeks = `{"effect":"auditIfNotExists","details":{"type":"M.S/a/c"}}`
	expect(t, "the whole condition counts for existence checks", bench{}.verdict(t, all(isA, bad), seeks, `{"type":"M.S/a","properties":{"bad":false}}`), "not-applicable")
	expect(t, "an unknown condition", bench{partly: true}.verdict(t, all(isA, bad), seeks, `{"type":"M.S/a"}`), "unknown: property not seen")
	expect(t, "an unknown kind", bench{partly: true}.verdict(t, all(isA, kindX, bad), "audit", `{"type":"M.S/a"}`), "unknown: property not seen")
}

// What a condition that holds means, by effect.
// https://learn.microsoft.com/azure/governance/policy/concepts/compliance-states
// https://learn.microsoft.com/azure/governance/policy/concepts/effect-basics
func TestEffects(t *testing.T) {
	const condition, holds, fails = `{"field":"M.S/a/x","equals":1}`, `{"type":"M.S/a","properties":{"x":1}}`, `{"type":"M.S/a","properties":{"x":2}}`
	for effect, want := range map[string][2]string{
		"audit":             {"non-compliant", "compliant"},
		"Deny":              {"non-compliant", "compliant"},
		"modify":            {"non-compliant", "compliant"},
		"append":            {"non-compliant", "compliant"},
		"mutate":            {"non-compliant", "compliant"},
		"addToNetworkGroup": {"non-compliant", "compliant"},
		"denyAction":        {"unknown: request-time", "compliant"},
		"disabled":          {"no rule", "no rule"},
		"manual":            {"unknown: no evidence", "unknown: no evidence"},
		`{"effect":"auditIfNotExists","details":{"type":"M.S/c"}}`:                             {"a related resource decides", "not-applicable"},
		`{"effect":"deployIfNotExists","details":{"type":"M.S/c"}}`:                            {"a related resource decides", "not-applicable"},
		`{"effect":"modify","details":{"operations":[{"operation":"add","field":"M.S/a/x"}]}}`: {"non-compliant", "compliant"},
		`{"effect":"append","details":[{"field":"M.S/a/x","value":1}]}`:                        {"non-compliant", "compliant"},
	} {
		expect(t, effect, bench{}.verdict(t, condition, effect, holds), want[0])
		expect(t, effect, bench{}.verdict(t, condition, effect, fails), want[1])
	}
	unset := bench{declared: `{"effect":{"type":"String"}}`}
	expect(t, "no effect, and it would fire", unset.verdict(t, condition, "[parameters('effect')]", holds), "unknown: parameter not set")
	unset.parameters = `{"EFFECT":"Audit"}`
	expect(t, "a given effect", unset.verdict(t, condition, "[parameters('effect')]", holds), "non-compliant")
	unset.parameters = `{"effect":"Disabled"}`
	expect(t, "disabled", unset.verdict(t, condition, "[parameters('effect')]", holds), "no rule")
	static := bench{}.bind(t, condition, "audit")
	static.PolicyType = "Static"
	if got := unset.ask(t, holds, static); len(got.program.Rules) > 0 || static.Kind() != Static {
		t.Error("a static definition is asked of resources")
	}
}

// A related resource is looked for below the type that is asked, else in its
// group, or where the rule says; one that fulfils is enough.
// https://learn.microsoft.com/azure/governance/policy/concepts/effect-audit-if-not-exists
func TestSeeks(t *testing.T) {
	const condition, resource = `{"field":"type","equals":"M.S/a"}`, `{"id":"/subscriptions/s/resourceGroups/g/providers/M.S/a/n","type":"M.S/a","name":"n","properties":{"want":"x"}}`
	for details, want := range map[string]SeekPlace{
		`"type":"M.S/a/c"`: BelowResource,
		`"type":"M.S/c"`:   InGroup,
		`"type":"M.S/c","existenceScope":"Subscription"`:                       InSubscription,
		`"type":"M.S/c","existenceScope":"resourceGroup"`:                      InGroup,
		`"type":"M.S/c","resourceGroupName":"other"`:                           InGroup,
		`"type":"Microsoft.Insights/diagnosticSettings"`:                       OnResource,
		`"type":"Microsoft.Security/pricings","existenceScope":"Subscription"`: OnSubscription,
	} {
		a := bench{}.ask(t, resource, bench{}.bind(t, condition, `{"effect":"auditIfNotExists","details":{`+details+`}}`))
		if got := a.program.Rules[0].Seek.Place; got != want {
			t.Errorf("%s: in %s, expected %s", details, got, want)
		}
	}
	b := bench{}
	// The name may be worked out; field() reads the resource that is asked, and
	// field conditions the related one.
	bound := b.bind(t, condition, `{"effect":"auditIfNotExists","details":{"type":"M.S/a/c","name":"[concat(field('name'),'/d')]",
		"existenceCondition":{"allOf":[{"field":"M.S/a/c/x","equals":"[field('M.S/a/want')]"},{"field":"name","like":"c*"}]}}}`)
	book := NewRulebook(NewAliases(AliasFacts{}), []*Bound{bound})
	a := b.bring(t, resource, book)
	seek := a.program.Rules[0].Seek
	expect(t, "name", seek.Name(a.Machine).Text(), "n/d")
	if !seek.Private {
		t.Error("a condition that reads the resource that is asked is the same for all")
	}
	found := NoneFound
	for related, want := range map[string]string{`{"type":"M.S/a/c","name":"n/c1","properties":{"x":"x"}}`: "compliant", `{"type":"M.S/a/c","name":"n/c2","properties":{"x":"y"}}`: "non-compliant"} {
		r := b.bring(t, related, book)
		r.Behind(a.Machine)
		one := r.Fulfils(&r.program.Sought[0])
		expect(t, related, one.Settle(true).String(), want)
		found = found.Or(one)
	}
	expect(t, "one is enough", found.Settle(true).String(), "compliant")
	expect(t, "none, and all were seen", NoneFound.Settle(true).String(), "non-compliant")
	expect(t, "none, and not all were seen", NoneFound.Settle(false).String(), "unknown: not collected")
	expect(t, "one that cannot be told", NoneFound.Or(UnknownFulfilment(demarc.NotPermitted)).Settle(true).String(), "unknown: no permission")
	any := b.ask(t, `{"type":"M.S/a/c","name":"c"}`, b.bind(t, condition, `{"effect":"auditIfNotExists","details":{"type":"M.S/a/c"}}`))
	expect(t, "without a condition any will do", any.Fulfils(&any.program.Sought[0]).Settle(true).String(), "compliant")
}

// A name that no resource decides is worked out once, and is what the rule works
// out for each.
func TestCommonNames(t *testing.T) {
	for name, common := range map[string]bool{
		`""`: true, `"x"`: true, `"[concat('x','/',parameters('p'))]"`: true, `"[policy().definitionId]"`: true, `"[policy().assignmentId]"`: true,
		`"[uniqueString(concat(policy().assignmentId,'x'))]"`: true, `"[if(true(),'x',field('name'))]"`: true, `"[concat('x',1,parameters('q'))]"`: true,
		`"[field('name')]"`: false, `"[concat(field('M.S/a/want'),'x')]"`: false, `"[resourceGroup().name]"`: false, `"[concat(subscription().subscriptionId,'x')]"`: false,
		`"[concat(policy().definitionId,field('name'))]"`: false, `"[requestContext().apiVersion]"`: false, `"[managementGroupResourceId('M.S/a','x')]"`: false, `"[concat('x',utcNow())]"`: false,
		`"[if(equals(policy().assignmentId,'no'),'x',field('name'))]"`: false,
	} {
		b := bench{declared: `{"p":{"type":"String","defaultValue":"y"},"q":{"type":"String"}}`}
		bound := b.bind(t, `{"field":"type","equals":"M.S/a"}`, `{"effect":"auditIfNotExists","details":{"type":"M.S/c","name":`+name+`}}`)
		bound.Assignment = "/subscriptions/s/providers/Microsoft.Authorization/policyAssignments/one"
		for _, resource := range []string{"n", "m"} {
			a := b.ask(t, `{"id":"/subscriptions/s/resourceGroups/`+resource+`/providers/M.S/a/n","type":"M.S/a","name":"`+resource+`","properties":{"want":"`+resource+`"}}`, bound)
			seek := a.program.Rules[0].Seek
			got, ok := seek.CommonName(NewMachine(a.around))
			if want := seek.Name(a.Machine); ok != common || ok && got.String() != want.String() {
				t.Errorf("%s: %v, common %v, expected %v of %s", name, got, ok, want, resource)
			}
		}
	}
}

// TestResults: a verdict, and why there is none, fit a byte.
func TestResults(t *testing.T) {
	seen := map[Result]bool{}
	for _, reason := range reasons {
		r := Because(reason)
		if r.Verdict() != demarc.UnknownCheck || r.Reason() != reason || r.Pending() || r == Absent || seen[r] {
			t.Errorf("%s: %d is %s, %q", reason, r, r.Verdict(), r.Reason())
		}
		seen[r] = true
	}
	for _, v := range []demarc.CheckVerdict{demarc.Compliant, demarc.NonCompliant, demarc.CheckNotApplicable} {
		if r := resultOf(v); r.Verdict() != v || r.Reason() != demarc.NoReason || r.Pending() || r == Absent {
			t.Errorf("%s: %d", v, r)
		}
	}
	if Absent.Pending() || !pending.Pending() {
		t.Error("absent and pending are taken for each other")
	}
}

// TestTruths: a condition that cannot be told decides nothing that something
// else decides, and keeps all its reasons.
func TestTruths(t *testing.T) {
	unset, unseen := because(demarc.ParameterNotSet), because(demarc.PropertyNotSeen)
	for _, c := range []struct{ got, want outcome }{
		{unset.and(falseOutcome), falseOutcome}, {unset.and(trueOutcome), unset}, {unset.or(trueOutcome), trueOutcome}, {unset.or(falseOutcome), unset},
		{unset.not(), unset}, {unset.and(unseen), unset | unseen}, {unset.or(unseen), unset | unseen}, {trueOutcome.and(falseOutcome), falseOutcome},
		{trueOutcome.not(), falseOutcome}, {falseOutcome.or(falseOutcome), falseOutcome},
	} {
		if c.got != c.want {
			t.Errorf("%b, expected %b", c.got, c.want)
		}
	}
	if got := (unseen | unset).reason(); got != demarc.ParameterNotSet {
		t.Errorf("what can be mended first is told first: %s", got)
	}
	const unknown, yes, no = `{"field":"M.S/a/hidden","equals":1}`, `{"field":"type","like":"M*"}`, `{"field":"M.S/a/x","equals":2}`
	b := bench{partly: true}
	for condition, want := range map[string]string{
		`{"allOf":[` + unknown + `,` + no + `]}`:                                       "false",
		`{"allOf":[` + unknown + `,` + yes + `]}`:                                      "unknown: property not seen",
		`{"anyOf":[` + unknown + `,` + yes + `]}`:                                      "true",
		`{"anyOf":[` + no + `,` + unknown + `]}`:                                       "unknown: property not seen",
		`{"not":` + unknown + `}`:                                                      "unknown: property not seen",
		`{"not":{"allOf":[` + unknown + `,` + no + `]}}`:                               "true",
		`{"allOf":[` + unknown + `,{"field":"M.S/a/x","equals":"[parameters('p')]"}]}`: "unknown: parameter not set",
		`{"allOf":[]}`: "true",
		`{"anyOf":[]}`: "no rule", // never
	} {
		expect(t, condition, b.outcome(t, condition, `{"type":"M.S/a","properties":{"x":1}}`), want)
	}
}

// TestCountsOfWhatWasNotSeen: a count is certain where the elements that cannot
// be told do not matter.
func TestCountsOfWhatWasNotSeen(t *testing.T) {
	b := bench{partly: true}
	// Two match, one does not, one does not say.
	const resource = `{"type":"M.S/a","properties":{"l":[{"x":1},{"x":1},{"x":2},{}]}}`
	for comparison, want := range map[string]string{
		`"equals":2`: "unknown: property not seen", `"greater":1`: "true", `"greater":3`: "false", `"greater":2`: "unknown: property not seen", `"less":2`: "false",
		`"equals":4`: "false", `"notEquals":4`: "true", `"in":[2,3]`: "true", `"lessOrEquals":3`: "true",
	} {
		condition := `{"count":{"field":"M.S/a/l[*]","where":{"field":"M.S/a/l[*].x","equals":1}},` + comparison + `}`
		expect(t, comparison, b.outcome(t, condition, resource), want)
	}
	const hidden = `{"count":{"field":"M.S/a/hidden[*]"},"greaterOrEquals":0}`
	expect(t, "nobody knows how many", b.outcome(t, hidden, resource), "unknown: property not seen")
	const whole = `{"value":"[length(field('M.S/a/l[*].x'))]","equals":3}`
	expect(t, "how many have it", b.outcome(t, whole, resource), "unknown: property not seen")
}

// TestOpenObjects: of an object that was declared in part it is known that it
// exists and what it has, and nothing else.
func TestOpenObjects(t *testing.T) {
	const resource = `{"type":"M.S/a","tags":{"x":"y"},"properties":{"o":{"x":1}}}`
	b := bench{partly: true}
	for condition, want := range map[string]string{
		`{"field":"M.S/a/o","exists":true}`:                     "true",
		`{"field":"tags","containsKey":"x"}`:                    "true",
		`{"field":"tags","notContainsKey":"x"}`:                 "false",
		`{"field":"tags","containsKey":"z"}`:                    "unknown: property not seen",
		`{"field":"tags['z']","exists":false}`:                  "unknown: property not seen",
		`{"field":"M.S/a/o","equals":"[json('{\"x\":1}')]"}`:    "unknown: property not seen",
		`{"value":"[length(field('tags'))]","equals":1}`:        "unknown: property not seen",
		`{"value":"[contains(field('tags'),'z')]","equals":""}`: "unknown: property not seen",
		`{"field":"M.S/a/o.x","equals":1}`:                      "true",
	} {
		expect(t, condition, b.outcome(t, condition, resource), want)
	}
}

// TestOpenLists: of a list that may have other elements only what no other one
// could change is known.
func TestOpenLists(t *testing.T) {
	const resource = `{"type":"M.S/a","properties":{"l":[{"x":1},{"x":2}]}}`
	b := bench{alter: func(v *slots.Values) {
		slot := v.Plan().Slot("properties.l")
		v.SetAt(slot, demarc.OpenList(v.At(slot).Elements(), "not seen"))
	}}
	for condition, want := range map[string]string{
		`{"field":"M.S/a/l","exists":true}`:                                                        "true",
		`{"field":"M.S/a/l[*].x","equals":1}`:                                                      "false",
		`{"field":"M.S/a/l[*].x","less":3}`:                                                        "unknown: property not seen",
		`{"count":{"field":"M.S/a/l[*]"},"greater":1}`:                                             "true",
		`{"count":{"field":"M.S/a/l[*]"},"greater":2}`:                                             "unknown: property not seen",
		`{"count":{"field":"M.S/a/l[*]"},"less":2}`:                                                "false",
		`{"count":{"field":"M.S/a/l[*]"},"equals":900}`:                                            "unknown: property not seen",
		`{"count":{"field":"M.S/a/l[*]"},"greaterOrEquals":0}`:                                     "true",
		`{"count":{"field":"M.S/a/l[*]","where":{"field":"M.S/a/l[*].x","equals":2}},"greater":0}`: "true",
		`{"count":{"field":"M.S/a/l[*]","where":{"field":"M.S/a/l[*].x","equals":3}},"greater":0}`: "unknown: property not seen",
		`{"value":"[length(field('M.S/a/l'))]","equals":2}`:                                        "unknown: property not seen",
		`{"value":"[length(field('M.S/a/l[*].x'))]","equals":2}`:                                   "unknown: property not seen",
	} {
		expect(t, condition, b.outcome(t, condition, resource), want)
	}
}

// TestAliases: the table, the convention, several paths by type and by version.
// https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-alias
func TestAliases(t *testing.T) {
	facts := AliasFacts{Aliases: []Alias{
		{Name: "M.S/a/short", Path: "properties.far.away"},
		{Name: "M.S/image", Type: "M.S/a", Path: "properties.a.image"}, {Name: "M.S/image", Type: "M.S/b", Path: "properties.b.image"},
		{Name: "M.S/a/v", Type: "M.S/a", Path: "properties.new", Versions: []VersionedPath{{Path: "properties.old", APIVersions: []string{"2019-01-01"}}}},
	}, Doubtful: []string{"M.S/a/odd"}}
	const a = `{"type":"M.S/a","sku":{"name":"s"},"kind":"k","properties":{"far":{"away":1},"a":{"image":"i"},"new":"n","old":"o","plain":{"x":2},"l":[{"y":3}]}}`
	b := bench{aliases: facts}
	for condition, want := range map[string]string{
		`{"field":"m.s/A/SHORT","equals":1}`:                    "true",
		`{"field":"M.S/image","equals":"i"}`:                    "true",
		`{"field":"M.S/a/v","equals":"n"}`:                      "true",
		`{"field":"M.S/a/plain.x","equals":2}`:                  "true",
		`{"field":"M.S/a/sku.name","equals":"s"}`:               "true",
		`{"field":"M.S/a/l[*].y","equals":3}`:                   "true",
		`{"field":"M.S/a/none","exists":false}`:                 "true",
		`{"field":"M.S/a/odd","exists":false}`:                  "unknown: alias unresolved",
		`{"field":"M.S/a/odd[*].x","equals":1}`:                 "true",
		`{"field":"M.S/other/x","exists":false}`:                "true", // resources of this type do not have it
		`{"field":"M.Nobody/knows","exists":false}`:             "unknown: alias unresolved",
		`{"value":"[empty(field('M.S/a/odd'))]","equals":true}`: "unknown: alias unresolved",
		`{"count":{"field":"M.Nobody/knows[*]"},"equals":0}`:    "unknown: alias unresolved",
	} {
		expect(t, condition, b.outcome(t, condition, a), want)
	}
	const image = `{"field":"M.S/image","equals":"i"}`
	expect(t, "another type", b.outcome(t, image, `{"type":"M.S/b","properties":{"b":{"image":"i"}}}`), "true")
	expect(t, "a type without it", b.outcome(t, image, `{"type":"M.S/c","properties":{"image":"i"}}`), "false")
	old := b
	old.version = "2019-01-01"
	expect(t, "another version", old.outcome(t, `{"field":"M.S/a/v","equals":"o"}`, a), "true")
	old.version = "2018-01-01"
	expect(t, "a version that the alias does not name", old.outcome(t, `{"field":"M.S/a/v","equals":"n"}`, a), "true")
	custom := bench{untrusted: true}
	expect(t, "somebody's own rule finds it by convention", custom.outcome(t, `{"field":"M.S/a/plain.x","equals":2}`, a), "true")
	expect(t, "or not at all", custom.outcome(t, `{"field":"M.S/a/plian.x","exists":false}`, a), "unknown: alias unresolved")
	expect(t, "nor any elements", custom.outcome(t, `{"field":"M.S/a/plian[*].x","equals":1}`, a), "unknown: alias unresolved")
	expect(t, "nor do they count", custom.outcome(t, `{"count":{"field":"M.S/a/plian[*]"},"equals":0}`, a), "unknown: alias unresolved")
	expect(t, "a complete table", bench{aliases: AliasFacts{Complete: true}}.outcome(t, `{"field":"M.S/a/none","exists":false}`, a), "unknown: alias unresolved")
	expect(t, "no aliases", bench{aliases: AliasFacts{None: true}}.outcome(t, `{"field":"properties.plain.x","equals":2}`, a), "true")
}

// TestAliasOfTheSamePlace: an alias that lies where a plain field lies is not
// taken for it where they are compared otherwise.
func TestAliasOfTheSamePlace(t *testing.T) {
	b := bench{aliases: AliasFacts{Aliases: []Alias{{Name: "M.S/a/location", Path: "location"}}}}
	bound := []*Bound{b.bind(t, `{"field":"location","equals":"eastus"}`, "audit"), b.bind(t, `{"field":"M.S/a/location","equals":"eastus"}`, "audit")}
	a := b.ask(t, `{"type":"M.S/a","location":"East US"}`, bound...)
	results := a.Evaluate(nil)
	expect(t, "the field", results[0].String(), "non-compliant")
	expect(t, "the alias", results[1].String(), "compliant")
}

// TestTypes: which types a rule can be about.
func TestTypes(t *testing.T) {
	const a, b, other = `{"field":"type","equals":"M.S/A"}`, `{"field":"TYPE","in":["M.S/b","M.S/a"]}`, `{"field":"kind","equals":"x"}`
	for condition, want := range map[string]string{
		a: "m.s/a", b: "m.s/a m.s/b", other: "any",
		`{"allOf":[` + a + `,` + other + `]}`:                 "m.s/a",
		`{"allOf":[` + a + `,` + b + `]}`:                     "m.s/a",
		`{"anyOf":[` + a + `,` + b + `]}`:                     "m.s/a m.s/b",
		`{"anyOf":[` + a + `,` + other + `]}`:                 "any",
		`{"not":` + a + `}`:                                   "any",
		`{"not":{"not":` + a + `}}`:                           "m.s/a",
		`{"not":{"anyOf":[` + other + `,{"not":` + a + `}]}}`: "m.s/a",
		`{"field":"type","like":"M.S/*"}`:                     "any",
		`{"field":"type","equals":"[concat('M.S','/a')]"}`:    "m.s/a",
		`{"field":"type","equals":"[parameters('t')]"}`:       "any",
		`{"anyOf":[]}`: "",
	} {
		d, err := Parse([]byte(bench{}.definition(condition, "audit")))
		if err != nil {
			t.Fatal(err)
		}
		types, any := d.Types()
		got := strings.Join(sortedTexts(types), " ")
		if any {
			got = "any"
		}
		expect(t, condition, got, want)
	}
}

func sortedTexts(list []string) []string {
	for i := range list {
		for j := range i {
			if list[i] < list[j] {
				list[i], list[j] = list[j], list[i]
			}
		}
	}
	return list
}

// TestOperators is the table of all nineteen.
func TestOperators(t *testing.T) {
	for _, c := range []struct{ left, op, right, want string }{
		{`"a"`, "equals", `"A"`, "true"}, {`null`, "equals", `"a"`, "false"}, {`["a",1]`, "equals", `["A","1"]`, "true"}, {`["a"]`, "equals", `["a","b"]`, "false"},
		{`{"a":1}`, "equals", `{"A":"1"}`, "true"}, {`{"a":1}`, "equals", `{"b":1}`, "false"}, {`"a"`, "notEquals", `"b"`, "true"}, {`1`, "equals", `1.0`, "true"},
		{`"a"`, "in", `["b","A"]`, "true"}, {`"a"`, "in", `[]`, "false"}, {`null`, "notIn", `["a"]`, "true"}, {`1`, "in", `["1"]`, "true"},
		{`"abc"`, "contains", `"B"`, "true"}, {`["x","y"]`, "contains", `"Y"`, "true"}, {`["xy"]`, "contains", `"y"`, "false"}, {`12`, "contains", `"2"`, "true"},
		{`{"a":1}`, "notContains", `"a"`, "true"}, {`{"a":1}`, "containsKey", `"A"`, "true"}, {`"a"`, "containsKey", `"a"`, "false"}, {`{"a":null}`, "notContainsKey", `"a"`, "false"},
		{`"abc"`, "like", `"A*C"`, "true"}, {`["abc"]`, "like", `"a*"`, "false"}, {`5`, "like", `"*"`, "true"}, {`"abc"`, "notLike", `"b*"`, "true"},
		{`"a1"`, "match", `"?#"`, "true"}, {`"A1"`, "match", `"a#"`, "false"}, {`"A1"`, "matchInsensitively", `"a#"`, "true"}, {`"A1"`, "notMatch", `"a#"`, "true"},
		{`"A1"`, "notMatchInsensitively", `"a#"`, "false"}, {`1`, "less", `2`, "true"}, {`2`, "lessOrEquals", `2`, "true"}, {`"b"`, "greater", `"A"`, "true"},
		{`2`, "greaterOrEquals", `3`, "false"}, {`"2024-05-01"`, "less", `"2024-06-01"`, "true"}, {`true`, "less", `1`, "unknown"}, {`null`, "greater", `1`, "false"},
		{`null`, "exists", `false`, "true"}, {`""`, "exists", `true`, "true"}, {`[]`, "exists", `"true"`, "true"}, {`{}`, "exists", `"false"`, "false"},
	} {
		op := operators[strings.ToLower(c.op)]
		expect(t, c.left+" "+c.op+" "+c.right, truthWord(op.compare(parsed(t, c.left), parsed(t, c.right)).truth()), c.want)
		expect(t, "word", op.String(), c.op)
		if got := op.compare(armexpr.Unknown(string(demarc.PropertyNotSeen), "x"), parsed(t, c.right)); got.truth() != demarc.MaybeTrue {
			t.Errorf("%s of what was not seen: %s", c.op, truthWord(got.truth()))
		}
	}
	if len(operators) != 19 {
		t.Errorf("%d operators", len(operators))
	}
}

// TestRefusals: what cannot be read is refused with its place.
func TestRefusals(t *testing.T) {
	for text, want := range map[string]string{
		`[1]`:               `a definition is an object, not an array`,
		`{"properties":{}}`: `/properties: there is no policyRule`,
		`{"policyRule":{"IF":{"allOF":[{"field":"x","equals":1},{"fild":"x"}]},"then":{"effect":"audit"}}}`:                            `/policyRule/IF/allOF/1/fild: "fild" is no key of a condition and no operator`,
		`{"policyRule":{"if":{"field":"x","equals":1},"Then":{"effect":"adit"}}}`:                                                      `/policyRule/Then/effect: "adit" is no effect`,
		`{"policyRule":{"if":{"not":{"field":"x"}},"then":{"effect":"audit"}}}`:                                                        `/policyRule/if/not: a condition needs an operator`,
		`{"policyRule":{"if":{"count":{"field":"a"},"equals":1},"then":{"effect":"audit"}}}`:                                           `/policyRule/if/count/field: count needs an array alias: one with [*]`,
		`{"policyRule":{"if":{"value":"[reference('x')]","equals":1},"then":{"effect":"audit"}}}`:                                      `/policyRule/if/value: expression: reference is no function that a policy may use`,
		`{"policyRule":{"if":{"value":"x","in":["[a.b()]"]},"then":{"effect":"audit"}}}`:                                               `/policyRule/if/in/0: expression: a.b is no function that a policy may use`,
		`{"policyRule":{"if":{"value":"[concat('a',map(createArray(1),lambda('x',1)))]","equals":1},"then":{"effect":"audit"}}}`:       `/policyRule/if/value: expression: map is no function that a policy may use`,
		`{"policyRule":{"if":{"value":"[listKeys('x','y')]","equals":1},"then":{"effect":"audit"}}}`:                                   `/policyRule/if/value: expression: listKeys is no function that a policy may use`,
		`{"policyRule":{"if":{"value":"[field()]","equals":1},"then":{"effect":"audit"}}}`:                                             `/policyRule/if/value: expression: field with 0 arguments`,
		`{"policyRule":{"if":{"value":1,"equals":1},"then":{"effect":"auditIfNotExists","Details":{"Name":"[newGuid()]"}}}}`:           `/policyRule/then/Details/Name: expression: newGuid is no function that a policy may use`,
		`{"policyRule":{"if":{"value":1,"equals":1},"then":{"effect":"auditIfNotExists","details":{"existenceCondition":{"a~/":1}}}}}`: `/policyRule/then/details/existenceCondition/a~0~1: "a~/" is no key of a condition and no operator`,
		`{"parameters":{"p":1},"policyRule":{"if":{"value":1,"equals":1},"then":{"effect":"audit"}}}`:                                  `/parameters/p: a parameter is an object, not an integer`,
	} {
		_, err := Parse([]byte(text))
		if err == nil {
			t.Errorf("%s: accepted", text)
			continue
		}
		expect(t, text, err.Error(), want)
		if wrong := err.(*Error); !pointsInto(parsed(t, text), wrong.Pointer) {
			t.Errorf("%s leads nowhere in %s", wrong.Pointer, text)
		}
	}
	const deployment = `{"policyRule":{"if":{"field":"x","equals":1},"then":{"effect":"deployIfNotExists","details":{"type":"M.S/a","deployment":{"x":"[reference('y')]"}}}}}`
	if _, err := Parse([]byte(deployment)); err != nil {
		t.Errorf("what is to be deployed decides nothing: %v", err)
	}
}

// TestWishesCanBeRead: whatever a field is called, a reader can be asked for it.
func TestWishesCanBeRead(t *testing.T) {
	for _, name := range []string{"", "a[*][*].b", "a['x.y'].b", "a['']b']", "['x']", "a..b", "tags['a'']b']", "tags.", "tags[]", "M.S/a/", "M.S/a/[*]", "M.S/a/l[*]['q]'].x"} {
		b := bench{}
		book := NewRulebook(NewAliases(AliasFacts{}), []*Bound{b.bind(t, `{"field":"`+name+`","equals":"x"}`, "audit")})
		if _, err := slots.NewLayout(book.Wishes("M.S/a")); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}
