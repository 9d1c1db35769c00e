package securescore

import (
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestCases(t *testing.T) { sourcetest.Cases(t, Format) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, Format) }

// TestOutcome: only all of a control's points are a pass, and what is not
// scored is unknown.
func TestOutcome(t *testing.T) {
	tests := []struct {
		name, control string
		outcome       demarc.Outcome
		reason        demarc.Reason
		strength      demarc.Strength
		notes         int
	}{
		{"all", `{"scoreInPercentage":100.00}`, demarc.Pass, "", demarc.Observed, 0},
		{"nearly all", `{"scoreInPercentage":99.99}`, demarc.Fail, "", demarc.Observed, 0},
		{"nothing", `{"scoreInPercentage":0}`, demarc.Fail, "", demarc.Observed, 0},
		{"all of the points", `{"score":5,"maxScore":5}`, demarc.Pass, "", demarc.Observed, 0},
		{"half of the points", `{"score":"2.5","maxScore":"5"}`, demarc.Fail, "", demarc.Observed, 0},
		{"of how many is not told", `{"score":5}`, demarc.OutcomeUnknown, demarc.NotAssessed, demarc.Observed, 0},
		{"none to have", `{"score":0,"maxScore":0}`, demarc.OutcomeUnknown, demarc.NotAssessed, demarc.Observed, 0},
		{"not scored", `{"scoreInPercentage":100,"implementationStatus":"-"}`, demarc.OutcomeUnknown, demarc.NotAssessed, demarc.Observed, 0},
		{"more than all", `{"scoreInPercentage":120}`, demarc.OutcomeUnknown, demarc.NotAssessed, demarc.Observed, 1},
		{"no number", `{"scoreInPercentage":"NaN"}`, demarc.OutcomeUnknown, demarc.NotAssessed, demarc.Observed, 0},
		{"ignored", `{"scoreInPercentage":100,"controlState":"Ignored"}`, demarc.OutcomeUnknown, demarc.Exempt, demarc.Observed, 0},
		{"by a third party", `{"scoreInPercentage":100,"state":"Resolved through third party"}`, demarc.Pass, "", demarc.Claim, 0},
		{"reviewed", `{"scoreInPercentage":0,"controlState":"reviewed"}`, demarc.Pass, "", demarc.Claim, 0},
		{"a state that nobody knows", `{"scoreInPercentage":100,"controlState":"blessed"}`, demarc.OutcomeUnknown, demarc.NotAssessed, demarc.Observed, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sink := sourcetest.NewSink(t)
			d := &decoder{Reader: graphrow.NewReader(sink, &demarc.File{}), control: graphrow.New()}
			if err := d.control.Object([]byte(tt.control), 1); err != nil {
				t.Fatal(err)
			}
			outcome, reason, strength := d.outcome()
			if outcome != tt.outcome || reason != tt.reason || strength != tt.strength || len(sink.Notes) != tt.notes {
				t.Errorf("got %v %q %v with notes %v", outcome, reason, strength, sink.Notes)
			}
		})
	}
}

// TestSeen: a control that was last looked at before the day of the score is
// as old as that.
func TestSeen(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }
	tests := []struct{ created, synced, want time.Time }{
		{day(9), day(10), day(9)},
		{day(9), day(2), day(2)},
		{day(9), time.Time{}, day(9)},
		{time.Time{}, day(2), day(2)},
	}
	for _, tt := range tests {
		if got := seen(tt.created, tt.synced); !got.Equal(tt.want) {
			t.Errorf("created %v, synced %v: %v", tt.created, tt.synced, got)
		}
	}
}
