package m365assess

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source/moment"
	"github.com/demarc-dev/demarc/internal/source/tenantreport"
)

// statuses are what M365-Assess writes as the status of a compared setting. A
// warning is a setting that differs from what is recommended and weighs less.
var statuses = map[string]tenantreport.Meaning{
	"pass":          {Outcome: demarc.Pass},
	"fail":          {Outcome: demarc.Fail},
	"warning":       {Outcome: demarc.Fail},
	"review":        {Reason: demarc.NotAssessed}, // a person has to look
	"info":          {Reason: demarc.NotAssessed}, // compared with nothing
	"skipped":       {Reason: demarc.NotAssessed},
	"unknown":       {Reason: demarc.NotCollected},
	"n/a":           {Reason: demarc.NotAssessed},
	"notapplicable": {Reason: demarc.NotAssessed},
	"notlicensed":   {Reason: demarc.NotAssessed},
}

// services are the services that the ids of checks begin with.
var services = []struct{ prefix, typ string }{
	{"ENTRA-", "entra/entra-id"},
	{"CA-", "entra/entra-id"},
	{"EXO-", "m365/exchange-online"},
	{"DNS-", "m365/exchange-online"},
	{"SPO-", "m365/sharepoint-online"},
	{"TEAMS-", "m365/teams"},
	{"POWERBI-", "m365/power-bi"},
	{"PBI-", "m365/power-bi"},
	{"INTUNE-", "m365/intune"},
	{"FORMS-", "m365/forms"},
}

func serviceOf(check string) string {
	for _, s := range services {
		if len(check) >= len(s.prefix) && demarc.EqualFold(check[:len(s.prefix)], s.prefix) {
			return s.typ
		}
	}
	return ""
}

// setting reads a setting that was compared with what is recommended.
func (d *decoder) setting() {
	check, name, status := d.Row.Text("checkid"), d.Row.Text("setting"), d.Row.Text("status")
	if check == "" {
		d.missing("the id of its check (CheckId)")
		return
	}
	current, recommended := d.Row.Text("currentvalue"), d.Row.Text("recommendedvalue")
	f := finding{Meaning: d.Mean(statuses, status, d.Row.Line), detail: compared(current, recommended)}
	switch {
	case f.Outcome == demarc.OutcomeUnknown:
		f.Reason = tenantreport.Why(current+" "+d.Row.Text("limitations"), f.Reason)
		f.detail = status + ": " + f.detail
	case current == "": // compared with nothing: neither good nor bad
		f.Outcome, f.Reason = demarc.OutcomeUnknown, demarc.NotCollected
		f.detail = status + " without a value; recommended " + recommended
	}
	if demarc.EqualFold(status, "Warning") {
		f.severity = demarc.Low
	}
	if day, ok := moment.Parse(d.Row.Text("evidencetimestamp")); ok {
		d.Observed = day
	}
	d.tell(d.tenant.Subject(serviceOf(check)), check, name, f)
	d.Observed = time.Time{}
}

func compared(current, recommended string) string {
	if current == "" {
		current = "no value"
	}
	return "is " + current + "; recommended " + recommended
}

// nobody finds a count of nobody out of nobody, which shows nothing.
var nobody = regexp.MustCompile(`\b0 (?:out )?of 0\b`)

// action reads a control of Microsoft Secure Score. The impact is how many
// percent of its points are reached: less than all is no pass.
func (d *decoder) action() {
	name, said, points := d.Row.Text("actionname"), d.Row.Text("implementationstatus"), d.Row.Text("scoreimpact")
	if name == "" {
		d.missing("the name of a control (ActionName)")
		return
	}
	percent, err := strconv.ParseFloat(strings.Replace(points, ",", ".", 1), 64)
	f := finding{detail: points + " % of the points: " + said}
	switch {
	case absent(points):
		f.Reason = demarc.NotCollected
	case err != nil:
		f.Reason = demarc.NotAssessed
		d.Note(demarc.NoteMalformed, fmt.Sprintf("a share of the points that is no number: %.40q", points))
	case strings.Contains(demarc.Fold(said), "not measured"), nobody.MatchString(said):
		f.Reason = demarc.NotAssessed
	case percent >= 100:
		f.Outcome = demarc.Pass
	default:
		f.Outcome = demarc.Fail
	}
	d.Give(demarc.Evidence{
		Subject: d.tenant.Subject(""), Tool: ScoreTool, Check: name, Outcome: f.Outcome, Reason: f.Reason, Detail: tenantreport.Plain(f.detail),
	}, d.Row.Line)
}
