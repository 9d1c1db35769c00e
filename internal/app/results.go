package app

import (
	"github.com/demarc-dev/demarc/internal/source"
)

// result is a file that tells what somebody found or counted, by the members
// of its rows or the columns of its table that no inventory has together.
type result struct {
	columns []string // folded as headers are
	what    string
}

// results are the files that checks and reports leave behind. They name
// resources too, and would read as an inventory with most of it absent.
var results = []result{
	{[]string{"nsgname", "rulename"}, "rules of network security groups (NsgName, RuleName)"},
	{[]string{"assessmentname", "assessmentid", "status"}, "recommendations of Defender for Cloud (AssessmentName, AssessmentId)" + later},
	{[]string{"recommendationid", "impactedfield"}, "recommendations of Azure Advisor (RecommendationId, ImpactedField)" + later},
	{[]string{"policydefinitionid", "compliancestate"}, "compliance states of Azure Policy (PolicyDefinitionId, ComplianceState)" + later},
	{[]string{"billedcost", "chargeperiodstart"}, "a bill in the FOCUS format (BilledCost, ChargePeriodStart)"},
	{[]string{"meterid", "quantity"}, "a bill of Azure (MeterId, Quantity)"},
	{[]string{"totalcount", "passedcount", "failedcount"}, "a report of Maester (TotalCount, PassedCount, FailedCount)" + later},
	{[]string{"policyid", "requirementmet"}, "answers of ScubaGear (PolicyId, RequirementMet)" + later},
	{[]string{"azuretenantid", "currentscore", "maxscore"}, "Microsoft Secure Score (azureTenantId, currentScore)" + later},
	{[]string{"currentscore", "maxscore", "percentage"}, "Microsoft Secure Score (CurrentScore, MaxScore)" + later},
	{[]string{"actionname", "scoreimpact"}, "improvement actions of Microsoft Secure Score (ActionName, ScoreImpact)" + later},
	{[]string{"setting", "currentvalue", "recommendedvalue", "status"}, "compared settings (Setting, CurrentValue, RecommendedValue)" + later},
	{[]string{"policytype", "name", "enabled", "keysettings"}, "settings of mail protection (PolicyType, KeySettings)" + later},
	{[]string{"itemtype", "name", "details"}, "settings of mail flow and data loss prevention (ItemType, Details)" + later},
	{[]string{"userprincipalname", "ismfaregistered"}, "sign-in methods of people (UserPrincipalName, IsMfaRegistered)" + later},
	{[]string{"rolename", "memberupn"}, "members of directory roles (RoleName, MemberUPN)" + later},
	{[]string{"domain", "passwordvalidityperiod"}, "password rules of domains (Domain, PasswordValidityPeriod)" + later},
	{[]string{"domain", "spf", "dmarc"}, "mail records of domains (Domain, SPF, DMARC)" + later},
	{[]string{"sharingcapability", "isresharingbyexternalusersenabled"}, "settings of SharePoint (SharingCapability)" + later},
	{[]string{"allowguestaccess", "allowthirdpartyapps"}, "settings of Teams (AllowGuestAccess, AllowThirdPartyApps)" + later},
	{[]string{"tenantid", "onpremisessyncenabled", "dirsyncconfigured"}, "the state of directory synchronisation (OnPremisesSyncEnabled)" + later},
	{[]string{"totalusers", "guestusers"}, "numbers of people (TotalUsers, GuestUsers)"},
	{[]string{"metric", "count"}, "totals (Metric, Count)"},
	{[]string{"section", "collector", "filename", "status"}, "a list of the files that an assessment wrote (Section, Collector, FileName)"},
}

// later says of results that they are not lost on us.
const later = "; a later version reads them as evidence"

// checkResults says what a file holds the results of, "" for none.
func checkResults(h source.Head) string {
	j, c := h.JSON(), h.CSV()
	_, metadata := j.Members["metadata"]
	switch {
	case metadata && j.Members["checks"].Kind == '[':
		return "answers to an Azure review checklist (metadata, checks)"
	case metadata && j.Members["summary"].Kind == '{' && j.Members["results"].Kind == '{':
		return "a report of ScubaGear (MetaData, Summary, Results)" + later
	}
	for _, r := range results {
		if j.Kind != 0 && j.Has(r.columns...) || c.Delimiter != 0 && c.Has(r.columns...) {
			return r.what
		}
	}
	return ""
}
