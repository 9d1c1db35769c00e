package access

import (
	"slices"

	"github.com/demarc-dev/demarc"
)

// want is what a check demands of sign-ins.
type want struct {
	check   string
	title   string
	who     audience
	subject string // what it is about, in words
	asks    string // what is demanded, in words
	demand  demand
	app     string // the application that it is about, "" for all
	action  string // the user action that it is about
	clients []string
	flow    string // the authentication flow that it is about
	// signInRisk and userRisk are the levels that it is about. Only policies
	// that name a level count: one that does not never looks at the risk.
	signInRisk, userRisk []string
	outside              bool // it is not about trusted locations
	// defaults is what security defaults make of it, and because why.
	// See https://learn.microsoft.com/entra/fundamentals/security-defaults
	defaults demarc.Outcome
	because  string
}

// none is what is said where security defaults have no such rule.
const none = "security defaults are on, which rule out enforced policies and have no such rule"

// wants are the checks of sign-ins.
var wants = []want{
	{
		check: "mfa-all-users", title: "Everybody signs in with multifactor authentication", subject: "sign-ins",
		asks: "multifactor authentication", demand: multifactor,
		because: "security defaults are on: everybody must register, and is asked for a second factor when Microsoft finds it necessary, not always",
	},
	{
		check: "mfa-admins", title: "Administrators sign in with multifactor authentication", who: admins, subject: "sign-ins",
		asks: "multifactor authentication", demand: multifactor,
		defaults: demarc.Pass, because: "security defaults are on: administrators are asked for a second factor at every sign-in",
	},
	{
		check: "phishing-resistant-mfa-admins", title: "Administrators sign in with phishing-resistant methods", who: admins, subject: "sign-ins",
		asks: "a phishing-resistant method", demand: phishing, defaults: demarc.Fail, because: none,
	},
	{
		check: "block-legacy-authentication", title: "Legacy authentication is blocked", subject: "sign-ins", clients: legacy,
		// A client that cannot be asked for a second factor fails where one is demanded.
		// See https://learn.microsoft.com/entra/identity/conditional-access/policy-block-legacy-authentication
		asks: "a block, or what legacy clients cannot do", demand: multifactor,
		defaults: demarc.Pass, because: "security defaults are on: legacy authentication is blocked",
	},
	{
		check: "require-managed-device", title: "People sign in from managed devices", subject: "sign-ins",
		asks: "a managed device", demand: managed, defaults: demarc.Fail, because: none,
	},
	{
		check: "block-device-code", title: "The device code flow is blocked", subject: "sign-ins with a device code", flow: "devicecodeflow",
		asks: "a block", demand: blocked, defaults: demarc.Fail, because: none,
	},
	{
		// See https://learn.microsoft.com/entra/identity/conditional-access/policy-risk-based-sign-in
		check: "sign-in-risk", title: "Risky sign-ins need a second factor or are blocked", subject: "sign-ins", signInRisk: []string{"medium", "high"},
		asks: "multifactor authentication because of the risk", demand: multifactor, defaults: demarc.Fail, because: none,
	},
	{
		// See https://learn.microsoft.com/entra/identity/conditional-access/policy-risk-based-user
		check: "user-risk", title: "People at high risk must remedy it or are blocked", subject: "sign-ins", userRisk: []string{"high"},
		asks: "a new password or a block because of the risk", demand: remedied, defaults: demarc.Fail, because: none,
	},
	{
		check: "secure-registration", title: "Methods to sign in are set up under protection", subject: "registrations of sign-in methods",
		action: registerSecurityInfo, outside: true, asks: "multifactor authentication or a managed device outside of trusted locations",
		demand: guarded, defaults: demarc.Fail, because: "security defaults are on, which make people register and do not say from where; they rule out enforced policies",
	},
	{
		check: "mfa-azure-management", title: "Azure is managed with multifactor authentication", subject: "sign-ins to the management of Azure",
		app: azureManagement, asks: "multifactor authentication", demand: multifactor,
		defaults: demarc.Pass, because: "security defaults are on: whoever manages Azure is asked for a second factor",
	},
}

// counts says whether a policy can have a part in a demand.
func (w *want) counts(r *Rule) demarc.Truth {
	t := r.grant.meets(w.demand).And(demarc.TruthOf(w.about(r)))
	if r.blind { // whatever was read, the rest may change it
		t = demarc.MaybeTrue
	}
	if r.open != "" {
		t = t.And(demarc.MaybeTrue)
	}
	return t.And(r.on)
}

// about reports whether a policy is about what the demand is about.
func (w *want) about(r *Rule) bool {
	switch {
	case r.workloads || r.insider || len(r.users.include) == 0 && !r.vague:
		return false
	case w.action == "" && len(r.actions) > 0, w.action != "" && len(r.actions) == 0:
		return false
	case w.action == "" && r.contexts && len(r.apps.include) == 0:
		return false
	case len(r.flows) > 0 && !slices.Contains(r.flows, w.flow):
		return false
	case w.signInRisk != nil && len(r.signInRisk) == 0, w.userRisk != nil && len(r.userRisk) == 0:
		return false
	}
	return true
}
