// Package prowlercsv reads the CSV of Prowler, versions 2 to 5: one row a
// check and resource.
package prowlercsv

import (
	"context"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/csvrows"
	"github.com/demarc-dev/demarc/internal/source/finding"
)

// Format is the format of Prowler's CSV.
var Format = source.Format{
	Name:   "prowler-csv",
	Title:  "Prowler: results of versions 2 to 5 (CSV)",
	Detect: detect,
	Read:   read,
}

// tool is the word for Prowler.
const tool = "prowler"

func detect(h source.Head) bool {
	c := h.CSV()
	return c.Delimiter != 0 && (c.Has("checkid", "status", "statusextended", "provider", "servicename") || c.Has("titleid", "checkresult", "checkresultextended"))
}

const none = source.Refusal("no finding: a table of Prowler without rows")

func read(ctx context.Context, in *source.Input, sink source.Sink) error {
	r := reader{finding.NewReport(sink, in.File, tool)}
	rows, err := csvrows.Read(ctx, in, sink, r.row)
	if err == nil && rows == 0 {
		return none
	}
	return err
}

type reader struct{ *finding.Report }

// fields are the values of a row by folded name of their column.
type fields map[string]string

// of is the first of some columns that holds something.
func (f fields) of(names ...string) string {
	for _, name := range names {
		if f[name] != "" {
			return f[name]
		}
	}
	return ""
}

// row reads one row. Of the names of a column the newest comes first.
func (r reader) row(header []string, row csvrows.Row) {
	f := fields{}
	for i, name := range header {
		f[source.FoldHeader(name)] = row.Fields[i]
	}
	check := f.of("checkid", "titleid")
	if check == "" {
		r.Note(demarc.NoteSkipped, row.Line, "a row without the id of a check")
		return
	}
	c := finding.Checked{
		Status: f.of("status", "checkresult"), Detail: f.of("statusextended", "checkresultextended"), Muted: demarc.EqualFold(f.of("muted"), "true"),
		Evidence: demarc.Evidence{
			Check: check, Title: f.of("checktitle", "titletext"), Severity: finding.Severity(f.of("severity", "checkseverity")),
			Observed: r.At(row.Line, f.of("timestamp", "assessmentstarttime", "prowlerstarttime")),
		},
	}
	c.Evidence.Subject = r.About(where(f), row.Line)
	r.Answer(&c, row.Line)
}

// where reads what the row looked at. Version 3 tells the name of a subscription
// and the domain of a tenant, and no ids of them.
func where(f fields) finding.Where {
	return finding.Where{
		Provider: finding.First(f.of("provider"), "aws"), // version 2 knows no other
		Account:  f.of("accountuid", "accountid", "subscriptionid", "accountnum"),
		Named:    f.of("accountname", "subscription"),
		Tenant:   f.of("accountorganizationuid", "tenantid"), Directory: f.of("accountorganizationname", "tenantdomain"),
		ID: f.of("resourceuid", "resourcearn", "resourceid", "checkresourceid"), Name: f.of("resourcename"),
		Type: f.of("resourcetype", "checkasffresourcetype"), Service: f.of("servicename", "checkservicename"),
	}
}
