// Package checkov reads what Checkov writes as JSON: a report for each kind of
// source that it scanned, alone or in a list. Code that it quotes is never
// kept.
package checkov

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/finding"
)

// Format is the format of Checkov's reports.
var Format = source.Format{
	Name:   "checkov",
	Title:  "Checkov: reports of checkov -o json",
	Detect: detect,
	Read:   read,
}

const tool = "checkov"

// noReason is what Checkov writes where nobody gave a reason.
const noReason = "No comment provided"

func detect(h source.Head) bool {
	j := h.JSON()
	return j.Kind != 0 && !j.Table && (j.Has("check_type", "results") || j.Has("passed", "failed", "checkov_version"))
}

const none = source.Refusal("no finding: Checkov found nothing to check")

func read(ctx context.Context, in *source.Input, sink source.Sink) error {
	return finding.Read(ctx, in, sink, none, func(r *finding.Report) func(finding.Object, int) {
		r.Tool = tool
		return func(o finding.Object, line int) {
			if o["results"] != nil {
				(&report{r, o.Text("check_type")}).read(o, line)
			}
		}
	})
}

// report is what Checkov wrote of one kind of source.
type report struct {
	*finding.Report
	kind string // "terraform", "arm", "secrets"
}

// lists are the lists of a report, by what the checks in them came to.
var lists = [...]struct{ name, count, word string }{
	{"passed_checks", "passed", "PASSED"}, {"failed_checks", "failed", "FAILED"}, {"skipped_checks", "skipped", "SKIPPED"},
	{"unknown_checks", "", "UNKNOWN"},
}

func (r *report) read(o finding.Object, line int) {
	results, summary := o.In("results"), o.In("summary")
	for _, list := range lists {
		found := results.List(list.name)
		r.Objects(found, func(o finding.Object, line int) { r.check(o, list.word, line) })
		r.compare(summary.Text(list.count), list.count, len(found), results[list.name] != nil, line)
	}
	errors := results.List("parsing_errors")
	for _, raw := range errors {
		r.Note(demarc.NoteSkipped, r.Line(raw), "Checkov could not read "+finding.Cut(finding.First(finding.Text(raw), "a file")))
	}
	r.compare(summary.Text("parsing_errors"), "files that could not be read", len(errors), results["parsing_errors"] != nil, line)
}

// compare holds the report's own totals against its lists. A list that is
// absent was left out on purpose.
func (r *report) compare(total, word string, found int, listed bool, line int) {
	n, err := strconv.Atoi(total)
	switch {
	case err != nil || n == found:
	case !listed:
		r.Note(demarc.NoteIncomplete, line, fmt.Sprintf("Checkov counts %d %s and lists none of them (%s)", n, word, r.kind))
	default:
		r.Note(demarc.NoteConflict, line, fmt.Sprintf("Checkov counts %d %s and lists %d (%s)", n, word, found, r.kind))
	}
}

// check reads one check of one resource.
func (r *report) check(o finding.Object, word string, line int) {
	e := &demarc.Evidence{
		Subject: r.subject(o), Check: o.Text("check_id"), Title: o.Text("check_name"),
		Severity: finding.Severity(finding.First(o.Text("severity"), o.Text("vulnerability_details", "severity"))),
	}
	if e.Check == "" {
		r.Note(demarc.NoteSkipped, line, "a check without an id")
		return
	}
	e.Detail = where(o)
	result := finding.First(o.Text("check_result", "result"), word)
	switch demarc.Fold(result) {
	case "passed":
		e.Outcome = demarc.Pass
	case "failed":
		e.Outcome = demarc.Fail
		e.Since = r.At(line, o.Text("vulnerability_details", "published_date"))
	case "skipped":
		reason := o.Text("check_result", "suppress_comment")
		if reason == noReason {
			reason = ""
		}
		e.Detail = finding.Words("skipped", finding.Join(finding.First(reason, "no reason"), e.Detail))
		if reason != "" {
			r.Except(e, reason, line)
			return
		}
		e.Reason = demarc.Exempt // and nobody accepted anything
	default:
		if demarc.Fold(result) != "unknown" {
			r.Note(demarc.NoteMalformed, line, "an unknown result: "+finding.Cut(result))
		}
		e.Reason, e.Detail = demarc.NotAssessed, finding.Words(result, e.Detail)
	}
	r.Give(e, line)
}

// subject is the resource that was checked. A finding of a secret names it by
// a hash of the secret, which is not kept.
func (r *report) subject(o finding.Object) demarc.Subject {
	file := fileOf(o)
	if strings.HasPrefix(r.kind, "secrets") || strings.HasPrefix(o.Text("check_id"), "CKV_SECRET_") {
		return finding.File(file)
	}
	for _, name := range [...]string{o.Text("resource_address"), o.Text("resource")} {
		if about, ok := finding.Named(name); ok {
			return about
		}
	}
	if kind, name, ok := strings.Cut(o.Text("resource"), "."); ok && (r.kind == "kubernetes" || r.kind == "helm" || r.kind == "kustomize") {
		return demarc.Subject{Type: "kubernetes/" + kind, Name: name}
	}
	return finding.File(file)
}

// where is the place in the sources.
func where(o finding.Object) string {
	var from, to string
	if lines := o.List("file_line_range"); len(lines) == 2 {
		from, to = finding.Text(lines[0]), finding.Text(lines[1])
	}
	return finding.Lines(fileOf(o), from, to)
}

// fileOf is the path of the file in what was scanned.
func fileOf(o finding.Object) string {
	return strings.TrimPrefix(finding.First(o.Text("repo_file_path"), o.Text("file_path")), "/")
}
