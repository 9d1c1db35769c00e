package access

import (
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
)

// read makes rules of policies as Graph writes them.
func read(t testing.TB, typ string, texts ...string) (rules []Rule) {
	t.Helper()
	layout, err := slots.NewLayout(Wishes())
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range texts {
		values := slots.NewValues()
		values.Reset(layout.For(typ))
		if err := values.DecodeColumn("properties", []byte(text)); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		values.CloseAll()
		name, _, _ := strings.Cut(strings.TrimPrefix(text, `{"id":"`), `"`)
		r, ok := Read(&demarc.Resource{ID: "identity/" + name, Name: name, Type: typ}, values)
		if !ok {
			t.Fatalf("%s is no rule", text)
		}
		rules = append(rules, r)
	}
	return rules
}

// policy writes an enforced policy for all applications and clients.
func policy(id, users, more, grant string) string {
	return `{"id":"` + id + `","state":"enabled","conditions":{"clientAppTypes":["all"],"applications":{"includeApplications":["All"]},"users":{` + users + `}` + more + `},"grantControls":` + grant + `}`
}

// The parts of policies.
const (
	all           = `"includeUsers":["All"]`
	allBut        = `"includeUsers":["All"],"excludeGroups":["g1"]`
	mfa           = `{"operator":"OR","builtInControls":["mfa"]}`
	block         = `{"operator":"OR","builtInControls":["block"]}`
	managedDevice = `{"operator":"OR","builtInControls":["compliantDevice"]}`
	globals       = `"includeRoles":["62e90394-69f5-4237-9190-012177145e10"]`
	strongest     = `{"operator":"OR","builtInControls":[],"authenticationStrength":{"id":"00000000-0000-0000-0000-000000000004"}}`
)

func adminRoles() string {
	var ids []string
	for _, role := range administrators {
		ids = append(ids, `"`+role.id+`"`)
	}
	return `"includeRoles":[` + strings.Join(ids, ",") + `]`
}

var wholeList = []demarc.Listing{{Type: PolicyType, Response: true, Whole: true}}

// finding is what was found out about a check.
func finding(t testing.TB, found []Finding, check string) Finding {
	t.Helper()
	for _, f := range found {
		if f.Check == check {
			return f
		}
	}
	t.Fatalf("nothing was found out about %s", check)
	return Finding{}
}

type policyTest struct {
	name, check string
	policies    []string
	outcome     demarc.Outcome
	reason      demarc.Reason
	detail      string // a part of it
}

func (tt policyTest) run(t *testing.T) {
	found := Decide(Input{Tenant: "/tenants/t", Rules: read(t, PolicyType, tt.policies...), Listings: wholeList})
	f := finding(t, found, tt.check)
	if f.Outcome != tt.outcome || f.Reason != tt.reason || !strings.Contains(f.Detail, tt.detail) {
		t.Errorf("%v %q: %s; want %v %q: ...%s...", f.Outcome, f.Reason, f.Detail, tt.outcome, tt.reason, tt.detail)
	}
	if f.Scope != "/tenants/t" || f.Tool != ConditionalAccess {
		t.Errorf("about %s of %s", f.Scope, f.Tool)
	}
}

const (
	pass    = demarc.Pass
	fail    = demarc.Fail
	unknown = demarc.OutcomeUnknown
)

