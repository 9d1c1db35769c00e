package assess

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
)

// build puts the settled resources into an assessment.
func (s *settler) build(shards []*Shard, files []*demarc.File) *Settled {
	a := &demarc.Assessment{
		AsOf:      s.line.options.AsOf,
		Estate:    demarc.Estate{Name: s.line.options.Name, Files: files},
		Scopes:    s.orderedScopes(),
		Resources: make([]*demarc.Assessed, len(s.all)),
		Divisions: s.orderedDivisions(),
		Parties:   map[string]demarc.Party{},
	}
	for i, o := range s.all {
		a.Resources[i] = &o.Assessed
	}
	t := newTally(s)
	var counting sync.WaitGroup
	counting.Go(func() { // it does not depend on any verdict
		for _, o := range s.all {
			t.count(o)
		}
	})
	d := s.newDocket(shards)
	counting.Wait()
	t.judged(d)
	for _, shard := range shards {
		for _, r := range shard.pointers {
			if s.find(r.ID) == nil {
				t.refer(r.ID, r.From)
			}
		}
	}
	t.fill(a)
	a.Matrices = t.matrices(published, maps.All(t.counted()))
	if conditional := t.countedConditional(); len(conditional) > 0 {
		a.Conditional = t.matrices(published, maps.All(conditional))
	}
	a.GroupedBy, a.Groups = s.line.options.GroupBy, t.groups()
	d.conclude(a)
	s.parties(a)
	for _, shard := range shards {
		s.notes = append(s.notes, shard.notes...)
		a.Estate.Incomplete = append(a.Estate.Incomplete, shard.gaps...)
	}
	s.unmatched(t)
	a.Notes = mergeNotes(s.notes)
	slices.SortStableFunc(a.Estate.Incomplete, func(x, y demarc.Incomplete) int {
		return cmp.Or(strings.Compare(x.Place.String(), y.Place.String()), strings.Compare(x.Message, y.Message))
	})
	settled := &Settled{Assessment: a, line: s.line, looks: map[string]*look{}, checker: s.explains, tally: t}
	for _, shard := range shards {
		for _, w := range shard.watched {
			settled.Watched = append(settled.Watched, w)
			if o := s.find(w.ID); o != nil {
				settled.looks[o.ID] = o.look
			}
		}
	}
	return settled
}

func (s *settler) orderedDivisions() []*demarc.Division {
	return slices.SortedFunc(maps.Values(s.divisions), func(a, b *demarc.Division) int { return strings.Compare(a.ID, b.ID) })
}

// parties describes every party that a cell or a provider names. What the
// organisation declared comes before what the catalogue knows.
func (s *settler) parties(a *demarc.Assessment) {
	declared := map[string]demarc.Party{}
	for _, p := range s.line.options.Parties {
		declared[p.ID] = p
	}
	add := func(id string) {
		if _, ok := a.Parties[id]; ok || id == "" {
			return
		}
		p, ok := declared[id]
		if !ok {
			known := s.line.catalog.Party(id)
			p = demarc.Party{ID: id, Name: known.Name, Short: known.Short}
		}
		p.Short = cmp.Or(p.Short, catalog.Short(p.ID))
		a.Parties[id] = p
	}
	add(demarc.Customer)
	for _, d := range a.Divisions {
		for i := range d.Cells {
			for _, id := range d.Cells[i].Parties {
				add(id)
			}
		}
	}
	for key := range s.answers {
		add(key.provider)
	}
}

// unmatched notes overrides that no resource of the estate matched: they may
// be misspelled.
func (s *settler) unmatched(t *tally) {
	for i := range s.line.options.Overrides {
		o := &s.line.options.Overrides[i]
		what := "override"
		if len(o.Cells) > 0 && o.Cells[0].Delegated {
			what = "delegation"
		}
		if !t.overrides[o.Place] {
			s.notes = append(s.notes, demarc.Note{Kind: demarc.NoteOverride, Place: o.Place, Count: 1,
				Message: "the " + what + " matches no resource"})
		}
		if what == "override" {
			s.noteUndeclared(what, o.Place, s.undeclared(o))
		}
	}
	for i := range s.line.options.Delegations {
		if x := &s.line.options.Delegations[i]; !s.knowsParty(x.Party) {
			s.noteUndeclared("delegation", x.Place, []string{x.Party})
		}
	}
}

func (s *settler) noteUndeclared(what string, at demarc.Place, parties []string) {
	for _, id := range parties {
		s.notes = append(s.notes, demarc.Note{Kind: demarc.NoteOverride, Place: at, Count: 1,
			Message: "the " + what + " names the party " + id + ", which nobody declared: list it under parties"})
	}
}

// knowsParty reports whether the organisation or the catalogue knows a party.
func (s *settler) knowsParty(id string) bool {
	return s.line.catalog.KnowsParty(id) || slices.Contains([]string{demarc.Customer, catalog.ProviderParty, catalog.PublisherParty}, id) ||
		slices.ContainsFunc(s.line.options.Parties, func(p demarc.Party) bool { return p.ID == id })
}

// undeclared are the parties of an override that neither the organisation nor
// the catalogue knows: they may be misspelled.
func (s *settler) undeclared(o *demarc.Override) []string {
	var unknown []string
	for _, c := range o.Cells {
		for _, id := range c.Parties {
			if !s.knowsParty(id) && !slices.Contains(unknown, id) {
				unknown = append(unknown, id)
			}
		}
	}
	return unknown
}

// mergeNotes makes one note of those that say the same of the same file; the
// first place is kept.
func mergeNotes(notes []demarc.Note) []demarc.Note {
	slices.SortStableFunc(notes, func(a, b demarc.Note) int {
		return cmp.Or(
			strings.Compare(string(a.Kind), string(b.Kind)),
			strings.Compare(a.Message, b.Message),
			strings.Compare(pathOf(a.Place), pathOf(b.Place)),
			cmp.Compare(a.Place.Line, b.Place.Line),
		)
	})
	var merged []demarc.Note
	for _, n := range notes {
		n.Count = max(n.Count, 1)
		if last := len(merged) - 1; last >= 0 && merged[last].Kind == n.Kind && merged[last].Message == n.Message &&
			merged[last].Place.File == n.Place.File {
			merged[last].Count += n.Count
			continue
		}
		merged = append(merged, n)
	}
	return merged
}

func pathOf(p demarc.Place) string {
	if p.File == nil {
		return ""
	}
	return p.File.Path
}
