// Package sarif writes a gate as a SARIF 2.1.0 log, the form in which code
// hosts show findings beside the lines that cause them. Every unmet
// responsibility that a change touches is a result; a rule is a responsibility.
package sarif

import (
	"fmt"
	"io"
	"net/url"
	"path"
	"path/filepath"
	"strings"

	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/wire/sarif"
)

// fingerprint names how results are recognised again; another way of working
// it out needs another version.
const fingerprint = "demarcResponsibility/v1"

// WriteGate writes the log. The version is that of the program.
func WriteGate(w io.Writer, g *report.Gate, version string) error {
	l := &log{gate: g, index: map[string]int{}}
	l.rules()
	for i := range g.Findings {
		if f := &g.Findings[i]; f.Status == "unmet" || f.Fails {
			l.results = append(l.results, l.result(f))
		}
	}
	run := sarif.Run{
		Tool:       sarif.Tool{Driver: sarif.Component{Name: "Demarc", Version: version, InformationURI: "https://github.com/demarc-dev/demarc", Rules: l.list}},
		Automation: &sarif.Automation{ID: "demarc/gate/"}, Results: l.results, Column: "unicodeCodePoints",
		Properties: map[string]any{"summary": g.Headline() + "; " + g.Moves(), "passed": g.Passed, "failOn": g.FailOn},
	}
	b, err := json.Marshal(sarif.Log{Schema: sarif.Schema, Version: sarif.Version, Runs: []sarif.Run{run}},
		json.Multiline(), json.WithIndent("  "), json.Deterministic())
	if err != nil {
		return fmt.Errorf("write sarif: %w", err)
	}
	_, err = w.Write(append(b, '\n'))
	return err
}

// log is a log in the making.
type log struct {
	gate    *report.Gate
	index   map[string]int
	list    []sarif.Rule
	results []sarif.Result
}

// rules takes the responsibilities that results are about.
func (l *log) rules() {
	named := map[string]bool{}
	for i := range l.gate.Findings {
		if f := &l.gate.Findings[i]; f.Status == "unmet" || f.Fails {
			named[f.Responsibility] = true
		}
	}
	for i := range l.gate.Tasks {
		if t := &l.gate.Tasks[i]; named[t.ID] {
			l.index[t.ID] = len(l.list)
			l.list = append(l.list, rule(t))
		}
	}
}

// levels are the levels of the standard, and the numbers by which GitHub sorts
// what concerns security.
var levels = map[string]struct{ level, score string }{
	"critical": {"error", "9.5"}, "high": {"error", "8.0"}, "medium": {"warning", "5.5"}, "low": {"note", "2.0"},
}

func levelOf(severity string) string {
	if l, ok := levels[severity]; ok {
		return l.level
	}
	return "note"
}

func rule(t *report.GateTask) sarif.Rule {
	title := report.Visible(t.Title)
	r := sarif.Rule{ID: t.ID, Name: t.ID, ShortDescription: &sarif.Message{Text: title}, FullDescription: &sarif.Message{Text: report.Visible(t.Text)},
		Help: &sarif.Message{Text: helpText(t), Markdown: helpMarkdown(t)}, Configuration: &sarif.Configuration{Level: levelOf(t.Severity)}}
	properties := map[string]any{"tags": append([]string{"security", t.Area}, t.Controls...)}
	if l, ok := levels[t.Severity]; ok {
		properties["security-severity"] = l.score
	}
	if report.WebAddress(t.Source) {
		r.HelpURI = t.Source
	}
	r.Properties = properties
	return r
}

func helpText(t *report.GateTask) string {
	lines := []string{t.Text, "Done when: " + t.DoneWhen}
	if t.Disproved != "" {
		lines = append(lines, "Disproved by: "+t.Disproved)
	}
	if t.Source != "" {
		lines = append(lines, "Source: "+t.Source)
	}
	return report.Visible(strings.Join(lines, " "))
}