func TestWhom(t *testing.T) {
	tests := []policyTest{
		{"everybody", "mfa-all-users", []string{policy("a", all, "", mfa)}, pass, "", "asked for by a"},
		{"nobody", "mfa-all-users", nil, unknown, demarc.NotCollected, "whether security defaults are on is not shown"},
		{"nobody, and other policies are enforced", "mfa-all-users", []string{policy("a", all, "", managedDevice)}, fail, "", "no enforced policy"},
		{"a group is left out", "mfa-all-users", []string{policy("a", allBut, "", mfa)}, unknown, demarc.UnknownRecipient, "left out, with memberships that the files do not show: group g1"},
		{"another policy has the group", "mfa-all-users", []string{policy("a", allBut, "", mfa), policy("b", `"includeGroups":["g1"]`, "", mfa)}, pass, "", "a, b"},
		{"another policy blocks the group", "mfa-all-users", []string{policy("a", allBut, "", mfa), policy("b", `"includeGroups":["g1"]`, "", block)}, pass, "", ""},
		{"the other leaves out some of it", "mfa-all-users", []string{policy("a", allBut, "", mfa), policy("b", `"includeGroups":["g1"],"excludeUsers":["u1"]`, "", mfa)}, unknown, demarc.UnknownRecipient, "user u1"},
		{"three policies close each other", "mfa-all-users", []string{policy("a", allBut, "", mfa), policy("b", `"includeGroups":["g1"],"excludeUsers":["u1"]`, "", mfa), policy("c", `"includeUsers":["u1"]`, "", mfa)}, pass, "", ""},
		{"two leave out each other's", "mfa-all-users", []string{policy("a", allBut, "", mfa), policy("b", `"includeUsers":["All"],"excludeGroups":["g2"]`, "", mfa)}, unknown, demarc.UnknownRecipient, "group g1, group g2"},
		{"only a group", "mfa-all-users", []string{policy("a", `"includeGroups":["g1"]`, "", mfa)}, unknown, demarc.UnknownRecipient, "only of groups"},
		{"people by name", "mfa-all-users", []string{policy("a", `"includeUsers":["u1"]`, "", mfa)}, fail, "", ""},
		{"only roles", "mfa-all-users", []string{policy("a", adminRoles(), "", mfa)}, fail, "", ""},
		{"guests are left out", "mfa-all-users", []string{policy("a", `"includeUsers":["All"],"excludeGuestsOrExternalUsers":{"guestOrExternalUserTypes":"serviceProvider"}`, "", mfa)}, unknown, demarc.UnknownRecipient, "guests serviceprovider"},
		{"guests have a policy of their own", "mfa-all-users", []string{policy("a", `"includeUsers":["All"],"excludeUsers":["GuestsOrExternalUsers"]`, "", mfa),
			policy("b", `"includeGuestsOrExternalUsers":{"guestOrExternalUserTypes":"internalGuest,b2bCollaborationGuest,b2bCollaborationMember,b2bDirectConnectUser,otherExternalUser,serviceProvider","externalTenants":{"membershipKind":"all"}}`, "", mfa)}, pass, "", ""},
		{"guests of some tenants have one", "mfa-all-users", []string{policy("a", `"includeUsers":["All"],"excludeGuestsOrExternalUsers":{"guestOrExternalUserTypes":"serviceProvider"}`, "", mfa),
			policy("b", `"includeGuestsOrExternalUsers":{"guestOrExternalUserTypes":"serviceProvider","externalTenants":{"membershipKind":"enumerated"}}`, "", mfa)}, unknown, demarc.UnknownRecipient, ""},
		{"all administrators", "mfa-admins", []string{policy("a", adminRoles(), "", mfa)}, pass, "", ""},
		{"everybody, so administrators", "mfa-admins", []string{policy("a", all, "", mfa)}, pass, "", ""},
		{"one role", "mfa-admins", []string{policy("a", globals, "", mfa)}, fail, "", "Application Administrator"},
		{"a role is left out", "mfa-admins", []string{policy("a", `"includeUsers":["All"],"excludeRoles":["62e90394-69f5-4237-9190-012177145e10"]`, "", mfa)}, fail, "", "Global Administrator"},
		{"somebody with a role is left out", "mfa-admins", []string{policy("a", adminRoles()+`,"excludeUsers":["u1"]`, "", mfa)}, unknown, demarc.UnknownRecipient, "user u1"},
		{"administrators by name", "mfa-admins", []string{policy("a", `"includeUsers":["u1"]`, "", mfa)}, unknown, demarc.UnknownRecipient, ""},
		{"the strongest methods", "phishing-resistant-mfa-admins", []string{policy("a", adminRoles(), "", strongest)}, pass, "", ""},
		{"any second factor", "phishing-resistant-mfa-admins", []string{policy("a", adminRoles(), "", mfa)}, fail, "", ""},
		{"the strongest are a second factor", "mfa-admins", []string{policy("a", adminRoles(), "", strongest)}, pass, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, tt.run)
	}
}

