package zerotrust

import (
	"testing"

	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestCases(t *testing.T) { sourcetest.Cases(t, Format) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, Format) }

func TestDetect(t *testing.T) {
	tests := []struct {
		name, text string
		want       bool
	}{
		{"a report", `{"TenantId":"x","ExecutedAt":"y","Tests":[{"TestId":"1","TestStatus":"Passed"}]}`, true},
		{"a first test that is cut off", `{"TenantId":"x","ExecutedAt":"y","TestResultSummary":{},"Tests":[{"TestDescription":"a`, true},
		{"Maester", `{"TotalCount":1,"PassedCount":1,"FailedCount":0,"ExecutedAt":"y","TenantId":"x","Tests":[{"Id":"1"}]}`, false},
		{"something else", `{"TestStatus":"x"}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Format.Detect(source.NewHead([]byte(tt.text), true)); got != tt.want {
				t.Errorf("recognised: %v, want %v", got, tt.want)
			}
		})
	}
}
