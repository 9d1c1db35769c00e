package securescore

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
	"github.com/demarc-dev/demarc/internal/source/moment"
	"github.com/demarc-dev/demarc/internal/source/tenantreport"
)

// full is the percentage of a control that is done. Scores are rounded on
// their way, but never up to it.
const full = 100

// score gives a piece of evidence for each control of the score at hand.
func (d *decoder) score(tenant tenantreport.Tenant) {
	created := d.when(d.Row, "createddatetime")
	var n int
	var sum float64
	d.Row.Elements("controlscores", func(raw []byte) {
		n++
		if d.control.Object(raw, d.Row.Line) != nil {
			d.Note(demarc.NoteSkipped, "the score of a control that is no object")
			return
		}
		sum += number(d.control, "score")
		d.scored(tenant, created)
	})
	if n == 0 {
		d.Note(demarc.NoteIgnored, "a score without controls")
		return
	}
	d.compare(sum)
}

// scored gives the evidence of the control at hand.
func (d *decoder) scored(tenant tenantreport.Tenant, created time.Time) {
	name := d.control.Text("controlname")
	if name == "" {
		d.Note(demarc.NoteSkipped, "the score of a control without a name")
		return
	}
	e := demarc.Evidence{
		Subject: tenant.Subject(""), Tool: tool, Check: name, Title: d.control.Text("title"),
		Observed: seen(created, d.when(d.control, "lastsynced")), Place: d.Place(),
	}
	e.Outcome, e.Reason, e.Strength = d.outcome()
	e.Detail = tenantreport.Join(d.control.Text("implementationstatus"), reached(d.control))
	d.Sink.Evidence(&e)
}

// seen is the day of a control's score: that of the whole score, or the day on
// which the control was last looked at where that lies before.
func seen(created, synced time.Time) time.Time {
	if !synced.IsZero() && (created.IsZero() || synced.Before(created)) {
		return synced
	}
	return created
}

// outcome says what the score of the control at hand means. Only all of it is
// a pass: a share of the points is no answer to whether the task is done. The
// full score is given to controls that somebody marked as resolved elsewhere,
// too; where the score says so, it is a claim.
func (d *decoder) outcome() (demarc.Outcome, demarc.Reason, demarc.Strength) {
	word := d.control.Text("controlstate", "state")
	state, known := states[fold(word)]
	switch {
	case word != "" && !known:
		d.unknownState(word)
		return demarc.OutcomeUnknown, demarc.NotAssessed, demarc.Observed
	case state == ignored:
		return demarc.OutcomeUnknown, demarc.Exempt, demarc.Observed
	case state == claimed:
		return demarc.Pass, demarc.NoReason, demarc.Claim
	}
	percent, ok := percentage(d.control)
	switch {
	case !ok:
		return demarc.OutcomeUnknown, demarc.NotAssessed, demarc.Observed
	case percent < 0 || percent > full:
		d.Note(demarc.NoteMalformed, fmt.Sprintf("%v %% of a control's score", percent))
		return demarc.OutcomeUnknown, demarc.NotAssessed, demarc.Observed
	case percent == full:
		return demarc.Pass, demarc.NoReason, demarc.Observed
	}
	return demarc.Fail, demarc.NoReason, demarc.Observed
}

// percentage is how much of a control's points are reached, false when that is
// not told.
func percentage(control *graphrow.Row) (float64, bool) {
	if control.Text("implementationstatus") == "-" {
		return 0, false
	}
	if p, err := strconv.ParseFloat(control.Text("scoreinpercentage"), 64); err == nil && !math.IsNaN(p) {
		return p, true
	}
	score, err := strconv.ParseFloat(control.Text("score"), 64)
	most, errMost := strconv.ParseFloat(control.Text("maxscore"), 64)
	if err != nil || errMost != nil || !(most > 0) || math.IsNaN(score) {
		return 0, false
	}
	return score / most * full, true
}

// reached is the score of a control in words.
func reached(control *graphrow.Row) string {
	score, percent := control.Text("score"), control.Text("scoreinpercentage")
	var said []string
	if score != "" {
		said = append(said, "score "+score)
	}
	if most := control.Text("maxscore"); most != "" && score != "" {
		said[0] += " of " + most
	}
	if percent != "" {
		said = append(said, percent+" %")
	}
	return strings.Join(said, ", ")
}

// compare notes where the sum that the score gives is not that of its
// controls.
func (d *decoder) compare(sum float64) {
	const rounding = 1
	said, err := strconv.ParseFloat(d.Row.Text("currentscore"), 64)
	if err == nil && math.Abs(said-sum) > rounding {
		d.Note(demarc.NoteConflict, fmt.Sprintf("the score says %v, and its controls add up to %v; the controls are taken", said, sum))
	}
}

// when reads an instant of a row. What is none is a note.
func (d *decoder) when(row *graphrow.Row, name string) time.Time {
	text := row.Text(name)
	if text == "" {
		return time.Time{}
	}
	t, ok := moment.Parse(text)
	if !ok {
		d.Note(demarc.NoteMalformed, fmt.Sprintf("%.40q is no day that has one meaning; what rests on it is undated", text))
	}
	return t
}

// number is a number of a row, 0 when it has none.
func number(row *graphrow.Row, name string) float64 {
	f, err := strconv.ParseFloat(row.Text(name), 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	return f
}
