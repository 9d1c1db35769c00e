package report

import (
	"slices"
	"strconv"
)

// RunList is the runs that were handed over to workers.
type RunList struct {
	Database string    `json:"database"`
	Workers  int       `json:"workers"` // that show life
	Runs     []RunLine `json:"runs"`    // in the order in which they were handed over
	Notes    []string  `json:"notes"`   // why something waits
}

// RunLine is one of them.
type RunLine struct {
	Workspace string      `json:"workspace"`
	Number    int64       `json:"number"`
	State     string      `json:"state"` // open, settling, published, failed, cancelled
	Resources int         `json:"resources"`
	Shards    int         `json:"shards"`
	Done      int         `json:"done"`    // shards that were looked at, skipped and failed ones among them
	Skipped   int         `json:"skipped"` // shards that did not change since they were looked at
	Failed    []ShardLine `json:"failed"`
	HandedOn  string      `json:"handedOver"`
	Ended     string      `json:"ended"`    // "" while it is under way
	Snapshot  int64       `json:"snapshot"` // that it became, 0 for none
	Problem   string      `json:"problem"`
	Program   string      `json:"program"` // that is to do it
	Workers   int         `json:"workers"` // of that program that show life
}

// ShardLine is a shard that could not be looked at.
type ShardLine struct {
	Number    int    `json:"number"`
	Resources int    `json:"resources"`
	Problem   string `json:"problem"`
}

func (l *RunList) document() document {
	d := document{title: l.Database + " · " + Plural(len(l.Runs), "run") + ", " + Plural(l.Workers, "worker")}
	if len(l.Runs) == 0 {
		d.blocks = append(d.blocks, block{text: []string{"None: demarc assess --dispatch hands one over."}})
		return d
	}
	d.blocks = append(d.blocks, block{table: gridOf(runColumns, slices.Values(l.Runs))})
	if failed := l.failed(); len(failed) > 0 {
		d.blocks = append(d.blocks, block{heading: "Failed", table: gridOf(failedColumns, slices.Values(failed))})
	}
	if len(l.Notes) > 0 {
		d.blocks = append(d.blocks, block{text: l.Notes})
	}
	return d
}

func (l *RunList) rows() *grid { return gridOf(runColumns, slices.Values(l.Runs)) }

var runColumns = []ListColumn[RunLine]{
	{"workspace", 16, func(r RunLine) string { return r.Workspace }},
	{"run", 0, func(r RunLine) string { return strconv.FormatInt(r.Number, 10) }},
	{"state", 0, func(r RunLine) string { return r.State }},
	{"resources", 0, func(r RunLine) string { return Number(r.Resources) }},
	{"shards", 0, func(r RunLine) string { return Number(r.Done) + " of " + Number(r.Shards) }},
	{"skipped", 0, func(r RunLine) string { return Number(r.Skipped) }},
	{"handed over", 0, func(r RunLine) string { return r.HandedOn }},
	{"snapshot", 0, RunLine.snapshot},
}

func (r RunLine) snapshot() string {
	if r.Snapshot == 0 {
		return ""
	}
	return strconv.FormatInt(r.Snapshot, 10)
}

// failedLine is what failed of a run.
type failedLine struct {
	run     RunLine
	where   string
	problem string
}

func (l *RunList) failed() []failedLine {
	var list []failedLine
	for _, r := range l.Runs {
		if r.State != "failed" {
			continue
		}
		for _, s := range r.Failed {
			list = append(list, failedLine{r, "shard " + strconv.Itoa(s.Number) + ", " + Plural(s.Resources, "resource"), s.Problem})
		}
		if len(r.Failed) == 0 {
			list = append(list, failedLine{r, "settling", r.Problem})
		}
	}
	return list
}

var failedColumns = []ListColumn[failedLine]{
	{"workspace", 16, func(f failedLine) string { return f.run.Workspace }},
	{"run", 0, func(f failedLine) string { return strconv.FormatInt(f.run.Number, 10) }},
	{"where", 0, func(f failedLine) string { return f.where }},
	{"problem", 0, func(f failedLine) string { return f.problem }},
}

// RunDone is what became of a run.
type RunDone struct {
	RunLine
	Met     int      `json:"met"`
	Unmet   int      `json:"unmet"`
	Unknown int      `json:"unknown"`
	Next    []string `json:"next"` // commands
}

func (r *RunDone) document() document {
	d := document{title: "Run " + strconv.FormatInt(r.Number, 10) + " of " + r.Workspace + " · " + r.State}
	b := block{fields: []field{{"resources", Number(r.Resources)}, {"shards", Number(r.Done) + " of " + Number(r.Shards) + ", " + Number(r.Skipped) + " unchanged"}}}
	if r.Snapshot != 0 {
		b.fields = append(b.fields, field{"snapshot", r.snapshot()}, field{"yours", Number(r.Met) + " met, " + Number(r.Unmet) + " unmet, " + Number(r.Unknown) + " unknown"})
	}
	if r.Problem != "" {
		b.fields = append(b.fields, field{"problem", r.Problem})
	}
	d.blocks = append(d.blocks, b)
	if len(r.Next) > 0 {
		d.blocks = append(d.blocks, block{heading: "Next", text: r.Next})
	}
	return d
}
