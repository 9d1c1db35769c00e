package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Posture is how well one's own rooms are looked after in what is often unmet
// there, and what a cloud would take over.
type Posture struct {
	Estate       string             `json:"estate"`
	AsOf         string             `json:"asOf"`
	Workloads    int                `json:"workloads"` // on one's own premises
	Themes       []PostureTheme     `json:"themes"`
	Systems      []PostureSystem    `json:"systems"`      // releases of operating systems whose end of support is known
	OtherSystems []OtherSystem      `json:"otherSystems"` // texts that match no release for sure
	NoSystem     int                `json:"noSystem"`     // workloads whose operating system nobody names
	Handover     []Handover         `json:"handover"`
	Totals       []HandoverColumn   `json:"totals"` // of all rows
	Areas        []HandoverArea     `json:"areas"`
	Intelligence []PostureStatement `json:"intelligence"`
}

// PostureTheme is one group of responsibilities, counted by the workloads that
// refer to them: each with the worst of its answers.
type PostureTheme struct {
	ID               string        `json:"id"`
	Title            string        `json:"title"`
	Workloads        int           `json:"workloads"`
	Met              int           `json:"met"`
	Unmet            int           `json:"unmet"`
	Unknown          int           `json:"unknown"`
	NotApplicable    int           `json:"notApplicable"`
	FirstUnmet       []string      `json:"firstUnmet"`   // names
	FirstUnknown     []string      `json:"firstUnknown"` // names
	Responsibilities []PostureTask `json:"responsibilities"`
	Source           string        `json:"source"`
}

// PostureTask is one responsibility of a theme, each once at its level.
type PostureTask struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Standing
}

// PostureSystem is a release of an operating system.
type PostureSystem struct {
	Release   string   `json:"release"` // id of the fact
	Name      string   `json:"name"`
	Ends      string   `json:"ends"` // last day, or month, of the support that comes with it
	Ended     bool     `json:"ended"`
	Workloads int      `json:"workloads"`
	First     []string `json:"first"`
	Text      string   `json:"text"` // the fact in words
	Source    string   `json:"source"`
}

// OtherSystem is what an inventory calls a system that matches no release for
// sure.
type OtherSystem struct {
	Name      string `json:"name"`
	Workloads int    `json:"workloads"`
}

// Handover is what workloads of one type, or the sites they stand in, would
// hand over in a cloud.
type Handover struct {
	Type             string           `json:"type"`      // or "site"
	Name             string           `json:"name"`      // of the type, for people
	Workloads        int              `json:"workloads"` // or sites
	First            []string         `json:"first"`
	Responsibilities int              `json:"responsibilities"` // of the customer, of all these workloads
	Columns          []HandoverColumn `json:"columns"`
}

// HandoverColumn counts responsibilities by whose they would be in one service
// model.
type HandoverColumn struct {
	Model  string `json:"model"`
	Leaves int    `json:"leaves"` // to the provider
	Shared int    `json:"shared"` // each has a half
	Stays  int    `json:"stays"`
}

// HandoverArea says whose an area is in each service model.
type HandoverArea struct {
	Area   string   `json:"area"`
	Label  string   `json:"label"`
	Models []string `json:"models"` // stays, shared or leaves, in the order of the columns
}

// PostureStatement is a sentence about what a provider offers.
type PostureStatement struct {
	Party  string `json:"party"`
	Text   string `json:"text"`
	Source string `json:"source"`
}

func (p *Posture) document() document {
	d := document{title: p.Estate + " · posture of " + Plural(p.Workloads, "workload") + " on own premises as of " + p.AsOf}
	if p.Workloads == 0 {
		d.blocks = append(d.blocks, block{text: []string{"Nothing on own premises was read: an inventory as CSV, RVTools, NetBox or Ansible facts would show it."}})
		return d
	}
	d.blocks = append(d.blocks, block{heading: "OFTEN UNMET IN OWN ROOMS", table: p.rows(),
		text: []string{"Each workload counts once in a theme, with its worst answer. A blank in an inventory is unknown, never unmet."}})
	d.blocks = append(d.blocks, p.details())
	if len(p.Systems)+len(p.OtherSystems) > 0 {
		d.blocks = append(d.blocks, p.systems())
	}
	d.blocks = append(d.blocks, p.areas(), p.handover())
	for _, s := range p.Intelligence {
		d.blocks = append(d.blocks, block{heading: "WHAT ONLY A CLOUD SEES", text: []string{s.Text}, fields: []field{{"source", s.Source}}})
	}
	return d
}

