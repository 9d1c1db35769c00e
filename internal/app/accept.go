package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/source/statements"
)

// Acceptance is an exception in the words of the command line.
type Acceptance struct {
	Responsibility, Scope   string
	Reason, Approver, Owner string
	Expires                 string
	Book                    // beside the file
}

// Accept writes down that something unmet is accepted for a while. Whoever
// owns it cannot approve that.
func Accept(ctx context.Context, q Request, a Acceptance) (_ *report.Recorded, err error) {
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
	if err := r.notOwner(a.Approver); err != nil {
		return nil, err
	}
	entry.Responsibility, entry.Scope = r.task.ID, r.about.id(r.settled)
	var notes []string
	if r.before.Unmet == 0 {
		notes = append(notes, "nothing of it is unmet now: the exception waits until it is")
	}
	return r.write(ctx, "exception", "exceptions.yaml", entry, append(notes, "accepted is not met: it stays unmet, with this mark, until "+date(entry.Expires))...)
}

func (a Acceptance) entry(today time.Time) (statements.Exception, error) {
	e := statements.Exception{Reason: a.Reason, Approver: a.Approver, Owner: a.Owner}
	expires, err := day("expires", a.Expires)
	if err := errors.Join(needed("reason", a.Reason), needed("approver", a.Approver), needed("expires", a.Expires), err); err != nil {
		return e, &UsageError{err}
	}
	e.Expires = expires
	switch {
	case !e.Expires.After(today):
		return e, &UsageError{fmt.Errorf("--expires %s is not in the future", a.Expires)}
	case samePerson(a.Approver, a.Owner):
		return e, fmt.Errorf("%s owns it and cannot approve it: somebody else must", a.Approver)
	}
	return e, nil
}

// notOwner refuses an approver who owns what is to be accepted.
func (r *recorder) notOwner(approver string) error {
	var owned *demarc.Verdict
	look := func(v *demarc.Verdict) bool {
		if v.Responsibility.ID == r.task.ID && v.Owner.Named() && samePerson(v.Owner.Name, approver) {
			owned = v
		}
		return owned == nil
	}
	s := r.settled
	if r.task.Level != demarc.ResourceLevel.String() {
		s.Verdicts.Above(func(v *demarc.Verdict) bool { return !r.about.holds(&v.Instance) || look(v) })
	} else {
		for i := 0; i < len(s.Resources) && owned == nil; i++ {
			if !r.about.covers(s, i) {
				continue
			}
			for _, v := range s.Verdicts.Of(i) {
				look(&v)
			}
		}
	}
	if owned == nil {
		return nil
	}
	return hinted(fmt.Errorf("%s owns %s of %s and cannot approve its exception (%s)", approver, r.task.ID, owned.Instance.Name(), owned.Owner.From),
		"let somebody else approve it, as a rule who bears the risk above the owner")
}

// samePerson compares names as people write them.
func samePerson(a, b string) bool {
	a, b = strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " ")
	return a != "" && demarc.EqualFold(a, b)
}