func TestUnderWhichConditions(t *testing.T) {
	const trustedOut = `,"locations":{"includeLocations":["All"],"excludeLocations":["AllTrusted"]}`
	legacyOnly := `{"id":"b","state":"enabled","conditions":{"clientAppTypes":["exchangeActiveSync","other"],"applications":{"includeApplications":["All"]},"users":{` + all + `}},"grantControls":` + block + `}`
	modern := `{"id":"a","state":"enabled","conditions":{"clientAppTypes":["browser","mobileAppsAndDesktopClients"],"applications":{"includeApplications":["All"]},"users":{` + all + `}},"grantControls":` + mfa + `}`
	apps := func(id, apps string) string {
		return `{"id":"` + id + `","state":"enabled","conditions":{"clientAppTypes":["all"],"applications":{` + apps + `},"users":{` + all + `}},"grantControls":` + mfa + `}`
	}
	tests := []policyTest{
		{"modern clients only", "mfa-all-users", []string{modern}, fail, "", "by clients of the kind exchangeactivesync"},
		{"others are blocked", "mfa-all-users", []string{modern, legacyOnly}, pass, "", ""},
		{"legacy clients are blocked", "block-legacy-authentication", []string{legacyOnly}, pass, "", ""},
		{"legacy clients must do what they cannot", "block-legacy-authentication", []string{policy("a", all, "", mfa)}, pass, "", ""},
		{"modern clients say nothing about legacy ones", "block-legacy-authentication", []string{modern}, fail, "", ""},
		{"an application is left out", "mfa-all-users", []string{apps("a", `"includeApplications":["All"],"excludeApplications":["app1"]`)}, fail, "", "to the application app1"},
		{"another policy has it", "mfa-all-users", []string{apps("a", `"includeApplications":["All"],"excludeApplications":["app1"]`), apps("b", `"includeApplications":["app1"]`)}, pass, "", ""},
		{"one application", "mfa-all-users", []string{apps("a", `"includeApplications":["app1"]`)}, fail, "", "at sign-ins"},
		{"what belongs to Office 365 is not told", "mfa-all-users", []string{apps("a", `"includeApplications":["All"],"excludeApplications":["app1"]`), apps("b", `"includeApplications":["Office365"]`)}, unknown, demarc.NotAssessed, "app1"},
		{"a filter of applications", "mfa-all-users", []string{apps("a", `"includeApplications":["All"],"applicationFilter":{"mode":"exclude","rule":"x"}`)}, unknown, demarc.NotAssessed, ""},
		{"only registrations", "mfa-all-users", []string{apps("a", `"includeUserActions":["urn:user:registersecurityinfo"]`)}, fail, "", ""},
		{"registrations", "secure-registration", []string{apps("a", `"includeUserActions":["urn:user:registersecurityinfo"]`)}, pass, "", ""},
		{"registrations outside of trusted locations", "secure-registration", []string{strings.Replace(apps("a", `"includeUserActions":["urn:user:registersecurityinfo"]`), `,"users"`, trustedOut+`,"users"`, 1)}, pass, "", ""},
		{"registrations of devices", "secure-registration", []string{apps("a", `"includeUserActions":["urn:user:registerdevice"]`)}, fail, "", ""},
		{"the management of Azure", "mfa-azure-management", []string{apps("a", `"includeApplications":["797F4846-ba00-4fd7-ba43-dac1f8f63013"]`)}, pass, "", ""},
		{"everything but the management of Azure", "mfa-azure-management", []string{apps("a", `"includeApplications":["All"],"excludeApplications":["797f4846-ba00-4fd7-ba43-dac1f8f63013"]`)}, fail, "", ""},
		{"trusted locations are left out", "mfa-all-users", []string{policy("a", all, trustedOut, mfa)}, unknown, demarc.NotCollected, "which locations are trusted is not shown"},
		{"a location is left out", "mfa-all-users", []string{policy("a", all, `,"locations":{"includeLocations":["All"],"excludeLocations":["l1"]}`, mfa)}, fail, "", "from the location l1"},
		{"another policy has it", "mfa-all-users", []string{policy("a", all, trustedOut, mfa), policy("b", all, `,"locations":{"includeLocations":["AllTrusted"]}`, block)}, pass, "", ""},
		{"locations may overlap", "mfa-all-users", []string{policy("a", all, `,"locations":{"includeLocations":["All"],"excludeLocations":["l1"]}`, mfa), policy("b", all, `,"locations":{"includeLocations":["All"],"excludeLocations":["l2"]}`, mfa)}, unknown, demarc.NotCollected, "l1 and l2"},
		{"some platforms", "mfa-all-users", []string{policy("a", all, `,"platforms":{"includePlatforms":["android","iOS","windows","macOS","linux"]}`, mfa)}, fail, "", "on the platform other"},
		{"all platforms", "mfa-all-users", []string{policy("a", all, `,"platforms":{"includePlatforms":["all"],"excludePlatforms":["iOS"]}`, mfa), policy("b", all, `,"platforms":{"includePlatforms":["iOS"]}`, mfa)}, pass, "", ""},
		{"only at a risk", "mfa-all-users", []string{policy("a", all, `,"signInRiskLevels":["high","medium","low"]`, mfa)}, fail, "", "without a risk"},
		{"at a sign-in risk", "sign-in-risk", []string{policy("a", all, `,"signInRiskLevels":["high","medium"]`, mfa)}, pass, "", ""},
		{"at a high one only", "sign-in-risk", []string{policy("a", all, `,"signInRiskLevels":["high"]`, mfa)}, fail, "", "at the sign-in risk medium"},
		{"two levels in two policies", "sign-in-risk", []string{policy("a", all, `,"signInRiskLevels":["high"]`, block), policy("b", all, `,"signInRiskLevels":["medium"]`, mfa)}, pass, "", ""},
		{"always, whatever the risk", "sign-in-risk", []string{policy("a", all, "", mfa)}, fail, "", ""},
		{"people at risk", "user-risk", []string{policy("a", all, `,"userRiskLevels":["high"]`, `{"operator":"AND","builtInControls":["mfa","passwordChange"]}`)}, pass, "", ""},
		{"people at risk, with a second factor only", "user-risk", []string{policy("a", all, `,"userRiskLevels":["high"]`, mfa)}, fail, "", ""},
		{"device codes", "block-device-code", []string{policy("a", all, `,"authenticationFlows":{"transferMethods":"deviceCodeFlow,authenticationTransfer"}`, block)}, pass, "", ""},
		{"another flow", "block-device-code", []string{policy("a", all, `,"authenticationFlows":{"transferMethods":"authenticationTransfer"}`, block)}, fail, "", ""},
		{"a flow is not every sign-in", "mfa-all-users", []string{policy("a", all, `,"authenticationFlows":{"transferMethods":"deviceCodeFlow"}`, block)}, fail, "", ""},
		{"a filter of devices", "mfa-all-users", []string{policy("a", all, `,"devices":{"deviceFilter":{"mode":"exclude","rule":"device.isCompliant -eq True"}}`, mfa)}, unknown, demarc.NotAssessed, "a filter of devices"},
		{"an empty filter", "mfa-all-users", []string{policy("a", all, `,"devices":{"deviceFilter":{"mode":null,"rule":null},"includeDevices":null}`, mfa)}, pass, "", ""},
		{"applications that sign in themselves", "mfa-all-users", []string{policy("a", all, `,"clientApplications":{"includeServicePrincipals":["ServicePrincipalsInMyTenant"]}`, block)}, fail, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, tt.run)
	}
}

