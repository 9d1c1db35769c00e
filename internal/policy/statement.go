package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// StatementCase is what is known of whose each control is: what initiatives
// list for it, and what is published about it.
type StatementCase struct {
	Sets     []*Set
	Controls *Controls
	// KindOf is the kind of a definition by its id, false for one that nobody has.
	KindOf    func(definitionID string) (Kind, bool)
	Published []demarc.PolicyMetadata
}

// ControlStatement is what is said about one control, from all sides. Lists of
// definitions hold the last parts of their ids, each once, in order.
type ControlStatement struct {
	Control   demarc.Control
	Provider  []string // what the provider says it does: static definitions
	Attest    []string // what the customer has to attest: manual ones
	Checks    []string // what can be computed
	DataPlane []string // what only a service can tell
	Missing   []string // definitions that are listed and that nobody has
	// Ownership is what is published, in order; Owner what all of it says, "" for
	// nothing or where it disagrees. The kinds of definitions never stand for it.
	Ownership      []demarc.PolicyMetadata
	Owner          string
	Contradictions []Contradiction
}

// Contradiction is what does not fit together in the statements on a control.
type Contradiction struct {
	Kind ContradictionKind
	Text string
}

// ContradictionKind says what does not fit.
type ContradictionKind string

// The kinds of contradictions.
const (
	OwnersDiffer       ContradictionKind = "owners-differ"       // published sources name different owners
	CustomerOnlyStatic ContradictionKind = "customer-static"     // the customer's, and nothing but the provider's part is listed
	ProviderWithDuties ContradictionKind = "provider-has-duties" // the provider's, and the customer has something to do
)

// The owners that are published, folded.
const (
	ownerCustomer  = "customer"
	ownerMicrosoft = "microsoft"
)

// Statements gathers what is said of every control, in order of frameworks and
// controls.
func Statements(c *StatementCase) []ControlStatement {
	g := &gathering{given: c, byControl: map[demarc.Control]*ControlStatement{}, byMetadata: map[string][]demarc.Control{}}
	for _, s := range c.Sets {
		g.set(s)
	}
	g.publish()
	list := make([]ControlStatement, 0, len(g.byControl))
	for _, s := range g.byControl {
		s.settle()
		list = append(list, *s)
	}
	slices.SortFunc(list, func(a, b ControlStatement) int { return CompareControls(a.Control, b.Control) })
	return list
}

type gathering struct {
	given      *StatementCase
	byControl  map[demarc.Control]*ControlStatement
	byMetadata map[string][]demarc.Control // folded ids
}

func (g *gathering) at(c demarc.Control) *ControlStatement {
	s, ok := g.byControl[c]
	if !ok {
		s = &ControlStatement{Control: c}
		g.byControl[c] = s
	}
	return s
}

// set adds the members of an initiative to their controls. Controls without
// any member say nothing, unless an owner of theirs is published.
func (g *gathering) set(s *Set) {
	byGroup := make(map[string]demarc.Control, len(s.Groups))
	for _, group := range s.Groups {
		control, described := g.given.Controls.Of(s, group)
		if !described && group.MetadataID == "" && demarc.EqualFold(s.PolicyType, "BuiltIn") {
			continue // groups of Microsoft's own that order definitions, and no controls
		}
		byGroup[demarc.Fold(group.Name)] = control
		if id := demarc.Fold(lastPart(group.MetadataID)); id != "" && !slices.Contains(g.byMetadata[id], control) {
			g.byMetadata[id] = append(g.byMetadata[id], control)
		}
	}
	for i := range s.Members {
		m := &s.Members[i]
		for _, name := range m.Groups {
			if control, ok := byGroup[demarc.Fold(name)]; ok {
				g.member(g.at(control), m)
			}
		}
	}
}

func (g *gathering) member(at *ControlStatement, m *Member) {
	list := &at.Missing
	if kind, ok := g.given.KindOf(m.DefinitionID); ok {
		list = map[Kind]*[]string{Evaluable: &at.Checks, Static: &at.Provider, Manual: &at.Attest, DataPlane: &at.DataPlane}[kind]
	}
	*list = append(*list, demarc.Fold(m.DefinitionName()))
}

// publish adds the published owners to the controls that they are about.
func (g *gathering) publish() {
	for _, p := range g.given.Published {
		about := g.byMetadata[demarc.Fold(lastPart(p.ID))]
		if control, ok := g.given.Controls.Published(p.ID); ok && len(about) == 0 {
			about = []demarc.Control{control}
		}
		for _, control := range about {
			at := g.at(control)
			at.Ownership = append(at.Ownership, p)
		}
	}
}

func (s *ControlStatement) settle() {
	for _, list := range [...]*[]string{&s.Provider, &s.Attest, &s.Checks, &s.DataPlane, &s.Missing} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	slices.SortFunc(s.Ownership, func(a, b demarc.PolicyMetadata) int {
		return cmp.Or(strings.Compare(demarc.Fold(a.Owner), demarc.Fold(b.Owner)), strings.Compare(a.Place.String(), b.Place.String()), strings.Compare(a.ID, b.ID))
	})
	var owners []string
	for _, p := range s.Ownership {
		if p.Owner != "" && !slices.ContainsFunc(owners, func(o string) bool { return demarc.EqualFold(o, p.Owner) }) {
			owners = append(owners, p.Owner)
		}
	}
	switch len(owners) {
	case 0:
	case 1:
		s.Owner = owners[0]
	default:
		s.contradict(OwnersDiffer, "published owners differ: "+strings.Join(owners, ", "))
	}
	s.compare()
}

// compare holds the published owner against what is listed.
func (s *ControlStatement) compare() {
	duties := len(s.Attest) + len(s.Checks) + len(s.DataPlane)
	switch demarc.Fold(s.Owner) {
	case ownerCustomer:
		if duties == 0 && len(s.Provider) > 0 {
			s.contradict(CustomerOnlyStatic, fmt.Sprintf("published as %s, and all of the %d definitions listed are the provider's part", s.Owner, len(s.Provider)))
		}
	case ownerMicrosoft:
		if duties > 0 {
			s.contradict(ProviderWithDuties, fmt.Sprintf("published as %s, and the customer has %d to attest and %d to check", s.Owner, len(s.Attest),
				len(s.Checks)+len(s.DataPlane)))
		}
	}
}

func (s *ControlStatement) contradict(kind ContradictionKind, text string) {
	s.Contradictions = append(s.Contradictions, Contradiction{kind, text})
}

// CompareControls orders controls by framework, version and id, the numbers in
// ids by their size: 9.2 before 9.10.
func CompareControls(a, b demarc.Control) int {
	return cmp.Or(demarc.CompareFold(a.Framework, b.Framework), naturally(a.Version, b.Version), naturally(a.ID, b.ID))
}

// naturally compares texts with the numbers in them by size.
func naturally(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		n, m := digits(x), digits(y)
		if n > 0 && m > 0 {
			p, q := strings.TrimLeft(x[:n], "0"), strings.TrimLeft(y[:m], "0")
			if c := cmp.Or(cmp.Compare(len(p), len(q)), strings.Compare(p, q)); c != 0 {
				return c
			}
			x, y = x[n:], y[m:]
			continue
		}
		if x[0] != y[0] {
			return cmp.Compare(x[0], y[0])
		}
		x, y = x[1:], y[1:]
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(a, b))
}

// digits counts the digits at the beginning.
func digits(s string) int { return len(s) - len(strings.TrimLeft(s, "0123456789")) }
