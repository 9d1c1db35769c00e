// Package sarif reads results in the Static Analysis Results Interchange Format
// 2.1.0, of any tool: Checkov, Trivy, KICS, PSRule, TFLint, Semgrep. A result
// is evidence; a rule without a result says nothing, and neither does a run
// without results. Code that results quote is never kept.
package sarif

import (
	"context"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/finding"
)

// Format is the format of SARIF logs.
var Format = source.Format{
	Name:   "sarif",
	Title:  "SARIF 2.1.0: Checkov, Trivy, KICS, PSRule, TFLint, Semgrep and others (JSON)",
	Detect: detect,
	Read:   read,
}

func detect(h source.Head) bool {
	j := h.JSON()
	runs, ok := j.Members["runs"]
	if j.Kind != '{' || !ok || runs.Kind != '[' && runs.Kind != 'n' {
		return false
	}
	return j.Members["version"].Kind == '"' || h.Mentions(`"driver"`) // the version may stand behind what the head shows
}

const none = source.Refusal("no finding: a SARIF log whose runs list no result, and what no rule reports is not shown to be right")

func read(ctx context.Context, in *source.Input, sink source.Sink) error {
	return finding.Read(ctx, in, sink, none, func(r *finding.Report) func(finding.Object, int) {
		return func(o finding.Object, line int) { readLog(r, o, line) }
	})
}

func readLog(r *finding.Report, o finding.Object, line int) {
	if version := o.Text("version"); version != "2.1.0" {
		r.Note(demarc.NoteSkipped, line, "a SARIF log of version "+finding.Cut(finding.First(version, "unknown"))+": 2.1.0 can be read")
		return
	}
	r.Objects(o.List("runs"), func(o finding.Object, line int) {
		t := &run{Report: r, Object: o, line: line}
		t.read()
	})
}

// run is one run of a tool while it is read.
type run struct {
	*finding.Report
	finding.Object
	line     int
	broken   bool // its results are mistakes that the tool met, not findings
	rules    rules
	observed time.Time
	// What results share and refer to by its place.
	artifacts, locations [][]byte
}

func (t *run) read() {
	name := t.Text("tool", "driver", "name")
	t.Tool, t.broken = toolOf(name)
	t.rules = rulesOf(t.In("tool"))
	t.artifacts, t.locations = t.List("artifacts"), t.List("logicallocations")
	t.invocations(name)
	if files := t.List("externalpropertyfilereferences", "results"); len(files) > 0 {
		t.incomplete(t.line, name+" wrote its results to other files")
	}
	if string(t.Object["results"]) == "null" { // section 3.14.23 of the standard: the scan could not begin
		t.incomplete(t.line, "a run of "+name+" that could not begin")
	}
	t.Objects(t.List("results"), t.result)
}

func (t *run) incomplete(line int, message string) {
	t.Note(demarc.NoteIncomplete, line, message)
	t.Sink.Incomplete(demarc.Incomplete{Place: t.Place(line), Message: message})
}

// invocations reads when the run ended, and whether it ended well.
func (t *run) invocations(name string) {
	t.Objects(t.List("invocations"), func(o finding.Object, line int) {
		if at := t.At(line, o.Text("endtimeutc"), o.Text("starttimeutc")); at.After(t.observed) {
			t.observed = at
		}
		if o.Text("executionsuccessful") == "false" {
			t.incomplete(line, "a run of "+name+" did not end well, as it says itself: findings may be absent")
		}
	})
}

// result reads one result.
func (t *run) result(o finding.Object, line int) {
	ru := t.rules.of(o)
	check := finding.First(t.checkOf(o, ru), ru.id)
	if check == "" {
		t.Note(demarc.NoteSkipped, line, "a result that names no rule")
		return
	}
	place := t.placeOf(o)
	message := t.message(o, ru)
	if ru.secret || isSecret(t.Tool, check, o) {
		message = "" // tools quote what they found
	}
	e := &demarc.Evidence{
		Subject: place.subject, Check: check, Title: ru.title, Detail: finding.Join(message, place.where), Severity: severityOf(o, ru),
		Observed: t.observed,
		Since:    t.At(line, o.Text("provenance", "firstdetectiontimeutc")),
	}
	if last := t.At(line, o.Text("provenance", "lastdetectiontimeutc")); e.Observed.IsZero() {
		e.Observed = last
	}
	t.outcome(e, o, line)
	if e.Outcome != demarc.Fail {
		e.Severity, e.Since = ru.severity(), time.Time{}
	}
	t.give(e, o, line)
}

// baselines are the states of results that are there still.
// See section 3.27.24 of https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
var baselines = map[string]bool{"": true, "new": true, "unchanged": true, "updated": true}

// outcome reads the kind of a result, and whether it is there still.
func (t *run) outcome(e *demarc.Evidence, o finding.Object, line int) {
	kind := finding.First(o.Text("kind"), "fail")
	unknown := func(words string) {
		e.Outcome, e.Reason, e.Detail = demarc.OutcomeUnknown, demarc.NotAssessed, finding.Words(words, e.Detail)
	}
	switch {
	case t.broken:
		unknown("the tool met a mistake")
	case o.Text("baselinestate") == "absent":
		unknown("no longer there")
	case !baselines[o.Text("baselinestate")]:
		t.Note(demarc.NoteMalformed, line, "an unknown state against the baseline: "+finding.Cut(o.Text("baselinestate")))
		unknown(o.Text("baselinestate"))
	case kind == "fail":
		e.Outcome = demarc.Fail
	case kind == "pass":
		e.Outcome = demarc.Pass
	case kind == "notApplicable":
		e.Outcome = demarc.OutcomeNotApplicable
	case kind == "open", kind == "review", kind == "informational", kind == "none": // none is what PSRule writes of a rule that it did not run
		unknown(kind)
	default:
		t.Note(demarc.NoteMalformed, line, "an unknown kind of result: "+finding.Cut(kind))
		unknown(kind)
	}
}

// give gives a result. It is suppressed when all of its suppressions are
// accepted, which is what one without a status is.
// See section 3.27.23 of https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
func (t *run) give(e *demarc.Evidence, o finding.Object, line int) {
	list := o.List("suppressions")
	reason, pending := "", ""
	t.Objects(list, func(s finding.Object, line int) {
		reason = finding.First(reason, s.Text("justification"))
		switch status := finding.First(s.Text("status"), "accepted"); status {
		case "accepted":
		default:
			t.Note(demarc.NoteMalformed, line, "an unknown status of a suppression: "+finding.Cut(status))
			fallthrough
		case "underReview", "rejected":
			pending = finding.Cut(status)
		}
	})
	switch {
	case len(list) > 0 && pending == "" && e.Outcome == demarc.Fail:
		t.Except(e, reason, line)
	case pending != "":
		e.Detail = finding.Words("suppression "+pending, e.Detail)
		fallthrough
	default:
		t.Give(e, line)
	}
}
