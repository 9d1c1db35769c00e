package assess

import (
	"cmp"
	"slices"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/divide"
	"github.com/demarc-dev/demarc/internal/scope"
)

// answerKey is all that an answer depends on.
type answerKey struct {
	nature   *nature
	provider string
	role     demarc.Role
	facet    string // of the manager, for provider-managed resources
	deployed string // ids of the divisions of the AI models deployed in it
}

// answer gives every resource its answer; resources that are alike share one.
// AI resources that host models come last, since the models deployed in them
// decide some of their cells.
func (s *settler) answer() {
	hosts := []*observed{}
	for _, o := range s.all {
		if o.look.class.AI != "" && !deployment(o) {
			hosts = append(hosts, o)
			continue
		}
		s.answerOne(o)
		if h := s.host(o); h != nil && o.Answer.Division != nil && !slices.Contains(s.deployed[h], o.Answer.Division) {
			s.deployed[h] = append(s.deployed[h], o.Answer.Division)
		}
	}
	for _, o := range hosts {
		s.shareModels(o)
		s.answerOne(o)
	}
}

// shareModels gives an AI resource that lies in another one, as a project does
// in its account, the models deployed there: all projects may call them.
func (s *settler) shareModels(o *observed) {
	if len(s.deployed[o]) > 0 {
		return
	}
	if above := s.nearest(parentOf(o.ID)); above != nil && above != o && above.look.class.AI != "" {
		s.deployed[o] = s.deployed[above]
	}
}

func (s *settler) answerOne(o *observed) {
	key := answerKey{nature: o.look.nature, role: o.look.class.Role, provider: s.provider(o)}
	s.place(o, &key)
	for _, d := range s.deployed[o] {
		key.deployed += d.ID
	}
	g, ok := s.answers[key]
	if !ok {
		g = &group{answer: s.newAnswer(key, s.deployed[o]), first: o}
		if o.Type == foundMachine {
			g.answer.Why = foundMachineWhy
		}
		s.answers[key] = g
	}
	switch o.Standing {
	case demarc.There:
		g.count++
	case demarc.Conditional:
		g.conditional++
	case demarc.Leaving:
	}
	o.Answer = g.answer
}

// place finds resources that a provider put into the estate: those in a
// managed group, and those that name a manager.
func (s *settler) place(o *observed, key *answerKey) {
	w, managed := s.ownerOf(o)
	switch {
	case overridden(o.look):
		o.PartOf = unlessManaged(o)
	case managed:
		o.PartOf, key.role, key.facet = w.id, demarc.ProviderManaged, w.facet
	case o.look.managed && !s.service(o.PartOf):
		o.PartOf = ""
	case o.look.managed && key.role != demarc.Part:
		key.role = demarc.ProviderManaged
	}
}

// service reports whether a manager is a provider's service. Infrastructure
// that manages other infrastructure, as a scale set does its machines, does so
// on its owner's behalf.
func (s *settler) service(manager string) bool {
	entry, ok := s.line.catalog.Type(demarc.Fold(scope.Parse(manager).Type()))
	return !ok || entry.Type.Model != demarc.IaaS.String() || len(entry.Type.Manages) > 0
}

// overridden reports whether the organisation itself said what it is.
func overridden(l *look) bool {
	for _, o := range l.class.Overrides {
		if o.HasRole {
			return true
		}
	}
	return false
}

func unlessManaged(o *observed) string {
	if o.look.managed {
		return ""
	}
	return o.PartOf
}

// provider is the party that runs the cloud or the room of a resource.
func (s *settler) provider(o *observed) string {
	class := o.look.class
	if class.Party != "" {
		return class.Party
	}
	if sub := subscriptionOf(o.Scope); sub != nil {
		if cloud, ok := s.clouds[sub]; ok {
			return cloud.Party
		}
		if class.Entry == nil {
			return demarc.Microsoft
		}
	}
	if class.Entry == nil {
		return ""
	}
	if p := s.line.catalog.ProviderOf(class.Entry.Family); p != nil {
		return p.Party
	}
	if t := class.Entry.Type; t.Publisher == namesProvider {
		return o.look.variant.Publisher
	}
	return ""
}

// namesProvider is the property that names who runs a resource of a kind that
// belongs to no provider, such as an application that a bill of materials lists.
const namesProvider = "properties.provider"

func (s *settler) newAnswer(key answerKey, deployed []*demarc.Division) *demarc.Answer {
	class := key.nature.class
	a := &demarc.Answer{Provider: key.provider, Model: class.Model, Role: key.role, Rule: class.Rule, Likely: class.Likely, Why: class.Why}
	if class.Model == demarc.UnknownModel {
		a.Why = class.Reason
		return a
	}
	if key.role == demarc.ProviderManaged {
		a.Why = managedWhy(key.facet)
		return a
	}
	a.Facets = []demarc.Facet{{ID: class.MainFacet, Model: class.Model}}
	for _, f := range class.Facets {
		m, _ := demarc.ParseServiceModel(f.Model)
		a.Facets = append(a.Facets, demarc.Facet{ID: f.ID, Model: m})
	}
	if key.role.HasRows() {
		a.Division = s.divide(key, deployed)
	}
	return a
}

func managedWhy(facet string) string {
	if facet == "" {
		return "Another resource or service manages it: who may change it is answered there."
	}
	return "It lies where a service put it: who may change it is answered by the facet " + facet + " of the resource it belongs to."
}

func (s *settler) divide(key answerKey, deployed []*demarc.Division) *demarc.Division {
	class := key.nature.class
	d := s.line.divider.Divide(divide.Case{
		Type:      class.Type,
		Provider:  cmp.Or(key.provider, catalog.ProviderParty),
		Model:     class.Model,
		MainFacet: class.MainFacet,
		Lacks:     class.Lacks,
		Facets:    class.Facets,
		AI:        class.AI,
		Why:       class.Why,
		Variant:   key.nature.variant,
		Overrides: class.Overrides,
		Deployed:  cellsByArea(deployed),
	})
	if made, ok := s.divisions[d.ID]; ok {
		return made
	}
	s.divisions[d.ID] = d
	return d
}

func cellsByArea(divisions []*demarc.Division) map[string][]*demarc.Cell {
	byArea := map[string][]*demarc.Cell{}
	for _, d := range divisions {
		for i := range d.Cells {
			if c := &d.Cells[i]; c.Model == divide.AIModel {
				byArea[c.AreaID] = append(byArea[c.AreaID], c)
			}
		}
	}
	return byArea
}
