package advisor

import (
	"bytes"
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/pathrow"
)

// tool is the word of data/responsibilities/tools.yaml.
const tool = "advisor"

// What is wanted of a row.
const (
	idOf = iota
	nameOf
	typeOf
	categoryOf
	impactOf
	kindOf
	problemOf
	solutionOf
	updatedOf
	resourceOf
	fieldOf
	valueOf
	subscriptionOf
	groupOf
	suppressedOf
	stateOf
	postponedOf
)

// paths are where it stands, in the spellings of all exports.
var paths = pathrow.New(
	[]string{"id"},
	[]string{"name", "recommendationid"},
	[]string{"type"},
	[]string{"properties.category", "category"},
	[]string{"properties.impact", "impact", "businessimpact"},
	[]string{"properties.recommendationtypeid", "recommendationtypeid"},
	[]string{"properties.shortdescription.problem", "shortdescription.problem", "shortdescriptionproblem", "problem", "recommendation"},
	[]string{"properties.shortdescription.solution", "shortdescription.solution", "shortdescriptionsolution", "solution"},
	[]string{"properties.lastupdated", "lastupdated", "updateddate"},
	[]string{"properties.resourcemetadata.resourceid", "resourcemetadata.resourceid", "resourcemetadataresourceid", "resourceid"},
	[]string{"properties.impactedfield", "impactedfield", "resourcetype"},
	[]string{"properties.impactedvalue", "impactedvalue", "resourcename"},
	[]string{"subscriptionid"},
	[]string{"resourcegroup", "resourcegroupname"},
	[]string{"properties.suppressionids", "suppressionids"},
	[]string{"properties.trackedproperties.state", "trackedproperties.state", "state", "status"},
	[]string{"properties.trackedproperties.postponedtime", "trackedproperties.postponedtime", "postponedtime"},
)

// decoder reads recommendations. It is used by one goroutine.
type decoder struct {
	sink source.Sink
	file *demarc.File
	row  *pathrow.Row
	e    demarc.Evidence
	flat bool // all rows are recommendations, whatever they lack
}

func newDecoder(sink source.Sink, file *demarc.File) *decoder {
	return &decoder{sink: sink, file: file, row: paths.NewRow()}
}

