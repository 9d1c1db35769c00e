package assess

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// groupOf is the group of a resource: what it names itself, else what the
// resource it is a piece of names, else, for workloads, its resource group or
// site. Its owner is who answers for it as a whole.
func (t *tally) groupOf(o *observed) string {
	switch by := t.line.options.GroupBy; by {
	case demarc.BySubscription:
		if sub := subscriptionOf(o.Scope); sub != nil {
			return sub.Name
		}
		return ""
	case demarc.ByAISystem:
		return t.aiSystem(o)
	case demarc.ByOwner:
		return t.owners.of(o, t.docket.whereabouts(o)).Name
	case demarc.ByWorkload:
		return workloadOf(o, t.docket.whereabouts(o).workload)
	case demarc.ByLocation, demarc.Ungrouped:
	}
	return o.look.location
}

// workloadOf is the workload of a resource as people tell workloads apart, by
// the name that was declared or tagged.
func workloadOf(o *observed, name string) string {
	if name != "" || o.Scope == nil {
		return name
	}
	if o.Scope.Kind == demarc.ResourceGroupScope || o.Scope.Kind == demarc.SiteScope {
		return o.Scope.Name
	}
	return ""
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
	models := published
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
		g.Matrices = t.matrices(models, maps.All(of))
		groups = append(groups, g)
	}
	slices.SortFunc(groups, func(a, b demarc.Group) int {
		return cmp.Or(compareNames(a.Name, b.Name), strings.Compare(a.Name, b.Name))
	})
	return groups
}

// compareNames orders the names of groups; those without one come last.
func compareNames(a, b string) int {
	if (a == "") != (b == "") {
		return len(b) - len(a)
	}
	return demarc.CompareFold(a, b)
}
