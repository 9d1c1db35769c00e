package assess_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
)

// Boxes need lids, which lie in them, guards and dogs, which stand beside them,
// and settings, which extend them. Nobody knows these types: what policies say
// does not depend on it.
const (
	boxes  = "Fabrikam.Things/boxes"
	lids   = "Fabrikam.Things/boxes/lids"
	guards = "Fabrikam.Things/guards"
	dogs   = "Fabrikam.Things/dogs"
	tuned  = "Microsoft.Insights/diagnosticSettings"
	subB   = "/subscriptions/22222222-2222-2222-2222-222222222222"
	groupB = sub + "/resourceGroups/rg-b"
)

var (
	box    = in(boxes + "/b")
	good   = `{"properties":{"fine":true}}`
	bad    = `{"properties":{"fine":false}}`
	isFine = func(typ string) string {
		return `"type":"` + typ + `","existenceCondition":{"field":"` + typ + `/fine","equals":true}`
	}
	partial = func(id string) record {
		return record{id: id, row: `{"location":"westeurope"}`, seen: demarc.SeenPartial}
	}
)

// collected says of a type in a scope how it was collected.
func collected(typ, scope string, how demarc.Collection) demarc.Collected {
	return demarc.Collected{Type: typ, Scope: scope, How: how}
}

// Words of the tables below.
const (
	fine, wrong, unasked = "compliant", "non-compliant", "unknown not collected"
	unseen, refused      = "unknown property not seen", "unknown no permission"
	undeployed           = "unknown " + string(demarc.NotDeployedYet)
)

