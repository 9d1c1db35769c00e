package app

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/scope"
	"github.com/demarc-dev/demarc/internal/source/statements"
)

// Move is what a person asks for: what a selector finds is to become a target.
type Move struct {
	Selector string // a resource, type:TYPE, tag:KEY=VALUE, group:NAME or the id of a scope
	Target   string // a type or display name, with :KIND where that decides
	Into     string // the scope where it is to be, "" for where it is now
	Reason   string // why somebody wants it, "" when nobody says
}

// ParseMove reads SELECTOR=TARGET. A selector may hold an equals sign, a
// target cannot.
func ParseMove(word string) (Move, error) {
	i := strings.LastIndexByte(word, '=')
	m := Move{Selector: strings.TrimSpace(word[:max(i, 0)]), Target: strings.TrimSpace(word[i+1:])}
	if i < 0 || m.Selector == "" || m.Target == "" {
		return m, &UsageError{fmt.Errorf("--move %q is not SELECTOR=TARGET", word)}
	}
	return m, nil
}

// tag is the tag that a move selects by, "" for none.
func (m *Move) tag() string {
	key, rest, _ := strings.Cut(m.Selector, ":")
	if demarc.EqualFold(key, "tag") {
		return rest
	}
	return ""
}

// selected is a resource that moves.
type selected struct {
	place  int // in the list before
	move   *Move
	to     target
	bundle []int // the resource and what belongs to it, in order
}

// selection finds what moves.
type selection struct {
	catalog *catalog.Catalog
	before  *assess.Settled
	tagged  *tagged
	parts   map[string][]int // places of what belongs to a resource, by its folded id
	taken   map[int]*selected
	left    []report.WhatIfLeft
}

// newSelection indexes what belongs to what: pieces, what a resource manages,
// and what lies in it by its id.
func newSelection(c *catalog.Catalog, before *assess.Settled, t *tagged) *selection {
	s := &selection{catalog: c, before: before, tagged: t, parts: map[string][]int{}, taken: map[int]*selected{}}
	for i, r := range before.Resources {
		whole := demarc.Fold(r.PartOf)
		if whole != "" {
			s.parts[whole] = append(s.parts[whole], i)
		}
		if parent := demarc.Fold(scope.Parse(r.ID).Parent); parent != "" && parent != whole {
			s.parts[parent] = append(s.parts[parent], i)
		}
	}
	return s
}

// bundle is a resource with all that belongs to it.
func (s *selection) bundle(place int) []int {
	list, in := []int{place}, map[int]bool{place: true}
	for n := 0; n < len(list); n++ {
		for _, part := range s.parts[demarc.Fold(s.before.Resources[list[n]].ID)] {
			if !in[part] {
				in[part] = true
				list = append(list, part)
			}
		}
	}
	slices.Sort(list[1:])
	return list
}

// take selects what one move is about.
func (s *selection) take(m *Move) error {
	to, err := targetOf(s.catalog, m.Target)
	if err != nil {
		return err
	}
	places, several, err := s.find(m)
	if err != nil {
		return err
	}
	var first error
	n := 0
	for _, place := range places {
		x := &selected{place: place, move: m, to: to, bundle: s.bundle(place)}
		switch err := s.add(x); {
		case err == nil:
			n++
		case !several:
			return err
		default:
			first = cmp.Or(first, err)
			r := s.before.Resources[place]
			s.left = append(s.left, report.WhatIfLeft{ID: r.ID, Name: (&demarc.Instance{Resource: r}).Name(), Type: r.Type, Reason: err.Error()})
		}
	}
	if n == 0 {
		return first
	}
	return nil
}

