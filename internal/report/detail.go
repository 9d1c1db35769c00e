package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/demarc-dev/demarc"
)

// Details are the answers behind the cells of a view's pictures.
type Details struct {
	groups  map[detailKey][]Group
	index   map[groupKey]int // where a group is while groups are collected
	parties Parties
}

type detailKey struct {
	area   string
	column demarc.ServiceModel
}

type groupKey struct {
	detailKey
	answers string
}

// Group is the resources of one cell of a picture that have the same answer.
type Group struct {
	Count   int
	Answers []Answer // one per facet
	First   []Name   // the first resources
}

// Answer is what is said of one facet.
type Answer struct {
	Facet  string
	Share  Share // who; its Count is not set
	NA     bool
	Halves []Half
	Reason string
	Source string // "" when it is no web address
}

// Name is a resource's name and type.
type Name struct {
	Name, Type string
	at         int // its place among all resources
}

// Limits of details, so that a page stays small at any size of estate.
const (
	maxNames  = 25
	longText  = 600
	longNames = 80
)

// NewDetails groups the resources of an assessment by what is said of them.
func NewDetails(a *demarc.Assessment, v *View) *Details {
	d := &Details{groups: map[detailKey][]Group{}, index: map[groupKey]int{}, parties: v.Parties}
	members := members(a)
	for _, division := range a.Divisions {
		if m := members[division]; m != nil {
			d.add(division, m)
		}
	}
	for key := range d.groups {
		slices.SortStableFunc(d.groups[key], func(x, y Group) int { return cmp.Compare(y.Count, x.Count) })
	}
	return d
}

// Groups returns the groups of one cell, the largest first.
func (d *Details) Groups(areaID string, column demarc.ServiceModel) []Group {
	return d.groups[detailKey{areaID, column}]
}

type member struct {
	count int
	first []Name
}

func members(a *demarc.Assessment) map[*demarc.Division]*member {
	all := map[*demarc.Division]*member{}
	var last *demarc.Division
	var m *member
	for i, r := range a.Resources {
		division := r.Answer.Division
		if division == nil {
			continue
		}
		if division != last {
			last, m = division, all[division]
			if m == nil {
				m = &member{}
				all[division] = m
			}
		}
		m.count++
		if len(m.first) < maxNames {
			name := Cut(Visible(orElse(r.Name, r.ID)), longNames)
			m.first = append(m.first, Name{name, Cut(Visible(r.Type), longNames), i})
		}
	}
	return all
}

// add files a division under every area and column that its facets meet in,
// as the picture counts it.
func (d *Details) add(division *demarc.Division, m *member) {
	met := map[detailKey][]*demarc.Cell{}
	var order []detailKey
	for i := range division.Cells {
		c := &division.Cells[i]
		key := detailKey{c.AreaID, c.FacetModel}
		if met[key] == nil {
			order = append(order, key)
		}
		met[key] = append(met[key], c)
	}
	for _, key := range order {
		d.put(key, d.group(met[key], m))
	}
}

func (d *Details) group(cells []*demarc.Cell, m *member) Group {
	g := Group{Count: m.count, First: m.first}
	for _, c := range cells {
		g.Answers = append(g.Answers, d.answer(c))
	}
	return g
}

func (d *Details) answer(c *demarc.Cell) Answer {
	a := Answer{Facet: Visible(c.Facet), NA: c.NotApplicable, Reason: Cut(Visible(c.Reason), longText)}
	if WebAddress(c.Source) && len(c.Source) <= longText {
		a.Source = c.Source
	}
	if c.NotApplicable {
		return a
	}
	a.Share = d.parties.Share(c.Parties, 0)
	for _, id := range d.parties.order(c.Parties) {
		if does := c.Halves[id]; does != "" {
			a.Halves = append(a.Halves, Half{Party: id, Name: d.parties.Name(id), Does: Cut(Visible(does), longText), Accountable: c.Accountable[id]})
		}
	}
	return a
}

// put adds a group to its like, or as a new one.
func (d *Details) put(key detailKey, g Group) {
	groups := d.groups[key]
	same := groupKey{key, fmt.Sprint(g.Answers)}
	i, known := d.index[same]
	if !known {
		d.index[same] = len(groups)
		d.groups[key] = append(groups, g)
		return
	}
	groups[i].Count += g.Count
	first := slices.Concat(groups[i].First, g.First)
	slices.SortFunc(first, func(x, y Name) int { return cmp.Compare(x.at, y.at) })
	groups[i].First = first[:min(len(first), maxNames)]
}
