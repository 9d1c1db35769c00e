// Package assess runs the stations in order, in two phases. Observing happens
// once per resource while it streams by and keeps only what was decided.
// Settling then decides what needs other resources: whose part something is,
// who manages a group, in which cloud a subscription lies, duplicates. It does
// not depend on the order in which anything was observed.
package assess

import (
	"fmt"
	"sync"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/classify"
	"github.com/demarc-dev/demarc/internal/divide"
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
	// GroupBy asks for groups, Workloads says what belongs to which workload;
	// the first that covers a resource counts.
	GroupBy   demarc.Grouping
	Workloads []Workload
}

// Workload names resources that serve one purpose.
type Workload struct {
	Name  string
	Match demarc.Match
}

// Line is the compiled stations for one catalogue and one organisation. It is
// safe for concurrent use.
type Line struct {
	catalog    *catalog.Catalog
	options    Options
	layout     *slots.Layout
	classifier *classify.Classifier
	divider    *divide.Divider
	looks      sync.Map // lookKey -> *look
}

// look is all that was decided from a resource alone. Resources that look
// alike share one.
type look struct {
	lookKey
}

type lookKey struct {
	class   *classify.Class
	variant divide.Variant
	managed bool // PartOf names a manager, not a whole
	near    bool // PartOf is shortened, see near
	// unclaimed says that it manages a group whose name was not seen.
	unclaimed bool
	group     string // that the resource itself names, "" if none or if nobody asked for groups
}

// New compiles the stations. It refuses a catalogue without the matrices that
// divisions are read from, and more overrides than can be told apart.
func New(c *catalog.Catalog, o Options) (*Line, error) {
	for _, id := range []string{divide.CloudModel, divide.AIModel} {
		if c.Model(id) == nil {
			return nil, fmt.Errorf("the catalogue has no model %s", id)
		}
	}
	if len(o.Overrides) > classify.MostOverrides {
		return nil, fmt.Errorf("%d overrides, more than %d", len(o.Overrides), classify.MostOverrides)
	}
	wishes := append([]slots.Wish{{Path: "location"}}, groupWishes(c, o)...)
	wishes = append(wishes, classify.Wishes(c, o.Overrides)...)
	wishes = append(wishes, divide.Wishes(c)...)
	layout, err := slots.NewLayout(wishes)
	if err != nil {
		return nil, err
	}
	return &Line{
		catalog:    c,
		options:    o,
		layout:     layout,
		classifier: classify.New(c, layout, o.Overrides),
		divider:    divide.New(c, layout),
	}, nil
}

// Layout tells readers which values are wanted.
func (l *Line) Layout() *slots.Layout { return l.layout }

func (l *Line) look(key lookKey) *look {
	if made, ok := l.looks.Load(key); ok {
		return made.(*look)
	}
	made, _ := l.looks.LoadOrStore(key, &look{key})
	return made.(*look)
}
