package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/divide"
	"github.com/demarc-dev/demarc/internal/report"
)

// Explain says of one resource, named by id or by a name that only it has,
// what it is and who does what about it, and how that was decided. An empty
// area means all areas.
func Explain(ctx context.Context, q Request, resource, area string) (*report.Explanation, error) {
	q.Watch = func(r *demarc.Resource) bool {
		return demarc.EqualFold(r.ID, resource) || demarc.EqualFold(r.Name, resource)
	}
	c, settled, err := q.run(ctx)
	if err != nil {
		return nil, err
	}
	r, err := find(settled, resource)
	if err != nil {
		return nil, err
	}
	trace, _ := settled.Trace(r.ID)
	x := &explainer{catalog: c, assessment: settled.Assessment, resource: r, trace: trace}
	hide := q.redactor(c, settled)
	if hide != nil {
		x.assessment = hide.Assessment(settled.Assessment)
		x.resource = twin(hide, x.assessment, r)
	}
	e, err := x.explain(area)
	if err != nil {
		return nil, err
	}
	e.Responsibilities = duties(settled, r, e, area)
	if hide != nil {
		hide.Document(&e.Trace)
		hide.Document(&e.Responsibilities)
	}
	return e, nil
}

// duties are the responsibilities that a resource refers to, all of them or
// those of the areas that were asked for.
func duties(s *assess.Settled, r *demarc.Assessed, e *report.Explanation, area string) []report.ExplainedDuty {
	list := []report.ExplainedDuty{}
	found, ok := byID(s, r.ID)
	if !ok {
		return list
	}
	for _, v := range s.Verdicts.Of(found.resource) {
		of := v.Responsibility
		if area != "" && !slices.ContainsFunc(e.Cells, func(c report.ExplainedCell) bool { return c.AreaID == of.Area }) {
			continue
		}
		list = append(list, report.ExplainedDuty{ID: of.ID, Title: of.Title, Area: of.Area, Level: of.Level.String(), Half: of.Party, Party: v.Party,
			Status: v.Status.String(), Reason: string(v.Reason), Why: v.Why, Accepted: v.Accepted})
	}
	return list
}

// find looks a resource up by id, else by name.
func find(s *assess.Settled, want string) (*demarc.Assessed, error) {
	var named []*demarc.Assessed
	for _, r := range s.Resources {
		if demarc.EqualFold(r.ID, want) {
			return r, nil
		}
		if demarc.EqualFold(r.Name, want) {
			named = append(named, r)
		}
	}
	switch len(named) {
	case 0:
		if others := subjects(s, want); len(others) > 0 {
			return nil, hinted(fmt.Errorf("%q is no resource: it has responsibilities and no areas of its own", want),
				"name one of its responsibilities, too, such as demarc explain tenant identity.mfa-admins")
		}
		return nil, hinted(fmt.Errorf("no resource %q in the estate", want), "demarc resources lists the names, with --format csv also the ids")
	case 1:
		return named[0], nil
	}
	if whole := wholeOf(named); whole != nil {
		return whole, nil
	}
	var ids []string
	for _, r := range named[:min(len(named), 5)] {
		ids = append(ids, r.ID)
	}
	return nil, hinted(fmt.Errorf("%d resources are named %q:\n%s", len(named), want, strings.Join(ids, "\n")), "give one of the ids")
}

// wholeOf finds the resource of which all others are parts, nil when there is
// none. A machine and its record as a SQL machine always share their name.
func wholeOf(named []*demarc.Assessed) *demarc.Assessed {
	for _, whole := range named {
		other := func(r *demarc.Assessed) bool {
			return r != whole && (r.Answer.Role != demarc.Part || !demarc.EqualFold(r.PartOf, whole.ID))
		}
		if !slices.ContainsFunc(named, other) {
			return whole
		}
	}
	return nil
}

// explainer writes the explanation of one resource.
type explainer struct {
	catalog    *catalog.Catalog
	assessment *demarc.Assessment
	resource   *demarc.Assessed
	trace      assess.Trace
}

