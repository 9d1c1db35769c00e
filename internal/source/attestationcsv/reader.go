// Package attestationcsv reads attestations that people keep in a table: one
// row for each responsibility somebody looked at, with who looked and when. A
// row means what the same entry in a file of statements means.
package attestationcsv

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
	"github.com/demarc-dev/demarc/internal/source/moment"
	"github.com/demarc-dev/demarc/internal/source/statements"
)

// Format is the format of attestations in a table.
var Format = source.Format{
	Name:   "attestation-csv",
	Title:  "Attestations of people: responsibility, scope, outcome, by, observed, expires (CSV)",
	Detect: detect,
	Read:   read,
}

// The headers by which each column is known, folded.
var (
	responsibility = []string{"responsibility", "responsibilityid", "task"}
	scope          = []string{"scope", "resourceid", "resource", "workload", "host"}
	outcome        = []string{"outcome", "result", "status", "answer"}
	statement      = []string{"statement", "comment", "note", "notes", "text"}
	by             = []string{"by", "attestedby", "attestor", "reviewer", "person", "name"}
	observed       = []string{"observed", "observedon", "attestedon", "attested", "reviewed", "date", "day", "asof"}
	expires        = []string{"expires", "expireson", "expiry", "expirydate", "validuntil"}
	evidence       = []string{"evidence", "evidencelink", "link", "document"}
)

// detect wants a responsibility, and a column for who looked or when.
func detect(h source.Head) bool {
	c := h.CSV()
	has := func(names []string) bool { return slices.ContainsFunc(names, func(n string) bool { return c.Has(n) }) }
	return has(responsibility[:2]) && has(by) && has(observed)
}

func read(ctx context.Context, in *source.Input, sink source.Sink) error {
	_, err := graphrow.Table(ctx, in, sink, func(r *graphrow.Reader) func() {
		return func() { row(r) }
	})
	return err
}

// row reads the row at hand.
func row(r *graphrow.Reader) {
	a := statements.Attestation{
		Responsibility: r.Row.Text(responsibility...), Scope: r.Row.Text(scope...), Statement: r.Row.Text(statement...),
		By: r.Row.Text(by...), Evidence: r.Row.Text(evidence...),
	}
	outcomeTo(&a, r.Row)
	problem := dayTo(&a.Observed, r.Row.Text(observed...))
	if problem == "" {
		problem = dayTo(&a.Expires, r.Row.Text(expires...))
	}
	if problem == "" {
		problem = a.Problem()
	}
	if problem != "" {
		r.Note(demarc.NoteSkipped, problem)
		return
	}
	r.Sink.Evidence(a.At(r.Place()))
	if strange := a.Strange(); strange != "" {
		r.Note(demarc.NoteMalformed, strange)
	}
}

// words are what people write for an outcome, folded.
var words = map[string]demarc.Outcome{
	"pass": demarc.Pass, "passed": demarc.Pass, "yes": demarc.Pass, "ok": demarc.Pass, "done": demarc.Pass, "met": demarc.Pass,
	"fail": demarc.Fail, "failed": demarc.Fail, "no": demarc.Fail, "notdone": demarc.Fail, "notmet": demarc.Fail, "unmet": demarc.Fail,
	"notapplicable": demarc.OutcomeNotApplicable, "n/a": demarc.OutcomeNotApplicable, "na": demarc.OutcomeNotApplicable,
}

// outcomeTo reads the outcome. In a table without a column for it each row says
// that it is so; a blank in such a column is an answer that nobody gave, and a
// word that nobody knows leaves the outcome unknown.
func outcomeTo(a *statements.Attestation, r *graphrow.Row) {
	if !r.Shows(outcome...) {
		a.Outcome = demarc.Pass
		return
	}
	text := r.Text(outcome...)
	word, ok := words[source.FoldHeader(text)]
	if a.Outcome = word; !ok {
		a.Said = text
	}
}

func dayTo(to *time.Time, text string) (problem string) {
	if text == "" {
		return ""
	}
	t, ok := moment.Parse(text)
	if !ok {
		return fmt.Sprintf("%q is not a date such as 2026-10-31", text)
	}
	*to = t
	return ""
}
