package finding

import (
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/scope"
	"github.com/demarc-dev/demarc/internal/source"
)

// Checked is what a scanner of live environments tells about one check.
type Checked struct {
	Status   string // its word
	Detail   string
	Muted    bool
	Reason   string // why it is muted, "" when nobody says
	Evidence demarc.Evidence
}

// answer is what a word of a scanner means.
type answer struct {
	outcome demarc.Outcome
	reason  demarc.Reason
}

var notAssessed = answer{reason: demarc.NotAssessed}

// answers are the words by which scanners say what came out, folded and
// without spaces, underscores and dashes.
var answers = map[string]answer{
	"pass": {outcome: demarc.Pass}, "passed": {outcome: demarc.Pass}, "compliant": {outcome: demarc.Pass},
	"fail": {outcome: demarc.Fail}, "failed": {outcome: demarc.Fail}, "noncompliant": {outcome: demarc.Fail},
	"muted": {reason: demarc.Exempt}, "waived": {reason: demarc.Exempt}, "suppressed": {reason: demarc.Exempt}, "exception": {reason: demarc.Exempt},
	"notapplicable": {outcome: demarc.OutcomeNotApplicable}, "n/a": {outcome: demarc.OutcomeNotApplicable},
	"accessdenied": {reason: demarc.NotPermitted},
	"manual":       notAssessed, "info": notAssessed, "warning": notAssessed, "unknown": notAssessed, "skipped": notAssessed,
	"error": notAssessed, "notavailable": notAssessed, "notassessed": notAssessed, "other": notAssessed,
}

// Answer gives what came out of a check. A word that nobody knows is a note,
// and what is not known keeps the tool's words.
func (r *Report) Answer(c *Checked, line int) {
	e := &c.Evidence
	told, ok := answers[source.FoldHeader(c.Status)]
	if !ok {
		told = notAssessed
		r.Note(demarc.NoteMalformed, line, "an unknown status: "+Cut(First(c.Status, "none")))
	}
	if told.outcome == demarc.OutcomeNotApplicable && c.Detail == "" { // nobody says why
		told = notAssessed
	}
	e.Outcome, e.Reason, e.Detail = told.outcome, told.reason, c.Detail
	if told.outcome == demarc.OutcomeUnknown {
		e.Detail = Words(c.Status, c.Detail)
	}
	if told.outcome != demarc.Fail {
		e.Since = time.Time{} // of what fails
	}
	switch muted := c.Muted || told.reason == demarc.Exempt; {
	case muted && e.Outcome == demarc.Pass:
		r.Give(e, line)
		r.State(e, c.Reason, line)
	case muted:
		e.Detail = Join(e.Detail, "muted")
		r.Except(e, c.Reason, line)
	default:
		r.Give(e, line)
	}
}

// Where is what a scanner of live environments tells about what it looked at.
type Where struct {
	Provider            string
	Account, Named      string // its id and name: a subscription of Azure, a tenant of Microsoft 365
	Tenant, Directory   string // id and name of the tenant or organisation
	ID, Name, Type      string // of the resource
	Service             string // that the resource belongs to, in the scanner's word
	tenantWide, service bool
}

// services are the services of Microsoft 365 by the scanners' words for them.
var services = map[string]string{
	"exchange": "m365/exchange-online", "sharepoint": "m365/sharepoint-online", "teams": "m365/teams", "defender": "m365/defender-for-office",
	"purview": "m365/purview", "admincenter": "m365/admin-center", "intune": "m365/intune",
}

// About finds the subject of a check, and names the scopes that are told.
func (r *Report) About(w Where, line int) demarc.Subject {
	provider := source.FoldHeader(w.Provider)
	switch provider {
	case "azure", "microsoftazure":
		w.tenantWide = w.Tenant != "" && demarc.EqualFold(w.Account, w.Tenant) || strings.HasPrefix(w.Named, "Tenant:")
	case "m365", "microsoft365", "office365":
		w.Tenant, w.Directory = First(w.Tenant, w.Account), First(w.Directory, w.Named)
		w.tenantWide, w.service = true, true
	default:
		return demarc.Subject{ID: First(w.ID, w.Name), Type: First(w.Type, cloudResource), Name: First(w.Name, w.ID, unnamed)}
	}
	r.name(w, line)
	tenant := source.TenantID(w.Tenant)
	typ, ok := services[demarc.Fold(w.Service)]
	switch {
	case IsID(w.ID):
		return demarc.Subject{ID: w.ID}
	case scope.IsGUID(w.ID) && !demarc.EqualFold(w.ID, w.Tenant) && strings.Contains(demarc.Fold(w.Type), "user"):
		return demarc.Subject{Identity: w.ID, Name: w.Name, Scope: tenant}
	case w.service && ok:
		return demarc.Subject{ID: source.ServiceID(w.Tenant, typ), Type: typ, Scope: tenant}
	case w.tenantWide && tenant == "":
		return demarc.Subject{Type: "entra/tenant"}
	case w.tenantWide:
		return demarc.Subject{Scope: tenant}
	}
	about := demarc.Subject{Type: First(w.Type, cloudResource), Name: First(w.Name, w.ID), Scope: tenant}
	if w.Account != "" {
		about.Scope = "/subscriptions/" + w.Account
	}
	if strings.Contains(w.ID, "/") { // an address: of a single thing, and never of the scope as a whole
		about.Scope = ""
	}
	if about.Scope == "" {
		about.Name = First(about.Name, unnamed)
	}
	return about
}

// cloudResource is the type of what a scanner gives no type.
const cloudResource = "cloud/resource"

// name names the subscription and the tenant. What is no id is no scope: tests
// and samples blot ids out.
func (r *Report) name(w Where, line int) {
	if !w.tenantWide && scope.IsGUID(w.Account) {
		r.Scope("/subscriptions/"+w.Account, w.Named, line)
	}
	if !scope.IsGUID(w.Tenant) {
		return
	}
	name := w.Directory
	if w.tenantWide && name == "" {
		name = strings.TrimSpace(strings.TrimPrefix(w.Named, "Tenant:"))
	}
	r.Scope(source.TenantID(w.Tenant), name, line)
}
