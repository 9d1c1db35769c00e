package defender

import (
	"bytes"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/pathrow"
)

// tool is the word of data/responsibilities/tools.yaml.
const tool = "defender"

// What is wanted of a row.
const (
	idOf = iota
	nameOf
	typeOf
	titleOf
	codeOf
	causeOf
	descriptionOf
	changedOf
	severityOf
	sourceOf
	resourceOf
	nativeOf
	machineOf
	resourceNameOf
	seenOf
)

// paths are where it stands, in the spellings of all exports.
var paths = pathrow.New(
	[]string{"id", "assessmentid", "recommendationid"},
	[]string{"name", "assessmentname", "recommendationname"},
	[]string{"type"},
	[]string{"properties.displayname", "displayname", "recommendationdisplayname", "properties.metadata.displayname", "metadata.displayname"},
	[]string{"properties.status.code", "status.code", "statuscode", "state", "status"},
	[]string{"properties.status.cause", "status.cause", "statuscause", "notapplicablereason"},
	[]string{"properties.status.description", "status.description", "statusdescription"},
	[]string{"properties.status.statuschangedate", "status.statuschangedate", "statuschangedate"},
	[]string{"properties.metadata.severity", "metadata.severity", "properties.status.severity", "severity"},
	[]string{"properties.resourcedetails.source", "resourcedetails.source"},
	[]string{"properties.resourcedetails.id", "properties.resourcedetails.resourceid", "resourcedetails.id", "resourcedetails.resourceid", "resourceid"},
	[]string{"properties.resourcedetails.nativeresourceuniqueidentifier", "resourcedetails.nativeresourceuniqueidentifier", "properties.resourcedetails.nativeresourceid"},
	[]string{"properties.resourcedetails.machinename", "resourcedetails.machinename"},
	[]string{"properties.resourcedetails.resourcename", "resourcedetails.resourcename", "resourcename"},
	[]string{"exportedtimestamp", "properties.timegenerated"},
)

// decoder reads assessments. It is used by one goroutine.
type decoder struct {
	sink  source.Sink
	file  *demarc.File
	row   *pathrow.Row
	e     demarc.Evidence
	words map[string]meaning // of statuses and causes, as spelled
	key   []byte
	flat  bool // all rows are assessments, whatever they lack
}

func newDecoder(sink source.Sink, file *demarc.File) *decoder {
	return &decoder{sink: sink, file: file, row: paths.NewRow(), words: map[string]meaning{}}
}

// Decode reads a row of a JSON file, false when it is no assessment.
func (d *decoder) Decode(r jsonrows.Row) bool {
	err := d.row.JSON(r)
	if !d.isOwn() {
		return false
	}
	if err != nil {
		d.note(demarc.NoteSkipped, err.Error())
		return true
	}
	d.give()
	return true
}

// DecodeFields reads a line of a table, false when it is no assessment.
func (d *decoder) DecodeFields(header, fields []string, line int) bool {
	d.row.Fields(header, fields, line)
	if !d.isOwn() {
		return false
	}
	d.give()
	return true
}

// isOwn reports whether the row is an assessment: by its type, else by an id
// with the type in it.
func (d *decoder) isOwn() bool {
	if d.flat {
		return true
	}
	if typ := d.row.Bytes(typeOf); len(typ) > 0 && bytes.IndexByte(typ, '/') > 0 {
		return bytes.EqualFold(typ, []byte(assessments)) || bytes.EqualFold(typ, []byte(subassessments))
	}
	return identify(d.row.Bytes(idOf)).check != nil || d.row.Has(codeOf) && d.row.Has(nameOf) && d.row.Has(resourceOf)
}

// give makes evidence of the row.
func (d *decoder) give() {
	r := d.row
	d.e = demarc.Evidence{Tool: tool, Title: r.Sentence(titleOf), Strength: demarc.Observed, Place: d.place()}
	d.subject()
	if d.e.Check == "" {
		d.note(demarc.NoteSkipped, "an assessment without a name and an id")
		return
	}
	if !r.Valid {
		d.note(demarc.NoteMalformed, "bytes that are not UTF-8")
	}
	d.status()
	d.e.Severity, _ = demarc.ParseSeverity(r.Text(severityOf)) // a word of its own is no severity
	var known bool
	if d.e.Since, known = r.Time(changedOf); !known {
		d.note(demarc.NoteMalformed, "the date of the status is not readable")
	}
	if d.e.Observed, known = r.Time(seenOf); !known {
		d.note(demarc.NoteMalformed, "the date on which it was seen is not readable")
	}
	d.sink.Evidence(&d.e)
	if d.e.Reason == demarc.Exempt {
		d.except()
	}
}

// status says what the status means.
func (d *decoder) status() {
	code, cause := d.row.Text(codeOf), d.row.Text(causeOf)
	m := d.meaning(code, cause)
	d.e.Outcome, d.e.Reason = m.outcome, m.reason
	if m.outcome != demarc.Pass {
		d.e.Detail = d.row.Sentences(causeOf, descriptionOf)
	}
	if m.problem == "" {
		return
	}
	d.note(m.kind, m.problem)
	if d.e.Detail == "" {
		d.e.Detail = code
	}
}

// meaning finds the meaning of a status and its cause, once per spelling.
func (d *decoder) meaning(code, cause string) meaning {
	d.key = append(append(append(d.key[:0], code...), 0), cause...)
	m, ok := d.words[string(d.key)]
	if !ok {
		const most = 1 << 12 // a file may hold anything
		m = meaningOf(code, cause)
		if len(d.words) < most {
			d.words[string(d.key)] = m
		}
	}
	return m
}

// except tells that somebody took the resource out of the check.
func (d *decoder) except() {
	id := d.row.Text(idOf)
	d.sink.Statement(source.Statement{Kind: "defender-exemption", ID: id, Place: d.e.Place, Content: demarc.Exception{
		ID: id, Tool: tool, Check: d.e.Check, Scope: d.e.Subject.ID, Reason: d.e.Detail, From: d.e.Since, Place: d.e.Place}})
}

func (d *decoder) place() demarc.Place { return demarc.Place{File: d.file, Line: d.row.Line} }

func (d *decoder) note(kind demarc.NoteKind, message string) {
	d.sink.Note(demarc.Note{Kind: kind, Place: d.place(), Message: message, Count: 1})
}
