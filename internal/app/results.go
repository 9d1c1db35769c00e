package app

import (
	"bytes"

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
	{[]string{"billedcost", "chargeperiodstart"}, "a bill in the FOCUS format (BilledCost, ChargePeriodStart)"},
	{[]string{"meterid", "quantity"}, "a bill of Azure (MeterId, Quantity)"},
	{[]string{"currentscore", "maxscore", "percentage"}, "Microsoft Secure Score as one total (CurrentScore, MaxScore)"},
	{[]string{"controlid", "requirement", "result", "criticality"}, "the results of ScubaGear once more, as a table (Control ID, Requirement); ScubaResults.json holds them with tenant and day"},
	{[]string{"totalusers", "guestusers"}, "numbers of people (TotalUsers, GuestUsers)"},
	{[]string{"metric", "count"}, "totals (Metric, Count)"},
	{[]string{"hostname", "cveid", "complianceid"}, "vulnerabilities and compliance checks of Prisma Cloud (CVE ID, Compliance ID), which are not read"},
	{[]string{"requirementsid", "checkid", "statusextended"}, "a compliance report of Prowler (Requirements_Id, CheckId): it repeats the checks of Prowler's main CSV, which is read"},
	{[]string{"section", "collector", "filename", "status"}, "a list of the files that an assessment wrote (Section, Collector, FileName)"},
}

// checkResults says what a file holds the results of, "" for none.
func checkResults(h source.Head) string {
	j, c := h.JSON(), h.CSV()
	if j.Has("metadata", "results") && j.Row["reportsummary"].Kind == '{' {
		return "the results of ScubaGear for one product once more (MetaData, Results, ReportSummary); ScubaResults.json holds them with tenant and day"
	}
	if bytes.HasPrefix(bytes.TrimSpace(h.Text()), []byte("scoutsuite_results")) {
		return "a report of ScoutSuite (scoutsuite_results), which is not read"
	}
	for _, r := range results {
		if j.Kind != 0 && j.Has(r.columns...) || c.Delimiter != 0 && c.Has(r.columns...) {
			return r.what
		}
	}
	return ""
}
