package policy

import (
	"testing"

	"github.com/demarc-dev/demarc/internal/armexpr"
)

// The points of the language that are easily got wrong, each with the public
// page that says so.

// Keys, operators, functions, effects, aliases and names of properties are
// written in any case.
// https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule#conditions
func TestNothingDependsOnCase(t *testing.T) {
	d, err := Parse([]byte(`{"Properties":{"MODE":"all","PolicyRule":{"IF":{"AllOf":[{"FIELD":"TYPE","Equals":"m.s/A"},
		{"Count":{"Field":"m.s/a/L[*]","WHERE":{"Field":"M.s/A/l[*].x","NotEquals":"[ToLower('Y')]"}},"GREATER":0}]},"Then":{"EFFECT":"AUDIT"}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	bound, err := Bind(d, nil)
	if err != nil {
		t.Fatal(err)
	}
	a := bench{}.ask(t, `{"type":"M.S/a","PROPERTIES":{"l":[{"X":"z"}]}}`, bound)
	expect(t, "verdict", a.Evaluate(nil)[0].String(), "non-compliant")
}

// Texts are compared without case except by match and notMatch, by the full
// folding of Unicode.
// https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule#conditions
func TestTextsIgnoreCase(t *testing.T) {
	const resource = `{"type":"M.S/a","kind":"Straße"}`
	for condition, want := range map[string]string{
		`{"field":"kind","equals":"STRASSE"}`:               "true",
		`{"field":"kind","like":"STRASS*"}`:                 "true",
		`{"field":"kind","contains":"TRASS"}`:               "true",
		`{"field":"kind","in":["strasse"]}`:                 "true",
		`{"field":"kind","match":"straße"}`:                 "false",
		`{"field":"kind","match":"Straße"}`:                 "true",
		`{"field":"kind","notMatch":"straße"}`:              "true",
		`{"field":"kind","matchInsensitively":"straße"}`:    "true",
		`{"field":"kind","notMatchInsensitively":"straße"}`: "false",
		`{"field":"kind","less":"STRASSF"}`:                 "true",
	} {
		expect(t, condition, one(t, condition, resource), want)
	}
}

// What is written as a text equals the truth or number that it spells; the
// less and greater families do not compare a text with a number.
// https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule#conditions
func TestLiteralsAreLooselyTyped(t *testing.T) {
	const resource = `{"type":"M.S/a","properties":{"b":true,"n":1,"s":"1","f":1.5}}`
	for condition, want := range map[string]string{
		`{"field":"M.S/a/b","equals":"True"}`:    "true",
		`{"field":"M.S/a/b","equals":true}`:      "true",
		`{"field":"M.S/a/n","equals":"1"}`:       "true",
		`{"field":"M.S/a/s","equals":1}`:         "true",
		`{"field":"M.S/a/n","in":["1"]}`:         "true",
		`{"field":"M.S/a/n","equals":"x"}`:       "false",
		`{"field":"M.S/a/b","exists":"true"}`:    "true",
		`{"field":"M.S/a/b","exists":true}`:      "true",
		`{"field":"M.S/a/none","exists":"true"}`: "false",
		`{"field":"M.S/a/f","greater":1}`:        "true",
		`{"field":"M.S/a/s","greater":0}`:        "unknown: expression failed",
		`{"field":"M.S/a/n","less":"2"}`:         "unknown: expression failed",
	} {
		expect(t, condition, one(t, condition, resource), want)
	}
}

// What is missing is null for a condition, so that the negative operators hold;
// field() gives an empty text, and an empty array for a collection.
// https://learn.microsoft.com/azure/governance/policy/how-to/author-policies-for-arrays
func TestMissingIsNull(t *testing.T) {
	const resource = `{"type":"M.S/a","properties":{"null":null}}`
	for condition, want := range map[string]string{
		`{"field":"M.S/a/x","exists":false}`:                       "true",
		`{"field":"M.S/a/null","exists":false}`:                    "true",
		`{"field":"M.S/a/x","notEquals":"y"}`:                      "true",
		`{"field":"M.S/a/x","notIn":["y"]}`:                        "true",
		`{"field":"M.S/a/x","notLike":"y*"}`:                       "true",
		`{"field":"M.S/a/x","notContains":"y"}`:                    "true",
		`{"field":"M.S/a/x","notMatch":"y"}`:                       "true",
		`{"field":"M.S/a/x","notContainsKey":"y"}`:                 "true",
		`{"field":"M.S/a/x","equals":"y"}`:                         "false",
		`{"field":"M.S/a/x","less":3}`:                             "false",
		`{"value":"[equals(field('M.S/a/x'),'')]","equals":true}`:  "true",
		`{"value":"[length(field('M.S/a/x[*]'))]","equals":0}`:     "true",
		`{"value":"[field('M.S/a/x[*]')]","equals":[]}`:            "true",
		`{"value":"[empty(field('M.S/a/x[*].y'))]","equals":true}`: "true",
	} {
		expect(t, condition, one(t, condition, resource), want)
	}
}

// A condition on a[*] outside of a count holds when it does for each element,
// and for none; a without [*] is the whole array.
// https://learn.microsoft.com/azure/governance/policy/how-to/author-policies-for-arrays#referencing-the-array-members-collection
func TestArraysAreAnImplicitAllOf(t *testing.T) {
	const resource = `{"type":"M.S/a","properties":{"l":["x","y"],"o":[{"p":1},{"p":1}],"e":[]}}`
	for condition, want := range map[string]string{
		`{"field":"M.S/a/l[*]","equals":"x"}`:                    "false",
		`{"field":"M.S/a/l[*]","in":["x","y"]}`:                  "true",
		`{"not":{"field":"M.S/a/l[*]","notEquals":"x"}}`:         "true",
		`{"not":{"field":"M.S/a/l[*]","notEquals":"z"}}`:         "false",
		`{"field":"M.S/a/o[*].p","equals":1}`:                    "true",
		`{"field":"M.S/a/e[*]","equals":"x"}`:                    "true",
		`{"field":"M.S/a/missing[*].p","exists":true}`:           "true",
		`{"field":"M.S/a/l","equals":"x"}`:                       "false",
		`{"field":"M.S/a/l","contains":"x"}`:                     "true",
		`{"value":"[field('M.S/a/l')]","equals":["X","y"]}`:      "true",
		`{"value":"[length(field('M.S/a/o[*].p'))]","equals":2}`: "true",
		`{"field":"M.S/a/o[*].q","exists":false}`:                "true",
		`{"value":"[length(field('M.S/a/o[*].q'))]","equals":0}`: "true",
		`{"field":"M.S/a/e","exists":true}`:                      "true",
	} {
		expect(t, condition, one(t, condition, resource), want)
	}
}

// The condition of a count sees the resource as if the element at hand were the
// only one, and may name other fields. Counts nest. What is missing counts 0.
// https://learn.microsoft.com/azure/governance/policy/how-to/author-policies-for-arrays#field-count-expressions
func TestCountsSeeTheWholeResource(t *testing.T) {
	const resource = `{"type":"M.S/a","kind":"k","properties":{"want":"x","l":[{"x":"x","m":[1,2]},{"x":"y","m":[2]},{"m":[]}]}}`
	for condition, want := range map[string]string{
		`{"count":{"field":"M.S/a/l[*]"},"equals":3}`:                                                                                                                             "true",
		`{"count":{"field":"M.S/a/l[*]","where":{"field":"M.S/a/l[*].x","equals":"x"}},"equals":1}`:                                                                               "true",
		`{"count":{"field":"M.S/a/l[*]","where":{"field":"kind","equals":"k"}},"equals":3}`:                                                                                       "true",
		`{"count":{"field":"M.S/a/l[*]","where":{"field":"M.S/a/l[*].x","equals":"[field('M.S/a/want')]"}},"equals":1}`:                                                           "true",
		`{"count":{"field":"M.S/a/l[*].m[*]"},"equals":3}`:                                                                                                                        "true",
		`{"count":{"field":"M.S/a/l[*].m[*]","where":{"field":"M.S/a/l[*].x","equals":"x"}},"equals":2}`:                                                                          "true",
		`{"count":{"field":"M.S/a/l[*]","where":{"count":{"field":"M.S/a/l[*].m[*]"},"greater":0}},"equals":2}`:                                                                   "true",
		`{"count":{"field":"M.S/a/l[*]","where":{"field":"M.S/a/l[*].m[*]","equals":2}},"equals":2}`:                                                                              "true",
		`{"count":{"field":"M.S/a/none[*]"},"equals":0}`:                                                                                                                          "true",
		`{"count":{"value":["a","b"],"name":"n","where":{"value":"[current('n')]","equals":"a"}},"equals":1}`:                                                                     "true",
		`{"count":{"value":[1,2],"name":"n","where":{"count":{"field":"M.S/a/l[*].m[*]","where":{"field":"M.S/a/l[*].m[*]","equals":"[current('n')]"}},"greater":1}},"equals":1}`: "true",
		`{"count":{"value":"[field('kind')]"},"equals":1}`:                                                                                                                        "unknown: expression failed",
	} {
		expect(t, condition, one(t, condition, resource), want)
	}
}

// Inside of a count field() gives an array of one element; current() takes the
// name of a count, an array, a property of its elements, or nothing.
// https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule#the-current-function
func TestFieldAndCurrentInCounts(t *testing.T) {
	const resource = `{"type":"M.S/a","properties":{"l":[{"x":"x","m":[1]},{"x":"y","m":[2,3]}]}}`
	for expression, want := range map[string]string{
		`[equals(first(field('M.S/a/l[*].x')),'x')]`:           "true",
		`[equals(length(field('M.S/a/l[*]')),1)]`:              "false", // both elements
		`[equals(length(field('M.S/a/l[*].m[*]')),1)]`:         "true",
		`[equals(current('M.S/a/l[*].x'),'x')]`:                "true",
		`[equals(current('M.S/a/l[*]').x,'x')]`:                "true",
		`[equals(current().x,'x')]`:                            "true",
		`[equals(length(current('M.S/a/l[*].m')),1)]`:          "true",
		`[equals(length(current('M.S/a/l[*].m[*]')),1)]`:       "true",
		`[equals(current('nobody'),'x')]`:                      "unknown: expression failed",
		`[equals(first(field('M.S/a/l[*]')).x,'x')]`:           "true",
		`[contains(createArray('x'),current('m.s/A/L[*].X'))]`: "true",
	} {
		condition := `{"count":{"field":"M.S/a/l[*]","where":{"value":"` + expression + `","equals":true}},"equals":1}`
		expect(t, expression, one(t, condition, resource), want)
	}
	expect(t, "outside", one(t, `{"value":"[current()]","equals":1}`, resource), "unknown: expression failed")
}

// Like knows *; match knows # for a digit, ? for a letter and . for anything;
// contains knows no wildcard.
// https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule#conditions
func TestPatterns(t *testing.T) {
	const resource = `{"type":"M.S/a","kind":"web-01*"}`
	for condition, want := range map[string]string{
		`{"field":"kind","like":"web*"}`:              "true",
		`{"field":"kind","like":"*01*"}`:              "true",
		`{"field":"kind","like":"web"}`:               "false",
		`{"field":"kind","notLike":"w?b*"}`:           "true",
		`{"field":"kind","match":"???-##."}`:          "true",
		`{"field":"kind","match":"???-##"}`:           "false",
		`{"field":"kind","match":"##?-##."}`:          "false",
		`{"field":"kind","match":"WEB-##."}`:          "false",
		`{"field":"kind","contains":"b-*"}`:           "false",
		`{"field":"kind","contains":"01*"}`:           "true",
		`{"field":"kind","notContains":"b*01"}`:       "true",
		`{"field":"kind","like":"web-01*-01*"}`:       "false",
		`{"field":"kind","like":"[concat('w','*')]"}`: "true",
	} {
		expect(t, condition, one(t, condition, resource), want)
	}
}

// Locations are compared as Azure spells them; tags are written in five ways;
// a doubled bracket begins a text that is no expression.
// https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule#fields
func TestLocationsTagsAndBrackets(t *testing.T) {
	const resource = `{"type":"M.S/a","location":"East US 2","kind":"[x]","tags":{"env":"p","a.b":"q","'z'":"r","empty":""}}`
	for condition, want := range map[string]string{
		`{"field":"location","equals":"eastus2"}`:                         "true",
		`{"field":"location","in":["westeurope","EAST US 2"]}`:            "true",
		`{"value":"[field('location')]","equals":"eastus2"}`:              "true",
		`{"field":"tags.env","equals":"P"}`:                               "true",
		`{"field":"tags[env]","equals":"p"}`:                              "true",
		`{"field":"tags['ENV']","equals":"p"}`:                            "true",
		`{"field":"tags[a.b]","equals":"q"}`:                              "true",
		`{"field":"tags['a.b']","equals":"q"}`:                            "true",
		`{"field":"tags.a.b","equals":"q"}`:                               "true",
		`{"field":"tags['''z''']","equals":"r"}`:                          "true",
		`{"field":"[concat('tags[', 'env', ']')]","equals":"p"}`:          "true",
		`{"field":"[concat('tags[', toLower('ENV'), ']')]","equals":"p"}`: "true",
		`{"field":"tags","containsKey":"ENV"}`:                            "true",
		`{"field":"tags","notContainsKey":"owner"}`:                       "true",
		`{"field":"tags['none']","exists":false}`:                         "true",
		`{"field":"tags['empty']","exists":true}`:                         "true",
		`{"field":"kind","equals":"[[x]"}`:                                "true",
		`{"value":"[length(field('tags'))]","equals":4}`:                  "true",
		`{"value":"[field('tags').env]","equals":"p"}`:                    "true",
	} {
		expect(t, condition, one(t, condition, resource), want)
	}
}

// An expression that fails denies in Azure; here it is unknown, unless the rest
// decides.
// https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule#avoiding-template-failures
func TestFailedExpressionsAreUnknown(t *testing.T) {
	const resource = `{"type":"M.S/a","name":"ab"}`
	const fails = `{"value":"[substring(field('name'), 0, 3)]","equals":"abc"}`
	expect(t, "alone", one(t, fails, resource), "unknown: expression failed")
	expect(t, "beside what is false", one(t, `{"allOf":[`+fails+`,{"field":"name","equals":"x"}]}`, resource), "false")
	expect(t, "guarded", one(t, `{"value":"[if(greaterOrEquals(length(field('name')), 3), substring(field('name'), 0, 3), 'no')]","equals":"abc"}`, resource), "false")
	expect(t, "verdict", bench{}.verdict(t, fails, "deny", resource), "unknown: expression failed")
}

// A missing mode is an indexed one, which looks only at resources that have a
// location; of Microsoft.Resources only subscriptions and groups are evaluated.
// https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-basics#mode
func TestModes(t *testing.T) {
	const named = `{"field":"name","equals":"n"}`
	indexed := bench{mode: "Indexed"}
	expect(t, "a location", indexed.verdict(t, named, "audit", `{"type":"M.S/a","name":"n","location":"x"}`), "non-compliant")
	expect(t, "no location", indexed.verdict(t, named, "audit", `{"type":"M.S/a","name":"n"}`), "none")
	expect(t, "all", bench{}.verdict(t, named, "audit", `{"type":"M.S/a","name":"n"}`), "non-compliant")
	expect(t, "a group", bench{}.verdict(t, named, "audit", `{"type":"Microsoft.Resources/subscriptions/resourceGroups","name":"n"}`), "non-compliant")
	expect(t, "a deployment", bench{}.verdict(t, named, "audit", `{"type":"Microsoft.Resources/deployments","name":"n"}`), "no rule")
	expect(t, "data-plane", bench{mode: "Microsoft.KeyVault.Data"}.verdict(t, named, "audit", `{"type":"M.S/a","name":"n"}`), "unknown: data-plane")
	d, err := Parse([]byte(`{"policyRule":{"if":` + named + `,"then":{"effect":"audit"}}}`))
	if err != nil || !d.Indexed() {
		t.Errorf("without mode: indexed %v, %v", d.Indexed(), err)
	}
}

// Existing resources are scanned with the latest version of the API; whose
// request it was nobody knows then.
// https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule#policy-functions
func TestRequests(t *testing.T) {
	const resource = `{"type":"M.S/a"}`
	expect(t, "latest", one(t, `{"value":"[requestContext().apiVersion]","greaterOrEquals":"2099-01-01"}`, resource), "true")
	expect(t, "given", bench{version: "2020-01-01"}.outcome(t, `{"value":"[requestContext().apiVersion]","equals":"2020-01-01"}`, resource), "true")
	expect(t, "identity", one(t, `{"value":"[requestContext().identity.idtyp]","equals":"user"}`, resource), "unknown: request-time")
	expect(t, "claims", one(t, `{"value":"[claims().x]","equals":"user"}`, resource), "unknown: request-time")
}

// UtcNow is the day of the assessment; subscription and resource group come
// from the id, and what an id does not tell is not known.
// https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule#policy-functions
func TestSurroundings(t *testing.T) {
	const resource = `{"id":"/subscriptions/s1/resourceGroups/g1/providers/M.S/a/n","type":"M.S/a","name":"n"}`
	b := bench{around: &Around{Now: "2026-01-31T00:00:00Z"}}
	for condition, want := range map[string]string{
		`{"value":"[utcNow()]","equals":"2026-01-31T00:00:00Z"}`:     "true",
		`{"value":"[addDays(utcNow(), 1)]","contains":"2026-02-01"}`: "true",
		`{"value":"[resourceGroup().name]","equals":"g1"}`:           "true",
		`{"value":"[subscription().subscriptionId]","equals":"s1"}`:  "true",
		`{"value":"[resourceGroup().tags.x]","equals":"y"}`:          "unknown: property not seen",
		`{"value":"[resourceGroup().location]","equals":"y"}`:        "unknown: property not seen",
		`{"field":"id","like":"*/n"}`:                                "true",
		`{"field":"name","equals":"n"}`:                              "true",
		`{"field":"fullName","equals":"n"}`:                          "true",
		`{"value":"[policy().assignmentId]","exists":false}`:         "true",
	} {
		expect(t, condition, b.outcome(t, condition, resource), want)
	}
	expect(t, "no clock", one(t, `{"value":"[utcNow()]","equals":"x"}`, resource), "unknown: value unknown in a template")
	told := bench{around: &Around{Group: func(string) armexpr.Value {
		return armexpr.Object([]armexpr.Member{{Name: "tags", Value: armexpr.Object([]armexpr.Member{{Name: "x", Value: armexpr.Text("y")}})}})
	}}}
	expect(t, "collected", told.outcome(t, `{"value":"[resourceGroup().tags.x]","equals":"y"}`, resource), "true")
	expect(t, "a tag that the group lacks", told.outcome(t, `{"value":"[resourceGroup().tags.z]","equals":""}`, resource), "true")
}

// An alias with a discriminator selects its subtype alone.
// https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-alias
func TestDiscriminators(t *testing.T) {
	b := bench{aliases: AliasFacts{Discriminators: map[string]string{"M.S/a": "properties.kind"},
		Aliases: []Alias{{Name: "M.S/a/Sub.p.x", Type: "M.S/a", Path: "properties.p.x"}, {Name: "M.S/a/Sub.l[*]", Type: "M.S/a", Path: "properties.l[*]"}}}}
	const sub, other = `{"type":"M.S/a","properties":{"kind":"Sub","p":{"x":1},"l":[1]}}`, `{"type":"M.S/a","properties":{"kind":"Other","p":{"x":1},"l":[1]}}`
	expect(t, "the subtype", b.outcome(t, `{"field":"M.S/a/Sub.p.x","equals":1}`, sub), "true")
	expect(t, "another", b.outcome(t, `{"field":"M.S/a/Sub.p.x","equals":1}`, other), "false")
	expect(t, "another lacks it", b.outcome(t, `{"field":"M.S/a/Sub.p.x","exists":false}`, other), "true")
	expect(t, "no elements", b.outcome(t, `{"field":"M.S/a/Sub.l[*]","equals":7}`, other), "true")
	expect(t, "counts", b.outcome(t, `{"count":{"field":"M.S/a/Sub.l[*]"},"equals":1}`, sub), "true")
	expect(t, "counts none", b.outcome(t, `{"count":{"field":"M.S/a/Sub.l[*]"},"equals":0}`, other), "true")
	expect(t, "the function", b.outcome(t, `{"value":"[length(field('M.S/a/Sub.l[*]'))]","equals":0}`, other), "true")
	b.partly = true
	expect(t, "not seen", b.outcome(t, `{"field":"M.S/a/Sub.p.x","equals":1}`, `{"type":"M.S/a","properties":{"p":{"x":1}}}`), "unknown: property not seen")
}