func (x *explainer) explain(area string) (*report.Explanation, error) {
	r, a := x.resource, x.resource.Answer
	e := &report.Explanation{
		ID: r.ID, Name: r.Name, Type: r.Type, Scope: report.ScopePath(r.Scope), Place: r.Place.String(),
		Provider: x.partyName(a.Provider), ServiceModel: a.Model.String(), Role: a.Role.String(), PartOf: r.PartOf,
		Seen: r.Seen.String(), Likely: a.Likely, Why: a.Why,
	}
	if a.Rule != nil {
		e.Rule, e.Source, e.Checked = a.Rule.ID, a.Rule.Source, a.Rule.Checked
	}
	if entry := x.trace.Entry; entry != nil {
		e.DisplayType = entry.Type.Name
	}
	e.Trace = x.conditions(area)
	if a.Division == nil {
		e.Answered = answered(e, a.Model)
		if area != "" {
			return nil, x.noRows(e)
		}
		return e, nil
	}
	disagreements := x.disagreements()
	for i := range a.Division.Cells {
		if c := &a.Division.Cells[i]; area == "" || means(c, area) {
			e.Cells = append(e.Cells, x.cell(c, disagreements))
		}
	}
	if len(e.Cells) == 0 {
		return nil, hinted(fmt.Errorf("%s has no area %q", e.Name, area), "areas: "+strings.Join(areaIDs(a.Division), ", "))
	}
	return e, nil
}

// answered says where the areas of a resource without a division are answered.
func answered(e *report.Explanation, model demarc.ServiceModel) string {
	role, _ := demarc.ParseRole(e.Role)
	switch {
	case model == demarc.UnknownModel:
		return "unknown, since no rule says what it is"
	case e.PartOf != "" && (role == demarc.Part || role == demarc.ProviderManaged):
		return "none of its own: answered by the resource it is part of"
	case role == demarc.Part:
		return "none of its own: answered by the resource it is part of, which was not seen"
	case role == demarc.Configuration:
		return "none of its own: it is a setting of other resources"
	}
	return "none of its own"
}

// noRows says where to ask when a resource has no division of its own.
func (x *explainer) noRows(e *report.Explanation) error {
	err := fmt.Errorf("%s has no areas of its own: its role is %s", e.Name, e.Role)
	if e.PartOf != "" {
		return hinted(err, "ask the resource it belongs to: demarc explain '"+report.Visible(e.PartOf)+"'")
	}
	return hinted(err, "demarc explain without an area says what it is and why")
}

// means reports whether a person who wrote this word means the cell's area:
// its id, its label, or a piece of either.
func means(c *demarc.Cell, word string) bool {
	id, label, word := demarc.Fold(c.AreaID), demarc.Fold(c.Area), demarc.Fold(strings.TrimSpace(word))
	if word == "os" {
		word = "operating-system"
	}
	return id == word || label == word || strings.Contains(id, strings.ReplaceAll(word, " ", "-")) || strings.Contains(label, word)
}

func areaIDs(d *demarc.Division) []string {
	var ids []string
	for i := range d.Cells {
		if !slices.Contains(ids, d.Cells[i].AreaID) {
			ids = append(ids, d.Cells[i].AreaID)
		}
	}
	return ids
}

func (x *explainer) partyName(id string) string {
	if p, ok := x.assessment.Parties[id]; ok {
		return p.Name
	}
	return x.catalog.Party(id).Name
}

func (x *explainer) cell(c *demarc.Cell, disagreements []divide.Disagreement) report.ExplainedCell {
	out := report.ExplainedCell{Model: cmp.Or(c.DecidedBy, c.Model), Facet: c.Facet, AreaID: c.AreaID, Area: c.Area,
		NotApplicable: c.NotApplicable, Reason: c.Reason, Source: c.Source, Precedence: precedence(c)}
	for _, p := range c.Parties {
		out.Halves = append(out.Halves, report.Half{Party: p, Name: x.partyName(p), Does: c.Halves[p], Accountable: c.Accountable[p]})
	}
	out.Disagreements = x.otherSides(c, disagreements)
	return out
}

// otherSides are the positions of published sources that give the cell to
// other parties than it has, one for each source.
func (x *explainer) otherSides(c *demarc.Cell, disagreements []divide.Disagreement) []report.Disagreement {
	var list []report.Disagreement
	told := map[string]bool{}
	own := x.inDataWords(c.Parties)
	for _, d := range disagreements {
		if d.Area != c.Area || !x.isAbout(&d, c) {
			continue
		}
		for _, side := range d.Sides {
			if side.Says == own || told[side.Model] || c.NotApplicable {
				continue
			}
			told[side.Model] = true
			list = append(list, report.Disagreement{Model: side.Model, Says: side.Says + ". " + side.Text, Source: side.Source})
		}
	}
	return list
}

// isAbout reports whether a disagreement is about a cell: about its facet of
// this type, or about the column it was read from.
func (x *explainer) isAbout(d *divide.Disagreement, c *demarc.Cell) bool {
	if d.Type != "" && !demarc.EqualFold(d.Type, x.resource.Type) {
		return false
	}
	if d.Facet != "" {
		return d.Facet == c.Facet
	}
	return d.Column == c.FacetModel.String()
}