func TestControls(t *testing.T) {
	grant := func(controls string) []string { return []string{policy("a", all, "", controls)} }
	strength := func(members string) []string {
		return grant(`{"operator":"OR","builtInControls":[],"authenticationStrength":{"id":"x",` + members + `}}`)
	}
	tests := []policyTest{
		{"a second factor or a device", "mfa-all-users", grant(`{"operator":"OR","builtInControls":["mfa","compliantDevice"]}`), fail, "", ""},
		{"a second factor and a device", "mfa-all-users", grant(`{"operator":"AND","builtInControls":["mfa","compliantDevice"]}`), pass, "", ""},
		{"how they combine is not told", "mfa-all-users", grant(`{"builtInControls":["mfa","compliantDevice"]}`), unknown, demarc.NotAssessed, ""},
		{"one control needs no operator", "mfa-all-users", grant(`{"builtInControls":["mfa"]}`), pass, "", ""},
		{"a device", "require-managed-device", grant(`{"operator":"OR","builtInControls":["compliantDevice","domainJoinedDevice"]}`), pass, "", ""},
		{"a device or a second factor", "require-managed-device", grant(`{"operator":"OR","builtInControls":["compliantDevice","mfa"]}`), fail, "", ""},
		{"terms of use or a second factor", "mfa-all-users", grant(`{"operator":"OR","builtInControls":["mfa"],"termsOfUse":["t"]}`), fail, "", ""},
		{"terms of use and a second factor", "mfa-all-users", grant(`{"operator":"AND","builtInControls":["mfa"],"termsOfUse":["t"]}`), pass, "", ""},
		{"a control of a later time", "mfa-all-users", grant(`{"operator":"OR","builtInControls":["unknownFutureValue"]}`), unknown, demarc.NotAssessed, ""},
		{"no grant", "mfa-all-users", grant(`null`), fail, "", ""},
		{"a strength of one's own", "mfa-all-users", strength(`"requirementsSatisfied":"mfa"`), pass, "", ""},
		{"one that is no second factor", "mfa-all-users", strength(`"requirementsSatisfied":"none"`), fail, "", ""},
		{"one that is not shown", "mfa-all-users", grant(`{"operator":"OR","builtInControls":[],"authenticationStrength":{"id":"x"}}`), unknown, demarc.NotAssessed, ""},
		{"one of the strongest methods", "phishing-resistant-mfa-admins", strength(`"allowedCombinations":["fido2","windowsHelloForBusiness"]`), pass, "", ""},
		{"one with a weak method", "phishing-resistant-mfa-admins", strength(`"allowedCombinations":["fido2","password,sms"]`), fail, "", ""},
		{"Microsoft's for a second factor", "phishing-resistant-mfa-admins", grant(`{"operator":"OR","builtInControls":[],"authenticationStrength":{"id":"00000000-0000-0000-0000-000000000002"}}`), fail, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, tt.run)
	}
}

