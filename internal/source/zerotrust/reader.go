// Package zerotrust reads the report of Microsoft's Zero Trust Assessment,
// ZeroTrustAssessmentReport.json: the tenant, the day, and one piece of
// evidence about the tenant for each test. What was skipped, is planned or is
// for a person to look into is unknown.
//
// See https://learn.microsoft.com/security/zero-trust/assessment/overview.
package zerotrust

import (
	"context"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
	"github.com/demarc-dev/demarc/internal/source/tenantreport"
)

// Tool is the word for the Zero Trust Assessment in
// data/responsibilities/tools.yaml.
const Tool = "zero-trust-assessment"

// Format is the format of the report.
var Format = source.Format{
	Name:     "zero-trust-assessment",
	Title:    "Zero Trust Assessment: ZeroTrustAssessmentReport.json",
	Detect:   detect,
	Evidence: true,
	Read: func(ctx context.Context, in *source.Input, sink source.Sink) error {
		return tenantreport.Read(ctx, in, sink, Tool, func(r *tenantreport.Reader) func() {
			return (&report{Reader: r}).read
		})
	},
}

// detect wants a head with a tenant and tests that are named as this tool
// names them. The first test is large and may be all that the head shows.
func detect(h source.Head) bool {
	j := h.JSON()
	return j.Has("tenantid", "executedat", "tests") && (h.Mentions(`"teststatus"`) || j.Has("testresultsummary"))
}

// words are what the assessment writes as the status of a test.
var words = map[string]tenantreport.Meaning{
	"passed":      {Outcome: demarc.Pass},
	"failed":      {Outcome: demarc.Fail},
	"skipped":     {Reason: demarc.NotAssessed},
	"planned":     {Reason: demarc.NotAssessed}, // the test is not written yet
	"investigate": {Reason: demarc.NotAssessed}, // a person has to look
	"error":       {Reason: demarc.NotCollected},
}

// pillars are what the summary counts by.
var pillars = [...]string{"Identity", "Devices", "Network", "Data", "Infrastructure", "SecOps", "AI"}

// report is one report while it is read.
type report struct {
	*tenantreport.Reader
	tenant tenantreport.Tenant
	passed map[string]int // by pillar
	asked  map[string]int // by pillar, without those skipped and planned
}

// read reads the report at hand.
func (r *report) read() {
	if !r.Row.Shows("tests") {
		r.Note(demarc.NoteSkipped, "a report without tests (Tests)")
		return
	}
	r.tenant = tenantreport.NewTenant(r.Row.Text("tenantid"), r.Row.Text("tenantname", "domain"))
	if r.tenant.ID == "" {
		r.Note(demarc.NoteMalformed, "the report does not say which tenant was assessed")
	}
	r.tenant.Give(r.Sink, r.Place())
	r.Observed = r.Moment(r.Row, "executedat")
	r.passed, r.asked = map[string]int{}, map[string]int{}
	r.Each(r.Row.Raw("tests"), "a test", r.test)
	r.compare()
}

// test reads one test.
func (r *report) test(test *graphrow.Row) {
	id, status := test.Text("testid"), test.Text("teststatus")
	if id == "" {
		r.NoteAt(test.Line, demarc.NoteSkipped, "a test without an id")
		return
	}
	said := r.Mean(words, status, test.Line)
	e := demarc.Evidence{
		Subject: r.tenant.Subject(""), Check: id, Title: tenantreport.Plain(test.Text("testtitle")), Outcome: said.Outcome, Reason: said.Reason,
		Severity: tenantreport.Severity(test.Text("testrisk")), Detail: tenantreport.Sentence(test.Text("testresult")),
	}
	if said.Outcome == demarc.OutcomeUnknown {
		because := test.Text("testskipped") + " " + test.Text("skippedreason")
		e.Reason = tenantreport.Why(because, said.Reason)
		e.Detail = tenantreport.Join(status, test.Text("testskipped"), test.Text("skippedreason"), e.Detail)
	}
	r.Give(e, test.Line)
	r.count(test.Text("testpillar"), demarc.Fold(status))
}

// count counts a test as the summary does.
func (r *report) count(pillar, status string) {
	pillar = demarc.Fold(pillar)
	if status == "passed" {
		r.passed[pillar]++
	}
	if status != "skipped" && status != "planned" {
		r.asked[pillar]++
	}
}

// compare holds the numbers of the summary against the tests.
func (r *report) compare() {
	summary := r.Object(r.Row.Raw("testresultsummary"))
	if summary == nil {
		return
	}
	for _, pillar := range pillars {
		folded := demarc.Fold(pillar)
		r.Compare(pillar+"Passed", summary.Text(folded+"passed"), r.passed[folded])
		r.Compare(pillar+"Total", summary.Text(folded+"total"), r.asked[folded])
	}
}