func helpMarkdown(t *report.GateTask) string {
	lines := []string{report.MarkdownText(t.Text), "**Done when:** " + report.MarkdownText(t.DoneWhen)}
	if t.Disproved != "" {
		lines = append(lines, "**Disproved by:** "+report.MarkdownText(t.Disproved))
	}
	if len(t.Controls) > 0 {
		lines = append(lines, "**Controls:** "+report.MarkdownText(strings.Join(t.Controls, ", ")))
	}
	if t.Source != "" {
		lines = append(lines, report.MarkdownLink("Source", t.Source))
	}
	return strings.Join(lines, "\n\n")
}

func (l *log) result(f *report.GateFinding) sarif.Result {
	r := sarif.Result{RuleID: f.Responsibility, RuleIndex: l.index[f.Responsibility], Level: levelOf(f.Severity),
		Message: sarif.Message{Text: report.Visible(message(f))}, Locations: []sarif.Location{l.location(f)}, Properties: properties(f)}
	if f.Status != "unmet" { // nobody can tell: the standard wants no level then
		r.Kind, r.Level = "open", "none"
	}
	if f.Fingerprint != "" {
		r.Fingerprints = map[string]string{fingerprint: f.Fingerprint}
	}
	switch f.Move {
	case "still-unmet", "as-before":
		r.BaselineState = "unchanged"
	case "newly-unknown":
		r.BaselineState = "updated"
	default:
		r.BaselineState = "new"
	}
	if f.New {
		r.BaselineState = "new"
	}
	if f.Accepted {
		s := sarif.Suppression{Kind: "external", Status: "accepted"}
		if f.Exception != nil {
			s.Justification = report.Visible(f.Exception.Reason)
		}
		r.Suppressions = []sarif.Suppression{s}
	}
	return r
}

func properties(f *report.GateFinding) map[string]any {
	p := map[string]any{"status": f.Status, "move": f.Move, "severity": f.Severity, "level": f.Level}
	for name, value := range map[string]string{"owner": f.Owner, "reason": f.Reason, "resourceType": f.Resource.Type, "change": f.Resource.Change} {
		if value != "" {
			p[name] = value
		}
	}
	return p
}

func message(f *report.GateFinding) string {
	text := f.Title + " (" + f.Responsibility + ") is " + f.Status + " at " + f.Subject
	if f.Why != "" {
		text += ": " + f.Why
	}
	if f.Owner != "" {
		return text + ". Owner: " + f.Owner
	}
	return text + ". Nobody owns it by name"
}

// location is where the resource is written, else the change as a whole: code
// hosts refuse results without a file.
func (l *log) location(f *report.GateFinding) sarif.Location {
	where := sarif.Location{}
	file := f.File
	if file == "" && len(l.gate.Change.Files) > 0 {
		file = l.gate.Change.Files[0]
	}
	if file != "" {
		where.Physical = &sarif.Physical{Artifact: sarif.Artifact{URI: uri(file)}}
		if f.Line > 0 {
			where.Physical.Region = &sarif.Region{StartLine: f.Line}
		}
	}
	if f.Resource.ID != "" {
		where.Logical = append(where.Logical, sarif.Logical{Name: report.Visible(f.Subject), FullyQualifiedName: f.Resource.ID, Kind: "resource"})
	}
	if f.Resource.Address != "" {
		where.Logical = append(where.Logical, sarif.Logical{FullyQualifiedName: f.Resource.Address, Kind: "declaration"})
	}
	return where
}

// uri is a path as a reference: relative to where the program ran, or absolute.
func uri(file string) string {
	file = path.Clean(filepath.ToSlash(file))
	u := url.URL{Path: file}
	switch {
	case file == "-":
		return "stdin"
	case strings.HasPrefix(file, "/"):
		u.Scheme = "file"
	case len(file) > 1 && file[1] == ':': // a drive of Windows
		u.Scheme, u.Path = "file", "/"+file
	}
	return u.String()
}