// A related resource is looked for where the rule says, and one that is not
// there is missing only where all of its type were collected.
func TestRelatedResources(t *testing.T) {
	neighbour, child := in(boxes+"/c"), func(of, name string) string { return of + "/lids/" + name }
	guard := func(at, name string) string { return at + "/providers/" + guards + "/" + name }
	setting := func(on string) string { return on + "/providers/" + tuned + "/d" }
	ofB := func(details string) string { return isFine(guards) + "," + details }
	tests := []struct {
		name    string
		details string
		related []record
		// What is said where nobody says what was collected, and where all was.
		want, all string
	}{
		{"no lid", isFine(lids), nil, unasked, wrong},
		{"a lid", isFine(lids), []record{full(child(box, "l"), good)}, fine, fine},
		{"a lid, in another case", isFine(lids), []record{full(strings.ToUpper(child(box, "l")), good)}, fine, fine},
		{"a wrong lid", isFine(lids), []record{full(child(box, "l"), bad)}, unasked, wrong},
		{"a wrong lid and a right one", isFine(lids), []record{full(child(box, "l"), bad), full(child(box, "m"), good)}, fine, fine},
		{"a lid without the property", isFine(lids), []record{full(child(box, "l"), "{}")}, unasked, wrong},
		{"a lid seen partly", isFine(lids), []record{partial(child(box, "l"))}, unseen, unseen},
		{"a lid of which the id was seen", isFine(lids), []record{blind(child(box, "l"))}, unseen, unseen},
		{"one wrong, one not seen", isFine(lids), []record{full(child(box, "l"), bad), blind(child(box, "m"))}, unseen, unseen},
		{"one right, one not seen", isFine(lids), []record{full(child(box, "l"), good), blind(child(box, "m"))}, fine, fine},
		{"a wrong lid that another record shows in part as right", isFine(lids), []record{full(child(box, "l"), bad), {id: child(box, "l"), row: good, seen: demarc.SeenPartial}}, unasked, wrong},
		{"a lid of another box", isFine(lids), []record{full(child(neighbour, "l"), good)}, unasked, wrong},
		{"a lid that is to go", isFine(lids), []record{{id: child(box, "l"), row: good, seen: demarc.SeenDeclared, standing: demarc.Leaving}}, unasked, wrong},
		{"a lid that may be there", isFine(lids), []record{{id: child(box, "l"), row: good, seen: demarc.SeenDeclared, standing: demarc.Conditional}}, undeployed, undeployed},
		{"any lid", `"type":"` + lids + `"`, []record{blind(child(box, "l"))}, fine, fine},

		{"a guard in the group", isFine(guards), []record{full(guard(group, "g"), good)}, fine, fine},
		{"a guard in another group", isFine(guards), []record{full(guard(groupB, "g"), good)}, unasked, wrong},
		{"a guard in a group of that name elsewhere", isFine(guards), []record{full(guard(subB+"/resourceGroups/rg-prod", "g"), good)}, unasked, wrong},
		{"a dog in the group", isFine(dogs), []record{full(group+"/providers/"+dogs+"/d", good), full(guard(group, "g"), bad)}, fine, fine},
		{"in the subscription", ofB(`"existenceScope":"subscription"`), []record{full(guard(groupB, "g"), good)}, fine, fine},
		{"in another subscription", ofB(`"existenceScope":"Subscription"`), []record{full(guard(subB+"/resourceGroups/rg-prod", "g"), good)}, unasked, wrong},
		{"in the group that the rule names", ofB(`"resourceGroupName":"RG-B"`), []record{full(guard(groupB, "g"), good)}, fine, fine},
		{"not in it", ofB(`"resourceGroupName":"rg-b"`), []record{full(guard(group, "g"), good)}, unasked, wrong},
		{"in the group that the box names", ofB(`"resourceGroupName":"[field('` + boxes + `/home')]"`), []record{full(guard(groupB, "g"), good)}, fine, fine},
		{"in a group that nobody can tell", ofB(`"resourceGroupName":"[field('` + boxes + `/dark')]"`), []record{full(guard(groupB, "g"), good)}, unseen, unseen},

		{"a setting", isFine(tuned), []record{full(setting(box), good)}, fine, fine},
		{"a setting of a lid", isFine(tuned), []record{full(setting(child(box, "l")), good)}, unasked, wrong},
		{"a setting of another box", isFine(tuned), []record{full(setting(neighbour), good)}, unasked, wrong},
		{"a setting of the group", isFine(tuned), []record{full(setting(group), good)}, unasked, wrong},

		{"a guard of that name", ofB(`"name":"Tom"`), []record{full(guard(group, "tom"), good)}, fine, fine},
		{"a guard of another name", ofB(`"name":"tom"`), []record{full(guard(group, "tim"), good)}, unasked, wrong},
		{"a name with that of the box", isFine(lids) + `,"name":"b/top"`, []record{full(child(box, "top"), good)}, fine, fine},
		{"a name with that of another box", isFine(lids) + `,"name":"c/top"`, []record{full(child(box, "top"), good)}, unasked, wrong},
		{"a name by the box", ofB(`"name":"[concat(field('name'),'-guard')]"`), []record{full(guard(group, "b-guard"), good), full(guard(group, "x"), bad)}, fine, fine},
		{"another name by the box", ofB(`"name":"[concat(field('name'),'-guard')]"`), []record{full(guard(group, "c-guard"), good)}, unasked, wrong},
		{"a name by the subscription", ofB(`"name":"[subscription().subscriptionId]"`), []record{full(guard(group, sub[len("/subscriptions/"):]), good)}, fine, fine},
		{"a name by another subscription", ofB(`"name":"[subscription().subscriptionId]"`), []record{full(guard(group, subB[len("/subscriptions/"):]), good)}, unasked, wrong},
		{"a name by the assignment", ofB(`"name":"[coalesce(policy().assignmentId,'tom')]"`), []record{full(guard(group, "tom"), good)}, fine, fine},
		{"another name by the assignment", ofB(`"name":"[coalesce(policy().assignmentId,'tom')]"`), []record{full(guard(group, "tim"), good)}, unasked, wrong},
		{"a name that the box holds", ofB(`"name":"[field('` + boxes + `/guard')]"`), []record{full(guard(group, "tom"), good)}, fine, fine},
		{"another than the box holds", ofB(`"name":"[field('` + boxes + `/guard')]"`), []record{full(guard(group, "tim"), good)}, unasked, wrong},
		{"a name that nobody can tell", ofB(`"name":"[field('` + boxes + `/dark')]"`), []record{full(guard(group, "tom"), good)}, unseen, unseen},
		{"a name that nobody can tell, of none", ofB(`"name":"[field('` + boxes + `/dark')]"`), nil, unasked, wrong},
	}
	// All in one estate, each case in subscriptions of its own.
	var rules []rule
	var records []record
	moved := func(i int, id string) string {
		return strings.NewReplacer("11111111-1111", fmt.Sprintf("11111111-%04d", i), "22222222-2222", fmt.Sprintf("22222222-%04d", i)).Replace(id)
	}
	for i, tt := range tests {
		rules = append(rules, rule{text: seeks(fmt.Sprint("x", i), boxes, tt.details)})
		for _, r := range append(tt.related, record{id: box, row: `{"properties":{"guard":"tom","home":"rg-b"}}`, seen: demarc.SeenPartial}) {
			r.id = moved(i, r.id)
			records = append(records, r)
		}
	}
	for _, how := range []demarc.Collection{demarc.NotAsked, demarc.CollectionDenied, demarc.CollectedAll} {
		e := estate{records: records, shards: 2}
		e.options.Policies = bookOf(t, rules...)
		e.options.Policies.Collected = []demarc.Collected{collected("*", "", how)}
		a := e.assess(t)
		for i, tt := range tests {
			want := map[demarc.Collection]string{demarc.NotAsked: tt.want, demarc.CollectionDenied: strings.ReplaceAll(tt.want, unasked, refused), demarc.CollectedAll: tt.all}[how]
			if got := ", " + results(a, moved(i, box)) + ", "; !strings.Contains(got, fmt.Sprintf(", x%d %s, ", i, want)) {
				t.Errorf("%s, %v: got %s want x%d %s", tt.name, how, got, i, want)
			}
		}
		checkNumbers(t, a)
	}
}

