package app

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/divide"
	"github.com/demarc-dev/demarc/internal/report"
)

// Models lists the published responsibility models.
func Models() (report.ModelList, error) {
	c, err := knowledge()
	if err != nil {
		return nil, err
	}
	var list report.ModelList
	for i := range c.Models {
		list = append(list, modelLine(&c.Models[i]))
	}
	return list, nil
}

// Model shows one published model in full.
func Model(id string) (*report.Model, error) {
	c, err := knowledge()
	if err != nil {
		return nil, err
	}
	m, err := findModel(c, id)
	if err != nil {
		return nil, err
	}
	shown := &report.Model{ModelLine: modelLine(m)}
	for _, column := range divide.Columns(m) {
		shown.Columns = append(shown.Columns, column.Label())
	}
	for i := range m.Areas {
		shown.Rows = append(shown.Rows, modelRow(c, m, &m.Areas[i]))
	}
	for i := range m.Cells {
		shown.Texts = append(shown.Texts, cellStatements(c, m, &m.Cells[i])...)
	}
	for _, s := range m.Statements {
		shown.Texts = append(shown.Texts, report.ModelStatement{ID: s.ID, Party: partyName(c, m, s.Party), Text: s.Text})
	}
	return shown, nil
}

// CompareModels names everything on which the given models disagree, all
// models when none is given.
func CompareModels(ids []string) (*report.Comparison, error) {
	c, err := knowledge()
	if err != nil {
		return nil, err
	}
	if len(ids) == 1 {
		if _, err := findModel(c, ids[0]); err != nil {
			return nil, err
		}
		return nil, &UsageError{fmt.Errorf("nothing to compare %s with: name two models or more, or none for all", ids[0])}
	}
	var models []*catalog.Model
	for i := range c.Models {
		if len(ids) == 0 || slices.Contains(ids, c.Models[i].ID) {
			models = append(models, &c.Models[i])
		}
	}
	for _, id := range ids {
		if _, err := findModel(c, id); err != nil {
			return nil, err
		}
	}
	comparison := &report.Comparison{}
	for _, m := range models {
		comparison.Models = append(comparison.Models, m.ID)
	}
	for _, d := range divide.Disagreements(c, models) {
		comparison.Disagreements = append(comparison.Disagreements, contradiction(&d))
	}
	return comparison, nil
}

func findModel(c *catalog.Catalog, id string) (*catalog.Model, error) {
	if m := c.Model(id); m != nil {
		return m, nil
	}
	var known []string
	for i := range c.Models {
		known = append(known, c.Models[i].ID)
	}
	return nil, hinted(fmt.Errorf("no published model %q", id), "known models: "+strings.Join(known, ", "))
}

func modelLine(m *catalog.Model) report.ModelLine {
	return report.ModelLine{ID: m.ID, Title: m.Title, Publisher: m.Publisher, Kind: m.Kind, Version: m.Version,
		Source: m.Source, Checked: m.Checked, Areas: len(m.Areas), Statements: len(m.Statements) + len(m.Cells)}
}

func modelRow(c *catalog.Catalog, m *catalog.Model, a *catalog.Area) report.ModelRow {
	row := report.ModelRow{AreaID: a.ID, Area: a.Label, Means: a.Means}
	for _, column := range divide.Columns(m) {
		published := a.Cells[column.String()]
		cell := report.ModelCell{}
		for _, p := range published.Parties {
			cell.Parties = append(cell.Parties, partyName(c, m, p))
		}
		for _, p := range slices.Sorted(maps.Keys(published.Halves)) {
			cell.Halves = append(cell.Halves, report.Half{Party: p, Name: partyName(c, m, p), Does: published.Halves[p]})
		}
		row.Cells = append(row.Cells, cell)
	}
	return row
}

// cellStatements writes a row about a named service as one line per half.
func cellStatements(c *catalog.Catalog, m *catalog.Model, cell *catalog.Cell) []report.ModelStatement {
	var list []report.ModelStatement
	for _, p := range cell.Parties {
		text := cell.Halves[p]
		if cell.When != nil {
			text += " (" + cell.When.String() + ")"
		}
		list = append(list, report.ModelStatement{ID: cell.ID, Party: partyName(c, m, p), Text: text})
	}
	return list
}

// partyName names a party of a model's data for a person.
func partyName(c *catalog.Catalog, m *catalog.Model, id string) string {
	switch id {
	case catalog.ProviderParty:
		return c.Party(m.Provider).Name
	case catalog.ModelDependent:
		return "depends on the deployed model"
	case catalog.PublisherParty:
		return "publisher of the model"
	case "":
		return ""
	}
	return c.Party(id).Name
}

// contradiction groups the sides by what they say, a matrix before statements
// and each source once in a group.
func contradiction(d *divide.Disagreement) report.Contradiction {
	out := report.Contradiction{About: about(d)}
	sides := slices.Clone(d.Sides)
	slices.SortStableFunc(sides, func(a, b divide.Position) int {
		return cmp.Or(strings.Compare(a.Says, b.Says), strings.Compare(a.Model, b.Model), strings.Compare(a.Statement, b.Statement))
	})
	for i, side := range sides {
		if i > 0 && sides[i-1].Says == side.Says && sides[i-1].Model == side.Model {
			continue
		}
		model := side.Model
		if side.Statement != "" {
			model += " (" + side.Statement + ")"
		}
		out.Sides = append(out.Sides, report.Side{Says: side.Says, Model: model, Text: side.Text, Source: side.Source})
	}
	return out
}

func about(d *divide.Disagreement) string {
	if d.Topic != "" {
		return strings.ReplaceAll(d.Topic, "-", " ")
	}
	text := d.Area
	if m, err := demarc.ParseServiceModel(d.Column); err == nil {
		text += " in " + m.Label()
	}
	if d.Type != "" {
		text += ", " + d.Type
	}
	if d.Facet != "" {
		text += ", " + d.Facet
	}
	return text
}
