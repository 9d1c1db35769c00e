package app

import (
	"maps"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/compare"
	"github.com/demarc-dev/demarc/internal/report"
)

// newDiff writes a difference as documents and programs read it.
func newDiff(before, after *diffEnd, d *compare.Difference) *report.Diff {
	out := &report.Diff{SchemaVersion: DiffSchemaVersion, Estate: after.Estate.Name, Before: diffSide(before.of, &d.Before), After: diffSide(after.of, &d.After),
		Resources: report.DiffResources{Added: diffPresences(d.Added), Removed: diffPresences(d.Removed), Changed: diffChanged(d.Changed)},
		Cells:     make([]report.DiffCell, 0, len(d.Cells)), Responsibilities: make([]report.DiffTask, 0, len(d.Responsibilities)),
		Owners: make([]report.DiffOwner, 0, len(d.Owners)), Catalog: make([]report.DiffFact, 0, len(d.Catalog)), Flows: make([]report.DiffFlow, 0, len(d.Flows)),
		Parties: diffParties(before, after, d), Notes: diffNotes(before, after, d)}
	for i := range d.Cells {
		c := &d.Cells[i]
		out.Cells = append(out.Cells, report.DiffCell{Model: c.Model, Area: c.Area.ID, Label: c.Area.Label, Facet: c.Facet, BeforeParties: listed(c.Before),
			AfterParties: listed(c.After), Reason: c.Reason, Source: c.Source, Cause: c.Cause.String(), Count: len(c.Resources), Resources: diffResources(c.Resources)})
	}
	for i := range d.Responsibilities {
		out.Responsibilities = append(out.Responsibilities, diffTask(&d.Responsibilities[i]))
	}
	for i := range d.Owners {
		o := &d.Owners[i]
		out.Owners = append(out.Owners, report.DiffOwner{Responsibility: o.Responsibility, WasOwner: o.Before.Name, IsOwner: o.After.Name, WasFrom: o.Before.From, IsFrom: o.After.From,
			Cause: o.Cause.String(), Count: len(o.Places), Places: diffPlaces(o.Places)})
	}
	for i := range d.Catalog {
		c := &d.Catalog[i]
		move := c.Move.String()
		if c.Move == compare.AsBefore {
			move = "changed"
		}
		out.Catalog = append(out.Catalog, report.DiffFact{Kind: string(c.Kind), Fact: c.ID, Title: c.Title, Move: move, Changes: diffChanges(c.Changes), Source: c.Source})
	}
	for _, f := range d.Flows {
		out.Flows = append(out.Flows, report.DiffFlow{BeforeParties: listed(f.Before), AfterParties: listed(f.After), Cells: f.Cells, Resources: f.Resources, Cause: f.Cause.String()})
	}
	return out
}

func diffSide(of string, s *compare.Side) report.DiffSide {
	return report.DiffSide{Name: s.Estate, Asked: of, AsOf: date(s.AsOf), Resources: s.Resources, Workloads: s.Workloads, Incomplete: s.Incomplete,
		Met: s.Met, Unmet: s.Unmet, Unknown: s.Unknown, NotApplicable: s.NotApplicable, Accepted: s.Accepted, Coverage: s.Coverage()}
}

// listed is a list of its own, that is written as one even where it is empty.
func listed(list []string) []string { return append([]string{}, list...) }

func diffPresences(list []compare.Presence) []report.DiffPresence {
	out := make([]report.DiffPresence, 0, len(list))
	for _, p := range list {
		out = append(out, report.DiffPresence{DiffPlace: diffPlace(&demarc.Instance{Resource: p.Assessed}), Type: p.Type, Model: p.Answer.Model.String(),
			Role: p.Answer.Role.String(), Reason: p.Reason, Cause: p.Cause.String()})
	}
	return out
}

func diffChanged(list []compare.ResourceChange) []report.DiffChanged {
	out := make([]report.DiffChanged, 0, len(list))
	for i := range list {
		c := &list[i]
		out = append(out, report.DiffChanged{DiffPlace: diffPlace(&demarc.Instance{Resource: c.After}), Type: c.After.Type, Changes: diffChanges(c.Changes), Why: c.Why, Cause: c.Cause.String()})
	}
	return out
}

func diffChanges(list []compare.Change) []report.DiffChange {
	out := make([]report.DiffChange, 0, len(list))
	for _, c := range list {
		out = append(out, report.DiffChange{Aspect: string(c.Aspect), Was: c.Before, Is: c.After})
	}
	return out
}

func diffResources(list []*demarc.Assessed) []report.DiffPlace {
	out := make([]report.DiffPlace, 0, len(list))
	for _, r := range list {
		out = append(out, diffPlace(&demarc.Instance{Resource: r}))
	}
	return out
}

func diffPlaces(list []demarc.Instance) []report.DiffPlace {
	out := make([]report.DiffPlace, 0, len(list))
	for i := range list {
		out = append(out, diffPlace(&list[i]))
	}
	return out
}

