package parquet

import (
	"iter"

	"github.com/demarc-dev/demarc"
)

// responsibility is a row of the table of responsibilities.
type responsibility struct {
	ID          string    `parquet:"id"`                        // its word in the catalogue; rows are sorted by it
	Title       string    `parquet:"title"`                     // in a few words
	Text        string    `parquet:"text"`                      // the one action
	Area        string    `parquet:"area,dict"`                 // area whose cells put it on the party
	Level       string    `parquet:"level,dict"`                // where it exists once: resource, workload, resource-group, subscription, tenant, site or organisation
	Party       string    `parquet:"party,dict"`                // whose half it is: customer, provider or publisher
	Severity    string    `parquet:"severity,dict"`             // how bad it is when it is unmet: low, medium, high, critical or unknown
	DoneWhen    string    `parquet:"doneWhen"`                  // what shows that it is met
	Disproved   string    `parquet:"disproved"`                 // what shows that it is not
	MaxAgeDays  *int32    `parquet:"maxAgeDays,optional"`       // how old what settles it may be; null for any age
	Requirement string    `parquet:"requirement,optional,dict"` // what the organisation must state before it can be judged; null for nothing
	Controls    []control `parquet:"controls,list"`             // ids in published frameworks
	Settles     []settle  `parquet:"settles,list"`              // ways to settle it, any one will do
	OwnerRole   string    `parquet:"ownerRole,optional,dict"`   // who answers for it where nobody else is named
	Believed    string    `parquet:"believed,optional"`         // what people often believe instead; null for nothing
	Source      string    `parquet:"source,optional"`           // public page that says so
	Checked     int32     `parquet:"checked,optional,date"`     // day on which it was compared with its source
	Rule        string    `parquet:"rule,optional"`             // file and id in it
}

// control is one id of a published framework.
type control struct {
	Framework string `parquet:"framework,dict"`        // its word
	Version   string `parquet:"version,optional,dict"` // of the framework; null for the only one
	ID        string `parquet:"id,dict"`               // in the framework's own spelling
}

// settle is one way to settle a responsibility.
type settle struct {
	Checks  []string `parquet:"checks,list" parquet-element:",dict"` // all of them must pass, as tool:check; a trailing * stands for any rest
	Command string   `parquet:"command,optional,dict"`               // export or act that gives them
}

// responsibilities are the responsibilities in order of their ids.
func responsibilities(a *demarc.Assessment) iter.Seq[*responsibility] {
	return func(yield func(*responsibility) bool) {
		for _, r := range a.Responsibilities {
			if !yield(responsibilityOf(r)) {
				return
			}
		}
	}
}

func responsibilityOf(r *demarc.Responsibility) *responsibility {
	row := &responsibility{ID: r.ID, Title: r.Title, Text: r.Text, Area: r.Area, Level: r.Level.String(), Party: r.Party, Severity: r.Severity.String(),
		DoneWhen: r.DoneWhen, Disproved: r.Disproved, MaxAgeDays: wholeDays(r.MaxAge), Requirement: r.Requirement,
		OwnerRole: r.OwnerRole, Believed: r.Believed, Source: r.Source, Checked: parsedDay(r.Checked), Rule: r.Rule}
	for _, c := range r.Controls {
		row.Controls = append(row.Controls, control(c))
	}
	for _, s := range r.Settle {
		one := settle{Command: s.Command}
		for _, c := range s.Checks {
			one.Checks = append(one.Checks, c.String())
		}
		row.Settles = append(row.Settles, one)
	}
	return row
}
