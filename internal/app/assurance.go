package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/source/statements"
)

// Assurance is a report or certificate of a provider, in the words of the
// command line.
type Assurance struct {
	ID, Party, Kind, Cloud string
	Services               []string
	From, Until, Expires   string
	Document               string
	Book                   // beside the file
}

// AddAssurance writes down a report or certificate on file, and says what that
// changed of the provider's half.
func AddAssurance(ctx context.Context, q Request, a Assurance) (_ *report.Recorded, err error) {
	entry, err := a.entry()
	if err != nil {
		return nil, err
	}
	folder, err := folderOf(q.Paths)
	if err != nil {
		return nil, err
	}
	kept, err := a.Book.open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, kept.close()) }()
	c, before, err := q.run(ctx)
	if err != nil {
		return nil, err
	}
	if err := knownAssured(c, before, &entry); err != nil {
		return nil, err
	}
	path, err := appendTo(folder, "assurances.yaml", entry)
	if err != nil {
		return nil, err
	}
	entered, err := kept.write(ctx, path, entry)
	if err != nil {
		return nil, err
	}
	_, after, err := q.run(ctx)
	if err != nil {
		return nil, fmt.Errorf("the assurance was written to %s, and then: %w", path, err)
	}
	out := &report.Recorded{Kind: "assurance", File: path, Subject: entry.Party + ", " + entry.Kind,
		Before: offered(before, entry.Party), After: offered(after, entry.Party), Notes: entered}
	given := demarc.Assurance(entry)
	if before.CoveredBy(&given) == 0 {
		out.Notes = append(out.Notes, "it lists no service that this estate runs")
	}
	if !given.Holds(after.AsOf) {
		out.Notes = append(out.Notes, "it does not hold on "+date(after.AsOf)+", the day of the assessment")
	}
	return out, nil
}

func (a Assurance) entry() (statements.Assurance, error) {
	e := statements.Assurance{ID: a.ID, Party: a.Party, Kind: a.Kind, Cloud: a.Cloud, Services: a.Services, Document: a.Document}
	errs := []error{needed("party", a.Party), needed("kind", a.Kind)}
	if len(a.Services) == 0 {
		errs = append(errs, needed("services", ""))
	}
	for _, d := range []struct {
		flag, text string
		to         *time.Time
	}{{"from", a.From, &e.From}, {"until", a.Until, &e.Until}, {"expires", a.Expires, &e.Expires}} {
		t, err := day(d.flag, d.text)
		*d.to = t
		errs = append(errs, err)
	}
	err := errors.Join(errs...)
	if problem := e.Problem(); err == nil && problem != "" {
		err = errors.New(problem)
	}
	if err != nil {
		return e, &UsageError{err}
	}
	return e, nil
}

// knownAssured refuses a party and services that nobody knows: the assurance
// would cover nothing, and nobody would notice.
func knownAssured(c *catalog.Catalog, s *assess.Settled, e *statements.Assurance) error {
	var parties []string
	for i := range c.Parties {
		parties = append(parties, c.Parties[i].ID)
	}
	for id := range s.Parties {
		if !slices.Contains(parties, id) {
			parties = append(parties, id)
		}
	}
	if i := slices.IndexFunc(parties, func(id string) bool { return demarc.EqualFold(id, e.Party) }); i < 0 {
		slices.Sort(parties)
		return hinted(fmt.Errorf("no party %q", e.Party), "near: "+strings.Join(nearest(parties, e.Party), ", "))
	}
	var types []string
	for i := range c.Families {
		for j := range c.Families[i].Types {
			types = append(types, c.Families[i].Types[j].Type)
		}
	}
	for _, service := range e.Services {
		prefix, wild := strings.CutSuffix(demarc.Fold(strings.TrimSpace(service)), "*")
		known := func(t string) bool {
			folded := demarc.Fold(t)
			return folded == prefix || wild && strings.HasPrefix(folded, prefix)
		}
		if !slices.ContainsFunc(types, known) {
			return hinted(fmt.Errorf("no service %q", service), "near: "+strings.Join(nearest(types, service), ", ")+"; a trailing * stands for any rest")
		}
	}
	return nil
}

// offered counts a provider's half over all its families of services.
func offered(s *assess.Settled, party string) report.Standing {
	var sum report.Standing
	for i := range s.Offerings {
		if o := &s.Offerings[i]; demarc.EqualFold(o.Party, party) {
			sum.Met += o.Assured
			sum.Unknown += o.Unknown
		}
	}
	return sum
}

// Assurances lists the reports and certificates on file.
func Assurances(ctx context.Context, q Request) (*report.AssuranceList, error) {
	c, s, err := q.run(ctx)
	if err != nil {
		return nil, err
	}
	list := &report.AssuranceList{Estate: s.Estate.Name, AsOf: date(s.AsOf), Assurances: []report.AssuranceLine{}}
	for _, a := range s.Assurances() {
		list.Assurances = append(list.Assurances, report.AssuranceLine{ID: a.ID, Party: a.Party, Kind: a.Kind, Cloud: a.Cloud, Services: a.Services,
			From: date(a.From), Until: date(a.End()), Holds: holding(&a, s.AsOf), Resources: s.CoveredBy(&a), Document: a.Document, Place: a.Place.String()})
	}
	slices.SortStableFunc(list.Assurances, func(x, y report.AssuranceLine) int {
		return cmp.Or(strings.Compare(x.Party, y.Party), strings.Compare(x.Until, y.Until))
	})
	q.hide(c, s, list)
	return list, nil
}

func holding(a *demarc.Assurance, asOf time.Time) string {
	switch {
	case a.Holds(asOf.UTC().Truncate(24 * time.Hour)):
		return "yes"
	case asOf.Before(a.From):
		return "not yet"
	}
	return "ended"
}