// rows are the themes.
func (p *Posture) rows() *grid { return gridOf(themeColumns, slices.Values(p.Themes)) }

var themeColumns = []ListColumn[PostureTheme]{
	{"theme", 0, func(t PostureTheme) string { return t.Title }},
	{"met", 0, func(t PostureTheme) string { return strconv.Itoa(t.Met) }},
	{"unmet", 0, func(t PostureTheme) string { return strconv.Itoa(t.Unmet) }},
	{"unknown", 0, func(t PostureTheme) string { return strconv.Itoa(t.Unknown) }},
	{"first unmet", 0, func(t PostureTheme) string { return some(t.FirstUnmet, t.Unmet) }},
	{"first unknown", 0, func(t PostureTheme) string { return some(t.FirstUnknown, t.Unknown) }},
}

// some writes the first names of many.
func some(names []string, of int) string {
	text := strings.Join(names, ", ")
	if more := of - len(names); more > 0 && text != "" {
		text += fmt.Sprintf(" +%d", more)
	}
	return text
}

// details counts each responsibility of the themes.
func (p *Posture) details() block {
	b := block{heading: "RESPONSIBILITIES BEHIND IT, EACH ONCE AT ITS LEVEL"}
	for _, t := range p.Themes {
		for _, r := range t.Responsibilities {
			b.fields = append(b.fields, field{r.ID, r.Standing.text()})
		}
	}
	return b
}

func (p *Posture) systems() block {
	b := block{heading: "OPERATING SYSTEMS"}
	for _, s := range p.Systems {
		when := "supported until " + s.Ends
		if s.Ended {
			when = "SUPPORT ENDED ON " + s.Ends + ". " + strings.TrimSuffix(s.Text, ".")
		}
		b.fields = append(b.fields, field{s.Name, fmt.Sprintf("%s; %s (%s)", when, Plural(s.Workloads, "workload"), some(s.First, s.Workloads))})
	}
	for _, o := range p.OtherSystems {
		b.fields = append(b.fields, field{o.Name, Plural(o.Workloads, "workload") + "; unknown: no release of which the end of support is known matches for sure"})
	}
	if p.NoSystem > 0 {
		b.fields = append(b.fields, field{"not named", Plural(p.NoSystem, "workload")})
	}
	return b
}

// areas says which areas leave in which column.
func (p *Posture) areas() block {
	columns := []ListColumn[HandoverArea]{{"area", 0, func(a HandoverArea) string { return a.Label }}}
	for i, c := range p.Totals {
		columns = append(columns, ListColumn[HandoverArea]{c.Model, 0, func(a HandoverArea) string { return a.Models[i] }})
	}
	return block{heading: "WHAT A CLOUD WOULD TAKE OVER, BY THE PUBLISHED MATRIX", table: gridOf(columns, slices.Values(p.Areas))}
}

// handover counts the responsibilities that would pass to a provider.
func (p *Posture) handover() block {
	columns := []ListColumn[Handover]{
		{"type", 0, func(h Handover) string { return h.Name }},
		{"number", 0, func(h Handover) string { return countOrDash(h.Workloads) }},
		{"yours now", 0, func(h Handover) string { return strconv.Itoa(h.Responsibilities) }},
	}
	for i, c := range p.Totals {
		columns = append(columns, ListColumn[Handover]{c.Model, 0, func(h Handover) string { return h.Columns[i].text() }})
	}
	all := Handover{Name: "all", Columns: p.Totals}
	for _, h := range p.Handover {
		all.Responsibilities += h.Responsibilities
	}
	return block{heading: "RESPONSIBILITIES THAT WOULD LEAVE YOU", table: gridOf(columns, slices.Values(append(slices.Clip(p.Handover), all))),
		text: []string{"Leaving / shared / staying, counted and not weighed. What stays must still be done, in another way; what belongs to the tenant or the organisation is not among them."}}
}

func (c HandoverColumn) text() string {
	return fmt.Sprintf("%d / %d / %d", c.Leaves, c.Shared, c.Stays)
}
