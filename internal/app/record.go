package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/source/statements"
)

// recorder writes down what somebody says about a responsibility in an estate.
type recorder struct {
	request Request
	folder  string
	task    *catalog.Task
	settled *assess.Settled // before
	about   subject
	before  demarc.Summary
	book    *book // nil when no ledger is kept
}

// newRecorder finds the responsibility and what the statement is about.
func newRecorder(ctx context.Context, q Request, id, scope string) (*recorder, error) {
	c, err := knowledge()
	if err != nil {
		return nil, err
	}
	r := &recorder{request: q}
	if r.task, err = task(c, id); err != nil {
		return nil, err
	}
	if strings.TrimSpace(scope) == "" {
		return nil, &UsageError{errors.New("--scope is needed: a resource, a scope, a workload or organisation")}
	}
	if r.folder, err = folderOf(q.Paths); err != nil {
		return nil, err
	}
	if _, r.settled, err = q.run(ctx); err != nil {
		return nil, err
	}
	if r.about, err = the(r.settled, scope, func(x subject) bool { return r.standing(r.settled, x) != demarc.Summary{} }); err != nil {
		return nil, err
	}
	if r.before = r.standing(r.settled, r.about); r.before == (demarc.Summary{}) {
		return nil, r.elsewhere()
	}
	return r, nil
}

// folderOf is the folder of an estate, in which statements lie.
func folderOf(paths []string) (string, error) {
	if len(paths) != 1 {
		return "", &UsageError{errors.New("name one estate: statements are kept in its folder")}
	}
	info, err := os.Stat(paths[0])
	switch {
	case err != nil:
		return "", fmt.Errorf("look for the estate: %w", err)
	case !info.IsDir():
		return "", &UsageError{fmt.Errorf("%s is no folder: statements are kept in the folder of the estate", paths[0])}
	}
	return paths[0], nil
}

// elsewhere says where the responsibility exists instead.
func (r *recorder) elsewhere() error {
	err := fmt.Errorf("%s asks nothing of %s: it exists once per %s", r.task.ID, r.about.name(r.settled), r.task.Level)
	if found := r.about.verdicts(r.settled, r.task.ID); len(found) > 0 {
		at := &found[0].Instance
		scope := instanceID(at)
		if scope == "" {
			scope = map[bool]string{true: "tenant", false: "organisation"}[at.Level == demarc.TenantLevel]
		}
		return hinted(err, "say it of "+at.Name()+": --scope "+quoted(scope))
	}
	return hinted(err, "demarc explain RESOURCE "+r.task.ID+" says of whom it is asked")
}

// standing counts how the responsibility stands in a subject, each once at its
// level.
func (r *recorder) standing(s *assess.Settled, x subject) demarc.Summary {
	var sum demarc.Summary
	if r.task.Level != demarc.ResourceLevel.String() {
		s.Verdicts.Above(func(v *demarc.Verdict) bool {
			if v.Responsibility.ID == r.task.ID && x.holds(&v.Instance) {
				count(&sum, v.Status, v.Accepted)
			}
			return true
		})
		return sum
	}
	for i := range s.Resources {
		if s.Resources[i].Standing != demarc.There || !x.covers(s, i) {
			continue
		}
		for _, v := range s.Verdicts.SetOf(i).Verdicts {
			if v.Responsibility.ID == r.task.ID {
				count(&sum, v.Status, v.Accepted)
			}
		}
	}
	return sum
}

func count(s *demarc.Summary, status demarc.Status, accepted bool) {
	switch status {
	case demarc.Met:
		s.Met++
	case demarc.Unmet:
		s.Unmet++
		if accepted {
			s.Accepted++
		}
	case demarc.NotApplicable:
		s.NotApplicable++
	case demarc.UnknownStatus:
		s.Unknown++
	}
}

// holds reports whether an instance above resources is the subject or lies in
// it.
func (x subject) holds(at *demarc.Instance) bool {
	switch {
	case x.organisation:
		return true
	case x.resource >= 0:
		return false
	case x.tenant:
		return at.Level != demarc.OrganisationLevel
	case x.workload != "":
		return demarc.EqualFold(at.Workload, x.workload)
	}
	for sc := at.Scope; sc != nil; sc = sc.Parent {
		if sc == x.scope {
			return true
		}
	}
	return false
}

// write appends the entry, assesses again, and says what changed.
func (r *recorder) write(ctx context.Context, kind, file string, e statements.Entry, notes ...string) (*report.Recorded, error) {
	path, err := appendTo(r.folder, file, e)
	if err != nil {
		return nil, err
	}
	entered, err := r.book.write(ctx, path, e)
	if err != nil {
		return nil, err
	}
	notes = append(notes, entered...)
	_, after, err := r.request.run(ctx)
	if err != nil {
		return nil, fmt.Errorf("the %s was written to %s, and then: %w", kind, path, err)
	}
	return &report.Recorded{Kind: kind, File: path, Responsibility: r.task.ID, Subject: r.about.name(r.settled),
		Before: report.StandingOf(r.before), After: report.StandingOf(r.standing(after, r.about.in(r.settled, after))), Notes: notes}, nil
}

// appendTo writes an entry into a file of the estate's statements.
func appendTo(folder, file string, e statements.Entry) (path string, err error) {
	path = filepath.Join(folder, "statements", file)
	if err := statements.Append(path, e); err != nil {
		return "", fmt.Errorf("append to %s: %w", path, err)
	}
	return path, nil
}

// day reads a day of a flag; "" is the zero time.
func day(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return t, &UsageError{fmt.Errorf("--%s: %q is no day, write YYYY-MM-DD", flag, text)}
	}
	return t, nil
}

// needed refuses a blank value of a flag.
func needed(flag, text string) error {
	if strings.TrimSpace(text) == "" {
		return &UsageError{fmt.Errorf("--%s is needed", flag)}
	}
	return nil
}

// today is the day on which somebody says something.
func (q Request) today() time.Time { return q.Today.UTC().Truncate(24 * time.Hour) }
