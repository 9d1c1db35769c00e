// Package maester reads the results of Maester, which tests the configuration
// of a Microsoft 365 tenant or of an Active Directory: one report, or the
// merged reports of several tenants. Each test becomes one piece of evidence,
// about the service that its id names, else about the tenant; tests of the
// Active Directory are about the domain of the account that ran them, which is
// all that the report says of it.
//
// See https://maester.dev.
package maester

import (
	"context"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
	"github.com/demarc-dev/demarc/internal/source/tenantreport"
)

// Tool is the word for Maester in data/responsibilities/tools.yaml.
const Tool = "maester"

// DirectoryType is the type of the directory in one's own rooms.
const DirectoryType = "onprem/domain-controller"

// Format is the format of Maester's results.
var Format = source.Format{
	Name:   "maester",
	Title:  "Maester test results (JSON)",
	Detect: detect,
	Read: func(ctx context.Context, in *source.Input, sink source.Sink) error {
		return tenantreport.Read(ctx, in, sink, Tool, func(r *tenantreport.Reader) func() {
			return (&results{Reader: r}).document
		})
	},
}

func detect(h source.Head) bool {
	j := h.JSON()
	if j.Has("totalcount", "passedcount", "failedcount") {
		return true
	}
	return j.Members["tenants"].Kind == '[' && h.Mentions(`"passedcount"`) && h.Mentions(`"failedcount"`)
}

// words are the results that Maester writes.
var words = map[string]tenantreport.Meaning{
	"passed":       {Outcome: demarc.Pass},
	"failed":       {Outcome: demarc.Fail},
	"skipped":      {Reason: demarc.NotAssessed},
	"notrun":       {Reason: demarc.NotAssessed},
	"inconclusive": {Reason: demarc.NotAssessed},
	"investigate":  {Reason: demarc.NotAssessed}, // a person has to look
	"error":        {Reason: demarc.NotCollected},
}

// services are the services that the ids of tests begin with.
var services = []struct{ prefix, typ string }{
	{"cisa.ms.aad.", "entra/entra-id"},
	{"cisa.ms.exo.", "m365/exchange-online"},
	{"cisa.ms.sharepoint.", "m365/sharepoint-online"},
	{"cisa.ms.teams.", "m365/teams"},
	{"cisa.ms.powerplatform.", "power-platform/power-apps"},
	{"cisa.ms.powerbi.", "m365/power-bi"},
	{"eidsca.", "entra/entra-id"},
	{"orca.", "m365/exchange-online"},
}

// results is one report while it is read.
type results struct {
	*tenantreport.Reader
	tenant    tenantreport.Tenant
	directory demarc.Subject // of the tests of Active Directory, found at the first one
	nameless  bool           // that no tenant is told was noted
}

// document reads the document at hand.
func (r *results) document() {
	tenants := r.Row.Raw("tenants")
	if r.Row.Shows("tests") || len(tenants) == 0 {
		r.report(r.Row)
		return
	}
	r.Each(tenants, "a report of a tenant", r.report)
}

// report reads the results of one run.
func (r *results) report(head *graphrow.Row) {
	if !head.Shows("tests") {
		r.NoteAt(head.Line, demarc.NoteSkipped, "a report without tests (Tests)")
		return
	}
	r.tenant = tenantreport.NewTenant(head.Text("tenantid"), tenantName(head.Text("tenantname")))
	r.tenant.Give(r.Sink, demarc.Place{File: r.File, Line: head.Line})
	r.Observed, r.directory, r.nameless = r.Moment(head, "executedat"), demarc.Subject{}, false
	counts, total := map[string]int{}, 0
	r.Each(head.Raw("tests"), "a test", func(test *graphrow.Row) {
		counts[demarc.Fold(test.Text("result"))]++
		total++
		r.test(head, test)
	})
	r.Compare("TotalCount", head.Text("totalcount"), total)
	for _, word := range [...]string{"Passed", "Failed", "Skipped", "NotRun", "Error", "Investigate"} {
		r.Compare(word+"Count", head.Text(demarc.Fold(word)+"count"), counts[demarc.Fold(word)])
	}
}

