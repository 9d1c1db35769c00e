package assess

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/divide"
)

// tally counts resources by what is said of them. Most counting was done when
// the answers were given; only what is asked of few resources is counted here.
type tally struct {
	*settler
	byLook       map[*look]*group // undecided questions are asked per look
	unclassified map[string]*demarc.Unclassified
	overrides    map[demarc.Place]bool
	references   map[string]*demarc.Reference

	conditional, leaving int
}

func newTally(s *settler) *tally {
	return &tally{settler: s, byLook: map[*look]*group{},
		unclassified: map[string]*demarc.Unclassified{}, overrides: map[demarc.Place]bool{}, references: map[string]*demarc.Reference{}}
}

func (t *tally) count(o *observed) {
	switch o.Standing {
	case demarc.Conditional:
		t.conditional++
	case demarc.Leaving:
		t.leaving++
	case demarc.There:
	}
	class := o.look.class
	if len(class.Undecided) > 0 && o.Answer.Role != demarc.ProviderManaged {
		t.countOpen(o)
	}
	if o.Answer.Model == demarc.UnknownModel {
		t.countUnclassified(o)
	}
	for _, own := range class.Overrides {
		t.overrides[own.Place] = true
	}
	if len(t.dangling) > 0 && t.dangling[o.PartOf] {
		t.refer(o.PartOf, o.ID)
	}
}

func (t *tally) countOpen(o *observed) {
	g, ok := t.byLook[o.look]
	if !ok {
		g = &group{first: o}
		t.byLook[o.look] = g
	}
	g.count++
}

func (t *tally) countUnclassified(o *observed) {
	key := demarc.Fold(o.Type)
	u, ok := t.unclassified[key]
	if !ok {
		u = &demarc.Unclassified{Type: o.Type, Reason: o.Answer.Why, First: o.Place}
		t.unclassified[key] = u
	}
	u.Count++
}

// refer counts an id that something points to and that no input describes.
func (t *tally) refer(id, from string) {
	key := demarc.Fold(id)
	r, ok := t.references[key]
	if !ok {
		r = &demarc.Reference{ID: id, From: from}
		t.references[key] = r
	}
	if c := demarc.CompareFold(from, r.From); c < 0 || c == 0 && id < r.ID {
		r.ID, r.From = id, from
	}
	r.Count++
}

// fill writes the counts and lists of the assessment.
func (t *tally) fill(a *demarc.Assessment) {
	a.Estate.Conditional, a.Estate.Leaving = t.conditional, t.leaving
	rules := map[string]*demarc.Rule{}
	for _, g := range t.answers {
		answer := g.answer
		switch answer.Role {
		case demarc.Workload, demarc.ThirdParty:
			if answer.Division != nil { // else nobody knows what it is
				a.Estate.Workloads += g.count
			}
		case demarc.Part:
			a.Estate.Parts += g.count
		case demarc.Configuration:
			a.Estate.Configurations += g.count
		case demarc.ControlPlane:
			a.Estate.ControlPlane += g.count
		case demarc.ProviderManaged:
			a.Estate.ProviderManaged += g.count
		}
		if answer.Rule != nil {
			rules[answer.Rule.ID] = answer.Rule
		}
	}
	a.Rules = slices.SortedFunc(maps.Values(rules), func(x, y *demarc.Rule) int { return strings.Compare(x.ID, y.ID) })
	for _, key := range slices.Sorted(maps.Keys(t.unclassified)) {
		a.Unclassified = append(a.Unclassified, *t.unclassified[key])
	}
	for _, key := range slices.Sorted(maps.Keys(t.references)) {
		a.References = append(a.References, *t.references[key])
	}
	a.Undecided = t.undecided()
	a.Surprises = t.surprises()
}

// undecided lists the properties whose absence leaves answers open.
func (t *tally) undecided() []demarc.Undecided {
	type key struct{ typ, property string }
	found := map[key]*demarc.Undecided{}
	for l, g := range t.byLook {
		for _, property := range l.class.Undecided {
			k := key{cmp.Or(l.class.Type, g.first.Type), property}
			if strings.HasPrefix(property, "tags[") {
				k.typ = "" // an override by tag asks resources of all types
			}
			u, ok := found[k]
			if !ok {
				u = &demarc.Undecided{Type: k.typ, Property: property, Question: question(l, property), Settle: settleCommand(k.typ)}
				found[k] = u
			}
			u.Count += g.count
		}
	}
	list := make([]demarc.Undecided, 0, len(found))
	for _, u := range found {
		list = append(list, *u)
	}
	slices.SortFunc(list, func(a, b demarc.Undecided) int {
		return cmp.Or(-cmp.Compare(a.Count, b.Count), strings.Compare(a.Type, b.Type), strings.Compare(a.Property, b.Property))
	})
	return list
}

func question(l *look, property string) string {
	switch {
	case property == l.class.Part:
		return "whether it is attached to something"
	case strings.HasPrefix(property, "tags["):
		return "whether an override by tag applies"
	}
	return "what exactly it is"
}