// What a related resource must be may depend on the one that looks.
func TestRelatedConditionsThatReadBack(t *testing.T) {
	of := func(condition string) string { return `"type":"` + guards + `","existenceCondition":` + condition }
	watches := of(`{"field":"` + guards + `/of","equals":"[field('id')]"}`)
	key := of(`{"field":"` + guards + `/key","equals":"[field('` + boxes + `/key')]"}`)
	grouped := of(`{"field":"` + guards + `/of","equals":"[resourceGroup().name]"}`)
	other := in(boxes + "/c")
	guard := func(name, row string) record { return full(in(guards+"/"+name), row) }
	tests := []struct {
		name    string
		details string
		related []record
		want    string // of the box, and of the other, of which only the id was seen
	}{
		{"one of each", watches, []record{guard("g", `{"properties":{"of":"`+box+`"}}`), guard("h", `{"properties":{"of":"`+strings.ToUpper(other)+`"}}`)}, fine + ", " + fine},
		{"one of two", watches, []record{guard("g", `{"properties":{"of":"`+box+`"}}`)}, fine + ", " + unseen},
		{"of none", watches, []record{guard("g", `{"properties":{"of":"x"}}`)}, wrong + ", " + unseen},
		{"none at all", watches, nil, wrong + ", " + unseen},
		{"not seen", watches, []record{blind(in(guards + "/g"))}, unseen + ", " + unseen},
		{"the same key", key, []record{guard("g", `{"properties":{"key":"k1"}}`)}, fine + ", " + unseen},
		{"another key", key, []record{guard("g", `{"properties":{"key":"k2"}}`)}, wrong + ", " + unseen},
		{"several keys", key, []record{guard("g", `{"properties":{"key":"k2"}}`), guard("h", `{"properties":{"key":"k1"}}`)}, fine + ", " + unseen},
		{"by the group", grouped, []record{guard("g", `{"properties":{"of":"rg-prod"}}`)}, fine + ", " + fine},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, keep := range []bool{false, true} {
				e := estate{records: append([]record{full(box, `{"properties":{"key":"k1"}}`), blind(other)}, tt.related...)}
				e.options.KeepSought = keep
				e.options.Policies = bookOf(t, rule{text: seeks("x", boxes, tt.details)})
				e.options.Policies.Collected = []demarc.Collected{collected(guards, group, demarc.CollectedAll)}
				a := e.assess(t)
				if got := strings.ReplaceAll(results(a, box)+", "+results(a, other), "x ", ""); got != tt.want {
					t.Errorf("keeping %v: got %s, want %s", keep, got, tt.want)
				}
			}
		})
	}
}

