package report

import "slices"

// ModelList is the published responsibility models that the catalogue knows.
type ModelList []ModelLine

// ModelLine is one model of a list.
type ModelLine struct {
	ID         string `json:"id"`
	Title      string `json:"title"`
	Publisher  string `json:"publisher"`
	Kind       string `json:"kind"` // matrix, statements or service
	Version    string `json:"version"`
	Source     string `json:"source"`
	Checked    string `json:"checked"`
	Areas      int    `json:"areas"`
	Statements int    `json:"statements"`
}

func (l ModelList) document() document {
	return document{title: "Published responsibility models", blocks: []block{{table: gridOf(modelColumns, slices.Values(l))}}}
}

var modelColumns = []ListColumn[ModelLine]{
	{"id", 0, func(m ModelLine) string { return m.ID }},
	{"title", 46, func(m ModelLine) string { return m.Title }},
	{"kind", 0, func(m ModelLine) string { return m.Kind }},
	{"version", 0, func(m ModelLine) string { return m.Version }},
	{"checked", 0, func(m ModelLine) string { return m.Checked }},
}

// Model is one published responsibility model in full.
type Model struct {
	ModelLine
	Columns []string         `json:"columns"` // labels of the service models
	Rows    []ModelRow       `json:"rows"`
	Texts   []ModelStatement `json:"texts"`
}

// ModelRow is one area of a model.
type ModelRow struct {
	AreaID string      `json:"areaId"`
	Area   string      `json:"area"`
	Means  string      `json:"means"`
	Cells  []ModelCell `json:"cells"` // one per column
}

// ModelCell is one cell of a model.
type ModelCell struct {
	Parties []string `json:"parties"` // names for people
	Halves  []Half   `json:"halves"`
}

// ModelStatement is one sentence of a model.
type ModelStatement struct {
	ID    string `json:"id"`
	Party string `json:"party"`
	Text  string `json:"text"`
}

func (m *Model) document() document {
	d := document{title: m.Title, blocks: []block{{fields: compact([]field{
		{"id", m.ID}, {"publisher", m.Publisher}, {"version", m.Version}, {"source", m.Source}, {"checked", m.Checked},
	})}}}
	if len(m.Rows) > 0 {
		d.blocks = append(d.blocks, block{heading: "Who is responsible", table: m.matrix()})
	}
	for _, r := range m.Rows {
		d.blocks = append(d.blocks, m.area(r))
	}
	if len(m.Texts) > 0 {
		b := block{heading: "Statements"}
		for _, s := range m.Texts {
			b.fields = append(b.fields, field{s.Party, s.Text})
		}
		d.blocks = append(d.blocks, b)
	}
	return d
}

func (m *Model) matrix() *grid {
	columns := []ListColumn[ModelRow]{{"area", 0, func(r ModelRow) string { return r.Area }}}
	for i, label := range m.Columns {
		columns = append(columns, ListColumn[ModelRow]{label, 0, func(r ModelRow) string {
			if i >= len(r.Cells) {
				return ""
			}
			return joined(r.Cells[i].Parties)
		}})
	}
	return gridOf(columns, slices.Values(m.Rows))
}

// area lists the halves of an area, column by column.
func (m *Model) area(r ModelRow) block {
	b := block{heading: r.Area}
	if r.Means != "" {
		b.text = []string{r.Means}
	}
	for i, c := range r.Cells {
		for _, h := range c.Halves {
			name := h.Name
			if i < len(m.Columns) {
				name = m.Columns[i] + ", " + h.Name
			}
			b.fields = append(b.fields, field{name, h.Does})
		}
	}
	return b
}

func joined(names []string) string {
	s := ""
	for i, n := range names {
		if i > 0 {
			s += " and "
		}
		s += n
	}
	return s
}

// Comparison is where published models disagree.
type Comparison struct {
	Models        []string        `json:"models"` // ids compared
	Disagreements []Contradiction `json:"disagreements"`
}

// Contradiction is one thing of which models say different things.
type Contradiction struct {
	About string `json:"about"` // "Applications in SaaS", a topic of facts
	Sides []Side `json:"sides"`
}

// Side is what one model or fact says. Sides that say the same stand together.
type Side struct {
	Says   string `json:"says"`  // the parties, or the value of a fact
	Model  string `json:"model"` // id of the model, and of the statement in it
	Text   string `json:"text"`  // in our words
	Source string `json:"source"`
}

func (c *Comparison) document() document {
	d := document{title: "Comparison of " + joined(c.Models)}
	if len(c.Disagreements) == 0 {
		d.blocks = append(d.blocks, block{text: []string{"They agree in everything that both speak about."}})
	}
	for _, x := range c.Disagreements {
		d.blocks = append(d.blocks, x.block())
	}
	return d
}

// block names each answer once, before the sources that give it.
func (x *Contradiction) block() block {
	b := block{heading: x.About}
	said := ""
	for _, s := range x.Sides {
		name := s.Says
		if name == said {
			name = ""
		}
		said = s.Says
		b.fields = append(b.fields, field{name, s.Model + ": " + s.Text}, field{"", s.Source})
	}
	return b
}