// tenantName is the name of a tenant, "" of what Maester writes when it was
// not connected.
func tenantName(name string) string {
	if strings.Contains(name, "(not connected") {
		return ""
	}
	return name
}

// test reads one test.
func (r *results) test(head, test *graphrow.Row) {
	id, title := identify(test)
	if id == "" {
		r.NoteAt(test.Line, demarc.NoteSkipped, "a test without an id")
		return
	}
	result, failure := test.Text("result"), strings.Join(test.Texts("errorrecord"), " ")
	said := r.Mean(words, result, test.Line)
	skipped, why, text := r.detail(test)
	if text == "" {
		text = failure
	}
	if said.Outcome == demarc.OutcomeUnknown {
		said.Reason = tenantreport.Why(skipped+" "+why+" "+failure, said.Reason)
		text = tenantreport.Join(result, skipped, why, text)
	}
	r.Give(demarc.Evidence{
		Subject: r.subject(head, test.Line, id), Check: id, Title: tenantreport.Plain(title), Outcome: said.Outcome, Reason: said.Reason,
		Severity: tenantreport.Severity(test.Text("severity")), Detail: tenantreport.Plain(text),
	}, test.Line)
}

// detail is what a test says about its result: the word and the sentence for
// why it was skipped, and the first sentences of what it found.
func (r *results) detail(test *graphrow.Row) (skipped, why, text string) {
	detail := r.Object(test.Raw("resultdetail"))
	if detail == nil {
		return "", "", ""
	}
	return detail.Text("testskipped"), detail.Text("skippedreason"), tenantreport.Sentence(detail.Text("testresult"))
}

// identify is the id of a test and what it tests. Older reports have both in
// its name, with a colon between.
func identify(test *graphrow.Row) (id, title string) {
	name := test.Text("name")
	id, title = test.Text("id"), test.Text("title")
	if id != "" {
		return id, strings.TrimSpace(strings.TrimPrefix(orElse(title, name), id+":"))
	}
	before, behind, found := strings.Cut(name, ":")
	if !found {
		return name, name
	}
	return strings.TrimSpace(before), strings.TrimSpace(behind)
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// subject is what a test is about.
func (r *results) subject(head *graphrow.Row, line int, id string) demarc.Subject {
	folded := demarc.Fold(id)
	if strings.HasPrefix(folded, "ad-") {
		return r.activeDirectory(head, line)
	}
	if r.tenant.ID == "" && !r.nameless {
		r.nameless = true
		r.NoteAt(head.Line, demarc.NoteRead, "the report does not say which tenant was tested")
	}
	for _, s := range services {
		if strings.HasPrefix(folded, s.prefix) {
			return r.tenant.Subject(s.typ)
		}
	}
	return r.tenant.Subject("")
}

// activeDirectory is the directory that tests of Active Directory are about.
// Maester does not name it: the cmdlets that it calls ask the domain of the
// account that runs them.
func (r *results) activeDirectory(head *graphrow.Row, line int) demarc.Subject {
	if r.directory != (demarc.Subject{}) {
		return r.directory
	}
	var domain, machine string
	if system := r.Object(head.Raw("systeminfo")); system != nil {
		domain, machine = system.Text("userdomain"), system.Text("machinename")
	}
	if domain == "" || demarc.EqualFold(domain, machine) { // the account is the machine's own
		domain = "unnamed"
	}
	r.directory = demarc.Subject{ID: source.OnPremisesID(domain, "active-directory", domain), Type: DirectoryType, Name: "Active Directory of " + domain}
	r.Sink.Resource(source.Resource{Resource: demarc.Resource{
		ID: r.directory.ID, MadeUp: true, Name: r.directory.Name, Type: DirectoryType, Seen: demarc.SeenInEvidence,
		Place: demarc.Place{File: r.File, Line: line},
	}})
	r.NoteAt(head.Line, demarc.NoteRead, "tests of Active Directory do not name it: they are taken for those of the domain of the account that ran them, "+domain)
	return r.directory
}
