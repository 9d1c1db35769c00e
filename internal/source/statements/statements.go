// Package statements reads and writes the files in which people put down what
// no tool can see: that they looked and it is so (attestations), that
// something unmet is accepted for a while (exceptions), and which report of a
// provider is on file (assurances). The files lie in the folder statements of
// an estate. One entry that is wrong is lost with a note and harms no other.
package statements

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
)

// Tool is the word under which attestations stand as evidence.
const Tool = "attestation"

// The lists of a file.
const (
	attestations = "attestations"
	exceptions   = "exceptions"
	assurances   = "assurances"
)

// Entry is one thing that somebody says: an [Attestation], an [Exception] or
// an [Assurance].
type Entry interface {
	// Problem says why the entry cannot stand, "" when it can.
	Problem() string
	list() string
	members() []member
}

// member is one key of an entry as it is written to a file. A member without
// texts is left out.
type member struct {
	key   string
	texts []string
	many  bool // a list, even of one
	day   bool
}

// Attestation is the word of a person who looked.
type Attestation struct {
	Responsibility string
	// Scope is the id of a resource or scope, the name of a workload, or "" for
	// the whole estate.
	Scope     string
	Outcome   demarc.Outcome // of these: pass, fail, not applicable
	Said      string         // a word for the outcome that nobody knows: then it is unknown
	Statement string
	By        string
	Observed  time.Time
	Expires   time.Time // zero when only its age ends it
	Evidence  string    // where what proves it lies
}

// Exception is an acceptance of something unmet.
type Exception struct {
	Responsibility string
	Scope          string // as that of an attestation
	Reason         string
	Approver       string
	Owner          string    // who bears the risk meanwhile, "" when nobody says
	From           time.Time // zero when it holds from the beginning
	Expires        time.Time
}

// Assurance is a report or certificate of a provider.
type Assurance demarc.Assurance

func (a Attestation) list() string { return attestations }
func (x Exception) list() string   { return exceptions }
func (a Assurance) list() string   { return assurances }

// Problem says why the attestation cannot stand, "" when it can.
func (a Attestation) Problem() string {
	switch {
	case blank(a.Responsibility):
		return "an attestation without a responsibility"
	case blank(a.By):
		return "an attestation without a name: it needs by"
	case a.Said == "" && a.Outcome != demarc.Pass && a.Outcome != demarc.Fail && a.Outcome != demarc.OutcomeNotApplicable:
		return "an attestation without an outcome: pass, fail or not-applicable"
	case a.Observed.IsZero():
		return "an attestation without the day on which somebody looked: it needs observed"
	case !a.Expires.IsZero() && a.Expires.Before(a.Observed):
		return "an attestation that expires before it was observed"
	}
	return ""
}

// Strange says what in the attestation nobody understands, "" for nothing. It
// stands all the same, so that no older one speaks in its place.
func (a Attestation) Strange() string {
	if a.Said == "" {
		return ""
	}
	return fmt.Sprintf("an outcome that nobody knows: %.40q; write pass, fail or not-applicable", a.Said)
}

// Problem says why the exception cannot stand, "" when it can.
func (x Exception) Problem() string {
	switch {
	case blank(x.Responsibility):
		return "an exception without a responsibility"
	case blank(x.Reason):
		return "an exception without a reason"
	case blank(x.Approver):
		return "an exception without an approver"
	case demarc.EqualFold(strings.TrimSpace(x.Approver), strings.TrimSpace(x.Owner)):
		return "an exception whose approver is its owner: somebody else must approve it"
	case x.Expires.IsZero():
		return "an exception without an end: it needs expires"
	case x.Expires.Before(x.From):
		return "an exception that expires before it begins"
	}
	return ""
}

// Problem says why the assurance cannot stand, "" when it can.
func (a Assurance) Problem() string {
	switch {
	case blank(a.Party):
		return "an assurance without a party"
	case blank(a.Kind):
		return "an assurance without a kind, such as SOC 2 Type 2"
	case a.Until.IsZero() && a.Expires.IsZero():
		return "an assurance without an end: it needs until or expires"
	case !a.Until.IsZero() && a.Until.Before(a.From), !a.Expires.IsZero() && a.Expires.Before(a.From):
		return "an assurance that ends before it begins"
	}
	return ""
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// At is the attestation as evidence. Its subject holds the scope in ID, a
// workload's name included; no subject at all is the whole estate.
func (a Attestation) At(place demarc.Place) *demarc.Evidence {
	detail := a.Statement
	if a.Evidence != "" {
		detail = strings.TrimSpace(detail + " (see " + a.Evidence + ")")
	}
	e := &demarc.Evidence{
		Subject: demarc.Subject{ID: a.Scope}, Tool: Tool, Check: a.Responsibility, Outcome: a.Outcome, Detail: detail,
		Strength: demarc.Attested, By: a.By, Observed: a.Observed, Expires: a.Expires, Place: place,
	}
	if a.Said != "" {
		e.Outcome, e.Reason, e.Detail = demarc.OutcomeUnknown, demarc.NotAssessed, strings.TrimSuffix(a.Said+": "+detail, ": ")
	}
	return e
}

// At is the exception as the assessment reads it.
func (x Exception) At(place demarc.Place) demarc.Exception {
	return demarc.Exception{
		Responsibility: x.Responsibility, Scope: x.Scope, Reason: x.Reason, Approver: x.Approver, Owner: x.Owner,
		From: x.From, Expires: x.Expires, Place: place,
	}
}

// At is the assurance as the assessment reads it.
func (a Assurance) At(place demarc.Place) demarc.Assurance {
	a.Place = place
	return demarc.Assurance(a)
}

func (a Attestation) members() []member {
	return []member{
		text("responsibility", a.Responsibility), text("scope", a.Scope), text("outcome", cmp.Or(a.Said, a.Outcome.String())),
		text("statement", a.Statement), text("by", a.By), day("observed", a.Observed), day("expires", a.Expires),
		text("evidence", a.Evidence),
	}
}

func (x Exception) members() []member {
	return []member{
		text("responsibility", x.Responsibility), text("scope", x.Scope), text("reason", x.Reason),
		text("approver", x.Approver), text("owner", x.Owner), day("from", x.From), day("expires", x.Expires),
	}
}

func (a Assurance) members() []member {
	return []member{
		text("id", a.ID), text("party", a.Party), text("kind", a.Kind), text("cloud", a.Cloud),
		list("services", a.Services), list("responsibilities", a.Responsibilities),
		day("from", a.From), day("until", a.Until), day("expires", a.Expires), text("document", a.Document),
	}
}

func text(key, value string) member {
	if value = strings.TrimSpace(value); value == "" {
		return member{key: key}
	}
	return member{key: key, texts: []string{value}}
}

func list(key string, values []string) member {
	m := member{key: key, many: true}
	for _, value := range values {
		m.texts = append(m.texts, strings.TrimSpace(value))
	}
	return m
}

func day(key string, t time.Time) member {
	if t.IsZero() {
		return member{key: key}
	}
	return member{key: key, texts: []string{t.UTC().Format(time.DateOnly)}, day: true}
}
