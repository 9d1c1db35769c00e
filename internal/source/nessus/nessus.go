// Package nessus reads what the scanners of Tenable found on machines: the
// .nessus file of a scan, and the tables that Nessus, Tenable Vulnerability
// Management and Tenable Security Center export. Each open finding is one piece
// of evidence: of a missing patch, or of another weakness. A machine on which
// nothing is open gives one that says so, but only where the scan could look
// inside.
//
// The settings of a scan, in which credentials may stand, are never read, and
// neither is what a plugin printed but for the line that says whether the scan
// had credentials and on which day it began.
package nessus

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
)

// Tool is the word under which the evidence stands.
const Tool = "nessus"

// The checks.
const (
	Patches         = "patches"
	Vulnerabilities = "vulnerabilities"
)

// Format is the format of scans.
var Format = source.Format{
	Name:   "nessus",
	Title:  "Nessus and Tenable scans (.nessus, CSV)",
	Detect: func(h source.Head) bool { return isXML(h) || isTable(h) },
	Read: func(ctx context.Context, in *source.Input, sink source.Sink) error {
		if isXML(in.Head) {
			return readXML(ctx, in, sink)
		}
		return readTable(ctx, in, sink)
	},
}

// finding is one row that is open.
type finding struct {
	plugin, name, cve string
	patch             bool
	strange           string // a risk that nobody knows
	severity          demarc.Severity
	since, observed   time.Time
	line              int
}

// host is a machine of a scan, and what the scan says about itself there.
type host struct {
	name, system string
	line         int
	observed     time.Time
	credentials  answer
	blind        bool // patches could not be looked for in spite of credentials
	cut          bool // the scan of the machine did not end
	informative  int
	findings     []finding
}

// answer is yes, no, or nothing said.
type answer uint8

const (
	unsaid answer = iota
	yes
	no
)

// record is a row before anybody knows what it means.
type record struct {
	finding
	family, risk, output string
	published, first     time.Time // of the patch; when it was first found
	weakness             time.Time // when the weakness became known
	compliance           bool
	fixed                bool
}

// The plugins that speak about the scan itself.
const (
	scanInformation     = "19506"
	assessmentFailed    = "21745"
	assessmentNotThere  = "117886"
	complianceFamily    = "policy compliance"
	localChecks         = "local security checks"
	microsoftBulletins  = "windows : microsoft bulletins"
	longestText         = 200 // of a finding's name
	informativeFindings = "informational findings: no evidence that anything fails"
)

// advisory matches the names of plugins that look for one missing patch: a
// Microsoft bulletin or knowledge base article in front, or the id of a
// distribution's advisory at the end.
var advisory = regexp.MustCompile(`^(KB\d{6,}|MS\d\d-\d{3})\b|\((RHSA|RHBA|CESA|ELSA|ALAS\w*|ALSA|RLSA|USN|DSA|DLA|GLSA|FEDORA|SUSE-SU|openSUSE-SU|MDVSA|EulerOS-SA)[-:\w. ]*\)$`)

var (
	credentialed = regexp.MustCompile(`(?im)^\s*Credentialed checks\s*:\s*(yes|no)\b`)
	began        = regexp.MustCompile(`(?im)^\s*Scan Start Date\s*:\s*(\d{4}/\d{1,2}/\d{1,2})`)
)

// scan gathers the machines of a file and gives them to a sink.
type scan struct {
	sink   source.Sink
	file   *demarc.File
	hosts  []*host
	byName map[string]*host
}

func newScan(sink source.Sink, file *demarc.File) *scan {
	return &scan{sink: sink, file: file, byName: map[string]*host{}}
}

// host finds a machine by name, or begins with it.
func (s *scan) host(name string, line int) *host {
	key := demarc.Fold(name)
	if h, ok := s.byName[key]; ok {
		return h
	}
	h := &host{name: name, line: line}
	s.byName[key] = h
	s.hosts = append(s.hosts, h)
	return h
}

func (s *scan) note(kind demarc.NoteKind, line, count int, message string) {
	s.sink.Note(demarc.Note{Kind: kind, Place: demarc.Place{File: s.file, Line: line}, Message: message, Count: count})
}

// take understands a row of a machine.
func (s *scan) take(h *host, r *record) {
	h.about(r)
	severity, open, known := severityOf(r.risk)
	switch {
	case r.compliance || strings.Contains(demarc.Fold(r.family), complianceFamily):
		s.note(demarc.NoteIgnored, r.line, 1, "results of a compliance audit are not read")
	case r.fixed:
		s.note(demarc.NoteIgnored, r.line, 1, "findings that are fixed")
	case known && !open:
		h.informative++
	default:
		if !known {
			r.strange = "a risk that nobody knows: " + short(r.risk)
			s.note(demarc.NoteMalformed, r.line, 1, r.strange)
		}
		r.severity = severity
		r.patch = r.isPatch()
		r.since = r.began()
		h.findings = append(h.findings, r.finding)
	}
}

