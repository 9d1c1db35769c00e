package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/source/statements"
)

// Attestation is what a person says, in the words of the command line.
type Attestation struct {
	Responsibility, Scope string
	By, Statement         string
	Outcome               string // "" is pass
	Observed              string // "" is today
	Expires, Evidence     string
	Book                  // beside the file
}

// Attest writes down that a person looked, and says what that changed.
func Attest(ctx context.Context, q Request, a Attestation) (_ *report.Recorded, err error) {
	entry, err := a.entry(q.today())
	if err != nil {
		return nil, err
	}
	kept, err := a.Book.open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, kept.close()) }()
	r, err := newRecorder(ctx, q, a.Responsibility, a.Scope)
	if err != nil {
		return nil, err
	}
	r.book = kept
	entry.Responsibility, entry.Scope = r.task.ID, r.about.id(r.settled)
	var notes []string
	if !slices.ContainsFunc(r.task.Settles, func(set []string) bool { return slices.Equal(set, []string{"attestation"}) }) {
		notes = append(notes, "a person's word alone does not settle this responsibility: it stands beside what tools show")
	}
	if entry.Observed.After(r.settled.AsOf) {
		notes = append(notes, "the estate is assessed as of "+date(r.settled.AsOf)+", before it was observed: it decides nothing there (--as-of, or asOf in demarc.yaml)")
	}
	return r.write(ctx, "attestation", "attestations.yaml", entry, notes...)
}

// entry reads the words. What somebody will see one day is no observation.
func (a Attestation) entry(today time.Time) (statements.Attestation, error) {
	e := statements.Attestation{By: a.By, Statement: a.Statement, Evidence: a.Evidence}
	outcome, wrong := demarc.ParseOutcome(cmp.Or(a.Outcome, "pass"))
	observed, err := day("observed", a.Observed)
	expires, err2 := day("expires", a.Expires)
	if err := errors.Join(needed("by", a.By), needed("statement", a.Statement), err, err2); err != nil {
		return e, &UsageError{err}
	}
	e.Outcome, e.Observed, e.Expires = outcome, observed, expires
	if e.Observed.IsZero() {
		e.Observed = today
	}
	switch {
	case wrong != nil || outcome == demarc.OutcomeUnknown:
		return e, &UsageError{fmt.Errorf("--outcome %q: write pass, fail or not-applicable", a.Outcome)}
	case e.Observed.After(today):
		return e, &UsageError{fmt.Errorf("--observed %s lies in the future: nobody has seen it yet", a.Observed)}
	case !e.Expires.IsZero() && e.Expires.Before(e.Observed):
		return e, &UsageError{fmt.Errorf("--expires %s is before the day observed", a.Expires)}
	}
	return e, nil
}
