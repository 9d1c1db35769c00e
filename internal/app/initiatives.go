package app

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/policy"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/source"
)

// initiatives are those of packs and of an estate, with the definitions that
// they bring and what is published about their controls.
type initiatives struct {
	rules *rules
	kinds map[string]policy.Kind // by folded id
	about map[string]string      // what is published about a definition, by its folded name
	packs []report.FrameworkPack
	notes []string

	mu        sync.Mutex
	given     []demarc.PolicyDefinition
	published []demarc.PolicyMetadata
}

func newInitiatives(checks Checks) *initiatives {
	return &initiatives{kinds: map[string]policy.Kind{}, about: map[string]string{},
		rules: newRules(nil, Checks{Folder: checks.Folder, Policies: checks.Policies})}
}

// overhear keeps what files say about initiatives on its way to the line.
func (x *initiatives) overhear(_ *demarc.File, to source.Sink) source.Sink {
	return &overhearing{to, x}
}

type overhearing struct {
	source.Sink
	keeps *initiatives
}

// Fork gives another goroutine its own sink.
func (o *overhearing) Fork() source.Sink { return &overhearing{o.Sink.Fork(), o.keeps} }

// Statement keeps definitions, initiatives and the owners of controls.
func (o *overhearing) Statement(s source.Statement) {
	o.keeps.mu.Lock()
	switch c := s.Content.(type) {
	case demarc.PolicyDefinition:
		o.keeps.given = append(o.keeps.given, c)
	case demarc.PolicyMetadata:
		o.keeps.published = append(o.keeps.published, c)
	}
	o.keeps.mu.Unlock()
	o.Sink.Statement(s)
}

// sets parses all initiatives, each once: those of the estate before those of
// packs. Those of packs are of one cloud.
func (x *initiatives) sets(government bool) ([]*policy.Set, error) {
	var list []*policy.Set
	known := map[string]bool{}
	add := func(id string, text []byte, from string) {
		if known[demarc.Fold(id)] {
			return
		}
		known[demarc.Fold(id)] = true
		s, err := policy.ParseSet(text)
		if err != nil {
			x.notes = append(x.notes, fmt.Sprintf("%s: the initiative %s cannot be read: %v", from, id, err))
			return
		}
		list = append(list, s)
	}
	slices.SortFunc(x.given, func(a, b demarc.PolicyDefinition) int {
		return cmp.Or(demarc.CompareFold(a.ID, b.ID), strings.Compare(a.Place.String(), b.Place.String()))
	})
	for i := range x.given {
		if d := &x.given[i]; d.Set {
			add(d.ID, d.Text, d.Place.String())
		} else {
			x.rules.take(d.ID, false, d.Text, d.Place)
		}
	}
	team, err := x.team()
	if err != nil {
		return nil, err
	}
	for _, s := range team {
		if key := demarc.Fold(cmp.Or(s.ID, s.Name)); !known[key] {
			known[key] = true
			list = append(list, s)
		}
	}
	for _, p := range x.rules.allPacks() {
		h := p.Header()
		x.packs = append(x.packs, report.FrameworkPack{Name: h.Name, Commit: h.Commit, Created: h.Created})
		sets, err := p.Sets()
		if err != nil {
			return nil, fmt.Errorf("pack %s: %w", h.Name, err)
		}
		for i := range sets {
			if sets[i].Gov == government {
				add(sets[i].ID, sets[i].Raw, "pack "+h.Name)
			}
		}
	}
	return list, nil
}

// team are the initiatives of --policies, in order.
func (x *initiatives) team() ([]*policy.Set, error) {
	if _, err := x.rules.team(); err != nil {
		return nil, err
	}
	for i := range x.rules.notes {
		x.notes = append(x.notes, x.rules.notes[i].Place.String()+": "+x.rules.notes[i].Message)
	}
	list := slices.Collect(maps.Values(x.rules.sets))
	slices.SortFunc(list, func(a, b *policy.Set) int {
		return cmp.Or(strings.Compare(a.ID, b.ID), strings.Compare(a.Name, b.Name), strings.Compare(a.DisplayName, b.DisplayName))
	})
	return list, nil
}

// kindOf is the kind of a definition, by its id.
func (x *initiatives) kindOf(id string) (policy.Kind, bool) {
	key := demarc.Fold(id)
	if kind, ok := x.kinds[key]; ok {
		return kind, true
	}
	d := x.rules.definition(id)
	if d == nil {
		return 0, false
	}
	x.kinds[key], x.about[lastPart(key)] = d.Kind(), d.MetadataID
	return x.kinds[key], true
}
