package access

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
)

// anyOf picks some of the words, each with a chance of one in n.
func anyOf(r *rand.Rand, n int, words ...string) string {
	var picked []string
	for _, w := range words {
		if r.IntN(n) == 0 {
			picked = append(picked, `"`+w+`"`)
		}
	}
	return "[" + strings.Join(picked, ",") + "]"
}

func oneOf(r *rand.Rand, words ...string) string { return words[r.IntN(len(words))] }

// anyPolicy grows a policy of few words, so that policies meet each other.
func anyPolicy(r *rand.Rand, id, state string) string {
	users := oneOf(r, all, all, all, all, `"includeGroups":["g1"]`, `"includeUsers":["u1"]`, adminRoles()) +
		`,"excludeGroups":` + anyOf(r, 9, "g1", "g2") + `,"excludeUsers":` + anyOf(r, 15, "u1") + `,"excludeRoles":` + anyOf(r, 20, administrators[0].id, "r2")
	apps := oneOf(r, `"includeApplications":["All"]`, `"includeApplications":["All"]`, `"includeApplications":["All"]`, `"includeApplications":["app1"]`, `"includeApplications":["Office365"]`, `"includeUserActions":["urn:user:registersecurityinfo"]`) +
		`,"excludeApplications":` + anyOf(r, 15, "app1", azureManagement, "Office365")
	more := oneOf(r, "", "", "", "", "", "", `,"signInRiskLevels":["high","medium"]`, `,"userRiskLevels":["high"]`, `,"platforms":{"includePlatforms":["all"],"excludePlatforms":["iOS"]}`,
		`,"authenticationFlows":{"transferMethods":"deviceCodeFlow"}`, `,"devices":{"deviceFilter":{"mode":"exclude","rule":"x"}}`)
	if r.IntN(3) == 0 {
		more += `,"locations":{"includeLocations":["` + oneOf(r, "All", "AllTrusted", "l1") + `"],"excludeLocations":` + anyOf(r, 3, "AllTrusted", "l1", "l2") + `}`
	}
	grant := oneOf(r, mfa, mfa, block, strongest, managedDevice, `{"operator":"OR","builtInControls":["mfa","compliantDevice"]}`, `{"operator":"AND","builtInControls":["mfa","passwordChange"]}`, `null`)
	clients := oneOf(r, `["all"]`, `["all"]`, `["browser","mobileAppsAndDesktopClients"]`, `["exchangeActiveSync","other"]`)
	return fmt.Sprintf(`{"id":%q,"state":%q,"conditions":{"clientAppTypes":%s,"applications":{%s},"users":{%s}%s},"grantControls":%s}`, id, state, clients, apps, users, more, grant)
}

// anyRules grows the policies of a tenant.
func anyRules(t *testing.T, r *rand.Rand) []Rule {
	var texts []string
	for i := range 1 + r.IntN(5) {
		texts = append(texts, anyPolicy(r, fmt.Sprint("p", i), "enabled"))
	}
	rules := read(t, PolicyType, texts...)
	if r.IntN(3) == 0 {
		rules = append(rules, read(t, LocationType, fmt.Sprintf(`{"id":"l1","isTrusted":%v}`, r.IntN(2) == 0))...)
	}
	if r.IntN(3) == 0 {
		rules = append(rules, read(t, DefaultsType, fmt.Sprintf(`{"id":"defaults","isEnabled":%v}`, r.IntN(2) == 0))...)
	}
	return rules
}

// exclude is a copy of a rule that leaves out something more.
func exclude(r *rand.Rand, rule Rule) Rule {
	add := func(to *[]string, refs ...string) { *to = append(slices.Clone(*to), refs[r.IntN(len(refs))]) }
	switch r.IntN(4) {
	case 0:
		add(&rule.users.exclude, groupRef+"g1", groupRef+"g9", userRef+"u1", roleRef+administrators[r.IntN(len(administrators))].id, guestRef+"serviceprovider")
	case 1:
		add(&rule.apps.exclude, "app1", "app9", azureManagement, "office365")
	case 2:
		if len(rule.platforms.include) == 0 {
			rule.platforms.include = []string{"all"}
		}
		add(&rule.platforms.exclude, "ios", "linux")
	default:
		if len(rule.locations.include) == 0 {
			rule.locations.include = []string{"all"}
		}
		add(&rule.locations.exclude, trustedPlaces, "l1", "l9")
	}
	return rule
}

