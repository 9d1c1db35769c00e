package report

import (
	"slices"
	"strings"
)

// DiffFormats are the formats in which a difference is written, the default
// first.
var DiffFormats = [...]string{"table", "json", "markdown", "html"}

// Diff says what is different between two assessments: what changed hands, and
// what became of the responsibilities.
type Diff struct {
	SchemaVersion    string        `json:"schemaVersion"`
	Estate           string        `json:"estate"`
	Before           DiffSide      `json:"before"`
	After            DiffSide      `json:"after"`
	Resources        DiffResources `json:"resources"`
	Cells            []DiffCell    `json:"cells"`
	Responsibilities []DiffTask    `json:"responsibilities"` // what asks most of a person first
	Owners           []DiffOwner   `json:"owners"`
	Catalog          []DiffFact    `json:"catalog"`
	Flows            []DiffFlow    `json:"flows"` // the most cells first, per cause
	Parties          []DiffParty   `json:"parties"`
	Notes            []string      `json:"notes"`
}

// DiffSide is one of the two assessments, in numbers.
type DiffSide struct {
	Name          string  `json:"name"` // of the estate
	Asked         string  `json:"of"`   // what was asked for: a path, a snapshot, a day
	AsOf          string  `json:"asOf"`
	Resources     int     `json:"resources"` // that are there, whatever their role
	Workloads     int     `json:"workloads"`
	Incomplete    int     `json:"incomplete"` // inputs that show only a part of what there is
	Met           int     `json:"met"`
	Unmet         int     `json:"unmet"` // accepted ones included
	Unknown       int     `json:"unknown"`
	NotApplicable int     `json:"notApplicable"`
	Accepted      int     `json:"accepted"`
	Coverage      float64 `json:"coverage"`
}

// DiffResources are the resources that are not the same on both sides.
type DiffResources struct {
	Added   []DiffPresence `json:"added"`
	Removed []DiffPresence `json:"removed"`
	Changed []DiffChanged  `json:"changed"`
}

// DiffPlace is a place: a resource, or a scope, a workload, the organisation.
type DiffPlace struct {
	ID   string `json:"id"` // "" where a place has none
	Name string `json:"name"`
}

// DiffPresence is a resource that is on one side only.
type DiffPresence struct {
	DiffPlace
	Type   string `json:"type"`
	Model  string `json:"model"`
	Role   string `json:"role"`
	Reason string `json:"reason"` // "" when nothing shows it on the other side
	Cause  string `json:"cause"`
}

// DiffChanged is a resource that is on both sides and is not the same.
type DiffChanged struct {
	DiffPlace
	Type    string       `json:"type"`
	Changes []DiffChange `json:"changes"`
	Why     string       `json:"why"`
	Cause   string       `json:"cause"`
}

// DiffChange is one aspect with what it was and what it is, "" for nothing.
type DiffChange struct {
	Aspect string `json:"aspect"`
	Was    string `json:"before"`
	Is     string `json:"after"`
}

// DiffCell is a cell whose parties changed, with all resources where they
// changed for the same reason.
type DiffCell struct {
	Model         string      `json:"model"`
	Area          string      `json:"area"`
	Label         string      `json:"label"`
	Facet         string      `json:"facet"`
	BeforeParties []string    `json:"before"` // none where there is no such area
	AfterParties  []string    `json:"after"`
	Reason        string      `json:"reason"`
	Source        string      `json:"source"`
	Cause         string      `json:"cause"`
	Count         int         `json:"count"`
	Resources     []DiffPlace `json:"resources"`
}

// DiffStand is how a responsibility stands on one side.
type DiffStand struct {
	Status   string `json:"status"`
	Reason   string `json:"reason"` // of an unknown one
	Party    string `json:"party"`
	Accepted bool   `json:"accepted"`
	Why      string `json:"why"`
}

// DiffTask is a responsibility that is new, ended or stands otherwise, with all
// places where that is so for the same reason.
type DiffTask struct {
	Move           string      `json:"move"`
	Responsibility string      `json:"responsibility"`
	Title          string      `json:"title"`
	Area           string      `json:"area"`
	Severity       string      `json:"severity"`
	Level          string      `json:"level"`
	Half           string      `json:"half"`   // whose half it is: customer, provider, publisher
	Before         *DiffStand  `json:"before"` // null of a new one
	After          *DiffStand  `json:"after"`  // null of an ended one
	Reason         string      `json:"reason"`
	Cause          string      `json:"cause"`
	Count          int         `json:"count"`
	Places         []DiffPlace `json:"places"`
}

// DiffOwner is another owner by name; "" is nobody.
type DiffOwner struct {
	Responsibility string      `json:"responsibility"` // "" where it is about whole resources
	WasOwner       string      `json:"before"`
	IsOwner        string      `json:"after"`
	WasFrom        string      `json:"beforeFrom"` // where the name was read
	IsFrom         string      `json:"afterFrom"`
	Cause          string      `json:"cause"`
	Count          int         `json:"count"`
	Places         []DiffPlace `json:"places"`
}

// DiffFact is a piece of knowledge that is not the same on both sides.
type DiffFact struct {
	Kind    string       `json:"kind"` // rule, responsibility, model
	Fact    string       `json:"id"`
	Title   string       `json:"title"`
	Move    string       `json:"move"` // new, ended or changed
	Changes []DiffChange `json:"changes"`
	Source  string       `json:"source"`
}

// DiffFlow counts the cells that passed from some parties to others.
type DiffFlow struct {
	BeforeParties []string `json:"before"`
	AfterParties  []string `json:"after"`
	Cells         int      `json:"cells"`
	Resources     int      `json:"resources"`
	Cause         string   `json:"cause"`
}

// DiffParty names a party that occurs.
type DiffParty struct {
	Party     string `json:"id"`
	PartyName string `json:"name"`
	Kind      string `json:"kind"` // customer, provider or third: who runs nothing that resources stand in
}

// Sort orders what is told by names anew, after these were replaced.
func (d *Diff) Sort() {
	byID := func(x, y DiffPlace) int { return strings.Compare(x.ID+"\x00"+x.Name, y.ID+"\x00"+y.Name) }
	presence := func(x, y DiffPresence) int { return byID(x.DiffPlace, y.DiffPlace) }
	slices.SortStableFunc(d.Resources.Added, presence)
	slices.SortStableFunc(d.Resources.Removed, presence)
	slices.SortStableFunc(d.Resources.Changed, func(x, y DiffChanged) int { return byID(x.DiffPlace, y.DiffPlace) })
	for i := range d.Cells {
		slices.SortFunc(d.Cells[i].Resources, byID)
	}
	for i := range d.Responsibilities {
		slices.SortFunc(d.Responsibilities[i].Places, byID)
	}
	for i := range d.Owners {
		slices.SortFunc(d.Owners[i].Places, byID)
	}
	slices.SortStableFunc(d.Owners, func(x, y DiffOwner) int {
		return strings.Compare(x.WasOwner+"\x00"+x.IsOwner+"\x00"+x.Responsibility, y.WasOwner+"\x00"+y.IsOwner+"\x00"+y.Responsibility)
	})
}
