package parquet

import (
	"iter"

	"github.com/demarc-dev/demarc"
)

// piece is a row of the table of evidence.
type piece struct {
	ID               string   `parquet:"id"`                                            // hash of what it says and where it was read
	Subject          string   `parquet:"subject,optional,dict"`                         // resources.id, scopes.id or the name of a workload that it is about; null for the whole organisation
	Scope            string   `parquet:"scope,optional,dict"`                           // id of the scope that it is about; null for others
	Subscription     string   `parquet:"subscription,optional,dict"`                    // subscription that the subject is or lies in; null where there is none
	Name             string   `parquet:"name,optional,dict"`                            // something nested in the subject, or a person; null for none
	Tool             string   `parquet:"tool,dict"`                                     // who looked
	Check            string   `parquet:"check,dict"`                                    // the tool's own id of what it looked at
	Title            string   `parquet:"title,optional,dict"`                           // the tool's own words for the check
	File             string   `parquet:"file,optional,dict"`                            // file that it was read from
	Line             int32    `parquet:"line,optional"`                                 // line in the file; null when that is not known
	Outcome          string   `parquet:"outcome,dict"`                                  // pass, fail, not-applicable, or unknown: the tool could not tell
	Reason           string   `parquet:"reason,optional,dict"`                          // of an unknown outcome; null for all others
	Detail           string   `parquet:"detail,optional,dict"`                          // what the tool says about this subject
	Severity         string   `parquet:"severity,dict"`                                 // low, medium, high, critical or unknown
	Strength         string   `parquet:"strength,dict"`                                 // what stands behind it: claim, attested or observed
	By               string   `parquet:"by,optional,dict"`                              // who attests; null for a tool
	Observed         int64    `parquet:"observed,optional,timestamp(microsecond)"`      // when it was seen; null when neither the record nor its run says
	Since            int64    `parquet:"since,optional,timestamp(microsecond)"`         // when the thing that fails began; null when that is not known
	Expires          int64    `parquet:"expires,optional,timestamp(microsecond)"`       // until when it counts; null when only its age ends it
	AmountDays       *float64 `parquet:"amountDays,optional"`                           // where a length of time was observed: how long; null where none was
	Responsibilities []string `parquet:"responsibilities,list" parquet-element:",dict"` // responsibilities.id that the check says something about
	Count            int32    `parquet:"count"`                                         // how often the very same was read
}

// check is a row of the table of checks.
type check struct {
	ID               string   `parquet:"id"`                                            // hash of what was checked, by what, and what came of it
	Definition       string   `parquet:"definition,dict"`                               // what was checked
	Resource         string   `parquet:"resource,optional,dict"`                        // resources.id or scopes.id that it is about; null for the whole organisation
	Scope            string   `parquet:"scope,optional,dict"`                           // id of the scope that it is about; null for others
	Subscription     string   `parquet:"subscription,optional,dict"`                    // subscription that the subject is or lies in; null where there is none
	Verdict          string   `parquet:"verdict,dict"`                                  // compliant, non-compliant, not-applicable or unknown
	Reason           string   `parquet:"reason,optional,dict"`                          // why it is unknown; null for all others
	Tool             string   `parquet:"tool,dict"`                                     // whose definition it is
	Title            string   `parquet:"title,optional,dict"`                           // of the definition
	Name             string   `parquet:"name,optional,dict"`                            // something nested in the subject, or a person; null for none
	Assignment       string   `parquet:"assignment,optional,dict"`                      // what puts the definition in force; null for none
	Detail           string   `parquet:"detail,optional,dict"`                          // what decided, in words
	Observed         int32    `parquet:"observed,optional,date"`                        // day of what was read; null when nobody says
	File             string   `parquet:"file,optional,dict"`                            // file that the subject was read from
	Line             int32    `parquet:"line,optional"`                                 // line in the file; null when that is not known
	Responsibilities []string `parquet:"responsibilities,list" parquet-element:",dict"` // responsibilities.id that the check says something about
}

// evidence is what was imported, ordered by subject, check and time. Pieces that
// are the same to the last word and place are one row.
func evidence(a *demarc.Assessment) iter.Seq[*piece] {
	return func(yield func(*piece) bool) {
		var last demarc.AssessedEvidence
		var row *piece
		for e := range listed(a.Evidence) {
			if row != nil && e.ID == last.ID && e.Evidence == last.Evidence {
				row.Count++
				continue
			}
			if row != nil && !yield(row) {
				return
			}
			last, row = *e, pieceOf(e)
		}
		if row != nil {
			yield(row)
		}
	}
}

// checks are the results of what was computed here, ordered by subject and
// definition, equal ones once.
func checks(a *demarc.Assessment) iter.Seq[*check] {
	return func(yield func(*check) bool) {
		last := ""
		for e := range listed(a.Checks) {
			if e.ID == last {
				continue
			}
			last = e.ID
			if !yield(checkOf(e)) {
				return
			}
		}
	}
}

// listed are the pieces of a list, which may be nil.
func listed(list demarc.EvidenceList) iter.Seq[*demarc.AssessedEvidence] {
	return func(yield func(*demarc.AssessedEvidence) bool) {
		if list == nil {
			return
		}
		for i := range list.Len() {
			e := list.At(i)
			if !yield(&e) {
				return
			}
		}
	}
}

func pieceOf(e *demarc.AssessedEvidence) *piece {
	return &piece{ID: e.ID, Subject: text(e.Subject.ID), Scope: scopeID(e.About), Subscription: subscriptionAround(e), Name: text(e.Subject.Name),
		Tool: text(e.Tool), Check: text(e.Check), Title: text(e.Title), File: file(e.Place), Line: int32(e.Place.Line), Outcome: e.Outcome.String(),
		Reason: string(e.Reason), Detail: text(e.Detail), Severity: e.Severity.String(), Strength: e.Strength.String(), By: text(e.By),
		Observed: moment(e.Observed), Since: moment(e.Since), Expires: moment(e.Expires), AmountDays: partsOfDays(e.Amount),
		Responsibilities: e.Responsibilities, Count: 1}
}

func checkOf(e *demarc.AssessedEvidence) *check {
	return &check{ID: e.ID, Definition: text(e.Check), Resource: text(e.Subject.ID), Scope: scopeID(e.About), Subscription: subscriptionAround(e),
		Verdict: demarc.CheckVerdictOf(e.Outcome).String(), Reason: string(e.Reason), Tool: text(e.Tool), Title: text(e.Title), Name: text(e.Subject.Name),
		Assignment: text(e.By), Detail: text(e.Detail), Observed: day(e.Observed), File: file(e.Place), Line: int32(e.Place.Line),
		Responsibilities: e.Responsibilities}
}

// subscriptionAround is the subscription of what a piece of evidence is about.
func subscriptionAround(e *demarc.AssessedEvidence) string {
	if e.Resource != nil {
		return subscriptionOf(e.Resource.Scope)
	}
	return subscriptionOf(e.About)
}