// inDataWords writes parties as published models do: the provider is whoever
// runs the resource.
func (x *explainer) inDataWords(parties []string) string {
	words := slices.Clone(parties)
	for i, p := range words {
		if p == x.resource.Answer.Provider {
			words[i] = catalog.ProviderParty
		}
	}
	slices.Sort(words)
	return strings.Join(words, " and ")
}

func (x *explainer) disagreements() []divide.Disagreement {
	models := make([]*catalog.Model, len(x.catalog.Models))
	for i := range x.catalog.Models {
		models[i] = &x.catalog.Models[i]
	}
	return divide.Disagreements(x.catalog, models)
}

// precedence lists the steps that could have decided a cell, strongest first.
func precedence(c *demarc.Cell) []report.Step {
	steps := []struct {
		basis demarc.Basis
		name  string
		not   string
	}{
		{demarc.ByOverride, "your override", "none is about this cell"},
		{demarc.ByDelegated, "delegation to a third party", "none in force covers it"},
		{demarc.ByAbsence, "areas this kind of resource lacks", "it has this area"},
		{demarc.ByMatrix, "published matrix that names the service", "none speaks about this cell"},
		{demarc.ByDeviation, "documented deviation of the type", "none is known to hold for this cell"},
		{demarc.ByDeployed, "AI models deployed in it", "they do not decide this cell"},
		{demarc.ByColumn, "column of the service model", ""},
	}
	var list []report.Step
	for _, s := range steps {
		if s.basis == demarc.ByDeployed && c.Model != divide.AIModel {
			continue
		}
		if c.Basis == s.basis {
			return append(list, report.Step{Name: s.name, Says: c.Reason, Decided: true})
		}
		list = append(list, report.Step{Name: s.name, Says: s.not})
	}
	return list
}

// conditions lists what was asked of the resource's properties, with what
// each holds; of the conditions of single cells those of the area asked for.
func (x *explainer) conditions(area string) []report.TraceLine {
	entry := x.trace.Entry
	if entry == nil || !demarc.EqualFold(entry.Type.Type, x.resource.Type) {
		return nil
	}
	lines := x.askParts(entry)
	for i := range entry.Type.Rules {
		lines = x.ask(lines, entry.RuleID()+"/"+entry.Type.Rules[i].ID, entry.Type.Rules[i].When)
	}
	for _, use := range entry.Type.Facets {
		lines = x.ask(lines, entry.RuleID()+"/facet "+use.ID, use.When)
	}
	for i := range entry.Type.Cells {
		lines = x.askCell(lines, entry.RuleID()+"/", &entry.Type.Cells[i], area)
	}
	for i := range x.catalog.Models {
		m := &x.catalog.Models[i]
		for j := range m.Cells {
			if demarc.EqualFold(m.Cells[j].Type, entry.Type.Type) {
				lines = x.askCell(lines, m.File+"#", &m.Cells[j], area)
			}
		}
	}
	return lines
}

// askParts lists the properties that say whether the resource is a piece of
// another.
func (x *explainer) askParts(entry *catalog.Entry) []report.TraceLine {
	var lines []report.TraceLine
	if entry.Type.PartOf == nil {
		return nil
	}
	for _, path := range entry.Type.PartOf.Paths {
		value := x.value(path)
		result := value.Exists()
		if result == demarc.True && value.Text() == "" && len(value.Elements()) == 0 {
			result = demarc.False
		}
		lines = append(lines, report.TraceLine{Rule: entry.RuleID() + "/part of", Condition: path + " names what it is part of",
			Property: path, Value: value.String(), Result: result.String()})
	}
	return lines
}

func (x *explainer) askCell(lines []report.TraceLine, file string, c *catalog.Cell, area string) []report.TraceLine {
	if area != "" && !means(&demarc.Cell{AreaID: c.Area}, area) {
		return lines
	}
	return x.ask(lines, file+c.ID, c.When)
}

func (x *explainer) ask(lines []report.TraceLine, rule string, q *catalog.Condition) []report.TraceLine {
	if q == nil {
		return lines
	}
	var paths []string // each once
	for _, p := range q.Paths(nil) {
		if !slices.Contains(paths, p) {
			paths = append(paths, p)
		}
	}
	test := q.Compile(func(path string) int { return slices.Index(paths, path) })
	result := test(func(slot int) demarc.Value { return x.value(paths[slot]) })
	var values []string
	for _, p := range paths {
		values = append(values, x.value(p).String())
	}
	return append(lines, report.TraceLine{Rule: rule, Condition: q.String(), Property: strings.Join(paths, ", "),
		Value: strings.Join(values, ", "), Result: result.String()})
}

func (x *explainer) value(path string) demarc.Value {
	for _, v := range x.trace.Values {
		if demarc.EqualFold(v.Path, path) {
			return v.Value
		}
	}
	return demarc.Value{}
}
