// Package trivy reads what Trivy writes as JSON: of sources, images, machines
// and clusters. Secrets that it found are never kept, and neither is code.
package trivy

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/finding"
)

// Format is the format of Trivy's reports.
var Format = source.Format{
	Name:   "trivy",
	Title:  "Trivy: reports of trivy --format json",
	Detect: detect,
	Read:   read,
}

const tool = "trivy"

func detect(h source.Head) bool {
	j := h.JSON()
	if j.Kind == 0 || j.Table {
		return false
	}
	return j.Has("schemaversion") && j.HasAny("artifactname", "artifacttype", "results") || j.Has("artifactname", "results") || j.Has("clustername") && j.HasAny("resources", "findings", "vulnerabilities", "misconfigurations") ||
		j.Has("target") && j.HasAny("vulnerabilities", "misconfigurations", "misconfsummary")
}

const none = source.Refusal("no finding: Trivy lists none, and what it does not list is not shown to be right (write with --include-non-failures)")

func read(ctx context.Context, in *source.Input, sink source.Sink) error {
	return finding.Read(ctx, in, sink, none, func(r *finding.Report) func(finding.Object, int) {
		r.Tool = tool
		return func(o finding.Object, line int) { readReport(r, o, line) }
	})
}

func readReport(r *finding.Report, o finding.Object, line int) {
	scan := scan{Report: r, observed: r.At(line, o.Text("createdat"))}
	name := o.Text("artifactname")
	switch o.Text("artifacttype") {
	case "container_image":
		scan.about = demarc.Subject{Type: "container/image", Name: name}
	case "vm":
		scan.about = demarc.Subject{Type: "machine/image", Name: name}
	}
	switch {
	case o["results"] != nil:
		r.Objects(o.List("results"), scan.target)
	case o["target"] != nil: // versions without a schema wrote targets only
		scan.target(o, line)
	default: // of a cluster; the lists are those of all versions
		for _, list := range [...]string{"resources", "findings", "vulnerabilities", "misconfigurations"} {
			r.Objects(o.List(list), scan.resource)
		}
	}
}

// scan is one run of Trivy over one thing.
type scan struct {
	*finding.Report
	observed time.Time
	about    demarc.Subject // zero where targets are files
}

// resource reads a resource of a cluster.
func (s scan) resource(o finding.Object, _ int) {
	name := o.Text("name")
	if space := o.Text("namespace"); space != "" {
		name = space + "/" + name
	}
	s.about = demarc.Subject{Type: "kubernetes/" + finding.First(o.Text("kind"), "resource"), Name: name}
	s.Objects(o.List("results"), s.target)
}

// target reads what was found in one file or layer.
func (s scan) target(o finding.Object, line int) {
	t := target{scan: s, name: o.Text("target")}
	t.Objects(o.List("misconfigurations"), t.misconfiguration)
	t.Objects(o.List("vulnerabilities"), t.vulnerability)
	t.Objects(o.List("secrets"), t.secret)
	t.Objects(o.List("licenses"), t.licence)
	for _, list := range [...]string{"modifiedfindings", "experimentalmodifiedfindings"} {
		t.Objects(o.List(list), t.modified)
	}
	t.compare(o.In("misconfsummary"), line)
	s.Objects(o.List("results"), s.target) // reports of compliance nest
}

// target is a file or layer while it is read.
type target struct {
	scan
	name           string
	passed, failed int
}

// compare holds Trivy's own totals against what it lists. It leaves out what
// passed unless it is told otherwise.
func (t *target) compare(summary finding.Object, line int) {
	for _, c := range [...]struct {
		member, word string
		found        int
	}{{"successes", "passed", t.passed}, {"failures", "failed", t.failed}} {
		n, err := strconv.Atoi(summary.Text(c.member))
		switch {
		case err != nil || n == c.found:
		case c.found == 0 && c.member == "successes":
			t.Note(demarc.NoteRead, line, fmt.Sprintf("Trivy counts %d checks that passed and lists none of them (--include-non-failures lists them)", n))
		default:
			t.Note(demarc.NoteConflict, line, fmt.Sprintf("Trivy counts %d checks that %s and lists %d", n, c.word, c.found))
		}
	}
}

// evidence begins a piece of evidence about what was scanned.
func (t *target) evidence(o finding.Object, check string) *demarc.Evidence {
	e := &demarc.Evidence{
		Subject: t.about, Check: check, Title: o.Text("title"), Severity: finding.Severity(o.Text("severity")), Observed: t.observed,
		Detail: finding.Lines(t.name, o.Text("startline"), o.Text("endline")),
	}
	switch {
	case e.Subject != demarc.Subject{}:
	case finding.IsID(t.name):
		e.Subject.ID = t.name
	default:
		e.Subject = finding.File(t.name)
	}
	return e
}

