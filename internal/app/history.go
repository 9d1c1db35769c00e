package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/compare"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/report/redact"
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

// HistoryRequest says whose history is to be told.
type HistoryRequest struct {
	Place
	Of     string // a responsibility by its id, a resource by its id or name, "" for the estate
	Redact Redaction
}

// History tells how something stood in all snapshots of a workspace: the
// estate, a responsibility or a resource.
func History(ctx context.Context, q HistoryRequest) (h *report.History, err error) {
	err = q.opened(ctx, store.Options{ReadOnly: true}, func(db *store.DB) error {
		h, err = q.tell(ctx, db)
		return err
	})
	if err != nil {
		return nil, err
	}
	return h, nil
}

func (q HistoryRequest) tell(ctx context.Context, db *store.DB) (*report.History, error) {
	all, err := db.Snapshots(ctx, q.Workspace)
	if err != nil {
		return nil, err
	}
	h := &report.History{SchemaVersion: HistorySchemaVersion, Workspace: cmp.Or(q.Workspace, store.DefaultWorkspace), Subject: estateSubject,
		Snapshots: []report.HistorySnapshot{}, Moments: []report.HistoryMoment{}}
	for i := range all {
		h.Snapshots = append(h.Snapshots, historySnapshot(&all[i]))
		h.Name, h.Workspace = all[i].Estate, all[i].Workspace
	}
	if len(all) == 0 {
		return h, nil
	}
	c, err := knowledge()
	if err != nil {
		return nil, err
	}
	seen, err := q.fill(ctx, db, c, h, all)
	if err == nil && q.Redact.On {
		err = q.hide(ctx, db, c, h, seen)
	}
	return h, err
}

// fill tells what the request asks for, and gives what was seen of a resource.
func (q HistoryRequest) fill(ctx context.Context, db *store.DB, c *catalog.Catalog, h *report.History, all []store.Snapshot) ([]store.Moment, error) {
	if q.Of == "" {
		return nil, nil
	}
	if t, unknown := task(c, q.Of); unknown == nil {
		h.Subject, h.ID, h.Name = responsibilitySubject, t.ID, t.Title
		return nil, q.trendOf(ctx, db, h)
	}
	id, err := q.resource(ctx, db, all, q.Of)
	if err != nil {
		return nil, err
	}
	moments, err := db.Timeline(ctx, q.Workspace, id)
	if err != nil {
		return nil, err
	}
	for i := range moments {
		m := &moments[i]
		if m.Assessment.Parties, err = db.Parties(ctx, q.Workspace, m.Number); err != nil {
			return nil, err
		}
	}
	(&chronicle{History: h, catalog: c}).tell(moments, id)
	return moments, nil
}

// hide takes the names out of a history. Pseudonyms are those of the newest
// snapshot, so that they are the same in whatever is shown of it.
func (q HistoryRequest) hide(ctx context.Context, db *store.DB, c *catalog.Catalog, h *report.History, seen []store.Moment) error {
	newest, err := db.Load(ctx, q.Workspace, h.Snapshots[len(h.Snapshots)-1].Number)
	if err != nil {
		return err
	}
	names := namesIn(newest)
	for i := range seen {
		a := seen[i].Assessment
		newest.Parties = partiesOf(a, newest)
		newest.Resources, newest.Scopes = append(newest.Resources, a.Resources...), append(newest.Scopes, a.Scopes...)
		names = slices.Concat(names, namesIn(a), namesAround(c, a))
	}
	if h.Workspace != store.DefaultWorkspace {
		names = append(names, h.Workspace)
	}
	hide := redact.New(newest, redact.Options{Secret: q.Redact.Secret, Party: c.KnowsParty, Names: names, Words: publicWords(c)})
	hide.Document(h)
	return nil
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
	return "", hinted(fmt.Errorf("no snapshot has a resource or responsibility %q", word), "demarc history RESOURCE takes an id or a name, demarc history RESPONSIBILITY an id such as identity.mfa-admins")
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
	catalog *catalog.Catalog
	seen    bool // in a snapshot before
}

// tell goes through the snapshots and compares each with the one before.
func (c *chronicle) tell(moments []store.Moment, id string) {
	c.Subject, c.ID, c.Name = resourceSubject, id, id
	for i := range moments {
		c.count(i, moments[i].Assessment)
		if i == 0 {
			c.add(&moments[i], nil)
		} else {
			c.add(&moments[i], &moments[i-1])
		}
	}
}

// count fills in how the resource stood, by its own responsibilities of the
// customer.
func (c *chronicle) count(i int, a *demarc.Assessment) {
	s := &c.Snapshots[i]
	s.Present, s.Resources, s.Workloads = len(a.Resources) > 0, 0, 0
	var sum demarc.Summary
	if s.Present {
		r := a.Resources[0]
		s.Resources = 1
		c.ID, c.Name = r.ID, cmp.Or(r.Name, r.ID)
		for _, v := range a.Verdicts.SetOf(0).Verdicts {
			if v.Responsibility.Party == demarc.Customer {
				count(&sum, v.Status, v.Accepted)
			}
		}
	}
	countHistory(s, sum)
}