// TestWhatIsCut: what PowerShell cut off may hold anything.
func TestWhatIsCut(t *testing.T) {
	tests := []policyTest{
		{"conditions", "mfa-all-users", []string{`{"id":"a","state":"enabled","conditions":"Microsoft.Graph.PowerShell.Models.ConditionSet","grantControls":` + mfa + `}`}, unknown, demarc.NotAssessed, "not evaluated"},
		{"people", "mfa-all-users", []string{`{"id":"a","state":"enabled","conditions":{"applications":{"includeApplications":["All"]},"users":"@{includeUsers=System.Object[]}"},"grantControls":` + mfa + `}`}, unknown, demarc.NotAssessed, ""},
		{"controls", "mfa-all-users", []string{policy("a", all, "", `"@{builtInControls=System.Object[]}"`)}, unknown, demarc.NotAssessed, ""},
		{"a list of one as a text", "mfa-all-users", []string{`{"id":"a","state":"enabled","conditions":{"clientAppTypes":"all","applications":{"includeApplications":"All"},"users":{"includeUsers":"All"}},"grantControls":{"operator":"OR","builtInControls":"mfa"}}`}, pass, "", ""},
		{"a list as its type", "mfa-all-users", []string{policy("a", `"includeUsers":["All"],"excludeUsers":"System.Object[]"`, "", mfa)}, unknown, demarc.NotAssessed, ""},
		{"a state that nobody knows", "mfa-all-users", []string{`{"id":"a","state":"blessed","conditions":{"applications":{"includeApplications":["All"]},"users":{` + all + `}},"grantControls":` + mfa + `}`}, unknown, demarc.NotAssessed, ""},
		{"what is off stays off", "mfa-all-users", []string{`{"id":"a","state":"disabled","conditions":"x","grantControls":` + mfa + `}`, policy("b", all, "", managedDevice)}, fail, "", "enforce nothing: 1"},
		{"what is cut beside what does", "mfa-all-users", []string{policy("a", all, "", mfa), `{"id":"b","state":"enabled","conditions":"x","grantControls":` + block + `}`}, pass, "", ""},
		{"two files differ", "mfa-all-users", []string{policy("a", all, "", mfa), policy("a", allBut, "", mfa)}, unknown, demarc.NotAssessed, "two files show it differently"},
		{"two files agree", "mfa-all-users", []string{policy("a", all, "", mfa), policy("a", all, "", mfa)}, pass, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, tt.run)
	}
}
