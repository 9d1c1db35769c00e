// Package ocsf reads findings in the Open Cybersecurity Schema Framework as
// JSON: in lists or one a line, as Prowler and other scanners of clouds write
// them. A finding about several resources is an observation of each. Events
// that are no findings are noted.
package ocsf

import (
	"context"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/finding"
)

// Format is the format of findings in OCSF.
var Format = source.Format{
	Name:   "ocsf",
	Title:  "OCSF findings: Prowler and other scanners (JSON, versions 1.0 to 1.5)",
	Detect: detect,
	Read:   read,
}

// findings are the numbers of the classes of findings.
// See https://schema.ocsf.io/categories/findings
var findings = map[string]string{
	"2001": "security finding", "2002": "vulnerability finding", "2003": "compliance finding", "2004": "detection finding",
	"2006": "data security finding", "2007": "application security posture finding",
}

func detect(h source.Head) bool {
	j := h.JSON()
	return j.Kind != 0 && !j.Table && j.Has("metadata") && j.Has("class_uid") && j.HasAny("finding_info", "finding", "type_uid", "severity_id")
}

const none = source.Refusal("no finding: a list of OCSF events that is empty")

func read(ctx context.Context, in *source.Input, sink source.Sink) error {
	return finding.Read(ctx, in, sink, none, func(r *finding.Report) func(finding.Object, int) {
		return reader{r}.finding
	})
}

type reader struct{ *finding.Report }

// finding reads one event.
func (r reader) finding(o finding.Object, line int) {
	if findings[o.Text("class_uid")] == "" {
		r.Note(demarc.NoteSkipped, line, "an event that is not a finding: class "+finding.First(o.Text("class_name"), o.Text("class_uid"), "unknown"))
		return
	}
	r.Tool = toolOf(o)
	info := o.In("finding_info")
	if len(info) == 0 {
		info = o.In("finding") // in 1.0
	}
	checks := []string{finding.First(o.Text("metadata", "event_code"), info.Text("analytic", "uid"), o.Text("compliance", "control"), info.Text("title"))}
	vulnerabilities := o.List("vulnerabilities")
	if len(vulnerabilities) > 0 {
		checks = nil
	}
	r.Objects(vulnerabilities, func(v finding.Object, line int) {
		checks = append(checks, finding.First(v.Text("cve", "uid"), v.Text("cve_uid"), v.Text("title"), "unnamed"))
	})
	if len(checks) == 1 && checks[0] == "" {
		r.Note(demarc.NoteSkipped, line, "a finding that does not say what was checked")
		return
	}
	c := r.checked(o, info, line)
	for _, check := range checks {
		c.Evidence.Check = check
		for _, about := range r.subjects(o, line) {
			c.Evidence.Subject = about
			one := c
			r.Answer(&one, line)
		}
	}
}

// toolOf is the word of the product that found it.
func toolOf(o finding.Object) string {
	name := finding.First(o.Text("metadata", "product", "name"), o.Text("metadata", "product", "vendor_name"), "ocsf")
	return strings.Join(strings.Fields(demarc.Fold(name)), "-")
}

// checked reads what all resources and vulnerabilities of a finding share.
func (r reader) checked(o, info finding.Object, line int) finding.Checked {
	c := finding.Checked{
		Status: statusOf(o), Muted: o.Text("status_id") == "3" || demarc.EqualFold(o.Text("status"), "Suppressed"),
		Reason: o.Text("comment"),
		Detail: finding.First(o.Text("status_detail"), o.Text("message"), strings.Join(o.Texts("compliance", "status_details"), "; ")),
	}
	c.Evidence = demarc.Evidence{
		Title: info.Text("title"), Severity: severityOf(o),
		// The number is in UTC; the text beside it may lack its zone.
		Observed: r.At(line, o.Text("time"), o.Text("time_dt"), o.Text("event_time"), info.Text("last_seen_time"), info.Text("last_seen_time_dt")),
		Since:    r.At(line, info.Text("first_seen_time"), info.Text("first_seen_time_dt")),
	}
	return c
}

// statusOf is the word for what came out: the product's own, else that of the
// schema. What lists vulnerabilities lists what is open, until it is resolved.
func statusOf(o finding.Object) string {
	word := finding.First(o.Text("status_code"), o.Text("compliance", "status"), complianceStatus[o.Text("compliance", "status_id")])
	if word != "" || len(o["vulnerabilities"]) == 0 {
		return word
	}
	switch status := o.Text("status_id"); status {
	case "", "0", "1", "2", "3": // unknown, new, in progress, suppressed
		return "FAIL"
	case "4", "5", "6", "99": // resolved, archived, deleted, other
		return "other"
	default:
		return "status_id " + status
	}
}

var complianceStatus = map[string]string{"0": "unknown", "1": "pass", "2": "warning", "3": "fail", "99": "other"}

func severityOf(o finding.Object) demarc.Severity {
	if s := finding.Severity(o.Text("severity")); s != demarc.UnknownSeverity {
		return s
	}
	words := map[string]string{"1": "informational", "2": "low", "3": "medium", "4": "high", "5": "critical", "6": "fatal"}
	return finding.Severity(words[o.Text("severity_id")])
}

// subjects are the resources of a finding; the account as a whole, or the
// device, where it names none.
func (r reader) subjects(o finding.Object, line int) []demarc.Subject {
	where := finding.Where{
		Provider: o.Text("cloud", "provider"), Account: finding.First(o.Text("cloud", "account", "uid"), o.Text("cloud", "account_uid")),
		Named:  o.Text("cloud", "account", "name"),
		Tenant: finding.First(o.Text("cloud", "org", "uid"), o.Text("metadata", "tenant_uid")), Directory: o.Text("cloud", "org", "name"),
	}
	list := o.List("resources")
	if one := o["resource"]; len(list) == 0 && len(one) > 0 && one[0] == '{' {
		list = append(list, one)
	}
	var all []demarc.Subject
	r.Objects(list, func(resource finding.Object, line int) {
		w := where
		w.ID, w.Name, w.Type = resource.Text("uid"), resource.Text("name"), resource.Text("type")
		w.Service = finding.First(resource.Text("group", "name"), resource.Text("group_name"))
		all = append(all, r.About(w, line))
	})
	if host := finding.First(o.Text("device", "hostname"), o.Text("device", "name")); len(all) == 0 && host != "" {
		return []demarc.Subject{{Host: host}}
	}
	if len(all) == 0 {
		all = append(all, r.About(where, line))
	}
	return all
}
