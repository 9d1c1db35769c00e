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
	What   string   `json:"what"` // "first seen", "changed", "gone", "there again"
	Lines  []string `json:"lines"`
}

func (h *History) document() document {
	d := document{title: h.Name + " · through the snapshots of " + h.Workspace}
	if len(h.Snapshots) == 0 {
		d.title = "the snapshots of " + h.Workspace
		d.blocks = append(d.blocks, block{text: []string{"There is no snapshot yet: demarc assess ESTATE --save keeps one."}})
		return d
	}
	columns := historyColumns
	if h.Subject != estateSubject {
		columns = slices.Concat(historyColumns[:2], historyColumns[3:])
	}
	stood := block{figure: h.trend(), table: gridOf(columns, slices.Values(h.Snapshots)), text: []string{h.counts()}}
	if h.ID != "" {
		stood.fields = []field{{h.Subject, h.ID}}
	}
	d.blocks = append(d.blocks, stood)
	if h.Subject == resourceSubject {
		d.blocks = append(d.blocks, h.moments())
	}
	return d
}

// The subjects of a history that are told in their own way.
const (
	estateSubject   = "estate"
	resourceSubject = "resource"
)

// counts says what is counted, since it is not the same of all subjects.
func (h *History) counts() string {
	switch h.Subject {
	case estateSubject:
		return "Counted are your responsibilities, each once at its level."
	case resourceSubject:
		return "Counted are your responsibilities of the resource itself, without what exists once above it."
	}
	return "Counted are the places where the responsibility exists."
}

// moments are what became of a resource.
func (h *History) moments() block {
	b := block{heading: "WHAT BECAME OF IT"}
	for _, m := range h.Moments {
		name := "#" + strconv.FormatInt(m.Number, 10) + " " + m.AsOf
		b.fields = append(b.fields, field{name, m.What})
		for _, line := range m.Lines {
			b.fields = append(b.fields, field{"", line})
		}
	}
	return b
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