// add selects one resource, unless the move makes no sense or it moves to
// something else already.
func (s *selection) add(x *selected) error {
	r := s.before.Resources[x.place]
	var parts []*demarc.Assessed
	for _, i := range x.bundle[1:] {
		parts = append(parts, s.before.Resources[i])
	}
	if err := s.check(r, parts, x.to); err != nil {
		return err
	}
	if has := s.taken[x.place]; has != nil && (has.to != x.to || has.move.Into != x.move.Into) {
		return fmt.Errorf("%s is to become two things: %s and %s", (&demarc.Instance{Resource: r}).Name(), min(has.to.a(), x.to.a()), max(has.to.a(), x.to.a()))
	} else if has != nil && (has.move.Selector < x.move.Selector || has.move.Selector == x.move.Selector && has.move.Reason <= x.move.Reason) {
		return nil
	}
	s.taken[x.place] = x
	return nil
}

// find finds the places of what a selector names. Several is set where it does
// not name one thing: then what makes no sense for some holds no other back.
func (s *selection) find(m *Move) (places []int, several bool, err error) {
	key, rest, has := strings.Cut(m.Selector, ":")
	rest = strings.TrimSpace(rest)
	switch {
	case has && demarc.EqualFold(key, "type"):
		places, several = s.ofType(rest), true
	case has && demarc.EqualFold(key, "tag"):
		places, several = s.workloads(func(_ int, r *demarc.Assessed) bool { return s.tagged.ids[rest][demarc.Fold(r.ID)] }), true
	default:
		return s.named(m.Selector, has && demarc.EqualFold(key, "group"))
	}
	if len(places) > 0 {
		return places, several, nil
	}
	err = fmt.Errorf("nothing in the estate is meant by %q", m.Selector)
	if open := s.tagged.open[rest]; open > 0 {
		return nil, false, hinted(err, fmt.Sprintf("of %d resources the input does not show the tags", open))
	}
	return nil, false, hinted(err, "demarc resources lists names and types")
}

// ofType are the resources of a type that are there.
func (s *selection) ofType(word string) []int {
	var places []int
	if entry, ok := typeCalled(s.catalog, word); ok {
		word = entry.Type.Type
	}
	for i, r := range s.before.Resources {
		if demarc.EqualFold(r.Type, word) && r.Standing == demarc.There {
			places = append(places, i)
		}
	}
	return places
}

func (s *selection) workloads(wanted func(int, *demarc.Assessed) bool) []int {
	var places []int
	for i, r := range s.before.Resources {
		if r.Standing == demarc.There && r.Answer.Role.HasRows() && wanted(i, r) {
			places = append(places, i)
		}
	}
	return places
}

// named finds what a name or id means: one resource, or all workloads of a
// group, scope or declared workload.
func (s *selection) named(word string, group bool) (places []int, several bool, err error) {
	isGroup := func(x subject) bool { return x.scope != nil || x.workload != "" }
	var x subject
	if group {
		_, word, _ = strings.Cut(word, ":")
		x, err = the(s.before, word, isGroup)
	} else {
		x, err = the(s.before, word, func(x subject) bool { return x.resource >= 0 })
	}
	switch {
	case err != nil:
		return nil, false, err
	case x.resource >= 0 && group:
		return nil, false, hinted(fmt.Errorf("%q is a resource and no group", strings.TrimSpace(word)), "leave out group:")
	case x.resource >= 0:
		return []int{x.resource}, false, nil
	case !isGroup(x):
		return nil, false, hinted(fmt.Errorf("%q is all there is", word), "name a resource, type:TYPE, tag:KEY=VALUE, group:NAME or the id of a scope")
	}
	places = s.workloads(func(i int, _ *demarc.Assessed) bool { return x.covers(s.before, i) })
	if len(places) == 0 {
		return nil, true, fmt.Errorf("there is no workload in %q", word)
	}
	return places, true, nil
}

// ReadMoves reads a plan with moves.
func ReadMoves(name string, r io.Reader) ([]Move, error) {
	list, err := statements.ParseMoves(name, r)
	if err != nil {
		return nil, err
	}
	var moves []Move
	for _, m := range list {
		moves = append(moves, Move{Selector: m.Select, Target: m.To, Into: m.Into, Reason: m.Reason})
	}
	return moves, nil
}
