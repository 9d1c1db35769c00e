package access

import (
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
)

// The types of resources that are read.
const (
	PolicyType   = "entra/conditional-access-policy"
	DefaultsType = "entra/security-defaults"
	LocationType = "entra/named-location"
)

// Rule is what is kept of a policy, of the record of security defaults or of a
// named location.
type Rule struct {
	ID, Name string
	Place    demarc.Place

	typ     string
	on      demarc.Truth // it is enforced; of a location: it is trusted
	users   set          // refs, see the words in users.go
	apps    set
	filter  string // "include", "exclude" by a filter of applications, "" for none
	actions []string
	// contexts says that it is about authentication contexts and not about
	// applications.
	contexts   bool
	clients    []string
	platforms  set
	locations  set
	signInRisk []string
	userRisk   []string
	flows      []string
	workloads  bool   // it is about applications that sign in themselves
	insider    bool   // it is about people at risk of doing harm
	open       string // a condition that cannot be evaluated, in words
	blind      bool   // a part of it could not be read
	vague      bool   // whom it names could not be read
	grant      grant
}

// set is what a condition includes and excludes, folded and sorted.
type set struct{ include, exclude []string }

func (s set) empty() bool { return len(s.include)+len(s.exclude) == 0 }

// Wishes are the properties that [Read] looks at.
func Wishes() []slots.Wish {
	var all []slots.Wish
	for _, p := range slices.Concat(objects, lists, texts) {
		all = append(all, slots.Wish{Type: PolicyType, Path: "properties." + p})
	}
	return append(all, slots.Wish{Type: DefaultsType, Path: "properties.isEnabled"}, slots.Wish{Type: LocationType, Path: "properties.isTrusted"})
}

// objects are the objects that hold what is looked at: a text in place of one
// was cut off by the tool that wrote it.
var objects = []string{
	"conditions", "conditions.users", "conditions.applications", "conditions.platforms", "conditions.locations", "conditions.devices",
	"conditions.devices.deviceFilter", "conditions.clientApplications", "conditions.authenticationFlows", "conditions.applications.applicationFilter",
	"conditions.users.includeGuestsOrExternalUsers", "conditions.users.excludeGuestsOrExternalUsers",
	"conditions.users.includeGuestsOrExternalUsers.externalTenants", "grantControls", "grantControls.authenticationStrength",
}

var lists = []string{
	"conditions.users.includeUsers", "conditions.users.excludeUsers", "conditions.users.includeGroups", "conditions.users.excludeGroups",
	"conditions.users.includeRoles", "conditions.users.excludeRoles",
	"conditions.applications.includeApplications", "conditions.applications.excludeApplications",
	"conditions.applications.includeUserActions", "conditions.applications.includeAuthenticationContextClassReferences",
	"conditions.clientAppTypes", "conditions.platforms.includePlatforms", "conditions.platforms.excludePlatforms",
	"conditions.locations.includeLocations", "conditions.locations.excludeLocations",
	"conditions.signInRiskLevels", "conditions.userRiskLevels", "conditions.servicePrincipalRiskLevels",
	"conditions.clientApplications.includeServicePrincipals", "conditions.devices.includeDevices", "conditions.devices.excludeDevices",
	"grantControls.builtInControls", "grantControls.termsOfUse", "grantControls.customAuthenticationFactors",
	"grantControls.authenticationStrength.allowedCombinations",
}

// texts are single words, some of which are lists with commas.
var texts = []string{
	"state", "conditions.authenticationFlows.transferMethods", "conditions.insiderRiskLevels", "conditions.devices.deviceFilter.rule",
	"conditions.applications.applicationFilter.mode", "conditions.applications.applicationFilter.rule",
	"conditions.users.includeGuestsOrExternalUsers.guestOrExternalUserTypes", "conditions.users.excludeGuestsOrExternalUsers.guestOrExternalUserTypes",
	"conditions.users.includeGuestsOrExternalUsers.externalTenants.membershipKind",
	"grantControls.operator", "grantControls.authenticationStrength.id", "grantControls.authenticationStrength.requirementsSatisfied",
}

// Read reduces one resource to what is kept of it, and reports false when it
// is none of the types that matter. The values are not kept.
func Read(r *demarc.Resource, values *slots.Values) (Rule, bool) {
	rule := Rule{ID: strings.Clone(r.ID), Name: strings.Clone(r.Name), Place: r.Place, typ: demarc.Fold(r.Type)}
	g := &gather{values: values}
	switch rule.typ {
	case PolicyType:
		g.policy(&rule)
	case DefaultsType:
		rule.on = truth(g.at("isEnabled"))
	case LocationType:
		rule.on = truth(g.at("isTrusted"))
	default:
		return Rule{}, false
	}
	return rule, true
}

// truth is a switch as JSON or a tool's text writes it. One that is not there
// was never turned on.
func truth(v demarc.Value) demarc.Truth {
	switch v.Kind() {
	case demarc.KindBool, demarc.KindText:
		switch demarc.Fold(v.String()) {
		case "true":
			return demarc.True
		case "false":
			return demarc.False
		}
	case demarc.KindMissing, demarc.KindNull:
		return demarc.False
	case demarc.KindUnknown, demarc.KindNumber, demarc.KindList, demarc.KindObject:
	}
	return demarc.MaybeTrue
}
