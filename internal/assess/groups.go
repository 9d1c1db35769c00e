package assess

import (
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/divide"
	"github.com/demarc-dev/demarc/internal/scope"
	"github.com/demarc-dev/demarc/internal/slots"
)

// tagMeaning is the list of tags that name the group of a resource.
func tagMeaning(by demarc.Grouping) string {
	switch by {
	case demarc.ByWorkload:
		return "workload"
	case demarc.ByOwner:
		return "owner"
	case demarc.Ungrouped, demarc.BySubscription, demarc.ByLocation, demarc.ByAISystem:
	}
	return ""
}

// groupWishes are the values that tell groups apart.
func groupWishes(c *catalog.Catalog, o Options) []slots.Wish {
	var wishes []slots.Wish
	for _, name := range c.TagNames(tagMeaning(o.GroupBy)) {
		wishes = append(wishes, slots.Wish{Path: scope.TagPath(name)})
	}
	if o.GroupBy == demarc.ByOwner {
		wishes = append(wishes, slots.Wish{Path: ownerColumn})
	}
	if o.GroupBy == demarc.ByWorkload {
		for _, w := range o.Workloads {
			if key, _, ok := scope.CutTag(w.Match.Tag); ok {
				wishes = append(wishes, slots.Wish{Path: scope.TagPath(key)})
			}
		}
	}
	return wishes
}

// ownerColumn is where inventories other than a cloud's keep who owns a
// resource. A cloud's properties are its own and mean something else.
const ownerColumn = "properties.owner"

// groupNamed is the group that a resource's own properties or a declared
// workload name, "" when neither does.
func (l *Line) groupNamed(r *demarc.Resource, values *slots.Values) string {
	by := l.options.GroupBy
	if by == demarc.Ungrouped || values == nil {
		return ""
	}
	at := func(path string) demarc.Value { return values.At(values.Plan().Slot(path)) }
	if by == demarc.ByLocation {
		return at("location").Text()
	}
	tag := func(key string) demarc.Value { return at(scope.TagPath(key)) }
	if by == demarc.ByWorkload {
		for _, w := range l.options.Workloads {
			if scope.Covers(w.Match, r, tag) == demarc.True {
				return w.Name
			}
		}
	}
	for _, name := range l.catalog.TagNames(tagMeaning(by)) {
		if text := tag(name).Text(); text != "" {
			return text
		}
	}
	if cloud := strings.Contains(r.Type, "."); by == demarc.ByOwner && !cloud {
		return at(ownerColumn).Text()
	}
	return ""
}

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
	case demarc.ByWorkload, demarc.ByOwner:
		if name := s.groupAbove(o); name != "" || by == demarc.ByOwner || o.Scope == nil {
			return name
		}
		if o.Scope.Kind == demarc.ResourceGroupScope || o.Scope.Kind == demarc.SiteScope {
			return o.Scope.Name
		}
		return ""
	case demarc.ByLocation, demarc.Ungrouped:
	}
	return o.look.group
}

// groupAbove is the group that a resource or a whole above it names.
func (s *settler) groupAbove(o *observed) string {
	const deep = 8 // a ring of parts must end
	for range deep {
		if o == nil || o.look.group != "" || o.PartOf == "" {
			break
		}
		o = s.find(o.PartOf)
	}
	if o == nil {
		return ""
	}
	return o.look.group
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
	counts := map[string]map[*demarc.Answer]int{}
	for _, o := range t.all {
		if o.Answer.Division == nil || o.Standing != demarc.There {
			continue
		}
		name := t.groupOf(o)
		if counts[name] == nil {
			counts[name] = map[*demarc.Answer]int{}
		}
		counts[name][o.Answer]++
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
func (t *tally) matrices(models []string, counts map[*demarc.Answer]int) []demarc.Matrix {
	var list []demarc.Matrix
	for _, id := range models {
		if m := t.matrix(id, counts); m != nil {
			list = append(list, *m)
		}
	}
	return list
}
