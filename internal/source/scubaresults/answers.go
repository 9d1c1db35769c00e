package scubaresults

import (
	"context"
	"strings"
	"sync/atomic"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
	"github.com/demarc-dev/demarc/internal/source/tenantreport"
)

// Answers is the format of the bare answers of ScubaGear's rules.
var Answers = source.Format{
	Name:     "scubagear-answers",
	Title:    "ScubaGear answers without tenant and day: TestResults.json",
	Detect:   detectAnswers,
	Evidence: true,
	Read:     readAnswers,
}

func detectAnswers(h source.Head) bool {
	j := h.JSON()
	return j.Kind != 0 && j.Has("requirementmet", "criticality") && j.HasAny("policyid", "control")
}

func readAnswers(ctx context.Context, in *source.Input, sink source.Sink) error {
	var rows atomic.Int64
	err := tenantreport.Read(ctx, in, sink, Tool, func(r *tenantreport.Reader) func() {
		return func() {
			if answer(r, r.Row) {
				rows.Add(1)
			}
		}
	})
	if rows.Load() > 0 {
		const message = "answers of ScubaGear name neither tenant nor day nor commands that failed: what passes in them settles nothing; ScubaResults.json of the same run tells all three"
		sink.Note(demarc.Note{Kind: demarc.NoteRead, Place: demarc.Place{File: in.File}, Message: message, Count: 1})
	}
	return err
}

// answer reads one answer.
func answer(r *tenantreport.Reader, row *graphrow.Row) bool {
	id := row.Text("policyid", "control") // before there were ids the answers had the number of a section
	if id == "" {
		r.Note(demarc.NoteSkipped, "an answer without an id")
		return false
	}
	criticality := row.Text("criticality")
	outcome, ok := answered(criticality, row.Text("requirementmet"))
	if !ok {
		r.Note(demarc.NoteMalformed, "an answer that is neither true nor false")
	}
	e := demarc.Evidence{
		Subject: tenantreport.Tenant{}.Subject(serviceOf(id)), Check: id, Title: tenantreport.Plain(row.Text("requirement")),
		Outcome: outcome, Reason: demarc.NotAssessed, Severity: severity(criticality),
		Detail: tenantreport.Join(criticality, row.Text("reportdetails")),
	}
	r.Give(e, row.Line)
	return true
}

// answered is the outcome of an answer. What ScubaGear cannot look at itself,
// or what holds only under a condition, it answers with false.
func answered(criticality, met string) (o demarc.Outcome, ok bool) {
	_, apart, _ := strings.Cut(criticality, "/")
	switch demarc.Fold(met) {
	case "true":
		return demarc.Pass, true
	case "false":
		if apart != "" {
			return demarc.OutcomeUnknown, true
		}
		return demarc.Fail, true
	}
	return demarc.OutcomeUnknown, false
}