func diffPlace(at *demarc.Instance) report.DiffPlace {
	p := report.DiffPlace{Name: at.Name()}
	switch {
	case at.Resource != nil:
		p.ID = at.Resource.ID
	case at.Workload == "" && at.Scope != nil:
		p.ID = at.Scope.ID
	}
	return p
}

func diffTask(c *compare.TaskChange) report.DiffTask {
	r := c.Responsibility
	return report.DiffTask{Move: c.Move.String(), Responsibility: r.ID, Title: r.Title, Area: r.Area, Severity: severityOf(r), Level: c.Places[0].Level.String(), Half: r.Party,
		Before: diffStand(&c.Before), After: diffStand(&c.After), Reason: c.Reason, Cause: c.Cause.String(), Count: len(c.Places), Places: diffPlaces(c.Places)}
}

func diffStand(s *compare.Stand) *report.DiffStand {
	if !s.Exists {
		return nil
	}
	return &report.DiffStand{Status: s.Status.String(), Reason: string(s.Unknown), Party: s.Party, Accepted: s.Accepted, Why: s.Why}
}

// diffParties names the parties that the difference names.
func diffParties(before, after *diffEnd, d *compare.Difference) []report.DiffParty {
	named := map[string]bool{}
	for i := range d.Cells {
		for _, id := range slices.Concat(d.Cells[i].Before, d.Cells[i].After) {
			named[id] = true
		}
	}
	for i := range d.Responsibilities {
		named[d.Responsibilities[i].Before.Party] = true
		named[d.Responsibilities[i].After.Party] = true
	}
	delete(named, "")
	runs := providersOf(before.Assessment, after.Assessment)
	out := make([]report.DiffParty, 0, len(named))
	for _, id := range slices.Sorted(maps.Keys(named)) {
		name := d.Parties[id].Name
		if name == "" {
			name = id
		}
		kind := "third"
		switch {
		case id == demarc.Customer:
			kind = demarc.Customer
		case runs[id]:
			kind = "provider"
		}
		out = append(out, report.DiffParty{Party: id, PartyName: name, Kind: kind})
	}
	return out
}

// providersOf are the parties that run the clouds and rooms of resources.
func providersOf(sides ...*demarc.Assessment) map[string]bool {
	runs := map[string]bool{demarc.Microsoft: true}
	for _, a := range sides {
		var last *demarc.Answer
		for _, r := range a.Resources {
			if r.Answer != last {
				last = r.Answer
				runs[last.Provider] = true
			}
		}
	}
	return runs
}

// diffNotes say what makes the two sides hard to compare.
func diffNotes(before, after *diffEnd, d *compare.Difference) []string {
	notes := []string{}
	if before.AsOf.After(after.AsOf) {
		notes = append(notes, "What is called before is of a later day than what is called after.")
	}
	for _, s := range [...]struct {
		*diffEnd
		what string
	}{{before, "before"}, {after, "after"}} {
		if n := len(s.Estate.Incomplete); n > 0 {
			i := s.Estate.Incomplete[0]
			notes = append(notes, "What is "+s.what+" is incomplete: "+strings.TrimSuffix(i.Place.String()+": "+i.Message, ".")+". A resource that is absent there need not be absent in the estate.")
		}
		if n := s.Estate.Conditional; n > 0 {
			notes = append(notes, "What is "+s.what+" deploys "+report.Count(n, "resource", "resources")+" only under a condition that cannot be known: not counted as there.")
		}
	}
	matched := 0
	for i := range d.Changed {
		if !demarc.EqualFold(d.Changed[i].Before.ID, d.Changed[i].After.ID) {
			matched++
		}
	}
	if matched > 0 {
		counts := "count"
		if matched == 1 {
			counts = "counts"
		}
		notes = append(notes, report.Count(matched, "resource", "resources")+" with another id on each side "+counts+" as the same one: "+
			"by where it is declared, by name and type where one side has no ids, or since you said so.")
	}
	return slices.Concat(notes, seenOtherwise(d), perhaps(d))
}

// seenOtherwise says of how many resources one side shows less: what is told of
// them may be what was not seen, and no change.
func seenOtherwise(d *compare.Difference) []string {
	var less, more int
	for i := range d.Changed {
		switch c := &d.Changed[i]; {
		case c.After.Seen < c.Before.Seen:
			less++
		case c.After.Seen > c.Before.Seen:
			more++
		}
	}
	var notes []string
	for _, side := range [...]struct {
		n           int
		text, other string
	}{{less, "less is seen after than before", "is not seen any more"}, {more, "more is seen after than before", "was not seen before"}} {
		if side.n > 0 {
			notes = append(notes, "Of "+report.Count(side.n, "resource", "resources")+" "+side.text+": what is told of them may be what "+side.other+", and no change.")
		}
	}
	return notes
}