func (c *chronicle) add(m, last *store.Moment) {
	now, was := len(m.Assessment.Resources) > 0, last != nil && len(last.Assessment.Resources) > 0
	out := report.HistoryMoment{Number: m.Number, AsOf: date(m.AsOf), Lines: []string{}}
	switch {
	case now && !was:
		if out.What = "first seen"; c.seen {
			out.What = "there again"
		}
		r := m.Assessment.Resources[0]
		out.Lines = append(out.Lines, fmt.Sprintf("%s, %s, %s", r.Type, r.Answer.Model.Label(), r.Answer.Role))
		if r.Answer.Why != "" {
			out.Lines = append(out.Lines, r.Answer.Why) // apart, since an override begins with what a person wrote
		}
		c.seen = true
	case was && !now:
		out.What = "gone"
	case now:
		d := compare.Diff(last.Assessment, m.Assessment, compare.DiffOptions{TypeName: typeNamer(c.catalog)})
		onlyAsked(d, last.Assessment, m.Assessment)
		lines := changesOf(d)
		if len(lines) == 0 {
			return
		}
		if m.Catalog != last.Catalog {
			lines = append([]string{fmt.Sprintf("the program knew something else than before: some of this may come of that; demarc diff %d %d tells it apart", last.Number, m.Number)}, lines...)
		}
		out.What, out.Lines = "changed", lines
	default:
		return
	}
	c.Moments = append(c.Moments, out)
}

// onlyAsked leaves out what exists once above a resource and is not asked for
// it, on neither side.
func onlyAsked(d *compare.Difference, sides ...*demarc.Assessment) {
	asked := map[string]bool{}
	for _, a := range sides {
		a.Verdicts.Briefs(0, 1, func(_ int, b *demarc.Brief) bool {
			for _, r := range b.Above {
				asked[r.ID] = true
			}
			return true
		})
	}
	d.Responsibilities = slices.DeleteFunc(d.Responsibilities, func(x compare.TaskChange) bool {
		return x.Places[0].Resource == nil && !asked[x.Responsibility.ID]
	})
	d.Owners = slices.DeleteFunc(d.Owners, func(x compare.OwnerChange) bool { return x.Responsibility != "" && !asked[x.Responsibility] })
}

// changesOf tells what is different about one resource, a line for each, what
// is the customer's first.
func changesOf(d *compare.Difference) []string {
	var lines []string
	for _, r := range d.Added {
		lines = append(lines, "there now; before: "+r.Reason)
	}
	for _, r := range d.Removed {
		lines = append(lines, "not there any more: "+r.Reason)
	}
	for _, r := range d.Changed {
		for _, x := range r.Changes {
			lines = append(lines, fmt.Sprintf("%s: %s, was %s", x.Aspect, cmp.Or(x.After, "nothing"), cmp.Or(x.Before, "nothing")))
		}
	}
	for i := range d.Cells {
		lines = append(lines, d.Cells[i].Area.Label+": "+d.Cells[i].Reason)
	}
	lines = append(lines, tasksOf(d, true)...)
	lines = append(lines, tasksOf(d, false)...)
	for i := range d.Owners {
		x := &d.Owners[i]
		of := ""
		if x.Responsibility != "" {
			of = " of " + x.Responsibility
		}
		lines = append(lines, fmt.Sprintf("owner%s: %s, was %s", of, cmp.Or(x.After.Name, "nobody"), cmp.Or(x.Before.Name, "nobody")))
	}
	return lines
}

// tasksOf tells what became of the customer's responsibilities or of those of
// others. Those of which the same became for the same reason share a line.
func tasksOf(d *compare.Difference, yours bool) []string {
	type way struct{ move, reason string }
	var ways []way
	names := map[way][]string{}
	for i := range d.Responsibilities {
		x := &d.Responsibilities[i]
		if yours != (x.Responsibility.Party == demarc.Customer) {
			continue
		}
		w := way{x.Move.String(), x.Reason}
		if names[w] == nil {
			ways = append(ways, w)
		}
		names[w] = append(names[w], x.Responsibility.ID)
	}
	lines := make([]string, 0, len(ways))
	for _, w := range ways {
		line := report.MoveWords(w.move) + ": " + someOf(names[w])
		if w.reason != "" {
			line += "; " + w.reason
		}
		lines = append(lines, line)
	}
	return lines
}

// someOf names the first of a list and counts the others.
func someOf(names []string) string {
	const most = 4
	if rest := len(names) - most; rest > 0 {
		return strings.Join(names[:most], ", ") + " and " + report.Number(rest) + " more"
	}
	return strings.Join(names, ", ")
}