// give gives a finding with what it came to. One without an id is a note.
func (t *target) give(e *demarc.Evidence, outcome demarc.Outcome, line int) {
	if e.Check == "" {
		t.Note(demarc.NoteSkipped, line, "a finding without an id")
		return
	}
	e.Outcome = outcome
	t.Give(e, line)
}

// misconfigured begins the evidence of a check of a configuration.
func (t *target) misconfigured(o finding.Object) *demarc.Evidence {
	e := t.evidence(o, finding.TrivyID(finding.First(o.Text("avdid"), o.Text("id"))))
	cause := o.In("causemetadata")
	if about, ok := finding.Named(cause.Text("resource")); ok {
		e.Subject = about
	}
	e.Detail = finding.Join(o.Text("message"), finding.Lines(t.name, cause.Text("startline"), cause.Text("endline")))
	return e
}

func (t *target) misconfiguration(o finding.Object, line int) {
	e := t.misconfigured(o)
	switch status := o.Text("status"); {
	case e.Check == "":
		t.give(e, demarc.OutcomeUnknown, line)
	case status == "PASS":
		t.passed++
		t.give(e, demarc.Pass, line)
	case status == "FAIL", status == "": // versions without a status listed failures only
		t.failed++
		t.give(e, demarc.Fail, line)
	case status == "EXCEPTION":
		t.Except(e, "", line)
	default:
		t.Note(demarc.NoteMalformed, line, "an unknown status: "+finding.Cut(status))
		e.Reason, e.Detail = demarc.NotAssessed, finding.Words(status, e.Detail)
		t.give(e, demarc.OutcomeUnknown, line)
	}
}

// vulnerable begins the evidence of a vulnerability of a package.
func (t *target) vulnerable(o finding.Object) *demarc.Evidence {
	e := t.evidence(o, o.Text("vulnerabilityid"))
	e.Detail = o.Text("pkgname") + " " + o.Text("installedversion")
	if fixed := o.Text("fixedversion"); fixed != "" {
		e.Detail += ", fixed in " + fixed
	}
	e.Detail = finding.Join(e.Detail, t.name)
	return e
}

func (t *target) vulnerability(o finding.Object, line int) {
	e := t.vulnerable(o)
	e.Since = t.At(line, o.Text("publisheddate"))
	t.give(e, demarc.Fail, line)
}

// secret reads where a secret was found, and nothing of what it is.
func (t *target) secret(o finding.Object, line int) {
	t.give(t.evidence(o, o.Text("ruleid")), demarc.Fail, line)
}

// licence reads a licence. Whether it is allowed is not for Trivy to say.
func (t *target) licence(o finding.Object, line int) {
	e := t.evidence(o, "license:"+o.Text("name"))
	e.Title, e.Detail = o.Text("name"), finding.Join(o.Text("category")+": "+o.Text("pkgname"), t.name)
	e.Reason = demarc.NotAssessed
	t.give(e, demarc.OutcomeUnknown, line)
}

// modifications are the words of statements about vulnerabilities.
var modifications = map[string]bool{"unknown": true, "not_affected": true, "affected": true, "fixed": true, "under_investigation": true}

// modified reads a finding that an ignore file or a statement of a publisher
// took off the list. Only the first is an exception; what somebody says about
// a vulnerability needs evidence of its own.
func (t *target) modified(o finding.Object, line int) {
	inner := o.In("finding")
	e := t.evidence(inner, inner.Text("ruleid"))
	switch o.Text("type") {
	case "vulnerability":
		e = t.vulnerable(inner)
	case "misconfiguration":
		e = t.misconfigured(inner)
	case "license":
		e.Check = "license:" + inner.Text("name")
	}
	if e.Check == "" {
		t.Note(demarc.NoteSkipped, line, "a finding without an id")
		return
	}
	status, statement := o.Text("status"), o.Text("statement")
	e.Detail = finding.Words(status, finding.Join(finding.First(statement, "no reason"), e.Detail))
	if status == "ignored" {
		t.Except(e, statement, line)
		return
	}
	if !modifications[status] {
		t.Note(demarc.NoteMalformed, line, "an unknown status: "+finding.Cut(finding.First(status, "none")))
	}
	e.Reason = demarc.NotAssessed
	t.give(e, demarc.OutcomeUnknown, line)
}
