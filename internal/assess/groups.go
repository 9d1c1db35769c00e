package assess

import (
	"slices"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/divide"
)

// groupOf is the group of a resource: what it names itself, else what the
// resource it is a piece of names, else, for workloads, its resource group or
// site.
func (s *settler) groupOf(o *observed) string {
	switch by := s.line.options.GroupBy; by {
	case demarc.BySubscription:
		if sub := subscriptionOf(o.Scope); sub != nil {
			return sub.Name
		}
		return ""
	case demarc.ByAISystem:
		return s.aiSystem(o)
	case demarc.ByOwner:
		return s.above(o, func(b *belonging) string { return b.owner })
	case demarc.ByWorkload:
		name := s.above(o, func(b *belonging) string { return b.workload })
		if name != "" || o.Scope == nil {
			return name
		}
		if o.Scope.Kind == demarc.ResourceGroupScope || o.Scope.Kind == demarc.SiteScope {
			return o.Scope.Name
		}
		return ""
	case demarc.ByLocation, demarc.Ungrouped:
	}
	return o.look.location
}

// above is what a resource, or a whole above it, says about where it belongs.
func (s *settler) above(o *observed, says func(*belonging) string) string {
	const deep = 8 // a ring of parts must end
	for range deep {
		if o == nil || o.PartOf == "" || says(&o.look.belonging) != "" {
			break
		}
		o = s.find(o.PartOf)
	}
	if o == nil {
		return ""
	}
	return says(&o.look.belonging)
}

// aiSystem names a resource that the AI matrix is about.
func (s *settler) aiSystem(o *observed) string {
	if o.look.class.AI == "" {
		return ""
	}
	if h := s.host(o); h != nil {
		return h.Name + " / " + o.Name
	}
	return o.Name
}

// groups gives every group a matrix of its own.
func (t *tally) groups() []demarc.Group {
	if t.line.options.GroupBy == demarc.Ungrouped {
		return nil
	}
	counts := map[string]map[seenAs]int{}
	for i, o := range t.all {
		if o.Answer.Division == nil || o.Standing != demarc.There {
			continue
		}
		name := t.groupOf(o)
		if counts[name] == nil {
			counts[name] = map[seenAs]int{}
		}
		counts[name][t.seenAs(i, o)]++
	}
	models := []string{divide.CloudModel, divide.AIModel}
	if t.line.options.GroupBy == demarc.ByAISystem {
		models = models[1:]
		delete(counts, "") // what is no AI system
	}
	groups := make([]demarc.Group, 0, len(counts))
	for name, of := range counts {
		g := demarc.Group{Name: name}
		for _, n := range of {
			g.Workloads += n
		}
		g.Matrices = t.matrices(models, of)
		groups = append(groups, g)
	}
	slices.SortFunc(groups, func(a, b demarc.Group) int {
		if (a.Name == "") != (b.Name == "") {
			return len(b.Name) - len(a.Name) // those without a name come last
		}
		return demarc.CompareFold(a.Name, b.Name)
	})
	return groups
}

// matrices fills the pictures of published models for some workloads, counted
// by their answers.
func (t *tally) matrices(models []string, counts map[seenAs]int) []demarc.Matrix {
	var list []demarc.Matrix
	for _, id := range models {
		if m := t.matrix(id, counts); m != nil {
			list = append(list, *m)
		}
	}
	return list
}
