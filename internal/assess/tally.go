package assess

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// tally counts resources by what is said of them. Most counting was done when
// the answers were given; only what is asked of few resources is counted here.
type tally struct {
	*settler
	byNature     map[*nature]*group // undecided questions are asked per nature
	unclassified map[string]*demarc.Unclassified
	overrides    map[demarc.Place]bool
	references   map[string]*demarc.Reference

	conditional, leaving int

	docket  *docket
	owners  *owners
	frames  map[string]*frame // by published model
	areasOf map[*demarc.Answer]map[column]ofArea
	seen    map[marks]*marks    // each combination once
	above   map[marksKey]*marks // of what exists once above resources
	ladder  ladder
}

func newTally(s *settler) *tally {
	return &tally{settler: s, frames: map[string]*frame{}, areasOf: map[*demarc.Answer]map[column]ofArea{}, seen: map[marks]*marks{}, above: map[marksKey]*marks{}, byNature: map[*nature]*group{},
		unclassified: map[string]*demarc.Unclassified{}, overrides: map[demarc.Place]bool{}, references: map[string]*demarc.Reference{}}
}

// judged tells the tally what is asked of whom, and whether it is met.
func (t *tally) judged(d *docket) { t.docket, t.owners, t.ladder = d, d.newOwners(), ladder{docket: d} }

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
	g, ok := t.byNature[o.look.nature]
	if !ok {
		g = &group{first: o}
		t.byNature[o.look.nature] = g
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
	a.Estate.Resources = len(t.all) - t.conditional - t.leaving
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
	for l, g := range t.byNature {
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
func questions(l *nature, typ string) map[openQuestion][]string {
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

// counted is how many resources that are there share each divided answer.
func (t *tally) counted() map[seenAs]int {
	counts := make(map[seenAs]int, len(t.answers))
	if t.docket.own == nil { // all that share a standpoint stand alike
		t.docket.standpoints(func(at standpoint, n int) {
			if at.answer.Division != nil {
				base := t.docket.bases.bare(at.answer)
				counts[seenAs{at.answer, t.together(verdicts{base, base.said}, at)}] += n
			}
		})
		return counts
	}
	for i, o := range t.all {
		if o.Answer.Division != nil && o.Standing == demarc.There {
			counts[t.seenAs(i, o)]++
		}
	}
	return counts
}

// seenAs is an answer, and what is known of the areas of the resources that
// share it. Without marks nothing is said of that.
type seenAs struct {
	answer *demarc.Answer
	marks  *marks
}

func (t *tally) seenAs(i int, o *observed) seenAs {
	all := t.together(t.docket.verdictsOf(i), t.docket.standpoint(o))
	for _, governor := range t.docket.governors[int32(i)] {
		more := t.docket.verdictsOf(int(governor)).marked(t.docket.areas)
		more.join(all)
		all = t.once(more)
	}
	return seenAs{o.Answer, all}
}

// together joins what is known of a resource with what is known above it.
func (t *tally) together(own verdicts, at standpoint) *marks {
	joined := own.marked(t.docket.areas)
	joined.join(t.marksAbove(at))
	return t.once(joined)
}

// once finds the same marks among those that were made.
func (t *tally) once(m marks) *marks {
	made, ok := t.seen[m]
	if !ok {
		made = new(marks)
		*made = m
		t.seen[m] = made
	}
	return made
}

// marksKey is what the marks of all that exists above a resource depend on:
// its tasks, and the class of each instance that it refers to.
type marksKey struct {
	duties  *duties
	classes [len(demarc.Levels)]int32
}

// marksAbove are the worst of the customer's tasks that exist once above a
// resource.
func (t *tally) marksAbove(at standpoint) *marks {
	of := t.docket.duties[at.answer]
	levels := t.ladder.at(at)
	key := marksKey{duties: of}
	for level, i := range levels {
		if i != nil {
			key.classes[level] = i.class
		}
	}
	made, ok := t.above[key]
	if !ok {
		made = marksOf(of, levels, t.docket.areas)
		t.above[key] = made
	}
	return made
}

func marksOf(of *duties, at *levels, areas map[string]int) *marks {
	m := &marks{}
	for _, duty := range of.above {
		if theirs(duty.Task) || at[duty.Task.Level] == nil {
			continue
		}
		x := at[duty.Task.Level].find(duty.Task)
		area := areas[duty.Task.Area]
		m[area] = max(m[area], x.said.mark())
	}
	return m
}

// countedConditional is the same for resources that are conditional.
func (t *tally) countedConditional() map[seenAs]int {
	counts := map[seenAs]int{}
	for _, g := range t.answers {
		if g.answer.Division != nil && g.conditional > 0 {
			counts[seenAs{answer: g.answer}] = g.conditional
		}
	}
	return counts
}