// Of what the manifest says the nearest scope counts, and of what it says of one
// scope that which says least.
func TestNearestCollectionCounts(t *testing.T) {
	all, partly, denied, not := demarc.CollectedAll, demarc.CollectedPartly, demarc.CollectionDenied, demarc.NotAsked
	tests := []struct {
		name string
		says []demarc.Collected
		want string
	}{
		{"nothing", nil, unasked},
		{"nobody asked", []demarc.Collected{collected("*", "", not)}, unasked},
		{"a part of it", []demarc.Collected{collected("*", "", partly)}, unasked},
		{"everything everywhere", []demarc.Collected{collected("*", "", all)}, wrong},
		{"the type everywhere", []demarc.Collected{collected(lids, "", all)}, wrong},
		{"another type", []demarc.Collected{collected(guards, "", all)}, unasked},
		{"the type that looks", []demarc.Collected{collected(boxes, "", all)}, unasked},
		{"the subscription", []demarc.Collected{collected(lids, sub, all)}, wrong},
		{"the subscription, as spelled elsewhere", []demarc.Collected{collected(strings.ToUpper(lids), strings.ToUpper(sub)+"/", all)}, wrong},
		{"another subscription", []demarc.Collected{collected(lids, subB, all)}, unasked},
		{"the group", []demarc.Collected{collected(lids, group, all)}, wrong},
		{"another group", []demarc.Collected{collected(lids, groupB, all)}, unasked},
		{"the group says more", []demarc.Collected{collected(lids, sub, denied), collected(lids, group, all)}, wrong},
		{"the group says less", []demarc.Collected{collected(lids, sub, all), collected(lids, group, partly)}, unasked},
		{"the group was denied", []demarc.Collected{collected(lids, group, denied), collected(lids, sub, all)}, refused},
		{"the group was not asked about", []demarc.Collected{collected(lids, group, not), collected("*", "", all)}, unasked},
		{"another group was denied", []demarc.Collected{collected(lids, sub, all), collected(lids, groupB, denied)}, wrong},
		{"twice", []demarc.Collected{collected(lids, sub, all), collected(lids, sub, partly)}, unasked},
		{"twice, the other way round", []demarc.Collected{collected(lids, sub, denied), collected(lids, sub, all)}, refused},
		{"all types, and this one less", []demarc.Collected{collected("*", sub, all), collected(lids, sub, partly)}, unasked},
		{"this type, and all types less", []demarc.Collected{collected(lids, sub, all), collected("*", sub, partly)}, unasked},
		{"this type near, all types far", []demarc.Collected{collected(lids, group, all), collected("*", sub, denied)}, wrong},
		{"all types near, this one far", []demarc.Collected{collected("*", group, denied), collected(lids, sub, all)}, refused},
		{"the very resource was denied", []demarc.Collected{collected(lids, sub, all), collected(lids, box, denied)}, refused},
		{"the very resource alone", []demarc.Collected{collected(lids, box+"/", all)}, wrong},
		{"another resource was denied", []demarc.Collected{collected(lids, sub, all), collected(lids, box+"2", denied)}, wrong},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := estate{records: []record{full(box, "{}"), full(store, "{}")}}
			e.options.Policies = bookOf(t, rule{text: seeks("x", boxes, isFine(lids))})
			e.options.Policies.Collected = tt.says
			if got := results(e.assess(t), box); got != "x "+tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}
