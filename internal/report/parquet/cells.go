package parquet

import (
	"iter"

	"github.com/demarc-dev/demarc"
)

// cell is a row of the table of cells.
type cell struct {
	Division      string            `parquet:"division,dict"`                                         // resources.division: resources that are divided alike share their cells
	Model         string            `parquet:"model,dict"`                                            // published matrix whose row it is
	Facet         string            `parquet:"facet,dict"`                                            // part of the resource, see resources.facets
	AreaID        string            `parquet:"areaId,dict"`                                           // word of the area
	Area          string            `parquet:"area,dict"`                                             // its published label
	Parties       []string          `parquet:"parties,list" parquet-element:",dict"`                  // who is responsible; more than one share it, and none where the area does not apply
	Halves        map[string]string `parquet:"halves" parquet-key:",dict" parquet-value:",dict"`      // by party: what it does
	Accountable   map[string]string `parquet:"accountable" parquet-key:",dict" parquet-value:",dict"` // by half: the one accountable party
	NotApplicable bool              `parquet:"notApplicable"`                                         // such a resource does not have the area
	DecidedBy     string            `parquet:"decidedBy,optional,dict"`                               // published model that names the service and decided; null if none does
	Reason        string            `parquet:"reason,optional,dict"`                                  // why it is so
	Source        string            `parquet:"source,optional,dict"`                                  // public page that says so
}

// cells are the cells of all divisions.
func cells(a *demarc.Assessment) iter.Seq[*cell] {
	return func(yield func(*cell) bool) {
		for _, d := range a.Divisions {
			for i := range d.Cells {
				if !yield(cellOf(d.ID, &d.Cells[i])) {
					return
				}
			}
		}
	}
}

func cellOf(division string, c *demarc.Cell) *cell {
	return &cell{Division: division, Model: c.Model, Facet: text(c.Facet), AreaID: c.AreaID, Area: c.Area, Parties: texts(c.Parties), Halves: pairs(c.Halves),
		Accountable: pairs(c.Accountable), NotApplicable: c.NotApplicable, DecidedBy: c.DecidedBy, Reason: text(c.Reason), Source: text(c.Source)}
}

func texts(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = text(s)
	}
	return out
}

func pairs(m map[string]string) map[string]string {
	out := make(map[string]string, len(m))
	for key, words := range m {
		out[text(key)] = text(words)
	}
	return out
}
