package report

import (
	"fmt"
	"slices"
	"strconv"
)

// History is how an estate, a responsibility or a resource stood in the
// snapshots of a workspace, the oldest first.
type History struct {
	SchemaVersion string            `json:"schemaVersion"`
	Workspace     string            `json:"workspace"`
	Subject       string            `json:"subject"` // "estate", "responsibility", "resource"
	ID            string            `json:"id"`      // "" of the estate
	Name          string            `json:"name"`
	Snapshots     []HistorySnapshot `json:"snapshots"`
	Moments       []HistoryMoment   `json:"moments"` // of a resource
}

// HistorySnapshot is how the subject stood in one snapshot. Of a responsibility
// it counts the places where it exists once.
type HistorySnapshot struct {
	Number        int64   `json:"number"`
	AsOf          string  `json:"asOf"`
	Taken         string  `json:"taken"`
	Program       string  `json:"program"`
	Catalog       string  `json:"catalog"` // hash of what the program knew
	Present       bool    `json:"present"` // the subject is there
	Resources     int     `json:"resources"`
	Workloads     int     `json:"workloads"`
	Met           int     `json:"met"`
	Unmet         int     `json:"unmet"` // accepted ones included
	Unknown       int     `json:"unknown"`
	NotApplicable int     `json:"notApplicable"`
	Accepted      int     `json:"accepted"`
	Coverage      float64 `json:"coverage"`
}

// HistoryMoment is what became of a resource in one snapshot.
type HistoryMoment struct {
	Number int64    `json:"number"`
	AsOf   string   `json:"asOf"`
	What   string   `json:"what"` // "first seen", "changed", "gone", "back"
	Lines  []string `json:"lines"`
}

func (h *History) document() document {
	d := document{title: h.title()}
	if len(h.Snapshots) == 0 {
		d.blocks = append(d.blocks, block{text: []string{"There is no snapshot yet: demarc assess ESTATE --save keeps one."}})
		return d
	}
	columns := historyColumns
	if h.Subject != "estate" {
		columns = slices.Concat(historyColumns[:2], historyColumns[3:])
	}
	d.blocks = append(d.blocks, block{figure: h.trend(), table: gridOf(columns, slices.Values(h.Snapshots))})
	if h.Subject != "resource" {
		return d
	}
	changes := block{heading: "WHAT BECAME OF IT"}
	for _, m := range h.Moments {
		name := m.AsOf + " #" + strconv.FormatInt(m.Number, 10)
		changes.fields = append(changes.fields, field{name, m.What})
		for _, line := range m.Lines {
			changes.fields = append(changes.fields, field{"", line})
		}
	}
	d.blocks = append(d.blocks, changes)
	return d
}

func (h *History) title() string {
	switch h.Subject {
	case "responsibility":
		return h.ID + " " + h.Name + " · through the snapshots of " + h.Workspace
	case "resource":
		return h.Name + " · " + h.ID + " · through the snapshots of " + h.Workspace
	}
	return h.Name + " · the snapshots of " + h.Workspace
}

var historyColumns = []ListColumn[HistorySnapshot]{
	{"#", 0, func(s HistorySnapshot) string { return strconv.FormatInt(s.Number, 10) }},
	{"as of", 0, func(s HistorySnapshot) string { return s.AsOf }},
	{"workloads", 0, func(s HistorySnapshot) string { return Number(s.Workloads) }},
	{"met", 0, func(s HistorySnapshot) string { return s.counted(s.Met) }},
	{"unmet", 0, func(s HistorySnapshot) string {
		if s.Accepted > 0 {
			return fmt.Sprintf("%s (%s accepted)", s.counted(s.Unmet), Number(s.Accepted))
		}
		return s.counted(s.Unmet)
	}},
	{"unknown", 0, func(s HistorySnapshot) string { return s.counted(s.Unknown) }},
	{"not applicable", 0, func(s HistorySnapshot) string { return s.counted(s.NotApplicable) }},
	{"known", 0, func(s HistorySnapshot) string {
		if !s.Present {
			return "not there"
		}
		return percent(s.Coverage)
	}},
}

// counted is a number, and nothing where the subject is not there: that is no
// zero.
func (s HistorySnapshot) counted(n int) string {
	if !s.Present {
		return ""
	}
	return Number(n)
}
