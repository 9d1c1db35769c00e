// Package assess runs the stations in order, in two phases. Observing happens
// once per resource while it streams by and keeps only what was decided.
// Settling then decides what needs other resources: whose part something is,
// who manages a group, in which cloud a subscription lies, duplicates. It does
// not depend on the order in which anything was observed.
package assess

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/access"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/classify"
	"github.com/demarc-dev/demarc/internal/divide"
	"github.com/demarc-dev/demarc/internal/responsibility"
	"github.com/demarc-dev/demarc/internal/slots"
)

// Options is what an assessment needs to know beside the resources.
type Options struct {
	Name      string
	AsOf      time.Time // the day; the assessment stands for its end in UTC
	Overrides []demarc.Override
	Parties   []demarc.Party // declared by the organisation
	// Watch asks to keep the values of these resources, by folded id or name,
	// so that an answer can be explained.
	Watch func(r *demarc.Resource) bool
	// Keep are further properties to keep of them, beside those that decide.
	Keep []string
	// KeepSought asks to keep the values of what policies look for beside
	// others, so that its part in a verdict can be told.
	KeepSought bool
	// GroupBy asks for groups, Workloads says what belongs to which workload;
	// the first that covers a resource counts.
	GroupBy   demarc.Grouping
	Workloads []Workload
	// What the organisation says about people and demands of itself.
	Requirements []demarc.Requirement
	Delegations  []demarc.Delegation
	OwnerRules   []demarc.OwnerRule
	NoChecks     bool      // what access decides is not checked; policies are apart
	OwnerTags    []string  // names of the tags that name an owner; nil for the common ones
	Policies     *Policies // nil for none
}

// Workload names resources that serve one purpose.
type Workload struct {
	Name      string
	Match     demarc.Match
	DataClass string
	Owner     string
}

// Line is the compiled stations for one catalogue and one organisation. It is
// safe for concurrent use.
type Line struct {
	catalog    *catalog.Catalog
	options    Options
	layout     *slots.Layout
	classifier *classify.Classifier
	divider    *divide.Divider
	natures    sync.Map // natureKey -> *nature
	looks      sync.Map // lookKey -> *look
	book       *responsibility.Book
	joints     *joints
	findings   sync.Map // findingKey -> *finding
	seatings   sync.Map // *slots.Plan -> *seats
	tagMatches []demarc.Match
	said       []saidTable // by bound definition of the policies
	parts      sync.Map    // *policy.Program -> *slots.Plan, see partOf
	twins      sync.Map    // *policy.Program -> [][]int, see twinsOf
}

// nature is what was decided about a resource from its properties alone.
// Answers depend on nothing else of a resource.
type nature struct {
	natureKey
}

type natureKey struct {
	class   *classify.Class
	variant divide.Variant
	managed bool // PartOf names a manager, not a whole
	// unclaimed says that it manages a group whose name was not seen.
	unclaimed bool
}

// look is a nature with what the resource says about where it belongs.
// Resources that look alike share one.
type look struct {
	*nature
	near bool // PartOf is shortened, see near
	belonging
}

type lookKey struct {
	nature *nature
	near   bool
	belonging
}

// New compiles the stations. It refuses a catalogue without the matrices that
// divisions are read from, and more overrides than can be told apart.
func New(c *catalog.Catalog, o Options) (*Line, error) {
	for _, id := range []string{divide.CloudModel, divide.AIModel} {
		if c.Model(id) == nil {
			return nil, fmt.Errorf("the catalogue has no model %s", id)
		}
	}
	o.Overrides = append(slices.Clip(o.Overrides), o.delegatedCells()...)
	if len(o.Overrides) > classify.MostOverrides {
		return nil, fmt.Errorf("%d overrides, more than %d", len(o.Overrides), classify.MostOverrides)
	}
	wishes := append([]slots.Wish{{Path: "location"}}, belongingWishes(c, o)...)
	wishes = append(wishes, classify.Wishes(c, o.Overrides)...)
	wishes = append(wishes, divide.Wishes(c)...)
	for _, path := range o.Keep {
		wishes = append(wishes, slots.Wish{Path: path})
	}
	wishes = append(wishes, access.Wishes()...)
	wishes = append(wishes, governWishes(c)...)
	joints := newJoints(c)
	layout, err := slots.NewLayout(wishes, o.policyWishes, o.apartWishes(joints))
	if err != nil {
		return nil, err
	}
	book, err := responsibility.New(c)
	if err != nil {
		return nil, err
	}
	said := 0
	if o.Policies != nil {
		said = len(o.Policies.Checks)
	}
	return &Line{
		said:       make([]saidTable, said),
		catalog:    c,
		options:    o,
		layout:     layout,
		joints:     joints,
		book:       book,
		tagMatches: o.tagMatches(),
		classifier: classify.New(c, layout, o.Overrides),
		divider:    divide.New(c, layout),
	}, nil
}

// delegatedCells are the areas that delegations in force take, as the stations
// read them.
func (o *Options) delegatedCells() []demarc.Override {
	var list []demarc.Override
	day := o.AsOf.UTC().Truncate(24 * time.Hour)
	for _, d := range o.Delegations {
		if !d.In(day) || len(d.Areas) == 0 {
			continue
		}
		own := demarc.Override{Match: d.Match, Reason: cmp.Or(d.Contract, "by contract with "+d.Party), Place: d.Place}
		for _, area := range d.Areas {
			own.Cells = append(own.Cells, demarc.OverrideCell{Delegated: true, Area: area, Parties: []string{d.Party}})
		}
		list = append(list, own)
	}
	return list
}

// Layout tells readers which values are wanted.
func (l *Line) Layout() *slots.Layout { return l.layout }

// shared finds what was made for a key before, or makes it.
func shared[K comparable, V any](made *sync.Map, key K, make func() *V) *V {
	if v, ok := made.Load(key); ok {
		return v.(*V)
	}
	v, _ := made.LoadOrStore(key, make())
	return v.(*V)
}