// Decode reads a row of a JSON file, false when it is no recommendation.
func (d *decoder) Decode(r jsonrows.Row) bool {
	err := d.row.JSON(r)
	if !d.isOwn() {
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

// DecodeFields reads a line of a table, false when it is no recommendation.
func (d *decoder) DecodeFields(header, fields []string, line int) bool {
	d.row.Fields(header, fields, line)
	if !d.isOwn() {
		return false
	}
	d.give()
	return true
}

func (d *decoder) isOwn() bool {
	if d.flat || d.isSuppression() || bytes.EqualFold(d.row.Bytes(typeOf), []byte(recommendations)) {
		return true
	}
	return !d.row.Has(typeOf) && d.about() != nil
}

func (d *decoder) isSuppression() bool {
	typ := d.row.Bytes(typeOf)
	return bytes.EqualFold(typ, []byte(suppressions)) || bytes.EqualFold(typ, []byte(suppressionRows))
}

// about cuts the resource out of "<resource>/providers/Microsoft.Advisor/recommendations/<name>".
func (d *decoder) about() []byte {
	id := d.row.Bytes(idOf)
	for _, word := range [...]string{"", "recommendations", "microsoft.advisor", "providers"} {
		i := bytes.LastIndexByte(id, '/')
		if i < 0 || word != "" && !bytes.EqualFold(id[i+1:], []byte(word)) {
			return nil
		}
		id = id[:i]
	}
	return id
}

// give makes evidence of the row, or a statement of a suppression, which says
// for how long a recommendation is not shown and nothing about a resource.
func (d *decoder) give() {
	r := d.row
	if d.isSuppression() {
		d.sink.Statement(source.Statement{Kind: "advisor-suppression", ID: string(r.Bytes(idOf)), Place: d.place()})
		return
	}
	d.e = demarc.Evidence{Tool: tool, Check: r.Text(kindOf), Title: r.Sentence(problemOf), Strength: demarc.Observed,
		Outcome: demarc.Fail, Severity: d.severity(), Detail: r.Sentences(categoryOf, solutionOf), Place: d.place()}
	if d.e.Check == "" {
		// The exports that leave out the kind show its title.
		d.e.Check = d.e.Title
	}
	d.e.Subject = d.subject()
	switch {
	case d.e.Check == "":
		d.note(demarc.NoteSkipped, "a recommendation without a kind and a title")
		return
	case d.e.Subject == (demarc.Subject{}):
		d.note(demarc.NoteMalformed, "a recommendation that does not say for what")
	}
	var known bool
	if d.e.Observed, known = r.Time(updatedOf); !known {
		d.note(demarc.NoteMalformed, "the date of the recommendation is not readable")
	}
	d.state()
	d.sink.Evidence(&d.e)
}

// severity is the impact, held down for what does not protect anything.
func (d *decoder) severity() demarc.Severity {
	severity, err := demarc.ParseSeverity(d.row.Text(impactOf))
	if err != nil {
		return demarc.UnknownSeverity // Advisor's other words are no severities
	}
	switch source.FoldHeader(d.row.Text(categoryOf)) {
	case "security", "highavailability", "reliability":
		return severity
	case "cost":
		return min(severity, demarc.Low)
	}
	return min(severity, demarc.Medium)
}

// subject is the resource, by its id or by what names it in the portal's list.
func (d *decoder) subject() demarc.Subject {
	r := d.row
	if id := r.Keep(r.Bytes(resourceOf)); id != "" {
		return demarc.Subject{ID: id}
	}
	if id := d.about(); len(id) > 0 {
		return demarc.Subject{ID: r.Keep(id)}
	}
	subscription, name := string(r.Bytes(subscriptionOf)), string(r.Bytes(valueOf))
	typ := string(r.Bytes(fieldOf))
	if typ == "" {
		typ = string(r.Bytes(typeOf)) // the column of the portal's list
	}
	if subscription == "" {
		if name == "" {
			return demarc.Subject{}
		}
		return demarc.Subject{ID: name, Name: name, Type: typ}
	}
	scope := "/subscriptions/" + subscription
	group := string(r.Bytes(groupOf))
	if group == "" && (name == "" || demarc.EqualFold(name, subscription) || strings.HasPrefix(demarc.Fold(typ), "subscription")) {
		return demarc.Subject{ID: scope}
	}
	if group != "" {
		scope += "/resourceGroups/" + group
	}
	// A type by its display name makes an id that no resource has, which is
	// better than to say it of the whole group.
	return demarc.Subject{ID: scope + "/providers/" + typ + "/" + name, Name: name, Type: typ, Scope: scope}
}

// state reads what somebody decided about the recommendation.
func (d *decoder) state() {
	state := d.row.Text(stateOf)
	switch folded := source.FoldHeader(state); {
	case folded == "completed":
		d.e.Outcome, d.e.Reason, d.e.Strength = demarc.OutcomeUnknown, demarc.NotAssessed, demarc.Claim
		d.e.Detail = "marked as completed by a person"
	case folded == "postponed" || folded == "dismissed" || folded == "rejected" || folded == "suppressed":
		until, known := d.row.Time(postponedOf)
		if !known { // it must not hold for ever for that
			d.note(demarc.NoteMalformed, "the date until which it is postponed is not readable: it still stands")
			return
		}
		d.except(strings.ToLower(state), until)
	case len(d.row.Raw(suppressedOf)) > 0:
		d.except("suppressed", time.Time{})
	case folded != "" && !open[folded]:
		d.e.Outcome, d.e.Reason, d.e.Detail = demarc.OutcomeUnknown, demarc.NotAssessed, "state "+state
		d.note(demarc.NoteMalformed, "a state that is not known: "+state)
	}
}

// open are the states of recommendations that still stand.
var open = map[string]bool{"pending": true, "new": true, "active": true, "inprogress": true, "approved": true, "available": true, "unresolved": true}

// except tells that somebody decided not to follow the recommendation.
func (d *decoder) except(how string, until time.Time) {
	d.e.Outcome, d.e.Reason, d.e.Detail = demarc.OutcomeUnknown, demarc.Exempt, how
	id := string(d.row.Bytes(idOf))
	d.sink.Statement(source.Statement{Kind: "advisor-suppression", ID: id, Place: d.e.Place, Content: demarc.Exception{
		ID: id, Tool: tool, Check: d.e.Check, Scope: d.e.Subject.ID, Reason: how + " in Advisor", Expires: until, Place: d.e.Place}})
}

func (d *decoder) place() demarc.Place { return demarc.Place{File: d.file, Line: d.row.Line} }

func (d *decoder) note(kind demarc.NoteKind, message string) {
	d.sink.Note(demarc.Note{Kind: kind, Place: d.place(), Message: message, Count: 1})
}
