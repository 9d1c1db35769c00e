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
	if (len(class.Undecided) > 0 || o.look.unclaimed) && o.Answer.Role != demarc.ProviderManaged {
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

// openQuestion is one question about resources of one type. Overrides by tag
// ask resources of all types, one question for each tag.
type openQuestion struct{ typ, words, tag string }

// openQuestions gathers questions with the properties that would settle them.
type openQuestions map[openQuestion]*demarc.Undecided

// add counts resources of which the question was not settled.
func (q openQuestions) add(key openQuestion, properties []string, n int, settle string) {
	u, ok := q[key]
	if !ok {
		u = &demarc.Undecided{Type: key.typ, Question: key.words, Settle: settle}
		q[key] = u
	}
	u.Count += n
	for _, p := range properties {
		if !slices.Contains(u.Properties, p) {
			u.Properties = append(u.Properties, p)
		}
	}
}

// Questions that stay open where a property was not seen.
const (
	whatItIs    = "what exactly it is"
	whosePart   = "whether it is attached to something"
	whichTagged = "whether an override by tag applies"
	whichGroup  = "which resource group it manages"
	whoseAreas  = "whose some of its areas are"
	whichModels = "which AI models are deployed in it"
)

// undecided lists the questions that stay open, with the properties that would
// settle them.
func (t *tally) undecided() []demarc.Undecided {
	found := openQuestions{}
	for l, g := range t.byLook {
		typ := cmp.Or(l.class.Type, g.first.Type)
		for key, properties := range questions(l, typ) {
			found.add(key, properties, g.count, settleCommand(key.typ))
		}
	}
	for key, g := range t.answers {
		if g.count > 0 && g.answer.Division != nil {
			t.openAreas(found, g, key.deployed != "")
		}
	}
	list := make([]demarc.Undecided, 0, len(found))
	for _, u := range found {
		slices.Sort(u.Properties)
		list = append(list, *u)
	}
	slices.SortFunc(list, func(a, b demarc.Undecided) int {
		return cmp.Or(-cmp.Compare(a.Count, b.Count), strings.Compare(a.Type, b.Type), strings.Compare(a.Question, b.Question),
			slices.Compare(a.Properties, b.Properties))
	})
	return list
}

// questions are those that classification left open, with their properties.
func questions(l *look, typ string) map[openQuestion][]string {
	open := map[openQuestion][]string{}
	for _, property := range l.class.Undecided {
		key := openQuestion{typ: typ, words: whatItIs}
		switch {
		case property == l.class.Part:
			key.words = whosePart
		case strings.HasPrefix(property, "tags["):
			key = openQuestion{words: whichTagged, tag: property}
		}
		open[key] = append(open[key], strings.Split(property, ", ")...)
	}
	if l.unclaimed {
		key := openQuestion{typ: typ, words: whichGroup}
		for _, m := range l.class.Entry.Type.Manages {
			open[key] = append(open[key], m.Path)
		}
	}
	return open
}

// openAreas adds what the division of an answer leaves open: properties that
// could give an area to others, and models that nobody saw deployed.
func (t *tally) openAreas(found openQuestions, g *group, deployed bool) {
	class := g.first.look.class
	typ := cmp.Or(class.Type, g.first.Type)
	asked := strings.Split(strings.Join(class.Undecided, ", "), ", ") // classification asks for them anyway
	var properties []string
	models := false
	for i := range g.answer.Division.Cells {
		c := &g.answer.Division.Cells[i]
		for _, p := range c.Open {
			if !slices.Contains(asked, p) {
				properties = append(properties, p)
			}
		}
		models = models || !c.NotApplicable && len(c.Parties) == 0 && len(c.Open) == 0
	}
	if len(properties) > 0 {
		found.add(openQuestion{typ: typ, words: whoseAreas}, properties, g.count, settleCommand(typ))
	}
	if models && !deployed {
		found.add(openQuestion{typ: typ, words: whichModels}, nil, g.count, settleModels)
	}
}

// settleModels is what to do where a list of resources does not show the
// models that are deployed in one of them.
const settleModels = "add the answer of GET <resource id>/deployments, or of the command that lists deployments"

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

// countedConditional is the same for resources that are conditional.
func (t *tally) countedConditional() map[*demarc.Answer]int {
	counts := map[*demarc.Answer]int{}
	for _, g := range t.answers {
		if g.answer.Division != nil && g.conditional > 0 {
			counts[g.answer] = g.conditional
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