// outcomes is what is said of each check, without the words.
func outcomes(found []Finding) map[string]string {
	said := map[string]string{}
	for _, f := range found {
		said[f.Check] = fmt.Sprint(f.Outcome, f.Reason, f.Rules)
	}
	return said
}

// TestProperties: the order does not matter, what is not enforced changes
// nothing, what is left out never makes a pass, and what is added never makes a
// fail of one.
func TestProperties(t *testing.T) {
	passes := 0
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 7))
		rules := anyRules(t, r)
		in := Input{Rules: rules, Listings: wholeList}
		before := Decide(in)
		for _, f := range before {
			if f.Outcome == pass {
				passes++
			}
		}
		shuffled := slices.Clone(rules)
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if after := Decide(Input{Rules: shuffled, Listings: wholeList}); !reflect.DeepEqual(before, after) {
			t.Fatalf("seed %d: the order matters:\n%+v\n%+v", seed, before, after)
		}
		off := read(t, PolicyType, anyPolicy(r, "off", oneOf(r, "disabled", "enabledForReportingButNotEnforced")))
		if after := Decide(Input{Rules: append(off, rules...), Listings: wholeList}); !reflect.DeepEqual(outcomes(before), outcomes(after)) {
			t.Fatalf("seed %d: what is not enforced matters:\n%v\n%v", seed, outcomes(before), outcomes(after))
		}
		for range 3 {
			fewer, at := slices.Clone(rules), r.IntN(len(rules))
			if fewer[at].typ != demarc.Fold(PolicyType) {
				continue
			}
			fewer[at] = exclude(r, fewer[at])
			after := Decide(Input{Rules: fewer, Listings: wholeList})
			compare(t, seed, before, after, func(was, is demarc.Outcome) bool { return was == pass || is != pass })
			rules, before = fewer, after
		}
		more := append(read(t, PolicyType, anyPolicy(r, "more", "enabled")), rules...)
		compare(t, seed, before, Decide(Input{Rules: more, Listings: wholeList}), func(was, is demarc.Outcome) bool {
			return was != pass || is != fail || slices.ContainsFunc(rules, func(r Rule) bool { return r.typ == demarc.Fold(DefaultsType) })
		})
	}
	if passes < 100 {
		t.Errorf("only %d passes: the policies that are grown prove little", passes)
	}
}

func compare(t *testing.T, seed uint64, before, after []Finding, holds func(was, is demarc.Outcome) bool) {
	t.Helper()
	for i := range before {
		if !holds(before[i].Outcome, after[i].Outcome) {
			t.Fatalf("seed %d: %s was %v (%s) and is %v (%s)", seed, before[i].Check, before[i].Outcome, before[i].Detail, after[i].Outcome, after[i].Detail)
		}
	}
}

// person is somebody for whom the policies are tried one by one.
type person map[string]bool

// reachedBy reports whether a policy reaches a person, read plainly.
func (p person) reachedBy(r *Rule) bool {
	in := func(refs []string) bool {
		return slices.ContainsFunc(refs, func(ref string) bool { return ref == everyone || p[ref] })
	}
	return in(r.users.include) && !in(r.users.exclude)
}

// TestNobodySlipsThrough: where policies surely cover everybody, no
// combination of memberships escapes them all, and where they do not, one does.
func TestNobodySlipsThrough(t *testing.T) {
	refs := []string{groupRef + "g1", groupRef + "g2", userRef + "u1", roleRef + "r2", roleRef + administrators[0].id}
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 3))
		var rules []*Rule
		for range 1 + r.IntN(4) {
			rule := &Rule{}
			for _, ref := range append([]string{everyone}, refs...) {
				if r.IntN(4) == 0 {
					rule.users.include = append(rule.users.include, ref)
				}
				if ref != everyone && r.IntN(5) == 0 {
					rule.users.exclude = append(rule.users.exclude, ref)
				}
			}
			rules = append(rules, rule)
		}
		escapes := false
		for bits := range 1 << len(refs) {
			p := person{}
			for i, ref := range refs {
				p[ref] = bits&(1<<i) != 0
			}
			escapes = escapes || !slices.ContainsFunc(rules, p.reachedBy)
		}
		if surely := reached(rules)[everyone]; surely == escapes {
			t.Fatalf("seed %d: surely everybody: %v, somebody escapes: %v\n%+v", seed, surely, escapes, rules)
		}
	}
}