// settleCommand is the export that shows the properties of a type.
func settleCommand(typ string) string {
	switch {
	case typ == "":
		return `az graph query -q "resources" --first 1000 -o json`
	case !strings.Contains(typ, "."):
		return ""
	}
	return `az graph query -q "resources | where type =~ '` + typ + `'" --first 1000 -o json`
}

// surprises lists the answers that people commonly get wrong: first those with
// other parties than the usual picture has, then the best founded, then those
// about most workloads.
func (t *tally) surprises() []demarc.Surprise {
	found := map[string]*demarc.Surprise{}
	for _, g := range t.answers {
		for text, behind := range surprisesOf(g.answer, g.first.look) {
			if g.count == 0 {
				continue // none of them is there
			}
			s, ok := found[text]
			if !ok {
				s = &demarc.Surprise{Text: text, First: g.first.ID}
				found[text] = s
			}
			s.Count += g.count
			s.Differs, s.Basis = s.Differs || behind.differs, max(s.Basis, behind.basis)
			if demarc.CompareFold(g.first.ID, s.First) < 0 {
				s.First = g.first.ID
			}
		}
	}
	return slices.SortedFunc(values(found), func(a, b demarc.Surprise) int {
		if a.Differs != b.Differs {
			if a.Differs {
				return -1
			}
			return 1
		}
		return cmp.Or(-cmp.Compare(a.Basis, b.Basis), -cmp.Compare(a.Count, b.Count), strings.Compare(a.Text, b.Text))
	})
}

// values walks what the pointers of a map point to.
func values[K comparable, V any](m map[K]*V) iter.Seq[V] {
	return func(yield func(V) bool) {
		for _, v := range m {
			if !yield(*v) {
				return
			}
		}
	}
}

// behind is what a surprise rests on.
type behind struct {
	differs bool
	basis   demarc.Basis
}

// surprisesOf are the surprises of one answer; none where there is no division.
func surprisesOf(answer *demarc.Answer, l *look) map[string]behind {
	if answer.Division == nil {
		return nil
	}
	texts := map[string]behind{}
	if s := l.class.Surprise; s != "" {
		texts[s] = behind{}
	}
	for i := range answer.Division.Cells {
		if c := &answer.Division.Cells[i]; c.Surprise != "" {
			was := texts[c.Surprise]
			texts[c.Surprise] = behind{was.differs || c.Differs, max(was.basis, c.Basis)}
		}
	}
	return texts
}

// matrix fills the picture of one published model, nil when no workload has
// cells of it.
func (t *tally) matrix(id string, counts map[*demarc.Answer]int) *demarc.Matrix {
	m := t.line.catalog.Model(id)
	matrix := &demarc.Matrix{Model: m.ID, Title: m.Title, Areas: divide.Areas(m), Models: divide.Columns(m)}
	cells := map[column]*demarc.MatrixCell{}
	for _, area := range matrix.Areas {
		for _, model := range matrix.Models {
			matrix.Cells = append(matrix.Cells, demarc.MatrixCell{Area: area, Model: model, Parties: map[string]int{}})
		}
	}
	for i := range matrix.Cells {
		cells[column{matrix.Cells[i].Area.ID, matrix.Cells[i].Model}] = &matrix.Cells[i]
	}
	any := false
	for answer, n := range counts {
		for at, who := range whose(answer.Division) {
			cell, ok := cells[at]
			if !ok {
				continue
			}
			any = true
			cell.Workloads += n
			if who == "" {
				cell.NotApplicable += n
			} else {
				cell.Parties[who] += n
			}
		}
	}
	if !any && id != divide.CloudModel {
		return nil
	}
	return matrix
}

// counted is how many resources that are there share each divided answer.
func (t *tally) counted() map[*demarc.Answer]int {
	counts := make(map[*demarc.Answer]int, len(t.answers))
	for _, g := range t.answers {
		if g.answer.Division != nil && g.count > 0 {
			counts[g.answer] = g.count
		}
	}
	return counts
}

// column is where the facets of a workload meet in the matrix.
type column struct {
	area  string
	model demarc.ServiceModel
}

// whose says for each area and column of one division whose it is: the sorted
// parties of all facets in that column, joined by "+"; "" when no facet has
// the area.
func whose(d *demarc.Division) map[column]string {
	parties := map[column][]string{}
	for i := range d.Cells {
		c := &d.Cells[i]
		at := column{c.AreaID, c.FacetModel}
		have := parties[at]
		if !c.NotApplicable && len(c.Parties) == 0 {
			have = append(have, demarc.UnknownParty)
		}
		for _, p := range c.Parties {
			if !slices.Contains(have, p) {
				have = append(have, p)
			}
		}
		parties[at] = have
	}
	who := make(map[column]string, len(parties))
	for at, list := range parties {
		slices.Sort(list)
		who[at] = strings.Join(list, "+")
	}
	return who
}
