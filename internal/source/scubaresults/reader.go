// Package scubaresults reads what ScubaGear found out about a Microsoft 365
// tenant: its report, ScubaResults.json of the schemas 1.4 to 1.8, with the
// tenant, the day and the settings that it collected, and the bare answers of
// its rules, TestResults.json, which tell neither. Each control becomes one
// piece of evidence about the service that its policy is for; what a person
// left out becomes an exception. The policies that SHALL be kept are of high
// severity, those that SHOULD be of medium.
//
// See https://github.com/cisagov/ScubaGear.
package scubaresults

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
	"github.com/demarc-dev/demarc/internal/source/licence"
	"github.com/demarc-dev/demarc/internal/source/moment"
	"github.com/demarc-dev/demarc/internal/source/scubagear"
	"github.com/demarc-dev/demarc/internal/source/tenantreport"
)

// Tool is the word for ScubaGear in data/responsibilities/tools.yaml.
const Tool = "scubagear"

// Omission is the kind of the statement that a person left out a policy.
const Omission = "exception"

// New makes the format of ScubaGear's reports. What service plans bring is
// told by the catalogue.
func New(knowledge licence.Knowledge) source.Format {
	return source.Format{
		Name:   "scubagear-results",
		Title:  "ScubaGear report: ScubaResults.json, with the TestResults.json of the same run",
		Detect: detect,
		Read: func(ctx context.Context, in *source.Input, sink source.Sink) error {
			known, err := knowledge()
			if err != nil {
				return err
			}
			services := licence.NewServices(known)
			err = tenantreport.Read(ctx, in, sink, Tool, func(r *tenantreport.Reader) func() {
				return (&report{Reader: r, services: services}).read
			})
			services.Give(sink, in.File)
			return err
		},
		Parts: parts,
	}
}

func detect(h source.Head) bool {
	m := h.JSON().Members
	return m["metadata"].Kind == '{' && m["summary"].Kind == '{' && (m["results"].Kind == '{' || m["annotatedfailedpolicies"].Kind == '{')
}

// words are what ScubaGear writes as the result of a control. A warning is a
// policy that SHOULD be kept and is not.
var words = map[string]tenantreport.Meaning{
	"pass":                         {Outcome: demarc.Pass},
	"fail":                         {Outcome: demarc.Fail},
	"warning":                      {Outcome: demarc.Fail},
	"n/a":                          {Reason: demarc.NotAssessed},
	"-":                            {Reason: demarc.NotAssessed}, // a policy that was deleted
	"no events found":              {Reason: demarc.NotAssessed},
	"error":                        {Reason: demarc.NotCollected},
	"error - test results missing": {Reason: demarc.NotCollected},
	"omitted":                      {Reason: demarc.Exempt},
	"incorrect result":             {Reason: demarc.NotAssessed}, // a person disputes what the tool found
}

// report is one report while it is read.
type report struct {
	*tenantreport.Reader
	services *licence.Services
	tenant   tenantreport.Tenant
	omitted  map[string]omission // by id of the policy, of the settings
}

// omission is why and how long a policy is left out.
type omission struct{ rationale, expiration string }

// read reads the report at hand.
func (r *report) read() {
	head := r.Object(r.Row.Raw("metadata"))
	if head == nil {
		r.Note(demarc.NoteSkipped, "a report without the details of its run (MetaData)")
		return
	}
	r.tenant = tenantreport.NewTenant(head.Text("tenantid"), head.Text("displayname", "domainname"))
	if r.tenant.ID == "" {
		r.Note(demarc.NoteMalformed, "the report does not say which tenant was asked")
	}
	r.tenant.Give(r.Sink, r.Place())
	r.Observed = r.Moment(head, "timestampzulu")
	r.settings()
	counts := map[string]map[string]int{}
	r.Members(r.Row.Raw("results"), func(product string, groups []byte) {
		counts[demarc.Fold(product)] = r.product(product, groups)
	})
	r.compare(counts)
}

// settings reads the settings in the report: which services the tenant has,
// and what was to be left out.
func (r *report) settings() {
	r.omitted = map[string]omission{}
	raw := r.Object(r.Row.Raw("raw"))
	if raw == nil {
		return
	}
	scubagear.Settings(&graphrow.Reader{Sink: r.Sink, File: r.File, Row: raw}, r.services, r.tenant.ID)
	config := r.Object(raw.Raw("scubaconfig"))
	if config == nil {
		return
	}
	r.Members(config.Raw("omitpolicy"), func(policy string, value []byte) {
		if o := r.Object(value); o != nil {
			r.omitted[demarc.Fold(policy)] = omission{o.Text("rationale"), o.Text("expiration")}
		}
	})
}

// product reads the groups of controls of a product and counts the results.
func (r *report) product(product string, groups []byte) map[string]int {
	counts, judged := map[string]int{}, false
	r.Each(groups, "a group of controls", func(group *graphrow.Row) {
		r.Each(group.Raw("controls"), "a control", func(control *graphrow.Row) {
			outcome := r.control(control)
			judged = judged || outcome != demarc.OutcomeUnknown
			counts[summaryKey(control.Text("result"))]++
		})
	})
	if service := scubagear.Service(product); judged && service != "" {
		r.services.Add(r.tenant.ID, service, r.Row.Line)
	}
	return counts
}

