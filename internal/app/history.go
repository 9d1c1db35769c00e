package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/compare"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/store"
)

// HistorySchemaVersion is the version of docs/schema/history.schema.json.
const HistorySchemaVersion = "1.0"

// The subjects of a history.
const (
	estateSubject         = "estate"
	responsibilitySubject = "responsibility"
	resourceSubject       = "resource"
)

// History tells how something stood in all snapshots of a workspace: the
// estate for "", a responsibility by its id, or a resource by its id or name.
func History(ctx context.Context, in Place, of string) (h *report.History, err error) {
	db, err := in.open(ctx, store.Options{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	all, err := db.Snapshots(ctx, in.Workspace)
	if err != nil {
		return nil, err
	}
	h = &report.History{SchemaVersion: HistorySchemaVersion, Workspace: cmp.Or(in.Workspace, store.DefaultWorkspace), Subject: estateSubject,
		Snapshots: []report.HistorySnapshot{}, Moments: []report.HistoryMoment{}}
	for i := range all {
		h.Snapshots = append(h.Snapshots, historySnapshot(&all[i]))
		h.Name = all[i].Estate
	}
	if of == "" || len(all) == 0 {
		return h, nil
	}
	c, err := knowledge()
	if err != nil {
		return nil, err
	}
	if t, unknown := task(c, of); unknown == nil {
		h.Subject, h.ID, h.Name = responsibilitySubject, t.ID, t.Title
		return h, in.trendOf(ctx, db, h)
	}
	id, err := in.resource(ctx, db, all, of)
	if err != nil {
		return nil, err
	}
	return h, (&chronicle{History: h, place: in}).tell(ctx, db, id)
}

func historySnapshot(s *store.Snapshot) report.HistorySnapshot {
	out := report.HistorySnapshot{Number: s.Number, AsOf: date(s.AsOf), Taken: s.Taken.Format(time.RFC3339), Program: s.Program, Catalog: s.Catalog,
		Present: true, Resources: s.Resources, Workloads: s.Workloads}
	countHistory(&out, s.Summary)
	return out
}

func countHistory(out *report.HistorySnapshot, s demarc.Summary) {
	out.Met, out.Unmet, out.Unknown, out.NotApplicable, out.Accepted, out.Coverage = s.Met, s.Unmet, s.Unknown, s.NotApplicable, s.Accepted, s.Coverage()
}

// trendOf fills in how a responsibility stood in each snapshot.
func (p Place) trendOf(ctx context.Context, db *store.DB, h *report.History) error {
	counts, err := db.Trend(ctx, p.Workspace, demarc.RollUpResponsibility, h.ID)
	if err != nil {
		return err
	}
	for i := range h.Snapshots {
		s := &h.Snapshots[i]
		r, there := counts[s.Number]
		if s.Present = there; there {
			countHistory(s, r.Summary)
		} else {
			countHistory(s, demarc.Summary{})
		}
	}
	return nil
}

// resource finds the id of a resource that a word names: in the newest snapshot
// that knows it.
func (p Place) resource(ctx context.Context, db *store.DB, all []store.Snapshot, word string) (string, error) {
	const most = 6
	for _, s := range slices.Backward(all) {
		ids, err := db.Named(ctx, p.Workspace, s.Number, word, most)
		switch {
		case err != nil:
			return "", err
		case len(ids) == 1:
			return ids[0], nil
		case len(ids) > 1:
			return "", hinted(fmt.Errorf("%q names more than one resource", word), "say which, by its id:\n"+joinLines(ids))
		}
	}
	return "", hinted(fmt.Errorf("no snapshot has a resource or responsibility %q", word), "demarc history RESOURCE takes an id or a name, demarc history RESPONSIBILITY an id such as identity.admin-mfa")
}

func joinLines(ids []string) string {
	text := ""
	for i, id := range ids {
		if i > 0 {
			text += "\n"
		}
		text += "  " + id
	}
	return text
}

// chronicle tells what became of one resource.
type chronicle struct {
	*report.History
	place Place
	seen  bool // in a snapshot before
}

// tell goes through the snapshots and compares each with the one before.
func (c *chronicle) tell(ctx context.Context, db *store.DB, id string) error {
	moments, err := db.Timeline(ctx, c.place.Workspace, id)
	if err != nil {
		return err
	}
	c.Subject, c.ID, c.Name = resourceSubject, id, id
	for i := range moments {
		c.count(i, moments[i].Assessment)
		if i == 0 {
			c.add(&moments[i], nil)
		} else {
			c.add(&moments[i], moments[i-1].Assessment)
		}
	}
	return nil
}

// count fills in how the resource stood, by its own responsibilities of the
// customer.
func (c *chronicle) count(i int, a *demarc.Assessment) {
	s := &c.Snapshots[i]
	s.Present, s.Workloads = len(a.Resources) > 0, 0
	var sum demarc.Summary
	if s.Present {
		r := a.Resources[0]
		c.ID, c.Name = r.ID, cmp.Or(r.Name, r.ID)
		for _, v := range a.Verdicts.SetOf(0).Verdicts {
			if v.Responsibility.Party == demarc.Customer {
				count(&sum, v.Status, v.Accepted)
			}
		}
	}
	countHistory(s, sum)
}

func (c *chronicle) add(m *store.Moment, before *demarc.Assessment) {
	now, was := len(m.Assessment.Resources) > 0, before != nil && len(before.Resources) > 0
	out := report.HistoryMoment{Number: m.Number, AsOf: date(m.AsOf)}
	switch {
	case now && !was:
		if out.What = "first seen"; c.seen {
			out.What = "there again"
		}
		r := m.Assessment.Resources[0]
		out.Lines = append(out.Lines, fmt.Sprintf("%s, %s, %s: %s", r.Type, r.Answer.Model.Label(), r.Answer.Role, r.Answer.Why))
		c.seen = true
	case was && !now:
		out.What = "gone"
	case now:
		if out.Lines = changesOf(compare.Diff(before, m.Assessment, compare.DiffOptions{})); len(out.Lines) == 0 {
			return
		}
		out.What = "changed"
	default:
		return
	}
	if out.Lines == nil {
		out.Lines = []string{}
	}
	c.Moments = append(c.Moments, out)
}

// changesOf tells what is different about one resource, a line for each.
func changesOf(d *compare.Difference) []string {
	var lines []string
	for _, r := range d.Changed {
		for _, x := range r.Changes {
			lines = append(lines, fmt.Sprintf("%s: %s, was %s", x.Aspect, cmp.Or(x.After, "nothing"), cmp.Or(x.Before, "nothing")))
		}
	}
	for i := range d.Cells {
		lines = append(lines, d.Cells[i].Area.Label+": "+d.Cells[i].Reason)
	}
	for i := range d.Responsibilities {
		x := &d.Responsibilities[i]
		lines = append(lines, fmt.Sprintf("%s %s: %s", x.Move, x.Responsibility.ID, x.Reason))
	}
	for i := range d.Owners {
		x := &d.Owners[i]
		lines = append(lines, fmt.Sprintf("owner: %s, was %s", cmp.Or(x.After.Name, "nobody"), cmp.Or(x.Before.Name, "nobody")))
	}
	return lines
}
