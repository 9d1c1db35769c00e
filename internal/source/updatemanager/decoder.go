package updatemanager

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/pathrow"
)

// What is wanted of a row.
const (
	idOf = iota
	typeOf
	statusOf
	modifiedOf
	restartOf
	countsOf
	problemOf
	nameOf
	publishedOf
	classesOf
	severityOf
	articleOf
	versionOf
	stateOf
)

var paths = pathrow.New(
	[]string{"id"},
	[]string{"type"},
	[]string{"properties.status"},
	[]string{"properties.lastmodifieddatetime"},
	[]string{"properties.rebootpending"},
	[]string{"properties.availablepatchcountbyclassification"},
	[]string{"properties.errordetails.message"},
	[]string{"properties.patchname", "properties.name"},
	[]string{"properties.publisheddatetime", "properties.publisheddate"},
	[]string{"properties.classifications"},
	[]string{"properties.msrcseverity"},
	[]string{"properties.kbid"},
	[]string{"properties.version"},
	[]string{"properties.assessmentstate"},
)

// decoder reads assessments. It is used by one goroutine.
type decoder struct {
	sink source.Sink
	file *demarc.File
	row  *pathrow.Row
	sums *sums // nil when nobody adds up
}

func newDecoder(sink source.Sink, file *demarc.File, s *sums) *decoder {
	return &decoder{sink: sink, file: file, row: paths.NewRow(), sums: s}
}

// Decode reads a row of a JSON file, false when it is no assessment.
func (d *decoder) Decode(r jsonrows.Row) bool {
	err := d.row.JSON(r)
	if !isOwn(d.kind()) {
		return false
	}
	if err != nil {
		d.note(demarc.NoteSkipped, err.Error())
		return true
	}
	if !d.row.Valid {
		d.note(demarc.NoteMalformed, "bytes that are not UTF-8")
	}
	d.give()
	return true
}

// DecodeFields reads a line of a table, false when it is no assessment.
func (d *decoder) DecodeFields(header, fields []string, line int) bool {
	d.row.Fields(header, fields, line)
	if !isOwn(d.kind()) {
		return false
	}
	d.give()
	return true
}

// kind is the type of the row, folded; where it has none, as its id tells.
func (d *decoder) kind() string {
	if typ := d.row.Text(typeOf); typ != "" {
		return demarc.Fold(typ)
	}
	id := demarc.Fold(string(d.row.Bytes(idOf)))
	switch {
	case strings.Contains(id, results+"/") && strings.Contains(id, "/softwarepatches/"):
		return updates
	case strings.Contains(id, results+"/"):
		return results
	}
	return ""
}

func (d *decoder) give() {
	kind, id := d.kind(), d.row.Bytes(idOf)
	at := bytes.Index(bytes.ToLower(id), []byte(results+"/"))
	switch {
	case strings.Contains(kind, installed):
		d.note(demarc.NoteIgnored, "what was installed says nothing about what is open")
	case at <= 0:
		d.note(demarc.NoteSkipped, "an assessment without a machine")
	case strings.HasSuffix(kind, "/softwarepatches"):
		d.update(d.evidence(d.row.Keep(id[:at])))
	default:
		d.machine(d.evidence(d.row.Keep(id[:at])))
	}
}

func (d *decoder) evidence(machine string) *demarc.Evidence {
	e := &demarc.Evidence{
		Subject: demarc.Subject{ID: machine}, Tool: Tool, Check: Patches, Strength: demarc.Observed,
		Place: demarc.Place{File: d.file, Line: d.row.Line},
	}
	var known bool
	if e.Observed, known = d.row.Time(modifiedOf); !known {
		d.note(demarc.NoteMalformed, "the day of the assessment is not readable")
	}
	return e
}

// update gives an update that is open.
func (d *decoder) update(e *demarc.Evidence) {
	if state := source.FoldHeader(d.row.Text(stateOf)); state == "installed" {
		d.note(demarc.NoteIgnored, "updates that are installed")
		return
	}
	e.Outcome = demarc.Fail
	e.Title, e.Detail = d.row.Sentence(nameOf), d.detail()
	e.Severity = d.severity()
	e.Since, _ = d.row.Time(publishedOf)
	if d.sums != nil {
		d.sums.open(e.Subject.ID)
	}
	d.sink.Evidence(e)
}

func (d *decoder) detail() string {
	article := d.row.Text(articleOf)
	if article != "" && strings.Trim(article, "0123456789") == "" {
		article = "KB" + article
	}
	return strings.Join(strings.Fields(strings.Join(d.row.Texts(classesOf), ", ")+" "+article+" "+d.row.Text(versionOf)), " ")
}

// msrc are the severities of Microsoft's security response center.
var msrc = map[string]demarc.Severity{
	"critical": demarc.Critical, "important": demarc.High, "moderate": demarc.Medium, "low": demarc.Low,
}

// severity is that of the response center, else what the class of the update
// says: packages of Linux have no other.
func (d *decoder) severity() demarc.Severity {
	if s, ok := msrc[demarc.Fold(d.row.Text(severityOf))]; ok {
		return s
	}
	severity := demarc.UnknownSeverity
	for _, class := range d.row.Texts(classesOf) {
		switch demarc.Fold(class) {
		case "critical":
			severity = max(severity, demarc.Critical)
		case "security":
			severity = max(severity, demarc.High)
		default:
			severity = max(severity, demarc.Low)
		}
	}
	return severity
}

// machine gives the assessment of a machine as a whole.
func (d *decoder) machine(e *demarc.Evidence) {
	status := d.row.Text(statusOf)
	total, counted := d.total()
	e.Outcome, e.Reason = demarc.OutcomeUnknown, demarc.NotAssessed
	switch source.FoldHeader(status) {
	case "succeeded", "completedwithwarnings", "completed", "":
	case "failed", "inprogress", "unknown", "notstarted":
		e.Detail = d.row.Sentences(statusOf, problemOf)
		d.sink.Evidence(e)
		return
	default:
		d.note(demarc.NoteMalformed, "a status that nobody knows: "+status)
		e.Detail = status
		d.sink.Evidence(e)
		return
	}
	restart := string(d.row.Bytes(restartOf)) == "true"
	switch {
	case !counted:
		e.Detail = "the numbers of open updates are not there"
		d.sink.Evidence(e)
	case total == 0 && restart:
		e.Outcome, e.Reason, e.Detail = demarc.Fail, demarc.NoReason, "installed updates wait for a restart"
		d.sink.Evidence(e)
	case d.sums != nil:
		d.sums.machine(e, total)
	case total == 0:
		e.Outcome, e.Reason, e.Detail = demarc.Pass, demarc.NoReason, "no update is open"
		d.sink.Evidence(e)
	default:
		d.note(demarc.NoteIgnored, "numbers of updates that are listed one by one")
	}
}

// total adds the numbers of open updates of all classes.
func (d *decoder) total() (total int, counted bool) {
	counts, ok := numbers(d.row.Raw(countsOf))
	for _, n := range counts {
		total += n
	}
	return total, ok
}

func (d *decoder) note(kind demarc.NoteKind, message string) {
	d.sink.Note(demarc.Note{Kind: kind, Place: demarc.Place{File: d.file, Line: d.row.Line}, Message: message, Count: 1})
}

func some(n int) string {
	if n == 1 {
		return "1 update is open"
	}
	return fmt.Sprintf("%d updates are open", n)
}