// control reads one control.
func (r *report) control(c *graphrow.Row) demarc.Outcome {
	id, result := c.Text("controlid"), c.Text("result")
	if id == "" {
		r.NoteAt(c.Line, demarc.NoteSkipped, "a control without an id")
		return demarc.OutcomeUnknown
	}
	said := r.Mean(words, result, c.Line)
	if said.Reason == demarc.NotCollected {
		said.Reason = tenantreport.Why(c.Text("details"), said.Reason)
	}
	e := demarc.Evidence{
		Subject: r.tenant.Subject(serviceOf(id)), Check: id, Title: tenantreport.Plain(c.Text("requirement")),
		Outcome: said.Outcome, Reason: said.Reason, Severity: severity(c.Text("criticality")),
		Detail: tenantreport.Join(c.Text("criticality"), undecided(said, result), c.Text("details"), disputed(c)),
	}
	r.Give(e, c.Line)
	if said.Reason == demarc.Exempt {
		r.exception(c, id)
	}
	return said.Outcome
}

// undecided is the word for a result that decides nothing.
func undecided(said tenantreport.Meaning, result string) string {
	if said.Outcome != demarc.OutcomeUnknown {
		return ""
	}
	return result
}

// disputed says what ScubaGear found where a person calls that wrong.
func disputed(c *graphrow.Row) string {
	if found := c.Text("incorrectresult"); found != "" && !demarc.EqualFold(found, "N/A") {
		return "ScubaGear found " + found
	}
	return ""
}

// exception gives the exception of a policy that a person left out.
func (r *report) exception(c *graphrow.Row, id string) {
	o := r.omitted[demarc.Fold(id)]
	if o.rationale == "" {
		o.rationale = strings.Join(c.Texts("comments"), " ")
	}
	if o.rationale == "" {
		o.rationale = c.Text("details")
	}
	if o.expiration == "" {
		o.expiration = c.Text("resolutiondate", "omissionexpirationdate")
	}
	x := demarc.Exception{
		Tool: Tool, Check: id, Scope: source.TenantID(r.tenant.ID), Reason: tenantreport.Plain(o.rationale), Place: demarc.Place{File: r.File, Line: c.Line},
	}
	if o.expiration != "" && !demarc.EqualFold(o.expiration, "N/A") {
		day, ok := moment.Parse(o.expiration)
		if !ok {
			r.NoteAt(c.Line, demarc.NoteMalformed, "the end of an omission is no day: "+tenantreport.Plain(o.expiration))
		}
		x.Expires = day
	}
	said := source.Statement{Kind: Omission, ID: id, Place: x.Place}
	if x.Scope != "" { // what nobody says the reach of reaches nothing
		said.Content = x
	}
	r.Sink.Statement(said)
}

// compare holds the numbers of the summary against the controls.
func (r *report) compare(counts map[string]map[string]int) {
	r.Members(r.Row.Raw("summary"), func(product string, value []byte) {
		said := r.Object(value)
		rows, ok := counts[demarc.Fold(product)]
		if said == nil || !ok {
			return
		}
		for _, key := range [...]string{"Passes", "Failures", "Warnings", "Errors", "Omits", "IncorrectResults"} {
			r.Compare(product+" "+key, said.Text(demarc.Fold(key)), rows[key])
		}
		if text := said.Text("manual"); text != "" { // of newer versions those under a condition apart
			conditional, _ := strconv.Atoi(said.Text("conditional"))
			if manual, err := strconv.Atoi(text); err == nil {
				r.Compare(product+" Manual", strconv.Itoa(manual+conditional), rows["Manual"])
			}
		}
	})
}

// summaryKeys are where the summary counts a result.
var summaryKeys = map[string]string{
	"pass": "Passes", "fail": "Failures", "warning": "Warnings", "n/a": "Manual", "omitted": "Omits", "incorrect result": "IncorrectResults",
	"error": "Errors", "error - test results missing": "Errors",
}

func summaryKey(result string) string { return summaryKeys[demarc.Fold(result)] }

// serviceOf is the type of the service that a policy is for, by its id such as
// MS.EXO.4.1v2; "" for those of the tenant as a whole.
func serviceOf(id string) string {
	pieces := strings.Split(id, ".")
	if len(pieces) < 2 || !slices.Contains([]string{"ms", "cisa"}, demarc.Fold(pieces[0])) {
		return ""
	}
	return scubagear.Service(pieces[1])
}

// severity tells what SHALL be from what SHOULD be.
func severity(criticality string) demarc.Severity {
	word, _, _ := strings.Cut(criticality, "/")
	switch demarc.Fold(word) {
	case "shall":
		return demarc.High
	case "should":
		return demarc.Medium
	}
	return demarc.UnknownSeverity
}
