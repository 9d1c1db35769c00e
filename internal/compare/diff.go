package compare

import (
	"time"

	"github.com/demarc-dev/demarc"
)

// DiffOptions say how two assessments are held against each other. The zero
// DiffOptions compare them as they are.
type DiffOptions struct {
	// Pairs names resources that became others: the folded id before, the id
	// after.
	Pairs map[string]string
	// Replayed is what was there before, assessed with the knowledge of after.
	// What differs between before and it has its cause in the catalogue, what
	// differs between it and after in the estate. Nil is where both were
	// assessed with the same knowledge: then the estate is the cause of all.
	Replayed *demarc.Assessment
	// TypeName names a type for people; nil leaves types as they are spelled.
	TypeName func(typ string) string
}

// Cause says what made a difference: that the estate is another one, or that
// the program knows something else of the same estate.
type Cause uint8

// The causes.
const (
	ByEstate Cause = iota
	ByCatalogue
)

// String is the word of outputs.
func (c Cause) String() string {
	if c == ByCatalogue {
		return "catalogue"
	}
	return "estate"
}

// Difference is what is different between two assessments of one estate. Its
// lists are ordered, so that the same assessments give the same difference;
// what is alike in all but its place stands there once, with all its places.
type Difference struct {
	Before, After    Side
	Added, Removed   []Presence
	Changed          []ResourceChange
	Cells            []CellChange
	Responsibilities []TaskChange
	Owners           []OwnerChange
	Catalog          []CatalogChange
	Flows            []Flow
	// Parties are those of both sides, those of after where they differ.
	Parties map[string]demarc.Party
}

// Empty reports whether nothing is different.
func (d *Difference) Empty() bool {
	return len(d.Added)+len(d.Removed)+len(d.Changed)+len(d.Cells)+len(d.Responsibilities)+len(d.Owners)+len(d.Catalog) == 0
}

// Side is one of the two assessments, in numbers.
type Side struct {
	Estate     string
	AsOf       time.Time
	Resources  int // that are there, whatever their role
	Workloads  int
	Incomplete int // inputs that show only a part of what there is
	demarc.Summary
}

// Presence is a resource that is on one side only. What a plan deletes, or a
// template deploys under a condition that cannot be known, is not there.
type Presence struct {
	*demarc.Assessed
	Reason string // why it is not there on the other side, "" when nothing shows it
	Cause
}

// Aspect is what of a resource or of a fact is different.
type Aspect string

// The aspects of a resource.
const (
	AspectID       Aspect = "id" // it is another resource that took its place
	AspectName     Aspect = "name"
	AspectType     Aspect = "type"
	AspectModel    Aspect = "service model"
	AspectRole     Aspect = "role"
	AspectProvider Aspect = "provider"
	AspectFacets   Aspect = "facets" // beside the main one
	AspectScope    Aspect = "scope"
	AspectPartOf   Aspect = "part of"
	AspectWorkload Aspect = "workload"
	AspectSeen     Aspect = "seen"
)

// Change is one aspect with what it was and what it is; "" is nothing.
type Change struct {
	Aspect        Aspect
	Before, After string
}

// ResourceChange is a resource that is on both sides and is not the same.
type ResourceChange struct {
	Before, After *demarc.Assessed
	Changes       []Change
	Why           string // what decided its type, service model and role, where these changed
	Cause
}

// CellChange is a cell whose parties changed, at all resources where they
// changed for the same reason.
type CellChange struct {
	Facet         string
	Model         string // id of the published matrix
	Area          demarc.Area
	Before, After []string // parties; none where there is no such area, "unknown" where it cannot be told
	Reason        string   // what passed and why, without naming the resource
	Why           string   // what decided alone, which ends the reason, "" when nothing tells
	Source        string   // of what decided the cell as it is after
	Cause
	Resources []*demarc.Assessed
}

// Stand is how a responsibility stands on one side.
type Stand struct {
	Exists   bool
	Party    string // who bears it
	Status   demarc.Status
	Unknown  demarc.Reason // of an unknown one
	Accepted bool
	Why      string
}

// TaskChange is a responsibility that is new, ended, or stands otherwise than
// before, at all places where that is so for the same reason.
type TaskChange struct {
	Responsibility *demarc.Responsibility // as it is after, unless it ended
	Move           Move
	Before, After  Stand
	Reason         string // what decided, without naming the place
	Cause
	Places []demarc.Instance // as they are after, unless they ended
}

// OwnerChange is another owner by name, with all places where that is so.
type OwnerChange struct {
	Responsibility string       // id of the one that it is about, "" for whole resources
	Before, After  demarc.Owner // the zero Owner is nobody
	Cause
	Places []demarc.Instance
}

// CatalogChange is a piece of knowledge that is not the same on both sides.
type CatalogChange struct {
	Kind    CatalogKind
	ID      string
	Title   string
	Move    Move // Begun, Over or AsBefore when its content changed
	Changes []Change
	Source  string
}

// CatalogKind says what a piece of knowledge is.
type CatalogKind string

// The kinds of knowledge that are compared.
const (
	CatalogRule           CatalogKind = "rule"
	CatalogResponsibility CatalogKind = "responsibility"
	CatalogModel          CatalogKind = "model"
)

// Flow counts the cells that passed from some parties to others at resources
// that are on both sides.
type Flow struct {
	Before, After []string // as in [CellChange]
	Cells         int
	Resources     int
	Cause
}

// Diff says what is different between two assessments. It neither judges nor
// divides anew: every reason is made of what the two assessments say.
func Diff(before, after *demarc.Assessment, o DiffOptions) *Difference {
	out := &Difference{Before: sideOf(before), After: sideOf(after), Parties: map[string]demarc.Party{}}
	middle := before
	if o.Replayed != nil {
		middle = o.Replayed
		d := newDiffer(out, before, middle, DiffOptions{TypeName: o.TypeName})
		d.cause = ByCatalogue
		d.run()
		out.knowledge(before, middle, true)
	} else {
		out.knowledge(before, after, false)
	}
	newDiffer(out, middle, after, o).run()
	for _, a := range [...]*demarc.Assessment{before, middle, after} {
		for id, p := range a.Parties {
			out.Parties[id] = p
		}
	}
	out.order()
	out.flow()
	return out
}

func sideOf(a *demarc.Assessment) Side {
	return Side{Estate: a.Estate.Name, AsOf: a.AsOf, Resources: a.Estate.Resources, Workloads: a.Estate.Workloads, Incomplete: len(a.Estate.Incomplete), Summary: a.Summary}
}