// about takes what a row says about the scan of its machine.
func (h *host) about(r *record) {
	switch r.plugin {
	case assessmentFailed, assessmentNotThere:
		h.blind = true
	case scanInformation:
		if m := credentialed.FindStringSubmatch(r.output); m != nil {
			h.credentials = no
			if strings.EqualFold(m[1], "yes") {
				h.credentials = yes
			}
		}
		if m := began.FindStringSubmatch(r.output); m != nil && h.observed.IsZero() {
			if day, err := time.Parse("2006/1/2", m[1]); err == nil {
				h.observed = day
			}
		}
	}
}

// isPatch reports whether a row tells of a patch that is missing.
func (r *record) isPatch() bool {
	family := demarc.Fold(r.family)
	return !r.published.IsZero() || family == microsoftBulletins || strings.HasSuffix(family, localChecks) || advisory.MatchString(r.name)
}

// began is when what a row tells of began: a patch is missing since it was
// published, a weakness is there since it became known.
func (r *record) began() time.Time {
	order := [...]time.Time{r.weakness, r.first, {}}
	if r.patch {
		order = [...]time.Time{r.published, r.first, {}}
	}
	for _, t := range order {
		if !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

// severityOf reads a risk. Open says that it is one at all.
func severityOf(risk string) (severity demarc.Severity, open, known bool) {
	switch demarc.Fold(strings.TrimSpace(risk)) {
	case "none", "info", "informational", "0":
		return demarc.UnknownSeverity, false, true
	case "low", "1":
		return demarc.Low, true, true
	case "medium", "moderate", "2":
		return demarc.Medium, true, true
	case "high", "3":
		return demarc.High, true, true
	case "critical", "4":
		return demarc.Critical, true, true
	}
	return demarc.UnknownSeverity, true, false
}

// give hands all machines to the sink and forgets them.
func (s *scan) give() {
	for _, h := range s.hosts {
		s.giveHost(h)
	}
	s.hosts = s.hosts[:0]
	clear(s.byName)
}

func (s *scan) giveHost(h *host) {
	patches, others := 0, 0
	for i := range h.findings {
		f := &h.findings[i]
		e := s.evidence(h, Vulnerabilities, f.line)
		if f.patch {
			e.Check = Patches
			patches++
		} else {
			others++
		}
		e.Outcome, e.Severity, e.Since = demarc.Fail, f.severity, f.since
		if e.Observed.IsZero() || !f.observed.IsZero() && f.observed.Before(e.Observed) {
			e.Observed = f.observed
		}
		e.Title = short(f.name)
		e.Detail = strings.TrimSpace("plugin " + f.plugin + " " + short(f.cve))
		if f.strange != "" {
			e.Outcome, e.Reason, e.Detail = demarc.OutcomeUnknown, demarc.NotAssessed, f.strange
		}
		s.sink.Evidence(e)
	}
	if patches == 0 {
		s.closed(h, Patches)
	}
	if others == 0 {
		s.closed(h, Vulnerabilities)
	}
	if h.informative > 0 {
		s.note(demarc.NoteIgnored, h.line, h.informative, informativeFindings)
	}
}

// closed gives what can be said of a check of which nothing is open.
func (s *scan) closed(h *host, check string) {
	e := s.evidence(h, check, h.line)
	e.Detail = short(h.system)
	e.Outcome, e.Reason = demarc.OutcomeUnknown, demarc.NotAssessed
	switch {
	case h.cut:
		e.Title = "the scan of this machine did not end"
	case h.credentials == no:
		e.Title = "scanned without credentials"
	case h.credentials == unsaid:
		e.Title = "the scan does not say whether it had credentials"
	case h.blind && check == Patches:
		e.Title = "patches could not be assessed"
	default:
		e.Title = "nothing found with credentials"
		e.Outcome, e.Reason = demarc.Pass, demarc.NoReason
	}
	s.sink.Evidence(e)
}

func (s *scan) evidence(h *host, check string, line int) *demarc.Evidence {
	return &demarc.Evidence{
		Subject: demarc.Subject{Host: h.name}, Tool: Tool, Check: check, Strength: demarc.Observed,
		Observed: h.observed, Place: demarc.Place{File: s.file, Line: line},
	}
}

// short cuts a text.
func short(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= longestText {
		return s
	}
	return strings.ToValidUTF8(s[:longestText], "") + " ..."
}
