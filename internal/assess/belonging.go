package assess

import (
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/scope"
	"github.com/demarc-dev/demarc/internal/slots"
)

// belonging is what a resource says about where it belongs: the workload it
// serves, who owns it, what kind of data it holds.
type belonging struct {
	workload  string // declared, else named by a tag
	owner     string
	ownerTag  string // where the owner was read
	dataClass string
	location  string // only where somebody asked for it
	matched   string // which owner rules and delegations name a tag that it has
}

// String tells two of them apart.
func (b belonging) String() string {
	return strings.Join([]string{b.workload, b.owner, b.ownerTag, b.dataClass, b.location, b.matched}, "\x00")
}

// The lists of tags that mean the same.
const (
	workloadTags  = "workload"
	ownerTags     = "owner"
	dataClassTags = "data-class"
)

// ownerColumn is where inventories other than a cloud's keep who owns a
// resource. A cloud's properties are its own and mean something else.
const ownerColumn = "properties.owner"

// tagNames are the tags that mean a thing: those that the organisation names,
// else those that people commonly use.
func (o *Options) tagNames(c *catalog.Catalog, id string) []string {
	if id == ownerTags && len(o.OwnerTags) > 0 {
		return o.OwnerTags
	}
	return c.TagNames(id)
}

// belongingWishes are the values that tell where a resource belongs.
func belongingWishes(c *catalog.Catalog, o Options) []slots.Wish {
	wishes := []slots.Wish{{Path: ownerColumn}}
	for _, id := range [...]string{workloadTags, ownerTags, dataClassTags} {
		for _, name := range o.tagNames(c, id) {
			wishes = append(wishes, slots.Wish{Path: scope.TagPath(name)})
		}
	}
	for _, m := range o.matches() {
		if key, _, ok := scope.CutTag(m.Tag); ok {
			wishes = append(wishes, slots.Wish{Path: scope.TagPath(key)})
		}
	}
	return wishes
}

// matches are all matches of the organisation that may name a tag.
func (o *Options) matches() []demarc.Match {
	var list []demarc.Match
	for _, w := range o.Workloads {
		list = append(list, w.Match)
	}
	for _, r := range o.OwnerRules {
		list = append(list, r.Match)
	}
	for _, d := range o.Delegations {
		list = append(list, d.Match)
	}
	return list
}

// seats are the slots, in the plan of one type, of what tells where a resource
// belongs.
type seats struct {
	workload, owner, dataClass []seat
	ownerColumn, location      int
	governs, governedBy        []int
	governed                   bool // settings may name its id
}

// seat is the slot of one tag.
type seat struct {
	slot int
	name string
}

func (l *Line) seats(plan *slots.Plan, typ string) *seats {
	return shared(&l.seatings, plan, func() *seats {
		of := func(id string) []seat {
			var list []seat
			for _, name := range l.options.tagNames(l.catalog, id) {
				list = append(list, seat{plan.Slot(scope.TagPath(name)), name})
			}
			return list
		}
		made := &seats{workload: of(workloadTags), owner: of(ownerTags), dataClass: of(dataClassTags),
			ownerColumn: plan.Slot(ownerColumn), location: plan.Slot("location")}
		if entry, ok := l.catalog.Type(demarc.Fold(typ)); ok {
			made.governs, made.governedBy = slotsOf(plan, entry.Type.Governs), slotsOf(plan, entry.Type.GovernedBy)
			made.governed = len(made.governedBy) > 0
		}
		return made
	})
}

func slotsOf(plan *slots.Plan, paths []string) []int {
	var list []int
	for _, p := range paths {
		list = append(list, plan.Slot(p))
	}
	return list
}

// belonging reads where a resource belongs; at is nil where no values were
// seen.
func (l *Line) belonging(r *demarc.Resource, at *seats, values *slots.Values) belonging {
	b := belonging{workload: l.declared(r, values), matched: l.matchedTags(r, values)}
	if at == nil {
		return b
	}
	if b.workload == "" {
		b.workload, _ = tagged(at.workload, values)
	}
	b.owner, b.ownerTag = tagged(at.owner, values)
	b.dataClass, _ = tagged(at.dataClass, values)
	if b.owner == "" && !strings.Contains(r.Type, ".") { // a cloud's types have a dot
		if b.owner = values.At(at.ownerColumn).Text(); b.owner != "" {
			b.ownerTag = "owner"
		}
	}
	if l.options.GroupBy == demarc.ByLocation {
		b.location = values.At(at.location).Text()
	}
	return b
}

// declared is the first declared workload that covers a resource.
func (l *Line) declared(r *demarc.Resource, values *slots.Values) string {
	tag := func(key string) demarc.Value {
		if values == nil {
			return demarc.Value{}
		}
		return values.At(values.Plan().Slot(scope.TagPath(key)))
	}
	for i := range l.options.Workloads {
		w := &l.options.Workloads[i]
		if scope.Covers(w.Match, r, tag) == demarc.True {
			return w.Name
		}
	}
	return ""
}

// tagged is the first tag that a resource has, and its name.
func tagged(seats []seat, values *slots.Values) (value, name string) {
	for _, s := range seats {
		if text := values.At(s.slot).Text(); text != "" && !strings.Contains(text, "://") { // an address of a page is nobody
			return text, s.name
		}
	}
	return "", ""
}
