// Package azurechecklist reads what the graph queries of the Azure review
// checklists found: for each query the resources that it names, and whether
// they comply. The script that writes it is checklist_graph.sh of
// https://github.com/Azure/review-checklists.
package azurechecklist

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/scope"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsontree"
	"github.com/demarc-dev/demarc/internal/source/moment"
)

// tool is the word of data/responsibilities/tools.yaml.
const tool = "azure-checklist"

// Format is the format of the results.
var Format = source.Format{
	Name:   "azure-checklist",
	Title:  "Azure review checklists: results of the graph queries (JSON)",
	Detect: detect,
	Read:   read,
}

func detect(h source.Head) bool {
	members := h.JSON().Members
	return members["metadata"].Kind == '{' && members["checks"].Kind == '['
}

// reader reads one file.
type reader struct {
	sink source.Sink
	file *demarc.File
	at   time.Time
}

func read(_ context.Context, in *source.Input, sink source.Sink) error {
	document, err := jsontree.Read(in)
	if err != nil {
		return err
	}
	r := reader{sink: sink, file: in.File}
	r.at = r.moment(document.Get("metadata").Get("timestamp"))
	checks := document.Get("checks")
	if !checks.Is('[') {
		return fmt.Errorf("no list of checks")
	}
	if len(checks.Elements) == 0 {
		return source.Refusal("results of an Azure review checklist, and not one of them: no query found a resource")
	}
	for _, check := range checks.Elements {
		r.check(check)
	}
	return nil
}

// check makes evidence of one result.
func (r *reader) check(n *jsontree.Node) {
	if !n.Is('{') {
		r.note(n, demarc.NoteSkipped, "not an object")
		return
	}
	e := demarc.Evidence{Tool: tool, Check: strings.TrimSpace(n.Get("guid").String()), Strength: demarc.Observed, Observed: r.at,
		Subject: demarc.Subject{ID: strings.TrimSpace(n.Get("id").String())}, Place: demarc.Place{File: r.file, Line: n.Line}}
	word := n.Get("compliant")
	switch compliant := strings.ToLower(word.String()); {
	case compliant == "true" || word.Is('t'):
		e.Outcome = demarc.Pass
	case compliant == "false" || word.Is('f'):
		e.Outcome = demarc.Fail
	default:
		e.Reason, e.Detail = demarc.NotAssessed, compliant
		if compliant != "undefined" {
			r.note(n, demarc.NoteMalformed, "an answer that is neither true nor false: "+compliant)
		}
	}
	if e.Subject.ID == "" && e.Check == "" {
		r.note(n, demarc.NoteSkipped, "neither a check nor a resource")
		return
	}
	r.mend(n, &e)
	r.sink.Evidence(&e)
}

// mend tells results in which a shell took lines for one text: then the row
// has the ids of all checks, and the resource's id goes on with the answer of
// the query. Which check it is of cannot be told any more.
func (r *reader) mend(n *jsontree.Node, e *demarc.Evidence) {
	if !scope.IsGUID(e.Check) {
		e.Outcome, e.Reason = demarc.OutcomeUnknown, demarc.NotAssessed
		r.note(n, demarc.NoteMalformed, "the result does not tell which check it is of")
		e.Check = ""
	}
	id, answer, two := strings.Cut(e.Subject.ID, " ")
	if two && (answer == "0" || answer == "1" || answer == "None") {
		e.Subject.ID = id
		e.Detail += "; " + answer
		e.Outcome, e.Reason = demarc.OutcomeUnknown, demarc.NotAssessed
	}
	if e.Subject.ID == "None" || e.Subject.ID == "" {
		e.Subject.ID = ""
		r.note(n, demarc.NoteMalformed, "the result does not tell of which resource it is")
	}
}

// zones are the names of time zones that have one meaning, in hours east.
var zones = map[string]int{"UTC": 0, "GMT": 0, "Z": 0, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "EDT": -4, "PDT": -7, "PST": -8, "JST": 9}

// moment reads what the command `date` writes, in English.
func (r *reader) moment(n *jsontree.Node) time.Time {
	text := n.String()
	if text == "" {
		return time.Time{}
	}
	if at, ok := moment.Parse(text); ok {
		return at
	}
	at, err := time.Parse(time.UnixDate, text)
	if err != nil {
		r.note(n, demarc.NoteMalformed, "the time of the run is not readable: "+text)
		return time.Time{}
	}
	name, _ := at.Zone()
	at = time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, time.UTC)
	hours, known := zones[name]
	if !known {
		r.note(n, demarc.NoteRead, "the time of the run is taken as UTC: its zone "+name+" has several meanings")
	}
	return at.Add(-time.Duration(hours) * time.Hour)
}

func (r *reader) note(n *jsontree.Node, kind demarc.NoteKind, message string) {
	line := 1
	if n != nil {
		line = n.Line
	}
	r.sink.Note(demarc.Note{Kind: kind, Place: demarc.Place{File: r.file, Line: line}, Message: message, Count: 1})
}
